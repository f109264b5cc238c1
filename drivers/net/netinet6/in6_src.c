/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address a packet goes out with: RFC 6724 section 5.  Each address of
 * this machine that may be used is compared with the best so far, rule by
 * rule.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_private.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "in6_private.h"

int ip6_use_deprecated = 1;
int ip6_prefer_tempaddr;
int ip6_use_defzone;

u_int
in6_outifindex(const struct ip6_pktopts *opt, const struct ip6_moptions *im6o,
    const struct in6_addr *dst)
{

	if (opt != NULL && opt->ip6po_pktinfo != NULL &&
	    opt->ip6po_pktinfo->ipi6_ifindex != 0)
		return opt->ip6po_pktinfo->ipi6_ifindex;
	/* An address of a link says which one. */
	if (IN6_IS_ADDR_MULTICAST(dst) && IN6_IS_SCOPE_EMBEDDABLE(dst) &&
	    dst->s6_addr16[1] != 0)
		return ntohs(dst->s6_addr16[1]);
	if (IN6_IS_ADDR_MULTICAST(dst) && im6o != NULL)
		return im6o->im6o_multicast_if_index;
	return 0;
}

/* A choice to be made. */
struct choice {
	const struct in6_addr *ch_dst;
	const struct ifnet *ch_ifp;	/* it leaves by that */
	int		ch_label;	/* of the destination */
	int		ch_scope;
	bool		ch_temp;	/* temporary addresses are better */
};

/* Is it a candidate at all?  Section 4, and RFC 4007. */
static bool
candidate(const struct choice *ch, struct in6_ifaddr *ia)
{
	const struct in6_addr *addr = IA6_IN6(ia);
	const int flags = atomic_load_relaxed(&ia->ia6_flags);

	if ((flags & (IN6_IFF_NOTREADY | IN6_IFF_ANYCAST |
	    IN6_IFF_DETACHED)) != 0 || IFA6_IS_INVALID(ia) ||
	    ifa_is_destroying(&ia->ia_ifa))
		return false;
	if (!ip6_use_deprecated && (flags & IN6_IFF_DEPRECATED) != 0)
		return false;
	if (IN6_IS_ADDR_LOOPBACK(addr))
		return net_ifflags(ch->ch_ifp, IFF_LOOPBACK) != 0;
	/* To a link, and to groups, with an address of the interface. */
	if ((IN6_IS_SCOPE_EMBEDDABLE(ch->ch_dst) ||
	    IN6_IS_ADDR_MULTICAST(ch->ch_dst)) && ia->ia_ifp != ch->ch_ifp)
		return net_ifflags(ch->ch_ifp, IFF_LOOPBACK) != 0 &&
		    ntohs(ch->ch_dst->s6_addr16[1]) == ia->ia_ifp->if_index;
	/* From a link to elsewhere only by that link. */
	return !IN6_IS_ADDR_LINKLOCAL(addr) || ia->ia_ifp == ch->ch_ifp;
}

/* Rule 2: 1, a is better; -1, b is; 0, they are alike. */
static int
by_scope(const struct choice *ch, struct in6_ifaddr *a, struct in6_ifaddr *b)
{
	const int sa = in6_addrscope(IA6_IN6(a));
	const int sb = in6_addrscope(IA6_IN6(b));

	if (sa == sb)
		return 0;
	if (sa < sb)
		return sa < ch->ch_scope ? -1 : 1;
	return sb < ch->ch_scope ? 1 : -1;
}

static int
yes_no(bool a, bool b)
{

	return a == b ? 0 : a ? 1 : -1;
}

static bool
is_flagged(struct in6_ifaddr *ia, int flag)
{

	return (atomic_load_relaxed(&ia->ia6_flags) & flag) != 0;
}

static bool
preferred_if(struct in6_ifaddr *ia)
{

	return (ND_FLAGS(ia->ia_ifp) & ND6_IFF_PREFER_SOURCE) != 0;
}

/* No more than the prefix counts: rule 8. */
static int
matching(const struct choice *ch, struct in6_ifaddr *ia)
{
	struct in6_addr dst = *ch->ch_dst;

	return MIN(in6_matchlen(IA6_IN6(ia), &dst), ia->ia_plen);
}

