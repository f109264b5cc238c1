/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vlan(4): an Ethernet interface whose frames travel with a tag of 802.1Q on
 * another one, its parent.  Several may lie on one another.
 */
#include "vlan_private.h"

#include <sys/ioctl.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/module_hook.h>

#include <net/bpf.h>
#include <net/if_dl.h>
#include <net/if_types.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

static int	vlan_clone_create(struct if_clone *, int);
static int	vlan_clone_destroy(struct ifnet *);

static struct if_clone vlan_cloner =
    IF_CLONE_INITIALIZER("vlan", vlan_clone_create, vlan_clone_destroy);

/*
 * Out.
 */

/* So long that it is a frame without its tag, too. */
static struct mbuf *
pad(struct mbuf *m)
{
	static const uint8_t zeros[ETHERMIN];
	const int want = ETHER_MIN_LEN - ETHER_CRC_LEN;
	const int len = m->m_pkthdr.len;

	if (len >= want)
		return m;
	m_copyback(m, len, want - len, zeros);
	if (m->m_pkthdr.len == want)
		return m;
	m_freem(m);
	return NULL;
}

static int
tag_frame(struct mbuf **mp, const struct vlan_link *vl)
{

	if (vlan_is_hwtag_enabled(vl->vl_parent) && !vlan_has_tag(*mp)) {
		vlan_set_tag(*mp, vl->vl_tag);
		return 0;
	}
	if ((*mp = pad(*mp)) == NULL)
		return ENOBUFS;
	return ether_inject_vlantag(mp, ETHERTYPE_VLAN, vl->vl_tag);
}

static int
transmit(struct ifnet *ifp, const struct vlan_link *vl, struct mbuf *m)
{
	struct ifnet *p = vl->vl_parent;
	const bool mcast = (m->m_flags & M_MCAST) != 0;
	const int len = m->m_pkthdr.len;
	int error;

	if (net_ifflags(p, IFF_UP | IFF_RUNNING) != (IFF_UP | IFF_RUNNING)) {
		m_freem(m);
		return ENETDOWN;
	}
	bpf_mtap(ifp, m, BPF_D_OUT);
	if ((error = tag_frame(&m, vl)) != 0 ||
	    (error = if_transmit_lock(p, m)) != 0) {
		if_statinc(ifp, if_oerrors);
		return error;
	}
	if_statinc(ifp, if_opackets);
	if_statadd(ifp, if_obytes, len);
	if (mcast)
		if_statinc(ifp, if_omcasts);
	return 0;
}

