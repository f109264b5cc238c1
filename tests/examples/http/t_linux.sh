# SPDX-License-Identifier: BSD-2-Clause
#
# Kernels and Linux: in network namespaces of the test's own, over tap devices.
# On the bus are httpd or httpget; a kernel is the router between it and Linux,
# whose address it answers for on the bus.
# Covers: arp(4), icmp(4), tcp(4), virt(4)

PATH=$(atf_get_srcdir):$B/emu:$B/bin:/usr/sbin:$PATH
LC_ALL=C
export PATH LC_ALL

# case_ NAME: one that needs root, and takes its namespaces away
case_() {
	atf_test_case $1 cleanup
	eval "$1_head() { atf_set require.user root; atf_set \
	    require.progs 'ip curl nginx tshark ping'; }
	$1_cleanup() { remove; }"
}
remove() {
	[ ! -f pids ] || kill $(cat pids) 2>/dev/null
	[ ! -f spaces ] || for n in $(cat spaces); do
		ip netns del $n
	done
	return 0
}
# space NAME: makes a namespace, which at NAME COMMAND... runs in
space() {
	ip netns add ak$$$1 2>err || atf_skip "no network namespace"
	echo ak$$$1 >>spaces
	at $1 ip link set lo up
	script
}
at() {
	n=$1
	shift
	ip netns exec ak$$$n "$@"
}
# as a program, for atf_check
script() {
	printf '#!/bin/sh\nn=$1; shift; exec ip netns exec ak%s$n "$@"\n' $$ >at
	chmod +x at
	PATH=$PWD:$PATH
}
# background COMMAND...: ended with the case
background() {
	"$@" &
	echo $! >>pids
}
# tap NAME DEVICE ADDRESS: Linux's end of a wire
tap() {
	at $1 ip tuntap add $2 mode tap vnet_hdr &&
	    at $1 ip link set $2 up && at $1 ip addr add $3 dev $2 ||
	    atf_skip "no tap device"
}

# Linux has 10.0.0.77, behind the router of the bus.
with_router() {
	space a
	tap a tap0 10.0.1.1/24
	at a ip addr add 10.0.0.77/32 dev tap0
	at a ip route add 10.0.0.0/24 via 10.0.1.2 src 10.0.0.77
	background at a rumpnet \
	    -e 'ifconfig virt0 link tap:tap0 10.0.1.2/24' \
	    -e 'ifconfig shmif0 link bus 10.0.0.254/24' \
	    -e 'arp -s 10.0.0.77 auto pub' \
	    -e 'route add 10.0.0.77 10.0.1.1' router
	atf_check -o ignore ./at a ping -q -c 1 -w 40 10.0.0.254
}

case_ curl_httpd
curl_httpd_body() {
	with_router
	head -c 3000001 /dev/urandom >page
	mkfifo ready
	httpd bus 10.0.0.1 page >ready &
	echo $! >>pids
	read -r line <ready
	for i in 1 2 3; do
		atf_check ./at a curl -s --http1.0 -m 40 -o got \
		    http://10.0.0.1/page
		atf_check cmp page got
	done
	# several at once
	at a curl -s -m 40 -o got.1 http://10.0.0.1/ &
	one=$!
	atf_check ./at a curl -s -m 40 -o got.2 http://10.0.0.1/
	wait $one || atf_fail "curl"
	atf_check cmp page got.1
	atf_check cmp page got.2
}

case_ httpget_nginx
httpget_nginx_body() {
	with_router
	mkdir html
	head -c 3000001 /dev/urandom >html/page
	cat >nginx.conf <<EOT
daemon off; pid $PWD/pid; error_log stderr; user root;
events { }
http { access_log off; server { listen 10.0.0.77:80; root $PWD/html; } }
EOT
	background at a nginx -p "$PWD" -c "$PWD/nginx.conf" 2>log
	n=0
	until at a curl -s -o /dev/null http://10.0.0.77/page; do
		[ $((n += 1)) -lt 200 ] || atf_fail "nginx: $(cat log)"
		sleep 0.1
	done
	httpget bus 10.0.0.2 10.0.0.77 /page >got || atf_fail "httpget"
	tail -c 3000001 got >body
	atf_check cmp html/page body
	atf_check -o match:'^HTTP/1.[01] 200' head -n 1 got
	atf_check -o match:'^HTTP/1.[01] 404' \
	    httpget bus 10.0.0.2 10.0.0.77 /nothing
}

