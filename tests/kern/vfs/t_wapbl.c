/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wapbl(9) and fscow on a device without a file system; kt_wapbl.c does it.
 *
 * Covers: wapbl(9), fstrans(9)
 */
#include "vk.h"

void	rump_kt_wapbl_args(const char *);
void	rump_kt_wapbl_commit(const char *);
void	rump_kt_wapbl_revoke(const char *);
void	rump_kt_wapbl_inodes(const char *);
void	rump_kt_wapbl_wrap(const char *);
void	rump_kt_wapbl_limits(const char *);
void	rump_kt_wapbl_damage(const char *);
void	rump_kt_fscow(const char *);

#define	WAPBL_CASE(name, func)						\
VK_CASE(name)								\
{									\
	vk_tmpfs("/t");							\
	ATF_REQUIRE_EQ(0, system("dd if=/dev/zero of=disk bs=64k "	\
	    "count=16 2>/dev/null"));					\
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/disk", "disk",	\
	    RUMP_ETFS_BLK));						\
	rump_schedule();						\
	func("/disk");							\
	rump_unschedule();						\
	RL(rump_sys_unmount("/t", 0));					\
}

WAPBL_CASE(args, rump_kt_wapbl_args)
WAPBL_CASE(commit, rump_kt_wapbl_commit)
WAPBL_CASE(revoke, rump_kt_wapbl_revoke)
WAPBL_CASE(inodes, rump_kt_wapbl_inodes)
WAPBL_CASE(wrap, rump_kt_wapbl_wrap)
WAPBL_CASE(limits, rump_kt_wapbl_limits)
WAPBL_CASE(damage, rump_kt_wapbl_damage)
WAPBL_CASE(fscow, rump_kt_fscow)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, args);
	ATF_TP_ADD_TC(tp, commit);
	ATF_TP_ADD_TC(tp, revoke);
	ATF_TP_ADD_TC(tp, inodes);
	ATF_TP_ADD_TC(tp, wrap);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, damage);
	ATF_TP_ADD_TC(tp, fscow);
	return atf_no_error();
}
