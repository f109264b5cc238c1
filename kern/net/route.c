/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes: finding, adding and deleting them.
 *
 * A request is checked and its route made without a lock; the table's lock is
 * held only to put it in or take it out, never while a function of an
 * address, ifa_rtrequest, is called.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "route_private.h"

struct rtstat rtstat;		/* not exact */

void
rt_init(void)
{

	rtbl_init();
	rt_entry_init();
	rt_timer_init();
}

struct rtentry *
rtalloc1(const struct sockaddr *dst, int report)
{
	struct rt_addrinfo info;
	struct rtentry *rt = NULL;
	rtbl_t *t = rt_gettable(dst->sa_family);

	if (t != NULL) {
		RT_RLOCK();
		if ((rt = rt_matchaddr(t, dst)) != NULL)
			rt_ref(rt);
		RT_UNLOCK();
	}
	if (rt != NULL)
		return rt;
	atomic_inc_64(&rtstat.rts_unreach);
	if (report) {
		memset(&info, 0, sizeof(info));
		info.rti_info[RTAX_DST] = dst;
		rt_missmsg(RTM_MISS, &info, 0, 0);
	}
	return NULL;
}

/*
 * The interface and address a request names, or those that lead there.
 */
struct ifaddr *
rt_getifa(struct rt_addrinfo *info, struct psref *psref)
{
	const struct sockaddr *dst = info->rti_info[RTAX_DST];
	const struct sockaddr *gate = info->rti_info[RTAX_GATEWAY];
	const struct sockaddr *ifpaddr = info->rti_info[RTAX_IFP];
	const struct sockaddr *ifaaddr = info->rti_info[RTAX_IFA];
	struct psref psref2;
	struct ifaddr *ifa, *ifpa = NULL;

	if (ifaaddr != NULL)
		return ifa_ifwithaddr_psref(ifaaddr, psref);
	if (info->rti_ifp == NULL && ifpaddr != NULL &&
	    ifpaddr->sa_family == AF_LINK) {
		ifpa = ifa_ifwithladdr_psref(ifpaddr, &psref2);
		if (ifpa == NULL)
			return NULL;
		info->rti_ifp = ifpa->ifa_ifp;
	}
	if (info->rti_ifp != NULL)
		ifa = ifaof_ifpforaddr_psref(gate != NULL &&
		    gate->sa_family == dst->sa_family ? gate : dst,
		    info->rti_ifp, psref);
	else if (gate != NULL)
		ifa = ifa_ifwithroute_psref(info->rti_flags, dst, gate, psref);
	else
		ifa = NULL;
	if (ifpa != NULL)
		ifa_release(ifpa, &psref2);
	return ifa;
}

void
rt_call_rtrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
	struct ifaddr *ifa = rt->rt_ifa;

	if (ifa != NULL && ifa->ifa_rtrequest != NULL)
		(*ifa->ifa_rtrequest)(cmd, rt, info);
}

static const struct sockaddr *
request_mask(const struct rt_addrinfo *info)
{

	return (info->rti_flags & RTF_HOST) != 0 ? NULL :
	    info->rti_info[RTAX_NETMASK];
}

/* What becomes of the route once it is done with the table. */
static void
give(struct rtentry *rt, struct rtentry **ret)
{

	if (ret != NULL)
		*ret = rt;
	else
		rt_unref(rt);
}

static int
request_delete(rtbl_t *t, struct rt_addrinfo *info, struct rtentry **ret)
{
	const struct sockaddr *mask = request_mask(info);
	struct rtentry *rt, *key;

	/* As it was added: without the bits behind the mask. */
	if ((key = rt_alloc(info->rti_info[RTAX_DST], mask)) == NULL)
		return ENOBUFS;
	RT_WLOCK();
	rt = rt_deladdr(t, rt_getkey(key), mask);
	if (rt != NULL) {
		/* Who has it in a cache reads them meanwhile. */
		atomic_store_relaxed(&rt->rt_flags, rt->rt_flags & ~RTF_UP);
		rt_ref(rt);
	}
	RT_UNLOCK();
	rt_destroy(key);
	if (rt == NULL)
		return ESRCH;
	rtcache_invalidate();
	rt_call_rtrequest(RTM_DELETE, rt, info);
	rt_timer_remove_all(rt);
	/* Who gets it calls rt_unref() and rt_free(). */
	if (ret != NULL) {
		*ret = rt;
	} else {
		rt_unref(rt);
		rt_free(rt);
	}
	return 0;
}

static int
route_make(const struct rt_addrinfo *info, struct ifaddr *ifa,
    struct rtentry **rtp)
{
	const struct sockaddr *gate = info->rti_info[RTAX_GATEWAY];
	const struct sockaddr *tag = info->rti_info[RTAX_TAG];
	struct rtentry *rt;
	int error = 0;

	rt = rt_alloc(info->rti_info[RTAX_DST], request_mask(info));
	if (rt == NULL)
		return ENOBUFS;
	if (gate != NULL)
		error = rt_setgate(rt, gate);
	if (error == 0 && tag != NULL &&
	    (rt->rt_tag = sockaddr_dup(tag, M_NOWAIT)) == NULL)
		error = ENOMEM;
	if (error != 0) {
		rt_destroy(rt);
		return ENOBUFS;
	}
	rt_set_ifa(rt, ifa);
	if (info->rti_ifp != NULL)
		rt->rt_ifp = info->rti_ifp;
	*rtp = rt;
	return 0;
}

