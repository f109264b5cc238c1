/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces: their life, and finding the one an address in a
 * packet or request is about.
 *
 * The functions that take no struct psref are for callers in a pserialize(9)
 * section, or who know by a lock of theirs that the address stays.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/protosw.h>
#include <sys/siginfo.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/radix.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "if_private.h"
#include "route_private.h"

struct psref_class *ifa_psref_class;

void
ifaref(struct ifaddr *ifa)
{

	atomic_inc_uint((volatile u_int *)&ifa->ifa_refcnt);
}

void
ifafree(struct ifaddr *ifa)
{
	int refs;

	membar_release();
	refs = (int)atomic_dec_uint_nv((volatile u_int *)&ifa->ifa_refcnt);
	KASSERT(refs >= 0);
	if (refs > 0)
		return;
	membar_acquire();
	free(ifa, M_IFADDR);
}

void
ifa_psref_init(struct ifaddr *ifa)
{

	psref_target_init(&ifa->ifa_psref, ifa_psref_class);
}

void
ifa_acquire(struct ifaddr *ifa, struct psref *psref)
{

	psref_acquire(psref, &ifa->ifa_psref, ifa_psref_class);
}

void
ifa_release(struct ifaddr *ifa, struct psref *psref)
{

	if (ifa != NULL)
		psref_release(psref, &ifa->ifa_psref, ifa_psref_class);
}

bool
ifa_held(struct ifaddr *ifa)
{

	return psref_held(&ifa->ifa_psref, ifa_psref_class);
}

bool
ifa_is_destroying(struct ifaddr *ifa)
{

	return (atomic_load_relaxed(&ifa->ifa_flags) & IFA_DESTROYING) != 0;
}

void
ifa_insert(struct ifnet *ifp, struct ifaddr *ifa)
{
	struct ifaddr *last;

	KASSERT(ifa->ifa_psref.prt_class == ifa_psref_class);
	ifa->ifa_ifp = ifp;
	ifaref(ifa);
	IFADDR_ENTRY_INIT(ifa);
	mutex_enter(&ifnet_mtx);
	last = TAILQ_LAST(&ifp->if_addrlist, ifaddrhead);
	TAILQ_INSERT_TAIL(&ifp->if_addrlist, ifa, ifa_list);
	if (last == NULL)
		PSLIST_WRITER_INSERT_HEAD(&ifp->if_addr_pslist, ifa,
		    ifa_pslist_entry);
	else
		PSLIST_WRITER_INSERT_AFTER(last, ifa, ifa_pslist_entry);
	mutex_exit(&ifnet_mtx);
}

/* Sleeps until nobody has a passive reference. */
void
ifa_remove(struct ifnet *ifp, struct ifaddr *ifa)
{

	KASSERT(ifa->ifa_ifp == ifp);
	ASSERT_SLEEPABLE();
	mutex_enter(&ifnet_mtx);
	atomic_store_relaxed(&ifa->ifa_flags,
	    ifa->ifa_flags | IFA_DESTROYING);
	TAILQ_REMOVE(&ifp->if_addrlist, ifa, ifa_list);
	PSLIST_WRITER_REMOVE(ifa, ifa_pslist_entry);
	pserialize_perform(ifnet_psz);
	mutex_exit(&ifnet_mtx);
	psref_target_destroy(&ifa->ifa_psref, ifa_psref_class);
	IFADDR_ENTRY_DESTROY(ifa);
	ifafree(ifa);
}

/* Has a protocol purge its addresses, of a family or, AF_UNSPEC, of all. */
void
if_purgeaddrs(struct ifnet *ifp, int family, void (*purge)(struct ifaddr *))
{
	struct ifaddr *ifa;
	int s;

	for (;;) {
		s = pserialize_read_enter();
		IFADDR_READER_FOREACH(ifa, ifp) {
			if (family == AF_UNSPEC ||
			    ifa->ifa_addr->sa_family == family)
				break;
		}
		pserialize_read_exit(s);
		if (ifa == NULL)
			return;
		(*purge)(ifa);
	}
}

