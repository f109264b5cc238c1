/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_in: addresses of interfaces and the routes they bring.
 */
#include "nt.h"

void	rump_kt_in_routes(void);
void	rump_kt_in_shared(void);
void	rump_kt_in_masks(void);
void	rump_kt_in_refused(void);
void	rump_kt_in_ioctls(void);
void	rump_kt_in_purge(void);
void	rump_kt_in_loopback(void);
void	rump_kt_in_link(void);
void	rump_kt_in_churn(void);

/* By which interface packets to an address go; NULL: none. */
static struct ifnet *
way(uint32_t addr)
{
	struct sockaddr_in sin = nt_sin(addr);
	struct rtentry *rt = rtalloc1(sintosa(&sin), 0);
	struct ifnet *ifp;

	if (rt == NULL)
		return NULL;
	ifp = rt->rt_ifp;
	rt_unref(rt);
	return ifp;
}

/* The address packets to another one would have. */
static uint32_t
source(uint32_t dst)
{
	struct sockaddr_in sin = nt_sin(dst);
	struct rtentry *rt = rtalloc1(sintosa(&sin), 0);
	uint32_t src;

	KT(rt != NULL);
	src = ntohl(satosin(rt->rt_ifa->ifa_addr)->sin_addr.s_addr);
	rt_unref(rt);
	return src;
}

void
rump_kt_in_routes(void)
{
	struct ifnet *ifp = nt_make("tst0", 0x0a010001, 24);

	KT(way(0x0a010001) == lo0ifp);
	KT(way(0x0a010002) == ifp);
	KT(way(0x0a0100ff) == ifp);
	KT(way(0x0a010100) == NULL);
	KT_EQ(0x0a010001, source(0x0a010077));
	KT_EQ(1, in_broadcast(nt_in_addr(0x0a0100ff), ifp));
	KT_EQ(0, in_broadcast(nt_in_addr(0x0a0100fe), ifp));
	KT_EQ(0, in_broadcast(nt_in_addr(0x0a0100ff), lo0ifp));
	KT_EQ(1, in_broadcast(nt_in_addr(0xffffffff), ifp));
	KT_EQ(1, in_localaddr(nt_in_addr(0x0a010033)));
	KT_EQ(0, in_localaddr(nt_in_addr(0x0a010133)));
	KT_EQ(0, nt_deladdr(ifp, 0x0a010001));
	KT(way(0x0a010001) == NULL);
	KT(way(0x0a010002) == NULL);
	KT_EQ(0, in_broadcast(nt_in_addr(0x0a0100ff), ifp));
	KT_EQ(EADDRNOTAVAIL, nt_deladdr(ifp, 0x0a010001));
	nt_destroy("tst0");
}

/* Aliases share the route of their net, and hand it on. */
void
rump_kt_in_shared(void)
{
	struct ifnet *ifp = nt_make("tst0", 0x0a010001, 24), *ifp2;

	KT_EQ(0, nt_addr(ifp, 0x0a010005, 24));
	KT_EQ(0x0a010001, source(0x0a010077));
	KT_EQ(0, nt_deladdr(ifp, 0x0a010001));
	KT(way(0x0a010002) == ifp);
	KT_EQ(0x0a010005, source(0x0a010077));
	KT(way(0x0a010001) == ifp);
	/* The same address on another interface keeps it ours. */
	ifp2 = nt_make("tst1", 0x0a010005, 24);
	KT(way(0x0a010005) == lo0ifp);
	KT_EQ(0, nt_deladdr(ifp, 0x0a010005));
	KT(way(0x0a010005) == lo0ifp);
	KT(way(0x0a010002) == ifp2);
	nt_destroy("tst0");
	KT(way(0x0a010002) == ifp2);
	nt_destroy("tst1");
	KT(way(0x0a010005) == NULL);
}

static uint32_t
get(u_long cmd, struct ifnet *ifp)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifp->if_xname, sizeof(ifr.ifr_name));
	if (nt_ioctl(cmd, &ifr) != 0)
		return 0xdeadbeef;
	return ntohl(satosin(&ifr.ifr_addr)->sin_addr.s_addr);
}

void
rump_kt_in_masks(void)
{
	struct ifnet *ifp = nt_make("tst0", 0x0a010002, 31);

	/* RFC 3021: two hosts and no broadcast. */
	KT(way(0x0a010003) == ifp);
	KT_EQ(0, in_broadcast(nt_in_addr(0x0a010003), ifp));
	KT_EQ(0xdeadbeef, get(SIOCGIFBRDADDR, ifp));
	KT_EQ(0, nt_deladdr(ifp, 0x0a010002));
	KT_EQ(0, nt_addr(ifp, 0x0a010002, 32));
	KT(way(0x0a010002) == lo0ifp);
	KT(way(0x0a010003) == NULL);
	KT_EQ(0, nt_deladdr(ifp, 0x0a010002));
	/* By class, if there is none. */
	KT_EQ(0, nt_addr(ifp, 0xac100001, 0));
	KT_EQ(0xffff0000, get(SIOCGIFNETMASK, ifp));
	KT_EQ(0xac10ffff, get(SIOCGIFBRDADDR, ifp));
	KT_EQ(0, nt_addr(ifp, 0xac100001, 28));
	KT_EQ(0xfffffff0, get(SIOCGIFNETMASK, ifp));
	KT(way(0xac100005) == ifp);
	KT(way(0xac100015) == NULL);
	nt_destroy("tst0");
}

