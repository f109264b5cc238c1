/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces: setting and deleting one, and the routes and groups
 * that come with it; what happens to interfaces.
 *
 * An address is on two lists, of all and of its interface, from the time it
 * may be used on; it is off both, and everybody who saw it there is done,
 * before it is freed.  Addresses with one prefix share its route: the one that
 * made it has IFA_ROUTE.  Link-local addresses have their zone in the second
 * 16 bits, so that the same prefix on two links makes two routes.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_llatbl.h>
#include <net/pfil.h>
#include <net/route.h>

#include <netinet/in.h>

#include <netinet6/in6_ifattach.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "nd6_private.h"

struct pslist_head in6_ifaddr_list;
kmutex_t in6_ifaddr_lock;
static pserialize_t in6_ifaddr_psz;

static int
addrflags(const struct ifaddr *ifa)
{

	return atomic_load_relaxed(
	    &((const struct in6_ifaddr *)ifa)->ia6_flags);
}

void
in6_init(void)
{

	mutex_init(&in6_ifaddr_lock, MUTEX_DEFAULT, IPL_NONE);
	in6_ifaddr_psz = pserialize_create();
	PSLIST_INIT(&in6_ifaddr_list);
	in6_multi_init();
	net_addrflags_register(AF_INET6, addrflags);
}

static void
lists_add(struct in6_ifaddr *ia)
{

	mutex_enter(&in6_ifaddr_lock);
	IN6_ADDRLIST_ENTRY_INIT(ia);
	IN6_ADDRLIST_WRITER_INSERT_TAIL(ia);
	mutex_exit(&in6_ifaddr_lock);
}

static void
lists_del(struct in6_ifaddr *ia)
{

	mutex_enter(&in6_ifaddr_lock);
	IN6_ADDRLIST_WRITER_REMOVE(ia);
	pserialize_perform(in6_ifaddr_psz);
	mutex_exit(&in6_ifaddr_lock);
	IN6_ADDRLIST_ENTRY_DESTROY(ia);
}

/*
 * Routes.
 */

/* Which route leads to where the address is, by RTF_*; -1: none. */
static int
route_flags(const struct in6_ifaddr *ia)
{

	if (ia->ia_plen < 128)
		return RTF_UP | RTF_CONNECTED;
	/* The other end of a link of two. */
	return ia->ia_ifa.ifa_dstaddr == NULL ||
	    IN6_ARE_ADDR_EQUAL(IA6_IN6(ia), IA6_DSTIN6(ia)) ? -1 :
	    RTF_UP | RTF_HOST;
}

static bool
same_route(const struct in6_ifaddr *a, const struct in6_ifaddr *b)
{
	const int flags = route_flags(a);

	if (flags == -1 || flags != route_flags(b))
		return false;
	if ((flags & RTF_HOST) != 0)
		return IN6_ARE_ADDR_EQUAL(IA6_DSTIN6(a), IA6_DSTIN6(b));
	return a->ia_plen == b->ia_plen &&
	    in6_same_prefix(IA6_IN6(a), IA6_IN6(b), a->ia_plen);
}

/* Another one whose route is the same: with it, or without. */
static struct in6_ifaddr *
sharer(const struct in6_ifaddr *ia, bool with, struct psref *psref)
{
	struct in6_ifaddr *t;
	int s = pserialize_read_enter();

	IN6_ADDRLIST_READER_FOREACH(t) {
		if (t != ia && same_route(t, ia) &&
		    ((atomic_load_relaxed(&t->ia_flags) & IFA_ROUTE) != 0) ==
		    with && !ifa_is_destroying(&t->ia_ifa)) {
			ia6_acquire(t, psref);
			break;
		}
	}
	pserialize_read_exit(s);
	return t;
}

/* Others read it meanwhile. */
static void
set_route(struct in6_ifaddr *ia, bool has)
{

	atomic_store_relaxed(&ia->ia_flags, has ? ia->ia_flags | IFA_ROUTE :
	    ia->ia_flags & ~(u_int)IFA_ROUTE);
}

