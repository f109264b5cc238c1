/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callout(9): accuracy, order, stop and halt, many at a time, on the CPU
 * asked for, misuse.
 *
 * Covers: callout(9)
 */
#include "hk.h"

HK_CASE(fires)
HK_CASE_NCPU(fires, 1)
HK_CASE(order)
HK_CASE(stop)
HK_CASE(halt)
HK_CASE_NCPU(halt, 1)
HK_CASE(self)
HK_CASE(many)
HK_CASE_NCPU(bound, 1)
HK_CASE_NCPU(bound, 4)

HK_MISUSE(
    "destroyed while pending",
    "is not initialised",
    "bound while pending")

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(fires, 2);
	HK_ADD(fires, 1);
	HK_ADD(order, 2);
	HK_ADD(stop, 2);
	HK_ADD(halt, 2);
	HK_ADD(halt, 1);
	HK_ADD(self, 2);
	HK_ADD(many, 2);
	HK_ADD(bound, 1);
	HK_ADD(bound, 4);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
