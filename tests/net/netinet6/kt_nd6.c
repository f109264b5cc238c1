/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_nd6: tst0 has 2001:db8::1/64 and fe80::ff:fe00:0.
 */
#include "n6.h"

#include <net/pfil.h>

void	rump_kt_nd6_answer(void);
void	rump_kt_nd6_resolve(void);
void	rump_kt_nd6_malformed(void);
void	rump_kt_nd6_advertised(void);
void	rump_kt_nd6_confirmed(void);
void	rump_kt_nd6_router_flag(void);
void	rump_kt_nd6_flood(void);
void	rump_kt_nd6_static(void);
void	rump_kt_nd6_proxy(void);
void	rump_kt_nd6_dad(void);
void	rump_kt_nd6_dad_lost(void);
void	rump_kt_nd6_net_gone(void);
void	rump_kt_nd6_dad_first(void);
void	rump_kt_nd6_dad_looped(void);
void	rump_kt_nd6_disabled(void);
void	rump_kt_nd6_detach(void);

#define	US	N6_GLOBAL(1)
#define	PEER	N6_GLOBAL(2)

static uint8_t msg[512];

static struct ifnet *
setup(void)
{
	struct ifnet *ifp = n6_make("tst0");

	KT_EQ(0, n6_add(ifp, US, 64));
	KT(n6_wait(ifp, ND_NEIGHBOR_ADVERT) != NULL);
	n6_drain(ifp);
	return ifp;
}

/* A packet to the peer, that wants to be resolved. */
static void
send_to(struct in6_addr dst)
{
	struct sockaddr_in6 sin6 = n6_sin6(dst);
	struct socket *so;
	struct mbuf *m;

	sin6.sin6_port = htons(9);
	KT_EQ(0, socreate(AF_INET6, &so, SOCK_DGRAM, 0, curlwp, NULL));
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = m->m_pkthdr.len = 4;
	memset(mtod(m, void *), 'x', 4);
	KT_EQ(0, (*so->so_send)(so, sin6tosa(&sin6), NULL, m, NULL, 0,
	    curlwp));
	KT_EQ(0, soclose(so));
}

/* Who asks is answered, and remembered. */
void
rump_kt_nd6_answer(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = PEER, .dst = n6_solicited(US) };
	const struct nd_neighbor_advert *na;
	struct mbuf *m;

	n6_in(ifp, &p, msg, n6_ns(msg, US, n6_peer));
	KT((m = n6_next(ifp, ND_NEIGHBOR_ADVERT)) != NULL);
	n6_goes(m, US, PEER, 255);
	KT_EQ(0, memcmp(mtod(m, uint8_t *), n6_peer, 6));
	na = (const void *)n6_icmp(m);
	KT_EQ(ND_NA_FLAG_SOLICITED | ND_NA_FLAG_OVERRIDE,
	    na->nd_na_flags_reserved);
	KT_EQ(0, memcmp((const char *)(na + 1) + 2, CLLADDR(ifp->if_sadl), 6));
	m_freem(m);
	/* He was sent something. */
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, PEER));
	KT(n6_has_lla(ifp, PEER, n6_peer));
	/* Not for an address that is nobody's here. */
	p.dst = n6_solicited(N6_GLOBAL(3));
	n6_in(ifp, &p, msg, n6_ns(msg, N6_GLOBAL(3), n6_peer));
	KT(n6_next(ifp, ND_NEIGHBOR_ADVERT) == NULL);
	/* Who looks for a conflict is answered with all others. */
	p.src = N6_ANY;
	p.dst = n6_solicited(US);
	n6_in(ifp, &p, msg, n6_ns(msg, US, NULL));
	KT((m = n6_next(ifp, ND_NEIGHBOR_ADVERT)) != NULL);
	n6_goes(m, US, N6_GROUP(1), 255);
	na = (const void *)n6_icmp(m);
	KT_EQ(ND_NA_FLAG_OVERRIDE, na->nd_na_flags_reserved);
	m_freem(m);
	n6_destroy("tst0");
}

