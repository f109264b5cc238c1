/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual CPU, and which lwp runs on the calling host thread.
 *
 * ci_busy says whether a host thread is inside on this CPU (see
 * kern/base/rump_sched.c): taking a free one is one compare-and-swap.
 * Everything marked o belongs to that thread.
 */
#ifndef _MACHINE_CPU_H_
#define _MACHINE_CPU_H_

#include <sys/types.h>
#include <sys/cpu_data.h>

#ifdef _KERNEL

#include <machine/intr.h>

#define	CI_WAKES	4

/* a: atomic operations; o: the lwp that owns the CPU; c: constant; v: the lock
 * of rump_sched.c. */
struct cpu_info {
	volatile uint32_t ci_busy;	/* a: VCPU_* */
	u_int		ci_cpuid;	/* c */
	struct lwp	*ci_curlwp;	/* o */
	struct lwp	*ci_implicit;	/* o: spare temporary lwps */
	u_int		ci_nimplicit;	/* o: how many */
	uint32_t	ci_softpend;	/* o: levels softint_leave() runs */
	u_int		ci_nwakes;	/* o: of ci_wakes */
	struct lwp	*ci_borrower;	/* v: whom it is lent to */
	struct cpu_info	*ci_next;	/* c */
	struct device	*ci_dev;	/* c */
	/* o: words whose sleepers are woken when the CPU is left. */
	volatile uint32_t *ci_wakes[CI_WAKES];
	struct cpu_data	ci_data;	/* as told there */
	/* Written by o, read by all: in a section of <rump-sys/bypass.h>. */
	volatile uint32_t ci_bypass __aligned(64);
} __aligned(64);

/* The lwp of the calling host thread; the platform defines it. */
extern __thread struct lwp *rumpuser_curlwp_tls;

#define	curlwp		rumpuser_curlwp_tls
/* l_cpu is the first member, for those who do not know struct lwp. */
#define	curcpu()	(*(struct cpu_info **)curlwp)
#define	cpu_number()	cpu_index(curcpu())
#define	CPU_IS_PRIMARY(ci) ((ci)->ci_index == 0)

#define	CPU_INFO_ITERATOR	int __unused
#define	CPU_INFO_FOREACH(cii, ci)					\
	(cii) = 0, (ci) = &rump_bootcpu; (ci) != NULL; (ci) = (ci)->ci_next

extern struct cpu_info rump_bootcpu;

void	cpu_need_resched(struct cpu_info *, struct lwp *, int);
#define	cpu_signotify(l)	((void)(l))
#define	cpu_need_proftick(l)	((void)(l))

/* Busy wait; the CPU is kept. */
#define	delay(us)	(*delay_func)(us)
#define	DELAY(us)	delay(us)
extern void (*delay_func)(unsigned int);

#endif /* _KERNEL */

#endif /* !_MACHINE_CPU_H_ */
