/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statistics of mbufs, for uipc_mbuf.c: what is counted for every mbuf is per
 * virtual CPU, the rest is rare.
 */

#ifndef _KERN_NET_MBUF_STAT_H_
#define	_KERN_NET_MBUF_STAT_H_

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>

extern percpu_t *mbstat_percpu;	/* struct mbstat_cpu */
/* The same by CPU number, for who counts on his own: percpu_getref() would
 * be half of what an mbuf costs. */
extern struct mbstat_cpu *mbstat_cpus[MAXCPUS];

/* Limits too: after the pools were made. */
void	mbstat_init(void);

static inline void
mbstat_type_add(int type, int diff)
{

	mbstat_cpus[cpu_number()]->m_mtypes[type] += diff;
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
