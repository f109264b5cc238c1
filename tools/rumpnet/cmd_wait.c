/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet wait, rumpnet router: kernels that answer, and that pass packets
 * on, until a signal ends them.
 */
#include <signal.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

static volatile sig_atomic_t caught;

static void
note(int sig)
{

	caught = sig;
}

static const int ending[] = { SIGHUP, SIGINT, SIGTERM };
#define	NENDING	(sizeof(ending) / sizeof(ending[0]))

void
rn_hold(void)
{
	sigset_t set;
	size_t i;

	(void)sigemptyset(&set);
	for (i = 0; i < NENDING; i++)
		(void)sigaddset(&set, ending[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

/* To be ended is what it is for. */
int
rn_stay(void)
{
	struct sigaction sa = { .sa_handler = note };
	sigset_t set;
	size_t i;

	rn_hold();
	(void)sigprocmask(SIG_BLOCK, NULL, &set);
	for (i = 0; i < NENDING; i++) {
		(void)sigaction(ending[i], &sa, NULL);
		(void)sigdelset(&set, ending[i]);
	}
	while (caught == 0)
		(void)sigsuspend(&set);
	return RN_OK;
}

int
rn_wait(int argc, char **argv)
{

	(void)argv;
	rn_hold();
	return argc != 1 ? rn_usage("too many words") : rn_stay();
}

int
rn_router(int argc, char **argv)
{
	static const char *const names[] = { "net.inet.ip.forwarding",
	    "net.inet6.ip6.forwarding" };
	const int on = 1;
	int mib[RN_MIB], n;
	size_t i;

	(void)argv;
	rn_hold();
	if (argc != 1)
		return rn_usage("too many words");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((n = rn_mib(names[i], mib)) == -1 ||
		    rump_sys___sysctl(mib, (unsigned int)n, NULL, NULL, &on,
		    sizeof(on)) == -1)
			return rn_fail("%s", names[i]);
	return rn_stay();
}
