/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 inside the kernel: statistics, options of sockets and packets, what
 * other protocols call.
 */

#ifndef _NETINET6_IP6_VAR_H_
#define	_NETINET6_IP6_VAR_H_

#include <sys/queue.h>

#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

/* net.inet6.ip6.stats: uint64_t counters in this order. */
#define	IP6_STAT_TOTAL		0
#define	IP6_STAT_TOOSHORT	1	/* the data is not all there */
#define	IP6_STAT_TOOSMALL	2	/* nor is the header */
#define	IP6_STAT_FRAGMENTS	3
#define	IP6_STAT_FRAGDROPPED	4	/* no room, or overlapping */
#define	IP6_STAT_FRAGTIMEOUT	5
#define	IP6_STAT_FRAGOVERFLOW	6
#define	IP6_STAT_FORWARD	7
#define	IP6_STAT_CANTFORWARD	8
#define	IP6_STAT_REDIRECTSENT	9
#define	IP6_STAT_DELIVERED	10
#define	IP6_STAT_LOCALOUT	11	/* made here */
#define	IP6_STAT_ODROPPED	12
#define	IP6_STAT_REASSEMBLED	13
#define	IP6_STAT_FRAGMENTED	14	/* packets that were cut */
#define	IP6_STAT_OFRAGMENTS	15	/* pieces of them */
#define	IP6_STAT_CANTFRAG	16
#define	IP6_STAT_BADOPTIONS	17
#define	IP6_STAT_NOROUTE	18
#define	IP6_STAT_BADVERS	19
#define	IP6_STAT_RAWOUT		20
#define	IP6_STAT_BADSCOPE	21
#define	IP6_STAT_NOTMEMBER	22	/* of the group */
#define	IP6_STAT_NXTHIST	23	/* 256, by next header */
#define	IP6_STAT_M1		279	/* in one mbuf */
#define	IP6_STAT_M2MMAP		280	/* 32 */
#define	IP6_STAT_MEXT1		312
#define	IP6_STAT_MEXT2M		313
#define	IP6_STAT_EXTHDRTOOLONG	314	/* not in the first mbuf */
#define	IP6_STAT_NOGIF		315
#define	IP6_STAT_TOOMANYHDR	316	/* extensions */
#define	IP6_STAT_SOURCES_NONE	317	/* no source to choose */
#define	IP6_STAT_SOURCES_SAMEIF	318	/* 16 each, by scope */
#define	IP6_STAT_SOURCES_OTHERIF 334
#define	IP6_STAT_SOURCES_SAMESCOPE 350
#define	IP6_STAT_SOURCES_OTHERSCOPE 366
#define	IP6_STAT_SOURCES_DEPRECATED 382
#define	IP6_STAT_FORWARD_CACHEHIT 398
#define	IP6_STAT_FORWARD_CACHEMISS 399
#define	IP6_STAT_FASTFORWARD	400
#define	IP6_STAT_FASTFORWARDFLOWS 401
#define	IP6_STAT_NOIPSEC	402
#define	IP6_STAT_PFILDROP_IN	403
#define	IP6_STAT_PFILDROP_OUT	404
#define	IP6_STAT_IPSECDROP_IN	405
#define	IP6_STAT_IPSECDROP_OUT	406
#define	IP6_STAT_IFDROP		407	/* by the interface */
#define	IP6_STAT_IDROPPED	408	/* no memory, or a queue was full */
#define	IP6_STAT_TIMXCEED	409
#define	IP6_STAT_TOOBIG		410
#define	IP6_STAT_RTREJECT	411
#define	IP6_NSTATS		412

#ifdef _KERNEL
#include <sys/kauth.h>
#include <sys/protosw.h>

struct ifnet;
struct in6_ifaddr;
struct in6_ifstat;
struct in6_multi_mship;
struct inpcb;
struct lwp;
struct mbuf;
struct psref;
struct socket;
struct sockopt;

