# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet(1) with IPv6: between kernels, and against Linux by a tap device in a
# network namespace of the case's own, with pings both ways, neighbours of
# both, and radvd's advertisements.
#
# Covers: RFC 4861, RFC 4862, ip(4), icmp(4)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

# The rest of the case in a namespace: inside NAME, with tap0 in it.
inside() {
	unshare -n true 2>/dev/null || atf_skip "no network namespace"
	[ -c /dev/net/tun ] || atf_skip "no tap devices"
	cat >inside.sh <<-END
		set -e
		# what a process in the background left is of no use any more
		trap 'for p in \$pids; do kill \$p 2>/dev/null || :; done' EXIT
		ip link set lo up
		ip tuntap add tap0 mode tap vnet_hdr
		sysctl -qw net.ipv6.conf.tap0.accept_dad=0
		ip link set tap0 up
		ip addr add 2001:db8::1/64 dev tap0 nodad
		$(cat)
	END
	timeout 60 unshare -n sh inside.sh >out 2>err ||
	    { cat out err; atf_fail "inside the namespace"; }
}

atf_test_case kernels
kernels_body() {
	timeout 60 rumpnet -e "ifconfig shmif0 link ./bus inet6 2001:db8::1/64" \
	    stream listen 5000 >got 2>err &
	listener=$!
	head -c 300000 /dev/urandom >sent
	atf_check -o match:'^[0-9]+ sent, 2 received' -e ignore rumpnet \
	    -e "ifconfig shmif0 link ./bus 2001:db8::2/64" \
	    ping -c 2 -i 0.1 -w 20 2001:db8::1
	atf_check rumpnet -e "ifconfig shmif0 link ./bus 2001:db8::2/64" \
	    stream -w 20 connect 2001:db8::1 5000 <sent
	wait $listener
	cmp sent got || atf_fail "what came is not what was sent"
}

atf_test_case show
show_body() {
	atf_check -o match:'inet6 2001:db8::2/64$' \
	    -o match:'inet6 fe80::[0-9a-f:]*%shmif0/64$' \
	    -o match:'inet6 ::1/128' rumpnet \
	    -e "ifconfig shmif0 link ./bus 2001:db8::2/64" ifconfig
	atf_check -o match:'^default +fe80::9%shmif0 +UGS' \
	    -o match:'^2001:db8:5::/48 +2001:db8::9 ' rumpnet \
	    -e "ifconfig shmif0 link ./bus 2001:db8::2/64
	    route add default fe80::9%shmif0
	    route add 2001:db8:5::/48 2001:db8::9" route
	atf_check -o not-match:'^default' rumpnet \
	    -e "ifconfig shmif0 link ./bus 2001:db8::2/64
	    route add default fe80::9%shmif0
	    route delete ::/0" route
	atf_check -o not-match:2001: rumpnet \
	    -e "ifconfig shmif0 link ./bus 2001:db8::2/64 -2001:db8::2" \
	    ifconfig
}

atf_test_case wrong
wrong_body() {
	local words

	for words in 2001:db8::1 2001:db8::1/129 2001:db8::/x ::1::2/64 \
	    fe80::1%nowhere0/64; do
		atf_check -s exit:2 -e ignore rumpnet \
		    -e "ifconfig shmif0 link ./bus $words" ifconfig
	done
	atf_check -s exit:1 -e match:'::/64' rumpnet \
	    -e "ifconfig shmif0 link ./bus ::/64" ifconfig
	atf_check -s exit:1 -e match:'2001:db8::3' rumpnet \
	    -e "ifconfig shmif0 link ./bus -2001:db8::3" ifconfig
	atf_check -s exit:2 -e ignore rumpnet ping 2001:db8::zz
}

atf_test_case linux
linux_head() {
	atf_set require.user root
}
linux_body() {
	inside <<'END'
	rumpnet -e "ifconfig virt0 link tap:tap0 2001:db8::2/64" \
	    ping -c 3 -i 0.1 -w 20 2001:db8::1
	rumpnet -e "ifconfig virt0 link tap:tap0 2001:db8::2/64" \
	    ping -c 2 -i 0.1 -s 8000 -w 20 2001:db8::1
	rumpnet -e "ifconfig virt0 link tap:tap0 2001:db8::2/64" wait &
	pids=$!
	ping -6 -c 3 -i 0.2 -w 20 2001:db8::2
	ping -6 -c 2 -i 0.2 -w 20 -s 8000 2001:db8::2
	ip -6 neigh show dev tap0 | tee neigh
	grep -q '^2001:db8::2 lladdr' neigh
END
	atf_check -o ignore grep -E '^[0-9]+ sent, 3 received' out
	atf_check -o ignore grep -E '^[0-9]+ sent, 2 received' out
}

atf_test_case radvd
radvd_head() {
	atf_set require.user root
	atf_set require.progs radvd
}
radvd_body() {
	cat >radvd.conf <<-END
		interface tap0 {
			AdvSendAdvert on;
			MinRtrAdvInterval 3;
			MaxRtrAdvInterval 4;
			AdvDefaultPreference high;
			prefix 2001:db8:7::/64 { };
			RDNSS 2001:db8::53 fe80::53 { };
			DNSSL example.org one.test { };
		};
	END
	inside <<'END'
	sysctl -qw net.ipv6.conf.all.forwarding=1
	ip addr add 2001:db8:ffff::1/128 dev lo
	ip addr add 2001:db8:7::1/64 dev tap0 nodad
	radvd -n -C radvd.conf -p "$PWD/pid" -m stderr -d 1 2>radvd.log &
	pids=$!
	# answers find an address of the prefix, requests the router
	rumpnet -e "ifconfig virt0 link tap:tap0 autoconf" \
	    -e 'ping -c 3 -i 0.2 -w 30 2001:db8:ffff::1' resolver virt0
END
	atf_check -o ignore grep -E '[0-9]+ sent, 3 received' out
	tail -n 3 out >names
	atf_check -o inline:'search example.org one.test
nameserver 2001:db8::53
nameserver fe80::53%virt0
' cat names
}

atf_init_test_cases() {
	atf_add_test_case kernels
	atf_add_test_case show
	atf_add_test_case wrong
	atf_add_test_case linux
	atf_add_test_case radvd
}
