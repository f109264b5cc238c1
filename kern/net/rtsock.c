/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route(4): sockets of PF_ROUTE.  A socket's protocol is the family it wants
 * to hear of, 0: all.
 *
 * What the kernel tells is queued, as it may be told with any lock held, and
 * passed on by a softint(9).  The answer to a request goes to all sockets at
 * once, the one who asked included.  All sockets share a lock, which is held
 * while a request is carried out; nothing below it takes another socket's.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/queue.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <net/if.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include "rtsock_private.h"

#define	ROUTE_SPACE	(64 * 1024)	/* bytes of a buffer */
#define	ROUTE_QUEUED	256		/* messages */

/* A socket.  Locks: r, rts_lock. */
struct rtspcb {
	LIST_ENTRY(rtspcb) rp_list;	/* r */
	struct socket	*rp_so;
	int		rp_family;	/* 0: all */
};

static kmutex_t *rts_lock;		/* so_lock of all of them */
static LIST_HEAD(, rtspcb) rtspcbs;	/* r */
static struct ifqueue told;		/* its own lock */
static void *told_si;

static const struct sockaddr route_src = { .sa_len = 2, .sa_family = PF_ROUTE };

static void
deliver_to(struct socket *so, struct mbuf *m)
{
	struct mbuf *n = m_copypacket(m, M_DONTWAIT);

	if (n == NULL || sbappendaddr(&so->so_rcv, &route_src, n, NULL) == 0) {
		m_freem(n);
		soroverflow(so);
	} else
		sorwakeup(so);
}

/* To who wants to hear of the family; m is used up. */
static void
deliver(struct mbuf *m, int family, const struct socket *asked)
{
	struct rtspcb *rp;

	KASSERT(mutex_owned(rts_lock));
	LIST_FOREACH(rp, &rtspcbs, rp_list) {
		struct socket *so = rp->rp_so;

		if (so == asked && (so->so_options & SO_USELOOPBACK) == 0)
			continue;
		if (rp->rp_family != 0 && family != 0 &&
		    rp->rp_family != family)
			continue;
		if ((so->so_state & SS_CANTRCVMORE) == 0)
			deliver_to(so, m);
	}
	m_freem(m);
}

static void
told_intr(void *arg __unused)
{
	struct mbuf *m;

	for (;;) {
		IFQ_DEQUEUE(&told, m);
		if (m == NULL)
			return;
		mutex_enter(rts_lock);
		deliver(m, m->m_pkthdr.pattr_af, NULL);
		mutex_exit(rts_lock);
	}
}

static void
route_listen(struct mbuf *m, int family)
{
	int error;

	m->m_pkthdr.pattr_af = family;
	IFQ_ENQUEUE(&told, m, error);
	if (error == 0) {
		kpreempt_disable();
		softint_schedule(told_si);
		kpreempt_enable();
	}
}

/*
 * Requests of sockets.
 */
static int
route_attach(struct socket *so, int family)
{
	struct rtspcb *rp;
	int error;

	KASSERT(so->so_lock == NULL);
	mutex_obj_hold(rts_lock);
	so->so_lock = rts_lock;
	mutex_enter(rts_lock);
	if (family < 0 || family >= AF_MAX)
		return EPROTONOSUPPORT;
	if ((error = soreserve(so, ROUTE_SPACE, ROUTE_SPACE)) != 0)
		return error;
	if ((rp = kmem_intr_zalloc(sizeof(*rp), KM_NOSLEEP)) == NULL)
		return ENOBUFS;
	rp->rp_so = so;
	rp->rp_family = family;
	so->so_pcb = rp;
	so->so_options |= SO_USELOOPBACK;
	if (LIST_EMPTY(&rtspcbs))
		rt_set_listener(route_listen);
	LIST_INSERT_HEAD(&rtspcbs, rp, rp_list);
	soisconnected(so);
	return 0;
}

static void
route_detach(struct socket *so)
{
	struct rtspcb *rp = so->so_pcb;

	KASSERT(mutex_owned(rts_lock));
	LIST_REMOVE(rp, rp_list);
	if (LIST_EMPTY(&rtspcbs))
		rt_set_listener(NULL);
	soisdisconnected(so);
	so->so_pcb = NULL;
	kmem_intr_free(rp, sizeof(*rp));
}

