/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces: finding one, setting and deleting one, and the
 * routes that come with it.
 *
 * An address is on three lists - all, by address, by broadcast address - from
 * the time it may be used on; it is off all of them, and everybody who saw it
 * there is done, before it is freed.  Aliases in one net share its route: the
 * one that made it has IFA_ROUTE.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_llatbl.h>
#include <net/if_types.h>
#include <net/pfil.h>
#include <net/route.h>

#include <netinet/igmp_var.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include <rump-sys/net.h>

#include "in_private.h"

struct pslist_head in_ifaddrhead_pslist;
struct pslist_head in_ifaddrhash_pslist[IN_IFADDR_HASH_SIZE];
static struct pslist_head bcast_hash[IN_IFADDR_HASH_SIZE];
kmutex_t in_ifaddr_lock;
static pserialize_t in_ifaddr_psz;

unsigned long in_maxmtu;

static int
addrflags(const struct ifaddr *ifa)
{

	return ia4_flags_of((const struct in_ifaddr *)ifa);
}

void
in_init(void)
{
	u_int i;

	mutex_init(&in_ifaddr_lock, MUTEX_DEFAULT, IPL_NONE);
	in_ifaddr_psz = pserialize_create();
	PSLIST_INIT(&in_ifaddrhead_pslist);
	for (i = 0; i < IN_IFADDR_HASH_SIZE; i++) {
		PSLIST_INIT(&in_ifaddrhash_pslist[i]);
		PSLIST_INIT(&bcast_hash[i]);
	}
	net_addrflags_register(AF_INET, addrflags);
}

/*
 * Finding one.
 */
struct in_ifaddr *
in_get_ia(struct in_addr addr)
{
	struct in_ifaddr *ia;

	IN_ADDRHASH_READER_FOREACH(ia, addr.s_addr) {
		if (in_hosteq(ia->ia_addr.sin_addr, addr))
			break;
	}
	return ia;
}

struct in_ifaddr *
in_get_ia_on_iface(struct in_addr addr, struct ifnet *ifp)
{
	struct in_ifaddr *ia;

	IN_ADDRHASH_READER_FOREACH(ia, addr.s_addr) {
		if (in_hosteq(ia->ia_addr.sin_addr, addr) &&
		    ia->ia_ifp == ifp)
			break;
	}
	return ia;
}

struct in_ifaddr *
in_get_ia_from_ifp(struct ifnet *ifp)
{
	struct ifaddr *ifa;

	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_INET)
			break;
	}
	return ifatoia(ifa);
}

struct in_ifaddr *
in_get_ia_psref(struct in_addr addr, struct psref *psref)
{
	struct in_ifaddr *ia;
	int s = pserialize_read_enter();

	if ((ia = in_get_ia(addr)) != NULL)
		ia4_acquire(ia, psref);
	pserialize_read_exit(s);
	return ia;
}

struct in_ifaddr *
in_get_ia_on_iface_psref(struct in_addr addr, struct ifnet *ifp,
    struct psref *psref)
{
	struct in_ifaddr *ia;
	int s = pserialize_read_enter();

	if ((ia = in_get_ia_on_iface(addr, ifp)) != NULL)
		ia4_acquire(ia, psref);
	pserialize_read_exit(s);
	return ia;
}

struct in_ifaddr *
in_get_ia_from_ifp_psref(struct ifnet *ifp, struct psref *psref)
{
	struct in_ifaddr *ia;
	int s = pserialize_read_enter();

	if ((ia = in_get_ia_from_ifp(ifp)) != NULL)
		ia4_acquire(ia, psref);
	pserialize_read_exit(s);
	return ia;
}

static bool
on_net(const struct in_ifaddr *ia, struct in_addr addr)
{

	return (addr.s_addr & ia->ia_subnetmask) == ia->ia_subnet;
}

/* In a net of the interface, or of any: needs no router. */
bool
in_direct(struct in_addr addr, struct ifnet *ifp)
{
	struct in_ifaddr *ia;
	int s = pserialize_read_enter();

	IN_ADDRLIST_READER_FOREACH(ia) {
		if ((ifp == NULL || ia->ia_ifp == ifp) && on_net(ia, addr))
			break;
	}
	pserialize_read_exit(s);
	return ia != NULL;
}

