/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of programs to the routing socket: RTM_ADD, RTM_DELETE, RTM_GET,
 * RTM_CHANGE and RTM_LOCK, of routes and of neighbours.  A message is checked
 * in whole and copied first, then carried out, then answered: with the
 * message itself, RTF_DONE or an errno in it, or with the route that was asked
 * for.
 */

#include <sys/param.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "route_private.h"
#include "rtsock_private.h"

/* What a program may say of a route. */
#define	REQUEST_FLAGS	(RTF_UP | RTF_GATEWAY | RTF_HOST | RTF_REJECT |	\
	RTF_STATIC | RTF_BLACKHOLE | RTF_PROTO1 | RTF_PROTO2 |		\
	RTF_DYNAMIC | RTF_MODIFIED | RTF_CONNECTED)

struct request {
	struct rt_msghdr rq_hdr;
	struct rt_addrinfo rq_info;
	struct sockaddr_storage rq_sa[RTAX_MAX];
};

/* Is it as long as its family's are? */
static int
check_addr(const struct sockaddr *sa)
{
	const struct sockaddr_dl *sdl = (const void *)sa;
	const size_t head = offsetof(struct sockaddr_dl, sdl_data);
	const socklen_t size = sockaddr_getsize_by_family(sa->sa_family);

	if (sa->sa_family == AF_LINK)
		return sa->sa_len < head || (size_t)sdl->sdl_nlen +
		    sdl->sdl_alen + sdl->sdl_slen > sa->sa_len - head ?
		    EINVAL : 0;
	if (size == 0)
		return EAFNOSUPPORT;
	return sa->sa_len != size ? EINVAL : 0;
}

/* Masks may be short, without family, or of no bytes at all. */
static void
complete_mask(struct request *rq)
{
	const struct sockaddr *dst = rq->rq_info.rti_info[RTAX_DST];
	struct sockaddr_storage *mask = &rq->rq_sa[RTAX_NETMASK];

	if (rq->rq_info.rti_info[RTAX_NETMASK] == NULL)
		return;
	mask->ss_len = dst->sa_len;
	mask->ss_family = dst->sa_family;
}

/* One address at an offset; its bytes, without what pads it. */
static int
parse_addr(struct mbuf *m, int off, int i, struct request *rq)
{
	struct sockaddr *sa = (struct sockaddr *)&rq->rq_sa[i];
	const int left = m->m_pkthdr.len - off;
	uint8_t len;

	if (left < 2)
		return EINVAL;
	m_copydata(m, off, 1, &len);
	if (len > left || len > sizeof(rq->rq_sa[i]))
		return EINVAL;
	m_copydata(m, off, len, sa);
	rq->rq_info.rti_info[i] = sa;
	return i == RTAX_NETMASK || i == RTAX_GENMASK ? 0 : check_addr(sa);
}

static int
parse(struct mbuf *m, struct request *rq)
{
	struct rt_msghdr *rtm = &rq->rq_hdr;
	int off = sizeof(*rtm), i, error;

	if (rtm->rtm_addrs < 0 || rtm->rtm_addrs >= 1 << RTAX_MAX)
		return EINVAL;
	for (i = 0; i < RTAX_MAX; i++) {
		if ((rtm->rtm_addrs & 1 << i) == 0)
			continue;
		if ((error = parse_addr(m, off, i, rq)) != 0)
			return error;
		off += RT_ROUNDUP(rq->rq_info.rti_info[i]->sa_len);
		off = MIN(off, m->m_pkthdr.len);
	}
	if (rq->rq_info.rti_info[RTAX_DST] == NULL)
		return EINVAL;
	complete_mask(rq);
	switch (rtm->rtm_type) {
	case RTM_ADD: case RTM_DELETE: case RTM_GET: case RTM_CHANGE:
	case RTM_LOCK:
		break;
	default:
		return EOPNOTSUPP;
	}
	if (rtm->rtm_type == RTM_ADD &&
	    rq->rq_info.rti_info[RTAX_GATEWAY] == NULL)
		return EINVAL;
	rq->rq_info.rti_addrs = rtm->rtm_addrs;
	rq->rq_info.rti_flags = rtm->rtm_flags & REQUEST_FLAGS;
	return 0;
}

