/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets as their users see them: from socreate() over binding, listening
 * and connecting to soclose().
 *
 * A socket has two users: a descriptor (no SS_NOFDREF) and its protocol
 * (so_pcb).  sofree() frees it when both are gone and it is on no queue; it is
 * called with the lock and gives it up in any case.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uidinfo.h>

#include "net_private.h"

#define	USRREQ(so)	((so)->so_proto->pr_usrreqs)

/* Which protocol; or why there is none. */
static int
proto_find(int dom, int type, int proto, const struct protosw **prp)
{
	const struct protosw *pr;

	pr = proto != 0 ? pffindproto(dom, proto, type) :
	    pffindtype(dom, type);
	if (pr == NULL) {
		if (pffinddomain(dom) == NULL)
			return EAFNOSUPPORT;
		return proto == 0 ? EPROTOTYPE : EPROTONOSUPPORT;
	}
	if (pr->pr_usrreqs == NULL)
		return EPROTONOSUPPORT;
	*prp = pr;
	return 0;
}

/* A socket of a domain, type and protocol, with the lock of another if so. */
int
socreate(int dom, struct socket **aso, int type, int proto, struct lwp *l,
    struct socket *lockso)
{
	const struct protosw *pr;
	struct socket *so;
	int error;

	error = kauth_authorize_network(l->l_cred, KAUTH_NETWORK_SOCKET,
	    KAUTH_REQ_NETWORK_SOCKET_OPEN, KAUTH_ARG(dom), KAUTH_ARG(type),
	    KAUTH_ARG(proto));
	if (error == 0)
		error = proto_find(dom, type, proto, &pr);
	if (error != 0)
		return error;
	so = soget(true);
	so->so_type = type;
	so->so_proto = pr;
	so->so_send = sosend;
	so->so_receive = soreceive;
	so->so_uidinfo = uid_find(kauth_cred_getuid(l->l_cred));
	so->so_cred = kauth_cred_hold(l->l_cred);
	if (lockso != NULL) {
		mutex_obj_hold(lockso->so_lock);
		so->so_lock = lockso->so_lock;
		mutex_enter(so->so_lock);
	}
	error = (*pr->pr_usrreqs->pr_attach)(so, proto);
	KASSERT(solocked(so));
	if (error != 0) {
		so->so_state |= SS_NOFDREF;
		sofree(so);
		return error;
	}
	sounlock(so);
	*aso = so;
	return 0;
}

/* With a descriptor, reserved: fd_affix() and fd_set_exclose() are to come. */
int
fsocreate(int domain, struct socket **sop, int type, int proto, int *fdout,
    struct file **fpout, struct socket *lockso)
{
	const int flags = type & SOCK_FLAGS_MASK;
	struct socket *so;
	struct file *fp;
	int error, fd;

	error = fd_allocfile(&fp, &fd);
	if (error != 0)
		return error;
	error = socreate(domain, &so, type & ~SOCK_FLAGS_MASK, proto, curlwp,
	    lockso);
	if (error != 0) {
		fd_abort(curproc, fp, (unsigned)fd);
		return error;
	}
	fd_set_exclose(curlwp, fd, (flags & SOCK_CLOEXEC) != 0);
	fp->f_flag = FREAD | FWRITE |
	    ((flags & SOCK_NONBLOCK) != 0 ? FNONBLOCK : 0) |
	    ((flags & SOCK_NOSIGPIPE) != 0 ? FNOSIGPIPE : 0);
	fp->f_type = DTYPE_SOCKET;
	fp->f_ops = &socketops;
	fp->f_socket = so;
	if ((flags & SOCK_NONBLOCK) != 0)
		so->so_state |= SS_NBIO;
	if ((flags & SOCK_NOSIGPIPE) != 0)
		so->so_options |= SO_NOSIGPIPE;
	if (sop != NULL)
		*sop = so;
	*fdout = fd;
	*fpout = fp;
	return 0;
}

/* Both users are gone: the lock is held, and given up. */
void
sofree(struct socket *so)
{

	KASSERT(solocked(so));
	if (so->so_pcb != NULL || (so->so_state & SS_NOFDREF) == 0 ||
	    so->so_aborting != 0) {
		sounlock(so);
		return;
	}
	/* accept(2) will have a connection that ended on the queue. */
	if (so->so_head != NULL && !soqremque(so, 0)) {
		sounlock(so);
		return;
	}
	so->so_upcall = NULL;
	so->so_snd.sb_flags &= ~SB_UPCALL;
	so->so_rcv.sb_flags &= ~SB_UPCALL;
	sorflush(so);
	sbrelease(&so->so_snd, so);
	sbrelease(&so->so_rcv, so);
	sounlock(so);
	soput(so);
}

int
sobind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	int error;

	solock(so);
	if (nam->sa_family != so->so_proto->pr_domain->dom_family)
		error = EAFNOSUPPORT;
	else
		error = (*USRREQ(so)->pr_bind)(so, nam, l);
	sounlock(so);
	return error;
}

int
solisten(struct socket *so, int backlog, struct lwp *l)
{
	int error;

	solock(so);
	if ((so->so_proto->pr_flags & PR_LISTEN) == 0)
		error = EOPNOTSUPP;
	else if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING |
	    SS_ISDISCONNECTING)) != 0)
		error = EINVAL;
	else
		error = (*USRREQ(so)->pr_listen)(so, l);
	if (error == 0) {
		so->so_options |= SO_ACCEPTCONN;
		so->so_qlimit = (short)MIN(MAX(backlog, 0), SOMAXCONN);
	}
	sounlock(so);
	return error;
}

