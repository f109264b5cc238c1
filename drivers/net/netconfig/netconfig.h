/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of librumpnet_config: interfaces, addresses and routes are set
 * by these for programs, netconfig_pub.c, and for DHCP.  All sleep and return
 * an errno.
 */
#ifndef _NETCONFIG_H_
#define	_NETCONFIG_H_

#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>

#include <netinet/in.h>

#include <rump/netconfig.h>

/* A request about interfaces, on a socket of the family. */
int	netconfig_ioctl(int family, u_long cmd, void *data);
/* ENXIO: it is longer than names of interfaces are. */
int	netconfig_name(char to[IFNAMSIZ], const char *name);

int	netconfig_flag(const char *ifname, int flag, bool on);
int	netconfig_setmtu(const char *ifname, int mtu);
int	netconfig_getmtu(const char *ifname, int *mtu);

/* An address comes, or its mask becomes this one; or it goes. */
int	netconfig_addr_add(const char *ifname, struct in_addr,
	    struct in_addr mask);
int	netconfig_addr_delete(const char *ifname, struct in_addr);

/* Has the interface the address? */
bool	netconfig_addr_there(const char *ifname, struct in_addr);

/* Is the link address of the neighbour known? */
bool	netconfig_resolved(const char *ifname, struct in_addr);

/*
 * RTM_ADD and RTM_DELETE of a route.  A gateway of 0: it is on the link of
 * the interface that has address ours.
 */
int	netconfig_route(int req, const struct rump_dhcp_route *,
	    struct in_addr ours);

/* netconfig_resolver.c: who knows names on an interface.  ENXIO. */
int	netconfig_resolver(const char *ifname, struct rump_resolver *);

/* Text, all of it.  EINVAL. */
int	netconfig_address(const char *, struct in_addr *);

#endif /* !_NETCONFIG_H_ */