int
in6_route_add(struct in6_ifaddr *ia)
{
	const int flags = route_flags(ia);
	struct in6_ifaddr *other;
	struct psref psref;
	int error, bound;

	if (flags == -1)
		return 0;
	bound = curlwp_bind();
	other = sharer(ia, true, &psref);
	ia6_release(other, &psref);
	curlwp_bindx(bound);
	if (other != NULL)
		return 0;
	error = rtinit(&ia->ia_ifa, RTM_ADD, flags);
	if (error == 0)
		set_route(ia, true);
	/* One that is there already does as well. */
	return error == EEXIST ? 0 : error;
}

void
in6_route_del(struct in6_ifaddr *ia)
{
	struct in6_ifaddr *other;
	struct psref psref;
	int bound;

	if ((ia->ia_flags & IFA_ROUTE) == 0)
		return;
	(void)rtinit(&ia->ia_ifa, RTM_DELETE, route_flags(ia));
	set_route(ia, false);
	bound = curlwp_bind();
	if ((other = sharer(ia, false, &psref)) != NULL) {
		if (rtinit(&other->ia_ifa, RTM_ADD, route_flags(other)) == 0)
			set_route(other, true);
		ia6_release(other, &psref);
	} else if (route_flags(ia) == (RTF_UP | RTF_CONNECTED)) {
		/* Its neighbours are not that any more. */
		lltable_prefix_free(AF_INET6, sin6tosa(&ia->ia_addr),
		    sin6tosa(&ia->ia_prefixmask), 0);
	}
	curlwp_bindx(bound);
}

static int
is_of_ifa(struct rtentry *rt, void *ifa)
{

	return rt->rt_ifa == ifa;
}

/*
 * Setting one.
 */

/* What is asked for, checked: addresses have their zones. */
struct request {
	struct in6_addr	r_addr;
	struct in6_addr	r_dst;
	bool		r_has_dst;
	u_int		r_plen;		/* 0: as it is */
	int		r_flags;
	uint32_t	r_vltime, r_pltime;
};

/* An address of the interface's, as a program gives it. */
static int
check_addr(const struct sockaddr_in6 *sin6, struct ifnet *ifp,
    struct in6_addr *addr)
{

	if (sin6->sin6_family != AF_INET6)
		return EAFNOSUPPORT;
	if (sin6->sin6_len != sizeof(*sin6))
		return EINVAL;
	*addr = sin6->sin6_addr;
	if (!IN6_IS_SCOPE_EMBEDDABLE(addr))
		return 0;
	/* The zone may be where the kernel has it. */
	if ((sin6->sin6_scope_id != 0 &&
	    sin6->sin6_scope_id != ifp->if_index) ||
	    (addr->s6_addr16[1] != 0 &&
	    addr->s6_addr16[1] != htons(ifp->if_index)))
		return EINVAL;
	addr->s6_addr16[1] = 0;
	return in6_setscope(addr, ifp, NULL);
}

static int
check_mask(const struct in6_aliasreq *ifra, struct request *r)
{
	struct sockaddr_in6 mask = ifra->ifra_prefixmask;
	int len;

	if (mask.sin6_len == 0) {
		r->r_plen = 0;
		return 0;
	}
	if (mask.sin6_len > sizeof(mask))
		return EINVAL;
	len = in6_mask2len(&mask.sin6_addr, (u_char *)&mask + mask.sin6_len);
	if (len <= 0)
		return EINVAL;
	r->r_plen = (u_int)len;
	return 0;
}

static int
check_dst(const struct in6_aliasreq *ifra, struct ifnet *ifp,
    struct request *r)
{

	r->r_has_dst = ifra->ifra_dstaddr.sin6_family == AF_INET6;
	if (!r->r_has_dst)
		return ifra->ifra_dstaddr.sin6_family == AF_UNSPEC ? 0 :
		    EAFNOSUPPORT;
	/* The other end is a host: no prefix of it. */
	if (net_ifflags(ifp, IFF_POINTOPOINT | IFF_LOOPBACK) == 0 ||
	    (r->r_plen != 0 && r->r_plen != 128))
		return EINVAL;
	return check_addr(&ifra->ifra_dstaddr, ifp, &r->r_dst);
}

