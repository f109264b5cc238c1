/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_ifnet.
 */
#include "kif.h"

#include <dev/mii/miivar.h>

void	rump_kt_if_life(void);
void	rump_kt_if_detach_waits(void);
void	rump_kt_if_clone(void);
void	rump_kt_if_addr(void);
void	rump_kt_if_ioctl(void);
void	rump_kt_if_conf(void);
void	rump_kt_if_link(void);
void	rump_kt_if_promisc(void);
void	rump_kt_if_mcast(void);
void	rump_kt_if_media(void);
void	rump_kt_if_stats(void);
void	rump_kt_if_many(void);
void	rump_kt_if_race(void);

static int attached, detached;

static void
on_event(void *arg, unsigned long what, void *obj)
{
	const struct ifnet *ifp = obj;

	kt_streq(ifp->if_xname, "tst5");
	if (what == PFIL_IFNET_ATTACH)
		attached++;
	else
		detached++;
}

void
rump_kt_if_life(void)
{
	struct ifnet *ifp;
	struct psref psref;
	const uint8_t lla[] = { 2, 0, 0, 0, 0, 5 };
	int bound = curlwp_bind();
	u_int idx;

	KT(lo0ifp != NULL && ifunit("lo0") == lo0ifp);
	KT_EQ(0, pfil_add_ihook(on_event, NULL, PFIL_IFNET, if_pfil));
	KT_EQ(EEXIST, pfil_add_ihook(on_event, NULL, PFIL_IFNET, if_pfil));
	ifp = kif_make("tst5");
	KT_EQ(1, attached);
	idx = if_get_index(ifp);
	KT(idx != 0 && idx != lo0ifp->if_index);
	KT(if_byindex(idx) == ifp);
	KT(if_byindex(0) == NULL && if_byindex(UINT_MAX) == NULL);
	KT(if_get("tst5", &psref) == ifp);
	KT(if_held(ifp));
	if_put(ifp, &psref);
	KT(!if_held(ifp));
	KT(if_get_byindex(idx, &psref) == ifp);
	if_put(ifp, &psref);
	KT(if_get_bylla(lla, 6, &psref) == ifp);
	if_put(ifp, &psref);
	KT(if_get_bylla(lla, 5, &psref) == NULL);
	KT(ifunit("tst") == NULL && ifunit("tst55") == NULL);
	KT(ifunit("") == NULL && ifunit("a name that is too long") == NULL);
	KT_EQ(ETHERMTU, ifp->if_mtu);
	KT_EQ(IFT_ETHER, ifp->if_type);
	KT(!if_is_deactivated(ifp));

	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst5"));
	KT_EQ(1, detached);
	KT(ifunit("tst5") == NULL && if_byindex(idx) == NULL);
	KT(if_get("tst5", &psref) == NULL);
	KT(if_get_byindex(idx, &psref) == NULL);
	/* Packets may still have the number: it is not given again at once. */
	ifp = kif_make("tst5");
	KT(if_get_index(ifp) != idx);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst5"));
	KT_EQ(0, pfil_remove_ihook(on_event, NULL, PFIL_IFNET, if_pfil));
	KT_EQ(ENOENT, pfil_remove_ihook(on_event, NULL, PFIL_IFNET, if_pfil));
	KT_EQ(2, detached);
	KT_EQ(0, kif_count);
	curlwp_bindx(bound);
}

static volatile u_int held, release, destroyed;

static void
holder(void *arg)
{
	struct psref psref;
	struct ifnet *ifp;
	int bound = curlwp_bind();

	KT((ifp = if_get("tst0", &psref)) != NULL);
	atomic_store_release(&held, 1);
	while (atomic_load_acquire(&release) == 0)
		kt_pause(1);
	KT_EQ(0, atomic_load_acquire(&destroyed));
	KT(strcmp(ifp->if_xname, "tst0") == 0);
	if_put(ifp, &psref);
	curlwp_bindx(bound);
	kthread_exit(0);
}

static void
destroyer(void *arg)
{

	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	atomic_store_release(&destroyed, 1);
	kthread_exit(0);
}

