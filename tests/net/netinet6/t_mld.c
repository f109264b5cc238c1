/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listeners of multicast: groups told of, queries answered, routers of the old
 * version.
 *
 * Sources: RFC 2710, RFC 3810
 */
#include "../../kern/base/hk.h"

HK_CASE(mld_join)
HK_CASE(mld_query)
HK_CASE(mld_v1)
HK_CASE(mld_malformed)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(mld_join, 2);
	HK_ADD(mld_query, 2);
	HK_ADD(mld_v1, 2);
	HK_ADD(mld_malformed, 2);
	return atf_no_error();
}
