/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an Ethernet interface would do for the stack, done by hand for frames
 * that leave by one that cannot.
 */

#ifndef _NET_ETHER_SW_OFFLOAD_H_
#define	_NET_ETHER_SW_OFFLOAD_H_

#ifdef _KERNEL
#include <sys/mbuf.h>

#include <net/if.h>

#define	IFNET_TX_OFFLOADS						\
	(M_CSUM_TSOv4 | M_CSUM_TSOv6 | M_CSUM_IPv4 | M_CSUM_TCPv4 |	\
	M_CSUM_UDPv4 | M_CSUM_TCPv6 | M_CSUM_UDPv6)

/* An interface's if_csum_flags_tx, a packet's csum_flags: all is done there. */
#define	TX_OFFLOAD_SUPPORTED(if_flags, mbuf_flags)			\
	(((mbuf_flags) & IFNET_TX_OFFLOADS & ~(if_flags)) == 0)

/*
 * A frame with what the interface does not do done; frames linked by
 * m_nextpkt.  NULL: it is freed, as there was no memory, or it is no frame of
 * the kind its flags say.  Does not sleep.
 */
struct mbuf *ether_sw_offload_tx(struct ifnet *, struct mbuf *);
#endif /* _KERNEL */

#endif /* !_NET_ETHER_SW_OFFLOAD_H_ */