static int
check(const struct in6_aliasreq *ifra, struct ifnet *ifp, struct request *r)
{
	int error;

	if ((error = check_addr(&ifra->ifra_addr, ifp, &r->r_addr)) != 0)
		return error;
	if (IN6_IS_ADDR_UNSPECIFIED(&r->r_addr) ||
	    IN6_IS_ADDR_MULTICAST(&r->r_addr) ||
	    IN6_IS_ADDR_V4MAPPED(&r->r_addr))
		return EADDRNOTAVAIL;
	/* Loopback addresses belong where they cannot leave. */
	if (IN6_IS_ADDR_LOOPBACK(&r->r_addr) &&
	    net_ifflags(ifp, IFF_LOOPBACK) == 0)
		return EADDRNOTAVAIL;
	if ((error = check_mask(ifra, r)) != 0 ||
	    (error = check_dst(ifra, ifp, r)) != 0)
		return error;
	r->r_flags = ifra->ifra_flags & IN6_IFF_GIVEN;
	r->r_vltime = ifra->ifra_lifetime.ia6t_vltime;
	r->r_pltime = ifra->ifra_lifetime.ia6t_pltime;
	return r->r_pltime > r->r_vltime ? EINVAL : 0;
}

static void
set_prefix(struct in6_ifaddr *ia, u_int plen)
{
	struct in6_addr mask;

	KASSERT(plen > 0 && plen <= 128);
	in6_prefixlen2mask(&mask, (int)plen);
	sockaddr_in6_init(&ia->ia_prefixmask, &mask, 0, 0, 0);
	ia->ia_plen = plen;
	ia->ia_ifa.ifa_netmask = sin6tosa(&ia->ia_prefixmask);
}

static void
set_dst(struct in6_ifaddr *ia, const struct in6_addr *dst)
{

	sockaddr_in6_init(&ia->ia_dstaddr, dst, 0, 0, 0);
	ia->ia_ifa.ifa_dstaddr = sin6tosa(&ia->ia_dstaddr);
}

static struct in6_ifaddr *
ia_make(struct ifnet *ifp, const struct request *r)
{
	struct in6_ifaddr *ia = malloc(sizeof(*ia), M_IFADDR,
	    M_WAITOK | M_ZERO);

	sockaddr_in6_init(&ia->ia_addr, &r->r_addr, 0, 0, 0);
	ia->ia_ifa.ifa_addr = sin6tosa(&ia->ia_addr);
	ia->ia_ifa.ifa_ifp = ifp;
	set_prefix(ia, r->r_plen != 0 ? r->r_plen : 128);
	if (r->r_has_dst)
		set_dst(ia, &r->r_dst);
	ia->ia6_flags = r->r_flags & ~IN6_IFF_HOW;
	/* Nobody may use it before it is known whether others do. */
	if ((r->r_flags & IN6_IFF_NODAD) == 0 && if_do_dad(ifp) &&
	    ((r->r_flags & IN6_IFF_TRYTENTATIVE) != 0 ||
	    nd6_dad_count(ia) > 0))
		ia->ia6_flags |= IN6_IFF_TENTATIVE;
	ia->ia6_createtime = time_uptime;
	LIST_INIT(&ia->ia6_memberships);
	in6_ia_lifetime(ia, r->r_vltime, r->r_pltime);
	ifa_psref_init(&ia->ia_ifa);
	return ia;
}

/* Everybody may use it now, or soon: others are asked whether they do. */
static void
ia_start(struct in6_ifaddr *ia, bool dad)
{

	nd6_own_add(ia);
	pfil_run_addrhooks(if_pfil, SIOCAIFADDR_IN6, &ia->ia_ifa);
	if (dad && ia->ia_dad_start != NULL)
		(*ia->ia_dad_start)(&ia->ia_ifa);
	else
		(void)in6_ia_flags(ia, 0, IN6_IFF_TENTATIVE);
}

