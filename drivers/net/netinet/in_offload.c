/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What interfaces without such hardware do not do: checksums of TCP and UDP.
 * tcp_segment.c has segments of TCP.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "tcp_private.h"

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
