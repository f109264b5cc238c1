/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue(2): the queue of ready knotes, reading it, and the kqueue as a file.
 * Registration is in kern_event_knote.c, filters in kern_event_filter.c.
 *
 * An object calls knote() with its own lock held; that may queue the knote
 * under kq_lock, a spin lock.  A reader takes a knote off the queue, counts
 * itself in kn_influx so that the knote is not freed, drops kq_lock and asks
 * the filter again.  KN_ACTIVE is cleared before asking: an event that comes
 * meanwhile sets it anew and is not lost.  KN_BUSY keeps the knote off the
 * queue until then, or two readers would get one event.
 * Lock order: fd_lock, object's lock, kq_lock; kq_nest_lock, then kq_lock, the
 * watched kqueue's first.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/eventvar.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include "kqueue_private.h"

static int	kqueue_ioctl(file_t *, u_long, void *);
static int	kqueue_poll(file_t *, int);
static int	kqueue_stat(file_t *, struct stat *);
static int	kqueue_close(file_t *);
static int	kqueue_kqfilter(file_t *, struct knote *);
static void	kqueue_restart(file_t *);

/*
 * A kqueue that watches others is on a level above them, so that an event,
 * and locks with it, go up only and not too far.
 */
#define KQ_MAXLEVEL	8
static kmutex_t kq_nest_lock;

static const struct fileops kqueueops = {
	.fo_name = "kqueue",
	.fo_read = fbadop_read,
	.fo_write = fbadop_write,
	.fo_ioctl = kqueue_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = kqueue_poll,
	.fo_stat = kqueue_stat,
	.fo_close = kqueue_close,
	.fo_kqfilter = kqueue_kqfilter,
	.fo_restart = kqueue_restart,
};

void
kqueue_init(void)
{

	mutex_init(&kq_nest_lock, MUTEX_DEFAULT, IPL_NONE);
	kfilter_sysinit();
	knote_sysinit();
}

/*
 * Lists of objects.
 */
void
klist_init(struct klist *list)
{

	SLIST_INIT(list);
}

void
klist_fini(struct klist *list)
{
	struct knote *kn;

	/* The object is gone: what is left only knows that. */
	SLIST_FOREACH(kn, list, kn_selnext) {
		mutex_spin_enter(&kn->kn_kq->kq_lock);
		kn->kn_status |= KN_DETACHED;
		mutex_spin_exit(&kn->kn_kq->kq_lock);
	}
	SLIST_INIT(list);
}

void
klist_insert(struct klist *list, struct knote *kn)
{

	SLIST_INSERT_HEAD(list, kn, kn_selnext);
}

bool
klist_remove(struct klist *list, struct knote *kn)
{

	SLIST_REMOVE(list, kn, knote, kn_selnext);
	return SLIST_EMPTY(list);
}

void
knote_set_eof(struct knote *kn, uint32_t flags)
{

	kn->kn_flags |= EV_EOF | flags;
}

void
knote_clear_eof(struct knote *kn)
{

	kn->kn_flags &= ~EV_EOF;
}

/* Ask the filter, under the kernel lock if it needs that. */
int
knote_event(struct knote *kn, long hint)
{
	int rv;

	if (kn->kn_fop->f_flags & FILTEROP_MPSAFE)
		return (*kn->kn_fop->f_event)(kn, hint);
	KERNEL_LOCK(1, NULL);
	rv = (*kn->kn_fop->f_event)(kn, hint);
	KERNEL_UNLOCK_ONE(NULL);
	return rv;
}

static void
knote_enqueue(struct kqueue *kq, struct knote *kn)
{

	KASSERT(mutex_owned(&kq->kq_lock));
	if (kn->kn_status &
	    (KN_QUEUED | KN_DISABLED | KN_BUSY | KN_WILLDETACH))
		return;
	TAILQ_INSERT_TAIL(&kq->kq_head, kn, kn_tqe);
	kn->kn_status |= KN_QUEUED;
	kq->kq_count++;
	cv_broadcast(&kq->kq_cv);
	selnotify(&kq->kq_sel, 0, NOTE_SUBMIT);
}

