/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_slaac: routers, fe80::9 and others, tell tst0 of prefixes.
 */
#include "n6.h"

void	rump_kt_slaac_off(void);
void	rump_kt_slaac_address(void);
void	rump_kt_slaac_solicit(void);
void	rump_kt_slaac_malformed(void);
void	rump_kt_slaac_prefixes(void);
void	rump_kt_slaac_two_hours(void);
void	rump_kt_slaac_routers(void);
void	rump_kt_slaac_numbers(void);
void	rump_kt_slaac_bounds(void);
void	rump_kt_slaac_temporary(void);
void	rump_kt_slaac_expire(void);
void	rump_kt_slaac_lists(void);
void	rump_kt_slaac_dns(void);
void	rump_kt_slaac_search(void);
void	rump_kt_slaac_search_bad(void);
void	rump_kt_slaac_redirect(void);
void	rump_kt_slaac_bad_redirect(void);

#define	ROUTER	N6_LOCAL(9)
#define	PREFIX	n6_addr(0x2001, 0xdb8, 7, 0, 0, 0, 0, 0)
/* What comes of it. */
#define	SLAAC	n6_addr(0x2001, 0xdb8, 7, 0, 0, 0xff, 0xfe00, 0)
#define	LA	(ND_OPT_PI_FLAG_ONLINK | ND_OPT_PI_FLAG_AUTO)

static uint8_t msg[1500];

static struct ifnet *
setup(void)
{

	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_ACCEPT_RTADV, 1));
	return n6_make("tst0");
}

/* An advertisement without options; seconds it is a default router for. */
static int
ra(int flags, int lifetime)
{
	struct nd_router_advert *r = (void *)msg;

	memset(r, 0, sizeof(*r));
	r->nd_ra_type = ND_ROUTER_ADVERT;
	r->nd_ra_flags_reserved = (uint8_t)flags;
	r->nd_ra_router_lifetime = htons((uint16_t)lifetime);
	return (int)sizeof(*r);
}

static int
prefix(int len, struct in6_addr p, int bits, int flags, uint32_t valid,
    uint32_t preferred)
{
	struct nd_opt_prefix_info pi;

	memset(&pi, 0, sizeof(pi));
	pi.nd_opt_pi_type = ND_OPT_PREFIX_INFORMATION;
	pi.nd_opt_pi_len = sizeof(pi) / 8;
	pi.nd_opt_pi_prefix_len = (uint8_t)bits;
	pi.nd_opt_pi_flags_reserved = (uint8_t)flags;
	pi.nd_opt_pi_valid_time = htonl(valid);
	pi.nd_opt_pi_preferred_time = htonl(preferred);
	pi.nd_opt_pi_prefix = p;
	memcpy(msg + len, &pi, sizeof(pi));
	return len + (int)sizeof(pi);
}

/* From a router, and the thread has looked at it. */
static void
from(struct ifnet *ifp, struct in6_addr router, int len)
{
	struct n6_packet p = { .src = router, .dst = N6_GROUP(1) };

	n6_in(ifp, &p, msg, len);
	(void)kpause("n6", false, MAX(hz / 20, 1), NULL);
}

/* The gateway of the default route, without its zone; false: there is none. */
static bool
default_by(struct in6_addr *gw)
{
	struct sockaddr_in6 dst = n6_sin6(n6_addr(0x2001, 0xdb8, 0xffff, 0, 0,
	    0, 0, 1));
	struct rtentry *rt = rtalloc1(sin6tosa(&dst), 0);

	if (rt == NULL)
		return false;
	*gw = satosin6(rt->rt_gateway)->sin6_addr;
	(void)in6_clearscope(gw);
	rt_unref(rt);
	return true;
}

static bool
is_default(struct in6_addr router)
{
	struct in6_addr gw;

	return default_by(&gw) && IN6_ARE_ADDR_EQUAL(&gw, &router);
}

static bool
onlink(struct ifnet *ifp, struct in6_addr a)
{
	struct sockaddr_in6 dst = n6_sin6(a);
	struct rtentry *rt = rtalloc1(sin6tosa(&dst), 0);
	bool is;

	if (rt == NULL)
		return false;
	is = rt->rt_ifp == ifp && (rt->rt_flags & RTF_GATEWAY) == 0;
	rt_unref(rt);
	return is;
}

static struct in6_addrlifetime
lifetime(struct ifnet *ifp, struct in6_addr a)
{
	struct in6_ifreq ifr;

	KT_EQ(0, n6_ifreq(SIOCGIFALIFETIME_IN6, ifp, a, &ifr));
	return ifr.ifr_ifru.ifru_lifetime;
}

