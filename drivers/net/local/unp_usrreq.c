/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the socket layer asks of local sockets: coming, going, data.
 *
 * There is no transport: what is sent is appended to the peer's receive
 * buffer.  The sender's buffer is always empty, but sb_cc and sb_mbcnt there
 * are those of the peer's receive buffer (unp_mirror()), so that the sender
 * waits while that is full.
 */

#include <sys/param.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "unp.h"

static volatile unsigned long unp_inos;

static const struct unp_space *
space_of(const struct socket *so)
{

	switch (so->so_type) {
	case SOCK_STREAM:
		return &unp_stream_space;
	case SOCK_SEQPACKET:
		return &unp_seqpacket_space;
	default:
		return &unp_dgram_space;
	}
}

static bool
connected_type(const struct socket *so)
{

	return (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0;
}

/* With the lock in the end, whether it was there before or not. */
static int
unp_attach(struct socket *so, int proto)
{
	const struct unp_space *us = space_of(so);
	struct unpcb *unp;

	if (so->so_lock == NULL) {
		mutex_obj_hold(uipc_lock);
		so->so_lock = uipc_lock;
		solock(so);
	}
	KASSERT(solocked(so));
	KASSERT(sotounpcb(so) == NULL);
	if (so->so_snd.sb_hiwat == 0 &&
	    soreserve(so, us->us_send, us->us_recv) != 0)
		return ENOBUFS;
	unp = kmem_zalloc(sizeof(*unp), KM_NOSLEEP);
	if (unp == NULL)
		return ENOBUFS;
	unp->unp_socket = so;
	LIST_INIT(&unp->unp_refs);
	unp->unp_ino = atomic_inc_ulong_nv(&unp_inos);
	nanotime(&unp->unp_ctime);
	so->so_pcb = unp;
	return 0;
}

/* How full the receive buffer is that so's peer sends to. */
void
unp_mirror(struct unpcb *peer, struct socket *so)
{

	KASSERT(solocked2(so, peer->unp_socket));
	peer->unp_socket->so_snd.sb_cc = so->so_rcv.sb_cc;
	peer->unp_socket->so_snd.sb_mbcnt = so->so_rcv.sb_mbcnt;
}

static void
mirror_none(struct socket *so)
{

	so->so_snd.sb_cc = so->so_snd.sb_mbcnt = 0;
}

/* The end of a connection, for both. */
void
unp_disconnect(struct unpcb *unp)
{
	struct socket *so = unp->unp_socket;
	struct unpcb *peer = unp->unp_conn;

	KASSERT(solocked(so));
	if (peer == NULL)
		return;
	KASSERT(solocked2(so, peer->unp_socket));
	unp->unp_conn = NULL;
	if (!connected_type(so)) {
		LIST_REMOVE(unp, unp_reflink);
		so->so_state &= ~SS_ISCONNECTED;
		return;
	}
	KASSERT(peer->unp_conn == unp);
	peer->unp_conn = NULL;
	mirror_none(so);
	mirror_none(peer->unp_socket);
	soisdisconnected(so);
	soisdisconnected(peer->unp_socket);
}

/* The same, and tell the socket why. */
void
unp_drop(struct unpcb *unp, int error)
{

	unp->unp_socket->so_error = (u_short)error;
	unp_disconnect(unp);
	sorwakeup(unp->unp_socket);
	sowwakeup(unp->unp_socket);
}

/* The lock is not held for a moment. */
static void
unp_detach(struct socket *so)
{
	struct unpcb *unp = sotounpcb(so), *ref;
	struct vnode *vp;

	KASSERT(solocked(so));
	unp_unbind(unp, &vp);
	unp_disconnect(unp);
	while ((ref = LIST_FIRST(&unp->unp_refs)) != NULL)
		unp_drop(ref, ECONNRESET);
	soisdisconnected(so);
	so->so_pcb = NULL;
	sounlock(so);
	if (vp != NULL)
		unp_release(vp);
	if (unp->unp_addr != NULL)
		kmem_free(unp->unp_addr, sizeof(*unp->unp_addr));
	kmem_free(unp, sizeof(*unp));
	unp_gc();
	solock(so);
}

static int
unp_abort(struct socket *so)
{
	struct unpcb *peer = sotounpcb(so)->unp_conn;

	KASSERT(solocked(so));
	if (peer != NULL)
		unp_drop(peer, ECONNRESET);
	unp_detach(so);
	return 0;
}

static int
unp_disconnect_req(struct socket *so)
{

	KASSERT(solocked(so));
	unp_disconnect(sotounpcb(so));
	return 0;
}

static int
unp_shutdown(struct socket *so)
{
	struct unpcb *unp = sotounpcb(so);

	KASSERT(solocked(so));
	if (connected_type(so) && unp->unp_conn == NULL &&
	    (so->so_state & SS_ISDISCONNECTED) == 0)
		return ENOTCONN;
	socantsendmore(so);
	if (connected_type(so) && unp->unp_conn != NULL)
		socantrcvmore(unp->unp_conn->unp_socket);
	return 0;
}

/* The program has read: the peer may send more. */
static int
unp_rcvd(struct socket *so, int flags, struct lwp *l)
{
	struct unpcb *peer = sotounpcb(so)->unp_conn;

	KASSERT(solocked(so));
	if (connected_type(so) && peer != NULL) {
		unp_mirror(peer, so);
		sowwakeup(peer->unp_socket);
	}
	return 0;
}

/* Who sends it: behind the other control messages, if there is memory. */
static void
add_creds(struct mbuf **control, struct lwp *l)
{
	kauth_cred_t cred = l->l_cred;
	const u_int n = kauth_cred_ngroups(cred);
	const size_t size = SOCKCREDSIZE(MAX(n, 1));
	struct sockcred *sc;
	u_int i;

	sc = kmem_zalloc(size, KM_SLEEP);
	sc->sc_pid = l->l_proc->p_pid;
	sc->sc_uid = kauth_cred_getuid(cred);
	sc->sc_euid = kauth_cred_geteuid(cred);
	sc->sc_gid = kauth_cred_getgid(cred);
	sc->sc_egid = kauth_cred_getegid(cred);
	sc->sc_ngroups = (int)n;
	for (i = 0; i < n; i++)
		sc->sc_groups[i] = kauth_cred_group(cred, i);
	while (*control != NULL)
		control = &(*control)->m_next;
	*control = sbcreatecontrol(sc, (int)size, SCM_CREDS, SOL_SOCKET);
	kmem_free(sc, size);
}

static int
send_dgram(struct socket *so, struct socket *so2, struct mbuf *m,
    struct mbuf *control)
{
	struct sockaddr_un sun;

	if (so2->so_type != so->so_type)
		return EPROTOTYPE;
	if ((so2->so_state & SS_CANTRCVMORE) != 0)
		return ECONNREFUSED;
	unp_setaddr((struct sockaddr *)&sun, sotounpcb(so));
	if (!sbappendaddr(&so2->so_rcv, (struct sockaddr *)&sun, m, control)) {
		soroverflow(so2);
		return ENOBUFS;
	}
	sorwakeup(so2);
	return 0;
}

/* The room was looked for by sosend(). */
static int
send_connected(struct socket *so, struct socket *so2, struct mbuf *m,
    struct mbuf *control)
{
	struct mbuf *last;

	if ((so2->so_state & SS_CANTRCVMORE) != 0)
		return EPIPE;
	if (control != NULL) {
		for (last = control; last->m_next != NULL;)
			last = last->m_next;
		last->m_next = m;
		sbappendrecord(&so2->so_rcv, control);
	} else if (so->so_type == SOCK_STREAM)
		sbappend(&so2->so_rcv, m);
	else
		sbappendrecord(&so2->so_rcv, m);
	unp_mirror(sotounpcb(so), so2);
	sorwakeup(so2);
	return 0;
}

/* Whom it goes to: the peer, or for a datagram the one with that name. */
static int
send_target(struct socket *so, const struct sockaddr *nam,
    struct socket **so2p, struct vnode **vpp)
{
	const struct unpcb *unp = sotounpcb(so);

	*vpp = NULL;
	if (nam != NULL && (unp->unp_conn != NULL || connected_type(so)))
		return EISCONN;
	if (nam != NULL)
		return unp_find(so, nam, so2p, vpp);
	if (unp->unp_conn == NULL)
		return connected_type(so) ? EPIPE : EDESTADDRREQ;
	*so2p = unp->unp_conn->unp_socket;
	return 0;
}

static int
unp_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	struct unpcb *peer;
	struct socket *so2;
	struct vnode *vp = NULL;
	int error = 0;

	KASSERT(solocked(so));
	if (__predict_false(control != NULL)) {
		sounlock(so);
		error = unp_internalize(&control, l);
		solock(so);
		if (error != 0) {
			m_freem(m);
			m_freem(control);
			return error;
		}
	}
	error = send_target(so, nam, &so2, &vp);
	if (error == 0) {
		peer = sotounpcb(so2);
		if (__predict_false((peer->unp_flags & UNP_WANTCRED) != 0)) {
			/* Once on a connection. */
			if (connected_type(so))
				peer->unp_flags &= ~UNP_WANTCRED;
			add_creds(&control, l);
		}
		error = connected_type(so) ?
		    send_connected(so, so2, m, control) :
		    send_dgram(so, so2, m, control);
	}
	if (__predict_true(error == 0 && vp == NULL))
		return 0;
	sounlock(so);
	if (vp != NULL)
		unp_release(vp);
	if (error != 0) {
		if (control != NULL)
			unp_dispose(control);
		m_freem(control);
		m_freem(m);
	}
	solock(so);
	return error;
}

