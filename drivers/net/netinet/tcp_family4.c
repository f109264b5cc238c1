/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP over IPv4: packets in and out, and how large they may be.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "tcp_private.h"

static void
fill(struct mbuf *m, const struct inaddrs *ia, uint8_t ttl, uint8_t tos)
{
	struct ip *ip = mtod(m, struct ip *);
	struct tcphdr *th = (struct tcphdr *)(ip + 1);
	const u_int len = (u_int)m->m_pkthdr.len;
	const bool cut = m->m_pkthdr.segsz != 0;

	ip->ip_v = IPVERSION;
	ip->ip_hl = sizeof(*ip) >> 2;
	ip->ip_tos = tos;
	ip->ip_len = htons((uint16_t)len);
	ip->ip_id = 0;
	ip->ip_off = 0;
	ip->ip_ttl = ttl;
	ip->ip_p = IPPROTO_TCP;
	ip->ip_sum = 0;
	ip->ip_src = in6_v4of(&ia->ia_laddr);
	ip->ip_dst = in6_v4of(&ia->ia_faddr);
	/* Each segment will have a length of its own. */
	th->th_sum = in_cksum_phdr(ip->ip_src.s_addr, ip->ip_dst.s_addr,
	    htonl((cut ? 0 : (uint32_t)(len - sizeof(*ip))) + IPPROTO_TCP));
	m->m_pkthdr.csum_flags = cut ? M_CSUM_TSOv4 : M_CSUM_TCPv4;
	m->m_pkthdr.csum_data = offsetof(struct tcphdr, th_sum);
}

static void
attached4(struct socket *so)
{

	sotoinpcb(so)->inp_ttl = (uint8_t)ip_defttl;
}

static int
send4(struct inpcb *inp, struct mbuf *m, u_int ecn)
{
	const struct tcpcb *tp = inp->inp_ppcb;
	int flags = inp->inp_so->so_options & SO_DONTROUTE;

	fill(m, &inp->inp_addrs, inp->inp_ttl,
	    (uint8_t)((inp->inp_tos & ~IPTOS_ECN_MASK) | ecn));
	if (ip_mtudisc && (tp->t_flags & TF_NODF) == 0)
		mtod(m, struct ip *)->ip_off = htons(IP_DF);
	return ip_output(m, inp->inp_options, &inp->inp_route, flags, NULL,
	    inp);
}

static int
respond4(const struct inaddrs *ia, struct mbuf *m, u_int ecn)
{

	fill(m, ia, (uint8_t)ip_defttl, (uint8_t)ecn);
	if (ip_mtudisc)
		mtod(m, struct ip *)->ip_off = htons(IP_DF);
	return ip_output(m, NULL, NULL, 0, NULL, NULL);
}

static u_int
mtu4(const struct inaddrs *ia, struct route *ro, bool *localp)
{
	const struct in_addr dst = in6_v4of(&ia->ia_faddr);
	struct sockaddr_in sin;
	struct rtentry *rt;
	u_int mtu;

	*localp = false;
	sockaddr_in_init(&sin, &dst, 0);
	rt = rtcache_lookup(ro, sintosa(&sin));
	if (rt == NULL)
		return IP_MSS;
	mtu = (u_int)(rt->rt_rmx.rmx_mtu != 0 ? rt->rt_rmx.rmx_mtu :
	    rt->rt_ifp->if_mtu);
	*localp = net_ifflags(rt->rt_ifp, IFF_LOOPBACK) != 0;
	rtcache_unref(rt, ro);
	return mtu;
}

