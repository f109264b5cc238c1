/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types of links as captures name them, DLT_*: how a packet begins that bpf(4)
 * gives.  The numbers are those of pcap files.
 */

#ifndef _NET_DLT_H_
#define	_NET_DLT_H_

#define	DLT_NULL		0	/* address family, host order */
#define	DLT_EN10MB		1	/* Ethernet */
#define	DLT_EN3MB		2
#define	DLT_AX25		3
#define	DLT_PRONET		4
#define	DLT_CHAOS		5
#define	DLT_IEEE802		6
#define	DLT_ARCNET		7
#define	DLT_SLIP		8
#define	DLT_PPP			9
#define	DLT_FDDI		10
#define	DLT_ATM_RFC1483		11
#define	DLT_RAW			12	/* an IP packet */
#define	DLT_SLIP_BSDOS		13
#define	DLT_PPP_BSDOS		14
#define	DLT_HIPPI		15
#define	DLT_HDLC		16
#define	DLT_PFSYNC		18
#define	DLT_ATM_CLIP		19
#define	DLT_PPP_SERIAL		50
#define	DLT_PPP_ETHER		51
#define	DLT_C_HDLC		104
#define	DLT_IEEE802_11		105
#define	DLT_FRELAY		107
#define	DLT_LOOP		108	/* address family, network order */
#define	DLT_LINUX_SLL		113
#define	DLT_LTALK		114
#define	DLT_ECONET		115
#define	DLT_PFLOG		117
#define	DLT_PRISM_HEADER	119
#define	DLT_IP_OVER_FC		122
#define	DLT_IEEE802_11_RADIO	127
#define	DLT_APPLE_IP_OVER_IEEE1394 138
#define	DLT_USER0		147
#define	DLT_USER15		162
#define	DLT_PPI			192
#define	DLT_USB			186
#define	DLT_CAN_SOCKETCAN	227
#define	DLT_IPV4		228
#define	DLT_IPV6		229

/* A type of NetBSD's own, with an address family in it. */
#define	DLT_RAWAF_MASK		0x2240000
#define	DLT_RAWAF(af)		(DLT_RAWAF_MASK | (af))
#define	DLT_RAWAF_AF(x)		((x) & 0x0000ffff)
#define	DLT_IS_RAWAF(x)		(((x) & 0xffff0000) == DLT_RAWAF_MASK)

#endif /* !_NET_DLT_H_ */
