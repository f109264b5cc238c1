/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <rump/netconfig.h>: rump_pub_x() enters the kernel and calls x() here.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "dhcp.h"
#include "netconfig.h"
#include "netconfig_in6.h"

/* Runs an expression with a virtual CPU. */
#define	IN_KERNEL(expr) ({						\
	int _error;							\
									\
	rump_schedule();						\
	_error = (expr);						\
	rump_unschedule();						\
	_error;								\
})

/*
 * Interfaces.
 */
int
rump_pub_netconfig_ifcreate(const char *ifname)
{

	return IN_KERNEL(if_clone_create(ifname));
}

static void
stop_clients(const char *ifname)
{

	(void)dhcp_stop(ifname, &dhcp4_ops);
	(void)dhcp_stop(ifname, &dhcp6_ops);
}

static int
destroy(const char *ifname)
{

	stop_clients(ifname);
	return if_clone_destroy(ifname);
}

int
rump_pub_netconfig_ifdestroy(const char *ifname)
{

	return IN_KERNEL(destroy(ifname));
}

int
rump_pub_netconfig_ifup(const char *ifname)
{

	return IN_KERNEL(netconfig_flag(ifname, IFF_UP, true));
}

static int
down(const char *ifname)
{

	stop_clients(ifname);
	return netconfig_flag(ifname, IFF_UP, false);
}

int
rump_pub_netconfig_ifdown(const char *ifname)
{

	return IN_KERNEL(down(ifname));
}

static int
set_linkstr(const char *ifname, const char *link)
{
	struct ifdrv ifd = { .ifd_data = __UNCONST(link),
	    .ifd_len = strlen(link) + 1 };
	int error;

	if ((error = netconfig_name(ifd.ifd_name, ifname)) != 0)
		return error;
	return netconfig_ioctl(AF_INET, SIOCSLINKSTR, &ifd);
}

int
rump_pub_netconfig_ifsetlinkstr(const char *ifname, const char *link)
{

	return IN_KERNEL(set_linkstr(ifname, link));
}

int
rump_pub_netconfig_ifsetmtu(const char *ifname, int mtu)
{

	return IN_KERNEL(netconfig_setmtu(ifname, mtu));
}

int
rump_pub_netconfig_ifgetmtu(const char *ifname, int *mtu)
{

	return IN_KERNEL(netconfig_getmtu(ifname, mtu));
}

static int
bridge(const char *brname, const char *ifname, u_long how)
{
	struct ifbreq req = { .ifbr_ifsflags = 0 };
	struct ifdrv ifd = { .ifd_cmd = how, .ifd_data = &req,
	    .ifd_len = sizeof(req) };
	int error;

	if ((error = netconfig_name(ifd.ifd_name, brname)) != 0 ||
	    (error = netconfig_name(req.ifbr_ifsname, ifname)) != 0)
		return error;
	return netconfig_ioctl(AF_INET, SIOCSDRVSPEC, &ifd);
}

int
rump_pub_netconfig_bradd(const char *brname, const char *ifname)
{

	return IN_KERNEL(bridge(brname, ifname, BRDGADD));
}

int
rump_pub_netconfig_brdel(const char *brname, const char *ifname)
{

	return IN_KERNEL(bridge(brname, ifname, BRDGDEL));
}

/*
 * IPv4.
 */
static int
add_ipv4(const char *ifname, const char *addr, struct in_addr mask)
{
	const uint32_t host = ~ntohl(mask.s_addr);
	struct in_addr in;
	int error;

	if ((error = netconfig_address(addr, &in)) != 0)
		return error;
	if ((host & (host + 1)) != 0)
		return EINVAL;
	error = netconfig_addr_add(ifname, in, mask);
	return error != 0 ? error : netconfig_flag(ifname, IFF_UP, true);
}

static int
ifaddr(const char *ifname, const char *addr, const char *mask)
{
	struct in_addr in;
	int error;

	if ((error = netconfig_address(mask, &in)) != 0)
		return error;
	return add_ipv4(ifname, addr, in);
}

