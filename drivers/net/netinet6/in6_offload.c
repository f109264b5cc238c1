/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What interfaces without such hardware do not do: checksums of TCP and UDP
 * above IPv6 (RFC 8200 section 8.1).  netinet cuts segments of TCP.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_offload.h>
#include <netinet6/ip6_var.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "in6_private.h"

/*
 * The checksum of what is at off, len bytes, of protocol nxt (0: without a
 * pseudo header); 0: it is right.  Zones of addresses do not count.
 */
int
in6_cksum(struct mbuf *m, uint8_t nxt, uint32_t off, uint32_t len)
{
	struct in6_addr src, dst;
	uint32_t sum = 0;

	KASSERT(m->m_pkthdr.len >= (int)(off + len));
	if (nxt != 0) {
		m_copydata(m, offsetof(struct ip6_hdr, ip6_src), sizeof(src),
		    &src);
		m_copydata(m, offsetof(struct ip6_hdr, ip6_dst), sizeof(dst),
		    &dst);
		if (IN6_IS_SCOPE_EMBEDDABLE(&src))
			src.s6_addr16[1] = 0;
		if (IN6_IS_SCOPE_EMBEDDABLE(&dst))
			dst.s6_addr16[1] = 0;
		sum = in6_cksum_phdr(&src, &dst, htonl(len), htonl(nxt));
	}
	return cpu_in_cksum(m, (int)len, (int)off, sum);
}

bool
in6_checksum_right(struct mbuf *m, uint8_t nxt, int off, int len, int flag,
    int loop)
{
	const int flags = m->m_pkthdr.csum_flags;
	struct ifnet *ifp;
	int rx = 0, s;
	bool local = (m->m_flags & M_LOOP) != 0;

	if ((ifp = m_get_rcvif(m, &s)) != NULL) {
		rx = ifp->if_csum_flags_rx;
		local |= net_ifflags(ifp, IFF_LOOPBACK) != 0;
		m_put_rcvif(ifp, &s);
	}
	/* It was never filled in. */
	if ((flags & flag) != 0 && local && !loop)
		return true;
	if ((flags & rx & flag) != 0) {
		if ((flags & M_CSUM_TCP_UDP_BAD) != 0)
			return false;
		if ((flags & M_CSUM_DATA) == 0)
			return true;
	}
	return in6_cksum(m, nxt, (uint32_t)off, (uint32_t)len) == 0;
}

/* The header behind that of IPv6 is at csum_data's upper half, or at once. */
void
in6_undefer_cksum(struct mbuf *m, size_t hdrlen, int flags)
{
	const uint32_t data = (uint32_t)m->m_pkthdr.csum_data;
	const int at = (int)M_CSUM_DATA_IPv6_OFFSET(data);
	int hlen = (int)M_CSUM_DATA_IPv6_IPHL(data), off, len;
	struct ip6_hdr ip6;
	uint16_t sum;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if ((flags & (M_CSUM_TCPv6 | M_CSUM_UDPv6)) == 0)
		return;
	m->m_pkthdr.csum_flags &= ~(M_CSUM_TCPv6 | M_CSUM_UDPv6);
	if (hlen == 0)
		hlen = sizeof(ip6);
	m_copydata(m, (int)hdrlen, sizeof(ip6), &ip6);
	off = (int)hdrlen + hlen;
	len = (int)sizeof(ip6) + ntohs(ip6.ip6_plen) - hlen;
	/* A peer on a virtual wire may say anything of what he sent. */
	if (len < at + (int)sizeof(sum) || m->m_pkthdr.len < off + len)
		return;
	sum = (uint16_t)cpu_in_cksum(m, len, off, 0);
	/* 0 would say that there is none. */
	if (sum == 0 && (flags & M_CSUM_UDPv6) != 0)
		sum = 0xffff;
	m_copyback(m, off + at, sizeof(sum), &sum);
}
