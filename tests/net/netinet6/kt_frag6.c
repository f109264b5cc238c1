/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_frag6: pieces of a packet of protocol 200, which nobody
 * takes: when it is whole the peer is told so.
 */
#include "p6.h"

void	rump_kt_frag6_order(void);
void	rump_kt_frag6_overlap(void);
void	rump_kt_frag6_malformed(void);
void	rump_kt_frag6_atomic(void);
void	rump_kt_frag6_nd(void);
void	rump_kt_frag6_late(void);
void	rump_kt_frag6_limits(void);
void	rump_kt_frag6_share(void);

#define	PROTO	200

static struct ifnet *ifp;
static uint8_t piece[2100];
static uint32_t ident;

/* Bytes [first, end), which are their own place. */
static struct p6
make_piece(int first, int end, bool more)
{
	const struct p6 p = { .src = PEER, .dst = US,
	    .nxt = IPPROTO_FRAGMENT, .data = piece,
	    .len = 8 + end - first };
	struct ip6_frag *fh = (struct ip6_frag *)(void *)piece;
	int i;

	fh->ip6f_nxt = PROTO;
	fh->ip6f_reserved = 0;
	fh->ip6f_offlg = htons((uint16_t)first);
	if (more)
		fh->ip6f_offlg |= IP6F_MORE_FRAG;
	fh->ip6f_ident = htonl(ident);
	for (i = first; i < end; i++)
		piece[8 + i - first] = (uint8_t)(i * 7 >> 1);
	return p;
}

static void
put(int first, int end, bool more)
{
	const struct p6 p = make_piece(first, end, more);

	p6_in(ifp, &p);
}

/* So many bytes were put together, and are right. */
static void
whole(int len)
{
	const struct icmp6_hdr *icmp;
	struct mbuf *m = n6_next(ifp, ICMP6_PARAM_PROB);
	const struct ip6_hdr *ip6;
	uint8_t got;
	int i, at;

	KT(m != NULL);
	icmp = n6_icmp(m);
	KT_EQ(ICMP6_PARAMPROB_NEXTHEADER, icmp->icmp6_code);
	KT_EQ(6, ntohl(icmp->icmp6_pptr));
	ip6 = (const struct ip6_hdr *)(icmp + 1);
	KT_EQ(PROTO, ip6->ip6_nxt);
	KT_EQ(len, ntohs(ip6->ip6_plen));
	at = ETHER_HDR_LEN + 2 * (int)sizeof(*ip6) + (int)sizeof(*icmp);
	KT_EQ(at + MIN(len, ICMPV6_PLD_MAXLEN - (int)sizeof(*ip6)),
	    m->m_pkthdr.len);
	for (i = 0; at + i < m->m_pkthdr.len; i++) {
		m_copydata(m, at + i, 1, &got);
		KT_EQ((uint8_t)(i * 7 >> 1), got);
	}
	m_freem(m);
	p6_silent(ifp);
	ident++;
}

static void
nothing(void)
{

	p6_silent(ifp);
}

/* Pieces in any order, some of them twice. */
void
rump_kt_frag6_order(void)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 },
	    { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	u_int i, j;

	ifp = p6_make();
	for (i = 0; i < 6; i++) {
		for (j = 0; j < 3; j++) {
			nothing();
			put(orders[i][j] * 800, orders[i][j] == 2 ? 1999 :
			    orders[i][j] * 800 + 800, orders[i][j] != 2);
		}
		whole(1999);
	}
	put(0, 800, true);
	put(0, 800, true);
	put(800, 1600, true);
	put(800, 1600, true);
	nothing();
	put(1600, 1601, false);
	whole(1601);
	KT_EQ(7, p6_ipstat(IP6_STAT_REASSEMBLED));
	KT_EQ(2, p6_ipstat(IP6_STAT_FRAGDROPPED));
	n6_destroy("tst0");
}

