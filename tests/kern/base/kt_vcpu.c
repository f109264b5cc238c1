/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vcpu: how many threads are inside at a time, and moving
 * between CPUs.
 */
#include "kt.h"

#include <sys/xcall.h>

void	rump_kt_inside(void);
int	rump_kt_maxinside(void);
int	rump_kt_ncpu(void);
void	rump_kt_bound(void);
void	rump_kt_count(void);
u_long	rump_kt_counted(void);
void	rump_kt_visit(void);

#define	MAXCPU	8

static _Atomic u_int inside, maxinside;

/* A while inside, without sleeping. */
void
rump_kt_inside(void)
{
	volatile int i;
	u_int n, max;

	n = ++inside;
	max = maxinside;
	while (n > max && !__atomic_compare_exchange_n((u_int *)&maxinside,
	    &max, n, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		continue;
	KT(curcpu()->ci_curlwp == curlwp);
	for (i = 0; i < 200; i++)
		continue;
	KT(curcpu()->ci_curlwp == curlwp);
	inside--;
}

int
rump_kt_maxinside(void)
{

	return maxinside;
}

int
rump_kt_ncpu(void)
{

	return ncpu;
}

/*
 * Counts without any atomic operation: right only if nobody else is on this
 * CPU.  The pause makes an intruder likely to be seen.
 */
static volatile u_long counts[MAXCPU][64 / sizeof(u_long)];

void
rump_kt_count(void)
{
	volatile u_long *count = counts[cpu_number()];
	volatile int i;
	u_long n = *count;

	for (i = 0; i < 10; i++)
		continue;
	KT(curcpu()->ci_curlwp == curlwp);
	*count = n + 1;
}

u_long
rump_kt_counted(void)
{
	u_long sum = 0;
	int i;

	for (i = 0; i < MAXCPU; i++)
		sum += counts[i][0];
	return sum;
}

static void
visit(void *arg1, void *arg2)
{

	rump_kt_count();
}

/* Count on each CPU. */
void
rump_kt_visit(void)
{

	xc_wait(xc_broadcast(0, visit, NULL, NULL));
}

/* A bound lwp stays on its CPU over sleeps, whatever goes on. */
void
rump_kt_bound(void)
{
	struct cpu_info *ci = curcpu();
	int i, bound = curlwp_bind();

	for (i = 0; i < 20; i++) {
		kt_pause(1);
		KT(curcpu() == ci);
		yield();
		KT(curcpu() == ci);
	}
	curlwp_bindx(bound);
}
