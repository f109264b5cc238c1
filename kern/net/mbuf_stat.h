/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statistics of mbufs, for uipc_mbuf.c: what is counted for every mbuf is per
 * virtual CPU, the rest is rare.
 */

#ifndef _KERN_NET_MBUF_STAT_H_
#define	_KERN_NET_MBUF_STAT_H_

#include <sys/mbuf.h>
#include <sys/percpu.h>

extern percpu_t *mbstat_percpu;	/* struct mbstat_cpu */

/* Limits too: after the pools were made. */
void	mbstat_init(void);

static inline void
mbstat_type_add(int type, int diff)
{
	struct mbstat_cpu *mb = percpu_getref(mbstat_percpu);

	mb->m_mtypes[type] += diff;
	percpu_putref(mbstat_percpu);
}

static inline void
mbstat_drop(void)
{

	atomic_inc_ulong(&mbstat.m_drops);
}

static inline void
mbstat_wait(void)
{

	atomic_inc_ulong(&mbstat.m_wait);
}

static inline void
mbstat_drain(void)
{

	atomic_inc_ulong(&mbstat.m_drain);
}

#endif /* !_KERN_NET_MBUF_STAT_H_ */
