/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6, for netconfig_pub.c.  All sleep and return an errno; EAFNOSUPPORT: the
 * kernel has no IPv6.  Nothing here refers to netinet6 by name, so that the
 * component is there without it.
 */
#ifndef _NETCONFIG_IN6_H_
#define	_NETCONFIG_IN6_H_

#include <netinet/in.h>

/*
 * Text as RFC 4291 section 2.2 has it, all of it; an IPv4 address may be its
 * end.  With a place for a zone "%" and the name of an interface may follow,
 * NULL there if none does (RFC 4007 section 11).  EINVAL.
 */
int	netconfig_address6(const char *, struct in6_addr *, const char **zone);

/* Another address, of a prefix of 1 to 128 bits; the interface is up. */
int	netconfig_ifaddr6(const char *ifname, const char *addr, int bits);
/* For so many seconds, ND6_INFINITE_LIFETIME: for ever; if it is there it is
 * from now on.  A new one has flags, IN6_IFF_*.  The other: it goes. */
int	netconfig_addr6_set(const char *ifname, const struct in6_addr *,
	    int bits, int flags, uint32_t valid, uint32_t preferred);
int	netconfig_addr6_delete(const char *ifname, const struct in6_addr *);
/* IN6_IFF_* of an address, NULL: that of the link; -1: there is none. */
int	netconfig_addr6_flags(const char *ifname, const struct in6_addr *);
/* The default router. */
int	netconfig_gateway6(const char *addr);
/* Asks routers, and waits for an address and a router.  ETIMEDOUT. */
int	netconfig_auto6(const char *ifname);

#endif /* !_NETCONFIG_IN6_H_ */