/* Asked once for several packets, which go when he answers. */
void
rump_kt_nd6_resolve(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = PEER, .dst = US };
	const struct nd_neighbor_solicit *ns;
	struct in6_addr peer = PEER;
	struct mbuf *m;
	int i;

	send_to(PEER);
	send_to(PEER);
	KT((m = n6_next(ifp, ND_NEIGHBOR_SOLICIT)) != NULL);
	n6_goes(m, US, n6_solicited(PEER), 255);
	ns = (const void *)n6_icmp(m);
	KT(IN6_ARE_ADDR_EQUAL(&peer, &ns->nd_ns_target));
	KT_EQ(ND_OPT_SOURCE_LINKADDR, *(const uint8_t *)(ns + 1));
	m_freem(m);
	KT(n6_out(ifp) == NULL);
	KT_EQ(ND_LLINFO_INCOMPLETE, n6_state(ifp, PEER));
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED |
	    ND_NA_FLAG_OVERRIDE, n6_peer));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	for (i = 0; i < 2; i++) {
		KT((m = n6_out(ifp)) != NULL);
		KT_EQ(IPPROTO_UDP, n6_is_ip6(m)->ip6_nxt);
		KT_EQ(0, memcmp(mtod(m, uint8_t *), n6_peer, 6));
		m_freem(m);
	}
	/* One that nobody answers for keeps a bounded number. */
	for (i = 0; i < 40; i++)
		send_to(N6_GLOBAL(7));
	p.src = N6_GLOBAL(7);
	n6_drain(ifp);
	n6_in(ifp, &p, msg, n6_na(msg, N6_GLOBAL(7), ND_NA_FLAG_SOLICITED,
	    n6_peer));
	for (i = 0; (m = n6_out(ifp)) != NULL; i++)
		m_freem(m);
	KT_EQ(16, i);
	n6_destroy("tst0");
}

/* A message that is wrong in one way: it is counted, and nothing happens. */
static void
bad(struct ifnet *ifp, const struct n6_packet *p, int len, u_int stat)
{
	const uint64_t was = n6_icmpstat(stat);

	n6_in(ifp, p, msg, len);
	KT_EQ(was + 1, n6_icmpstat(stat));
	KT_EQ(-99, n6_state(ifp, PEER));
	KT(n6_next(ifp, ND_NEIGHBOR_ADVERT) == NULL);
}

static void
bad_ns(struct ifnet *ifp)
{
	const struct n6_packet good = { .src = PEER,
	    .dst = n6_solicited(US) };
	struct n6_packet p;
	int len;

	p = good;
	p.hlim = 254;
	bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_BADNS);
	p = good;
	p.code = 1;
	bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_BADNS);
	p = good;
	p.badsum = true;
	bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_CHECKSUM);
	/* Too short, with half an option, with one of no length. */
	for (len = 9; len <= 24; len++) {
		p = good;
		p.cut = len;
		bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_BADNS);
	}
	for (len = 1; len < 8; len++) {
		p = good;
		p.cut = len;
		bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_BADNS);
	}
	p = good;
	len = n6_ns(msg, US, n6_peer);
	msg[len - 7] = 0;
	bad(ifp, &p, len, ICMP6_STAT_BADNS);
	len = n6_ns(msg, US, n6_peer);
	msg[len - 7] = 2;
	bad(ifp, &p, len, ICMP6_STAT_BADNS);
	/* One of another kind of link. */
	len = n6_ns(msg, US, n6_peer);
	msg[len - 7] = 2;
	memset(msg + len, 0, 8);
	bad(ifp, &p, len + 8, ICMP6_STAT_BADNS);
	bad(ifp, &p, n6_ns(msg, N6_GROUP(1), n6_peer), ICMP6_STAT_BADNS);
	/* From nobody: not to one, nor with an option. */
	p.src = N6_ANY;
	bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_BADNS);
	p.dst = US;
	bad(ifp, &p, n6_ns(msg, US, NULL), ICMP6_STAT_BADNS);
	/* From somebody who is on no net of ours. */
	p = good;
	p.src = n6_addr(0x2001, 0xdb8, 1, 0, 0, 0, 0, 2);
	bad(ifp, &p, n6_ns(msg, US, n6_peer), ICMP6_STAT_BADNS);
}

