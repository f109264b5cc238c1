/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Groups that interfaces are members of, and those every address needs.  A
 * group is counted by sockets and addresses; the first one tells the driver
 * and the routers, the last one leaves.
 *
 * Lock order: IFNET_LOCK of the interface, in6_multilock.  A packet that comes
 * in takes it as a reader.  Changes have both, but the driver is told with the
 * first alone: a vlan's locks its parent then.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/rwlock.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "nd6_private.h"

static krwlock_t in6_multilock;

void
in6_multi_init(void)
{

	rw_init(&in6_multilock);
}

void
in6_multi_lock(int op)
{

	rw_enter(&in6_multilock, (krw_t)op);
}

void
in6_multi_unlock(void)
{

	rw_exit(&in6_multilock);
}

bool
in6_multi_locked(int op)
{

	return op == RW_WRITER ? rw_write_held(&in6_multilock) :
	    rw_lock_held(&in6_multilock);
}

struct in6_multi *
in6_lookup_multi(const struct in6_addr *addr, const struct ifnet *ifp)
{
	struct in6_multi *in6m;

	KASSERT(in6_multi_locked(RW_READER));
	LIST_FOREACH(in6m, &ifp->if_multiaddrs, in6m_entry) {
		if (IN6_ARE_ADDR_EQUAL(&in6m->in6m_addr, addr))
			break;
	}
	return in6m;
}

bool
in6_multi_group(const struct in6_addr *addr, const struct ifnet *ifp)
{
	bool member;

	in6_multi_lock(RW_READER);
	member = in6_lookup_multi(addr, ifp) != NULL;
	in6_multi_unlock();
	return member;
}

void
in6_multi_foreach(struct ifnet *ifp, void (*func)(struct in6_multi *, void *),
    void *arg)
{
	struct in6_multi *in6m;

	KASSERT(in6_multi_locked(RW_READER));
	LIST_FOREACH(in6m, &ifp->if_multiaddrs, in6m_entry)
		(*func)(in6m, arg);
}

static int
tell_driver(struct in6_multi *in6m, u_long cmd)
{
	struct sockaddr_in6 sin6;
	struct ifreq ifr;
	int error;

	KASSERT(IFNET_LOCKED(in6m->in6m_ifp));
	memset(&ifr, 0, sizeof(ifr));
	sockaddr_in6_init(&sin6, &in6m->in6m_addr, 0, 0, 0);
	if ((error = ifreq_setaddr(cmd, &ifr, sin6tosa(&sin6))) != 0)
		return error;
	return if_ioctl(in6m->in6m_ifp, cmd, &ifr);
}

static struct in6_multi *
join(const struct in6_addr *addr, struct ifnet *ifp, int *errorp)
{
	struct in6_multi *in6m;

	if (nd6_if(ifp) == NULL) {
		*errorp = EADDRNOTAVAIL;
		return NULL;
	}
	if ((in6m = kmem_intr_zalloc(sizeof(*in6m), KM_NOSLEEP)) == NULL) {
		*errorp = ENOBUFS;
		return NULL;
	}
	in6m->in6m_addr = *addr;
	in6m->in6m_ifp = ifp;
	in6m->in6m_refcount = 1;
	if ((*errorp = tell_driver(in6m, SIOCADDMULTI)) != 0) {
		kmem_intr_free(in6m, sizeof(*in6m));
		return NULL;
	}
	in6_multi_lock(RW_WRITER);
	LIST_INSERT_HEAD(&ifp->if_multiaddrs, in6m, in6m_entry);
	mld_join(in6m);
	in6_multi_unlock();
	mld_flush();
	return in6m;
}

/*
 * IFNET_LOCK is held; the address has its zone.  NULL: why not to *errorp,
 * EINVAL, ENOBUFS, or what the driver says.
 */
