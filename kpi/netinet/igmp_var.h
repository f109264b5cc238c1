/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP inside the kernel: statistics, and what groups tell it.
 */

#ifndef _NETINET_IGMP_VAR_H_
#define	_NETINET_IGMP_VAR_H_

#include <sys/types.h>

/* net.inet.igmp.stats: uint64_t counters in this order. */
#define	IGMP_STAT_RCV_TOTAL	0
#define	IGMP_STAT_RCV_TOOSHORT	1
#define	IGMP_STAT_RCV_BADSUM	2
#define	IGMP_STAT_RCV_QUERIES	3
#define	IGMP_STAT_RCV_BADQUERIES 4
#define	IGMP_STAT_RCV_REPORTS	5
#define	IGMP_STAT_RCV_BADREPORTS 6
#define	IGMP_STAT_RCV_OURREPORTS 7
#define	IGMP_STAT_SND_REPORTS	8
#define	IGMP_NSTATS		9

#ifdef _KERNEL
struct in_multi;
struct mbuf;

void	igmp_init(void);
void	igmp_input(struct mbuf *, int, int);
void	igmp_fasttimo(void);
void	igmp_slowtimo(void);
/* A group is new, or is no longer; in_multi_lock(RW_WRITER) is held.  What
 * is to be sent goes out with igmp_flush(), without that lock. */
void	igmp_joingroup(struct in_multi *);
void	igmp_leavegroup(struct in_multi *);
void	igmp_flush(void);
#endif

#endif /* !_NETINET_IGMP_VAR_H_ */
