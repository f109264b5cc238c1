/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acl(9): see kt_acl.c.
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
