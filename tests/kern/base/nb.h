/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests that make system calls: NetBSD's structures and numbers as far as
 * <rump/rumpdefs.h> lacks them, and checks of results.
 */
#ifndef _TESTS_KERN_BASE_NB_H_
#define _TESTS_KERN_BASE_NB_H_

#include "hk.h"

#include <time.h>

#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

/* The call fails with this of NetBSD's error numbers. */
#define NB_FAILS(err, call)						\
	do {								\
		errno = 0;						\
		ATF_CHECK_EQ(-1, (call));				\
		ATF_CHECK_EQ_MSG((err), errno, "%s: errno %d, not %d",	\
		    #call, errno, (err));				\
	} while (0)

#define NB_F_DUPFD		0
#define NB_F_GETFD		1
#define NB_F_SETFD		2
#define NB_F_GETFL		3
#define NB_F_SETFL		4
#define NB_F_GETOWN		5
#define NB_F_SETOWN		6
#define NB_F_CLOSEM		10
#define NB_F_MAXFD		11
#define NB_F_DUPFD_CLOEXEC	12

#define NB_POLLIN		0x0001
#define NB_POLLOUT		0x0004
#define NB_POLLHUP		0x0010
#define NB_POLLNVAL		0x0020

#define NB_RLIMIT_NOFILE	8

struct nb_rlimit {
	uint64_t	rlim_cur, rlim_max;
};

struct nb_pollfd {
	int	fd;
	short	events, revents;
};

struct nb_kevent {
	uintptr_t	ident;
	uint32_t	filter, flags, fflags;
	int64_t		data;
	void		*udata;
	uint64_t	ext[4];
};

struct nb_itimerspec {
	struct timespec	it_interval, it_value;
};

/* Seconds of the host's monotonic clock. */
static inline double
nb_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Milliseconds to the first expiry and between others. */
static inline struct nb_itimerspec
nb_its(int first, int period)
{
	struct nb_itimerspec its = {
		{ period / 1000, period % 1000 * 1000000L },
		{ first / 1000, first % 1000 * 1000000L },
	};

	return its;
}

/* Read and write a pipe's ends by name. */
struct nb_pipe {
	int	rd, wr;
};

static inline struct nb_pipe
nb_pipe(int flags)
{
	struct nb_pipe p;
	int fd[2];

	ATF_REQUIRE_EQ(0, rump_sys_pipe2(fd, flags));
	p.rd = fd[0];
	p.wr = fd[1];
	return p;
}

#endif /* !_TESTS_KERN_BASE_NB_H_ */
