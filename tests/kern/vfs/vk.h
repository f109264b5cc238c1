/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of names, mounts, descriptors and the root file system: calls
 * that must work (RL) or fail with an error (RE), and small files.
 */
#ifndef _TESTS_KERN_VFS_VK_H_
#define _TESTS_KERN_VFS_VK_H_

#include <sys/types.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <atf-c.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>

#define	RL(x) ({							\
	__typeof__(x) rl_v = (x);					\
	ATF_REQUIRE_MSG(rl_v != -1, "%s: errno %d", #x, errno);	\
	rl_v; })

#define	RE(err, x) do {							\
	errno = 0;							\
	ATF_REQUIRE_MSG((x) == -1, "%s works", #x);			\
	ATF_REQUIRE_MSG(errno == RUMP_##err, "%s: errno %d, not "	\
	    #err, #x, errno);						\
} while (0)

/* A case without a head, in a kernel that has booted. */
#define	VK_CASE(name)							\
static void name##_body(void);						\
ATF_TC_WITHOUT_HEAD(name);						\
ATF_TC_BODY(name, tc)							\
{									\
	ATF_REQUIRE_EQ(0, rump_init());				\
	name##_body();							\
}									\
static void								\
name##_body(void)

static inline void
vk_tmpfs(const char *dir)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0777
	};

	RL(rump_sys_mkdir(dir, 0777));
	RL(rump_sys_mount("tmpfs", dir, 0, &ta, sizeof(ta)));
}

/* Unmounting proves that nothing is left in use. */
static inline void
vk_done(const char *dir)
{

	RL(rump_sys_unmount(dir, 0));
}

static inline struct rump_stat
vk_stat(const char *path)
{
	struct rump_stat st;

	ATF_REQUIRE_MSG(rump_sys_stat(path, (struct stat *)&st) == 0,
	    "stat %s: errno %d", path, errno);
	return st;
}

/* errno of a stat, 0 if it works. */
static inline int
vk_staterr(const char *path)
{
	struct rump_stat st;

	return rump_sys_stat(path, (struct stat *)&st) == 0 ? 0 : errno;
}

static inline int
vk_exists(const char *path)
{
	struct rump_stat st;

	if (rump_sys_lstat(path, (struct stat *)&st) == 0)
		return 1;
	ATF_REQUIRE_EQ(RUMP_ENOENT, errno);
	return 0;
}

static inline void
vk_write(const char *path, const char *text)
{
	int fd;

	fd = RL(rump_sys_open(path, RUMP_O_CREAT | RUMP_O_WRONLY |
	    RUMP_O_TRUNC, 0644));
	ATF_REQUIRE_EQ((ssize_t)strlen(text),
	    rump_sys_write(fd, text, strlen(text)));
	RL(rump_sys_close(fd));
}

/* Open and close at once. */
static inline void
vk_touch(const char *path, int flags)
{
	int fd = RL(rump_sys_open(path, flags, 0644));

	RL(rump_sys_close(fd));
}

static inline void
vk_holds(const char *path, const char *text)
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

static inline void
vk_cwd_is(const char *want)
{
	char buf[1024];

	RL(rump_sys___getcwd(buf, sizeof(buf)));
	ATF_REQUIRE_STREQ(want, buf);
}

#endif /* !_TESTS_KERN_VFS_VK_H_ */
