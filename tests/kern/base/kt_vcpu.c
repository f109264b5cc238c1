/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vcpu: how many threads are inside at a time, and moving
 * between CPUs.
 */
#include "kt.h"

void	rump_kt_inside(void);
int	rump_kt_maxinside(void);
int	rump_kt_ncpu(void);
void	rump_kt_bound(void);

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