static int
unp_recvoob(struct socket *so, struct mbuf *m, int flags)
{

	return EOPNOTSUPP;
}

static int
unp_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{

	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
unp_ioctl(struct socket *so, u_long cmd, void *addr, struct ifnet *ifp)
{

	return EOPNOTSUPP;
}

static int
unp_stat(struct socket *so, struct stat *sb)
{
	const struct unpcb *unp = sotounpcb(so);

	sb->st_blksize = (blksize_t)so->so_snd.sb_hiwat;
	sb->st_dev = NODEV;
	sb->st_ino = unp->unp_ino;
	sb->st_mode |= S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH |
	    S_IWOTH;
	sb->st_uid = kauth_cred_geteuid(so->so_cred);
	sb->st_gid = kauth_cred_getegid(so->so_cred);
	sb->st_size = (off_t)so->so_snd.sb_cc;
	sb->st_atimespec = sb->st_mtimespec = sb->st_ctimespec =
	    sb->st_birthtimespec = unp->unp_ctime;
	return 0;
}

static int
unp_peeraddr(struct socket *so, struct sockaddr *nam)
{

	unp_setaddr(nam, sotounpcb(so)->unp_conn);
	return 0;
}

static int
unp_sockaddr(struct socket *so, struct sockaddr *nam)
{

	unp_setaddr(nam, sotounpcb(so));
	return 0;
}

static int
unp_purgeif(struct socket *so, struct ifnet *ifp)
{

	return EOPNOTSUPP;
}

const struct pr_usrreqs unp_usrreqs = {
	.pr_attach = unp_attach,
	.pr_detach = unp_detach,
	.pr_accept = unp_accept,
	.pr_connect = unp_connect,
	.pr_connect2 = unp_connect2,
	.pr_bind = unp_bind,
	.pr_listen = unp_listen,
	.pr_disconnect = unp_disconnect_req,
	.pr_shutdown = unp_shutdown,
	.pr_abort = unp_abort,
	.pr_ioctl = unp_ioctl,
	.pr_stat = unp_stat,
	.pr_peeraddr = unp_peeraddr,
	.pr_sockaddr = unp_sockaddr,
	.pr_rcvd = unp_rcvd,
	.pr_recvoob = unp_recvoob,
	.pr_send = unp_send,
	.pr_sendoob = unp_sendoob,
	.pr_purgeif = unp_purgeif,
};
