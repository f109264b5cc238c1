/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of interfaces and routes: a cloner "tst" of Ethernet interfaces
 * that keep what they send, and a domain with addresses of four bytes.
 */
#ifndef _TESTS_KERN_NET_KIF_H_
#define _TESTS_KERN_NET_KIF_H_

#include "../base/kt.h"

#include <sys/domain.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/once.h>
#include <sys/psref.h>
#include <sys/siginfo.h>
#include <sys/socketvar.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <net/pfil.h>
#include <net/pktqueue.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump-sys/net.h>

/* An address: 10.0.0.1 is 0x0a000001. */
struct kif_sin {
	uint8_t		sin_len;
	uint8_t		sin_family;
	uint16_t	sin_port;
	uint32_t	sin_addr;	/* network order */
	uint8_t		sin_zero[8];
};

static inline struct kif_sin
kif_sin(uint32_t addr)
{
	struct kif_sin sin = { sizeof(sin), AF_INET, 0, htonl(addr), { 0 } };

	return sin;
}
#define	SA(sin)	((struct sockaddr *)(sin))

/* What an interface was asked to do. */
struct kif_softc {
	struct ethercom	sc_ec;
	struct ifmedia	sc_media;
	int		sc_inits;
	int		sc_stops;
	int		sc_flagcbs;
	int		sc_resets;	/* of the multicast filter */
	int		sc_mediachanges;
	int		sc_failinit;	/* errno to fail with */
};

static volatile u_int kif_count;	/* there are */

static inline struct kif_softc *
kif_sc(struct ifnet *ifp)
{

	return ifp->if_softc;
}

static int
kif_init(struct ifnet *ifp)
{

	kif_sc(ifp)->sc_inits++;
	if (kif_sc(ifp)->sc_failinit != 0)
		return kif_sc(ifp)->sc_failinit;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_RUNNING);
	return 0;
}

static void
kif_stop(struct ifnet *ifp, int disable)
{

	kif_sc(ifp)->sc_stops++;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
}

/* It stays in the queue, for the test to look at. */
static void
kif_start(struct ifnet *ifp)
{
}

static int
kif_ifflags(struct ethercom *ec)
{

	kif_sc(&ec->ec_if)->sc_flagcbs++;
	return 0;
}

static int
kif_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	int error = ether_ioctl(ifp, cmd, data);

	if (error == ENETRESET) {
		kif_sc(ifp)->sc_resets++;
		error = 0;
	}
	return error;
}

static int
kif_mediachange(struct ifnet *ifp)
{

	kif_sc(ifp)->sc_mediachanges++;
	return 0;
}

static void
kif_mediastatus(struct ifnet *ifp, struct ifmediareq *ifmr)
{

	ifmr->ifm_status = IFM_AVALID | IFM_ACTIVE;
}

static int
kif_create(struct if_clone *ifc, int unit)
{
	struct kif_softc *sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	const uint8_t lla[] = { 0x02, 0, 0, 0, 0, unit };
	struct ifnet *ifp = &sc->sc_ec.ec_if;

	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_extflags = IFEF_MPSAFE;
	ifp->if_init = kif_init;
	ifp->if_stop = kif_stop;
	ifp->if_start = kif_start;
	ifp->if_ioctl = kif_ioctl;
	ifp->if_capabilities = IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Rx;
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU;
	sc->sc_ec.ec_ifmedia = &sc->sc_media;
	ifmedia_init(&sc->sc_media, 0, kif_mediachange, kif_mediastatus);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_add(&sc->sc_media, IFM_ETHER | IFM_1000_T | IFM_FDX, 0, NULL);
	ifmedia_set(&sc->sc_media, IFM_ETHER | IFM_AUTO);
	if_initialize(ifp);
	ifp->if_percpuq = if_percpuq_create(ifp);
	if_deferred_start_init(ifp, NULL);
	ether_ifattach(ifp, lla);
	ether_set_ifflags_cb(&sc->sc_ec, kif_ifflags);
	if_register(ifp);
	atomic_inc_uint(&kif_count);
	return 0;
}

static int
kif_destroy(struct ifnet *ifp)
{
	struct kif_softc *sc = kif_sc(ifp);

	ether_ifdetach(ifp);
	if_detach(ifp);
	ifmedia_fini(&sc->sc_media);
	kmem_free(sc, sizeof(*sc));
	atomic_dec_uint(&kif_count);
	return 0;
}

static struct if_clone kif_cloner =
    IF_CLONE_INITIALIZER("tst", kif_create, kif_destroy);

/* Tests of a family that is there have that. */
#ifndef KIF_NO_DOMAIN
static struct domain kif_domain = {
	.dom_family = AF_INET,
	.dom_name = "test",
	.dom_rtattach = rt_inithead,
	.dom_rtoffset = 32,
	.dom_sa_cmpofs = 4,
	.dom_sa_cmplen = 4,
};
#endif

static int
kif_setup1(void)
{

	if_clone_attach(&kif_cloner);
#ifndef KIF_NO_DOMAIN
	domain_attach(&kif_domain);
#endif
	if_attachdomain();
	return 0;
}

static inline void
kif_setup(void)
{
	static ONCE_DECL(once);

	(void)RUN_ONCE(&once, kif_setup1);
}

/* A request as of a program's socket, which has no protocol. */
static inline int
kif_ifioctl(u_long cmd, void *data)
{
	static struct socket so;

	return (*ifioctl)(&so, cmd, data, curlwp);
}

static inline int
kif_clone(u_long cmd, const char *name)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, name, sizeof(ifr.ifr_name));
	return kif_ifioctl(cmd, &ifr);
}

static inline struct ifnet *
kif_make(const char *name)
{

	kif_setup();
	KT_EQ(0, kif_clone(SIOCIFCREATE, name));
	return ifunit(name);
}

static inline void
kif_flags(struct ifnet *ifp, int flags)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifp->if_xname, sizeof(ifr.ifr_name));
	ifr.ifr_flags = flags;
	KT_EQ(0, kif_ifioctl(SIOCSIFFLAGS, &ifr));
}

/* An address of ours, with the parts behind it. */
struct kif_addr {
	struct ifaddr	ka_ifa;
	struct kif_sin	ka_addr, ka_mask, ka_brd;
};

static inline struct ifaddr *
kif_addaddr(struct ifnet *ifp, uint32_t addr, int bits)
{
	struct kif_addr *ka = malloc(sizeof(*ka), M_TEMP, M_WAITOK | M_ZERO);
	const uint32_t mask = bits == 0 ? 0 : ~0u << (32 - bits);

	ka->ka_addr = kif_sin(addr);
	ka->ka_mask = kif_sin(mask);
	ka->ka_brd = kif_sin(addr | ~mask);
	ka->ka_ifa.ifa_addr = SA(&ka->ka_addr);
	ka->ka_ifa.ifa_netmask = SA(&ka->ka_mask);
	ka->ka_ifa.ifa_dstaddr = SA(&ka->ka_brd);
	ifa_psref_init(&ka->ka_ifa);
	IFNET_LOCK(ifp);
	ifa_insert(ifp, &ka->ka_ifa);
	IFNET_UNLOCK(ifp);
	return &ka->ka_ifa;
}

static inline void
kif_deladdr(struct ifaddr *ifa)
{
	struct ifnet *ifp = ifa->ifa_ifp;

	IFNET_LOCK(ifp);
	ifa_remove(ifp, ifa);
	IFNET_UNLOCK(ifp);
}

#endif /* !_TESTS_KERN_NET_KIF_H_ */
