/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours of IPv6: what the common table of neighbours (if_lltaddr.c of the
 * net faction) and the detection of unreachable ones (nd.c) want of this
 * family, and what programs ask.  nd6_cache.c has what neighbours say.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/if_types.h>
#include <net/nd.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_ifattach.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>
#include <rump-sys/net_llt.h>

#include "in6_private.h"
#include "nd6_private.h"

#define	NCHAINS		64
#define	ENTRIES_MAX	8192	/* of one interface: RFC 6583 */

int nd6_debug;

/*
 * Time.
 */
uint64_t
nd6_now(void)
{
	struct timespec ts;

	getnanouptime(&ts);
	/* 0 stands for never. */
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000 + 1;
}

int
nd6_ticks(uint64_t ms)
{
	const uint64_t ticks = ms / 1000 * (uint64_t)hz +
	    (ms % 1000 * (uint64_t)hz + 999) / 1000;

	return (int)MAX(MIN(ticks, (uint64_t)INT_MAX), 1);
}

time_t
nd6_wall(time_t uptime)
{

	return uptime == 0 ? 0 : time_mono_to_wall(uptime);
}

/*
 * The table.
 */
static void
fill_sa(const struct llentry *lle, struct sockaddr *sa, bool programs)
{
	struct sockaddr_in6 *sin6 = satosin6(sa);

	sockaddr_in6_init(sin6, &lle->r_l3addr.addr6, 0, 0, 0);
	if (programs)
		(void)sa6_recoverscope(sin6);
}

static void
dropped(size_t n)
{

	for (; n > 0; n--)
		ip6_statinc(IP6_STAT_ODROPPED);
}

static const struct net_llt_family nd6_llt_family = {
	.nf_af = AF_INET6,
	.nf_addrlen = sizeof(struct in6_addr),
	.nf_addroff = offsetof(struct sockaddr_in6, sin6_addr),
	.nf_nchains = NCHAINS,
	.nf_max = ENTRIES_MAX,
	.nf_fill_sa = fill_sa,
	.nf_dropped = dropped,
};

struct lltable *
nd6_lltattach(struct ifnet *ifp)
{

	return net_llt_attach(ifp, &nd6_llt_family);
}

static struct llentry *
get(const struct in6_addr *addr, const struct ifnet *ifp, bool create)
{
	struct sockaddr_in6 sin6;

	if (nd6_if(ifp) == NULL)
		return NULL;
	sockaddr_in6_init(&sin6, addr, 0, 0, 0);
	return net_llt_get(LLTABLE6(ifp), sin6tosa(&sin6), create);
}

/* Locked for writing if wlock, else for reading; NULL: there is none. */
struct llentry *
nd6_lookup(const struct in6_addr *addr, const struct ifnet *ifp, bool wlock)
{
	struct llentry *lle = get(addr, ifp, false);

	if (lle != NULL && !wlock)
		LLE_DOWNGRADE(lle);
	return lle;
}

/* The one that is there, or a new one, locked for writing; NULL: no memory. */
struct llentry *
nd6_create(const struct in6_addr *addr, const struct ifnet *ifp)
{

	return get(addr, ifp, true);
}

void
nd6_own_add(struct in6_ifaddr *ia)
{

	if (nd6_need_cache(ia->ia_ifp))
		net_llt_own_add(LLTABLE6(ia->ia_ifp), sin6tosa(&ia->ia_addr));
}

void
nd6_own_del(struct in6_ifaddr *ia)
{

	if (nd6_need_cache(ia->ia_ifp) && nd6_if(ia->ia_ifp) != NULL)
		net_llt_own_del(LLTABLE6(ia->ia_ifp), sin6tosa(&ia->ia_addr));
}

/* Does the link have addresses that have to be asked for? */
int
nd6_need_cache(struct ifnet *ifp)
{

	switch (ifp->if_type) {
	case IFT_ETHER:
	case IFT_IEEE80211:
	case IFT_L2VLAN:
	case IFT_CARP:
	case IFT_BRIDGE:
	case IFT_IEEE8023ADLAG:
		return 1;
	default:
		return 0;
	}
}

