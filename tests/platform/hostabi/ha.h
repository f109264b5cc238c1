/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of librumphost: the same calls on two sides, the host's file
 * system and a kernel's, so that a case runs on both and compares.
 */
#ifndef _TESTS_PLATFORM_HOSTABI_HA_H_
#define	_TESTS_PLATFORM_HOSTABI_HA_H_

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <atf-c.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_hostabi.h>
#include <rump/rump_syscalls.h>

#define	NITEMS(a)	(sizeof(a) / sizeof((a)[0]))

/* A call that must not return -1; its value. */
#define	RL(x) ({							\
	__typeof__(x) rl_v = (x);					\
	ATF_REQUIRE_MSG(rl_v != -1, "%s: %s", #x, strerror(errno));	\
	rl_v; })

/* A call that must fail with that errno of the host. */
#define	RE(err, x) do {							\
	errno = 0;							\
	ATF_CHECK_MSG((x) == -1, "%s works", #x);			\
	ATF_CHECK_MSG(errno == (err), "%s: %s, not %s", #x,		\
	    strerror(errno), #err);					\
} while (0)

/* The calls that both sides have. */
struct side {
	const char *s_name;
	int	(*s_open)(const char *, int, ...);
	int	(*s_close)(int);
	ssize_t	(*s_read)(int, void *, size_t);
	ssize_t	(*s_write)(int, const void *, size_t);
	ssize_t	(*s_pread)(int, void *, size_t, off_t);
	off_t	(*s_lseek)(int, off_t, int);
	int	(*s_ftruncate)(int, off_t);
	int	(*s_truncate)(const char *, off_t);
	int	(*s_fallocate)(int, int, off_t, off_t);
	int	(*s_dup3)(int, int, int);
	int	(*s_pipe2)(int *, int);
	int	(*s_fcntl)(int, int, ...);
	int	(*s_flock)(int, int);
	int	(*s_mkdir)(const char *, mode_t);
	int	(*s_rmdir)(const char *);
	int	(*s_mknod)(const char *, mode_t, dev_t);
	int	(*s_link)(const char *, const char *);
	int	(*s_symlink)(const char *, const char *);
	ssize_t	(*s_readlink)(const char *, char *, size_t);
	int	(*s_unlink)(const char *);
	int	(*s_unlinkat)(int, const char *, int);
	int	(*s_rename)(const char *, const char *);
	int	(*s_chmod)(const char *, mode_t);
	int	(*s_chown)(const char *, uid_t, gid_t);
	int	(*s_utimensat)(int, const char *, const struct timespec *, int);
	int	(*s_stat)(const char *, struct stat *);
	int	(*s_lstat)(const char *, struct stat *);
	int	(*s_fstatat)(int, const char *, struct stat *, int);
	int	(*s_statx)(int, const char *, int, unsigned, struct statx *);
	int	(*s_statvfs)(const char *, struct statvfs *);
	int	(*s_access)(const char *, int);
	ssize_t	(*s_getdents64)(int, void *, size_t);
	int	(*s_chdir)(const char *);
	char	*(*s_getcwd)(char *, size_t);
	mode_t	(*s_umask)(mode_t);
	int	(*s_setxattr)(const char *, const char *, const void *, size_t,
		    int);
	ssize_t	(*s_getxattr)(const char *, const char *, void *, size_t);
	ssize_t	(*s_listxattr)(const char *, char *, size_t);
	int	(*s_removexattr)(const char *, const char *);
};

extern const struct side ha_sides[2];	/* the host, the kernel */

/*
 * Boot a kernel whose current directory is a new tmpfs or an ext2 image, and
 * make the host's an empty folder, on tmpfs if there is one.
 */
void	ha_boot(bool ext2);
/* Unmount, which proves that nothing is left in use. */
void	ha_done(void);

#endif /* !_TESTS_PLATFORM_HOSTABI_HA_H_ */
