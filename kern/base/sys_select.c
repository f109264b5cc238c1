/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select(2), poll(2) and the other end, selrecord(9).
 *
 * A polling lwp has a struct poller on its stack, reachable through l_selrec.
 * A selinfo remembers one lwp; if a second one comes, it only remembers that
 * (sel_collision), and an event then wakes all pollers to look again.  The
 * object's lock orders its poll routine against selnotify(), so an event
 * between scanning and sleeping is not lost: it changes pl_state.
 * sel_lock is a spin lock, taken after any object's lock.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

/* SCANNING -> BLOCKING -> (woken); either -> EVENT by selnotify(). */
enum pl_state { PL_SCANNING, PL_BLOCKING, PL_EVENT };

/* All fields are under sel_lock. */
struct poller {
	TAILQ_ENTRY(poller)	pl_entry;	/* all pollers */
	kcondvar_t		pl_cv;
	enum pl_state		pl_state;
};

static kmutex_t sel_lock;
static TAILQ_HEAD(, poller) pollers = TAILQ_HEAD_INITIALIZER(pollers);

/* What a scan works on: either bit sets or an array of pollfds. */
struct scan {
	int		(*sc_scan)(struct scan *);	/* returns how many */
	uint32_t	*sc_in[3];	/* bits asked for */
	uint32_t	*sc_out[3];	/* and found */
	struct pollfd	*sc_fds;
	int		sc_n;		/* descriptors or entries */
	int		sc_error;
};

void
selsysinit(struct cpu_info *ci)
{

	mutex_init(&sel_lock, MUTEX_DEFAULT, IPL_SCHED);
}

void
selinit(struct selinfo *sip)
{

	memset(sip, 0, sizeof(*sip));
	klist_init(&sip->sel_klist);
}

/*
 * The object goes away; nobody may be about to poll it.
 */
void
seldestroy(struct selinfo *sip)
{
	struct lwp *l;

	if (atomic_load_acquire(&sip->sel_lwp) != NULL) {
		mutex_spin_enter(&sel_lock);
		l = sip->sel_lwp;
		if (l != NULL) {
			SLIST_REMOVE(&l->l_selwait, sip, selinfo, sel_chain);
			sip->sel_lwp = NULL;
		}
		mutex_spin_exit(&sel_lock);
	}
	klist_fini(&sip->sel_klist);
}

/*
 * Not ready: remember that the lwp wants to know.  The object's lock is held.
 */
void
selrecord(struct lwp *l, struct selinfo *sip)
{

	KASSERT(l == curlwp);
	/* Outside of poll(2) nobody waits. */
	if (l->l_selrec == 0)
		return;
	mutex_spin_enter(&sel_lock);
	if (sip->sel_lwp == NULL) {
		sip->sel_lwp = l;
		SLIST_INSERT_HEAD(&l->l_selwait, sip, sel_chain);
	} else if (sip->sel_lwp != l)
		sip->sel_collision = true;
	mutex_spin_exit(&sel_lock);
}

void
selrecord_knote(struct selinfo *sip, struct knote *kn)
{

	klist_insert(&sip->sel_klist, kn);
}

bool
selremove_knote(struct selinfo *sip, struct knote *kn)
{

	return klist_remove(&sip->sel_klist, kn);
}

static void
poller_wake(struct poller *pl)
{

	KASSERT(mutex_owned(&sel_lock));
	if (pl->pl_state == PL_BLOCKING)
		cv_signal(&pl->pl_cv);
	pl->pl_state = PL_EVENT;
}

/*
 * Something happened.  The object's lock is held.
 */
void
selnotify(struct selinfo *sip, int events, long knhint)
{
	struct poller *pl;

	if (__predict_false(!SLIST_EMPTY(&sip->sel_klist)))
		KNOTE(&sip->sel_klist, knhint);
	/* It may be cleared meanwhile, but not set. */
	if (__predict_true(atomic_load_relaxed(&sip->sel_lwp) == NULL &&
	    !sip->sel_collision))
		return;
	mutex_spin_enter(&sel_lock);
	if (sip->sel_collision) {
		sip->sel_collision = false;
		TAILQ_FOREACH(pl, &pollers, pl_entry)
			poller_wake(pl);
	} else if (sip->sel_lwp != NULL)
		poller_wake((struct poller *)sip->sel_lwp->l_selrec);
	mutex_spin_exit(&sel_lock);
}

/* Forget what the last scan has recorded. */
static void
sel_clear(struct lwp *l)
{
	struct selinfo *sip;

	KASSERT(mutex_owned(&sel_lock));
	while ((sip = SLIST_FIRST(&l->l_selwait)) != NULL) {
		SLIST_REMOVE_HEAD(&l->l_selwait, sel_chain);
		KASSERT(sip->sel_lwp == l);
		/* With this the object may go, see seldestroy(). */
		atomic_store_release(&sip->sel_lwp, NULL);
	}
}

/*
 * Scan, sleep, and again, until something is found, time is up (bt; NULL: no
 * limit) or a signal comes.
 */
