/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources about addresses and neighbours of IPv6 - in6.c, in6_*.c,
 * mld6.c, nd6*.c - have in common and no other.  README.md has the lock order.
 */

#ifndef _NETINET6_ND6_PRIVATE_H_
#define	_NETINET6_ND6_PRIVATE_H_

#include <sys/queue.h>
#include <sys/types.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

struct lltable;
struct mbuf;

/* Flags that SIOCSIFINFO_FLAGS may give. */
#define	ND6_IFF_ALL	(ND6_IFF_PERFORMNUD | ND6_IFF_ACCEPT_RTADV |	\
			    ND6_IFF_PREFER_SOURCE | ND6_IFF_IFDISABLED | \
			    ND6_IFF_OVERRIDE_RTADV | ND6_IFF_AUTO_LINKLOCAL)

/* What a hostile router can make us keep, for each interface. */
#define	ND6_ROUTERS_MAX		16
#define	ND6_PREFIXES_MAX	16
#define	ND6_DNS_MAX		3
#define	ND6_SEARCH_MAX		8
#define	ND6_NAME_MAX		256	/* with its NUL */

/*
 * A default router, RFC 4861 section 5.1.  Lock: r, nd6_rtr_lock; c constant.
 */
struct nd6_router {
	LIST_ENTRY(nd6_router) nr_next;	/* r: of its interface */
	struct in6_addr	nr_addr;	/* c: link-local, with its zone */
	struct ifnet	*nr_ifp;	/* c */
	time_t		nr_expire;	/* r: time_uptime */
	uint16_t	nr_lifetime;	/* r: seconds, as it said */
	uint8_t		nr_flags;	/* r: ND_RA_FLAG_* */
	bool		nr_gone;	/* r: it says that it is none any more */
};
LIST_HEAD(nd6_routers, nd6_router);

/*
 * A prefix that a router told of.  Lock: IFNET_LOCK.
 */
struct nd6_prefix {
	LIST_ENTRY(nd6_prefix) np_next;
	struct in6_addr	np_prefix;
	struct in6_addr	np_router;	/* who told last */
	time_t		np_update;	/* when, time_uptime */
	uint32_t	np_vltime;	/* seconds from then on */
	uint32_t	np_pltime;
	uint8_t		np_plen;
	uint8_t		np_flags;	/* ND_OPT_PI_FLAG_* */
	bool		np_onlink;	/* there is a route */
};
LIST_HEAD(nd6_prefixes, nd6_prefix);

/* A server of names, RFC 8106, and a domain to search in.  Lock: IFNET_LOCK. */
struct nd6_dns {
	struct in6_addr	nd_addr;
	time_t		nd_expire;	/* time_uptime; 0: there is none */
};
#define	ND6_DNS_FOREVER	INT64_MAX	/* when those end that never do */
struct nd6_search {
	LIST_ENTRY(nd6_search) ns_next;
	time_t		ns_expire;	/* time_uptime */
	char		ns_name[ND6_NAME_MAX];
};
LIST_HEAD(nd6_searches, nd6_search);

/*
 * What an interface has of IPv6, if_afdata[AF_INET6].  Locks: i, IFNET_LOCK;
 * r, nd6_rtr_lock; m, in6_multi_lock(); c, constant.  What is read in the path
 * of packets is read without a lock: nx_nd.
 */
struct nd6_if {
	struct in6_ifextra nx_extra;	/* c: stays first */
	struct in6_ifstat nx_stat;
	struct icmp6_ifstat nx_icmp6stat;
	struct nd_kifinfo nx_nd;	/* i */
	TAILQ_ENTRY(nd6_if) nx_next;	/* r: all of them */
	struct ifnet	*nx_ifp;	/* c */
	struct nd6_routers nx_routers;	/* r */
	u_int		nx_nrouters;	/* r */
	struct nd6_dns	nx_dns[ND6_DNS_MAX]; /* i */
	struct nd6_searches nx_search;	/* i */
	struct nd6_prefixes nx_prefixes; /* i */
	u_int		nx_nprefixes;	/* i */
	/* Solicitations of routers; 0: none is to be sent. */
	uint64_t	nx_rs_due;	/* i: nd6_now() */
	uint32_t	nx_rs_wait;	/* i: milliseconds, the last time */
	/* Routers of multicast that speak MLDv1. */
	bool		nx_mld_v1;	/* m */
	uint64_t	nx_mld_v1_until; /* m: nd6_now() */
};

static __inline struct nd6_if *
nd6_if(const struct ifnet *ifp)
{

	return ifp->if_afdata[AF_INET6];
}

/* Milliseconds since the kernel began. */
uint64_t nd6_now(void);
/* As many ticks, at least one. */
int	nd6_ticks(uint64_t ms);
/* The time of a clock on the wall for one of time_uptime, 0 for 0. */
time_t	nd6_wall(time_t);

/*
 * in6.c, in6_addr.c
 */
/* Each address of an interface, which stays while the function is called;
 * that may sleep. */
void	in6_foreach_ia(struct ifnet *, void (*)(struct in6_ifaddr *, void *),
	    void *);
