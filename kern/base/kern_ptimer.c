/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of processes: those of timer_create(2), and of setitimer(2), which
 * have the first numbers of the same table.
 *
 * A timer that expires has its signal sent by a thread, ptimer_wq, since a
 * signal may have to travel to a remote client.  While that is under way, or
 * the signal is pending in the process already, expiries count as overruns.
 * Locks: p_auxlock (the table), then it_lock (a timer), then that of the
 * queue; proc_lock is taken by the thread with none of them held.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/container_of.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/workqueue.h>

#include <lib/libkern/libkern.h>

#include "base_svc.h"
#include "itimer_private.h"
#include "ptimer_private.h"

/* t: it_lock of pt_itimer; c: constant. */
struct ptimer {
	struct itimer	pt_itimer;
	struct proc	*pt_proc;	/* c */
	struct sigevent	pt_ev;		/* c: once it is in the table */
	struct work	pt_work;	/* the queue's while pt_queued */
	bool		pt_queued;	/* t: the signal is being sent */
	u_int		pt_overruns;	/* t: since the last signal */
	u_int		pt_reported;	/* t: as of the last signal */
};

/* p: p_auxlock. */
struct ptimers {
	struct ptimer	*pts_timer[TIMER_MAX];	/* p: by number */
};

static struct workqueue *ptimer_wq;	/* constant after ptimer_once */
static ONCE_DECL(ptimer_once);

static void	ptimer_fire(struct itimer *, uint64_t);

static const struct itimer_ops ptimer_ops = {
	.ito_fire = ptimer_fire,
};

static void
overruns_add(struct ptimer *pt, uint64_t n)
{

	KASSERT(mutex_owned(&pt->pt_itimer.it_lock));
	pt->pt_overruns = (u_int)MIN(pt->pt_overruns + MIN(n,
	    DELAYTIMER_MAX), DELAYTIMER_MAX);
}

static void
ptimer_fire(struct itimer *it, uint64_t n)
{
	struct ptimer *pt = container_of(it, struct ptimer, pt_itimer);

	KASSERT(n > 0);
	if (pt->pt_ev.sigev_notify != SIGEV_SIGNAL)
		return;
	if (!pt->pt_queued) {
		pt->pt_queued = true;
		workqueue_enqueue(ptimer_wq, &pt->pt_work, NULL);
		n--;
	}
	overruns_add(pt, n);
}

static bool
pending_p(struct proc *p, int signo)
{
	bool rv;

	mutex_enter(p->p_lock);
	rv = sigismember(&p->p_sigpend.sp_set, signo);
	mutex_exit(p->p_lock);
	return rv;
}

/* Its process cannot go before ptimer_free() has waited for this. */
static void
ptimer_signal(struct ptimer *pt)
{
	ksiginfo_t ksi;

	KSI_INIT(&ksi);
	ksi.ksi_signo = pt->pt_ev.sigev_signo;
	ksi.ksi_code = SI_TIMER;
	ksi.ksi_value = pt->pt_ev.sigev_value;
	mutex_enter(&proc_lock);
	kpsignal(pt->pt_proc, &ksi, NULL);
	mutex_exit(&proc_lock);
}

static void
ptimer_work(struct work *wk, void *arg)
{
	struct ptimer *pt = container_of(wk, struct ptimer, pt_work);
	bool pending = pending_p(pt->pt_proc, pt->pt_ev.sigev_signo);

	mutex_enter(&pt->pt_itimer.it_lock);
	KASSERT(pt->pt_queued);
	if (pending)
		overruns_add(pt, 1);
	else {
		pt->pt_reported = pt->pt_overruns;
		pt->pt_overruns = 0;
		mutex_exit(&pt->pt_itimer.it_lock);
		ptimer_signal(pt);
		mutex_enter(&pt->pt_itimer.it_lock);
	}
	pt->pt_queued = false;
	mutex_exit(&pt->pt_itimer.it_lock);
}

static int
ptimer_start(void)
{

	return workqueue_create(&ptimer_wq, "ptimer", ptimer_work, NULL,
	    PRI_NONE, IPL_NONE, WQ_MPSAFE);
}

static struct ptimer *
ptimer_alloc(struct proc *p, clockid_t clock, const struct sigevent *ev)
{
	struct ptimer *pt;

	pt = kmem_zalloc(sizeof(*pt), KM_SLEEP);
	itimer_init(&pt->pt_itimer, clock, &ptimer_ops);
	pt->pt_proc = p;
	pt->pt_ev = *ev;
	return pt;
}

/* One that is not in the table any more. */
static void
ptimer_free(struct ptimer *pt)
{

	itimer_stop(&pt->pt_itimer);
	workqueue_wait(ptimer_wq, &pt->pt_work);
	itimer_fini(&pt->pt_itimer);
	kmem_free(pt, sizeof(*pt));
}

static struct ptimer *
ptimer_lookup(struct proc *p, timer_t id)
{

	KASSERT(mutex_owned(&p->p_auxlock));
	if (p->p_timers == NULL || id < 0 || id >= TIMER_MAX)
		return NULL;
	return p->p_timers->pts_timer[id];
}

