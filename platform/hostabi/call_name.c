/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that open, make, move and remove names.
 */
#include <stdarg.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

/* What a symbolic link met by O_NOFOLLOW is to the host. */
static int
open_failed(int flags)
{

	if (errno == RUMP_EFTYPE && (flags & O_NOFOLLOW) != 0)
		return hostabi_fail(flags & O_DIRECTORY ? ENOTDIR : ELOOP);
	return (int)hostabi_ret(-1);
}

static int
do_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	int fd, rflags;

	if (!hostabi_arg(RUMP_HOSTABI_OPEN, flags, &rflags))
		return -1;
	fd = rump_sys_openat(hostabi_dirfd(dirfd), path, rflags, mode);
	return fd != -1 ? fd : open_failed(flags);
}

#define	OPEN_MODE(mode, flags) do {					\
	va_list ap;							\
									\
	(mode) = 0;							\
	if ((flags) & O_CREAT) {					\
		va_start(ap, flags);					\
		(mode) = va_arg(ap, mode_t);				\
		va_end(ap);						\
	}								\
} while (0)

int
rump_host_open(const char *path, int flags, ...)
{
	mode_t mode;

	OPEN_MODE(mode, flags);
	return do_openat(AT_FDCWD, path, flags, mode);
}

int
rump_host_openat(int dirfd, const char *path, int flags, ...)
{
	mode_t mode;

	OPEN_MODE(mode, flags);
	return do_openat(dirfd, path, flags, mode);
}

int
rump_host_creat(const char *path, mode_t mode)
{

	return do_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int
rump_host_access(const char *path, int mode)
{

	return rump_host_faccessat(AT_FDCWD, path, mode, 0);
}

int
rump_host_euidaccess(const char *path, int mode)
{

	return rump_host_faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

/* F_OK and so on are the same numbers everywhere. */
int
rump_host_faccessat(int dirfd, const char *path, int mode, int flags)
{
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_AT_ACCESS, flags, &rflags))
		return -1;
	return (int)hostabi_ret(rump_sys_faccessat(hostabi_dirfd(dirfd), path,
	    mode, rflags));
}

int
rump_host_mkdir(const char *path, mode_t mode)
{

	return rump_host_mkdirat(AT_FDCWD, path, mode);
}

int
rump_host_mkdirat(int dirfd, const char *path, mode_t mode)
{

	return (int)hostabi_ret(rump_sys_mkdirat(hostabi_dirfd(dirfd), path,
	    mode));
}

int
rump_host_mknod(const char *path, mode_t mode, dev_t dev)
{

	return rump_host_mknodat(AT_FDCWD, path, mode, dev);
}

int
rump_host_mknodat(int dirfd, const char *path, mode_t mode, dev_t dev)
{
	uint64_t rdev = 0;
	int rmode;

	if (!hostabi_arg(RUMP_HOSTABI_MODE, (int)mode, &rmode))
		return -1;
	if (S_ISDIR(mode) || S_ISLNK(mode))
		return hostabi_fail(S_ISDIR(mode) ? EPERM : EINVAL);
	if ((S_ISCHR(mode) || S_ISBLK(mode)) &&
	    hostabi_fail(rump_hostabi_dev_from_host(dev, &rdev)) != 0)
		return -1;
	return (int)hostabi_ret(rump_sys_mknodat(hostabi_dirfd(dirfd), path,
	    (mode_t)rmode, rdev));
}

int
rump_host_mkfifo(const char *path, mode_t mode)
{

	return rump_host_mkfifoat(AT_FDCWD, path, mode);
}

int
rump_host_mkfifoat(int dirfd, const char *path, mode_t mode)
{

	return (int)hostabi_ret(rump_sys_mkfifoat(hostabi_dirfd(dirfd), path,
	    mode));
}

