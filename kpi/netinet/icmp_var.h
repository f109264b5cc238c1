/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP inside the kernel: statistics, icmp(4).
 */

#ifndef _NETINET_ICMP_VAR_H_
#define	_NETINET_ICMP_VAR_H_

#include <netinet/ip_icmp.h>

/* net.inet.icmp.stats: uint64_t counters in this order. */
#define	ICMP_STAT_ERROR		0	/* asked for */
#define	ICMP_STAT_OLDSHORT	1	/* none about what is too short */
#define	ICMP_STAT_OLDICMP	2	/* none about an error */
#define	ICMP_STAT_OUTHIST	3	/* by type */
#define	ICMP_STAT_BADCODE	(ICMP_STAT_OUTHIST + ICMP_NTYPES)
#define	ICMP_STAT_TOOSHORT	(ICMP_STAT_BADCODE + 1)
#define	ICMP_STAT_CHECKSUM	(ICMP_STAT_BADCODE + 2)
#define	ICMP_STAT_BADLEN	(ICMP_STAT_BADCODE + 3)
#define	ICMP_STAT_REFLECT	(ICMP_STAT_BADCODE + 4)	/* answers */
#define	ICMP_STAT_INHIST	(ICMP_STAT_BADCODE + 5)	/* by type */
#define	ICMP_STAT_PMTUCHG	(ICMP_STAT_INHIST + ICMP_NTYPES)
#define	ICMP_NSTATS		(ICMP_STAT_PMTUCHG + 1)

/* Names below net.inet.icmp. */
#define	ICMPCTL_MASKREPL	1
#define	ICMPCTL_RETURNDATABYTES	3
#define	ICMPCTL_ERRPPSLIMIT	4
#define	ICMPCTL_REDIRACCEPT	5
#define	ICMPCTL_REDIRTIMEOUT	6
#define	ICMPCTL_STATS		7
#define	ICMPCTL_BMCASTECHO	8
#define	ICMPCTL_DYNAMIC_RT_MSG	9

#ifdef _KERNEL
void	icmp_statinc(u_int);
#endif

#endif /* !_NETINET_ICMP_VAR_H_ */