/* The interface goes: all protocols of a domain forget it. */
static void
domain_purgeif(struct domain *dp, struct ifnet *ifp)
{
	const struct protosw *pr;
	struct socket so;

	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if ((pr->pr_flags & PR_PURGEIF) == 0 ||
		    pr->pr_usrreqs == NULL ||
		    pr->pr_usrreqs->pr_purgeif == NULL)
			continue;
		/* There is no socket; they look at its protocol at most. */
		memset(&so, 0, sizeof(so));
		so.so_proto = pr;
		(void)(*pr->pr_usrreqs->pr_purgeif)(&so, ifp);
	}
}

/* All but the link's own.  if_detach() alone: nobody adds any. */
void
ifa_purge_all(struct ifnet *ifp)
{
	struct ifaddr *ifa, *next;
	struct domain *dp;

	DOMAIN_FOREACH(dp)
		domain_purgeif(dp, ifp);
	/* Those whose protocol left them there. */
	IFADDR_FOREACH_SAFE(ifa, ifp, next) {
		if (ifa->ifa_addr->sa_family == AF_LINK)
			continue;
		rtinit(ifa, RTM_DELETE, 0);
		ifa_remove(ifp, ifa);
	}
}

int
if_addr_init(ifnet_t *ifp, struct ifaddr *ifa, bool src)
{

	/* The other end matters to a driver no more than its own. */
	return if_ioctl(ifp, SIOCINITIFADDR, ifa);
}

/* May there be detection of duplicate addresses on it? */
int
if_do_dad(struct ifnet *ifp)
{

	if (net_ifflags(ifp, IFF_LOOPBACK | IFF_NOARP) != 0)
		return 0;
	return ifp->if_type != IFT_FAITH && ifp->if_type != IFT_PFLOG;
}

/*
 * Finding one.
 */
static bool
same(const struct sockaddr *sa1, const struct sockaddr *sa2)
{

	return sa1 != NULL && sockaddr_cmp(sa1, sa2) == 0;
}

/* What of an address of the interface is to be the one looked for? */
typedef bool ifa_test_t(const struct ifnet *, const struct ifaddr *,
	    const struct sockaddr *);

static bool
test_addr(const struct ifnet *ifp, const struct ifaddr *ifa,
    const struct sockaddr *addr)
{

	if (same(ifa->ifa_addr, addr))
		return true;
	return net_ifflags(ifp, IFF_BROADCAST) != 0 &&
	    ifa->ifa_broadaddr != NULL && ifa->ifa_broadaddr->sa_len != 0 &&
	    same(ifa->ifa_broadaddr, addr);
}

static bool
test_dstaddr(const struct ifnet *ifp, const struct ifaddr *ifa,
    const struct sockaddr *addr)
{

	return net_ifflags(ifp, IFF_POINTOPOINT) != 0 &&
	    same(ifa->ifa_dstaddr, addr);
}

static bool
test_family(const struct ifnet *ifp, const struct ifaddr *ifa,
    const struct sockaddr *addr)
{

	return true;
}

static struct ifaddr *
ifa_search(ifa_test_t *test, const struct sockaddr *addr)
{
	struct ifnet *ifp;
	struct ifaddr *ifa = NULL;
	int s;

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		IFADDR_READER_FOREACH(ifa, ifp) {
			if (ifa->ifa_addr->sa_family == addr->sa_family &&
			    (*test)(ifp, ifa, addr))
				goto out;
		}
	}
out:
	pserialize_read_exit(s);
	return ifa;
}

/* The same for who wants to keep it. */
static struct ifaddr *
ifa_keep(struct ifaddr *(*find)(const struct sockaddr *),
    const struct sockaddr *addr, struct psref *psref)
{
	struct ifaddr *ifa;
	int s;

	s = pserialize_read_enter();
	if ((ifa = (*find)(addr)) != NULL)
		ifa_acquire(ifa, psref);
	pserialize_read_exit(s);
	return ifa;
}

struct ifaddr *
ifa_ifwithaddr(const struct sockaddr *addr)
{

	return ifa_search(test_addr, addr);
}

