# SPDX-License-Identifier: BSD-2-Clause
#
# A row of kernels, pinged through. What each of many routers takes off an
# answer's time to live is seen by the one that pings.
# Covers: ip(4), icmp(4), route(4)

chain="env B=$B TMPDIR=. sh $TOP/examples/chain/chain.sh"

atf_test_case short
short_body() {
	atf_check -o match:'ttl=255' -o match:'^2 kernels: ' $chain -n 2
	atf_check -o match:'from 10.0.6.2: .* ttl=249' \
	    -o match:'^8 kernels: ' $chain -n 8
	# Nothing stays.
	atf_check -o empty find . -name 'chain.*'
}

atf_test_case longest
longest_body() {
	atf_check -o match:'from 10.0.253.2: .* ttl=2 ' \
	    -o match:'from 127.0.0.1: ' -o match:'^256 kernels: ' \
	    $chain -n 256
}

atf_test_case refuse
refuse_body() {
	for n in 1 x '' 65537; do
		atf_check -s exit:2 -e match:'^usage' $chain -n "$n"
	done
	atf_check -s exit:2 -e match:'^usage' $chain 3
}

atf_init_test_cases() {
	atf_add_test_case short
	atf_add_test_case longest
	atf_add_test_case refuse
}
