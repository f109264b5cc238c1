/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that leave by an interface which does less than their flags ask for:
 * checksums are written, segments of TCP cut.  Those may come from another
 * wire, whose members leave that undone; so nothing they say is believed.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/ether_sw_offload.h>
#include <net/if.h>
#include <net/if_ether.h>

#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include <netinet6/in6_offload.h>

#define	CSUM_4	(M_CSUM_IPv4 | M_CSUM_TCPv4 | M_CSUM_UDPv4)
#define	CSUM_6	(M_CSUM_TCPv6 | M_CSUM_UDPv6)

/* Where what is above Ethernet begins; 0: not in this frame. */
static int
header_length(const struct mbuf *m, uint16_t *etype)
{
	const int at = 2 * ETHER_ADDR_LEN;
	uint16_t type[3];

	if (m->m_pkthdr.len < at + (int)sizeof(type))
		return 0;
	m_copydata(__UNCONST(m), at, sizeof(type), type);
	*etype = ntohs(type[0]);
	if (*etype != ETHERTYPE_VLAN)
		return ETHER_HDR_LEN;
	*etype = ntohs(type[2]);
	return ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN;
}

/* A header of IPv4 that lies in the frame, as do the bytes it tells of. */
static bool
is_ip4(const struct mbuf *m, int hlen)
{
	struct ip ip;

	if (m->m_pkthdr.len < hlen + (int)sizeof(ip))
		return false;
	m_copydata(__UNCONST(m), hlen, sizeof(ip), &ip);
	return ip.ip_v == 4 && ip.ip_hl << 2 >= (int)sizeof(ip) &&
	    ntohs(ip.ip_len) >= ip.ip_hl << 2 &&
	    ntohs(ip.ip_len) <= m->m_pkthdr.len - hlen;
}

static bool
is_ip6(const struct mbuf *m, int hlen)
{
	uint8_t vfc;

	if (m->m_pkthdr.len < hlen + (int)sizeof(struct ip6_hdr))
		return false;
	m_copydata(__UNCONST(m), hlen, sizeof(vfc), &vfc);
	return (vfc & IPV6_VERSION_MASK) == IPV6_VERSION;
}

/* The sum is over all that follows; its field holds the pseudo header's. */
static bool
finish6(struct mbuf *m, int hlen)
{
	const uint32_t data = m->m_pkthdr.csum_data;
	const int start = hlen + (int)M_CSUM_DATA_IPv6_IPHL(data);
	const int at = start + (int)M_CSUM_DATA_IPv6_OFFSET(data);
	uint16_t sum;

	if (at + (int)sizeof(sum) > m->m_pkthdr.len)
		return false;
	sum = (uint16_t)cpu_in_cksum(m, m->m_pkthdr.len - start, start, 0);
	/* 0 would say that there is none. */
	if (sum == 0 && (m->m_pkthdr.csum_flags & M_CSUM_UDPv6) != 0)
		sum = 0xffff;
	m_copyback(m, at, sizeof(sum), &sum);
	return true;
}

struct mbuf *
ether_sw_offload_tx(struct ifnet *ifp, struct mbuf *m)
{
	const int todo = m->m_pkthdr.csum_flags & IFNET_TX_OFFLOADS &
	    ~ifp->if_csum_flags_tx;
	uint16_t etype = 0;
	int hlen;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if (todo == 0)
		return m;
	hlen = header_length(m, &etype);
	if ((todo & (CSUM_4 | M_CSUM_TSOv4)) != 0 &&
	    (hlen == 0 || etype != ETHERTYPE_IP || !is_ip4(m, hlen)))
		goto bad;
	if ((todo & M_CSUM_TSOv4) != 0)
		return tcp4_segment(m, hlen);
	if ((todo & M_CSUM_TSOv6) != 0) {
		if (hlen == 0 || etype != ETHERTYPE_IPV6 || !is_ip6(m, hlen))
			goto bad;
		return tcp6_segment(m, hlen);
	}
	/* What is written to may be shared. */
	if (m_makewritable(&m, 0, m->m_pkthdr.len, M_DONTWAIT) != 0)
		goto bad;
	if ((todo & CSUM_4) != 0)
		in_undefer_cksum(m, (size_t)hlen, todo);
	if ((todo & CSUM_6) != 0 && (hlen == 0 || !finish6(m, hlen)))
		goto bad;
	m->m_pkthdr.csum_flags &= ~todo;
	return m;
bad:
	m_freem(m);
	return NULL;
}
