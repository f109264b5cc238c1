/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours: their tables, and the states of RFC 4861 section 7.3.2 with the
 * patience of RFC 7048.
 */
#include "../base/hk.h"

HK_CASE(nd_unanswered)
HK_CASE(nd_unreachable)
HK_CASE(nd_reachable)
HK_CASE(nd_hints)
HK_CASE(nd_queue)
HK_CASE(nd_gone)
HK_CASE(nd_timers)
HK_CASE(nd_free)
HK_CASE(nd_table)
HK_CASE(nd_route)
HK_CASE(nd_dump)
HK_CASE(nd_threads)
HK_CASE_NCPU(nd_threads, 4)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(nd_unanswered, 2);
	HK_ADD(nd_unreachable, 2);
	HK_ADD(nd_reachable, 2);
	HK_ADD(nd_hints, 2);
	HK_ADD(nd_queue, 2);
	HK_ADD(nd_gone, 2);
	HK_ADD(nd_timers, 2);
	HK_ADD(nd_free, 2);
	HK_ADD(nd_table, 2);
	HK_ADD(nd_route, 2);
	HK_ADD(nd_dump, 2);
	HK_ADD(nd_threads, 2);
	HK_ADD(nd_threads, 4);
	return atf_no_error();
}
