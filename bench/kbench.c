/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a rump kernel costs: time to boot, private memory and threads after
 * it, and the price of a system call with and without an lwp of the caller's
 * own, beside the host's getpid(2).  A line per figure: "name value unit".
 * Run once per boot: bench/run.sh repeats it and takes medians.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include "clock.h"

#define	CALLS	1000000

/* A number from a file of /proc: the one behind key. */
static long
proc_number(const char *file, const char *key)
{
	char line[256];
	long v;
	FILE *f;

	v = 0;
	f = fopen(file, "r");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, key, strlen(key)) == 0)
			v = atol(line + strlen(key));
	}
	(void)fclose(f);
	return v;
}

static void
getpids(const char *name, int kernel)
{
	double t0;
	int i;

	t0 = now();
	for (i = 0; i < CALLS; i++) {
		if (kernel)
			(void)rump_sys_getpid();
		else
			(void)syscall(SYS_getpid);
	}
	printf("%s %.1f ns\n", name, (now() - t0) * 1e9 / CALLS);
}

int
main(void)
{
	long before, after;
	double t0;
	int error;

	before = proc_number("/proc/self/smaps_rollup", "Anonymous:");
	t0 = now();
	error = rump_init();
	printf("boot %.3f ms\n", (now() - t0) * 1e3);
	if (error != 0)
		errx(1, "rump_init: error %d", error);
	after = proc_number("/proc/self/smaps_rollup", "Anonymous:");
	printf("private-memory %ld kB\n", after - before);
	printf("threads %ld threads\n",
	    proc_number("/proc/self/status", "Threads:"));
	getpids("getpid-implicit", 1);
	error = rump_pub_lwproc_rfork(RUMP_RFCFDG);
	if (error != 0)
		errx(1, "rfork: error %d", error);
	getpids("getpid-own-lwp", 1);
	rump_pub_lwproc_releaselwp();
	getpids("getpid-host", 0);
	return 0;
}
