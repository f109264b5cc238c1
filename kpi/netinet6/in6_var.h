/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and multicast groups of interfaces, IPv6, and the requests of
 * ioctl(2) about them: in6(4), RFC 4291, RFC 4862.
 *
 * Addresses are read in a pserialize(9) section, or kept by a passive
 * reference.  Groups have a lock, in6_multi_lock().
 */

#ifndef _NETINET6_IN6_VAR_H_
#define	_NETINET6_IN6_VAR_H_

#include <sys/ioccom.h>
#include <sys/queue.h>

#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>

/*
 * How long an address lasts, seconds from ia6_updatetime: after pltime no new
 * connections have it, after vltime it is gone.  ND6_INFINITE_LIFETIME.
 */
struct in6_addrlifetime {
	time_t		ia6t_expire;	/* time_uptime, 0: never */
	time_t		ia6t_preferred;
	uint32_t	ia6t_vltime;
	uint32_t	ia6t_pltime;
};

/* ia6_flags, SIOCGIFAFLAG_IN6. */
#define	IN6_IFF_ANYCAST		0x01	/* never a source */
#define	IN6_IFF_TENTATIVE	0x02	/* being looked for elsewhere */
#define	IN6_IFF_DUPLICATED	0x04	/* somebody else has it */
#define	IN6_IFF_DETACHED	0x08	/* the link, or its router, is away */
#define	IN6_IFF_DEPRECATED	0x10	/* past its preferred lifetime */
#define	IN6_IFF_NODAD		0x20	/* is not looked for elsewhere */
#define	IN6_IFF_AUTOCONF	0x40	/* a router told of its prefix */
#define	IN6_IFF_TEMPORARY	0x80	/* RFC 8981 */
#define	IN6_IFF_TRYTENTATIVE	0x100	/* tentative as soon as possible */
#define	IN6_IFFBITS							\
	"\020\1ANYCAST\2TENTATIVE\3DUPLICATED\4DETACHED\5DEPRECATED"	\
	"\6NODAD\7AUTOCONF\10TEMPORARY\11TRYTENTATIVE"
/* Not to be used at all. */
#define	IN6_IFF_NOTREADY						\
	(IN6_IFF_TRYTENTATIVE | IN6_IFF_TENTATIVE | IN6_IFF_DUPLICATED)

/* Packets of an interface, RFC 4293; SIOCGIFSTAT_IN6. */
struct in6_ifstat {
	u_quad_t	ifs6_in_receive;
	u_quad_t	ifs6_in_hdrerr;
	u_quad_t	ifs6_in_toobig;
	u_quad_t	ifs6_in_noroute;
	u_quad_t	ifs6_in_addrerr;
	u_quad_t	ifs6_in_protounknown;
	u_quad_t	ifs6_in_truncated;
	u_quad_t	ifs6_in_discard;
	u_quad_t	ifs6_in_deliver;
	u_quad_t	ifs6_out_forward;
	u_quad_t	ifs6_out_request;
	u_quad_t	ifs6_out_discard;
	u_quad_t	ifs6_out_fragok;
	u_quad_t	ifs6_out_fragfail;
	u_quad_t	ifs6_out_fragcreat;
	u_quad_t	ifs6_reass_reqd;
	u_quad_t	ifs6_reass_ok;
	u_quad_t	ifs6_atmfrag_rcvd;
	u_quad_t	ifs6_reass_fail;
	u_quad_t	ifs6_in_mcast;
	u_quad_t	ifs6_out_mcast;
};