void
rump_kt_in_refused(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct in_aliasreq ifra;

	KT_EQ(EINVAL, nt_addr(ifp, 0, 24));
	KT_EQ(EINVAL, nt_addr(ifp, 0xe0000005, 24));
	KT_EQ(EINVAL, nt_addr(ifp, 0xffffffff, 24));
	KT_EQ(EINVAL, nt_addr(ifp, 0xf0000001, 24));
	KT_EQ(EINVAL, nt_addr(ifp, 0x7f000005, 8));
	memset(&ifra, 0, sizeof(ifra));
	strlcpy(ifra.ifra_name, "tst0", sizeof(ifra.ifra_name));
	ifra.ifra_addr = nt_sin(0x0a010001);
	ifra.ifra_mask = nt_sin(0xff00ff00);
	KT_EQ(EINVAL, nt_ioctl(SIOCAIFADDR, &ifra));
	ifra.ifra_mask = nt_sin(0xffffff00);
	ifra.ifra_addr.sin_family = AF_LOCAL;
	KT_EQ(EAFNOSUPPORT, nt_ioctl(SIOCAIFADDR, &ifra));
	ifra.ifra_addr = nt_sin(0x0a010001);
	ifra.ifra_addr.sin_len = 4;
	KT_EQ(EINVAL, nt_ioctl(SIOCAIFADDR, &ifra));
	/* The driver does not come up: nothing of it stays. */
	kif_sc(ifp)->sc_failinit = EIO;
	KT_EQ(EIO, nt_addr(ifp, 0x0a010001, 24));
	KT(way(0x0a010001) == NULL);
	KT_EQ(0xdeadbeef, get(SIOCGIFADDR, ifp));
	kif_sc(ifp)->sc_failinit = 0;
	KT_EQ(0, nt_addr(ifp, 0x0a010001, 24));
	nt_destroy("tst0");
}

void
rump_kt_in_ioctls(void)
{
	struct ifnet *ifp = nt_make("tst0", 0x0a010001, 24);
	struct in_aliasreq ifra;

	KT_EQ(0x0a010001, get(SIOCGIFADDR, ifp));
	KT_EQ(0xffffff00, get(SIOCGIFNETMASK, ifp));
	KT_EQ(0x0a0100ff, get(SIOCGIFBRDADDR, ifp));
	KT_EQ(0xdeadbeef, get(SIOCGIFDSTADDR, ifp));
	KT_EQ(0, nt_ifreq(SIOCSIFNETMASK, ifp, 0xffff0000));
	KT_EQ(0xffff0000, get(SIOCGIFNETMASK, ifp));
	KT(way(0x0a01ff02) == ifp);
	KT_EQ(EINVAL, nt_ifreq(SIOCSIFNETMASK, ifp, 0xff00ff00));
	KT_EQ(0, nt_ifreq(SIOCSIFBRDADDR, ifp, 0x0a010000));
	KT_EQ(0x0a010000, get(SIOCGIFBRDADDR, ifp));
	KT_EQ(1, in_broadcast(nt_in_addr(0x0a010000), ifp));
	KT_EQ(EINVAL, nt_ifreq(SIOCSIFDSTADDR, ifp, 0x0a010002));
	/* Another first one. */
	KT_EQ(0, nt_ifreq(SIOCSIFADDR, ifp, 0x0b000001));
	KT_EQ(0x0b000001, get(SIOCGIFADDR, ifp));
	KT_EQ(0xff000000, get(SIOCGIFNETMASK, ifp));
	KT(way(0x0a010002) == NULL);
	memset(&ifra, 0, sizeof(ifra));
	strlcpy(ifra.ifra_name, "tst0", sizeof(ifra.ifra_name));
	KT_EQ(0, nt_ioctl(SIOCGIFALIAS, &ifra));
	KT_EQ(0x0b000001, ntohl(ifra.ifra_addr.sin_addr.s_addr));
	KT_EQ(0x0bffffff, ntohl(ifra.ifra_broadaddr.sin_addr.s_addr));
	KT_EQ(0, nt_deladdr(ifp, 0x0b000001));
	KT_EQ(0xdeadbeef, get(SIOCGIFADDR, ifp));
	KT_EQ(EADDRNOTAVAIL, nt_ifreq(SIOCSIFNETMASK, ifp, 0xff000000));
	nt_destroy("tst0");
}

