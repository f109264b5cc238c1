/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Solicitations and advertisements of neighbours, in and out: RFC 4861
 * section 7.  What they say of a neighbour is nd6_cache.c's, what they say of
 * an address that is yet to be ours nd6_dad.c's.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include "nd6_private.h"

/*
 * Solicitations, out.
 */

/* An address of ours to ask from that can be answered, or none. */
static struct in6_addr
source_for(struct ifnet *ifp, const struct in6_addr *target)
{
	struct in6_addr key = *target, src = in6addr_any;
	struct in6_ifaddr *ia;
	int s = pserialize_read_enter();

	if ((ia = in6_ifawithifp(ifp, &key)) == NULL)
		ia = in6ifa_ifpforlinklocal(ifp, IN6_IFF_NOTREADY |
		    IN6_IFF_ANYCAST | IN6_IFF_DETACHED);
	if (ia != NULL)
		src = *IA6_IN6(ia);
	pserialize_read_exit(s);
	return src;
}

/*
 * Who has target?  To daddr, or all who may have it (NULL); from hsrc, or what
 * fits (NULL).  With a nonce: is anybody else going to have it, asked from no
 * address.
 */
void
nd6_ns_output(struct ifnet *ifp, const struct in6_addr *daddr,
    const struct in6_addr *target, const struct in6_addr *hsrc,
    const uint8_t *nonce)
{
	const size_t lllen = nd6_opt_lllen(ifp);
	struct nd_neighbor_solicit *ns;
	struct in6_addr src, dst;
	bool from_none;
	struct mbuf *m;
	uint8_t *opt;
	size_t len = sizeof(*ns);

	if (nd6_if(ifp) == NULL)
		return;
	if (nonce != NULL)
		src = in6addr_any;
	else
		src = hsrc != NULL ? *hsrc : source_for(ifp, target);
	if (daddr != NULL)
		dst = *daddr;
	else
		in6_solicited(target, ifp, &dst);
	from_none = IN6_IS_ADDR_UNSPECIFIED(&src);
	/* Who asks from no address asks whether there will be a conflict. */
	if (from_none && nonce == NULL)
		return;
	len += nonce != NULL ? sizeof(struct nd_opt_nonce) : lllen;
	if ((m = nd6_msg_new(ifp, len, &dst, &src)) == NULL)
		return;
	ns = nd6_msg_body(m);
	ns->nd_ns_type = ND_NEIGHBOR_SOLICIT;
	ns->nd_ns_target = *target;
	in6_clearscope(&ns->nd_ns_target);
	opt = (uint8_t *)(ns + 1);
	if (nonce != NULL) {
		opt[0] = ND_OPT_NONCE;
		opt[1] = 1;
		memcpy(opt + 2, nonce, ND_OPT_NONCE_LEN);
	} else
		nd6_opt_ll(ifp, ND_OPT_SOURCE_LINKADDR, opt,
		    CLLADDR(ifp->if_sadl));
	nd6_msg_out(ifp, m);
}

/*
 * Advertisements, out.
 */

/* flags: ND_NA_FLAG_*; lladdr NULL: without one. */
static void
advertise(struct ifnet *ifp, const struct in6_addr *daddr,
    const struct in6_addr *src, const struct in6_addr *target,
    uint32_t flags, const uint8_t *lladdr)
{
	struct nd_neighbor_advert *na;
	struct mbuf *m;
	size_t len = sizeof(*na);

	if (lladdr != NULL)
		len += nd6_opt_lllen(ifp);
	if ((m = nd6_msg_new(ifp, len, daddr, src)) == NULL)
		return;
	na = nd6_msg_body(m);
	na->nd_na_type = ND_NEIGHBOR_ADVERT;
	na->nd_na_flags_reserved = flags;
	if (atomic_load_relaxed(&ip6_forwarding) != 0)
		na->nd_na_flags_reserved |= ND_NA_FLAG_ROUTER;
	na->nd_na_target = *target;
	in6_clearscope(&na->nd_na_target);
	if (lladdr != NULL)
		nd6_opt_ll(ifp, ND_OPT_TARGET_LINKADDR, na + 1, lladdr);
	nd6_msg_out(ifp, m);
}

/* An address of ours to answer from: the target, if it is one. */
static bool
answer_from(struct ifnet *ifp, const struct in6_addr *target,
    struct in6_addr *src)
{
	struct in6_ifaddr *ia;
	int s = pserialize_read_enter();

	ia = in6ifa_ifpwithaddr(ifp, target);
	if (ia != NULL && (atomic_load_relaxed(&ia->ia6_flags) &
	    IN6_IFF_ANYCAST) == 0)
		*src = *target;
	else
		ia = NULL;
	pserialize_read_exit(s);
	if (ia == NULL)
		*src = source_for(ifp, target);
	return !IN6_IS_ADDR_UNSPECIFIED(src);
}

