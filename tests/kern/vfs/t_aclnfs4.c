/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of NFSv4 (RFC 7530 section 6): see kt_aclnfs4.c.
 *
 * Covers: acl(9)
 */
#include "../base/hk.h"

HK_CASE(nfs4_modes)
HK_CASE(nfs4_access)
HK_CASE(nfs4_tomode)
HK_CASE(nfs4_check)
HK_CASE(nfs4_inherit)
HK_CASE(nfs4_long)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(nfs4_modes, 2);
	HK_ADD(nfs4_access, 2);
	HK_ADD(nfs4_tomode, 2);
	HK_ADD(nfs4_check, 2);
	HK_ADD(nfs4_inherit, 2);
	HK_ADD(nfs4_long, 2);
	return atf_no_error();
}
