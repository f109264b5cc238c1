/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of the Internet Protocol, version 4, and its options: RFC 791,
 * RFC 2474 (DSCP), RFC 3168 (ECN).
 */

#ifndef _NETINET_IP_H_
#define	_NETINET_IP_H_

#include <sys/endian.h>
#include <sys/types.h>

#include <netinet/in_systm.h>
#include <netinet/in.h>

#define	IPVERSION	4

/* All in network order; may be anywhere. */
struct ip {
#if _BYTE_ORDER == _LITTLE_ENDIAN
	unsigned int	ip_hl:4,	/* length of the header / 4 */
			ip_v:4;		/* IPVERSION */
#else
	unsigned int	ip_v:4,
			ip_hl:4;
#endif
	uint8_t		ip_tos;
	uint16_t	ip_len;		/* of header and data */
	uint16_t	ip_id;
	uint16_t	ip_off;		/* IP_*, offset of a fragment / 8 */
#define	IP_RF		0x8000
#define	IP_EF		0x8000
#define	IP_DF		0x4000		/* do not fragment */
#define	IP_MF		0x2000		/* more fragments follow */
#define	IP_OFFMASK	0x1fff
	uint8_t		ip_ttl;
	uint8_t		ip_p;		/* IPPROTO_* */
	uint16_t	ip_sum;
	struct in_addr	ip_src, ip_dst;
} __packed;

#define	IP_MAXPACKET	65535

/* ip_tos: of old, and as RFC 2474 and RFC 3168 share it. */
#define	IPTOS_LOWDELAY		0x10
#define	IPTOS_THROUGHPUT	0x08
#define	IPTOS_RELIABILITY	0x04
#define	IPTOS_DSCP_MASK		0xfc
#define	IPTOS_CLASS_DEFAULT	0x00
#define	IPTOS_DSCP_CS0		0x00
#define	IPTOS_DSCP_CS1		0x20
#define	IPTOS_DSCP_AF11		0x28
#define	IPTOS_DSCP_AF12		0x30
#define	IPTOS_DSCP_AF13		0x38
#define	IPTOS_DSCP_CS2		0x40
#define	IPTOS_DSCP_AF21		0x48
#define	IPTOS_DSCP_AF22		0x50
#define	IPTOS_DSCP_AF23		0x58
#define	IPTOS_DSCP_CS3		0x60
#define	IPTOS_DSCP_AF31		0x68
#define	IPTOS_DSCP_AF32		0x70
#define	IPTOS_DSCP_AF33		0x78
#define	IPTOS_DSCP_CS4		0x80
#define	IPTOS_DSCP_AF41		0x88
#define	IPTOS_DSCP_AF42		0x90
#define	IPTOS_DSCP_AF43		0x98
#define	IPTOS_DSCP_CS5		0xa0
#define	IPTOS_DSCP_VA		0xb0
#define	IPTOS_DSCP_EF		0xb8
#define	IPTOS_DSCP_CS6		0xc0
#define	IPTOS_DSCP_CS7		0xe0
#define	IPTOS_PREC_ROUTINE	0x00
#define	IPTOS_PREC_PRIORITY	0x20
#define	IPTOS_PREC_IMMEDIATE	0x40
#define	IPTOS_PREC_FLASH	0x60
#define	IPTOS_PREC_FLASHOVERRIDE 0x80
#define	IPTOS_PREC_CRITIC_ECP	0xa0
#define	IPTOS_PREC_INTERNETCONTROL 0xc0
#define	IPTOS_PREC_NETCONTROL	0xe0
#define	IPTOS_ECN_MASK		0x03
#define	IPTOS_ECN_NOTECT	0x00
#define	IPTOS_ECN_ECT1		0x01
#define	IPTOS_ECN_ECT0		0x02
#define	IPTOS_ECN_CE		0x03
#define	IPTOS_CE		0x01
#define	IPTOS_ECT		0x02
#define	IPTOS_ECN_NOT_ECT	IPTOS_ECN_NOTECT
#define	IPTOS_ECN(x)		((x) & IPTOS_ECN_MASK)

/* Options: one byte alone, or one, a length of all, and data. */
#define	IPOPT_COPIED(o)		((o) & 0x80)
#define	IPOPT_CLASS(o)		((o) & 0x60)
#define	IPOPT_NUMBER(o)		((o) & 0x1f)
#define	IPOPT_CONTROL		0x00
#define	IPOPT_RESERVED1		0x20
#define	IPOPT_DEBMEAS		0x40
#define	IPOPT_RESERVED2		0x60
#define	IPOPT_EOL		0
#define	IPOPT_NOP		1
#define	IPOPT_RR		7
#define	IPOPT_TS		68
#define	IPOPT_SECURITY		130
#define	IPOPT_LSRR		131
#define	IPOPT_SATID		136
#define	IPOPT_SSRR		137
#define	IPOPT_RA		148	/* RFC 2113 */
#define	IPOPT_OPTVAL		0	/* offsets in one */
#define	IPOPT_OLEN		1
#define	IPOPT_OFFSET		2
#define	IPOPT_MINOFF		4	/* the least value there */

/* The timestamp option. */
struct ip_timestamp {
	uint8_t		ipt_code;	/* IPOPT_TS */
	uint8_t		ipt_len;
	uint8_t		ipt_ptr;
#if _BYTE_ORDER == _LITTLE_ENDIAN
	unsigned int	ipt_flg:4,
			ipt_oflw:4;
#else
	unsigned int	ipt_oflw:4,
			ipt_flg:4;
#endif
	union ipt_timestamp {
		n_long	ipt_time[1];
		struct ipt_ta {
			struct in_addr	ipt_addr;
			n_long		ipt_time;
		} ipt_ta[1];
	} ipt_timestamp;
} __packed;
#define	IPOPT_TS_TSONLY		0
#define	IPOPT_TS_TSANDADDR	1
#define	IPOPT_TS_PRESPEC	3

#define	MAXTTL		255
#define	IPDEFTTL	64	/* RFC 1700 */
#define	IPFRAGTTL	60	/* halves of seconds a fragment is kept */
#define	IPTTLDEC	1
#define	IP_MSS		576
#define	IP_MINFRAGSIZE	69

/* Before a transport header, where its checksum is made of it. */
struct ippseudo {
	struct in_addr	ippseudo_src, ippseudo_dst;
	uint8_t		ippseudo_pad;	/* 0 */
	uint8_t		ippseudo_p;
	uint16_t	ippseudo_len;
} __packed;

#endif /* !_NETINET_IP_H_ */