static int
ia_add(struct ifnet *ifp, const struct request *r)
{
	struct in6_ifaddr *ia = ia_make(ifp, r);
	int error;

	ifaref(&ia->ia_ifa);
	ifa_insert(ifp, &ia->ia_ifa);
	if ((error = if_addr_init(ifp, &ia->ia_ifa, true)) == ENOTTY)
		error = 0;
	if (error != 0) {
		ifa_remove(ifp, &ia->ia_ifa);
		ifafree(&ia->ia_ifa);
		return error;
	}
	lists_add(ia);
	if ((error = in6_join_own(ia)) == 0 &&
	    (error = rt_ifa_addlocal(&ia->ia_ifa)) == 0 &&
	    (error = in6_route_add(ia)) != 0)
		(void)rt_ifa_remlocal(&ia->ia_ifa, NULL);
	if (error != 0) {
		in6_leave_own(ia);
		lists_del(ia);
		ifa_remove(ifp, &ia->ia_ifa);
	} else
		ia_start(ia, (r->r_flags & IN6_IFF_NODAD) == 0);
	ifafree(&ia->ia_ifa);
	return error;
}

/* Another lifetime, or other end; how long a prefix is stays. */
static int
ia_change(struct in6_ifaddr *ia, const struct request *r)
{
	int error = 0;

	if (r->r_plen != 0 && r->r_plen != ia->ia_plen)
		return EINVAL;
	if (r->r_has_dst && (ia->ia_ifa.ifa_dstaddr == NULL ||
	    !IN6_ARE_ADDR_EQUAL(IA6_DSTIN6(ia), &r->r_dst))) {
		if (ia->ia_plen != 128)
			return EINVAL;
		in6_route_del(ia);
		set_dst(ia, &r->r_dst);
		error = in6_route_add(ia);
	}
	(void)in6_ia_flags(ia, r->r_flags & ~IN6_IFF_HOW,
	    IN6_IFF_ANYCAST | IN6_IFF_AUTOCONF | IN6_IFF_TEMPORARY);
	in6_ia_lifetime(ia, r->r_vltime, r->r_pltime);
	rt_addrmsg(RTM_CHGADDR, &ia->ia_ifa);
	return error;
}

/*
 * IFNET_LOCK is held.  EINVAL, EAFNOSUPPORT, EADDRNOTAVAIL; those of the
 * driver and of routes.
 */
int
in6_update_ifa(struct ifnet *ifp, struct in6_aliasreq *ifra,
    int flags __unused)
{
	struct in6_ifaddr *ia;
	struct request r;
	int error;

	KASSERT(IFNET_LOCKED(ifp));
	if (ifp->if_afdata[AF_INET6] == NULL)
		return EAFNOSUPPORT;
	memset(&r, 0, sizeof(r));
	if ((error = check(ifra, ifp, &r)) != 0)
		return error;
	ia = in6ifa_ifpwithaddr(ifp, &r.r_addr);
	if (ia == NULL)
		return r.r_vltime == 0 ? EINVAL : ia_add(ifp, &r);
	if (r.r_vltime != 0)
		return ia_change(ia, &r);
	in6_purgeaddr(&ia->ia_ifa);
	return 0;
}

/*
 * Deleting one.
 */

/* The same address on another interface. */
static struct in6_ifaddr *
twin(const struct in6_ifaddr *ia, struct psref *psref)
{
	struct in6_ifaddr *t;
	int s = pserialize_read_enter();

	IN6_ADDRLIST_READER_FOREACH(t) {
		if (t != ia && IN6_ARE_ADDR_EQUAL(IA6_IN6(t), IA6_IN6(ia)) &&
		    !ifa_is_destroying(&t->ia_ifa)) {
			ia6_acquire(t, psref);
			break;
		}
	}
	pserialize_read_exit(s);
	return t;
}

