/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes: the table, the caches of it that sockets and protocols have (struct
 * route), and the messages of the routing socket.
 */

#ifndef _NET_ROUTE_H_
#define	_NET_ROUTE_H_

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>

#include <net/if.h>
#include <net/radix.h>

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/percpu.h>
#include <sys/psref.h>

#include <lib/libkern/libkern.h>
#endif

/* What is known of the way. */
struct rt_metrics {
	uint64_t	rmx_locks;	/* RTV_*: not to be changed */
	uint64_t	rmx_mtu;
	uint64_t	rmx_hopcount;
	uint64_t	rmx_recvpipe;	/* bytes in flight, in */
	uint64_t	rmx_sendpipe;	/* and out */
	uint64_t	rmx_ssthresh;
	uint64_t	rmx_rtt;	/* in 1 / RTM_RTTUNIT seconds */
	uint64_t	rmx_rttvar;
	time_t		rmx_expire;
	time_t		rmx_pksent;
};
#define	RTM_RTTUNIT	1000000

/* rmx_locks, rtm_inits. */
#define	RTV_MTU		0x01
#define	RTV_HOPCOUNT	0x02
#define	RTV_EXPIRE	0x04
#define	RTV_RPIPE	0x08
#define	RTV_SPIPE	0x10
#define	RTV_SSTHRESH	0x20
#define	RTV_RTT		0x40
#define	RTV_RTTVAR	0x80

/* rt_flags. */
#define	RTF_UP		0x00001	/* in use */
#define	RTF_GATEWAY	0x00002	/* by rt_gateway */
#define	RTF_HOST	0x00004	/* to one host */
#define	RTF_REJECT	0x00008	/* there is no way */
#define	RTF_DYNAMIC	0x00010	/* made by a redirect */
#define	RTF_MODIFIED	0x00020	/* changed by one */
#define	RTF_DONE	0x00040	/* message: it was done */
#define	RTF_MASK	0x00080
#define	RTF_CONNECTED	0x00100	/* hosts on it are neighbours */
#define	RTF_LLDATA	0x00400	/* has a link address */
#define	RTF_STATIC	0x00800	/* made by hand */
#define	RTF_BLACKHOLE	0x01000	/* packets vanish */
#define	RTF_PROTO2	0x04000	/* the protocol's */
#define	RTF_PROTO1	0x08000
#define	RTF_SRC		0x10000	/* has a source address */
#define	RTF_ANNOUNCE	0x20000	/* answer for it */
#define	RTF_LOCAL	0x40000	/* of this host */
#define	RTF_BROADCAST	0x80000
#define	RTF_UPDATING	0x100000
#define	RTF_DONTCHANGEIFA 0x200000

/*
 * A message.  Addresses follow, each rounded up, those in rtm_addrs.
 */
struct rt_msghdr {
	u_short		rtm_msglen;	/* all of it */
	u_char		rtm_version;	/* RTM_VERSION */
	u_char		rtm_type;	/* RTM_* */
	u_short		rtm_index;	/* of the interface */
	int		rtm_flags;	/* RTF_* */
	int		rtm_addrs;	/* RTA_* */
	pid_t		rtm_pid;	/* who asked */
	int		rtm_seq;	/* his number of it */
	int		rtm_errno;
	int		rtm_use;
	int		rtm_inits;	/* RTV_*: valid metrics */
	struct rt_metrics rtm_rmx __aligned(8);
};
#define	RTM_VERSION	4
#define	RTM_ADD		0x1
#define	RTM_DELETE	0x2
#define	RTM_CHANGE	0x3
#define	RTM_GET		0x4
#define	RTM_LOSING	0x5	/* suspect */
#define	RTM_REDIRECT	0x6
#define	RTM_MISS	0x7
#define	RTM_LOCK	0x8
#define	RTM_OLDADD	0x9
#define	RTM_OLDDEL	0xa
#define	RTM_ONEWADDR	0xc
#define	RTM_ODELADDR	0xd
#define	RTM_OOIFINFO	0xe
#define	RTM_OIFINFO	0xf
#define	RTM_IFANNOUNCE	0x10
#define	RTM_IEEE80211	0x11
#define	RTM_SETGATE	0x12
#define	RTM_LLINFO_UPD	0x13
#define	RTM_IFINFO	0x14
#define	RTM_OCHGADDR	0x15
#define	RTM_NEWADDR	0x16
#define	RTM_DELADDR	0x17
#define	RTM_CHGADDR	0x18

