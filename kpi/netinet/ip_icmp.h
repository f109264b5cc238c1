/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet Control Message Protocol: RFC 792, RFC 950, RFC 1191,
 * RFC 1256, RFC 1812; icmp(4).
 */

#ifndef _NETINET_IP_ICMP_H_
#define	_NETINET_IP_ICMP_H_

#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>

struct icmp_ra_addr {
	uint32_t	ira_addr;
	uint32_t	ira_preference;
} __packed;

/* In network order. */
struct icmp {
	uint8_t		icmp_type;
	uint8_t		icmp_code;
	uint16_t	icmp_cksum;	/* of all of the message */
	union {
		uint8_t		ih_pptr;	/* ICMP_PARAMPROB */
		struct in_addr	ih_gwaddr;	/* ICMP_REDIRECT */
		struct ih_idseq {
			n_short	icd_id;
			n_short	icd_seq;
		} ih_idseq;
		int32_t		ih_void;
		struct ih_pmtu {		/* ICMP_UNREACH_NEEDFRAG */
			n_short	ipm_void;
			n_short	ipm_nextmtu;
		} ih_pmtu;
		struct ih_rtradv {
			uint8_t	irt_num_addrs;
			uint8_t	irt_wpa;
			n_short	irt_lifetime;
		} ih_rtradv;
	} icmp_hun;
#define	icmp_pptr	icmp_hun.ih_pptr
#define	icmp_gwaddr	icmp_hun.ih_gwaddr
#define	icmp_id		icmp_hun.ih_idseq.icd_id
#define	icmp_seq	icmp_hun.ih_idseq.icd_seq
#define	icmp_void	icmp_hun.ih_void
#define	icmp_pmvoid	icmp_hun.ih_pmtu.ipm_void
#define	icmp_nextmtu	icmp_hun.ih_pmtu.ipm_nextmtu
#define	icmp_num_addrs	icmp_hun.ih_rtradv.irt_num_addrs
#define	icmp_wpa	icmp_hun.ih_rtradv.irt_wpa
#define	icmp_lifetime	icmp_hun.ih_rtradv.irt_lifetime
	union {
		struct id_ts {
			n_time	its_otime;
			n_time	its_rtime;
			n_time	its_ttime;
		} id_ts;
		struct id_ip {
			struct ip	idi_ip;	/* options, 64 bits of data */
		} id_ip;
		struct icmp_ra_addr id_radv;
		uint32_t	id_mask;
		int8_t		id_data[1];
	} icmp_dun;
#define	icmp_otime	icmp_dun.id_ts.its_otime
#define	icmp_rtime	icmp_dun.id_ts.its_rtime
#define	icmp_ttime	icmp_dun.id_ts.its_ttime
#define	icmp_ip		icmp_dun.id_ip.idi_ip
#define	icmp_radv	icmp_dun.id_radv
#define	icmp_mask	icmp_dun.id_mask
#define	icmp_data	icmp_dun.id_data
} __packed;

/* Lengths, least ones. */
#define	ICMP_MINLEN		8
#define	ICMP_TSLEN		(8 + 3 * sizeof(n_time))
#define	ICMP_MASKLEN		12
#define	ICMP_ADVLENMIN		(8 + sizeof(struct ip) + 8)
#define	ICMP_ADVLEN(p)		(8u + ((p)->icmp_ip.ip_hl << 2) + 8)

#define	ICMP_ECHOREPLY		0
#define	ICMP_UNREACH		3
#define	ICMP_UNREACH_NET	0
#define	ICMP_UNREACH_HOST	1
#define	ICMP_UNREACH_PROTOCOL	2
#define	ICMP_UNREACH_PORT	3
#define	ICMP_UNREACH_NEEDFRAG	4
#define	ICMP_UNREACH_SRCFAIL	5
#define	ICMP_UNREACH_NET_UNKNOWN 6
#define	ICMP_UNREACH_HOST_UNKNOWN 7
#define	ICMP_UNREACH_ISOLATED	8
#define	ICMP_UNREACH_NET_PROHIB	9
#define	ICMP_UNREACH_HOST_PROHIB 10
#define	ICMP_UNREACH_TOSNET	11
#define	ICMP_UNREACH_TOSHOST	12
#define	ICMP_UNREACH_ADMIN_PROHIBIT 13
#define	ICMP_UNREACH_HOST_PREC	14
#define	ICMP_UNREACH_PREC_CUTOFF 15
#define	ICMP_SOURCEQUENCH	4
#define	ICMP_REDIRECT		5
#define	ICMP_REDIRECT_NET	0
#define	ICMP_REDIRECT_HOST	1
#define	ICMP_REDIRECT_TOSNET	2
#define	ICMP_REDIRECT_TOSHOST	3
#define	ICMP_ALTHOSTADDR	6
#define	ICMP_ECHO		8
#define	ICMP_ROUTERADVERT	9
#define	ICMP_ROUTERADVERT_NORMAL 0
#define	ICMP_ROUTERADVERT_NOROUTE 16
#define	ICMP_ROUTERSOLICIT	10
#define	ICMP_TIMXCEED		11
#define	ICMP_TIMXCEED_INTRANS	0
#define	ICMP_TIMXCEED_REASS	1
#define	ICMP_PARAMPROB		12
#define	ICMP_PARAMPROB_ERRATPTR	0
#define	ICMP_PARAMPROB_OPTABSENT 1
#define	ICMP_PARAMPROB_LENGTH	2
#define	ICMP_TSTAMP		13
#define	ICMP_TSTAMPREPLY	14
#define	ICMP_IREQ		15
#define	ICMP_IREQREPLY		16
#define	ICMP_MASKREQ		17
#define	ICMP_MASKREPLY		18
#define	ICMP_TRACEROUTE		30
#define	ICMP_DATACONVERR	31
#define	ICMP_MOBILE_REDIRECT	32
#define	ICMP_IPV6_WHEREAREYOU	33
#define	ICMP_IPV6_IAMHERE	34
#define	ICMP_MOBILE_REGREQUEST	35
#define	ICMP_MOBILE_REGREPLY	36
#define	ICMP_SKIP		39
#define	ICMP_PHOTURIS		40
#define	ICMP_MAXTYPE		40
#define	ICMP_NTYPES		(ICMP_MAXTYPE + 1)

#define	ICMP_INFOTYPE(t)						\
	((t) == ICMP_ECHOREPLY || (t) == ICMP_ECHO ||			\
	 (t) == ICMP_ROUTERADVERT || (t) == ICMP_ROUTERSOLICIT ||	\
	 ((t) >= ICMP_TSTAMP && (t) <= ICMP_MASKREPLY))

#ifdef _KERNEL
struct mbuf;

/*
 * Answers a packet (with its header of IP; gone afterwards) with an error of
 * a type and code; dest: the gateway of a redirect; destmtu: of NEEDFRAG.
 * None goes out where RFC 1122 section 3.2.2 forbids one.
 */
void	icmp_error(struct mbuf *, int, int, n_long, int);
void	icmp_mtudisc(struct icmp *, struct in_addr);
/* From pr_input. */
void	icmp_input(struct mbuf *, int, int);
void	icmp_init(void);
void	icmp_reflect(struct mbuf *);
/* Called when a path's MTU is known to be smaller now. */
void	icmp_mtudisc_callback_register(void (*)(struct in_addr));
#endif

#endif /* !_NETINET_IP_ICMP_H_ */
