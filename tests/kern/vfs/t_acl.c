/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of POSIX.1e: see kt_acl.c.
 *
 * Covers: acl(9)
 */
#include "../base/hk.h"

HK_CASE(acl_memory)
HK_CASE(acl_modes)
HK_CASE(acl_check)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(acl_memory, 2);
	HK_ADD(acl_modes, 2);
	HK_ADD(acl_check, 2);
	return atf_no_error();
}
