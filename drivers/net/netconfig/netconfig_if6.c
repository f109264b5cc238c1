/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and routers of IPv6: set, or asked for as RFC 4861 and RFC 4862
 * tell.  Addresses of a link have their zone in the second group, where the
 * kernel wants it.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include <lib/libkern/libkern.h>

#include "dhcp.h"
#include "netconfig_in6.h"

/*
 * Three solicitations, 4 seconds each, the first one up to a second late (RFC
 * 4861 section 10); and then DHCPv6, each step of which may have to be repeated
 * after a second or two, and an address that is looked for elsewhere.
 */
#define	AUTO_MS		30000
#define	LOOK_MS		20

#define	ROUTERS		16	/* of all links, that are asked about DHCPv6 */

static struct sockaddr_in6
sin6_of(const struct in6_addr *addr)
{
	struct sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
	    .sin6_family = AF_INET6, .sin6_addr = *addr };

	return sin6;
}

static struct in6_addr
mask_of(int bits)
{
	struct in6_addr mask;
	int i;

	KASSERT(bits >= 0 && bits <= 128);
	memset(&mask, 0, sizeof(mask));
	for (i = 0; i < bits; i++)
		mask.s6_addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return mask;
}

int
netconfig_addr6_set(const char *ifname, const struct in6_addr *addr, int bits,
    int flags, uint32_t valid, uint32_t preferred)
{
	const struct in6_addr mask = mask_of(bits);
	struct in6_aliasreq ifra = { .ifra_name = "" };
	int error;

	if ((error = netconfig_name(ifra.ifra_name, ifname)) != 0)
		return error;
	ifra.ifra_addr = sin6_of(addr);
	ifra.ifra_prefixmask = sin6_of(&mask);
	ifra.ifra_flags = flags;
	ifra.ifra_lifetime.ia6t_vltime = valid;
	ifra.ifra_lifetime.ia6t_pltime = preferred;
	return netconfig_ioctl(AF_INET6, SIOCAIFADDR_IN6, &ifra);
}

int
netconfig_addr6_delete(const char *ifname, const struct in6_addr *addr)
{
	struct in6_ifreq ifr = { .ifr_name = "" };
	int error;

	if ((error = netconfig_name(ifr.ifr_name, ifname)) != 0)
		return error;
	ifr.ifr_ifru.ifru_addr = sin6_of(addr);
	return netconfig_ioctl(AF_INET6, SIOCDIFADDR_IN6, &ifr);
}

int
netconfig_ifaddr6(const char *ifname, const char *text, int bits)
{
	struct in6_addr addr;
	int error;

	if ((error = netconfig_address6(text, &addr, NULL)) != 0)
		return error;
	if (bits < 1 || bits > 128)
		return EINVAL;
	error = netconfig_addr6_set(ifname, &addr, bits, 0,
	    ND6_INFINITE_LIFETIME, ND6_INFINITE_LIFETIME);
	return error != 0 ? error : netconfig_flag(ifname, IFF_UP, true);
}

/*
 * Addresses that are there.
 */
struct look {
	const struct in6_addr *l_addr;	/* NULL: the link's */
	int		l_flags;	/* -1: none was found */
};

static void
look_at(const struct ifaddr *ifa, void *arg)
{
	const struct in6_ifaddr *ia = (const void *)ifa;
	const struct in6_addr *addr = &ia->ia_addr.sin6_addr;
	struct look *l = arg;

	if (l->l_addr != NULL ? IN6_ARE_ADDR_EQUAL(addr, l->l_addr) :
	    IN6_IS_ADDR_LINKLOCAL(addr))
		l->l_flags = atomic_load_relaxed(&ia->ia6_flags);
}

/* Calls the function with all addresses of IPv6; it does not sleep.  ENXIO. */
static int
each_address(const char *ifname, void (*func)(const struct ifaddr *, void *),
    void *arg)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifnet *ifp = if_get(ifname, &psref);
	struct ifaddr *ifa;
	int s;

	if (ifp != NULL) {
		s = pserialize_read_enter();
		IFADDR_READER_FOREACH(ifa, ifp) {
			if (ifa->ifa_addr->sa_family == AF_INET6)
				(*func)(ifa, arg);
		}
		pserialize_read_exit(s);
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return ifp == NULL ? ENXIO : 0;
}

int
netconfig_addr6_flags(const char *ifname, const struct in6_addr *addr)
{
	struct look l = { .l_addr = addr, .l_flags = -1 };

	(void)each_address(ifname, look_at, &l);
	return l.l_flags;
}

/*
 * Routers.
 */

