/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redirects out, RFC 4861 section 8.2: a router tells a neighbour of a better
 * first hop for a packet that left by the interface it came by.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
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

#include "in6_private.h"

#define	HLIM	255		/* nobody forwards them */

/* The better hop: a router, by its address of the link, or the host itself. */
static bool
better_hop(struct rtentry *rt, const struct in6_addr *dst,
    struct in6_addr *hop)
{
	const struct sockaddr *gw;
	bool ok = true;
	int s;

	*hop = *dst;
	if ((rt->rt_flags & RTF_GATEWAY) == 0)
		return true;
	s = pserialize_read_enter();
	gw = atomic_load_consume(&rt->rt_gateway);
	if (gw->sa_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&satocsin6(gw)->sin6_addr))
		*hop = satocsin6(gw)->sin6_addr;
	else
		ok = false;
	pserialize_read_exit(s);
	return ok;
}

static bool
own_linklocal(struct ifnet *ifp, struct in6_addr *addr)
{
	const struct in6_ifaddr *ia;
	int s = pserialize_read_enter();

	ia = in6ifa_ifpforlinklocal(ifp, IN6_IFF_NOTREADY | IN6_IFF_ANYCAST);
	if (ia != NULL)
		*addr = ia->ia_addr.sin6_addr;
	pserialize_read_exit(s);
	return ia != NULL;
}

/* Only who sends to us himself can do better. */
static bool
is_neighbour(const struct in6_addr *addr, struct ifnet *ifp)
{
	struct sockaddr_in6 sin6;

	sockaddr_in6_init(&sin6, addr, 0, 0, 0);
	return !IN6_IS_ADDR_UNSPECIFIED(addr) &&
	    nd6_is_addr_neighbor(&sin6, ifp) != 0;
}

/* As much of the packet, which is gone, as there is room for. */
static struct mbuf *
make(struct mbuf *m0, const struct in6_addr *src, const struct in6_addr *hop)
{
	const int fixed = (int)(sizeof(struct ip6_hdr) +
	    sizeof(struct nd_redirect) + sizeof(struct nd_opt_rd_hdr));
	const int quoted = MIN(m0->m_pkthdr.len, IPV6_MMTU - fixed) & ~7;
	struct ip6_hdr *ip6, *oip6 = mtod(m0, struct ip6_hdr *);
	struct nd_redirect *rd;
	struct nd_opt_rd_hdr *opt;
	struct mbuf *m;

	if ((m = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL) {
		m_freem(m0);
		return NULL;
	}
	m->m_data += max_linkhdr;
	m->m_len = fixed;
	m->m_pkthdr.len = fixed + quoted;
	ip6 = mtod(m, struct ip6_hdr *);
	memset(ip6, 0, (size_t)fixed);
	rd = (struct nd_redirect *)(ip6 + 1);
	opt = (struct nd_opt_rd_hdr *)(rd + 1);
	ip6->ip6_vfc = IPV6_VERSION;
	ip6->ip6_nxt = IPPROTO_ICMPV6;
	ip6->ip6_hlim = HLIM;
	ip6->ip6_src = *src;
	ip6->ip6_dst = oip6->ip6_src;
	rd->nd_rd_type = ND_REDIRECT;
	rd->nd_rd_target = *hop;
	rd->nd_rd_dst = oip6->ip6_dst;
	(void)in6_clearscope(&rd->nd_rd_target);
	(void)in6_clearscope(&rd->nd_rd_dst);
	opt->nd_opt_rh_type = ND_OPT_REDIRECTED_HEADER;
	opt->nd_opt_rh_len = (uint8_t)((sizeof(*opt) + (size_t)quoted) >> 3);
	(void)in6_clearscope(&oip6->ip6_src);
	(void)in6_clearscope(&oip6->ip6_dst);
	m_adj(m0, quoted - m0->m_pkthdr.len);
	m_remove_pkthdr(m0);
	m->m_next = m0;
	return m;
}

static void
finish(struct mbuf *m)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);
	struct nd_redirect *rd = (struct nd_redirect *)(ip6 + 1);

	rd->nd_rd_cksum = (uint16_t)in6_cksum(m, IPPROTO_ICMPV6,
	    sizeof(*ip6), (uint32_t)(m->m_pkthdr.len - (int)sizeof(*ip6)));
	icmp6_statinc(ICMP6_STAT_OUTERRHIST + ICMP6_ERRSTAT_REDIRECT);
	icmp6_statinc(ICMP6_STAT_OUTHIST + ND_REDIRECT);
	ip6_statinc(IP6_STAT_REDIRECTSENT);
	(void)ip6_output(m, NULL, NULL, 0, NULL, NULL, NULL);
}

/* Takes the packet, storage of its own, or NULL. */
void
icmp6_redirect_output(struct mbuf *m, struct rtentry *rt)
{
	struct in6_addr src, hop;
	const struct ip6_hdr *ip6;

	if (m == NULL)
		return;
	if (m->m_len < (int)sizeof(*ip6) &&
	    (m = m_pullup(m, sizeof(*ip6))) == NULL)
		return;
	ip6 = mtod(m, const struct ip6_hdr *);
	if (!is_neighbour(&ip6->ip6_src, rt->rt_ifp) ||
	    !better_hop(rt, &ip6->ip6_dst, &hop) ||
	    !own_linklocal(rt->rt_ifp, &src) ||
	    icmp6_ratelimit(&ip6->ip6_src, ND_REDIRECT, 0)) {
		m_freem(m);
		return;
	}
	if ((m = make(m, &src, &hop)) != NULL)
		finish(m);
}
