/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun(4): interfaces whose packets of IP a program reads and writes.
 *
 * /dev/tun0 is of the interface tun0, which an open makes if there is none; it
 * stays, down, when the device is closed.  Before a packet may be its family
 * (TUNSIFHEAD) or an address (TUNSLMODE).
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_tun.h>
#include <net/if_types.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#define	TUN_MAJOR	40		/* as in NetBSD */
#define	TUN_UNITS	4096
#define	TUN_NODES	4
#define	TUN_QLEN	256
#define	TUN_MTU_MIN	576		/* RFC 791: what all have to take */

/* a: atomic, all but the last changed with IFNET_LOCK; c: constant. */
struct tun_softc {
	struct ifnet	sc_if;			/* first */
	struct net_user	*sc_nu;			/* c */
	bool		sc_ready;		/* a: it has an address */
	bool		sc_head;		/* a: TUNSIFHEAD */
	bool		sc_addr;		/* a: TUNSLMODE */
	int		sc_debug;		/* a: kept for who asks */
};

static int	tun_clone_create(struct if_clone *, int);
static int	tun_clone_destroy(struct ifnet *);
static int	tun_open(int, int, struct lwp *);
static int	tun_write(struct ifnet *, struct uio *);
static int	tun_user_ioctl(struct ifnet *, u_long, void *);
static void	tun_opened(struct ifnet *, bool);

static struct if_clone tun_cloner =
    IF_CLONE_INITIALIZER("tun", tun_clone_create, tun_clone_destroy);

static struct net_userdev tun_userdev = {
	.ud_name = "tun",
	.ud_open = tun_open,
	.ud_write = tun_write,
	.ud_ioctl = tun_user_ioctl,
	.ud_opened = tun_opened,
};

/*
 * The interface.
 */
static bool
is_ready(struct tun_softc *sc)
{

	return atomic_load_relaxed(&sc->sc_ready) &&
	    net_user_isopen(sc->sc_nu) && net_ifflags(&sc->sc_if, IFF_UP) != 0;
}

/* What is before a packet; NULL: no memory, it is freed. */
static struct mbuf *
prepend(struct tun_softc *sc, struct mbuf *m, const struct sockaddr *dst)
{
	const uint32_t af = htonl(dst->sa_family);
	const bool addr = atomic_load_relaxed(&sc->sc_addr);
	const void *head = addr ? (const void *)dst : &af;
	const int len = addr ? dst->sa_len : (int)sizeof(af);

	if (!addr && !atomic_load_relaxed(&sc->sc_head))
		return m;
	M_PREPEND(m, len, M_DONTWAIT);
	if (m != NULL)
		memcpy(mtod(m, void *), head, (size_t)len);
	return m;
}

static int
tun_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	struct tun_softc *sc = ifp->if_softc;

	if (!is_ready(sc)) {
		m_freem(m);
		return EHOSTDOWN;
	}
	if (dst->sa_family != AF_INET && dst->sa_family != AF_INET6) {
		m_freem(m);
		return EAFNOSUPPORT;
	}
	bpf_mtap_af(ifp, dst->sa_family, m, BPF_D_OUT);
	if ((m = prepend(sc, m, dst)) == NULL) {
		if_statinc(ifp, if_oerrors);
		return ENOBUFS;
	}
	return ifq_enqueue(ifp, m);
}

static void
tun_start(struct ifnet *ifp)
{
	struct tun_softc *sc = ifp->if_softc;

	net_user_start(sc->sc_nu);
}

static int
set_mtu(struct ifnet *ifp, u_long cmd, struct ifreq *ifr)
{
	int error;

	if (ifr->ifr_mtu < TUN_MTU_MIN || ifr->ifr_mtu > TUNMTU)
		return EINVAL;
	error = ifioctl_common(ifp, cmd, ifr);
	return error == ENETRESET ? 0 : error;
}

