/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kthread(9): a host thread for each kernel thread, running as an lwp of
 * proc0 on a virtual CPU.
 *
 * kthread_start() is the same on memory that the caller provides, for the
 * base's own threads, which are made on first use in places that cannot
 * allocate; such a thread never ends.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/stdarg.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kern_proc_private.h"

int rump_threads = 1;
bool rump_threads_ready;

/* kthread_join() waits here, under proc0's p_lock. */
static kcondvar_t kthread_cv;

void
kthread_sysinit(void)
{

	cv_init(&kthread_cv, "kthrjoin");
	rump_threads_ready = true;
}

static void *
kthread_main(void *arg)
{
	struct lwp *l = arg;

	curlwp = l;
	rump_schedule_cpu(l);
	if ((l->l_pflag & LP_MPSAFE) == 0)
		KERNEL_LOCK(1, NULL);
	(*l->l_func)(l->l_arg);
	kthread_exit(0);
}

static void
kthread_flags(struct lwp *l, int flags, struct cpu_info *ci)
{

	l->l_pflag |= LP_RUNNING;
	if ((flags & KTHREAD_MPSAFE) != 0)
		l->l_pflag |= LP_MPSAFE;
	if ((flags & KTHREAD_INTR) != 0)
		l->l_pflag |= LP_INTR;
	if ((flags & KTHREAD_MUSTJOIN) != 0)
		l->l_prflag |= LPR_MUSTJOIN;
	if (ci != NULL) {
		l->l_cpu = ci;
		l->l_pflag |= LP_BOUND;
	}
}

/* An lwp for a host thread that is yet to be made, or for others' use. */
void
kthread_prepare(struct lwp *l, int flags, struct cpu_info *ci,
    const char *name)
{

	KASSERT((flags & KTHREAD_MUSTJOIN) == 0);
	lwp_makeshift(l, ci != NULL ? ci : &rump_bootcpu);
	l->l_oncpu = ONCPU_NOT;
	strlcpy(l->l_namebuf, name, sizeof(l->l_namebuf));
	l->l_name = l->l_namebuf;
	sigpendinit(&l->l_sigpend);
	lwp_initspecific(l);
	kthread_flags(l, flags, ci);
}

int
kthread_start(struct lwp *l, void (*func)(void *), void *arg, int flags,
    struct cpu_info *ci, const char *name)
{
	int error;

	kthread_prepare(l, flags, ci, name);
	l->l_func = func;
	l->l_arg = arg;
	error = rumpuser_thread_create(kthread_main, l, l->l_name, 0, 0,
	    ci != NULL ? (int)cpu_index(ci) : -1, NULL);
	if (error != 0)		/* it may be tried again */
		lwp_finispecific(l);
	return error;
}

int
kthread_create(pri_t pri, int flags, struct cpu_info *ci,
    void (*func)(void *), void *arg, lwp_t **lp, const char *fmt, ...)
{
	struct lwp *l;
	va_list ap;
	int error;

	if (!rump_threads)
		return EOPNOTSUPP;
	KASSERT(rump_threads_ready);
	l = lwp_alloc_kernel();
	if (l == NULL)
		return ENOMEM;
	va_start(ap, fmt);
	(void)vsnprintf(l->l_namebuf, sizeof(l->l_namebuf), fmt, ap);
	va_end(ap);
	l->l_name = l->l_namebuf;
	l->l_func = func;
	l->l_arg = arg;
	l->l_priority = pri;
	kthread_flags(l, flags, ci);
	/* The thread may end, and the lwp be freed, before this returns. */
	if (lp != NULL)
		*lp = l;
	error = rumpuser_thread_create(kthread_main, l, l->l_name, 0, pri,
	    ci != NULL ? (int)cpu_index(ci) : -1, NULL);
	if (error != 0) {
		if (lp != NULL)
			*lp = NULL;
		l->l_pflag &= ~(LP_BOUND | LP_RUNNING);
		lwp_exit(l);
		lwp_free(l, false, false);
	}
	return error;
}

/* Wait until somebody joins, who has l_exitcode then. */
static void
kthread_offer(struct lwp *l, int ecode)
{

	mutex_enter(proc0.p_lock);
	l->l_exitcode = ecode;
	l->l_prflag |= LPR_DETACHED;
	cv_broadcast(&kthread_cv);
	while ((l->l_prflag & LPR_DETACHED) != 0)
		cv_wait(&kthread_cv, proc0.p_lock);
	mutex_exit(proc0.p_lock);
}

void
kthread_exit(int ecode)
{
	struct lwp *l = curlwp;

	KASSERT(l->l_proc == &proc0);
	KASSERTMSG(l->l_spincount == 0, "exit with a spin mutex held");
	KERNEL_UNLOCK_ALL(NULL, NULL);
	if ((l->l_prflag & LPR_MUSTJOIN) != 0)
		kthread_offer(l, ecode);
	l->l_pflag &= ~LP_BOUND;
	rump_sched_quit(l);
	rumpuser_thread_exit();
}

/* Wait for a KTHREAD_MUSTJOIN thread's end; returns its exit code. */
int
kthread_join(lwp_t *l)
{
	int ecode;

	KASSERT(l != curlwp && l->l_proc == &proc0);
	mutex_enter(proc0.p_lock);
	KASSERT((l->l_prflag & LPR_MUSTJOIN) != 0);
	while ((l->l_prflag & LPR_DETACHED) == 0)
		cv_wait(&kthread_cv, proc0.p_lock);
	ecode = l->l_exitcode;
	l->l_prflag &= ~LPR_DETACHED;
	cv_broadcast(&kthread_cv);
	mutex_exit(proc0.p_lock);
	return ecode;
}

/* The FPU is always there for a host thread. */
int
kthread_fpu_enter(void)
{

	KASSERT(!cpu_intr_p());
	return 0;
}

void
kthread_fpu_exit(int s)
{

	KASSERT(s == 0);
}
