/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) requests that all Ethernet drivers answer in the same way.
 */

#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <dev/mii/miivar.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_media.h>

#include <rump-sys/net.h>

#include "if_ether_private.h"

void
ether_set_ifflags_cb(struct ethercom *ec, ether_cb_t cb)
{

	ec->ec_ifflags_cb = cb;
}

void
ether_set_vlan_cb(struct ethercom *ec, ether_vlancb_t cb)
{

	ec->ec_vlan_cb = cb;
}

int
ether_mediachange(struct ifnet *ifp)
{

	/* Those with a mii(4) have functions of its own. */
	return 0;
}

void
ether_mediastatus(struct ifnet *ifp, struct ifmediareq *ifmr)
{

	ifmr->ifm_status = 0;
}

/* Up, a change of parameters becomes true by initialising anew. */
static int
reinit(struct ifnet *ifp)
{

	if ((ifp->if_flags & (IFF_UP | IFF_RUNNING)) !=
	    (IFF_UP | IFF_RUNNING))
		return 0;
	return if_init(ifp);
}

static int
set_flags(struct ethercom *ec, u_long cmd, void *data)
{
	struct ifnet *ifp = &ec->ec_if;
	int error;

	if ((error = ifioctl_common(ifp, cmd, data)) != 0)
		return error;
	switch (ifp->if_flags & (IFF_UP | IFF_RUNNING)) {
	case IFF_RUNNING:
		if_stop(ifp, 1);
		return 0;
	case IFF_UP:
		return if_init(ifp);
	case IFF_UP | IFF_RUNNING:
		if (ec->ec_ifflags_cb == NULL)
			return ENETRESET;
		error = (*ec->ec_ifflags_cb)(ec);
		return error == ENETRESET ? if_init(ifp) : error;
	default:
		return 0;
	}
}

static int
set_mtu(struct ethercom *ec, u_long cmd, struct ifreq *ifr)
{
	struct ifnet *ifp = &ec->ec_if;
	const int max = (ec->ec_capabilities & ETHERCAP_JUMBO_MTU) != 0 ?
	    ETHERMTU_JUMBO : ETHERMTU;
	int error;

	if (ifr->ifr_mtu < ETHERMIN || ifr->ifr_mtu > max)
		return EINVAL;
	error = ifioctl_common(ifp, cmd, ifr);
	return error == ENETRESET ? reinit(ifp) : error;
}

static int
set_ethercap(struct ethercom *ec, const struct eccapreq *eccr)
{

	if ((eccr->eccr_capenable & ~ec->ec_capabilities) != 0)
		return EINVAL;
	if (eccr->eccr_capenable == ec->ec_capenable)
		return 0;
	ec->ec_capenable = eccr->eccr_capenable;
	return reinit(&ec->ec_if);
}

static void
get_ethercap(const struct ethercom *ec, struct eccapreq *eccr)
{

	eccr->eccr_capabilities = ec->ec_capabilities;
	eccr->eccr_capenable = ec->ec_capenable;
}

static int
init_address(struct ifnet *ifp, struct ifaddr *ifa)
{
	const struct net_ether *ne = net_ether_find(ifa->ifa_addr->sa_family);
	int error = 0;

	/* The link's own address in the place of that it has now. */
	if (ifa->ifa_addr->sa_family == AF_LINK)
		return ENOTTY;
	if ((ifp->if_flags & IFF_UP) == 0)
		ifp->if_flags |= IFF_UP;
	if ((ifp->if_flags & IFF_RUNNING) == 0 && (error = if_init(ifp)) != 0)
		return error;
	if (ne != NULL && ne->ne_ifinit != NULL)
		(*ne->ne_ifinit)(ifp, ifa);
	return 0;
}

/* Its own, or those of its PHYs; NULL: it has none to choose. */
static struct ifmedia *
media_of(struct ethercom *ec)
{

	if (ec->ec_ifmedia != NULL)
		return ec->ec_ifmedia;
	return ec->ec_mii != NULL ? &ec->ec_mii->mii_media : NULL;
}

int
ether_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct ifmedia *media;
	int error;

	switch (cmd) {
	case SIOCINITIFADDR:
		return init_address(ifp, data);
	case SIOCSIFMTU:
		return set_mtu(ec, cmd, data);
	case SIOCSIFFLAGS:
		return set_flags(ec, cmd, data);
	case SIOCSIFCAP:
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? reinit(ifp) : error;
	case SIOCADDMULTI:
		return ether_addmulti(ifreq_getaddr(cmd, data), ec);
	case SIOCDELMULTI:
		return ether_delmulti(ifreq_getaddr(cmd, data), ec);
	case SIOCSETHERCAP:
		return set_ethercap(ec, data);
	case SIOCGETHERCAP:
		get_ethercap(ec, data);
		return 0;
	case SIOCSIFMEDIA:
	case SIOCGIFMEDIA:
		if ((media = media_of(ec)) == NULL)
			return ENOTTY;
		return ifmedia_ioctl(ifp, data, media, cmd);
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}
