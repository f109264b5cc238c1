# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet(1) in one process: descriptions, interfaces, routes, what is refused.
# Covers: route(4), arp(8), ifconfig(8), netstat(1), route(8)

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
	atf_check -o not-match:'link bus' -o match:', no link$' \
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
	refused 2 '^rumpnet: -e:1: a description has no command wait' \
	    rumpnet -e 'wait' route
	refused 1 'net.conf:5: that was the line' sh -c \
	    'echo "route delete 1.1.1.1" >>net.conf; rumpnet -f net.conf route'
	refused 2 'too many words' rumpnet -e "$(yes up | head -99 |
	    tr '\n' ' ')" route
	atf_check -o match:'^    ping ' rumpnet -h
	atf_check -o match:'^    ping ' rumpnet --help
	# a command with options between two descriptions
	atf_check -o match:'^1 sent, 1 received' -o match:'^default' \
	    rumpnet -e 'ping -c 1 127.0.0.1' \
	    -e 'ifconfig shmif0 link bus 10.0.0.1/24' \
	    -e 'route add default 10.0.0.2' route
	refused 2 'which command' rumpnet
	refused 2 'no command nosuch' rumpnet nosuch
	refused 2 'invalid option' rumpnet -z route
	refused 1 'standard output' sh -c 'rumpnet route >/dev/full'
}

atf_test_case help
help_body() {
	atf_check -o match:'^    arp ' -o match:'^    wait$' rumpnet help
	atf_check -o match:'^usage: .*traceroute .*address' \
	    rumpnet help traceroute
	refused 2 'no command nosuch' rumpnet help nosuch
	refused 2 'too many words' rumpnet help arp route
	refused 1 'standard output' sh -c 'rumpnet help >/dev/full'
}

atf_test_case change
change_body() {
	net
	atf_check -o match:'^10.3.0.0/16 +10.0.0.8 +UGS +shmif0$' \
	    -o not-match:'10.0.0.7' \
	    net -e 'route add 10.3.0.0/16 10.0.0.7
	        route change 10.3.0.0/16 10.0.0.8' route
	refused 1 'there is no such route' net route change default 10.0.0.8
	refused 1 '10.3.0.0/16: ' net -e 'route add 10.3.0.0/16 10.0.0.7' \
	    route change 10.3.0.0/16 9.9.9.9
}

atf_test_case arp
arp_body() {
	net
	atf_check \
	    -o match:'^10.0.0.1 +[0-9a-f:]{17} +shmif0 +never +lS$' \
	    -o match:'^10.0.0.7 +02:00:00:00:00:07 +shmif0 +never +S$' \
	    -o match:'^10.0.0.8 +0a:0b:0c:0d:0e:0f +shmif0 +1[12][0-9]*s +P$' \
	    net -e 'arp -s 10.0.0.7 2:0:0:0:0:7
	        arp -s 10.0.0.8 a:b:c:d:e:f temp pub' arp
	# its own, for others who ask
	net -e 'arp -s 10.0.0.9 auto pub' arp >both
	atf_check_equal "$(awk '/^10.0.0.1 / { print $2 }' both)" \
	    "$(awk '/^10.0.0.9 / { print $2 $5 $6 }' both | sed 's/SP$//')"
	refused 1 'no interface with a link address' \
	    net arp -s 127.0.0.1 auto
	# again, to another
	atf_check -o match:'02:00:00:00:00:08 +shmif0 +never' \
	    -o not-match:'10.0.0.1 ' net -e 'arp -s 10.0.0.7 2:0:0:0:0:7 temp
	        arp -s 10.0.0.7 2:0:0:0:0:8' arp 10.0.0.7
	atf_check -o not-match:'10.0.0.7' -o match:'10.0.0.8' net \
	    -e 'arp -s 10.0.0.7 2:0:0:0:0:7' \
	    -e 'arp -s 10.0.0.8 2:0:0:0:0:8' -e 'arp -d 10.0.0.7' arp -a
	atf_check -o match:'10.0.0.1' -o not-match:'10.0.0.[78]' net \
	    -e 'arp -s 10.0.0.7 2:0:0:0:0:7' \
	    -e 'arp -s 10.0.0.8 2:0:0:0:0:8' -e 'arp -d -a' arp
	refused 1 '10.0.0.1: ' net arp -s 10.0.0.1 2:0:0:0:0:1
	refused 1 '10.1.0.1 is in no net' net arp -s 10.1.0.1 2:0:0:0:0:1
	refused 1 'is in no net' net -e 'route add 10.1.0.0/16 10.0.0.2' \
	    arp -s 10.1.0.1 2:0:0:0:0:1
	refused 1 'no such neighbour' net arp 10.0.0.9
	refused 1 'no such neighbour' net arp -d 10.0.0.9
	refused 1 'no such neighbour' net arp -d 10.0.0.1
	refused 2 'is no link address' net arp -s 10.0.0.7 2:0:0:0:0
	refused 2 'is no link address' net arp -s 10.0.0.7 2:0:0:0:0:7:
	refused 2 'is no link address' net arp -s 10.0.0.7 2:0:0:0:0:100
	refused 2 'is no link address' net arp -s 10.0.0.7 2:0:0:0::7
	refused 2 'is no address' net arp -s 10.0.0.256 2:0:0:0:0:7
	refused 2 'temp or pub' net arp -s 10.0.0.7 2:0:0:0:0:7 perm
	refused 2 'wants an address' net arp -s 10.0.0.7
	refused 2 'which neighbour' net arp -d
	refused 2 'which neighbour' net arp 10.0.0.1 10.0.0.2
}

