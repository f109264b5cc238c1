/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of IPv6 in pieces, over an interface of the test's own.
 *
 * Sources: RFC 8200 section 4.5, RFC 5722, RFC 6946, RFC 6980,
 * RFC 7112
 */
#include "../../kern/base/hk.h"

HK_CASE(frag6_order)
HK_CASE(frag6_overlap)
HK_CASE(frag6_malformed)
HK_CASE(frag6_atomic)
HK_CASE(frag6_nd)
HK_CASE(frag6_late)
HK_CASE(frag6_limits)
HK_CASE(frag6_share)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(frag6_order, 2);
	HK_ADD(frag6_overlap, 2);
	HK_ADD(frag6_malformed, 2);
	HK_ADD(frag6_atomic, 2);
	HK_ADD(frag6_nd, 2);
	HK_ADD(frag6_late, 2);
	HK_ADD(frag6_limits, 2);
	HK_ADD(frag6_share, 2);
	return atf_no_error();
}