void
rump_kt_if_detach_waits(void)
{
	struct kt_threads a, b;

	(void)kif_make("tst0");
	kt_start(&a, 1, holder, NULL);
	while (atomic_load_acquire(&held) == 0)
		kt_pause(1);
	kt_start(&b, 1, destroyer, NULL);
	/* It is off the list while the other still has it. */
	while (ifunit("tst0") != NULL)
		kt_pause(1);
	KT_EQ(0, atomic_load_acquire(&destroyed));
	KT_EQ(1, kif_count);
	atomic_store_release(&release, 1);
	kt_join(&a);
	kt_join(&b);
	KT_EQ(1, destroyed);
	KT_EQ(0, kif_count);
}

void
rump_kt_if_clone(void)
{
	static const char *const bad[] = { "tst", "tst01", "tst-1", "tst1x",
	    "tst4294967296", "nosuch0", "", "tst 1" };
	char names[2][IFNAMSIZ];
	struct if_clonereq ifcr = { .ifcr_count = 2, .ifcr_buffer = names[0] };
	u_int i;

	kif_setup();
	for (i = 0; i < __arraycount(bad); i++) {
		KT_EQ(EINVAL, kif_clone(SIOCIFCREATE, bad[i]));
		KT_EQ(EINVAL, kif_clone(SIOCIFDESTROY, bad[i]));
	}
	KT_EQ(0, kif_clone(SIOCIFCREATE, "tst7"));
	KT_EQ(EEXIST, kif_clone(SIOCIFCREATE, "tst7"));
	KT_EQ(ENXIO, kif_clone(SIOCIFDESTROY, "tst8"));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst7"));
	KT_EQ(ENXIO, kif_clone(SIOCIFDESTROY, "tst7"));
	KT_EQ(EPERM, kif_clone(SIOCIFDESTROY, "lo0"));
	KT_EQ(0, kif_clone(SIOCIFCREATE, "lo1"));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "lo1"));

	KT_EQ(0, kif_ifioctl(SIOCIFGCLONERS, &ifcr));
	KT_EQ(2, ifcr.ifcr_total);
	kt_streq(names[0], "tst");
	kt_streq(names[1], "lo");
	memset(names, 0xff, sizeof(names));
	ifcr.ifcr_count = 1;
	KT_EQ(0, kif_ifioctl(SIOCIFGCLONERS, &ifcr));
	KT_EQ(2, ifcr.ifcr_total);
	KT_EQ(-1, names[1][0]);
	ifcr.ifcr_count = -1;
	KT_EQ(EINVAL, kif_ifioctl(SIOCIFGCLONERS, &ifcr));
	ifcr.ifcr_buffer = NULL;
	ifcr.ifcr_count = 2;
	KT_EQ(0, kif_ifioctl(SIOCIFGCLONERS, &ifcr));
	if_clone_detach(&kif_cloner);
	KT_EQ(EINVAL, kif_clone(SIOCIFCREATE, "tst7"));
	if_clone_attach(&kif_cloner);
}

void
rump_kt_if_addr(void)
{
	struct ifnet *ifp = kif_make("tst0"), *ifp2 = kif_make("tst1");
	struct kif_sin sin, far = kif_sin(0x7f000001);
	struct ifaddr *ifa, *ifa2, *ifa3;
	struct psref psref;
	int bound = curlwp_bind();

	ifa = kif_addaddr(ifp, 0x0a000001, 8);
	ifa2 = kif_addaddr(ifp2, 0x0a010001, 16);
	ifa3 = kif_addaddr(ifp2, 0xc0a80001, 24);
	sin = kif_sin(0x0a000001);
	KT(ifa_ifwithaddr(SA(&sin)) == ifa);
	KT(ifa_ifwithaddr(SA(&far)) == NULL);
	/* By its broadcast address. */
	sin = kif_sin(0x0a01ffff);
	KT(ifa_ifwithaddr(SA(&sin)) == ifa2);
	/* The smaller net of two. */
	sin = kif_sin(0x0a010203);
	KT(ifa_ifwithnet(SA(&sin)) == ifa2);
	sin = kif_sin(0x0a020304);
	KT(ifa_ifwithnet(SA(&sin)) == ifa);
	KT(ifa_ifwithnet(SA(&far)) == NULL);
	KT(ifa_ifwithdstaddr(SA(&sin)) == NULL);
	ifp->if_flags |= IFF_POINTOPOINT;
	sin = kif_sin(0x0affffff);
	KT(ifa_ifwithdstaddr(SA(&sin)) == ifa);
	ifp->if_flags &= ~IFF_POINTOPOINT;
	KT(ifa_ifwithaf(AF_INET) == ifa);
	KT(ifa_ifwithaf(AF_INET6) == NULL);
	KT(ifa_ifwithladdr((const struct sockaddr *)ifp2->if_sadl) ==
	    ifp2->if_dl);
	/* The address to use on an interface. */
	sin = kif_sin(0xc0a80099);
	KT(ifaof_ifpforaddr(SA(&sin), ifp2) == ifa3);
	KT(ifaof_ifpforaddr(SA(&far), ifp2) == ifa2);
	KT(ifaof_ifpforaddr(SA(&sin), lo0ifp) == NULL);

	KT(ifa_ifwithaddr_psref(ifa->ifa_addr, &psref) == ifa);
	KT(ifa_held(ifa) && !ifa_is_destroying(ifa));
	ifa_release(ifa, &psref);
	kif_deladdr(ifa);
	sin = kif_sin(0x0a000001);
	KT(ifa_ifwithaddr(SA(&sin)) == NULL);
	/* What is left goes with the interface; who has it keeps it. */
	ifaref(ifa2);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst1"));
	KT(ifa_is_destroying(ifa2));
	KT_EQ(1, ifa2->ifa_refcnt);
	ifafree(ifa2);
	curlwp_bindx(bound);
}

