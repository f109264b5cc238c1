/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6: RFC 4443; neighbours RFC 4861, listeners RFC 2710 and RFC 3810;
 * names of RFC 3542 section 2.2; icmp6(4).
 */

#ifndef _NETINET_ICMP6_H_
#define	_NETINET_ICMP6_H_

#include <sys/endian.h>
#include <sys/types.h>

#include <netinet/in.h>
#include <netinet/ip6.h>

#define	ICMPV6_PLD_MAXLEN	1232	/* of a packet that is quoted */

/* In network order, all. */
struct icmp6_hdr {
	uint8_t		icmp6_type;
	uint8_t		icmp6_code;
	uint16_t	icmp6_cksum;	/* with a pseudo header */
	union {
		uint32_t	icmp6_un_data32[1];
		uint16_t	icmp6_un_data16[2];
		uint8_t		icmp6_un_data8[4];
	} icmp6_dataun;
};
#define	icmp6_data32	icmp6_dataun.icmp6_un_data32
#define	icmp6_data16	icmp6_dataun.icmp6_un_data16
#define	icmp6_data8	icmp6_dataun.icmp6_un_data8
#define	icmp6_pptr	icmp6_data32[0]		/* ICMP6_PARAM_PROB */
#define	icmp6_mtu	icmp6_data32[0]		/* ICMP6_PACKET_TOO_BIG */
#define	icmp6_id	icmp6_data16[0]		/* echo */
#define	icmp6_seq	icmp6_data16[1]
#define	icmp6_maxdelay	icmp6_data16[0]		/* listeners */

#define	ICMP6_DST_UNREACH	1
#define	ICMP6_PACKET_TOO_BIG	2
#define	ICMP6_TIME_EXCEEDED	3
#define	ICMP6_PARAM_PROB	4
#define	ICMP6_ECHO_REQUEST	128
#define	ICMP6_ECHO_REPLY	129
#define	MLD_LISTENER_QUERY	130
#define	MLD_LISTENER_REPORT	131
#define	MLD_LISTENER_DONE	132
#define	ND_ROUTER_SOLICIT	133
#define	ND_ROUTER_ADVERT	134
#define	ND_NEIGHBOR_SOLICIT	135
#define	ND_NEIGHBOR_ADVERT	136
#define	ND_REDIRECT		137
#define	ICMP6_ROUTER_RENUMBERING 138
#define	ICMP6_WRUREQUEST	139
#define	ICMP6_NI_QUERY		139
#define	ICMP6_WRUREPLY		140
#define	ICMP6_NI_REPLY		140
#define	MLDV2_LISTENER_REPORT	143
#define	ICMP6_HADISCOV_REQUEST	144
#define	ICMP6_HADISCOV_REPLY	145
#define	ICMP6_MOBILEPREFIX_SOLICIT 146
#define	ICMP6_MOBILEPREFIX_ADVERT 147
#define	MLD_MTRACE_RESP		200
#define	MLD_MTRACE		201
#define	ICMP6_MAXTYPE		201
#define	ICMP6_INFOMSG_MASK	0x80
#define	MLD6_LISTENER_QUERY	MLD_LISTENER_QUERY
#define	MLD6_LISTENER_REPORT	MLD_LISTENER_REPORT
#define	MLD6_LISTENER_DONE	MLD_LISTENER_DONE
#define	ICMP6_MEMBERSHIP_QUERY	MLD_LISTENER_QUERY
#define	ICMP6_MEMBERSHIP_REPORT	MLD_LISTENER_REPORT
#define	ICMP6_MEMBERSHIP_REDUCTION MLD_LISTENER_DONE

/* Codes. */
#define	ICMP6_DST_UNREACH_NOROUTE	0
#define	ICMP6_DST_UNREACH_ADMIN		1
#define	ICMP6_DST_UNREACH_BEYONDSCOPE	2
#define	ICMP6_DST_UNREACH_NOTNEIGHBOR	2	/* of old */
#define	ICMP6_DST_UNREACH_ADDR		3
#define	ICMP6_DST_UNREACH_NOPORT	4
#define	ICMP6_DST_UNREACH_POLICY	5
#define	ICMP6_DST_UNREACH_REJECT	6
#define	ICMP6_TIME_EXCEED_TRANSIT	0
#define	ICMP6_TIME_EXCEED_REASSEMBLY	1
#define	ICMP6_PARAMPROB_HEADER		0
#define	ICMP6_PARAMPROB_NEXTHEADER	1
#define	ICMP6_PARAMPROB_OPTION		2
#define	ICMP6_PARAMPROB_FIRSTFRAG	3	/* RFC 7112 */

