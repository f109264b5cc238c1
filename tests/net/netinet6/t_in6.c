/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces: set and deleted, their routes, zones, lifetimes and
 * groups.
 *
 * Sources: inet6(4), RFC 4007, RFC 4291, RFC 4862
 */
#include "../../kern/base/hk.h"

HK_CASE(in6_loopback)
HK_CASE(in6_linklocal)
HK_CASE(in6_add)
HK_CASE(in6_wrong)
HK_CASE(in6_scope)
HK_CASE(in6_shared_prefix)
HK_CASE(in6_lifetimes)
HK_CASE(in6_expire)
HK_CASE(in6_groups)
HK_CASE(in6_masks)
HK_CASE(in6_updown)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(in6_loopback, 2);
	HK_ADD(in6_linklocal, 2);
	HK_ADD(in6_add, 2);
	HK_ADD(in6_wrong, 2);
	HK_ADD(in6_scope, 2);
	HK_ADD(in6_shared_prefix, 2);
	HK_ADD(in6_lifetimes, 2);
	HK_ADD(in6_expire, 2);
	HK_ADD(in6_groups, 2);
	HK_ADD(in6_masks, 2);
	HK_ADD(in6_updown, 2);
	return atf_no_error();
}