/* Multicast options of a socket; its lock. */
struct ip6_moptions {
	if_index_t	im6o_multicast_if_index; /* 0: by route */
	uint8_t		im6o_multicast_hlim;
	uint8_t		im6o_multicast_loop;	/* hears what it sends */
	u_int		im6o_num_memberships;
	LIST_HEAD(, in6_multi_mship) im6o_memberships;
};

/* Where a packet goes first, IPV6_NEXTHOP. */
struct ip6po_rhinfo {
	struct ip6_rthdr *ip6po_rhi_rthdr;
};
#define	ip6po_rthdr	ip6po_rhinfo.ip6po_rhi_rthdr

/* Options of packets that go out; pointers are to memory of their own. */
struct ip6_pktopts {
	struct mbuf	*ip6po_m;		/* it came in that; not owned */
	int		ip6po_hlim;		/* -1: as the socket's */
	struct in6_pktinfo *ip6po_pktinfo;
	struct sockaddr	*ip6po_nexthop;
	struct ip6_hbh	*ip6po_hbh;
	struct ip6_dest	*ip6po_dest1;		/* before a routing header */
	struct ip6po_rhinfo ip6po_rhinfo;
	struct ip6_dest	*ip6po_dest2;		/* last of all */
	int		ip6po_tclass;		/* -1: as the socket's */
	int		ip6po_minmtu;		/* IP6PO_MINMTU_* */
#define	IP6PO_MINMTU_MCASTONLY	-1
#define	IP6PO_MINMTU_DISABLE	0
#define	IP6PO_MINMTU_ALL	1
	int		ip6po_prefer_tempaddr;	/* IP6PO_TEMPADDR_* */
#define	IP6PO_TEMPADDR_SYSTEM	-1
#define	IP6PO_TEMPADDR_NOTPREFER 0
#define	IP6PO_TEMPADDR_PREFER	1
	int		ip6po_flags;
#define	IP6PO_DONTFRAG		0x04
};

/* Flags of ip6_output(). */
#define	IPV6_UNSPECSRC		0x01	/* from no address, of nd6_nbr.c */
#define	IPV6_FORWARDING		0x02	/* the header is there */
#define	IPV6_MINMTU		0x04	/* cut to 1280 bytes */

extern struct domain inet6domain;
extern const struct pr_usrreqs rip6_usrreqs;
extern const struct pr_usrreqs udp6_usrreqs;
/* Index in inet6sw of each protocol's input. */
extern u_char ip6_protox[IPPROTO_MAX];

/* net.inet6.ip6 */
extern int ip6_defhlim;
extern int ip6_defmcasthlim;
extern int ip6_forwarding;
extern int ip6_sendredirect;
extern int ip6_use_deprecated;
extern int ip6_mcast_pmtu;
extern int ip6_v6only;
extern int ip6_hdrnestlimit;
extern int ip6_maxfragpackets;
extern int ip6_maxfrags;
extern int ip6_use_defzone;
extern int ip6_prefer_tempaddr;
extern int ip6_auto_flowlabel;

void	ip6_init(void);
void	ip6_input(struct mbuf *, struct ifnet *);
void	ip6_forward(struct mbuf *, int srcrt, struct ifnet *);
void	ip6_statinc(u_int);

/*
 * Sends a packet, which is gone afterwards: options or NULL, a cache of the
 * route or NULL, flags, multicast options or NULL, the socket's pcb, locked,
 * or NULL; the interface it was sent by to ifpp, if that is not NULL, which
 * stays only as long as the caller has reasons for that to be.  Without
 * IPV6_FORWARDING it begins with a header, of which all but version and length
 * is set; addresses with their scope embedded.  M_CSUM_TCPv6 or M_CSUM_UDPv6:
 * the checksum behind it is that of the pseudo header, csum_data its offset
 * there.  EMSGSIZE, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, ENOBUFS...
 */
int	ip6_output(struct mbuf *, struct ip6_pktopts *, struct route *, int,
	    struct ip6_moptions *, struct inpcb *, struct ifnet **);
