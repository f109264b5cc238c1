# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet(1) with vlans, bridges and dumps: kernels in processes of their own.

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

# dump FILE BUS COUNT: in the background, once it listens.
dump() {
	rumpnet -e "ifconfig shmif0 link $2 up" dump -i shmif0 -c $3 \
	    -w $1 2>$1.err &
	dumping=$!
	for i in $(seq 200); do
		grep -q listening $1.err && return
		sleep 0.05
	done
	atf_fail "dump: $(cat $1.err)"
}
# The file is one that others can read, too.
readable() {
	tshark -n -r $1 >$1.out 2>$1.warn || atf_fail "tshark: $(cat $1.warn)"
	grep -qi 'malformed\|truncated\|cut short' $1.out $1.warn &&
	    atf_fail "tshark: $(cat $1.out $1.warn)"
	grep -q "$2" $1.out || atf_fail "tshark: $(cat $1.out)"
}

bridged() {
	start -e 'ifconfig shmif0 link a up
		ifconfig shmif1 link b up
		ifconfig shmif2 link c up
		ifconfig bridge0 create
		bridge bridge0 add shmif0 add shmif1 add shmif2
		ifconfig bridge0 up' wait
}

atf_test_case bridge
bridge_head() {
	atf_set require.progs tshark
}
bridge_body() {
	bridged
	start -e 'ifconfig shmif0 link a 10.0.0.1/24' wait
	start -e 'ifconfig shmif0 link b 10.0.0.2/24' wait
	dump out.pcap c 12
	three='ifconfig shmif0 link c 10.0.0.3/24'
	for to in 1 2; do
		atf_check -o match:" 3 received" rumpnet -e "$three" \
		    ping -c 3 -i 0.1 -w 40 10.0.0.$to
	done
	wait $dumping || atf_fail "$(cat out.pcap.err)"
	readable out.pcap ARP
	end
}

# Two kernels with a bridge each, joined by two wires: one port blocks, and a
# station at each side hears the other.
atf_test_case bridge_stp
bridge_stp_body() {
	tree='bridge bridge0 fwddelay 1 hello 1 maxage 6'
	start -e "ifconfig shmif0 link a up
		ifconfig shmif1 link x up
		ifconfig shmif2 link y up
		ifconfig bridge0 create
		bridge bridge0 add shmif0 add shmif1 add shmif2
		$tree priority 4096 stp shmif0 stp shmif1 stp shmif2
		ifconfig bridge0 up" wait
	second="ifconfig shmif0 link b up
		ifconfig shmif1 link x up
		ifconfig shmif2 link y up
		ifconfig bridge0 create
		bridge bridge0 add shmif0 add shmif1 add shmif2
		$tree stp shmif0 stp shmif1 stp shmif2
		bridge bridge0 ifcost shmif2 200 ifpriority shmif2 64"
	start -e "$second
		ifconfig bridge0 up" wait
	start -e 'ifconfig shmif0 link a 10.0.0.1/24' wait
	atf_check -o match:" 3 received" rumpnet -e \
	    'ifconfig shmif0 link b 10.0.0.2/24' \
	    ping -c 3 -i 0.1 -w 60 10.0.0.1
	end
	# What is shown, of one that is not up.
	atf_check -o match:'^shmif2 stp port [0-9]* priority 64 cost 200 disabled$' \
	    -o match:'^shmif1 stp port [0-9]* priority 128 cost 55 disabled$' \
	    -o match:'	priority 32768 hello 1 fwddelay 1 maxage 6$' \
	    rumpnet -e "$second" bridge bridge0
	atf_check -o match:'^shmif2$' -o not-match:'shmif2 stp' \
	    rumpnet -e "$second" -e 'bridge bridge0 -stp shmif2' bridge bridge0
	new='ifconfig bridge0 create'
	refused 2 'is no number for hello' \
	    rumpnet -e "$new" bridge bridge0 hello 256
	refused 2 'is no number for priority' \
	    rumpnet -e "$new" bridge bridge0 priority 65536
	refused 2 'is no number for ifcost' \
	    rumpnet -e "$second" bridge bridge0 ifcost shmif0 x
	refused 1 'stp shmif9: ' rumpnet -e "$new" bridge bridge0 stp shmif9
	refused 1 'hello 0: ' rumpnet -e "$new" bridge bridge0 hello 0
}

# Large segments cross a bridge whole, as all members are on such buses.
atf_test_case bridge_stream
bridge_stream_body() {
	bridged
	head -c 3000003 /dev/urandom >in
	rumpnet -e 'ifconfig shmif0 link a 10.0.0.1/24' stream listen 5000 \
	    >out &
	listener=$!
	atf_check -e match:'^sent 3000003 bytes' rumpnet -e \
	    'ifconfig shmif0 link b 10.0.0.2/24' \
	    stream -v -w 40 connect 10.0.0.1 5000 <in
	wait $listener || atf_fail "listener"
	atf_check cmp in out
	end
}