atf_test_case netstat
netstat_body() {
	net
	atf_check -o match:'^lo0 +[0-9]+ +4 ' -o match:'^shmif0 +1500 ' \
	    net -e 'ping -c 2 -i 0 127.0.0.1' netstat -i
	atf_check -o match:'^10.0.0.0/24 ' net netstat -r
	atf_check -o match:'^icmp:' -o match:'	1 echoes received' \
	    -o match:'	1 echo replies received' -o match:'^tcp:' \
	    net -e 'ping -c 1 127.0.0.1' netstat -s
	atf_check -o match:'^ip:' -o match:'	2 packets received' \
	    -o not-match:'^icmp:' \
	    net -e 'ping -c 1 127.0.0.1' netstat -s -p ip
	atf_check -o match:'^proto +recv-q' net netstat -a
	atf_check -o match:'^proto +local' net sockstat
	refused 2 'no protocol x' net netstat -s -p x
	refused 2 'goes with -s' net netstat -p ip
	refused 2 'one list' net netstat -i -r
	refused 2 'too many words' net netstat all
	refused 2 'too many words' net sockstat all
	refused 2 'which option' net sockstat -z
}

atf_test_case bash
bash_body() {
	[ -r /usr/share/bash-completion/bash_completion ] ||
	    atf_skip "no bash-completion"
	comp() {
		bash "$TOP/tests/tools/fsu/complete.bash" \
		    "$TOP/tools/rumpnet/rumpnet.bash" "$@" | sed 's/ *$//'
	}
	touch bus1 bus2
	comp 'rumpnet tr' 'rumpnet -e x net' 'rumpnet route ch' \
	    'rumpnet help so' 'rumpnet ping -c' 'rumpnet -e ' >got
	printf '%s\n' traceroute netstat change sockstat -c '' >want
	atf_check -o file:want cat got
	# names come as the directory has them
	comp 'rumpnet ifconfig shmif0 link bus' | tr ' ' '\n' | sort >got
	printf '%s\n' bus1 bus2 >want
	atf_check -o file:want cat got
	# every command is offered
	comp 'rumpnet ' | tr ' ' '\n' | grep '^[a-z]' | sort >got
	rumpnet help | sed -n 's/^    \([a-z]*\).*/\1/p' | sort >want
	atf_check -o file:want cat got
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
	atf_add_test_case help
	atf_add_test_case change
	atf_add_test_case arp
	atf_add_test_case netstat
	atf_add_test_case bash
	atf_add_test_case ping
	atf_add_test_case stream
}
