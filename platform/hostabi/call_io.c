/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls on open files: data, positions, descriptors, locks.
 */
#include <linux/falloc.h>
#include <stdarg.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

ssize_t
rump_host_read(int fd, void *buf, size_t len)
{

	return hostabi_ret(rump_sys_read(fd, buf, len));
}

ssize_t
rump_host_write(int fd, const void *buf, size_t len)
{

	return hostabi_ret(rump_sys_write(fd, buf, len));
}

ssize_t
rump_host_readv(int fd, const struct iovec *iov, int n)
{

	return hostabi_ret(rump_sys_readv(fd, iov, n));
}

ssize_t
rump_host_writev(int fd, const struct iovec *iov, int n)
{

	return hostabi_ret(rump_sys_writev(fd, iov, n));
}

ssize_t
rump_host_pread(int fd, void *buf, size_t len, off_t off)
{

	return hostabi_ret(rump_sys_pread(fd, buf, len, off));
}

ssize_t
rump_host_pwrite(int fd, const void *buf, size_t len, off_t off)
{

	return hostabi_ret(rump_sys_pwrite(fd, buf, len, off));
}

ssize_t
rump_host_preadv(int fd, const struct iovec *iov, int n, off_t off)
{

	return hostabi_ret(rump_sys_preadv(fd, iov, n, off));
}

ssize_t
rump_host_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{

	return hostabi_ret(rump_sys_pwritev(fd, iov, n, off));
}

off_t
rump_host_lseek(int fd, off_t off, int whence)
{
	int rwhence;

	if (!hostabi_arg(RUMP_HOSTABI_SEEK, whence, &rwhence))
		return -1;
	return hostabi_ret(rump_sys_lseek(fd, off, rwhence));
}

int
rump_host_close(int fd)
{

	return (int)hostabi_ret(rump_sys_close(fd));
}

int
rump_host_fsync(int fd)
{

	return (int)hostabi_ret(rump_sys_fsync(fd));
}

int
rump_host_fdatasync(int fd)
{

	return (int)hostabi_ret(rump_sys_fdatasync(fd));
}

int
rump_host_sync_file_range(int fd, off_t off, off_t len, unsigned flags)
{

	if (off < 0 || len < 0 || (flags & ~(SYNC_FILE_RANGE_WAIT_BEFORE |
	    SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER)) != 0)
		return hostabi_fail(EINVAL);
	if (rump_host_fdatasync(fd) == -1)
		return errno == EINVAL ? hostabi_fail(ESPIPE) : -1;
	return 0;
}

/* All file systems: the kernel has no call for one. */
int
rump_host_syncfs(int fd)
{

	if (hostabi_ret(rump_sys_fcntl(fd, RUMP_F_GETFD, 0)) == -1)
		return -1;
	rump_sys_sync();
	return 0;
}

int
rump_host_ftruncate(int fd, off_t len)
{

	return (int)hostabi_ret(rump_sys_ftruncate(fd, len));
}

/* posix_fallocate returns the error, the kernel's number. */
int
rump_host_fallocate(int fd, int mode, off_t off, off_t len)
{

	if (mode == 0)
		return hostabi_fail(rump_errno2host(
		    rump_sys_posix_fallocate(fd, off, len)));
	if (mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
		return hostabi_fail(EOPNOTSUPP);
	return (int)hostabi_ret(rump_sys_fdiscard(fd, off, len));
}

int
rump_host_dup(int fd)
{

	return (int)hostabi_ret(rump_sys_dup(fd));
}

int
rump_host_dup2(int from, int to)
{

	return (int)hostabi_ret(rump_sys_dup2(from, to));
}

int
rump_host_dup3(int from, int to, int flags)
{
	int rflags;

	if (flags & ~O_CLOEXEC)
		return hostabi_fail(EINVAL);
	if (!hostabi_arg(RUMP_HOSTABI_OPEN, flags, &rflags))
		return -1;
	return (int)hostabi_ret(rump_sys_dup3(from, to, rflags));
}

int
rump_host_pipe(int *fds)
{

	return rump_host_pipe2(fds, 0);
}

int
rump_host_pipe2(int *fds, int flags)
{
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_OPEN, flags, &rflags))
		return -1;
	return (int)hostabi_ret(rump_sys_pipe2(fds, rflags));
}

int
rump_host_flock(int fd, int how)
{
	int rhow;

	if (!hostabi_arg(RUMP_HOSTABI_FLOCK, how, &rhow))
		return -1;
	return (int)hostabi_ret(rump_sys_flock(fd, rhow));
}

static int
get_flags(int fd)
{
	int flags, rflags;

	rflags = (int)hostabi_ret(rump_sys_fcntl(fd, RUMP_F_GETFL, 0));
	if (rflags == -1)
		return -1;
	if (hostabi_fail(rump_hostabi_to_host(RUMP_HOSTABI_OPEN,
	    rflags & ~RUMP_O_NOSIGPIPE, &flags)) != 0)
		return -1;
	return flags;
}

/*
 * The host ignores all but these, and leaves the flags alone that it cannot
 * set; the kernel would set them to what it is given.
 */
static int
set_flags(int fd, int flags)
{
	const int kept = RUMP_O_SYNC | RUMP_O_DSYNC | RUMP_O_RSYNC |
	    RUMP_O_NOSIGPIPE;
	int rflags, old;

	flags &= O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME | O_NONBLOCK;
	if (!hostabi_arg(RUMP_HOSTABI_OPEN, flags, &rflags))
		return -1;
	old = (int)hostabi_ret(rump_sys_fcntl(fd, RUMP_F_GETFL, 0));
	if (old == -1)
		return -1;
	return (int)hostabi_ret(rump_sys_fcntl(fd, RUMP_F_SETFL,
	    rflags | (old & kept)));
}

static int
do_lock(int fd, int rcmd, struct flock *fl)
{
	struct rump_flock rfl;

	if (fl == NULL)
		return hostabi_fail(EFAULT);
	if (hostabi_fail(rump_hostabi_flock_from_host(fl, &rfl)) != 0 ||
	    hostabi_ret(rump_sys_fcntl(fd, rcmd, &rfl)) == -1)
		return -1;
	if (rcmd != RUMP_F_GETLK)
		return 0;
	/* the host touches nothing but the type of a lock that may be had */
	if (rfl.l_type == RUMP_F_UNLCK) {
		fl->l_type = F_UNLCK;
		return 0;
	}
	return hostabi_fail(rump_hostabi_flock_to_host(&rfl, fl));
}

int
rump_host_fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;
	int rcmd;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (!hostabi_arg(RUMP_HOSTABI_FCNTL, cmd, &rcmd))
		return -1;
	switch (cmd) {
	case F_GETFL:
		return get_flags(fd);
	case F_SETFL:
		return set_flags(fd, (int)(intptr_t)arg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return do_lock(fd, rcmd, arg);
	default:
		/* FD_CLOEXEC is 1 on both sides, the only flag of F_SETFD */
		return (int)hostabi_ret(rump_sys_fcntl(fd, rcmd, arg));
	}
}
