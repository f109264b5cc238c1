/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet interfaces whose wire is something of the host's, net_wire in
 * <rump-sys/net.h>: what shmif(4) and virt(4) have in common.  ifconfig's
 * linkstr, or net_wire_create(), tells which wire.
 *
 * Frames are sent by who has them, and received by a thread of each queue that
 * the wire has, which also sends those that there was no room for; or, if the
 * wire knows how, by threads that wait for them, if_wire_poll.c.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/container_of.h>
#include <sys/cprng.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "if_private.h"
#include "wire_poll.h"

#define	WIRE_MTU_MIN	68
#define	WIRE_MTU_MAX	65535
#define	WIRE_BATCH	64	/* frames in before what they made runs */
#define	WIRE_QLEN	1024
#define	CSUM_L4		(M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_TCPv6 | \
			    M_CSUM_UDPv6)
#define	CSUM_UNDONE	(CSUM_L4 | M_CSUM_TSOv4 | M_CSUM_TSOv6)

/*
 * A queue of a wire, with a thread that receives from it, which has wq_rxlock.
 * c: constant; i: the interface's lock.
 */
struct wire_queue {
	struct wire_softc *wq_sc;	/* c */
	void		*wq_wire;	/* c */
	kmutex_t	wq_rxlock;	/* before sc_txlock */
	struct wire_poll wq_poll;	/* its own lock; i: while wq_rx is */
	lwp_t		*wq_rx;		/* i */
};

/*
 * c: constant; i: the interface's lock; t: sc_txlock; b: changed with both,
 * while no thread receives; a: atomic.
 */
struct wire_softc {
	struct ethercom	sc_ec;		/* first: it is the ifnet */
	const struct net_wire *sc_nw;	/* c */
	kmutex_t	sc_txlock;
	void		*sc_wire;	/* b: NULL: no linkstr */
	struct wire_queue *sc_queues;	/* b: of sc_wire */
	u_int		sc_nqueues;	/* b */
	char		*sc_link;	/* i: of sc_wire */
	/* t: NULL, or whose thread starts sending again */
	struct wire_queue *sc_full;
	bool		sc_plain;	/* t: nothing undone goes out */
	bool		sc_stop;	/* a: its threads shall end */
	bool		sc_running;	/* a: IFF_RUNNING */
};

struct mbuf *(*net_finish_output)(struct ifnet *, struct mbuf *);

static int	wire_clone_create(struct if_clone *, int);
static int	wire_clone_destroy(struct ifnet *);

/*
 * Out.
 */

/* False: it has something undone that somebody on the wire does not take.
 * From now on, or until they do, that is done before it comes here. */
static bool
is_taken(struct wire_softc *sc, const struct mbuf *m)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;

	if (sc->sc_nw->nw_undone == NULL ||
	    (*sc->sc_nw->nw_undone)(sc->sc_wire)) {
		if (sc->sc_plain)
			if_capabilities_csum(ifp);
		sc->sc_plain = false;
		return true;
	}
	sc->sc_plain = true;
	atomic_store_relaxed(&ifp->if_csum_flags_tx, 0);
	return (m->m_pkthdr.csum_flags & CSUM_UNDONE) == 0;
}

/* One for each CPU, as far as there are; NULL: no wire. */
static struct wire_queue *
own_queue(const struct wire_softc *sc)
{

	return sc->sc_nqueues == 0 ? NULL :
	    &sc->sc_queues[cpu_index(curcpu()) % sc->sc_nqueues];
}

static int
send(struct wire_softc *sc, struct wire_queue *wq, struct mbuf *m)
{

	return wq != NULL ? (*sc->sc_nw->nw_send)(wq->wq_wire, m) : ENETDOWN;
}

/* The same packet with all done, as one or more in its place in the queue. */
static bool
finish(struct ifnet *ifp, struct mbuf *m)
{
	struct mbuf *(*func)(struct ifnet *, struct mbuf *) =
	    atomic_load_consume(&net_finish_output);
	struct mbuf *next, *last = NULL;

	if (func == NULL) {
		m_freem(m);
		return false;
	}
	if ((m = (*func)(ifp, m)) == NULL)
		return false;
	/* The last one first. */
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = last;
		last = m;
	}
	IFQ_LOCK(&ifp->if_snd);
	for (; last != NULL; last = next) {
		next = last->m_nextpkt;
		IF_PREPEND(&ifp->if_snd, last);
	}
	IFQ_UNLOCK(&ifp->if_snd);
	return true;
}

