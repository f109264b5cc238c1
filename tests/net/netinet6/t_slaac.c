/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routers: asked for, believed where that is wanted, the prefixes and addresses
 * they tell of, and redirects.
 *
 * Sources: RFC 4191, RFC 4861, RFC 4862, RFC 7559, RFC 8106, RFC 8981
 */
#include "../../kern/base/hk.h"

HK_CASE(slaac_off)
HK_CASE(slaac_address)
HK_CASE(slaac_solicit)
HK_CASE(slaac_malformed)
HK_CASE(slaac_prefixes)
HK_CASE(slaac_two_hours)
HK_CASE(slaac_routers)
HK_CASE(slaac_numbers)
HK_CASE(slaac_bounds)
HK_CASE(slaac_temporary)
HK_CASE(slaac_expire)
HK_CASE(slaac_lists)
HK_CASE(slaac_dns)
HK_CASE(slaac_search)
HK_CASE(slaac_search_bad)
HK_CASE(slaac_redirect)
HK_CASE(slaac_bad_redirect)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(slaac_off, 2);
	HK_ADD(slaac_address, 2);
	HK_ADD(slaac_solicit, 2);
	HK_ADD(slaac_malformed, 2);
	HK_ADD(slaac_prefixes, 2);
	HK_ADD(slaac_two_hours, 2);
	HK_ADD(slaac_routers, 2);
	HK_ADD(slaac_numbers, 2);
	HK_ADD(slaac_bounds, 2);
	HK_ADD(slaac_temporary, 2);
	HK_ADD(slaac_expire, 2);
	HK_ADD(slaac_lists, 2);
	HK_ADD(slaac_dns, 2);
	HK_ADD(slaac_search, 2);
	HK_ADD(slaac_search_bad, 2);
	HK_ADD(slaac_redirect, 2);
	HK_ADD(slaac_bad_redirect, 2);
	return atf_no_error();
}
