/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_in6: addresses of interfaces by ioctl(2).
 */
#include "n6.h"

void	rump_kt_in6_loopback(void);
void	rump_kt_in6_linklocal(void);
void	rump_kt_in6_add(void);
void	rump_kt_in6_wrong(void);
void	rump_kt_in6_scope(void);
void	rump_kt_in6_shared_prefix(void);
void	rump_kt_in6_lifetimes(void);
void	rump_kt_in6_expire(void);
void	rump_kt_in6_groups(void);
void	rump_kt_in6_masks(void);
void	rump_kt_in6_updown(void);

#define	US	N6_GLOBAL(1)

/* The interface a route leads to; NULL: there is none. */
static struct ifnet *
route_to(struct in6_addr a, int *flags)
{
	struct sockaddr_in6 sin6 = n6_sin6(a);
	struct rtentry *rt = rtalloc1(sin6tosa(&sin6), 0);
	struct ifnet *ifp;

	if (rt == NULL)
		return NULL;
	ifp = rt->rt_ifp;
	if (flags != NULL)
		*flags = rt->rt_flags;
	rt_unref(rt);
	return ifp;
}

void
rump_kt_in6_loopback(void)
{
	int flags;

	kif_setup();
	KT_EQ(0, n6_flags(lo0ifp, in6addr_loopback));
	KT(route_to(in6addr_loopback, &flags) == lo0ifp);
	KT((flags & RTF_LOCAL) != 0);
	KT_EQ(0, soclose(n6_so));
}

/* It comes with the interface's being up, and only if that is wanted. */
void
rump_kt_in6_linklocal(void)
{
	struct ifnet *ifp = kif_make("tst0");
	struct in6_addr zoned;
	int flags;

	KT_EQ(-1, n6_flags(ifp, N6_OURS));
	kif_flags(ifp, ifp->if_flags | IFF_UP);
	KT_EQ(0, n6_flags(ifp, N6_OURS));
	zoned = n6_zone(N6_LOCAL(77), ifp);
	KT(route_to(zoned, &flags) == ifp);
	KT((flags & RTF_CONNECTED) != 0);
	n6_destroy("tst0");
	KT(route_to(zoned, NULL) == NULL);
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_AUTO_LINKLOCAL, 0));
	ifp = kif_make("tst0");
	kif_flags(ifp, ifp->if_flags | IFF_UP);
	KT_EQ(-1, n6_flags(ifp, N6_OURS));
	n6_destroy("tst0");
}