struct in6_multi *
in6_addmulti(struct in6_addr *addr, struct ifnet *ifp, int *errorp,
    int timer __unused)
{
	struct in6_multi *in6m;

	KASSERT(IFNET_LOCKED(ifp));
	*errorp = 0;
	if (!IN6_IS_ADDR_MULTICAST(addr)) {
		*errorp = EINVAL;
		return NULL;
	}
	in6_multi_lock(RW_WRITER);
	if ((in6m = in6_lookup_multi(addr, ifp)) != NULL)
		in6m->in6m_refcount++;
	in6_multi_unlock();
	return in6m != NULL ? in6m : join(addr, ifp, errorp);
}

/* IFNET_LOCK is held. */
void
in6_delmulti(struct in6_multi *in6m)
{

	KASSERT(IFNET_LOCKED(in6m->in6m_ifp));
	in6_multi_lock(RW_WRITER);
	KASSERT(in6m->in6m_refcount > 0);
	if (--in6m->in6m_refcount > 0) {
		in6_multi_unlock();
		return;
	}
	mld_leave(in6m);
	LIST_REMOVE(in6m, in6m_entry);
	in6_multi_unlock();
	(void)tell_driver(in6m, SIOCDELMULTI);
	mld_flush();
	kmem_intr_free(in6m, sizeof(*in6m));
}

/* Nobody is left that has one: sockets gave theirs back, and addresses. */
void
in6_purge_multi(struct ifnet *ifp)
{

	in6_multi_lock(RW_READER);
	KASSERT(LIST_EMPTY(&ifp->if_multiaddrs));
	in6_multi_unlock();
}

/*
 * Memberships.
 */

/* IFNET_LOCK is held; sleeps.  NULL: as in6_addmulti(). */
struct in6_multi_mship *
in6_joingroup(struct ifnet *ifp, struct in6_addr *addr, int *errorp,
    int timer)
{
	struct in6_multi_mship *imm = kmem_alloc(sizeof(*imm), KM_SLEEP);

	imm->i6mm_maddr = in6_addmulti(addr, ifp, errorp, timer);
	if (imm->i6mm_maddr == NULL) {
		kmem_free(imm, sizeof(*imm));
		return NULL;
	}
	return imm;
}

/* IFNET_LOCK is held. */
void
in6_leavegroup(struct in6_multi_mship *imm)
{

	in6_delmulti(imm->i6mm_maddr);
	kmem_free(imm, sizeof(*imm));
}

void
in6_solicited(const struct in6_addr *addr, struct ifnet *ifp,
    struct in6_addr *group)
{

	memset(group, 0, sizeof(*group));
	group->s6_addr16[0] = IPV6_ADDR_INT16_MLL;
	group->s6_addr[11] = 1;
	group->s6_addr[12] = 0xff;
	memcpy(&group->s6_addr[13], &addr->s6_addr[13], 3);
	(void)in6_setscope(group, ifp, NULL);
}

static int
join_one(struct in6_ifaddr *ia, struct in6_addr *group)
{
	struct in6_multi_mship *imm;
	int error;

	if ((error = in6_setscope(group, ia->ia_ifp, NULL)) != 0 ||
	    (imm = in6_joingroup(ia->ia_ifp, group, &error, 0)) == NULL)
		return error;
	LIST_INSERT_HEAD(&ia->ia6_memberships, imm, i6mm_chain);
	return 0;
}

int
in6_join_own(struct in6_ifaddr *ia)
{
	struct in6_addr group;
	int error;

	if (net_ifflags(ia->ia_ifp, IFF_MULTICAST) == 0)
		return 0;
	in6_solicited(IA6_IN6(ia), ia->ia_ifp, &group);
	if ((error = join_one(ia, &group)) != 0)
		return error;
	group = in6addr_linklocal_allnodes;
	if ((error = join_one(ia, &group)) != 0)
		return error;
	group = in6addr_nodelocal_allnodes;
	return join_one(ia, &group);
}

void
in6_leave_own(struct in6_ifaddr *ia)
{
	struct in6_multi_mship *imm;

	while ((imm = LIST_FIRST(&ia->ia6_memberships)) != NULL) {
		LIST_REMOVE(imm, i6mm_chain);
		in6_leavegroup(imm);
	}
}
