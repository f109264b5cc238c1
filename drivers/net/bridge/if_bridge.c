/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): the interface, which has members and no address.  Packets never
 * leave by it; what is shown on it is what passes from member to member.
 */
#include "bridge_private.h"

#include <sys/ioctl.h>

#include <net/bpf.h>
#include <net/if_types.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

static int	bridge_clone_create(struct if_clone *, int);
static int	bridge_clone_destroy(struct ifnet *);

static struct if_clone bridge_cloner =
    IF_CLONE_INITIALIZER("bridge", bridge_clone_create, bridge_clone_destroy);

static int
bridge_init(struct ifnet *ifp)
{
	struct bridge_softc *sc = ifp->if_softc;

	if ((ifp->if_flags & IFF_RUNNING) == 0) {
		bridge_rt_start(sc);
		bridge_stp_start(sc);
	}
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_RUNNING);
	return 0;
}

static void
bridge_stop(struct ifnet *ifp, int disable)
{
	struct bridge_softc *sc = ifp->if_softc;

	if ((ifp->if_flags & IFF_RUNNING) == 0)
		return;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
	bridge_stp_stop(sc);
	bridge_rt_stop(sc);
	bridge_rt_flush(sc, BRIDGE_DYNAMIC);
}

static int
set_flags(struct ifnet *ifp, u_long cmd, void *data)
{
	int error;

	if ((error = ifioctl_common(ifp, cmd, data)) != 0)
		return error;
	switch (ifp->if_flags & (IFF_UP | IFF_RUNNING)) {
	case IFF_RUNNING:
		if_stop(ifp, 1);
		return 0;
	case IFF_UP:
		return if_init(ifp);
	default:
		return 0;
	}
}

/* That of the members. */
static int
set_mtu(struct bridge_softc *sc, u_long cmd, struct ifreq *ifr)
{
	int error;

	if (sc->sc_nmembers != 0)
		return (uint64_t)ifr->ifr_mtu == sc->sc_if.if_mtu ? 0 : EINVAL;
	if (ifr->ifr_mtu < ETHERMIN)
		return EINVAL;
	error = ifioctl_common(&sc->sc_if, cmd, ifr);
	return error == ENETRESET ? 0 : error;
}

static int
bridge_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct bridge_softc *sc = ifp->if_softc;

	switch (cmd) {
	case SIOCSDRVSPEC:
	case SIOCGDRVSPEC:
		return bridge_control(sc, cmd, data);
	case SIOCSIFFLAGS:
		return set_flags(ifp, cmd, data);
	case SIOCSIFMTU:
		return set_mtu(sc, cmd, data);
	case SIOCINITIFADDR:
		return EOPNOTSUPP;
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

/* There is nobody at the other end of it. */
static int
bridge_no_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{

	m_freem(m);
	return EAFNOSUPPORT;
}

static void
bridge_no_input(struct ifnet *ifp, struct mbuf *m)
{

	m_freem(m);
}

static int
bridge_clone_create(struct if_clone *ifc, int unit)
{
	struct bridge_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	struct ifnet *ifp = &sc->sc_if;
	int error;

	if_initname(ifp, ifc->ifc_name, unit);
	if ((error = bridge_rt_init(sc)) != 0) {
		kmem_free(sc, sizeof(*sc));
		return error;
	}
	bridge_stp_init(sc);
	PSLIST_INIT(&sc->sc_members);
	sc->sc_psz = pserialize_create();
	ifp->if_softc = sc;
	ifp->if_type = IFT_BRIDGE;
	ifp->if_dlt = DLT_EN10MB;
	ifp->if_hdrlen = ETHER_HDR_LEN;
	ifp->if_mtu = ETHERMTU;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_output = bridge_no_output;
	ifp->_if_input = bridge_no_input;
	ifp->if_init = bridge_init;
	ifp->if_stop = bridge_stop;
	ifp->if_start = if_nullstart;
	ifp->if_ioctl = bridge_ioctl;
	IFQ_SET_READY(&ifp->if_snd);
	if_initialize(ifp);
	if_alloc_sadl(ifp);
	bpf_attach(ifp, DLT_EN10MB, ETHER_HDR_LEN);
	if_register(ifp);
	return 0;
}

static int
bridge_clone_destroy(struct ifnet *ifp)
{
	struct bridge_softc *sc = ifp->if_softc;
	struct bridge_iflist *bif;

	IFNET_LOCK(ifp);
	if_stop(ifp, 1);
	/* No more come: it is not asked any more. */
	if_deactivate(ifp);
	while ((bif = PSLIST_WRITER_FIRST(&sc->sc_members,
	    struct bridge_iflist, bif_entry)) != NULL)
		bridge_member_remove(bif);
	IFNET_UNLOCK(ifp);
	bridge_rt_flush(sc, BRIDGE_ALL);
	bpf_detach(ifp);
	if_detach(ifp);
	bridge_rt_fini(sc);
	bridge_stp_fini(sc);
	PSLIST_DESTROY(&sc->sc_members);
	pserialize_destroy(sc->sc_psz);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	bridge_psref_class = psref_class_create("bridge", IPL_SOFTNET);
	atomic_store_release(&net_bridge_output, bridge_output);
	if_clone_attach(&bridge_cloner);
}