/* A link to a symbolic link is one to the link itself here. */
int
rump_host_link(const char *from, const char *to)
{

	return rump_host_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
rump_host_linkat(int fromfd, const char *from, int tofd, const char *to,
    int flags)
{
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_AT_LINK, flags, &rflags))
		return -1;
	return (int)hostabi_ret(rump_sys_linkat(hostabi_dirfd(fromfd), from,
	    hostabi_dirfd(tofd), to, rflags));
}

int
rump_host_symlink(const char *text, const char *path)
{

	return rump_host_symlinkat(text, AT_FDCWD, path);
}

/*
 * All links have mode 0777 on the host; in the kernel the umask shows, though
 * nothing depends on it, so it does no harm if the second call fails.
 */
int
rump_host_symlinkat(const char *text, int dirfd, const char *path)
{

	dirfd = hostabi_dirfd(dirfd);
	if (hostabi_ret(rump_sys_symlinkat(text, dirfd, path)) == -1)
		return -1;
	(void)rump_sys_fchmodat(dirfd, path, 0777, RUMP_AT_SYMLINK_NOFOLLOW);
	return 0;
}

ssize_t
rump_host_readlink(const char *path, char *buf, size_t len)
{

	return rump_host_readlinkat(AT_FDCWD, path, buf, len);
}

ssize_t
rump_host_readlinkat(int dirfd, const char *path, char *buf, size_t len)
{

	if (len == 0)
		return hostabi_fail(EINVAL);
	return hostabi_ret(rump_sys_readlinkat(hostabi_dirfd(dirfd), path, buf,
	    len));
}

int
rump_host_unlink(const char *path)
{

	return rump_host_unlinkat(AT_FDCWD, path, 0);
}

/* A directory is EPERM to the kernel, EISDIR to the host. */
static int
unlink_failed(int dirfd, const char *path)
{
	struct rump_stat sb;

	if (errno != RUMP_EPERM)
		return (int)hostabi_ret(-1);
	if (rump_sys_fstatat(dirfd, path, RSTAT(&sb),
	    RUMP_AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(sb.st_mode))
		return hostabi_fail(EISDIR);
	return hostabi_fail(EPERM);
}

int
rump_host_unlinkat(int dirfd, const char *path, int flags)
{
	int rflags, rv;

	if (!hostabi_arg(RUMP_HOSTABI_AT_UNLINK, flags, &rflags))
		return -1;
	dirfd = hostabi_dirfd(dirfd);
	rv = rump_sys_unlinkat(dirfd, path, rflags);
	if (rv == -1 && rflags == 0)
		return unlink_failed(dirfd, path);
	return (int)hostabi_ret(rv);
}

int
rump_host_rmdir(const char *path)
{

	return (int)hostabi_ret(rump_sys_rmdir(path));
}

int
rump_host_remove(const char *path)
{

	if (rump_host_unlink(path) == 0)
		return 0;
	return errno == EISDIR ? rump_host_rmdir(path) : -1;
}

/* Two names of one file: both stay, as POSIX has it. */
int
rump_host_rename(const char *from, const char *to)
{

	return (int)hostabi_ret(rump_sys___posix_rename(from, to));
}

int
rump_host_renameat(int fromfd, const char *from, int tofd, const char *to)
{

	if ((fromfd == AT_FDCWD || from[0] == '/') &&
	    (tofd == AT_FDCWD || to[0] == '/'))
		return rump_host_rename(from, to);
	return (int)hostabi_ret(rump_sys_renameat(hostabi_dirfd(fromfd), from,
	    hostabi_dirfd(tofd), to));
}

int
rump_host_renameat2(int fromfd, const char *from, int tofd, const char *to,
    unsigned flags)
{

	if (flags != 0)
		return hostabi_fail(EINVAL);
	return rump_host_renameat(fromfd, from, tofd, to);
}

int
rump_host_truncate(const char *path, off_t len)
{

	return (int)hostabi_ret(rump_sys_truncate(path, len));
}

void
rump_host_sync(void)
{

	rump_sys_sync();
}