static void
knote_dequeue(struct kqueue *kq, struct knote *kn)
{

	KASSERT(mutex_owned(&kq->kq_lock));
	if ((kn->kn_status & KN_QUEUED) == 0)
		return;
	TAILQ_REMOVE(&kq->kq_head, kn, kn_tqe);
	kn->kn_status &= ~KN_QUEUED;
	kq->kq_count--;
}

void
knote_activate(struct knote *kn)
{
	struct kqueue *kq = kn->kn_kq;

	mutex_spin_enter(&kq->kq_lock);
	kn->kn_status |= KN_ACTIVE;
	knote_enqueue(kq, kn);
	mutex_spin_exit(&kq->kq_lock);
}

/*
 * Something happened to an object, whose lock is held.
 */
void
knote(struct klist *list, long hint)
{
	struct knote *kn, *next;

	SLIST_FOREACH_SAFE(kn, list, kn_selnext, next) {
		if (knote_event(kn, hint))
			knote_activate(kn);
	}
}

/* KN_ flags at this moment. */
uint32_t
knote_status(struct knote *kn)
{
	uint32_t status;

	mutex_spin_enter(&kn->kn_kq->kq_lock);
	status = kn->kn_status;
	mutex_spin_exit(&kn->kn_kq->kq_lock);
	return status;
}

/*
 * Copy what is to be reported.  The filter may be updating kn_data for a new
 * event, or the owner his udata, under a lock that is not ours to take; either
 * value is right, and a new event queues the knote again.
 */
__noinline __attribute__((__no_sanitize__("thread"))) void
knote_copy(const struct knote *kn, struct kevent *kev)
{

	kev->ident = kn->kn_id;
	kev->filter = kn->kn_filter;
	kev->flags = kn->kn_flags;
	kev->fflags = kn->kn_fflags;
	kev->data = kn->kn_data;
	kev->udata = kn->kn_kevent.udata;
	kev->ext[0] = kn->kn_kevent.ext[0];
	kev->ext[1] = kn->kn_kevent.ext[1];
	kev->ext[2] = kn->kn_kevent.ext[2];
	kev->ext[3] = kn->kn_kevent.ext[3];
}

/*
 * Ask whether a knote is ready, and get what to report; an edge is used up by
 * that.  No lock is held.
 */
static bool
knote_report(struct knote *kn, struct kevent *kev)
{

	if ((kn->kn_flags & EV_ONESHOT) == 0 &&
	    (knote_status(kn) & KN_DETACHED) == 0 && knote_event(kn, 0) == 0)
		return false;
	if (kn->kn_fop->f_touch != NULL) {
		(void)(*kn->kn_fop->f_touch)(kn, kev, EVENT_PROCESS);
		return true;
	}
	mutex_spin_enter(&kn->kn_kq->kq_lock);
	knote_copy(kn, kev);
	if (kn->kn_flags & EV_CLEAR) {
		kn->kn_data = 0;
		kn->kn_fflags = 0;
	}
	mutex_spin_exit(&kn->kn_kq->kq_lock);
	return true;
}

/*
 * One ready knote: is it still, and what to report?  kq_lock is held, and
 * dropped meanwhile.  True: *kev is filled in.
 */
static bool
scan_one(struct kqueue *kq, struct knote *kn, struct kevent *kev,
    struct knote **dropp)
{
	bool ready;

	KASSERT(mutex_owned(&kq->kq_lock));
	knote_dequeue(kq, kn);
	*dropp = NULL;
	if (kn->kn_status & (KN_DISABLED | KN_WILLDETACH))
		return false;
	kn->kn_influx++;
	KASSERT((kn->kn_status & KN_BUSY) == 0);
	kn->kn_status = (kn->kn_status & ~KN_ACTIVE) | KN_BUSY;
	mutex_spin_exit(&kq->kq_lock);
	ready = knote_report(kn, kev);
	mutex_spin_enter(&kq->kq_lock);
	if (ready && (kn->kn_flags & EV_ONESHOT) != 0) {
		/* Busy, and counted, until it is dropped. */
		*dropp = kn;
		return true;
	}
	kn->kn_status &= ~KN_BUSY;
	if (ready && (kn->kn_flags & EV_DISPATCH) != 0)
		kn->kn_status |= KN_DISABLED;
	else if (ready && (kn->kn_flags & EV_CLEAR) == 0)
		kn->kn_status |= KN_ACTIVE;
	if (kn->kn_status & KN_ACTIVE)
		knote_enqueue(kq, kn);
	kn->kn_influx--;
	if (kn->kn_status & KN_WILLDETACH)
		cv_broadcast(&kq->kq_cv);
	return ready;
}