/* A router says it is on the link, where we may have no address like that. */
static bool
has_link_route(const struct sockaddr_in6 *sin6, const struct ifnet *ifp)
{
	struct rtentry *rt = rtalloc1((const struct sockaddr *)sin6, 0);
	bool near;

	if (rt == NULL)
		return false;
	near = rt->rt_ifp == ifp && (rt->rt_flags &
	    (RTF_GATEWAY | RTF_CONNECTED)) == RTF_CONNECTED;
	rt_unref(rt);
	return near;
}

/* On a net of the interface, or its other end, or known there. */
int
nd6_is_addr_neighbor(const struct sockaddr_in6 *sin6, struct ifnet *ifp)
{
	const struct in6_addr *addr = &sin6->sin6_addr;
	struct in6_ifaddr *ia;
	struct llentry *lle;
	struct ifaddr *ifa;
	bool near = false;
	int s;

	if (IN6_IS_ADDR_LINKLOCAL(addr))
		return addr->s6_addr16[1] == htons(ifp->if_index);
	s = pserialize_read_enter();
	IFADDR_READER_FOREACH(ifa, ifp) {
		ia = ifatoia6(ifa);
		if (ifa->ifa_addr->sa_family != AF_INET6)
			continue;
		near = ia->ia_plen < 128 ?
		    IN6_ARE_MASKED_ADDR_EQUAL(addr, IA6_IN6(ia),
			IA6_MASKIN6(ia)) :
		    ifa->ifa_dstaddr != NULL &&
		    IN6_ARE_ADDR_EQUAL(addr, IA6_DSTIN6(ia));
		if (near)
			break;
	}
	pserialize_read_exit(s);
	if (near || (lle = nd6_lookup(addr, ifp, false)) == NULL)
		return near || has_link_route(sin6, ifp);
	LLE_RUNLOCK(lle);
	return 1;
}

/*
 * Sending to one: ne_resolve of Ethernet.  EWOULDBLOCK: it is asked for and
 * the packet waits; other errors: it was freed.
 */
int
nd6_resolve(struct ifnet *ifp, const struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, uint8_t *lldst, size_t dstsize)
{

	if (nd6_if(ifp) == NULL || !nd6_need_cache(ifp)) {
		m_freem(m);
		return EHOSTUNREACH;
	}
	return net_llt_resolve(LLTABLE6(ifp), rt, m, dst, lldst, dstsize);
}

void
nd6_confirmed(const struct rtentry *rt, const struct sockaddr *dst)
{

	if (nd6_need_cache(rt->rt_ifp) && nd6_if(rt->rt_ifp) != NULL)
		net_llt_hint(LLTABLE6(rt->rt_ifp), rt, dst);
}

void
nd6_rtrequest(int req, struct rtentry *rt,
    const struct rt_addrinfo *info __unused)
{

	/* What is for ourselves does not go out. */
	if (req == RTM_ADD && (rt->rt_flags & RTF_LOCAL) != 0)
		rt->rt_ifp = lo0ifp;
}

static void
dad_start(struct ifaddr *ifa)
{

	nd6_dad_start(ifa, 0);
}

/* Ethernet has an address of ours now. */
void
nd6_ifinit(struct ifnet *ifp, struct ifaddr *ifa)
{
	struct in6_ifaddr *ia = ifatoia6(ifa);

	if (ifa->ifa_addr->sa_family != AF_INET6)
		return;
	ifa->ifa_rtrequest = nd6_rtrequest;
	if (if_do_dad(ifp)) {
		ia->ia_dad_start = dad_start;
		ia->ia_dad_stop = nd6_dad_stop;
	}
}

/* A packet by an interface that IPv6 may use; it is gone. */
int
nd6_output(struct ifnet *ifp, struct ifnet *origifp, struct mbuf *m,
    const struct sockaddr_in6 *dst, const struct rtentry *rt)
{

	if (nd6_if(ifp) == NULL ||
	    (ND_FLAGS(ifp) & ND6_IFF_IFDISABLED) != 0) {
		m_freem(m);
		return ENETDOWN;
	}
	return if_output_lock(ifp, origifp, m, sin6tocsa(dst), rt);
}

uint32_t
nd6_linkmtu(const struct ifnet *ifp)
{
	const struct nd6_if *nx = nd6_if(ifp);
	const uint32_t said = nx == NULL ? 0 :
	    atomic_load_relaxed(&nx->nx_nd.linkmtu);

	return said != 0 && said < ifp->if_mtu ? said : (uint32_t)ifp->if_mtu;
}

