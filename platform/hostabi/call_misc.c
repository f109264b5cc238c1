/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls beside the usual ones: files that count, random bytes, advice, limits
 * of paths, ranges of descriptors.
 */
#include <limits.h>
#include <linux/close_range.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

/* An itimerspec: its two times are the same on both sides but for the name. */
#define	RITIMER(p)	((struct itimerspec *)(void *)(p))

int
rump_host_eventfd(unsigned count, int flags)
{
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_EVENTFD, flags, &rflags))
		return -1;
	return (int)hostabi_ret(rump_sys_eventfd(count, rflags));
}

int
rump_host_timerfd_create(clockid_t clock, int flags)
{
	int rclock, rflags;

	if (!hostabi_arg(RUMP_HOSTABI_CLOCK, clock, &rclock) ||
	    !hostabi_arg(RUMP_HOSTABI_TIMERFD, flags, &rflags))
		return -1;
	return (int)hostabi_ret(rump_sys_timerfd_create(rclock, rflags));
}

static void
itimer_to(const struct rump_timespec r[2], struct itimerspec *its)
{

	rump_hostabi_timespec_to_host(&r[0], &its->it_interval);
	rump_hostabi_timespec_to_host(&r[1], &its->it_value);
}

int
rump_host_timerfd_settime(int fd, int flags, const struct itimerspec *its,
    struct itimerspec *old)
{
	struct rump_timespec r[2], rold[2];
	int rflags;

	if (its == NULL)
		return hostabi_fail(EFAULT);
	if (!hostabi_arg(RUMP_HOSTABI_TIMERFD_SET, flags, &rflags))
		return -1;
	rump_hostabi_timespec_from_host(&its->it_interval, &r[0]);
	rump_hostabi_timespec_from_host(&its->it_value, &r[1]);
	if (hostabi_ret(rump_sys_timerfd_settime(fd, rflags, RITIMER(r),
	    RITIMER(rold))) == -1)
		return -1;
	if (old != NULL)
		itimer_to(rold, old);
	return 0;
}

int
rump_host_timerfd_gettime(int fd, struct itimerspec *its)
{
	struct rump_timespec r[2];

	if (hostabi_ret(rump_sys_timerfd_gettime(fd, RITIMER(r))) == -1)
		return -1;
	itimer_to(r, its);
	return 0;
}

ssize_t
rump_host_getrandom(void *buf, size_t len, unsigned flags)
{
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_RANDOM, (int)flags, &rflags))
		return -1;
	return hostabi_ret(rump_sys_getrandom(buf, len, (unsigned)rflags));
}

/* The kernel's returns the error, too. */
int
rump_host_posix_fadvise(int fd, off_t off, off_t len, int advice)
{
	int radvice, error;

	error = rump_hostabi_from_host(RUMP_HOSTABI_ADVICE, advice, &radvice);
	if (error != 0)
		return error;
	return rump_errno2host(rump_sys_posix_fadvise(fd, off, len, radvice));
}

int
rump_host_posix_fallocate(int fd, off_t off, off_t len)
{

	return rump_errno2host(rump_sys_posix_fallocate(fd, off, len));
}

/* EINVAL for what has no pages to read ahead. */
ssize_t
rump_host_readahead(int fd, off_t off, size_t len)
{
	int flags = rump_host_fcntl(fd, F_GETFL), error;

	if (flags == -1)
		return -1;
	if ((flags & O_ACCMODE) == O_WRONLY)
		return hostabi_fail(EBADF);
	error = len > SSIZE_MAX ? EINVAL : rump_host_posix_fadvise(fd, off,
	    (off_t)len, POSIX_FADV_WILLNEED);
	return hostabi_fail(error == ESPIPE || error == EBADF ? EINVAL :
	    error);
}

/* -1 with errno as it was is an answer, "no limit". */
static long
pathconf_ret(long rv, int saved)
{

	if (rv != -1 || errno != 0)
		return hostabi_ret(rv);
	errno = saved;
	return -1;
}

long
rump_host_pathconf(const char *path, int name)
{
	int saved = errno, rname;

	if (!hostabi_arg(RUMP_HOSTABI_PATHCONF, name, &rname))
		return -1;
	errno = 0;
	return pathconf_ret(rump_sys_pathconf(path, rname), saved);
}

long
rump_host_fpathconf(int fd, int name)
{
	int saved = errno, rname;

	if (!hostabi_arg(RUMP_HOSTABI_PATHCONF, name, &rname))
		return -1;
	errno = 0;
	return pathconf_ret(rump_sys_fpathconf(fd, rname), saved);
}

/* What is not open is no error. */
int
rump_host_close_range(unsigned first, unsigned last, int flags)
{
	int max = (int)hostabi_ret(rump_sys_fcntl(0, RUMP_F_MAXFD, 0));
	unsigned fd;

	if ((flags & ~CLOSE_RANGE_CLOEXEC) != 0 || first > last)
		return hostabi_fail(EINVAL);
	for (fd = first; fd <= last && max >= 0 && fd <= (unsigned)max; fd++) {
		if (flags & CLOSE_RANGE_CLOEXEC)
			(void)rump_sys_fcntl((int)fd, RUMP_F_SETFD,
			    RUMP_FD_CLOEXEC);
		else
			(void)rump_sys_close((int)fd);
	}
	return 0;
}

void
rump_host_closefrom(int first)
{

	(void)rump_host_close_range(first < 0 ? 0 : (unsigned)first, ~0U, 0);
}

/* Sections of lockf are from the position on. */
int
rump_host_lockf(int fd, int cmd, off_t len)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_CUR,
	    .l_len = len };

	switch (cmd) {
	case F_LOCK:
		return rump_host_fcntl(fd, F_SETLKW, &fl);
	case F_TLOCK:
		return rump_host_fcntl(fd, F_SETLK, &fl);
	case F_ULOCK:
		fl.l_type = F_UNLCK;
		return rump_host_fcntl(fd, F_SETLK, &fl);
	case F_TEST:
		if (rump_host_fcntl(fd, F_GETLK, &fl) == -1)
			return -1;
		return hostabi_fail(fl.l_type == F_UNLCK ? 0 : EACCES);
	default:
		return hostabi_fail(EINVAL);
	}
}