static void
name_it(struct ifreq *ifr, const char *name)
{

	memset(ifr, 0, sizeof(*ifr));
	strlcpy(ifr->ifr_name, name, sizeof(ifr->ifr_name));
}

static void
check_mtu(struct ifnet *ifp)
{
	struct kif_softc *sc = kif_sc(ifp);
	struct ifreq ifr;

	name_it(&ifr, "tst0");
	ifr.ifr_mtu = 1400;
	KT_EQ(0, kif_ifioctl(SIOCSIFMTU, &ifr));
	KT_EQ(2, sc->sc_inits);
	KT_EQ(0, kif_ifioctl(SIOCSIFMTU, &ifr));
	KT_EQ(2, sc->sc_inits);
	ifr.ifr_mtu = 0;
	KT_EQ(0, kif_ifioctl(SIOCGIFMTU, &ifr));
	KT_EQ(1400, ifr.ifr_mtu);
	ifr.ifr_mtu = ETHERMTU + 1;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSIFMTU, &ifr));
	ifr.ifr_mtu = -1;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSIFMTU, &ifr));
	ifr.ifr_mtu = ETHERMIN - 1;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSIFMTU, &ifr));
	KT_EQ(1400, ifp->if_mtu);
	name_it(&ifr, "lo0");
	ifr.ifr_mtu = 0;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSIFMTU, &ifr));
}

static void
check_descr(void)
{
	char in[] = "the first", out[32], longer[100];
	struct ifreq ifr;

	name_it(&ifr, "tst0");
	ifr.ifr_buf = out;
	ifr.ifr_buflen = sizeof(out);
	KT_EQ(ENOMSG, kif_ifioctl(SIOCGIFDESCR, &ifr));
	ifr.ifr_buf = in;
	ifr.ifr_buflen = sizeof(in);
	KT_EQ(0, kif_ifioctl(SIOCSIFDESCR, &ifr));
	ifr.ifr_buf = out;
	ifr.ifr_buflen = 3;
	KT_EQ(EINVAL, kif_ifioctl(SIOCGIFDESCR, &ifr));
	ifr.ifr_buflen = sizeof(out);
	KT_EQ(0, kif_ifioctl(SIOCGIFDESCR, &ifr));
	kt_streq(out, in);
	/* One without an end. */
	memset(longer, 'x', sizeof(longer));
	ifr.ifr_buf = longer;
	ifr.ifr_buflen = 10;
	KT(kif_ifioctl(SIOCSIFDESCR, &ifr) != 0);
	ifr.ifr_buflen = sizeof(longer);
	KT_EQ(ENAMETOOLONG, kif_ifioctl(SIOCSIFDESCR, &ifr));
	ifr.ifr_buflen = 0;
	KT_EQ(0, kif_ifioctl(SIOCSIFDESCR, &ifr));
	KT_EQ(ENOMSG, kif_ifioctl(SIOCGIFDESCR, &ifr));
}

