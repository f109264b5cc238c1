/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and multicast groups of interfaces, IPv4: what the protocols of
 * the Internet have in common.
 *
 * Addresses are read in a pserialize(9) section, or kept by a passive
 * reference.  Groups have a lock, in_multi_lock().
 */

#ifndef _NETINET_IN_VAR_H_
#define	_NETINET_IN_VAR_H_

#include <sys/queue.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>

/* ia4_flags, SIOCGIFAFLAG_IN. */
#define	IN_IFF_TENTATIVE	0x01	/* being looked for elsewhere */
#define	IN_IFF_DUPLICATED	0x02	/* somebody else has it */
#define	IN_IFF_DETACHED		0x04	/* the link is down */
#define	IN_IFF_TRYTENTATIVE	0x08	/* tentative as soon as possible */
#define	IN_IFFBITS	"\020\1TENTATIVE\2DUPLICATED\3DETACHED\4TRYTENTATIVE"
/* Not to be used as a source. */
#define	IN_IFF_NOTREADY							\
	(IN_IFF_TRYTENTATIVE | IN_IFF_TENTATIVE | IN_IFF_DUPLICATED)

struct in_multi;

/*
 * An address.  Locks: i, IFNET_LOCK of the interface; l, in_ifaddr_lock;
 * c, constant once it is on lists; m, in_multi_lock().
 */
struct in_ifaddr {
	struct ifaddr	ia_ifa;		/* stays first */
#define	ia_ifp		ia_ifa.ifa_ifp
#define	ia_flags	ia_ifa.ifa_flags
	/* In network order: net by class and with the mask, and masks. */
	uint32_t	ia_net;		/* i */
	uint32_t	ia_netmask;	/* i */
	uint32_t	ia_subnet;	/* i */
	uint32_t	ia_subnetmask;	/* i */
	struct in_addr	ia_netbroadcast; /* i: of the net by class */
	struct sockaddr_in ia_addr;	/* i */
	struct sockaddr_in ia_dstaddr;	/* i: other end, or broadcast */
#define	ia_broadaddr	ia_dstaddr
	struct sockaddr_in ia_sockmask;	/* i */
	struct in_multi	*ia_allhosts;	/* i: 224.0.0.1 */
	uint16_t	ia_idsalt;	/* c */
	int		ia4_flags;	/* i: IN_IFF_* */
	void		(*ia_dad_start)(struct ifaddr *); /* c: or NULL */
	void		(*ia_dad_stop)(struct ifaddr *); /* c: or NULL */
	time_t		ia_dad_defended; /* last time, time_uptime */
	struct pslist_entry ia_hash_pslist_entry; /* l */
	struct pslist_entry ia_bcast_pslist_entry; /* l: by broadcast */
	struct pslist_entry ia_pslist_entry; /* l */
};

struct in_aliasreq {
	char		ifra_name[IFNAMSIZ];
	struct sockaddr_in ifra_addr;
	struct sockaddr_in ifra_dstaddr;
#define	ifra_broadaddr	ifra_dstaddr
	struct sockaddr_in ifra_mask;
};

/* SIOCGNBRINFO. */
struct in_nbrinfo {
	char		ifname[IFNAMSIZ];
	struct in_addr	addr;
	long		asked;
	int		state;		/* ND_LLINFO_* */
	int		expire;
};

#define	IA_SIN(ia)	(&(((struct in_ifaddr *)(ia))->ia_addr))

/*
 * A group that this host is a member of on an interface.  Lock: that of
 * in_multi_lock().
 */
struct in_multi {
	LIST_ENTRY(in_multi) inm_list;	/* of its hash */
	struct router_info *inm_rti;	/* the interface's */
	struct ifnet	*inm_ifp;
	struct in_addr	inm_addr;
	u_int		inm_refcount;	/* sockets and addresses */
	u_int		inm_timer;	/* ticks of PR_FASTHZ, 0: none */
	u_int		inm_state;	/* IGMP_* */
};

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/rwlock.h>
#include <sys/socketvar.h>

#include <net/pktqueue.h>

struct lltable;
struct mbuf;

/* A hash that is easy for numbers in network order. */
#define	IN_IFADDR_HASH_SIZE	256
#define	IN_IFADDR_HASH(a)						\
	((((a) >> 24) ^ ((a) >> 16) ^ ((a) >> 8) ^ (a)) &		\
	    (IN_IFADDR_HASH_SIZE - 1))

extern struct pslist_head in_ifaddrhead_pslist;
extern struct pslist_head in_ifaddrhash_pslist[IN_IFADDR_HASH_SIZE];
extern kmutex_t in_ifaddr_lock;
extern pktqueue_t *ip_pktq;

