/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi(9): functions called on other virtual CPUs, in the way of an interrupt.
 * Whoever is inside there is not interrupted: the function runs when that
 * thread leaves or sleeps, or waits in ipi_wait() itself.
 */
#ifndef _SYS_IPI_H_
#define _SYS_IPI_H_

#include <sys/types.h>
#include <sys/kcpuset.h>

#ifdef _KERNEL

struct cpu_info;

typedef void (*ipi_func_t)(void *);

typedef struct {
	ipi_func_t	func;
	void		*arg;
	volatile u_int	_pending;	/* atomic: calls that are not over */
} ipi_msg_t;

#define	IPI_MAXREG	32		/* identifiers, of which 0 is none */

void	ipi_sysinit(void);

/* Run what was sent to this CPU, and make a CPU do so. */
void	ipi_cpu_handler(void);
void	cpu_ipi(struct cpu_info *);

/* An identifier for a function, or 0 if there are too many.  May sleep. */
u_int	ipi_register(ipi_func_t, void *);
void	ipi_unregister(u_int);

/*
 * With preemption disabled.  Several triggers may end in one call.  The
 * caller's own CPU, if it is meant, is done first.
 */
void	ipi_trigger(u_int, struct cpu_info *);
void	ipi_trigger_multi(u_int, const kcpuset_t *);
void	ipi_trigger_broadcast(u_int, bool);

/*
 * With preemption disabled.  The message is in use until ipi_wait(), which
 * spins and must not be called with a spin mutex held.
 */
void	ipi_unicast(ipi_msg_t *, struct cpu_info *);
void	ipi_multicast(ipi_msg_t *, const kcpuset_t *);
void	ipi_broadcast(ipi_msg_t *, bool);
void	ipi_wait(ipi_msg_t *);

#endif /* _KERNEL */

#endif /* !_SYS_IPI_H_ */
