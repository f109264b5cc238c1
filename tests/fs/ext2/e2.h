/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of ext2: make an image with mke2fs, mount it in this
 * process's kernel, do things to it, and let e2fsck and debugfs judge.
 *
 * Functions that cannot fail in a sound tree end the case when they do.
 * Errors of rump_sys calls are NetBSD's numbers; RE() checks for one.
 */
#ifndef _TESTS_FS_EXT2_E2_H_
#define _TESTS_FS_EXT2_E2_H_

#include <sys/types.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperr.h>

#define	MNT	"/mnt"
#define	IMG	"test.img"

/* Run a call that must work. */
#define	RL(x)								\
	ATF_REQUIRE_MSG((x) != -1, "%s: %s", #x, rump_strerror(errno))
/* Run one that must fail with that error (without the RUMP_). */
#define	RE(e, x) do {							\
	errno = 0;							\
	ATF_REQUIRE_MSG((x) == -1, "%s did not fail", #x);		\
	ATF_REQUIRE_MSG(errno == RUMP_##e, "%s: %s, not %s", #x,	\
	    rump_strerror(errno), #e);					\
} while (0)

/* A shell command of the host: it must end with 0, or tell how it ended. */
void	e2_host(const char *, ...) __attribute__((format(printf, 1, 2)));
int	e2_try(const char *, ...) __attribute__((format(printf, 1, 2)));
/* Its first line of output, without the newline. */
char	*e2_out(char *, size_t, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* mke2fs -q <args> IMG <size>, after removing an old IMG. */
void	e2_mkfs(const char *size, const char *args, ...)
    __attribute__((format(printf, 2, 3)));
/* e2fsck -fn IMG must find nothing. */
void	e2_fsck(void);
void	e2_boot(void);
/* Mount IMG at MNT; returns -1 with errno if that fails. */
int	e2_trymount(const char *img, int flags);
void	e2_mount(int flags);
void	e2_umount(void);
/* Unmount, e2fsck, and mount again. */
void	e2_again(void);

/* Files: names are relative to MNT. */
const char *e2_path(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
void	e2_write(const char *name, const void *, size_t, off_t);
void	e2_create(const char *name, size_t size, unsigned seed);
void	e2_check(const char *name, size_t size, unsigned seed);
void	e2_fill(void *, size_t, unsigned seed, off_t at);
void	e2_stat(const char *name, struct rump_stat *);
int	e2_count(const char *dir);
/* Use all that is called free: a file "fill" until there is no space. */
void	e2_fillup(void);
/* How many runs of blocks in a row a file has, unmounted, as debugfs says. */
unsigned e2_pieces(const char *name);
/* Compare a tree below MNT with one of the host, names and contents. */
void	e2_cmptree(const char *name, const char *hostdir);
/* Call func with each name in a directory but the dots. */
void	e2_readdir(const char *name, void (*func)(const char *, uint64_t,
	    int, void *), void *);

#define	E2_REQUIRE_TOOLS(tc)						\
	atf_tc_set_md_var(tc, "require.progs",				\
	    "/sbin/mke2fs /sbin/e2fsck /sbin/debugfs")

#define	E2_TC(name, text)						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "descr", "%s", text);			\
	E2_REQUIRE_TOOLS(tc);						\
}									\
ATF_TC_BODY(name, tc)

#endif /* !_TESTS_FS_EXT2_E2_H_ */