static int
poll_loop(struct scan *sc, struct bintime *bt, int *np)
{
	struct lwp *l = curlwp;
	struct poller pl;
	int error = 0, n;

	cv_init(&pl.pl_cv, "select");
	KASSERT(l->l_selrec == 0);
	mutex_spin_enter(&sel_lock);
	TAILQ_INSERT_TAIL(&pollers, &pl, pl_entry);
	l->l_selrec = (uintptr_t)&pl;
	for (;;) {
		pl.pl_state = PL_SCANNING;
		mutex_spin_exit(&sel_lock);
		n = (*sc->sc_scan)(sc);
		mutex_spin_enter(&sel_lock);
		if (sc->sc_error != 0 || n > 0)
			break;
		if (bt != NULL && bt->sec == 0 && bt->frac == 0)
			break;
		if (pl.pl_state == PL_SCANNING) {
			pl.pl_state = PL_BLOCKING;
			error = bt != NULL ?
			    cv_timedwaitbt_sig(&pl.pl_cv, &sel_lock, bt,
			    DEFAULT_TIMEOUT_EPSILON) :
			    cv_wait_sig(&pl.pl_cv, &sel_lock);
		}
		sel_clear(l);
		if (error == EWOULDBLOCK && pl.pl_state == PL_EVENT)
			error = 0;
		if (error)
			break;
	}
	sel_clear(l);
	TAILQ_REMOVE(&pollers, &pl, pl_entry);
	l->l_selrec = 0;
	mutex_spin_exit(&sel_lock);
	cv_destroy(&pl.pl_cv);
	*np = n;
	if (sc->sc_error != 0)
		return sc->sc_error;
	if (error == ERESTART)
		return EINTR;
	return error == EWOULDBLOCK ? 0 : error;
}

/* With the signal mask of the call, and the timeout as a bintime. */
static int
poll_run(struct scan *sc, const struct timespec *ts, const sigset_t *mask,
    int *np)
{
	struct bintime bt;
	int error;

	if (ts != NULL) {
		if (ts->tv_sec < 0 || ts->tv_nsec < 0 ||
		    ts->tv_nsec >= 1000000000)
			return EINVAL;
		timespec2bintime(ts, &bt);
	}
	if (mask != NULL)
		sigsuspendsetup(curlwp, mask);
	error = poll_loop(sc, ts != NULL ? &bt : NULL, np);
	if (mask != NULL)
		sigsuspendteardown(curlwp);
	return error;
}

/* Ask one descriptor; *errorp EBADF if it is none. */
static int
poll_fd(int fd, int events, int *errorp)
{
	file_t *fp;
	int revents;

	fp = fd_getfile((unsigned)fd);
	if (fp == NULL) {
		*errorp = EBADF;
		return 0;
	}
	revents = (*fp->f_ops->fo_poll)(fp, events);
	fd_putfile((unsigned)fd);
	return revents;
}

static const int sel_events[3] = {
	POLLRDNORM | POLLHUP | POLLERR,
	POLLWRNORM | POLLHUP | POLLERR,
	POLLRDBAND,
};

static int
select_one(struct scan *sc, int fd)
{
	uint32_t bit = 1U << (fd % NFDBITS);
	int word = fd / NFDBITS, events = 0, revents, i, n = 0;

	for (i = 0; i < 3; i++) {
		if (sc->sc_in[i][word] & bit)
			events |= sel_events[i];
	}
	if (events == 0)
		return 0;
	revents = poll_fd(fd, events, &sc->sc_error);
	for (i = 0; i < 3; i++) {
		if ((sc->sc_in[i][word] & bit) != 0 &&
		    (revents & sel_events[i]) != 0) {
			sc->sc_out[i][word] |= bit;
			n++;
		}
	}
	return n;
}

static int
select_scan(struct scan *sc)
{
	int fd, n = 0;

	for (fd = 0; fd < sc->sc_n && sc->sc_error == 0; fd++) {
		if ((fd % NFDBITS) == 0 && (sc->sc_in[0][fd / NFDBITS] |
		    sc->sc_in[1][fd / NFDBITS] |
		    sc->sc_in[2][fd / NFDBITS]) == 0) {
			fd += NFDBITS - 1;
			continue;
		}
		n += select_one(sc, fd);
	}
	return n;
}

int
selcommon(register_t *retval, int nd, fd_set *u_in, fd_set *u_ou,
    fd_set *u_ex, struct timespec *ts, sigset_t *mask)
{
	uint32_t stkbits[6 * (FD_SETSIZE / NFDBITS)], *bits = stkbits;
	fd_set *user[3] = { u_in, u_ou, u_ex };
	struct scan sc = { .sc_scan = select_scan };
	size_t len, bytes;
	int error = 0, n = 0, i;

	if (nd < 0)
		return EINVAL;
	/* No descriptor is above the highest one in use. */
	nd = MIN(nd, (int)curlwp->l_fd->fd_dt->dt_nfiles);
	sc.sc_n = nd;
	len = NFD_LEN(nd);
	bytes = NFD_BYTES(nd);
	if (6 * bytes > sizeof(stkbits))
		bits = kmem_alloc(6 * bytes, KM_SLEEP);
	memset(bits, 0, 6 * bytes);
	for (i = 0; i < 3; i++) {
		sc.sc_in[i] = bits + i * len;
		sc.sc_out[i] = bits + (3 + i) * len;
		if (error == 0 && user[i] != NULL && bytes > 0)
			error = copyin(user[i], sc.sc_in[i], bytes);
	}
	if (error == 0)
		error = poll_run(&sc, ts, mask, &n);
	for (i = 0; i < 3 && error == 0; i++) {
		if (user[i] != NULL && bytes > 0)
			error = copyout(sc.sc_out[i], user[i], bytes);
	}
	if (bits != stkbits)
		kmem_free(bits, 6 * bytes);
	*retval = n;
	return error;
}