static void
check_caps(struct ifnet *ifp)
{
	struct ifcapreq ifcr = { .ifcr_name = "tst0" };
	struct eccapreq eccr = { .eccr_name = "tst0" };

	KT_EQ(0, kif_ifioctl(SIOCGIFCAP, &ifcr));
	KT_EQ(IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Rx,
	    ifcr.ifcr_capabilities);
	KT_EQ(0, ifcr.ifcr_capenable);
	ifcr.ifcr_capenable = IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Rx;
	KT_EQ(0, kif_ifioctl(SIOCSIFCAP, &ifcr));
	KT_EQ(M_CSUM_IPv4, ifp->if_csum_flags_tx);
	KT_EQ(M_CSUM_TCPv4, ifp->if_csum_flags_rx);
	ifcr.ifcr_capenable = IFCAP_TSOv4;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSIFCAP, &ifcr));
	KT_EQ(0, kif_ifioctl(SIOCGETHERCAP, &eccr));
	KT_EQ(ETHERCAP_VLAN_MTU, eccr.eccr_capabilities);
	eccr.eccr_capenable = ETHERCAP_VLAN_MTU;
	KT_EQ(0, kif_ifioctl(SIOCSETHERCAP, &eccr));
	KT_EQ(ETHERCAP_VLAN_MTU, ((struct ethercom *)ifp)->ec_capenable);
	eccr.eccr_capenable = ETHERCAP_JUMBO_MTU;
	KT_EQ(EINVAL, kif_ifioctl(SIOCSETHERCAP, &eccr));
}

static void
check_addrpref(struct ifnet *ifp)
{
	struct if_addrprefreq ifap;
	struct kif_sin sin = kif_sin(0x0a000001);
	struct ifaddr *ifa = kif_addaddr(ifp, 0x0a000001, 8);
	struct socket so;

	memset(&so, 0, sizeof(so));
	memset(&ifap, 0, sizeof(ifap));
	memcpy(&ifap.ifap_addr, &sin, sizeof(sin));
	ifap.ifap_preference = 7;
	IFNET_LOCK(ifp);
	KT_EQ(0, ifaddrpref_ioctl(&so, SIOCSIFADDRPREF, &ifap, ifp));
	KT_EQ(7, ifa->ifa_preference);
	ifap.ifap_preference = 0;
	KT_EQ(0, ifaddrpref_ioctl(&so, SIOCGIFADDRPREF, &ifap, ifp));
	KT_EQ(7, ifap.ifap_preference);
	kt_streq(ifap.ifap_name, "tst0");
	sin = kif_sin(1);
	memcpy(&ifap.ifap_addr, &sin, sizeof(sin));
	KT_EQ(EADDRNOTAVAIL, ifaddrpref_ioctl(&so, SIOCGIFADDRPREF, &ifap,
	    ifp));
	KT_EQ(EOPNOTSUPP, ifaddrpref_ioctl(&so, SIOCGIFMTU, &ifap, ifp));
	KT_EQ(EINVAL, ifaddrpref_ioctl(&so, SIOCGIFADDRPREF, &ifap, NULL));
	IFNET_UNLOCK(ifp);
	kif_deladdr(ifa);
}

