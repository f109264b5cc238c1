/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * percpu(9): a piece of memory for each virtual CPU.  Between percpu_getref()
 * and percpu_putref() the caller must not sleep: it owns its CPU's piece
 * because nobody else runs there.
 */
#ifndef _SYS_PERCPU_H_
#define _SYS_PERCPU_H_

#include <sys/percpu_types.h>

#ifdef _KERNEL
void	percpu_init(void);
percpu_t *percpu_alloc(size_t);
void	percpu_free(percpu_t *, size_t);
void	*percpu_getref(percpu_t *);
void	percpu_putref(percpu_t *);
void	percpu_foreach(percpu_t *, percpu_callback_t, void *);
void	percpu_foreach_xcall(percpu_t *, u_int, percpu_callback_t, void *);
percpu_t *percpu_create(size_t, percpu_callback_t, percpu_callback_t, void *);

/* Not for drivers: the piece of a CPU that may be another's. */
void	percpu_traverse_enter(void);
void	percpu_traverse_exit(void);
void	*percpu_getptr_remote(percpu_t *, struct cpu_info *);
#endif /* _KERNEL */

#endif /* !_SYS_PERCPU_H_ */
