/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi(9): where and in what context functions are called, once for each
 * message, while the senders hold on to their CPUs; and what goes with it.
 *
 * Covers: interrupt_distribute(9), ipi(9), kpreempt(9)
 */
#include "hk.h"

HK_CASE_NCPU(sync, 1)
HK_CASE_NCPU(sync, 4)
HK_CASE_NCPU(async, 1)
HK_CASE_NCPU(async, 4)
HK_CASE(registry)
HK_CASE(cross)
HK_CASE_NCPU(cross, 4)
HK_CASE(preempt)
HK_CASE(noirq)

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
		"kpreempt_disabled()", "curcpu() != ci",
		"assert_sleepable: interrupt", "ipi 5 is not registered",
	};

	for (what = 0; what < (int)(sizeof(texts) / sizeof(texts[0])); what++)
		hk_panics(misuser, texts[what]);
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(sync, 1);
	HK_ADD(sync, 4);
	HK_ADD(async, 1);
	HK_ADD(async, 4);
	HK_ADD(registry, 2);
	HK_ADD(cross, 2);
	HK_ADD(cross, 4);
	HK_ADD(preempt, 2);
	HK_ADD(noirq, 2);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
