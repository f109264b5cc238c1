/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Default routers, RFC 4861 section 6.3, with the preferences of RFC 4191: a
 * list for each interface, and the best of all that the default route is by.
 *
 * Lock order: IFNET_LOCK, select_mtx, nd6_rtr_lock.  Routes are changed with
 * select_mtx, which nobody takes in a soft interrupt; the lists are changed
 * with nd6_rtr_lock as well.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

kmutex_t nd6_rtr_lock;
struct nd6_ifs nd6_ifs = TAILQ_HEAD_INITIALIZER(nd6_ifs);

/* The default route that is ours.  Lock: select_mtx. */
static kmutex_t select_mtx;
static bool route_made;
static struct in6_addr route_by;

void
nd6_rtr_init(void)
{

	mutex_init(&nd6_rtr_lock, MUTEX_DEFAULT, IPL_SOFTNET);
	mutex_init(&select_mtx, MUTEX_DEFAULT, IPL_NONE);
}

void
nd6_rtr_attach(struct nd6_if *nx)
{

	LIST_INIT(&nx->nx_routers);
	LIST_INIT(&nx->nx_search);
	LIST_INIT(&nx->nx_prefixes);
	mutex_enter(&nd6_rtr_lock);
	TAILQ_INSERT_TAIL(&nd6_ifs, nx, nx_next);
	mutex_exit(&nd6_rtr_lock);
}

void
nd6_rtr_detach(struct nd6_if *nx)
{

	nd6_routers_purge(nx);
	KASSERT(nx->nx_nprefixes == 0 && LIST_EMPTY(&nx->nx_search));
	mutex_enter(&nd6_rtr_lock);
	TAILQ_REMOVE(&nd6_ifs, nx, nx_next);
	mutex_exit(&nd6_rtr_lock);
}

/*
 * The list of an interface.
 */
static struct nd6_router *
find(struct nd6_if *nx, const struct in6_addr *addr)
{
	struct nd6_router *nr;

	KASSERT(mutex_owned(&nd6_rtr_lock));
	LIST_FOREACH(nr, &nx->nx_routers, nr_next) {
		if (IN6_ARE_ADDR_EQUAL(&nr->nr_addr, addr))
			break;
	}
	return nr;
}

static void
take_off(struct nd6_if *nx, struct nd6_router *nr)
{

	KASSERT(mutex_owned(&nd6_rtr_lock));
	KASSERT(nx->nx_nrouters > 0);
	LIST_REMOVE(nr, nr_next);
	nx->nx_nrouters--;
}

/* The reserved value counts as medium. */
int
nd6_router_pref(uint8_t flags)
{

	switch (flags & ND_RA_FLAG_RTPREF_MASK) {
	case ND_RA_FLAG_RTPREF_HIGH:
		return 1;
	case ND_RA_FLAG_RTPREF_LOW:
		return -1;
	default:
		return 0;
	}
}

static void
set(struct nd6_router *nr, uint8_t flags, uint16_t lifetime)
{

	KASSERT(mutex_owned(&nd6_rtr_lock));
	nr->nr_flags = flags;
	nr->nr_lifetime = lifetime;
	nr->nr_expire = time_uptime + lifetime;
	nr->nr_gone = lifetime == 0;
}

/* Those there are too many of are not heard. */
void
nd6_router_told(struct ifnet *ifp, const struct in6_addr *addr, uint8_t flags,
    uint16_t lifetime)
{
	struct nd6_if *nx = nd6_if(ifp);
	struct nd6_router *nr, *new = NULL;

	KASSERT(IFNET_LOCKED(ifp));
	if (lifetime != 0)
		new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	mutex_enter(&nd6_rtr_lock);
	nr = find(nx, addr);
	if (nr == NULL && new != NULL && nx->nx_nrouters < ND6_ROUTERS_MAX) {
		nr = new;
		new = NULL;
		nr->nr_addr = *addr;
		nr->nr_ifp = ifp;
		LIST_INSERT_HEAD(&nx->nx_routers, nr, nr_next);
		nx->nx_nrouters++;
	}
	if (nr != NULL)
		set(nr, flags, lifetime);
	mutex_exit(&nd6_rtr_lock);
	if (new != NULL)
		kmem_free(new, sizeof(*new));
}

void
nd6_router_renounced(struct ifnet *ifp, const struct in6_addr *addr)
{
	struct nd6_router *nr;

	mutex_enter(&nd6_rtr_lock);
	if ((nr = find(nd6_if(ifp), addr)) != NULL)
		nr->nr_gone = true;
	mutex_exit(&nd6_rtr_lock);
	if (nr != NULL)
		nd6_work_select();
}

