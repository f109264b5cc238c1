/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The spanning tree of bridge(4), in the kernel half, where time is the test's.
 */
#include "../../kern/base/hk.h"

HK_CASE(tree)
HK_CASE(priority)
HK_CASE(failover)
HK_CASE(parallel)
HK_CASE(selfloop)
HK_CASE(message)
HK_CASE(hostile)
HK_CASE(params)
HK_CASE(nomem)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(tree, 2);
	HK_ADD(priority, 2);
	HK_ADD(failover, 2);
	HK_ADD(parallel, 2);
	HK_ADD(selfloop, 2);
	HK_ADD(message, 2);
	HK_ADD(hostile, 2);
	HK_ADD(params, 2);
	HK_ADD(nomem, 2);
	return atf_no_error();
}