/* A connection leaves the queue for a descriptor. */
int
soaccept(struct socket *so, struct sockaddr *nam)
{

	KASSERT(solocked(so));
	KASSERT((so->so_state & SS_NOFDREF) != 0);
	so->so_state &= ~SS_NOFDREF;
	if ((so->so_state & SS_ISDISCONNECTED) != 0 &&
	    (so->so_proto->pr_flags & PR_ABRTACPTDIS) != 0)
		return ECONNABORTED;
	return (*USRREQ(so)->pr_accept)(so, nam);
}

int
soconnect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	int error;

	KASSERT(solocked(so));
	if ((so->so_options & SO_ACCEPTCONN) != 0)
		return EOPNOTSUPP;
	/* Without real connections, a new one takes the place of the old. */
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) != 0) {
		if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
			return EISCONN;
		error = sodisconnect(so);
		if (error != 0)
			return EISCONN;
	}
	/* To nowhere: that was all. */
	if (nam->sa_family == AF_UNSPEC &&
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)
		return 0;
	if (nam->sa_family != so->so_proto->pr_domain->dom_family)
		return EAFNOSUPPORT;
	return (*USRREQ(so)->pr_connect)(so, nam, l);
}

int
soconnect2(struct socket *so1, struct socket *so2)
{

	KASSERT(solocked2(so1, so2));
	return (*USRREQ(so1)->pr_connect2)(so1, so2);
}

int
sodisconnect(struct socket *so)
{

	KASSERT(solocked(so));
	if ((so->so_state & SS_ISCONNECTED) == 0)
		return ENOTCONN;
	if ((so->so_state & SS_ISDISCONNECTING) != 0)
		return EALREADY;
	return (*USRREQ(so)->pr_disconnect)(so);
}

/*
 * End a connection that nobody has accepted.  The lock is held, and given up.
 */
int
soabort(struct socket *so)
{
	int error;

	KASSERT(solocked(so));
	KASSERT(so->so_head == NULL);
	so->so_aborting++;
	error = so->so_pcb != NULL ? (*USRREQ(so)->pr_abort)(so) : 0;
	so->so_aborting--;
	sofree(so);
	return error;
}

/* Nobody will accept what is on the queues. */
static void
queues_abort(struct socket *head)
{
	struct socket *so;
	int q;

	/* What comes while the lock is not held finds nobody listening. */
	head->so_options &= ~SO_ACCEPTCONN;
	for (q = 0; q <= 1; q++) {
		while ((so = TAILQ_FIRST(q == 0 ? &head->so_q0 :
		    &head->so_q)) != NULL) {
			(void)soqremque(so, q);
			(void)soabort(so);
			solock(head);
		}
	}
}

/* Disconnect and, with SO_LINGER, wait until that is done. */
static int
linger(struct socket *so)
{
	int error = 0;

	if ((so->so_state & SS_ISDISCONNECTING) == 0)
		error = sodisconnect(so);
	if (error != 0 || (so->so_options & SO_LINGER) == 0)
		return error;
	if ((so->so_state & (SS_ISDISCONNECTING | SS_NBIO)) ==
	    (SS_ISDISCONNECTING | SS_NBIO))
		return 0;
	while (error == 0 && (so->so_state & SS_ISCONNECTED) != 0)
		error = sowait(so, true, so->so_linger * hz);
	return error;
}

int
soclose(struct socket *so)
{
	int error = 0;

	solock(so);
	if ((so->so_options & SO_ACCEPTCONN) != 0)
		queues_abort(so);
	if (so->so_pcb != NULL) {
		if ((so->so_state & SS_ISCONNECTED) != 0)
			error = linger(so);
		if (so->so_pcb != NULL)
			(*USRREQ(so)->pr_detach)(so);
	}
	KASSERT((so->so_state & SS_NOFDREF) == 0);
	so->so_state |= SS_NOFDREF;
	sofree(so);
	return error;
}

int
soshutdown(struct socket *so, int how)
{
	int error = 0;

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return EINVAL;
	solock(so);
	if (how != SHUT_RD)
		error = (*USRREQ(so)->pr_shutdown)(so);
	else if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING |
	    SS_ISDISCONNECTING | SS_ISDISCONNECTED)) == 0)
		error = ENOTCONN;
	if (error == 0 && how != SHUT_WR)
		sorflush(so);
	sounlock(so);
	return error;
}

/*
 * Nothing more will be read, and what is there is thrown away.  If there may
 * be rights in it, the lock is not held while they are disposed of.
 */
void
sorflush(struct socket *so)
{
	const bool rights = (so->so_proto->pr_flags & PR_RIGHTS) != 0;
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *m, *n;

	KASSERT(solocked(so));
	sb->sb_flags |= SB_NOINTR;
	while (sblock(sb, M_WAITOK) != 0)
		continue;
	socantrcvmore(so);
	sb->sb_flags &= ~SB_NOINTR;
	m = sb->sb_mb;
	sb->sb_mb = NULL;
	sb_front_changed(sb);
	sb->sb_cc = sb->sb_mbcnt = 0;
	sbunlock(sb);
	if (m == NULL)
		return;
	if ((so->so_proto->pr_flags & PR_WANTRCVD) != 0 && so->so_pcb != NULL)
		(*USRREQ(so)->pr_rcvd)(so, 0, curlwp);
	if (rights)
		sounlock(so);
	for (; m != NULL; m = n) {
		n = m->m_nextpkt;
		m->m_nextpkt = NULL;
		so_dispose(so, m);
		m_freem(m);
	}
	if (rights)
		solock(so);
}
