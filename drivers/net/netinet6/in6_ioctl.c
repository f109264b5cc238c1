/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) about addresses of interfaces and neighbours.  IFNET_LOCK is held.
 * Programs have the zone of an address in sin6_scope_id.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_llatbl.h>
#include <net/nd.h>

#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "nd6_private.h"

static bool
changes(u_long cmd)
{

	switch (cmd) {
	case SIOCAIFADDR_IN6:
	case SIOCDIFADDR_IN6:
	case SIOCSIFINFO_IN6:
	case SIOCSIFINFO_FLAGS:
	case SIOCAADDRCTL_POLICY:
	case SIOCDADDRCTL_POLICY:
		return true;
	default:
		return false;
	}
}

/* The address of the interface that a request names. */
static struct in6_ifaddr *
find(struct ifnet *ifp, const struct sockaddr_in6 *sin6)
{
	struct in6_addr addr = sin6->sin6_addr;

	if (sin6->sin6_family != AF_INET6)
		return NULL;
	if (IN6_IS_SCOPE_EMBEDDABLE(&addr)) {
		if (sin6->sin6_scope_id != 0 &&
		    sin6->sin6_scope_id != ifp->if_index)
			return NULL;
		addr.s6_addr16[1] = 0;
		if (in6_setscope(&addr, ifp, NULL) != 0)
			return NULL;
	}
	/* IFNET_LOCK keeps it. */
	return in6ifa_ifpwithaddr(ifp, &addr);
}

/* As programs see it. */
static int
give_addr(struct sockaddr_in6 *out, const struct sockaddr_in6 *sin6)
{

	*out = *sin6;
	return sa6_recoverscope(out);
}

static int
get(u_long cmd, struct in6_ifreq *ifr, struct ifnet *ifp)
{
	const struct in6_ifaddr *ia = find(ifp, &ifr->ifr_addr);

	if (ia == NULL)
		return EADDRNOTAVAIL;
	switch (cmd) {
	case SIOCGIFADDR_IN6:
		return give_addr(&ifr->ifr_addr, &ia->ia_addr);
	case SIOCGIFDSTADDR_IN6:
		if (net_ifflags(ifp, IFF_POINTOPOINT) == 0)
			return EINVAL;
		if (ia->ia_ifa.ifa_dstaddr == NULL)
			return EADDRNOTAVAIL;
		return give_addr(&ifr->ifr_dstaddr, &ia->ia_dstaddr);
	case SIOCGIFNETMASK_IN6:
		ifr->ifr_addr = ia->ia_prefixmask;
		return 0;
	case SIOCGIFAFLAG_IN6:
		ifr->ifr_ifru.ifru_flags6 =
		    atomic_load_relaxed(&ia->ia6_flags);
		return 0;
	default:
		KASSERT(cmd == SIOCGIFALIFETIME_IN6);
		ifr->ifr_ifru.ifru_lifetime = ia->ia6_lifetime;
		ifr->ifr_ifru.ifru_lifetime.ia6t_expire =
		    nd6_wall(ia->ia6_lifetime.ia6t_expire);
		ifr->ifr_ifru.ifru_lifetime.ia6t_preferred =
		    nd6_wall(ia->ia6_lifetime.ia6t_preferred);
		return 0;
	}
}

static int
get_stat(u_long cmd, struct in6_ifreq *ifr, struct ifnet *ifp)
{
	const struct nd6_if *nx = nd6_if(ifp);

	if (nx == NULL)
		return EINVAL;
	memset(&ifr->ifr_ifru, 0, sizeof(ifr->ifr_ifru));
	if (cmd == SIOCGIFSTAT_IN6)
		ifr->ifr_ifru.ifru_stat = nx->nx_stat;
	else
		ifr->ifr_ifru.ifru_icmp6stat = nx->nx_icmp6stat;
	return 0;
}

static int
add(const struct in6_aliasreq *ifra, struct ifnet *ifp)
{
	struct in6_aliasreq req = *ifra;

	/* Those of zero are a program's that does not care. */
	if (req.ifra_lifetime.ia6t_vltime == 0 &&
	    req.ifra_lifetime.ia6t_pltime == 0 &&
	    req.ifra_lifetime.ia6t_expire == 0 &&
	    find(ifp, &req.ifra_addr) == NULL)
		req.ifra_lifetime.ia6t_vltime =
		    req.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	return in6_update_ifa(ifp, &req, 0);
}

static int
delete(const struct in6_ifreq *ifr, struct ifnet *ifp)
{
	struct in6_ifaddr *ia = find(ifp, &ifr->ifr_addr);

	if (ia == NULL)
		return EADDRNOTAVAIL;
	in6_purgeaddr(&ia->ia_ifa);
	return 0;
}

int
in6_control(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	int error;

	if (changes(cmd) && (error = net_authorize(ifp, cmd)) != 0)
		return error;
	if (cmd == SIOCAADDRCTL_POLICY || cmd == SIOCDADDRCTL_POLICY)
		return in6_src_ioctl(cmd, data);
	if (ifp == NULL)
		return EOPNOTSUPP;
	KASSERT(IFNET_LOCKED(ifp));
	switch (cmd) {
	case SIOCGIFADDR_IN6:
	case SIOCGIFDSTADDR_IN6:
	case SIOCGIFNETMASK_IN6:
	case SIOCGIFAFLAG_IN6:
	case SIOCGIFALIFETIME_IN6:
		return get(cmd, data, ifp);
	case SIOCGIFSTAT_IN6:
	case SIOCGIFSTAT_ICMP6:
		return get_stat(cmd, data, ifp);
	case SIOCAIFADDR_IN6:
		return add(data, ifp);
	case SIOCDIFADDR_IN6:
		return delete(data, ifp);
	case SIOCGIFINFO_IN6:
	case SIOCSIFINFO_IN6:
	case SIOCSIFINFO_FLAGS:
	case SIOCGNBRINFO_IN6:
		return nd6_ioctl(cmd, data, ifp);
	case SIOCGIFADDRPREF:
	case SIOCSIFADDRPREF:
		return ifaddrpref_ioctl(so, cmd, data, ifp);
	default:
		return EOPNOTSUPP;
	}
}
