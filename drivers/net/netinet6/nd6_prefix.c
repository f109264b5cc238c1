/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prefixes that routers tell of, RFC 4861 section 6.3.4: which are on the
 * link, for how long.  What addresses come of them is nd6_slaac.c's.
 *
 * A prefix has a route of its own for as long as no address has it, since a
 * route needs an address of the interface: the link-local one.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

int ip6_maxifprefixes = ND6_PREFIXES_MAX;

static struct nd6_prefix *
find(struct nd6_if *nx, const struct in6_addr *prefix, u_int plen)
{
	struct nd6_prefix *np;

	LIST_FOREACH(np, &nx->nx_prefixes, np_next) {
		if (np->np_plen == plen &&
		    IN6_ARE_ADDR_EQUAL(&np->np_prefix, prefix))
			break;
	}
	return np;
}

uint32_t
nd6_prefix_left(const struct nd6_prefix *np, uint32_t lifetime)
{
	const time_t gone = time_uptime - np->np_update;

	if (lifetime == ND6_INFINITE_LIFETIME)
		return lifetime;
	return gone >= (time_t)lifetime ? 0 : lifetime - (uint32_t)gone;
}

/*
 * Routes.
 */
static int
request(int cmd, struct nd6_if *nx, const struct nd6_prefix *np,
    struct rtentry **rtp)
{
	struct sockaddr_in6 dst, mask;
	struct rt_addrinfo info;
	struct in6_ifaddr *ia;
	struct in6_addr m;

	/* IFNET_LOCK keeps it. */
	ia = in6ifa_ifpforlinklocal(nx->nx_ifp, IN6_IFF_ANYCAST);
	if (ia == NULL)
		return EADDRNOTAVAIL;
	sockaddr_in6_init(&dst, &np->np_prefix, 0, 0, 0);
	in6_prefixlen2mask(&m, np->np_plen);
	sockaddr_in6_init(&mask, &m, 0, 0, 0);
	memset(&info, 0, sizeof(info));
	info.rti_ifa = &ia->ia_ifa;
	info.rti_flags = RTF_UP | RTF_CONNECTED;
	if (np->np_plen == 128)
		info.rti_flags |= RTF_HOST;
	info.rti_info[RTAX_DST] = sin6tosa(&dst);
	info.rti_info[RTAX_GATEWAY] = ia->ia_ifa.ifa_addr;
	if (np->np_plen < 128)
		info.rti_info[RTAX_NETMASK] = sin6tosa(&mask);
	return rtrequest1(cmd, &info, rtp);
}

/* One that is there already does as well: an address's, or one by hand. */
static void
onlink(struct nd6_if *nx, struct nd6_prefix *np)
{
	struct rtentry *rt;

	if (request(RTM_ADD, nx, np, &rt) != 0)
		return;
	np->np_onlink = true;
	rt_newmsg_dynamic(RTM_ADD, rt);
	rt_unref(rt);
}

static void
offlink(struct nd6_if *nx, struct nd6_prefix *np)
{
	struct in6_ifaddr *ia;
	struct rtentry *rt;
	struct ifaddr *ifa;

	if (!np->np_onlink)
		return;
	np->np_onlink = false;
	if (request(RTM_DELETE, nx, np, &rt) == 0) {
		rt_newmsg_dynamic(RTM_DELETE, rt);
		rt_unref(rt);
		rt_free(rt);
	}
	/* An address whose prefix is that was without a route of its own. */
	IFADDR_READER_FOREACH(ifa, nx->nx_ifp) {
		ia = ifatoia6(ifa);
		if (ifa->ifa_addr->sa_family == AF_INET6 &&
		    ia->ia_plen == np->np_plen && in6_same_prefix(IA6_IN6(ia),
		    &np->np_prefix, np->np_plen)) {
			(void)in6_route_add(ia);
			break;
		}
	}
}

/*
 * The list.
 */
