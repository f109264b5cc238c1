/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of a process by number, between the system calls in sys_timer.c and
 * kern_ptimer.c.  Numbers below TIMER_MIN are those of setitimer(2).
 *
 * Unless said otherwise these return EINVAL if there is no timer of that
 * number, else 0, and may sleep.  Times have passed itimer_checkspec().
 */
#ifndef _KERN_BASE_PTIMER_PRIVATE_H_
#define _KERN_BASE_PTIMER_PRIVATE_H_

#include <sys/types.h>

struct itimerspec;
struct proc;
struct sigevent;

/* Most overruns that are counted. */
#define	DELAYTIMER_MAX	32

/* No sigevent was given: SIGALRM with the timer's number. */
#define	PTIMER_EV_DEFAULT	(-1)

/*
 * Make a disarmed one; the event may be NULL.  EINVAL: no such clock, signal
 * or way to notify; EAGAIN: there are as many as may be.
 */
int	ptimer_create(struct proc *, clockid_t, const struct sigevent *,
	    timer_t *);
/* When this returns, its signal is sent or will not be. */
int	ptimer_delete(struct proc *, timer_t);
/* Flags are those of itimer_settime(); the old time is always told. */
int	ptimer_settime(struct proc *, timer_t, int,
	    const struct itimerspec *, struct itimerspec *);
int	ptimer_gettime(struct proc *, timer_t, struct itimerspec *);
int	ptimer_getoverrun(struct proc *, timer_t, int *);
/* See to it that ITIMER_REAL or ITIMER_MONOTONIC exists; EAGAIN. */
int	ptimer_needitimer(struct proc *, int);

#endif /* !_KERN_BASE_PTIMER_PRIVATE_H_ */