struct ifaddr *
ifa_ifwithaddr_psref(const struct sockaddr *addr, struct psref *psref)
{

	return ifa_keep(ifa_ifwithaddr, addr, psref);
}

struct ifaddr *
ifa_ifwithdstaddr(const struct sockaddr *addr)
{

	return ifa_search(test_dstaddr, addr);
}

struct ifaddr *
ifa_ifwithdstaddr_psref(const struct sockaddr *addr, struct psref *psref)
{

	return ifa_keep(ifa_ifwithdstaddr, addr, psref);
}

struct ifaddr *
ifa_ifwithaf(int af)
{
	const struct sockaddr sa = { .sa_len = sizeof(sa), .sa_family = af };

	return ifa_search(test_family, &sa);
}

/* The very struct sockaddr_dl of an interface, or one with its name. */
static bool
test_lladdr(const struct ifnet *ifp, const struct ifaddr *ifa,
    const struct sockaddr *addr)
{
	const struct sockaddr_dl *sdl = satocsdl(addr);

	if (ifa->ifa_addr == addr || same(ifa->ifa_addr, addr))
		return true;
	return sdl->sdl_nlen != 0 && sdl->sdl_nlen < IFNAMSIZ &&
	    sdl->sdl_len >= offsetof(struct sockaddr_dl, sdl_data) +
	    sdl->sdl_nlen && sdl->sdl_nlen == strlen(ifp->if_xname) &&
	    memcmp(sdl->sdl_data, ifp->if_xname, sdl->sdl_nlen) == 0;
}

struct ifaddr *
ifa_ifwithladdr(const struct sockaddr *addr)
{
	const struct sockaddr_dl *sdl = satocsdl(addr);
	struct ifnet *ifp;
	int s;

	if (addr->sa_family != AF_LINK)
		return ifa_ifwithaddr(addr);
	if (sdl->sdl_index == 0)
		return ifa_search(test_lladdr, addr);
	s = pserialize_read_enter();
	ifp = if_byindex(sdl->sdl_index);
	pserialize_read_exit(s);
	return ifp == NULL ? NULL : ifp->if_dl;
}

struct ifaddr *
ifa_ifwithladdr_psref(const struct sockaddr *addr, struct psref *psref)
{

	return ifa_keep(ifa_ifwithladdr, addr, psref);
}

/* Equal where the mask has bits, bytes of data alone. */
static bool
same_net(const struct sockaddr *sa1, const struct sockaddr *sa2,
    const struct sockaddr *mask)
{
	const uint8_t *p1 = (const uint8_t *)sa1, *p2 = (const uint8_t *)sa2;
	const uint8_t *m = (const uint8_t *)mask;
	u_int i, b1, b2;

	for (i = offsetof(struct sockaddr, sa_data); i < mask->sa_len; i++) {
		b1 = i < sa1->sa_len ? p1[i] : 0;
		b2 = i < sa2->sa_len ? p2[i] : 0;
		if (((b1 ^ b2) & m[i]) != 0)
			return false;
	}
	return true;
}

static struct ifaddr *
better_net(struct ifaddr *best, struct ifaddr *ifa,
    const struct sockaddr *addr)
{

	if (ifa->ifa_netmask == NULL ||
	    !same_net(ifa->ifa_addr, addr, ifa->ifa_netmask))
		return best;
	if (best == NULL)
		return ifa;
	if (rn_refines(ifa->ifa_netmask, best->ifa_netmask))
		return ifa;
	/* The same net: the one that is preferred as a source. */
	return !rn_refines(best->ifa_netmask, ifa->ifa_netmask) &&
	    ifa->ifa_preference > best->ifa_preference ? ifa : best;
}

static struct ifaddr *
ask_ifa(struct ifaddr *ifa, const struct sockaddr *addr)
{

	return ifa != NULL && ifa->ifa_getifa != NULL ?
	    (*ifa->ifa_getifa)(ifa, addr) : ifa;
}