/*
 * Collect up to `max' events that are ready now.
 */
static size_t
scan_ready(struct kqueue *kq, struct kevent *kev, size_t max)
{
	struct knote *kn, *drop;
	size_t n = 0;
	u_int left;

	KASSERT(mutex_owned(&kq->kq_lock));
	/* Those queued again on the way are for the next time. */
	for (left = kq->kq_count; left > 0 && n < max; left--) {
		kn = TAILQ_FIRST(&kq->kq_head);
		if (kn == NULL)
			break;
		if (!scan_one(kq, kn, &kev[n], &drop))
			continue;
		n++;
		if (drop != NULL) {
			mutex_spin_exit(&kq->kq_lock);
			knote_drop_held(kq, drop);
			mutex_spin_enter(&kq->kq_lock);
		}
	}
	return n;
}

/*
 * Wait until something is queued.  bt NULL: for ever.
 */
static int
scan_wait(struct kqueue *kq, struct bintime *bt, u_int restart)
{
	int error;

	KASSERT(mutex_owned(&kq->kq_lock));
	if (bt == NULL)
		error = cv_wait_sig(&kq->kq_cv, &kq->kq_lock);
	else if (bt->sec == 0 && bt->frac == 0)
		return EWOULDBLOCK;
	else
		error = cv_timedwaitbt_sig(&kq->kq_cv, &kq->kq_lock, bt,
		    DEFAULT_TIMEOUT_EPSILON);
	if (error == 0 && kq->kq_restart != restart)
		error = EBADF;
	return error;
}

static int
kqueue_scan(file_t *fp, size_t maxevents, struct kevent *ulist,
    const struct timespec *ts, const struct kevent_ops *keops,
    register_t *retval)
{
	struct kqueue *kq = fp->f_kqueue;
	struct kevent kev[KQ_NEVENTS];
	u_int restart;
	struct bintime bt;
	size_t n, total = 0;
	int error = 0;

	if (ts != NULL) {
		if (ts->tv_sec < 0 || ts->tv_nsec < 0 ||
		    ts->tv_nsec >= 1000000000)
			return EINVAL;
		timespec2bintime(ts, &bt);
	}
	mutex_spin_enter(&kq->kq_lock);
	restart = kq->kq_restart;
	while (total < maxevents) {
		n = scan_ready(kq, kev, MIN(maxevents - total, KQ_NEVENTS));
		if (n == 0) {
			if (total > 0)
				break;
			if (kq->kq_count == 0)
				error = scan_wait(kq, ts ? &bt : NULL,
				    restart);
			if (error)
				break;
			continue;
		}
		mutex_spin_exit(&kq->kq_lock);
		error = (*keops->keo_put_events)(keops->keo_private, kev,
		    ulist, total, (int)n);
		mutex_spin_enter(&kq->kq_lock);
		if (error)
			break;
		total += n;
		/* A level that stays high must not fill the array. */
		if (n < KQ_NEVENTS || total >= maxevents)
			break;
	}
	mutex_spin_exit(&kq->kq_lock);
	*retval = (register_t)total;
	if (error == EWOULDBLOCK)
		error = 0;
	if (error == ERESTART)
		error = EINTR;
	return error;
}

int
kevent_fetch_changes(void *ctx, const struct kevent *changelist,
    struct kevent *changes, size_t index, int n)
{

	return copyin(changelist + index, changes,
	    (size_t)n * sizeof(*changes));
}

int
kevent_put_events(void *ctx, struct kevent *events, struct kevent *eventlist,
    size_t index, int n)
{

	return copyout(events, eventlist + index, (size_t)n * sizeof(*events));
}

static const struct kevent_ops kevent_native_ops = {
	.keo_private = NULL,
	.keo_fetch_timeout = copyin,
	.keo_fetch_changes = kevent_fetch_changes,
	.keo_put_events = kevent_put_events,
};

