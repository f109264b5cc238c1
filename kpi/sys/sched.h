/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling.  The host schedules; what is here are the constants of the
 * scheduling system calls, the per-CPU structure others look into, and the
 * calls by which long loops offer their virtual CPU to others.
 */
#ifndef _SYS_SCHED_H_
#define _SYS_SCHED_H_

#include <sys/types.h>

struct sched_param {
	int	sched_priority;
};

#define	SCHED_NONE	-1
#define	SCHED_OTHER	0
#define	SCHED_FIFO	1
#define	SCHED_RR	2

#define	CP_USER		0
#define	CP_NICE		1
#define	CP_SYS		2
#define	CP_INTR		3
#define	CP_IDLE		4
#define	CPUSTATES	5

#ifdef _KERNEL

#include <sys/queue.h>

struct cpu_info;
struct kmutex;
struct lwp;
struct proc;

/* Owned by whoever runs on the CPU. */
struct schedstate_percpu {
	struct kmutex	*spc_mutex;
	struct lwp	*spc_curlwp;
	u_int		spc_flags;
	uint64_t	spc_cp_time[CPUSTATES];
};

#define	SPCF_RUNNING	0x0001
#define	SPCF_OFFLINE	0x0002
#define	SPCF_NOINTR	0x0004

/* Offer the CPU to those waiting for one. */
void	preempt(void);
bool	preempt_needed(void);
void	preempt_point(void);
void	yield(void);
void	sched_init(void);

#endif /* _KERNEL */

#endif /* !_SYS_SCHED_H_ */
