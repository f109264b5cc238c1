# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet(1) and IPv6: neighbours, sockets, counters, a way with a router.
# Covers: ndp(8), ip6(4), icmp6(4)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

one='ifconfig shmif0 link bus fd00:1::1/64'
ping='ping -c 1 -i 0.1 -w 40'

atf_test_case ndp
ndp_body() {
	start -e 'ifconfig shmif0 link bus fd00:1::2/64' wait
	atf_check -o match:'^fd00:1::1 .* shmif0 +never +- +lS$' \
	    -o match:'^fe80::.*%shmif0 .* shmif0 +never +- +lS$' \
	    -o match:'^fd00:1::2 +([0-9a-f]{2}:){5}.. shmif0 .*[0-9]s ' \
	    rumpnet -e "$one" -e "$ping fd00:1::2" ndp
	atf_check -o match:'^fd00:1::2 ' -o not-match:'^fd00:1::1 ' \
	    rumpnet -e "$one" -e "$ping fd00:1::2" ndp fd00:1::2
	atf_check -s exit:1 -o ignore -e match:'no such neighbour' \
	    rumpnet -e "$one" -e "$ping fd00:1::2" -e 'ndp -d fd00:1::2' \
	    ndp fd00:1::2
	# those of the other family are not there
	atf_check -o not-match:'^fd00' -o not-match:'^fe80' \
	    rumpnet -e "$one" -e "$ping fd00:1::2" arp
	end
	atf_check -o empty rumpnet -e "$one" ndp -r
	atf_check -o empty rumpnet -e "$one" ndp -p
	for a in fd00:1::9 fd00:9::9; do
		atf_check -s exit:1 -e match:'no such neighbour' \
		    rumpnet -e "$one" ndp -d $a
	done
	atf_check -s exit:2 -e match:'no address of IPv6' \
	    rumpnet -e "$one" ndp 10.0.0.1
	atf_check -s exit:2 -e match:'which neighbour' rumpnet ndp -d
	atf_check -s exit:2 -e match:'one thing' rumpnet ndp -r -p
	atf_check -s exit:2 -e match:'which option' rumpnet ndp -x
}

atf_test_case sockets
sockets_body() {
	atf_check -o match:'^ip6:$' -o match:'packets received$' \
	    -o not-match:'^ip:$' rumpnet -e "$ping ::1" netstat -s -p ip6
	atf_check -o match:'1 echoes sent$' -o match:'1 echoes received$' \
	    -o ignore rumpnet -e "$ping ::1" netstat -s -p icmp6
	atf_check -o match:'1 no socket$' rumpnet \
	    -e 'traceroute -q 1 ::1' netstat -s -p udp6
	atf_check -o match:'^proto ' rumpnet sockstat
}

atf_test_case trace
trace_body() {
	start -e 'ifconfig shmif0 link bus fd00:1::2/64' \
	    -e 'ifconfig shmif1 link bus2 fd00:2::1/64' router
	start -e 'ifconfig shmif0 link bus2 fd00:2::2/64' \
	    -e 'route add default fd00:2::1' wait
	way='route add default fd00:1::2'
	for how in '' -I; do
		atf_check -o match:'^ 1  fd00:1::2 ' \
		    -o match:'^ 2  fd00:2::2 ' -o not-match:'^ 3' \
		    rumpnet -e "$one" -e "$way" -e "$ping fd00:2::2" \
		    traceroute $how -w 20 fd00:2::2
	done
	atf_check -s exit:1 -o match:'^ 2  fd00:1::2 .* unreachable, code 0' \
	    rumpnet -e "$one" -e "$way" -e "$ping fd00:2::2" \
	    traceroute -q 1 -w 20 fd00:9::1
	atf_check -s exit:1 -o match:'^ 1  \*$' rumpnet -e "$one" \
	    traceroute -q 1 -m 1 -w 0.1 fd00:1::9
	end
}

atf_init_test_cases() {
	atf_add_test_case ndp
	atf_add_test_case sockets
	atf_add_test_case trace
}
