/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * localcount(9): a reference count for each CPU.  While nobody drains, taking
 * and dropping a reference changes the own CPU's count, on whatever CPU that
 * is; only the sum means anything.  Draining publishes a total, adds all
 * CPUs' counts to it, and then each release subtracts from the total.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/localcount.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/xcall.h>

void
localcount_init(struct localcount *lc)
{

	lc->lc_totalp = NULL;
	lc->lc_percpu = percpu_alloc(sizeof(int64_t));
	lc->lc_refcnt = NULL;
}

static void
localcount_xc(void *cookie0, void *cookie1)
{
	struct localcount *lc = cookie0;
	int64_t *localp;

	localp = percpu_getref(lc->lc_percpu);
	/* Calls come one at a time, but releases elsewhere go on. */
	__atomic_fetch_add(lc->lc_totalp, *localp, __ATOMIC_RELAXED);
	*localp = 0;
	percpu_putref(lc->lc_percpu);
}

/*
 * Wait for all references to go; there must be no way to a new one.  The
 * interlock is the one the releases use.
 */
void
localcount_drain(struct localcount *lc, struct kcondvar *cv,
    struct kmutex *interlock)
{
	int64_t total = 0;

	KASSERT(mutex_owned(interlock));
	KASSERT(lc->lc_totalp == NULL);
	/*
	 * From here on releases want the interlock, which is let go so that
	 * none that waits for it keeps us from a CPU.
	 */
	__atomic_store_n(&lc->lc_totalp, &total, __ATOMIC_RELEASE);
	mutex_exit(interlock);
	xc_wait(xc_broadcast(0, localcount_xc, lc, NULL));
	mutex_enter(interlock);
	KASSERT(total >= 0);
	while (__atomic_load_n(&total, __ATOMIC_RELAXED) != 0)
		cv_wait(cv, interlock);
	lc->lc_totalp = (void *)(uintptr_t)1;
}

void
localcount_fini(struct localcount *lc)
{

	KASSERT(lc->lc_totalp == (void *)(uintptr_t)1);
	percpu_free(lc->lc_percpu, sizeof(int64_t));
}

static void
localcount_adjust(struct localcount *lc, int delta)
{
	int64_t *localp;

	localp = percpu_getref(lc->lc_percpu);
	*localp += delta;
	percpu_putref(lc->lc_percpu);
}

void
localcount_acquire(struct localcount *lc)
{

	KASSERT(lc->lc_totalp == NULL);
	localcount_adjust(lc, 1);
}

void
localcount_release(struct localcount *lc, struct kcondvar *cv,
    struct kmutex *interlock)
{

	if (__predict_true(__atomic_load_n(&lc->lc_totalp,
	    __ATOMIC_ACQUIRE) == NULL)) {
		localcount_adjust(lc, -1);
		return;
	}
	mutex_enter(interlock);
	if (__atomic_sub_fetch(lc->lc_totalp, 1, __ATOMIC_RELAXED) == 0)
		cv_broadcast(cv);
	mutex_exit(interlock);
}

/* Not kept. */
uint32_t
localcount_debug_refcnt(const struct localcount *lc)
{

	KASSERT(lc->lc_refcnt == NULL);
	return 0;
}