static void
start_locked(struct wire_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct wire_queue *wq = own_queue(sc);
	struct mbuf *m;
	int error;

	KASSERT(mutex_owned(&sc->sc_txlock));
	for (;;) {
		IFQ_POLL(&ifp->if_snd, m);
		if (m == NULL)
			return;
		if (sc->sc_wire != NULL && !is_taken(sc, m)) {
			IFQ_DEQUEUE(&ifp->if_snd, m);
			if (!finish(ifp, m))
				if_statinc(ifp, if_oerrors);
			continue;
		}
		error = send(sc, wq, m);
		if (error == EAGAIN) {
			sc->sc_full = wq;
			return;
		}
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (error == 0) {
			if_statinc(ifp, if_opackets);
			bpf_mtap(ifp, m, BPF_D_OUT);
		} else {
			if_statinc(ifp, if_oerrors);
		}
		m_freem(m);
	}
}

static void
wire_start(struct ifnet *ifp)
{
	struct wire_softc *sc = ifp->if_softc;

	mutex_enter(&sc->sc_txlock);
	if (sc->sc_full == NULL) {
		start_locked(sc);
		/* It has to wait for room now. */
		if (sc->sc_full != NULL)
			(*sc->sc_nw->nw_kick)(sc->sc_full->wq_wire);
	}
	mutex_exit(&sc->sc_txlock);
}

/* True: there is still no room; of another queue it is that one's thread that
 * has to wait. */
static bool
restart(struct wire_queue *wq)
{
	struct wire_softc *sc = wq->wq_sc;
	struct wire_queue *full;

	mutex_enter(&sc->sc_txlock);
	if (sc->sc_full == wq) {
		sc->sc_full = NULL;
		start_locked(sc);
		if (sc->sc_full != NULL && sc->sc_full != wq)
			(*sc->sc_nw->nw_kick)(sc->sc_full->wq_wire);
	}
	full = sc->sc_full;
	mutex_exit(&sc->sc_txlock);
	return full == wq;
}

/*
 * In.
 */

/* EAGAIN: there is none now; ENETDOWN: there never will be. */
static int
receive_one(struct wire_queue *wq)
{
	struct wire_softc *sc = wq->wq_sc;
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct mbuf *m;
	int error;

	error = (*sc->sc_nw->nw_recv)(wq->wq_wire, &m);
	if (error == EAGAIN || error == ENETDOWN)
		return error;
	if (error != 0) {
		if_statinc(ifp, if_ierrors);
		return 0;
	}
	if (!atomic_load_relaxed(&sc->sc_running)) {
		m_freem(m);
		return 0;
	}
	m_set_rcvif(m, ifp);
	if_input(ifp, m);
	return 0;
}

/* What there is, but only so many; errors as receive_one(). */
static int
receive(struct wire_queue *wq, bool *anyp)
{
	int n, error = 0;

	mutex_enter(&wq->wq_rxlock);
	for (n = 0; n < WIRE_BATCH && error == 0; n++)
		error = receive_one(wq);
	/* They go on to their protocols, without another thread, and before
	 * others come in on another CPU and pass them. */
	(void)softint_poll(NULL);
	mutex_exit(&wq->wq_rxlock);
	*anyp = n > 1 || error == 0;
	return error;
}

static bool
receive_polled(struct wire_poll *wp)
{
	struct wire_queue *wq = container_of(wp, struct wire_queue, wq_poll);
	bool any;

	/* Its end is for wq_rx to find. */
	(void)receive(wq, &any);
	return any;
}

/* Of a wire that waits for us nothing is to be lost. */
static bool
is_ready(const struct wire_softc *sc)
{

	return sc->sc_nw->nw_holds == NULL ||
	    atomic_load_relaxed(&sc->sc_running) ||
	    !(*sc->sc_nw->nw_holds)(sc->sc_wire);
}

