/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 inside the kernel: statistics, options, what other protocols call.
 */

#ifndef _NETINET_IP_VAR_H_
#define	_NETINET_IP_VAR_H_

#include <sys/queue.h>

#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip.h>

/* The header as transport protocols of old overlay it. */
struct ipovly {
	uint8_t		ih_x1[9];
	uint8_t		ih_pr;		/* protocol */
	uint16_t	ih_len;		/* of it */
	struct in_addr	ih_src;
	struct in_addr	ih_dst;
} __packed;

#define	MAX_IPOPTLEN	40

/* Options of a socket, in an mbuf; its m_len counts the address too. */
struct ipoption {
	struct in_addr	ipopt_dst;	/* first hop of a source route, or 0 */
	int8_t		ipopt_list[MAX_IPOPTLEN];
};

struct in_multi;

/* Multicast options of a socket; its lock. */
struct ip_moptions {
	if_index_t	imo_multicast_if_index;	/* 0: by route */
	struct in_addr	imo_multicast_addr;	/* what it was set by */
	uint8_t		imo_multicast_ttl;
	uint8_t		imo_multicast_loop;	/* hears what it sends */
	uint16_t	imo_num_memberships;
	struct in_multi	*imo_membership[IP_MAX_MEMBERSHIPS];
};

/* net.inet.ip.stats: uint64_t counters in this order. */
#define	IP_STAT_TOTAL		0
#define	IP_STAT_BADSUM		1
#define	IP_STAT_TOOSHORT	2	/* the data is not all there */
#define	IP_STAT_TOOSMALL	3	/* nor is the header */
#define	IP_STAT_BADHLEN		4
#define	IP_STAT_BADLEN		5	/* less than the header */
#define	IP_STAT_FRAGMENTS	6
#define	IP_STAT_FRAGDROPPED	7	/* no room, or twice */
#define	IP_STAT_FRAGTIMEOUT	8
#define	IP_STAT_FORWARD		9
#define	IP_STAT_FASTFORWARD	10
#define	IP_STAT_CANTFORWARD	11
#define	IP_STAT_REDIRECTSENT	12
#define	IP_STAT_NOPROTO		13
#define	IP_STAT_DELIVERED	14
#define	IP_STAT_LOCALOUT	15	/* made here */
#define	IP_STAT_ODROPPED	16	/* no memory, or a queue was full */
#define	IP_STAT_REASSEMBLED	17
#define	IP_STAT_FRAGMENTED	18	/* packets that were cut */
#define	IP_STAT_OFRAGMENTS	19	/* pieces of them */
#define	IP_STAT_CANTFRAG	20
#define	IP_STAT_BADOPTIONS	21
#define	IP_STAT_NOROUTE		22
#define	IP_STAT_BADVERS		23
#define	IP_STAT_RAWOUT		24
#define	IP_STAT_BADFRAGS	25	/* lengths of pieces */
#define	IP_STAT_RCVMEMDROP	26	/* no memory for a piece */
#define	IP_STAT_TOOLONG		27	/* the whole would be */
#define	IP_STAT_NOGIF		28
#define	IP_STAT_BADADDR		29
#define	IP_STAT_NOL2TP		30
#define	IP_STAT_NOIPSEC		31
#define	IP_STAT_PFILDROP_IN	32
#define	IP_STAT_PFILDROP_OUT	33
#define	IP_STAT_IPSECDROP_IN	34
#define	IP_STAT_IPSECDROP_OUT	35
#define	IP_STAT_IFDROP		36	/* by the interface */
#define	IP_STAT_TIMXCEED	37
#define	IP_STAT_IFNOADDR	38	/* nothing to answer an error with */
#define	IP_STAT_RTREJECT	39
#define	IP_STAT_BCASTDENIED	40
#define	IP_NSTATS		41

#ifdef _KERNEL
#include <sys/protosw.h>

struct inpcb;
struct ip_moptions;
struct mbuf;
struct rttimer_queue;
struct socket;
struct sockopt;

/* Flags of ip_output(). */
#define	IP_FORWARDING		0x0001	/* the header is there */
#define	IP_RAWOUTPUT		0x0002	/* so is it here */
#define	IP_RETURNMTU		0x0004	/* inp_errormtu is told of EMSGSIZE */
#define	IP_NOIPNEWID		0x0008	/* ip_id is set */
#define	IP_ROUTETOIF		SO_DONTROUTE
#define	IP_ALLOWBROADCAST	SO_BROADCAST
#define	IP_MTUDISC		0x0400	/* set IP_DF */
#define	IP_ROUTETOIFINDEX	0x0800	/* imo says by which interface */
__CTASSERT(IP_ROUTETOIF == 0x0010);
__CTASSERT(IP_ALLOWBROADCAST == 0x0020);

