/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path MTU discovery, RFC 1191: what a router says of a path is kept in the
 * route to that host, for net.inet.ip.mtudisctimeout.  IPv6 has its routes
 * from here as well.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <rump-sys/net_in.h>

#include "icmp_private.h"

/* Less is not believed. */
#define	MTU_LEAST	296

/* Routes that others can make us have: a bound socket's peers are any. */
#define	ROUTES_MAX	1280

/* Whom to tell; never shorter. */
struct callback {
	struct callback	*cb_next;
	void		(*cb_func)(struct in_addr);
};
static struct callback *callbacks;

void
icmp_mtudisc_callback_register(void (*func)(struct in_addr))
{
	struct callback *cb, *first;

	for (cb = atomic_load_consume(&callbacks); cb != NULL;
	    cb = cb->cb_next) {
		if (cb->cb_func == func)
			return;
	}
	cb = kmem_alloc(sizeof(*cb), KM_SLEEP);
	cb->cb_func = func;
	do {
		first = atomic_load_relaxed(&callbacks);
		cb->cb_next = first;
		membar_release();
	} while (atomic_cas_ptr(&callbacks, first, cb) != first);
}

/* Routers of old do not tell: the next step down, RFC 1191 section 7. */
static u_int
next_plateau(u_int mtu)
{
	static const uint16_t plateaus[] = {
		65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508,
		MTU_LEAST,
	};
	u_int i;

	for (i = 0; i < __arraycount(plateaus); i++) {
		if (plateaus[i] < mtu)
			return plateaus[i];
	}
	return 0;
}

/* What it was before. */
static void
mtu_timeout(struct rtentry *rt, struct rttimer *r __unused)
{

	if (!icmp_route_delete(rt) && (rt->rt_rmx.rmx_locks & RTV_MTU) == 0)
		atomic_store_relaxed(&rt->rt_rmx.rmx_mtu, 0);
}

struct rtentry *
in_mtudisc_route(const struct sockaddr *dst, struct rttimer_queue *q)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_storage	ss;
	} gw;
	struct rtentry *rt, *new = NULL;
	int error, s;

	if ((rt = rtalloc1(dst, 0)) == NULL)
		return NULL;
	if ((rt->rt_flags & RTF_HOST) == 0) {
		if (rt_timer_count(q) >= ROUTES_MAX) {
			rt_unref(rt);
			return NULL;
		}
		/* It may be replaced meanwhile. */
		s = pserialize_read_enter();
		(void)sockaddr_copy(&gw.sa, sizeof(gw),
		    atomic_load_consume(&rt->rt_gateway));
		pserialize_read_exit(s);
		error = rtrequest(RTM_ADD, dst, &gw.sa, NULL,
		    (rt->rt_flags & RTF_GATEWAY) | RTF_HOST | RTF_DYNAMIC,
		    &new);
		rt_unref(rt);
		if (error != 0)
			return NULL;
		rt = new;
	}
	if (rt_timer_add(rt, mtu_timeout, q) != 0) {
		rt_unref(rt);
		return NULL;
	}
	return rt;
}

bool
in_mtudisc_lower(struct rtentry *rt, uint64_t old, u_int mtu)
{

	if (mtu >= old || (rt->rt_rmx.rmx_locks & RTV_MTU) != 0)
		return false;
	atomic_store_relaxed(&rt->rt_rmx.rmx_mtu, mtu);
	return true;
}

/* Who calls it knows that the packet quoted was his. */
void
icmp_mtudisc(struct icmp *icp, struct in_addr faddr)
{
	const struct callback *cb;
	struct sockaddr_in sin;
	struct rtentry *rt;
	uint64_t old;
	u_int mtu;

	sockaddr_in_init(&sin, &faddr, 0);
	if (!ip_mtudisc || (rt = in_mtudisc_route(sintosa(&sin),
	    ip_mtudisc_timeout_q)) == NULL)
		return;
	old = rt->rt_rmx.rmx_mtu != 0 ? rt->rt_rmx.rmx_mtu :
	    rt->rt_ifp->if_mtu;
	mtu = ntohs(icp->icmp_nextmtu);
	if (mtu == 0)
		mtu = next_plateau(MIN(ntohs(icp->icmp_ip.ip_len),
		    (u_int)old));
	if (mtu >= MTU_LEAST && in_mtudisc_lower(rt, old, mtu))
		icmp_statinc(ICMP_STAT_PMTUCHG);
	rt_unref(rt);
	for (cb = atomic_load_consume(&callbacks); cb != NULL;
	    cb = cb->cb_next)
		(*cb->cb_func)(faddr);
}
