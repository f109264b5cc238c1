/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) about addresses of interfaces.  IFNET_LOCK is held.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_llatbl.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

#include <rump-sys/net.h>

#include "in_private.h"

static bool
changes(u_long cmd)
{

	switch (cmd) {
	case SIOCSIFADDR:
	case SIOCAIFADDR:
	case SIOCDIFADDR:
	case SIOCSIFDSTADDR:
	case SIOCSIFNETMASK:
	case SIOCSIFBRDADDR:
		return true;
	default:
		return false;
	}
}

/* The address of the interface a request names, or else its first one. */
static struct in_ifaddr *
find(struct ifnet *ifp, const struct sockaddr *sa, bool first)
{
	const struct sockaddr_in *sin = satocsin(sa);
	struct in_ifaddr *ia = NULL;
	int s = pserialize_read_enter();

	if (sa->sa_family == AF_INET)
		ia = in_get_ia_on_iface(sin->sin_addr, ifp);
	if (ia == NULL && first)
		ia = in_get_ia_from_ifp(ifp);
	pserialize_read_exit(s);
	/* IFNET_LOCK keeps it. */
	return ia;
}

static int
get(u_long cmd, struct ifreq *ifr, struct ifnet *ifp)
{
	struct in_ifaddr *ia = find(ifp, &ifr->ifr_addr, true);

	if (ia == NULL)
		return EADDRNOTAVAIL;
	switch (cmd) {
	case SIOCGIFADDR:
		return ifreq_setaddr(cmd, ifr, sintosa(&ia->ia_addr));
	case SIOCGIFNETMASK:
		return ifreq_setaddr(cmd, ifr, sintosa(&ia->ia_sockmask));
	case SIOCGIFDSTADDR:
		if (net_ifflags(ifp, IFF_POINTOPOINT) == 0)
			return EINVAL;
		break;
	case SIOCGIFBRDADDR:
		if (net_ifflags(ifp, IFF_BROADCAST) == 0)
			return EINVAL;
		break;
	case SIOCGIFAFLAG_IN:
		ifr->ifr_addrflags = ia4_flags_of(ia);
		return 0;
	}
	if (ia->ia_dstaddr.sin_len == 0)
		return EADDRNOTAVAIL;
	return ifreq_setaddr(cmd, ifr, sintosa(&ia->ia_dstaddr));
}

static int
get_alias(struct in_aliasreq *ifra, struct ifnet *ifp)
{
	struct in_ifaddr *ia = find(ifp, sintosa(&ifra->ifra_addr), true);

	if (ia == NULL)
		return EADDRNOTAVAIL;
	ifra->ifra_addr = ia->ia_addr;
	ifra->ifra_mask = ia->ia_sockmask;
	ifra->ifra_dstaddr = ia->ia_dstaddr;
	return 0;
}

static int
get_neighbour(struct in_nbrinfo *nbi, struct ifnet *ifp)
{
	struct lltable *llt = in_lltable_get(ifp);
	struct sockaddr_in sin;
	struct llentry *lle = NULL;

	sockaddr_in_init(&sin, &nbi->addr, 0);
	if (llt != NULL) {
		IF_AFDATA_RLOCK(ifp);
		lle = lla_lookup(llt, 0, sintosa(&sin));
		IF_AFDATA_RUNLOCK(ifp);
	}
	if (lle == NULL)
		return EINVAL;
	nbi->asked = lle->la_asked;
	nbi->state = lle->ln_state;
	nbi->expire = (int)lle->la_expire;
	LLE_RUNLOCK(lle);
	return 0;
}

/* The first address becomes that one, with the mask of its class. */
static int
set_addr(const struct ifreq *ifr, struct ifnet *ifp)
{
	const struct sockaddr_in *sin = satocsin(&ifr->ifr_addr);
	struct in_ifaddr *old = find(ifp, &ifr->ifr_addr, true);
	int error;

	if (old != NULL && sin->sin_family == AF_INET &&
	    in_hosteq(old->ia_addr.sin_addr, sin->sin_addr))
		return 0;
	error = in_addr_add(ifp, sin, NULL, NULL);
	if (error == 0 && old != NULL)
		in_purgeaddr(&old->ia_ifa);
	return error;
}

static int
set_part(u_long cmd, const struct ifreq *ifr, struct ifnet *ifp)
{
	const struct sockaddr_in *sin = satocsin(&ifr->ifr_addr);
	struct in_ifaddr *ia;
	int s;

	s = pserialize_read_enter();
	ia = in_get_ia_from_ifp(ifp);
	pserialize_read_exit(s);
	if (ia == NULL)
		return EADDRNOTAVAIL;
	switch (cmd) {
	case SIOCSIFNETMASK:
		return in_addr_change(ia, sin, NULL);
	case SIOCSIFDSTADDR:
		if (net_ifflags(ifp, IFF_POINTOPOINT) == 0)
			return EINVAL;
		break;
	default:
		if (net_ifflags(ifp, IFF_BROADCAST) == 0)
			return EINVAL;
		break;
	}
	return in_addr_change(ia, NULL, sin);
}

/* NULL: the request has none. */
static const struct sockaddr_in *
given(const struct sockaddr_in *sin)
{

	return sin->sin_len == 0 ? NULL : sin;
}

static int
add_alias(const struct in_aliasreq *ifra, struct ifnet *ifp)
{
	const struct sockaddr_in *mask = given(&ifra->ifra_mask);
	const struct sockaddr_in *dst = given(&ifra->ifra_dstaddr);
	struct in_ifaddr *ia = find(ifp, (const struct sockaddr *)
	    &ifra->ifra_addr, false);

	if (dst != NULL && net_ifflags(ifp, IFF_POINTOPOINT |
	    IFF_BROADCAST) == 0)
		dst = NULL;
	if (ia == NULL)
		return in_addr_add(ifp, &ifra->ifra_addr, mask, dst);
	/* Once more: its mask or other end may be new. */
	if (mask == NULL && dst == NULL)
		return 0;
	return in_addr_change(ia, mask, dst);
}

int
in_control(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	struct ifreq *ifr = data;
	struct in_aliasreq *ifra = data;
	struct in_ifaddr *ia;
	int error;

	if (ifp == NULL)
		return EOPNOTSUPP;
	KASSERT(IFNET_LOCKED(ifp));
	if (changes(cmd) && (error = net_authorize(ifp, cmd)) != 0)
		return error;
	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFDSTADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFAFLAG_IN:
		return get(cmd, ifr, ifp);
	case SIOCGIFALIAS:
		return get_alias(ifra, ifp);
	case SIOCGNBRINFO:
		return get_neighbour(data, ifp);
	case SIOCSIFADDR:
		return set_addr(ifr, ifp);
	case SIOCSIFNETMASK:
	case SIOCSIFDSTADDR:
	case SIOCSIFBRDADDR:
		return set_part(cmd, ifr, ifp);
	case SIOCAIFADDR:
		return add_alias(ifra, ifp);
	case SIOCDIFADDR:
		ia = find(ifp, &ifr->ifr_addr, ifr->ifr_addr.sa_len == 0);
		if (ia == NULL)
			return EADDRNOTAVAIL;
		in_purgeaddr(&ia->ia_ifa);
		return 0;
	case SIOCGIFADDRPREF:
	case SIOCSIFADDRPREF:
		return ifaddrpref_ioctl(so, cmd, data, ifp);
	default:
		return EOPNOTSUPP;
	}
}