#define	IN_ADDRHASH_READER_FOREACH(__ia, __addr)			\
	PSLIST_READER_FOREACH((__ia),					\
	    &in_ifaddrhash_pslist[IN_IFADDR_HASH(__addr)],		\
	    struct in_ifaddr, ia_hash_pslist_entry)
#define	IN_ADDRLIST_READER_FOREACH(__ia)				\
	PSLIST_READER_FOREACH((__ia), &in_ifaddrhead_pslist,		\
	    struct in_ifaddr, ia_pslist_entry)
#define	IN_ADDRLIST_READER_FIRST()					\
	PSLIST_READER_FIRST(&in_ifaddrhead_pslist, struct in_ifaddr,	\
	    ia_pslist_entry)

static __inline void
ia4_acquire(struct in_ifaddr *ia, struct psref *psref)
{
	KASSERT(ia != NULL);
	ifa_acquire(&ia->ia_ifa, psref);
}

static __inline void
ia4_release(struct in_ifaddr *ia, struct psref *psref)
{
	if (ia != NULL)
		ifa_release(&ia->ia_ifa, psref);
}

/* ia4_flags, which others change meanwhile. */
static __inline int
ia4_flags_of(const struct in_ifaddr *ia)
{
	return atomic_load_relaxed(&ia->ia4_flags);
}

static __inline void
ia4_flags_set(struct in_ifaddr *ia, int flags)
{
	atomic_store_relaxed(&ia->ia4_flags, ia->ia4_flags | flags);
}

static __inline void
ia4_flags_clear(struct in_ifaddr *ia, int flags)
{
	atomic_store_relaxed(&ia->ia4_flags, ia->ia4_flags & ~flags);
}

/*
 * The address that is this one, of any interface or of one; the first one of
 * an interface.  In a pserialize(9) section, or with a reference; NULL: none.
 */
struct in_ifaddr *in_get_ia(struct in_addr);
struct in_ifaddr *in_get_ia_psref(struct in_addr, struct psref *);
struct in_ifaddr *in_get_ia_on_iface(struct in_addr, struct ifnet *);
struct in_ifaddr *in_get_ia_on_iface_psref(struct in_addr, struct ifnet *,
	    struct psref *);
struct in_ifaddr *in_get_ia_from_ifp(struct ifnet *);
struct in_ifaddr *in_get_ia_from_ifp_psref(struct ifnet *, struct psref *);

/* ioctl(2) on a socket; IFNET_LOCK is held. */
int	in_control(struct socket *, u_long, void *, struct ifnet *);
void	in_purgeaddr(struct ifaddr *);
void	in_purgeif(struct ifnet *);
/* The route to its net goes, or becomes an alias's. */
void	in_ifscrub(struct ifnet *, struct in_ifaddr *);
void	in_setmaxmtu(void);
extern unsigned long in_maxmtu;
/* In a net of the interface, or (NULL) of any. */
bool	in_direct(struct in_addr, struct ifnet *);

void	*in_domifattach(struct ifnet *);
void	in_domifdetach(struct ifnet *, void *);
void	in_if_link_state_change(struct ifnet *, int);
void	in_if_up(struct ifnet *);
void	in_if_down(struct ifnet *);
/* The interface's table of neighbours; NULL: it has none yet. */
struct lltable *in_lltable_get(struct ifnet *);

/*
 * Groups.  in_addmulti() counts a membership and returns it: NULL without
 * memory, or if the driver does not want it.  in_delmulti() ends it.
 */
void	in_multi_lock(int);		/* RW_READER, RW_WRITER */
void	in_multi_unlock(void);
int	in_multi_lock_held(void);
struct in_multi *in_addmulti(struct in_addr *, struct ifnet *);
void	in_delmulti(struct in_multi *);
/* Is it a member? */
bool	in_multi_group(struct in_addr, struct ifnet *, int);
/* With the lock held. */
struct in_multi *in_lookup_multi(struct in_addr, struct ifnet *);
void	in_multi_foreach(void (*)(struct in_multi *, void *), void *);

/* Packets that came in, from the queue. */
void	ip_input(struct mbuf *, struct ifnet *);
/* 1: it has gone; 0: it is the caller's. */
int	ipflow_fastforward(struct mbuf *);

/* Numbers of packets, RFC 7739 section 5.3: never the same soon. */
uint16_t ip_newid(const struct in_ifaddr *);

extern int ip_dad_count;	/* net.inet.ip.dad_count: probes, 0: none */

#endif /* _KERNEL */

#endif /* !_NETINET_IN_VAR_H_ */
