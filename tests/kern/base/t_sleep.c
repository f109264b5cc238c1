/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condvar(9), tsleep(9) and kpause(9): timeouts, waking one and all, being
 * interrupted, wakeups that race with timeouts, and the panics of misuse.
 *
 * Covers: condvar(9), kpause(9), ltsleep(9)
 */
#include "hk.h"

HK_CASE(timeouts)
HK_CASE_NCPU(signal, 1)
HK_CASE(signal)
HK_CASE_NCPU(pingpong, 1)
HK_CASE(pingpong)
HK_CASE(wakeup)
HK_CASE(interrupt)
HK_CASE(interruptrace)
HK_CASE(cvtimedrace)
HK_CASE_NCPU(cvtimedrace, 1)
HK_CASE(cv_bintime)

HK_MISUSE(
    "has waiters",
    "is not initialised",
    "preemption disabled")

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(timeouts, 2);
	HK_ADD(signal, 1);
	HK_ADD(signal, 2);
	HK_ADD(pingpong, 1);
	HK_ADD(pingpong, 2);
	HK_ADD(wakeup, 2);
	HK_ADD(interrupt, 2);
	HK_ADD(interruptrace, 2);
	HK_ADD(cvtimedrace, 2);
	HK_ADD(cvtimedrace, 1);
	HK_ADD(cv_bintime, 2);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