/* Messages of an interface, RFC 4293; SIOCGIFSTAT_ICMP6. */
struct icmp6_ifstat {
	u_quad_t	ifs6_in_msg;
	u_quad_t	ifs6_in_error;
	u_quad_t	ifs6_in_dstunreach;
	u_quad_t	ifs6_in_adminprohib;
	u_quad_t	ifs6_in_timeexceed;
	u_quad_t	ifs6_in_paramprob;
	u_quad_t	ifs6_in_pkttoobig;
	u_quad_t	ifs6_in_echo;
	u_quad_t	ifs6_in_echoreply;
	u_quad_t	ifs6_in_routersolicit;
	u_quad_t	ifs6_in_routeradvert;
	u_quad_t	ifs6_in_neighborsolicit;
	u_quad_t	ifs6_in_neighboradvert;
	u_quad_t	ifs6_in_redirect;
	u_quad_t	ifs6_in_mldquery;
	u_quad_t	ifs6_in_mldreport;
	u_quad_t	ifs6_in_mlddone;
	u_quad_t	ifs6_out_msg;
	u_quad_t	ifs6_out_error;
	u_quad_t	ifs6_out_dstunreach;
	u_quad_t	ifs6_out_adminprohib;
	u_quad_t	ifs6_out_timeexceed;
	u_quad_t	ifs6_out_paramprob;
	u_quad_t	ifs6_out_pkttoobig;
	u_quad_t	ifs6_out_echo;
	u_quad_t	ifs6_out_echoreply;
	u_quad_t	ifs6_out_routersolicit;
	u_quad_t	ifs6_out_routeradvert;
	u_quad_t	ifs6_out_neighborsolicit;
	u_quad_t	ifs6_out_neighboradvert;
	u_quad_t	ifs6_out_redirect;
	u_quad_t	ifs6_out_mldquery;
	u_quad_t	ifs6_out_mldreport;
	u_quad_t	ifs6_out_mlddone;
};

/*
 * Requests of ioctl(2).
 */
struct in6_ifreq {
	char		ifr_name[IFNAMSIZ];
	union {
		struct sockaddr_in6 ifru_addr;
		struct sockaddr_in6 ifru_dstaddr;
		short		ifru_flags;
		int		ifru_flags6;
		int		ifru_metric;
		void		*ifru_data;
		struct in6_addrlifetime ifru_lifetime;
		struct in6_ifstat ifru_stat;
		struct icmp6_ifstat ifru_icmp6stat;
	} ifr_ifru;
};

struct in6_aliasreq {
	char		ifra_name[IFNAMSIZ];
	struct sockaddr_in6 ifra_addr;
	struct sockaddr_in6 ifra_dstaddr;
	struct sockaddr_in6 ifra_prefixmask;
	int		ifra_flags;		/* IN6_IFF_* */
	struct in6_addrlifetime ifra_lifetime;
};

/* An entry of the policy of RFC 6724 section 2.1. */
struct in6_addrpolicy {
	struct sockaddr_in6 addr;	/* prefix */
	struct sockaddr_in6 addrmask;
	int		preced;		/* precedence */
	int		label;
	u_quad_t	use;		/* how often it matched */
};

/* sysctl net.inet6.multicast: a group of an interface. */
struct in6_multi_sysctl {
	struct in6_addr	addr;
	uint32_t	refcount;
	uint32_t	padding;
};

#define	SIOCSIFADDR_IN6		_IOW('i', 12, struct in6_ifreq)
#define	SIOCGIFADDR_IN6		_IOWR('i', 33, struct in6_ifreq)
#define	SIOCGIFDSTADDR_IN6	_IOWR('i', 34, struct in6_ifreq)
#define	SIOCGIFNETMASK_IN6	_IOWR('i', 37, struct in6_ifreq)
#define	SIOCDIFADDR_IN6		_IOW('i', 25, struct in6_ifreq)
#define	SIOCGIFPSRCADDR_IN6	_IOWR('i', 71, struct in6_ifreq)
#define	SIOCGIFPDSTADDR_IN6	_IOWR('i', 72, struct in6_ifreq)
#define	SIOCGIFAFLAG_IN6	_IOWR('i', 73, struct in6_ifreq)
#define	SIOCGNBRINFO_IN6	_IOWR('i', 78, struct in6_nbrinfo)
#define	SIOCGIFSTAT_IN6		_IOWR('i', 83, struct in6_ifreq)
#define	SIOCGIFSTAT_ICMP6	_IOWR('i', 84, struct in6_ifreq)
#define	SIOCGIFALIFETIME_IN6	_IOWR('i', 106, struct in6_ifreq)
#define	SIOCAIFADDR_IN6		_IOW('i', 107, struct in6_aliasreq)
#define	SIOCGIFINFO_IN6		_IOWR('i', 113, struct in6_ndireq)
#define	SIOCSIFINFO_IN6		_IOWR('i', 114, struct in6_ndireq)
#define	SIOCSIFINFO_FLAGS	_IOWR('i', 115, struct in6_ndireq)
#define	SIOCAADDRCTL_POLICY	_IOW('u', 108, struct in6_addrpolicy)
#define	SIOCDADDRCTL_POLICY	_IOW('u', 109, struct in6_addrpolicy)

