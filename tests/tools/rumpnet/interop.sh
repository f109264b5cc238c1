# SPDX-License-Identifier: BSD-2-Clause
#
# interop.sh CASE: real clients and servers with a kernel between them. It is
# run in namespaces of its own for network, mounts and processes, which end
# with it.
#
# Linux has 10.0.0.1 and fd00::1 on wire0, the kernel 10.0.0.2 and fd00::2 on
# the other end, by AF_XDP, so that nobody makes checksums or segments for it.
# "rumpnet forward" joins both to the loopback interface: a client there
# reaches a server of Linux by the kernel's connection, and a client of Linux
# that connects to the kernel reaches a server on the loopback interface. All
# frames of wire0 are captured and looked at.

set -eu
LC_ALL=C
export LC_ALL

fail() {
	echo "$*" >&2
	exit 1
}
# until COMMAND...: at most half a minute
until_ok() {
	for i in $(seq 300); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	fail "it never was so: $*"
}
has() {
	grep -q "$1" "$2"
}
# listens PORT: somebody of Linux does, on TCP
listens() {
	ss -Hltn "sport = :$1" | grep -q .
}

# capture INTERFACE FRAMES: so many at most, in INTERFACE.pcap
capture() {
	dumpcap -q -i $1 -c $2 -w $1.pcap 2>$1.err &
	eval "capture_$1=\$!"
	until_ok has 'File: ' $1.err
}
# captured INTERFACE: to the end, which is a frame that nobody else sends
last='the last frame'
last_is_there() {
	grep -aq "$last" $1.pcap || ! kill -0 $2
}
captured() {
	eval "pid=\$capture_$1"
	python3 - $1 "$last" <<-'EOT'
	import socket, sys
	s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	s.bind((sys.argv[1], 0))
	s.send(b'\xff' * 6 + b'\2\0\0\0\0\1\x88\xb5' + 4 * sys.argv[2].encode())
	EOT
	until_ok last_is_there $1 $pid
	! kill -INT $pid 2>/dev/null || wait $pid || fail "$(cat $1.err)"
}
# show INTERFACE FILTER OPTION...: what tshark says of frames
show() {
	from=$1
	filter=$2
	shift 2
	tshark -n -r $from.pcap --disable-protocol http "$@" \
	    -o tcp.desegment_tcp_streams:FALSE -o ip.check_checksum:TRUE \
	    -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
	    -Y "$filter" 2>$from.warn || fail "tshark: $(head $from.warn)"
}
# good INTERFACE: there are frames, and none is malformed or has a bad checksum
# (whose status is 0); the capture ends
good() {
	captured $1
	show $1 'tcp || udp || icmp || icmpv6' -T fields -E 'separator=|' \
	    -e frame.number -e _ws.malformed -e ip.checksum.status \
	    -e tcp.checksum.status -e udp.checksum.status \
	    -e icmp.checksum.status -e icmpv6.checksum.status \
	    -e tcp.checksum -e ip.src -e ipv6.src >all
	test -s all || fail "nothing was captured on $1"
	# Of a packet in an error there is not all.  Linux, and not we, has
	# 0xffff for 0 in TCP, too, which is as good but not what it should be.
	awk -F'|' '$6 != "" || $7 != "" { $4 = $5 = "" }
	$8 == "0xffff" && $9 $10 !~ /^(10\.0\.0\.2|10\.0\.5\.[23]|fd00::2)$/ {
		$4 = "" }
	{ for (i = 3; i <= 7; i++) if ($i ~ /^0/) bad = 1 }
	bad || $2 != "" { print $1; exit 1 }' all >bad ||
	    fail "bad frame: $(show $1 "frame.number == $(cat bad)")"
}