static void
bad_na(struct ifnet *ifp)
{
	const struct n6_packet good = { .src = PEER, .dst = US };
	struct n6_packet p;
	int len;

	p = good;
	p.hlim = 1;
	bad(ifp, &p, n6_na(msg, PEER, 0, n6_peer), ICMP6_STAT_BADNA);
	p = good;
	p.code = 9;
	bad(ifp, &p, n6_na(msg, PEER, 0, n6_peer), ICMP6_STAT_BADNA);
	for (len = 1; len <= 24; len++) {
		if (len == 8)
			continue;
		p = good;
		p.cut = len;
		bad(ifp, &p, n6_na(msg, PEER, 0, n6_peer), ICMP6_STAT_BADNA);
	}
	p = good;
	bad(ifp, &p, n6_na(msg, N6_GROUP(1), 0, n6_peer), ICMP6_STAT_BADNA);
	/* To all it cannot be an answer. */
	p.dst = N6_GROUP(1);
	bad(ifp, &p, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED, n6_peer),
	    ICMP6_STAT_BADNA);
	len = n6_na(msg, PEER, 0, n6_peer);
	msg[len - 7] = 0;
	bad(ifp, &p, len, ICMP6_STAT_BADNA);
}

void
rump_kt_nd6_malformed(void)
{
	struct ifnet *ifp = setup();

	bad_ns(ifp);
	bad_na(ifp);
	n6_destroy("tst0");
}

/* RFC 4861 section 7.2.5 and appendix C, for one that is known. */
void
rump_kt_nd6_advertised(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet ns = { .src = PEER, .dst = n6_solicited(US) };
	struct n6_packet p = { .src = PEER, .dst = US };

	/* Nobody asked. */
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED, n6_peer));
	KT_EQ(-99, n6_state(ifp, PEER));
	n6_in(ifp, &ns, msg, n6_ns(msg, US, n6_peer));
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, PEER));
	/* The same again, not an answer: as it was. */
	n6_in(ifp, &p, msg, n6_na(msg, PEER, 0, n6_peer));
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, PEER));
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED, n6_peer));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	/* Another one says it is his, without authority. */
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED, n6_other));
	KT_EQ(ND_LLINFO_STALE, n6_state(ifp, PEER));
	KT(n6_has_lla(ifp, PEER, n6_peer));
	/* With it; and an answer without a link address. */
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_OVERRIDE, n6_other));
	KT_EQ(ND_LLINFO_STALE, n6_state(ifp, PEER));
	KT(n6_has_lla(ifp, PEER, n6_other));
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED, NULL));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	KT(n6_has_lla(ifp, PEER, n6_other));
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED |
	    ND_NA_FLAG_OVERRIDE, n6_peer));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	KT(n6_has_lla(ifp, PEER, n6_peer));
	/* A solicitation tells of a move as well. */
	n6_in(ifp, &ns, msg, n6_ns(msg, US, n6_other));
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, PEER));
	KT(n6_has_lla(ifp, PEER, n6_other));
	/* Nobody changes what is ours. */
	p.src = US;
	n6_in(ifp, &p, msg, n6_na(msg, US, ND_NA_FLAG_OVERRIDE, n6_other));
	KT(n6_has_lla(ifp, US, (const uint8_t *)CLLADDR(ifp->if_sadl)));
	n6_destroy("tst0");
}

/* Something arrived at that address. */
static void
confirm(struct in6_addr a)
{
	struct sockaddr_in6 dst = n6_sin6(a);
	struct rtentry *rt = rtalloc1(sin6tosa(&dst), 0);

	KT(rt != NULL);
	nd6_confirmed(rt, sin6tosa(&dst));
	rt_unref(rt);
}