/* By that interface, from origifp; the packet is gone. */
int	ip6_if_output(struct ifnet *, struct ifnet *, struct mbuf *,
	    const struct sockaddr_in6 *, const struct rtentry *);
/* A packet to a group is heard by ourselves. */
void	ip6_mloopback(struct ifnet *, struct mbuf *,
	    const struct sockaddr_in6 *);

int	ip6_ctloutput(int, struct socket *, struct sockopt *);
void	ip6_initpktopts(struct ip6_pktopts *);
/* Control messages, and what the socket has besides; to be freed by
 * ip6_clearpktopts(opt, -1).  EINVAL, EPERM, ENOBUFS, ENXIO... */
int	ip6_setpktopts(struct mbuf *, struct ip6_pktopts *,
	    struct ip6_pktopts *, kauth_cred_t, int proto);
void	ip6_clearpktopts(struct ip6_pktopts *, int optname);
struct ip6_pktopts *ip6_copypktopts(struct ip6_pktopts *, int);
u_int	ip6_optlen(const struct inpcb *);
void	ip6_freemoptions(struct ip6_moptions *);
/* Messages a socket wants with a packet that came in. */
void	ip6_savecontrol(struct inpcb *, struct mbuf **, struct ip6_hdr *,
	    struct mbuf *);
/* The socket's path has that MTU, IPV6_RECVPATHMTU. */
void	ip6_notify_pmtu(struct inpcb *, const struct sockaddr_in6 *,
	    uint32_t *);

/*
 * Headers.  ip6_lasthdr(), ip6_nexthdr(): the offset of the last, or next,
 * header behind that at off of type proto, and its type; -1: the packet is too
 * short.
 */
int	ip6_lasthdr(struct mbuf *, int off, int proto, int *nxtp);
int	ip6_nexthdr(struct mbuf *, int off, int proto, int *nxtp);
/* Hop-by-hop options.  Not 0: the packet is gone. */
int	ip6_process_hopopts(struct mbuf *, uint8_t *, int, uint32_t *,
	    uint32_t *);
/* An option that is not known: its length, or -1: the packet is gone. */
int	ip6_unknown_opt(uint8_t *, struct mbuf *, int);

int	dest6_input(struct mbuf **, int *, int);
int	route6_input(struct mbuf **, int *, int);
int	frag6_input(struct mbuf **, int *, int);
void	frag6_init(void);
void	frag6_slowtimo(void);
void	frag6_drain(void);
/* A number for pieces, RFC 7739. */
uint32_t ip6_randomid(void);
uint32_t ip6_randomflowlabel(void);

/*
 * The address a packet goes out with, RFC 6724 section 5: to that
 * destination, with options, multicast options, by a route that is looked up
 * in the cache, for a socket bound to laddr (any, or NULL).  A reference of
 * the interface to *ifpp, with psref, if that is not NULL.  Where options say
 * by which interface, a destination without its zone gets that.
 * EADDRNOTAVAIL, EHOSTUNREACH, ENXIO.
 */
int	in6_selectsrc(struct sockaddr_in6 *, struct ip6_pktopts *,
	    struct ip6_moptions *, struct route *, struct in6_addr *laddr,
	    struct ifnet **ifpp, struct psref *, struct in6_addr *ret);
/* SIOCAADDRCTL_POLICY, SIOCDADDRCTL_POLICY: EINVAL, EEXIST, ENOSPC, ESRCH. */
int	in6_src_ioctl(u_long, void *);
/* The route: a reference for rtcache_unref(), or NULL. */
int	in6_selectroute(struct sockaddr_in6 *, struct ip6_pktopts *,
	    struct route **, struct rtentry **, bool);
/* The hop limit of what a socket sends. */
int	in6_selecthlim(struct inpcb *, struct ifnet *);
int	in6_selecthlim_rt(struct inpcb *);
#endif /* _KERNEL */

#endif /* !_NETINET6_IP6_VAR_H_ */