/* Listeners, RFC 2710. */
struct mld_hdr {
	struct icmp6_hdr mld_icmp6_hdr;
	struct in6_addr	mld_addr;
};
#define	mld_type	mld_icmp6_hdr.icmp6_type
#define	mld_code	mld_icmp6_hdr.icmp6_code
#define	mld_cksum	mld_icmp6_hdr.icmp6_cksum
#define	mld_maxdelay	mld_icmp6_hdr.icmp6_data16[0]
#define	mld_reserved	mld_icmp6_hdr.icmp6_data16[1]

/* RFC 3810 section 5. */
struct mldv2_query {
	struct icmp6_hdr mld_icmp6_hdr;
	struct in6_addr	mld_addr;
	uint8_t		mld_rv;		/* resv, S and QRV */
	uint8_t		mld_qqi;
	uint16_t	mld_numsrc;
	/* sources follow */
};
struct mldv2_report {
	struct icmp6_hdr mld_icmp6_hdr;	/* records: icmp6_data16[1] */
	/* records follow */
};
struct mldv2_record {
	uint8_t		mr_type;
	uint8_t		mr_datalen;
	uint16_t	mr_numsrc;
	struct in6_addr	mr_addr;
	/* sources follow */
};

/* Routers and neighbours, RFC 4861 section 4; options follow each. */
struct nd_router_solicit {
	struct icmp6_hdr nd_rs_hdr;
};
#define	nd_rs_type	nd_rs_hdr.icmp6_type
#define	nd_rs_code	nd_rs_hdr.icmp6_code
#define	nd_rs_cksum	nd_rs_hdr.icmp6_cksum
#define	nd_rs_reserved	nd_rs_hdr.icmp6_data32[0]

struct nd_router_advert {
	struct icmp6_hdr nd_ra_hdr;
	uint32_t	nd_ra_reachable;	/* milliseconds */
	uint32_t	nd_ra_retransmit;
};
#define	nd_ra_type		nd_ra_hdr.icmp6_type
#define	nd_ra_code		nd_ra_hdr.icmp6_code
#define	nd_ra_cksum		nd_ra_hdr.icmp6_cksum
#define	nd_ra_curhoplimit	nd_ra_hdr.icmp6_data8[0]
#define	nd_ra_flags_reserved	nd_ra_hdr.icmp6_data8[1]
#define	nd_ra_router_lifetime	nd_ra_hdr.icmp6_data16[1] /* seconds */
#define	ND_RA_FLAG_MANAGED	0x80
#define	ND_RA_FLAG_OTHER	0x40
#define	ND_RA_FLAG_HOME_AGENT	0x20
/* RFC 4191 */
#define	ND_RA_FLAG_RTPREF_MASK	0x18
#define	ND_RA_FLAG_RTPREF_HIGH	0x08
#define	ND_RA_FLAG_RTPREF_MEDIUM 0x00
#define	ND_RA_FLAG_RTPREF_LOW	0x18
#define	ND_RA_FLAG_RTPREF_RSV	0x10

struct nd_neighbor_solicit {
	struct icmp6_hdr nd_ns_hdr;
	struct in6_addr	nd_ns_target;
};
#define	nd_ns_type	nd_ns_hdr.icmp6_type
#define	nd_ns_code	nd_ns_hdr.icmp6_code
#define	nd_ns_cksum	nd_ns_hdr.icmp6_cksum
#define	nd_ns_reserved	nd_ns_hdr.icmp6_data32[0]

