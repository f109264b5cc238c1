/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of an interface: up or down, its flags, its link, its timer.
 *
 * Drivers tell of the link from anywhere.  if_link_state_change() queues the
 * state; a thread, or who has the interface locked and settles it, tells the
 * hooks, domains and listeners of each change in turn.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/sockio.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/workqueue.h>

#include <net/if.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "if_private.h"

/*
 * if_link_queue: two bits a state, the oldest in the lowest ones.
 */
#define	LQ_BITS		2
#define	LQ_MASK		((1u << LQ_BITS) - 1)
#define	LQ_UNSET	LQ_MASK
#define	LQ_ITEMS	(sizeof(uint16_t) * NBBY / LQ_BITS)
#define	LQ_EMPTY	UINT16_MAX

static struct workqueue *link_wq;	/* ifnet_mtx; made once */

static u_int
lq_item(const struct ifnet *ifp, u_int i)
{

	return (ifp->if_link_queue >> (i * LQ_BITS)) & LQ_MASK;
}

static u_int
lq_len(const struct ifnet *ifp)
{
	u_int i = 0;

	while (i < LQ_ITEMS && lq_item(ifp, i) != LQ_UNSET)
		i++;
	return i;
}

static u_int
lq_take(struct ifnet *ifp)
{
	u_int state = lq_item(ifp, 0);

	ifp->if_link_queue >>= LQ_BITS;
	ifp->if_link_queue |= LQ_UNSET << ((LQ_ITEMS - 1) * LQ_BITS);
	return state;
}

static void
lq_put(struct ifnet *ifp, u_int state)
{
	u_int n = lq_len(ifp), shift;

	/* Too many to tell of: the oldest is history. */
	if (n == LQ_ITEMS) {
		(void)lq_take(ifp);
		n--;
	}
	shift = n * LQ_BITS;
	ifp->if_link_queue &= ~(LQ_MASK << shift);
	ifp->if_link_queue |= state << shift;
}

void
if_domain_link_state_change(struct ifnet *ifp, int state)
{
	struct domain *dp;

	DOMAIN_FOREACH(dp) {
		if (dp->dom_if_link_state_change != NULL)
			(*dp->dom_if_link_state_change)(ifp, state);
	}
}

void
if_link_hooks(struct ifnet *ifp)
{

	(void)simplehook_dohooks(ifp->if_linkstate_hooks);
}

static void
link_told(struct ifnet *ifp, int state)
{

	KASSERT(IFNET_LOCKED(ifp));
	if_link_hooks(ifp);
	if_domain_link_state_change(ifp, state);
	rt_ifmsg(ifp);
}

void
if_link_settle(struct ifnet *ifp)
{
	u_int state;
	bool changed;

	for (;;) {
		IFQ_LOCK(&ifp->if_snd);
		state = lq_take(ifp);
		if (state == LQ_UNSET)
			break;
		changed = ifp->if_link_state != (int)state;
		atomic_store_relaxed(&ifp->if_link_state, (int)state);
		IFQ_UNLOCK(&ifp->if_snd);
		if (changed)
			link_told(ifp, state);
	}
	IFQ_UNLOCK(&ifp->if_snd);
}

static void
link_work(struct work *wk, void *arg)
{
	struct ifnet *ifp = container_of(wk, struct ifnet, if_link_work);
	bool more;

	IFNET_LOCK(ifp);
	do {
		if_link_settle(ifp);
		IFQ_LOCK(&ifp->if_snd);
		more = ifp->if_link_scheduled = lq_len(ifp) != 0;
		IFQ_UNLOCK(&ifp->if_snd);
	} while (more);
	IFNET_UNLOCK(ifp);
}

void
if_link_state_change(struct ifnet *ifp, int state)
{
	u_int n;
	bool start = false;

	KASSERTMSG(state >= LINK_STATE_UNKNOWN && state <= LINK_STATE_UP,
	    "%s: link state %d", ifp->if_xname, state);
	if ((ifp->if_extflags & IFEF_NO_LINK_STATE_CHANGE) != 0)
		return;
	IFQ_LOCK(&ifp->if_snd);
	n = lq_len(ifp);
	if (state != (n == 0 ? ifp->if_link_state : (int)lq_item(ifp, n - 1))) {
		lq_put(ifp, state);
		start = !ifp->if_link_scheduled;
		ifp->if_link_scheduled = true;
	}
	IFQ_UNLOCK(&ifp->if_snd);
	if (start)
		workqueue_enqueue(link_wq, &ifp->if_link_work, NULL);
}

void *
if_linkstate_change_establish(struct ifnet *ifp, void (*func)(void *),
    void *arg)
{

	return simplehook_establish(ifp->if_linkstate_hooks, func, arg);
}

void
if_linkstate_change_disestablish(struct ifnet *ifp, void *hook,
    kmutex_t *lock)
{

	simplehook_disestablish(ifp->if_linkstate_hooks, hook, lock);
}

void
if_link_init(struct ifnet *ifp)
{
	int error;

	mutex_enter(&ifnet_mtx);
	if (link_wq == NULL &&
	    (error = workqueue_create(&link_wq, "iflnkst", link_work, NULL,
	    PRI_SOFTNET, IPL_NET, WQ_MPSAFE)) != 0)
		panic("%s: no thread (%d)", __func__, error);
	mutex_exit(&ifnet_mtx);
	ifp->if_link_queue = LQ_EMPTY;
	ifp->if_link_scheduled = false;
	ifp->if_linkstate_hooks = simplehook_create(IPL_NET, ifp->if_xname);
}