void
rump_kt_in6_add(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_addr us = US, mask;
	struct in6_ifreq ifr;
	int flags;

	KT_EQ(0, n6_add(ifp, US, 64));
	KT(route_to(US, &flags) == lo0ifp);
	KT((flags & RTF_LOCAL) != 0);
	KT(route_to(N6_GLOBAL(2), &flags) == ifp);
	KT((flags & RTF_CONNECTED) != 0);
	KT_EQ(0, n6_ifreq(SIOCGIFADDR_IN6, ifp, US, &ifr));
	KT(IN6_ARE_ADDR_EQUAL(&us, &ifr.ifr_ifru.ifru_addr.sin6_addr));
	KT_EQ(0, n6_ifreq(SIOCGIFNETMASK_IN6, ifp, US, &ifr));
	in6_prefixlen2mask(&mask, 64);
	KT(IN6_ARE_ADDR_EQUAL(&mask, &ifr.ifr_ifru.ifru_addr.sin6_addr));
	/* No other end, on a link of many. */
	KT_EQ(EINVAL, n6_ifreq(SIOCGIFDSTADDR_IN6, ifp, US, &ifr));
	KT_EQ(0, n6_ifreq(SIOCGIFSTAT_IN6, ifp, US, &ifr));
	KT_EQ(0, n6_ifreq(SIOCGIFSTAT_ICMP6, ifp, US, &ifr));
	KT_EQ(EADDRNOTAVAIL, n6_ifreq(SIOCGIFADDR_IN6, ifp, N6_GLOBAL(2),
	    &ifr));
	/* Once more is no error. */
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT_EQ(EADDRNOTAVAIL, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT(route_to(US, NULL) == NULL);
	KT(route_to(N6_GLOBAL(2), NULL) == NULL);
	n6_destroy("tst0");
}

void
rump_kt_in6_wrong(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_aliasreq ifra;

	KT_EQ(EADDRNOTAVAIL, n6_add(ifp, N6_ANY, 64));
	KT_EQ(EADDRNOTAVAIL, n6_add(ifp, N6_GROUP(5), 64));
	KT_EQ(EADDRNOTAVAIL, n6_add(ifp, in6addr_loopback, 128));
	KT_EQ(EADDRNOTAVAIL, n6_add(ifp, n6_addr(0, 0, 0, 0, 0, 0xffff,
	    0x0a00, 1), 96));
	ifra = n6_alias(ifp, US, 64);
	ifra.ifra_prefixmask.sin6_addr.s6_addr[10] = 1;
	KT_EQ(EINVAL, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	ifra = n6_alias(ifp, US, 0);
	KT_EQ(EINVAL, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	ifra = n6_alias(ifp, US, 64);
	ifra.ifra_addr.sin6_len = 16;
	KT_EQ(EINVAL, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	ifra = n6_alias(ifp, US, 64);
	ifra.ifra_addr.sin6_family = AF_INET;
	KT_EQ(EAFNOSUPPORT, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	/* A link of many has no other end. */
	ifra = n6_alias(ifp, US, 128);
	ifra.ifra_dstaddr = n6_sin6(N6_GLOBAL(2));
	KT_EQ(EINVAL, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	/* Preferred for longer than it is valid. */
	ifra = n6_alias(ifp, US, 64);
	ifra.ifra_lifetime.ia6t_vltime = 10;
	ifra.ifra_lifetime.ia6t_pltime = 11;
	KT_EQ(EINVAL, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(-1, n6_flags(ifp, US));
	/* A prefix of another length is another address. */
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(EINVAL, n6_add(ifp, US, 48));
	/* Flags of the kernel's are not a program's. */
	ifra = n6_alias(ifp, N6_GLOBAL(9), 64);
	ifra.ifra_flags = IN6_IFF_TENTATIVE | IN6_IFF_DUPLICATED |
	    IN6_IFF_DETACHED | IN6_IFF_ANYCAST;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(IN6_IFF_ANYCAST, n6_flags(ifp, N6_GLOBAL(9)));
	/* This one is asked for first, but not when it is there. */
	ifra = n6_alias(ifp, N6_GLOBAL(10), 64);
	ifra.ifra_flags = IN6_IFF_TRYTENTATIVE;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, N6_GLOBAL(10)));
	ifra = n6_alias(ifp, US, 64);
	ifra.ifra_flags = IN6_IFF_TRYTENTATIVE;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(0, n6_flags(ifp, US));
	n6_destroy("tst0");
}

/* The same address on two links; zones come and go with programs. */
void
rump_kt_in6_scope(void)
{
	struct ifnet *a = n6_make("tst0"), *b = n6_make("tst1");
	struct in6_aliasreq ifra;
	struct in6_ifreq ifr;

	KT_EQ(0, n6_add(a, N6_LOCAL(1), 64));
	KT_EQ(0, n6_add(b, N6_LOCAL(1), 64));
	KT(route_to(n6_zone(N6_LOCAL(2), a), NULL) == a);
	KT(route_to(n6_zone(N6_LOCAL(2), b), NULL) == b);
	ifra = n6_alias(a, N6_LOCAL(3), 64);
	ifra.ifra_addr.sin6_scope_id = b->if_index;
	KT_EQ(EINVAL, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	ifra.ifra_addr.sin6_scope_id = a->if_index;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(0, n6_ifreq(SIOCGIFADDR_IN6, a, N6_LOCAL(3), &ifr));
	KT_EQ(a->if_index, ifr.ifr_ifru.ifru_addr.sin6_scope_id);
	KT_EQ(0, ifr.ifr_ifru.ifru_addr.sin6_addr.s6_addr16[1]);
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, a, N6_LOCAL(1), NULL));
	KT_EQ(-1, n6_flags(a, N6_LOCAL(1)));
	KT_EQ(0, n6_flags(b, N6_LOCAL(1)));
	n6_destroy("tst1");
	n6_destroy("tst0");
}

/* Two addresses of a prefix share its route: it stays with either. */
void
rump_kt_in6_shared_prefix(void)
{
	struct ifnet *ifp = n6_make("tst0");

	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(0, n6_add(ifp, N6_GLOBAL(2), 64));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT(route_to(N6_GLOBAL(9), NULL) == ifp);
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, N6_GLOBAL(2), NULL));
	KT(route_to(N6_GLOBAL(9), NULL) == ifp);
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT(route_to(N6_GLOBAL(9), NULL) == NULL);
	n6_destroy("tst0");
}

void
rump_kt_in6_lifetimes(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_aliasreq ifra = n6_alias(ifp, US, 64);
	struct in6_ifreq ifr;

	ifra.ifra_lifetime.ia6t_vltime = 1000;
	ifra.ifra_lifetime.ia6t_pltime = 0;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(IN6_IFF_DEPRECATED, n6_flags(ifp, US));
	KT_EQ(0, n6_ifreq(SIOCGIFALIFETIME_IN6, ifp, US, &ifr));
	KT_EQ(1000, ifr.ifr_ifru.ifru_lifetime.ia6t_vltime);
	KT_EQ(0, ifr.ifr_ifru.ifru_lifetime.ia6t_pltime);
	KT(ifr.ifr_ifru.ifru_lifetime.ia6t_expire > time_second);
	ifra.ifra_lifetime.ia6t_pltime = 500;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(0, n6_flags(ifp, US));
	/* For ever. */
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(0, n6_ifreq(SIOCGIFALIFETIME_IN6, ifp, US, &ifr));
	KT_EQ(0, ifr.ifr_ifru.ifru_lifetime.ia6t_expire);
	n6_destroy("tst0");
}

/* What a dump of net.route.rtable says of all addresses of an interface. */
static int
addrflags_of(const struct ifnet *ifp)
{
	int name[] = { CTL_NET, PF_ROUTE, 0, AF_INET6, NET_RT_IFLIST,
	    ifp->if_index };
	static char buf[16384];
	const struct ifa_msghdr *ifam;
	size_t len = sizeof(buf), at;
	int flags = 0, n = 0;

	KT_EQ(0, old_sysctl(name, __arraycount(name), buf, &len, NULL, 0,
	    curlwp));
	for (at = 0; at < len; at += ifam->ifam_msglen) {
		ifam = (const void *)(buf + at);
		KT(ifam->ifam_msglen > 0);
		if (ifam->ifam_type != RTM_NEWADDR)
			continue;
		flags |= ifam->ifam_addrflags;
		n++;
	}
	KT(n > 0);
	return flags;
}

/* It is deprecated first, and then it is gone, and so is its route. */
void
rump_kt_in6_expire(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_aliasreq ifra = n6_alias(ifp, US, 64);
	int i;

	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(0, n6_flags(ifp, US));
	KT_EQ(0, addrflags_of(ifp));
	ifra.ifra_lifetime.ia6t_pltime = 1;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	for (i = 0; i < 2000 && n6_flags(ifp, US) == 0; i++)
		(void)kpause("n6", false, MAX(hz / 100, 1), NULL);
	KT_EQ(IN6_IFF_DEPRECATED, n6_flags(ifp, US));
	KT_EQ(IN6_IFF_DEPRECATED, addrflags_of(ifp));
	ifra.ifra_lifetime.ia6t_vltime = 1;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	for (i = 0; i < 2000 && n6_flags(ifp, US) != -1; i++)
		(void)kpause("n6", false, MAX(hz / 100, 1), NULL);
	KT_EQ(-1, n6_flags(ifp, US));
	KT(route_to(N6_GLOBAL(9), NULL) == NULL);
	n6_destroy("tst0");
}

/* Every address has its group, and those of all. */
void
rump_kt_in6_groups(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_addr all = n6_zone(N6_GROUP(1), ifp);
	struct in6_addr sol = n6_zone(n6_solicited(US), ifp);

	KT(in6_multi_group(&all, ifp));
	KT(!in6_multi_group(&sol, ifp));
	KT_EQ(0, n6_add(ifp, US, 64));
	KT(in6_multi_group(&sol, ifp));
	/* Another address that ends alike has the same. */
	KT_EQ(0, n6_add(ifp, n6_addr(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1), 64));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT(in6_multi_group(&sol, ifp));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, n6_addr(0x2001, 0xdb8, 2, 0,
	    0, 0, 0, 1), NULL));
	KT(!in6_multi_group(&sol, ifp));
	KT(in6_multi_group(&all, ifp));
	n6_destroy("tst0");
}

