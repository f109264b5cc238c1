/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For kernel halves of tests of IPv6 itself: packets made by hand, and what
 * comes of them.  tst0 has 2001:db8::1/64, its peer is 2001:db8::2.
 */
#ifndef _TESTS_NET_NETINET6_P6_H_
#define _TESTS_NET_NETINET6_P6_H_

#include "n6.h"

#define	US	N6_GLOBAL(1)
#define	PEER	N6_GLOBAL(2)

/* A packet; what is 0 is as it should be. */
struct p6 {
	struct in6_addr	src, dst;
	int		nxt, hlim;
	const void	*data;
	int		len;		/* of data */
	int		vfc, plen;	/* what the header says instead */
	int		cut;		/* bytes that are not there */
	bool		noplen;		/* says 0 */
	uint32_t	flow;		/* host order, without the version */
};

static uint8_t p6_buf[4096];

static inline void
p6_put(struct ifnet *ifp, const struct p6 *p)
{
	struct ip6_hdr *ip6 = (struct ip6_hdr *)(void *)p6_buf;

	KT((int)sizeof(*ip6) + p->len <= (int)sizeof(p6_buf));
	memset(ip6, 0, sizeof(*ip6));
	ip6->ip6_flow = htonl(p->flow);
	ip6->ip6_vfc |= p->vfc != 0 ? (uint8_t)p->vfc : IPV6_VERSION;
	ip6->ip6_plen = htons((uint16_t)(p->noplen ? 0 :
	    p->plen != 0 ? p->plen : p->len));
	ip6->ip6_nxt = (uint8_t)p->nxt;
	ip6->ip6_hlim = p->hlim != 0 ? (uint8_t)p->hlim : 64;
	ip6->ip6_src = p->src;
	ip6->ip6_dst = p->dst;
	if (p->len > 0)
		memcpy(ip6 + 1, p->data, (size_t)p->len);
	n6_frame(ifp, n6_peer, p6_buf, (int)sizeof(*ip6) + p->len - p->cut);
}

static inline void
p6_in(struct ifnet *ifp, const struct p6 *p)
{

	p6_put(ifp, p);
	n6_settle();
}

#define	p6_ipstat(n)	n6_stat(IPPROTO_IPV6, IPV6CTL_STATS, (n))
#define	p6_udpstat(n)	n6_stat(IPPROTO_UDP, 4, (n))

/* The peer has that address: it said so when it asked for ours. */
static inline void
p6_learn(struct ifnet *ifp, struct in6_addr ours, struct in6_addr peer)
{
	const struct n6_packet p = { .src = peer,
	    .dst = n6_solicited(ours) };
	uint8_t msg[64];

	n6_in(ifp, &p, msg, n6_ns(msg, ours, n6_peer));
	n6_drain(ifp);
}

static inline struct ifnet *
p6_make(void)
{
	struct ifnet *ifp = n6_make("tst0");

	KT_EQ(0, n6_add(ifp, US, 64));
	p6_learn(ifp, US, PEER);
	return ifp;
}

/* Nothing goes out but what tells of neighbours and groups. */
static inline void
p6_silent(struct ifnet *ifp)
{
	const struct icmp6_hdr *icmp;
	struct mbuf *m;

	while ((m = n6_out(ifp)) != NULL) {
		icmp = n6_icmp(m);
		KT(icmp != NULL);
		KT(icmp->icmp6_type >= MLD_LISTENER_QUERY);
		m_freem(m);
	}
}

/* One packet, which one counter notices and nobody answers. */
static inline void
p6_counted(struct ifnet *ifp, const struct p6 *p, u_int stat)
{
	const uint64_t before = p6_ipstat(stat);

	p6_in(ifp, p);
	KT_EQ(before + 1, p6_ipstat(stat));
	p6_silent(ifp);
}

/* The peer is told of an error about that packet, with that parameter. */
static inline void
p6_error(struct ifnet *ifp, const struct p6 *p, int type, int code,
    uint32_t param)
{
	const struct icmp6_hdr *icmp;
	struct mbuf *m;

	n6_drain(ifp);
	p6_in(ifp, p);
	m = n6_next(ifp, type);
	KT(m != NULL);
	n6_goes(m, US, p->src, 64);
	icmp = n6_icmp(m);
	KT_EQ(code, icmp->icmp6_code);
	KT_EQ(param, ntohl(icmp->icmp6_pptr));
	/* It quotes what was sent, as it was sent. */
	KT_EQ(MIN((int)sizeof(struct ip6_hdr) + p->len, ICMPV6_PLD_MAXLEN),
	    m->m_pkthdr.len - ETHER_HDR_LEN - (int)sizeof(struct ip6_hdr) -
	    (int)sizeof(*icmp));
	KT_EQ(0, memcmp(&((const struct ip6_hdr *)(icmp + 1))->ip6_src,
	    &p->src, 2 * sizeof(struct in6_addr)));
	m_freem(m);
	p6_silent(ifp);
}

#endif /* !_TESTS_NET_NETINET6_P6_H_ */
