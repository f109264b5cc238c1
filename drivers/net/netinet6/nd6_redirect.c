/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redirects, in: RFC 4861 section 8.  The router that is used for a
 * destination says which one is better, or that it is a neighbour.  What it
 * says is believed for net.inet6.icmp6.redirtimeout seconds.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include "nd6_private.h"

/* Routes that others can make us have. */
#define	REDIRECTS_MAX	4096

int icmp6_rediraccept = 1;
int icmp6_redirtimeout = 600;

static struct rttimer_queue *redirect_q;

void
nd6_redirect_init(void)
{

	redirect_q = rt_timer_queue_create((u_int)icmp6_redirtimeout);
}

static void
timeout(struct rtentry *rt, struct rttimer *r __unused)
{
	struct rtentry *gone;

	if ((rt->rt_flags & (RTF_DYNAMIC | RTF_HOST)) !=
	    (RTF_DYNAMIC | RTF_HOST))
		return;
	if (rtrequest(RTM_DELETE, rt_getkey(rt), rt->rt_gateway, NULL,
	    rt->rt_flags, &gone) == 0) {
		rt_newmsg_dynamic(RTM_DELETE, gone);
		rt_unref(gone);
		rt_free(gone);
	}
}

/* Is it the router that packets for there go to, by that interface? */
static bool
is_first_hop(const struct in6_addr *router, const struct in6_addr *dst,
    const struct ifnet *ifp)
{
	struct sockaddr_in6 to, by;
	struct rtentry *rt;
	bool is;

	sockaddr_in6_init(&to, dst, 0, 0, 0);
	sockaddr_in6_init(&by, router, 0, 0, 0);
	if ((rt = rtalloc1(sin6tosa(&to), 0)) == NULL)
		return false;
	is = (rt->rt_flags & RTF_GATEWAY) != 0 && rt->rt_ifp == ifp &&
	    rt->rt_gateway != NULL &&
	    sockaddr_cmp(rt->rt_gateway, sin6tosa(&by)) == 0;
	rt_unref(rt);
	return is;
}

static void
keep_for_a_time(struct rtentry *rt)
{

	rt_timer_queue_change(redirect_q, icmp6_redirtimeout);
	(void)rt_timer_add(rt, timeout, redirect_q);
}

static void
by_router(const struct in6_addr *dst, const struct in6_addr *target,
    const struct in6_addr *src)
{
	struct sockaddr_in6 to, by, from;
	struct rtentry *rt = NULL;

	sockaddr_in6_init(&to, dst, 0, 0, 0);
	sockaddr_in6_init(&by, target, 0, 0, 0);
	sockaddr_in6_init(&from, src, 0, 0, 0);
	rtredirect(sin6tosa(&to), sin6tosa(&by), NULL, RTF_GATEWAY | RTF_HOST,
	    sin6tosa(&from), &rt);
	if (rt == NULL)
		return;
	keep_for_a_time(rt);
	rt_unref(rt);
}

/* It is on the link itself. */
static void
direct(const struct in6_addr *dst, struct ifnet *ifp)
{
	struct sockaddr_in6 to;
	struct rt_addrinfo info;
	struct rtentry *rt;
	struct ifaddr *ifa;
	struct psref psref;

	sockaddr_in6_init(&to, dst, 0, 0, 0);
	ifa = ifaof_ifpforaddr_psref(sin6tosa(&to), ifp, &psref);
	if (ifa == NULL)
		return;
	memset(&info, 0, sizeof(info));
	info.rti_ifa = ifa;
	info.rti_flags = RTF_UP | RTF_HOST | RTF_DYNAMIC;
	info.rti_info[RTAX_DST] = sin6tosa(&to);
	info.rti_info[RTAX_GATEWAY] = ifa->ifa_addr;
	if (rtrequest1(RTM_ADD, &info, &rt) == 0) {
		rt_newmsg_dynamic(RTM_ADD, rt);
		keep_for_a_time(rt);
		rt_unref(rt);
	}
	ifa_release(ifa, &psref);
}

/* Section 8.1. */
static bool
is_good(const struct nd6_msg *nm, const struct in6_addr *dst,
    const struct in6_addr *target)
{

	return IN6_IS_ADDR_LINKLOCAL(&nm->nm_src) &&
	    !IN6_IS_ADDR_MULTICAST(dst) && !IN6_IS_ADDR_UNSPECIFIED(dst) &&
	    (IN6_IS_ADDR_LINKLOCAL(target) ||
	    IN6_ARE_ADDR_EQUAL(target, dst)) &&
	    is_first_hop(&nm->nm_src, dst, nm->nm_ifp);
}

static void
apply(const struct nd6_msg *nm, const struct in6_addr *dst,
    const struct in6_addr *target, const uint8_t *lladdr)
{
	const bool router = !IN6_ARE_ADDR_EQUAL(target, dst);
	struct sockaddr_in6 to;

	nd6_cache_lladdr(nm->nm_ifp, __UNCONST(target), __UNCONST(lladdr),
	    nm->nm_ifp->if_addrlen, ND_REDIRECT, router ? ND_REDIRECT_ROUTER :
	    ND_REDIRECT_ONLINK);
	if (rt_timer_count(redirect_q) < REDIRECTS_MAX) {
		if (router)
			by_router(dst, target, &nm->nm_src);
		else
			direct(dst, nm->nm_ifp);
	}
	sockaddr_in6_init(&to, dst, 0, 0, 0);
	pfctlinput(PRC_REDIRECT_HOST, sin6tosa(&to));
}

/* Takes the packet; its checksum is right. */
void
icmp6_redirect_input(struct mbuf *m, int off)
{
	struct in6_addr dst, target;
	struct nd_redirect rd;
	const uint8_t *lladdr;
	struct nd6_msg nm;
	bool good;

	if (!nd6_msg_in(&nm, m, off, m->m_pkthdr.len - off, sizeof(rd),
	    ICMP6_STAT_BADREDIRECT))
		return;
	memcpy(&rd, nm.nm_data, sizeof(rd));
	dst = rd.nd_rd_dst;
	target = rd.nd_rd_target;
	good = in6_setscope(&dst, nm.nm_ifp, NULL) == 0 &&
	    in6_setscope(&target, nm.nm_ifp, NULL) == 0 &&
	    nd6_opt_lladdr(&nm, ND_OPT_TARGET_LINKADDR, &lladdr) &&
	    is_good(&nm, &dst, &target);
	/* Routers know better. */
	if (good && atomic_load_relaxed(&icmp6_rediraccept) != 0 &&
	    atomic_load_relaxed(&ip6_forwarding) == 0)
		apply(&nm, &dst, &target, lladdr);
	nd6_msg_done(&nm, good, ICMP6_STAT_BADREDIRECT);
}
