/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(7) net.route.rtable: routes and interfaces as a sequence of messages.
 * The name behind it is: a family or 0, NET_RT_*, an argument.
 *
 * A dump is made in memory first, as long as the table or the list is locked,
 * then copied out.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/route.h>
#include <net/rtbl.h>

#include <lib/libkern/libkern.h>

#include "if_private.h"
#include "rtsock_private.h"

/* A dump: bytes that are needed go on when there is no room. */
struct rt_walkarg {
	char		*d_buf;
	size_t		d_size;
	size_t		d_len;
	int		d_family;	/* 0: all */
	int		d_arg;		/* RTF_* wanted; or an index, 0: all */
};

/* Room for the next message, or NULL. */
static char *
dump_next(struct rt_walkarg *d, size_t len)
{
	char *p = NULL;

	if (d->d_buf != NULL && d->d_len + len <= d->d_size)
		p = d->d_buf + d->d_len;
	d->d_len += len;
	return p;
}

static int
dump_route(struct rtentry *rt, void *arg)
{
	struct rt_walkarg *d = arg;
	struct rt_addrinfo info;
	struct rt_msghdr rtm;
	size_t len;
	char *p;

	if (d->d_arg != 0 && (rt->rt_flags & d->d_arg) == 0)
		return 0;
	rt_info_of(rt, &info);
	memset(&rtm, 0, sizeof(rtm));
	len = sizeof(rtm) + rt_addrs_len(&info, &rtm.rtm_addrs);
	if ((p = dump_next(d, len)) == NULL)
		return 0;
	rtm.rtm_msglen = len;
	rtm.rtm_version = RTM_VERSION;
	rtm.rtm_type = RTM_GET;
	rtm.rtm_flags = rt->rt_flags;
	rtm.rtm_index = if_get_index(rt->rt_ifp);
	rtm.rtm_use = (int)rt->rt_use;
	rtm.rtm_rmx = rt->rt_rmx;
	memcpy(p, &rtm, sizeof(rtm));
	rt_addrs_copy(p + sizeof(rtm), &info);
	return 0;
}

static void
dump_routes(struct rt_walkarg *d)
{
	const struct domain *dp;

	DOMAIN_FOREACH(dp) {
		if (d->d_family == 0 || d->d_family == dp->dom_family)
			(void)rt_walktree(dp->dom_family, dump_route, d);
	}
}

/* Of neighbours, while the table is locked. */
void
rt_dump_neighbour(struct rt_walkarg *d, const struct rt_addrinfo *info,
    int flags, u_int index, time_t expire)
{
	struct rt_msghdr rtm;
	size_t len;
	char *p;

	memset(&rtm, 0, sizeof(rtm));
	len = sizeof(rtm) + rt_addrs_len(info, &rtm.rtm_addrs);
	if ((p = dump_next(d, len)) == NULL)
		return;
	rtm.rtm_msglen = len;
	rtm.rtm_version = RTM_VERSION;
	rtm.rtm_type = RTM_GET;
	rtm.rtm_flags = flags;
	rtm.rtm_index = index;
	/* Programs have the time of day. */
	if (expire != 0)
		rtm.rtm_rmx.rmx_expire = expire - time_uptime + time_second;
	memcpy(p, &rtm, sizeof(rtm));
	rt_addrs_copy(p + sizeof(rtm), info);
}

/* Those of the loopback's kind are routes; neighbours are in tables. */
static void
dump_flags(struct rt_walkarg *d)
{

	if ((d->d_arg & RTF_LLDATA) != 0)
		(void)lltable_sysctl_dump(d->d_family, d);
	if ((d->d_arg & ~RTF_LLDATA) != 0 || d->d_arg == 0)
		dump_routes(d);
}

static void
dump_addr(struct rt_walkarg *d, const struct ifaddr *ifa)
{
	struct rt_addrinfo info;
	struct ifa_msghdr ifam;
	size_t len;
	char *p;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_IFA] = ifa->ifa_addr;
	info.rti_info[RTAX_NETMASK] = ifa->ifa_netmask;
	info.rti_info[RTAX_BRD] = ifa->ifa_dstaddr;
	memset(&ifam, 0, sizeof(ifam));
	len = sizeof(ifam) + rt_addrs_len(&info, &ifam.ifam_addrs);
	if ((p = dump_next(d, len)) == NULL)
		return;
	ifam.ifam_msglen = len;
	ifam.ifam_version = RTM_VERSION;
	ifam.ifam_type = RTM_NEWADDR;
	ifam.ifam_index = ifa->ifa_ifp->if_index;
	ifam.ifam_flags = ifa->ifa_flags;
	ifam.ifam_metric = ifa->ifa_metric;
	ifam.ifam_addrflags = rt_addrflags(ifa);
	memcpy(p, &ifam, sizeof(ifam));
	rt_addrs_copy(p + sizeof(ifam), &info);
}

