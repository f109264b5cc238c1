/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces whose other end is a program, net_user in <rump-sys/net.h>: what
 * tap(4) and tun(4) have in common.  What the stack sends waits in if_snd until
 * a program reads it from the device, a packet at a time; each write is one
 * that comes in.
 *
 * Interface and device go independently: the state here stays as long as there
 * is one of them.  An interface that goes waits for calls inside of it, and
 * lets go of the state when nobody can be in its driver any more.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/intr.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/siginfo.h>
#include <sys/signal.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/if.h>

#include <rump-sys/net.h>

/* c: constant; u, ud_lock; l, nu_lock; a, atomic. */
struct net_user {
	LIST_ENTRY(net_user) nu_entry;		/* u */
	struct net_userdev *nu_dev;		/* c */
	int		nu_unit;		/* c */
	bool		nu_open;		/* u, a */
	kmutex_t	nu_lock;		/* spins: drivers start */
	kcondvar_t	nu_cv;
	struct selinfo	nu_sel;			/* l */
	struct ifnet	*nu_ifp;		/* u and l: NULL: there is none */
	bool		nu_driver;		/* u: it uses this: being made, or
						 * gone but perhaps still called */
	u_int		nu_busy;		/* l: calls inside */
	bool		nu_async;		/* l: SIGIO is wanted */
	pid_t		nu_pgid;		/* a: by whom */
	void		*nu_si;			/* c: sends it */
};

void
net_userdev_init(struct net_userdev *ud)
{

	mutex_init(&ud->ud_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&ud->ud_list);
}

static struct net_user *
find_locked(struct net_userdev *ud, int unit)
{
	struct net_user *nu;

	KASSERT(mutex_owned(&ud->ud_lock));
	LIST_FOREACH(nu, &ud->ud_list, nu_entry) {
		if (nu->nu_unit == unit)
			break;
	}
	return nu;
}

/*
 * The interface.
 */
static void
send_sigio(void *arg)
{
	struct net_user *nu = arg;

	fownsignal(atomic_load_relaxed(&nu->nu_pgid), SIGIO, POLL_IN,
	    POLLIN | POLLRDNORM, NULL);
}

static void
user_free(struct net_user *nu)
{

	KASSERT(nu->nu_busy == 0);
	softint_disestablish(nu->nu_si);
	seldestroy(&nu->nu_sel);
	cv_destroy(&nu->nu_cv);
	mutex_destroy(&nu->nu_lock);
	kmem_free(nu, sizeof(*nu));
}

int
net_user_attach(struct net_userdev *ud, int unit, struct net_user **nup)
{
	struct net_user *nu = kmem_zalloc(sizeof(*nu), KM_SLEEP);
	bool free;

	nu->nu_dev = ud;
	nu->nu_unit = unit;
	nu->nu_driver = true;
	mutex_init(&nu->nu_lock, MUTEX_DEFAULT, IPL_NET);
	cv_init(&nu->nu_cv, ud->ud_name);
	selinit(&nu->nu_sel);
	nu->nu_si = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    send_sigio, nu);
	mutex_enter(&ud->ud_lock);
	free = find_locked(ud, unit) == NULL;
	if (free)
		LIST_INSERT_HEAD(&ud->ud_list, nu, nu_entry);
	mutex_exit(&ud->ud_lock);
	if (!free)
		user_free(nu);
	*nup = free ? nu : NULL;
	return free ? 0 : EBUSY;
}

void
net_user_ready(struct net_user *nu, struct ifnet *ifp)
{

	mutex_enter(&nu->nu_dev->ud_lock);
	mutex_spin_enter(&nu->nu_lock);
	KASSERT(nu->nu_driver && nu->nu_ifp == NULL);
	nu->nu_ifp = ifp;
	nu->nu_driver = false;
	mutex_spin_exit(&nu->nu_lock);
	mutex_exit(&nu->nu_dev->ud_lock);
}

