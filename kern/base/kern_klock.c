/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel lock: one recursive lock for code that is not made for several
 * CPUs.  An lwp drops it for as long as it sleeps, whatever it sleeps on,
 * which is why it can be taken with other locks held.
 *
 * It is a mutex outside the lock checker plus a count kept in its owner.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lwp.h>
#include <sys/mutex.h>

#include <rump-sys/kern.h>

#include "base_private.h"

static kmutex_t klock;

void
rump_biglock_init(void)
{

	mutex_init(&klock, MUTEX_NODEBUG, IPL_NONE);
}

/* Release the lock entirely; returns how often it was held. */
int
klock_drop(struct lwp *l)
{
	int n = l->l_blcnt;

	KASSERT(l == curlwp);
	if (__predict_true(n == 0))
		return 0;
	l->l_blcnt = 0;
	mutex_exit(&klock);
	return n;
}

void
klock_retake(struct lwp *l, int n)
{

	KASSERT(l == curlwp && l->l_blcnt == 0);
	if (__predict_true(n == 0))
		return;
	mutex_enter(&klock);
	l->l_blcnt = n;
}

void
_kernel_lock(int nlocks)
{
	struct lwp *l = curlwp;

	KASSERT(nlocks >= 0);
	if (nlocks == 0)
		return;
	if (l->l_blcnt == 0)
		mutex_enter(&klock);
	l->l_blcnt += nlocks;
}

/*
 * Release it so often, once for -1 (the caller knows it to be the last), or
 * entirely for 0; tells how often it was held.
 */
void
_kernel_unlock(int nlocks, int *countp)
{
	struct lwp *l = curlwp;
	int held = l->l_blcnt;

	if (countp != NULL)
		*countp = held;
	if (held == 0) {
		KASSERTMSG(nlocks <= 0, "kernel lock not held");
		return;
	}
	if (nlocks == 0)
		nlocks = held;
	else if (nlocks == -1) {
		KASSERTMSG(held == 1, "kernel lock held %d times", held);
		nlocks = 1;
	}
	KASSERT(nlocks <= held);
	l->l_blcnt -= nlocks;
	if (l->l_blcnt == 0)
		mutex_exit(&klock);
}

bool
_kernel_locked_p(void)
{

	return curlwp->l_blcnt != 0;
}

/* By the names that glue between the kernel and the host uses. */
void
rump_kernel_bigwrap(int *nlocksp)
{

	*nlocksp = klock_drop(curlwp);
}

void
rump_kernel_bigunwrap(int nlocks)
{

	klock_retake(curlwp, nlocks);
}
