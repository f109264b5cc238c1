/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link address of an interface: an address of family AF_LINK among the
 * others, made by
 * if_alloc_sadl() when type and length of it are set, or by if_set_sadl().
 */

#include <sys/param.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "if_private.h"

/* Address and mask lie behind the struct ifaddr, which frees them. */
struct link_ifaddr {
	struct ifaddr	li_ifa;
	struct sockaddr_dl li_addr;
	char		li_room[UINT8_MAX - sizeof(struct sockaddr_dl)];
	struct sockaddr_dl li_mask;
};

/* The caller owns the one reference it has. */
struct ifaddr *
if_dl_create(const struct ifnet *ifp, const struct sockaddr_dl **sdlp)
{
	const socklen_t room = offsetof(struct link_ifaddr, li_mask) -
	    offsetof(struct link_ifaddr, li_addr);
	const uint8_t namelen = strlen(ifp->if_xname);
	struct link_ifaddr *li;

	li = malloc(sizeof(*li), M_IFADDR, M_WAITOK | M_ZERO);
	if (sockaddr_dl_init(&li->li_addr, room, ifp->if_index, ifp->if_type,
	    ifp->if_xname, namelen, NULL, ifp->if_addrlen) == NULL)
		panic("%s: address of %u bytes", __func__, ifp->if_addrlen);
	/* The mask is of the name. */
	li->li_mask.sdl_len = sockaddr_dl_measure(namelen, 0);
	memset(li->li_mask.sdl_data, 0xff, namelen);
	li->li_ifa.ifa_ifp = __UNCONST(ifp);
	li->li_ifa.ifa_rtrequest = link_rtrequest;
	li->li_ifa.ifa_addr = (struct sockaddr *)&li->li_addr;
	li->li_ifa.ifa_netmask = (struct sockaddr *)&li->li_mask;
	ifa_psref_init(&li->li_ifa);
	ifaref(&li->li_ifa);
	*sdlp = &li->li_addr;
	return &li->li_ifa;
}

/* The interface uses this one from now on; if_dl keeps a reference. */
void
if_activate_sadl(struct ifnet *ifp, struct ifaddr *ifa,
    const struct sockaddr_dl *sdl)
{
	struct ifaddr *old = ifp->if_dl;

	KASSERT(ifa->ifa_addr == (const struct sockaddr *)sdl);
	ifaref(ifa);
	atomic_store_release(&ifp->if_dl, ifa);
	atomic_store_release(&ifp->if_sadl, sdl);
	if (old != NULL)
		ifafree(old);
	rt_addrmsg(RTM_CHGADDR, ifa);
	if_link_hooks(ifp);
}

void
if_alloc_sadl(struct ifnet *ifp)
{
	const struct sockaddr_dl *sdl;
	struct ifaddr *ifa;

	if (ifp->if_sadl != NULL)
		if_free_sadl(ifp, 0);
	ifa = if_dl_create(ifp, &sdl);
	ifa_insert(ifp, ifa);
	ifaref(ifa);
	ifp->if_dl = ifa;
	ifp->if_sadl = sdl;
	ifafree(ifa);
}

/* Before others know the interface: the address is written in place. */
void
if_set_sadl(struct ifnet *ifp, const void *lla, u_char addrlen, bool factory)
{

	ifp->if_addrlen = addrlen;
	if_alloc_sadl(ifp);
	if (sockaddr_dl_setaddr(__UNCONST(ifp->if_sadl), UINT8_MAX, lla,
	    addrlen) == NULL)
		panic("%s: address of %u bytes", __func__, addrlen);
	if (factory && ifp->if_hwdl == NULL) {
		ifp->if_hwdl = ifp->if_dl;
		ifaref(ifp->if_hwdl);
	}
}

/*
 * One that it had before may still be read by somebody: all stay on the list,
 * and are used again.
 */
void
net_set_lladdr(struct ifnet *ifp, const uint8_t *lla)
{
	const struct sockaddr_dl *sdl;
	struct ifaddr *ifa;

	KASSERT(IFNET_LOCKED(ifp));
	if (memcmp(CLLADDR(ifp->if_sadl), lla, ETHER_ADDR_LEN) == 0)
		return;
	IFADDR_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_LINK && memcmp(
		    CLLADDR(satocsdl(ifa->ifa_addr)), lla, ETHER_ADDR_LEN) ==
		    0) {
			if_activate_sadl(ifp, ifa, satocsdl(ifa->ifa_addr));
			return;
		}
	}
	ifa = if_dl_create(ifp, &sdl);
	(void)sockaddr_dl_setaddr(__UNCONST(sdl), UINT8_MAX, lla,
	    ETHER_ADDR_LEN);
	ifa_insert(ifp, ifa);
	if_activate_sadl(ifp, ifa, sdl);
	ifafree(ifa);
}

void
if_free_sadl(struct ifnet *ifp, int factory)
{
	struct ifaddr *ifa, *next;

	if (factory && ifp->if_hwdl != NULL) {
		ifafree(ifp->if_hwdl);
		ifp->if_hwdl = NULL;
	}
	if ((ifa = ifp->if_dl) == NULL)
		return;
	ifp->if_dl = NULL;
	ifp->if_sadl = NULL;
	ifafree(ifa);
	/* That in use, and others it had before. */
	IFADDR_FOREACH_SAFE(ifa, ifp, next) {
		if (ifa->ifa_addr->sa_family != AF_LINK ||
		    (!factory && ifa == ifp->if_hwdl))
			continue;
		rtinit(ifa, RTM_DELETE, 0);
		ifa_remove(ifp, ifa);
	}
}

/*
 * A route by the interface itself gets an address of the destination's family
 * if the interface has one.
 */
void
link_rtrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
	struct ifaddr *ifa;
	struct psref psref;
	int bound;

	if (cmd != RTM_ADD || rt->rt_ifa == NULL || rt->rt_ifp == NULL)
		return;
	bound = curlwp_bind();
	ifa = ifaof_ifpforaddr_psref(rt_getkey(rt), rt->rt_ifp, &psref);
	if (ifa != NULL) {
		rt_replace_ifa(rt, ifa);
		if (ifa->ifa_rtrequest != NULL &&
		    ifa->ifa_rtrequest != link_rtrequest)
			(*ifa->ifa_rtrequest)(cmd, rt, info);
		ifa_release(ifa, &psref);
	}
	curlwp_bindx(bound);
}

/* To our own address on such an interface is by the loopback interface. */
void
p2p_rtrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
	struct ifaddr *ifa = rt->rt_ifa;

	if (cmd != RTM_ADD || lo0ifp == NULL || ifa == NULL)
		return;
	if ((rt->rt_flags & RTF_LOCAL) != 0 &&
	    sockaddr_cmp(rt_getkey(rt), ifa->ifa_addr) == 0)
		rt->rt_ifp = lo0ifp;
}