/* Nobody is believed but where it is said. */
void
rump_kt_slaac_off(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_ndireq ndi;
	struct in6_addr gw;

	from(ifp, ROUTER, prefix(ra(0, 1800), PREFIX, 64, LA, 9000, 8000));
	KT_EQ(-1, n6_flags(ifp, SLAAC));
	KT(!default_by(&gw));
	/* For the interface alone. */
	memset(&ndi, 0, sizeof(ndi));
	strlcpy(ndi.ifname, "tst0", sizeof(ndi.ifname));
	KT_EQ(0, n6_ioctl(SIOCGIFINFO_IN6, &ndi));
	ndi.ndi.flags |= ND6_IFF_ACCEPT_RTADV | ND6_IFF_OVERRIDE_RTADV;
	KT_EQ(0, n6_ioctl(SIOCSIFINFO_FLAGS, &ndi));
	from(ifp, ROUTER, prefix(ra(0, 1800), PREFIX, 64, LA, 9000, 8000));
	KT_EQ(IN6_IFF_AUTOCONF, n6_flags(ifp, SLAAC));
	n6_destroy("tst0");
	/* A router believes no other one. */
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_FORWARDING, 1));
	ifp = setup();
	from(ifp, ROUTER, prefix(ra(0, 1800), PREFIX, 64, LA, 9000, 8000));
	KT_EQ(-1, n6_flags(ifp, SLAAC));
	KT(!default_by(&gw));
	n6_destroy("tst0");
}

void
rump_kt_slaac_address(void)
{
	struct ifnet *ifp = setup();
	struct in6_addr gw;
	int len = prefix(ra(0, 1800), PREFIX, 64, LA, 9000, 8000);

	from(ifp, ROUTER, n6_opt_ll(msg, len, ND_OPT_SOURCE_LINKADDR,
	    n6_peer));
	KT_EQ(IN6_IFF_AUTOCONF, n6_flags(ifp, SLAAC));
	KT_EQ(9000, lifetime(ifp, SLAAC).ia6t_vltime);
	KT_EQ(8000, lifetime(ifp, SLAAC).ia6t_pltime);
	KT(onlink(ifp, n6_addr(0x2001, 0xdb8, 7, 0, 0, 0, 0, 55)));
	KT(is_default(ROUTER));
	KT(n6_has_lla(ifp, ROUTER, n6_peer));
	/* It is none any more. */
	from(ifp, ROUTER, ra(0, 0));
	KT(!default_by(&gw));
	KT_EQ(IN6_IFF_AUTOCONF, n6_flags(ifp, SLAAC));
	n6_destroy("tst0");
}

/* Asked for when the interface comes up, until one answers. */
void
rump_kt_slaac_solicit(void)
{
	struct ifnet *ifp;
	const uint8_t *opt;
	struct mbuf *m;

	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_ACCEPT_RTADV, 1));
	ifp = kif_make("tst0");
	kif_flags(ifp, ifp->if_flags | IFF_UP);
	KT((m = n6_wait(ifp, ND_ROUTER_SOLICIT)) != NULL);
	n6_goes(m, N6_OURS, N6_GROUP(2), 255);
	opt = (const uint8_t *)(n6_icmp(m) + 1);
	KT_EQ(ND_OPT_SOURCE_LINKADDR, opt[0]);
	KT_EQ(0, memcmp(opt + 2, CLLADDR(ifp->if_sadl), 6));
	m_freem(m);
	/* Once more, as nobody was heard. */
	KT((m = n6_wait(ifp, ND_ROUTER_SOLICIT)) != NULL);
	m_freem(m);
	from(ifp, ROUTER, ra(0, 1800));
	(void)kpause("n6", false, hz, NULL);
	KT(n6_next(ifp, ND_ROUTER_SOLICIT) == NULL);
	n6_destroy("tst0");
}

/* A message that is wrong in one way: it is counted, and nothing happens. */
static void
bad(struct ifnet *ifp, const struct n6_packet *p, int len)
{
	const uint64_t was = n6_icmpstat(ICMP6_STAT_BADRA);
	struct in6_addr gw;

	n6_in(ifp, p, msg, len);
	(void)kpause("n6", false, MAX(hz / 100, 1), NULL);
	KT_EQ(was + 1, n6_icmpstat(ICMP6_STAT_BADRA));
	KT_EQ(-1, n6_flags(ifp, SLAAC));
	KT(!default_by(&gw));
}