static int
ifaddr_cidr(const char *ifname, const char *addr, int bits)
{
	struct in_addr mask;

	if (bits < 1 || bits > 32)
		return EINVAL;
	mask.s_addr = htonl(~0u << (32 - bits));
	return add_ipv4(ifname, addr, mask);
}

static int
gateway(const char *addr)
{
	const struct in_addr none = { INADDR_ANY };
	struct rump_dhcp_route dr = { .dr_dst = 0 };
	struct in_addr in;
	int error;

	if ((error = netconfig_address(addr, &in)) != 0)
		return error;
	if (in_nullhost(in))
		return EINVAL;
	dr.dr_gateway = in.s_addr;
	return netconfig_route(RTM_ADD, &dr, none);
}

int
rump_pub_netconfig_ipv4_ifaddr(const char *ifname, const char *addr,
    const char *mask)
{

	return IN_KERNEL(ifaddr(ifname, addr, mask));
}

int
rump_pub_netconfig_ipv4_ifaddr_cidr(const char *ifname, const char *addr,
    int bits)
{

	return IN_KERNEL(ifaddr_cidr(ifname, addr, bits));
}

int
rump_pub_netconfig_ipv4_gw(const char *addr)
{

	return IN_KERNEL(gateway(addr));
}

/*
 * IPv6.
 */
int
rump_pub_netconfig_ipv6_ifaddr(const char *ifname, const char *addr, int bits)
{

	return IN_KERNEL(netconfig_ifaddr6(ifname, addr, bits));
}

int
rump_pub_netconfig_ipv6_gw(const char *addr)
{

	return IN_KERNEL(netconfig_gateway6(addr));
}

int
rump_pub_netconfig_auto_ipv6(const char *ifname)
{

	return IN_KERNEL(netconfig_auto6(ifname));
}

/*
 * DHCP.
 */
int
rump_pub_netconfig_dhcp_ipv4_oneshot(const char *ifname)
{

	return IN_KERNEL(dhcp_start(ifname, &dhcp4_ops, 0, true));
}

int
rump_pub_netconfig_dhcp_ipv4_stop(const char *ifname)
{

	return IN_KERNEL(dhcp_stop(ifname, &dhcp4_ops));
}

int
rump_pub_netconfig_dhcp_ipv4_lease(const char *ifname,
    struct rump_dhcp_lease *dl)
{

	return IN_KERNEL(dhcp_lease(ifname, &dhcp4_ops, dl));
}

static int
start6(const char *ifname, int flags)
{

	if ((flags & ~RUMP_DHCP6_ALL) != 0 || flags == 0)
		return EINVAL;
	if (pffinddomain(AF_INET6) == NULL)
		return EAFNOSUPPORT;
	return dhcp_start(ifname, &dhcp6_ops, flags, true);
}

int
rump_pub_netconfig_dhcp_ipv6(const char *ifname, int flags)
{

	return IN_KERNEL(start6(ifname, flags));
}

int
rump_pub_netconfig_dhcp_ipv6_oneshot(const char *ifname)
{

	return IN_KERNEL(start6(ifname, RUMP_DHCP6_ADDRESS));
}

int
rump_pub_netconfig_dhcp_ipv6_confirm(const char *ifname)
{

	return IN_KERNEL(dhcp_confirm(ifname));
}

int
rump_pub_netconfig_dhcp_ipv6_stop(const char *ifname)
{

	return IN_KERNEL(dhcp_stop(ifname, &dhcp6_ops));
}

int
rump_pub_netconfig_dhcp_ipv6_lease(const char *ifname,
    struct rump_dhcp6_lease *dl)
{

	return IN_KERNEL(dhcp_lease(ifname, &dhcp6_ops, dl));
}

/*
 * Names.
 */
int
rump_pub_netconfig_resolver(const char *ifname, struct rump_resolver *re)
{

	return IN_KERNEL(netconfig_resolver(ifname, re));
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IFCFG)
{

	dhcp_init();
}
