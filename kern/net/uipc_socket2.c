/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets as protocols see them: locks, sleeping and waking, the states of a
 * connection, the two queues of a listening socket.
 *
 *	-> CONNECTING -> CONNECTED -> DISCONNECTING -> DISCONNECTED
 *
 * CANTSENDMORE and CANTRCVMORE come at any time and stay.
 *
 * A socket's lock may be replaced by another one (solockreset()), by somebody
 * who holds the old one and the new one.  So whoever has waited, for the lock
 * or asleep, looks whether what he holds is still it.  The old lock has to
 * live on as long as the socket does.
 */

#include <sys/param.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/pool.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/select.h>
#include <sys/siginfo.h>
#include <sys/signalvar.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "net_private.h"
#include "wire_poll.h"

kmutex_t *softnet_lock;		/* of the sockets of most protocols */
int somaxkva = 16 * 1024 * 1024; /* nothing is lent, so nothing is limited */
int sock_loan_thresh = -1;
static pool_cache_t socket_cache;

/* Before any domain is attached. */
void
soinit(void)
{

	softnet_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	socket_cache = pool_cache_init(sizeof(struct socket), 0, 0, 0,
	    "socket", NULL, IPL_SOFTNET, NULL, NULL, NULL);
}

bool
solocked(const struct socket *so)
{

	return mutex_owned(so->so_lock);
}

bool
solocked2(const struct socket *so1, const struct socket *so2)
{

	return so1->so_lock == so2->so_lock && solocked(so1);
}

/* The lock we hold is not the socket's any more. */
void
solockretry(struct socket *so, kmutex_t *lock)
{

	while (lock != atomic_load_relaxed(&so->so_lock)) {
		mutex_exit(lock);
		lock = atomic_load_consume(&so->so_lock);
		mutex_enter(lock);
	}
}

/* Both locks are held; references to them are the caller's business. */
void
solockreset(struct socket *so, kmutex_t *lock)
{

	KASSERT(solocked(so));
	KASSERT(mutex_owned(lock));
	atomic_store_release(&so->so_lock, lock);
}

/* For pr_attach: softnet_lock if there is none yet.  It is held then. */
void
sosetlock(struct socket *so)
{

	if (so->so_lock == NULL) {
		mutex_obj_hold(softnet_lock);
		so->so_lock = softnet_lock;
		mutex_enter(softnet_lock);
	}
	KASSERT(solocked(so));
}

static void
sockbuf_init(struct sockbuf *sb, struct socket *so, const char *wmesg)
{

	sb->sb_so = so;
	selinit(&sb->sb_sel);
	cv_init(&sb->sb_cv, wmesg);
}

static void
sockbuf_fini(struct sockbuf *sb)
{

	KASSERT(sb->sb_mb == NULL);
	seldestroy(&sb->sb_sel);
	cv_destroy(&sb->sb_cv);
}

/* A socket without lock or protocol; NULL only if it may not sleep. */
struct socket *
soget(bool waitok)
{
	struct socket *so;

	so = pool_cache_get(socket_cache, waitok ? PR_WAITOK : PR_NOWAIT);
	if (so == NULL)
		return NULL;
	memset(so, 0, sizeof(*so));
	TAILQ_INIT(&so->so_q0);
	TAILQ_INIT(&so->so_q);
	cv_init(&so->so_cv, "socket");
	sockbuf_init(&so->so_snd, so, "netio");
	sockbuf_init(&so->so_rcv, so, "netio");
	return so;
}

void
soput(struct socket *so)
{

	KASSERT(TAILQ_EMPTY(&so->so_q0) && TAILQ_EMPTY(&so->so_q));
	KASSERT(so->so_head == NULL);
	sockbuf_fini(&so->so_snd);
	sockbuf_fini(&so->so_rcv);
	cv_destroy(&so->so_cv);
	if (so->so_lock != NULL)
		mutex_obj_free(so->so_lock);
	if (so->so_cred != NULL)
		kauth_cred_free(so->so_cred);
	pool_cache_put(socket_cache, so);
}

/* A sleep of any kind; without the lock meanwhile. */
static int
sosleep(struct socket *so, kcondvar_t *cv, bool catch, int timo)
{
	kmutex_t *lock = so->so_lock;
	const u_int restarts = so->so_restarts;
	int error = 0;

	KASSERT(solocked(so));
	/* What soft interrupts do may be what is waited for, or a packet that
	 * is about to come; but that would put off the end of a timeout. */
	if (softint_poll(lock) || (timo == 0 && wire_poll_socket(so, lock)))
		error = 0;
	else if (catch)
		error = timo != 0 ? cv_timedwait_sig(cv, lock, timo) :
		    cv_wait_sig(cv, lock);
	else if (timo != 0)
		error = cv_timedwait(cv, lock, timo);
	else
		cv_wait(cv, lock);
	if (__predict_false(lock != atomic_load_relaxed(&so->so_lock)))
		solockretry(so, lock);
	return error == 0 && restarts != so->so_restarts ? ERESTART : error;
}

