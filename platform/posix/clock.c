/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks and sleeping.  The kernel has no tick: it asks for the time and
 * sleeps until the next deadline, so both must be exact and absolute sleeps
 * must not drift.
 */
#include <time.h>

#include "rumpuser_int.h"

int
rumpuser_clock_gettime(int clock, int64_t *secp, long *nsecp)
{
	struct timespec ts;
	clockid_t id;

	switch (clock) {
	case RUMPUSER_CLOCK_RELWALL:
		id = CLOCK_REALTIME;
		break;
	case RUMPUSER_CLOCK_ABSMONO:
		id = CLOCK_MONOTONIC;
		break;
	default:
		return RUMP_EINVAL;
	}
	if (clock_gettime(id, &ts) == -1)
		return rumpuser__errtrans(errno);
	*secp = ts.tv_sec;
	*nsecp = ts.tv_nsec;
	return 0;
}

/*
 * A relative sleep ends at a point of the monotonic clock as well: that way
 * neither signals nor steps of the wall clock change its length.
 */
static int
deadline(int64_t sec, long nsec, struct timespec *ts)
{

	if (clock_gettime(CLOCK_MONOTONIC, ts) == -1)
		return rumpuser__errtrans(errno);
	if (sec > INT64_MAX / 2)
		sec = INT64_MAX / 2;
	ts->tv_sec += sec;
	ts->tv_nsec += nsec;
	if (ts->tv_nsec >= 1000000000L) {
		ts->tv_nsec -= 1000000000L;
		ts->tv_sec++;
	}
	return 0;
}

int
rumpuser_clock_sleep(int clock, int64_t sec, long nsec)
{
	struct timespec ts = { .tv_sec = sec, .tv_nsec = nsec };
	struct rumpuser__nap nap;
	int error = 0;

	if (sec < 0 || nsec < 0 || nsec >= 1000000000L)
		return RUMP_EINVAL;
	if (clock == RUMPUSER_CLOCK_RELWALL)
		error = deadline(sec, nsec, &ts);
	else if (clock != RUMPUSER_CLOCK_ABSMONO)
		error = RUMP_EINVAL;
	if (error != 0)
		return error;

	rumpuser__unschedule(&nap, NULL);
	do {
		error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts,
		    NULL);
	} while (error == EINTR);
	rumpuser__schedule(&nap, NULL);
	return rumpuser__errtrans(error);
}
