/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of protocols and interfaces: arrays of uint64_t, one per virtual
 * CPU.  A reference (GETREF, PUTREF) is to the caller's CPU: do not sleep in
 * between.
 */

#ifndef _NET_NET_STATS_H_
#define	_NET_NET_STATS_H_

#ifdef _KERNEL
#include <sys/percpu.h>
#include <sys/sysctl.h>

struct net_stat_ref {
	struct { }	nsr_nothing;	/* C wants a member before */
	uint64_t	nsr_stats[];
};
typedef struct net_stat_ref *net_stat_ref_t;

#define	_NET_STAT_GETREF(stat)	((net_stat_ref_t)percpu_getref(stat))
#define	_NET_STAT_PUTREF(stat)	percpu_putref(stat)

#define	_NET_STATADD_REF(r, x, v)	((r)->nsr_stats[x] += (v))
#define	_NET_STATINC_REF(r, x)		_NET_STATADD_REF(r, x, 1)
#define	_NET_STATDEC_REF(r, x)		((r)->nsr_stats[x]--)

#define	_NET_STATADD(stat, x, v)					\
do {									\
	net_stat_ref_t _nsr = _NET_STAT_GETREF(stat);			\
									\
	_NET_STATADD_REF(_nsr, x, v);					\
	_NET_STAT_PUTREF(stat);						\
} while (0)
#define	_NET_STATINC(stat, x)	_NET_STATADD(stat, x, 1)
#define	_NET_STATDEC(stat, x)	_NET_STATADD(stat, x, (uint64_t)-1)

/* In a sysctl(9) helper: the sums over all CPUs. */
#define	NETSTAT_SYSCTL(stat, nctrs)					\
	netstat_sysctl((stat), (nctrs), SYSCTLFN_CALL(rnode))
int	netstat_sysctl(percpu_t *, u_int, SYSCTLFN_PROTO);
#endif

#endif /* !_NET_NET_STATS_H_ */
