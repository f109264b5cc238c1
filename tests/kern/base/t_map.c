/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queues and maps that are read without locks.
 *
 * Covers: pcq(9), thmap(9)
 */
#include "hk.h"

HK_CASE(pcq)
HK_CASE_NCPU(pcq_stress, 1)
HK_CASE_NCPU(pcq_stress, 4)
HK_CASE(thmap)
HK_CASE(thmap_nocopy)
HK_CASE(thmap_root)
HK_CASE(thmap_nomem)
HK_CASE_NCPU(thmap_stress, 1)
HK_CASE_NCPU(thmap_stress, 4)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(pcq, 2);
	HK_ADD(pcq_stress, 1);
	HK_ADD(pcq_stress, 4);
	HK_ADD(thmap, 2);
	HK_ADD(thmap_nocopy, 2);
	HK_ADD(thmap_root, 2);
	HK_ADD(thmap_nomem, 2);
	HK_ADD(thmap_stress, 1);
	HK_ADD(thmap_stress, 4);
	return atf_no_error();
}