static int
route_abort(struct socket *so)
{

	route_detach(so);
	return 0;
}

static int
route_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	struct mbuf *answer = NULL;
	int error, family = 0;

	KASSERT(solocked(so));
	if (nam != NULL)
		error = EISCONN;
	else if (control != NULL)
		error = EOPNOTSUPP;
	else
		error = route_request(m, l, &answer, &family);
	if (answer != NULL)
		deliver(answer, family, so);
	m_freem(m);
	m_freem(control);
	return error;
}

static int
route_shutdown(struct socket *so)
{

	socantsendmore(so);
	return 0;
}

static int
route_disconnect(struct socket *so)
{

	soisdisconnected(so);
	return 0;
}

static int
route_accept(struct socket *so __unused, struct sockaddr *nam __unused)
{

	return EOPNOTSUPP;
}

static int
route_name(struct socket *so __unused, struct sockaddr *nam,
    struct lwp *l __unused)
{

	return nam->sa_family != PF_ROUTE ? EAFNOSUPPORT : EOPNOTSUPP;
}

static int
route_connect2(struct socket *so __unused, struct socket *so2 __unused)
{

	return EOPNOTSUPP;
}

static int
route_no_listen(struct socket *so __unused, struct lwp *l __unused)
{

	return EOPNOTSUPP;
}

static int
route_ioctl(struct socket *so __unused, u_long cmd __unused,
    void *data __unused, struct ifnet *ifp __unused)
{

	return EOPNOTSUPP;
}

/* Nothing more than any socket has. */
static int
route_stat(struct socket *so __unused, struct stat *st __unused)
{

	return 0;
}

/* Both ends have the same. */
static int
route_addr(struct socket *so __unused, struct sockaddr *nam)
{

	memcpy(nam, &route_src, route_src.sa_len);
	return 0;
}

static int
route_rcvd(struct socket *so __unused, int flags __unused,
    struct lwp *l __unused)
{

	return EOPNOTSUPP;
}

static int
route_recvoob(struct socket *so __unused, struct mbuf *m __unused,
    int flags __unused)
{

	return EOPNOTSUPP;
}

static int
route_sendoob(struct socket *so __unused, struct mbuf *m,
    struct mbuf *control)
{

	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
route_purgeif(struct socket *so __unused, struct ifnet *ifp __unused)
{

	return EOPNOTSUPP;
}

static const struct pr_usrreqs route_usrreqs = {
	.pr_attach = route_attach,
	.pr_detach = route_detach,
	.pr_accept = route_accept,
	.pr_connect = route_name,
	.pr_connect2 = route_connect2,
	.pr_bind = route_name,
	.pr_listen = route_no_listen,
	.pr_disconnect = route_disconnect,
	.pr_shutdown = route_shutdown,
	.pr_abort = route_abort,
	.pr_ioctl = route_ioctl,
	.pr_stat = route_stat,
	.pr_peeraddr = route_addr,
	.pr_sockaddr = route_addr,
	.pr_rcvd = route_rcvd,
	.pr_recvoob = route_recvoob,
	.pr_send = route_send,
	.pr_sendoob = route_sendoob,
	.pr_purgeif = route_purgeif,
};

static struct domain routedomain;

static const struct protosw routesw[] = {
	{
		.pr_type = SOCK_RAW,
		.pr_domain = &routedomain,
		.pr_flags = PR_ATOMIC | PR_ADDR,
		.pr_usrreqs = &route_usrreqs,
	}
};

static struct domain routedomain = {
	.dom_family = PF_ROUTE,
	.dom_name = "route",
	.dom_protosw = routesw,
	.dom_protoswNPROTOSW = &routesw[__arraycount(routesw)],
};

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{

	rts_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET);
	IFQ_LOCK_INIT(&told);
	IFQ_SET_MAXLEN(&told, ROUTE_QUEUED);
	told_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, told_intr,
	    NULL);
	domain_attach(&routedomain);
}