/* RFC 4861 section 7.3.1, near and by a router. */
void
rump_kt_nd6_confirmed(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet ns = { .src = PEER, .dst = n6_solicited(US) };
	const struct in6_addr any = N6_ANY;
	struct sockaddr_in6 dst = n6_sin6(any), mask = dst, gw = n6_sin6(PEER);

	confirm(PEER);
	KT_EQ(-99, n6_state(ifp, PEER));
	n6_in(ifp, &ns, msg, n6_ns(msg, US, n6_peer));
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, PEER));
	confirm(PEER);
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	n6_in(ifp, &ns, msg, n6_ns(msg, US, n6_other));
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, PEER));
	KT_EQ(0, rtrequest(RTM_ADD, sin6tosa(&dst), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_UP | RTF_GATEWAY, NULL));
	confirm(n6_addr(0x2001, 0xdb8, 9, 0, 0, 0, 0, 1));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	/* Nobody is there. */
	confirm(n6_addr(0, 0, 0, 0, 0, 0, 0, 1));
	n6_destroy("tst0");
}

static int
is_router(struct ifnet *ifp, struct in6_addr a)
{
	struct in6_nbrinfo nbi;

	memset(&nbi, 0, sizeof(nbi));
	strlcpy(nbi.ifname, ifp->if_xname, sizeof(nbi.ifname));
	nbi.addr = a;
	KT_EQ(0, n6_ioctl(SIOCGNBRINFO_IN6, &nbi));
	return nbi.isrouter;
}

void
rump_kt_nd6_router_flag(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet ns = { .src = PEER, .dst = n6_solicited(US) };
	struct n6_packet p = { .src = PEER, .dst = US };
	struct in6_nbrinfo nbi;

	n6_in(ifp, &ns, msg, n6_ns(msg, US, n6_peer));
	KT_EQ(0, is_router(ifp, PEER));
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_ROUTER, n6_peer));
	KT_EQ(1, is_router(ifp, PEER));
	/* One that is not believed says nothing. */
	n6_in(ifp, &p, msg, n6_na(msg, PEER, 0, n6_other));
	KT_EQ(1, is_router(ifp, PEER));
	n6_in(ifp, &p, msg, n6_na(msg, PEER, 0, NULL));
	KT_EQ(0, is_router(ifp, PEER));
	memset(&nbi, 0, sizeof(nbi));
	strlcpy(nbi.ifname, ifp->if_xname, sizeof(nbi.ifname));
	nbi.addr = N6_GLOBAL(99);
	KT_EQ(EINVAL, n6_ioctl(SIOCGNBRINFO_IN6, &nbi));
	n6_destroy("tst0");
}

/* A flood of neighbours that are made up: their number is bounded, those that
 * are in use stay, and new ones are still heard. */
void
rump_kt_nd6_flood(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = PEER, .dst = US };
	struct n6_packet ns = { .dst = n6_solicited(US) };
	u_int i, most = 8192;

	send_to(PEER);
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_SOLICITED, n6_peer));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	for (i = 0; i < most + 500; i++) {
		ns.src = n6_addr(0x2001, 0xdb8, 0, 0, 1, 0, (int)(i >> 16),
		    (int)(i & 0xffff));
		n6_put(ifp, &ns, msg, n6_ns(msg, US, n6_other));
		if (i % 32 == 0) {
			n6_settle();
			n6_drain(ifp);
		}
	}
	n6_settle();
	n6_drain(ifp);
	/* Two are our own. */
	KT(lltable_get_entry_count(LLTABLE6(ifp)) <= most + 2);
	KT(lltable_get_entry_count(LLTABLE6(ifp)) > most - 2);
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	KT_EQ(ND_LLINFO_DELAY, n6_state(ifp, ns.src));
	n6_destroy("tst0");
}

/* One that was set by hand is not changed by what is said. */
void
rump_kt_nd6_static(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = PEER, .dst = US };
	struct in6_addr peer = PEER;
	struct llentry *lle;

	KT((lle = nd6_create(&peer, ifp)) != NULL);
	memcpy(&lle->ll_addr, n6_peer, 6);
	lle->la_flags |= LLE_VALID | LLE_STATIC;
	lle->ln_state = ND_LLINFO_REACHABLE;
	lle->la_expire = 0;
	LLE_WUNLOCK(lle);
	n6_in(ifp, &p, msg, n6_na(msg, PEER, ND_NA_FLAG_OVERRIDE |
	    ND_NA_FLAG_SOLICITED, n6_other));
	KT(n6_has_lla(ifp, PEER, n6_peer));
	KT_EQ(ND_LLINFO_REACHABLE, n6_state(ifp, PEER));
	p.dst = n6_solicited(US);
	n6_in(ifp, &p, msg, n6_ns(msg, US, n6_other));
	KT(n6_has_lla(ifp, PEER, n6_peer));
	n6_destroy("tst0");
}