/* Wait for a change of the socket's state. */
int
sowait(struct socket *so, bool catch, int timo)
{

	return sosleep(so, &so->so_cv, catch, timo);
}

/* Wait for data or room. */
int
sbwait(struct sockbuf *sb)
{

	sb->sb_flags |= SB_NOTIFY;
	return sosleep(sb->sb_so, &sb->sb_cv, (sb->sb_flags & SB_NOINTR) == 0,
	    sb->sb_timeo);
}

/* The descriptor is being closed while others use it. */
void
sorestart(struct socket *so)
{

	solock(so);
	so->so_restarts++;
	cv_broadcast(&so->so_cv);
	cv_broadcast(&so->so_snd.sb_cv);
	cv_broadcast(&so->so_rcv.sb_cv);
	sounlock(so);
}

/* One call at a time per direction. */
int
sblock(struct sockbuf *sb, int wait)
{
	struct socket *so = sb->sb_so;
	int error;

	KASSERT(solocked(so));
	while ((sb->sb_flags & SB_LOCK) != 0) {
		if (wait != M_WAITOK)
			return EWOULDBLOCK;
		error = sowait(so, (sb->sb_flags & SB_NOINTR) == 0, 0);
		if (error != 0)
			return error;
	}
	sb->sb_flags |= SB_LOCK;
	return 0;
}

void
sbunlock(struct sockbuf *sb)
{

	KASSERT(solocked(sb->sb_so));
	KASSERT((sb->sb_flags & SB_LOCK) != 0);
	sb->sb_flags &= ~SB_LOCK;
	cv_broadcast(&sb->sb_so->so_cv);
}

/* Something happened to a buffer: POLL_IN, POLL_OUT or POLL_HUP. */
void
sowakeup(struct socket *so, struct sockbuf *sb, int code)
{
	int band;

	KASSERT(solocked(so));
	KASSERT(sb->sb_so == so);
	switch (code) {
	case POLL_IN:
		band = POLLIN | POLLRDNORM;
		break;
	case POLL_OUT:
		band = POLLOUT | POLLWRNORM;
		break;
	default:
		KASSERT(code == POLL_HUP);
		band = POLLHUP;
		break;
	}
	sb->sb_flags &= ~SB_NOTIFY;
	selnotify(&sb->sb_sel, band, NOTE_SUBMIT);
	cv_broadcast(&sb->sb_cv);
	if ((sb->sb_flags & SB_ASYNC) != 0)
		fownsignal(so->so_pgid, SIGIO, code, band, so);
	if ((sb->sb_flags & SB_UPCALL) != 0)
		(*so->so_upcall)(so, so->so_upcallarg, band, M_DONTWAIT);
}

/* Urgent data has come. */
void
sohasoutofband(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_rcv.sb_flags &= ~SB_NOTIFY;
	fownsignal(so->so_pgid, SIGURG, POLL_PRI, POLLPRI | POLLRDBAND, so);
	selnotify(&so->so_rcv.sb_sel, POLLPRI | POLLRDBAND, NOTE_SUBMIT);
	cv_broadcast(&so->so_rcv.sb_cv);
}

/* Data had to be thrown away. */
void
soroverflow(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_rcv.sb_overflowed++;
	if ((so->so_options & SO_RERROR) != 0) {
		so->so_rerror = ENOBUFS;
		sorwakeup(so);
	}
}

static void
state_changed(struct socket *so)
{

	cv_broadcast(&so->so_cv);
	sorwakeup(so);
	sowwakeup(so);
}

void
soisconnecting(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_state &= ~(SS_ISCONNECTED | SS_ISDISCONNECTING);
	so->so_state |= SS_ISCONNECTING;
}

void
soisconnected(struct socket *so)
{
	struct socket *head = so->so_head;

	KASSERT(solocked(so));
	so->so_state &= ~(SS_ISCONNECTING | SS_ISDISCONNECTING |
	    SS_ISDISCONNECTED);
	so->so_state |= SS_ISCONNECTED;
	if (head == NULL || so->so_onq != &head->so_q0) {
		state_changed(so);
		return;
	}
	KASSERT(solocked2(so, head));
	(void)soqremque(so, 0);
	soqinsque(head, so, 1);
	sorwakeup(head);
	cv_broadcast(&head->so_cv);
}