extern struct domain inetdomain;
extern const struct pr_usrreqs rip_usrreqs;
/* Index in inetsw of each protocol's input. */
extern u_char ip_protox[IPPROTO_MAX];
extern const struct protosw inetsw[];

extern int ip_defttl;
extern int ipforwarding;
extern int ip_mtudisc;
extern int ip_mtudisc_timeout;
extern int ip_do_loopback_cksum;
extern int ip_allowsrcrt;
extern struct rttimer_queue *ip_mtudisc_timeout_q;

/*
 * Sends a packet, which is gone afterwards: options or NULL, a cache of the
 * route or NULL, flags, multicast options or NULL, the socket's pcb, locked,
 * or NULL.  Without IP_FORWARDING and IP_RAWOUTPUT it begins with a header of
 * 20 bytes, of which ip_len, ip_off (IP_DF), ip_tos, ip_ttl, ip_p, ip_src (or
 * any) and ip_dst are set; M_CSUM_TCPv4 or M_CSUM_UDPv4: the checksum behind
 * it is that of the pseudo header, and csum_data its offset.  EMSGSIZE,
 * EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EACCES (broadcast), ENOBUFS...
 */
int	ip_output(struct mbuf *, struct mbuf *, struct route *, int,
	    struct ip_moptions *, struct inpcb *);
/* Into pieces for an MTU, linked by m_nextpkt.  Not 0: the packet is gone. */
int	ip_fragment(struct mbuf *, struct ifnet *, u_long);
void	ip_forward(struct mbuf *, int, struct ifnet *);
/* Length of an inpcb's options. */
u_int	ip_optlen(const struct inpcb *);
/* Options that go into each piece, from one header to another: bytes. */
int	ip_optcopy(struct ip *, struct ip *);

/* A whole packet, or 0 and NULL: more pieces are to come.  EINVAL...: the
 * packet is gone. */
int	ip_reass_packet(struct mbuf **);
void	ip_reass_init(void);
void	ip_reass_slowtimo(void);
void	ip_reass_drain(void);
extern int ip_maxfragpackets;	/* packets in pieces at most, 0: none,
				   -1: any number */
extern int ip_maxfrags;		/* pieces at most */

int	ip_ctloutput(int, struct socket *, struct sockopt *);

/* What control messages say of one packet. */
struct ip_pktopts {
	struct ip_moptions ippo_imobuf;
	struct ip_moptions *ippo_imo;	/* in, and perhaps out: the buffer */
	struct sockaddr_in ippo_laddr;	/* sin_len 0: as the socket's */
	int		ippo_tos;	/* -1: as the socket's */
	int		ippo_ttl;
};
/* IP_PKTINFO, IP_SENDSRCADDR, IP_TOS, IP_TTL; adds flags of ip_output().
 * The messages are still the caller's.  EINVAL, EADDRNOTAVAIL, ENXIO. */
int	ip_setpktopts(struct mbuf *, struct ip_pktopts *, int *,
	    struct inpcb *);
int	ip_setmoptions(struct ip_moptions **, const struct sockopt *);
int	ip_getmoptions(struct ip_moptions *, struct sockopt *);
void	ip_freemoptions(struct ip_moptions *);
int	ip_pcbopts(struct inpcb *, const struct sockopt *);
/* Messages a socket wants with a packet that came in. */
void	ip_savecontrol(struct inpcb *, struct mbuf **, struct ip *,
	    struct mbuf *);

/* Options that came in, with the packet: true, it is gone. */
bool	ip_dooptions(struct mbuf *);
/* The way back of a source route that came in, to be freed; or NULL. */
struct mbuf *ip_srcroute(struct mbuf *);

void	ip_init(void);
void	ip_slowtimo(void);
void	ip_drain(void);
void	ip_statinc(u_int);
void	ip_statadd(u_int, uint64_t);

void	*rip_ctlinput(int, const struct sockaddr *, void *);
int	rip_ctloutput(int, struct socket *, struct sockopt *);
void	rip_init(void);
void	rip_input(struct mbuf *, int, int);

/* errno for PRC_*. */
extern const int inetctlerrmap[PRC_NCMDS];
#endif /* _KERNEL */

#endif /* !_NETINET_IP_VAR_H_ */
