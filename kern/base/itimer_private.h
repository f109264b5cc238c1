/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interval timers on a clock, which process timers (kern_ptimer.c) and timer
 * descriptors (sys_timerfd.c) are made of.
 *
 * States: disarmed (it_next is 0) -> armed by itimer_settime() -> disarmed by
 * itimer_settime(), itimer_stop(), or expiry of one without a period.
 * A relative time is measured on the uptime clock, so that setting the wall
 * clock does not change it; an absolute one, or one with ITIMER_FOLLOW, is a
 * time of the timer's clock, and timers of the wall clock follow that when it
 * is set.  Expiry is looked at once a tick and never early.
 */
#ifndef _KERN_BASE_ITIMER_PRIVATE_H_
#define _KERN_BASE_ITIMER_PRIVATE_H_

#include <sys/callout.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/time.h>

struct itimer;

/* All are called with it_lock held. */
struct itimer_ops {
	/* So many periods are over.  On the callout thread; no sleeping. */
	void	(*ito_fire)(struct itimer *, uint64_t);
	/* The wall clock was set: true disarms.  NULL: stay armed. */
	bool	(*ito_clockset)(struct itimer *);
};

/* t: it_lock; l: itimer_list_lock; c: constant. */
struct itimer {
	kmutex_t	it_lock;	/* before callouts, after the owner's */
	const struct itimer_ops *it_ops; /* c */
	clockid_t	it_clock;	/* c: CLOCK_REALTIME or _MONOTONIC */
	callout_t	it_callout;	/* itself */
	LIST_ENTRY(itimer) it_entry;	/* l: of the wall clock */
	bool		it_wall;	/* t: it_next is on the wall clock */
	int64_t		it_next;	/* t: nanoseconds; 0: disarmed */
	int64_t		it_period;	/* t: nanoseconds; 0: once */
};

/* To itimer_settime(), besides TIMER_ABSTIME. */
#define	ITIMER_FOLLOW	0x100	/* relative, but follows a set clock */

/* At boot. */
void	itimer_sysinit(void);

/* EINVAL if the clock or the times are none that a timer can have. */
int	itimer_checkclock(clockid_t);
int	itimer_checkspec(const struct itimerspec *);

/*
 * Make a disarmed one; stop it, after which nothing is called any more, also
 * not by calls that were under way (may sleep, no locks but the caller's own
 * outer ones); and take a stopped one apart.
 */
void	itimer_init(struct itimer *, clockid_t, const struct itimer_ops *);
void	itimer_stop(struct itimer *);
void	itimer_fini(struct itimer *);

/* With it_lock held; the times are checked.  What is left is at least 1 ns. */
void	itimer_settime(struct itimer *, int, const struct itimerspec *);
void	itimer_gettime(struct itimer *, struct itimerspec *);

/* The wall clock was set. */
void	itimer_clockset(void);

/*
 * Sleep until the wall clock shows this valid time, wherever it is set to
 * meanwhile.  0, EINTR or ERESTART.
 */
int	itimer_sleepuntil(const struct timespec *);

#endif /* !_KERN_BASE_ITIMER_PRIVATE_H_ */
