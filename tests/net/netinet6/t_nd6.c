/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours: found, remembered and forgotten, solicitations answered,
 * addresses that somebody else has.
 *
 * Sources: RFC 4861, RFC 4862, RFC 7527
 */
#include "../../kern/base/hk.h"

HK_CASE(nd6_answer)
HK_CASE(nd6_resolve)
HK_CASE(nd6_malformed)
HK_CASE(nd6_advertised)
HK_CASE(nd6_confirmed)
HK_CASE(nd6_router_flag)
HK_CASE(nd6_flood)
HK_CASE(nd6_static)
HK_CASE(nd6_proxy)
HK_CASE(nd6_dad)
HK_CASE(nd6_dad_lost)
HK_CASE(nd6_net_gone)
HK_CASE(nd6_dad_first)
HK_CASE(nd6_dad_looped)
HK_CASE(nd6_disabled)
HK_CASE(nd6_detach)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(nd6_answer, 2);
	HK_ADD(nd6_resolve, 2);
	HK_ADD(nd6_malformed, 2);
	HK_ADD(nd6_advertised, 2);
	HK_ADD(nd6_confirmed, 2);
	HK_ADD(nd6_router_flag, 2);
	HK_ADD(nd6_flood, 2);
	HK_ADD(nd6_static, 2);
	HK_ADD(nd6_proxy, 2);
	HK_ADD(nd6_dad, 2);
	HK_ADD(nd6_dad_lost, 2);
	HK_ADD(nd6_net_gone, 2);
	HK_ADD(nd6_dad_first, 2);
	HK_ADD(nd6_dad_looped, 2);
	HK_ADD(nd6_disabled, 2);
	HK_ADD(nd6_detach, 2);
	return atf_no_error();
}
