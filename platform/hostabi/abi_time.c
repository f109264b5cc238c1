/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time and waiting: clocks, times, events of poll, sets of descriptors and of
 * signals.
 */
#include <string.h>

#include "hostabi.h"

/* The coarse clocks are the exact ones, which is allowed. */
static const struct hostabi_row clock_rows[] = {
	{ CLOCK_REALTIME, RUMP_CLOCK_REALTIME, 0 },
	{ CLOCK_MONOTONIC, RUMP_CLOCK_MONOTONIC, 0 },
	{ CLOCK_PROCESS_CPUTIME_ID, RUMP_CLOCK_PROCESS_CPUTIME_ID, 0 },
	{ CLOCK_THREAD_CPUTIME_ID, RUMP_CLOCK_THREAD_CPUTIME_ID, 0 },
	{ CLOCK_REALTIME_COARSE, RUMP_CLOCK_REALTIME, 0 },
	{ CLOCK_MONOTONIC_COARSE, RUMP_CLOCK_MONOTONIC, 0 },
};
const struct hostabi_table hostabi_clock = HOSTABI_VALUES(clock_rows, EINVAL);

/* The kernel has one bit for POLLOUT and POLLWRNORM. */
static const struct hostabi_row poll_rows[] = {
	{ POLLIN, RUMP_POLLIN, 0 },
	{ POLLPRI, RUMP_POLLPRI, 0 },
	{ POLLOUT, RUMP_POLLOUT, 0 },
	{ POLLERR, RUMP_POLLERR, 0 },
	{ POLLHUP, RUMP_POLLHUP, 0 },
	{ POLLNVAL, RUMP_POLLNVAL, 0 },
	{ POLLRDNORM, RUMP_POLLRDNORM, 0 },
	{ POLLRDBAND, RUMP_POLLRDBAND, 0 },
	{ POLLWRNORM, RUMP_POLLWRNORM, 0 },
	{ POLLWRBAND, RUMP_POLLWRBAND, 0 },
};
const struct hostabi_table hostabi_poll = HOSTABI_BITS(poll_rows, EINVAL);

#define	SAME(name)	{ name, RUMP_##name, 0 }
static const struct hostabi_row signal_rows[] = {
	SAME(SIGHUP), SAME(SIGINT), SAME(SIGQUIT), SAME(SIGILL), SAME(SIGTRAP),
	SAME(SIGABRT), SAME(SIGFPE), SAME(SIGKILL), SAME(SIGBUS),
	SAME(SIGSEGV), SAME(SIGSYS), SAME(SIGPIPE), SAME(SIGALRM),
	SAME(SIGTERM), SAME(SIGURG), SAME(SIGSTOP), SAME(SIGTSTP),
	SAME(SIGCONT), SAME(SIGCHLD), SAME(SIGTTIN), SAME(SIGTTOU),
	SAME(SIGIO), SAME(SIGXCPU), SAME(SIGXFSZ), SAME(SIGVTALRM),
	SAME(SIGPROF), SAME(SIGWINCH), SAME(SIGUSR1), SAME(SIGUSR2),
	SAME(SIGPWR),
};
const struct hostabi_table hostabi_signal =
    HOSTABI_VALUES(signal_rows, EINVAL);

void
rump_hostabi_timespec_to_host(const struct rump_timespec *ts,
    struct timespec *out)
{

	out->tv_sec = ts->tv_sec;
	out->tv_nsec = ts->tv_nsec;
}

void
rump_hostabi_timespec_from_host(const struct timespec *ts,
    struct rump_timespec *out)
{

	out->tv_sec = ts->tv_sec;
	out->tv_nsec = ts->tv_nsec;
}

void
rump_hostabi_timeval_to_host(const struct rump_timeval *tv,
    struct timeval *out)
{

	out->tv_sec = tv->tv_sec;
	out->tv_usec = tv->tv_usec;
}

/* The kernel's microseconds are 32 bits. */
int
rump_hostabi_timeval_from_host(const struct timeval *tv,
    struct rump_timeval *out)
{

	if (tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return EINVAL;
	memset(out, 0, sizeof(*out));
	out->tv_sec = tv->tv_sec;
	out->tv_usec = (int32_t)tv->tv_usec;
	return 0;
}

int
rump_hostabi_times_from_host(const struct timespec *ts,
    struct rump_timespec *out)
{
	int i;

	for (i = 0; i < 2; i++) {
		out[i].tv_sec = ts[i].tv_sec;
		if (ts[i].tv_nsec == UTIME_NOW)
			out[i].tv_nsec = RUMP_UTIME_NOW;
		else if (ts[i].tv_nsec == UTIME_OMIT)
			out[i].tv_nsec = RUMP_UTIME_OMIT;
		else if (ts[i].tv_nsec < 0 || ts[i].tv_nsec >= 1000000000L)
			return EINVAL;
		else
			out[i].tv_nsec = ts[i].tv_nsec;
	}
	return 0;
}

void
rump_hostabi_sigset_from_host(const sigset_t *set, struct rump_sigset *out)
{
	int sig, rsig;

	memset(out, 0, sizeof(*out));
	for (sig = 1; sig < SIGRTMIN; sig++) {
		if (sigismember(set, sig) == 1 && rump_hostabi_from_host(
		    RUMP_HOSTABI_SIGNAL, sig, &rsig) == 0)
			out->bits[(rsig - 1) / 32] |= 1U << ((rsig - 1) % 32);
	}
}

int
rump_hostabi_fdset_from_host(int n, const fd_set *set, uint32_t *out)
{
	int fd;

	if (n < 0 || n > FD_SETSIZE)
		return EINVAL;
	memset(out, 0, (size_t)(n + 31) / 32 * sizeof(*out));
	for (fd = 0; fd < n; fd++) {
		if (FD_ISSET(fd, set))
			out[fd / 32] |= 1U << (fd % 32);
	}
	return 0;
}

int
rump_hostabi_fdset_to_host(int n, const uint32_t *set, fd_set *out)
{
	int fd;

	if (n < 0 || n > FD_SETSIZE)
		return EINVAL;
	FD_ZERO(out);
	for (fd = 0; fd < n; fd++) {
		if (set[fd / 32] & (1U << (fd % 32)))
			FD_SET(fd, out);
	}
	return 0;
}