/* Flags that are set, others that are cleared; true: one changed. */
bool	in6_ia_flags(struct in6_ifaddr *, int set, int clear);
/* Seconds an address is yet valid, and preferred. */
uint32_t in6_ia_left(const struct in6_ifaddr *, uint32_t lifetime);
/* An address with lifetimes, IFNET_LOCK held: those of in6_update_ifa(). */
void	in6_ia_lifetime(struct in6_ifaddr *, uint32_t vltime, uint32_t pltime);
/* Flags a request may give; and those that say how, but do not stay. */
#define	IN6_IFF_GIVEN	(IN6_IFF_ANYCAST | IN6_IFF_NODAD |		\
			    IN6_IFF_AUTOCONF | IN6_IFF_TEMPORARY |	\
			    IN6_IFF_TRYTENTATIVE)
#define	IN6_IFF_HOW	(IN6_IFF_NODAD | IN6_IFF_TRYTENTATIVE)
/* The route of an address's prefix, shared by all with that prefix. */
int	in6_route_add(struct in6_ifaddr *);
void	in6_route_del(struct in6_ifaddr *);
bool	in6_same_prefix(const struct in6_addr *, const struct in6_addr *,
	    u_int plen);

/* in6_multi.c */
void	in6_purge_multi(struct ifnet *);
void	in6_multi_init(void);
/* Groups every address needs.  EINVAL, ENOBUFS and those of the driver. */
int	in6_join_own(struct in6_ifaddr *);
void	in6_leave_own(struct in6_ifaddr *);
/* The group of those who have the address perhaps, RFC 4291 section 2.7.1. */
void	in6_solicited(const struct in6_addr *, struct ifnet *,
	    struct in6_addr *);
/* The lock is held: neither adds nor frees any. */
void	in6_multi_foreach(struct ifnet *, void (*)(struct in6_multi *,
	    void *), void *);

/* mld6.c: lock held; and what they have to send, without it. */
void	mld_join(struct in6_multi *);
void	mld_leave(struct in6_multi *);
void	mld_flush(void);

/* in6_ifattach.c: what an interface that is up has to have. */
void	in6_ifattach_up(struct ifnet *);
/* The second half of addresses, RFC 4291 appendix A.  False: there is none. */
bool	in6_ifid(const struct ifnet *, uint8_t id[8]);

/*
 * Messages: nd6_msg.c
 */
struct nd6_msg {
	struct mbuf	*nm_m;
	struct ifnet	*nm_ifp;
	struct psref	nm_psref;
	struct in6_addr	nm_src;		/* with their zones */
	struct in6_addr	nm_dst;
	const uint8_t	*nm_data;	/* from the ICMP header on */
	size_t		nm_len;
	size_t		nm_fixed;	/* options follow */
};
/*
 * Takes a message apart, of that length without options: hop limit, code,
 * and options are checked.  False: it was freed, and counted as that.
 */
bool	nd6_msg_in(struct nd6_msg *, struct mbuf *, int off, int len,
	    size_t fixed, u_int bad);
/* The end of it; counted, if it was bad. */
void	nd6_msg_done(struct nd6_msg *, bool good, u_int bad);
/* The next option of a type behind that one (NULL: the first), or NULL. */
const uint8_t *nd6_opt(const struct nd6_msg *, int type, const uint8_t *);
/* The link address in an option of that type; NULL: there is none.  False:
 * it is of another length than the interface's. */
bool	nd6_opt_lladdr(const struct nd6_msg *, int type, const uint8_t **);
/* A message to be filled in: length of all, where to and where from. */
struct mbuf *nd6_msg_new(struct ifnet *, size_t len, const struct in6_addr *,
	    const struct in6_addr *);
#define	nd6_msg_body(m)							\
	((void *)(mtod(m, char *) + sizeof(struct ip6_hdr)))
/* An option with the interface's link address, of nd6_opt_lllen() bytes. */
size_t	nd6_opt_lllen(const struct ifnet *);
void	nd6_opt_ll(const struct ifnet *, int type, void *, const void *);
/* Its checksum, and out. */
void	nd6_msg_out(struct ifnet *, struct mbuf *);

/*
 * Neighbours: nd6.c, nd6_cache.c
 */
void	nd6_nd_init(void);
struct lltable *nd6_lltattach(struct ifnet *);
void	nd6_ifinfo_init(const struct ifnet *, struct nd_kifinfo *);
/* An address of ours comes into use, or goes. */
void	nd6_own_add(struct in6_ifaddr *);
void	nd6_own_del(struct in6_ifaddr *);
/* Who answers for others, RTF_ANNOUNCE: true, with the link address. */
bool	nd6_proxied(struct ifnet *, const struct in6_addr *, uint8_t *);
/* A neighbour said so: its link address (NULL: not), and flags. */
#define	ND6_SAID_SOLICITED	0x01
#define	ND6_SAID_OVERRIDE	0x02
#define	ND6_SAID_ROUTER		0x04
void	nd6_advertised(struct ifnet *, const struct in6_addr *,
	    const uint8_t *, int);