/* Addresses of a message: which, and their indices. */
#define	RTA_DST		0x001
#define	RTA_GATEWAY	0x002
#define	RTA_NETMASK	0x004
#define	RTA_GENMASK	0x008
#define	RTA_IFP		0x010
#define	RTA_IFA		0x020
#define	RTA_AUTHOR	0x040
#define	RTA_BRD		0x080
#define	RTA_TAG		0x100
#define	RTAX_DST	0
#define	RTAX_GATEWAY	1
#define	RTAX_NETMASK	2
#define	RTAX_GENMASK	3
#define	RTAX_IFP	4
#define	RTAX_IFA	5
#define	RTAX_AUTHOR	6
#define	RTAX_BRD	7
#define	RTAX_TAG	8
#define	RTAX_MAX	9

#define	RT_ROUNDUP2(a, n)						\
	((a) > 0 ? (1 + (((a) - 1) | ((n) - 1))) : (n))
#define	RT_ROUNDUP(a)	RT_ROUNDUP2((a), sizeof(uint64_t))
#define	RT_ADVANCE(x, n) ((x) += RT_ROUNDUP((n)->sa_len))

#ifdef _KERNEL
struct rt_walkarg;
struct rtbl;
struct rttimer_queue;
struct rtentry;

typedef struct rtbl	rtbl_t;

struct rt_addrinfo {
	int		rti_addrs;	/* RTA_* that count */
	const struct sockaddr *rti_info[RTAX_MAX];
	int		rti_flags;	/* RTF_* */
	struct ifaddr	*rti_ifa;
	struct ifnet	*rti_ifp;
};

/*
 * A cached route.  Its owner's lock protects it.
 */
struct route {
	struct rtentry	*_ro_rt;
	struct sockaddr	*ro_sa;		/* where to */
	uint64_t	ro_rtcache_generation;
	struct psref	ro_psref;
	int		ro_bound;
};

/*
 * A route in the table.  Locks: r, the table's; a, atomic; c, constant while
 * it is in the table.
 */
struct rtentry {
	struct radix_node rt_nodes[2];	/* r: stays first */
	struct sockaddr	*rt_gateway;	/* r */
	int		rt_flags;	/* r: RTF_* */
	int		rt_refcnt;	/* a */
	uint64_t	rt_use;		/* a: packets, not exact */
	struct ifnet	*rt_ifp;	/* r */
	struct ifaddr	*rt_ifa;	/* r */
	uint32_t	rt_ifa_seqno;	/* r */
	void		*rt_llinfo;	/* r */
	struct rt_metrics rt_rmx;	/* r */
	struct rtentry	*rt_gwroute;	/* r */
	LIST_HEAD(, rttimer) rt_timer;	/* r */
	struct rtentry	*rt_parent;	/* c */
	struct sockaddr	*_rt_key;	/* c */
	struct sockaddr	*rt_tag;	/* r */
	kcondvar_t	rt_cv;		/* r: who waits for the last use */
	struct psref_target rt_psref;	/* c */
	SLIST_ENTRY(rtentry) rt_free;	/* r */
};
#define	rt_mask(r)	((const struct sockaddr *)((r)->rt_nodes->rn_mask))

static __inline const struct sockaddr *
rt_getkey(const struct rtentry *rt)
{
	return rt->_rt_key;
}

static __inline void
rt_assert_referenced(const struct rtentry *rt __diagused)
{
	KASSERT(atomic_load_relaxed(&rt->rt_refcnt) > 0);
}

/* A function to be called about a route after a time. */
struct rttimer {
	TAILQ_ENTRY(rttimer) rtt_next;
	LIST_ENTRY(rttimer) rtt_link;
	struct rttimer_queue *rtt_queue;
	struct rtentry	*rtt_rt;
	void		(*rtt_func)(struct rtentry *, struct rttimer *);
	time_t		rtt_time;
};

struct rttimer_queue {
	long		rtq_timeout;
	unsigned long	rtq_count;
	TAILQ_HEAD(, rttimer) rtq_head;
	LIST_ENTRY(rttimer_queue) rtq_link;
};