/* sdl: of whom we answer for; tlladdr 0: without a link address. */
void
nd6_na_output(struct ifnet *ifp, const struct in6_addr *daddr,
    const struct in6_addr *target, u_long flags, int tlladdr,
    const struct sockaddr *sdl)
{
	const uint8_t *lladdr = NULL;
	struct in6_addr src;

	if (nd6_if(ifp) == NULL || !answer_from(ifp, target, &src))
		return;
	if (tlladdr != 0)
		lladdr = sdl != NULL ?
		    (const uint8_t *)CLLADDR(satocsdl(sdl)) :
		    nd6_ifptomac(ifp);
	advertise(ifp, daddr, &src, target, (uint32_t)flags, lladdr);
}

/* Neighbours who know us by another link address learn the new one: RFC 4861
 * section 7.2.6, RFC 9131. */
void
nd6_announce(struct in6_ifaddr *ia)
{

	if ((atomic_load_relaxed(&ia->ia6_flags) & (IN6_IFF_NOTREADY |
	    IN6_IFF_ANYCAST | IN6_IFF_DETACHED)) != 0 ||
	    !nd6_need_cache(ia->ia_ifp))
		return;
	nd6_na_output(ia->ia_ifp, &in6addr_linklocal_allnodes, IA6_IN6(ia),
	    ND_NA_FLAG_OVERRIDE, 1, NULL);
}

const void *
nd6_ifptomac(const struct ifnet *ifp)
{

	return ifp->if_sadl != NULL && ifp->if_addrlen != 0 ?
	    CLLADDR(ifp->if_sadl) : NULL;
}

/*
 * Solicitations, in.
 */

/* Section 7.1.1. */
static bool
ns_is_good(const struct nd6_msg *nm, const struct in6_addr *target,
    const uint8_t *lladdr)
{
	struct in6_addr group;
	struct sockaddr_in6 sin6;

	if (IN6_IS_ADDR_MULTICAST(target) || IN6_IS_ADDR_UNSPECIFIED(target))
		return false;
	if (IN6_IS_ADDR_UNSPECIFIED(&nm->nm_src)) {
		in6_solicited(target, nm->nm_ifp, &group);
		return lladdr == NULL &&
		    IN6_ARE_ADDR_EQUAL(&group, &nm->nm_dst);
	}
	/* Who is on no net of ours cannot be answered directly. */
	sockaddr_in6_init(&sin6, &nm->nm_src, 0, 0, 0);
	return nd6_is_addr_neighbor(&sin6, nm->nm_ifp) != 0;
}

static const uint8_t *
nonce_of(const struct nd6_msg *nm)
{
	const uint8_t *opt = nd6_opt(nm, ND_OPT_NONCE, NULL);

	return opt != NULL && opt[1] == 1 ? opt + 2 : NULL;
}

static void
answer(const struct nd6_msg *nm, const struct in6_addr *target,
    const uint8_t *lladdr, bool override, const uint8_t *proxied)
{
	const uint32_t flags = override ? ND_NA_FLAG_OVERRIDE : 0;
	struct in6_addr src;

	if (!answer_from(nm->nm_ifp, target, &src))
		return;
	if (proxied == NULL)
		proxied = nd6_ifptomac(nm->nm_ifp);
	/* Who has no address yet is told with all others. */
	if (IN6_IS_ADDR_UNSPECIFIED(&nm->nm_src)) {
		advertise(nm->nm_ifp, &in6addr_linklocal_allnodes, &src,
		    target, flags, proxied);
		return;
	}
	nd6_cache_lladdr(nm->nm_ifp, __UNCONST(&nm->nm_src),
	    __UNCONST(lladdr), nm->nm_ifp->if_addrlen, ND_NEIGHBOR_SOLICIT, 0);
	advertise(nm->nm_ifp, &nm->nm_src, &src, target,
	    flags | ND_NA_FLAG_SOLICITED, proxied);
}

/* The target is in a message that is good. */
static void
ns_process(const struct nd6_msg *nm, const struct in6_addr *target,
    const uint8_t *lladdr)
{
	uint8_t proxied[sizeof(((struct llentry *)NULL)->ll_addr)];
	const bool probe = IN6_IS_ADDR_UNSPECIFIED(&nm->nm_src);
	struct in6_ifaddr *ia;
	struct psref psref;
	int flags;

	ia = in6ifa_ifpwithaddr_psref(nm->nm_ifp, target, &psref);
	if (ia == NULL) {
		/* Whoever has it himself goes first. */
		if (nd6_proxied(nm->nm_ifp, target, proxied))
			answer(nm, target, lladdr, false, proxied);
		return;
	}
	flags = atomic_load_relaxed(&ia->ia6_flags);
	if ((flags & (IN6_IFF_NOTREADY | IN6_IFF_DETACHED)) == 0)
		answer(nm, target, lladdr, (flags & IN6_IFF_ANYCAST) == 0,
		    NULL);
	else if ((flags & IN6_IFF_TENTATIVE) != 0 && probe)
		nd6_dad_asked(ia, nonce_of(nm));
	ia6_release(ia, &psref);
}