static int
init_address(struct ifnet *ifp, struct ifaddr *ifa)
{
	struct tun_softc *sc = ifp->if_softc;

	if (ifa->ifa_addr->sa_family != AF_INET &&
	    ifa->ifa_addr->sa_family != AF_INET6)
		return EAFNOSUPPORT;
	if ((ifp->if_flags & IFF_POINTOPOINT) != 0)
		ifa->ifa_rtrequest = p2p_rtrequest;
	atomic_store_relaxed(&ifp->if_flags,
	    ifp->if_flags | IFF_UP | IFF_RUNNING);
	atomic_store_relaxed(&sc->sc_ready, true);
	return 0;
}

static int
tun_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	const struct sockaddr *sa;

	switch (cmd) {
	case SIOCINITIFADDR:
		return init_address(ifp, data);
	case SIOCSIFMTU:
		return set_mtu(ifp, cmd, data);
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		/* The other end gets all there is. */
		sa = ifreq_getaddr(cmd, data);
		return sa->sa_family == AF_INET || sa->sa_family == AF_INET6 ?
		    0 : EAFNOSUPPORT;
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

static int
tun_clone_create(struct if_clone *ifc, int unit)
{
	struct tun_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	struct ifnet *ifp = &sc->sc_if;
	int error;

	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_type = IFT_TUNNEL;
	ifp->if_mtu = TUNMTU;
	ifp->if_flags = IFF_POINTOPOINT;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_dlt = DLT_NULL;
	ifp->if_output = tun_output;
	ifp->if_start = tun_start;
	ifp->if_ioctl = tun_ioctl;
	IFQ_SET_MAXLEN(&ifp->if_snd, TUN_QLEN);
	IFQ_SET_READY(&ifp->if_snd);
	error = net_user_attach(&tun_userdev, unit, &sc->sc_nu);
	if (error != 0) {
		kmem_free(sc, sizeof(*sc));
		return error;
	}
	if_initialize(ifp);
	if_alloc_sadl(ifp);
	bpf_attach(ifp, DLT_NULL, sizeof(uint32_t));
	if_register(ifp);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	net_user_ready(sc->sc_nu, ifp);
	return 0;
}

static int
tun_clone_destroy(struct ifnet *ifp)
{
	struct tun_softc *sc = ifp->if_softc;

	IFNET_LOCK(ifp);
	if_deactivate(ifp);
	IFNET_UNLOCK(ifp);
	net_user_detach(sc->sc_nu);
	bpf_detach(ifp);
	if_detach(ifp);
	net_user_release(sc->sc_nu);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

/*
 * What a program does.
 */

/* Closed, nobody is at the other end: down, and it was its program's. */
static void
tun_opened(struct ifnet *ifp, bool opened)
{
	struct tun_softc *sc = ifp->if_softc;

	if_link_state_change(ifp, opened ? LINK_STATE_UP : LINK_STATE_DOWN);
	if (opened)
		return;
	if_down(ifp);
	IFNET_LOCK(ifp);
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
	atomic_store_relaxed(&sc->sc_head, false);
	atomic_store_relaxed(&sc->sc_addr, false);
	IFNET_UNLOCK(ifp);
}

/* The family that is before a packet, or that of IPv4. */
static int
read_family(struct tun_softc *sc, struct uio *uio, int *family)
{
	struct sockaddr sa;
	uint32_t af;
	int error;

	*family = AF_INET;
	if (atomic_load_relaxed(&sc->sc_addr)) {
		if (uio->uio_resid < sizeof(sa))
			return EINVAL;
		error = uiomove(&sa, sizeof(sa), uio);
		*family = sa.sa_family;
		return error;
	}
	if (!atomic_load_relaxed(&sc->sc_head))
		return 0;
	if (uio->uio_resid < sizeof(af))
		return EINVAL;
	error = uiomove(&af, sizeof(af), uio);
	af = ntohl(af);
	*family = af < AF_MAX ? (int)af : AF_UNSPEC;
	return error;
}

static int
tun_write(struct ifnet *ifp, struct uio *uio)
{
	struct tun_softc *sc = ifp->if_softc;
	struct mbuf *m;
	int error, family, len;

	if ((error = read_family(sc, uio, &family)) != 0)
		return error;
	if (family != AF_INET && family != AF_INET6)
		return EAFNOSUPPORT;
	if (uio->uio_resid == 0)
		return EINVAL;
	if ((error = net_user_packet(uio, TUNMTU, &m)) != 0)
		return error;
	len = m->m_pkthdr.len;
	m_set_rcvif(m, ifp);
	bpf_mtap_af(ifp, (uint32_t)family, m, BPF_D_IN);
	if (!net_input_family(ifp, m, family)) {
		m_freem(m);
		return EAFNOSUPPORT;
	}
	if_statadd2(ifp, if_ipackets, 1, if_ibytes, (uint64_t)len);
	return 0;
}

/* What it is has to be said before it is up. */
static int
set_mode(struct ifnet *ifp, int mode)
{
	const int kinds = IFF_POINTOPOINT | IFF_BROADCAST;
	int error = 0;

	if ((mode & kinds) == 0 || (mode & kinds) == kinds ||
	    (mode & ~(kinds | IFF_MULTICAST)) != 0)
		return EINVAL;
	IFNET_LOCK(ifp);
	if ((ifp->if_flags & IFF_UP) != 0)
		error = EBUSY;
	else
		atomic_store_relaxed(&ifp->if_flags, (ifp->if_flags &
		    ~(kinds | IFF_MULTICAST)) | mode);
	IFNET_UNLOCK(ifp);
	return error;
}

/* The one puts the other off. */
static void
set_before(struct tun_softc *sc, bool on, bool *one, bool *other)
{

	IFNET_LOCK(&sc->sc_if);
	atomic_store_relaxed(one, on);
	if (on)
		atomic_store_relaxed(other, false);
	IFNET_UNLOCK(&sc->sc_if);
}

static int
tun_user_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct tun_softc *sc = ifp->if_softc;
	int *val = data;

	switch (cmd) {
	case TUNSDEBUG:
		atomic_store_relaxed(&sc->sc_debug, *val);
		return 0;
	case TUNGDEBUG:
		*val = atomic_load_relaxed(&sc->sc_debug);
		return 0;
	case TUNSIFMODE:
		return set_mode(ifp, *val);
	case TUNSLMODE:
		set_before(sc, *val != 0, &sc->sc_addr, &sc->sc_head);
		return 0;
	case TUNSIFHEAD:
		set_before(sc, *val != 0, &sc->sc_head, &sc->sc_addr);
		return 0;
	case TUNGIFHEAD:
		*val = atomic_load_relaxed(&sc->sc_head);
		return 0;
	default:
		return ENOTTY;
	}
}

static int
tun_open(int unit, int flag, struct lwp *l)
{
	char name[IFNAMSIZ];
	int error;

	error = kauth_authorize_network(l->l_cred,
	    KAUTH_NETWORK_INTERFACE_TUN, KAUTH_REQ_NETWORK_INTERFACE_TUN_ADD,
	    NULL, NULL, NULL);
	if (error != 0)
		return error;
	if (unit < 0 || unit >= TUN_UNITS)
		return ENXIO;
	if ((error = net_user_open(&tun_userdev, unit, NULL)) != ENXIO)
		return error;
	snprintf(name, sizeof(name), "%s%d", tun_userdev.ud_name, unit);
	error = if_clone_create(name);
	/* Somebody may have been faster. */
	if (error != 0 && error != EEXIST)
		return error;
	return net_user_open(&tun_userdev, unit, NULL);
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	net_userdev_init(&tun_userdev);
	if_clone_attach(&tun_cloner);
}

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{

	net_userdev_attach(&tun_userdev, TUN_MAJOR, TUN_NODES);
}
