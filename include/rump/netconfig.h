/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network configuration from a program: interfaces, addresses, routers and
 * DHCP of the kernel in this process (librumpnet_config).
 *
 * The calls enter the kernel and leave it again, and may sleep.  An int result
 * is 0 or a NetBSD errno number.  Interfaces are named like "virt0"; addresses
 * are text, "10.0.2.15" or "fd00::1".  EINVAL: text that is no address, a mask
 * that is none; ENXIO: there is no such interface; EAFNOSUPPORT: the kernel
 * has not got the protocol.  The names down to dhcp_ipv4_oneshot are NetBSD's.
 */
#ifndef _RUMP_NETCONFIG_H_
#define	_RUMP_NETCONFIG_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* EINVAL: there is no such kind; EEXIST: it is there. */
int	rump_pub_netconfig_ifcreate(const char *);
int	rump_pub_netconfig_ifdestroy(const char *);
int	rump_pub_netconfig_ifup(const char *);
/* Gives a lease back first. */
int	rump_pub_netconfig_ifdown(const char *);
/* The wire: virt(4), shmif(4).  EBUSY: it has one; those of the driver. */
int	rump_pub_netconfig_ifsetlinkstr(const char *, const char *);

/* An interface into, or out of, a bridge: bridge's name, interface's.  ENOENT:
 * it is not in there; EBUSY: it is in another one. */
int	rump_pub_netconfig_bradd(const char *, const char *);
int	rump_pub_netconfig_brdel(const char *, const char *);

/* Another address and its mask, as text or in bits; the interface is up. */
int	rump_pub_netconfig_ipv4_ifaddr(const char *, const char *,
	    const char *);
int	rump_pub_netconfig_ipv4_ifaddr_cidr(const char *, const char *, int);
/* The default router.  EEXIST: there is one; ENETUNREACH: it is not near. */
int	rump_pub_netconfig_ipv4_gw(const char *);

/*
 * Another address of IPv6, and the bits of its prefix, 1 to 128; the interface
 * is up.  The default router, which is followed by "%" and an interface's name
 * if its address is one of a link: RFC 4007 section 11.
 */
int	rump_pub_netconfig_ipv6_ifaddr(const char *, const char *, int);
int	rump_pub_netconfig_ipv6_gw(const char *);
/*
 * Asks the link's routers, and returns when the interface has an address by
 * what one of them told (RFC 4862) and there is a default router.  Routers are
 * believed there from then on, also when they say that there is DHCPv6, which
 * is asked then (see below).  ETIMEDOUT: that did not come within 30 seconds;
 * EINVAL: the interface has no groups, or is a loop.
 */
int	rump_pub_netconfig_auto_ipv6(const char *);

/*
 * Gets an address by DHCP (RFC 2131), and returns when it, a router and the
 * MTU are set.  The lease is renewed as long as the kernel runs, until
 * ifdown or dhcp_ipv4_stop.  ETIMEDOUT: no server answered within half a
 * minute; EINVAL: the interface is not one of Ethernet; EADDRINUSE: a socket
 * has the client's port; ECANCELED: it was stopped.
 */
int	rump_pub_netconfig_dhcp_ipv4_oneshot(const char *);

/*
 * Not of NetBSD.
 */

/* Bytes of a packet.  EINVAL: the interface does not like it. */
int	rump_pub_netconfig_ifsetmtu(const char *, int);
int	rump_pub_netconfig_ifgetmtu(const char *, int *);

/* Gives the lease back, and takes its address and routes away.  ENOENT: there
 * is no lease and none is asked for. */
int	rump_pub_netconfig_dhcp_ipv4_stop(const char *);

/* A route that a lease brought.  Addresses are in network byte order; a
 * gateway of 0: it is on the link. */
struct rump_dhcp_route {
	uint32_t	dr_dst, dr_mask, dr_gateway;
};
#define	RUMP_DHCP_ROUTES	32
#define	RUMP_DHCP_SERVERS	8

enum rump_dhcp_state {
	RUMP_DHCP_SELECTING = 1,	/* no address: asking for offers */
	RUMP_DHCP_REQUESTING,		/* for the one that was offered */
	RUMP_DHCP_CHECKING,		/* whether somebody else has it */
	RUMP_DHCP_BOUND,
	RUMP_DHCP_RENEWING,		/* bound, and asking the server */
	RUMP_DHCP_REBINDING,		/* bound, and asking any server */
	RUMP_DHCP_DECLINED,		/* somebody has it: starts again soon */
	/* Of IPv6 alone. */
	RUMP_DHCP_WAITING,		/* for a link-local address */
	RUMP_DHCP_CONFIRMING,		/* bound, and asking whether it fits */
	RUMP_DHCP_ASKING,		/* for information */
	RUMP_DHCP_INFORMED,
	RUMP_DHCP_RELEASING,
};