/* Is it one of our own that came back? */
static bool
is_ours(const struct nd6_msg *nm)
{
	struct in6_ifaddr *ia;
	int s;

	if (IN6_IS_ADDR_UNSPECIFIED(&nm->nm_src))
		return false;
	s = pserialize_read_enter();
	ia = in6ifa_ifpwithaddr(nm->nm_ifp, &nm->nm_src);
	pserialize_read_exit(s);
	return ia != NULL;
}

void
nd6_ns_input(struct mbuf *m, int off, int icmp6len)
{
	struct nd_neighbor_solicit ns;
	struct in6_addr target;
	const uint8_t *lladdr;
	struct nd6_msg nm;
	bool good;

	if (!nd6_msg_in(&nm, m, off, icmp6len, sizeof(ns), ICMP6_STAT_BADNS))
		return;
	memcpy(&ns, nm.nm_data, sizeof(ns));
	target = ns.nd_ns_target;
	good = in6_setscope(&target, nm.nm_ifp, NULL) == 0 &&
	    nd6_opt_lladdr(&nm, ND_OPT_SOURCE_LINKADDR, &lladdr) &&
	    ns_is_good(&nm, &target, lladdr);
	if (good && !is_ours(&nm))
		ns_process(&nm, &target, lladdr);
	nd6_msg_done(&nm, good, ICMP6_STAT_BADNS);
}

/*
 * Advertisements, in.
 */

/* He has an address of ours: true if it is one. */
static bool
na_conflict(const struct nd6_msg *nm, const struct in6_addr *target)
{
	char addr[INET6_ADDRSTRLEN];
	struct in6_ifaddr *ia;
	struct psref psref;
	int flags;

	ia = in6ifa_ifpwithaddr_psref(nm->nm_ifp, target, &psref);
	if (ia == NULL)
		return false;
	flags = atomic_load_relaxed(&ia->ia6_flags);
	if ((flags & IN6_IFF_TENTATIVE) != 0)
		nd6_dad_claimed(ia);
	else if ((flags & IN6_IFF_ANYCAST) == 0 && !is_ours(nm) && nd6_debug)
		log(LOG_ERR, "%s: %s is also somebody else's\n",
		    if_name(nm->nm_ifp), IN6_PRINT(addr, target));
	ia6_release(ia, &psref);
	return true;
}

static int
said(uint32_t flags)
{
	int s = 0;

	if ((flags & ND_NA_FLAG_SOLICITED) != 0)
		s |= ND6_SAID_SOLICITED;
	if ((flags & ND_NA_FLAG_OVERRIDE) != 0)
		s |= ND6_SAID_OVERRIDE;
	if ((flags & ND_NA_FLAG_ROUTER) != 0)
		s |= ND6_SAID_ROUTER;
	return s;
}

void
nd6_na_input(struct mbuf *m, int off, int icmp6len)
{
	struct nd_neighbor_advert na;
	struct in6_addr target;
	const uint8_t *lladdr;
	struct nd6_msg nm;
	uint32_t flags;
	bool good;

	if (!nd6_msg_in(&nm, m, off, icmp6len, sizeof(na), ICMP6_STAT_BADNA))
		return;
	memcpy(&na, nm.nm_data, sizeof(na));
	target = na.nd_na_target;
	flags = na.nd_na_flags_reserved;
	/* Section 7.1.2. */
	good = in6_setscope(&target, nm.nm_ifp, NULL) == 0 &&
	    !IN6_IS_ADDR_MULTICAST(&target) &&
	    !IN6_IS_ADDR_UNSPECIFIED(&target) &&
	    !IN6_IS_ADDR_UNSPECIFIED(&nm.nm_src) &&
	    (!IN6_IS_ADDR_MULTICAST(&nm.nm_dst) ||
	    (flags & ND_NA_FLAG_SOLICITED) == 0) &&
	    nd6_opt_lladdr(&nm, ND_OPT_TARGET_LINKADDR, &lladdr);
	if (good && !na_conflict(&nm, &target))
		nd6_advertised(nm.nm_ifp, &target, lladdr, said(flags));
	nd6_msg_done(&nm, good, ICMP6_STAT_BADNA);
}