/* The route a request names, exactly: with a reference. */
static int
find_named(struct request *rq, struct rtentry **rtp)
{
	const struct sockaddr *dst = rq->rq_info.rti_info[RTAX_DST];
	int error;

	if ((error = rtrequest1(RTM_GET, &rq->rq_info, rtp)) != 0)
		return error;
	if (sockaddr_cmp(dst, rt_getkey(*rtp)) == 0 ||
	    rq->rq_info.rti_info[RTAX_NETMASK] != NULL)
		return 0;
	rt_unref(*rtp);
	*rtp = NULL;
	return ESRCH;
}

/* The route, if there is one, comes with a reference. */
static int
carry_out(struct request *rq, struct rtentry **rtp)
{
	struct rt_msghdr *rtm = &rq->rq_hdr;
	int error;

	if (rt_neighbour_p(rtm, &rq->rq_info))
		return rt_neighbour(rtm, &rq->rq_info);
	if (rtm->rtm_type == RTM_CHANGE || rtm->rtm_type == RTM_LOCK) {
		if ((error = find_named(rq, rtp)) != 0)
			return error;
		if (rtm->rtm_type == RTM_CHANGE)
			return rt_change(*rtp, &rq->rq_info, rtm);
		rt_setlocks(*rtp, rtm);
		return 0;
	}
	error = rtrequest1(rtm->rtm_type, &rq->rq_info, rtp);
	if (error == 0 && rtm->rtm_type == RTM_ADD && rtm->rtm_inits != 0)
		rt_setmetrics(*rtp, rtm);
	return error;
}

/* Without memory there is none. */
static struct mbuf *
answer_route(struct request *rq, struct rtentry *rt)
{
	struct rt_msghdr *rtm = &rq->rq_hdr;
	struct rt_addrinfo info;

	rt_info_of(rt, &info);
	if ((rtm->rtm_addrs & (RTA_IFP | RTA_IFA)) == 0)
		info.rti_info[RTAX_IFP] = info.rti_info[RTAX_IFA] =
		    info.rti_info[RTAX_BRD] = NULL;
	rtm->rtm_flags = rt->rt_flags | RTF_DONE;
	rtm->rtm_index = if_get_index(rt->rt_ifp);
	rtm->rtm_use = (int)rt->rt_use;
	rtm->rtm_rmx = rt->rt_rmx;
	(void)rt_addrs_len(&info, &rtm->rtm_addrs);
	return rt_msg_make(rtm, sizeof(*rtm), RTM_GET, &info);
}

static struct mbuf *
answer_request(struct request *rq, int error)
{
	struct rt_msghdr *rtm = &rq->rq_hdr;

	rtm->rtm_errno = error;
	if (error == 0)
		rtm->rtm_flags |= RTF_DONE;
	return rt_msg_make(rtm, sizeof(*rtm), rtm->rtm_type, &rq->rq_info);
}

static int
request(struct request *rq, struct mbuf *m, struct lwp *l,
    struct mbuf **answerp)
{
	struct rt_msghdr *rtm = &rq->rq_hdr;
	struct rtentry *rt = NULL;
	int error;

	m_copydata(m, 0, sizeof(*rtm), rtm);
	if (rtm->rtm_msglen != m->m_pkthdr.len)
		return EINVAL;
	if (rtm->rtm_version != RTM_VERSION)
		return EPROTONOSUPPORT;
	if ((error = parse(m, rq)) != 0)
		return error;
	if (rtm->rtm_type != RTM_GET && kauth_authorize_network(l->l_cred,
	    KAUTH_NETWORK_ROUTE, 0, rtm, NULL, NULL) != 0)
		return EACCES;
	rtm->rtm_pid = l->l_proc->p_pid;
	error = carry_out(rq, &rt);
	if (error == 0 && rtm->rtm_type == RTM_GET)
		*answerp = answer_route(rq, rt);
	else
		*answerp = answer_request(rq, error);
	if (rt != NULL)
		rt_unref(rt);
	if (rt != NULL && rtm->rtm_type == RTM_DELETE)
		rt_free(rt);
	return error;
}

int
route_request(struct mbuf *m, struct lwp *l, struct mbuf **answerp,
    int *familyp)
{
	struct request *rq;
	int error;

	if (m->m_pkthdr.len < (int)sizeof(rq->rq_hdr))
		return EINVAL;
	if ((rq = kmem_intr_zalloc(sizeof(*rq), KM_NOSLEEP)) == NULL)
		return ENOBUFS;
	error = request(rq, m, l, answerp);
	*familyp = rq->rq_sa[RTAX_DST].ss_family;
	kmem_intr_free(rq, sizeof(*rq));
	return error;
}