struct nd_neighbor_advert {
	struct icmp6_hdr nd_na_hdr;
	struct in6_addr	nd_na_target;
};
#define	nd_na_type	nd_na_hdr.icmp6_type
#define	nd_na_code	nd_na_hdr.icmp6_code
#define	nd_na_cksum	nd_na_hdr.icmp6_cksum
#define	nd_na_flags_reserved	nd_na_hdr.icmp6_data32[0]
#if _BYTE_ORDER == _BIG_ENDIAN
#define	ND_NA_FLAG_ROUTER	0x80000000
#define	ND_NA_FLAG_SOLICITED	0x40000000
#define	ND_NA_FLAG_OVERRIDE	0x20000000
#else
#define	ND_NA_FLAG_ROUTER	0x80
#define	ND_NA_FLAG_SOLICITED	0x40
#define	ND_NA_FLAG_OVERRIDE	0x20
#endif

struct nd_redirect {
	struct icmp6_hdr nd_rd_hdr;
	struct in6_addr	nd_rd_target;
	struct in6_addr	nd_rd_dst;
};
#define	nd_rd_type	nd_rd_hdr.icmp6_type
#define	nd_rd_code	nd_rd_hdr.icmp6_code
#define	nd_rd_cksum	nd_rd_hdr.icmp6_cksum
#define	nd_rd_reserved	nd_rd_hdr.icmp6_data32[0]

/* Of nd6_cache_lladdr(): what a redirect leads to. */
#define	ND_REDIRECT_ONLINK	0
#define	ND_REDIRECT_ROUTER	1

struct nd_opt_hdr {
	uint8_t		nd_opt_type;
	uint8_t		nd_opt_len;	/* in 8 bytes, all of it */
};
#define	ND_OPT_SOURCE_LINKADDR		1
#define	ND_OPT_TARGET_LINKADDR		2
#define	ND_OPT_PREFIX_INFORMATION	3
#define	ND_OPT_REDIRECTED_HEADER	4
#define	ND_OPT_MTU			5
#define	ND_OPT_ADVINTERVAL		7
#define	ND_OPT_HOMEAGENT_INFO		8
#define	ND_OPT_SOURCE_ADDRLIST		9
#define	ND_OPT_TARGET_ADDRLIST		10
#define	ND_OPT_NONCE			14	/* RFC 3971 */
#define	ND_OPT_MAP			23
#define	ND_OPT_ROUTE_INFO		24	/* RFC 4191 */
#define	ND_OPT_RDNSS			25	/* RFC 8106 */
#define	ND_OPT_DNSSL			31

struct nd_opt_prefix_info {
	uint8_t		nd_opt_pi_type;
	uint8_t		nd_opt_pi_len;
	uint8_t		nd_opt_pi_prefix_len;
	uint8_t		nd_opt_pi_flags_reserved;
	uint32_t	nd_opt_pi_valid_time;	/* seconds */
	uint32_t	nd_opt_pi_preferred_time;
	uint32_t	nd_opt_pi_reserved2;
	struct in6_addr	nd_opt_pi_prefix;
};
#define	ND_OPT_PI_FLAG_ONLINK	0x80
#define	ND_OPT_PI_FLAG_AUTO	0x40
#define	ND_OPT_PI_FLAG_ROUTER	0x20

struct nd_opt_rd_hdr {
	uint8_t		nd_opt_rh_type;
	uint8_t		nd_opt_rh_len;
	uint16_t	nd_opt_rh_reserved1;
	uint32_t	nd_opt_rh_reserved2;
	/* header and data follow */
};

struct nd_opt_mtu {
	uint8_t		nd_opt_mtu_type;
	uint8_t		nd_opt_mtu_len;
	uint16_t	nd_opt_mtu_reserved;
	uint32_t	nd_opt_mtu_mtu;
};

#define	ND_OPT_NONCE_LEN	((1 * 8) - 2)
struct nd_opt_nonce {
	uint8_t		nd_opt_nonce_type;
	uint8_t		nd_opt_nonce_len;
	uint8_t		nd_opt_nonce[ND_OPT_NONCE_LEN];
};

struct nd_opt_route_info {
	uint8_t		nd_opt_rti_type;
	uint8_t		nd_opt_rti_len;
	uint8_t		nd_opt_rti_prefixlen;
	uint8_t		nd_opt_rti_flags;
	uint32_t	nd_opt_rti_lifetime;
	/* prefix follows */
};

