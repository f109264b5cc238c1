/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes that come and go with addresses of interfaces, and those that routers
 * tell of by redirects.
 */

#include <sys/param.h>
#include <sys/lwp.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "route_private.h"

/* Is the route to there, if there is one, of this address? */
static bool
route_is_of(const struct rt_addrinfo *info, const struct ifaddr *ifa)
{
	struct rt_addrinfo get = *info;
	struct rtentry *rt;
	bool same;

	if (rtrequest1(RTM_GET, &get, &rt) != 0)
		return true;
	same = rt->rt_ifa == ifa;
	rt_unref(rt);
	return same;
}

/* RTM_ADD or RTM_DELETE: the route to the net, or host, of an address. */
int
rtinit(struct ifaddr *ifa, int cmd, int flags)
{
	struct rt_addrinfo info;
	struct rtentry *rt;
	int error;

	memset(&info, 0, sizeof(info));
	info.rti_ifa = ifa;
	info.rti_flags = flags;
	info.rti_info[RTAX_DST] = (flags & RTF_HOST) != 0 ? ifa->ifa_dstaddr :
	    ifa->ifa_addr;
	info.rti_info[RTAX_GATEWAY] = ifa->ifa_addr;
	info.rti_info[RTAX_NETMASK] = ifa->ifa_netmask;
	if (info.rti_info[RTAX_DST] == NULL)
		return EINVAL;
	/* A host route is its own mask. */
	if ((flags & RTF_HOST) != 0 || ifa->ifa_netmask == NULL) {
		info.rti_info[RTAX_NETMASK] = NULL;
		info.rti_flags |= RTF_HOST;
	}
	if (cmd == RTM_DELETE && !route_is_of(&info, ifa))
		return (flags & RTF_HOST) != 0 ? EHOSTUNREACH : ENETUNREACH;
	if ((error = rtrequest1(cmd, &info, &rt)) != 0)
		return error;
	rt_addrmsg_rt(cmd, ifa, 0, rt);
	rt_unref(rt);
	if (cmd == RTM_DELETE)
		rt_free(rt);
	return 0;
}

static bool
is_local(const struct rtentry *rt)
{

	return (rt->rt_flags & (RTF_HOST | RTF_LOCAL)) ==
	    (RTF_HOST | RTF_LOCAL);
}

static void
local_info(struct rt_addrinfo *info, struct ifaddr *ifa)
{

	memset(info, 0, sizeof(*info));
	info->rti_ifa = ifa;
	info->rti_flags = RTF_HOST | RTF_LOCAL;
	info->rti_info[RTAX_DST] = ifa->ifa_addr;
	info->rti_info[RTAX_GATEWAY] =
	    (const struct sockaddr *)ifa->ifa_ifp->if_sadl;
}

/* Packets to our own address stay here. */
int
rt_ifa_addlocal(struct ifaddr *ifa)
{
	struct rt_addrinfo info;
	struct rtentry *rt = rtalloc1(ifa->ifa_addr, 0);
	int error = 0;

	if (rt != NULL && is_local(rt)) {
		rt_addrmsg(RTM_NEWADDR, ifa);
		rt_unref(rt);
		return 0;
	}
	if (rt != NULL)
		rt_unref(rt);
	rt = NULL;
	local_info(&info, ifa);
	error = rtrequest1(RTM_ADD, &info, &rt);
	rt_addrmsg_rt(RTM_ADD, ifa, error, rt);
	if (rt != NULL) {
		if (rt->rt_ifa != ifa)
			rt_replace_ifa(rt, ifa);
		rt_unref(rt);
	}
	return error;
}