static int
bind4(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{
	const struct sockaddr_in *sin = satocsin(sa);

	if (sin->sin_len != sizeof(*sin))
		return EINVAL;
	if (IN_MULTICAST(sin->sin_addr.s_addr))
		return EAFNOSUPPORT;
	return inpcb_bind4(inp, sin, l);
}

static int
connect4(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{
	const struct sockaddr_in *sin = satocsin(sa);

	/* To one host only. */
	if (IN_MULTICAST(sin->sin_addr.s_addr) ||
	    sin->sin_addr.s_addr == INADDR_BROADCAST)
		return EADDRNOTAVAIL;
	return inpcb_connect4(inp, sin, l);
}

/* To or from nobody, or many? */
static bool
not_unicast(const struct mbuf *m, const struct ip *ip)
{
	struct ifnet *ifp;
	bool many = true;
	int s;

	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0 ||
	    IN_MULTICAST(ip->ip_dst.s_addr) ||
	    IN_MULTICAST(ip->ip_src.s_addr) || in_nullhost(ip->ip_src) ||
	    ip->ip_src.s_addr == INADDR_BROADCAST)
		return true;
	ifp = m_get_rcvif(m, &s);
	if (ifp == NULL)
		return true;
	many = in_broadcast(ip->ip_dst, ifp) != 0;
	m_put_rcvif(ifp, &s);
	return many;
}

/* Is its checksum wrong?  That of what never left is not looked at. */
static bool
wrong_sum(struct mbuf *m, int off, int len)
{
	const int flags = m->m_pkthdr.csum_flags;
	struct ifnet *ifp;
	bool loop = false;
	int s;

	if ((flags & M_CSUM_TCP_UDP_BAD) != 0)
		return true;
	/* Joined here, or never cut. */
	if ((flags & (M_CSUM_TSOv4 | M_CSUM_BLANK)) == M_CSUM_TSOv4)
		return false;
	if ((flags & (M_CSUM_TCPv4 | M_CSUM_DATA)) == M_CSUM_TCPv4) {
		ifp = m_get_rcvif(m, &s);
		if (ifp != NULL) {
			loop = net_ifflags(ifp, IFF_LOOPBACK) != 0 ||
			    (ifp->if_csum_flags_rx & M_CSUM_TCPv4) != 0;
			m_put_rcvif(ifp, &s);
		}
		if (loop && !tcp_do_loopback_cksum)
			return false;
	}
	return in4_cksum(m, IPPROTO_TCP, off, len) != 0;
}

void
tcp_input(struct mbuf *m, int off, int proto)
{
	struct inaddrs ia = { .ia_zone = 0 };
	const struct ip *ip;
	int len;

	if (m->m_len < off + (int)sizeof(struct tcphdr) &&
	    (m = m_pullup(m, off + (int)sizeof(struct tcphdr))) == NULL) {
		tcp_statinc(TCP_STAT_RCVSHORT);
		return;
	}
	ip = mtod(m, const struct ip *);
	len = ntohs(ip->ip_len) - off;
	if (len < (int)sizeof(struct tcphdr) || m->m_pkthdr.len < off + len) {
		tcp_statinc(TCP_STAT_RCVSHORT);
		goto drop;
	}
	if (not_unicast(m, ip))
		goto drop;
	if (wrong_sum(m, off, len)) {
		tcp_statinc(TCP_STAT_RCVBADSUM);
		goto drop;
	}
	ia.ia_laddr = in6_v4mapped(ip->ip_dst);
	ia.ia_faddr = in6_v4mapped(ip->ip_src);
	tcp_family_input(&tcp_family4, m, off, (u_int)len, &ia,
	    ip->ip_tos & IPTOS_ECN_MASK);
	return;
 drop:
	m_freem(m);
}

/* Marks of congestion are in ip_tos. */
static bool
same_header(const struct mbuf *m, const struct mbuf *n)
{
	const struct ip *a = mtod(m, const struct ip *);
	const struct ip *b = mtod(n, const struct ip *);

	return a->ip_hl == sizeof(*a) >> 2 && b->ip_hl == a->ip_hl &&
	    in_hosteq(a->ip_src, b->ip_src) &&
	    in_hosteq(a->ip_dst, b->ip_dst) && a->ip_tos == b->ip_tos &&
	    a->ip_ttl == b->ip_ttl &&
	    ((a->ip_off ^ b->ip_off) & htons(IP_DF)) == 0;
}

static void
checked(struct mbuf *m)
{

	mtod(m, struct ip *)->ip_len = htons((uint16_t)m->m_pkthdr.len);
	m->m_pkthdr.csum_flags = M_CSUM_TSOv4;
}

const struct tcp_family tcp_family4 = {
	.tf_af = AF_INET,
	.tf_hlen = sizeof(struct ip),
	.tf_tso = true,
	.tf_attached = attached4,
	.tf_send = send4,
	.tf_respond = respond4,
	.tf_mtu = mtu4,
	.tf_confirmed = arp_confirmed,
	.tf_bind = bind4,
	.tf_connect = connect4,
	.tf_input = tcp_input,
	.tf_wrongsum = wrong_sum,
	.tf_samehead = same_header,
	.tf_checked = checked,
};
