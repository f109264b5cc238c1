/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol of vnode operations, genfs and renaming: see kt_vop.c.
 *
 * Covers: vnodeops(9), genfs(9), genfs_rename(9)
 */
#include "kfs_host.h"

KFS_CASE(locks)
KFS_CASE(nowait)
KFS_CASE(defaults)
KFS_CASE(answers)
KFS_CASE(releases)
KFS_CASE(glock)
KFS_CASE(rename)
KFS_CASE(renameerr)
KFS_CASE(insane)
KFS_CASE(purge)
KFS_CASE(permitted)
KFS_MISUSE(
    "vop_getattr: vnode",
    "is not locked exclusively",
    "is locked by us",
    "vop_lookup: vnode",
    "vop_mkdir: vnode",
    "vop_remove: vnode",
    "genfs: bad vnode operation vop_readlink",
    "LK_SHARED | LK_EXCLUSIVE",
    "!mutex_owned(vp->v_interlock)",
    "rw_lock_held(lock)",
    "release of unlocked lock",
    "REVOKEALL")

int	rump_kt_checked(void);

/* What the lock checker says of a vnode's lock taken twice. */
ATF_TC_WITHOUT_HEAD(checker);
ATF_TC_BODY(checker, tc)
{

	if (!rump_kt_checked())
		atf_tc_skip("this kernel does not check its locks");
	kfs_what = 12;
	hk_panics(kfs_misuser, "locking against myself");
	kfs_what = 13;
	hk_panics(kfs_misuser, "locking against myself");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, locks);
	ATF_TP_ADD_TC(tp, nowait);
	ATF_TP_ADD_TC(tp, defaults);
	ATF_TP_ADD_TC(tp, answers);
	ATF_TP_ADD_TC(tp, releases);
	ATF_TP_ADD_TC(tp, glock);
	ATF_TP_ADD_TC(tp, rename);
	ATF_TP_ADD_TC(tp, renameerr);
	ATF_TP_ADD_TC(tp, insane);
	ATF_TP_ADD_TC(tp, purge);
	ATF_TP_ADD_TC(tp, permitted);
	ATF_TP_ADD_TC(tp, misuse);
	ATF_TP_ADD_TC(tp, checker);
	return atf_no_error();
}
