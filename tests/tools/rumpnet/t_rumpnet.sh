# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet(1) in one process: descriptions, interfaces, routes, what is refused.
# Covers: route(4), ifconfig(8), route(8)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

# A program that is rumpnet with an interface.
net() {
	cat >net <<'EOT'
#!/bin/sh
exec rumpnet -e 'ifconfig shmif0 link bus 10.0.0.1/24' "$@"
EOT
	chmod +x net
	PATH=$PWD:$PATH
}
# refused STATUS TEXT COMMAND...
refused() {
	status=$1
	text=$2
	shift 2
	atf_check -s exit:$status -o empty -e match:"$text" "$@"
}

atf_test_case ifconfig
ifconfig_body() {
	net
	atf_check -o match:'^lo0: .*UP,LOOPBACK' \
	    -o match:'inet 127.0.0.1/8' rumpnet ifconfig
	atf_check -o match:'^shmif0: .*UP,BROADCAST,RUNNING.* mtu 1500$' \
	    -o match:'link bus$' \
	    -o match:'inet 10.0.0.1/24 broadcast 10.0.0.255$' \
	    -o not-match:lo0 net ifconfig shmif0
	atf_check -o match:'mtu 900$' -o not-match:'10.0.0.1' \
	    -o match:'inet 10.9.0.1/8' -o not-match:'<UP' \
	    net -e 'ifconfig shmif0 mtu 900 -10.0.0.1 10.9.0.1/8 down' \
	    ifconfig shmif0
	atf_check -o not-match:'link bus' -o match:'no link' \
	    net -e 'ifconfig shmif0 -link' ifconfig shmif0
	atf_check -o not-match:shmif0 net -e 'ifconfig shmif0 destroy' ifconfig
	refused 1 'there is no interface shmif1' net ifconfig shmif1
	refused 1 'shmif0: create: ' net ifconfig shmif0 create
	refused 1 'nosuch0: create: ' net ifconfig nosuch0 up
	refused 1 'shmif0: link no/such/file: ' \
	    net ifconfig shmif0 link no/such/file
	refused 1 'shmif0: mtu 1: ' net ifconfig shmif0 mtu 1
	refused 1 'shmif0: -10.0.0.2: ' net ifconfig shmif0 -10.0.0.2
	refused 2 'is no mtu' net ifconfig shmif0 mtu many
	refused 2 'wants a value' net ifconfig shmif0 mtu
	refused 2 'neither a word' net ifconfig shmif0 10.0.0.3
	refused 2 'neither a word' net ifconfig shmif0 10.0.0.3/33
	refused 2 'is no name' net ifconfig name_of_more_than_15 up
}

atf_test_case route
route_body() {
	net
	atf_check -o match:'^default +10.0.0.2 +UGS +shmif0$' \
	    -o match:'^10.3.0.0/16 +10.0.0.7 +UGS +shmif0$' \
	    -o match:'^10.4.0.8 +10.0.0.7 +UGHS +shmif0$' \
	    -o match:'^10.0.0.0/24 ' \
	    net -e 'route add default 10.0.0.2
	        route add 10.3.0.0/16 10.0.0.7  # behind a comment
	        route add 10.4.0.8 10.0.0.7' route
	atf_check -o match:'^10.3.0.0/16 +10.0.0.7' -o not-match:default \
	    net -e 'route add default 10.0.0.2' \
	    -e 'route add 10.3.0.0/16 10.0.0.7' route get 10.3.255.1
	atf_check -o match:'^default ' net -e 'route add default 10.0.0.2' \
	    route get 1.2.3.4
	atf_check -o not-match:default -o not-match:'10.3' \
	    net -e 'route add default 10.0.0.2
	        route add 10.3.0.0/16 10.0.0.7
	        route delete default
	        route delete 10.3.0.0/16' route show
	refused 1 'there is no route' net route get 1.2.3.4
	refused 1 'there is no such route' net route delete default
	refused 1 '1.0.0.0/8: ' net route add 1.0.0.0/8 2.2.2.2
	refused 1 '1.0.0.0/8: File exists' net \
	    -e 'route add 1.0.0.0/8 10.0.0.2' route add 1.0.0.0/8 10.0.0.3
	refused 2 'is no destination' net route add 1.0.0/8 10.0.0.2
	refused 2 'is no address' net route add 1.0.0.0/8 10.0.0.2/8
	refused 2 'usage: ' net route jump
}

atf_test_case description
description_body() {
	cat >net.conf <<'EOT'
# One interface.

ifconfig shmif0 link bus 10.0.0.1/24
route add default 10.0.0.2	# by a router
EOT
	atf_check -o match:'^default' rumpnet -f net.conf route
	atf_check -o match:'^default' rumpnet -f - route <net.conf
	refused 1 'nofile: No such' rumpnet -f nofile route
	refused 1 '\.: ' rumpnet -f . route
	refused 2 '^rumpnet: -e:1: a description has no command ping' \
	    rumpnet -e 'ping 127.0.0.1' route
	refused 1 'net.conf:5: that was the line' sh -c \
	    'echo "route delete 1.1.1.1" >>net.conf; rumpnet -f net.conf route'
	refused 2 'too many words' rumpnet -e "$(yes up | head -99 |
	    tr '\n' ' ')" route
	atf_check -o match:'^    ping ' rumpnet -h
	refused 2 'which command' rumpnet
	refused 2 'no command nosuch' rumpnet nosuch
	refused 2 'invalid option' rumpnet -z route
	refused 1 'standard output' sh -c 'rumpnet route >/dev/full'
}

atf_test_case ping
ping_body() {
	net
	atf_check -o match:'^64 bytes from 127.0.0.1: icmp_seq=1 ttl=255' \
	    -o match:'^2 sent, 2 received' rumpnet ping -c 2 -i 0 127.0.0.1
	atf_check -o match:'^1 sent, 1 received$' \
	    rumpnet ping -c 1 -s 0 127.0.0.1
	atf_check -o match:'^65508 bytes' rumpnet ping -c 1 -s 65500 127.0.0.1
	# nobody, and no way
	atf_check -s exit:1 -o match:' 0 received$' -e ignore \
	    net ping -c 1 -i 0.1 -w 0.3 10.0.0.9
	atf_check -s exit:1 -o match:' 0 received$' -e match:'1.2.3.4: ' \
	    net ping -c 1 -i 0.1 -w 0.3 1.2.3.4
	refused 2 'one address' rumpnet ping
	refused 2 'one address' rumpnet ping localhost
	refused 2 '-c does not take x' rumpnet ping -c x 127.0.0.1
	refused 2 '-s does not take 65508' rumpnet ping -s 65508 127.0.0.1
	refused 2 '-w does not take -1' rumpnet ping -w -1 127.0.0.1
}

atf_test_case stream
stream_body() {
	refused 1 '127.0.0.1 port 7: ' rumpnet stream connect 127.0.0.1 7
	refused 2 'is no port' rumpnet stream listen 0
	refused 2 'is no port' rumpnet stream connect 127.0.0.1 65536
	refused 2 'is no address' rumpnet stream connect here 7
	refused 2 'listen or connect' rumpnet stream
	refused 2 'too many words' rumpnet router now
	refused 2 'too many words' rumpnet wait 1
}

atf_init_test_cases() {
	atf_add_test_case ifconfig
	atf_add_test_case route
	atf_add_test_case description
	atf_add_test_case ping
	atf_add_test_case stream
}