/* An alternative address, if there is one, keeps the route. */
int
rt_ifa_remlocal(struct ifaddr *ifa, struct ifaddr *alt)
{
	struct rt_addrinfo info;
	struct rtentry *rt = rtalloc1(ifa->ifa_addr, 0);
	int error = 0;

	if (rt != NULL && is_local(rt)) {
		if (alt != NULL) {
			rt_replace_ifa(rt, alt);
			local_info(&info, alt);
			/* It says by which interface, as if it were new. */
			if (alt->ifa_rtrequest != NULL)
				(*alt->ifa_rtrequest)(RTM_ADD, rt, &info);
		} else {
			local_info(&info, ifa);
			error = rtrequest1(RTM_DELETE, &info, NULL);
		}
	}
	rt_addrmsg(RTM_DELADDR, ifa);
	if (rt != NULL)
		rt_unref(rt);
	return error;
}

/*
 * A router says that there is a better one.  It has to be the router we use,
 * and the new one has to be on a net of ours and not ourselves.
 */
static int
redirect_check(const struct sockaddr *gateway, int flags,
    const struct sockaddr *src, const struct rtentry *rt,
    const struct ifaddr *ifa)
{

	if ((flags & RTF_DONE) == 0 && rt != NULL && (rt->rt_gateway == NULL ||
	    sockaddr_cmp(src, rt->rt_gateway) != 0 ||
	    rt->rt_ifp != ifa->ifa_ifp))
		return EINVAL;
	if (ifa_ifwithaddr(gateway) != NULL)
		return EHOSTUNREACH;
	/* Nets that are ours need no router. */
	if (rt != NULL && (rt->rt_flags & RTF_GATEWAY) == 0)
		return EHOSTUNREACH;
	return 0;
}

static int
redirect_apply(const struct sockaddr *dst, const struct sockaddr *gateway,
    const struct sockaddr *netmask, int flags, struct rtentry *rt)
{
	struct rtentry *new = NULL;
	int error;

	/* For one host of a net: the net's stays as it is. */
	if (rt != NULL && ((rt->rt_flags & RTF_HOST) != 0 ||
	    (flags & RTF_HOST) == 0)) {
		if ((error = rt_setgate(rt, gateway)) != 0)
			return error;
		RT_WLOCK();
		rt->rt_flags |= RTF_MODIFIED;
		RT_UNLOCK();
		atomic_inc_64(&rtstat.rts_newgateway);
		return 0;
	}
	flags |= RTF_GATEWAY | RTF_DYNAMIC;
	error = rtrequest(RTM_ADD, dst, gateway, netmask, flags & ~RTF_DONE,
	    &new);
	if (error == 0) {
		rt_newmsg_dynamic(RTM_ADD, new);
		rt_unref(new);
		atomic_inc_64(&rtstat.rts_dynamic);
	}
	return error;
}

/* The route that is used now comes back with a reference. */
void
rtredirect(const struct sockaddr *dst, const struct sockaddr *gateway,
    const struct sockaddr *netmask, int flags, const struct sockaddr *src,
    struct rtentry **rtp)
{
	struct rt_addrinfo info;
	struct rtentry *rt = NULL;
	struct ifaddr *ifa;
	struct psref psref;
	int error = ENETUNREACH, bound = curlwp_bind();

	if ((ifa = ifa_ifwithnet_psref(gateway, &psref)) != NULL) {
		rt = rtalloc1(dst, 0);
		error = redirect_check(gateway, flags, src, rt, ifa);
		if (error == 0)
			error = redirect_apply(dst, gateway, netmask, flags,
			    rt);
		ifa_release(ifa, &psref);
	}
	if (error != 0)
		atomic_inc_64(&rtstat.rts_badredirect);
	if (rt != NULL)
		rt_unref(rt);
	if (rtp != NULL)
		*rtp = error == 0 ? rtalloc1(dst, 0) : NULL;
	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = dst;
	info.rti_info[RTAX_GATEWAY] = gateway;
	info.rti_info[RTAX_NETMASK] = netmask;
	info.rti_info[RTAX_AUTHOR] = src;
	rt_missmsg(RTM_REDIRECT, &info, flags, error);
	curlwp_bindx(bound);
}
