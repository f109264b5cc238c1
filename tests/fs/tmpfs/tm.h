/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of tmpfs: a kernel with one mounted on /t.
 */
#ifndef _TESTS_FS_TMPFS_TM_H_
#define _TESTS_FS_TMPFS_TM_H_

#include "../../kern/vfs/vk.h"

static inline void
tm_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
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

static inline void
tm_boot(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	tm_mount_args("/t", 0, 0, 0);
	RL(rump_sys_chdir("/t"));
}

/* Unmounting proves that nothing is left in use. */
static inline void
tm_done(void)
{

	RL(rump_sys_chdir("/"));
	RL(rump_sys_unmount("/t", 0));
}

static inline struct rump_stat
tm_stat(const char *path)
{
	struct rump_stat st;

	ATF_REQUIRE_MSG(rump_sys_lstat(path, (struct stat *)&st) == 0,
	    "lstat %s: errno %d", path, errno);
	return st;
}

#endif /* !_TESTS_FS_TMPFS_TM_H_ */
