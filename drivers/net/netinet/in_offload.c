/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What interfaces without such hardware do not do: checksums of TCP and UDP,
 * segments of TCP.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>
#include <netinet/tcp.h>

int udp_do_loopback_cksum;
int tcp_do_loopback_cksum;

/* A field of 16 bits, wherever it lies in the chain. */
static void
put16(struct mbuf *m, int off, uint16_t v)
{

	for (; off >= m->m_len; m = m->m_next)
		off -= m->m_len;
	if (m->m_len - off >= (int)sizeof(v))
		memcpy(mtod(m, char *) + off, &v, sizeof(v));
	else
		m_copyback(m, off, sizeof(v), &v);
}

/* The field holds the sum of the pseudo header. */
static void
transport_cksum(struct mbuf *m, int hdrlen)
{
	const int at = (int)M_CSUM_DATA_IPv4_OFFSET(m->m_pkthdr.csum_data);
	const bool udp = (m->m_pkthdr.csum_flags & M_CSUM_UDPv4) != 0;
	struct ip ip;
	int off, len;
	uint16_t sum;

	m->m_pkthdr.csum_flags &= ~(M_CSUM_TCPv4 | M_CSUM_UDPv4);
	m_copydata(m, hdrlen, sizeof(ip), &ip);
	off = hdrlen + (ip.ip_hl << 2);
	len = ntohs(ip.ip_len) - (ip.ip_hl << 2);
	/* A peer on a virtual wire may say anything of what he sent. */
	if (len < at + (int)sizeof(sum))
		return;
	sum = (uint16_t)cpu_in_cksum(m, len, off, 0);
	/* 0 would say that there is none. */
	if (sum == 0 && udp)
		sum = 0xffff;
	put16(m, off + at, sum);
}

void
in_undefer_cksum(struct mbuf *m, size_t hdrlen, int flags)
{
	uint8_t hl;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	flags &= M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_IPv4;
	if ((flags & (M_CSUM_TCPv4 | M_CSUM_UDPv4)) != 0)
		transport_cksum(m, (int)hdrlen);
	if ((flags & M_CSUM_IPv4) != 0) {
		m_copydata(m, (int)hdrlen, 1, &hl);
		put16(m, (int)(hdrlen + offsetof(struct ip, ip_sum)), 0);
		put16(m, (int)(hdrlen + offsetof(struct ip, ip_sum)),
		    (uint16_t)cpu_in_cksum(m, (hl & 0xf) << 2, (int)hdrlen,
		    0));
		m->m_pkthdr.csum_flags &= ~M_CSUM_IPv4;
	}
}

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

static struct mbuf *
make_segment(struct mbuf *m0, const struct segment *s, int at)
{
	const int hlen = s->s_off + s->s_iphl + s->s_thl;
	const int len = MIN(s->s_mss, s->s_data - at);
	struct mbuf *m;
	struct ip *ip;
	struct tcphdr *th;

	if ((m = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL)
		return NULL;
	if (max_linkhdr + hlen > MHLEN) {
		m_clget(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0)
			goto fail;
	}
	m->m_data += max_linkhdr;
	m->m_len = hlen;
	m_copydata(m0, 0, hlen, mtod(m, void *));
	m->m_next = m_copym(m0, hlen + at, len, M_DONTWAIT);
	if (m->m_next == NULL)
		goto fail;
	m->m_pkthdr.len = hlen + len;
	m_copy_rcvif(m, m0);
	m->m_flags |= m0->m_flags & M_COPYFLAGS;
	ip = (struct ip *)(void *)(mtod(m, char *) + s->s_off);
	th = (struct tcphdr *)(void *)((char *)ip + s->s_iphl);
	ip->ip_len = htons((uint16_t)(s->s_iphl + s->s_thl + len));
	if ((ip->ip_off & htons(IP_DF)) == 0)
		ip->ip_id = htons((uint16_t)(ntohs(ip->ip_id) +
		    at / s->s_mss));
	ip->ip_sum = 0;
	ip->ip_sum = (uint16_t)cpu_in_cksum(m, s->s_iphl, s->s_off, 0);
	th->th_seq = htonl(ntohl(th->th_seq) + (uint32_t)at);
	/* What is said once: at the beginning, and at the end. */
	if (at != 0)
		th->th_flags &= (uint8_t)~TH_CWR;
	if (at + len < s->s_data)
		th->th_flags &= (uint8_t)~(TH_FIN | TH_PUSH);
	th->th_sum = 0;
	th->th_sum = (uint16_t)cpu_in_cksum(m, s->s_thl + len,
	    s->s_off + s->s_iphl, in_cksum_phdr(ip->ip_src.s_addr,
	    ip->ip_dst.s_addr, htonl((uint32_t)(s->s_thl + len) +
	    IPPROTO_TCP)));
	return m;
fail:
	m_freem(m);
	return NULL;
}

/* False: it is no segment of TCP with data. */
static bool
measure(struct mbuf *m, int off, struct segment *s)
{
	struct ip ip;
	struct tcphdr th;

	s->s_off = off;
	s->s_mss = (int)m->m_pkthdr.segsz;
	if (m->m_pkthdr.len < off + (int)(sizeof(ip) + sizeof(th)))
		return false;
	m_copydata(m, off, sizeof(ip), &ip);
	s->s_iphl = ip.ip_hl << 2;
	if (m->m_pkthdr.len < off + s->s_iphl + (int)sizeof(th))
		return false;
	m_copydata(m, off + s->s_iphl, sizeof(th), &th);
	s->s_thl = th.th_off << 2;
	s->s_data = m->m_pkthdr.len - off - s->s_iphl - s->s_thl;
	return s->s_thl >= (int)sizeof(th) && s->s_data > 0 && s->s_mss > 0;
}

struct mbuf *
tcp4_segment(struct mbuf *m0, int off)
{
	struct mbuf *first = NULL, **last = &first, *m;
	struct segment s;
	int at = 0;

	if (!measure(m0, off, &s))
		goto out;
	for (; at < s.s_data; at += s.s_mss) {
		if ((m = make_segment(m0, &s, at)) == NULL) {
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