/* The zone of a link's address has to be said, that of others cannot be. */
static int
set_zone(struct in6_addr *addr, const char *zone)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifnet *ifp;
	int error = 0;

	if (!IN6_IS_ADDR_LINKLOCAL(addr))
		error = zone != NULL ? EINVAL : 0;
	else if (zone == NULL || addr->s6_addr16[1] != 0)
		error = EINVAL;
	else if ((ifp = if_get(zone, &psref)) == NULL)
		error = ENXIO;
	else {
		addr->s6_addr16[1] = htons((uint16_t)ifp->if_index);
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

static int
add_default(const struct in6_addr *router)
{
	const struct in6_addr none = mask_of(0);
	const struct sockaddr_in6 dst = sin6_of(&none), mask = dst,
	    gw = sin6_of(router);
	struct rt_addrinfo info = {
		.rti_flags = RTF_UP | RTF_STATIC | RTF_GATEWAY,
	};
	struct rtentry *rt = NULL;
	int error;

	info.rti_info[RTAX_DST] = (const void *)&dst;
	info.rti_info[RTAX_GATEWAY] = (const void *)&gw;
	info.rti_info[RTAX_NETMASK] = (const void *)&mask;
	if ((error = rtrequest1(RTM_ADD, &info, &rt)) != 0 || rt == NULL)
		return error;
	rt_newmsg(RTM_ADD, rt);
	rt_unref(rt);
	return 0;
}

int
netconfig_gateway6(const char *text)
{
	struct in6_addr addr;
	const char *zone;
	int error;

	if ((error = netconfig_address6(text, &addr, &zone)) != 0)
		return error;
	if (IN6_IS_ADDR_UNSPECIFIED(&addr) || IN6_IS_ADDR_MULTICAST(&addr))
		return EINVAL;
	if (pffinddomain(AF_INET6) == NULL)
		return EAFNOSUPPORT;
	if ((error = set_zone(&addr, zone)) != 0)
		return error;
	return add_default(&addr);
}

/*
 * What routers tell.
 */

/* An address that a router's prefix gave, ready to be used. */
static void
look_for_automatic(const struct ifaddr *ifa, void *found)
{
	const struct in6_ifaddr *ia = (const void *)ifa;
	const int flags = atomic_load_relaxed(&ia->ia6_flags);

	if ((flags & IN6_IFF_AUTOCONF) != 0 &&
	    (flags & (IN6_IFF_NOTREADY | IN6_IFF_DETACHED)) == 0)
		*(bool *)found = true;
}

/* ENXIO: the interface has gone; EAGAIN: not yet. */
static int
has_automatic(const char *ifname)
{
	bool found = false;
	const int error = each_address(ifname, look_for_automatic, &found);

	return error != 0 ? error : found ? 0 : EAGAIN;
}

/* No destination but that of the default route has nothing but zeroes. */
static int
has_router(void)
{
	const struct in6_addr none = mask_of(0);
	const struct sockaddr_in6 dst = sin6_of(&none);
	struct rtentry *rt = rtalloc1((const void *)&dst, 0);
	bool found;

	if (rt == NULL)
		return EAGAIN;
	found = (rt->rt_flags & (RTF_GATEWAY | RTF_REJECT)) == RTF_GATEWAY;
	rt_unref(rt);
	return found ? 0 : EAGAIN;
}

/* What routers of a link say of DHCPv6, all together: ND_RA_FLAG_*. */
static u_char
router_flags(const char *ifname)
{
	int name[] = { CTL_NET, PF_INET6, IPPROTO_ICMPV6,
	    ICMPV6CTL_ND6_DRLIST };
	struct in6_defrouter list[ROUTERS];
	size_t len = sizeof(list), i;
	u_char flags = 0;
	u_int index;

	if (dhcp_identify(ifname, &index, NULL) != 0 ||
	    old_sysctl(name, __arraycount(name), list, &len, NULL, 0,
	    NULL) != 0)
		return 0;
	for (i = 0; i < len / sizeof(list[0]); i++) {
		if (list[i].if_index == index)
			flags |= list[i].flags;
	}
	return flags;
}

/* RFC 4861 section 4.2: what there is by DHCPv6 is asked for, once. */
static bool
start_dhcp6(const char *ifname)
{
	const u_char flags = router_flags(ifname);

	if ((flags & (ND_RA_FLAG_MANAGED | ND_RA_FLAG_OTHER)) == 0)
		return false;
	(void)dhcp_start(ifname, &dhcp6_ops,
	    (flags & ND_RA_FLAG_MANAGED) != 0 ? RUMP_DHCP6_ADDRESS :
	    RUMP_DHCP6_INFO, false);
	return true;
}

/* EAGAIN: no address has come by DHCPv6. */
static int
has_leased(const char *ifname)
{
	union dhcp_shown shown;

	return dhcp_lease(ifname, &dhcp6_ops, &shown) == 0 &&
	    shown.ds_head.state == RUMP_DHCP_BOUND ? 0 : EAGAIN;
}

static int
believe(const char *ifname)
{
	struct in6_ndireq req = { .ifname = "" };
	int error;

	if ((error = netconfig_name(req.ifname, ifname)) != 0 ||
	    (error = netconfig_ioctl(AF_INET6, SIOCGIFINFO_IN6, &req)) != 0)
		return error;
	req.ndi.flags |= ND6_IFF_ACCEPT_RTADV | ND6_IFF_OVERRIDE_RTADV |
	    ND6_IFF_AUTO_LINKLOCAL;
	return netconfig_ioctl(AF_INET6, SIOCSIFINFO_FLAGS, &req);
}

/* A loop of packets to oneself has no routers. */
static int
has_link(const char *ifname)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifnet *ifp = if_get(ifname, &psref);
	int error = ENXIO;

	if (ifp != NULL) {
		error = (ifp->if_flags & (IFF_LOOPBACK | IFF_MULTICAST)) ==
		    IFF_MULTICAST ? 0 : EINVAL;
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

int
netconfig_auto6(const char *ifname)
{
	bool asked = false;
	int error, waited;

	if (pffinddomain(AF_INET6) == NULL)
		return EAFNOSUPPORT;
	if ((error = has_link(ifname)) != 0 ||
	    (error = believe(ifname)) != 0 ||
	    (error = netconfig_flag(ifname, IFF_UP, true)) != 0)
		return error;
	for (waited = 0; waited < AUTO_MS; waited += LOOK_MS) {
		asked = asked || start_dhcp6(ifname);
		error = has_automatic(ifname);
		if (error == EAGAIN && asked)
			error = has_leased(ifname);
		if (error == 0)
			error = has_router();
		if (error != EAGAIN)
			return error;
		(void)kpause("auto6", false, mstohz(LOOK_MS), NULL);
	}
	return ETIMEDOUT;
}
