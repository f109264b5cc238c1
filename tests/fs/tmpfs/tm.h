/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of tmpfs: what suite.h wants to know.
 */
#ifndef _TESTS_FS_TMPFS_TM_H_
#define _TESTS_FS_TMPFS_TM_H_

#include "../../kern/vfs/vk.h"

#define	FS_FAR		((off_t)1 << 40)
#define	FS_FAR_BLOCKS	8

static inline void
fs_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION,
		.ta_nodes_max = nodes,
		.ta_size_max = size,
		.ta_root_mode = 0777,
	};

	RL(rump_sys_mkdir(dir, 0777));
	RL(rump_sys_mount("tmpfs", dir, flags, &ta, sizeof(ta)));
}

#endif /* !_TESTS_FS_TMPFS_TM_H_ */
