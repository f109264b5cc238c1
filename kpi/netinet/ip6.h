/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of IPv6 and its extensions: RFC 8200, RFC 3542 section 2.1.
 */

#ifndef _NETINET_IP6_H_
#define	_NETINET_IP6_H_

#include <sys/endian.h>
#include <sys/types.h>

#include <netinet/in.h>

/* All in network order. */
struct ip6_hdr {
	union {
		struct ip6_hdrctl {
			uint32_t	ip6_un1_flow;	/* version 4 bits,
							   class 8, label 20 */
			uint16_t	ip6_un1_plen;
			uint8_t		ip6_un1_nxt;
			uint8_t		ip6_un1_hlim;
		} ip6_un1;
		uint8_t		ip6_un2_vfc;	/* version in the upper half */
	} ip6_ctlun;
	struct in6_addr	ip6_src;
	struct in6_addr	ip6_dst;
};
#define	ip6_vfc		ip6_ctlun.ip6_un2_vfc
#define	ip6_flow	ip6_ctlun.ip6_un1.ip6_un1_flow
#define	ip6_plen	ip6_ctlun.ip6_un1.ip6_un1_plen
#define	ip6_nxt		ip6_ctlun.ip6_un1.ip6_un1_nxt
#define	ip6_hlim	ip6_ctlun.ip6_un1.ip6_un1_hlim
#define	ip6_hops	ip6_hlim

#define	IPV6_VERSION		0x60
#define	IPV6_VERSION_MASK	0xf0
/* Of ip6_flow. */
#define	IPV6_FLOWINFO_MASK	((uint32_t)htonl(0x0fffffff))
#define	IPV6_FLOWLABEL_MASK	((uint32_t)htonl(0x000fffff))
#define	IP6TOS_CE		0x01
#define	IP6TOS_ECT		0x02

/* What all extensions but those of fragments and security begin with. */
struct ip6_ext {
	uint8_t		ip6e_nxt;
	uint8_t		ip6e_len;	/* in 8 bytes, without the first */
};

struct ip6_hbh {
	uint8_t		ip6h_nxt;
	uint8_t		ip6h_len;
	/* options follow */
};

struct ip6_dest {
	uint8_t		ip6d_nxt;
	uint8_t		ip6d_len;
	/* options follow */
};

/* Options.  The first two bits: what a node does that does not know it. */
#define	IP6OPT_TYPE(o)		((o) & 0xc0)
#define	IP6OPT_TYPE_SKIP	0x00
#define	IP6OPT_TYPE_DISCARD	0x40
#define	IP6OPT_TYPE_FORCEICMP	0x80
#define	IP6OPT_TYPE_ICMP	0xc0
#define	IP6OPT_MUTABLE		0x20
#define	IP6OPT_PAD1		0x00
#define	IP6OPT_PADN		0x01
#define	IP6OPT_RTALERT		0x05	/* RFC 2711 */
#define	IP6OPT_RTALERT_LEN	4
#define	IP6OPT_RTALERT_MLD	0
#define	IP6OPT_RTALERT_RSVP	1
#define	IP6OPT_RTALERT_ACTNET	2
#define	IP6OPT_ROUTER_ALERT	IP6OPT_RTALERT
#define	IP6OPT_JUMBO		0xc2	/* RFC 2675 */
#define	IP6OPT_JUMBO_LEN	6
#define	IP6OPT_NSAP_ADDR	0xc3
#define	IP6OPT_TUNNEL_LIMIT	0x04
#define	IP6OPT_HOMEADDR		0xc9
#define	IP6OPT_MINLEN		2

struct ip6_opt {
	uint8_t		ip6o_type;
	uint8_t		ip6o_len;	/* of the data */
};

struct ip6_opt_jumbo {
	uint8_t		ip6oj_type;
	uint8_t		ip6oj_len;
	uint8_t		ip6oj_jumbo_len[4];
};

struct ip6_opt_router {
	uint8_t		ip6or_type;
	uint8_t		ip6or_len;
	uint8_t		ip6or_value[2];
};

struct ip6_rthdr {
	uint8_t		ip6r_nxt;
	uint8_t		ip6r_len;
	uint8_t		ip6r_type;
	uint8_t		ip6r_segleft;
	/* data of the type follow */
};

/* RFC 5095: not to be processed any more. */
struct ip6_rthdr0 {
	uint8_t		ip6r0_nxt;
	uint8_t		ip6r0_len;
	uint8_t		ip6r0_type;
	uint8_t		ip6r0_segleft;
	uint32_t	ip6r0_reserved;
};

struct ip6_frag {
	uint8_t		ip6f_nxt;
	uint8_t		ip6f_reserved;
	uint16_t	ip6f_offlg;	/* offset in 8 bytes << 3, flags */
	uint32_t	ip6f_ident;
};
#if _BYTE_ORDER == _BIG_ENDIAN
#define	IP6F_OFF_MASK		0xfff8
#define	IP6F_RESERVED_MASK	0x0006
#define	IP6F_MORE_FRAG		0x0001
#else
#define	IP6F_OFF_MASK		0xf8ff
#define	IP6F_RESERVED_MASK	0x0600
#define	IP6F_MORE_FRAG		0x0100
#endif

/* As they lie in packets. */
__CTASSERT(sizeof(struct ip6_hdr) == 40);
__CTASSERT(sizeof(struct ip6_opt_router) == 4);
__CTASSERT(sizeof(struct ip6_rthdr0) == 8);
__CTASSERT(sizeof(struct ip6_frag) == 8);

#define	IPV6_MAXHLIM		255
#define	IPV6_DEFHLIM		64
#define	IPV6_FRAGTTL		120	/* halves of seconds */
#define	IPV6_HLIMDEC		1
#define	IPV6_MMTU		1280	/* RFC 8200 section 5 */
#define	IPV6_MAXPACKET		65535
#define	IPV6_MINHOPS_UNREACH	1

#endif /* !_NETINET_IP6_H_ */