static bool
better(const struct choice *ch, struct in6_ifaddr *a, struct in6_ifaddr *b)
{
	int r;

	/* 1: the destination itself. */
	if ((r = yes_no(IN6_ARE_ADDR_EQUAL(IA6_IN6(a), ch->ch_dst),
	    IN6_ARE_ADDR_EQUAL(IA6_IN6(b), ch->ch_dst))) != 0)
		return r > 0;
	if ((r = by_scope(ch, a, b)) != 0)
		return r > 0;
	/* 3 */
	if ((r = yes_no(!is_flagged(a, IN6_IFF_DEPRECATED),
	    !is_flagged(b, IN6_IFF_DEPRECATED))) != 0)
		return r > 0;
	/* 5 */
	if ((r = yes_no(a->ia_ifp == ch->ch_ifp,
	    b->ia_ifp == ch->ch_ifp)) != 0)
		return r > 0;
	/* Not in the RFC: an interface whose addresses serve others. */
	if ((r = yes_no(preferred_if(a), preferred_if(b))) != 0)
		return r > 0;
	/* 6 */
	if ((r = yes_no(in6_policy_label(IA6_IN6(a)) == ch->ch_label,
	    in6_policy_label(IA6_IN6(b)) == ch->ch_label)) != 0)
		return r > 0;
	/* 7 */
	if ((r = yes_no(is_flagged(a, IN6_IFF_TEMPORARY) == ch->ch_temp,
	    is_flagged(b, IN6_IFF_TEMPORARY) == ch->ch_temp)) != 0)
		return r > 0;
	/* 8 */
	return matching(ch, a) > matching(ch, b);
}

static int
choose(const struct choice *ch, struct in6_addr *ret)
{
	struct in6_ifaddr *ia, *best = NULL;
	int s = pserialize_read_enter();

	IN6_ADDRLIST_READER_FOREACH(ia) {
		if (candidate(ch, ia) &&
		    (best == NULL || better(ch, ia, best)))
			best = ia;
	}
	if (best != NULL) {
		*ret = *IA6_IN6(best);
		ip6_statinc((best->ia_ifp == ch->ch_ifp ?
		    IP6_STAT_SOURCES_SAMEIF : IP6_STAT_SOURCES_OTHERIF) +
		    (u_int)in6_addrscope(ret));
		if (is_flagged(best, IN6_IFF_DEPRECATED))
			ip6_statinc(IP6_STAT_SOURCES_DEPRECATED +
			    (u_int)in6_addrscope(ret));
	} else
		ip6_statinc(IP6_STAT_SOURCES_NONE);
	pserialize_read_exit(s);
	return best != NULL ? 0 : EADDRNOTAVAIL;
}

/* What a program wants for one packet, IPV6_PKTINFO: it has to be ours. */
static int
wanted(const struct in6_addr *addr, u_int index, struct in6_addr *ret)
{
	struct in6_ifaddr *ia;
	struct in6_addr key = *addr;
	int s, error = 0;

	if (index != 0 && IN6_IS_SCOPE_EMBEDDABLE(&key))
		key.s6_addr16[1] = htons((uint16_t)index);
	s = pserialize_read_enter();
	ia = in6ifa_ifwithaddr(&key, 0);
	if (ia == NULL || is_flagged(ia, IN6_IFF_NOTREADY | IN6_IFF_ANYCAST))
		error = EADDRNOTAVAIL;
	pserialize_read_exit(s);
	*ret = key;
	return error;
}

int
in6_selectroute(struct sockaddr_in6 *dst, struct ip6_pktopts *opt,
    struct route **ro, struct rtentry **rtp, bool count)
{
	const struct sockaddr *to = sin6tosa(dst);

	if (opt != NULL && opt->ip6po_nexthop != NULL)
		to = opt->ip6po_nexthop;
	*rtp = rtcache_lookup(*ro, to);
	if (*rtp != NULL)
		return 0;
	if (count)
		ip6_statinc(IP6_STAT_NOROUTE);
	return EHOSTUNREACH;
}

/* The interface it leaves by, referenced. */
static int
select_if(struct sockaddr_in6 *dst, struct ip6_pktopts *opt,
    struct ip6_moptions *im6o, struct route *ro, struct ifnet **ifpp,
    struct psref *psref)
{
	const u_int index = in6_outifindex(opt, im6o, &dst->sin6_addr);
	struct rtentry *rt;
	int error;