/*
 * Apply the changes.  Errors, and receipts, go to the event list while there
 * is room; else the first error is the result.
 */
static int
kevent_changes(struct kqueue *kq, const struct kevent *changelist,
    size_t nchanges, struct kevent *eventlist, size_t *nevents,
    const struct kevent_ops *keops, register_t *retval)
{
	struct kevent kev;
	int error;
	size_t i;

	for (i = 0; i < nchanges; i++) {
		error = (*keops->keo_fetch_changes)(keops->keo_private,
		    changelist, &kev, i, 1);
		if (error)
			return error;
		kev.flags &= ~EV_SYSFLAGS;
		error = kqueue_register(kq, &kev);
		if (error == 0 && (kev.flags & EV_RECEIPT) == 0)
			continue;
		if (*nevents == 0)
			return error;
		kev.flags = EV_ERROR;
		kev.data = error;
		error = (*keops->keo_put_events)(keops->keo_private, &kev,
		    eventlist, (size_t)*retval, 1);
		if (error)
			return error;
		(*nevents)--;
		(*retval)++;
	}
	return 0;
}

int
kevent1(register_t *retval, int fd, const struct kevent *changelist,
    size_t nchanges, struct kevent *eventlist, size_t nevents,
    const struct timespec *timeout, const struct kevent_ops *keops)
{
	struct timespec ts, *tsp = NULL;
	file_t *fp;
	int error;

	fp = fd_getfile((unsigned)fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_KQUEUE) {
		fd_putfile((unsigned)fd);
		return EBADF;
	}
	*retval = 0;
	error = 0;
	if (timeout != NULL) {
		error = (*keops->keo_fetch_timeout)(timeout, &ts, sizeof(ts));
		tsp = &ts;
	}
	if (error == 0)
		error = kevent_changes(fp->f_kqueue, changelist, nchanges,
		    eventlist, &nevents, keops, retval);
	/* With errors to report do not wait for events. */
	if (error == 0 && *retval == 0 && nevents > 0)
		error = kqueue_scan(fp, nevents, eventlist, tsp, keops,
		    retval);
	fd_putfile((unsigned)fd);
	return error;
}

int
sys___kevent100(struct lwp *l, const struct sys___kevent100_args *uap,
    register_t *retval)
{

	return kevent1(retval, SCARG(uap, fd), SCARG(uap, changelist),
	    SCARG(uap, nchanges), SCARG(uap, eventlist), SCARG(uap, nevents),
	    SCARG(uap, timeout), &kevent_native_ops);
}

static int
kqueue1(struct lwp *l, int flags, register_t *retval)
{
	struct kqueue *kq;
	file_t *fp;
	int error, fd;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	error = fd_allocfile(&fp, &fd);
	if (error)
		return error;
	kq = kmem_zalloc(sizeof(*kq), KM_SLEEP);
	mutex_init(&kq->kq_lock, MUTEX_DEFAULT, IPL_SCHED);
	cv_init(&kq->kq_cv, "kqueue");
	selinit(&kq->kq_sel);
	TAILQ_INIT(&kq->kq_head);
	kq->kq_fdp = l->l_fd;
	fp->f_flag = FREAD | FWRITE | (flags & (FNONBLOCK | FNOSIGPIPE));
	fp->f_type = DTYPE_KQUEUE;
	fp->f_ops = &kqueueops;
	fp->f_kqueue = kq;
	fd_set_exclose(l, fd, (flags & O_CLOEXEC) != 0);
	fd_affix(l->l_proc, fp, (unsigned)fd);
	*retval = fd;
	return 0;
}

int
sys_kqueue(struct lwp *l, const void *v, register_t *retval)
{

	return kqueue1(l, 0, retval);
}

int
sys_kqueue1(struct lwp *l, const struct sys_kqueue1_args *uap,
    register_t *retval)
{

	return kqueue1(l, SCARG(uap, flags), retval);
}

static int
kqueue_ioctl(file_t *fp, u_long com, void *data)
{

	if (com == FIONBIO || com == FIOASYNC)
		return 0;
	return EPASSTHROUGH;
}