static int
request_add(rtbl_t *t, struct rt_addrinfo *info, struct rtentry **ret)
{
	const int flags = info->rti_flags;
	struct ifaddr *ifa = info->rti_ifa;
	struct rtentry *rt;
	struct psref psref;
	int error;

	if ((flags & RTF_GATEWAY) != 0 &&
	    info->rti_info[RTAX_GATEWAY] == NULL)
		return EINVAL;
	if ((flags & RTF_HOST) == 0 && info->rti_info[RTAX_NETMASK] == NULL)
		return EINVAL;
	if (ifa == NULL && (ifa = rt_getifa(info, &psref)) == NULL)
		return ENETUNREACH;
	if ((error = route_make(info, ifa, &rt)) != 0)
		goto out;
	RT_WLOCK();
	rt->rt_flags = RTF_UP | (flags & ~RTF_DONTCHANGEIFA);
	if ((error = rt_addaddr(t, rt)) == 0)
		rt_ref(rt);
	else
		rt->rt_flags = 0;
	RT_UNLOCK();
	if (error != 0) {
		rt_destroy(rt);
		goto out;
	}
	rtcache_invalidate();
	rt_call_rtrequest(RTM_ADD, rt, info);
	give(rt, ret);
out:
	if (info->rti_ifa == NULL)
		ifa_release(ifa, &psref);
	return error;
}

/* Without a mask it is the best one. */
static int
request_get(rtbl_t *t, struct rt_addrinfo *info, struct rtentry **ret)
{
	const struct sockaddr *mask = info->rti_info[RTAX_NETMASK];
	struct rtentry *rt, *key;

	if ((key = rt_alloc(info->rti_info[RTAX_DST], mask)) == NULL)
		return ENOBUFS;
	RT_RLOCK();
	rt = mask == NULL ? rt_matchaddr(t, rt_getkey(key)) :
	    rt_lookup(t, rt_getkey(key), mask);
	if (rt != NULL)
		rt_ref(rt);
	RT_UNLOCK();
	rt_destroy(key);
	if (rt == NULL)
		return ESRCH;
	give(rt, ret);
	return 0;
}

/*
 * RTM_ADD, RTM_DELETE, RTM_GET.  With a place for it the route comes with a
 * reference; one that was deleted is the caller's to rt_free(), too.
 */
int
rtrequest1(int req, struct rt_addrinfo *info, struct rtentry **ret)
{
	const struct sockaddr *dst = info->rti_info[RTAX_DST];
	rtbl_t *t;
	int error, bound;

	if (dst == NULL)
		return EINVAL;
	if ((t = rt_gettable(dst->sa_family)) == NULL)
		return req == RTM_ADD ? EAFNOSUPPORT : ESRCH;
	bound = curlwp_bind();
	switch (req) {
	case RTM_ADD:
		error = request_add(t, info, ret);
		break;
	case RTM_DELETE:
		error = request_delete(t, info, ret);
		break;
	case RTM_GET:
		error = request_get(t, info, ret);
		break;
	default:
		error = EOPNOTSUPP;
		break;
	}
	curlwp_bindx(bound);
	return error;
}

int
rtrequest(int req, const struct sockaddr *dst, const struct sockaddr *gateway,
    const struct sockaddr *netmask, int flags, struct rtentry **ret)
{
	struct rt_addrinfo info;

	memset(&info, 0, sizeof(info));
	info.rti_flags = flags;
	info.rti_info[RTAX_DST] = dst;
	info.rti_info[RTAX_GATEWAY] = gateway;
	info.rti_info[RTAX_NETMASK] = netmask;
	return rtrequest1(req, &info, ret);
}

/*
 * Many at once.
 */
static int
delete_entry(struct rtentry *rt, bool notify)
{
	struct rt_addrinfo info;
	struct rtentry *gone;
	int error;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = rt_getkey(rt);
	info.rti_info[RTAX_NETMASK] = rt_mask(rt);
	info.rti_info[RTAX_GATEWAY] = rt->rt_gateway;
	info.rti_flags = rt->rt_flags;
	if (rt_mask(rt) == NULL)
		info.rti_flags |= RTF_HOST;
	if ((error = rtrequest1(RTM_DELETE, &info, &gone)) != 0)
		return error;
	if (notify)
		rt_newmsg(RTM_DELETE, gone);
	rt_unref(gone);
	rt_free(gone);
	return 0;
}

/* AF_UNSPEC: of all families. */
void
rt_delete_matched_entries(sa_family_t family,
    int (*match)(struct rtentry *, void *), void *arg, bool notify)
{
	struct rtentry *rt;
	int af = family == AF_UNSPEC ? 1 : family;
	const int last = family == AF_UNSPEC ? AF_MAX : family;
	int error;

	for (; af <= last; af++) {
		while ((rt = rt_search(af, match, arg)) != NULL) {
			error = delete_entry(rt, notify);
			rt_unref(rt);
			/* Somebody else did, or there is no memory now. */
			if (error == ENOBUFS)
				(void)kpause("rtdel", false, 1, NULL);
		}
	}
}

struct replace {
	int		(*r_match)(struct rtentry *, void *);
	void		*r_arg;
	struct ifaddr	*r_ifa;
};

static int
replace_match(struct rtentry *rt, void *arg)
{
	const struct replace *r = arg;

	return rt->rt_ifa != r->r_ifa && (*r->r_match)(rt, r->r_arg);
}

void
rt_replace_ifa_matched_entries(sa_family_t af,
    int (*match)(struct rtentry *, void *), void *arg, struct ifaddr *ifa)
{
	struct replace r = { .r_match = match, .r_arg = arg, .r_ifa = ifa };
	struct rtentry *rt;

	while ((rt = rt_search(af, replace_match, &r)) != NULL) {
		rt_replace_ifa(rt, ifa);
		rt_unref(rt);
	}
}