static int
vlan_transmit(struct ifnet *ifp, struct mbuf *m)
{
	const int bound = curlwp_bind();
	struct vlan_link *vl;
	struct psref psref;
	int error;

	vl = vlan_link_get(ifp->if_softc, &psref);
	if (vl == NULL) {
		m_freem(m);
		error = ENETDOWN;
	} else {
		error = transmit(ifp, vl, m);
		vlan_link_put(vl, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

/*
 * In: a frame whose tag is beside it.  It is somebody's here, or comes back.
 */
struct mbuf *
vlan_input(struct ifnet *parent, struct mbuf *m)
{
	const int bound = curlwp_bind();
	struct vlan_link *vl;
	struct psref psref;
	struct ifnet *ifp;

	KASSERT(vlan_has_tag(m));
	vl = vlan_link_find(parent, EVL_VLANOFTAG(vlan_get_tag(m)), &psref);
	if (vl == NULL) {
		curlwp_bindx(bound);
		return m;
	}
	ifp = &vl->vl_sc->sc_ec.ec_if;
	m->m_flags &= ~(M_VLANTAG | M_PROMISC | M_BCAST | M_MCAST);
	if (net_ifflags(ifp, IFF_UP | IFF_RUNNING) == (IFF_UP | IFF_RUNNING)) {
		m_set_rcvif(m, ifp);
		if_input(ifp, m);
	} else {
		if_statinc(ifp, if_iqdrops);
		m_freem(m);
	}
	vlan_link_put(vl, &psref);
	curlwp_bindx(bound);
	return NULL;
}

/*
 * Requests.
 */
static int
set_vlan(struct vlan_softc *sc, const struct ifreq *ifr)
{
	struct vlanreq vlr;
	int error;

	if ((error = copyin(ifr->ifr_data, &vlr, sizeof(vlr))) != 0)
		return error;
	if (vlr.vlr_parent[0] == '\0') {
		vlan_link_end(sc);
		return 0;
	}
	if (strnlen(vlr.vlr_parent, IFNAMSIZ) == IFNAMSIZ)
		return ENOENT;
	return vlan_link_make(sc, vlr.vlr_parent, vlr.vlr_tag);
}

static int
get_vlan(const struct vlan_softc *sc, const struct ifreq *ifr)
{
	const struct vlan_link *vl = sc->sc_link;
	struct vlanreq vlr;

	memset(&vlr, 0, sizeof(vlr));
	if (vl != NULL) {
		strlcpy(vlr.vlr_parent, vl->vl_parent->if_xname, IFNAMSIZ);
		vlr.vlr_tag = vl->vl_tag;
	}
	return copyout(&vlr, ifr->ifr_data, sizeof(vlr));
}

/* As much as the parent carries. */
static int
set_mtu(struct vlan_softc *sc, u_long cmd, struct ifreq *ifr)
{
	const struct vlan_link *vl = sc->sc_link;
	int error;

	if (vl == NULL || ifr->ifr_mtu < ETHERMIN - vl->vl_overhead ||
	    (uint64_t)ifr->ifr_mtu >
	    atomic_load_relaxed(&vl->vl_parent->if_mtu) - vl->vl_overhead)
		return EINVAL;
	error = ifioctl_common(&sc->sc_ec.ec_if, cmd, ifr);
	return error == ENETRESET ? 0 : error;
}

static int
vlan_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct vlan_softc *sc = ifp->if_softc;
	int error;

	switch (cmd) {
	case SIOCSETVLAN:
		return set_vlan(sc, data);
	case SIOCGETVLAN:
		return get_vlan(sc, data);
	case SIOCSIFMTU:
		return set_mtu(sc, cmd, data);
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return vlan_multi_change(sc, cmd, ifreq_getaddr(cmd, data));
	case SIOCSIFFLAGS:
		error = ether_ioctl(ifp, cmd, data);
		if (error == 0 || error == ENETRESET)
			vlan_promisc(sc);
		break;
	default:
		error = ether_ioctl(ifp, cmd, data);
		break;
	}
	return error == ENETRESET ? 0 : error;
}

/* Without a parent it may be up already, and runs when there is one. */
static int
vlan_init(struct ifnet *ifp)
{
	const struct vlan_softc *sc = ifp->if_softc;

	if (sc->sc_link != NULL)
		atomic_store_relaxed(&ifp->if_flags,
		    ifp->if_flags | IFF_RUNNING);
	return 0;
}

static void
vlan_stop(struct ifnet *ifp, int disable)
{

	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
}

/*
 * Life.
 */
bool
vlan_is_vlan(const struct ifnet *ifp)
{

	return atomic_load_relaxed(&ifp->if_transmit) == vlan_transmit;
}

static int
vlan_clone_create(struct if_clone *ifc, int unit)
{
	struct vlan_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	static const uint8_t none[ETHER_ADDR_LEN];

	LIST_INIT(&sc->sc_multis);
	vlan_link_attach(sc);
	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_init = vlan_init;
	ifp->if_stop = vlan_stop;
	ifp->if_start = if_nullstart;
	ifp->if_transmit = vlan_transmit;
	ifp->if_ioctl = vlan_ioctl;
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU | ETHERCAP_JUMBO_MTU;
	if_initialize(ifp);
	/* Among vlans, what lies on what may change: vlan_link.c. */
	LOCKDEBUG_UNORDERED(ifp->if_ioctl_lock);
	/* The parent's address, when there is one. */
	ether_ifattach(ifp, none);
	if_register(ifp);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	return 0;
}

static int
vlan_clone_destroy(struct ifnet *ifp)
{
	struct vlan_softc *sc = ifp->if_softc;

	IFNET_LOCK(ifp);
	vlan_link_end(sc);
	IFNET_UNLOCK(ifp);
	ether_ifdetach(ifp);
	/* It may have got one again meanwhile, but cannot any more. */
	IFNET_LOCK(ifp);
	vlan_link_end(sc);
	IFNET_UNLOCK(ifp);
	if_detach(ifp);
	vlan_multi_free(sc);
	vlan_link_detach(sc);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	vlan_link_init();
	kernconfig_lock();
	MODULE_HOOK_SET(if_vlan_vlan_input_hook, vlan_input);
	kernconfig_unlock();
	if_clone_attach(&vlan_cloner);
}