#ifdef _KERNEL
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/rwlock.h>
#include <sys/socketvar.h>

#include <net/pktqueue.h>

#include <netinet6/ip6_var.h>

struct in6_multi;
struct in6_multi_mship;
struct lltable;
struct mbuf;
struct nd_kifinfo;
struct scope6_id;

/* if_afdata[AF_INET6] begins like this.  All: constant while it is there. */
struct in6_ifextra {
	struct in6_ifstat *in6_ifstat;
	struct icmp6_ifstat *icmp6_ifstat;
	struct nd_kifinfo *nd_ifinfo;
	struct scope6_id *scope6_id;
	struct lltable	*lltable;
};

/*
 * An address.  Locks: i, IFNET_LOCK of the interface; l, in6_ifaddr_lock;
 * c, constant once it is on lists; a, atomic.
 */
struct in6_ifaddr {
	struct ifaddr	ia_ifa;		/* stays first */
#define	ia_ifp		ia_ifa.ifa_ifp
#define	ia_flags	ia_ifa.ifa_flags
	struct sockaddr_in6 ia_addr;	/* c: its scope embedded */
	struct sockaddr_in6 ia_net;	/* i */
	struct sockaddr_in6 ia_dstaddr;	/* i: the other end */
	struct sockaddr_in6 ia_prefixmask; /* i */
	int		ia_plen;	/* i: bits of the prefix */
	int		ia6_flags;	/* a: IN6_IFF_* */
	struct in6_addrlifetime ia6_lifetime; /* i */
	time_t		ia6_createtime;	/* c: time_uptime */
	time_t		ia6_updatetime;	/* i */
	LIST_HEAD(, in6_multi_mship) ia6_memberships; /* i: its groups */
	void		(*ia_dad_start)(struct ifaddr *); /* c: or NULL */
	void		(*ia_dad_stop)(struct ifaddr *); /* c: or NULL */
	void		*ia_dad;	/* of nd6_dad.c: its lock */
	struct pslist_entry ia6_pslist_entry; /* l */
};

#define	IFA_IN6(ifa)	(&satosin6((ifa)->ifa_addr)->sin6_addr)
#define	IFA_DSTIN6(ifa)	(&satosin6((ifa)->ifa_dstaddr)->sin6_addr)
#define	IFA_MASKIN6(ifa) (&satosin6((ifa)->ifa_netmask)->sin6_addr)
#define	IA6_IN6(ia)	(&(ia)->ia_addr.sin6_addr)
#define	IA6_DSTIN6(ia)	(&(ia)->ia_dstaddr.sin6_addr)
#define	IA6_MASKIN6(ia)	(&(ia)->ia_prefixmask.sin6_addr)
#define	IA6_SIN6(ia)	(&(ia)->ia_addr)
#define	IA6_DSTSIN6(ia)	(&(ia)->ia_dstaddr)

#define	IN6_MASK_ADDR(a, m)						\
do {									\
	(a)->s6_addr32[0] &= (m)->s6_addr32[0];				\
	(a)->s6_addr32[1] &= (m)->s6_addr32[1];				\
	(a)->s6_addr32[2] &= (m)->s6_addr32[2];				\
	(a)->s6_addr32[3] &= (m)->s6_addr32[3];				\
} while (0)
#define	IN6_ARE_MASKED_ADDR_EQUAL(a, b, m)				\
	((((a)->s6_addr32[0] ^ (b)->s6_addr32[0]) &			\
	    (m)->s6_addr32[0]) == 0 &&					\
	 (((a)->s6_addr32[1] ^ (b)->s6_addr32[1]) &			\
	    (m)->s6_addr32[1]) == 0 &&					\
	 (((a)->s6_addr32[2] ^ (b)->s6_addr32[2]) &			\
	    (m)->s6_addr32[2]) == 0 &&					\
	 (((a)->s6_addr32[3] ^ (b)->s6_addr32[3]) &			\
	    (m)->s6_addr32[3]) == 0)

/*
 * A group that this host is a member of on an interface, if_multiaddrs.
 * Lock: that of in6_multi_lock().
 */