/* RFC 5722: what overlaps is not from an honest sender. */
void
rump_kt_frag6_overlap(void)
{
	static const struct {
		int	first, end;
		bool	more;
	} bad[] = {
		{ 0, 816, true },	/* longer than the first */
		{ 0, 792, true },
		{ 8, 808, true },
		{ 792, 1600, true },
		{ 792, 800, true },
		{ 8, 2000, false },	/* the end, before others' */
		{ 1000, 1100, false },
		{ 2000, 2800, true },	/* behind the end */
		{ 2000, 2100, false },	/* another end */
	};
	uint64_t dropped = 0;
	u_int i;

	ifp = p6_make();
	for (i = 0; i < __arraycount(bad); i++, ident++) {
		put(0, 800, true);
		put(1600, 2000, false);
		put(bad[i].first, bad[i].end, bad[i].more);
		/* All of it is dropped, and the rest when it comes. */
		dropped += 3;
		KT_EQ(dropped, p6_ipstat(IP6_STAT_FRAGDROPPED));
		put(0, 800, true);
		put(800, 1600, true);
		put(1600, 2000, false);
		dropped += 3;
		nothing();
		KT_EQ(dropped, p6_ipstat(IP6_STAT_FRAGDROPPED));
	}
	/* Not that of others. */
	put(0, 800, true);
	put(800, 808, false);
	whole(808);
	n6_destroy("tst0");
}

void
rump_kt_frag6_malformed(void)
{
	struct p6 p;

	ifp = p6_make();
	/* Not a multiple of 8: where the length is. */
	p = make_piece(0, 801, true);
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER, 4);
	/* More than a packet can have: where the offset is. */
	p = make_piece(65528, 65528 + 800, false);
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER, 42);
	/* Nothing in it. */
	p = make_piece(8, 8, true);
	p6_counted(ifp, &p, IP6_STAT_FRAGDROPPED);
	p.len = 7;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	/* RFC 7112: headers that are not all in the first piece. */
	p = make_piece(0, 8, true);
	piece[0] = IPPROTO_TCP;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_FIRSTFRAG, 0);
	piece[0] = IPPROTO_DSTOPTS;
	piece[8] = PROTO;
	piece[9] = 4;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_FIRSTFRAG, 0);
	n6_destroy("tst0");
}

/* RFC 6946: a piece that is all of a packet disturbs nobody. */
void
rump_kt_frag6_atomic(void)
{

	ifp = p6_make();
	put(0, 800, true);
	put(0, 400, false);
	KT_EQ(1, p6_ipstat(IP6_STAT_REASSEMBLED));
	n6_drain(ifp);
	put(800, 1000, false);
	whole(1000);
	KT_EQ(0, p6_ipstat(IP6_STAT_FRAGDROPPED));
	n6_destroy("tst0");
}

/* RFC 6980: messages about neighbours come in no pieces, behind whatever. */
void
rump_kt_frag6_nd(void)
{
	const uint64_t asked = n6_icmpstat(ICMP6_STAT_INHIST +
	    ND_NEIGHBOR_SOLICIT);
	struct p6 p;
	int type;

	ifp = p6_make();
	for (type = ND_ROUTER_SOLICIT; type <= ND_REDIRECT; type++, ident++) {
		p = make_piece(0, 24, false);
		piece[0] = IPPROTO_ICMPV6;
		piece[8] = (uint8_t)type;
		p6_counted(ifp, &p, IP6_STAT_FRAGDROPPED);
		p = make_piece(0, 32, true);
		piece[0] = IPPROTO_DSTOPTS;
		memset(piece + 8, 0, 8);
		piece[8] = IPPROTO_ICMPV6;
		piece[11] = 4;
		piece[10] = IP6OPT_PADN;
		piece[16] = (uint8_t)type;
		p6_counted(ifp, &p, IP6_STAT_FRAGDROPPED);
	}
	/* One of p6_make()'s came as it should. */
	KT_EQ(asked + 1, n6_icmpstat(ICMP6_STAT_INHIST +
	    ND_NEIGHBOR_SOLICIT));
	/* Others do: this is the first one that is kept. */
	p = make_piece(0, 24, true);
	piece[0] = IPPROTO_ICMPV6;
	piece[8] = ICMP6_ECHO_REQUEST;
	p6_in(ifp, &p);
	KT_EQ(2 * (ND_REDIRECT - ND_ROUTER_SOLICIT + 1),
	    p6_ipstat(IP6_STAT_FRAGDROPPED));
	n6_destroy("tst0");
}