/* With ud_lock, which is given up. */
static void
free_if_unused(struct net_user *nu)
{
	struct net_userdev *ud = nu->nu_dev;
	const bool used = nu->nu_open || nu->nu_driver || nu->nu_ifp != NULL;

	KASSERT(mutex_owned(&ud->ud_lock));
	if (!used)
		LIST_REMOVE(nu, nu_entry);
	mutex_exit(&ud->ud_lock);
	if (!used)
		user_free(nu);
}

static void
wakeup_readers(struct net_user *nu)
{

	KASSERT(mutex_owned(&nu->nu_lock));
	cv_broadcast(&nu->nu_cv);
	selnotify(&nu->nu_sel, 0, NOTE_SUBMIT);
	if (nu->nu_async)
		softint_schedule(nu->nu_si);
}

void
net_user_detach(struct net_user *nu)
{

	mutex_enter(&nu->nu_dev->ud_lock);
	mutex_spin_enter(&nu->nu_lock);
	KASSERT(nu->nu_ifp != NULL);
	nu->nu_ifp = NULL;
	nu->nu_driver = true;
	wakeup_readers(nu);
	mutex_spin_exit(&nu->nu_lock);
	/* Others go on: a program may take long over its bytes. */
	mutex_exit(&nu->nu_dev->ud_lock);
	mutex_spin_enter(&nu->nu_lock);
	while (nu->nu_busy != 0)
		cv_wait(&nu->nu_cv, &nu->nu_lock);
	mutex_spin_exit(&nu->nu_lock);
}

void
net_user_release(struct net_user *nu)
{

	mutex_enter(&nu->nu_dev->ud_lock);
	KASSERT(nu->nu_driver && nu->nu_ifp == NULL);
	nu->nu_driver = false;
	free_if_unused(nu);
}

void
net_user_start(struct net_user *nu)
{

	mutex_spin_enter(&nu->nu_lock);
	wakeup_readers(nu);
	mutex_spin_exit(&nu->nu_lock);
}

bool
net_user_isopen(struct net_user *nu)
{

	return atomic_load_relaxed(&nu->nu_open);
}

/*
 * The device.
 */
struct net_user *
net_user_find(struct net_userdev *ud, int unit)
{
	struct net_user *nu;

	mutex_enter(&ud->ud_lock);
	nu = find_locked(ud, unit);
	/* What is open stays until it is closed. */
	if (nu != NULL && !nu->nu_open)
		nu = NULL;
	mutex_exit(&ud->ud_lock);
	return nu;
}

/* The interface, which stays until leave(); NULL: it has gone. */
static struct ifnet *
enter(struct net_user *nu)
{
	struct ifnet *ifp;

	mutex_spin_enter(&nu->nu_lock);
	if ((ifp = nu->nu_ifp) != NULL)
		nu->nu_busy++;
	mutex_spin_exit(&nu->nu_lock);
	return ifp;
}

static void
leave(struct net_user *nu)
{

	mutex_spin_enter(&nu->nu_lock);
	KASSERT(nu->nu_busy > 0);
	if (--nu->nu_busy == 0 && nu->nu_ifp == NULL)
		cv_broadcast(&nu->nu_cv);
	mutex_spin_exit(&nu->nu_lock);
}

static void
tell_opened(struct net_user *nu, bool opened)
{
	struct ifnet *ifp;

	if (nu->nu_dev->ud_opened == NULL || (ifp = enter(nu)) == NULL)
		return;
	(*nu->nu_dev->ud_opened)(ifp, opened);
	leave(nu);
}

int
net_user_open(struct net_userdev *ud, int unit, struct net_user **nup)
{
	struct net_user *nu;
	int error = 0;

	mutex_enter(&ud->ud_lock);
	nu = find_locked(ud, unit);
	if (nu == NULL || nu->nu_driver)
		error = ENXIO;
	else if (nu->nu_open)
		error = EBUSY;
	else
		atomic_store_relaxed(&nu->nu_open, true);
	mutex_exit(&ud->ud_lock);
	if (error != 0)
		return error;
	tell_opened(nu, true);
	if (nup != NULL)
		*nup = nu;
	return 0;
}

