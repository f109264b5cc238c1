/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes of the hypercall contract.  Whoever has to wait for one gives the
 * virtual CPU back meanwhile, unless it is a spin mutex, whose holder keeps
 * the CPU and will be quick.  The owner is kept for kernel mutexes only.
 */
#include <stdlib.h>

#include "locks.h"
#include "rumpuser_int.h"

void
rumpuser_mutex_init(struct rumpuser_mtx **mtxp, int flags)
{
	struct rumpuser_mtx *mtx;

	if ((mtx = calloc(1, sizeof(*mtx))) == NULL)
		rumpuser__die("no memory for a mutex");
	pthread_mutex_init(&mtx->rm_mtx, NULL);
	mtx->rm_flags = flags;
	*mtxp = mtx;
}

int
rumpuser_mutex_spin_p(struct rumpuser_mtx *mtx)
{

	return (mtx->rm_flags & RUMPUSER_MTX_SPIN) != 0;
}

void
rumpuser__mutex_own(struct rumpuser_mtx *mtx)
{

	if (mtx->rm_flags & RUMPUSER_MTX_KMUTEX)
		atomic_store_explicit(&mtx->rm_owner, rumpuser_curlwp_tls,
		    memory_order_relaxed);
}

void
rumpuser__mutex_disown(struct rumpuser_mtx *mtx)
{

	if ((mtx->rm_flags & RUMPUSER_MTX_KMUTEX) == 0)
		return;
	if (atomic_load_explicit(&mtx->rm_owner, memory_order_relaxed) !=
	    rumpuser_curlwp_tls)
		rumpuser__die("mutex %p is not the caller's", (void *)mtx);
	atomic_store_explicit(&mtx->rm_owner, NULL, memory_order_relaxed);
}

void
rumpuser_mutex_enter_nowrap(struct rumpuser_mtx *mtx)
{

	pthread_mutex_lock(&mtx->rm_mtx);
	rumpuser__mutex_own(mtx);
}

void
rumpuser_mutex_enter(struct rumpuser_mtx *mtx)
{
	struct rumpuser__nap nap;

	if (rumpuser_mutex_spin_p(mtx)) {
		rumpuser_mutex_enter_nowrap(mtx);
		return;
	}
	if (rumpuser_mutex_tryenter(mtx) == 0)
		return;
	rumpuser__unschedule(&nap, NULL);
	pthread_mutex_lock(&mtx->rm_mtx);
	rumpuser__schedule(&nap, NULL);
	rumpuser__mutex_own(mtx);
}

int
rumpuser_mutex_tryenter(struct rumpuser_mtx *mtx)
{

	if (pthread_mutex_trylock(&mtx->rm_mtx) != 0)
		return RUMP_EBUSY;
	rumpuser__mutex_own(mtx);
	return 0;
}

void
rumpuser_mutex_exit(struct rumpuser_mtx *mtx)
{

	rumpuser__mutex_disown(mtx);
	pthread_mutex_unlock(&mtx->rm_mtx);
}

void
rumpuser_mutex_owner(struct rumpuser_mtx *mtx, struct lwp **lp)
{

	if ((mtx->rm_flags & RUMPUSER_MTX_KMUTEX) == 0)
		rumpuser__die("owner of mutex %p is not known", (void *)mtx);
	*lp = atomic_load_explicit(&mtx->rm_owner, memory_order_relaxed);
}

void
rumpuser_mutex_destroy(struct rumpuser_mtx *mtx)
{

	if (pthread_mutex_trylock(&mtx->rm_mtx) != 0)
		rumpuser__die("mutex %p is destroyed while held", (void *)mtx);
	pthread_mutex_unlock(&mtx->rm_mtx);
	pthread_mutex_destroy(&mtx->rm_mtx);
	free(mtx);
}
