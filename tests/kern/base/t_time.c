/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clocks, conversions to ticks and rate checks; and small things of the
 * base: specificdata, kcpuset(9).
 */
#include "hk.h"

HK_CASE(clocks)
HK_CASE(convert)
HK_CASE(rates)
HK_CASE(specific)
HK_CASE_NCPU(kcpuset, 64)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(clocks, 2);
	HK_ADD(convert, 2);
	HK_ADD(rates, 2);
	HK_ADD(specific, 2);
	HK_ADD(kcpuset, 64);
	return atf_no_error();
}
