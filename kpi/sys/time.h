/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: the structures that programs see, clock and timer numbers, and the
 * arithmetic macros and inlines on timeval, timespec and bintime.  The
 * kernel's clocks are in <sys/timevar.h>, which this header brings along.
 */

#ifndef _SYS_TIME_H_
#define	_SYS_TIME_H_

#include <sys/featuretest.h>
#include <sys/types.h>
#include <sys/timespec.h>

struct timeval {
	time_t		tv_sec;		/* seconds */
	suseconds_t	tv_usec;	/* and microseconds */
};

/* Seconds and a 64-bit binary fraction. */
struct bintime {
	time_t		sec;
	uint64_t	frac;
};

struct timezone {
	int	tz_minuteswest;		/* of Greenwich */
	int	tz_dsttime;		/* kind of daylight saving */
};

struct itimerval {
	struct timeval	it_interval;	/* period, 0: once */
	struct timeval	it_value;	/* time to the next expiry */
};

struct itimerspec {
	struct timespec	it_interval;
	struct timespec	it_value;
};

#define	DST_NONE	0
#define	DST_USA		1
#define	DST_AUST	2
#define	DST_WET		3
#define	DST_MET		4
#define	DST_EET		5
#define	DST_CAN		6

#define	ITIMER_REAL		0
#define	ITIMER_VIRTUAL		1
#define	ITIMER_PROF		2
#define	ITIMER_MONOTONIC	3

#define	CLOCK_REALTIME		0
#define	CLOCK_VIRTUAL		1
#define	CLOCK_PROF		2
#define	CLOCK_MONOTONIC		3
#define	CLOCK_THREAD_CPUTIME_ID	0x20000000
#define	CLOCK_PROCESS_CPUTIME_ID 0x40000000

#define	TIMER_RELTIME		0x0
#define	TIMER_ABSTIME		0x1

/*
 * timeval
 */
/* kern.clockrate */
struct clockinfo {
	int32_t	hz;		/* ticks a second */
	int32_t	tick;		/* microseconds a tick */
	int32_t	tickadj;	/* unused */
	int32_t	stathz;		/* statistics clock */
	int32_t	profhz;		/* profiling clock */
};

#define	TIMEVAL_TO_TIMESPEC(tv, ts) do {				\
	(ts)->tv_sec = (tv)->tv_sec;					\
	(ts)->tv_nsec = (tv)->tv_usec * 1000;				\
} while (/*CONSTCOND*/0)
#define	TIMESPEC_TO_TIMEVAL(tv, ts) do {				\
	(tv)->tv_sec = (ts)->tv_sec;					\
	(tv)->tv_usec = (suseconds_t)(ts)->tv_nsec / 1000;		\
} while (/*CONSTCOND*/0)

#define	timerclear(tvp)		(tvp)->tv_sec = (tvp)->tv_usec = 0L
#define	timerisset(tvp)		((tvp)->tv_sec || (tvp)->tv_usec)
#define	timercmp(tvp, uvp, cmp)						\
	(((tvp)->tv_sec == (uvp)->tv_sec) ?				\
	    ((tvp)->tv_usec cmp (uvp)->tv_usec) :			\
	    ((tvp)->tv_sec cmp (uvp)->tv_sec))
#define	timeradd(tvp, uvp, vvp) do {					\
	(vvp)->tv_sec = (tvp)->tv_sec + (uvp)->tv_sec;			\
	(vvp)->tv_usec = (tvp)->tv_usec + (uvp)->tv_usec;		\
	if ((vvp)->tv_usec >= 1000000) {				\
		(vvp)->tv_sec++;					\
		(vvp)->tv_usec -= 1000000;				\
	}								\
} while (/*CONSTCOND*/0)
#define	timersub(tvp, uvp, vvp) do {					\
	(vvp)->tv_sec = (tvp)->tv_sec - (uvp)->tv_sec;			\
	(vvp)->tv_usec = (tvp)->tv_usec - (uvp)->tv_usec;		\
	if ((vvp)->tv_usec < 0) {					\
		(vvp)->tv_sec--;					\
		(vvp)->tv_usec += 1000000;				\
	}								\
} while (/*CONSTCOND*/0)

/*
 * timespec
 */
