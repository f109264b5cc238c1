/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kfilter(9): the table of filters, and the filters that are no files: timers,
 * user events, processes and signals.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include "kqueue_private.h"

#define KFILTER_USERMAX	16	/* filters added by modules */

static kmutex_t kfilter_lock;	/* protects both tables and kf_refcnt */
kmutex_t kqueue_misc_lock;

static int	filt_fileattach(struct knote *);
static int	filt_timerattach(struct knote *);
static void	filt_timerdetach(struct knote *);
static int	filt_timer(struct knote *, long);
static int	filt_timertouch(struct knote *, struct kevent *, long);
static int	filt_userattach(struct knote *);
static void	filt_userdetach(struct knote *);
static int	filt_user(struct knote *, long);
static int	filt_usertouch(struct knote *, struct kevent *, long);
static int	filt_procattach(struct knote *);
static void	filt_procdetach(struct knote *);
static int	filt_proc(struct knote *, long);
static int	filt_sigattach(struct knote *);
static int	filt_signal(struct knote *, long);
static int	filt_proctouch(struct knote *, struct kevent *, long);

/* Files choose the real operations in fo_kqfilter. */
static const struct filterops file_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = filt_fileattach,
};

static const struct filterops timer_filtops = {
	.f_flags = FILTEROP_MPSAFE,
	.f_attach = filt_timerattach,
	.f_detach = filt_timerdetach,
	.f_event = filt_timer,
	.f_touch = filt_timertouch,
};

static const struct filterops user_filtops = {
	.f_flags = FILTEROP_MPSAFE,
	.f_attach = filt_userattach,
	.f_detach = filt_userdetach,
	.f_event = filt_user,
	.f_touch = filt_usertouch,
};

static const struct filterops proc_filtops = {
	.f_flags = FILTEROP_MPSAFE,
	.f_attach = filt_procattach,
	.f_detach = filt_procdetach,
	.f_event = filt_proc,
	.f_touch = filt_proctouch,
};

const struct filterops sig_filtops = {
	.f_flags = FILTEROP_MPSAFE,
	.f_attach = filt_sigattach,
	.f_detach = filt_procdetach,
	.f_event = filt_signal,
	.f_touch = filt_proctouch,
};

static struct kfilter sys_kfilters[EVFILT_SYSCOUNT] = {
	[EVFILT_READ] = { "EVFILT_READ", EVFILT_READ, &file_filtops, 0 },
	[EVFILT_WRITE] = { "EVFILT_WRITE", EVFILT_WRITE, &file_filtops, 0 },
	[EVFILT_VNODE] = { "EVFILT_VNODE", EVFILT_VNODE, &file_filtops, 0 },
	[EVFILT_EMPTY] = { "EVFILT_EMPTY", EVFILT_EMPTY, &file_filtops, 0 },
	[EVFILT_PROC] = { "EVFILT_PROC", EVFILT_PROC, &proc_filtops, 0 },
	[EVFILT_SIGNAL] = { "EVFILT_SIGNAL", EVFILT_SIGNAL, &sig_filtops, 0 },
	[EVFILT_TIMER] = { "EVFILT_TIMER", EVFILT_TIMER, &timer_filtops, 0 },
	[EVFILT_USER] = { "EVFILT_USER", EVFILT_USER, &user_filtops, 0 },
};
static struct kfilter user_kfilters[KFILTER_USERMAX];

void
kfilter_sysinit(void)
{

	mutex_init(&kfilter_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&kqueue_misc_lock, MUTEX_DEFAULT, IPL_SCHED);
}

struct kfilter *
kfilter_hold(uint32_t filter)
{
	struct kfilter *kf = NULL;

	mutex_enter(&kfilter_lock);
	if (filter < EVFILT_SYSCOUNT)
		kf = &sys_kfilters[filter];
	else if (filter - EVFILT_SYSCOUNT < KFILTER_USERMAX)
		kf = &user_kfilters[filter - EVFILT_SYSCOUNT];
	if (kf != NULL && kf->kf_fop == NULL)
		kf = NULL;
	if (kf != NULL)
		kf->kf_refcnt++;
	mutex_exit(&kfilter_lock);
	return kf;
}

void
kfilter_rele(struct kfilter *kf)
{

	mutex_enter(&kfilter_lock);
	KASSERT(kf->kf_refcnt > 0);
	kf->kf_refcnt--;
	mutex_exit(&kfilter_lock);
}

