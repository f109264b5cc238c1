/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What hardware may do for IPv4, done by hand where there is none: checksums,
 * cutting TCP segments.
 */

#ifndef _NETINET_IN_OFFLOAD_H_
#define	_NETINET_IN_OFFLOAD_H_

#ifdef _KERNEL
#include <sys/types.h>

struct ifnet;
struct mbuf;

/* Checksums of packets that do not leave the machine, net.inet.*. */
extern int tcp_do_loopback_cksum;
extern int udp_do_loopback_cksum;

#define	IN_LOOPBACK_NEED_CHECKSUM(csum_flags)				\
	((((csum_flags) & M_CSUM_UDPv4) != 0 && udp_do_loopback_cksum) || \
	 (((csum_flags) & M_CSUM_TCPv4) != 0 && tcp_do_loopback_cksum) || \
	 (((csum_flags) & M_CSUM_IPv4) != 0 && ip_do_loopback_cksum))
#define	IN_NEED_CHECKSUM(ifp, csum_flags)				\
	(__predict_true((__atomic_load_n(&(ifp)->if_flags,		\
	    __ATOMIC_RELAXED) & IFF_LOOPBACK) == 0 ||			\
	    IN_LOOPBACK_NEED_CHECKSUM(csum_flags)))

/*
 * Writes the checksums of M_CSUM_* that are not set in csum_flags yet: of a
 * packet whose header of IP begins at hdrlen; the flags: which.
 */
void	in_undefer_cksum(struct mbuf *, size_t, int);
/*
 * Cuts a segment of TCP (M_CSUM_TSOv4, segsz) whose header of IP begins at an
 * offset into packets linked by m_nextpkt; NULL: no memory, or it is none of
 * TCP; it is freed in any case.  Does not sleep.
 */
struct mbuf *tcp4_segment(struct mbuf *, int);
#endif

#endif /* !_NETINET_IN_OFFLOAD_H_ */
