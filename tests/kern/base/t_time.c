/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clocks, conversions to ticks and rate checks; and small things of the
 * base: specificdata, kcpuset(9).
 *
 * Covers: bintime(9), hz(9), kcpuset(9), microtime(9), microuptime(9)
 * Covers: ppsratecheck(9), ratecheck(9), specificdata(9), time_second(9)
 * Covers: tvtohz(9)
 */
#include "hk.h"

HK_CASE(clocks)
HK_CASE(convert)
HK_CASE(transition)
HK_CASE(rates)
HK_CASE(specific)
HK_CASE_NCPU(kcpuset, 64)
HK_CASE(kcpuset_ops)
HK_CASE(specific_domain)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(clocks, 2);
	HK_ADD(convert, 2);
	HK_ADD(transition, 2);
	HK_ADD(rates, 2);
	HK_ADD(specific, 2);
	HK_ADD(kcpuset, 64);
	HK_ADD(kcpuset_ops, 2);
	HK_ADD(specific_domain, 2);
	return atf_no_error();
}
