/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_vlan: on an interface that puts tags in itself, and on one
 * without room for them; multicast addresses, link states.
 */
#define	KIF_NO_DOMAIN
#include "../../kern/net/kif.h"

#include <net/if_vlanvar.h>
#include <netinet/in.h>

void	rump_kt_hwtag(void);
void	rump_kt_multi(void);
void	rump_kt_follow(void);

static int
set_vlan(struct ifnet *ifp, const char *parent, uint16_t tag)
{
	struct vlanreq vlr = { .vlr_tag = tag };
	struct ifreq ifr = { .ifr_data = &vlr };
	int error;

	strlcpy(vlr.vlr_parent, parent, sizeof(vlr.vlr_parent));
	IFNET_LOCK(ifp);
	error = if_ioctl(ifp, SIOCSETVLAN, &ifr);
	IFNET_UNLOCK(ifp);
	return error;
}

static void
up(struct ifnet *ifp)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP };

	IFNET_LOCK(ifp);
	KT_EQ(0, if_ioctl(ifp, SIOCSIFFLAGS, &ifr));
	IFNET_UNLOCK(ifp);
}

static struct mbuf *
frame(void)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);

	m->m_len = m->m_pkthdr.len = 64;
	memset(mtod(m, void *), 0xff, 64);
	mtod(m, uint8_t *)[12] = 0x88;
	mtod(m, uint8_t *)[13] = 0xb5;
	mtod(m, uint8_t *)[6] = 0xb2;
	return m;
}

void
rump_kt_hwtag(void)
{
	struct kif_softc *sc;
	struct ifnet *p, *v;
	struct if_data ifd;
	struct mbuf *m;

	p = kif_make("tst0");
	sc = p->if_softc;
	up(p);
	KT_EQ(0, if_clone_create("vlan0"));
	v = ifunit("vlan0");
	/* Without room for tags what is in a frame is shorter. */
	sc->sc_ec.ec_capabilities = 0;
	KT_EQ(0, set_vlan(v, "tst0", 9));
	KT_EQ(1496, v->if_mtu);
	KT_EQ(0, v->if_capabilities);
	KT_EQ(0, set_vlan(v, "", 0));
	KT_EQ(0, sc->sc_ec.ec_nvlans);
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU |
	    ETHERCAP_VLAN_HWTAGGING;
	sc->sc_ec.ec_capenable = ETHERCAP_VLAN_HWTAGGING;
	p->if_capabilities = IFCAP_CSUM_TCPv4_Tx;
	KT_EQ(0, set_vlan(v, "tst0", 9));
	KT_EQ(1500, v->if_mtu);
	KT_EQ(IFCAP_CSUM_TCPv4_Tx, v->if_capabilities);
	KT((sc->sc_ec.ec_capenable & ETHERCAP_VLAN_MTU) != 0);
	KT_EQ(1, sc->sc_ec.ec_nvlans);
	up(v);
	KT_EQ(0, if_transmit_lock(v, frame()));
	IFQ_DEQUEUE(&p->if_snd, m);
	KT(m != NULL && vlan_has_tag(m));
	KT_EQ(9, vlan_get_tag(m));
	KT_EQ(64, m->m_pkthdr.len);
	/* In with a tag beside it. */
	m->m_pkthdr.csum_flags = 0;
	m_set_rcvif(m, p);
	(*p->_if_input)(p, m);
	if_export_if_data(v, &ifd, false);
	KT_EQ(1, ifd.ifi_ipackets);
	KT_EQ(1, ifd.ifi_opackets);
	KT_EQ(0, set_vlan(v, "", 0));
	KT((sc->sc_ec.ec_capenable & ETHERCAP_VLAN_MTU) == 0);
	KT_EQ(0, if_clone_destroy("vlan0"));
	KT_EQ(0, if_clone_destroy("tst0"));
}

static int
multi(struct ifnet *ifp, u_long cmd, uint8_t last)
{
	struct sockaddr sa = { .sa_len = sizeof(sa), .sa_family = AF_UNSPEC,
	    .sa_data = { 1, 0, 0x5e, 0, 0, last } };

	return if_mcast_op(ifp, cmd, &sa);
}

static void
set_mtu(struct ifnet *ifp, int mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };

	IFNET_LOCK(ifp);
	KT_EQ(0, if_ioctl(ifp, SIOCSIFMTU, &ifr));
	IFNET_UNLOCK(ifp);
}

static void
await_mtu(struct ifnet *ifp, u_int mtu)
{
	int i;

	for (i = 0; i < 3000 && atomic_load_relaxed(&ifp->if_mtu) != mtu; i++)
		kt_pause(1);
	KT_EQ(mtu, atomic_load_relaxed(&ifp->if_mtu));
}

static void
set_lladdr(struct ifnet *ifp, uint8_t last)
{
	const uint8_t lla[ETHER_ADDR_LEN] = { 2, 1, [5] = last };

	IFNET_LOCK(ifp);
	net_set_lladdr(ifp, lla);
	IFNET_UNLOCK(ifp);
}

static uint8_t
last_of(struct ifnet *ifp)
{
	uint8_t last;

	IFNET_LOCK(ifp);
	last = (uint8_t)CLLADDR(ifp->if_sadl)[5];
	IFNET_UNLOCK(ifp);
	return last;
}

