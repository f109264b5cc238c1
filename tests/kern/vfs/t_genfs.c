/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_can_access(9), the checks of genfs_rename(9), and what the macros for
 * tables of operations list: see kt_genfs.c.
 *
 * Covers: genfs(9), genfs_can_access(9), genfs_rename(9)
 */
#include "../base/hk.h"

HK_CASE(can_access)
HK_CASE(can_change)
HK_CASE(flags)
HK_CASE(entries)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(can_access, 2);
	HK_ADD(can_change, 2);
	HK_ADD(flags, 2);
	HK_ADD(entries, 2);
	return atf_no_error();
}
