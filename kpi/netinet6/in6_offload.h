/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What hardware may do for IPv6, done by hand where there is none: checksums,
 * cutting TCP segments.
 */

#ifndef _NETINET6_IN6_OFFLOAD_H_
#define	_NETINET6_IN6_OFFLOAD_H_

#ifdef _KERNEL
#include <sys/types.h>

struct ifnet;
struct mbuf;

extern int tcp_do_loopback_cksum;
extern int udp_do_loopback_cksum;

#define	IN6_LOOPBACK_NEED_CHECKSUM(csum_flags)				\
	((((csum_flags) & M_CSUM_UDPv6) != 0 && udp_do_loopback_cksum) || \
	 (((csum_flags) & M_CSUM_TCPv6) != 0 && tcp_do_loopback_cksum))
#define	IN6_NEED_CHECKSUM(ifp, csum_flags)				\
	(__predict_true(((ifp)->if_flags & IFF_LOOPBACK) == 0 ||	\
	    IN6_LOOPBACK_NEED_CHECKSUM(csum_flags)))

/*
 * Writes the checksums of M_CSUM_* that csum_flags has of a packet whose
 * header of IPv6 begins at hdrlen; the flags: which.
 */
void	in6_undefer_cksum(struct mbuf *, size_t, int);
/*
 * Cuts a segment of TCP (M_CSUM_TSOv6, segsz) whose header of IPv6 begins at
 * an offset into packets linked by m_nextpkt; NULL: no memory, or it is none of
 * TCP; it is freed in any case.  Does not sleep.
 */
struct mbuf *tcp6_segment(struct mbuf *, int);
#endif

#endif /* !_NETINET6_IN6_OFFLOAD_H_ */