struct in6_multi {
	LIST_ENTRY(in6_multi) in6m_entry;
	struct in6_addr	in6m_addr;	/* constant: its scope embedded */
	struct ifnet	*in6m_ifp;	/* constant */
	u_int		in6m_refcount;	/* memberships */
	u_int		in6m_state;	/* of MLD */
	uint64_t	in6m_timer_expire; /* of mld6.c: the next report */
	u_int		in6m_left;	/* reports yet to be sent */
};

/* A membership of an address or a socket: who made it has the list. */
struct in6_multi_mship {
	struct in6_multi *i6mm_maddr;
	LIST_ENTRY(in6_multi_mship) i6mm_chain;
};

#define	LLTABLE6(ifp)							\
	(((struct in6_ifextra *)(ifp)->if_afdata[AF_INET6])->lltable)

extern struct pslist_head in6_ifaddr_list;
extern kmutex_t in6_ifaddr_lock;
extern pktqueue_t *ip6_pktq;
extern bool in6_present;		/* there is IPv6 */

#define	IN6_ADDRLIST_ENTRY_INIT(__ia)					\
	PSLIST_ENTRY_INIT((__ia), ia6_pslist_entry)
#define	IN6_ADDRLIST_ENTRY_DESTROY(__ia)				\
	PSLIST_ENTRY_DESTROY((__ia), ia6_pslist_entry)
#define	IN6_ADDRLIST_READER_EMPTY()					\
	(PSLIST_READER_FIRST(&in6_ifaddr_list, struct in6_ifaddr,	\
	    ia6_pslist_entry) == NULL)
#define	IN6_ADDRLIST_READER_FIRST()					\
	PSLIST_READER_FIRST(&in6_ifaddr_list, struct in6_ifaddr,	\
	    ia6_pslist_entry)
#define	IN6_ADDRLIST_READER_NEXT(__ia)					\
	PSLIST_READER_NEXT((__ia), struct in6_ifaddr, ia6_pslist_entry)
#define	IN6_ADDRLIST_READER_FOREACH(__ia)				\
	PSLIST_READER_FOREACH((__ia), &in6_ifaddr_list,			\
	    struct in6_ifaddr, ia6_pslist_entry)
#define	IN6_ADDRLIST_WRITER_FOREACH(__ia)				\
	PSLIST_WRITER_FOREACH((__ia), &in6_ifaddr_list,			\
	    struct in6_ifaddr, ia6_pslist_entry)
#define	IN6_ADDRLIST_WRITER_FIRST()					\
	PSLIST_WRITER_FIRST(&in6_ifaddr_list, struct in6_ifaddr,	\
	    ia6_pslist_entry)
#define	IN6_ADDRLIST_WRITER_INSERT_HEAD(__ia)				\
	PSLIST_WRITER_INSERT_HEAD(&in6_ifaddr_list, (__ia),		\
	    ia6_pslist_entry)
#define	IN6_ADDRLIST_WRITER_INSERT_AFTER(__ia, __new)			\
	PSLIST_WRITER_INSERT_AFTER((__ia), (__new), ia6_pslist_entry)
#define	IN6_ADDRLIST_WRITER_REMOVE(__ia)				\
	PSLIST_WRITER_REMOVE((__ia), ia6_pslist_entry)
#define	IN6_ADDRLIST_WRITER_INSERT_TAIL(__new)				\
do {									\
	struct in6_ifaddr *__last = IN6_ADDRLIST_WRITER_FIRST(), *__i;	\
									\
	if (__last == NULL) {						\
		IN6_ADDRLIST_WRITER_INSERT_HEAD(__new);			\
		break;							\
	}								\
	IN6_ADDRLIST_WRITER_FOREACH(__i)				\
		__last = __i;						\
	IN6_ADDRLIST_WRITER_INSERT_AFTER(__last, (__new));		\
} while (0)

/* Counters of an interface, which others count meanwhile. */
#define	__IN6_IFSTAT_INC(ifp, which, tag)				\
do {									\
	const struct in6_ifextra *__ext = (ifp) == NULL ? NULL :	\
	    (ifp)->if_afdata[AF_INET6];					\
									\
	if (__ext != NULL)						\
		(void)__atomic_fetch_add(&__ext->which->tag, 1,		\
		    __ATOMIC_RELAXED);					\
} while (0)
#define	in6_ifstat_inc(ifp, tag)					\
	__IN6_IFSTAT_INC(ifp, in6_ifstat, tag)
