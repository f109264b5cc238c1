/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Groups that interfaces are members of.  A group is counted by sockets and
 * addresses; the first one tells the driver and the routers, the last one
 * leaves.
 *
 * Lock order: IFNET_LOCK of the interface, in_multilock.  A packet that comes
 * in takes it as a reader.  Changes have both, but the driver is told with the
 * first alone: a vlan's locks its parent then.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/rwlock.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/igmp_var.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include "in_private.h"

#define	NCHAINS	64		/* a power of two */

static krwlock_t in_multilock;
static LIST_HEAD(multihead, in_multi) chains[NCHAINS]; /* in_multilock */

void
in_multi_init(void)
{
	u_int i;

	rw_init(&in_multilock);
	for (i = 0; i < NCHAINS; i++)
		LIST_INIT(&chains[i]);
}

void
in_multi_lock(int op)
{

	rw_enter(&in_multilock, (krw_t)op);
}

void
in_multi_unlock(void)
{

	rw_exit(&in_multilock);
}

int
in_multi_lock_held(void)
{

	return rw_lock_held(&in_multilock);
}

static struct multihead *
chain_of(struct in_addr addr, const struct ifnet *ifp)
{

	return &chains[(IN_IFADDR_HASH(addr.s_addr) + ifp->if_index) %
	    NCHAINS];
}

struct in_multi *
in_lookup_multi(struct in_addr addr, struct ifnet *ifp)
{
	struct in_multi *inm;

	KASSERT(in_multi_lock_held());
	LIST_FOREACH(inm, chain_of(addr, ifp), inm_list) {
		if (in_hosteq(inm->inm_addr, addr) && inm->inm_ifp == ifp)
			break;
	}
	return inm;
}

bool
in_multi_group(struct in_addr addr, struct ifnet *ifp, int flags __unused)
{
	bool member;

	in_multi_lock(RW_READER);
	member = in_lookup_multi(addr, ifp) != NULL;
	in_multi_unlock();
	return member;
}

/* The function must neither add nor free any. */
void
in_multi_foreach(void (*func)(struct in_multi *, void *), void *arg)
{
	struct in_multi *inm;
	u_int i;

	KASSERT(in_multi_lock_held());
	for (i = 0; i < NCHAINS; i++) {
		LIST_FOREACH(inm, &chains[i], inm_list)
			(*func)(inm, arg);
	}
}

static int
tell_driver(struct in_multi *inm, u_long cmd)
{
	struct sockaddr_in sin;
	struct ifreq ifr;
	int error;

	KASSERT(IFNET_LOCKED(inm->inm_ifp));
	memset(&ifr, 0, sizeof(ifr));
	sockaddr_in_init(&sin, &inm->inm_addr, 0);
	if ((error = ifreq_setaddr(cmd, &ifr, sintosa(&sin))) != 0)
		return error;
	return if_ioctl(inm->inm_ifp, cmd, &ifr);
}

static struct in_multi *
join(struct in_addr addr, struct ifnet *ifp)
{
	struct in_multi *inm;

	if (in_ifinfo(ifp) == NULL ||
	    (inm = kmem_intr_zalloc(sizeof(*inm), KM_NOSLEEP)) == NULL)
		return NULL;
	inm->inm_addr = addr;
	inm->inm_ifp = ifp;
	inm->inm_refcount = 1;
	inm->inm_rti = &in_ifinfo(ifp)->ii_rti;
	if (tell_driver(inm, SIOCADDMULTI) != 0) {
		kmem_intr_free(inm, sizeof(*inm));
		return NULL;
	}
	in_multi_lock(RW_WRITER);
	LIST_INSERT_HEAD(chain_of(addr, ifp), inm, inm_list);
	igmp_joingroup(inm);
	in_multi_unlock();
	igmp_flush();
	return inm;
}

/* IFNET_LOCK is held. */
struct in_multi *
in_addmulti(struct in_addr *addr, struct ifnet *ifp)
{
	struct in_multi *inm;

	KASSERT(IFNET_LOCKED(ifp));
	in_multi_lock(RW_WRITER);
	if ((inm = in_lookup_multi(*addr, ifp)) != NULL)
		inm->inm_refcount++;
	in_multi_unlock();
	return inm != NULL ? inm : join(*addr, ifp);
}

/* IFNET_LOCK is held. */
void
in_delmulti(struct in_multi *inm)
{

	KASSERT(IFNET_LOCKED(inm->inm_ifp));
	in_multi_lock(RW_WRITER);
	if (--inm->inm_refcount > 0) {
		in_multi_unlock();
		return;
	}
	igmp_leavegroup(inm);
	LIST_REMOVE(inm, inm_list);
	in_multi_unlock();
	(void)tell_driver(inm, SIOCDELMULTI);
	igmp_flush();
	kmem_intr_free(inm, sizeof(*inm));
}

/* Nobody is left that has one: sockets gave theirs back, and addresses. */
void
in_multi_purgeif(struct ifnet *ifp)
{
	struct in_multi *inm;
	u_int i;

	in_multi_lock(RW_READER);
	for (i = 0; i < NCHAINS; i++) {
		LIST_FOREACH(inm, &chains[i], inm_list)
			KASSERT(inm->inm_ifp != ifp);
	}
	in_multi_unlock();
}