static struct kfilter *
kfilter_byname(const char *name)
{
	u_int i;

	KASSERT(mutex_owned(&kfilter_lock));
	for (i = 0; i < EVFILT_SYSCOUNT; i++) {
		if (sys_kfilters[i].kf_name != NULL &&
		    strcmp(sys_kfilters[i].kf_name, name) == 0)
			return &sys_kfilters[i];
	}
	for (i = 0; i < KFILTER_USERMAX; i++) {
		if (user_kfilters[i].kf_name != NULL &&
		    strcmp(user_kfilters[i].kf_name, name) == 0)
			return &user_kfilters[i];
	}
	return NULL;
}

/*
 * Add a filter under a name, which must stay; its number is told.
 */
int
kfilter_register(const char *name, const struct filterops *fop,
    int *retfilter)
{
	int error = ENOSPC;
	u_int i;

	if (name == NULL || name[0] == '\0' || fop == NULL)
		return EINVAL;
	mutex_enter(&kfilter_lock);
	if (kfilter_byname(name) != NULL)
		error = EEXIST;
	for (i = 0; error == ENOSPC && i < KFILTER_USERMAX; i++) {
		if (user_kfilters[i].kf_name != NULL)
			continue;
		user_kfilters[i].kf_name = name;
		user_kfilters[i].kf_filter = EVFILT_SYSCOUNT + i;
		user_kfilters[i].kf_fop = fop;
		if (retfilter != NULL)
			*retfilter = (int)(EVFILT_SYSCOUNT + i);
		error = 0;
	}
	mutex_exit(&kfilter_lock);
	return error;
}

int
kfilter_unregister(const char *name)
{
	struct kfilter *kf;
	int error = 0;

	mutex_enter(&kfilter_lock);
	kf = kfilter_byname(name);
	if (kf == NULL)
		error = ENOENT;
	else if (kf->kf_filter < EVFILT_SYSCOUNT)
		error = EINVAL;
	else if (kf->kf_refcnt > 0)
		error = EBUSY;
	else {
		kf->kf_name = NULL;
		kf->kf_fop = NULL;
	}
	mutex_exit(&kfilter_lock);
	return error;
}

/* Never called: a file's fo_kqfilter is. */
static int
filt_fileattach(struct knote *kn)
{

	return EINVAL;
}

/*
 * Devices that are always ready.
 */
static void
filt_seltruedetach(struct knote *kn)
{
}

int
filt_seltrue(struct knote *kn, long hint)
{

	/* How much is not known; nothing would be misleading. */
	kn->kn_data = 0;
	return 1;
}

const struct filterops seltrue_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_seltruedetach,
	.f_event = filt_seltrue,
};

/*
 * Timers.  kn_data counts expirations; kqueue_misc_lock.
 */
struct kq_timer {
	callout_t	kt_callout;
	int64_t		kt_ticks;	/* period, 0: once */
};

static void
timer_expire(void *arg)
{
	struct knote *kn = arg;
	struct kq_timer *kt = kn->kn_hook;

	mutex_spin_enter(&kqueue_misc_lock);
	kn->kn_data++;
	knote_activate(kn);
	if (kt->kt_ticks > 0)
		callout_schedule(&kt->kt_callout, (int)kt->kt_ticks);
	mutex_spin_exit(&kqueue_misc_lock);
}

/* kn_sdata in units of kn_sfflags, as ticks from now; -1: out of range. */
static int
timer_ticks(const struct knote *kn)
{
	int64_t val = (int64_t)kn->kn_sdata, sec, nsec;
	struct timespec ts, now;

	if (val < 0)
		return -1;
	switch (kn->kn_sfflags & 0x3) {
	case NOTE_SECONDS:
		sec = val;
		nsec = 0;
		break;
	case NOTE_USECONDS:
		sec = val / 1000000;
		nsec = val % 1000000 * 1000;
		break;
	case NOTE_NSECONDS:
		sec = val / 1000000000;
		nsec = val % 1000000000;
		break;
	default:
		sec = val / 1000;
		nsec = val % 1000 * 1000000;
		break;
	}
	ts.tv_sec = sec;
	ts.tv_nsec = (long)nsec;
	if (kn->kn_sfflags & NOTE_ABSTIME) {
		nanotime(&now);
		if (timespeccmp(&ts, &now, <=))
			return 1;
		timespecsub(&ts, &now, &ts);
	}
	if (ts.tv_sec > INT_MAX / hz - 1)
		return -1;
	return MAX(tstohz(&ts), 1);
}