struct ifaddr *
ifa_ifwithnet(const struct sockaddr *addr)
{
	struct ifnet *ifp;
	struct ifaddr *ifa, *best = NULL;
	int s;

	if (addr->sa_family == AF_LINK)
		return ifa_ifwithladdr(addr);
	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		IFADDR_READER_FOREACH(ifa, ifp) {
			if (ifa->ifa_addr->sa_family == addr->sa_family)
				best = better_net(best, ifa, addr);
		}
	}
	best = ask_ifa(best, addr);
	pserialize_read_exit(s);
	return best;
}

struct ifaddr *
ifa_ifwithnet_psref(const struct sockaddr *addr, struct psref *psref)
{

	return ifa_keep(ifa_ifwithnet, addr, psref);
}

/*
 * The address of an interface to use towards another: the one it is, or whose
 * other end it is, or whose net it is in, or any of the family.
 */
struct ifaddr *
ifaof_ifpforaddr(const struct sockaddr *addr, struct ifnet *ifp)
{
	struct ifaddr *ifa, *any = NULL, *net = NULL;
	int s;

	s = pserialize_read_enter();
	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family != addr->sa_family)
			continue;
		if (any == NULL)
			any = ifa;
		if (same(ifa->ifa_addr, addr) || same(ifa->ifa_dstaddr, addr))
			break;
		if (net_ifflags(ifp, IFF_POINTOPOINT) == 0)
			net = better_net(net, ifa, addr);
	}
	if (ifa == NULL)
		ifa = ask_ifa(net != NULL ? net : any, addr);
	pserialize_read_exit(s);
	return ifa;
}

struct ifaddr *
ifaof_ifpforaddr_psref(const struct sockaddr *addr, struct ifnet *ifp,
    struct psref *psref)
{
	struct ifaddr *ifa;
	int s;

	s = pserialize_read_enter();
	if ((ifa = ifaof_ifpforaddr(addr, ifp)) != NULL)
		ifa_acquire(ifa, psref);
	pserialize_read_exit(s);
	return ifa;
}

/*
 * For a new route: the address of ours that leads to the gateway.
 */
static struct ifaddr *
to_gateway(int flags, const struct sockaddr *dst,
    const struct sockaddr *gateway)
{
	struct ifaddr *ifa = NULL;

	if ((flags & RTF_GATEWAY) != 0)
		ifa = ifa_ifwithdstaddr(gateway);
	else if ((flags & RTF_HOST) != 0)
		ifa = ifa_ifwithdstaddr(dst);
	/* To an interface is by its address. */
	if (ifa == NULL && (flags & RTF_GATEWAY) == 0)
		ifa = ifa_ifwithladdr(gateway);
	return ifa != NULL ? ifa : ifa_ifwithnet(gateway);
}

struct ifaddr *
ifa_ifwithroute_psref(int flags, const struct sockaddr *dst,
    const struct sockaddr *gateway, struct psref *psref)
{
	struct ifaddr *ifa, *other = NULL;
	struct rtentry *rt = NULL;
	int s;

	/* The gateway may be behind another one. */
	s = pserialize_read_enter();
	ifa = to_gateway(flags, dst, gateway);
	if (ifa == NULL) {
		pserialize_read_exit(s);
		if ((rt = rtalloc1(gateway, 0)) == NULL)
			return NULL;
		s = pserialize_read_enter();
		ifa = rt->rt_ifa;
	}
	if (ifa->ifa_addr->sa_family != dst->sa_family)
		other = ifaof_ifpforaddr(dst, ifa->ifa_ifp);
	if (other != NULL)
		ifa = other;
	if (ifa_is_destroying(ifa))
		ifa = NULL;
	else
		ifa_acquire(ifa, psref);
	pserialize_read_exit(s);
	if (rt != NULL)
		rt_unref(rt);
	return ifa;
}

struct ifaddr *
ifa_ifwithroute(int flags, const struct sockaddr *dst,
    const struct sockaddr *gateway)
{
	struct ifaddr *ifa;
	struct psref psref;
	int bound = curlwp_bind();

	ifa = ifa_ifwithroute_psref(flags, dst, gateway, &psref);
	ifa_release(ifa, &psref);
	curlwp_bindx(bound);
	return ifa;
}