/* The process's table, made if there is none. */
static struct ptimers *
ptimers_get(struct proc *p)
{
	struct ptimers *pts, *new;

	mutex_enter(&p->p_auxlock);
	pts = p->p_timers;
	mutex_exit(&p->p_auxlock);
	if (pts != NULL)
		return pts;
	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	mutex_enter(&p->p_auxlock);
	if ((pts = p->p_timers) == NULL)
		pts = p->p_timers = new;
	mutex_exit(&p->p_auxlock);
	if (pts != new)
		kmem_free(new, sizeof(*new));
	return pts;
}

/* Into the first free number of [from, to); -1 if there is none. */
static timer_t
ptimer_enter(struct proc *p, struct ptimer *pt, timer_t from, timer_t to)
{
	struct ptimers *pts = ptimers_get(p);
	timer_t id;

	mutex_enter(&p->p_auxlock);
	for (id = from; id < to; id++) {
		if (pts->pts_timer[id] == NULL) {
			if (pt->pt_ev.sigev_notify == PTIMER_EV_DEFAULT) {
				pt->pt_ev.sigev_notify = SIGEV_SIGNAL;
				pt->pt_ev.sigev_value.sival_int = id;
			}
			pts->pts_timer[id] = pt;
			break;
		}
	}
	mutex_exit(&p->p_auxlock);
	return id < to ? id : -1;
}

int
ptimer_create(struct proc *p, clockid_t clock, const struct sigevent *ev,
    timer_t *idp)
{
	static const struct sigevent def = {
		.sigev_notify = PTIMER_EV_DEFAULT,
		.sigev_signo = SIGALRM,
	};
	struct ptimer *pt;
	int error;

	if ((error = itimer_checkclock(clock)) != 0)
		return error;
	if (ev == NULL)
		ev = &def;
	else if ((error = sigevent_check(ev)) != 0)
		return error;
	if (RUN_ONCE(&ptimer_once, ptimer_start) != 0)
		return EAGAIN;
	pt = ptimer_alloc(p, clock, ev);
	*idp = ptimer_enter(p, pt, TIMER_MIN, TIMER_MAX);
	if (*idp == -1) {
		ptimer_free(pt);
		return EAGAIN;
	}
	return 0;
}

int
ptimer_delete(struct proc *p, timer_t id)
{
	struct ptimer *pt;

	mutex_enter(&p->p_auxlock);
	pt = ptimer_lookup(p, id);
	if (pt != NULL)
		p->p_timers->pts_timer[id] = NULL;
	mutex_exit(&p->p_auxlock);
	if (pt == NULL)
		return EINVAL;
	ptimer_free(pt);
	return 0;
}

int
ptimer_settime(struct proc *p, timer_t id, int flags,
    const struct itimerspec *its, struct itimerspec *oits)
{
	struct ptimer *pt;

	mutex_enter(&p->p_auxlock);
	pt = ptimer_lookup(p, id);
	if (pt != NULL) {
		mutex_enter(&pt->pt_itimer.it_lock);
		itimer_gettime(&pt->pt_itimer, oits);
		itimer_settime(&pt->pt_itimer, flags, its);
		pt->pt_overruns = 0;
		mutex_exit(&pt->pt_itimer.it_lock);
	}
	mutex_exit(&p->p_auxlock);
	return pt != NULL ? 0 : EINVAL;
}

int
ptimer_gettime(struct proc *p, timer_t id, struct itimerspec *its)
{
	struct ptimer *pt;

	mutex_enter(&p->p_auxlock);
	pt = ptimer_lookup(p, id);
	if (pt != NULL) {
		mutex_enter(&pt->pt_itimer.it_lock);
		itimer_gettime(&pt->pt_itimer, its);
		mutex_exit(&pt->pt_itimer.it_lock);
	}
	mutex_exit(&p->p_auxlock);
	return pt != NULL ? 0 : EINVAL;
}

int
ptimer_getoverrun(struct proc *p, timer_t id, int *overruns)
{
	struct ptimer *pt;

	mutex_enter(&p->p_auxlock);
	pt = ptimer_lookup(p, id);
	if (pt != NULL) {
		mutex_enter(&pt->pt_itimer.it_lock);
		*overruns = (int)pt->pt_reported;
		mutex_exit(&pt->pt_itimer.it_lock);
	}
	mutex_exit(&p->p_auxlock);
	return pt != NULL ? 0 : EINVAL;
}

int
ptimer_needitimer(struct proc *p, int which)
{
	const struct sigevent ev = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGALRM,
	};
	struct ptimer *pt;
	bool there;

	KASSERT(which == ITIMER_REAL || which == ITIMER_MONOTONIC);
	mutex_enter(&p->p_auxlock);
	there = ptimer_lookup(p, which) != NULL;
	mutex_exit(&p->p_auxlock);
	if (there)
		return 0;
	if (RUN_ONCE(&ptimer_once, ptimer_start) != 0)
		return EAGAIN;
	pt = ptimer_alloc(p, which == ITIMER_REAL ? CLOCK_REALTIME :
	    CLOCK_MONOTONIC, &ev);
	if (ptimer_enter(p, pt, which, which + 1) == -1)
		ptimer_free(pt);	/* another lwp was faster */
	return 0;
}

void
ptimers_free(struct proc *p, int which)
{
	timer_t id = which == TIMERS_ALL ? 0 : TIMER_MIN;

	for (; id < TIMER_MAX; id++)
		(void)ptimer_delete(p, id);
	if (which == TIMERS_ALL && p->p_timers != NULL) {
		kmem_free(p->p_timers, sizeof(*p->p_timers));
		p->p_timers = NULL;
	}
}