void
rump_kt_in6_masks(void)
{
	struct in6_addr mask, a = US, b = US;
	int i;

	for (i = 0; i <= 128; i++) {
		in6_prefixlen2mask(&mask, i);
		KT_EQ(i, in6_mask2len(&mask, NULL));
	}
	in6_prefixlen2mask(&mask, 20);
	KT_EQ(20, in6_mask2len(&mask, &mask.s6_addr[3]));
	mask.s6_addr[5] = 1;
	KT_EQ(-1, in6_mask2len(&mask, NULL));
	KT_EQ(20, in6_mask2len(&mask, &mask.s6_addr[5]));
	mask.s6_addr[2] = 0xa0;
	KT_EQ(-1, in6_mask2len(&mask, NULL));
	KT_EQ(128, in6_matchlen(&a, &b));
	b.s6_addr[15] ^= 1;
	KT_EQ(127, in6_matchlen(&a, &b));
	b.s6_addr[0] ^= 0x80;
	KT_EQ(0, in6_matchlen(&a, &b));
}

/* An interface that is down has its addresses, but not to be used. */
void
rump_kt_in6_updown(void)
{
	struct ifnet *ifp = n6_make("tst0");

	KT_EQ(0, n6_add(ifp, US, 64));
	kif_flags(ifp, ifp->if_flags & ~IFF_UP);
	KT_EQ(IN6_IFF_DETACHED, n6_flags(ifp, US));
	KT_EQ(IN6_IFF_DETACHED, n6_flags(ifp, N6_OURS));
	kif_flags(ifp, ifp->if_flags | IFF_UP);
	KT_EQ(0, n6_flags(ifp, US));
	KT(n6_has_lla(ifp, US, (const uint8_t *)CLLADDR(ifp->if_sadl)));
	n6_destroy("tst0");
}