/*
 * A lease.  Times are in seconds.  All but the first two are 0 or empty when
 * there is no address; servers are those that fit, names end with a NUL.
 */
struct rump_dhcp_lease {
	uint32_t	dl_state;
	uint32_t	dl_left;	/* till it ends; UINT32_MAX: never */
	uint32_t	dl_address, dl_mask;
	uint32_t	dl_server;
	uint32_t	dl_seconds, dl_renew, dl_rebind; /* from its begin */
	uint32_t	dl_mtu;		/* bytes; 0: the server has not said */
	uint32_t	dl_ndns, dl_nntp, dl_nroutes;
	uint32_t	dl_dns[RUMP_DHCP_SERVERS];
	uint32_t	dl_ntp[RUMP_DHCP_SERVERS];
	struct rump_dhcp_route dl_routes[RUMP_DHCP_ROUTES];
	char		dl_domain[256];	/* of the resolver */
	char		dl_host[256];	/* our name, as the server says */
};
/* ENOENT: there is no lease and none is asked for. */
int	rump_pub_netconfig_dhcp_ipv4_lease(const char *,
	    struct rump_dhcp_lease *);

/*
 * DHCPv6, RFC 8415: what flags say - an address, a delegated prefix, or, if
 * neither, information alone - for an interface of Ethernet, which has a
 * link-local address.  An address is set, of a prefix of 128 bits, when nobody
 * objects; a prefix is only told, as are servers of names.  Returns when that
 * is so; a lease is kept until ifdown or dhcp_ipv6_stop.  One that runs already
 * stays as it is.  oneshot: an address.  EINVAL: unknown flags, none; all else
 * as for IPv4.  ETIMEDOUT: no server gave it within half a minute.
 */
#define	RUMP_DHCP6_ADDRESS	1
#define	RUMP_DHCP6_PREFIX	2
#define	RUMP_DHCP6_INFO		4
#define	RUMP_DHCP6_RAPID	8	/* two messages, if the server likes */
#define	RUMP_DHCP6_ALL		15
int	rump_pub_netconfig_dhcp_ipv6_oneshot(const char *);
int	rump_pub_netconfig_dhcp_ipv6(const char *, int);
/* The link may be another one: servers are asked whether the address fits, and
 * a new one is asked for if not.  Does not wait for that.  ENOENT. */
int	rump_pub_netconfig_dhcp_ipv6_confirm(const char *);
/* As of IPv4; waits up to 15 seconds for the server. */
int	rump_pub_netconfig_dhcp_ipv6_stop(const char *);

/*
 * A lease of IPv6.  Times are in seconds, UINT32_MAX: for ever.  All but the
 * first two are 0 or empty when there is nothing; names of the search list are
 * parted by spaces, and end with a NUL.
 */
struct rump_dhcp6_lease {
	uint32_t	d6_state;	/* enum rump_dhcp_state */
	uint32_t	d6_left;	/* till the first of them ends */
	uint32_t	d6_renew, d6_rebind;	/* from its begin */
	uint32_t	d6_preferred, d6_seconds; /* 0: there is no address */
	uint8_t		d6_address[16];
	uint32_t	d6_prefix_preferred, d6_prefix_seconds;	/* 0: none */
	uint32_t	d6_prefix_bits;
	uint8_t		d6_prefix[16];
	uint32_t	d6_server_len;	/* of its name, a DUID */
	uint8_t		d6_server[132];
	uint32_t	d6_ndns;
	uint8_t		d6_dns[RUMP_DHCP_SERVERS][16];
	char		d6_search[1024];
};
/* ENOENT: there is no lease and none is asked for. */
int	rump_pub_netconfig_dhcp_ipv6_lease(const char *,
	    struct rump_dhcp6_lease *);

/*
 * What a resolver needs to know, of all who told of it on the interface: a
 * lease of DHCP, one of DHCPv6, routers (RFC 8106), in that order.  Addresses
 * are of IPv6, or ::ffff:10.0.2.3 and the like; those of a link are of that
 * interface's.  Names of the search list are parted by spaces, and end with a
 * NUL.  What has ended is not there.
 */
#define	RUMP_RESOLVER_SERVERS	20
struct rump_resolver_server {
	uint8_t		rs_addr[16];
	uint32_t	rs_left;	/* seconds; UINT32_MAX: for ever */
};
struct rump_resolver {
	uint32_t	re_nservers;
	struct rump_resolver_server re_servers[RUMP_RESOLVER_SERVERS];
	char		re_search[1024];
};
int	rump_pub_netconfig_resolver(const char *, struct rump_resolver *);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_NETCONFIG_H_ */
