/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt levels, spl(9) and softint(9).
 *
 * There are no interrupts to block: handlers are threads on virtual CPUs and
 * a virtual CPU is not preempted.  The levels are kept per lwp so that the
 * lock checker can tell thread context from the rest.
 */
#ifndef _SYS_INTR_H_
#define _SYS_INTR_H_

#include <sys/types.h>

#define	INTRIDBUF	64
#define	INTRDEVNAMEBUF	64

#ifdef _KERNEL

#include <machine/intr.h>
#include <sys/spl.h>

struct cpu_info;

/* Handlers by level of urgency; `count' levels. */
#define	SOFTINT_CLOCK	0x0000
#define	SOFTINT_BIO	0x0001
#define	SOFTINT_NET	0x0002
#define	SOFTINT_SERIAL	0x0003
#define	SOFTINT_COUNT	0x0004
#define	SOFTINT_LVLMASK	0x00ff

#define	SOFTINT_MPSAFE	0x0100	/* runs without the kernel lock */
#define	SOFTINT_RCPU	0x0200	/* may be scheduled on another CPU */
#define	SOFTINT_IMPMASK	0xf000

void	*softint_establish(u_int, void (*)(void *), void *);
void	softint_disestablish(void *);
void	softint_schedule(void *);
void	softint_schedule_cpu(void *, struct cpu_info *);


#endif /* _KERNEL */

#endif /* !_SYS_INTR_H_ */
