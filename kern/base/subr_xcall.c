/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xcall(9): the caller moves to each virtual CPU in turn and runs the function
 * there.  Taking a CPU waits until whoever is on it leaves or sleeps, so
 * that having been on a CPU also means that all before it is over there:
 * that is what pserialize(9) builds on.
 *
 * No thread is needed, and an idle CPU costs one atomic operation.  The work
 * is done when xc_broadcast() returns; xc_wait() has nothing left to do.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/lwp.h>
#include <sys/xcall.h>

#include <rump-sys/kern.h>

#include "base_private.h"

static uint64_t xc_ticket;		/* atomic operations */

#define	XC_IPL_MASK	0xff00
#define	XC_IPL_SHIFT	8

unsigned int
xc_encode_ipl(int ipl)
{

	switch (ipl) {
	case IPL_SOFTSERIAL:
	case IPL_SOFTNET:
	case IPL_SOFTBIO:
	case IPL_SOFTCLOCK:
		return (unsigned int)ipl << XC_IPL_SHIFT;
	}
	panic("invalid ipl %d for xcall", ipl);
}

/* A high priority call runs as a soft interrupt does. */
static void
xc_run(struct lwp *l, unsigned int flags, xcfunc_t func, void *arg1,
    void *arg2)
{
	int saved = l->l_pflag & LP_INTR;

	if ((flags & XC_HIGHPRI) != 0)
		l->l_pflag |= LP_INTR;
	(*func)(arg1, arg2);
	l->l_pflag = (l->l_pflag & ~LP_INTR) | saved;
}

static struct cpu_info *
xc_begin(struct lwp *l, int *boundp)
{

	KASSERT(!cpu_intr_p());
	assert_sleepable();
	*boundp = curlwp_bind();
	return l->l_cpu;
}

static uint64_t
xc_end(struct lwp *l, struct cpu_info *home, int bound)
{

	rump_sched_migrate(l, home);
	curlwp_bindx(bound);
	return __atomic_add_fetch(&xc_ticket, 1, __ATOMIC_RELAXED);
}

uint64_t
xc_broadcast(unsigned int flags, xcfunc_t func, void *arg1, void *arg2)
{
	struct lwp *l = curlwp;
	struct cpu_info *ci, *home;
	int bound;

	home = xc_begin(l, &bound);
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		rump_sched_migrate(l, ci);
		xc_run(l, flags, func, arg1, arg2);
	}
	return xc_end(l, home, bound);
}

uint64_t
xc_unicast(unsigned int flags, xcfunc_t func, void *arg1, void *arg2,
    struct cpu_info *ci)
{
	struct lwp *l = curlwp;
	struct cpu_info *home;
	int bound;

	KASSERT(ci != NULL);
	home = xc_begin(l, &bound);
	rump_sched_migrate(l, ci);
	xc_run(l, flags, func, arg1, arg2);
	return xc_end(l, home, bound);
}

void
xc_wait(uint64_t where)
{

	KASSERT(where <= __atomic_load_n(&xc_ticket, __ATOMIC_RELAXED));
}

static void
xc_nothing(void *arg1, void *arg2)
{

	KASSERT(curlwp->l_cpu->ci_psz_read_depth == 0);
}

void
xc_barrier(unsigned int flags)
{

	xc_wait(xc_broadcast(flags, xc_nothing, NULL, NULL));
}
