/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Condition variables of the hypercall contract.  The virtual CPU is given
 * back while waiting, with the mutex as interlock: the kernel may have to
 * take its own locks again, and those come before a spin mutex, so in that
 * case the mutex is let go and taken once more around it.
 */
#include <stdlib.h>
#include <time.h>

#include "locks.h"
#include "rumpuser_int.h"

struct rumpuser_cv {
	pthread_cond_t rc_cv;
	atomic_int rc_waiters;		/* atomic; moves under the mutex */
};

void
rumpuser_cv_init(struct rumpuser_cv **cvp)
{
	struct rumpuser_cv *cv;
	pthread_condattr_t attr;

	if ((cv = calloc(1, sizeof(*cv))) == NULL)
		rumpuser__die("no memory for a condition variable");
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&cv->rc_cv, &attr);
	pthread_condattr_destroy(&attr);
	*cvp = cv;
}

void
rumpuser_cv_destroy(struct rumpuser_cv *cv)
{

	if (atomic_load(&cv->rc_waiters) != 0)
		rumpuser__die("condition variable %p is destroyed with "
		    "waiters", (void *)cv);
	pthread_cond_destroy(&cv->rc_cv);
	free(cv);
}

/*
 * Waits with the mutex, which is the caller's before and after.  An error is
 * the host's ETIMEDOUT.
 */
static int
block(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx,
	const struct timespec *deadline)
{
	int error;

	rumpuser__mutex_disown(mtx);
	atomic_fetch_add(&cv->rc_waiters, 1);
	if (deadline == NULL)
		error = pthread_cond_wait(&cv->rc_cv, &mtx->rm_mtx);
	else
		error = pthread_cond_timedwait(&cv->rc_cv, &mtx->rm_mtx,
		    deadline);
	atomic_fetch_sub(&cv->rc_waiters, 1);
	return error;
}

static void
resume(struct rumpuser__nap *nap, struct rumpuser_mtx *mtx)
{
	const int spinkm = RUMPUSER_MTX_SPIN | RUMPUSER_MTX_KMUTEX;

	if ((mtx->rm_flags & spinkm) == spinkm) {
		pthread_mutex_unlock(&mtx->rm_mtx);
		rumpuser__schedule(nap, mtx);
		pthread_mutex_lock(&mtx->rm_mtx);
	} else {
		rumpuser__schedule(nap, mtx);
	}
	rumpuser__mutex_own(mtx);
}

void
rumpuser_cv_wait(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx)
{
	struct rumpuser__nap nap;

	rumpuser__unschedule(&nap, mtx);
	(void)block(cv, mtx, NULL);
	resume(&nap, mtx);
}

void
rumpuser_cv_wait_nowrap(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx)
{

	(void)block(cv, mtx, NULL);
	rumpuser__mutex_own(mtx);
}

int
rumpuser_cv_timedwait(struct rumpuser_cv *cv, struct rumpuser_mtx *mtx,
	int64_t sec, int64_t nsec)
{
	struct rumpuser__nap nap;
	struct timespec ts;
	int error;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (sec > INT64_MAX / 2)
		sec = INT64_MAX / 2;
	ts.tv_sec += sec + (nsec + ts.tv_nsec) / 1000000000;
	ts.tv_nsec = (nsec + ts.tv_nsec) % 1000000000;

	rumpuser__unschedule(&nap, mtx);
	error = block(cv, mtx, &ts);
	resume(&nap, mtx);
	return rumpuser__errtrans(error);
}

void
rumpuser_cv_signal(struct rumpuser_cv *cv)
{

	pthread_cond_signal(&cv->rc_cv);
}

void
rumpuser_cv_broadcast(struct rumpuser_cv *cv)
{

	pthread_cond_broadcast(&cv->rc_cv);
}

void
rumpuser_cv_has_waiters(struct rumpuser_cv *cv, int *resultp)
{

	*resultp = atomic_load(&cv->rc_waiters) != 0;
}
