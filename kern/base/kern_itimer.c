/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interval timers on a clock; itimer_private.h has the contract.
 *
 * Times are nanoseconds since the clock's zero; what is further away than
 * these reach, some 292 years, is as far as they reach.  Each timer has its
 * own lock; those of the wall clock are on a list besides, so that they can
 * be looked at again when the clock is set.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include "base_private.h"
#include "itimer_private.h"

#define	NSEC	INT64_C(1000000000)

static kmutex_t itimer_list_lock;	/* before any it_lock */
static LIST_HEAD(, itimer) itimer_list =
    LIST_HEAD_INITIALIZER(itimer_list);		/* itimer_list_lock */
static kcondvar_t itimer_setcv;	/* itimer_list_lock: the clock was set */

static void	itimer_expire(void *);

void
itimer_sysinit(void)
{

	mutex_init(&itimer_list_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&itimer_setcv, "nanoslp");
}

static int64_t
ts2nsec(const struct timespec *ts)
{

	if (ts->tv_sec >= INT64_MAX / NSEC)
		return INT64_MAX;
	return (int64_t)ts->tv_sec * NSEC + ts->tv_nsec;
}

static void
nsec2ts(int64_t nsec, struct timespec *ts)
{

	KASSERT(nsec >= 0);
	ts->tv_sec = nsec / NSEC;
	ts->tv_nsec = (long)(nsec % NSEC);
}

/* No further than the clock reaches. */
static int64_t
nsec_add(int64_t a, int64_t b)
{

	KASSERT(a >= 0 && b >= 0);
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t
clock_nsec(bool wall)
{
	struct timespec ts;

	if (wall)
		nanotime(&ts);
	else
		nanouptime(&ts);
	return MAX(ts2nsec(&ts), 0);
}

int
itimer_checkclock(clockid_t clock)
{

	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ? 0 :
	    EINVAL;
}

int
itimer_checkspec(const struct itimerspec *its)
{
	struct timespec value = its->it_value, interval = its->it_interval;
	int error;

	error = itimespecfix(&value);
	return error != 0 ? error : itimespecfix(&interval);
}

void
itimer_init(struct itimer *it, clockid_t clock, const struct itimer_ops *ops)
{

	KASSERT(itimer_checkclock(clock) == 0);
	mutex_init(&it->it_lock, MUTEX_DEFAULT, IPL_NONE);
	callout_init(&it->it_callout, CALLOUT_MPSAFE);
	it->it_ops = ops;
	it->it_clock = clock;
	it->it_wall = false;
	it->it_next = it->it_period = 0;
	if (clock == CLOCK_REALTIME) {
		mutex_enter(&itimer_list_lock);
		LIST_INSERT_HEAD(&itimer_list, it, it_entry);
		mutex_exit(&itimer_list_lock);
	}
}

void
itimer_stop(struct itimer *it)
{

	if (it->it_clock == CLOCK_REALTIME) {
		mutex_enter(&itimer_list_lock);
		LIST_REMOVE(it, it_entry);
		mutex_exit(&itimer_list_lock);
	}
	mutex_enter(&it->it_lock);
	it->it_next = 0;
	(void)callout_halt(&it->it_callout, &it->it_lock);
	KASSERT(it->it_next == 0);
	mutex_exit(&it->it_lock);
}

void
itimer_fini(struct itimer *it)
{

	KASSERT(it->it_next == 0);
	callout_destroy(&it->it_callout);
	mutex_destroy(&it->it_lock);
}

/* Have it looked at in the tick in which it is due, or after many ticks. */
static void
itimer_arm(struct itimer *it)
{
	int64_t due, left, ticks;

	KASSERT(mutex_owned(&it->it_lock));
	if (it->it_next == 0) {
		(void)callout_stop(&it->it_callout);
		return;
	}
	left = it->it_next - clock_nsec(it->it_wall);
	due = nsec_add(clock_nsec(false), MAX(left, 0));
	ticks = due / (NSEC / hz) + 1 - (int64_t)rump_ticks();
	callout_reset(&it->it_callout, (int)MAX(1, MIN(ticks, INT_MAX)),
	    itimer_expire, it);
}

static void
itimer_expire(void *arg)
{
	struct itimer *it = arg;
	int64_t now, n = 1;

	mutex_enter(&it->it_lock);
	now = clock_nsec(it->it_wall);
	if (it->it_next == 0 || now < it->it_next) {
		/* Stopped, set again, or further away than ticks count. */
		itimer_arm(it);
		mutex_exit(&it->it_lock);
		return;
	}
	if (it->it_period != 0) {
		n += (now - it->it_next) / it->it_period;
		it->it_next = nsec_add(it->it_next, n * it->it_period);
	} else
		it->it_next = 0;
	itimer_arm(it);
	(*it->it_ops->ito_fire)(it, (uint64_t)n);
	mutex_exit(&it->it_lock);
}

void
itimer_settime(struct itimer *it, int flags, const struct itimerspec *its)
{
	struct timespec period = its->it_interval;

	KASSERT(mutex_owned(&it->it_lock));
	KASSERT(itimer_checkspec(its) == 0);
	/* Shorter than a tick is a tick. */
	(void)itimespecfix(&period);
	it->it_period = ts2nsec(&period);
	it->it_wall = it->it_clock == CLOCK_REALTIME &&
	    (flags & (TIMER_ABSTIME | ITIMER_FOLLOW)) != 0;
	it->it_next = ts2nsec(&its->it_value);
	if (it->it_next != 0 && (flags & TIMER_ABSTIME) == 0)
		it->it_next = nsec_add(it->it_next, clock_nsec(it->it_wall));
	itimer_arm(it);
}

void
itimer_gettime(struct itimer *it, struct itimerspec *its)
{
	int64_t left = 0;

	KASSERT(mutex_owned(&it->it_lock));
	if (it->it_next != 0) {
		left = it->it_next - clock_nsec(it->it_wall);
		left = MAX(left, 1);
	}
	nsec2ts(left, &its->it_value);
	nsec2ts(it->it_period, &its->it_interval);
}

void
itimer_clockset(void)
{
	struct itimer *it;

	mutex_enter(&itimer_list_lock);
	LIST_FOREACH(it, &itimer_list, it_entry) {
		mutex_enter(&it->it_lock);
		if (it->it_ops->ito_clockset != NULL && it->it_next != 0 &&
		    (*it->it_ops->ito_clockset)(it))
			it->it_next = 0;
		itimer_arm(it);
		mutex_exit(&it->it_lock);
	}
	cv_broadcast(&itimer_setcv);
	mutex_exit(&itimer_list_lock);
}

int
itimer_sleepuntil(const struct timespec *ts)
{
	struct timespec now, left;
	struct bintime bt;
	int error = 0;

	mutex_enter(&itimer_list_lock);
	for (;;) {
		nanotime(&now);
		if (timespeccmp(ts, &now, <=))
			break;
		timespecsub(ts, &now, &left);
		timespec2bintime(&left, &bt);
		error = cv_timedwaitbt_sig(&itimer_setcv, &itimer_list_lock,
		    &bt, DEFAULT_TIMEOUT_EPSILON);
		if (error != 0 && error != EWOULDBLOCK)
			break;
		error = 0;
	}
	mutex_exit(&itimer_list_lock);
	return error;
}
