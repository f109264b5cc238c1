/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls about the host process as a whole: its errno, its end, signals,
 * random bytes.
 */
#include <sys/random.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "rumpuser_int.h"

/* This host's number for each signal of NetBSD; 0 where it has none. */
static const unsigned char sigtable[] = {
	[1] = SIGHUP, [2] = SIGINT, [3] = SIGQUIT, [4] = SIGILL,
	[5] = SIGTRAP, [6] = SIGABRT, [8] = SIGFPE, [9] = SIGKILL,
	[10] = SIGBUS, [11] = SIGSEGV, [12] = SIGSYS, [13] = SIGPIPE,
	[14] = SIGALRM, [15] = SIGTERM, [16] = SIGURG, [17] = SIGSTOP,
	[18] = SIGTSTP, [19] = SIGCONT, [20] = SIGCHLD, [21] = SIGTTIN,
	[22] = SIGTTOU, [23] = SIGIO, [24] = SIGXCPU, [25] = SIGXFSZ,
	[26] = SIGVTALRM, [27] = SIGPROF, [28] = SIGWINCH, [30] = SIGUSR1,
	[31] = SIGUSR2, [32] = SIGPWR,
};
#define	NETBSD_SIGRTMIN	33
#define	NETBSD_SIGRTMAX	63

static int
sigtrans(int sig)
{

	if (sig >= 0 && sig < (int)sizeof(sigtable))
		return sig == 0 ? 0 : sigtable[sig] ? sigtable[sig] : -1;
	if (sig >= NETBSD_SIGRTMIN && sig <= NETBSD_SIGRTMAX &&
	    SIGRTMIN + (sig - NETBSD_SIGRTMIN) <= SIGRTMAX)
		return SIGRTMIN + (sig - NETBSD_SIGRTMIN);
	return -1;
}

int
rumpuser_kill(int64_t pid, int sig)
{
	int hostsig = sigtrans(sig);

	if (hostsig == -1 || pid != (pid_t)pid)
		return RUMP_EINVAL;
	/* Not raise(): the thread may be the kernel's, with signals blocked. */
	if (kill(pid == RUMPUSER_PID_SELF ? getpid() : (pid_t)pid,
	    hostsig) == -1)
		return rumpuser__errtrans(errno);
	return 0;
}

void
rumpuser_exit(int value)
{

	rumpuser__console_flush();
	if (value == RUMPUSER_PANIC)
		abort();
	exit(value);
}

void
rumpuser_seterrno(int error)
{

	errno = error;
}

int
rumpuser_getrandom(void *buf, size_t len, int flags, size_t *retp)
{
	unsigned int hflags = 0;
	size_t got = 0;
	ssize_t n;

	if (flags & ~(RUMPUSER_RANDOM_HARD | RUMPUSER_RANDOM_NOWAIT))
		return RUMP_EINVAL;
	if (flags & RUMPUSER_RANDOM_HARD)
		hflags |= GRND_RANDOM;
	if (flags & RUMPUSER_RANDOM_NOWAIT)
		hflags |= GRND_NONBLOCK;

	while (got < len) {
		n = getrandom((char *)buf + got, len - got, hflags);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return rumpuser__errtrans(errno);
		got += (size_t)n;
	}
	*retp = got;
	return 0;
}
