/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls on attributes: stat, statvfs, modes, owners, times.
 */
#include <stdlib.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

/* An empty path with AT_EMPTY_PATH is the descriptor; takes the flag away. */
static bool
is_empty(const char *path, int *flags)
{
	bool empty;

	empty = (*flags & AT_EMPTY_PATH) != 0 &&
	    (path == NULL || path[0] == '\0');
	*flags &= ~AT_EMPTY_PATH;
	return empty;
}

/* The kernel's stat of a file, by any of the ways to name it. */
static int
get_stat(int fd, const char *path, int flags, struct rump_stat *sb)
{
	bool empty = is_empty(path, &flags);
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_AT, flags, &rflags))
		return -1;
	if (empty && fd != AT_FDCWD)
		return (int)hostabi_ret(rump_sys_fstat(fd, RSTAT(sb)));
	return (int)hostabi_ret(rump_sys_fstatat(hostabi_dirfd(fd),
	    empty ? "." : path, RSTAT(sb), rflags));
}

int
rump_host_fstatat(int fd, const char *path, struct stat *st, int flags)
{
	struct rump_stat sb;

	if (get_stat(fd, path, flags, &sb) == -1)
		return -1;
	return hostabi_fail(rump_hostabi_stat_to_host(&sb, st));
}

int
rump_host_stat(const char *path, struct stat *st)
{

	return rump_host_fstatat(AT_FDCWD, path, st, 0);
}

int
rump_host_lstat(const char *path, struct stat *st)
{

	return rump_host_fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

int
rump_host_fstat(int fd, struct stat *st)
{
	struct rump_stat sb;

	if (hostabi_ret(rump_sys_fstat(fd, RSTAT(&sb))) == -1)
		return -1;
	return hostabi_fail(rump_hostabi_stat_to_host(&sb, st));
}

/* How fresh the data must be makes no difference: there is but one copy. */
int
rump_host_statx(int fd, const char *path, int flags, unsigned mask,
    struct statx *stx)
{
	struct rump_stat sb;

	if (mask & STATX__RESERVED)
		return hostabi_fail(EINVAL);
	flags &= ~AT_STATX_SYNC_TYPE;
	if (get_stat(fd, path, flags, &sb) == -1)
		return -1;
	return hostabi_fail(rump_hostabi_statx_to_host(&sb, stx));
}

/* For statvfs, or else statfs.  3 kB are too many for some callers' stacks. */
static int
do_statvfs(const char *path, int fd, struct statvfs *sv, struct statfs *sf)
{
	struct rump_statvfs *sb;
	int rv;

	sb = malloc(sizeof(*sb));
	if (sb == NULL)
		return hostabi_fail(ENOMEM);
	rv = (int)hostabi_ret(path != NULL ?
	    rump_sys_statvfs1(path, RSTATVFS(sb), RUMP_MNT_WAIT) :
	    rump_sys_fstatvfs1(fd, RSTATVFS(sb), RUMP_MNT_WAIT));
	if (rv == 0)
		rv = hostabi_fail(sv != NULL ?
		    rump_hostabi_statvfs_to_host(sb, sv) :
		    rump_hostabi_statfs_to_host(sb, sf));
	free(sb);
	return rv;
}

int
rump_host_statvfs(const char *path, struct statvfs *sv)
{

	if (path == NULL)
		return hostabi_fail(EFAULT);
	return do_statvfs(path, -1, sv, NULL);
}

int
rump_host_fstatvfs(int fd, struct statvfs *sv)
{

	return do_statvfs(NULL, fd, sv, NULL);
}

int
rump_host_statfs(const char *path, struct statfs *sf)
{

	if (path == NULL)
		return hostabi_fail(EFAULT);
	return do_statvfs(path, -1, NULL, sf);
}

int
rump_host_fstatfs(int fd, struct statfs *sf)
{

	return do_statvfs(NULL, fd, NULL, sf);
}

/* The host's chmod ignores all but permission bits. */
int
rump_host_chmod(const char *path, mode_t mode)
{

	return (int)hostabi_ret(rump_sys_chmod(path, mode & 07777));
}

int
rump_host_fchmod(int fd, mode_t mode)
{

	return (int)hostabi_ret(rump_sys_fchmod(fd, mode & 07777));
}

int
rump_host_fchmodat(int fd, const char *path, mode_t mode, int flags)
{
	bool empty = is_empty(path, &flags);
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_AT, flags, &rflags))
		return -1;
	if (empty && fd != AT_FDCWD)
		return rump_host_fchmod(fd, mode);
	return (int)hostabi_ret(rump_sys_fchmodat(hostabi_dirfd(fd),
	    empty ? "." : path, mode & 07777, rflags));
}