/* We answer for somebody behind us, without authority. */
void
rump_kt_nd6_proxy(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = PEER, .dst = US };
	struct in6_addr behind = N6_GLOBAL(5);
	const struct nd_neighbor_advert *na;
	struct llentry *lle;
	struct mbuf *m;

	KT((lle = nd6_create(&behind, ifp)) != NULL);
	memcpy(&lle->ll_addr, n6_other, 6);
	lle->la_flags |= LLE_VALID | LLE_STATIC | LLE_PUB;
	lle->ln_state = ND_LLINFO_REACHABLE;
	lle->la_expire = 0;
	LLE_WUNLOCK(lle);
	n6_in(ifp, &p, msg, n6_ns(msg, behind, n6_peer));
	KT((m = n6_next(ifp, ND_NEIGHBOR_ADVERT)) != NULL);
	n6_goes(m, US, PEER, 255);
	na = (const void *)n6_icmp(m);
	KT(IN6_ARE_ADDR_EQUAL(&behind, &na->nd_na_target));
	KT_EQ(ND_NA_FLAG_SOLICITED, na->nd_na_flags_reserved);
	KT_EQ(0, memcmp((const char *)(na + 1) + 2, n6_other, 6));
	m_freem(m);
	n6_destroy("tst0");
}

/*
 * Detection of duplicates.
 */
static struct ifnet *
setup_dad(int count)
{
	struct ifnet *ifp = n6_make("tst0");

	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_DAD_COUNT, count));
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, US));
	return ifp;
}

/* The next probe: its nonce. */
static void
probe(struct ifnet *ifp, uint8_t nonce[8])
{
	const struct nd_neighbor_solicit *ns;
	struct in6_addr us = US;
	struct mbuf *m = n6_wait(ifp, ND_NEIGHBOR_SOLICIT);

	KT(m != NULL);
	n6_goes(m, N6_ANY, n6_solicited(US), 255);
	ns = (const void *)n6_icmp(m);
	KT(IN6_ARE_ADDR_EQUAL(&us, &ns->nd_ns_target));
	memcpy(nonce, ns + 1, 8);
	KT_EQ(ND_OPT_NONCE, nonce[0]);
	KT_EQ(1, nonce[1]);
	m_freem(m);
}

/* One that is nobody's is ours after the probes. */
void
rump_kt_nd6_dad(void)
{
	struct ifnet *ifp = setup_dad(1);
	struct n6_packet p = { .src = PEER, .dst = n6_solicited(US) };
	uint8_t nonce[8];
	struct mbuf *m;

	/* It is neither used nor told of yet; who asks does not have it. */
	n6_in(ifp, &p, msg, n6_ns(msg, US, n6_peer));
	KT(n6_next(ifp, ND_NEIGHBOR_ADVERT) == NULL);
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, US));
	probe(ifp, nonce);
	KT((m = n6_wait(ifp, ND_NEIGHBOR_ADVERT)) != NULL);
	n6_goes(m, US, N6_GROUP(1), 255);
	m_freem(m);
	KT_EQ(0, n6_flags(ifp, US));
	n6_in(ifp, &p, msg, n6_ns(msg, US, n6_peer));
	KT((m = n6_next(ifp, ND_NEIGHBOR_ADVERT)) != NULL);
	m_freem(m);
	n6_destroy("tst0");
}

static int flags_at_first;

static void
on_address(void *arg __unused, unsigned long cmd, void *ifa)
{

	KT_EQ(SIOCAIFADDR_IN6, cmd);
	flags_at_first = ifatoia6(ifa)->ia6_flags;
}

