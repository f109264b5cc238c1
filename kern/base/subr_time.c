/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rates, intervals and conversions between times and ticks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/timetc.h>
#include <sys/timevar.h>

#include "base_private.h"
#include "kspin.h"

/* Guards the interval that callers of the rate functions hand in. */
static struct kspin rate_lock = KSPIN_INITIALIZER;

static uint64_t
ticks_of(time_t sec, long nsec)
{
	int64_t tickns = 1000000000 / hz;

	if (sec > INT_MAX / hz - 1)
		return INT_MAX;
	return (uint64_t)sec * hz + (nsec + tickns - 1) / tickns + 1;
}

/*
 * Ticks that last at least the time given: rounded up, and one more for the
 * tick that has begun.  Zero for no time at all.
 */
int
tstohz(const struct timespec *ts)
{

	if (ts->tv_sec < 0 || (ts->tv_sec == 0 && ts->tv_nsec <= 0))
		return 0;
	return (int)MIN(ticks_of(ts->tv_sec, ts->tv_nsec), INT_MAX);
}

int
tvtohz(const struct timeval *tv)
{

	if (tv->tv_sec < 0 || (tv->tv_sec == 0 && tv->tv_usec <= 0))
		return 0;
	return (int)MIN(ticks_of(tv->tv_sec, tv->tv_usec * 1000L), INT_MAX);
}

/* Ticks until an absolute time of the wall clock, or of uptime. */
int
tshzto(const struct timespec *tsp)
{
	struct timespec now, ts;

	getnanotime(&now);
	timespecsub(tsp, &now, &ts);
	return tstohz(&ts);
}

int
tshztoup(const struct timespec *tsp)
{
	struct timespec now, ts;

	getnanouptime(&now);
	timespecsub(tsp, &now, &ts);
	return tstohz(&ts);
}

int
tvhzto(const struct timeval *tvp)
{
	struct timeval now, tv;

	getmicrotime(&now);
	timersub(tvp, &now, &tv);
	return tvtohz(&tv);
}

/* Is this an interval a timer can have?  Less than a tick is made one. */
int
itimespecfix(struct timespec *ts)
{

	if (ts->tv_nsec < 0 || ts->tv_nsec >= 1000000000 || ts->tv_sec < 0)
		return EINVAL;
	if (ts->tv_sec == 0 && ts->tv_nsec != 0 && ts->tv_nsec < tick * 1000)
		ts->tv_nsec = tick * 1000;
	return 0;
}

int
itimerfix(struct timeval *tv)
{

	if (tv->tv_usec < 0 || tv->tv_usec >= 1000000 || tv->tv_sec < 0)
		return EINVAL;
	if (tv->tv_sec == 0 && tv->tv_usec != 0 && tv->tv_usec < tick)
		tv->tv_usec = tick;
	return 0;
}

/*
 * For loops of timed waits: *sleepts is uptime zero at first and then the time
 * of the last call; *ts is what remains.
 */
int
inittimeleft(struct timespec *ts, struct timespec *sleepts)
{

	if (itimespecfix(ts) != 0)
		return -1;
	KASSERT(ts->tv_sec >= 0);
	getnanouptime(sleepts);
	return 0;
}

int
gettimeleft(struct timespec *ts, struct timespec *sleepts)
{
	struct timespec now, slept;

	getnanouptime(&now);
	timespecsub(&now, sleepts, &slept);
	*sleepts = now;
	timespecsub(ts, &slept, ts);
	return tstohz(ts);
}

/* True if mininterval has passed since *lasttime, which is brought up. */
int
ratecheck(struct timeval *lasttime, const struct timeval *mininterval)
{
	struct timeval tv, delta;
	int rv;

	getmicrouptime(&tv);
	kspin_enter(&rate_lock);
	timersub(&tv, lasttime, &delta);
	rv = timercmp(&delta, mininterval, >=) ||
	    (lasttime->tv_sec == 0 && lasttime->tv_usec == 0);
	if (rv)
		*lasttime = tv;
	kspin_exit(&rate_lock);
	return rv;
}

/* True at most maxpps times a second; always or never if that is < 0 or 0. */
int
ppsratecheck(struct timeval *lasttime, int *curpps, int maxpps)
{
	struct timeval tv, delta;
	int rv;

	getmicrouptime(&tv);
	kspin_enter(&rate_lock);
	timersub(&tv, lasttime, &delta);
	if ((lasttime->tv_sec == 0 && lasttime->tv_usec == 0) ||
	    delta.tv_sec >= 1) {
		*lasttime = tv;
		*curpps = 0;
	}
	rv = maxpps < 0 || *curpps < maxpps;
	if (*curpps != INT_MAX)
		(*curpps)++;
	kspin_exit(&rate_lock);
	return rv;
}

/* Nanoseconds; more than fit are the most there are. */
static int64_t
ts_clamp(const struct timespec *ts)
{

	if (ts->tv_sec >= INT64_MAX / 1000000000)
		return INT64_MAX;
	return ts->tv_sec * INT64_C(1000000000) + ts->tv_nsec;
}

/*
 * A timer fired that was due at it_value: when it is due again after now, and
 * how many times it should have fired in between.  If the clock was set back,
 * now is before it_value: then it is due within a period.
 */
void
itimer_transition(const struct itimerspec *it, const struct timespec *now,
    struct timespec *next, int *overrunsp)
{
	int64_t last = ts_clamp(&it->it_value), t = ts_clamp(now);
	int64_t period = ts_clamp(&it->it_interval), n = 0, due;

	*overrunsp = 0;
	timespecclear(next);
	if (period == 0)
		return;
	if (t >= last) {
		n = (t - last) / period;
		if (__builtin_mul_overflow(n, period, &due) ||
		    __builtin_add_overflow(due, last, &due) ||
		    __builtin_add_overflow(due, period, &due))
			due = INT64_MAX;
		*overrunsp = (int)MIN(n, INT_MAX);
	} else
		due = last - (last - t - 1) / period * period;
	next->tv_sec = due / 1000000000;
	next->tv_nsec = due % 1000000000;
}