static struct nd6_prefix *
make(struct nd6_if *nx, const struct in6_addr *prefix, uint8_t plen)
{
	struct nd6_prefix *np;

	if (nx->nx_nprefixes >= (u_int)ip6_maxifprefixes)
		return NULL;
	np = kmem_zalloc(sizeof(*np), KM_SLEEP);
	np->np_prefix = *prefix;
	np->np_plen = plen;
	LIST_INSERT_HEAD(&nx->nx_prefixes, np, np_next);
	nx->nx_nprefixes++;
	return np;
}

static void
end(struct nd6_if *nx, struct nd6_prefix *np)
{

	offlink(nx, np);
	LIST_REMOVE(np, np_next);
	nx->nx_nprefixes--;
	kmem_free(np, sizeof(*np));
}

/* RFC 4862 section 5.5.3 a to c; false: it is to be ignored. */
static bool
is_good(const struct nd_opt_prefix_info *pi)
{
	const struct in6_addr *prefix = &pi->nd_opt_pi_prefix;

	return pi->nd_opt_pi_prefix_len > 0 &&
	    pi->nd_opt_pi_prefix_len <= 128 &&
	    ntohl(pi->nd_opt_pi_preferred_time) <=
	    ntohl(pi->nd_opt_pi_valid_time) &&
	    !IN6_IS_ADDR_MULTICAST(prefix) &&
	    !IN6_IS_ADDR_LINKLOCAL(prefix) &&
	    !IN6_IS_ADDR_V4MAPPED(prefix) &&
	    !IN6_IS_ADDR_UNSPECIFIED(prefix);
}

void
nd6_prefix_told(struct ifnet *ifp, const struct in6_addr *router,
    const struct nd_opt_prefix_info *pi)
{
	struct nd6_if *nx = nd6_if(ifp);
	struct in6_addr prefix, mask;
	struct nd6_prefix *np;
	u_int i;

	KASSERT(IFNET_LOCKED(ifp));
	if (!is_good(pi))
		return;
	in6_prefixlen2mask(&mask, pi->nd_opt_pi_prefix_len);
	for (i = 0; i < sizeof(prefix); i++)
		prefix.s6_addr[i] = pi->nd_opt_pi_prefix.s6_addr[i] &
		    mask.s6_addr[i];
	np = find(nx, &prefix, pi->nd_opt_pi_prefix_len);
	if (np == NULL && (pi->nd_opt_pi_valid_time == 0 ||
	    (np = make(nx, &prefix, pi->nd_opt_pi_prefix_len)) == NULL))
		return;
	np->np_router = *router;
	np->np_update = time_uptime;
	np->np_vltime = ntohl(pi->nd_opt_pi_valid_time);
	np->np_pltime = ntohl(pi->nd_opt_pi_preferred_time);
	/* Who does not say that it is on the link says nothing of that. */
	np->np_flags = pi->nd_opt_pi_flags_reserved |
	    (np->np_flags & ND_OPT_PI_FLAG_ONLINK);
	if ((np->np_flags & ND_OPT_PI_FLAG_AUTO) != 0)
		nd6_slaac_told(ifp, np);
	if (np->np_vltime == 0) {
		end(nx, np);
		return;
	}
	if ((np->np_flags & ND_OPT_PI_FLAG_ONLINK) != 0)
		onlink(nx, np);
	if (np->np_vltime != ND6_INFINITE_LIFETIME)
		nd6_work_lifetime(np->np_update + (time_t)np->np_vltime);
}

void
nd6_prefixes_due(struct nd6_if *nx)
{
	struct nd6_prefix *np, *next;

	KASSERT(IFNET_LOCKED(nx->nx_ifp));
	LIST_FOREACH_SAFE(np, &nx->nx_prefixes, np_next, next) {
		if (nd6_prefix_left(np, np->np_vltime) == 0)
			end(nx, np);
		else if (np->np_vltime != ND6_INFINITE_LIFETIME)
			nd6_work_lifetime(np->np_update +
			    (time_t)np->np_vltime);
	}
}

void
nd6_prefixes_purge(struct nd6_if *nx)
{
	struct nd6_prefix *np;

	KASSERT(IFNET_LOCKED(nx->nx_ifp));
	while ((np = LIST_FIRST(&nx->nx_prefixes)) != NULL)
		end(nx, np);
}
