/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases that any file system passes that has names, links, modes, flags and
 * holes.  A driver's test program defines, then includes an s_*.c:
 *   fs_mount_args(dir, nodes, size, flags)  makes dir and mounts an empty file
 *                     system on it, of at most so many files and bytes (or
 *                     within 10 % below) unless they are 0; root's mode is 0777
 *   FS_FAR            an offset that files may have, far behind their end
 *   FS_FAR_BLOCKS     st_blocks of a file with one byte there
 */
#ifndef _TESTS_FS_SUITE_SUITE_H_
#define _TESTS_FS_SUITE_SUITE_H_

static inline void
fs_boot(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	fs_mount_args("/t", 0, 0, 0);
	RL(rump_sys_chdir("/t"));
}

/* Unmounting proves that nothing is left in use. */
static inline void
fs_done(void)
{

	RL(rump_sys_chdir("/"));
	RL(rump_sys_unmount("/t", 0));
}

static inline struct rump_stat
fs_stat(const char *path)
{
	struct rump_stat st;

	ATF_REQUIRE_MSG(rump_sys_lstat(path, (struct stat *)&st) == 0,
	    "lstat %s: errno %d", path, errno);
	return st;
}

#endif /* !_TESTS_FS_SUITE_SUITE_H_ */