static int
kqueue_poll(file_t *fp, int events)
{
	struct kqueue *kq = fp->f_kqueue;
	int revents = 0;

	mutex_spin_enter(&kq->kq_lock);
	if (kq->kq_count > 0)
		revents = events & (POLLIN | POLLRDNORM);
	else if (events & (POLLIN | POLLRDNORM))
		selrecord(curlwp, &kq->kq_sel);
	mutex_spin_exit(&kq->kq_lock);
	return revents;
}

static int
kqueue_stat(file_t *fp, struct stat *sb)
{

	memset(sb, 0, sizeof(*sb));
	sb->st_size = fp->f_kqueue->kq_count;
	sb->st_blksize = sizeof(struct kevent);
	sb->st_mode = S_IFIFO | S_IRUSR | S_IWUSR;
	return 0;
}

/* Scans in progress come back: the descriptor is being closed. */
static void
kqueue_restart(file_t *fp)
{
	struct kqueue *kq = fp->f_kqueue;

	mutex_spin_enter(&kq->kq_lock);
	kq->kq_restart++;
	cv_broadcast(&kq->kq_cv);
	mutex_spin_exit(&kq->kq_lock);
}

static int
kqueue_close(file_t *fp)
{
	struct kqueue *kq = fp->f_kqueue;

	kqueue_purge(kq);
	KASSERT(kq->kq_count == 0);
	seldestroy(&kq->kq_sel);
	cv_destroy(&kq->kq_cv);
	mutex_destroy(&kq->kq_lock);
	kmem_free(kq, sizeof(*kq));
	fp->f_kqueue = NULL;
	return 0;
}

/*
 * Put a kqueue on that level at least, and those that watch it above.  EINVAL
 * if bottom, which it is going to watch, is among them, or if that is too
 * high.  After a failure some are higher than need be, no more.
 */
static int
kqueue_raise(struct kqueue *kq, u_int level, const struct kqueue *bottom)
{
	struct knote *kn;
	int error = 0;

	KASSERT(mutex_owned(&kq_nest_lock));
	if (kq == bottom || level > KQ_MAXLEVEL)
		return EINVAL;
	if (kq->kq_level >= level)
		return 0;
	mutex_spin_enter(&kq->kq_lock);
	SLIST_FOREACH(kn, &kq->kq_sel.sel_klist, kn_selnext)
		if ((error = kqueue_raise(kn->kn_kq, level + 1, bottom)) != 0)
			break;
	mutex_spin_exit(&kq->kq_lock);
	if (error == 0)
		kq->kq_level = level;
	return error;
}

/* A kqueue can be watched by another one. */
static void
filt_kqdetach(struct knote *kn)
{
	struct kqueue *kq = ((file_t *)kn->kn_obj)->f_kqueue;

	mutex_enter(&kq_nest_lock);
	mutex_spin_enter(&kq->kq_lock);
	(void)selremove_knote(&kq->kq_sel, kn);
	mutex_spin_exit(&kq->kq_lock);
	KASSERT(kn->kn_kq->kq_nested > 0);
	if (--kn->kn_kq->kq_nested == 0)
		kn->kn_kq->kq_level = 0;
	mutex_exit(&kq_nest_lock);
}

static int
filt_kqueue(struct knote *kn, long hint)
{
	struct kqueue *kq = ((file_t *)kn->kn_obj)->f_kqueue;
	int rv;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_enter(&kq->kq_lock);
	kn->kn_data = kq->kq_count;
	rv = kn->kn_data > 0;
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_exit(&kq->kq_lock);
	return rv;
}

static const struct filterops kqread_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_kqdetach,
	.f_event = filt_kqueue,
};

static int
kqueue_kqfilter(file_t *fp, struct knote *kn)
{
	struct kqueue *kq = fp->f_kqueue;
	int error;

	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	mutex_enter(&kq_nest_lock);
	error = kqueue_raise(kn->kn_kq, kq->kq_level + 1, kq);
	if (error == 0) {
		kn->kn_kq->kq_nested++;
		kn->kn_fop = &kqread_filtops;
		mutex_spin_enter(&kq->kq_lock);
		selrecord_knote(&kq->kq_sel, kn);
		mutex_spin_exit(&kq->kq_lock);
	}
	mutex_exit(&kq_nest_lock);
	return error;
}
