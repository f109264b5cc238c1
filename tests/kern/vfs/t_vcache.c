/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life cycle of vnodes with a file system made for it: see kt_vcache.c.
 *
 * Covers: vnode(9), vfssubr(9)
 */
#include "kfs_host.h"

KFS_CASE(get)
KFS_CASE(new)
KFS_CASE(rekey)
KFS_CASE(inactive)
KFS_CASE(hold)
KFS_CASE(dead)
KFS_CASE(flush)
KFS_CASE(share)
KFS_CASE(async)
KFS_CASE(waitload)
KFS_CASE(revoke)
KFS_MISUSE(
    "has no references",
    "is not held",
    "has no references",
    "vrefcnt(vp) > 0",
    "mutex_owned(vp->v_interlock)",
    "not inside a transaction",
    "is not listed")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, get);
	ATF_TP_ADD_TC(tp, new);
	ATF_TP_ADD_TC(tp, rekey);
	ATF_TP_ADD_TC(tp, inactive);
	ATF_TP_ADD_TC(tp, hold);
	ATF_TP_ADD_TC(tp, dead);
	ATF_TP_ADD_TC(tp, flush);
	ATF_TP_ADD_TC(tp, share);
	ATF_TP_ADD_TC(tp, async);
	ATF_TP_ADD_TC(tp, waitload);
	ATF_TP_ADD_TC(tp, revoke);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
