/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex(9): what each call does, exclusion under contention on 1, 2 and 8
 * virtual CPUs, no starvation, the kernel lock, and the panics of misuse.
 *
 * Covers: KERNEL_LOCK(9), mutex(9), mutex_obj(9), rwlock_obj(9)
 */
#include "hk.h"

HK_CASE(semantics)
HK_CASE(objects)
HK_CASE_NCPU(contend, 1)
HK_CASE_NCPU(contend, 2)
HK_CASE_NCPU(contend, 8)
HK_CASE_NCPU(spin, 1)
HK_CASE_NCPU(spin, 2)
HK_CASE_NCPU(spin, 8)
HK_CASE_NCPU(fair, 1)
HK_CASE_NCPU(fair, 8)
HK_CASE_NCPU(giant, 2)
HK_CASE(klock_all)

HK_MISUSE(
    "locking against myself",
    "release of unlocked lock",
    "is locked or in use",
    "uninitialized lock",
    "spin lock held")

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(semantics, 2);
	HK_ADD(objects, 2);
	HK_ADD(contend, 1);
	HK_ADD(contend, 2);
	HK_ADD(contend, 8);
	HK_ADD(spin, 1);
	HK_ADD(spin, 2);
	HK_ADD(spin, 8);
	HK_ADD(fair, 1);
	HK_ADD(fair, 8);
	HK_ADD(giant, 2);
	HK_ADD(klock_all, 2);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
