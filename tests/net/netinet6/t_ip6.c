/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 over interfaces of the test's own: packets that are wrong, extension
 * headers, forwarding, filters.
 *
 * Sources: ip6(4), RFC 8200, RFC 4291, RFC 4443, RFC 5095, RFC 4007
 */
#include "../../kern/base/hk.h"

HK_CASE(ip6_malformed)
HK_CASE(ip6_addresses)
HK_CASE(ip6_options)
HK_CASE(ip6_headers)
HK_CASE(ip6_udp)
HK_CASE(ip6_forward)
HK_CASE(ip6_forward_mtu)
HK_CASE(ip6_redirect)
HK_CASE(ip6_pfil)
HK_CASE(ip6_pfil_changes)
HK_CASE(ip6_fuzz)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(ip6_malformed, 2);
	HK_ADD(ip6_addresses, 2);
	HK_ADD(ip6_options, 2);
	HK_ADD(ip6_headers, 2);
	HK_ADD(ip6_udp, 2);
	HK_ADD(ip6_forward, 2);
	HK_ADD(ip6_forward_mtu, 2);
	HK_ADD(ip6_redirect, 2);
	HK_ADD(ip6_pfil, 2);
	HK_ADD(ip6_pfil_changes, 2);
	HK_ADD(ip6_fuzz, 2);
	return atf_no_error();
}
