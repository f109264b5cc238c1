/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the suite on the root file system: what suite.h wants to know.  There is
 * one, which is mounted once, so the suite gets a folder of it.
 */
#ifndef _TESTS_KERN_VFS_ROOTFS_RT_H_
#define _TESTS_KERN_VFS_ROOTFS_RT_H_

#include "../vk.h"

#define	FS_FAR		((off_t)1 << 40)
#define	FS_FAR_BLOCKS	8
#define	FS_NO_MOUNT			/* and so no limits of a mount */
#define	FS_NO_FLAGS
#define	FS_ELSEWHERE	"/other"

static inline void
fs_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
{

	RL(rump_sys_mkdir(dir, 0777));
	RL(rump_sys_chmod(dir, 0777));
	(vk_tmpfs)(FS_ELSEWHERE);
}

#endif /* !_TESTS_KERN_VFS_ROOTFS_RT_H_ */