void
rump_kt_slaac_malformed(void)
{
	struct ifnet *ifp = setup();
	const struct n6_packet good = { .src = ROUTER, .dst = N6_GROUP(1) };
	struct n6_packet p;
	int len, cut;

	len = prefix(ra(0, 1800), PREFIX, 64, LA, 9000, 8000);
	p = good;
	p.hlim = 254;
	bad(ifp, &p, len);
	p = good;
	p.code = 1;
	bad(ifp, &p, len);
	/* Only from this link. */
	p = good;
	p.src = N6_GLOBAL(9);
	bad(ifp, &p, len);
	p.src = N6_ANY;
	bad(ifp, &p, len);
	for (cut = 1; cut < len - 8; cut++) {
		/* What is left is one without that option. */
		if (cut == 32)
			continue;
		p = good;
		p.cut = cut;
		bad(ifp, &p, len);
	}
	p = good;
	msg[len - 31] = 0;
	bad(ifp, &p, len);
	msg[len - 31] = 5;
	bad(ifp, &p, len);
	/* A link address of another length. */
	len = ra(0, 1800);
	memset(msg + len, 0, 16);
	msg[len] = ND_OPT_SOURCE_LINKADDR;
	msg[len + 1] = 2;
	bad(ifp, &p, len + 16);
	n6_destroy("tst0");
}

/* What is said of prefixes, piece by piece. */
void
rump_kt_slaac_prefixes(void)
{
	struct ifnet *ifp = setup();
	struct in6_addr near = n6_addr(0x2001, 0xdb8, 7, 0, 0, 0, 0, 55);

	/* Options that are to be ignored. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 8000, 9000));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 129, LA, 9000, 8000));
	from(ifp, ROUTER, prefix(ra(0, 0), N6_LOCAL(0), 64, LA, 9000, 8000));
	from(ifp, ROUTER, prefix(ra(0, 0), N6_GROUP(0), 64, LA, 9000, 8000));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 0, 0));
	KT_EQ(-1, n6_flags(ifp, SLAAC));
	KT(!onlink(ifp, near));
	/* On the link, but no address of it, nor of one that is too long. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64,
	    ND_OPT_PI_FLAG_ONLINK, 9000, 8000));
	KT_EQ(-1, n6_flags(ifp, SLAAC));
	KT(onlink(ifp, near));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64,
	    ND_OPT_PI_FLAG_ONLINK, 0, 0));
	KT(!onlink(ifp, near));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 72, LA, 9000, 8000));
	KT_EQ(-1, n6_flags(ifp, SLAAC));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 72, LA, 0, 0));
	/* An address, but who else has one is not on the link: RFC 5942. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, ND_OPT_PI_FLAG_AUTO,
	    9000, 8000));
	KT_EQ(IN6_IFF_AUTOCONF, n6_flags(ifp, SLAAC));
	KT(!onlink(ifp, near));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 9000, 8000));
	KT(onlink(ifp, near));
	n6_destroy("tst0");
}

/* RFC 4862 section 5.5.3 e. */
void
rump_kt_slaac_two_hours(void)
{
	struct ifnet *ifp = setup();

	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 90000, 80000));
	KT_EQ(90000, lifetime(ifp, SLAAC).ia6t_vltime);
	/* Longer than two hours: as it is said. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 8000, 100));
	KT_EQ(8000, lifetime(ifp, SLAAC).ia6t_vltime);
	KT_EQ(100, lifetime(ifp, SLAAC).ia6t_pltime);
	/* Shorter: two hours.  And of no use any more, at once. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 10, 0));
	KT_EQ(7200, lifetime(ifp, SLAAC).ia6t_vltime);
	KT_EQ(IN6_IFF_AUTOCONF | IN6_IFF_DEPRECATED, n6_flags(ifp, SLAAC));
	/* Less than two hours left: not less than that. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 0, 0));
	KT(lifetime(ifp, SLAAC).ia6t_vltime > 7000);
	KT(lifetime(ifp, SLAAC).ia6t_vltime <= 7200);
	/* More is more. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 7201, 7201));
	KT_EQ(7201, lifetime(ifp, SLAAC).ia6t_vltime);
	KT_EQ(IN6_IFF_AUTOCONF, n6_flags(ifp, SLAAC));
	n6_destroy("tst0");
}

/* With a link address, so that it counts as reachable. */
static void
router(struct ifnet *ifp, struct in6_addr a, int flags, int seconds)
{

	from(ifp, a, n6_opt_ll(msg, ra(flags, seconds),
	    ND_OPT_SOURCE_LINKADDR, n6_peer));
}

void
rump_kt_slaac_routers(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = N6_LOCAL(3), .dst = N6_GROUP(1) };
	struct in6_addr gw;

	router(ifp, N6_LOCAL(1), ND_RA_FLAG_RTPREF_LOW, 1800);
	KT(is_default(N6_LOCAL(1)));
	/* A better one; the reserved preference is that of most. */
	router(ifp, N6_LOCAL(2), ND_RA_FLAG_RTPREF_RSV, 1800);
	KT(is_default(N6_LOCAL(2)));
	router(ifp, N6_LOCAL(3), ND_RA_FLAG_RTPREF_HIGH, 1800);
	KT(is_default(N6_LOCAL(3)));
	/* One that is as good as the one there is changes nothing. */
	router(ifp, N6_LOCAL(4), ND_RA_FLAG_RTPREF_HIGH, 1800);
	KT(is_default(N6_LOCAL(3)));
	router(ifp, N6_LOCAL(4), 0, 0);
	/* It says that it is a host now: RFC 4861 section 7.2.5. */
	n6_in(ifp, &p, msg, n6_na(msg, N6_LOCAL(3), ND_NA_FLAG_OVERRIDE,
	    n6_peer));
	(void)kpause("n6", false, MAX(hz / 20, 1), NULL);
	KT(is_default(N6_LOCAL(2)));
	router(ifp, N6_LOCAL(2), 0, 0);
	KT(is_default(N6_LOCAL(1)));
	kif_flags(ifp, ifp->if_flags & ~IFF_UP);
	n6_destroy("tst0");
	KT(!default_by(&gw));
}

