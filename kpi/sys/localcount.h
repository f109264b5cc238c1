/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * localcount(9): reference counts kept per CPU.  A holder may sleep and
 * migrate; localcount_drain() forbids new references and waits for the old.
 */

#ifndef _SYS_LOCALCOUNT_H_
#define	_SYS_LOCALCOUNT_H_

#include <sys/param.h>
#include <sys/systm.h>

struct kcondvar;
struct kmutex;
struct percpu;

struct localcount {
	int64_t		*lc_totalp;	/* while draining: sum over CPUs */
	struct percpu	*lc_percpu;	/* int64_t for each CPU */
	volatile uint32_t *lc_refcnt;	/* only for debugging; NULL */
};

void	localcount_init(struct localcount *);
void	localcount_drain(struct localcount *, struct kcondvar *,
	    struct kmutex *);
void	localcount_fini(struct localcount *);
void	localcount_acquire(struct localcount *);
void	localcount_release(struct localcount *, struct kcondvar *,
	    struct kmutex *);
uint32_t	localcount_debug_refcnt(const struct localcount *);

#endif /* !_SYS_LOCALCOUNT_H_ */
