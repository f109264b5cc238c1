/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases that any file system passes that has names, links, modes, flags and
 * holes.  A driver's test program defines, then includes an s_*.c:
 *   fs_mount_args(dir, nodes, size, flags)  makes dir and mounts an empty file
 *                     system on it, of at most so many files and bytes (or
 *                     within 10 % below) unless they are 0; root's mode is 0777
 *   FS_FAR            an offset that files may have, far behind their end
 *   FS_FAR_BLOCKS     st_blocks of a file with one byte there
 * and, where it is not as it is with most,
 *   FS_ROOT_NLINK     links of an empty file system's root
 *   FS_IMMUTABLE, FS_APPEND    the file flags it has, if not the user's
 *   FS_NO_FLAGS       it keeps no file flags, and says so
 *   FS_ELSEWHERE      a folder on another file system
 *   FS_NO_MOUNT       nothing is mounted: dir is a folder, limits are ignored
 *   FS_CHECK(dir)     judge the image of what was mounted there until now
 *   FS_LACKS()        the FS_ bits below of what the file system that was just
 *                     mounted cannot do: cases that need it are skipped
 */
#ifndef _TESTS_FS_SUITE_SUITE_H_
#define _TESTS_FS_SUITE_SUITE_H_

#define	FS_LINKS	0x01	/* hard links, links are counted */
#define	FS_SYMLINKS	0x02
#define	FS_SPECIAL	0x04	/* devices and fifos */
#define	FS_MODES	0x08	/* permissions and owners */
#define	FS_TIMES	0x10	/* to the nanosecond */
#define	FS_FLAGS	0x20
#define	FS_SPARSE	0x40
#define	FS_LIMITS	0x80	/* fs_mount_args() keeps to them */

#ifndef FS_LACKS
#define	FS_LACKS()	0
#endif
#define	FS_HAS(what)	((FS_LACKS() & (what)) == 0)
#define	FS_NEEDS(what) do {						\
	if (!FS_HAS(what))						\
		atf_tc_skip("the file system lacks some of " #what);	\
} while (0)

#ifndef FS_ROOT_NLINK
#define	FS_ROOT_NLINK	2
#endif
#ifndef FS_IMMUTABLE
#define	FS_IMMUTABLE	RUMP_UF_IMMUTABLE
#define	FS_APPEND	RUMP_UF_APPEND
#endif
#ifndef FS_ELSEWHERE
#define	FS_ELSEWHERE	""			/* the root */
#endif
#ifndef FS_CHECK
#define	FS_CHECK(dir)	((void)0)
#endif

static inline void
fs_boot(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	fs_mount_args("/t", 0, 0, 0);
	RL(rump_sys_chdir("/t"));
}

/* Unmounting proves that nothing is left in use. */
static inline void
fs_unmount(const char *dir)
{

#ifdef FS_NO_MOUNT
	RE(EINVAL, rump_sys_unmount(dir, 0));
#else
	RL(rump_sys_unmount(dir, 0));
#endif
	FS_CHECK(dir);
}

static inline void
fs_done(void)
{

	RL(rump_sys_chdir("/"));
	fs_unmount("/t");
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