void
rump_kt_if_ioctl(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct kif_softc *sc = kif_sc(ifp);
	struct ifreq ifr;

	name_it(&ifr, "tst0");
	KT_EQ(0, kif_ifioctl(SIOCGIFFLAGS, &ifr));
	KT_EQ(IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST,
	    (u_short)ifr.ifr_flags);
	/* Flags that are the kernel's stay. */
	kif_flags(ifp, IFF_UP);
	KT_EQ(IFF_UP | IFF_RUNNING | IFF_BROADCAST | IFF_SIMPLEX |
	    IFF_MULTICAST, ifp->if_flags);
	KT_EQ(1, sc->sc_inits);
	kif_flags(ifp, IFF_UP | IFF_DEBUG);
	KT_EQ(1, sc->sc_inits);
	KT_EQ(1, sc->sc_flagcbs);
	check_mtu(ifp);
	kif_flags(ifp, 0);
	KT_EQ(1, sc->sc_stops);
	KT_EQ(0, ifp->if_flags & (IFF_UP | IFF_RUNNING | IFF_DEBUG));
	sc->sc_failinit = EIO;
	name_it(&ifr, "tst0");
	ifr.ifr_flags = IFF_UP;
	KT_EQ(EIO, kif_ifioctl(SIOCSIFFLAGS, &ifr));
	sc->sc_failinit = 0;
	check_descr();
	check_caps(ifp);
	check_addrpref(ifp);

	name_it(&ifr, "tst0");
	KT_EQ(0, kif_ifioctl(SIOCGIFINDEX, &ifr));
	KT_EQ(ifp->if_index, ifr.ifr_index);
	KT_EQ(0, kif_ifioctl(SIOCGIFDLT, &ifr));
	KT_EQ(DLT_EN10MB, ifr.ifr_dlt);
	ifr.ifr_metric = 3;
	KT_EQ(0, kif_ifioctl(SIOCSIFMETRIC, &ifr));
	KT_EQ(3, ifp->if_metric);
	/* Not known to driver or protocol; not for programs; nobody there. */
	KT_EQ(EOPNOTSUPP, kif_ifioctl(SIOCGVH, &ifr));
	KT_EQ(EPERM, kif_ifioctl(SIOCINITIFADDR, &ifr));
	name_it(&ifr, "tst9");
	KT_EQ(ENXIO, kif_ifioctl(SIOCGIFFLAGS, &ifr));
	memset(ifr.ifr_name, 'x', sizeof(ifr.ifr_name));
	KT_EQ(ENXIO, kif_ifioctl(SIOCGIFFLAGS, &ifr));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

void
rump_kt_if_conf(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct ifreq req[8];
	struct ifconf ifc = { .ifc_len = 0 };
	int all;

	(void)kif_addaddr(ifp, 0x0a000001, 8);
	KT_EQ(0, kif_ifioctl(SIOCGIFCONF, &ifc));
	all = ifc.ifc_len / sizeof(req[0]);
	/* lo0 and tst0 with link addresses, and the one above. */
	KT_EQ(3, all);
	memset(req, 0xff, sizeof(req));
	ifc.ifc_req = req;
	ifc.ifc_len = sizeof(req);
	KT_EQ(0, kif_ifioctl(SIOCGIFCONF, &ifc));
	KT_EQ(3 * sizeof(req[0]), ifc.ifc_len);
	kt_streq(req[0].ifr_name, "lo0");
	KT_EQ(AF_LINK, req[0].ifr_addr.sa_family);
	kt_streq(req[2].ifr_name, "tst0");
	KT_EQ(AF_INET, req[2].ifr_addr.sa_family);
	/* Less room, none, and nonsense. */
	memset(req, 0xff, sizeof(req));
	ifc.ifc_len = 2 * sizeof(req[0]) + 5;
	KT_EQ(0, kif_ifioctl(SIOCGIFCONF, &ifc));
	KT_EQ(2 * sizeof(req[0]), ifc.ifc_len);
	KT_EQ(-1, req[2].ifr_name[0]);
	ifc.ifc_len = 3;
	KT_EQ(0, kif_ifioctl(SIOCGIFCONF, &ifc));
	KT_EQ(0, ifc.ifc_len);
	ifc.ifc_len = -1;
	KT_EQ(EINVAL, kif_ifioctl(SIOCGIFCONF, &ifc));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

static volatile u_int changes;
static volatile int seen_state[16];

static void
on_link(void *arg)
{
	struct ifnet *ifp = arg;

	if (changes < 16)
		seen_state[changes] = ifp->if_link_state;
	atomic_inc_uint(&changes);
}

static void
wait_changes(u_int n)
{

	while (atomic_load_acquire(&changes) < n)
		kt_pause(1);
}

static void
wait_told(struct ifnet *ifp)
{
	bool busy;

	for (;;) {
		IFQ_LOCK(&ifp->if_snd);
		busy = ifp->if_link_scheduled;
		IFQ_UNLOCK(&ifp->if_snd);
		if (!busy)
			return;
		kt_pause(1);
	}
}

void
rump_kt_if_link(void)
{
	struct ifnet *ifp = kif_make("tst0");
	void *hook;
	int i;

	hook = if_linkstate_change_establish(ifp, on_link, ifp);
	if_link_state_change(ifp, LINK_STATE_UP);
	wait_changes(1);
	KT_EQ(LINK_STATE_UP, seen_state[0]);
	/* No change is not told. */
	if_link_state_change(ifp, LINK_STATE_UP);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	wait_changes(2);
	KT_EQ(LINK_STATE_DOWN, seen_state[1]);
	/* With the interface locked they wait, and come in order. */
	IFNET_LOCK(ifp);
	if_link_state_change(ifp, LINK_STATE_UP);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	if_link_state_change(ifp, LINK_STATE_UNKNOWN);
	KT_EQ(2, changes);
	IFNET_UNLOCK(ifp);
	wait_changes(5);
	KT_EQ(LINK_STATE_UP, seen_state[2]);
	KT_EQ(LINK_STATE_DOWN, seen_state[3]);
	KT_EQ(LINK_STATE_UNKNOWN, seen_state[4]);
	/* Too many: the last ones count. */
	IFNET_LOCK(ifp);
	for (i = 0; i < 21; i++)
		if_link_state_change(ifp, i % 2 == 0 ? LINK_STATE_UP :
		    LINK_STATE_DOWN);
	IFNET_UNLOCK(ifp);
	wait_changes(5 + 7);
	wait_told(ifp);
	KT_EQ(LINK_STATE_UP, ifp->if_link_state);
	KT(changes <= 5 + 9);
	if_linkstate_change_disestablish(ifp, hook, NULL);
	/* The end waits for what is under way. */
	if_link_state_change(ifp, LINK_STATE_DOWN);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	KT(changes <= 5 + 9);
}

void
rump_kt_if_promisc(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct kif_softc *sc = kif_sc(ifp);

	kif_flags(ifp, IFF_UP);
	KT_EQ(0, ifpromisc(ifp, 1));
	KT(ifp->if_flags & IFF_PROMISC);
	KT_EQ(1, sc->sc_flagcbs);
	KT_EQ(0, ifpromisc(ifp, 1));
	KT_EQ(1, sc->sc_flagcbs);
	KT_EQ(0, ifpromisc(ifp, 0));
	KT(ifp->if_flags & IFF_PROMISC);
	KT_EQ(0, ifpromisc(ifp, 0));
	KT_EQ(0, ifp->if_flags & IFF_PROMISC);
	KT_EQ(2, sc->sc_flagcbs);
	KT_EQ(EINVAL, ifpromisc(ifp, 0));
	/* A driver that fails: as it was. */
	IFNET_LOCK(ifp);
	ifp->if_flags &= ~IFF_RUNNING;
	sc->sc_failinit = EIO;
	KT_EQ(EIO, ifpromisc_locked(ifp, 1));
	sc->sc_failinit = 0;
	IFNET_UNLOCK(ifp);
	KT_EQ(0, ifp->if_flags & IFF_PROMISC);
	KT_EQ(0, ifp->if_pcount);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

void
rump_kt_if_mcast(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct ethercom *ec = (struct ethercom *)ifp;
	struct sockaddr sa = { .sa_len = sizeof(sa), .sa_family = AF_UNSPEC,
	    .sa_data = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 } };
	struct kif_sin sin = kif_sin(0xe0000001);
	struct ether_multistep step;
	struct ether_multi *enm;

	KT_EQ(0, if_mcast_op(ifp, SIOCADDMULTI, &sa));
	KT_EQ(1, kif_sc(ifp)->sc_resets);
	KT_EQ(0, if_mcast_op(ifp, SIOCADDMULTI, &sa));
	KT_EQ(1, kif_sc(ifp)->sc_resets);
	KT_EQ(1, ec->ec_multicnt);
	ETHER_LOCK(ec);
	ETHER_FIRST_MULTI(step, ec, enm);
	KT_EQ(2, enm->enm_refcount);
	KT_EQ(0, memcmp(enm->enm_addrlo, sa.sa_data, 6));
	ETHER_NEXT_MULTI(step, enm);
	KT(enm == NULL);
	ETHER_UNLOCK(ec);
	KT_EQ(0, if_mcast_op(ifp, SIOCDELMULTI, &sa));
	KT_EQ(1, ec->ec_multicnt);
	KT_EQ(0, if_mcast_op(ifp, SIOCDELMULTI, &sa));
	KT_EQ(0, ec->ec_multicnt);
	KT_EQ(2, kif_sc(ifp)->sc_resets);
	KT_EQ(ENXIO, if_mcast_op(ifp, SIOCDELMULTI, &sa));
	/* Not a multicast address; a family nobody maps. */
	sa.sa_data[0] = 2;
	KT_EQ(EINVAL, if_mcast_op(ifp, SIOCADDMULTI, &sa));
	KT_EQ(EAFNOSUPPORT, if_mcast_op(ifp, SIOCADDMULTI, SA(&sin)));
	/* What is left goes with the interface. */
	sa.sa_data[0] = 1;
	KT_EQ(0, if_mcast_op(ifp, SIOCADDMULTI, &sa));
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

void
rump_kt_if_media(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct ifmediareq ifmr = { .ifm_name = "tst0" };
	struct mii_data mii;
	struct ifreq ifr;
	int words[2];

	KT_EQ(0, kif_ifioctl(SIOCGIFMEDIA, &ifmr));
	KT_EQ(2, ifmr.ifm_count);
	KT_EQ(IFM_ETHER | IFM_AUTO, ifmr.ifm_current);
	KT_EQ(IFM_AVALID | IFM_ACTIVE, ifmr.ifm_status);
	ifmr.ifm_ulist = words;
	KT_EQ(0, kif_ifioctl(SIOCGIFMEDIA, &ifmr));
	KT_EQ(IFM_ETHER | IFM_AUTO, words[0]);
	KT_EQ(IFM_ETHER | IFM_1000_T | IFM_FDX, words[1]);
	ifmr.ifm_count = 1;
	KT_EQ(E2BIG, kif_ifioctl(SIOCGIFMEDIA, &ifmr));
	KT_EQ(2, ifmr.ifm_count);
	ifmr.ifm_count = -1;
	KT_EQ(EINVAL, kif_ifioctl(SIOCGIFMEDIA, &ifmr));
	name_it(&ifr, "tst0");
	ifr.ifr_media = IFM_ETHER | IFM_1000_T | IFM_FDX;
	KT_EQ(0, kif_ifioctl(SIOCSIFMEDIA, &ifr));
	KT_EQ(1, kif_sc(ifp)->sc_mediachanges);
	KT_EQ(0, kif_ifioctl(SIOCSIFMEDIA, &ifr));
	KT_EQ(1, kif_sc(ifp)->sc_mediachanges);
	ifr.ifr_media = IFM_ETHER | IFM_10_2;
	KT_EQ(ENXIO, kif_ifioctl(SIOCSIFMEDIA, &ifr));
	KT_EQ(IF_Gbps(1), ifmedia_baudrate(IFM_ETHER | IFM_1000_T | IFM_FDX));
	KT_EQ(0, ifmedia_baudrate(IFM_ETHER | IFM_AUTO));
	/* Those of PHYs, if a driver says that it has such, or none. */
	memset(&mii, 0, sizeof(mii));
	ifmedia_init(&mii.mii_media, 0, kif_mediachange, kif_mediastatus);
	ifmedia_add(&mii.mii_media, IFM_ETHER | IFM_100_TX, 0, NULL);
	ifmedia_set(&mii.mii_media, IFM_ETHER | IFM_100_TX);
	kif_sc(ifp)->sc_ec.ec_ifmedia = NULL;
	memset(&ifmr, 0, sizeof(ifmr));
	strlcpy(ifmr.ifm_name, "tst0", sizeof(ifmr.ifm_name));
	KT_EQ(EOPNOTSUPP, kif_ifioctl(SIOCGIFMEDIA, &ifmr));
	kif_sc(ifp)->sc_ec.ec_mii = &mii;
	KT_EQ(0, kif_ifioctl(SIOCGIFMEDIA, &ifmr));
	KT_EQ(1, ifmr.ifm_count);
	KT_EQ(IFM_ETHER | IFM_100_TX, ifmr.ifm_current);
	kif_sc(ifp)->sc_ec.ec_mii = NULL;
	ifmedia_fini(&mii.mii_media);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

static void
stat_thread(void *arg)
{
	struct ifnet *ifp = arg;
	int i;

	for (i = 0; i < 1000; i++) {
		if_statinc(ifp, if_ipackets);
		if_statadd2(ifp, if_opackets, 1, if_obytes, 60);
		if (i % 100 == 0)
			yield();
	}
	kthread_exit(0);
}

void
rump_kt_if_stats(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct ifdatareq ifdr = { .ifdr_name = "tst0" };
	struct kt_threads kt;

	kt_start(&kt, 4, stat_thread, ifp);
	kt_join(&kt);
	KT_EQ(0, kif_ifioctl(SIOCGIFDATA, &ifdr));
	KT_EQ(4000, ifdr.ifdr_data.ifi_ipackets);
	KT_EQ(4000, ifdr.ifdr_data.ifi_opackets);
	KT_EQ(240000, ifdr.ifdr_data.ifi_obytes);
	KT_EQ(IFT_ETHER, ifdr.ifdr_data.ifi_type);
	KT_EQ(0, kif_ifioctl(SIOCZIFDATA, &ifdr));
	KT_EQ(4000, ifdr.ifdr_data.ifi_ipackets);
	KT_EQ(0, kif_ifioctl(SIOCGIFDATA, &ifdr));
	KT_EQ(0, ifdr.ifdr_data.ifi_ipackets);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

/* The table of indices grows, and gaps are found. */
void
rump_kt_if_many(void)
{
	char name[IFNAMSIZ];
	struct ifnet *ifp;
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "tst%d", i);
		ifp = kif_make(name);
		KT(if_byindex(ifp->if_index) == ifp);
	}
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "tst%d", i);
		ifp = ifunit(name);
		KT(ifp != NULL && if_byindex(ifp->if_index) == ifp);
	}
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "tst%d", i);
		KT_EQ(0, kif_clone(SIOCIFDESTROY, name));
	}
	KT_EQ(0, kif_count);
}