void
rump_kt_slaac_numbers(void)
{
	struct ifnet *ifp = setup();
	struct nd_router_advert *r = (void *)msg;
	const struct nd_kifinfo *ndi = ND_IFINFO(ifp);
	struct nd_opt_mtu mtu = { ND_OPT_MTU, 1, 0, htonl(1400) };
	int len = ra(0, 0);
	uint32_t reachable;

	r->nd_ra_curhoplimit = 33;
	r->nd_ra_reachable = htonl(20000);
	r->nd_ra_retransmit = htonl(2000);
	memcpy(msg + len, &mtu, sizeof(mtu));
	from(ifp, ROUTER, len + (int)sizeof(mtu));
	KT_EQ(33, atomic_load_relaxed(&ndi->chlim));
	KT_EQ(20000, atomic_load_relaxed(&ndi->basereachable));
	reachable = atomic_load_relaxed(&ndi->reachable);
	KT(reachable >= 9000 && reachable <= 31000);
	KT_EQ(2000, ndi->retrans);
	KT_EQ(1400, IN6_LINKMTU(ifp));
	/* What says nothing, or makes no sense. */
	len = ra(0, 0);
	r->nd_ra_reachable = htonl(3600001);
	r->nd_ra_retransmit = htonl(1);
	mtu.nd_opt_mtu_mtu = htonl(1279);
	memcpy(msg + len, &mtu, sizeof(mtu));
	from(ifp, ROUTER, len + (int)sizeof(mtu));
	KT_EQ(33, atomic_load_relaxed(&ndi->chlim));
	KT_EQ(20000, atomic_load_relaxed(&ndi->basereachable));
	KT(ndi->retrans >= 100);
	KT_EQ(1400, IN6_LINKMTU(ifp));
	mtu.nd_opt_mtu_mtu = htonl(9000);
	memcpy(msg + len, &mtu, sizeof(mtu));
	from(ifp, ROUTER, len + (int)sizeof(mtu));
	KT_EQ(1400, IN6_LINKMTU(ifp));
	n6_destroy("tst0");
}

/* The number of records in a list of net.inet6.icmp6, of that size. */
static int
records(int node, void *buf, size_t size, size_t each)
{
	const int name[] = { CTL_NET, PF_INET6, IPPROTO_ICMPV6, node };
	size_t len = size;

	sysctl_lock(false);
	KT_EQ(0, sysctl_dispatch(name, 4, buf, &len, NULL, 0, name, curlwp,
	    NULL));
	sysctl_unlock();
	KT_EQ(0, len % each);
	return (int)(len / each);
}

/* A hostile router cannot make us keep more than so much. */
void
rump_kt_slaac_bounds(void)
{
	struct ifnet *ifp = setup();
	static uint8_t buf[8192];
	struct ifaddr *ifa;
	int i, n = 0, s;

	for (i = 1; i <= 40; i++) {
		router(ifp, N6_LOCAL(i), 0, 1800);
		from(ifp, ROUTER, prefix(ra(0, 0), n6_addr(0x2001, 0xdb8, i,
		    0, 0, 0, 0, 0), 64, LA, 9000, 8000));
	}
	KT_EQ(16, records(ICMPV6CTL_ND6_DRLIST, buf, sizeof(buf),
	    sizeof(struct in6_defrouter)));
	KT_EQ(16, records(ICMPV6CTL_ND6_PRLIST, buf, sizeof(buf),
	    sizeof(struct in6_prefix) + sizeof(struct sockaddr_in6)));
	/* Prefixes that come and go leave their addresses: no more of them. */
	for (i = 1; i <= 40; i++) {
		from(ifp, ROUTER, prefix(ra(0, 0), n6_addr(0x2001, 0xdb8, i,
		    0, 0, 0, 0, 0), 64, LA, 0, 0));
		from(ifp, ROUTER, prefix(ra(0, 0), n6_addr(0x2001, 0xdb8, i,
		    1, 0, 0, 0, 0), 64, LA, 9000, 8000));
	}
	s = pserialize_read_enter();
	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_INET6)
			n++;
	}
	pserialize_read_exit(s);
	KT(n <= 17);
	n6_destroy("tst0");
}

