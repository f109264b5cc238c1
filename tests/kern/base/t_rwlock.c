/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rwlock(9): what each call does, exclusion under contention on 1, 2 and 8
 * virtual CPUs, writers are not starved, and the panics of misuse.
 *
 * Covers: rwlock(9)
 */
#include "hk.h"

HK_CASE(semantics)
HK_CASE(downgrade)
HK_CASE(writerfirst)
HK_CASE_NCPU(contend, 1)
HK_CASE_NCPU(contend, 2)
HK_CASE_NCPU(contend, 8)

HK_MISUSE(
    "locking against myself",
    "release of unlocked lock",
    "is locked or in use")

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(semantics, 2);
	HK_ADD(downgrade, 2);
	HK_ADD(writerfirst, 2);
	HK_ADD(contend, 1);
	HK_ADD(contend, 2);
	HK_ADD(contend, 8);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
