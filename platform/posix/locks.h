/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mutex as condition variables see it, for cv.c; everybody else treats it
 * as opaque.
 */
#ifndef _RUMPUSER_LOCKS_H_
#define	_RUMPUSER_LOCKS_H_

#include "rumpuser_int.h"

/*
 *	c	constant
 *	a	atomic; written by the holder of rm_mtx
 */
struct rumpuser_mtx {
	pthread_mutex_t rm_mtx;
	int rm_flags;				/* c: RUMPUSER_MTX_* */
	_Atomic(struct lwp *) rm_owner;		/* a: KMUTEX only */
};

/* The calling lwp has got, or is about to leave, the mutex. */
void	rumpuser__mutex_own(struct rumpuser_mtx *);
void	rumpuser__mutex_disown(struct rumpuser_mtx *);

#endif /* !_RUMPUSER_LOCKS_H_ */
