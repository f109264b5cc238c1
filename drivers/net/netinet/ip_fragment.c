/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting packets into pieces, RFC 791 section 3.2.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "ip_private.h"

int
ip_optcopy(struct ip *from, struct ip *to)
{
	const uint8_t *p = (const uint8_t *)(from + 1);
	uint8_t *q = (uint8_t *)(to + 1);
	u_int left = (from->ip_hl << 2) - sizeof(*from), len;

	for (; left > 0; left -= len, p += len) {
		if (*p == IPOPT_EOL)
			break;
		len = *p == IPOPT_NOP ? 1 : left > 1 ? p[IPOPT_OLEN] : 0;
		/* They have been checked, or are left out. */
		if (len == 0 || len > left || (*p != IPOPT_NOP && len < 2))
			break;
		if (*p != IPOPT_NOP && IPOPT_COPIED(*p)) {
			memcpy(q, p, len);
			q += len;
		}
	}
	while ((q - (uint8_t *)(to + 1)) % 4 != 0)
		*q++ = IPOPT_EOL;
	return (int)(q - (uint8_t *)(to + 1));
}

void
ip_cksum_header(struct mbuf *m, const struct ifnet *ifp)
{
	struct ip *ip = mtod(m, struct ip *);

	ip->ip_sum = 0;
	if ((ifp->if_csum_flags_tx & M_CSUM_IPv4) != 0)
		m->m_pkthdr.csum_flags |= M_CSUM_IPv4;
	else
		ip->ip_sum = (uint16_t)in_cksum(m, ip->ip_hl << 2);
}

/* A piece that begins behind the header; the data is shared. */
static struct mbuf *
make_piece(struct mbuf *m0, int hlen, int off, int len)
{
	struct ip *ip = mtod(m0, struct ip *), *nip;
	struct mbuf *m;
	int nhlen = sizeof(*nip);

	if ((m = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL)
		return NULL;
	m->m_data += max_linkhdr;
	m->m_pkthdr.csum_flags = 0;
	nip = mtod(m, struct ip *);
	memcpy(nip, ip, sizeof(*nip));
	if (hlen > (int)sizeof(*ip))
		nhlen += ip_optcopy(ip, nip);
	nip->ip_hl = (u_int)nhlen >> 2;
	m->m_len = nhlen;
	m->m_next = m_copym(m0, hlen + off, len, M_DONTWAIT);
	if (m->m_next == NULL) {
		m_freem(m);
		return NULL;
	}
	m->m_pkthdr.len = nhlen + len;
	m_copy_rcvif(m, m0);
	m->m_flags |= m0->m_flags & (M_MCAST | M_BCAST);
	nip->ip_len = htons((uint16_t)m->m_pkthdr.len);
	return m;
}

int
ip_fragment(struct mbuf *m0, struct ifnet *ifp, u_long mtu)
{
	struct ip *ip = mtod(m0, struct ip *);
	const int hlen = ip->ip_hl << 2;
	const int all = ntohs(ip->ip_len) - hlen;
	const u_int base = ntohs(ip->ip_off);
	const int room = mtu > (u_long)hlen ?
	    (int)((mtu - (u_long)hlen) & ~7UL) : 0;
	struct mbuf *m, **last = &m0->m_nextpkt;
	int off, n = 1, len;

	KASSERT(m0->m_nextpkt == NULL);
	KASSERT(m0->m_pkthdr.len >= hlen + all);
	if (room < 8) {
		m_freem(m0);
		ip_statinc(IP_STAT_CANTFRAG);
		return EMSGSIZE;
	}
	for (off = room; off < all; off += len) {
		len = MIN(room, all - off);
		if ((m = make_piece(m0, hlen, off, len)) == NULL)
			goto fail;
		*last = m;
		last = &m->m_nextpkt;
		n++;
		mtod(m, struct ip *)->ip_off = htons((uint16_t)(
		    ((base & IP_OFFMASK) + (u_int)(off >> 3)) |
		    (base & IP_MF) | (off + len < all ? IP_MF : 0)));
		ip_cksum_header(m, ifp);
	}
	/* The first piece is what is left. */
	m_adj(m0, hlen + room - m0->m_pkthdr.len);
	ip->ip_len = htons((uint16_t)(hlen + room));
	ip->ip_off |= htons(IP_MF);
	ip_cksum_header(m0, ifp);
	ip_statadd(IP_STAT_OFRAGMENTS, (uint64_t)n);
	return 0;
fail:
	for (; m0 != NULL; m0 = m) {
		m = m0->m_nextpkt;
		m0->m_nextpkt = NULL;
		m_freem(m0);
	}
	ip_statinc(IP_STAT_ODROPPED);
	return ENOBUFS;
}
