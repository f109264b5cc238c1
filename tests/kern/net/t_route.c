/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes: the best of several, hosts and nets, requests that are refused,
 * those of addresses, caches of them, redirects, timers, and all of that while
 * others change the table.
 *
 * Covers: route(4)
 */
#include "../base/hk.h"

HK_CASE(rt_match)
HK_CASE(rt_refuse)
HK_CASE(rt_nomem)
HK_CASE(rt_init)
HK_CASE(rt_local)
HK_CASE(rt_cache)
HK_CASE(rt_percpu)
HK_CASE(rt_ref)
HK_CASE(rt_gate)
HK_CASE(rt_redirect)
HK_CASE(rt_timer)
HK_CASE(rt_detach)
HK_CASE_NCPU(rt_race, 1)
HK_CASE_NCPU(rt_race, 2)
HK_CASE_NCPU(rt_race, 4)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(rt_match, 2);
	HK_ADD(rt_refuse, 2);
	HK_ADD(rt_nomem, 2);
	HK_ADD(rt_init, 2);
	HK_ADD(rt_local, 2);
	HK_ADD(rt_cache, 2);
	HK_ADD(rt_percpu, 2);
	HK_ADD(rt_ref, 2);
	HK_ADD(rt_gate, 2);
	HK_ADD(rt_redirect, 2);
	HK_ADD(rt_timer, 2);
	HK_ADD(rt_detach, 2);
	HK_ADD(rt_race, 1);
	HK_ADD(rt_race, 2);
	HK_ADD(rt_race, 4);
	return atf_no_error();
}