/* Is it heard of, as far as is known?  RFC 4861 section 6.3.6. */
bool	nd6_is_reachable(struct ifnet *, const struct in6_addr *);
/* nd6_nbr.c: we have it, says an advertisement to all. */
void	nd6_announce(struct in6_ifaddr *);

/* nd6_dad.c */
void	nd6_dad_init(void);
/* An address is asked for so often before it is used. */
int	nd6_dad_count(const struct in6_ifaddr *);
/* Somebody looks for it, too: his nonce (NULL: none); or has it. */
void	nd6_dad_asked(struct in6_ifaddr *, const uint8_t *);
void	nd6_dad_claimed(struct in6_ifaddr *);

/*
 * Routers: nd6_rtr.c, nd6_defrtr.c, nd6_prefix.c, nd6_slaac.c.  All is done
 * in one thread, nd6_work.c, which has IFNET_LOCK of an interface.
 */
extern kmutex_t nd6_rtr_lock;
extern TAILQ_HEAD(nd6_ifs, nd6_if) nd6_ifs;	/* nd6_rtr_lock */

void	nd6_work_init(void);
/* The thread is to look after all at that time, if not earlier; does not
 * sleep. */
void	nd6_work_at(uint64_t ms);
void	nd6_work_lifetime(time_t uptime);
/* A message for the thread, which frees it. */
void	nd6_work_ra(struct mbuf *);
/* The default route may have to change. */
void	nd6_work_select(void);

/* In the thread. */
void	nd6_ra_process(struct mbuf *);
/* All that is due; the time of what comes next is told by nd6_work_at(). */
void	nd6_if_due(struct ifnet *);

void	nd6_rtr_init(void);
void	nd6_rtr_attach(struct nd6_if *);
/* Nothing of it is left, nor will be. */
void	nd6_rtr_detach(struct nd6_if *);
bool	nd6_accepts_rtadv(const struct ifnet *);
/* The interface is there: are there routers?  IFNET_LOCK. */
void	nd6_rs_start(struct ifnet *);
void	nd6_rs_due(struct nd6_if *);

/* nd6_defrtr.c; lifetime 0: it is none any more */
void	nd6_router_told(struct ifnet *, const struct in6_addr *, uint8_t flags,
	    uint16_t lifetime);
/* In a soft interrupt: one says that it is none; the thread takes it off. */
void	nd6_router_renounced(struct ifnet *, const struct in6_addr *);
void	nd6_routers_due(struct nd6_if *);
void	nd6_routers_purge(struct nd6_if *);
void	nd6_router_select(void);
int	nd6_router_pref(uint8_t flags);

/* nd6_prefix.c: an option of a prefix; IFNET_LOCK. */
void	nd6_prefix_told(struct ifnet *, const struct in6_addr *router,
	    const struct nd_opt_prefix_info *);
/* Seconds that are left of a lifetime it was told with. */
uint32_t nd6_prefix_left(const struct nd6_prefix *, uint32_t);
void	nd6_prefixes_due(struct nd6_if *);
void	nd6_prefixes_purge(struct nd6_if *);

/* nd6_dns.c: options of servers, and of domains; IFNET_LOCK. */
void	nd6_dns_told(struct nd6_if *, const uint8_t *);
void	nd6_search_told(struct nd6_if *, const uint8_t *);
void	nd6_dns_purge(struct nd6_if *);

/* nd6_slaac.c: IFNET_LOCK */
void	nd6_slaac_told(struct ifnet *, const struct nd6_prefix *);
void	nd6_addrs_due(struct ifnet *);
/* An address in a prefix with that second half.  EEXIST; those of
 * in6_update_ifa(). */
int	nd6_slaac_add(struct ifnet *, const struct nd6_prefix *,
	    const uint8_t id[8], int flags, uint32_t vltime, uint32_t pltime);
/* The valid lifetime that a prefix gives to an address that is there. */
uint32_t nd6_slaac_valid(const struct in6_ifaddr *,
	    const struct nd6_prefix *);
/* Is it one that was made by a prefix, with and without flags? */
bool	nd6_slaac_is(const struct ifaddr *, const struct nd6_prefix *,
	    int with, int without);
/* nd6_temp.c: RFC 8981.  A prefix was told of; what is to be renewed. */
void	nd6_temp_init(void);
void	nd6_temp_told(struct ifnet *, const struct nd6_prefix *);
void	nd6_temp_due(struct ifnet *);

/* nd6_redirect.c */
void	nd6_redirect_init(void);

/* nd6_sysctl.c */
void	nd6_sysctl_setup(void);

/* net.inet6.ip6, net.inet6.icmp6 */
extern int ip6_accept_rtadv, ip6_use_tempaddr, ip6_temppltime, ip6_tempvltime;
extern int ip6_auto_linklocal, ip6_dad_count, ip6_maxifprefixes;
extern int icmp6_rediraccept, icmp6_redirtimeout;
extern int nd6_debug;

#endif /* !_NETINET6_ND6_PRIVATE_H_ */