/* The interface goes: addresses, routes and neighbours with it. */
void
rump_kt_in_purge(void)
{
	struct sockaddr_in dst = nt_sin(0x0c000000), gw = nt_sin(0x0a010002);
	struct sockaddr_in mask = nt_sin(0xff000000);
	struct ifnet *ifp = nt_make("tst0", 0x0a010001, 24);

	nt_learn(ifp, 0x0a010002, 0x0a010001);
	KT_EQ(0, rtrequest(RTM_ADD, sintosa(&dst), sintosa(&gw),
	    sintosa(&mask), RTF_UP | RTF_GATEWAY, NULL));
	KT(way(0x0c000001) == ifp);
	nt_destroy("tst0");
	KT(way(0x0c000001) == NULL);
	KT(way(0x0a010002) == NULL);
	KT(way(0x0a010001) == NULL);
	/* With an address deleted, routes by it go, too. */
	ifp = nt_make("tst0", 0x0a010001, 24);
	KT_EQ(0, rtrequest(RTM_ADD, sintosa(&dst), sintosa(&gw),
	    sintosa(&mask), RTF_UP | RTF_GATEWAY, NULL));
	KT_EQ(0, nt_deladdr(ifp, 0x0a010001));
	KT(way(0x0c000001) == NULL);
	nt_destroy("tst0");
}

void
rump_kt_in_loopback(void)
{

	KT(way(0x7f000001) == lo0ifp);
	KT_EQ(0x7f000001, get(SIOCGIFADDR, lo0ifp));
	KT_EQ(0xff000000, get(SIOCGIFNETMASK, lo0ifp));
	KT((lo0ifp->if_flags & IFF_UP) != 0);
	KT_EQ(0, nt_addr(lo0ifp, 0x7f000002, 8));
	KT(way(0x7f000002) == lo0ifp);
	KT_EQ(0, nt_deladdr(lo0ifp, 0x7f000002));
	KT(way(0x7f000002) == NULL);
	KT(way(0x7f000001) == lo0ifp);
	KT_EQ(0, soclose(nt_so));
}

/* Down and up again: neighbours are told. */
void
rump_kt_in_link(void)
{
	struct ifnet *ifp = nt_make("tst0", 0x0a010001, 24);
	struct ifreq ifr;
	struct mbuf *m;

	kif_flags(ifp, 0);
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "tst0", sizeof(ifr.ifr_name));
	KT_EQ(0, nt_ioctl(SIOCGIFAFLAG_IN, &ifr));
	KT_EQ(IN_IFF_DETACHED, ifr.ifr_addrflags);
	kif_flags(ifp, IFF_UP);
	KT_EQ(0, nt_ioctl(SIOCGIFAFLAG_IN, &ifr));
	KT_EQ(0, ifr.ifr_addrflags);
	do {
		if ((m = nt_out(ifp)) == NULL)
			kpause("link", false, 1, NULL);
		else if (ntohs(mtod(m, struct ether_header *)->ether_type) ==
		    ETHERTYPE_ARP) {
			(void)nt_is_arp(m, ARPOP_REQUEST);
			m_freem(m);
			break;
		} else
			m_freem(m);
	} while (true);
	nt_destroy("tst0");
}

/* Addresses come and go while packets are sent with them. */
static volatile bool churned;

static void
churn_send(void *arg)
{
	struct socket *so = arg;
	u_int n = 0;

	while (!atomic_load_relaxed(&churned)) {
		(void)nt_sendto(so, 0x0a010002, 9, "x", 1);
		(void)nt_sendto(so, 0x7f000001, 9, "x", 1);
		if (n++ % 16 == 0)
			kpause("churn", false, 1, NULL);
	}
}

void
rump_kt_in_churn(void)
{
	struct ifnet *ifp = nt_make("tst0", 0x0a010001, 24);
	struct socket *so = nt_udp(0, 1234), *so2 = nt_udp(0, 1235);
	struct kt_threads kt, kt2;
	int i;

	kt_start(&kt, 2, churn_send, so);
	kt_start(&kt2, 1, churn_send, so2);
	for (i = 0; i < 200; i++) {
		KT_EQ(0, nt_addr(ifp, 0x0a010005, 24));
		KT_EQ(0, nt_deladdr(ifp, 0x0a010001));
		KT_EQ(0, nt_addr(ifp, 0x0a010001, 25));
		KT_EQ(0, nt_deladdr(ifp, 0x0a010005));
		nt_drain(ifp);
	}
	atomic_store_relaxed(&churned, true);
	kt_join(&kt);
	kt_join(&kt2);
	KT_EQ(0, soclose(so));
	KT_EQ(0, soclose(so2));
	nt_destroy("tst0");
}