static int
poll_scan(struct scan *sc)
{
	struct pollfd *pf;
	int i, n = 0, error;

	for (i = 0; i < sc->sc_n; i++) {
		pf = &sc->sc_fds[i];
		pf->revents = 0;
		if (pf->fd < 0)
			continue;
		error = 0;
		pf->revents = (short)poll_fd(pf->fd,
		    pf->events | POLLERR | POLLHUP, &error);
		if (error)
			pf->revents = POLLNVAL;
		if (pf->revents != 0)
			n++;
	}
	return n;
}

int
pollcommon(register_t *retval, struct pollfd *u_fds, u_int nfds,
    struct timespec *ts, sigset_t *mask)
{
	struct pollfd stkfds[32], *fds = stkfds;
	struct scan sc = { .sc_scan = poll_scan };
	size_t bytes;
	int error, n = 0;

	if (nfds > 1000 + curlwp->l_fd->fd_dt->dt_nfiles)
		return EINVAL;
	bytes = nfds * sizeof(*fds);
	if (bytes > sizeof(stkfds))
		fds = kmem_alloc(bytes, KM_SLEEP);
	error = copyin(u_fds, fds, bytes);
	if (error == 0) {
		sc.sc_fds = fds;
		sc.sc_n = (int)nfds;
		error = poll_run(&sc, ts, mask, &n);
	}
	if (error == 0)
		error = copyout(fds, u_fds, bytes);
	if (fds != stkfds)
		kmem_free(fds, bytes);
	*retval = n;
	return error;
}

static int
copyin_mask(const sigset_t *umask, sigset_t *mask, sigset_t **maskp)
{

	*maskp = NULL;
	if (umask == NULL)
		return 0;
	*maskp = mask;
	return copyin(umask, mask, sizeof(*mask));
}

static int
copyin_ts(const struct timespec *uts, struct timespec *ts,
    struct timespec **tsp)
{

	*tsp = NULL;
	if (uts == NULL)
		return 0;
	*tsp = ts;
	return copyin(uts, ts, sizeof(*ts));
}

int
sys___select50(struct lwp *l, const struct sys___select50_args *uap,
    register_t *retval)
{
	struct timespec ts, *tsp = NULL;
	struct timeval tv;
	int error;

	if (SCARG(uap, tv) != NULL) {
		error = copyin(SCARG(uap, tv), &tv, sizeof(tv));
		if (error)
			return error;
		TIMEVAL_TO_TIMESPEC(&tv, &ts);
		tsp = &ts;
	}
	return selcommon(retval, SCARG(uap, nd), SCARG(uap, in),
	    SCARG(uap, ou), SCARG(uap, ex), tsp, NULL);
}

int
sys___pselect50(struct lwp *l, const struct sys___pselect50_args *uap,
    register_t *retval)
{
	struct timespec ts, *tsp;
	sigset_t mask, *maskp;
	int error;

	error = copyin_ts(SCARG(uap, ts), &ts, &tsp);
	if (error == 0)
		error = copyin_mask(SCARG(uap, mask), &mask, &maskp);
	if (error)
		return error;
	return selcommon(retval, SCARG(uap, nd), SCARG(uap, in),
	    SCARG(uap, ou), SCARG(uap, ex), tsp, maskp);
}

int
sys_poll(struct lwp *l, const struct sys_poll_args *uap, register_t *retval)
{
	int ms = SCARG(uap, timeout);
	struct timespec ts, *tsp = NULL;

	if (ms != INFTIM) {
		if (ms < 0)
			return EINVAL;
		ts.tv_sec = ms / 1000;
		ts.tv_nsec = (ms % 1000) * 1000000L;
		tsp = &ts;
	}
	return pollcommon(retval, SCARG(uap, fds), SCARG(uap, nfds), tsp,
	    NULL);
}

int
sys___pollts50(struct lwp *l, const struct sys___pollts50_args *uap,
    register_t *retval)
{
	struct timespec ts, *tsp;
	sigset_t mask, *maskp;
	int error;

	error = copyin_ts(SCARG(uap, ts), &ts, &tsp);
	if (error == 0)
		error = copyin_mask(SCARG(uap, mask), &mask, &maskp);
	if (error)
		return error;
	return pollcommon(retval, SCARG(uap, fds), SCARG(uap, nfds), tsp,
	    maskp);
}
