# SPDX-License-Identifier: BSD-2-Clause
#
# What rumpnet(1) sent on a bus is shown, saved and sent again.
# Covers: shmif(4)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

one='ifconfig shmif0 link bus 10.0.0.1/24'
two='ifconfig shmif0 link bus 10.0.0.2/24'

# Traffic of ARP, ICMP and TCP on "bus", by two kernels that end.
traffic() {
	rumpnet -e "$one" stream listen 5000 >out &
	listener=$!
	head -c 100000 /dev/urandom >in
	atf_check rumpnet -e "$two" stream -w 40 connect 10.0.0.1 5000 <in
	wait $listener || atf_fail "listener"
	atf_check cmp in out
}

# pcap.py FILE: frames, and how many checksums of IP or TCP are wrong
pcap_py() {
	cat >pcap.py <<'EOT'
import struct, sys
d = open(sys.argv[1], 'rb').read()
assert struct.unpack('<I', d[:4])[0] == 0xa1b23c4d
assert struct.unpack('<I', d[20:24])[0] == 1
def bad(b):
    b += b'\0' * (len(b) % 2)
    s = sum(struct.unpack('>%dH' % (len(b) // 2), b))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return s != 0xffff
at, n, wrong, tcp = 24, 0, 0, 0
while at < len(d):
    cap, ln = struct.unpack('<II', d[at + 8:at + 16])
    assert cap == ln
    f = d[at + 16:at + 16 + cap]
    at += 16 + cap
    n += 1
    if f[12:14] != b'\x08\0':
        continue
    ip = f[14:14 + struct.unpack('>H', f[16:18])[0]]
    wrong += bad(ip[:20])
    if ip[9] == 6:
        tcp += 1
        wrong += bad(ip[12:20] + struct.pack('>HH', 6, len(ip) - 20)
            + ip[20:])
print(n, 'frames', 'tcp' if tcp > 5 else '', wrong, 'wrong')
EOT
}

atf_test_case dump
dump_body() {
	traffic
	atf_check -o match:' > ff:ff:ff:ff:ff:ff type 0806, 42 bytes$' \
	    -o match:'^[0-2][0-9]:[0-5][0-9]:.* slot [01]: .* type 0800, ' \
	    shmif_dumpbus bus
	shmif_dumpbus bus >all
	atf_check -o file:all shmif_dumpbus bus
	head -n 2 all >first
	atf_check -o file:first shmif_dumpbus -n 2 bus
	atf_check -o match:'^bus: version [0-9]+, [0-9]+ members$' \
	    shmif_dumpbus -h bus
	# as frames on a wire
	pcap_py
	atf_check shmif_dumpbus -p bus.pcap bus
	atf_check -o match:"^$(wc -l <all) frames tcp 0 wrong\$" \
	    python3 pcap.py bus.pcap
	atf_check -o file:bus.pcap shmif_dumpbus -p - bus
}

atf_test_case follow
follow_body() {
	rumpnet -e "$one" wait &
	waits=$!
	atf_check -o match:' 1 received' rumpnet -e "$two" \
	    ping -c 1 -i 0.1 -w 40 10.0.0.1
	shmif_dumpbus -f bus >got &
	follows=$!
	# until it follows
	n=0
	while [ ! -s got ] && [ $((n += 1)) -lt 400 ]; do
		sleep 0.05
	done
	atf_check -o match:' 3 received' rumpnet -e "$two" \
	    ping -c 3 -i 0.1 -w 40 -s 777 10.0.0.1
	n=0
	while [ $(grep -c ', 819 bytes$' got) -lt 6 ] &&
	    [ $((n += 1)) -lt 400 ]; do
		sleep 0.05
	done
	kill $follows
	wait $follows || atf_fail "shmif_dumpbus: $?"
	kill $waits
	wait $waits
	[ $(grep -c ', 819 bytes$' got) -ge 6 ] || atf_fail "$(cat got)"
}

# Echo requests, saved, are answered by another kernel of the same address.
atf_test_case replay
replay_body() {
	rumpnet -e "$one" wait &
	waits=$!
	atf_check -o ignore -e ignore rumpnet -e "$two" \
	    -e 'ping -c 1 -i 0.1 -w 40 10.0.0.1' ping -c 20 -i 0.01 -w 40 -s 300 \
	    10.0.0.1
	kill $waits
	wait $waits
	atf_check shmif_dumpbus -p bus.pcap bus
	shmif_dumpbus bus >first
	atf_check shmif_pcapin bus.pcap new
	# nobody was there; all of it is on the bus now
	shmif_dumpbus new >second
	for f in first second; do
		sed 's/.*slot [0-9]*: //' $f >$f.frames
	done
	atf_check -o file:first.frames cat second.frames
	# more than fits the bus at once
	for i in 1 2 3 4 5; do
		atf_check -e ignore shmif_pcapin bus.pcap new
	done
	atf_check -o match:'^6$' sh -c 'expr $(shmif_dumpbus new | wc -l) / \
	    $(wc -l <first)'
}

refused() {
	status=$1
	text=$2
	shift 2
	atf_check -s exit:$status -o empty -e match:"$text" "$@"
}

atf_test_case refuse
refuse_body() {
	refused 1 'nosuch: No such file' shmif_dumpbus nosuch
	[ ! -e nosuch ] || atf_fail "a bus was made"
	: >empty
	refused 1 'empty: not a bus' shmif_dumpbus empty
	[ ! -s empty ] || atf_fail "a bus was made"
	head -c 100000 /dev/urandom >noise
	refused 1 'noise: not a bus' shmif_dumpbus noise
	refused 1 '\.: not a bus' shmif_dumpbus .
	refused 2 usage shmif_dumpbus
	refused 2 usage shmif_dumpbus -n 0 bus
	refused 2 usage shmif_dumpbus -z bus
	refused 2 usage shmif_dumpbus bus bus
	refused 2 usage shmif_pcapin noise
	refused 2 usage shmif_pcapin -x noise bus
	traffic
	refused 1 'standard output' sh -c 'shmif_dumpbus bus >/dev/full'
	refused 1 'no/such' shmif_dumpbus -p no/such bus
	# files that are none, other links, frames that were cut
	refused 1 noise shmif_pcapin noise new
	refused 1 'nosuch' shmif_pcapin nosuch new
	[ ! -e new ] || atf_fail "a bus was made"
	atf_check shmif_dumpbus -p good -n 3 bus
	refused 1 'noise: not a bus' shmif_pcapin good noise
	{ head -c 20 good; printf '\145\0\0\0'; tail -c +25 good; } >raw
	refused 1 'raw: not frames of Ethernet' shmif_pcapin raw new
	{ head -c 36 good; printf '\377\0\0\0'; tail -c +41 good; } >cut
	refused 1 'cut: 1 frames are not whole' shmif_pcapin cut new
	atf_check_equal 2 "$(shmif_dumpbus new | wc -l)"
	head -c 70 good >short
	refused 1 'short: ' shmif_pcapin short new
	# what is on the bus may be anything
	printf '\377\377\377\377' | dd of=bus bs=1 seek=70000 conv=notrunc \
	    2>/dev/null
	shmif_dumpbus bus >/dev/null 2>&1
	[ $? -le 1 ] || atf_fail "a damaged bus: $?"
}

atf_init_test_cases() {
	atf_add_test_case dump
	atf_add_test_case follow
	atf_add_test_case replay
	atf_add_test_case refuse
}