static void
wire_rx(void *arg)
{
	struct wire_queue *wq = arg;
	struct wire_softc *sc = wq->wq_sc;
	bool ended = false, in, full, any;
	int error;

	while (!atomic_load_relaxed(&sc->sc_stop)) {
		in = !ended && is_ready(sc);
		error = in ? receive(wq, &any) : EAGAIN;
		if (error == ENETDOWN) {
			ended = true;
			in = false;
			if_link_state_change(&sc->sc_ec.ec_if,
			    LINK_STATE_DOWN);
		}
		full = restart(wq);
		/* Without a CPU.  Returns at once if there is more. */
		(*sc->sc_nw->nw_wait)(wq->wq_wire, in, full);
	}
	kthread_exit(0);
}

/*
 * The wire.
 */
static void
set_wire(struct wire_softc *sc, void *wire, struct wire_queue *queues, u_int n)
{

	mutex_enter(&sc->sc_txlock);
	sc->sc_wire = wire;
	sc->sc_queues = queues;
	sc->sc_nqueues = n;
	sc->sc_full = NULL;
	mutex_exit(&sc->sc_txlock);
}

/* The next queue of a wire, which is the first. */
static void *
next_queue(const struct wire_softc *sc, void *wire)
{

	return sc->sc_nw->nw_next == NULL ? NULL :
	    (*sc->sc_nw->nw_next)(wire);
}

static struct wire_queue *
make_queues(struct wire_softc *sc, void *wire, u_int *np)
{
	struct wire_queue *queues, *wq;
	void *w;
	u_int n = 0;

	for (w = wire; w != NULL; w = next_queue(sc, w))
		n++;
	queues = kmem_zalloc(n * sizeof(*queues), KM_SLEEP);
	for (wq = queues, w = wire; w != NULL; w = next_queue(sc, w), wq++) {
		wq->wq_sc = sc;
		wq->wq_wire = w;
		mutex_init(&wq->wq_rxlock, MUTEX_DEFAULT, IPL_SOFTNET);
		wq->wq_poll.wp_nw = sc->sc_nw;
		wq->wq_poll.wp_wire = w;
		wq->wq_poll.wp_receive = receive_polled;
	}
	*np = n;
	return queues;
}

static void
free_queues(struct wire_queue *queues, u_int n)
{
	u_int i;

	for (i = 0; i < n; i++)
		mutex_destroy(&queues[i].wq_rxlock);
	kmem_free(queues, n * sizeof(*queues));
}

static int
start_queue(struct wire_queue *wq, u_int i)
{
	struct wire_softc *sc = wq->wq_sc;
	int error;

	error = kthread_create(PRI_SOFTNET, KTHREAD_MPSAFE |
	    KTHREAD_MUSTJOIN, NULL, wire_rx, wq, &wq->wq_rx,
	    i == 0 ? "%s" : "%s/%u", sc->sc_ec.ec_if.if_xname, i);
	if (error == 0 && sc->sc_nw->nw_poll != NULL)
		wire_poll_add(&wq->wq_poll);
	return error;
}

static void
stop_queue(struct wire_queue *wq)
{
	struct wire_softc *sc = wq->wq_sc;

	if (wq->wq_rx == NULL)
		return;
	if (sc->sc_nw->nw_poll != NULL)
		wire_poll_remove(&wq->wq_poll);
	atomic_store_relaxed(&sc->sc_stop, true);
	(*sc->sc_nw->nw_kick)(wq->wq_wire);
	(void)kthread_join(wq->wq_rx);
	wq->wq_rx = NULL;
}

static void
detach_wire(struct wire_softc *sc)
{
	struct wire_queue *queues = sc->sc_queues;
	const u_int n = sc->sc_nqueues;
	void *wire = sc->sc_wire;
	u_int i;

	KASSERT(IFNET_LOCKED(&sc->sc_ec.ec_if));
	if (wire == NULL)
		return;
	for (i = 0; i < n; i++)
		stop_queue(&queues[i]);
	set_wire(sc, NULL, NULL, 0);
	IFQ_PURGE(&sc->sc_ec.ec_if.if_snd);
	free_queues(queues, n);
	(*sc->sc_nw->nw_close)(wire);
	kmem_strfree(sc->sc_link);
	sc->sc_link = NULL;
	if_link_state_change(&sc->sc_ec.ec_if, LINK_STATE_DOWN);
}

static int
set_capabilities(struct ifnet *ifp, bool offload)
{
	struct ifcapreq caps = {
		.ifcr_capenable = offload ? NET_OFFLOAD_CAPS : 0,
	};

	ifp->if_capabilities = caps.ifcr_capenable;
	return (*ifp->if_ioctl)(ifp, SIOCSIFCAP, &caps);
}

