/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of the routing socket: what happened to routes, interfaces and
 * addresses, made when there is somebody to hear them.
 *
 * A message is a header and, each rounded up, the addresses that rtm_addrs
 * says; a header of interfaces begins with the same three fields.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "rtsock_private.h"

/* The fields that all headers begin with. */
struct msg_head {
	u_short		mh_msglen;
	u_char		mh_version;
	u_char		mh_type;
};

/* Who passes messages on to sockets, with the family they are about. */
static rt_listener_t *listener;

void
rt_set_listener(rt_listener_t *func)
{

	atomic_store_release(&listener, func);
}

/* Of each family that has such flags. */
static net_addrflags_t *addrflags[UINT8_MAX + 1];

void
net_addrflags_register(int family, net_addrflags_t *func)
{

	KASSERT(family >= 0 && family < AF_MAX);
	atomic_store_release(&addrflags[family], func);
}

static bool
nobody_listens(void)
{

	return atomic_load_relaxed(&listener) == NULL;
}

/* Bytes of the addresses, and which there are. */
size_t
rt_addrs_len(const struct rt_addrinfo *info, int *addrsp)
{
	const struct sockaddr *sa;
	size_t len = 0;
	int i;

	*addrsp = 0;
	for (i = 0; i < RTAX_MAX; i++) {
		if ((sa = info->rti_info[i]) == NULL)
			continue;
		*addrsp |= 1 << i;
		len += RT_ROUNDUP(sa->sa_len);
	}
	return len;
}

/* They must fit. */
void
rt_addrs_copy(char *dst, const struct rt_addrinfo *info)
{
	const struct sockaddr *sa;
	int i;

	for (i = 0; i < RTAX_MAX; i++) {
		if ((sa = info->rti_info[i]) == NULL)
			continue;
		memset(dst, 0, RT_ROUNDUP(sa->sa_len));
		memcpy(dst, sa, sa->sa_len);
		dst += RT_ROUNDUP(sa->sa_len);
	}
}

struct mbuf *
rt_msg_make(void *hdr, size_t hdrlen, int type,
    const struct rt_addrinfo *info)
{
	struct msg_head *mh = hdr;
	const size_t len = hdrlen + rt_addrs_len(info, &(int){ 0 });
	struct mbuf *m;

	if (len > MCLBYTES || (m = m_gethdr(M_DONTWAIT, MT_DATA)) == NULL)
		return NULL;
	if (len > MHLEN) {
		MCLGET(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
			m_freem(m);
			return NULL;
		}
	}
	mh->mh_msglen = len;
	mh->mh_version = RTM_VERSION;
	mh->mh_type = type;
	memcpy(mtod(m, char *), hdr, hdrlen);
	rt_addrs_copy(mtod(m, char *) + hdrlen, info);
	m->m_len = m->m_pkthdr.len = len;
	return m;
}

/* Header and addresses go to the listener.  Without memory nobody hears. */
static void
tell(void *hdr, size_t hdrlen, int type, const struct rt_addrinfo *info,
    int family)
{
	rt_listener_t *func = atomic_load_consume(&listener);
	struct mbuf *m;

	if (func != NULL &&
	    (m = rt_msg_make(hdr, hdrlen, type, info)) != NULL)
		(*func)(m, family);
}

static int
family_of(const struct rt_addrinfo *info)
{
	const struct sockaddr *sa = info->rti_info[RTAX_DST];

	return sa == NULL ? 0 : sa->sa_family;
}

void
rt_missmsg(int type, const struct rt_addrinfo *info, int flags, int error)
{
	struct rt_msghdr rtm;

	if (nobody_listens())
		return;
	memset(&rtm, 0, sizeof(rtm));
	rtm.rtm_flags = RTF_DONE | flags;
	rtm.rtm_errno = error;
	(void)rt_addrs_len(info, &rtm.rtm_addrs);
	tell(&rtm, sizeof(rtm), type, info, family_of(info));
}

void
rt_info_of(const struct rtentry *rt, struct rt_addrinfo *info)
{
	const struct ifaddr *ifa = rt->rt_ifa;

	memset(info, 0, sizeof(*info));
	info->rti_info[RTAX_DST] = rt_getkey(rt);
	info->rti_info[RTAX_GATEWAY] = rt->rt_gateway;
	info->rti_info[RTAX_NETMASK] = rt_mask(rt);
	info->rti_info[RTAX_TAG] = rt->rt_tag;
	if (rt->rt_ifp != NULL && rt->rt_ifp->if_dl != NULL)
		info->rti_info[RTAX_IFP] = rt->rt_ifp->if_dl->ifa_addr;
	if (ifa == NULL)
		return;
	info->rti_info[RTAX_IFA] = ifa->ifa_addr;
	if (rt->rt_ifp != NULL && (rt->rt_ifp->if_flags & IFF_POINTOPOINT))
		info->rti_info[RTAX_BRD] = ifa->ifa_dstaddr;
}