atf_test_case vlan
vlan_head() {
	atf_set require.progs tshark
}
vlan_body() {
	start -e 'ifconfig shmif0 link bus up
		ifconfig vlan0 vlan 5 vlanif shmif0 10.5.0.1/24
		ifconfig vlan1 vlan 6 vlanif shmif0 10.6.0.1/24
		ifconfig vlan2 vlan 7 vlanif vlan1 10.7.0.1/24' wait
	dump out.pcap bus 12
	two='ifconfig shmif0 link bus up
		ifconfig vlan3 vlan 5 vlanif shmif0 10.5.0.2/24
		ifconfig vlan4 vlan 6 vlanif shmif0 10.6.0.2/24
		ifconfig vlan5 vlan 7 vlanif vlan4 10.7.0.2/24'
	for net in 5 6 7; do
		atf_check -o match:' 2 received' rumpnet -e "$two" \
		    ping -c 2 -i 0.1 -w 40 10.$net.0.1
	done
	atf_check -o match:'vlan 7 vlanif vlan4$' rumpnet -e "$two" \
	    ifconfig vlan5
	atf_check -o not-match:vlanif rumpnet -e "$two" \
	    -e 'ifconfig vlan5 -vlanif' ifconfig vlan5
	wait $dumping || atf_fail "$(cat out.pcap.err)"
	readable out.pcap 'ICMP\|ARP'
	end
}

atf_test_case lines
lines_body() {
	rumpnet -e 'ifconfig shmif0 link bus up' dump -i shmif0 -c 4 \
	    >out 2>err &
	dumping=$!
	for i in $(seq 200); do
		grep -q listening err && break
		sleep 0.05
	done
	start -e 'ifconfig shmif0 link bus 10.0.0.1/24' wait
	atf_check -o match:' 2 received' rumpnet \
	    -e 'ifconfig shmif0 link bus 10.0.0.2/24' \
	    ping -c 2 -i 0.1 -w 40 10.0.0.1
	wait $dumping || atf_fail "$(cat err)"
	atf_check -o match:'^[0-9:.]+ arp who has 10.0.0.[12], tell' cat out
	atf_check -o match:'^[0-9]+ packets, 0 lost$' cat err
	end
}

atf_test_case refusals
refusals_body() {
	refused 1 'no0: Device not configured|no0: ' rumpnet dump -i no0
	refused 2 'wants an interface' rumpnet dump
	refused 2 'is no count' rumpnet dump -i lo0 -c 0
	refused 2 'too many words' rumpnet dump -i lo0 x
	refused 1 'no/such/file' rumpnet dump -i lo0 -w no/such/file
	refused 2 'which bridge' rumpnet bridge
	refused 1 'bridge0: ' rumpnet bridge bridge0
	b='ifconfig bridge0 create'
	refused 1 'bridge0: add shmif0: ' \
	    rumpnet -e "$b" bridge bridge0 add shmif0
	refused 1 'bridge0: delete shmif0: ' \
	    rumpnet -e "$b" bridge bridge0 delete shmif0
	refused 2 'wants a value' rumpnet -e "$b" bridge bridge0 add
	refused 2 'no word I know' rumpnet -e "$b" bridge bridge0 eat
	refused 2 'is no number' rumpnet -e "$b" bridge bridge0 maxaddr many
	refused 1 'maxaddr 0: ' rumpnet -e "$b" bridge bridge0 maxaddr 0
	refused 2 'is no link address' rumpnet -e "$b" bridge bridge0 forget x
	refused 1 'forget 0:' rumpnet -e "$b" bridge bridge0 forget 0:1:2:3:4:5
	atf_check -o match:'^shmif0$' \
	    -o match:'02:01:02:03:04:05 shmif0 static$' rumpnet -e "$b" \
	    -e 'ifconfig shmif0 link bus up' -e 'bridge bridge0 add shmif0
		bridge bridge0 static shmif0 2:1:2:3:4:5 flush' bridge bridge0
	refused 2 'vlan wants' rumpnet ifconfig vlan0 vlan 5
	refused 2 'is no tag' rumpnet ifconfig vlan0 vlan 4095 vlanif shmif0
	refused 1 'vlan 5 of shmif0: ' rumpnet ifconfig vlan0 vlan 5 vlanif shmif0
}

atf_init_test_cases() {
	atf_add_test_case bridge
	atf_add_test_case bridge_stp
	atf_add_test_case bridge_stream
	atf_add_test_case vlan
	atf_add_test_case lines
	atf_add_test_case refusals
}