/* What nobody read is lost. */
void
net_user_close(struct net_user *nu)
{

	tell_opened(nu, false);
	mutex_spin_enter(&nu->nu_lock);
	nu->nu_async = false;
	mutex_spin_exit(&nu->nu_lock);
	atomic_store_relaxed(&nu->nu_pgid, 0);
	mutex_enter(&nu->nu_dev->ud_lock);
	/* Who queues a packet after this finds that nobody reads it; and
	 * nobody opens it before all that was queued has gone. */
	atomic_store_relaxed(&nu->nu_open, false);
	if (nu->nu_ifp != NULL)
		IFQ_PURGE(&nu->nu_ifp->if_snd);
	free_if_unused(nu);
}

/* The next packet out; NULL and an error: there is none. */
static struct mbuf *
next_packet(struct net_user *nu, struct ifnet *ifp, bool nonblock, int *error)
{
	struct mbuf *m = NULL;

	*error = 0;
	mutex_spin_enter(&nu->nu_lock);
	while (*error == 0) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m != NULL)
			break;
		if (nu->nu_ifp == NULL)
			*error = ENXIO;
		else if (nonblock)
			*error = EWOULDBLOCK;
		else
			*error = cv_wait_sig(&nu->nu_cv, &nu->nu_lock);
	}
	mutex_spin_exit(&nu->nu_lock);
	return m;
}

/* What does not fit is lost. */
static int
copy_out(struct mbuf *m, struct uio *uio)
{
	const struct mbuf *n;
	int error = 0;

	for (n = m; n != NULL && error == 0 && uio->uio_resid > 0;
	    n = n->m_next)
		error = uiomove(mtod(n, void *),
		    MIN((size_t)n->m_len, uio->uio_resid), uio);
	return error;
}

int
net_user_read(struct net_user *nu, struct uio *uio, bool nonblock)
{
	struct ifnet *ifp;
	struct mbuf *m;
	int error;

	if ((ifp = enter(nu)) == NULL)
		return ENXIO;
	m = NULL;
	if (net_ifflags(ifp, IFF_UP) == 0)
		error = EHOSTDOWN;
	else
		m = next_packet(nu, ifp, nonblock, &error);
	if (m != NULL) {
		if (nu->nu_dev->ud_tap)
			bpf_mtap(ifp, m, BPF_D_OUT);
		if_statinc(ifp, if_opackets);
		error = copy_out(m, uio);
		m_freem(m);
	}
	leave(nu);
	return error;
}

int
net_user_write(struct net_user *nu, struct uio *uio)
{
	struct ifnet *ifp;
	int error;

	if ((ifp = enter(nu)) == NULL)
		return ENXIO;
	error = net_ifflags(ifp, IFF_UP) == 0 ? EHOSTDOWN :
	    (*nu->nu_dev->ud_write)(ifp, uio);
	if (error != 0)
		if_statinc(ifp, if_ierrors);
	leave(nu);
	return error;
}

/* Bytes of the next packet; 0: there is none. */
static int
nread(struct ifnet *ifp)
{
	struct mbuf *m;
	int n;

	IFQ_LOCK(&ifp->if_snd);
	IF_POLL(&ifp->if_snd, m);
	n = m == NULL ? 0 : m->m_pkthdr.len;
	IFQ_UNLOCK(&ifp->if_snd);
	return n;
}