static void
route_msg(int type, const struct rtentry *rt, int flags)
{
	struct rt_addrinfo info;
	struct rt_msghdr rtm;

	if (nobody_listens())
		return;
	rt_info_of(rt, &info);
	memset(&rtm, 0, sizeof(rtm));
	rtm.rtm_flags = rt->rt_flags | flags;
	rtm.rtm_index = if_get_index(rt->rt_ifp);
	rtm.rtm_rmx = rt->rt_rmx;
	(void)rt_addrs_len(&info, &rtm.rtm_addrs);
	tell(&rtm, sizeof(rtm), type, &info, rt_getkey(rt)->sa_family);
}

void
rt_newmsg(const int type, const struct rtentry *rt)
{

	route_msg(type, rt, RTF_DONE);
}

void
rt_newmsg_dynamic(const int type, const struct rtentry *rt)
{

	route_msg(type, rt, RTF_DONE | RTF_DYNAMIC);
}

void
rt_ifmsg(struct ifnet *ifp)
{
	static const struct rt_addrinfo none;
	struct if_msghdr ifm;

	if (nobody_listens())
		return;
	memset(&ifm, 0, sizeof(ifm));
	ifm.ifm_index = ifp->if_index;
	ifm.ifm_flags = ifp->if_flags;
	if_export_if_data(ifp, &ifm.ifm_data, false);
	tell(&ifm, sizeof(ifm), RTM_IFINFO, &none, 0);
}

void
rt_ifannouncemsg(struct ifnet *ifp, int what)
{
	static const struct rt_addrinfo none;
	struct if_announcemsghdr ifan;

	if (nobody_listens())
		return;
	memset(&ifan, 0, sizeof(ifan));
	ifan.ifan_index = ifp->if_index;
	strlcpy(ifan.ifan_name, ifp->if_xname, sizeof(ifan.ifan_name));
	ifan.ifan_what = what;
	tell(&ifan, sizeof(ifan), RTM_IFANNOUNCE, &none, 0);
}

int
rt_addrflags(const struct ifaddr *ifa)
{
	net_addrflags_t *func =
	    atomic_load_acquire(&addrflags[ifa->ifa_addr->sa_family]);

	return func != NULL ? (*func)(ifa) : 0;
}

static void
addr_msg(int type, const struct ifaddr *ifa, const struct sockaddr *src)
{
	struct rt_addrinfo info;
	struct ifa_msghdr ifam;

	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_IFA] = ifa->ifa_addr;
	if (ifa->ifa_ifp->if_dl != NULL)
		info.rti_info[RTAX_IFP] = ifa->ifa_ifp->if_dl->ifa_addr;
	info.rti_info[RTAX_NETMASK] = ifa->ifa_netmask;
	info.rti_info[RTAX_BRD] = ifa->ifa_dstaddr;
	info.rti_info[RTAX_AUTHOR] = src;
	memset(&ifam, 0, sizeof(ifam));
	ifam.ifam_index = ifa->ifa_ifp->if_index;
	ifam.ifam_metric = ifa->ifa_metric;
	ifam.ifam_flags = ifa->ifa_flags;
	ifam.ifam_addrflags = rt_addrflags(ifa);
	(void)rt_addrs_len(&info, &ifam.ifam_addrs);
	tell(&ifam, sizeof(ifam), type, &info, ifa->ifa_addr->sa_family);
}

/* An address and the route that came or went with it: the address first when
 * they come, last when they go. */
void
rt_addrmsg_rt(int cmd, struct ifaddr *ifa, int error, struct rtentry *rt)
{

	if (nobody_listens() || error != 0)
		return;
	if (cmd == RTM_ADD)
		addr_msg(RTM_NEWADDR, ifa, NULL);
	if (rt != NULL)
		rt_newmsg(cmd, rt);
	if (cmd == RTM_DELETE)
		addr_msg(RTM_DELADDR, ifa, NULL);
}

void
rt_addrmsg(int type, struct ifaddr *ifa)
{

	rt_addrmsg_src(type, ifa, NULL);
}

void
rt_addrmsg_src(int type, struct ifaddr *ifa, const struct sockaddr *src)
{

	if (!nobody_listens())
		addr_msg(type, ifa, src);
}

/* An entry of ARP or ND: a neighbour and its link address. */
void
rt_clonedmsg(int type, const struct sockaddr *src, const struct sockaddr *dst,
    const uint8_t *lladdr, const struct ifnet *ifp)
{
	struct rt_addrinfo info;
	struct rt_msghdr rtm;
	struct sockaddr_dl sdl;

	if (nobody_listens())
		return;
	memset(&info, 0, sizeof(info));
	info.rti_info[RTAX_DST] = dst;
	info.rti_info[RTAX_AUTHOR] = src;
	if (sockaddr_dl_init(&sdl, sizeof(sdl), ifp->if_index, ifp->if_type,
	    NULL, 0, lladdr, ifp->if_addrlen) != NULL)
		info.rti_info[RTAX_GATEWAY] = (const struct sockaddr *)&sdl;
	memset(&rtm, 0, sizeof(rtm));
	rtm.rtm_flags = RTF_DONE | RTF_UP | RTF_HOST | RTF_LLDATA;
	rtm.rtm_index = ifp->if_index;
	(void)rt_addrs_len(&info, &rtm.rtm_addrs);
	tell(&rtm, sizeof(rtm), type, &info, dst->sa_family);
}
