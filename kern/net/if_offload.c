/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames with something left to do, for interfaces without hardware: a buffer
 * becomes a packet, and what a packet says of checksums and segments becomes
 * numbers that the other end of a virtual wire knows, and the reverse.
 *
 * The two worlds differ in one thing: with a large segment of TCP, ours has
 * the pseudo-header's sum without the length, theirs with that of the whole.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "net_private.h"

#define	TCP_SUM		16	/* where it is in the header */
#define	UDP_SUM		6
#define	GSO_MIN		16	/* less is no TCP's, but a flood on the way */
#define	CSUM_L4		(M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_TCPv6 | \
			    M_CSUM_UDPv6)
#define	CSUM_TSO	(M_CSUM_TSOv4 | M_CSUM_TSOv6)

/* One's complement: what is added in network order stays so. */
static uint16_t
sum_add(uint32_t sum, uint16_t word)
{

	sum += word;
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

static uint16_t
word_at(const uint8_t *p)
{

	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
word_put(uint8_t *p, uint16_t word)
{

	p[0] = (uint8_t)(word >> 8);
	p[1] = (uint8_t)word;
}

/* The header's checksum, which no wire leaves to the other end. */
static void
fill_ip_checksum(uint8_t *ip, size_t len)
{
	const size_t hlen = len >= 20 ? (ip[0] & 0x0f) * 4u : 0;
	uint16_t sum = 0;
	size_t i;

	if (hlen < 20 || hlen > len)
		return;
	word_put(ip + 10, 0);
	for (i = 0; i < hlen; i += 2)
		sum = sum_add(sum, word_at(ip + i));
	word_put(ip + 10, (uint16_t)~sum);
}

/* Where what is above Ethernet begins; a tag of a VLAN may lie before it. */
static size_t
header_length(const uint8_t *frame, size_t len)
{

	return len >= ETHER_HDR_LEN &&
	    word_at(frame + 2 * ETHER_ADDR_LEN) == ETHERTYPE_VLAN ?
	    ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN : ETHER_HDR_LEN;
}

void
net_offload_out(const struct mbuf *m, uint8_t *hdr, size_t hdrlen,
    struct net_offload *no)
{
	const int flags = m->m_pkthdr.csum_flags;
	const size_t at = header_length(hdr, hdrlen);
	size_t sum;
	int len;

	memset(no, 0, sizeof(*no));
	if ((flags & (M_CSUM_IPv4 | M_CSUM_TSOv4)) != 0 && hdrlen > at)
		fill_ip_checksum(hdr + at, hdrlen - at);
	if ((flags & (CSUM_L4 | CSUM_TSO)) == 0)
		return;
	no->no_flags = NET_OFFLOAD_CSUM;
	no->no_start = (uint16_t)(ETHER_HDR_LEN +
	    M_CSUM_DATA_IPv4_IPHL(m->m_pkthdr.csum_data));
	no->no_offset = M_CSUM_DATA_IPv4_OFFSET(m->m_pkthdr.csum_data);
	if ((flags & (M_CSUM_UDPv4 | M_CSUM_UDPv6)) != 0)
		no->no_flags |= NET_OFFLOAD_UDP;
	if ((flags & (M_CSUM_TCPv6 | M_CSUM_UDPv6 | M_CSUM_TSOv6)) != 0)
		no->no_flags |= NET_OFFLOAD_IP6;
	if ((flags & CSUM_TSO) == 0)
		return;
	no->no_flags |= NET_OFFLOAD_GSO;
	no->no_gso = (uint16_t)m->m_pkthdr.segsz;
	sum = (size_t)no->no_start + no->no_offset;
	len = m->m_pkthdr.len - no->no_start;
	if (sum + 2 <= hdrlen && len > 0)
		word_put(hdr + sum, sum_add(word_at(hdr + sum),
		    (uint16_t)len));
}

bool
net_offload_in(struct mbuf *m, const struct net_offload *no)
{
	const bool udp = (no->no_flags & NET_OFFLOAD_UDP) != 0;
	const bool ip6 = (no->no_flags & NET_OFFLOAD_IP6) != 0;
	const int sum = no->no_start + no->no_offset;
	uint8_t *p;

	if ((no->no_flags & NET_OFFLOAD_CSUM) == 0)
		return (no->no_flags & NET_OFFLOAD_GSO) == 0;
	if (no->no_start <= ETHER_HDR_LEN || sum + 2 > m->m_len ||
	    no->no_offset != (udp ? UDP_SUM : TCP_SUM))
		return false;
	m->m_pkthdr.csum_flags = M_CSUM_BLANK | (udp ?
	    (ip6 ? M_CSUM_UDPv6 : M_CSUM_UDPv4) :
	    (ip6 ? M_CSUM_TCPv6 : M_CSUM_TCPv4));
	m->m_pkthdr.csum_data = (uint32_t)(no->no_start - ETHER_HDR_LEN) << 16 |
	    no->no_offset;
	if ((no->no_flags & NET_OFFLOAD_GSO) == 0)
		return true;
	if (udp || no->no_gso < GSO_MIN)
		return false;
	m->m_pkthdr.csum_flags |= ip6 ? M_CSUM_TSOv6 : M_CSUM_TSOv4;
	m->m_pkthdr.segsz = no->no_gso;
	p = mtod(m, uint8_t *) + sum;
	word_put(p, sum_add(word_at(p),
	    (uint16_t)~(m->m_pkthdr.len - no->no_start)));
	return true;
}

/* Storage for so many bytes, or some of them.  False: there is no memory. */
static bool
add_storage(struct mbuf *m, size_t len)
{

	if (!mbuf_add_large(m, len))
		m_clget(m, M_DONTWAIT);
	return (m->m_flags & M_EXT) != 0;
}

struct mbuf *
net_frame_mbuf(const void *data, size_t len)
{
	struct mbuf *m = NULL, *n, **link = &m;
	size_t off = 0, part;

	KASSERT(len >= ETHER_HDR_LEN);
	do {
		n = m == NULL ? m_gethdr(M_DONTWAIT, MT_DATA) :
		    m_get(M_DONTWAIT, MT_DATA);
		if (n == NULL)
			goto fail;
		n->m_len = 0;
		*link = n;
		link = &n->m_next;
		if (len - off > MHLEN - ETHER_ALIGN &&
		    !add_storage(n, len - off))
			goto fail;
		/* The header of IP is aligned then. */
		if (off == 0)
			n->m_data += ETHER_ALIGN;
		part = MIN((size_t)M_TRAILINGSPACE(n), len - off);
		memcpy(mtod(n, void *), (const uint8_t *)data + off, part);
		n->m_len = (int)part;
		off += part;
	} while (off < len);
	m->m_pkthdr.len = (int)len;
	return m;
fail:
	m_freem(m);
	return NULL;
}
