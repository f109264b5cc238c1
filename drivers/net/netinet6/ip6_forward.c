/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarding, RFC 8200 and RFC 4443, if net.inet6.ip6.forwarding.  Packets are
 * not cut: their senders are told how large they may be.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "in6_private.h"

int ip6_forwarding;
int ip6_sendredirect = 1;

static percpu_t *forward_rt;		/* a CPU's cache, or NULL */

void
ip6_forward_init(void)
{

	forward_rt = percpu_alloc(sizeof(struct route *));
}

static void
error_reply(struct mbuf *copy, int error, uint32_t mtu)
{

	switch (error) {
	case EMSGSIZE:
		ip6_statinc(IP6_STAT_TOOBIG);
		icmp6_error(copy, ICMP6_PACKET_TOO_BIG, 0, (int)mtu);
		break;
	case ENOBUFS:
		m_freem(copy);
		break;
	case EACCES:
		icmp6_error(copy, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN,
		    0);
		break;
	default:
		icmp6_error(copy, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR,
		    0);
		break;
	}
}

/* The zone of the source ends where it leaves: RFC 4007 section 9. */
static bool
leaves_zone(const struct in6_addr *src, const struct ifnet *out)
{

	return IN6_IS_ADDR_LOOPBACK(src) || (IN6_IS_SCOPE_EMBEDDABLE(src) &&
	    ntohs(src->s6_addr16[1]) != out->if_index);
}

/* A packet that leaves by where it came from: the sender might do without. */
static bool
wants_redirect(const struct rtentry *rt, const struct ifnet *rcvif,
    bool srcrt)
{

	return rt->rt_ifp == rcvif && !srcrt && ip6_sendredirect &&
	    (rt->rt_flags & (RTF_DYNAMIC | RTF_MODIFIED)) == 0;
}

/* The copy is of the packet, for whoever has to be told. */
static void
forward(struct mbuf *m, bool srcrt, struct ifnet *rcvif, struct route *ro)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);
	struct sockaddr_in6 dst;
	struct rtentry *rt;
	struct mbuf *copy;
	bool redirect;
	uint32_t mtu;
	int error;

	sockaddr_in6_init(&dst, &ip6->ip6_dst, 0, 0, 0);
	if ((rt = rtcache_lookup(ro, sin6tosa(&dst))) == NULL) {
		ip6_statinc(IP6_STAT_NOROUTE);
		in6_ifstat_inc(rcvif, ifs6_in_noroute);
		icmp6_error(m, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE,
		    0);
		return;
	}
	if (leaves_zone(&ip6->ip6_src, rt->rt_ifp)) {
		rtcache_unref(rt, ro);
		ip6_statinc(IP6_STAT_CANTFORWARD);
		ip6_statinc(IP6_STAT_BADSCOPE);
		icmp6_error(m, ICMP6_DST_UNREACH,
		    ICMP6_DST_UNREACH_BEYONDSCOPE, 0);
		return;
	}
	redirect = wants_redirect(rt, rcvif, srcrt);
	mtu = IN6_LINKMTU(rt->rt_ifp);
	if (rt->rt_rmx.rmx_mtu != 0 && rt->rt_rmx.rmx_mtu < mtu)
		mtu = (uint32_t)rt->rt_rmx.rmx_mtu;
	copy = m_dup(m, 0, MIN(m->m_pkthdr.len, ICMPV6_PLD_MAXLEN),
	    M_DONTWAIT);
	ip6->ip6_hlim -= IPV6_HLIMDEC;
	/* What a virtual wire left undone is done, or left, on the way out. */
	m->m_pkthdr.csum_flags &= (m->m_pkthdr.csum_flags & M_CSUM_BLANK) != 0 ?
	    M_CSUM_TCPv6 | M_CSUM_UDPv6 | M_CSUM_TSOv6 : 0;
	if (redirect && copy != NULL)
		icmp6_redirect_output(m_dup(copy, 0, M_COPYALL,
		    M_DONTWAIT), rt);
	rtcache_unref(rt, ro);
	error = ip6_output(m, NULL, ro, IPV6_FORWARDING, NULL, NULL, NULL);
	if (error == 0) {
		ip6_statinc(IP6_STAT_FORWARD);
		in6_ifstat_inc(rcvif, ifs6_out_forward);
		m_freem(copy);
		return;
	}
	ip6_statinc(IP6_STAT_CANTFORWARD);
	if (copy != NULL)
		error_reply(copy, error, mtu);
}

/*
 * The packet is gone afterwards.  srcrt: its destination was changed here;
 * the interface it came by.
 */
void
ip6_forward(struct mbuf *m, int srcrt, struct ifnet *rcvif)
{
	const struct ip6_hdr *ip6 = mtod(m, const struct ip6_hdr *);

	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0 ||
	    IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst) ||
	    IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_src) ||
	    IN6_IS_ADDR_LOOPBACK(&ip6->ip6_dst)) {
		ip6_statinc(IP6_STAT_CANTFORWARD);
		m_freem(m);
		return;
	}
	if (ip6->ip6_hlim <= IPV6_HLIMDEC) {
		ip6_statinc(IP6_STAT_TIMXCEED);
		icmp6_error(m, ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_TRANSIT,
		    0);
		return;
	}
	if (!in_forward(forward_rt, forward, m, srcrt != 0, rcvif)) {
		ip6_statinc(IP6_STAT_CANTFORWARD);
		m_freem(m);
	}
}