int
in_localaddr(struct in_addr addr)
{

	return in_direct(addr, NULL);
}

/* May a router pass it on?  RFC 1812 section 5.3.7, RFC 3927 section 7. */
int
in_canforward(struct in_addr addr)
{

	if (IN_EXPERIMENTAL(addr.s_addr) || IN_MULTICAST(addr.s_addr) ||
	    IN_LINKLOCAL(addr.s_addr))
		return 0;
	return (ntohl(addr.s_addr) >> 24) != 0 &&
	    (ntohl(addr.s_addr) >> 24) != IN_LOOPBACKNET;
}

int
in_broadcast(struct in_addr addr, struct ifnet *ifp)
{
	struct in_ifaddr *ia;
	int s;

	if (addr.s_addr == INADDR_BROADCAST || in_nullhost(addr))
		return 1;
	if (net_ifflags(ifp, IFF_BROADCAST) == 0)
		return 0;
	s = pserialize_read_enter();
	PSLIST_READER_FOREACH(ia, &bcast_hash[IN_IFADDR_HASH(addr.s_addr)],
	    struct in_ifaddr, ia_bcast_pslist_entry) {
		if (in_hosteq(ia->ia_broadaddr.sin_addr, addr) &&
		    ia->ia_ifp == ifp)
			break;
	}
	pserialize_read_exit(s);
	return ia != NULL;
}

/*
 * Parts of an address.
 */
uint32_t
in_classmask(uint32_t addr)
{

	if (IN_CLASSA(addr))
		return IN_CLASSA_NET;
	return IN_CLASSB(addr) ? IN_CLASSB_NET : IN_CLASSC_NET;
}

static bool
has_broadcast(const struct in_ifaddr *ia)
{

	return net_ifflags(ia->ia_ifp, IFF_BROADCAST) != 0 &&
	    ia->ia_broadaddr.sin_len != 0;
}

/* RFC 3021: nets of two have none, nor has a host alone. */
static void
set_mask(struct in_ifaddr *ia, const struct ifnet *ifp, struct in_addr mask,
    const struct sockaddr_in *dst)
{
	const uint32_t addr = ia->ia_addr.sin_addr.s_addr;
	struct in_addr brd;

	ia->ia_subnetmask = mask.s_addr;
	ia->ia_netmask = in_classmask(addr);
	ia->ia_net = addr & ia->ia_netmask;
	ia->ia_subnet = addr & mask.s_addr;
	ia->ia_netbroadcast.s_addr = ia->ia_net | ~ia->ia_netmask;
	sockaddr_in_init(&ia->ia_sockmask, &mask, 0);
	ia->ia_ifa.ifa_netmask = sintosa(&ia->ia_sockmask);
	memset(&ia->ia_dstaddr, 0, sizeof(ia->ia_dstaddr));
	ia->ia_ifa.ifa_dstaddr = NULL;
	if (net_ifflags(ifp, IFF_LOOPBACK) != 0)
		ia->ia_dstaddr = ia->ia_addr;
	else if (net_ifflags(ifp, IFF_POINTOPOINT) != 0) {
		if (dst == NULL)
			return;
		sockaddr_in_init(&ia->ia_dstaddr, &dst->sin_addr, 0);
	} else if (net_ifflags(ifp, IFF_BROADCAST) != 0) {
		if ((mask.s_addr & IN_RFC3021_MASK) == IN_RFC3021_MASK)
			return;
		brd.s_addr = ia->ia_subnet | ~mask.s_addr;
		if (dst != NULL && !in_nullhost(dst->sin_addr))
			brd = dst->sin_addr;
		sockaddr_in_init(&ia->ia_broadaddr, &brd, 0);
	} else
		return;
	ia->ia_ifa.ifa_dstaddr = sintosa(&ia->ia_dstaddr);
}

/* Ones, then zeros. */
static bool
good_mask(uint32_t mask)
{
	const uint32_t hosts = ~ntohl(mask);

	return (hosts & (hosts + 1)) == 0;
}