/*
 * Unreachability detection.
 */
static bool
nud_enabled(struct ifnet *ifp)
{

	return (ND_FLAGS(ifp) & ND6_IFF_PERFORMNUD) != 0;
}

static unsigned int
reachable(struct ifnet *ifp)
{

	return atomic_load_relaxed(&ND_IFINFO(ifp)->reachable);
}

static unsigned int
retrans(struct ifnet *ifp)
{

	return atomic_load_relaxed(&ND_IFINFO(ifp)->retrans);
}

static union l3addr *
holdsrc(struct llentry *lle, union l3addr *src)
{
	const struct mbuf *m = lle->ln_hold;
	struct in6_ifaddr *ia;
	struct ip6_hdr ip6;
	int s;

	if (m == NULL || m->m_len < (int)sizeof(ip6))
		return NULL;
	memcpy(&ip6, mtod(m, const void *), sizeof(ip6));
	(void)in6_setscope(&ip6.ip6_src, lltable_get_ifp(lle->lle_tbl), NULL);
	s = pserialize_read_enter();
	ia = in6ifa_ifpwithaddr(lltable_get_ifp(lle->lle_tbl), &ip6.ip6_src);
	if (ia != NULL && (atomic_load_relaxed(&ia->ia6_flags) &
	    (IN6_IFF_NOTREADY | IN6_IFF_ANYCAST)) != 0)
		ia = NULL;
	pserialize_read_exit(s);
	if (ia == NULL)
		return NULL;
	src->addr6 = ip6.ip6_src;
	return src;
}

static void
ask(struct ifnet *ifp, const union l3addr *daddr, const union l3addr *taddr,
    const uint8_t *tlladdr __unused, const union l3addr *hsrc)
{

	nd6_ns_output(ifp, daddr == NULL ? NULL : &daddr->addr6,
	    &taddr->addr6, hsrc == NULL ? NULL : &hsrc->addr6, NULL);
}

static void
missed(struct ifnet *ifp, const union l3addr *taddr __unused,
    int16_t state __unused, struct mbuf *m)
{

	/* It may have been a router. */
	if (nd6_if(ifp)->nx_nrouters > 0)
		nd6_work_select();
	if (m == NULL)
		return;
	ip6_statinc(IP6_STAT_ODROPPED);
	icmp6_error2(m, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, 0, ifp,
	    NULL);
}

static struct nd_domain nd6_nd_domain = {
	.nd_family = AF_INET6,
	NET_LLT_ND_DOMAIN,
	.nd_nud_enabled = nud_enabled,
	.nd_reachable = reachable,
	.nd_retrans = retrans,
	.nd_holdsrc = holdsrc,
	.nd_output = ask,
	.nd_missed = missed,
};

void
nd6_nd_init(void)
{

	nd_attach_domain(&nd6_nd_domain);
}

/* All of it; addresses, routers and groups can be used from then on. */
void
nd6_init(void)
{

	nd6_nd_init();
	nd6_dad_init();
	nd6_work_init();
	nd6_rtr_init();
	nd6_temp_init();
	nd6_redirect_init();
	nd6_sysctl_setup();
}

/*
 * What programs ask.
 */
void
nd6_ifinfo_init(const struct ifnet *ifp, struct nd_kifinfo *ndi)
{

	ndi->chlim = IPV6_DEFHLIM;
	ndi->basereachable = REACHABLE_TIME;
	ndi->reachable = ND_COMPUTE_RTIME(REACHABLE_TIME);
	ndi->retrans = RETRANS_TIMER;
	ndi->flags = ND6_IFF_PERFORMNUD | ND6_IFF_ACCEPT_RTADV;
	if (ip6_auto_linklocal || net_ifflags(ifp, IFF_LOOPBACK) != 0)
		ndi->flags |= ND6_IFF_AUTO_LINKLOCAL;
}

/* No IPv6, or it again: then all addresses are looked for elsewhere once
 * more. */