static int
attach_wire(struct wire_softc *sc, const char *link)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct wire_queue *queues;
	u_int i, n;
	bool offload;
	void *wire;
	int error;

	KASSERT(IFNET_LOCKED(ifp));
	if (if_is_deactivated(ifp))
		return ENXIO;
	if (sc->sc_wire != NULL)
		return EBUSY;
	error = (*sc->sc_nw->nw_open)(link,
	    (const uint8_t *)CLLADDR(ifp->if_sadl), &wire, &offload);
	if (error != 0)
		return error;
	if (sc->sc_nw->nw_setpromisc != NULL)
		(*sc->sc_nw->nw_setpromisc)(wire,
		    (ifp->if_flags & IFF_PROMISC) != 0);
	queues = make_queues(sc, wire, &n);
	set_wire(sc, wire, queues, n);
	sc->sc_link = kmem_strdup(link, KM_SLEEP);
	sc->sc_stop = false;
	error = set_capabilities(ifp, offload);
	/* Before a thread may say that the link has ended. */
	if_link_state_change(ifp, LINK_STATE_UP);
	for (i = 0; i < n && error == 0; i++)
		error = start_queue(&queues[i], i);
	if (error != 0)
		detach_wire(sc);
	return error;
}

static int
set_linkstr(struct wire_softc *sc, const struct ifdrv *ifd)
{
	char *link;
	int error;

	if (ifd->ifd_cmd == IFLINKSTR_UNSET) {
		detach_wire(sc);
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	if (ifd->ifd_len == 0 || ifd->ifd_len > MAXPATHLEN)
		return ENAMETOOLONG;
	link = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	error = copyinstr(ifd->ifd_data, link, ifd->ifd_len, NULL);
	if (error == 0)
		error = attach_wire(sc, link);
	kmem_free(link, MAXPATHLEN);
	return error;
}

static int
get_linkstr(struct wire_softc *sc, struct ifdrv *ifd)
{
	size_t len;

	if (sc->sc_link == NULL)
		return ENOENT;
	len = strlen(sc->sc_link) + 1;
	if (ifd->ifd_cmd == IFLINKSTR_QUERYLEN) {
		ifd->ifd_len = len;
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	return copyoutstr(sc->sc_link, ifd->ifd_data, MIN(len, ifd->ifd_len),
	    NULL);
}

/*
 * The interface.
 */
static int
wire_init(struct ifnet *ifp)
{
	struct wire_softc *sc = ifp->if_softc;

	KASSERT(IFNET_LOCKED(ifp));
	if (sc->sc_wire == NULL)
		return ENXIO;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_RUNNING);
	atomic_store_relaxed(&sc->sc_running, true);
	/* Its thread may wait for that; such wires have one queue. */
	if (sc->sc_nw->nw_holds != NULL)
		(*sc->sc_nw->nw_kick)(sc->sc_wire);
	return 0;
}

static void
wire_stop(struct ifnet *ifp, int disable)
{
	struct wire_softc *sc = ifp->if_softc;

	KASSERT(IFNET_LOCKED(ifp));
	atomic_store_relaxed(&sc->sc_running, false);
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
}

static int
wire_ifflags(struct ethercom *ec)
{
	struct wire_softc *sc = (struct wire_softc *)ec;

	if (sc->sc_wire != NULL && sc->sc_nw->nw_setpromisc != NULL)
		(*sc->sc_nw->nw_setpromisc)(sc->sc_wire,
		    (ec->ec_if.if_flags & IFF_PROMISC) != 0);
	return 0;
}

/* It may have another address now, or take something else. */
static void
tell_wire(struct wire_softc *sc)
{
	const struct net_wire *nw = sc->sc_nw;
	const struct ifnet *ifp = &sc->sc_ec.ec_if;

	KASSERT(IFNET_LOCKED(ifp));
	if (sc->sc_wire == NULL)
		return;
	if (nw->nw_setmac != NULL)
		(*nw->nw_setmac)(sc->sc_wire,
		    (const uint8_t *)CLLADDR(ifp->if_sadl));
	if (nw->nw_setplain != NULL)
		(*nw->nw_setplain)(sc->sc_wire,
		    (~ifp->if_csum_flags_rx & CSUM_L4) != 0);
}

/* is_taken() may just have set what follows from what was enabled before. */
static void
settle_capabilities(struct wire_softc *sc)
{

	mutex_enter(&sc->sc_txlock);
	if_capabilities_csum(&sc->sc_ec.ec_if);
	sc->sc_plain = false;
	mutex_exit(&sc->sc_txlock);
}

static int
wire_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct wire_softc *sc = ifp->if_softc;
	const struct ifreq *ifr = data;
	int error;

	switch (cmd) {
	case SIOCSLINKSTR:
		error = set_linkstr(sc, data);
		/* Who asks next sees what he did. */
		if_link_settle(ifp);
		return error;
	case SIOCGLINKSTR:
		return get_linkstr(sc, data);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu < WIRE_MTU_MIN || ifr->ifr_mtu > WIRE_MTU_MAX)
			return EINVAL;
		error = ifioctl_common(ifp, cmd, data);
		break;
	default:
		error = ether_ioctl(ifp, cmd, data);
		if (cmd == SIOCSIFCAP)
			settle_capabilities(sc);
		tell_wire(sc);
		break;
	}
	/* Filters and capabilities need nothing of us. */
	return error == ENETRESET ? 0 : error;
}