/* It is never used before, not even for a moment. */
void
rump_kt_nd6_dad_first(void)
{
	struct ifnet *ifp = n6_make("tst0");
	struct in6_aliasreq ifra;

	KT_EQ(0, pfil_add_ihook(on_address, NULL, PFIL_IFADDR, if_pfil));
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(0, flags_at_first);
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_DAD_COUNT, 1));
	KT_EQ(0, n6_add(ifp, N6_GLOBAL(0x77), 64));
	KT_EQ(IN6_IFF_TENTATIVE, flags_at_first);
	/* Some are not asked for. */
	ifra = n6_alias(ifp, N6_GLOBAL(0x78), 64);
	ifra.ifra_flags = IN6_IFF_NODAD;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(0, flags_at_first);
	ifra = n6_alias(ifp, N6_GLOBAL(0x79), 64);
	ifra.ifra_flags = IN6_IFF_ANYCAST;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	KT_EQ(IN6_IFF_ANYCAST, flags_at_first);
	/* Where there is no neighbour nobody is. */
	KT_EQ(0, n6_add(lo0ifp, N6_GLOBAL(0x7a), 128));
	KT_EQ(0, n6_flags(lo0ifp, N6_GLOBAL(0x7a)));
	KT_EQ(0, pfil_remove_ihook(on_address, NULL, PFIL_IFADDR, if_pfil));
	n6_destroy("tst0");
}

/* Somebody has it, or looks for it, too. */
void
rump_kt_nd6_dad_lost(void)
{
	struct ifnet *ifp = setup_dad(30);
	struct n6_packet p = { .src = US, .dst = N6_GROUP(1) };
	int len;

	n6_in(ifp, &p, msg, n6_na(msg, US, ND_NA_FLAG_OVERRIDE, n6_other));
	KT_EQ(IN6_IFF_DUPLICATED, n6_flags(ifp, US));
	p.src = PEER;
	p.dst = US;
	n6_drain(ifp);
	n6_in(ifp, &p, msg, n6_ns(msg, US, n6_peer));
	KT(n6_next(ifp, ND_NEIGHBOR_ADVERT) == NULL);
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT_EQ(0, n6_add(ifp, US, 64));
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, US));
	p.src = N6_ANY;
	p.dst = n6_solicited(US);
	n6_in(ifp, &p, msg, n6_ns(msg, US, NULL));
	KT_EQ(IN6_IFF_DUPLICATED, n6_flags(ifp, US));
	/* With a nonce that is not ours, the same. */
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT_EQ(0, n6_add(ifp, US, 64));
	len = n6_ns(msg, US, NULL);
	memset(msg + len, 0x55, 8);
	msg[len] = ND_OPT_NONCE;
	msg[len + 1] = 1;
	n6_in(ifp, &p, msg, len + 8);
	KT_EQ(IN6_IFF_DUPLICATED, n6_flags(ifp, US));
	n6_destroy("tst0");
}

/* A probe of ours comes back: no conflict, RFC 7527. */
void
rump_kt_nd6_dad_looped(void)
{
	struct ifnet *ifp = setup_dad(1);
	struct n6_packet p = { .src = N6_ANY, .dst = n6_solicited(US) };
	uint8_t nonce[8], again[8];
	int len;

	probe(ifp, nonce);
	len = n6_ns(msg, US, NULL);
	memcpy(msg + len, nonce, sizeof(nonce));
	n6_in(ifp, &p, msg, len + 8);
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, US));
	/* It is looked for some more. */
	probe(ifp, again);
	KT_EQ(0, memcmp(nonce, again, sizeof(nonce)));
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, US));
	n6_destroy("tst0");
}

/* The address that was made of the link's own is somebody else's: there is no
 * IPv6 on the interface, RFC 4862 section 5.4.5. */
