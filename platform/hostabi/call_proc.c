/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls on processes, their identities and the time of day.
 */
#include <rump/rump_syscalls.h>

#include "hostabi.h"

mode_t
rump_host_umask(mode_t mask)
{

	return (mode_t)rump_sys_umask(mask & 0777);
}

/* Calls that only name the kernel's: of one argument, of none, of two. */
#define	CALL0(type, name)						\
type									\
rump_host_##name(void)							\
{									\
									\
	return (type)hostabi_ret((long)rump_sys_##name());		\
}

#define	CALL1(type, name, t1)						\
type									\
rump_host_##name(t1 a)							\
{									\
									\
	return (type)hostabi_ret(rump_sys_##name(a));			\
}

#define	CALL2(type, name, t1, t2)					\
type									\
rump_host_##name(t1 a, t2 b)						\
{									\
									\
	return (type)hostabi_ret(rump_sys_##name(a, b));		\
}

CALL0(pid_t, getpid)
CALL0(pid_t, getppid)
CALL0(pid_t, getpgrp)
CALL0(pid_t, setsid)
CALL0(uid_t, getuid)
CALL0(uid_t, geteuid)
CALL0(gid_t, getgid)
CALL0(gid_t, getegid)
CALL1(pid_t, getpgid, pid_t)
CALL1(pid_t, getsid, pid_t)
CALL1(int, setuid, uid_t)
CALL1(int, seteuid, uid_t)
CALL1(int, setgid, gid_t)
CALL1(int, setegid, gid_t)
CALL2(int, setpgid, pid_t, pid_t)
CALL2(int, setreuid, uid_t, uid_t)
CALL2(int, setregid, gid_t, gid_t)
CALL2(int, getgroups, int, gid_t *)

int
rump_host_setgroups(size_t n, const gid_t *groups)
{

	if (n > INT32_MAX)
		return hostabi_fail(EINVAL);
	return (int)hostabi_ret(rump_sys_setgroups((int)n, groups));
}

int
rump_host_clock_gettime(clockid_t clock, struct timespec *ts)
{
	struct rump_timespec rts;
	int rclock;

	if (!hostabi_arg(RUMP_HOSTABI_CLOCK, clock, &rclock) ||
	    hostabi_ret(rump_sys_clock_gettime(rclock, RTIMES(&rts))) == -1)
		return -1;
	rump_hostabi_timespec_to_host(&rts, ts);
	return 0;
}

int
rump_host_clock_getres(clockid_t clock, struct timespec *ts)
{
	struct rump_timespec rts;
	int rclock;

	if (!hostabi_arg(RUMP_HOSTABI_CLOCK, clock, &rclock) ||
	    hostabi_ret(rump_sys_clock_getres(rclock, RTIMES(&rts))) == -1)
		return -1;
	if (ts != NULL)
		rump_hostabi_timespec_to_host(&rts, ts);
	return 0;
}

int
rump_host_clock_settime(clockid_t clock, const struct timespec *ts)
{
	struct rump_timespec rts;
	int rclock;

	if (!hostabi_arg(RUMP_HOSTABI_CLOCK, clock, &rclock))
		return -1;
	rump_hostabi_timespec_from_host(ts, &rts);
	return (int)hostabi_ret(rump_sys_clock_settime(rclock, RTIMES(&rts)));
}

/* The kernel's returns the error, too. */
int
rump_host_clock_nanosleep(clockid_t clock, int flags,
    const struct timespec *ts, struct timespec *left)
{
	struct rump_timespec rts, rleft = { 0, 0 };
	int rclock, error;

	if (flags & ~TIMER_ABSTIME)
		return EINVAL;
	error = rump_hostabi_from_host(RUMP_HOSTABI_CLOCK, clock, &rclock);
	if (error != 0)
		return error;
	rump_hostabi_timespec_from_host(ts, &rts);
	error = rump_sys_clock_nanosleep(rclock,
	    flags != 0 ? RUMP_TIMER_ABSTIME : 0, RTIMES(&rts), RTIMES(&rleft));
	if (error == -1)
		error = errno;
	if (error == RUMP_EINTR && left != NULL)
		rump_hostabi_timespec_to_host(&rleft, left);
	return rump_errno2host(error);
}

int
rump_host_nanosleep(const struct timespec *ts, struct timespec *left)
{
	struct rump_timespec rts, rleft = { 0, 0 };
	long rv;

	rump_hostabi_timespec_from_host(ts, &rts);
	rv = hostabi_ret(rump_sys_nanosleep(RTIMES(&rts), RTIMES(&rleft)));
	if (rv == -1 && errno == EINTR && left != NULL)
		rump_hostabi_timespec_to_host(&rleft, left);
	return (int)rv;
}

/* The time zone has been of no meaning for long: zeroes. */
int
rump_host_gettimeofday(struct timeval *tv, void *tz)
{
	struct rump_timeval rtv;

	if (hostabi_ret(rump_sys_gettimeofday((struct timeval *)(void *)&rtv,
	    NULL)) == -1)
		return -1;
	if (tv != NULL)
		rump_hostabi_timeval_to_host(&rtv, tv);
	if (tz != NULL)
		*(struct timezone *)tz = (struct timezone){ 0, 0 };
	return 0;
}
