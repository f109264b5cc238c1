/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours and routers of IPv6: RFC 4861, RFC 4862; ndp(8).
 */

#ifndef _NETINET6_ND6_H_
#define	_NETINET6_ND6_H_

#include <sys/queue.h>

#include <net/if.h>
#include <netinet/in.h>

/* Of prefixes, addresses and routers: for ever. */
#define	ND6_INFINITE_LIFETIME	0xffffffff

/* What programs see of an interface: times in milliseconds. */
struct nd_ifinfo {
	uint8_t		chlim;		/* hop limit of what is sent */
	uint32_t	basereachable;
	uint32_t	retrans;
	uint32_t	flags;		/* ND6_IFF_* */
};
#define	ND6_IFF_PERFORMNUD	0x01
#define	ND6_IFF_ACCEPT_RTADV	0x02	/* if the sysctl says so, too; NetBSD
					   10 has neither this nor 0x10 */
#define	ND6_IFF_PREFER_SOURCE	0x04	/* its addresses for others, too */
#define	ND6_IFF_IFDISABLED	0x08	/* no IPv6: its address is taken */
#define	ND6_IFF_OVERRIDE_RTADV	0x10	/* whatever the sysctl says */
#define	ND6_IFF_AUTO_LINKLOCAL	0x20

/* SIOCGIFINFO_IN6 ... */
struct in6_ndireq {
	char		ifname[IFNAMSIZ];
	struct nd_ifinfo ndi;
};

/* SIOCGNBRINFO_IN6 */
struct in6_nbrinfo {
	char		ifname[IFNAMSIZ];
	struct in6_addr	addr;
	long		asked;
	int		isrouter;
	int		state;		/* ND_LLINFO_* */
	int		expire;
};

/* sysctl net.inet6.icmp6.nd6_drlist, as NetBSD has it before version 10 */
struct in6_defrouter {
	struct sockaddr_in6 rtaddr;
	u_char		flags;
	u_short		rtlifetime;
	u_long		expire;
	u_short		if_index;
};

/* sysctl net.inet6.icmp6.nd6_prlist; addresses of routers follow. */
struct prf_ra {
	u_int		onlink:1;
	u_int		autonomous:1;
	u_int		router:1;
	u_int		reserved:5;
};
struct in6_prefix {
	struct sockaddr_in6 prefix;
	struct prf_ra	raflags;
	u_char		prefixlen;
	u_char		origin;
	u_int32_t	vltime;
	u_int32_t	pltime;
	time_t		expire;
	u_int32_t	flags;
	int		refcnt;
	u_short		if_index;
	u_short		advrtrs;
};
#define	PR_ORIG_RA	0
#define	PR_ORIG_RR	1
#define	PR_ORIG_STATIC	2
#define	PR_ORIG_KERNEL	3
#define	NDPRF_ONLINK	0x1
#define	NDPRF_DETACHED	0x2

/* sysctl net.inet6.icmp6.nd6_dns and nd6_search: servers of names, and domains
 * to search in, that routers told of, RFC 8106; NetBSD has no such nodes. */
struct in6_nddns {
	struct sockaddr_in6 server;
	time_t		expire;		/* 0: never */
	u_short		if_index;
};
struct in6_ndsearch {
	time_t		expire;		/* 0: never */
	u_short		if_index;
	char		name[256];	/* with a NUL */
};

#ifdef _KERNEL
#include <sys/atomic.h>

#include <net/nd.h>

struct ifaddr;
struct llentry;
struct mbuf;
struct rt_addrinfo;
struct rtentry;

/* RFC 4861 section 10, seconds. */
#define	MAX_RTR_SOLICITATION_DELAY 1

/*
 * What the kernel keeps of an interface.  Written with IFNET_LOCK, read
 * without.
 */
struct nd_kifinfo {
	uint8_t		chlim;		/* hop limit; 0: ip6_defhlim */
	uint32_t	basereachable;	/* milliseconds */
	uint32_t	retrans;
	uint32_t	reachable;	/* by chance, near basereachable */
	uint32_t	flags;		/* ND6_IFF_* */
	uint32_t	linkmtu;	/* a router told of; 0: if_mtu */
	int		recalctm;
};

#define	ND_IFINFO(ifp)							\
	(((struct in6_ifextra *)(ifp)->if_afdata[AF_INET6])->nd_ifinfo)
/* ND6_IFF_*, as they are now. */
#define	ND_FLAGS(ifp)	atomic_load_relaxed(&ND_IFINFO(ifp)->flags)
/* The MTU of IPv6 on an interface, RFC 8200 section 5. */
uint32_t nd6_linkmtu(const struct ifnet *);
#define	IN6_LINKMTU(ifp)	nd6_linkmtu(ifp)

extern int nd6_debug;
#define	nd6log(level, fmt, args...)					\
do {									\
	if (nd6_debug)							\
		log((level), "%s: " fmt, __func__, ##args);		\
} while (0)

void	nd6_init(void);
/* Does the link have addresses that have to be asked for? */
int	nd6_need_cache(struct ifnet *);
/* Is it a neighbour: may its link address be asked for? */
int	nd6_is_addr_neighbor(const struct sockaddr_in6 *, struct ifnet *);
/* Entries, locked; NULL. */
struct llentry *nd6_lookup(const struct in6_addr *, const struct ifnet *,
	    bool);
struct llentry *nd6_create(const struct in6_addr *, const struct ifnet *);
/* Packets that wait for an entry, which is locked, and known. */
void	nd6_llinfo_release_pkts(struct llentry *, struct ifnet *);
/* A neighbour was heard: his link address (NULL: not said) and its length,
 * type and code of his message. */
void	nd6_cache_lladdr(struct ifnet *, struct in6_addr *, char *, int, int,
	    int);
/* An upper layer heard of an address, to which a route leads: the neighbour
 * there is reachable. */
void	nd6_confirmed(const struct rtentry *, const struct sockaddr *);
void	nd6_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);
int	nd6_ioctl(u_long, void *, struct ifnet *);
void	nd6_purge(struct ifnet *, struct in6_ifextra *);
/*
 * The link address of the other end, as nd_resolve(); the packet is gone but
 * with 0.
 */
int	nd6_resolve(struct ifnet *, const struct rtentry *, struct mbuf *,
	    const struct sockaddr *, uint8_t *, size_t);
/* A packet by an interface, from another one; it is gone.  ENETDOWN: no IPv6
 * there; those of if_output. */
int	nd6_output(struct ifnet *, struct ifnet *, struct mbuf *,
	    const struct sockaddr_in6 *, const struct rtentry *);

/* Messages of ICMPv6, from icmp6_input(): offset and length of it; the packet
 * is gone.  Checksum and length of the header are right. */
void	nd6_ns_input(struct mbuf *, int, int);
void	nd6_na_input(struct mbuf *, int, int);
void	nd6_rs_input(struct mbuf *, int, int);
void	nd6_ra_input(struct mbuf *, int, int);
void	icmp6_redirect_input(struct mbuf *, int);
void	nd6_ns_output(struct ifnet *, const struct in6_addr *,
	    const struct in6_addr *, const struct in6_addr *,
	    const uint8_t *);
void	nd6_na_output(struct ifnet *, const struct in6_addr *,
	    const struct in6_addr *, u_long, int, const struct sockaddr *);
const void *nd6_ifptomac(const struct ifnet *);

/* Is an address used by somebody else?  RFC 4862 section 5.4. */
void	nd6_dad_start(struct ifaddr *, int);
void	nd6_dad_stop(struct ifaddr *);
#endif /* _KERNEL */

#endif /* !_NETINET6_ND6_H_ */