/* The interface's temporary addresses in the prefix: how many. */
static int
temporary(struct ifnet *ifp, struct in6_addr *a)
{
	struct ifaddr *ifa;
	int n = 0, s = pserialize_read_enter();

	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_INET6 &&
		    (ifatoia6(ifa)->ia6_flags & IN6_IFF_TEMPORARY) != 0) {
			*a = *IFA_IN6(ifa);
			n++;
		}
	}
	pserialize_read_exit(s);
	return n;
}

static int
set_by_name(const char *name, int v)
{
	struct sysctlnode query = { .sysctl_flags = SYSCTL_VERSION };
	int mib[] = { CTL_NET, PF_INET6, IPPROTO_IPV6, CTL_QUERY };
	static struct sysctlnode nodes[64];
	size_t len = sizeof(nodes);
	u_int i;

	sysctl_lock(false);
	KT_EQ(0, sysctl_dispatch(mib, 4, nodes, &len, &query, sizeof(query),
	    mib, curlwp, NULL));
	sysctl_unlock();
	for (i = 0; i < len / sizeof(nodes[0]); i++) {
		if (strcmp(nodes[i].sysctl_name, name) == 0)
			return n6_sysctl(IPPROTO_IPV6, nodes[i].sysctl_num, v);
	}
	return ENOENT;
}

/* A second address, of random bits; its lifetimes end earlier. */
void
rump_kt_slaac_temporary(void)
{
	struct ifnet *ifp = setup();
	struct in6_addr one, two, made = SLAAC;

	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 900000, 800000));
	KT_EQ(0, temporary(ifp, &one));
	KT_EQ(0, set_by_name("use_tempaddr", 1));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 900000, 800000));
	KT_EQ(1, temporary(ifp, &one));
	KT(memcmp(&one, &made, 8) == 0);
	KT(memcmp(&one, &made, 16) != 0);
	KT_EQ(IN6_IFF_AUTOCONF | IN6_IFF_TEMPORARY, n6_flags(ifp, one));
	KT(lifetime(ifp, one).ia6t_vltime <= 2 * 86400);
	KT(lifetime(ifp, one).ia6t_pltime <= 86400);
	KT(lifetime(ifp, one).ia6t_pltime >= 86400 * 6 / 10 - 10);
	KT_EQ(800000, lifetime(ifp, SLAAC).ia6t_pltime);
	/* There is one. */
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 900000, 800000));
	KT_EQ(1, temporary(ifp, &two));
	KT(memcmp(&one, &two, 16) == 0);
	/* One that ends soon gets a successor; one too short is not made. */
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, one, NULL));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 900000, 2));
	KT_EQ(0, temporary(ifp, &two));
	from(ifp, ROUTER, prefix(ra(0, 0), PREFIX, 64, LA, 900000, 800000));
	KT_EQ(1, temporary(ifp, &two));
	KT(memcmp(&one, &two, 16) != 0);
	n6_destroy("tst0");
}

/* A router and a prefix whose time is over. */
void
rump_kt_slaac_expire(void)
{
	struct ifnet *ifp = setup();
	struct in6_addr gw, near = n6_addr(0x2001, 0xdb8, 7, 0, 0, 0, 0, 55);
	int i;

	/* What is to be seen lasts; then it is said to last no longer. */
	from(ifp, ROUTER, prefix(ra(0, 1800), PREFIX, 64,
	    ND_OPT_PI_FLAG_ONLINK, 1800, 1800));
	KT(is_default(ROUTER));
	KT(onlink(ifp, near));
	from(ifp, ROUTER, prefix(ra(0, 2), PREFIX, 64,
	    ND_OPT_PI_FLAG_ONLINK, 2, 1));
	for (i = 0; i < 2000 && (default_by(&gw) || onlink(ifp, near)); i++)
		(void)kpause("n6", false, MAX(hz / 100, 1), NULL);
	KT(!default_by(&gw));
	KT(!onlink(ifp, near));
	n6_destroy("tst0");
}

