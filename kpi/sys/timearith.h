/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic of times and intervals.  tvtohz() and tstohz() round up and
 * add one, so that a sleep of that many ticks lasts at least as long as
 * asked for.  None of these sleeps.
 */

#ifndef _SYS_TIMEARITH_H_
#define	_SYS_TIMEARITH_H_

#include <sys/types.h>
#include <sys/stdbool.h>

struct itimerspec;
struct timespec;
struct timeval;

int	tvtohz(const struct timeval *);
int	tstohz(const struct timespec *);

/* EINVAL if the value is negative or its fraction is out of range. */
int	itimerfix(struct timeval *);
int	itimespecfix(struct timespec *);

/* Next expiry of an interval timer, and how many were missed. */
void	itimer_transition(const struct itimerspec *, const struct timespec *,
	    struct timespec *, int *);

#endif /* !_SYS_TIMEARITH_H_ */
