/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of neighbour discovery: what is checked of all that come in, their
 * options, and what all that go out have in common.  RFC 4861 sections 4.6,
 * 6.1, 7.1 and 8.1.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include "nd6_private.h"

#define	HOPS		255	/* nobody passed it on */
#define	OPT_UNIT	8	/* bytes, of an option's length */

/* Each has a length, and ends before the message does. */
static bool
options_are_good(const struct nd6_msg *nm)
{
	const uint8_t *p = nm->nm_data + nm->nm_fixed;
	size_t left = nm->nm_len - nm->nm_fixed;

	while (left > 0) {
		if (left < OPT_UNIT || p[1] == 0 ||
		    (size_t)p[1] * OPT_UNIT > left)
			return false;
		left -= (size_t)p[1] * OPT_UNIT;
		p += (size_t)p[1] * OPT_UNIT;
	}
	return true;
}

/* The message in one piece; the packet may have become another. */
static bool
gather(struct nd6_msg *nm, int off, int len)
{
	const struct ip6_hdr *ip6;
	struct mbuf *n;
	int noff;

	if (nm->nm_m->m_len < (int)sizeof(*ip6) &&
	    (nm->nm_m = m_pullup(nm->nm_m, (int)sizeof(*ip6))) == NULL)
		return false;
	/* It frees the packet if it cannot. */
	if ((n = m_pulldown(nm->nm_m, off, len, &noff)) == NULL) {
		nm->nm_m = NULL;
		return false;
	}
	ip6 = mtod(nm->nm_m, const struct ip6_hdr *);
	nm->nm_src = ip6->ip6_src;
	nm->nm_dst = ip6->ip6_dst;
	nm->nm_data = mtod(n, const uint8_t *) + noff;
	nm->nm_len = (size_t)len;
	return ip6->ip6_hlim == HOPS;
}

bool
nd6_msg_in(struct nd6_msg *nm, struct mbuf *m, int off, int len, size_t fixed,
    u_int bad)
{
	const struct icmp6_hdr *icmp;

	memset(nm, 0, sizeof(*nm));
	nm->nm_m = m;
	nm->nm_fixed = fixed;
	if (len < (int)fixed || !gather(nm, off, len))
		goto fail;
	icmp = (const struct icmp6_hdr *)nm->nm_data;
	/* The other code is that of a redirect's only one. */
	if (icmp->icmp6_code != 0 || !options_are_good(nm))
		goto fail;
	nm->nm_ifp = m_get_rcvif_psref(nm->nm_m, &nm->nm_psref);
	if (nm->nm_ifp == NULL || nd6_if(nm->nm_ifp) == NULL)
		goto fail;
	return true;
fail:
	nd6_msg_done(nm, false, bad);
	return false;
}

void
nd6_msg_done(struct nd6_msg *nm, bool good, u_int bad)
{

	if (!good)
		icmp6_statinc(bad);
	m_put_rcvif_psref(nm->nm_ifp, &nm->nm_psref);
	m_freem(nm->nm_m);
	nm->nm_m = NULL;
}

const uint8_t *
nd6_opt(const struct nd6_msg *nm, int type, const uint8_t *last)
{
	const uint8_t *end = nm->nm_data + nm->nm_len;
	const uint8_t *p = last == NULL ? nm->nm_data + nm->nm_fixed :
	    last + (size_t)last[1] * OPT_UNIT;

	for (; p < end; p += (size_t)p[1] * OPT_UNIT) {
		KASSERT(p[1] != 0);
		if (p[0] == type)
			return p;
	}
	return NULL;
}

size_t
nd6_opt_lllen(const struct ifnet *ifp)
{

	return roundup(sizeof(struct nd_opt_hdr) + ifp->if_addrlen, OPT_UNIT);
}

bool
nd6_opt_lladdr(const struct nd6_msg *nm, int type, const uint8_t **lladdr)
{
	const uint8_t *opt = nd6_opt(nm, type, NULL);

	*lladdr = NULL;
	if (opt == NULL)
		return true;
	if ((size_t)opt[1] * OPT_UNIT != nd6_opt_lllen(nm->nm_ifp)) {
		icmp6_statinc(ICMP6_STAT_ND_BADOPT);
		return false;
	}
	*lladdr = opt + sizeof(struct nd_opt_hdr);
	return true;
}

/*
 * Out.
 */
struct mbuf *
nd6_msg_new(struct ifnet *ifp, size_t len, const struct in6_addr *dst,
    const struct in6_addr *src)
{
	const int total = (int)(sizeof(struct ip6_hdr) + len);
	struct ip6_hdr *ip6;
	struct mbuf *m;

	KASSERT(max_linkhdr + total <= MCLBYTES);
	if ((m = m_gethdr(M_DONTWAIT, MT_DATA)) == NULL)
		return NULL;
	if (max_linkhdr + total > (int)MHLEN) {
		MCLGET(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
			m_freem(m);
			return NULL;
		}
	}
	m->m_len = m->m_pkthdr.len = total;
	m_align(m, total);
	memset(mtod(m, void *), 0, (size_t)total);
	ip6 = mtod(m, struct ip6_hdr *);
	ip6->ip6_vfc = IPV6_VERSION;
	ip6->ip6_plen = htons((uint16_t)len);
	ip6->ip6_nxt = IPPROTO_ICMPV6;
	ip6->ip6_hlim = HOPS;
	ip6->ip6_src = *src;
	ip6->ip6_dst = *dst;
	(void)in6_setscope(&ip6->ip6_dst, ifp, NULL);
	return m;
}

void
nd6_opt_ll(const struct ifnet *ifp, int type, void *opt, const void *lladdr)
{
	struct nd_opt_hdr *oh = opt;

	oh->nd_opt_type = (uint8_t)type;
	oh->nd_opt_len = (uint8_t)(nd6_opt_lllen(ifp) / OPT_UNIT);
	memcpy(oh + 1, lladdr, ifp->if_addrlen);
}

void
nd6_msg_out(struct ifnet *ifp, struct mbuf *m)
{
	const struct ip6_hdr *ip6 = mtod(m, const struct ip6_hdr *);
	struct icmp6_hdr *icmp = nd6_msg_body(m);
	struct ip6_moptions im6o;

	icmp->icmp6_cksum = 0;
	icmp->icmp6_cksum = (uint16_t)in6_cksum(m, IPPROTO_ICMPV6,
	    (uint32_t)sizeof(*ip6), (uint32_t)(m->m_pkthdr.len -
	    (int)sizeof(*ip6)));
	memset(&im6o, 0, sizeof(im6o));
	im6o.im6o_multicast_if_index = ifp->if_index;
	im6o.im6o_multicast_hlim = HOPS;
	icmp6_statinc(ICMP6_STAT_OUTHIST + icmp->icmp6_type);
	(void)ip6_output(m, NULL, NULL,
	    IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_src) ? IPV6_UNSPECSRC : 0,
	    IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst) ? &im6o : NULL, NULL, NULL);
}
