/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 over interfaces of the test's own: packets that are wrong, forwarding,
 * options, broadcasts and groups, filters.
 *
 * Sources: ip(4), RFC 791, RFC 1122, RFC 1812
 */
#include "../../kern/base/hk.h"

HK_CASE(ip_malformed)
HK_CASE(ip_martian)
HK_CASE(ip_forward)
HK_CASE(ip_forward_undone)
HK_CASE(ip_forward_mtu)
HK_CASE(ip_redirect)
HK_CASE(ip_options)
HK_CASE(ip_output)
HK_CASE(ip_broadcast)
HK_CASE(ip_multicast)
HK_CASE(ip_pfil)
HK_CASE(ip_uses)
HK_CASE(ip_id)
HK_CASE(ip_cksum)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(ip_malformed, 2);
	HK_ADD(ip_martian, 2);
	HK_ADD(ip_forward, 2);
	HK_ADD(ip_forward_undone, 2);
	HK_ADD(ip_forward_mtu, 2);
	HK_ADD(ip_redirect, 2);
	HK_ADD(ip_options, 2);
	HK_ADD(ip_output, 2);
	HK_ADD(ip_broadcast, 2);
	HK_ADD(ip_multicast, 2);
	HK_ADD(ip_pfil, 2);
	HK_ADD(ip_uses, 2);
	HK_ADD(ip_id, 2);
	HK_ADD(ip_cksum, 2);
	return atf_no_error();
}