static int
check(const struct ifnet *ifp, const struct sockaddr_in *addr,
    const struct sockaddr_in *mask, const struct sockaddr_in *dst)
{

	if (addr->sin_family != AF_INET || addr->sin_len != sizeof(*addr))
		return addr->sin_family != AF_INET ? EAFNOSUPPORT : EINVAL;
	if (in_nullhost(addr->sin_addr) ||
	    IN_MULTICAST(addr->sin_addr.s_addr) ||
	    IN_EXPERIMENTAL(addr->sin_addr.s_addr))
		return EINVAL;
	if (mask != NULL && !good_mask(mask->sin_addr.s_addr))
		return EINVAL;
	if (dst != NULL && dst->sin_family != AF_INET)
		return EAFNOSUPPORT;
	/* Loopback addresses belong where they cannot leave. */
	if (ntohl(addr->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET &&
	    net_ifflags(ifp, IFF_LOOPBACK) == 0)
		return EINVAL;
	return 0;
}

/*
 * Routes.
 */

/* Which route leads to where the address is, by RTF_*; -1: none. */
static int
route_flags(const struct in_ifaddr *ia)
{
	const struct ifnet *ifp = ia->ia_ifp;

	if (net_ifflags(ifp, IFF_LOOPBACK) != 0)
		return -1;
	if (net_ifflags(ifp, IFF_POINTOPOINT) != 0)
		return ia->ia_ifa.ifa_dstaddr == NULL ||
		    in_hosteq(ia->ia_dstaddr.sin_addr, ia->ia_addr.sin_addr) ?
		    -1 : RTF_UP | RTF_HOST;
	return ia->ia_subnetmask == INADDR_BROADCAST ? -1 :
	    RTF_UP | RTF_CONNECTED;
}

static bool
same_route(const struct in_ifaddr *a, const struct in_ifaddr *b)
{
	const int flags = route_flags(a);

	if (flags == -1 || flags != route_flags(b))
		return false;
	if ((flags & RTF_HOST) != 0)
		return in_hosteq(a->ia_dstaddr.sin_addr,
		    b->ia_dstaddr.sin_addr);
	return a->ia_subnet == b->ia_subnet &&
	    a->ia_subnetmask == b->ia_subnetmask;
}

/* Another one whose route is the same: with it, or without. */
static struct in_ifaddr *
sharer(const struct in_ifaddr *ia, bool with, struct psref *psref)
{
	struct in_ifaddr *t;
	int s = pserialize_read_enter();

	IN_ADDRLIST_READER_FOREACH(t) {
		if (t != ia && same_route(t, ia) &&
		    ((atomic_load_relaxed(&t->ia_flags) & IFA_ROUTE) != 0) ==
		    with &&
		    !ifa_is_destroying(&t->ia_ifa)) {
			ia4_acquire(t, psref);
			break;
		}
	}
	pserialize_read_exit(s);
	return t;
}

/* Others read it meanwhile. */
static void
set_route(struct in_ifaddr *ia, bool has)
{

	atomic_store_relaxed(&ia->ia_flags, has ? ia->ia_flags | IFA_ROUTE :
	    ia->ia_flags & ~IFA_ROUTE);
}

static int
route_add(struct in_ifaddr *ia)
{
	const int flags = route_flags(ia);
	struct in_ifaddr *other;
	struct psref psref;
	int bound, error;

	if (flags == -1)
		return 0;
	bound = curlwp_bind();
	if ((other = sharer(ia, true, &psref)) != NULL)
		ia4_release(other, &psref);
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
in_ifscrub(struct ifnet *ifp, struct in_ifaddr *ia)
{
	struct in_ifaddr *other;
	struct psref psref;
	int bound;

	KASSERT(ia->ia_ifp == ifp);
	if ((ia->ia_flags & IFA_ROUTE) == 0)
		return;
	(void)rtinit(&ia->ia_ifa, RTM_DELETE, route_flags(ia));
	set_route(ia, false);
	bound = curlwp_bind();
	if ((other = sharer(ia, false, &psref)) != NULL) {
		if (rtinit(&other->ia_ifa, RTM_ADD, route_flags(other)) == 0)
			set_route(other, true);
		ia4_release(other, &psref);
	} else if (route_flags(ia) == (RTF_UP | RTF_CONNECTED)) {
		/* Its neighbours are not that any more. */
		lltable_prefix_free(AF_INET, sintosa(&ia->ia_addr),
		    sintosa(&ia->ia_sockmask), 0);
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
static void
lists_add(struct in_ifaddr *ia)
{

	mutex_enter(&in_ifaddr_lock);
	PSLIST_ENTRY_INIT(ia, ia_pslist_entry);
	PSLIST_ENTRY_INIT(ia, ia_hash_pslist_entry);
	PSLIST_WRITER_INSERT_HEAD(&in_ifaddrhash_pslist[IN_IFADDR_HASH(
	    ia->ia_addr.sin_addr.s_addr)], ia, ia_hash_pslist_entry);
	/* The first one stays that: others go behind it. */
	if (PSLIST_WRITER_FIRST(&in_ifaddrhead_pslist, struct in_ifaddr,
	    ia_pslist_entry) == NULL)
		PSLIST_WRITER_INSERT_HEAD(&in_ifaddrhead_pslist, ia,
		    ia_pslist_entry);
	else
		PSLIST_WRITER_INSERT_AFTER(PSLIST_WRITER_FIRST(
		    &in_ifaddrhead_pslist, struct in_ifaddr, ia_pslist_entry),
		    ia, ia_pslist_entry);
	mutex_exit(&in_ifaddr_lock);
}

static void
lists_del(struct in_ifaddr *ia)
{

	mutex_enter(&in_ifaddr_lock);
	PSLIST_WRITER_REMOVE(ia, ia_pslist_entry);
	PSLIST_WRITER_REMOVE(ia, ia_hash_pslist_entry);
	pserialize_perform(in_ifaddr_psz);
	mutex_exit(&in_ifaddr_lock);
	PSLIST_ENTRY_DESTROY(ia, ia_pslist_entry);
	PSLIST_ENTRY_DESTROY(ia, ia_hash_pslist_entry);
}

static void
bcast_add(struct in_ifaddr *ia)
{

	if (!has_broadcast(ia))
		return;
	mutex_enter(&in_ifaddr_lock);
	PSLIST_ENTRY_INIT(ia, ia_bcast_pslist_entry);
	PSLIST_WRITER_INSERT_HEAD(&bcast_hash[IN_IFADDR_HASH(
	    ia->ia_broadaddr.sin_addr.s_addr)], ia, ia_bcast_pslist_entry);
	mutex_exit(&in_ifaddr_lock);
}

static void
bcast_del(struct in_ifaddr *ia)
{

	if (!has_broadcast(ia))
		return;
	mutex_enter(&in_ifaddr_lock);
	PSLIST_WRITER_REMOVE(ia, ia_bcast_pslist_entry);
	pserialize_perform(in_ifaddr_psz);
	mutex_exit(&in_ifaddr_lock);
	PSLIST_ENTRY_DESTROY(ia, ia_bcast_pslist_entry);
}

static struct in_ifaddr *
ia_make(struct ifnet *ifp, const struct sockaddr_in *addr,
    const struct sockaddr_in *mask, const struct sockaddr_in *dst)
{
	struct in_ifaddr *ia = malloc(sizeof(*ia), M_IFADDR,
	    M_WAITOK | M_ZERO);
	struct in_addr m;

	sockaddr_in_init(&ia->ia_addr, &addr->sin_addr, 0);
	ia->ia_ifa.ifa_addr = sintosa(&ia->ia_addr);
	ia->ia_ifa.ifa_ifp = ifp;
	ia->ia_idsalt = (uint16_t)cprng_fast32();
	/* Nobody may use it before it is known whether others do. */
	if (ip_dad_count > 0 && if_do_dad(ifp))
		ia->ia4_flags = IN_IFF_TENTATIVE;
	m.s_addr = mask != NULL ? mask->sin_addr.s_addr :
	    in_classmask(addr->sin_addr.s_addr);
	set_mask(ia, ifp, m, dst);
	ifa_psref_init(&ia->ia_ifa);
	return ia;
}

/* Everybody may use it now; neighbours are asked, or told. */
static void
ia_start(struct ifnet *ifp, struct in_ifaddr *ia)
{
	struct in_addr all = { .s_addr = INADDR_ALLHOSTS_GROUP };

	if (net_ifflags(ifp, IFF_MULTICAST) != 0)
		ia->ia_allhosts = in_addmulti(&all, ifp);
	if (ia->ia_dad_start == NULL)
		ia4_flags_clear(ia, IN_IFF_TENTATIVE);
	arp_addr_add(ia);
	in_setmaxmtu();
	pfil_run_addrhooks(if_pfil, SIOCAIFADDR, &ia->ia_ifa);
}

int
in_addr_add(struct ifnet *ifp, const struct sockaddr_in *addr,
    const struct sockaddr_in *mask, const struct sockaddr_in *dst)
{
	struct in_ifaddr *ia;
	int s, error;

	KASSERT(IFNET_LOCKED(ifp));
	if ((error = check(ifp, addr, mask, dst)) != 0)
		return error;
	s = pserialize_read_enter();
	ia = in_get_ia_on_iface(addr->sin_addr, ifp);
	pserialize_read_exit(s);
	if (ia != NULL)
		return EEXIST;
	ia = ia_make(ifp, addr, mask, dst);
	ifaref(&ia->ia_ifa);
	ifa_insert(ifp, &ia->ia_ifa);
	if ((error = if_addr_init(ifp, &ia->ia_ifa, true)) != 0 &&
	    error != ENOTTY) {
		ifa_remove(ifp, &ia->ia_ifa);
		ifafree(&ia->ia_ifa);
		return error;
	}
	lists_add(ia);
	bcast_add(ia);
	if ((error = rt_ifa_addlocal(&ia->ia_ifa)) == 0 &&
	    (error = route_add(ia)) != 0)
		(void)rt_ifa_remlocal(&ia->ia_ifa, NULL);
	if (error != 0) {
		bcast_del(ia);
		lists_del(ia);
		ifa_remove(ifp, &ia->ia_ifa);
		ifafree(&ia->ia_ifa);
		return error;
	}
	ia_start(ifp, ia);
	ifafree(&ia->ia_ifa);
	return 0;
}

int
in_addr_change(struct in_ifaddr *ia, const struct sockaddr_in *mask,
    const struct sockaddr_in *dst)
{
	struct ifnet *ifp = ia->ia_ifp;
	struct sockaddr_in olddst = ia->ia_dstaddr, *odst = NULL;
	struct in_addr m;
	int error;

	KASSERT(IFNET_LOCKED(ifp));
	if ((error = check(ifp, &ia->ia_addr, mask, dst)) != 0)
		return error;
	if (mask != NULL)
		m = mask->sin_addr;
	else {
		/* The same net: the other end stays. */
		m.s_addr = ia->ia_subnetmask;
		if (olddst.sin_len != 0)
			odst = &olddst;
	}
	if (net_ifflags(ifp, IFF_POINTOPOINT) != 0 && olddst.sin_len != 0)
		odst = &olddst;
	in_ifscrub(ifp, ia);
	bcast_del(ia);
	set_mask(ia, ifp, m, dst != NULL ? dst : odst);
	bcast_add(ia);
	error = route_add(ia);
	rt_addrmsg(RTM_CHGADDR, &ia->ia_ifa);
	return error;
}

/*
 * Deleting one.
 */

/* The same address on another interface. */
static struct in_ifaddr *
twin(const struct in_ifaddr *ia, struct psref *psref)
{
	struct in_ifaddr *t;
	int s = pserialize_read_enter();

	IN_ADDRHASH_READER_FOREACH(t, ia->ia_addr.sin_addr.s_addr) {
		if (t != ia && in_hosteq(t->ia_addr.sin_addr,
		    ia->ia_addr.sin_addr) && !ifa_is_destroying(&t->ia_ifa)) {
			ia4_acquire(t, psref);
			break;
		}
	}
	pserialize_read_exit(s);
	return t;
}

void
in_purgeaddr(struct ifaddr *ifa)
{
	struct in_ifaddr *ia = ifatoia(ifa), *other;
	struct ifnet *ifp = ifa->ifa_ifp;
	struct psref psref;
	int bound = curlwp_bind();

	if (ia->ia_dad_stop != NULL)
		(*ia->ia_dad_stop)(ifa);
	in_ifscrub(ifp, ia);
	other = twin(ia, &psref);
	(void)rt_ifa_remlocal(ifa, other == NULL ? NULL : &other->ia_ifa);
	ia4_release(other, &psref);
	curlwp_bindx(bound);
	/* Routes by it lead nowhere now. */
	rt_delete_matched_entries(AF_INET, is_of_ifa, ifa, true);
	arp_addr_del(ia);
	if (ia->ia_allhosts != NULL)
		in_delmulti(ia->ia_allhosts);
	ia->ia_allhosts = NULL;
	pfil_run_addrhooks(if_pfil, SIOCDIFADDR, ifa);
	bcast_del(ia);
	lists_del(ia);
	ifa_remove(ifp, ifa);
	in_setmaxmtu();
}

void
in_purgeif(struct ifnet *ifp)
{

	IFNET_LOCK(ifp);
	if_purgeaddrs(ifp, AF_INET, in_purgeaddr);
	IFNET_UNLOCK(ifp);
	in_multi_purgeif(ifp);
}

/*
 * What happens to interfaces.
 */
void
in_setmaxmtu(void)
{
	struct in_ifaddr *ia;
	unsigned long max = 0;
	int s = pserialize_read_enter();

	IN_ADDRLIST_READER_FOREACH(ia) {
		if (net_ifflags(ia->ia_ifp, IFF_LOOPBACK) == 0 &&
		    ia->ia_ifp->if_mtu > max)
			max = ia->ia_ifp->if_mtu;
	}
	pserialize_read_exit(s);
	if (max != 0)
		in_maxmtu = max;
}

void *
in_domifattach(struct ifnet *ifp)
{
	struct in_ifinfo *ii = kmem_zalloc(sizeof(*ii), KM_SLEEP);

	ii->ii_llt = in_lltattach(ifp);
	return ii;
}

void
in_domifdetach(struct ifnet *ifp, void *aux)
{
	struct in_ifinfo *ii = aux;

	lltable_free(ii->ii_llt);
	kmem_free(ii, sizeof(*ii));
}

struct lltable *
in_lltable_get(struct ifnet *ifp)
{
	const struct in_ifinfo *ii = in_ifinfo(ifp);

	return ii == NULL ? NULL : ii->ii_llt;
}

/* Each address of the interface, which stays while the function runs. */
static void
foreach_ia(struct ifnet *ifp, void (*func)(struct in_ifaddr *))
{
	struct ifaddr *ifa;
	struct psref psref;
	int s, bound = curlwp_bind();

	s = pserialize_read_enter();
	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family != AF_INET)
			continue;
		ifa_acquire(ifa, &psref);
		pserialize_read_exit(s);
		(*func)(ifatoia(ifa));
		s = pserialize_read_enter();
		ifa_release(ifa, &psref);
	}
	pserialize_read_exit(s);
	curlwp_bindx(bound);
}

static void
link_up(struct in_ifaddr *ia)
{

	if ((ia4_flags_of(ia) & IN_IFF_DETACHED) == 0)
		return;
	if (ia->ia_dad_start != NULL && ip_dad_count > 0)
		ia4_flags_set(ia, IN_IFF_TENTATIVE);
	ia4_flags_clear(ia, IN_IFF_DETACHED);
	arp_addr_add(ia);
	rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
}

static void
link_down(struct in_ifaddr *ia)
{

	if (ia->ia_dad_stop != NULL)
		(*ia->ia_dad_stop)(&ia->ia_ifa);
	ia4_flags_set(ia, IN_IFF_DETACHED);
	ia4_flags_clear(ia, (IN_IFF_TENTATIVE | IN_IFF_DUPLICATED));
	rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
}

void
in_if_up(struct ifnet *ifp)
{

	foreach_ia(ifp, link_up);
}

void
in_if_down(struct ifnet *ifp)
{

	foreach_ia(ifp, link_down);
	lltable_purge_entries(in_lltable_get(ifp));
}

void
in_if_link_state_change(struct ifnet *ifp, int state)
{

	if (state == LINK_STATE_DOWN)
		foreach_ia(ifp, link_down);
	else if (state == LINK_STATE_UP)
		foreach_ia(ifp, link_up);
}