/* Those whose time is over, or all. */
static void
drop(struct nd6_if *nx, bool all)
{
	LIST_HEAD(, nd6_router) gone = LIST_HEAD_INITIALIZER(gone);
	struct nd6_router *nr, *next;

	mutex_enter(&nd6_rtr_lock);
	LIST_FOREACH_SAFE(nr, &nx->nx_routers, nr_next, next) {
		if (!all && !nr->nr_gone && nr->nr_expire > time_uptime) {
			nd6_work_lifetime(nr->nr_expire);
			continue;
		}
		take_off(nx, nr);
		LIST_INSERT_HEAD(&gone, nr, nr_next);
	}
	mutex_exit(&nd6_rtr_lock);
	while ((nr = LIST_FIRST(&gone)) != NULL) {
		LIST_REMOVE(nr, nr_next);
		kmem_free(nr, sizeof(*nr));
	}
}

/* IFNET_LOCK is held, in these. */
void
nd6_routers_due(struct nd6_if *nx)
{

	drop(nx, false);
}

void
nd6_routers_purge(struct nd6_if *nx)
{

	drop(nx, true);
	nd6_router_select();
}

/*
 * The default route.
 */

/* Reachable ones first, then by preference, then the one that is used. */
static int
merit(const struct nd6_router *nr)
{
	int m = nd6_router_pref(nr->nr_flags) * 2;

	if (nd6_is_reachable(nr->nr_ifp, &nr->nr_addr))
		m += 8;
	if (route_made && IN6_ARE_ADDR_EQUAL(&nr->nr_addr, &route_by))
		m += 1;
	return m;
}

static bool
best(struct in6_addr *addr)
{
	const struct nd6_router *nr;
	const struct nd6_if *nx;
	int m, most = INT_MIN;

	mutex_enter(&nd6_rtr_lock);
	TAILQ_FOREACH(nx, &nd6_ifs, nx_next) {
		LIST_FOREACH(nr, &nx->nx_routers, nr_next) {
			if (nr->nr_gone || (m = merit(nr)) <= most)
				continue;
			most = m;
			*addr = nr->nr_addr;
		}
	}
	mutex_exit(&nd6_rtr_lock);
	return most != INT_MIN;
}

static int
request(int cmd, const struct in6_addr *gw, struct rtentry **rtp)
{
	struct sockaddr_in6 dst, mask, by;
	struct rt_addrinfo info;

	sockaddr_in6_init(&dst, &in6addr_any, 0, 0, 0);
	sockaddr_in6_init(&mask, &in6addr_any, 0, 0, 0);
	sockaddr_in6_init(&by, gw, 0, 0, 0);
	memset(&info, 0, sizeof(info));
	info.rti_flags = RTF_UP | RTF_GATEWAY | RTF_DYNAMIC;
	info.rti_info[RTAX_DST] = sin6tosa(&dst);
	info.rti_info[RTAX_GATEWAY] = sin6tosa(&by);
	info.rti_info[RTAX_NETMASK] = sin6tosa(&mask);
	return rtrequest1(cmd, &info, rtp);
}

/* Somebody may have put another one in its place by hand. */
static bool
is_ours(void)
{
	struct sockaddr_in6 by;
	struct rtentry *rt;
	bool ours;

	if (request(RTM_GET, &route_by, &rt) != 0)
		return false;
	sockaddr_in6_init(&by, &route_by, 0, 0, 0);
	ours = (rt->rt_flags & RTF_DYNAMIC) != 0 && rt->rt_gateway != NULL &&
	    sockaddr_cmp(rt->rt_gateway, sin6tosa(&by)) == 0;
	rt_unref(rt);
	return ours;
}

static void
route_end(void)
{
	struct rtentry *rt;

	KASSERT(mutex_owned(&select_mtx));
	if (!route_made)
		return;
	route_made = false;
	if (!is_ours() || request(RTM_DELETE, &route_by, &rt) != 0)
		return;
	rt_newmsg_dynamic(RTM_DELETE, rt);
	rt_unref(rt);
	rt_free(rt);
}

/* A default route that was set by hand stays. */
static void
route_begin(const struct in6_addr *by)
{
	struct rtentry *rt;

	KASSERT(mutex_owned(&select_mtx));
	if (request(RTM_ADD, by, &rt) != 0)
		return;
	rt_newmsg_dynamic(RTM_ADD, rt);
	rt_unref(rt);
	route_made = true;
	route_by = *by;
}

/* Sleeps. */
void
nd6_router_select(void)
{
	struct in6_addr by;

	mutex_enter(&select_mtx);
	if (!best(&by))
		route_end();
	else if (!route_made || !IN6_ARE_ADDR_EQUAL(&by, &route_by) ||
	    !is_ours()) {
		route_end();
		route_begin(&by);
	}
	mutex_exit(&select_mtx);
}