# no_offload COMMAND...: for what is captured to be as on a wire
no_offload() {
	for f in tso gso gro tx; do
		"$@" $f off >/dev/null 2>&1 || :
	done
}
network() {
	ip link set lo up
	ip link add wire0 type veth peer name wire1
	no_offload ethtool -K wire0
	ip link set wire0 addrgenmode none up
	ip link set wire1 addrgenmode none up
	ip addr add 10.0.0.1/24 dev wire0
	ip addr add fd00::1/64 dev wire0 nodad
}
# kernel COMMAND...: in the background, on wire1
kernel() {
	rumpnet -e 'ifconfig virt0 link xdp:wire1 10.0.0.2/24 fd00::2/64' \
	    "$@" >out 2>err &
	kernel=$!
}
# forward RULE...: until they are in force
forward() {
	kernel forward "$@"
	for i in $(seq 300); do
		test $(wc -l <out) = $(($# / 2)) && return
		kill -0 $kernel 2>/dev/null || break
		sleep 0.1
	done
	fail "forward: $(cat out err)"
}
# The kernel ends well, and has complained of nothing.
finish() {
	kill -TERM $kernel
	wait $kernel || fail "rumpnet: $?: $(cat err)"
	test ! -s err || fail "$(cat err)"
}

# client OUT COMMAND...: iperf3's. Its server listens anew after each client,
# and resets who comes before.
client() {
	out=$1
	shift
	for i in 1 2 3; do
		"$@" >$out && return
		sleep 0.5
	done
	fail "$*: $(grep error $out)"
}
# perf NAME ARGUMENT...: a run of iperf3; what was sent has come, of datagrams
# nearly all, if nobody had to wait for a CPU
perf() {
	name=$1
	shift
	for try in 1 2 3; do
		client $name.json iperf3 -J --connect-timeout 20000 "$@"
		arrived $name.json 2>perf.err && return
	done
	fail "iperf3 $*: $(cat perf.err)"
}
arrived() {
	python3 - $1 <<-'EOT'
	import json, sys
	end = json.load(open(sys.argv[1]))['end']
	sent, got = end.get('sum_sent'), end.get('sum_received')
	if 'sum' in end and end['sum'].get('packets'):
	    assert end['sum']['lost_packets'] * 20 < end['sum']['packets'], end
	else:
	    assert got['bytes'] > 0 and sent['bytes'] > 0, end
	EOT
}

iperf_case() {
	network
	capture wire0 4000
	# A server takes one client at a time.
	iperf3 -s -B $1 -p 5201 >server.out 2>&1 &
	iperf3 -s -B 127.0.0.1 -p 5301 >server2.out 2>&1 &
	until_ok listens 5201
	until_ok listens 5301
	forward -L "5202,$2:5201" -L "udp:5202,$2:5201" \
	    -R 5203,5301 -R udp:5203,5301
	for to in '127.0.0.1 5202' "$3 5203"; do
		set -- "$1" "$2" "$3" $to
		perf four -c $4 -p $5 -t 1 -P 4
		perf back -c $4 -p $5 -n 4M -R
		perf udp -c $4 -p $5 -u -b 8M -n 200K -l 1200
		perf udpback -c $4 -p $5 -u -b 8M -n 200K -l 1200 -R
	done
	# It ends some of its connections with a reset, and is not there any
	# more for the last datagram of a machine that is slow.
	sed -i -e '/Connection reset by peer$/d; /Broken pipe$/d' \
	    -e '/forward: udp .*: receive: Connection refused$/d' err
	finish
	good wire0
}
case_iperf4() {
	iperf_case 10.0.0.1 10.0.0.1 10.0.0.2
}
case_iperf6() {
	iperf_case fd00::1 '[fd00::1]' fd00::2
}

# With keys and a configuration of its own; SHLVL keeps bash from reading what
# the user has for logins.
start_sshd() {
	# Where it wants to have a folder; a mount of our own.
	mount -t tmpfs none /run
	mkdir /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f host
	ssh-keygen -q -t ed25519 -N '' -f key
	cp key.pub keys
	cat >sshd.conf <<-EOT
	Port 22
	ListenAddress 10.0.0.1
	ListenAddress 127.0.0.1
	HostKey $PWD/host
	AuthorizedKeysFile $PWD/keys
	StrictModes no
	PermitRootLogin yes
	PidFile none
	UsePAM no
	SetEnv SHLVL=2
	Subsystem sftp internal-sftp
	EOT
	/usr/sbin/sshd -D -e -f $PWD/sshd.conf 2>sshd.err &
	until_ok listens 22
}
case_ssh() {
	network
	start_sshd
	capture wire0 4000
	forward -L 2222,10.0.0.1:22 -R 22,127.0.0.1:22
	head -c 20000000 /dev/urandom >file
	head -c 3000000 file >less
	options="-q -i $PWD/key -F none -o StrictHostKeyChecking=no
	    -o UserKnownHostsFile=$PWD/known -o ConnectTimeout=30"
	for to in '127.0.0.1 2222 file' '10.0.0.2 22 less'; do
		set -- $to
		test "$(ssh $options -p $2 root@$1 echo said)" = said ||
		    fail "ssh to $1: $(cat sshd.err)"
		scp $options -P $2 $3 root@$1:$PWD/there
		cmp $3 there || fail "what was sent to $1"
		rm there
	done
	scp $options -P 2222 root@127.0.0.1:$PWD/less back
	cmp less back || fail "what was fetched"
	finish
	good wire0
}

case_dns() {
	network
	capture wire0 2000
	long=$(printf '%0240d' 7)
	set --
	for i in $(seq 14); do
		set -- "$@" --txt-record="large.test,$i$long"
	done
	dnsmasq -k -C /dev/null --no-resolv --no-hosts --user=root \
	    --listen-address=10.0.0.1 --bind-interfaces --pid-file \
	    --edns-packet-max=4096 --host-record=name.test,192.0.2.7 "$@" \
	    2>dnsmasq.err &
	until_ok listens 53
	forward -L udp:5300,10.0.0.1:53 -L 5300,10.0.0.1:53
	dig="dig @127.0.0.1 -p 5300 +tries=3 +timeout=10"
	test "$($dig +short name.test)" = 192.0.2.7 || fail "by UDP"
	test "$($dig +tcp +short name.test)" = 192.0.2.7 || fail "by TCP"
	# In pieces, and truncated, then asked for again.
	$dig +notcp +bufsize=4096 +ignore large.test TXT >answer
	has 'ANSWER: 14,' answer || fail "$(cat answer)"
	has 'MSG SIZE  rcvd: 3[0-9][0-9][0-9]' answer || fail "$(cat answer)"
	has '(UDP)' answer || fail "$(cat answer)"
	$dig +bufsize=512 large.test TXT >answer
	has 'ANSWER: 14,' answer || fail "$(cat answer)"
	has '(TCP)' answer || fail "$(cat answer)"
	finish
	good wire0
	show wire0 'ip.flags.mf == 1 && ip.src == 10.0.0.1' >pieces
	test -s pieces || fail "nothing came in pieces"
}

case_http() {
	network
	capture wire0 4000
	mkdir www temp
	head -c 20000000 /dev/urandom >www/file
	cat >nginx.conf <<-EOT
	daemon off;
	master_process off;
	pid $PWD/nginx.pid;
	error_log $PWD/nginx.err;
	events { }
	http {
		access_log off;
		client_body_temp_path $PWD/temp;
		proxy_temp_path $PWD/temp;
		fastcgi_temp_path $PWD/temp;
		uwsgi_temp_path $PWD/temp;
		scgi_temp_path $PWD/temp;
		server {
			listen 10.0.0.1:80;
			listen [fd00::1]:80;
			listen 127.0.0.1:8000;
			root $PWD/www;
			}
	}
	EOT
	nginx -c $PWD/nginx.conf -e $PWD/nginx.err &
	until_ok listens 8000
	forward -L 8080,10.0.0.1:80 -L 8086,[fd00::1]:80 -R 80,8000
	for to in 127.0.0.1:8080 127.0.0.1:8086 10.0.0.2 '[fd00::2]'; do
		curl -sS -g -m 60 -o back http://$to/file
		cmp www/file back || fail "$to"
		curl -sS -g -m 60 http://$to/none | grep -q '404 Not' ||
		    fail "$to: no answer"
	done
	finish
	good wire0
}

# Echo requests of all sizes both ways, with DF as far as that goes.
case_ping() {
	network
	capture wire0 4000
	kernel wait
	until_ok ping -c 1 -W 1 10.0.0.2
	until_ok ping -c 1 -W 1 fd00::2
	for size in 0 1 55 1471 1472 1473 2959 2960 2961 20000 60000; do
		for to in 10.0.0.2 fd00::2; do
			ping -q -c 2 -i 0.01 -W 20 -M dont -s $size $to >ping ||
			    fail "$size to $to: $(cat ping)"
		done
	done
	ping -q -c 2 -i 0.01 -W 20 -M do -s 1472 10.0.0.2 >ping ||
	    fail "$(cat ping)"
	kill $kernel
	wait $kernel || fail "$(cat err)"
	for size in 0 1472 1473 20000; do
		for to in 10.0.0.1 fd00::1; do
			rumpnet -e 'ifconfig virt0 link xdp:wire1 10.0.0.2/24' \
			    -e 'ifconfig virt0 fd00::2/64' ping -c 2 -i 0.01 \
			    -w 20 -s $size $to >ping ||
			    fail "$size to $to: $(cat ping)"
		done
	done
	good wire0
	show wire0 'ip.src == 10.0.0.2 && ip.flags.mf == 1' >pieces
	test -s pieces || fail "the kernel sent no pieces"
	show wire0 'ipv6.src == fd00::2 && ipv6.fraghdr' >pieces
	test -s pieces || fail "the kernel sent no pieces of IPv6"
}

# Two networks of Linux, in namespaces of their own, and a kernel between them
# that passes on: 1500 bytes on the one side, 1280 on the other, which they do
# not know.
elsewhere() {
	test "$(readlink /proc/$1/ns/net)" != "$(readlink /proc/self/ns/net)"
}
host() {
	unshare -n sleep 1000 &
	eval "$1=\$!"
	until_ok elsewhere $!
}
inside() {
	where=$1
	shift
	nsenter -t $where -n "$@"
}
wire() {
	ip link add $1 type veth peer name eth0 netns $2
	ip link set $1 up
	no_offload ethtool -K $1
	no_offload inside $2 ethtool -K eth0
	inside $2 sh -ec "ip link set lo up
	    ip link set eth0 addrgenmode none up
	    ip addr add 10.0.$3.2/24 dev eth0
	    ip route add default via 10.0.$3.1
	    ip addr add fd00:$3::2/64 dev eth0 nodad
	    ip route add default via fd00:$3::1"
}
case_router() {
	ip link set lo up
	host a
	host b
	wire left $a 1
	wire right $b 2
	capture left 3000
	capture right 3000
	rumpnet -e 'ifconfig virt0 link packet:left 10.0.1.1/24 fd00:1::1/64
	    ifconfig virt1 link packet:right mtu 1280 10.0.2.1/24 fd00:2::1/64' \
	    router >out 2>err &
	kernel=$!
	inside $b iperf3 -s >server.out 2>&1 &
	until_ok inside $a ping -c 1 -W 1 10.0.2.2
	until_ok inside $a ping -c 1 -W 1 fd00:2::2
	# What is captured has the beginning of both.
	for size in 60K 4M; do
		for to in 10.0.2.2 fd00:2::2; do
			client tcp inside $a iperf3 -c $to -n $size
			client tcp inside $a iperf3 -c $to -n $size -R
		done
	done
	inside $a ip route get 10.0.2.2 | grep -q 'mtu 1280' ||
	    fail "no MTU of the path was learnt"
	inside $a ip route get fd00:2::2 | grep -q 'mtu 1280' ||
	    fail "no MTU of the path of IPv6 was learnt"
	# Too large with DF; in pieces without.
	inside $a ping -q -c 2 -i 0.01 -W 20 -M dont -s 1400 10.0.2.2 >ping ||
	    fail "$(cat ping)"
	finish
	good left
	good right
	show left 'icmp.type == 3 && icmp.code == 4 && icmp.mtu == 1280' >big
	test -s big || fail "nothing was too large"
	show left 'icmpv6.type == 2 && icmpv6.mtu == 1280' >big
	test -s big || fail "nothing of IPv6 was too large"
	show right 'frame.len > 1294 && (ip.dst == 10.0.2.2 ||
	    ipv6.dst == fd00:2::2)' >big
	test ! -s big || fail "too large: $(head -n 3 big)"
}

# Frames with tags, as IEEE 802.1Q has them; Linux writes and reads them as
# they are.
peer() {
	python3 $here/vlan_peer.py wire0 $1 $2 >peer 2>&1 &
	peer=$!
	until_ok has listening peer
}
tagged() {
	rumpnet -e 'ifconfig virt0 link xdp:wire1 up
	    ifconfig vlan0 vlan 5 vlanif virt0 up' "$@"
}
case_vlan() {
	network
	capture wire0 500
	one='ifconfig vlan0 10.0.5.2/24'
	two='ifconfig vlan1 vlan 6 vlanif vlan0 10.0.5.3/24'
	peer 5 5
	tagged -e "$one" ping -c 3 -i 0.1 -w 30 10.0.5.1 >ping ||
	    fail "one tag: $(cat ping)"
	kill $peer
	peer 5,6 5,6
	tagged -e "$two" ping -c 3 -i 0.1 -w 30 -s 1400 10.0.5.1 >ping ||
	    fail "two tags: $(cat ping)"
	kill $peer
	# What comes with another tag is for somebody else.
	for tags in 4 5,6 0; do
		peer 5 $tags
		! tagged -e "$one" ping -c 1 -w 1 10.0.5.1 >ping ||
		    fail "an answer with $tags: $(cat ping)"
		kill $peer
	done
	good wire0
	ours='eth.src != 02:00:00:00:05:01 && (arp || ip)'
	show wire0 "$ours && arp.src.proto_ipv4 == 10.0.5.2" -T fields \
	    -e eth.type -e vlan.id -e vlan.priority -e vlan.dei -e vlan.etype |
	    sort -u >tags
	printf '0x8100\t5\t0\t0\t0x0806\n' | cmp - tags ||
	    fail "tags of ARP: $(cat tags)"
	show wire0 "$ours && ip.src == 10.0.5.3" -T fields -E occurrence=a \
	    -e eth.type -e vlan.id -e vlan.priority -e vlan.dei -e vlan.etype |
	    sort -u >tags
	printf '0x8100\t5,6\t0,0\t0,0\t0x8100,0x0800\n' | cmp - tags ||
	    fail "tags of IP: $(cat tags)"
}

here=$(dirname "$0")
case_$1