static void
await_lladdr(struct ifnet *ifp, uint8_t last)
{
	int i;

	for (i = 0; i < 3000 && last_of(ifp) != last; i++)
		kt_pause(1);
	KT_EQ(last, last_of(ifp));
}

/* An interface on one that lies on tst0; what the parent has, and what not. */
void
rump_kt_follow(void)
{
	struct kif_softc *sc;
	struct ifnet *p, *v[2];
	int i;

	p = kif_make("tst0");
	sc = p->if_softc;
	sc->sc_ec.ec_capabilities |= ETHERCAP_JUMBO_MTU;
	for (i = 0; i < 2; i++) {
		KT_EQ(0, if_clone_create(i == 0 ? "vlan0" : "vlan1"));
		v[i] = ifunit(i == 0 ? "vlan0" : "vlan1");
		KT_EQ(0, set_vlan(v[i], i == 0 ? "tst0" : "vlan0", 9));
		await_mtu(v[i], 1500);
	}
	set_mtu(p, 9000);
	await_mtu(v[1], 9000);
	set_mtu(p, 1400);
	await_mtu(v[1], 1400);
	await_mtu(v[0], 1400);
	/* One of its own, which fits; then it does not, and is forgotten. */
	set_mtu(v[1], 1300);
	set_mtu(p, 1500);
	await_mtu(v[0], 1500);
	set_mtu(p, 1200);
	await_mtu(v[1], 1200);
	set_mtu(p, 1500);
	await_mtu(v[1], 1500);
	set_mtu(v[1], 1300);
	set_lladdr(p, 7);
	await_lladdr(v[1], 7);
	KT_EQ(7, last_of(v[0]));
	await_mtu(v[1], 1300);
	/* What was given by hand stays. */
	set_lladdr(v[0], 8);
	await_lladdr(v[1], 8);
	set_lladdr(p, 9);
	set_mtu(p, 1450);
	await_mtu(v[0], 1450);
	KT_EQ(8, last_of(v[0]));
	KT_EQ(0, set_vlan(v[0], "", 0));
	set_mtu(p, 1500);
	set_lladdr(p, 10);
	KT_EQ(0, set_vlan(v[0], "tst0", 9));
	await_mtu(v[0], 1500);
	KT_EQ(10, last_of(v[0]));
	/* Gone with something due. */
	set_mtu(p, 1400);
	KT_EQ(0, if_clone_destroy("vlan0"));
	set_mtu(p, 1300);
	KT_EQ(0, if_clone_destroy("tst0"));
	KT_EQ(0, if_clone_destroy("vlan1"));
}

static void
await_state(struct ifnet *ifp, int state)
{
	int i, now = LINK_STATE_UNKNOWN;

	for (i = 0; i < 3000 && now != state; i++) {
		kt_pause(1);
		IFNET_LOCK(ifp);
		now = ifp->if_link_state;
		IFNET_UNLOCK(ifp);
	}
	KT_EQ(state, now);
}

void
rump_kt_multi(void)
{
	struct sockaddr_in group = { .sin_len = sizeof(group),
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xe0000001) };
	struct kif_softc *sc;
	struct ifnet *p, *v;

	p = kif_make("tst0");
	sc = p->if_softc;
	KT_EQ(0, if_clone_create("vlan0"));
	v = ifunit("vlan0");
	KT_EQ(0, multi(v, SIOCADDMULTI, 1));
	KT_EQ(0, set_vlan(v, "tst0", 9));
	KT_EQ(1, sc->sc_ec.ec_multicnt);
	KT_EQ(0, multi(v, SIOCADDMULTI, 1));
	KT_EQ(0, multi(v, SIOCADDMULTI, 2));
	KT_EQ(2, sc->sc_ec.ec_multicnt);
	KT_EQ(0, multi(v, SIOCDELMULTI, 1));
	KT_EQ(2, sc->sc_ec.ec_multicnt);
	KT_EQ(0, multi(v, SIOCDELMULTI, 1));
	KT_EQ(1, sc->sc_ec.ec_multicnt);
	KT_EQ(ENXIO, multi(v, SIOCDELMULTI, 1));
	/* Given up under another name than it was asked for. */
	KT_EQ(0, if_mcast_op(v, SIOCADDMULTI, sintosa(&group)));
	KT_EQ(2, sc->sc_ec.ec_multicnt);
	KT_EQ(0, multi(v, SIOCDELMULTI, 1));
	KT_EQ(1, sc->sc_ec.ec_multicnt);
	/* Its link is the parent's. */
	if_link_state_change(p, LINK_STATE_UP);
	await_state(v, LINK_STATE_UP);
	if_link_state_change(p, LINK_STATE_DOWN);
	await_state(v, LINK_STATE_DOWN);
	KT_EQ(0, set_vlan(v, "", 0));
	KT_EQ(0, sc->sc_ec.ec_multicnt);
	KT_EQ(0, set_vlan(v, "tst0", 10));
	KT_EQ(1, sc->sc_ec.ec_multicnt);
	KT_EQ(0, if_clone_destroy("tst0"));
	KT_EQ(0, if_clone_destroy("vlan0"));
}
