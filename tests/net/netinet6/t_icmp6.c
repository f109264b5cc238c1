/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 over an interface of the test's own: echoes, errors that are made
 * and not made, what is learnt of paths; and the addresses packets go out
 * with.
 *
 * Sources: icmp6(4), RFC 4443, RFC 8201, RFC 8021, RFC 6724
 */
#include "../../kern/base/hk.h"

HK_CASE(icmp6_echo)
HK_CASE(icmp6_malformed)
HK_CASE(icmp6_about)
HK_CASE(icmp6_limit)
HK_CASE(icmp6_limit_each)
HK_CASE(icmp6_pmtu)
HK_CASE(icmp6_pmtu_many)
HK_CASE(icmp6_unscoped)
HK_CASE(icmp6_source)
HK_CASE(icmp6_policy)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(icmp6_echo, 2);
	HK_ADD(icmp6_malformed, 2);
	HK_ADD(icmp6_about, 2);
	HK_ADD(icmp6_limit, 2);
	HK_ADD(icmp6_limit_each, 2);
	HK_ADD(icmp6_pmtu, 2);
	HK_ADD(icmp6_pmtu_many, 2);
	HK_ADD(icmp6_unscoped, 2);
	HK_ADD(icmp6_source, 2);
	HK_ADD(icmp6_policy, 2);
	return atf_no_error();
}
