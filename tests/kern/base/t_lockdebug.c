/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock checker: each mistake ends in the panic a developer knows.  Only in
 * kernels built with LOCKDEBUG.
 *
 * Covers: condvar(9), mutex(9), rwlock(9)
 */
#include "hk.h"

void	rump_kt_mistake(int);
int	rump_kt_checked(void);

static int what;

static void
mistake(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_mistake(what);
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(mistakes);
ATF_TC_BODY(mistakes, tc)
{
	static const char *const text[] = {
		"locking against myself",
		"not held by current LWP",
		"lock order reversal",
		"spin lock held",
		"is locked or in use",
		"already initialized",
		"allocation contains active lock",
		"locking against myself",
		"uninitialized lock",
		"spin lock held",
		"release of unlocked lock",
		"spin lock held",
	};

	if (!rump_kt_checked())
		atf_tc_skip("not a LOCKDEBUG kernel");
	for (what = 0; what < (int)(sizeof(text) / sizeof(text[0])); what++)
		hk_panics(mistake, text[what]);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, mistakes);
	return atf_no_error();
}