void
soisdisconnecting(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_state &= ~SS_ISCONNECTING;
	so->so_state |= SS_ISDISCONNECTING | SS_CANTRCVMORE | SS_CANTSENDMORE;
	state_changed(so);
}

void
soisdisconnected(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_state &= ~(SS_ISCONNECTING | SS_ISCONNECTED |
	    SS_ISDISCONNECTING);
	so->so_state |= SS_CANTRCVMORE | SS_CANTSENDMORE | SS_ISDISCONNECTED;
	state_changed(so);
}

void
socantsendmore(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_state |= SS_CANTSENDMORE;
	sowwakeup(so);
}

void
socantrcvmore(struct socket *so)
{

	KASSERT(solocked(so));
	so->so_state |= SS_CANTRCVMORE;
	sorwakeup(so);
}

/* Onto the queue of connections that are complete (1) or not (0). */
void
soqinsque(struct socket *head, struct socket *so, int q)
{

	KASSERT(q == 0 || q == 1);
	KASSERT(solocked2(head, so));
	KASSERT(so->so_onq == NULL);
	KASSERT(so->so_head == NULL);
	so->so_head = head;
	if (q == 0) {
		head->so_q0len++;
		so->so_onq = &head->so_q0;
	} else {
		head->so_qlen++;
		so->so_onq = &head->so_q;
	}
	TAILQ_INSERT_TAIL(so->so_onq, so, so_qe);
}

/* And off; false if it was not on that one. */
bool
soqremque(struct socket *so, int q)
{
	struct socket *head = so->so_head;

	KASSERT(q == 0 || q == 1);
	KASSERT(solocked(so));
	KASSERT(so->so_onq != NULL);
	KASSERT(head != NULL);
	if (so->so_onq != (q == 0 ? &head->so_q0 : &head->so_q))
		return false;
	KASSERT(solocked2(so, head));
	if (q == 0)
		head->so_q0len--;
	else
		head->so_qlen--;
	TAILQ_REMOVE(so->so_onq, so, so_qe);
	so->so_onq = NULL;
	so->so_head = NULL;
	return true;
}

/* What a connection has of the socket that listens. */
static void
inherit(struct socket *so, const struct socket *head)
{

	so->so_type = head->so_type;
	so->so_options = head->so_options & ~SO_ACCEPTCONN;
	so->so_linger = head->so_linger;
	so->so_state = (head->so_state & SS_NBIO) | SS_NOFDREF;
	so->so_proto = head->so_proto;
	so->so_timeo = head->so_timeo;
	so->so_pgid = head->so_pgid;
	so->so_send = head->so_send;
	so->so_receive = head->so_receive;
	so->so_uidinfo = head->so_uidinfo;
	so->so_cred = kauth_cred_hold(head->so_cred);
	so->so_rcv.sb_lowat = head->so_rcv.sb_lowat;
	so->so_snd.sb_lowat = head->so_snd.sb_lowat;
	so->so_rcv.sb_timeo = head->so_rcv.sb_timeo;
	so->so_snd.sb_timeo = head->so_snd.sb_timeo;
	so->so_rcv.sb_flags |= head->so_rcv.sb_flags &
	    (SB_AUTOSIZE | SB_ASYNC);
	so->so_snd.sb_flags |= head->so_snd.sb_flags &
	    (SB_AUTOSIZE | SB_ASYNC);
}

/*
 * A connection comes in at a listening socket; NULL: there is no room or no
 * memory for it.  It shares the lock, which is held.
 */
struct socket *
sonewconn(struct socket *head, bool ready)
{
	struct socket *so;

	KASSERT(solocked(head));
	if (head->so_qlen + head->so_q0len > 3 * head->so_qlimit / 2)
		return NULL;
	so = soget(false);
	if (so == NULL)
		return NULL;
	mutex_obj_hold(head->so_lock);
	so->so_lock = head->so_lock;
	inherit(so, head);
	if (soreserve(so, head->so_snd.sb_hiwat, head->so_rcv.sb_hiwat) != 0)
		goto fail;
	soqinsque(head, so, ready ? 1 : 0);
	if ((*so->so_proto->pr_usrreqs->pr_attach)(so, 0) != 0) {
		(void)soqremque(so, ready ? 1 : 0);
		goto fail;
	}
	KASSERT(solocked2(head, so));
	if (ready) {
		so->so_state |= SS_ISCONNECTED;
		sorwakeup(head);
		cv_broadcast(&head->so_cv);
	}
	return so;
 fail:
	sbrelease(&so->so_snd, so);
	sbrelease(&so->so_rcv, so);
	soput(so);
	return NULL;
}