/* A minute, in halves of seconds. */
void
rump_kt_frag6_late(void)
{
	struct mbuf *m;
	int i;

	ifp = p6_make();
	put(0, 800, true);
	ident++;
	put(800, 1000, false);
	for (i = 0; i < IPV6_FRAGTTL; i++)
		frag6_slowtimo();
	KT_EQ(2, p6_ipstat(IP6_STAT_FRAGTIMEOUT));
	/* Only about the one whose beginning is there. */
	m = n6_next(ifp, ICMP6_TIME_EXCEEDED);
	KT(m != NULL);
	n6_goes(m, US, PEER, 64);
	KT_EQ(ICMP6_TIME_EXCEED_REASSEMBLY, n6_icmp(m)->icmp6_code);
	m_freem(m);
	nothing();
	n6_destroy("tst0");
}

/* Of pieces and packets, and what is left is given back. */
void
rump_kt_frag6_limits(void)
{
	struct p6 p;
	int i;

	ifp = p6_make();
	for (i = 0; i < 5000; i++, ident++) {
		p = make_piece(0, 8, true);
		p6_put(ifp, &p);
		if (i % 64 == 0)
			n6_settle();
	}
	n6_settle();
	KT(p6_ipstat(IP6_STAT_FRAGOVERFLOW) >= 4000);
	frag6_drain();
	KT_EQ(5000, p6_ipstat(IP6_STAT_FRAGDROPPED));
	ident++;
	put(0, 800, true);
	put(800, 1000, false);
	whole(1000);
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_MAXFRAGS, 1));
	put(0, 800, true);
	put(800, 1000, false);
	nothing();
	frag6_drain();
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_MAXFRAGS, 100));
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_MAXFRAGPACKETS, 0));
	put(0, 800, true);
	put(800, 1000, false);
	nothing();
	n6_destroy("tst0");
}

/* Pieces of eight, of packets that never are complete; from one address or,
 * each packet, from the next one of its net. */
static void
flood(struct in6_addr src, int packets, int step)
{
	struct p6 p;
	int i, j;

	for (j = 0; j < packets; j++, ident++) {
		for (i = 100; i < 600; i++) {
			p = make_piece(i * 8, i * 8 + 8, true);
			p.src = src;
			p6_put(ifp, &p);
			if (i % 64 == 0)
				n6_settle();
		}
		n6_settle();
		src.s6_addr[15] = (uint8_t)(src.s6_addr[15] + step);
	}
}

/* Of so many nets' packets, who gets through?  A few may be taken for the one
 * that floods. */
static void
others_are_heard(void)
{
	const uint64_t before = p6_ipstat(IP6_STAT_REASSEMBLED);
	struct p6 p;
	int i;

	for (i = 0; i < 8; i++, ident++) {
		p = make_piece(0, 800, true);
		p.src = n6_addr(0x2001, 0xdb8, 0, 0x100 + i, 0, 0, 0, 2);
		p6_in(ifp, &p);
		p = make_piece(800, 1000, false);
		p.src = n6_addr(0x2001, 0xdb8, 0, 0x100 + i, 0, 0, 0, 2);
		p6_in(ifp, &p);
	}
	KT(p6_ipstat(IP6_STAT_REASSEMBLED) >= before + 4);
	n6_drain(ifp);
}

/* Who sends all he can leaves room for others, whatever address of his net he
 * takes. */
void
rump_kt_frag6_share(void)
{
	uint64_t before;
	int i, kept = 0;
	struct p6 p;

	ifp = p6_make();
	flood(n6_addr(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1), 20, 1);
	/* A quarter of 4096 pieces was kept. */
	KT_EQ(20 * 500 - 1024, p6_ipstat(IP6_STAT_FRAGDROPPED));
	others_are_heard();
	/* It is given back. */
	frag6_drain();
	before = p6_ipstat(IP6_STAT_FRAGDROPPED);
	flood(n6_addr(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1), 2, 0);
	KT_EQ(before, p6_ipstat(IP6_STAT_FRAGDROPPED));
	frag6_drain();
	/* On a link each is alone. */
	flood(N6_LOCAL(0x77), 4, 0);
	before = p6_ipstat(IP6_STAT_FRAGDROPPED);
	flood(N6_LOCAL(0x77), 1, 0);
	KT_EQ(before + 500, p6_ipstat(IP6_STAT_FRAGDROPPED));
	for (i = 0; i < 8; i++, ident++) {
		before = p6_ipstat(IP6_STAT_FRAGDROPPED);
		p = make_piece(800, 808, true);
		p.src = N6_LOCAL(0x80 + i);
		p6_in(ifp, &p);
		kept += before == p6_ipstat(IP6_STAT_FRAGDROPPED);
	}
	KT(kept >= 4);
	frag6_drain();
	n6_destroy("tst0");
}
