/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet interfaces whose wire is something of the host's, net_wire in
 * <rump-sys/net.h>: what shmif(4) and virt(4) have in common.  ifconfig's
 * linkstr, or net_wire_create(), tells which wire.
 *
 * Frames are sent by who has them, and received by a thread of the interface,
 * which also sends those that the wire had no room for.
 */

#include <sys/param.h>
#include <sys/atomic.h>
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

#include <rump-sys/net.h>

#define	WIRE_MTU_MIN	68
#define	WIRE_MTU_MAX	65535
#define	WIRE_BATCH	64	/* frames in before what they made runs */
#define	WIRE_QLEN	1024

/*
 * c: constant; i: the interface's lock; t: sc_txlock; b: changed with both,
 * while there is no sc_rx; a: atomic.
 */
struct wire_softc {
	struct ethercom	sc_ec;		/* first: it is the ifnet */
	const struct net_wire *sc_nw;	/* c */
	kmutex_t	sc_txlock;
	void		*sc_wire;	/* b: NULL: no linkstr */
	char		*sc_link;	/* i: of sc_wire */
	lwp_t		*sc_rx;		/* i */
	bool		sc_full;	/* t: sc_rx starts sending again */
	bool		sc_stop;	/* a: sc_rx shall end */
	bool		sc_running;	/* a: IFF_RUNNING */
};

static int	wire_clone_create(struct if_clone *, int);
static int	wire_clone_destroy(struct ifnet *);

/*
 * Out.
 */
static void
start_locked(struct wire_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct mbuf *m;
	int error;

	KASSERT(mutex_owned(&sc->sc_txlock));
	for (;;) {
		IFQ_POLL(&ifp->if_snd, m);
		if (m == NULL)
			return;
		error = sc->sc_wire == NULL ? ENETDOWN :
		    (*sc->sc_nw->nw_send)(sc->sc_wire, m);
		if (error == EAGAIN) {
			sc->sc_full = true;
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
	if (!sc->sc_full) {
		start_locked(sc);
		/* It has to wait for room now. */
		if (sc->sc_full)
			(*sc->sc_nw->nw_kick)(sc->sc_wire);
	}
	mutex_exit(&sc->sc_txlock);
}

/* True: there is still no room. */
static bool
restart(struct wire_softc *sc)
{
	bool full;

	mutex_enter(&sc->sc_txlock);
	if (sc->sc_full) {
		sc->sc_full = false;
		start_locked(sc);
	}
	full = sc->sc_full;
	mutex_exit(&sc->sc_txlock);
	return full;
}

/*
 * In.
 */

/* EAGAIN: there is none now; ENETDOWN: there never will be. */
static int
receive_one(struct wire_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct mbuf *m;
	int error;

	error = (*sc->sc_nw->nw_recv)(sc->sc_wire, &m);
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

static void
wire_rx(void *arg)
{
	struct wire_softc *sc = arg;
	bool in = true, full;
	int n, error;

	while (!atomic_load_relaxed(&sc->sc_stop)) {
		error = in ? 0 : ENETDOWN;
		for (n = 0; n < WIRE_BATCH && error == 0; n++)
			error = receive_one(sc);
		if (in && error == ENETDOWN) {
			in = false;
			if_link_state_change(&sc->sc_ec.ec_if,
			    LINK_STATE_DOWN);
		}
		full = restart(sc);
		/* Without a CPU: soft interrupts run.  Returns at once if
		 * there is more. */
		(*sc->sc_nw->nw_wait)(sc->sc_wire, in, full);
	}
	kthread_exit(0);
}

/*
 * The wire.
 */
static void
set_wire(struct wire_softc *sc, void *wire)
{

	mutex_enter(&sc->sc_txlock);
	sc->sc_wire = wire;
	sc->sc_full = false;
	mutex_exit(&sc->sc_txlock);
}

static void
detach_wire(struct wire_softc *sc)
{
	void *wire = sc->sc_wire;

	if (wire == NULL)
		return;
	if (sc->sc_rx != NULL) {
		atomic_store_relaxed(&sc->sc_stop, true);
		(*sc->sc_nw->nw_kick)(wire);
		(void)kthread_join(sc->sc_rx);
		sc->sc_rx = NULL;
	}
	set_wire(sc, NULL);
	IFQ_PURGE(&sc->sc_ec.ec_if.if_snd);
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
	bool offload;
	void *wire;
	int error;

	if (sc->sc_wire != NULL)
		return EBUSY;
	error = (*sc->sc_nw->nw_open)(link,
	    (const uint8_t *)CLLADDR(ifp->if_sadl), &wire, &offload);
	if (error != 0)
		return error;
	if (sc->sc_nw->nw_setpromisc != NULL)
		(*sc->sc_nw->nw_setpromisc)(wire,
		    (ifp->if_flags & IFF_PROMISC) != 0);
	set_wire(sc, wire);
	sc->sc_link = kmem_strdup(link, KM_SLEEP);
	sc->sc_stop = false;
	error = set_capabilities(ifp, offload);
	/* Before sc_rx may say that the link has ended. */
	if_link_state_change(ifp, LINK_STATE_UP);
	if (error == 0)
		error = kthread_create(PRI_SOFTNET, KTHREAD_MPSAFE |
		    KTHREAD_MUSTJOIN, NULL, wire_rx, sc, &sc->sc_rx, "%s",
		    ifp->if_xname);
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

	if (sc->sc_wire == NULL)
		return ENXIO;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_RUNNING);
	atomic_store_relaxed(&sc->sc_running, true);
	return 0;
}

static void
wire_stop(struct ifnet *ifp, int disable)
{
	struct wire_softc *sc = ifp->if_softc;

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

static int
wire_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct wire_softc *sc = ifp->if_softc;
	const struct ifreq *ifr = data;
	int error;

	switch (cmd) {
	case SIOCSLINKSTR:
		return set_linkstr(sc, data);
	case SIOCGLINKSTR:
		return get_linkstr(sc, data);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu < WIRE_MTU_MIN || ifr->ifr_mtu > WIRE_MTU_MAX)
			return EINVAL;
		error = ifioctl_common(ifp, cmd, data);
		break;
	default:
		error = ether_ioctl(ifp, cmd, data);
		/* It may have another address now. */
		if (sc->sc_wire != NULL && sc->sc_nw->nw_setmac != NULL)
			(*sc->sc_nw->nw_setmac)(sc->sc_wire,
			    (const uint8_t *)CLLADDR(ifp->if_sadl));
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

/* The first unit that is free. */
static int
create_any(const struct net_wire *nw, char name[IFNAMSIZ], int *unit)
{
	int error;

	for (*unit = 0;; ++*unit) {
		snprintf(name, IFNAMSIZ, "%s%d", nw->nw_name, *unit);
		error = if_clone_create(name);
		if (error != EEXIST)
			return error;
	}
}

int
net_wire_create(const struct net_wire *nw, const char *link, int *unitp)
{
	char name[IFNAMSIZ];
	struct ifnet *ifp;
	int error, unit;

	if ((error = create_any(nw, name, &unit)) != 0)
		return error;
	if (link != NULL) {
		ifp = ifunit(name);
		KASSERT(ifp != NULL);
		IFNET_LOCK(ifp);
		error = attach_wire(ifp->if_softc, link);
		IFNET_UNLOCK(ifp);
	}
	if (error != 0)
		(void)if_clone_destroy(name);
	else if (unitp != NULL)
		*unitp = unit;
	return error;
}
