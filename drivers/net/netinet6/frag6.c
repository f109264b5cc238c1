/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in pieces, RFC 8200 section 4.5: the headers of a piece, and those
 * of the packet they make; in_reass.c of netinet puts them together.  A piece
 * that is all of a packet has nothing to do with others (RFC 6946).
 *
 * Limits: packets (net.inet6.ip6.maxfragpackets), pieces (maxfrags), of one
 * sender a quarter, time (IPV6_FRAGTTL).  A sender is whoever has a net of 64
 * bits, out of which he may take what address he likes, but each one of a link
 * by himself.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>

#include <rump-sys/net_reass.h>

#include "in6_private.h"

#define	ECN_SHIFT	20		/* of the class in the first word */

int ip6_maxfragpackets = 200;
int ip6_maxfrags = 4096;

static struct reass *reass;

static void
count_pieces(enum reass_event why, u_int n)
{

	if (why == REASS_DROPPED)
		ip6_statadd(IP6_STAT_FRAGDROPPED, n);
	else if (why == REASS_LATE)
		ip6_statadd(IP6_STAT_FRAGTIMEOUT, n);
	else if (why == REASS_OVERFLOW)
		ip6_statadd(IP6_STAT_FRAGOVERFLOW, n);
}

static void
late(struct mbuf *m)
{

	icmp6_error(m, ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_REASSEMBLY, 0);
}

static const struct reass_family family = {
	.rf_piecepool = "ip6frag",
	.rf_packetpool = "ip6fragq",
	.rf_maxpackets = &ip6_maxfragpackets,
	.rf_maxpieces = &ip6_maxfrags,
	.rf_ttl = IPV6_FRAGTTL,
	.rf_uncounted = sizeof(struct ip6_hdr) + sizeof(struct ip6_frag),
	.rf_count = count_pieces,
	.rf_late = late,
};

void
frag6_init(void)
{

	reass = reass_create(&family);
}

/* Takes the header of pieces out of the first one, whose type nxt replaces. */
static struct mbuf *
take_out(struct mbuf *m, u_int hlen, uint8_t nxt)
{
	const int at = (int)hlen - (int)sizeof(struct ip6_frag);
	const int where = ip6_prevhdr(m, at);

	/* All headers are in the first mbuf, which is nobody else's. */
	KASSERT(m->m_len >= (int)hlen);
	mtod(m, uint8_t *)[where] = nxt;
	memmove(mtod(m, char *) + sizeof(struct ip6_frag), mtod(m, char *),
	    (size_t)at);
	m_adj(m, sizeof(struct ip6_frag));
	return m;
}

/* What the pieces have made: the header's lengths are for all of it. */
static struct mbuf *
finish(const struct reass_piece *p)
{
	struct mbuf *m = take_out(p->rp_m, p->rp_hlen, p->rp_nxt);
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);

	ip6->ip6_plen = htons((uint16_t)(m->m_pkthdr.len -
	    (int)sizeof(*ip6)));
	if (p->rp_ecn == IPTOS_ECN_CE)
		ip6->ip6_flow |= htonl(IPTOS_ECN_CE << ECN_SHIFT);
	return m;
}

/* False: its lengths are wrong; the sender may be told, and it is gone. */
static bool
measure(struct mbuf *m, int off, const struct ip6_frag *fh,
    struct reass_piece *p)
{
	const struct ip6_hdr *ip6 = mtod(m, const struct ip6_hdr *);
	const u_int first = ntohs(fh->ip6f_offlg & IP6F_OFF_MASK);
	u_int len;

	p->rp_m = m;
	p->rp_hlen = (u_int)off + sizeof(*fh);
	p->rp_first = first;
	p->rp_nxt = fh->ip6f_nxt;
	p->rp_last = (fh->ip6f_offlg & IP6F_MORE_FRAG) == 0;
	p->rp_ecn = (uint8_t)(ntohl(ip6->ip6_flow) >> ECN_SHIFT &
	    IPTOS_ECN_MASK);
	len = (u_int)m->m_pkthdr.len - p->rp_hlen;
	p->rp_end = first + len;
	if (!p->rp_last && (len & 7) != 0) {
		icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    offsetof(struct ip6_hdr, ip6_plen));
		return false;
	}
	if ((u_int)off - sizeof(*ip6) + p->rp_end > IPV6_MAXPACKET) {
		icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    off + (int)offsetof(struct ip6_frag, ip6f_offlg));
		return false;
	}
	if (len == 0) {
		m_freem(m);
		return false;
	}
	return true;
}