/* Made, destroyed, given addresses and looked for, all at once. */
#define	NUNITS	3
#define	ROUNDS	60
static volatile u_int running;

static void
race_clone(void *arg)
{
	char name[IFNAMSIZ];
	int i, error;

	for (i = 0; i < ROUNDS; i++) {
		snprintf(name, sizeof(name), "tst%d", i % NUNITS);
		error = kif_clone(SIOCIFCREATE, name);
		KT(error == 0 || error == EEXIST);
		error = kif_clone(SIOCIFDESTROY, name);
		KT(error == 0 || error == ENXIO);
	}
	atomic_dec_uint(&running);
	kthread_exit(0);
}

static void
race_use(struct ifnet *ifp, u_int n)
{
	struct ifreq ifr;
	int error;

	name_it(&ifr, ifp->if_xname);
	switch (n % 4) {
	case 0:
		ifr.ifr_flags = n % 8 == 0 ? IFF_UP : 0;
		error = kif_ifioctl(SIOCSIFFLAGS, &ifr);
		KT(error == 0 || error == ENXIO);
		break;
	case 1:
		if_link_state_change(ifp, n % 3);
		break;
	case 2:
		if_statinc(ifp, if_opackets);
		yield();
		break;
	case 3:
		error = ifpromisc(ifp, 1);
		if (error == 0)
			error = ifpromisc(ifp, 0);
		KT(error == 0 || error == ENXIO);
		break;
	}
}