static void
dump_if(struct rt_walkarg *d, struct ifnet *ifp)
{
	struct rt_addrinfo info;
	struct if_msghdr ifm;
	size_t len;
	char *p;

	memset(&info, 0, sizeof(info));
	if (ifp->if_dl != NULL)
		info.rti_info[RTAX_IFP] = ifp->if_dl->ifa_addr;
	memset(&ifm, 0, sizeof(ifm));
	len = sizeof(ifm) + rt_addrs_len(&info, &ifm.ifm_addrs);
	if ((p = dump_next(d, len)) == NULL)
		return;
	ifm.ifm_msglen = len;
	ifm.ifm_version = RTM_VERSION;
	ifm.ifm_type = RTM_IFINFO;
	ifm.ifm_index = ifp->if_index;
	ifm.ifm_flags = ifp->if_flags;
	if_export_if_data(ifp, &ifm.ifm_data, false);
	memcpy(p, &ifm, sizeof(ifm));
	rt_addrs_copy(p + sizeof(ifm), &info);
}

/* Each interface, and behind it its addresses but the link's. */
static void
dump_ifs(struct rt_walkarg *d)
{
	const struct ifaddr *ifa;
	struct ifnet *ifp;

	mutex_enter(&ifnet_mtx);
	IFNET_WRITER_FOREACH(ifp) {
		if (d->d_arg != 0 && d->d_arg != ifp->if_index)
			continue;
		dump_if(d, ifp);
		IFADDR_FOREACH(ifa, ifp) {
			if (ifa->ifa_addr->sa_family != AF_LINK &&
			    (d->d_family == 0 ||
			    d->d_family == ifa->ifa_addr->sa_family))
				dump_addr(d, ifa);
		}
	}
	mutex_exit(&ifnet_mtx);
}

/* Length alone, with some room for what may come; else what there is. */
static int
dump_out(struct lwp *l, struct rt_walkarg *d, void (*make)(struct rt_walkarg *),
    void *oldp, size_t *oldlenp)
{
	const size_t room = *oldlenp;
	bool fits;
	int error;

	(*make)(d);
	if (oldp == NULL) {
		*oldlenp = d->d_len + d->d_len / 8;
		return 0;
	}
	/* It may grow while nobody holds it still. */
	do {
		d->d_size = MIN(room, d->d_len + d->d_len / 8);
		d->d_len = 0;
		d->d_buf = d->d_size == 0 ? NULL :
		    kmem_zalloc(d->d_size, KM_SLEEP);
		(*make)(d);
		fits = d->d_len <= d->d_size;
		if (!fits)
			error = ENOMEM;
		else if (d->d_len != 0)
			error = sysctl_copyout(l, d->d_buf, oldp, d->d_len);
		else
			error = 0;
		if (d->d_buf != NULL)
			kmem_free(d->d_buf, d->d_size);
	} while (!fits && d->d_size < room);
	*oldlenp = d->d_len;
	return error;
}

static int
sysctl_rtable(SYSCTLFN_ARGS)
{
	struct rt_walkarg d = { .d_buf = NULL };
	void (*make)(struct rt_walkarg *) = NULL;
	int error;

	if (namelen == 1 && name[0] == CTL_QUERY)
		return sysctl_query(SYSCTLFN_CALL(rnode));
	if (newp != NULL)
		return EPERM;
	if (namelen != 3)
		return EINVAL;
	d.d_family = name[0];
	switch (name[1]) {
	case NET_RT_DUMP:
		make = dump_routes;
		break;
	case NET_RT_FLAGS:
		d.d_arg = name[2];
		make = dump_flags;
		break;
	case NET_RT_IFLIST:
		d.d_arg = name[2];
		make = dump_ifs;
		break;
	default:
		return EINVAL;
	}
	sysctl_unlock();
	error = dump_out(l, &d, make, oldp, oldlenp);
	sysctl_relock();
	return error;
}

SYSCTL_SETUP(sysctl_net_route_setup, "sysctl net.route")
{

	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "net", "Networking", NULL, 0, NULL, 0, CTL_NET,
	    CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "route", "Routes and interfaces", NULL, 0, NULL, 0,
	    CTL_NET, PF_ROUTE, CTL_EOL);
	(void)sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "rtable", "Dumps", sysctl_rtable, 0, NULL, 0,
	    CTL_NET, PF_ROUTE, 0, CTL_EOL);
}
