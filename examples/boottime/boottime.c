/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boottime: boots a kernel with the vfs faction, tmpfs and ext2, and says how
 * long that took, what it weighs, and what a system call costs.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* Anonymous memory of this process, kB. */
static long
memory(void)
{
	char line[128];
	long kb = 0;
	FILE *f;

	if ((f = fopen("/proc/self/smaps_rollup", "r")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "Anonymous:", 10) == 0)
			kb = atol(line + 10);
	(void)fclose(f);
	return kb;
}

int
main(void)
{
	const int calls = 1000000;
	long before = memory();
	double t = now();
	int error, i;

	if ((error = rump_init()) != 0)
		errx(1, "rump_init: %s", rump_strerror(error));
	printf("boot: %.2f ms\n", (now() - t) / 1e3);
	printf("memory: %ld kB\n", memory() - before);
	if ((error = rump_pub_lwproc_rfork(RUMP_RFCFDG)) != 0)
		errx(1, "rfork: %s", rump_strerror(error));
	t = now();
	for (i = 0; i < calls; i++)
		(void)rump_sys_getpid();
	printf("system call: %.0f ns\n", (now() - t) * 1e3 / calls);
	rump_pub_lwproc_releaselwp();
	return 0;
}