void
rump_kt_slaac_lists(void)
{
	struct ifnet *ifp = setup();
	static union {
		struct in6_defrouter dr;
		struct in6_prefix pr;
		uint8_t room[4096];
	} u;
	struct in6_addr router6 = ROUTER, p = PREFIX;
	struct nd_opt_rdnss dns = { ND_OPT_RDNSS, 3, 0, htonl(600) };
	struct in6_addr server = N6_GLOBAL(53);
	int len;

	KT_EQ(0, records(ICMPV6CTL_ND6_DRLIST, &u, sizeof(u),
	    sizeof(u.dr)));
	len = prefix(ra(ND_RA_FLAG_OTHER, 1800), PREFIX, 64, LA, 9000, 8000);
	memcpy(msg + len, &dns, sizeof(dns));
	memcpy(msg + len + sizeof(dns), &server, sizeof(server));
	from(ifp, ROUTER, len + 24);
	KT_EQ(1, records(ICMPV6CTL_ND6_DRLIST, &u, sizeof(u),
	    sizeof(u.dr)));
	KT(IN6_ARE_ADDR_EQUAL(&router6, &u.dr.rtaddr.sin6_addr));
	KT_EQ(ifp->if_index, u.dr.rtaddr.sin6_scope_id);
	KT_EQ(1800, u.dr.rtlifetime);
	KT_EQ(ND_RA_FLAG_OTHER, u.dr.flags);
	KT_EQ(ifp->if_index, u.dr.if_index);
	KT_EQ(1, records(ICMPV6CTL_ND6_PRLIST, &u, sizeof(u),
	    sizeof(u.pr) + sizeof(struct sockaddr_in6)));
	KT(IN6_ARE_ADDR_EQUAL(&p, &u.pr.prefix.sin6_addr));
	KT_EQ(64, u.pr.prefixlen);
	KT_EQ(9000, u.pr.vltime);
	KT_EQ(1, u.pr.raflags.onlink);
	KT_EQ(1, u.pr.raflags.autonomous);
	KT_EQ(1, u.pr.advrtrs);
	n6_destroy("tst0");
	KT_EQ(0, records(ICMPV6CTL_ND6_PRLIST, &u, sizeof(u), 1));
}

/*
 * Names, RFC 8106.
 */

/* An option of servers n, n + 1 ... */
static int
rdnss(int len, int n, int count, uint32_t lifetime)
{
	const struct nd_opt_rdnss dns = { ND_OPT_RDNSS,
	    (uint8_t)(1 + 2 * count), 0, htonl(lifetime) };
	struct in6_addr server;
	int i;

	memcpy(msg + len, &dns, sizeof(dns));
	len += (int)sizeof(dns);
	for (i = 0; i < count; i++, len += (int)sizeof(server)) {
		server = N6_GLOBAL(n + i);
		memcpy(msg + len, &server, sizeof(server));
	}
	return len;
}

/* One of domains, which are bytes of the wire, with zeroes behind them. */
static int
dnssl(int len, const char *names, int size, uint32_t lifetime)
{
	const uint32_t be = htonl(lifetime);
	const int all = roundup(8 + size, 8);

	memset(msg + len, 0, (size_t)all);
	msg[len] = ND_OPT_DNSSL;
	msg[len + 1] = (uint8_t)(all / 8);
	memcpy(msg + len + 4, &be, sizeof(be));
	memcpy(msg + len + 8, names, (size_t)size);
	return len + all;
}
#define	DNSSL(len, names, lifetime)					\
	dnssl((len), names, (int)sizeof(names), (lifetime))

static const struct in6_nddns *
server_record(int at)
{
	static struct in6_nddns rec[8];

	memset(rec, 0, sizeof(rec));
	return at < records(ICMPV6CTL_ND6_DNS, rec, sizeof(rec),
	    sizeof(rec[0])) ? &rec[at] : NULL;
}

/* Its last number, 0: it is not there. */
static int
server(int at)
{
	const struct in6_nddns *rec = server_record(at);

	return rec != NULL ? rec->server.sin6_addr.s6_addr[15] : 0;
}

static const char *
domain(int at)
{
	static struct in6_ndsearch rec[16];

	memset(rec, 0, sizeof(rec));
	return at < records(ICMPV6CTL_ND6_SEARCH, rec, sizeof(rec),
	    sizeof(rec[0])) ? rec[at].name : NULL;
}

static bool
domain_is(int at, const char *name)
{
	const char *is = domain(at);

	return is != NULL && strcmp(is, name) == 0;
}