struct nd_opt_rdnss {
	uint8_t		nd_opt_rdnss_type;
	uint8_t		nd_opt_rdnss_len;
	uint16_t	nd_opt_rdnss_reserved;
	uint32_t	nd_opt_rdnss_lifetime;
	/* addresses follow */
};

struct nd_opt_dnssl {
	uint8_t		nd_opt_dnssl_type;
	uint8_t		nd_opt_dnssl_len;
	uint16_t	nd_opt_dnssl_reserved;
	uint32_t	nd_opt_dnssl_lifetime;
	/* names follow */
};

/* As they lie in packets. */
__CTASSERT(sizeof(struct icmp6_hdr) == 8);
__CTASSERT(sizeof(struct mld_hdr) == 24);
__CTASSERT(sizeof(struct mldv2_query) == 28);
__CTASSERT(sizeof(struct mldv2_record) == 20);
__CTASSERT(sizeof(struct nd_router_advert) == 16);
__CTASSERT(sizeof(struct nd_redirect) == 40);
__CTASSERT(sizeof(struct nd_opt_prefix_info) == 32);
__CTASSERT(sizeof(struct nd_opt_mtu) == 8);

/* ICMP6_FILTER: a bit for each type that is let through. */
struct icmp6_filter {
	uint32_t	icmp6_filt[8];
};
#define	ICMP6_FILTER_SETPASSALL(filterp)				\
	(void)memset((filterp), 0xff, sizeof(struct icmp6_filter))
#define	ICMP6_FILTER_SETBLOCKALL(filterp)				\
	(void)memset((filterp), 0x00, sizeof(struct icmp6_filter))
#define	ICMP6_FILTER_SETPASS(type, filterp)				\
	(((filterp)->icmp6_filt[(type) >> 5]) |=			\
	    ((uint32_t)1 << ((type) & 31)))
#define	ICMP6_FILTER_SETBLOCK(type, filterp)				\
	(((filterp)->icmp6_filt[(type) >> 5]) &=			\
	    ~((uint32_t)1 << ((type) & 31)))
#define	ICMP6_FILTER_WILLPASS(type, filterp)				\
	((((filterp)->icmp6_filt[(type) >> 5]) &			\
	    ((uint32_t)1 << ((type) & 31))) != 0)
#define	ICMP6_FILTER_WILLBLOCK(type, filterp)				\
	(!ICMP6_FILTER_WILLPASS(type, filterp))

/* net.inet6.icmp6.stats: uint64_t counters in this order. */
#define	ICMP6_STAT_ERROR	0	/* errors made */
#define	ICMP6_STAT_CANTERROR	1	/* about what there is none */
#define	ICMP6_STAT_TOOFREQ	2	/* not sent: too many */
#define	ICMP6_STAT_OUTHIST	3	/* 256, by type */
#define	ICMP6_STAT_BADCODE	259
#define	ICMP6_STAT_TOOSHORT	260
#define	ICMP6_STAT_CHECKSUM	261
#define	ICMP6_STAT_BADLEN	262
#define	ICMP6_STAT_REFLECT	263
#define	ICMP6_STAT_INHIST	264	/* 256, by type */
#define	ICMP6_STAT_ND_TOOMANYOPT 520
#define	ICMP6_STAT_OUTERRHIST	521	/* 13: ICMP6_ERRSTAT_* */
#define	ICMP6_STAT_PMTUCHG	534
#define	ICMP6_STAT_ND_BADOPT	535
#define	ICMP6_STAT_BADNS	536
#define	ICMP6_STAT_BADNA	537
#define	ICMP6_STAT_BADRS	538
#define	ICMP6_STAT_BADRA	539
#define	ICMP6_STAT_BADREDIRECT	540
#define	ICMP6_STAT_DROPPED_RAROUTE 541
#define	ICMP6_NSTATS		542

