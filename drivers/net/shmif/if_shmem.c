/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmif(4): Ethernet interfaces on a bus that is a file in memory, shared by
 * any number of kernels of one machine.  ifconfig's linkstr, or
 * rump_pub_shmif_create(), tells which file.
 *
 * Frames are written to the bus by who sends them and read by a thread of the
 * interface.  A checksum that was left to the hardware stays undone, and TCP's
 * large segments whole, as nothing on a bus can damage or cut them: who sends
 * them on to another wire sees in the packet what is still to be done.
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

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "shmif_host.h"

#define	SHMIF_NAME	"shmif"
#define	SHMIF_MTU_MIN	68
#define	SHMIF_MTU_MAX	65535
#define	SHMIF_BATCH	64	/* frames in before what they made runs */
#define	SHMIF_QLEN	1024

#define	SHMIF_CSUM_L4	(M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_TCPv6 |	\
			    M_CSUM_UDPv6)
#define	SHMIF_TSO	(M_CSUM_TSOv4 | M_CSUM_TSOv6)
#define	SHMIF_CAPS	(IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Tx |	\
	IFCAP_CSUM_UDPv4_Tx | IFCAP_CSUM_TCPv6_Tx | IFCAP_CSUM_UDPv6_Tx | \
	IFCAP_CSUM_TCPv4_Rx | IFCAP_CSUM_UDPv4_Rx | IFCAP_CSUM_TCPv6_Rx | \
	IFCAP_CSUM_UDPv6_Rx | IFCAP_TSOv4 | IFCAP_TSOv6)

/*
 * c: constant; i: the interface's lock; t: sc_txlock; b: constant while there
 * is sc_rx, and changed with the interface's lock and sc_txlock.
 */
struct shmif_softc {
	struct ethercom	sc_ec;		/* first: it is the ifnet */
	kmutex_t	sc_txlock;
	struct shmif_bus *sc_bus;	/* b: NULL: no linkstr */
	char		*sc_path;	/* i: of sc_bus */
	lwp_t		*sc_rx;		/* i */
	bool		sc_full;	/* t: sc_rx starts sending again */
	volatile bool	sc_stop;	/* i: read by sc_rx, as is the next */
	volatile bool	sc_running;	/* i: IFF_RUNNING */
};

static int	shmif_clone_create(struct if_clone *, int);
static int	shmif_clone_destroy(struct ifnet *);

static struct if_clone shmif_cloner =
    IF_CLONE_INITIALIZER(SHMIF_NAME, shmif_clone_create, shmif_clone_destroy);

/*
 * Out.
 */

