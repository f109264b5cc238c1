# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet dhcp, with libslirp's server.
# Covers: virt(4)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

link='ifconfig virt0 link slirp:net=10.7.0.0/24'

atf_test_case lease
lease_body() {
	rumpnet -e "$link" dhcp virt0 >out 2>err || case $(cat err) in
	*ibslirp*|*'without the library'*) atf_skip "there is no libslirp" ;;
	*) atf_fail "$(cat err)" ;;
	esac
	atf_check -o match:'^virt0: 10.7.0.15/24 from 10.7.0.2 for [0-9]+ sec' \
	    -o match:'	route default 10.7.0.2$' \
	    -o match:'	resolver 10.7.0.3$' cat out
	atf_check -o match:' 1 received' rumpnet -e "$link" \
	    -e 'dhcp -q virt0' ping -c 1 -w 40 10.7.0.2
	atf_check -o match:'^nameserver 10.7.0.3$' rumpnet -e "$link" \
	    -e 'dhcp -q virt0' resolver virt0
}

atf_test_case refuse
refuse_body() {
	atf_check -s exit:2 -e match:'which interface' rumpnet dhcp
	atf_check -s exit:2 -e match:usage rumpnet dhcp virt0 virt1
	atf_check -s exit:2 -e match:invalid rumpnet dhcp -x virt0
	atf_check -s exit:1 -e match:'virt0: No device' \
	    rumpnet dhcp virt0
	atf_check -s exit:1 -e match:'lo0: ' rumpnet dhcp lo0
	atf_check -s exit:1 -e match:'virt0: No device' rumpnet dhcp -6 virt0
	atf_check -s exit:2 -e match:'are for -6' rumpnet dhcp -p virt0
	atf_check -s exit:2 -e match:'which interface' rumpnet resolver
	atf_check -s exit:1 -e match:'virt0: No device' rumpnet resolver virt0
	atf_check -o empty rumpnet resolver lo0
	atf_check -s exit:2 -e match:'which interface' rumpnet dhcp -6ap
}

atf_init_test_cases() {
	atf_add_test_case lease
	atf_add_test_case refuse
}