void
rump_kt_slaac_dns(void)
{
	struct ifnet *ifp = setup();

	from(ifp, ROUTER, rdnss(ra(0, 1800), 1, 2, 600));
	KT_EQ(1, server(0));
	KT_EQ(2, server(1));
	KT_EQ(0, server(2));
	/* It is forgotten; nobody is. */
	from(ifp, ROUTER, rdnss(ra(0, 1800), 1, 1, 0));
	from(ifp, ROUTER, rdnss(ra(0, 1800), 9, 1, 0));
	KT_EQ(2, server(0));
	KT_EQ(0, server(1));
	/* Three at most, the last that were told. */
	from(ifp, ROUTER, rdnss(ra(0, 1800), 10, 20, 700));
	KT(server(2) >= 10 && server(3) == 0);
	/* Lengths that there are not, and no servers. */
	from(ifp, ROUTER, rdnss(ra(0, 1800), 10, 3, 0));
	from(ifp, ROUTER, rdnss(ra(0, 1800), 10, 20, 0));
	KT_EQ(0, server(0));
	(void)rdnss(ra(0, 1800), 1, 1, 600);
	msg[sizeof(struct nd_router_advert) + 1] = 2;
	from(ifp, ROUTER, (int)sizeof(struct nd_router_advert) + 16);
	msg[sizeof(struct nd_router_advert) + 1] = 1;
	from(ifp, ROUTER, (int)sizeof(struct nd_router_advert) + 8);
	(void)rdnss(ra(0, 1800), 1, 1, 600);
	msg[sizeof(struct nd_router_advert) + 8] = 0xff;
	from(ifp, ROUTER, (int)sizeof(struct nd_router_advert) + 24);
	KT_EQ(0, server(0));
	from(ifp, ROUTER, rdnss(ra(0, 1800), 1, 1, 1));
	KT_EQ(1, server(0));
	(void)kpause("n6", false, 2 * hz, NULL);
	KT_EQ(0, server(0));
	from(ifp, ROUTER, rdnss(ra(0, 1800), 1, 1, UINT32_MAX - 1));
	KT_EQ(1, server(0));
	KT(server_record(0)->expire > time_second);
	/* This one never ends. */
	from(ifp, ROUTER, rdnss(ra(0, 1800), 1, 1, UINT32_MAX));
	KT_EQ(1, server(0));
	KT_EQ(0, server_record(0)->expire);
	n6_destroy("tst0");
	KT_EQ(0, server(0));
}

void
rump_kt_slaac_search(void)
{
	struct ifnet *ifp = setup();
	char name[] = "\1x";
	int i;

	from(ifp, ROUTER, DNSSL(ra(0, 1800), "\7Example\3org\0\3one\4test",
	    600));
	KT(domain_is(0, "example.org"));
	KT(domain_is(1, "one.test"));
	KT(domain(2) == NULL);
	/* Once more it is the same; one goes. */
	from(ifp, ROUTER, DNSSL(ra(0, 1800), "\3ONE\4test", 900));
	KT(domain(2) == NULL);
	from(ifp, ROUTER, DNSSL(ra(0, 1800), "\7example\3org", 0));
	KT(domain_is(0, "one.test"));
	KT(domain(1) == NULL);
	/* So many at most: that which would end first goes. */
	for (i = 0; i < 20; i++) {
		name[1] = (char)('a' + i);
		from(ifp, ROUTER, DNSSL(ra(0, 1800), name, 1000));
	}
	KT(domain(7) != NULL && domain(8) == NULL);
	KT(domain_is(7, "t"));
	for (i = 0; i < 8; i++)
		KT(!domain_is(i, "one.test"));
	from(ifp, ROUTER, DNSSL(ra(0, 1800), name, 1));
	(void)kpause("n6", false, 2 * hz, NULL);
	KT(domain(6) != NULL && domain(7) == NULL);
	n6_destroy("tst0");
	KT(domain(0) == NULL);
}

/* Each spoils all of its option. */
void
rump_kt_slaac_search_bad(void)
{
	static char longest[300];
	struct ifnet *ifp = setup();
	int i, len;

#define	BAD(names) do {							\
	from(ifp, ROUTER, DNSSL(ra(0, 1800), "\2ok\0" names, 600));	\
	KT(domain(0) == NULL);						\
} while (0)
	BAD("\300\10");		/* a pointer, to itself */
	BAD("\300\0");
	BAD("\1a\300\10");
	BAD("\100a");			/* 64 letters */
	BAD("\30too short");
	BAD("\3a b");
	BAD("\3a\nb");
	BAD("\3a.b");
	BAD("\2\303\244");
	BAD("\1a\0\0\1b");		/* zeroes are the end */
#undef BAD
	/* It ends with the option, without a zero. */
	len = dnssl(ra(0, 1800), "\7example", 8, 600);
	from(ifp, ROUTER, len);
	KT(domain(0) == NULL);
	len = dnssl(ra(0, 1800), "\2ok\0\2ab\0", 8, 600);
	msg[sizeof(struct nd_router_advert) + 1] = 1;
	from(ifp, ROUTER, len - 8);
	KT(domain(0) == NULL);
	/* 255 letters and points with those of four labels are the most. */
	for (i = 0; i < 4; i++) {
		longest[64 * i] = i < 3 ? 63 : 61;
		memset(longest + 64 * i + 1, 'a', 63);
	}
	longest[192 + 62] = 0;
	from(ifp, ROUTER, dnssl(ra(0, 1800), longest, 255, 600));
	KT(domain(0) != NULL && strlen(domain(0)) == 253);
	from(ifp, ROUTER, dnssl(ra(0, 1800), longest, 255, 0));
	longest[192] = 62;
	longest[192 + 62] = 'a';
	longest[192 + 63] = 0;
	from(ifp, ROUTER, dnssl(ra(0, 1800), longest, 256, 600));
	KT(domain(0) == NULL);
	n6_destroy("tst0");
}

