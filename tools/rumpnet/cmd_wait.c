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

/* To be ended is what it is for. */
static int
stay(void)
{
	const int ending[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction sa = { .sa_handler = note };
	sigset_t set, old;
	size_t i;

	(void)sigemptyset(&set);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		(void)sigaddset(&set, ending[i]);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		(void)sigaction(ending[i], &sa, NULL);
	while (caught == 0)
		(void)sigsuspend(&old);
	return RN_OK;
}

int
rn_wait(int argc, char **argv)
{

	(void)argv;
	return argc != 1 ? rn_usage("too many words") : stay();
}

int
rn_router(int argc, char **argv)
{
	const int name[] = { RUMP_CTL_NET, RUMP_PF_INET, RUMP_IPPROTO_IP,
	    RUMP_IPCTL_FORWARDING }, on = 1;

	(void)argv;
	if (argc != 1)
		return rn_usage("too many words");
	if (rump_sys___sysctl(name, 4, NULL, NULL, &on, sizeof(on)) == -1)
		return rn_fail("net.inet.ip.forwarding");
	return stay();
}
