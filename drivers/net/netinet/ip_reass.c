/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in pieces, RFC 791: lengths of a piece, and the header of the packet
 * they make; in_reass.c puts them together.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <rump-sys/net_reass.h>

#include "ip_private.h"

int ip_maxfragpackets = 200;
int ip_maxfrags = 4096;

static struct reass *reass;

static void
count(enum reass_event why, u_int n)
{
	static const u_int stats[] = {
		[REASS_DROPPED] = IP_STAT_FRAGDROPPED,
		[REASS_LATE] = IP_STAT_FRAGTIMEOUT,
		[REASS_NOMEM] = IP_STAT_RCVMEMDROP,
		[REASS_TOOLONG] = IP_STAT_TOOLONG,
		[REASS_BADECN] = IP_STAT_BADFRAGS,
	};

	if (why != REASS_OVERFLOW)
		ip_statadd(stats[why], n);
}

static void
late(struct mbuf *m)
{

	icmp_error(m, ICMP_TIMXCEED, ICMP_TIMXCEED_REASS, 0, 0);
}

static const struct reass_family family = {
	.rf_piecepool = "ipfrag",
	.rf_packetpool = "ipfragq",
	.rf_maxpackets = &ip_maxfragpackets,
	.rf_maxpieces = &ip_maxfrags,
	.rf_ttl = IPFRAGTTL,
	.rf_count = count,
	.rf_late = late,
};

void
ip_reass_init(void)
{

	reass = reass_create(&family);
}

/* Lengths and place of a piece: RFC 791, RFC 1858. */
static bool
measure(struct mbuf *m, struct reass_piece *p)
{
	const struct ip *ip = mtod(m, const struct ip *);
	const u_int off = (u_int)(ntohs(ip->ip_off) & IP_OFFMASK) << 3;
	u_int len;

	p->rp_m = m;
	p->rp_hlen = ip->ip_hl << 2;
	p->rp_first = off;
	len = ntohs(ip->ip_len) - p->rp_hlen;
	p->rp_end = off + len;
	p->rp_last = (ip->ip_off & htons(IP_MF)) == 0;
	p->rp_ecn = IPTOS_ECN(ip->ip_tos);
	if (len == 0 || (!p->rp_last && (len & 7) != 0))
		return false;
	/* The headers of a transport come in one piece. */
	if (off > 0 && off + p->rp_hlen < IP_MINFRAGSIZE - 1)
		return false;
	return p->rp_end + p->rp_hlen <= IP_MAXPACKET;
}

int
ip_reass_packet(struct mbuf **mp)
{
	struct mbuf *m = *mp;
	struct ip *ip = mtod(m, struct ip *);
	const struct reass_key key = {
		.rk_src = in6_v4mapped(ip->ip_src),
		.rk_dst = in6_v4mapped(ip->ip_dst),
		.rk_id = ip->ip_id,
		.rk_proto = ip->ip_p,
		.rk_sender = ip->ip_src.s_addr,
	};
	struct reass_piece p = { .rp_nxt = 0 };
	int error;

	*mp = NULL;
	if (!measure(m, &p)) {
		ip_statinc(IP_STAT_BADFRAGS);
		m_freem(m);
		return EINVAL;
	}
	error = reass_add(reass, &key, &p);
	if (error != 0 || p.rp_m == NULL)
		return error;
	m = *mp = p.rp_m;
	ip = mtod(m, struct ip *);
	if (p.rp_ecn == IPTOS_ECN_CE)
		ip->ip_tos |= IPTOS_ECN_CE;
	ip->ip_len = htons((uint16_t)m->m_pkthdr.len);
	ip->ip_off = 0;
	return 0;
}

void
ip_reass_slowtimo(void)
{

	reass_slowtimo(reass);
}

/* Memory is short. */
void
ip_reass_drain(void)
{

	reass_drain(reass);
}
