/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extent(9): where regions go, waiting, running out of descriptors, and
 * random requests against a flag per number.
 *
 * Covers: extent(9)
 */
#include "hk.h"

HK_CASE(policy)
HK_CASE(edges)
HK_CASE(partial)
HK_CASE(fixed)
HK_CASE(nomem)
HK_CASE(waiting)
HK_CASE_NCPU(waiting, 1)
HK_CASE(model)

void	rump_kt_misuse(int);
static int what;

static void
misuser(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_misuse(what);
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(misuse);
ATF_TC_BODY(misuse, tc)
{
	static const char *const texts[] = {
		"misuse: no size", "misuse: bad alignment",
		"misuse: bad boundary", "misuse: bad subregion",
		"misuse: bad region", "misuse: no region 0xa-0xe",
		"misuse: bad storage",
	};

	for (what = 0; what < (int)(sizeof(texts) / sizeof(texts[0])); what++)
		hk_panics(misuser, texts[what]);
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(policy, 2);
	HK_ADD(edges, 2);
	HK_ADD(partial, 2);
	HK_ADD(fixed, 2);
	HK_ADD(nomem, 2);
	HK_ADD(waiting, 2);
	HK_ADD(waiting, 1);
	HK_ADD(model, 2);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
