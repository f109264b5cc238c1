# SPDX-License-Identifier: BSD-2-Clause
#
# Kernels in processes of their own: two on a bus of shmif, five in a row with
# three routers between them.
# Covers: shmif(4), ip(4), tcp(4), icmp(4)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

one='ifconfig shmif0 link bus 10.0.0.1/24'
two='ifconfig shmif0 link bus 10.0.0.2/24'

# stream FROM TO ADDRESS BYTES: random bytes from one kernel to another.
stream() {
	head -c $4 /dev/urandom >in
	rumpnet -e "$2" stream listen 5000 >out &
	listener=$!
	atf_check -e match:"^sent $4 bytes" \
	    rumpnet -e "$1" stream -v -w 40 connect $3 5000 <in
	wait $listener || atf_fail "listener"
	atf_check cmp in out
}

atf_test_case two_ping
two_ping_body() {
	start -e "$one" wait
	atf_check -o match:'^64 bytes from 10.0.0.1: .*ttl=255' \
	    -o match:' 3 received' \
	    rumpnet -e "$two" ping -c 3 -i 0.1 -w 40 10.0.0.1
	# in pieces
	atf_check -o match:'^20008 bytes from' \
	    rumpnet -e "$two" ping -s 20000 -c 3 -i 0.1 -w 40 10.0.0.1
	atf_check -o match:'^9008 bytes from' rumpnet -e "$two mtu 576" \
	    ping -s 9000 -c 3 -i 0.1 -w 40 10.0.0.1
	end
}

atf_test_case two_stream
two_stream_body() {
	stream "$one" "$two" 10.0.0.2 0
	stream "$one" "$two" 10.0.0.2 1
	stream "$one" "$two" 10.0.0.2 20000003
	stream "$two mtu 576" "$one" 10.0.0.1 1000003
}

# The peer dies: who sends hears of it, and does not wait for ever.
atf_test_case two_reset
two_reset_body() {
	rumpnet -e "$one" stream listen 5000 >/dev/full 2>err &
	listener=$!
	atf_check -s exit:1 -e match:'after [0-9]* bytes' sh -c "yes |
	    rumpnet -e '$two' stream -w 40 connect 10.0.0.1 5000"
	wait $listener && atf_fail "listener"
	atf_check -o match:'standard output: No space' cat err
}

# a - r1 - r2 - r3 - z
chain() {
	start -e 'ifconfig shmif0 link bus1 10.0.1.2/24
	    ifconfig shmif1 link bus2 10.0.2.1/24
	    route add default 10.0.2.2' router
	start -e 'ifconfig shmif0 link bus2 10.0.2.2/24
	    ifconfig shmif1 link bus3 10.0.3.1/24
	    route add 10.0.1.0/24 10.0.2.1
	    route add 10.0.4.0/24 10.0.3.2' router
	start -e 'ifconfig shmif0 link bus3 10.0.3.2/24
	    ifconfig shmif1 link bus4 10.0.4.1/24
	    route add default 10.0.3.1' router
}
a='ifconfig shmif0 link bus1 10.0.1.1/24
    route add default 10.0.1.2'
z='ifconfig shmif0 link bus4 10.0.4.2/24
    route add default 10.0.4.1'

atf_test_case chain_ping
chain_ping_body() {
	chain
	start -e "$z" wait
	atf_check -o match:'bytes from 10.0.4.2: .*ttl=252' -e ignore \
	    rumpnet -e "$a" ping -c 3 -i 0.1 -w 40 10.0.4.2
	atf_check -s exit:1 -e ignore \
	    -o match:'^from 10.0.2.2: .*time exceeded, code 0' \
	    rumpnet -e "$a" ping -t 2 -c 1 -i 0.1 -w 1 10.0.4.2
	atf_check -s exit:1 -e ignore \
	    -o match:'^from 10.0.2.2: .*destination unreachable, code 0' \
	    rumpnet -e "$a" ping -c 1 -i 0.1 -w 1 10.9.0.1
	end
}

# The routers on the way; where nobody answers; where it ends.
atf_test_case chain_trace
chain_trace_body() {
	chain
	start -e "$z" wait
	for how in "" -I; do
		atf_check -o match:'^ 1  10.0.1.2 .* ms' \
		    -o match:'^ 2  10.0.2.2 ' -o match:'^ 3  10.0.3.2 ' \
		    -o match:'^ 4  10.0.4.2 ' -o not-match:'^ 5' \
		    rumpnet -e "$a" -e 'ping -c 1 -i 0.1 -w 40 10.0.4.2' \
		    traceroute $how -w 20 10.0.4.2
	done
	atf_check -s exit:1 -o not-match:'^ 4' \
	    -o match:'^ 3  10.0.2.2 .* unreachable, code 0' rumpnet -e "$a" \
	    -e 'ping -c 1 -i 0.1 -w 40 10.0.4.2' traceroute -q 1 10.9.0.1
	atf_check -s exit:1 -o match:'^ 1  10.0.1.2 ' -o not-match:'^ 2' \
	    rumpnet -e "$a" -e 'ping -c 1 -i 0.1 -w 40 10.0.4.2' \
	    traceroute -q 1 -m 1 10.0.4.2
	# nobody has the address: the last router says so at last, or nothing
	atf_check -s exit:1 -o match:'^ 1  \*$' rumpnet -e "$a" \
	    traceroute -q 1 -m 1 -w 0.1 10.0.1.9
	end
	atf_check -s exit:2 -e match:'-m does not take 0' \
	    rumpnet traceroute -m 0 10.0.0.1
	atf_check -s exit:2 -e match:'one address' rumpnet traceroute here
	atf_check -s exit:2 -e match:'not so many ports' \
	    rumpnet traceroute -p 65535 10.0.0.1
}

atf_test_case chain_stream
chain_stream_body() {
	chain
	stream "$a" "$z" 10.0.4.2 5000003
	end
}

atf_init_test_cases() {
	atf_add_test_case two_ping
	atf_add_test_case two_stream
	atf_add_test_case two_reset
	atf_add_test_case chain_ping
	atf_add_test_case chain_trace
	atf_add_test_case chain_stream
}