#define	icmp6_ifstat_inc(ifp, tag)					\
	__IN6_IFSTAT_INC(ifp, icmp6_ifstat, tag)

static __inline void
ia6_acquire(struct in6_ifaddr *ia, struct psref *psref)
{
	KASSERT(ia != NULL);
	ifa_acquire(&ia->ia_ifa, psref);
}

static __inline void
ia6_release(struct in6_ifaddr *ia, struct psref *psref)
{
	if (ia != NULL)
		ifa_release(&ia->ia_ifa, psref);
}

/*
 * Addresses of interfaces.  What is found is there in a pserialize(9) section,
 * or until its reference is given back; NULL: there is none.
 */
struct in6_ifaddr *in6ifa_ifpforlinklocal(const struct ifnet *, int ignore);
struct in6_ifaddr *in6ifa_ifpforlinklocal_psref(const struct ifnet *,
	    int ignore, struct psref *);
struct in6_ifaddr *in6ifa_ifpwithaddr(const struct ifnet *,
	    const struct in6_addr *);
struct in6_ifaddr *in6ifa_ifpwithaddr_psref(const struct ifnet *,
	    const struct in6_addr *, struct psref *);
struct in6_ifaddr *in6ifa_ifwithaddr(const struct in6_addr *, uint32_t zone);

void	in6_init(void);
/* ioctl(2) on a socket; IFNET_LOCK is held if there is an interface. */
int	in6_control(struct socket *, u_long, void *, struct ifnet *);
/*
 * Sets an address, or what has changed of it; IFNET_LOCK is held.  EINVAL,
 * EAFNOSUPPORT, ENOBUFS, EEXIST...
 */
int	in6_update_ifa(struct ifnet *, struct in6_aliasreq *, int);
void	in6_purgeaddr(struct ifaddr *);
void	in6_purgeif(struct ifnet *);
void	*in6_domifattach(struct ifnet *);
void	in6_domifdetach(struct ifnet *, void *);
void	in6_if_link_state_change(struct ifnet *, int);
void	in6_setmaxmtu(void);
extern unsigned long in6_maxmtu;

/* in6_src.c: SIOCAADDRCTL_POLICY, SIOCDADDRCTL_POLICY. */
int	in6_src_ioctl(u_long, void *);

int	in6_mask2len(struct in6_addr *, u_char *);
void	in6_prefixlen2mask(struct in6_addr *, int);
int	in6_matchlen(struct in6_addr *, struct in6_addr *);
int	in6_is_addr_deprecated(struct sockaddr_in6 *);

/*
 * Groups; the address has its scope embedded.  in6_joingroup() makes a
 * membership, of which there may be any number: NULL and an error, EINVAL,
 * ENOBUFS, EADDRNOTAVAIL, those of the driver; the last argument is not used.
 * IFNET_LOCK is held when one is made or given back; both sleep.
 */
void	in6_multi_lock(int);		/* RW_READER, RW_WRITER */
void	in6_multi_unlock(void);
bool	in6_multi_locked(int);
struct in6_multi_mship *in6_joingroup(struct ifnet *, struct in6_addr *,
	    int *, int);
void	in6_leavegroup(struct in6_multi_mship *);
/* Is it a member? */
bool	in6_multi_group(const struct in6_addr *, const struct ifnet *);
/* With the lock held. */
struct in6_multi *in6_lookup_multi(const struct in6_addr *,
	    const struct ifnet *);
/* The same without a membership, which is only counted. */
struct in6_multi *in6_addmulti(struct in6_addr *, struct ifnet *, int *, int);
void	in6_delmulti(struct in6_multi *);

/* Addresses as programs and routes have them, with an IPv4 one inside. */
void	in6_sin6_2_sin(struct sockaddr_in *, struct sockaddr_in6 *);
void	in6_sin_2_v4mapsin6(const struct sockaddr_in *,
	    struct sockaddr_in6 *);

/* 1: it has gone; 0: it is the caller's. */
int	ip6flow_fastforward(struct mbuf **);
#endif /* _KERNEL */

#endif /* !_NETINET6_IN6_VAR_H_ */