static void
enable(struct ifnet *ifp, bool on)
{

	in6_if_link_down(ifp);
	if (on && net_ifflags(ifp, IFF_UP) != 0 &&
	    ifp->if_link_state != LINK_STATE_DOWN)
		in6_if_link_up(ifp);
}

static int
set_flags(const struct nd_ifinfo *new, struct ifnet *ifp)
{
	struct nd_kifinfo *ndi = ND_IFINFO(ifp);
	const uint32_t old = ndi->flags;

	if ((new->flags & ~(uint32_t)ND6_IFF_ALL) != 0)
		return EINVAL;
	atomic_store_relaxed(&ndi->flags, new->flags);
	if (((new->flags ^ old) & ND6_IFF_IFDISABLED) != 0)
		enable(ifp, (new->flags & ND6_IFF_IFDISABLED) == 0);
	if ((new->flags & ~old & ND6_IFF_AUTO_LINKLOCAL) != 0)
		in6_ifattach(ifp, NULL);
	if (((new->flags ^ old) & (ND6_IFF_ACCEPT_RTADV |
	    ND6_IFF_OVERRIDE_RTADV)) != 0)
		nd6_rs_start(ifp);
	return 0;
}

/* Numbers of 0 leave it as it is. */
static int
set_info(const struct nd_ifinfo *new, struct ifnet *ifp)
{
	struct nd_kifinfo *ndi = ND_IFINFO(ifp);

	if (new->basereachable > MAX_REACHABLE_TIME ||
	    new->retrans > MAX_RETRANS_TIMER)
		return EINVAL;
	if (new->chlim != 0)
		atomic_store_relaxed(&ndi->chlim, new->chlim);
	if (new->basereachable != 0) {
		ndi->basereachable = new->basereachable;
		ndi->reachable = ND_COMPUTE_RTIME(new->basereachable);
	}
	if (new->retrans != 0)
		ndi->retrans = new->retrans;
	return set_flags(new, ifp);
}

static void
get_info(struct nd_ifinfo *out, struct ifnet *ifp)
{
	const struct nd_kifinfo *ndi = ND_IFINFO(ifp);

	memset(out, 0, sizeof(*out));
	out->chlim = ndi->chlim;
	out->basereachable = ndi->basereachable;
	out->retrans = ndi->retrans;
	out->flags = ndi->flags;
}

static int
get_neighbour(struct in6_nbrinfo *nbi, struct ifnet *ifp)
{
	struct in6_addr addr = nbi->addr;
	struct llentry *lle;

	/* The zone may be where the kernel has it. */
	if (IN6_IS_SCOPE_EMBEDDABLE(&addr)) {
		addr.s6_addr16[1] = 0;
		if (in6_setscope(&addr, ifp, NULL) != 0)
			return EINVAL;
	}
	if ((lle = nd6_lookup(&addr, ifp, false)) == NULL)
		return EINVAL;
	nbi->asked = lle->ln_asked;
	nbi->isrouter = lle->ln_router;
	nbi->state = lle->ln_state;
	nbi->expire = (int)nd6_wall(lle->ln_expire);
	LLE_RUNLOCK(lle);
	return 0;
}

/* IFNET_LOCK is held. */
int
nd6_ioctl(u_long cmd, void *data, struct ifnet *ifp)
{
	struct in6_ndireq *ndi = data;

	KASSERT(IFNET_LOCKED(ifp));
	if (nd6_if(ifp) == NULL)
		return EINVAL;
	switch (cmd) {
	case SIOCGIFINFO_IN6:
		get_info(&ndi->ndi, ifp);
		return 0;
	case SIOCSIFINFO_IN6:
		return set_info(&ndi->ndi, ifp);
	case SIOCSIFINFO_FLAGS:
		return set_flags(&ndi->ndi, ifp);
	case SIOCGNBRINFO_IN6:
		return get_neighbour(data, ifp);
	default:
		return EOPNOTSUPP;
	}
}

/* IFNET_LOCK is held; sleeps. */
void
nd6_purge(struct ifnet *ifp, struct in6_ifextra *ext __unused)
{
	struct nd6_if *nx = nd6_if(ifp);

	nd6_routers_purge(nx);
	nd6_prefixes_purge(nx);
	nd6_dns_purge(nx);
	nx->nx_rs_due = 0;
	lltable_purge_entries(LLTABLE6(ifp));
}
