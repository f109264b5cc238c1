/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes of IPv4, as route(8) would set them; listeners of route(4) are told.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>

#include "netconfig.h"

/* A destination, the way there, a mask. */
struct sides {
	struct sockaddr_in s_dst, s_gw, s_mask;
};

static int
change(int req, struct rt_addrinfo *info, const struct sides *s)
{
	struct rtentry *rt = NULL;
	int error;

	info->rti_info[RTAX_DST] = sintocsa(&s->s_dst);
	info->rti_info[RTAX_GATEWAY] = sintocsa(&s->s_gw);
	if (s->s_mask.sin_addr.s_addr == INADDR_BROADCAST)
		info->rti_flags |= RTF_HOST;
	else
		info->rti_info[RTAX_NETMASK] = sintocsa(&s->s_mask);
	if ((error = rtrequest1(req, info, &rt)) != 0 || rt == NULL)
		return error;
	rt_newmsg(req, rt);
	rt_unref(rt);
	if (req == RTM_DELETE)
		rt_free(rt);
	return 0;
}

/* The interface is that of our address, which the route has from now on. */
static int
change_onlink(int req, struct rt_addrinfo *info, const struct sides *s)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifaddr *ifa;
	int error = ENETUNREACH;

	KASSERT((info->rti_flags & RTF_GATEWAY) == 0);
	ifa = ifa_ifwithaddr_psref(sintocsa(&s->s_gw), &psref);
	if (ifa != NULL) {
		info->rti_flags |= RTF_CONNECTED;
		info->rti_ifa = ifa;
		info->rti_ifp = ifa->ifa_ifp;
		error = change(req, info, s);
		ifa_release(ifa, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

int
netconfig_route(int req, const struct rump_dhcp_route *dr,
    struct in_addr ours)
{
	const struct in_addr dst = { dr->dr_dst & dr->dr_mask };
	const struct in_addr mask = { dr->dr_mask };
	const struct in_addr gw = { dr->dr_gateway };
	struct rt_addrinfo info = { .rti_flags = RTF_UP | RTF_STATIC };
	struct sides s;

	KASSERT(req == RTM_ADD || req == RTM_DELETE);
	sockaddr_in_init(&s.s_dst, &dst, 0);
	sockaddr_in_init(&s.s_gw, in_nullhost(gw) ? &ours : &gw, 0);
	sockaddr_in_init(&s.s_mask, &mask, 0);
	if (in_nullhost(gw))
		return change_onlink(req, &info, &s);
	info.rti_flags |= RTF_GATEWAY;
	return change(req, &info, &s);
}
