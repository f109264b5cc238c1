/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page layer without a file system: see kt_pages.c.
 *
 * Covers: uvm(9), ubc(9)
 */
#include "../base/hk.h"

HK_CASE(aobj_free)
HK_CASE(mapin)
HK_CASE(array)
HK_CASE(giveback)
HK_CASE(busywait)

void	rump_kt_aobj_model(unsigned int);

ATF_TC_WITHOUT_HEAD(aobj_model);
ATF_TC_BODY(aobj_model, tc)
{
	unsigned int seed;

	hk_boot("2");
	rump_schedule();
	for (seed = 1; seed <= 5; seed++)
		rump_kt_aobj_model(seed);
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(aobj_free, 2);
	HK_ADD(mapin, 2);
	HK_ADD(array, 2);
	HK_ADD(giveback, 2);
	HK_ADD(busywait, 2);
	ATF_TP_ADD_TC(tp, aobj_model);
	return atf_no_error();
}
