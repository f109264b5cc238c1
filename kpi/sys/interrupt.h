/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt_distribute(9): which interrupts there are, and on which CPUs they
 * are handled.  Here handlers are threads, which run wherever a virtual CPU is
 * free, and no interrupt has an identifier.
 */
#ifndef _SYS_INTERRUPT_H_
#define _SYS_INTERRUPT_H_

#include <sys/types.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>

typedef char intrid_t[INTRIDBUF];

/* iih_nids of them. */
struct intrids_handler {
	int		iih_nids;
	intrid_t	iih_intrids[1];
};

#ifdef _KERNEL

/* By identifier; of one that is unknown: 0, no CPU, no name. */
uint64_t interrupt_get_count(const char *, u_int);
void	interrupt_get_assigned(const char *, kcpuset_t *);
void	interrupt_get_devname(const char *, char *, size_t);

/* CPUs that interrupts can be assigned to. */
void	interrupt_get_available(kcpuset_t *);

/* The identifiers of interrupts assigned to any of these CPUs. */
struct intrids_handler *interrupt_construct_intrids(const kcpuset_t *);
void	interrupt_destruct_intrids(struct intrids_handler *);

/*
 * Assign the interrupt of a handler, or the one so called, and tell where it
 * was.  EOPNOTSUPP: it cannot be; ENOENT: there is none.
 */
int	interrupt_distribute(void *, const kcpuset_t *, kcpuset_t *);
int	interrupt_distribute_handler(const char *, const kcpuset_t *,
	    kcpuset_t *);

#endif /* _KERNEL */

#endif /* !_SYS_INTERRUPT_H_ */
