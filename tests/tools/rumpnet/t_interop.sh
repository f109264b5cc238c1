# SPDX-License-Identifier: BSD-2-Clause
#
# Real clients and servers with a kernel between them, in namespaces of the
# test's own: iperf3, ssh, dig, curl, ping, with what went over the wire
# captured and checked by tshark.
# Covers: rumpnet(1), tcp(4), udp(4), ip(4), ip6(4), vlan(4)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

# interop CASE PROGRAMS DESCRIPTION: a function of interop.sh
interop() {
	atf_test_case $1
	eval "$1_head() {
		atf_set descr '$3'
		atf_set require.user root
		atf_set require.progs 'ip unshare dumpcap tshark ethtool $2'
	}
	$1_body() {
		unshare -nmp --fork true || atf_skip 'no namespaces'
		atf_check -o ignore -e ignore unshare --net --mount --pid \
		    --fork --kill-child --mount-proc \
		    sh '$TOP/tests/tools/rumpnet/interop.sh' $1
	}"
}
interop iperf4 "iperf3 ss python3" "iperf3 of TCP and UDP, over IPv4"
interop iperf6 "iperf3 ss python3" "iperf3 of TCP and UDP, over IPv6"
interop ssh "ssh scp ssh-keygen ss /usr/sbin/sshd" "ssh and scp"
interop dns "dig dnsmasq ss" "dig and dnsmasq, with large answers"
interop http "curl nginx ss" "curl and nginx"
interop ping "ping" "echo requests of many sizes"
interop router "iperf3 ping nsenter" "a router between two MTUs"
interop vlan "python3" "tags of VLANs, frame by frame"

atf_init_test_cases() {
	for c in iperf4 iperf6 ssh dns http ping router vlan; do
		atf_add_test_case $c
	done
}
