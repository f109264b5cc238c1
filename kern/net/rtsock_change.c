/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to the routing socket about what is there already: RTM_CHANGE and
 * RTM_LOCK of a route, and neighbours, which are in tables of their own
 * (RTF_LLDATA, or a link address as gateway).
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/route.h>

#include "route_private.h"
#include "rtsock_private.h"

/* Flags that say what a route is, which stay. */
#define	FLAGS_STAY	(RTF_UP | RTF_GATEWAY | RTF_HOST | RTF_DONE |	\
	RTF_CONNECTED | RTF_LOCAL | RTF_BROADCAST | RTF_DYNAMIC)

/* Those that rtm_inits says; and which of them are locked. */
void
rt_setmetrics(struct rtentry *rt, const struct rt_msghdr *rtm)
{
	const struct rt_metrics *in = &rtm->rtm_rmx;
	struct rt_metrics *out = &rt->rt_rmx;
	const uint64_t which = (u_int)rtm->rtm_inits;

	RT_WLOCK();
	if ((which & RTV_MTU) != 0)
		out->rmx_mtu = in->rmx_mtu;
	if ((which & RTV_HOPCOUNT) != 0)
		out->rmx_hopcount = in->rmx_hopcount;
	if ((which & RTV_RPIPE) != 0)
		out->rmx_recvpipe = in->rmx_recvpipe;
	if ((which & RTV_SPIPE) != 0)
		out->rmx_sendpipe = in->rmx_sendpipe;
	if ((which & RTV_SSTHRESH) != 0)
		out->rmx_ssthresh = in->rmx_ssthresh;
	if ((which & RTV_RTT) != 0)
		out->rmx_rtt = in->rmx_rtt;
	if ((which & RTV_RTTVAR) != 0)
		out->rmx_rttvar = in->rmx_rttvar;
	/* From the wall's clock to the kernel's; 0 is never. */
	if ((which & RTV_EXPIRE) != 0)
		out->rmx_expire = in->rmx_expire == 0 ? 0 :
		    in->rmx_expire <= time_second ? 1 :
		    in->rmx_expire - time_second + time_uptime;
	out->rmx_locks = (out->rmx_locks & ~which) | (in->rmx_locks & which);
	RT_UNLOCK();
}

void
rt_setlocks(struct rtentry *rt, const struct rt_msghdr *rtm)
{
	const uint64_t which = (u_int)rtm->rtm_inits;

	RT_WLOCK();
	rt->rt_rmx.rmx_locks = (rt->rt_rmx.rmx_locks & ~which) |
	    (rtm->rtm_rmx.rmx_locks & which);
	RT_UNLOCK();
}

/* What goes by a router still does, and what does not still does not. */
static bool
gateway_fits(const struct rtentry *rt, const struct sockaddr *gate)
{

	return (rt->rt_flags & RTF_GATEWAY) != 0 ?
	    gate->sa_family == rt_getkey(rt)->sa_family :
	    gate->sa_family == AF_LINK;
}

static void
change_ifa(struct rtentry *rt, struct ifaddr *ifa,
    const struct rt_addrinfo *info)
{

	if (rt->rt_ifa == ifa)
		return;
	rt_call_rtrequest(RTM_DELETE, rt, info);
	rt_replace_ifa(rt, ifa);
	rt_call_rtrequest(RTM_ADD, rt, info);
}

/* A way: gateway, interface, address, or some of them. */
static int
change_way(struct rtentry *rt, struct rt_addrinfo *info)
{
	const struct sockaddr *gate = info->rti_info[RTAX_GATEWAY];
	struct ifaddr *ifa;
	struct psref psref;
	int error = 0;

	if (gate == NULL && info->rti_info[RTAX_IFP] == NULL &&
	    info->rti_info[RTAX_IFA] == NULL)
		return 0;
	if (gate != NULL && !gateway_fits(rt, gate))
		return EINVAL;
	if (gate == NULL)
		info->rti_info[RTAX_GATEWAY] = rt->rt_gateway;
	/* How it is reached depends on what the route is. */
	info->rti_flags = (info->rti_flags & ~FLAGS_STAY) |
	    (rt->rt_flags & FLAGS_STAY);
	ifa = rt_getifa(info, &psref);
	info->rti_info[RTAX_GATEWAY] = gate;
	if (ifa == NULL)
		return ENETUNREACH;
	if (gate != NULL)
		error = rt_setgate(rt, gate);
	if (error == 0)
		change_ifa(rt, ifa, info);
	ifa_release(ifa, &psref);
	return error;
}

int
rt_change(struct rtentry *rt, struct rt_addrinfo *info,
    const struct rt_msghdr *rtm)
{
	const int new = info->rti_flags & ~FLAGS_STAY;
	int error, bound = curlwp_bind();

	error = change_way(rt, info);
	curlwp_bindx(bound);
	if (error == 0 && info->rti_info[RTAX_TAG] != NULL)
		error = rt_settag(rt, info->rti_info[RTAX_TAG]);
	if (error != 0)
		return error;
	RT_WLOCK();
	atomic_store_relaxed(&rt->rt_flags,
	    (rt->rt_flags & FLAGS_STAY) | new);
	RT_UNLOCK();
	rt_setmetrics(rt, rtm);
	return 0;
}

/* The interface whose net a neighbour is in; 0: it is in none. */
static u_int
link_index(const struct sockaddr *dst)
{
	struct rtentry *rt = rtalloc1(dst, 0);
	u_int index = 0;

	if (rt == NULL)
		return 0;
	if ((rt->rt_flags & RTF_GATEWAY) == 0)
		index = if_get_index(rt->rt_ifp);
	rt_unref(rt);
	return index;
}

bool
rt_neighbour_p(const struct rt_msghdr *rtm, const struct rt_addrinfo *info)
{
	const struct sockaddr *gate = info->rti_info[RTAX_GATEWAY];

	if (rtm->rtm_type == RTM_ADD && gate != NULL &&
	    gate->sa_family == AF_LINK)
		return satocsdl(gate)->sdl_alen > 0;
	return (rtm->rtm_type == RTM_ADD || rtm->rtm_type == RTM_DELETE) &&
	    (rtm->rtm_flags & RTF_LLDATA) != 0;
}

int
rt_neighbour(const struct rt_msghdr *rtm, struct rt_addrinfo *info)
{
	const struct sockaddr *gate = info->rti_info[RTAX_GATEWAY];
	u_int index = 0;

	if (gate != NULL && gate->sa_family == AF_LINK)
		index = satocsdl(gate)->sdl_index;
	if (index == 0)
		index = link_index(info->rti_info[RTAX_DST]);
	if (index == 0)
		return ENETUNREACH;
	return lla_rt_output(rtm->rtm_type, rtm->rtm_flags,
	    rtm->rtm_rmx.rmx_expire, info, (int)index);
}