/*
 * Redirects.
 */
#define	FAR	n6_addr(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 1)

static int
redirect(struct in6_addr target, struct in6_addr dst, const uint8_t *lla)
{
	struct nd_redirect *rd = (void *)msg;

	memset(rd, 0, sizeof(*rd));
	rd->nd_rd_type = ND_REDIRECT;
	rd->nd_rd_target = target;
	rd->nd_rd_dst = dst;
	return lla == NULL ? (int)sizeof(*rd) :
	    n6_opt_ll(msg, (int)sizeof(*rd), ND_OPT_TARGET_LINKADDR, lla);
}

/* Whom packets to there go to: a router, or there directly (any). */
static struct in6_addr
hop_to(struct in6_addr a)
{
	struct sockaddr_in6 dst = n6_sin6(a);
	struct in6_addr gw = N6_ANY;
	struct rtentry *rt = rtalloc1(sin6tosa(&dst), 0);

	KT(rt != NULL);
	if ((rt->rt_flags & RTF_GATEWAY) != 0)
		gw = satosin6(rt->rt_gateway)->sin6_addr;
	(void)in6_clearscope(&gw);
	rt_unref(rt);
	return gw;
}

static bool
goes_by(struct in6_addr a, struct in6_addr by)
{
	const struct in6_addr hop = hop_to(a);

	return IN6_ARE_ADDR_EQUAL(&hop, &by);
}

void
rump_kt_slaac_redirect(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = ROUTER, .dst = N6_OURS };

	KT_EQ(0, n6_add(ifp, N6_GLOBAL(1), 64));
	router(ifp, ROUTER, 0, 1800);
	KT(goes_by(FAR, ROUTER));
	n6_in(ifp, &p, msg, redirect(N6_LOCAL(8), FAR, n6_other));
	KT(goes_by(FAR, N6_LOCAL(8)));
	KT(n6_has_lla(ifp, N6_LOCAL(8), n6_other));
	/* Only that one. */
	KT(goes_by(n6_addr(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 2), ROUTER));
	/* It is a neighbour. */
	n6_in(ifp, &p, msg, redirect(n6_addr(0x2001, 0xdb8, 0xff, 0, 0, 0, 0,
	    2), n6_addr(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 2), n6_other));
	KT(goes_by(n6_addr(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 2), N6_ANY));
	n6_destroy("tst0");
}

/* Not believed: it is counted. */
static void
bad_redirect(struct ifnet *ifp, const struct n6_packet *p, int len)
{
	const uint64_t was = n6_icmpstat(ICMP6_STAT_BADREDIRECT);

	n6_in(ifp, p, msg, len);
	KT_EQ(was + 1, n6_icmpstat(ICMP6_STAT_BADREDIRECT));
	KT(goes_by(FAR, ROUTER));
}

void
rump_kt_slaac_bad_redirect(void)
{
	struct ifnet *ifp = setup();
	const struct n6_packet good = { .src = ROUTER, .dst = N6_OURS };
	struct n6_packet p;
	int cut, len;

	KT_EQ(0, n6_add(ifp, N6_GLOBAL(1), 64));
	router(ifp, ROUTER, 0, 1800);
	p = good;
	p.hlim = 64;
	bad_redirect(ifp, &p, redirect(N6_LOCAL(8), FAR, n6_other));
	p = good;
	p.code = 1;
	bad_redirect(ifp, &p, redirect(N6_LOCAL(8), FAR, n6_other));
	/* Not the router that is used, nor of the link. */
	p = good;
	p.src = N6_LOCAL(7);
	bad_redirect(ifp, &p, redirect(N6_LOCAL(8), FAR, n6_other));
	p.src = N6_GLOBAL(9);
	bad_redirect(ifp, &p, redirect(N6_LOCAL(8), FAR, n6_other));
	/* Neither a router of the link nor the destination; to a group. */
	p = good;
	bad_redirect(ifp, &p, redirect(N6_GLOBAL(8), FAR, n6_other));
	bad_redirect(ifp, &p, redirect(N6_LOCAL(8), N6_GROUP(5), n6_other));
	len = redirect(N6_LOCAL(8), FAR, n6_other);
	for (cut = 1; cut < len - 8; cut++) {
		if (cut == 8)
			continue;
		p = good;
		p.cut = cut;
		bad_redirect(ifp, &p, redirect(N6_LOCAL(8), FAR, n6_other));
	}
	/* Not wanted. */
	KT_EQ(0, n6_sysctl(IPPROTO_ICMPV6, ICMPV6CTL_REDIRACCEPT, 0));
	p = good;
	n6_in(ifp, &p, msg, redirect(N6_LOCAL(8), FAR, n6_other));
	KT(goes_by(FAR, ROUTER));
	n6_destroy("tst0");
}