#define	timespecclear(tsp)	(tsp)->tv_sec = (time_t)((tsp)->tv_nsec = 0L)
#define	timespecisset(tsp)	((tsp)->tv_sec || (tsp)->tv_nsec)
#define	timespeccmp(tsp, usp, cmp)					\
	(((tsp)->tv_sec == (usp)->tv_sec) ?				\
	    ((tsp)->tv_nsec cmp (usp)->tv_nsec) :			\
	    ((tsp)->tv_sec cmp (usp)->tv_sec))
#define	timespecadd(tsp, usp, vsp) do {					\
	(vsp)->tv_sec = (tsp)->tv_sec + (usp)->tv_sec;			\
	(vsp)->tv_nsec = (tsp)->tv_nsec + (usp)->tv_nsec;		\
	if ((vsp)->tv_nsec >= 1000000000L) {				\
		(vsp)->tv_sec++;					\
		(vsp)->tv_nsec -= 1000000000L;				\
	}								\
} while (/*CONSTCOND*/0)
#define	timespecsub(tsp, usp, vsp) do {					\
	(vsp)->tv_sec = (tsp)->tv_sec - (usp)->tv_sec;			\
	(vsp)->tv_nsec = (tsp)->tv_nsec - (usp)->tv_nsec;		\
	if ((vsp)->tv_nsec < 0) {					\
		(vsp)->tv_sec--;					\
		(vsp)->tv_nsec += 1000000000L;				\
	}								\
} while (/*CONSTCOND*/0)
#define	timespec2ns(x)	(((uint64_t)(x)->tv_sec) * 1000000000L + (x)->tv_nsec)

/*
 * bintime.  2^64 / 10^9 and 2^64 / 10^6 turn a decimal fraction into a
 * binary one; they are rounded down, so converting back and forth may lose
 * a unit but never gains one.
 */
#define	bintimecmp(bta, btb, cmp)					\
	(((bta)->sec == (btb)->sec) ?					\
	    ((bta)->frac cmp (btb)->frac) :				\
	    ((bta)->sec cmp (btb)->sec))

static __inline void __unused
bintime_addx(struct bintime *bt, uint64_t x)
{
	uint64_t old = bt->frac;

	bt->frac += x;
	if (bt->frac < old)
		bt->sec++;
}

static __inline void __unused
bintime_add(struct bintime *bt, const struct bintime *bt2)
{
	bintime_addx(bt, bt2->frac);
	bt->sec += bt2->sec;
}

static __inline void __unused
bintime_sub(struct bintime *bt, const struct bintime *bt2)
{
	uint64_t old = bt->frac;

	bt->frac -= bt2->frac;
	if (bt->frac > old)
		bt->sec--;
	bt->sec -= bt2->sec;
}

static __inline void __unused
bintime2timespec(const struct bintime *bt, struct timespec *ts)
{
	ts->tv_sec = bt->sec;
	ts->tv_nsec = (long)((1000000000ULL * (uint32_t)(bt->frac >> 32))
	    >> 32);
}

static __inline void __unused
timespec2bintime(const struct timespec *ts, struct bintime *bt)
{
	bt->sec = ts->tv_sec;
	bt->frac = (uint64_t)ts->tv_nsec * 18446744073ULL;
}

static __inline void __unused
bintime2timeval(const struct bintime *bt, struct timeval *tv)
{
	tv->tv_sec = bt->sec;
	tv->tv_usec = (suseconds_t)((1000000ULL * (uint32_t)(bt->frac >> 32))
	    >> 32);
}

static __inline void __unused
timeval2bintime(const struct timeval *tv, struct bintime *bt)
{
	bt->sec = tv->tv_sec;
	bt->frac = (uint64_t)tv->tv_usec * 18446744073709ULL;
}

static __inline struct bintime __unused
ms2bintime(uint64_t ms)
{
	struct bintime bt;

	bt.sec = (time_t)(ms / 1000U);
	bt.frac = (ms % 1000U) * 18446744073709551ULL;
	return bt;
}

static __inline struct bintime __unused
us2bintime(uint64_t us)
{
	struct bintime bt;

	bt.sec = (time_t)(us / 1000000U);
	bt.frac = (us % 1000000U) * 18446744073709ULL;
	return bt;
}

static __inline struct bintime __unused
ns2bintime(uint64_t ns)
{
	struct bintime bt;

	bt.sec = (time_t)(ns / 1000000000U);
	bt.frac = (ns % 1000000000U) * 18446744073ULL;
	return bt;
}

#ifdef _KERNEL
#include <sys/timearith.h>
#include <sys/timevar.h>
#endif

#endif /* !_SYS_TIME_H_ */
