/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in pieces, honest ones and others.
 *
 * Sources: ip(4), RFC 791, RFC 815, RFC 1858, RFC 3168, RFC 5722
 */
#include "../../kern/base/hk.h"

HK_CASE(reass_orders)
HK_CASE(reass_hostile)
HK_CASE(reass_limits)
HK_CASE(reass_share)
HK_CASE(reass_timeout)
HK_CASE(reass_ecn)
HK_CASE(reass_random)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(reass_orders, 2);
	HK_ADD(reass_hostile, 2);
	HK_ADD(reass_limits, 2);
	HK_ADD(reass_share, 2);
	HK_ADD(reass_timeout, 2);
	HK_ADD(reass_ecn, 2);
	HK_ADD(reass_random, 2);
	return atf_no_error();
}
