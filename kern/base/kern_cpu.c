/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual CPUs as objects: made at boot, RUMP_NCPU of them, and there
 * for good.  Who runs on them is rump_sched.c's business.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/stdarg.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"

#define	MAXCPUS	256

struct cpu_info rump_bootcpu;
static struct cpu_info *cpu_table[MAXCPUS + 1] = { &rump_bootcpu };
struct cpu_info **cpu_infos = cpu_table;
u_int maxcpus = MAXCPUS;
int ncpu = 1;
int ncpuonline = 1;
char cpu_model[64] = "rump (virtual)";

/* Number of CPUs from the platform: 1 to MAXCPUS, two by default. */
void
rump_cpus_bootstrap(int *ncpup)
{
	char buf[16];
	int n = 0;
	const char *s;

	if (rumpuser_getparam(RUMPUSER_PARAM_NCPU, buf, sizeof(buf)) == 0) {
		for (s = buf; *s >= '0' && *s <= '9' && n <= MAXCPUS; s++)
			n = n * 10 + (*s - '0');
		if (*s != '\0')
			n = 0;
	}
	if (n < 1)
		n = 2;
	*ncpup = n > MAXCPUS ? MAXCPUS : n;
	mi_cpu_attach(&rump_bootcpu);
}

/* Name a CPU and make it known; the boot CPU is known already. */
int
mi_cpu_attach(struct cpu_info *ci)
{

	KASSERT(ci->ci_cpuid < MAXCPUS);
	ci->ci_data.cpu_index = ci->ci_cpuid;
	snprintf(ci->ci_data.cpu_name, sizeof(ci->ci_data.cpu_name), "cpu%u",
	    ci->ci_cpuid);
	cpu_table[ci->ci_cpuid] = ci;
	return 0;
}

void
rump_cpu_attach(struct cpu_info *ci)
{
	struct cpu_info *last;

	(void)mi_cpu_attach(ci);
	for (last = &rump_bootcpu; last->ci_next != NULL;)
		last = last->ci_next;
	__atomic_store_n(&last->ci_next, ci, __ATOMIC_RELEASE);
	ncpu++;
	ncpuonline++;
}

/* The CPUs after the first; before there is any allocator. */
void
rump_scheduler_init(int numcpu)
{
	struct cpu_info *ci;
	void *mem;
	int i;

	KASSERT(ncpu == 1);
	for (i = 1; i < numcpu; i++) {
		if (rumpuser_malloc(sizeof(*ci), CACHE_LINE_SIZE, &mem) != 0)
			panic("no memory for virtual CPU %d", i);
		ci = mem;
		memset(ci, 0, sizeof(*ci));
		ci->ci_cpuid = i;
		rump_cpu_attach(ci);
	}
}

struct cpu_info *
cpu_lookup(u_int idx)
{

	return idx < MAXCPUS ? cpu_table[idx] : NULL;
}

const char *
cpu_name(struct cpu_info *ci)
{

	return ci->ci_data.cpu_name;
}

const char *
cpu_getmodel(void)
{

	return cpu_model;
}

int
cpu_setmodel(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(cpu_model, sizeof(cpu_model), fmt, ap);
	va_end(ap);
	return len;
}

/* Sum over all CPUs, which goes on changing. */
int64_t
cpu_count_get(enum cpu_count idx)
{
	struct cpu_info *ci;
	int64_t sum = 0;

	KASSERT(idx < CPU_COUNT_MAX);
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		sum += ci->ci_data.cpu_counts[idx];
	return sum;
}
