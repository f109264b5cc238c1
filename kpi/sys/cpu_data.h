/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine-independent part of struct cpu_info.  A virtual CPU is owned by
 * the lwp running on it, so most fields need no lock.
 */
#ifndef _SYS_CPU_DATA_H_
#define _SYS_CPU_DATA_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/sched.h>

struct lockdebug;
struct lwp;

enum cpu_count {
	CPU_COUNT_NTRAP,
	CPU_COUNT_NSYSCALL,
	CPU_COUNT_NSWTCH,
	CPU_COUNT_NINTR,
	CPU_COUNT_NSOFT,
	CPU_COUNT_FORKS,
	CPU_COUNT_ZEROPAGES,
	CPU_COUNT_NFAULT,
	CPU_COUNT_FREEPAGES,
	CPU_COUNT_FILEPAGES,
	CPU_COUNT_ANONPAGES,
	CPU_COUNT_COLORHIT,
	CPU_COUNT_COLORMISS,
	CPU_COUNT_CPUHIT,
	CPU_COUNT_CPUMISS,
	CPU_COUNT_PGIN,
	CPU_COUNT_MAX = 32
};

/* o: the lwp that owns the CPU; c: constant; s: kern_softint.c. */
struct cpu_data {
	struct schedstate_percpu cpu_schedstate;	/* o */
	u_int		cpu_index;			/* c */
	void		*cpu_softcpu;			/* s */
	struct lwp	*cpu_idlelwp;			/* c: none */
	void		*cpu_callout;			/* c: none */
	void		*cpu_uvm;			/* o: page caches */
	u_int		cpu_biglock_count;		/* o */
	void		*cpu_nch;			/* o: name cache */
	void		*cpu_kcpuset;			/* c */
	volatile u_int	cpu_psz_read_depth;		/* o: pserialize */
	char		cpu_name[16];			/* c */
	int64_t		cpu_counts[CPU_COUNT_MAX];	/* o */
};

#define	ci_schedstate	ci_data.cpu_schedstate
#define	ci_index	ci_data.cpu_index
#define	ci_biglock_count ci_data.cpu_biglock_count
#define	ci_psz_read_depth ci_data.cpu_psz_read_depth

#endif /* !_SYS_CPU_DATA_H_ */
