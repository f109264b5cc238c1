/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condvar(9) on sleep queues.
 *
 * The count of waiters is changed under the lock of the condvar's sleep queue
 * bucket; a signal with no waiter costs one load.  A waiter is queued before
 * the caller's mutex is released, so no signal gets lost.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/kernel.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/timevar.h>

#include "base_private.h"

#define	CV_VALID	0x6376616cU

static const struct bintime cv_epsilon = { .sec = 0, .frac = 0 };
const struct bintime *const cv_defaultepsilon = &cv_epsilon;

void
cv_init(kcondvar_t *cv, const char *wmesg)
{

	KASSERT(wmesg != NULL);
	cv->cv_waiters = 0;
	cv->cv_mark = CV_VALID;
	cv->cv_wmesg = wmesg;
}

void
cv_destroy(kcondvar_t *cv)
{

	KASSERTMSG(cv_is_valid(cv), "condvar %p is not initialised", cv);
	KASSERTMSG(!cv_has_waiters(cv), "condvar %p has waiters", cv);
	cv->cv_mark = 0;
}

bool
cv_is_valid(kcondvar_t *cv)
{

	return cv->cv_mark == CV_VALID && cv->cv_wmesg != NULL;
}

bool
cv_has_waiters(kcondvar_t *cv)
{

	return __atomic_load_n(&cv->cv_waiters, __ATOMIC_RELAXED) != 0;
}

static void
cv_enqueue(kcondvar_t *cv, kmutex_t *mtx, bool catch)
{
	struct sleepbucket *sb;

	KASSERTMSG(cv_is_valid(cv), "condvar %p is not initialised", cv);
	KASSERT(mutex_owned(mtx));
	KASSERT((curlwp->l_pflag & LP_HARDINTR) == 0);
	LOCKDEBUG_BARRIER(mtx, 1);

	sb = sleepq_lock(cv);
	__atomic_store_n(&cv->cv_waiters, cv->cv_waiters + 1,
	    __ATOMIC_RELAXED);
	sleepq_enqueue(sb, cv, cv->cv_wmesg, &cv_syncobj, catch, false);
	sleepq_unlock(sb);
	mutex_exit(mtx);
}

/* Back from the sleep: who was not signalled takes its own count back. */
static int
cv_return(kcondvar_t *cv, kmutex_t *mtx, int error)
{
	struct sleepbucket *sb;

	if (error != 0) {
		sb = sleepq_lock(cv);
		KASSERT(cv->cv_waiters != 0);
		__atomic_store_n(&cv->cv_waiters, cv->cv_waiters - 1,
		    __ATOMIC_RELAXED);
		sleepq_unlock(sb);
	}
	mutex_enter(mtx);
	return error;
}

static int
cv_dowait(kcondvar_t *cv, kmutex_t *mtx, int64_t deadline, bool catch)
{

	cv_enqueue(cv, mtx, catch);
	return cv_return(cv, mtx, sleepq_block(deadline, catch));
}

void
cv_wait(kcondvar_t *cv, kmutex_t *mtx)
{
	int error;

	/* Only a signal, or lwp_unsleep() on the way to exit, ends it. */
	error = cv_dowait(cv, mtx, SLEEPQ_NOTIMO, false);
	KASSERT(error == 0 || error == EINTR);
	(void)error;
}

int
cv_wait_sig(kcondvar_t *cv, kmutex_t *mtx)
{

	return cv_dowait(cv, mtx, SLEEPQ_NOTIMO, true);
}

int
cv_timedwait(kcondvar_t *cv, kmutex_t *mtx, int timo)
{

	return cv_dowait(cv, mtx, rump_tickdeadline(timo), false);
}

int
cv_timedwait_sig(kcondvar_t *cv, kmutex_t *mtx, int timo)
{

	return cv_dowait(cv, mtx, rump_tickdeadline(timo), true);
}

static int64_t
bt_nsec(const struct bintime *bt)
{
	struct timespec ts;

	bintime2timespec(bt, &ts);
	if (ts.tv_sec > INT64_MAX / 1000000000 / 4)
		return INT64_MAX / 4;
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Wait for at most *bt and leave there what remains of it, at least zero. */
static int
cv_timedwaitbt1(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt, bool catch)
{
	int64_t begin, left;
	struct timespec ts;
	int error;

	KASSERT(bt->sec >= 0);
	begin = rump_mononsec();
	left = bt_nsec(bt);
	error = cv_dowait(cv, mtx, begin + left, catch);
	left -= rump_mononsec() - begin;
	if (left < 0)
		left = 0;
	ts.tv_sec = left / 1000000000;
	ts.tv_nsec = left % 1000000000;
	timespec2bintime(&ts, bt);
	return error;
}

int
cv_timedwaitbt(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    const struct bintime *epsilon)
{

	return cv_timedwaitbt1(cv, mtx, bt, false);
}

int
cv_timedwaitbt_sig(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    const struct bintime *epsilon)
{

	return cv_timedwaitbt1(cv, mtx, bt, true);
}

static void
cv_wakeup(kcondvar_t *cv, u_int max)
{
	struct sleepbucket *sb;
	u_int n;

	sb = sleepq_lock(cv);
	n = sleepq_wake(sb, cv, max);
	/* A waker without the mutex may have freed it: no more than this. */
	if (n != 0) {
		KASSERT(cv->cv_waiters >= n);
		__atomic_store_n(&cv->cv_waiters, cv->cv_waiters - n,
		    __ATOMIC_RELAXED);
	}
	sleepq_unlock(sb);
}

void
cv_signal(kcondvar_t *cv)
{

	KASSERTMSG(cv_is_valid(cv), "condvar %p is not initialised", cv);
	if (__predict_false(cv_has_waiters(cv)))
		cv_wakeup(cv, 1);
}

void
cv_broadcast(kcondvar_t *cv)
{

	KASSERTMSG(cv_is_valid(cv), "condvar %p is not initialised", cv);
	if (__predict_false(cv_has_waiters(cv)))
		cv_wakeup(cv, UINT_MAX);
}