	if (index != 0) {
		if ((*ifpp = if_get_byindex(index, psref)) == NULL)
			return ENXIO;
		/* That is the zone, if none was said. */
		if (IN6_IS_SCOPE_EMBEDDABLE(&dst->sin6_addr) &&
		    dst->sin6_addr.s6_addr16[1] == 0)
			(void)in6_setscope(&dst->sin6_addr, *ifpp, NULL);
		return 0;
	}
	if ((error = in6_selectroute(dst, opt, &ro, &rt, true)) != 0)
		return error;
	/* Routes outlive the time in which a reference can be had. */
	*ifpp = if_get_byindex(rt->rt_ifp->if_index, psref);
	rtcache_unref(rt, ro);
	return *ifpp != NULL ? 0 : ENXIO;
}

static int
select_src(struct sockaddr_in6 *dst, struct ip6_pktopts *opt,
    struct in6_addr *laddr, struct ifnet *ifp, struct in6_addr *ret)
{
	const struct in6_pktinfo *pi = opt != NULL ? opt->ip6po_pktinfo :
	    NULL;
	struct choice ch = { .ch_dst = &dst->sin6_addr, .ch_ifp = ifp,
	    .ch_temp = ip6_prefer_tempaddr != 0 };

	if (pi != NULL && !IN6_IS_ADDR_UNSPECIFIED(&pi->ipi6_addr))
		return wanted(&pi->ipi6_addr, pi->ipi6_ifindex, ret);
	if (laddr != NULL && !IN6_IS_ADDR_UNSPECIFIED(laddr)) {
		*ret = *laddr;
		return 0;
	}
	if (opt != NULL &&
	    opt->ip6po_prefer_tempaddr != IP6PO_TEMPADDR_SYSTEM)
		ch.ch_temp =
		    opt->ip6po_prefer_tempaddr == IP6PO_TEMPADDR_PREFER;
	ch.ch_label = in6_policy_label(&dst->sin6_addr);
	ch.ch_scope = in6_addrscope(&dst->sin6_addr);
	return choose(&ch, ret);
}

int
in6_selectsrc(struct sockaddr_in6 *dst, struct ip6_pktopts *opt,
    struct ip6_moptions *im6o, struct route *ro, struct in6_addr *laddr,
    struct ifnet **ifpp, struct psref *psref, struct in6_addr *ret)
{
	struct psref own;
	struct ifnet *ifp;
	struct route *rop, ownro;
	int error, bound = curlwp_bind();

	KASSERT((ifpp == NULL) == (psref == NULL));
	if (ro == NULL)
		memset(&ownro, 0, sizeof(ownro));
	rop = ro != NULL ? ro : &ownro;
	if (psref == NULL)
		psref = &own;
	error = select_if(dst, opt, im6o, rop, &ifp, psref);
	if (error == 0) {
		error = select_src(dst, opt, laddr, ifp, ret);
		if (error == 0 && ifpp != NULL)
			*ifpp = ifp;
		else
			if_put(ifp, psref);
	}
	if (ro == NULL)
		rtcache_free(&ownro);
	curlwp_bindx(bound);
	return error;
}

int
in6_selecthlim(struct inpcb *inp, struct ifnet *ifp)
{
	int chlim = 0;

	if (inp != NULL && (inp->inp_flags & INP_HOPS) != 0)
		return inp->inp_hops;
	if (ifp != NULL)
		chlim = atomic_load_relaxed(&ND_IFINFO(ifp)->chlim);
	return chlim != 0 ? chlim : ip6_defhlim;
}

/* That of the route a socket has. */
int
in6_selecthlim_rt(struct inpcb *inp)
{
	struct rtentry *rt;
	int hlim;

	if (inp == NULL || (inp->inp_flags & INP_HOPS) != 0 ||
	    (rt = rtcache_validate(&inp->inp_route)) == NULL)
		return in6_selecthlim(inp, NULL);
	hlim = in6_selecthlim(inp, rt->rt_ifp);
	rtcache_unref(rt, &inp->inp_route);
	return hlim;
}
