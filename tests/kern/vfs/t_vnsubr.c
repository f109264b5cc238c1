/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files from inside the kernel: see kt_vnsubr.c.
 *
 * Covers: vnsubr(9), vnfileops(9), namei(9), pathbuf(9), namecache(9)
 * Covers: extattr(9), vattr(9), kauth(9), vnode(9), genfs_can_access(9)
 * Covers: vnodeops(9)
 */
#include "vk.h"

#define	VN_CASE(name)							\
void	rump_kt_##name(void);						\
VK_CASE(name)								\
{									\
									\
	vk_tmpfs("/t");							\
	vk_write("/t/f", "text");					\
	RL(rump_sys_mkdir("/t/d", 0755));				\
	RL(rump_sys_symlink("f", "/t/l"));				\
	RL(rump_sys_symlink("loop", "/t/loop"));			\
	rump_schedule();						\
	rump_kt_##name();						\
	rump_unschedule();						\
	vk_done("/t");							\
}

VN_CASE(open)
VN_CASE(openerr)
VN_CASE(text)
VN_CASE(rdwr)
VN_CASE(stat)
VN_CASE(under)
VN_CASE(pathbuf)
VN_CASE(namei)
VN_CASE(relookup)
VN_CASE(cache)
VN_CASE(cacheid)
VN_CASE(revlookup)
VN_CASE(scope)
VN_CASE(access)
VN_CASE(fileops)
VN_CASE(xattr)
VN_CASE(tables)
VN_CASE(vops)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, open);
	ATF_TP_ADD_TC(tp, openerr);
	ATF_TP_ADD_TC(tp, text);
	ATF_TP_ADD_TC(tp, rdwr);
	ATF_TP_ADD_TC(tp, stat);
	ATF_TP_ADD_TC(tp, under);
	ATF_TP_ADD_TC(tp, pathbuf);
	ATF_TP_ADD_TC(tp, namei);
	ATF_TP_ADD_TC(tp, relookup);
	ATF_TP_ADD_TC(tp, cache);
	ATF_TP_ADD_TC(tp, cacheid);
	ATF_TP_ADD_TC(tp, revlookup);
	ATF_TP_ADD_TC(tp, scope);
	ATF_TP_ADD_TC(tp, access);
	ATF_TP_ADD_TC(tp, fileops);
	ATF_TP_ADD_TC(tp, xattr);
	ATF_TP_ADD_TC(tp, tables);
	ATF_TP_ADD_TC(tp, vops);
	return atf_no_error();
}
