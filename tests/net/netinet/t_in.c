/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces, IPv4: set, changed and deleted, and their routes.
 *
 * Sources: inet(4), ifconfig(8)'s requests, RFC 3021
 */
#include "../../kern/base/hk.h"

HK_CASE(in_routes)
HK_CASE(in_shared)
HK_CASE(in_masks)
HK_CASE(in_refused)
HK_CASE(in_ioctls)
HK_CASE(in_purge)
HK_CASE(in_loopback)
HK_CASE(in_link)
HK_CASE(in_churn)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(in_routes, 2);
	HK_ADD(in_shared, 2);
	HK_ADD(in_masks, 2);
	HK_ADD(in_refused, 2);
	HK_ADD(in_ioctls, 2);
	HK_ADD(in_purge, 2);
	HK_ADD(in_loopback, 2);
	HK_ADD(in_link, 2);
	HK_ADD(in_churn, 2);
	return atf_no_error();
}