static int
common_ioctl(struct net_user *nu, struct ifnet *ifp, u_long cmd, void *data)
{
	int error;
	pid_t pgid;

	switch (cmd) {
	case FIONREAD:
		*(int *)data = nread(ifp);
		return 0;
	case FIONBIO:
		return 0;
	case FIOASYNC:
		mutex_spin_enter(&nu->nu_lock);
		nu->nu_async = *(int *)data != 0;
		mutex_spin_exit(&nu->nu_lock);
		return 0;
	case TIOCSPGRP:
	case FIOSETOWN:
		if ((error = fsetown(&pgid, cmd, data)) == 0)
			atomic_store_relaxed(&nu->nu_pgid, pgid);
		return error;
	case TIOCGPGRP:
	case FIOGETOWN:
		return fgetown(atomic_load_relaxed(&nu->nu_pgid), cmd, data);
	default:
		return ENOTTY;
	}
}

int
net_user_ioctl(struct net_user *nu, u_long cmd, void *data)
{
	struct ifnet *ifp;
	int error;

	if ((ifp = enter(nu)) == NULL)
		return ENXIO;
	error = common_ioctl(nu, ifp, cmd, data);
	if (error == ENOTTY && nu->nu_dev->ud_ioctl != NULL)
		error = (*nu->nu_dev->ud_ioctl)(ifp, cmd, data);
	leave(nu);
	return error;
}

/* A read would not sleep. */
static bool
is_readable(struct net_user *nu)
{

	KASSERT(mutex_owned(&nu->nu_lock));
	return nu->nu_ifp == NULL || nread(nu->nu_ifp) != 0;
}

int
net_user_poll(struct net_user *nu, int events, struct lwp *l)
{
	int revents = events & (POLLOUT | POLLWRNORM);

	if ((events & (POLLIN | POLLRDNORM)) == 0)
		return revents;
	mutex_spin_enter(&nu->nu_lock);
	if (is_readable(nu))
		revents |= events & (POLLIN | POLLRDNORM);
	else
		selrecord(l, &nu->nu_sel);
	mutex_spin_exit(&nu->nu_lock);
	return revents;
}

static void
filt_detach(struct knote *kn)
{
	struct net_user *nu = kn->kn_hook;

	mutex_spin_enter(&nu->nu_lock);
	(void)selremove_knote(&nu->nu_sel, kn);
	mutex_spin_exit(&nu->nu_lock);
}

static int
filt_read(struct knote *kn, long hint)
{
	struct net_user *nu = kn->kn_hook;
	bool readable;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_enter(&nu->nu_lock);
	readable = is_readable(nu);
	kn->kn_data = nu->nu_ifp == NULL ? 0 : nread(nu->nu_ifp);
	if (nu->nu_ifp == NULL)
		knote_set_eof(kn, 0);
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_exit(&nu->nu_lock);
	return readable;
}

static const struct filterops read_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_detach,
	.f_event = filt_read,
};

int
net_user_kqfilter(struct net_user *nu, struct knote *kn)
{

	return net_kqfilter_read(kn, &read_filtops, nu, &nu->nu_sel,
	    &nu->nu_lock);
}

int
net_user_packet(struct uio *uio, size_t max, struct mbuf **mp)
{
	struct mbuf *m, **last = mp;
	size_t part;
	int error = 0;

	if (uio->uio_resid > max)
		return EMSGSIZE;
	KASSERT(max <= INT_MAX);
	*mp = NULL;
	do {
		m = *mp == NULL ? m_gethdr(M_WAITOK, MT_DATA) :
		    m_get(M_WAITOK, MT_DATA);
		m->m_len = 0;
		if (*mp == NULL)
			m->m_pkthdr.len = 0;
		*last = m;
		last = &m->m_next;
		if (uio->uio_resid > MHLEN)
			m_clget(m, M_WAITOK);
		part = MIN((size_t)M_TRAILINGSPACE(m), uio->uio_resid);
		error = uiomove(mtod(m, void *), part, uio);
		m->m_len = (int)part;
		(*mp)->m_pkthdr.len += (int)part;
	} while (error == 0 && uio->uio_resid > 0);
	if (error != 0) {
		m_freem(*mp);
		*mp = NULL;
	}
	return error;
}