/* RFC 7112: all headers are in the first piece, or nobody can filter them. */
static bool
headers_there(struct mbuf *m, int off, uint8_t nxt)
{
	int last = off, type = nxt;

	if ((last = ip6_lasthdr(m, off, nxt, &type)) < 0)
		return false;
	switch (type) {
	case IPPROTO_TCP:
		return m->m_pkthdr.len - last >= 20;
	case IPPROTO_UDP:
	case IPPROTO_ICMPV6:
		return m->m_pkthdr.len - last >= 8;
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case IPPROTO_AH:
		return false;
	default:
		return true;
	}
}

/* RFC 6980: no message about neighbours or routers comes in pieces, not even
 * in a single one; that would get it past who guards a link.  All headers are
 * in this piece. */
static bool
is_nd(struct mbuf *m, int off, uint8_t nxt)
{
	int type = nxt;
	const int last = ip6_lasthdr(m, off, nxt, &type);
	uint8_t icmp;

	KASSERT(last >= 0);
	if (type != IPPROTO_ICMPV6)
		return false;
	m_copydata(m, last, sizeof(icmp), &icmp);
	return icmp >= ND_ROUTER_SOLICIT && icmp <= ND_REDIRECT;
}

/* Whoever has a net of the Internet has all of its addresses. */
static uint64_t
sender(const struct in6_addr *src)
{
	uint64_t half[2];

	memcpy(half, src, sizeof(half));
	return half[IN6_IS_ADDR_LINKLOCAL(src) ? 1 : 0];
}

/* NULL: it is kept for others to come, or gone. */
static struct mbuf *
queue(struct reass_piece *p, uint32_t id)
{
	const struct ip6_hdr *ip6 = mtod(p->rp_m, const struct ip6_hdr *);
	const struct reass_key key = {
		.rk_src = ip6->ip6_src,
		.rk_dst = ip6->ip6_dst,
		.rk_id = id,
		.rk_sender = sender(&ip6->ip6_src),
	};

	if (reass_add(reass, &key, p) != 0 || p->rp_m == NULL)
		return NULL;
	return finish(p);
}

/* For the interface it came by. */
static void
count(const struct mbuf *m, bool whole)
{
	struct ifnet *ifp;
	int s;

	if ((ifp = m_get_rcvif(m, &s)) == NULL)
		return;
	if (whole)
		in6_ifstat_inc(ifp, ifs6_reass_ok);
	else
		in6_ifstat_inc(ifp, ifs6_reass_reqd);
	m_put_rcvif(ifp, &s);
}

int
frag6_input(struct mbuf **mp, int *offp, int proto __unused)
{
	const int off = *offp;
	struct mbuf *m = *mp;
	struct ip6_frag fh;
	struct reass_piece p = { .rp_m = NULL };

	ip6_statinc(IP6_STAT_FRAGMENTS);
	count(m, false);
	if ((m = ip6_pullup(m, off + (int)sizeof(fh))) == NULL)
		return IPPROTO_DONE;
	memcpy(&fh, mtod(m, const char *) + off, sizeof(fh));
	if ((fh.ip6f_offlg & IP6F_OFF_MASK) == 0 &&
	    !headers_there(m, off + (int)sizeof(fh), fh.ip6f_nxt)) {
		ip6_statinc(IP6_STAT_FRAGDROPPED);
		icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_FIRSTFRAG, 0);
		return IPPROTO_DONE;
	}
	if ((fh.ip6f_offlg & IP6F_OFF_MASK) == 0 &&
	    is_nd(m, off + (int)sizeof(fh), fh.ip6f_nxt)) {
		ip6_statinc(IP6_STAT_FRAGDROPPED);
		m_freem(m);
		return IPPROTO_DONE;
	}
	/* RFC 6946: it is all there. */
	if ((fh.ip6f_offlg & ~IP6F_RESERVED_MASK) == 0) {
		ip6_statinc(IP6_STAT_REASSEMBLED);
		*mp = m;
		*offp = off + (int)sizeof(fh);
		return fh.ip6f_nxt;
	}
	if (!measure(m, off, &fh, &p)) {
		ip6_statinc(IP6_STAT_FRAGDROPPED);
		return IPPROTO_DONE;
	}
	/* Its headers are to be changed. */
	if (p.rp_first == 0 && M_READONLY(m)) {
		p.rp_m = m_copyup(m, off + (int)sizeof(fh),
		    (max_linkhdr + 7) & ~7);
		if (p.rp_m == NULL) {
			ip6_statinc(IP6_STAT_FRAGDROPPED);
			return IPPROTO_DONE;
		}
	}
	if ((m = queue(&p, fh.ip6f_ident)) == NULL)
		return IPPROTO_DONE;
	ip6_statinc(IP6_STAT_REASSEMBLED);
	count(m, true);
	*mp = m;
	*offp = (int)(p.rp_hlen - sizeof(fh));
	return p.rp_nxt;
}

void
frag6_slowtimo(void)
{

	reass_slowtimo(reass);
}

/* Memory is short. */
void
frag6_drain(void)
{

	reass_drain(reass);
}
