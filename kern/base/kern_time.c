/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks as the system calls of time know them: reading, setting and sleeping
 * on a clock by its number.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/timetc.h>
#include <sys/timevar.h>

#include "base_private.h"
#include "itimer_private.h"

int
clock_gettime1(clockid_t clock, struct timespec *ts)
{

	switch (clock) {
	case CLOCK_REALTIME:
		nanotime(ts);
		return 0;
	case CLOCK_MONOTONIC:
		nanouptime(ts);
		return 0;
	default:
		return EINVAL;
	}
}

int
clock_getres1(clockid_t clock, struct timespec *res)
{

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	res->tv_sec = 0;
	res->tv_nsec = 1;
	return 0;
}

int
clock_settime1(struct proc *p, clockid_t clock, const struct timespec *ts,
    bool check)
{
	struct timespec now, delta;
	int error;

	if (ts->tv_nsec < 0 || ts->tv_nsec >= 1000000000 || ts->tv_sec < 0)
		return EINVAL;
	if (clock != CLOCK_REALTIME || ts->tv_sec >= INT64_MAX / 1000000000)
		return EINVAL;
	nanotime(&now);
	timespecsub(ts, &now, &delta);
	if (check && (error = kauth_authorize_system(kauth_cred_get(),
	    KAUTH_SYSTEM_TIME, KAUTH_REQ_SYSTEM_TIME_SYSTEM, __UNCONST(ts),
	    &delta, KAUTH_ARG(check))) != 0)
		return error;
	tc_setclock(ts);
	itimer_clockset();
	resettodr();
	return 0;
}

/* Either may be NULL.  The caller has asked whether that is allowed. */
void
adjtime1(const struct timeval *delta, struct timeval *olddelta,
    struct proc *p)
{
	int64_t nsec = 0, left;

	if (delta != NULL)
		nsec = ((int64_t)delta->tv_sec * 1000000 + delta->tv_usec) *
		    1000;
	left = tc_slew(delta != NULL ? &nsec : NULL) / 1000;
	if (olddelta != NULL) {
		olddelta->tv_sec = left / 1000000;
		olddelta->tv_usec = left % 1000000;
		if (olddelta->tv_usec < 0) {
			olddelta->tv_usec += 1000000;
			olddelta->tv_sec--;
		}
	}
}

int
settime(struct proc *p, struct timespec *ts)
{

	return clock_settime1(p, CLOCK_REALTIME, ts, true);
}

int
settimeofday1(const struct timeval *tv, bool userspace, const void *tzp,
    struct lwp *l, bool check)
{
	struct timespec ts;

	KASSERT(!userspace);
	if (tv == NULL)
		return 0;
	if (tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return EINVAL;
	TIMEVAL_TO_TIMESPEC(tv, &ts);
	return clock_settime1(l->l_proc, CLOCK_REALTIME, &ts, check);
}

/* Ticks from now until then on that clock; *ts is made relative. */
int
ts2timo(clockid_t clock, int flags, struct timespec *ts, int *timo,
    struct timespec *start)
{
	struct timespec now;
	int error;

	flags &= TIMER_ABSTIME;
	if (ts->tv_nsec < 0 || ts->tv_nsec >= 1000000000 || ts->tv_sec < 0)
		return EINVAL;
	if ((error = clock_gettime1(clock, &now)) != 0)
		return error;
	if (start != NULL)
		*start = now;
	if (flags != 0)
		timespecsub(ts, &now, ts);
	*timo = tstohz(ts);
	return *timo == 0 ? ETIMEDOUT : 0;
}

/* What is left of *ts after sleeping since *start. */
static void
time_remaining(clockid_t clock, struct timespec *ts,
    const struct timespec *start, struct timespec *left)
{
	struct timespec now, slept;

	(void)clock_gettime1(clock, &now);
	timespecsub(&now, start, &slept);
	timespecsub(ts, &slept, left);
	if (left->tv_sec < 0)
		timespecclear(left);
}

static int64_t
ts_nsec(const struct timespec *ts)
{

	if (ts->tv_sec > INT64_MAX / 1000000000 / 4)
		return INT64_MAX / 4;
	return (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

int
nanosleep1(struct lwp *l, clockid_t clock, int flags, struct timespec *rqt,
    struct timespec *rmt)
{
	const struct timespec until = *rqt;
	struct timespec start;
	int error, timo;

	error = ts2timo(clock, flags, rqt, &timo, &start);
	if (error != 0) {
		if (error == ETIMEDOUT) {
			error = 0;
			if (rmt != NULL)
				timespecclear(rmt);
		}
		return error;
	}
	if (clock == CLOCK_REALTIME && (flags & TIMER_ABSTIME) != 0)
		error = itimer_sleepuntil(&until);
	else
		error = rump_nanopause(ts_nsec(rqt));
	if (error == EWOULDBLOCK)
		error = 0;
	if (error == ERESTART)
		error = EINTR;
	if (rmt != NULL)
		time_remaining(clock, rqt, &start, rmt);
	return error;
}
