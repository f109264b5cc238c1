/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuts a packet that is many segments of TCP (RFC 9293), of either family of
 * addresses: for interfaces that cannot do it.  What the packet says of itself
 * may come from another machine and is not believed.  Frames of others pass
 * here in a bridge: those of IPv6, too, where that protocol is not.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <netinet/in_offload.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include <netinet6/in6_offload.h>

#include "tcp_private.h"

/*
 * A family's header, at an offset: how long it is, 0 if TCP's does not follow
 * it.  And of the nth packet that was cut off, whose headers are in the first
 * mbuf: makes it right, and returns the sum of a pseudo header.
 */
struct cutter {
	int		c_min;
	int		(*c_length)(struct mbuf *, int);
	uint32_t	(*c_mend)(struct mbuf *, int, u_int n);
};

/* Whoever cuts it knows that it is TCP. */
static int
length4(struct mbuf *m, int off)
{
	struct ip ip;

	m_copydata(m, off, sizeof(ip), &ip);
	return ip.ip_hl << 2;
}

static uint32_t
mend4(struct mbuf *m, int off, u_int n)
{
	struct ip *ip = (void *)(mtod(m, char *) + off);
	const int hlen = ip->ip_hl << 2, len = m->m_pkthdr.len - off;

	ip->ip_len = htons((uint16_t)len);
	if ((ip->ip_off & htons(IP_DF)) == 0)
		ip->ip_id = htons((uint16_t)(ntohs(ip->ip_id) + n));
	ip->ip_sum = 0;
	ip->ip_sum = (uint16_t)cpu_in_cksum(m, hlen, off, 0);
	return in_cksum_phdr(ip->ip_src.s_addr, ip->ip_dst.s_addr,
	    htonl((uint32_t)(len - hlen) + IPPROTO_TCP));
}

static int
length6(struct mbuf *m, int off)
{
	struct ip6_hdr ip6;

	m_copydata(m, off, sizeof(ip6), &ip6);
	return ip6.ip6_nxt == IPPROTO_TCP ? (int)sizeof(ip6) : 0;
}

static uint32_t
mend6(struct mbuf *m, int off, u_int n __unused)
{
	struct ip6_hdr *ip6 = (void *)(mtod(m, char *) + off);
	const int len = m->m_pkthdr.len - off - (int)sizeof(*ip6);

	ip6->ip6_plen = htons((uint16_t)len);
	return in6_cksum_phdr(&ip6->ip6_src, &ip6->ip6_dst,
	    htonl((uint32_t)len), htonl(IPPROTO_TCP));
}

static const struct cutter cutter4 = {
	.c_min = sizeof(struct ip),
	.c_length = length4,
	.c_mend = mend4,
}, cutter6 = {
	.c_min = sizeof(struct ip6_hdr),
	.c_length = length6,
	.c_mend = mend6,
};

/*
 * One segment: headers of its own, data that is shared.
 */
struct segment {
	int	s_off;		/* of the header of IP */
	int	s_iphl;
	int	s_thl;		/* of TCP's */
	int	s_data;		/* bytes of data in all */
	int	s_mss;
};

/* The packet's headers, with room for those of a link before them; that of IP,
 * at an offset, is aligned. */
static struct mbuf *
copy_headers(struct mbuf *m0, int off, int hlen)
{
	const int room = roundup(max_linkhdr + off, (int)sizeof(uint32_t)) -
	    off;
	struct mbuf *m;

	m = m_gethdr_n(M_DONTWAIT, MT_HEADER, (size_t)room, (size_t)hlen);
	if (m == NULL)
		return NULL;
	m_copydata(m0, 0, hlen, mtod(m, void *));
	m_copy_rcvif(m, m0);
	m->m_flags |= m0->m_flags & M_COPYFLAGS;
	return m;
}

static struct mbuf *
make_segment(const struct cutter *c, struct mbuf *m0,
    const struct segment *s, int at)
{
	const int hlen = s->s_off + s->s_iphl + s->s_thl;
	const int len = MIN(s->s_mss, s->s_data - at);
	struct mbuf *m;
	struct tcphdr *th;
	uint32_t sum;

	if ((m = copy_headers(m0, s->s_off, hlen)) == NULL)
		return NULL;
	m->m_next = m_copym(m0, hlen + at, len, M_DONTWAIT);
	if (m->m_next == NULL) {
		m_freem(m);
		return NULL;
	}
	m->m_pkthdr.len = hlen + len;
	sum = (*c->c_mend)(m, s->s_off, (u_int)(at / s->s_mss));
	th = (void *)(mtod(m, char *) + s->s_off + s->s_iphl);
	th->th_seq = htonl(ntohl(th->th_seq) + (uint32_t)at);
	/* What is said once: at the beginning, and at the end. */
	if (at != 0)
		th->th_flags &= (uint8_t)~TH_CWR;
	if (at + len < s->s_data)
		th->th_flags &= (uint8_t)~(TH_FIN | TH_PUSH);
	th->th_sum = 0;
	th->th_sum = (uint16_t)cpu_in_cksum(m, s->s_thl + len,
	    s->s_off + s->s_iphl, sum);
	return m;
}

/* False: it is no segment of TCP with data. */
static bool
measure(const struct cutter *c, struct mbuf *m, int off,
    struct segment *s)
{
	struct tcphdr th;
	int at;

	s->s_off = off;
	s->s_mss = (int)m->m_pkthdr.segsz;
	s->s_iphl = m->m_pkthdr.len < off + c->c_min ? 0 :
	    (*c->c_length)(m, off);
	at = off + s->s_iphl;
	if (s->s_iphl < c->c_min || m->m_pkthdr.len < at + (int)sizeof(th))
		return false;
	m_copydata(m, at, sizeof(th), &th);
	s->s_thl = th.th_off << 2;
	s->s_data = m->m_pkthdr.len - at - s->s_thl;
	/* A segment, too, has a length of 16 bits. */
	return s->s_thl >= (int)sizeof(th) && s->s_data > 0 && s->s_mss > 0 &&
	    s->s_iphl + s->s_thl + MIN(s->s_mss, s->s_data) <= IP_MAXPACKET;
}

static struct mbuf *
segments(const struct cutter *c, struct mbuf *m0, int off)
{
	struct mbuf *first = NULL, **last = &first, *m;
	struct segment s;
	int at = 0;

	KASSERT((m0->m_flags & M_PKTHDR) != 0);
	if (!measure(c, m0, off, &s))
		goto out;
	for (; at < s.s_data; at += s.s_mss) {
		if ((m = make_segment(c, m0, &s, at)) == NULL) {
			for (; first != NULL; first = m) {
				m = first->m_nextpkt;
				first->m_nextpkt = NULL;
				m_freem(first);
			}
			break;
		}
		*last = m;
		last = &m->m_nextpkt;
	}
out:
	m_freem(m0);
	return first;
}

struct mbuf *
tcp4_segment(struct mbuf *m0, int off)
{

	return segments(&cutter4, m0, off);
}

struct mbuf *
tcp6_segment(struct mbuf *m0, int off)
{

	return segments(&cutter6, m0, off);
}