/* One's own address: of those that anybody may take. */
static void
make_address(uint8_t lla[ETHER_ADDR_LEN])
{

	(void)cprng_fast(lla, ETHER_ADDR_LEN);
	lla[0] = 0xb2;
	lla[1] = 0xa0;
}

static int
wire_clone_create(struct if_clone *ifc, int unit)
{
	struct wire_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	uint8_t lla[ETHER_ADDR_LEN];

	sc->sc_nw = container_of(ifc, struct net_wire, nw_clone);
	mutex_init(&sc->sc_txlock, MUTEX_DEFAULT, IPL_SOFTNET);
	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_baudrate = IF_Gbps(10);
	ifp->if_init = wire_init;
	ifp->if_stop = wire_stop;
	ifp->if_start = wire_start;
	ifp->if_ioctl = wire_ioctl;
	IFQ_SET_MAXLEN(&ifp->if_snd, WIRE_QLEN);
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU | ETHERCAP_JUMBO_MTU;
	make_address(lla);
	if_initialize(ifp);
	ether_ifattach(ifp, lla);
	ether_set_ifflags_cb(&sc->sc_ec, wire_ifflags);
	if_register(ifp);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	return 0;
}

static int
wire_clone_destroy(struct ifnet *ifp)
{
	struct wire_softc *sc = ifp->if_softc;

	IFNET_LOCK(ifp);
	if_stop(ifp, 1);
	detach_wire(sc);
	/* Nobody gives it another one. */
	if_deactivate(ifp);
	IFNET_UNLOCK(ifp);
	ether_ifdetach(ifp);
	if_detach(ifp);
	mutex_destroy(&sc->sc_txlock);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

void
net_wire_attach(struct net_wire *nw)
{

	KASSERT(nw->nw_clone.ifc_create == NULL);
	nw->nw_clone = (struct if_clone)IF_CLONE_INITIALIZER(nw->nw_name,
	    wire_clone_create, wire_clone_destroy);
	nw->nw_clone.ifc_namelen = strlen(nw->nw_name);
	if_clone_attach(&nw->nw_clone);
}

struct new {
	const char	*n_link;
	bool		n_made;
};

static int
attach_new(struct ifnet *ifp, void *arg)
{
	struct new *n = arg;
	int error = 0;

	n->n_made = true;
	if (n->n_link != NULL) {
		IFNET_LOCK(ifp);
		error = attach_wire(ifp->if_softc, n->n_link);
		IFNET_UNLOCK(ifp);
	}
	return error;
}

/* The first unit that is free; a link may have an EEXIST of its own. */
int
net_wire_create(const struct net_wire *nw, const char *link, int *unitp)
{
	struct new n = { .n_link = link };
	char name[IFNAMSIZ];
	int error, unit = -1;

	do {
		snprintf(name, IFNAMSIZ, "%s%d", nw->nw_name, ++unit);
		error = if_clone_create_with(name, attach_new, &n);
	} while (error == EEXIST && !n.n_made);
	if (error == 0 && unitp != NULL)
		*unitp = unit;
	return error;
}