/* The header's checksum, which the bus has no field for. */
static void
fill_ip_checksum(uint8_t *frame, size_t len)
{
	uint8_t *ip = frame + ETHER_HDR_LEN;
	const size_t hlen = len > ETHER_HDR_LEN ? (ip[0] & 0x0f) * 4 : 0;
	uint32_t sum = 0;
	size_t i;

	if (hlen < 20 || ETHER_HDR_LEN + hlen > len)
		return;
	ip[10] = ip[11] = 0;
	for (i = 0; i < hlen; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	ip[10] = (uint8_t)(~sum >> 8);
	ip[11] = (uint8_t)~sum;
}

static void
describe(const struct mbuf *m, struct shmif_frame *meta)
{
	const int flags = m->m_pkthdr.csum_flags;

	memset(meta, 0, sizeof(*meta));
	if ((flags & (SHMIF_CSUM_L4 | SHMIF_TSO)) == 0)
		return;
	meta->sf_flags = SHMIF_FRAME_CSUM;
	meta->sf_csumstart = (uint16_t)(ETHER_HDR_LEN +
	    M_CSUM_DATA_IPv4_IPHL(m->m_pkthdr.csum_data));
	meta->sf_csumoff = M_CSUM_DATA_IPv4_OFFSET(m->m_pkthdr.csum_data);
	if ((flags & (M_CSUM_UDPv4 | M_CSUM_UDPv6)) != 0)
		meta->sf_flags |= SHMIF_FRAME_UDP;
	if ((flags & (M_CSUM_TCPv6 | M_CSUM_UDPv6 | M_CSUM_TSOv6)) != 0)
		meta->sf_flags |= SHMIF_FRAME_IP6;
	if ((flags & SHMIF_TSO) != 0) {
		meta->sf_flags |= (flags & M_CSUM_TSOv4) != 0 ?
		    SHMIF_FRAME_GSO4 : SHMIF_FRAME_GSO6;
		meta->sf_gso = (uint16_t)m->m_pkthdr.segsz;
	}
}

static int
send_one(struct shmif_softc *sc, struct mbuf *m)
{
	const uint32_t len = (uint32_t)m->m_pkthdr.len;
	struct shmif_frame meta;
	void *data;
	int error;

	error = rumpcomp_shmif_begin(sc->sc_bus, len, &data);
	if (error != 0)
		return error;
	m_copydata(m, 0, (int)len, data);
	if ((m->m_pkthdr.csum_flags & (M_CSUM_IPv4 | M_CSUM_TSOv4)) != 0)
		fill_ip_checksum(data, len);
	describe(m, &meta);
	rumpcomp_shmif_commit(sc->sc_bus, &meta);
	return 0;
}

static void
start_locked(struct shmif_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct mbuf *m;
	int error;

	KASSERT(mutex_owned(&sc->sc_txlock));
	for (;;) {
		IFQ_POLL(&ifp->if_snd, m);
		if (m == NULL)
			return;
		error = sc->sc_bus == NULL ? ENETDOWN : send_one(sc, m);
		if (error == EAGAIN) {
			sc->sc_full = true;
			rumpcomp_shmif_kick(sc->sc_bus);
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
shmif_start(struct ifnet *ifp)
{
	struct shmif_softc *sc = ifp->if_softc;

	mutex_enter(&sc->sc_txlock);
	if (!sc->sc_full)
		start_locked(sc);
	mutex_exit(&sc->sc_txlock);
}

static void
restart(struct shmif_softc *sc)
{

	mutex_enter(&sc->sc_txlock);
	if (sc->sc_full) {
		sc->sc_full = false;
		start_locked(sc);
	}
	mutex_exit(&sc->sc_txlock);
}

/*
 * In.
 */

/* What is left undone in a frame; false: that makes no sense. */
static bool
undone(struct mbuf *m, const struct shmif_frame *meta)
{
	const bool udp = (meta->sf_flags & SHMIF_FRAME_UDP) != 0;
	const bool ip6 = (meta->sf_flags & SHMIF_FRAME_IP6) != 0;
	const bool gso = (meta->sf_flags & (SHMIF_FRAME_GSO4 |
	    SHMIF_FRAME_GSO6)) != 0;

	if ((meta->sf_flags & SHMIF_FRAME_CSUM) == 0)
		return !gso;
	if (meta->sf_csumstart < ETHER_HDR_LEN ||
	    meta->sf_csumstart + meta->sf_csumoff + 2u > meta->sf_len)
		return false;
	m->m_pkthdr.csum_flags = M_CSUM_BLANK | (udp ?
	    (ip6 ? M_CSUM_UDPv6 : M_CSUM_UDPv4) :
	    (ip6 ? M_CSUM_TCPv6 : M_CSUM_TCPv4));
	m->m_pkthdr.csum_data = (uint32_t)(meta->sf_csumstart -
	    ETHER_HDR_LEN) << 16 | meta->sf_csumoff;
	if (gso) {
		if (udp || meta->sf_gso == 0)
			return false;
		m->m_pkthdr.csum_flags |= ip6 ? M_CSUM_TSOv6 : M_CSUM_TSOv4;
		m->m_pkthdr.segsz = meta->sf_gso;
	}
	return true;
}

/* A packet of len bytes from data, the header of IP aligned. */
static struct mbuf *
frame_mbuf(const uint8_t *data, size_t len)
{
	struct mbuf *m, *n, **link = &m;
	size_t off = 0, part;

	do {
		n = off == 0 ? m_gethdr(M_DONTWAIT, MT_DATA) :
		    m_get(M_DONTWAIT, MT_DATA);
		if (n == NULL)
			goto fail;
		*link = n;
		link = &n->m_next;
		if (len - off > MHLEN - ETHER_ALIGN) {
			m_clget(n, M_DONTWAIT);
			if ((n->m_flags & M_EXT) == 0)
				goto fail;
		}
		n->m_len = 0;
		part = M_TRAILINGSPACE(n);
		if (off == 0) {
			n->m_data += ETHER_ALIGN;
			part -= ETHER_ALIGN;
		}
		part = MIN(part, len - off);
		memcpy(mtod(n, void *), data + off, part);
		n->m_len = (int)part;
		off += part;
	} while (off < len);
	m->m_pkthdr.len = (int)len;
	return m;
fail:
	*link = NULL;
	if (off != 0)
		m_freem(m);
	else if (n != NULL)
		m_freem(n);
	return NULL;
}

/* The next frame; false: there is none. */
static bool
receive_one(struct shmif_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct shmif_frame meta;
	const void *data;
	struct mbuf *m;

	if ((data = rumpcomp_shmif_next(sc->sc_bus, &meta)) == NULL)
		return false;
	if (!atomic_load_relaxed(&sc->sc_running)) {
		(void)rumpcomp_shmif_done(sc->sc_bus);
		return true;
	}
	m = frame_mbuf(data, meta.sf_len);
	if (!rumpcomp_shmif_done(sc->sc_bus) || m == NULL ||
	    !undone(m, &meta)) {
		if_statinc(ifp, if_ierrors);
		m_freem(m);
		return true;
	}
	m_set_rcvif(m, ifp);
	if_input(ifp, m);
	return true;
}

static void
shmif_rx(void *arg)
{
	struct shmif_softc *sc = arg;
	int n;

	while (!atomic_load_relaxed(&sc->sc_stop)) {
		for (n = 0; n < SHMIF_BATCH && receive_one(sc); n++)
			continue;
		restart(sc);
		/* Without a CPU: soft interrupts run.  Returns at once if
		 * there is more. */
		rumpcomp_shmif_wait(sc->sc_bus);
	}
	kthread_exit(0);
}

/*
 * The bus.
 */
static void
detach_bus(struct shmif_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct shmif_bus *b = sc->sc_bus;

	if (b == NULL)
		return;
	atomic_store_relaxed(&sc->sc_stop, true);
	rumpcomp_shmif_kick(b);
	(void)kthread_join(sc->sc_rx);
	sc->sc_rx = NULL;
	mutex_enter(&sc->sc_txlock);
	sc->sc_bus = NULL;
	sc->sc_full = false;
	mutex_exit(&sc->sc_txlock);
	IFQ_PURGE(&ifp->if_snd);
	rumpcomp_shmif_close(b);
	kmem_strfree(sc->sc_path);
	sc->sc_path = NULL;
	if_link_state_change(ifp, LINK_STATE_DOWN);
}

static int
attach_bus(struct shmif_softc *sc, const char *path)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct shmif_bus *b;
	int error;

	if (sc->sc_bus != NULL)
		return EBUSY;
	error = rumpcomp_shmif_open(path,
	    (const uint8_t *)CLLADDR(ifp->if_sadl), &b);
	if (error != 0)
		return error;
	rumpcomp_shmif_setpromisc(b, (ifp->if_flags & IFF_PROMISC) != 0);
	mutex_enter(&sc->sc_txlock);
	sc->sc_bus = b;
	mutex_exit(&sc->sc_txlock);
	sc->sc_path = kmem_strdup(path, KM_SLEEP);
	sc->sc_stop = false;
	error = kthread_create(PRI_SOFTNET, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, shmif_rx, sc, &sc->sc_rx, "%s", ifp->if_xname);
	if (error != 0) {
		mutex_enter(&sc->sc_txlock);
		sc->sc_bus = NULL;
		mutex_exit(&sc->sc_txlock);
		rumpcomp_shmif_close(b);
		kmem_strfree(sc->sc_path);
		sc->sc_path = NULL;
		return error;
	}
	if_link_state_change(ifp, LINK_STATE_UP);
	return 0;
}

static int
set_linkstr(struct shmif_softc *sc, const struct ifdrv *ifd)
{
	char *path;
	int error;

	if (ifd->ifd_cmd == IFLINKSTR_UNSET) {
		detach_bus(sc);
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	if (ifd->ifd_len == 0 || ifd->ifd_len > MAXPATHLEN)
		return ENAMETOOLONG;
	path = kmem_alloc(MAXPATHLEN, KM_SLEEP);
	error = copyinstr(ifd->ifd_data, path, ifd->ifd_len, NULL);
	if (error == 0)
		error = attach_bus(sc, path);
	kmem_free(path, MAXPATHLEN);
	return error;
}

static int
get_linkstr(struct shmif_softc *sc, struct ifdrv *ifd)
{
	size_t len;

	if (sc->sc_path == NULL)
		return ENOENT;
	len = strlen(sc->sc_path) + 1;
	if (ifd->ifd_cmd == IFLINKSTR_QUERYLEN) {
		ifd->ifd_len = len;
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	return copyoutstr(sc->sc_path, ifd->ifd_data, MIN(len, ifd->ifd_len),
	    NULL);
}

/*
 * The interface.
 */
static int
shmif_init(struct ifnet *ifp)
{
	struct shmif_softc *sc = ifp->if_softc;

	if (sc->sc_bus == NULL)
		return ENXIO;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_RUNNING);
	atomic_store_relaxed(&sc->sc_running, true);
	return 0;
}

static void
shmif_stop(struct ifnet *ifp, int disable)
{
	struct shmif_softc *sc = ifp->if_softc;

	atomic_store_relaxed(&sc->sc_running, false);
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
}

static int
shmif_ifflags(struct ethercom *ec)
{
	struct shmif_softc *sc = (struct shmif_softc *)ec;

	if (sc->sc_bus != NULL)
		rumpcomp_shmif_setpromisc(sc->sc_bus,
		    (ec->ec_if.if_flags & IFF_PROMISC) != 0);
	return 0;
}

static int
shmif_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct shmif_softc *sc = ifp->if_softc;
	const struct ifreq *ifr = data;
	int error;

	switch (cmd) {
	case SIOCSLINKSTR:
		return set_linkstr(sc, data);
	case SIOCGLINKSTR:
		return get_linkstr(sc, data);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu < SHMIF_MTU_MIN ||
		    ifr->ifr_mtu > SHMIF_MTU_MAX)
			return EINVAL;
		error = ifioctl_common(ifp, cmd, data);
		break;
	default:
		error = ether_ioctl(ifp, cmd, data);
		/* It may have another address now. */
		if (sc->sc_bus != NULL)
			rumpcomp_shmif_setmac(sc->sc_bus,
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
shmif_clone_create(struct if_clone *ifc, int unit)
{
	struct ifcapreq caps = { .ifcr_capenable = SHMIF_CAPS };
	struct shmif_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	uint8_t lla[ETHER_ADDR_LEN];
	int error;

	mutex_init(&sc->sc_txlock, MUTEX_DEFAULT, IPL_SOFTNET);
	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_baudrate = IF_Gbps(10);
	ifp->if_init = shmif_init;
	ifp->if_stop = shmif_stop;
	ifp->if_start = shmif_start;
	ifp->if_ioctl = shmif_ioctl;
	ifp->if_capabilities = SHMIF_CAPS;
	IFQ_SET_MAXLEN(&ifp->if_snd, SHMIF_QLEN);
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU | ETHERCAP_JUMBO_MTU;
	make_address(lla);
	if_initialize(ifp);
	ether_ifattach(ifp, lla);
	ether_set_ifflags_cb(&sc->sc_ec, shmif_ifflags);
	if_register(ifp);
	IFNET_LOCK(ifp);
	error = shmif_ioctl(ifp, SIOCSIFCAP, &caps);
	KASSERTMSG(error == 0, "%s: %d", ifp->if_xname, error);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	IFNET_UNLOCK(ifp);
	return 0;
}

static int
shmif_clone_destroy(struct ifnet *ifp)
{
	struct shmif_softc *sc = ifp->if_softc;

	IFNET_LOCK(ifp);
	if_stop(ifp, 1);
	detach_bus(sc);
	IFNET_UNLOCK(ifp);
	ether_ifdetach(ifp);
	if_detach(ifp);
	mutex_destroy(&sc->sc_txlock);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

/* The first unit that is free. */
static int
create_any(int *unit)
{
	char name[IFNAMSIZ];
	int error;

	for (*unit = 0;; ++*unit) {
		snprintf(name, sizeof(name), SHMIF_NAME "%d", *unit);
		error = if_clone_create(name);
		if (error != EEXIST)
			return error;
	}
}

int
rump_shmif_create(const char *path, int *unitp)
{
	char name[IFNAMSIZ];
	struct ifnet *ifp;
	int error, unit;

	if ((error = create_any(&unit)) != 0)
		return error;
	snprintf(name, sizeof(name), SHMIF_NAME "%d", unit);
	if (path != NULL) {
		ifp = ifunit(name);
		KASSERT(ifp != NULL);
		IFNET_LOCK(ifp);
		error = attach_bus(ifp->if_softc, path);
		IFNET_UNLOCK(ifp);
	}
	if (error != 0)
		(void)if_clone_destroy(name);
	else if (unitp != NULL)
		*unitp = unit;
	return error;
}

int
rump_pub_shmif_create(const char *path, int *unitp)
{
	int error;

	rump_schedule();
	error = rump_shmif_create(path, unitp);
	rump_unschedule();
	return error;
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	if_clone_attach(&shmif_cloner);
}
