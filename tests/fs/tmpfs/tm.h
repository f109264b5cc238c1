/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of tmpfs: a kernel with one mounted on /t, system calls that
 * must work (RL) or fail with an error (RE), small files.
 */
#ifndef _TESTS_FS_TMPFS_TM_H_
#define _TESTS_FS_TMPFS_TM_H_

#include <sys/types.h>
#include <sys/stat.h>

#include <atf-c.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>

/* A call that must not return -1; its value. */
#define	RL(x) ({							\
	__typeof__(x) rl_v = (x);					\
	ATF_REQUIRE_MSG(rl_v != -1, "%s: errno %d", #x, errno);	\
	rl_v; })

/* A call that must fail with RUMP_`err'. */
#define	RE(err, x) do {							\
	errno = 0;							\
	ATF_REQUIRE_MSG((x) == -1, "%s works", #x);			\
	ATF_REQUIRE_MSG(errno == RUMP_##err, "%s: errno %d, not "	\
	    #err, #x, errno);						\
} while (0)

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

static inline int
tm_exists(const char *path)
{
	struct rump_stat st;

	if (rump_sys_lstat(path, (struct stat *)&st) == 0)
		return 1;
	ATF_REQUIRE_EQ(RUMP_ENOENT, errno);
	return 0;
}

static inline void
tm_write(const char *path, const char *text)
{
	int fd;

	fd = RL(rump_sys_open(path, RUMP_O_CREAT | RUMP_O_WRONLY |
	    RUMP_O_TRUNC, 0644));
	ATF_REQUIRE_EQ((ssize_t)strlen(text),
	    rump_sys_write(fd, text, strlen(text)));
	RL(rump_sys_close(fd));
}

static inline void
tm_holds(const char *path, const char *text)
{
	char buf[256];
	ssize_t n;
	int fd;

	fd = RL(rump_sys_open(path, RUMP_O_RDONLY));
	n = RL(rump_sys_read(fd, buf, sizeof(buf) - 1));
	buf[n] = '\0';
	ATF_REQUIRE_STREQ(text, buf);
	RL(rump_sys_close(fd));
}

#endif /* !_TESTS_FS_TMPFS_TM_H_ */