static int
filt_timerattach(struct knote *kn)
{
	struct kq_timer *kt;
	int ticks;

	if (kn->kn_sfflags & ~(0x3U | NOTE_ABSTIME))
		return EINVAL;
	ticks = timer_ticks(kn);
	if (ticks < 0)
		return EINVAL;
	kt = kmem_zalloc(sizeof(*kt), KM_SLEEP);
	callout_init(&kt->kt_callout, CALLOUT_MPSAFE);
	if (kn->kn_sfflags & NOTE_ABSTIME)
		kn->kn_flags |= EV_ONESHOT;
	if ((kn->kn_flags & EV_ONESHOT) == 0)
		kt->kt_ticks = ticks;
	kn->kn_flags |= EV_CLEAR;
	kn->kn_hook = kt;
	callout_reset(&kt->kt_callout, ticks, timer_expire, kn);
	return 0;
}

/* Not again, then wait for one that runs. */
static void
timer_stop(struct kq_timer *kt)
{

	mutex_spin_enter(&kqueue_misc_lock);
	kt->kt_ticks = 0;
	mutex_spin_exit(&kqueue_misc_lock);
	(void)callout_halt(&kt->kt_callout, NULL);
}

static void
filt_timerdetach(struct knote *kn)
{
	struct kq_timer *kt = kn->kn_hook;

	timer_stop(kt);
	callout_destroy(&kt->kt_callout);
	kmem_free(kt, sizeof(*kt));
}

static int
filt_timer(struct knote *kn, long hint)
{
	int rv;

	mutex_spin_enter(&kqueue_misc_lock);
	rv = kn->kn_data != 0;
	mutex_spin_exit(&kqueue_misc_lock);
	return rv;
}

/*
 * Adding it again restarts it; delivery takes the count.
 */
static int
filt_timertouch(struct knote *kn, struct kevent *kev, long type)
{
	struct kq_timer *kt = kn->kn_hook;
	int ticks;

	if (type == EVENT_PROCESS) {
		mutex_spin_enter(&kqueue_misc_lock);
		knote_copy(kn, kev);
		kn->kn_data = 0;
		mutex_spin_exit(&kqueue_misc_lock);
		return 0;
	}
	if ((kev->flags & EV_ADD) == 0)
		return 0;
	if (kev->fflags & ~(0x3U | NOTE_ABSTIME))
		return EINVAL;
	timer_stop(kt);
	mutex_spin_enter(&kqueue_misc_lock);
	kn->kn_sfflags = kev->fflags;
	kn->kn_sdata = (uintptr_t)kev->data;
	kn->kn_data = 0;
	ticks = timer_ticks(kn);
	if (ticks >= 0 && (kn->kn_flags & EV_ONESHOT) == 0)
		kt->kt_ticks = ticks;
	mutex_spin_exit(&kqueue_misc_lock);
	if (ticks < 0)
		return EINVAL;
	callout_reset(&kt->kt_callout, ticks, timer_expire, kn);
	return 0;
}

/*
 * Events that programs trigger themselves.  kn_hookid: triggered.
 */
static int
filt_userattach(struct knote *kn)
{

	kn->kn_fflags = kn->kn_sfflags & NOTE_FFLAGSMASK;
	kn->kn_hookid = (kn->kn_sfflags & NOTE_TRIGGER) != 0;
	return 0;
}

static void
filt_userdetach(struct knote *kn)
{
}

static int
filt_user(struct knote *kn, long hint)
{
	int rv;

	mutex_spin_enter(&kqueue_misc_lock);
	rv = kn->kn_hookid;
	mutex_spin_exit(&kqueue_misc_lock);
	return rv;
}

/* What is reported, with kqueue_misc_lock held. */
static void
user_report(struct knote *kn, struct kevent *kev)
{

	knote_copy(kn, kev);
	kev->fflags = kn->kn_sfflags & NOTE_FFLAGSMASK;
	kev->data = (int64_t)kn->kn_sdata;
	if (kn->kn_flags & EV_CLEAR) {
		kn->kn_hookid = 0;
		kn->kn_sdata = 0;
		kn->kn_sfflags = 0;
	}
}

static int
filt_usertouch(struct knote *kn, struct kevent *kev, long type)
{
	uint32_t ff = kev->fflags & NOTE_FFLAGSMASK;

	mutex_spin_enter(&kqueue_misc_lock);
	if (type == EVENT_PROCESS) {
		user_report(kn, kev);
		mutex_spin_exit(&kqueue_misc_lock);
		return 0;
	}
	switch (kev->fflags & NOTE_FFCTRLMASK) {
	case NOTE_FFNOP:
		break;
	case NOTE_FFAND:
		kn->kn_sfflags &= ff;
		break;
	case NOTE_FFOR:
		kn->kn_sfflags |= ff;
		break;
	case NOTE_FFCOPY:
		kn->kn_sfflags = ff;
		break;
	}
	if (kev->flags & EV_ADD)
		kn->kn_sdata = (uintptr_t)kev->data;
	if (kev->fflags & NOTE_TRIGGER)
		kn->kn_hookid = 1;
	mutex_spin_exit(&kqueue_misc_lock);
	return 0;
}

