/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The User Datagram Protocol: RFC 768, udp(4).
 */

#ifndef _NETINET_UDP_H_
#define	_NETINET_UDP_H_

#include <sys/types.h>

/* In network order. */
struct udphdr {
	uint16_t	uh_sport;
	uint16_t	uh_dport;
	uint16_t	uh_ulen;	/* of header and data */
	uint16_t	uh_sum;		/* 0: none was made */
} __packed;

/* An option of level IPPROTO_UDP: datagrams of a tunnel, RFC 3948. */
#define	UDP_ENCAP			100
#define	UDP_ENCAP_ESPINUDP_NON_IKE	1
#define	UDP_ENCAP_ESPINUDP		2

#endif /* !_NETINET_UDP_H_ */