#ifdef RT_DEBUG
#define	RT_DPRINTF(__fmt, ...)						\
	printf("%s.%d: " __fmt, __func__, __LINE__, ##__VA_ARGS__)
#else
#define	RT_DPRINTF(__fmt, ...)	__nothing
#endif

struct rtstat {
	uint64_t	rts_badredirect;
	uint64_t	rts_dynamic;
	uint64_t	rts_newgateway;
	uint64_t	rts_unreach;
	uint64_t	rts_wildcard;
};
extern struct rtstat rtstat;

void	rt_init(void);
int	rt_inithead(rtbl_t **, int);
int	rtinit(struct ifaddr *, int, int);

/* Request, destination, gateway, mask, flags, the route made. */
int	rtrequest(int, const struct sockaddr *, const struct sockaddr *,
	    const struct sockaddr *, int, struct rtentry **);
int	rtrequest1(int, struct rt_addrinfo *, struct rtentry **);
void	rtredirect(const struct sockaddr *, const struct sockaddr *,
	    const struct sockaddr *, int, const struct sockaddr *,
	    struct rtentry **);
/* A reference comes with it; the second: tell of a miss. */
struct rtentry *rtalloc1(const struct sockaddr *, int);
void	rt_unref(struct rtentry *);
void	rt_free(struct rtentry *);
struct sockaddr *rt_gettag(const struct rtentry *);
int	rt_setgate(struct rtentry *, const struct sockaddr *);
int	rt_check_reject_route(const struct rtentry *, const struct ifnet *);
void	rt_delete_matched_entries(sa_family_t,
	    int (*)(struct rtentry *, void *), void *, bool);
int	rt_ifa_addlocal(struct ifaddr *);
int	rt_ifa_remlocal(struct ifaddr *, struct ifaddr *);
void	rt_replace_ifa(struct rtentry *, struct ifaddr *);
void	rt_replace_ifa_matched_entries(sa_family_t,
	    int (*)(struct rtentry *, void *), void *, struct ifaddr *);

/* Messages to listeners. */
void	rt_addrmsg(int, struct ifaddr *);
void	rt_addrmsg_rt(int, struct ifaddr *, int, struct rtentry *);
void	rt_addrmsg_src(int, struct ifaddr *, const struct sockaddr *);
void	rt_clonedmsg(int, const struct sockaddr *, const struct sockaddr *,
	    const uint8_t *, const struct ifnet *);
void	rt_ifmsg(struct ifnet *);
void	rt_ifannouncemsg(struct ifnet *, int);
void	rt_missmsg(int, const struct rt_addrinfo *, int, int);
void	rt_newmsg(const int, const struct rtentry *);
void	rt_newmsg_dynamic(const int, const struct rtentry *);

int	rt_timer_add(struct rtentry *,
	    void (*)(struct rtentry *, struct rttimer *),
	    struct rttimer_queue *);
unsigned long rt_timer_count(struct rttimer_queue *);
void	rt_timer_queue_change(struct rttimer_queue *, long);
struct rttimer_queue *rt_timer_queue_create(u_int);
void	rt_timer_queue_destroy(struct rttimer_queue *);
void	rt_timer_remove_all(struct rtentry *);

/* Caches.  What init, lookup and update return has to be given back with
 * rtcache_unref(); NULL: no route. */
struct rtentry *rtcache_init(struct route *);
struct rtentry *rtcache_lookup2(struct route *, const struct sockaddr *, int,
	    int *);
struct rtentry *rtcache_update(struct route *, int);
struct rtentry *rtcache_validate(struct route *);
void	rtcache_unref(struct rtentry *, struct route *);
void	rtcache_copy(struct route *, struct route *);
void	rtcache_free(struct route *);
int	rtcache_setdst(struct route *, const struct sockaddr *);
percpu_t *rtcache_percpu_alloc(void);

static __inline const struct sockaddr *
rtcache_getdst(const struct route *ro)
{
	return ro->ro_sa;
}

static __inline struct rtentry *
rtcache_lookup1(struct route *ro, const struct sockaddr *dst, int clone)
{
	int hit;

	return rtcache_lookup2(ro, dst, clone, &hit);
}

static __inline struct rtentry *
rtcache_lookup(struct route *ro, const struct sockaddr *dst)
{
	return rtcache_lookup1(ro, dst, 1);
}

/* That of the caller's CPU; what is there points to it. */
static __inline struct route *
rtcache_percpu_getref(percpu_t *pc)
{
	return *(struct route **)percpu_getref(pc);
}

static __inline void
rtcache_percpu_putref(percpu_t *pc)
{
	percpu_putref(pc);
}
#endif /* _KERNEL */

#endif /* !_NET_ROUTE_H_ */