void
if_link_fini(struct ifnet *ifp)
{

	workqueue_wait(link_wq, &ifp->if_link_work);
	simplehook_destroy(ifp->if_linkstate_hooks);
	ifp->if_linkstate_hooks = NULL;
}

/*
 * Up and down.
 */
static void
tell_protocols(struct ifnet *ifp)
{
	struct ifaddr *ifa;

	KASSERT(IFNET_LOCKED(ifp));
	IFADDR_FOREACH(ifa, ifp)
		pfctlinput2(PRC_IFDOWN, ifa->ifa_addr, NULL);
}

static void
changed_now(struct ifnet *ifp)
{

	getnanotime(&ifp->if_lastchange);
	rt_ifmsg(ifp);
}

void
if_down_locked(struct ifnet *ifp)
{
	struct domain *dp;

	KASSERT(IFNET_LOCKED(ifp));
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_UP);
	tell_protocols(ifp);
	IFQ_PURGE(&ifp->if_snd);
	DOMAIN_FOREACH(dp) {
		if (dp->dom_if_down != NULL)
			(*dp->dom_if_down)(ifp);
	}
	changed_now(ifp);
}

void
if_down(struct ifnet *ifp)
{

	IFNET_LOCK(ifp);
	if_down_locked(ifp);
	IFNET_UNLOCK(ifp);
}

void
if_up_locked(struct ifnet *ifp)
{
	struct domain *dp;

	KASSERT(IFNET_LOCKED(ifp));
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags | IFF_UP);
	changed_now(ifp);
	DOMAIN_FOREACH(dp) {
		if (dp->dom_if_up != NULL)
			(*dp->dom_if_up)(ifp);
	}
}

void
if_up(struct ifnet *ifp)
{

	IFNET_LOCK(ifp);
	if_up_locked(ifp);
	IFNET_UNLOCK(ifp);
}

/*
 * Set flags, also those that are the kernel's; the driver is asked as if a
 * program had.
 */
int
if_flags_set(struct ifnet *ifp, const u_short flags)
{
	const u_short cant = (ifp->if_flags ^ flags) & IFF_CANTCHANGE;
	struct ifreq ifr;
	int error;

	KASSERT(IFNET_LOCKED(ifp));
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags ^ cant);
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = flags & ~IFF_CANTCHANGE;
	error = if_ioctl(ifp, SIOCSIFFLAGS, &ifr);
	if (error != 0)
		atomic_store_relaxed(&ifp->if_flags, ifp->if_flags ^ cant);
	return error;
}

/* Users of promiscuous mode are counted; the driver hears of first and last. */
int
ifpromisc_locked(struct ifnet *ifp, int on)
{
	const int was = ifp->if_pcount;
	int error = 0;

	KASSERT(IFNET_LOCKED(ifp));
	if (!on && was == 0)
		return EINVAL;
	ifp->if_pcount += on ? 1 : -1;
	if (on && was == 0)
		error = if_flags_set(ifp, ifp->if_flags | IFF_PROMISC);
	else if (!on && was == 1)
		error = if_flags_set(ifp, ifp->if_flags & ~IFF_PROMISC);
	if (error != 0)
		ifp->if_pcount = was;
	return error;
}

int
ifpromisc(struct ifnet *ifp, int on)
{
	int error;

	IFNET_LOCK(ifp);
	error = ifpromisc_locked(ifp, on);
	IFNET_UNLOCK(ifp);
	return error;
}

/* SIOCADDMULTI or SIOCDELMULTI for a protocol. */
int
if_mcast_op(ifnet_t *ifp, const unsigned long cmd, const struct sockaddr *sa)
{
	struct ifreq ifr;
	int error;

	KASSERT(cmd == SIOCADDMULTI || cmd == SIOCDELMULTI);
	memset(&ifr, 0, sizeof(ifr));
	if ((error = ifreq_setaddr(cmd, &ifr, sa)) != 0)
		return error;
	IFNET_LOCK(ifp);
	error = if_ioctl(ifp, cmd, &ifr);
	IFNET_UNLOCK(ifp);
	return error;
}

/*
 * if_timer: drivers set it as they send and have to be called if nothing
 * clears it for so many seconds.
 */
static void
slowtimo_tick(void *arg)
{
	struct ifnet *ifp = arg;

	KERNEL_LOCK_UNLESS_IFP_MPSAFE(ifp);
	if (ifp->if_timer > 0 && --ifp->if_timer == 0)
		(*ifp->if_slowtimo)(ifp);
	KERNEL_UNLOCK_UNLESS_IFP_MPSAFE(ifp);
	callout_schedule(ifp->if_slowtimo_ch, hz);
}

void
if_slowtimo_start(struct ifnet *ifp)
{

	if (ifp->if_slowtimo == NULL)
		return;
	ifp->if_slowtimo_ch = kmem_zalloc(sizeof(*ifp->if_slowtimo_ch),
	    KM_SLEEP);
	callout_init(ifp->if_slowtimo_ch, CALLOUT_MPSAFE);
	callout_setfunc(ifp->if_slowtimo_ch, slowtimo_tick, ifp);
	callout_schedule(ifp->if_slowtimo_ch, hz);
}

void
if_slowtimo_stop(struct ifnet *ifp)
{

	if (ifp->if_slowtimo_ch == NULL)
		return;
	callout_halt(ifp->if_slowtimo_ch, NULL);
	callout_destroy(ifp->if_slowtimo_ch);
	kmem_free(ifp->if_slowtimo_ch, sizeof(*ifp->if_slowtimo_ch));
	ifp->if_slowtimo_ch = NULL;
}