void
rump_kt_nd6_disabled(void)
{
	struct n6_packet p = { .src = N6_OURS, .dst = N6_GROUP(1) };
	struct in6_ndireq ndi;
	struct ifnet *ifp;

	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_DAD_COUNT, 30));
	ifp = n6_make("tst0");
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, N6_OURS));
	n6_in(ifp, &p, msg, n6_na(msg, N6_OURS, ND_NA_FLAG_OVERRIDE,
	    n6_other));
	KT_EQ(IN6_IFF_DUPLICATED, n6_flags(ifp, N6_OURS));
	memset(&ndi, 0, sizeof(ndi));
	strlcpy(ndi.ifname, "tst0", sizeof(ndi.ifname));
	KT_EQ(0, n6_ioctl(SIOCGIFINFO_IN6, &ndi));
	KT((ndi.ndi.flags & ND6_IFF_IFDISABLED) != 0);
	ndi.ndi.flags &= ~(uint32_t)ND6_IFF_IFDISABLED;
	/* With it again all is looked for once more, and not before. */
	KT_EQ(0, n6_add(ifp, US, 64));
	kif_flags(ifp, ifp->if_flags & ~IFF_UP);
	kif_flags(ifp, ifp->if_flags | IFF_UP);
	KT_EQ(IN6_IFF_DETACHED, n6_flags(ifp, US));
	KT_EQ(0, n6_ioctl(SIOCSIFINFO_FLAGS, &ndi));
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, US));
	KT_EQ(IN6_IFF_TENTATIVE, n6_flags(ifp, N6_OURS));
	ndi.ndi.flags |= ND6_IFF_IFDISABLED;
	KT_EQ(0, n6_ioctl(SIOCSIFINFO_FLAGS, &ndi));
	KT_EQ(IN6_IFF_DETACHED, n6_flags(ifp, US));
	ndi.ndi.flags = 0x80000000;
	KT_EQ(EINVAL, n6_ioctl(SIOCSIFINFO_FLAGS, &ndi));
	n6_destroy("tst0");
}

/* The timer of a neighbour is called when its interface is off the list and
 * the table is there yet. */
static void
late(void *arg, unsigned long cmd, void *ifp)
{
	const struct in6_addr peer = PEER;
	bool *done = arg;
	struct llentry *lle;
	int i;

	if (cmd != PFIL_IFNET_DETACH)
		return;
	lle = nd6_lookup(&peer, ifp, true);
	KT(lle != NULL);
	nd_set_timer(lle, ND_TIMER_TICK);
	for (i = 0; i < 1000 && (lle->la_flags & LLE_TIMED) != 0; i++) {
		LLE_WUNLOCK(lle);
		(void)kpause("n6", false, 1, NULL);
		lle = nd6_lookup(&peer, ifp, true);
		KT(lle != NULL);
	}
	*done = (lle->la_flags & LLE_TIMED) == 0;
	LLE_WUNLOCK(lle);
}

void
rump_kt_nd6_detach(void)
{
	struct ifnet *ifp = setup();
	bool done = false;

	send_to(PEER);
	KT_EQ(ND_LLINFO_INCOMPLETE, n6_state(ifp, PEER));
	KT_EQ(0, pfil_add_ihook(late, &done, PFIL_IFNET, if_pfil));
	n6_destroy("tst0");
	KT(done);
	KT_EQ(0, pfil_remove_ihook(late, &done, PFIL_IFNET, if_pfil));
}

/* With the last address of a net its neighbours go, and no others. */
void
rump_kt_nd6_net_gone(void)
{
	struct ifnet *ifp = setup();
	const struct n6_packet p = { .src = N6_LOCAL(0x55),
	    .dst = n6_solicited(US) };

	KT_EQ(0, n6_add(ifp, N6_GLOBAL(0x77), 64));
	send_to(PEER);
	n6_in(ifp, &p, msg, n6_ns(msg, US, n6_peer));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, US, NULL));
	KT_EQ(ND_LLINFO_INCOMPLETE, n6_state(ifp, PEER));
	KT_EQ(0, n6_ifreq(SIOCDIFADDR_IN6, ifp, N6_GLOBAL(0x77), NULL));
	KT_EQ(-99, n6_state(ifp, PEER));
	KT(n6_state(ifp, N6_LOCAL(0x55)) != -99);
	n6_destroy("tst0");
}
