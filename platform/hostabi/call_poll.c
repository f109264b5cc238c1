/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for files: poll and select.
 */
#include <stdlib.h>
#include <string.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

#define	ALWAYS	(POLLERR | POLLHUP | POLLNVAL)
#define	FEW	32

/* A copy with the kernel's events; negative descriptors ask for nothing. */
static int
events_from(const struct pollfd *fds, nfds_t n, struct pollfd *out)
{
	nfds_t i;
	int events, error;

	for (i = 0; i < n; i++) {
		error = rump_hostabi_from_host(RUMP_HOSTABI_POLL,
		    fds[i].events, &events);
		if (error != 0)
			return error;
		out[i] = (struct pollfd){ .fd = fds[i].fd,
		    .events = (short)events };
	}
	return 0;
}

/* The one bit for POLLOUT becomes what was asked for of the host's two. */
static int
events_to(const struct pollfd *rfds, nfds_t n, struct pollfd *fds)
{
	nfds_t i;
	int revents, error;

	for (i = 0; i < n; i++) {
		error = rump_hostabi_to_host(RUMP_HOSTABI_POLL,
		    rfds[i].revents, &revents);
		if (error != 0)
			return error;
		if (revents & POLLOUT)
			revents |= POLLWRNORM;
		fds[i].revents = (short)(revents & (fds[i].events | ALWAYS));
	}
	return 0;
}

int
rump_host_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *ts,
    const sigset_t *mask)
{
	struct pollfd few[FEW], *rfds = few;
	struct rump_timespec rts;
	struct rump_sigset rmask;
	int rv, error;

	if (n > FEW && (n > INT32_MAX || (rfds = calloc(n, sizeof(*rfds))) ==
	    NULL))
		return hostabi_fail(n > INT32_MAX ? EINVAL : ENOMEM);
	if (ts != NULL)
		rump_hostabi_timespec_from_host(ts, &rts);
	if (mask != NULL)
		rump_hostabi_sigset_from_host(mask, &rmask);
	rv = hostabi_fail(events_from(fds, n, rfds));
	if (rv == 0)
		rv = (int)hostabi_ret(rump_sys_pollts(rfds, (unsigned)n,
		    ts != NULL ? RTIMES(&rts) : NULL,
		    mask != NULL ? (sigset_t *)(void *)&rmask : NULL));
	error = rv == -1 ? 0 : events_to(rfds, n, fds);
	if (rfds != few)
		free(rfds);
	return error != 0 ? hostabi_fail(error) : rv;
}

/* Any negative timeout means for ever here. */
int
rump_host_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct timespec ts;

	if (timeout < 0)
		return rump_host_ppoll(fds, n, NULL, NULL);
	ts.tv_sec = timeout / 1000;
	ts.tv_nsec = (timeout % 1000) * 1000000L;
	return rump_host_ppoll(fds, n, &ts, NULL);
}

#define	SETWORDS	(FD_SETSIZE / 32)

/* One of the three sets to the kernel's form; NULL stays. */
static fd_set *
set_from(int n, const fd_set *set, uint32_t *words)
{

	if (set == NULL)
		return NULL;
	(void)rump_hostabi_fdset_from_host(n, set, words);
	return (fd_set *)(void *)words;
}

static int
do_select(int n, fd_set *sets[3], const struct rump_timespec *rts,
    const struct rump_sigset *rmask)
{
	uint32_t words[3][SETWORDS];
	fd_set *r[3];
	int i, rv;

	if (n < 0)
		return hostabi_fail(EINVAL);
	if (n > FD_SETSIZE)
		n = FD_SETSIZE;
	for (i = 0; i < 3; i++)
		r[i] = set_from(n, sets[i], words[i]);
	rv = (int)hostabi_ret(rump_sys_pselect(n, r[0], r[1], r[2],
	    rts != NULL ? RTIMES(rts) : NULL, (const void *)rmask));
	for (i = 0; rv != -1 && i < 3; i++) {
		if (sets[i] != NULL)
			(void)rump_hostabi_fdset_to_host(n, words[i], sets[i]);
	}
	return rv;
}

int
rump_host_pselect(int n, fd_set *in, fd_set *out, fd_set *ex,
    const struct timespec *ts, const sigset_t *mask)
{
	fd_set *sets[3] = { in, out, ex };
	struct rump_timespec rts;
	struct rump_sigset rmask;

	if (ts != NULL)
		rump_hostabi_timespec_from_host(ts, &rts);
	if (mask != NULL)
		rump_hostabi_sigset_from_host(mask, &rmask);
	return do_select(n, sets, ts != NULL ? &rts : NULL,
	    mask != NULL ? &rmask : NULL);
}

/* How long was left, the host's select says in its argument. */
static void
time_left(const struct timespec *end, struct timeval *tv)
{
	struct timespec now;
	long usec;

	if (rump_host_clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		return;
	tv->tv_sec = end->tv_sec - now.tv_sec;
	usec = (end->tv_nsec - now.tv_nsec) / 1000;
	if (usec < 0) {
		usec += 1000000;
		tv->tv_sec--;
	}
	tv->tv_usec = usec;
	if (tv->tv_sec < 0)
		tv->tv_sec = tv->tv_usec = 0;
}

int
rump_host_select(int n, fd_set *in, fd_set *out, fd_set *ex,
    struct timeval *tv)
{
	struct timespec ts, end;
	int rv;

	if (tv == NULL)
		return rump_host_pselect(n, in, out, ex, NULL, NULL);
	if (tv->tv_sec < 0 || tv->tv_usec < 0)
		return hostabi_fail(EINVAL);
	ts.tv_sec = tv->tv_sec + tv->tv_usec / 1000000;
	ts.tv_nsec = tv->tv_usec % 1000000 * 1000;
	if (rump_host_clock_gettime(CLOCK_MONOTONIC, &end) == -1)
		return -1;
	end.tv_sec += ts.tv_sec + (end.tv_nsec + ts.tv_nsec) / 1000000000L;
	end.tv_nsec = (end.tv_nsec + ts.tv_nsec) % 1000000000L;
	rv = rump_host_pselect(n, in, out, ex, &ts, NULL);
	if (rv != -1)
		time_left(&end, tv);
	return rv;
}