int
rump_host_chown(const char *path, uid_t uid, gid_t gid)
{

	return (int)hostabi_ret(rump_sys_chown(path, uid, gid));
}

int
rump_host_lchown(const char *path, uid_t uid, gid_t gid)
{

	return (int)hostabi_ret(rump_sys_lchown(path, uid, gid));
}

int
rump_host_fchown(int fd, uid_t uid, gid_t gid)
{

	return (int)hostabi_ret(rump_sys_fchown(fd, uid, gid));
}

int
rump_host_fchownat(int fd, const char *path, uid_t uid, gid_t gid, int flags)
{
	bool empty = is_empty(path, &flags);
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_AT, flags, &rflags))
		return -1;
	if (empty && fd != AT_FDCWD)
		return rump_host_fchown(fd, uid, gid);
	return (int)hostabi_ret(rump_sys_fchownat(hostabi_dirfd(fd),
	    empty ? "." : path, uid, gid, rflags));
}

/* Without a path, the host's call is futimens. */
int
rump_host_utimensat(int fd, const char *path, const struct timespec *ts,
    int flags)
{
	struct rump_timespec rts[2];
	int rflags;

	if (is_empty(path, &flags) || path == NULL)
		return rump_host_futimens(fd, ts);
	if (!hostabi_arg(RUMP_HOSTABI_AT, flags, &rflags))
		return -1;
	if (ts != NULL &&
	    hostabi_fail(rump_hostabi_times_from_host(ts, rts)) != 0)
		return -1;
	return (int)hostabi_ret(rump_sys_utimensat(hostabi_dirfd(fd), path,
	    ts != NULL ? RTIMES(rts) : NULL, rflags));
}

int
rump_host_futimens(int fd, const struct timespec *ts)
{
	struct rump_timespec rts[2];

	if (ts != NULL &&
	    hostabi_fail(rump_hostabi_times_from_host(ts, rts)) != 0)
		return -1;
	return (int)hostabi_ret(rump_sys_futimens(fd,
	    ts != NULL ? RTIMES(rts) : NULL));
}

/* The older calls on times are those above with other structures. */
static int
do_utimes(int fd, const char *path, const struct timeval *tv, int flags)
{
	struct timespec ts[2];
	int i;

	for (i = 0; tv != NULL && i < 2; i++) {
		if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
			return hostabi_fail(EINVAL);
		ts[i].tv_sec = tv[i].tv_sec;
		ts[i].tv_nsec = tv[i].tv_usec * 1000;
	}
	return path == NULL ? rump_host_futimens(fd, tv != NULL ? ts : NULL) :
	    rump_host_utimensat(fd, path, tv != NULL ? ts : NULL, flags);
}

int
rump_host_utimes(const char *path, const struct timeval *tv)
{

	if (path == NULL)
		return hostabi_fail(EFAULT);
	return do_utimes(AT_FDCWD, path, tv, 0);
}

int
rump_host_lutimes(const char *path, const struct timeval *tv)
{

	if (path == NULL)
		return hostabi_fail(EFAULT);
	return do_utimes(AT_FDCWD, path, tv, AT_SYMLINK_NOFOLLOW);
}

int
rump_host_futimes(int fd, const struct timeval *tv)
{

	return do_utimes(fd, NULL, tv, 0);
}

int
rump_host_futimesat(int fd, const char *path, const struct timeval *tv)
{

	return do_utimes(fd, path, tv, 0);
}

int
rump_host_utime(const char *path, const struct utimbuf *ut)
{
	struct timeval tv[2];

	if (ut == NULL)
		return rump_host_utimes(path, NULL);
	tv[0] = (struct timeval){ ut->actime, 0 };
	tv[1] = (struct timeval){ ut->modtime, 0 };
	return rump_host_utimes(path, tv);
}