case_ ping
ping_body() {
	space a
	tap a tap0 10.0.1.1/24
	background at a rumpnet \
	    -e 'ifconfig virt0 link tap:tap0 10.0.1.2/24' wait
	atf_check -o ignore ./at a ping -q -c 1 -w 40 10.0.1.2
	for size in 0 1 7 8 56 1471 1472; do
		atf_check -o match:', 0% packet loss' ./at a ping -q -M do -c 3 \
		    -i 0.01 -W 40 -s $size 10.0.1.2
	done
	# in pieces, both ways
	for size in 1473 1480 2953 9000 65000 65507; do
		atf_check -o match:', 0% packet loss' ./at a ping -q -M dont -c 3 \
		    -i 0.01 -W 40 -s $size 10.0.1.2
	done
}

# A Linux router with a small MTU behind it: 10.0.2.2 is reached by packets of
# 600 bytes alone, which the kernel learns.
case_ pmtu
pmtu_body() {
	space a
	space b
	tap a tap0 10.0.1.1/24
	at a ip link add v0 type veth peer name v1 netns ak$$b ||
	    atf_skip "no veth"
	at a ip addr add 10.0.2.1/24 dev v0
	at a ip link set v0 mtu 600 up
	at b ip addr add 10.0.2.2/24 dev v1
	at b ip link set v1 up
	# it does not tell that its packets have to be small
	at b ip route add default via 10.0.2.1 mtu 600 advmss 1460
	at a sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	cat >sink.py <<'EOT'
import socket, sys
s = socket.create_server(('10.0.2.2', 5000))
print('ready', flush=True)
c, a = s.accept()
with open('got', 'wb') as f:
    while True:
        d = c.recv(65536)
        if not d:
            break
        f.write(d)
EOT
	mkfifo ready
	at b python3 sink.py >ready &
	sink=$!
	read -r line <ready
	head -c 1000003 /dev/urandom >page
	# pieces need not know; the stream does
	atf_check -o match:'^1208 bytes from 10.0.2.2' -o \
	    match:'	[1-9][0-9]* path MTUs changed' -e ignore ./at a rumpnet \
	    -e 'ifconfig virt0 link tap:tap0 10.0.1.2/24' \
	    -e 'route add default 10.0.1.1' \
	    -e 'ping -c 1 -i 0.1 -w 40 -s 1200 10.0.2.2' \
	    -e 'stream -w 40 connect 10.0.2.2 5000' netstat -s -p icmp <page
	wait $sink || atf_fail "sink"
	atf_check cmp page got
}

# What two kernels sent each other is what it should be, says tshark.
case_ tshark
tshark_body() {
	head -c 300000 /dev/urandom >in
	rumpnet -e 'ifconfig shmif0 link bus 10.0.0.1/24' stream listen 5000 \
	    >out &
	listener=$!
	# pieces, an error, a name nobody has, a stream
	rumpnet -e 'ifconfig shmif0 link bus 10.0.0.2/24' \
	    -e 'ping -c 1 -i 0.1 -w 40 10.0.0.1' \
	    -e 'ping -c 2 -i 0.01 -s 5000 10.0.0.1' \
	    -e 'traceroute -q 1 10.0.0.1' \
	    stream -w 40 connect 10.0.0.1 5000 <in >log || atf_fail "$(cat log)"
	wait $listener || atf_fail "listener"
	atf_check cmp in out
	atf_check shmif_dumpbus -p bus.pcap bus
	cat >wrong <<'EOT'
_ws.malformed || ip.checksum.status == 0 || icmp.checksum.status == 0 ||
udp.checksum.status == 0 || tcp.checksum.status == 0 ||
tcp.analysis.zero_window_violation || arp.duplicate-address-detected ||
ip.bogus_header_length
EOT
	see() {
		tshark -r bus.pcap -o ip.check_checksum:TRUE \
		    -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
		    -Y "$1" 2>/dev/null
	}
	[ -z "$(see "$(tr '\n' ' ' <wrong)")" ] ||
	    atf_fail "$(see "$(tr '\n' ' ' <wrong)")"
	# it did look
	for p in arp icmp udp tcp 'ip.flags.mf == 1' \
	    'tcp.checksum.status == 1' 'ip.checksum.status == 1'; do
		[ -n "$(see "$p")" ] || atf_fail "no $p"
	done
}

atf_init_test_cases() {
	for c in curl_httpd httpget_nginx ping pmtu tshark; do
		atf_add_test_case $c
	done
}
