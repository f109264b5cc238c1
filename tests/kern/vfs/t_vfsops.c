/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types of file systems and mounts from inside: see kt_vfsops.c.  Some look
 * at a tmpfs on /t with the file f beside the file system made for it.
 *
 * Covers: vfs(9), vfsops(9), vfssubr(9), vfs_hooks(9), vattr(9), fstrans(9)
 * Covers: extattr(9), genfs(9)
 */
#include "vk.h"

#define	VFSOPS_CASE(name)						\
void	rump_kt_##name(void);						\
VK_CASE(name)								\
{									\
									\
	RL(rump_sys_mkdir("/k", 0755));					\
	vk_tmpfs("/t");							\
	vk_write("/t/f", "text");					\
	rump_schedule();						\
	rump_kt_##name();						\
	rump_unschedule();						\
	RL(rump_sys_unmount("/t", 0));					\
}

VFSOPS_CASE(types)
VFSOPS_CASE(ops)
VFSOPS_CASE(failing)
VFSOPS_CASE(busy)
VFSOPS_CASE(fsid)
VFSOPS_CASE(rootmount)
VFSOPS_CASE(handles)
VFSOPS_CASE(hooks)
VFSOPS_CASE(extattr)
VFSOPS_CASE(attributes)
VFSOPS_CASE(lower)
VFSOPS_CASE(fstrans)
VFSOPS_CASE(lostroot)

void	rump_kt_list(void);
VK_CASE(list)
{

	RL(rump_sys_mkdir("/k", 0755));
	rump_schedule();
	rump_kt_list();
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, types);
	ATF_TP_ADD_TC(tp, ops);
	ATF_TP_ADD_TC(tp, failing);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, fsid);
	ATF_TP_ADD_TC(tp, rootmount);
	ATF_TP_ADD_TC(tp, handles);
	ATF_TP_ADD_TC(tp, hooks);
	ATF_TP_ADD_TC(tp, extattr);
	ATF_TP_ADD_TC(tp, attributes);
	ATF_TP_ADD_TC(tp, lower);
	ATF_TP_ADD_TC(tp, fstrans);
	ATF_TP_ADD_TC(tp, lostroot);
	ATF_TP_ADD_TC(tp, list);
	return atf_no_error();
}
