/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RUN_ONCE() and INIT_ONCE()/FINI_ONCE(): the slow path, when the function
 * has not run yet.  One lock for all: it is held for a few instructions,
 * not while the function runs, and callers may sleep.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/once.h>

/* Protects o_status and o_refcnt of all once_t. */
static kmutex_t oncemtx;
static kcondvar_t oncecv;

void
once_init(void)
{

	mutex_init(&oncemtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&oncecv, "runonce");
}

/* RUN_ONCE() looks at it without the lock. */
static void
once_status(once_t *o, uint8_t status)
{

	KASSERT(mutex_owned(&oncemtx));
	__atomic_store_n(&o->o_status, status, __ATOMIC_RELEASE);
}

int
_init_once(once_t *o, int (*fn)(void))
{

	mutex_enter(&oncemtx);
	while (o->o_status == ONCE_RUNNING)
		cv_wait(&oncecv, &oncemtx);
	if (o->o_refcnt++ == 0 && o->o_status == ONCE_VIRGIN) {
		once_status(o, ONCE_RUNNING);
		mutex_exit(&oncemtx);
		o->o_error = fn();
		mutex_enter(&oncemtx);
		once_status(o, ONCE_DONE);
		cv_broadcast(&oncecv);
	}
	KASSERT(o->o_refcnt != 0);	/* it has 16 bits */
	mutex_exit(&oncemtx);
	return o->o_error;
}

void
_fini_once(once_t *o, void (*fn)(void))
{

	mutex_enter(&oncemtx);
	while (o->o_status == ONCE_RUNNING)
		cv_wait(&oncecv, &oncemtx);
	KASSERT(o->o_refcnt != 0);
	if (--o->o_refcnt == 0) {
		once_status(o, ONCE_RUNNING);
		mutex_exit(&oncemtx);
		fn();
		mutex_enter(&oncemtx);
		once_status(o, ONCE_VIRGIN);
		cv_broadcast(&oncecv);
	}
	mutex_exit(&oncemtx);
}
