/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a thread runs: the host's CPUs.  Linux has no call to wake a thread
 * here rather than there, but one that names the CPUs a thread may use, and a
 * thread stays where that took it until the host has a reason to move it.
 */
#include <sched.h>

#include "rumpuser_int.h"

int
rumpuser_hostcpu(void)
{
	int saved = errno, cpu = sched_getcpu();

	errno = saved;
	return cpu;
}

void
rumpuser_movecpu(int cpu)
{
	cpu_set_t all, one;
	int saved = errno;

	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_getaffinity(0, sizeof(all), &all) == 0 &&
	    CPU_ISSET(cpu, &all) &&
	    sched_setaffinity(0, sizeof(one), &one) == 0)
		(void)sched_setaffinity(0, sizeof(all), &all);
	errno = saved;
}