/* IFNET_LOCK is held; sleeps. */
void
in6_purgeaddr(struct ifaddr *ifa)
{
	struct in6_ifaddr *ia = ifatoia6(ifa), *other;
	struct ifnet *ifp = ifa->ifa_ifp;
	struct psref psref;
	int bound;

	KASSERT(IFNET_LOCKED(ifp));
	if (ia->ia_dad_stop != NULL)
		(*ia->ia_dad_stop)(ifa);
	in6_route_del(ia);
	bound = curlwp_bind();
	other = twin(ia, &psref);
	(void)rt_ifa_remlocal(ifa, other == NULL ? NULL : &other->ia_ifa);
	ia6_release(other, &psref);
	curlwp_bindx(bound);
	/* Routes by it lead nowhere now. */
	rt_delete_matched_entries(AF_INET6, is_of_ifa, ifa, true);
	nd6_own_del(ia);
	in6_leave_own(ia);
	pfil_run_addrhooks(if_pfil, SIOCDIFADDR_IN6, ifa);
	lists_del(ia);
	ifa_remove(ifp, ifa);
}

void
in6_purgeif(struct ifnet *ifp)
{

	in6_ifdetach(ifp);
}

/*
 * What happens to interfaces.
 */

/* IFNET_LOCK is held. */
void *
in6_domifattach(struct ifnet *ifp)
{
	struct nd6_if *nx = kmem_zalloc(sizeof(*nx), KM_SLEEP);

	nx->nx_ifp = ifp;
	nx->nx_extra.in6_ifstat = &nx->nx_stat;
	nx->nx_extra.icmp6_ifstat = &nx->nx_icmp6stat;
	nx->nx_extra.nd_ifinfo = &nx->nx_nd;
	nx->nx_extra.scope6_id = scope6_ifattach(ifp);
	nd6_ifinfo_init(ifp, &nx->nx_nd);
	nx->nx_extra.lltable = nd6_lltattach(ifp);
	nd6_rtr_attach(nx);
	return nx;
}

/* The interface goes; addresses went before. */
void
in6_domifdetach(struct ifnet *ifp __unused, void *aux)
{
	struct nd6_if *nx = aux;

	nd6_rtr_detach(nx);
	lltable_free(nx->nx_extra.lltable);
	scope6_ifdetach(nx->nx_extra.scope6_id);
	kmem_free(nx, sizeof(*nx));
}

/* As if it were new: whether others have it is looked for once more. */
static void
link_up(struct in6_ifaddr *ia, void *arg __unused)
{

	const bool tentative = ia->ia_dad_start != NULL &&
	    nd6_dad_count(ia) > 0;

	if ((atomic_load_relaxed(&ia->ia6_flags) & IN6_IFF_DETACHED) == 0)
		return;
	(void)in6_ia_flags(ia, tentative ? IN6_IFF_TENTATIVE : 0,
	    IN6_IFF_DETACHED);
	nd6_own_add(ia);
	if (ia->ia_dad_start != NULL)
		(*ia->ia_dad_start)(&ia->ia_ifa);
	rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
}

static void
link_down(struct in6_ifaddr *ia, void *arg __unused)
{

	if (ia->ia_dad_stop != NULL)
		(*ia->ia_dad_stop)(&ia->ia_ifa);
	if (in6_ia_flags(ia, IN6_IFF_DETACHED, IN6_IFF_NOTREADY))
		rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
}

void
in6_if_link_up(struct ifnet *ifp)
{

	/* Nobody could be asked. */
	if ((ND_FLAGS(ifp) & ND6_IFF_IFDISABLED) != 0)
		return;
	in6_foreach_ia(ifp, link_up, NULL);
	nd6_rs_start(ifp);
}

void
in6_if_link_down(struct ifnet *ifp)
{

	in6_foreach_ia(ifp, link_down, NULL);
}

void
in6_if_up(struct ifnet *ifp)
{

	in6_ifattach_up(ifp);
	in6_if_link_up(ifp);
}

void
in6_if_down(struct ifnet *ifp)
{

	in6_if_link_down(ifp);
	lltable_purge_entries(LLTABLE6(ifp));
}

void
in6_if_link_state_change(struct ifnet *ifp, int state)
{

	if (state == LINK_STATE_DOWN)
		in6_if_link_down(ifp);
	else if (state == LINK_STATE_UP)
		in6_if_link_up(ifp);
}