#define	ICMP6_ERRSTAT_DST_UNREACH_NOROUTE	0
#define	ICMP6_ERRSTAT_DST_UNREACH_ADMIN		1
#define	ICMP6_ERRSTAT_DST_UNREACH_BEYONDSCOPE	2
#define	ICMP6_ERRSTAT_DST_UNREACH_ADDR		3
#define	ICMP6_ERRSTAT_DST_UNREACH_NOPORT	4
#define	ICMP6_ERRSTAT_PACKET_TOO_BIG		5
#define	ICMP6_ERRSTAT_TIME_EXCEED_TRANSIT	6
#define	ICMP6_ERRSTAT_TIME_EXCEED_REASSEMBLY	7
#define	ICMP6_ERRSTAT_PARAMPROB_HEADER		8
#define	ICMP6_ERRSTAT_PARAMPROB_NEXTHEADER	9
#define	ICMP6_ERRSTAT_PARAMPROB_OPTION		10
#define	ICMP6_ERRSTAT_REDIRECT			11
#define	ICMP6_ERRSTAT_UNKNOWN			12

/* Names below net.inet6.icmp6. */
#define	ICMPV6CTL_STATS		1
#define	ICMPV6CTL_REDIRACCEPT	2
#define	ICMPV6CTL_REDIRTIMEOUT	3
#define	ICMPV6CTL_ND6_PRUNE	6
#define	ICMPV6CTL_ND6_DELAY	8
#define	ICMPV6CTL_ND6_UMAXTRIES	9
#define	ICMPV6CTL_ND6_MMAXTRIES	10
#define	ICMPV6CTL_ND6_USELOOPBACK 11
#define	ICMPV6CTL_NODEINFO	13
#define	ICMPV6CTL_ERRPPSLIMIT	14
#define	ICMPV6CTL_ND6_MAXNUDHINT 15
#define	ICMPV6CTL_MTUDISC_HIWAT	16
#define	ICMPV6CTL_MTUDISC_LOWAT	17
#define	ICMPV6CTL_ND6_DEBUG	18
#define	ICMPV6CTL_ND6_DRLIST	19
#define	ICMPV6CTL_ND6_PRLIST	20
#define	ICMPV6CTL_ND6_MAXQLEN	24
#define	ICMPV6CTL_REFLECT_PMTU	25
#define	ICMPV6CTL_DYNAMIC_RT_MSG 26
/* Of ours. */
#define	ICMPV6CTL_ND6_DNS	500
#define	ICMPV6CTL_ND6_SEARCH	501

#ifdef _KERNEL
struct ifnet;
struct in6_addr;
struct mbuf;
struct rttimer;
struct rtentry;
struct ip6ctlparam;
struct sockaddr;
struct socket;
struct sockopt;

void	icmp6_init(void);
int	icmp6_input(struct mbuf **, int *, int);
void	*icmp6_ctlinput(int, const struct sockaddr *, void *);
int	icmp6_ctloutput(int, struct socket *, struct sockopt *);
void	icmp6_statinc(u_int);
/*
 * An error about a packet that begins with its header of IPv6, scopes
 * embedded, that came by the interface in its header: type, code, parameter
 * (host order).  The packet is gone.  Not sent, but counted: what RFC 4443
 * section 2.4 forbids, and more than so many a second.
 */
void	icmp6_error(struct mbuf *, int, int, int);
/* Without a packet's scopes embedded yet: those of the interface. */
void	icmp6_error2(struct mbuf *, int, int, int, struct ifnet *,
	    struct in6_addr *);
/* Of the message at an offset: back to where it came from; it is gone. */
void	icmp6_reflect(struct mbuf *, size_t);
/* RFC 4861 section 8.2: there is a better way for a packet, by a route. */
void	icmp6_redirect_output(struct mbuf *, struct rtentry *);
void	icmp6_prepare(struct mbuf *);
/* A router said a packet was too big; it was ours, if validated. */
void	icmp6_mtudisc_update(struct ip6ctlparam *, int validated);
/* 1: one more would be too many. */
int	icmp6_ratelimit(const struct in6_addr *, int, int);

extern int icmp6_rediraccept;
extern int icmp6_redirtimeout;
#endif /* _KERNEL */

#endif /* !_NETINET_ICMP6_H_ */