static void
race_find(void *arg)
{
	char name[IFNAMSIZ];
	struct ifnet *ifp;
	struct psref psref;
	int bound;
	u_int n = 0;

	while (atomic_load_acquire(&running) != 0) {
		bound = curlwp_bind();
		snprintf(name, sizeof(name), "tst%d", n % NUNITS);
		if (n % 2 == 0)
			ifp = if_get(name, &psref);
		else
			ifp = if_get_byindex(n % 200, &psref);
		if (ifp != NULL) {
			KT(n % 2 != 0 || strcmp(ifp->if_xname, name) == 0);
			race_use(ifp, n / 2);
			if_put(ifp, &psref);
		} else {
			yield();
		}
		curlwp_bindx(bound);
		n++;
	}
	kthread_exit(0);
}

void
rump_kt_if_race(void)
{
	struct kt_threads a, b;
	char name[IFNAMSIZ];
	int i;

	kif_setup();
	running = 3;
	kt_start(&b, 3, race_find, NULL);
	kt_start(&a, 3, race_clone, NULL);
	kt_join(&a);
	kt_join(&b);
	for (i = 0; i < NUNITS; i++) {
		snprintf(name, sizeof(name), "tst%d", i);
		(void)kif_clone(SIOCIFDESTROY, name);
	}
	KT_EQ(0, kif_count);
}