/*
 * Processes and signals: on p_klist, under p_lock.  What happened so far is
 * under kqueue_misc_lock, so that none is lost while it is reported.
 */
static int
proc_watch(struct knote *kn, struct proc *p)
{

	kn->kn_obj = p;
	kn->kn_flags |= EV_CLEAR;
	mutex_enter(p->p_lock);
	klist_insert(&p->p_klist, kn);
	mutex_exit(p->p_lock);
	return 0;
}

static int
filt_procattach(struct knote *kn)
{
	struct proc *p;
	int error;

	mutex_enter(&proc_lock);
	p = proc_find((pid_t)kn->kn_id);
	if (p == NULL) {
		mutex_exit(&proc_lock);
		return ESRCH;
	}
	error = kauth_authorize_process(curlwp->l_cred,
	    KAUTH_PROCESS_KEVENT_FILTER, p, NULL, NULL, NULL);
	if (error == 0)
		error = proc_watch(kn, p);
	mutex_exit(&proc_lock);
	return error;
}

static void
filt_procdetach(struct knote *kn)
{
	struct proc *p;

	mutex_enter(&proc_lock);
	p = kn->kn_obj;
	if (p != NULL) {
		mutex_enter(p->p_lock);
		(void)klist_remove(&p->p_klist, kn);
		mutex_exit(p->p_lock);
	}
	mutex_exit(&proc_lock);
}

static int
filt_proc(struct knote *kn, long hint)
{
	uint32_t event = (uint32_t)hint & NOTE_PCTRLMASK;
	int rv;

	mutex_spin_enter(&kqueue_misc_lock);
	if (kn->kn_sfflags & event)
		kn->kn_fflags |= event;
	rv = kn->kn_fflags != 0;
	mutex_spin_exit(&kqueue_misc_lock);
	return rv;
}

/* Of both: delivery takes what happened, adding it again changes what for. */
static int
filt_proctouch(struct knote *kn, struct kevent *kev, long type)
{

	mutex_spin_enter(&kqueue_misc_lock);
	if (type == EVENT_PROCESS) {
		knote_copy(kn, kev);
		if (kn->kn_flags & EV_CLEAR) {
			kn->kn_data = 0;
			kn->kn_fflags = 0;
		}
	} else if (kev->flags & EV_ADD) {
		kn->kn_sfflags = kev->fflags;
		kn->kn_sdata = (uintptr_t)kev->data;
	}
	mutex_spin_exit(&kqueue_misc_lock);
	return 0;
}

static int
filt_sigattach(struct knote *kn)
{

	if (kn->kn_id == 0 || kn->kn_id >= NSIG)
		return EINVAL;
	return proc_watch(kn, curproc);
}

static int
filt_signal(struct knote *kn, long hint)
{
	int rv;

	mutex_spin_enter(&kqueue_misc_lock);
	if ((hint & NOTE_SIGNAL) != 0 &&
	    ((u_long)hint & ~NOTE_SIGNAL) == kn->kn_id)
		kn->kn_data++;
	rv = kn->kn_data != 0;
	mutex_spin_exit(&kqueue_misc_lock);
	return rv;
}

void
knote_proc_exec(struct proc *p)
{

	mutex_enter(p->p_lock);
	KNOTE(&p->p_klist, NOTE_EXEC);
	mutex_exit(p->p_lock);
}

void
knote_proc_fork(struct proc *parent, struct proc *child)
{

	mutex_enter(parent->p_lock);
	KNOTE(&parent->p_klist, NOTE_FORK);
	mutex_exit(parent->p_lock);
}

/*
 * The process ends: its knotes become one-shot and lose it.
 */
void
knote_proc_exit(struct proc *p)
{
	struct knote *kn;

	mutex_enter(&proc_lock);
	mutex_enter(p->p_lock);
	KNOTE(&p->p_klist, (long)NOTE_EXIT);
	while ((kn = SLIST_FIRST(&p->p_klist)) != NULL) {
		SLIST_REMOVE_HEAD(&p->p_klist, kn_selnext);
		mutex_spin_enter(&kn->kn_kq->kq_lock);
		kn->kn_flags |= EV_EOF | EV_ONESHOT;
		kn->kn_status |= KN_DETACHED;
		mutex_spin_exit(&kn->kn_kq->kq_lock);
		kn->kn_obj = NULL;
	}
	mutex_exit(p->p_lock);
	mutex_exit(&proc_lock);
}
