/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP and IGMP: what is answered and what is not, errors in both directions,
 * path MTUs, redirects, groups told of.
 *
 * Sources: icmp(4), RFC 792, RFC 1122, RFC 1191, RFC 2236, RFC 3376
 */
#include "../../kern/base/hk.h"

HK_CASE(icmp_echo)
HK_CASE(icmp_requests)
HK_CASE(icmp_malformed)
HK_CASE(icmp_unreach)
HK_CASE(icmp_silent)
HK_CASE(icmp_limit)
HK_CASE(icmp_limit_each)
HK_CASE(icmp_errors_in)
HK_CASE(icmp_pmtu)
HK_CASE(icmp_redirect)
HK_CASE(icmp_igmp)
HK_CASE(icmp_igmp_old)
HK_CASE(icmp_igmp_bad)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(icmp_echo, 2);
	HK_ADD(icmp_requests, 2);
	HK_ADD(icmp_malformed, 2);
	HK_ADD(icmp_unreach, 2);
	HK_ADD(icmp_silent, 2);
	HK_ADD(icmp_limit, 2);
	HK_ADD(icmp_limit_each, 2);
	HK_ADD(icmp_errors_in, 2);
	HK_ADD(icmp_pmtu, 2);
	HK_ADD(icmp_redirect, 2);
	HK_ADD(icmp_igmp, 2);
	HK_ADD(icmp_igmp_old, 2);
	HK_ADD(icmp_igmp_bad, 2);
	return atf_no_error();
}
