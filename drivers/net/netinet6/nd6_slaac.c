/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that an interface makes for itself of prefixes, RFC 4862 section
 * 5.5, and the end of all addresses whose time is over.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

/* No router without authority makes an address end sooner: 5.5.3 e. */
#define	TWO_HOURS	(2 * 60 * 60)
#define	IFID_BITS	64
/* What routers can make us have, prefixes that come and go included. */
#define	ADDRS_MAX	16

bool
nd6_slaac_is(const struct ifaddr *ifa, const struct nd6_prefix *np, int with,
    int without)
{
	int flags;

	if (ifa->ifa_addr->sa_family != AF_INET6)
		return false;
	flags = atomic_load_relaxed(
	    &((const struct in6_ifaddr *)ifa)->ia6_flags);
	return (flags & with) == with && (flags & without) == 0 &&
	    (np == NULL || in6_same_prefix(
	    &satocsin6(ifa->ifa_addr)->sin6_addr, &np->np_prefix,
	    np->np_plen));
}

int
nd6_slaac_add(struct ifnet *ifp, const struct nd6_prefix *np,
    const uint8_t id[8], int flags, uint32_t vltime, uint32_t pltime)
{
	const bool onlink = (np->np_flags & ND_OPT_PI_FLAG_ONLINK) != 0;
	struct in6_addr addr = np->np_prefix, mask;
	struct in6_aliasreq ifra;

	KASSERT(IFNET_LOCKED(ifp));
	memcpy(&addr.s6_addr[8], id, 8);
	if (in6ifa_ifpwithaddr(ifp, &addr) != NULL)
		return EEXIST;
	memset(&ifra, 0, sizeof(ifra));
	sockaddr_in6_init(&ifra.ifra_addr, &addr, 0, 0, 0);
	/* An address says nothing of who else is on the link, RFC 5942. */
	in6_prefixlen2mask(&mask, onlink ? np->np_plen : 128);
	sockaddr_in6_init(&ifra.ifra_prefixmask, &mask, 0, 0, 0);
	ifra.ifra_flags = flags;
	ifra.ifra_lifetime.ia6t_vltime = vltime;
	ifra.ifra_lifetime.ia6t_pltime = pltime;
	return in6_update_ifa(ifp, &ifra, 0);
}

static void
add(struct ifnet *ifp, const struct nd6_prefix *np)
{
	struct ifaddr *ifa;
	uint8_t id[8];
	u_int n = 0;

	IFADDR_READER_FOREACH(ifa, ifp) {
		if (nd6_slaac_is(ifa, NULL, IN6_IFF_AUTOCONF,
		    IN6_IFF_TEMPORARY))
			n++;
	}
	if (n < ADDRS_MAX && in6_ifid(ifp, id))
		(void)nd6_slaac_add(ifp, np, id, IN6_IFF_AUTOCONF,
		    np->np_vltime, np->np_pltime);
}

uint32_t
nd6_slaac_valid(const struct in6_ifaddr *ia, const struct nd6_prefix *np)
{
	const uint32_t left = in6_ia_left(ia, ia->ia6_lifetime.ia6t_vltime);

	if (np->np_vltime > TWO_HOURS || np->np_vltime > left)
		return np->np_vltime;
	return MIN(left, TWO_HOURS);
}

static void
renew(struct in6_ifaddr *ia, const struct nd6_prefix *np)
{
	const uint32_t vltime = nd6_slaac_valid(ia, np);

	in6_ia_lifetime(ia, vltime, MIN(np->np_pltime, vltime));
}

void
nd6_slaac_told(struct ifnet *ifp, const struct nd6_prefix *np)
{
	struct ifaddr *ifa;
	bool found = false;

	KASSERT(IFNET_LOCKED(ifp));
	if (np->np_plen + IFID_BITS != 128) {
		if (nd6_debug)
			log(LOG_INFO, "%s: no addresses of a prefix of %u\n",
			    if_name(ifp), np->np_plen);
		return;
	}
	IFADDR_READER_FOREACH(ifa, ifp) {
		if (nd6_slaac_is(ifa, np, IN6_IFF_AUTOCONF,
		    IN6_IFF_TEMPORARY)) {
			renew(ifatoia6(ifa), np);
			found = true;
		}
	}
	if (!found && np->np_vltime != 0)
		add(ifp, np);
	nd6_temp_told(ifp, np);
}

/*
 * Lifetimes.
 */

/* One of the interface whose time is over, or NULL. */
static struct ifaddr *
expired(struct ifnet *ifp)
{
	struct in6_ifaddr *ia;
	struct ifaddr *ifa;

	IFADDR_READER_FOREACH(ifa, ifp) {
		ia = ifatoia6(ifa);
		if (ifa->ifa_addr->sa_family == AF_INET6 &&
		    in6_ia_left(ia, ia->ia6_lifetime.ia6t_vltime) == 0)
			break;
	}
	return ifa;
}

static void
age(struct in6_ifaddr *ia)
{
	const struct in6_addrlifetime *lt = &ia->ia6_lifetime;

	if (in6_ia_left(ia, lt->ia6t_pltime) == 0) {
		if (in6_ia_flags(ia, IN6_IFF_DEPRECATED, 0))
			rt_addrmsg(RTM_NEWADDR, &ia->ia_ifa);
	} else if (lt->ia6t_preferred != 0)
		nd6_work_lifetime(lt->ia6t_preferred);
	if (lt->ia6t_expire != 0)
		nd6_work_lifetime(lt->ia6t_expire);
}

void
nd6_addrs_due(struct ifnet *ifp)
{
	struct ifaddr *ifa;

	KASSERT(IFNET_LOCKED(ifp));
	while ((ifa = expired(ifp)) != NULL)
		in6_purgeaddr(ifa);
	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_INET6)
			age(ifatoia6(ifa));
	}
}
