# SPDX-License-Identifier: BSD-2-Clause
#
# rumpnet forward: programs of the host on both sides of two kernels.
# Covers: rumpnet(1)

. "$TOP/tests/tools/rumpnet/rumpnet.subr"

# peers CASE DESCRIPTION: a function of forward.py
peers() {
	atf_test_case $1
	eval "$1_head() {
		atf_set descr '$2'
		atf_set require.progs python3
	}
	$1_body() {
		atf_check -o ignore -e ignore \
		    python3 '$TOP/tests/tools/rumpnet/forward.py' $1
	}"
}
peers tcp "streams in both directions, one of which ends first"
peers six "over IPv6"
peers unix "sockets that are files"
peers reset "errors are passed on"
peers slow "who is slow to read is waited for"
peers many "more connections than descriptors"
peers end "connections end with the program"
peers udp "datagrams and their answers"

atf_test_case refusals
refusals_body() {
	refused 2 'from where to where' rumpnet forward
	refused 2 'too many words' rumpnet forward -L 1,10.0.0.1:1 x
	refused 2 'which option' rumpnet forward -x
	refused 2 'leads nowhere' rumpnet forward -L 80
	refused 2 'nobody can listen on x' rumpnet forward -L x,10.0.0.1:1
	refused 2 'nobody can listen on 65536' rumpnet forward -L 65536,10.0.0.1:1
	refused 2 'nobody can listen on ::1:80' rumpnet forward -L ::1:80,10.0.0.1:1
	refused 2 'nobody can listen on \[::1' rumpnet forward -L [::1,10.0.0.1:1
	refused 2 'nobody can listen on \[\]:1' rumpnet forward -L []:1,10.0.0.1:1
	refused 2 'nobody can listen on :1' rumpnet forward -L :1,10.0.0.1:1
	refused 2 'nobody can listen on unix:' rumpnet forward -L unix:,10.0.0.1:1
	refused 2 'nobody can listen on unix:x' rumpnet forward -L \
	    udp:unix:x,10.0.0.1:1
	refused 2 'nobody can listen on unix:x' rumpnet forward -R unix:x,1
	refused 2 'nobody can listen on \[fe80::1%lo0\]:1' rumpnet forward -L \
	    [fe80::1%lo0]:1,10.0.0.1:1
	refused 2 '80 is nowhere to connect to' rumpnet forward -L 80,80
	refused 2 '10.0.0.1:0 is nowhere' rumpnet forward -L 80,10.0.0.1:0
	refused 2 '10.0.0.1: is nowhere' rumpnet forward -L 80,10.0.0.1:
	refused 2 'a description has no command forward' rumpnet -e 'forward' wait
	refused 1 '192.0.2.1:80: Cannot assign' rumpnet forward -L \
	    192.0.2.1:80,10.0.0.1:1
	refused 1 '10.9.9.9:80: Cannot assign' rumpnet forward -R 10.9.9.9:80,1
	refused 1 'unix:no/such: No such file' rumpnet forward -L \
	    unix:no/such,10.0.0.1:1
	# A socket that is there is nobody's to take away.
	touch taken
	refused 1 'unix:taken: Address already in use' rumpnet forward -L \
	    unix:taken,10.0.0.1:1
	test -e taken || atf_fail "it is gone"
}

atf_init_test_cases() {
	for c in tcp six unix reset slow many end udp refusals; do
		atf_add_test_case $c
	done
}
