/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's time: reading the clocks, rates, intervals and conversion to
 * ticks.  All clocks are computed from the host's; nothing here ticks.  The
 * get*() forms may answer with a less exact time than the others.
 */
#ifndef _SYS_TIMEVAR_H_
#define _SYS_TIMEVAR_H_

#include <sys/callout.h>
#include <sys/queue.h>
#include <sys/signal.h>
#include <sys/systm.h>
#include <sys/time.h>

#ifdef _KERNEL

struct proc;

/* Wall clock: since 1970; uptime: since boot. */
void	binuptime(struct bintime *);
void	nanouptime(struct timespec *);
void	microuptime(struct timeval *);
void	bintime(struct bintime *);
void	nanotime(struct timespec *);
void	microtime(struct timeval *);

void	getbinuptime(struct bintime *);
void	getnanouptime(struct timespec *);
void	getmicrouptime(struct timeval *);
void	getbintime(struct bintime *);
void	getnanotime(struct timespec *);
void	getmicrotime(struct timeval *);

void	getbinboottime(struct bintime *);
void	getnanoboottime(struct timespec *);
void	getmicroboottime(struct timeval *);

time_t	getrealtime(void);
time_t	getuptime(void);
time_t	getboottime(void);
uint32_t getuptime32(void);

#define	time_second	getrealtime()
#define	time_uptime	getuptime()
#define	time_uptime32	getuptime32()

/* Nanoseconds of the host's monotonic clock, as hypercall deadlines are. */
int64_t	rump_mononsec(void);
int64_t	rump_tickdeadline(int);

static inline time_t
time_mono_to_wall(time_t t)
{

	return t + getboottime();
}

static inline time_t
time_wall_to_mono(time_t t)
{

	return t - getboottime();
}

int	ratecheck(struct timeval *, const struct timeval *);
int	ppsratecheck(struct timeval *, int *, int);

int	itimerfix(struct timeval *);
int	itimespecfix(struct timespec *);
int	tshzto(const struct timespec *);
int	tshztoup(const struct timespec *);
int	tvhzto(const struct timeval *);
int	tstohz(const struct timespec *);
int	tvtohz(const struct timeval *);
int	inittimeleft(struct timespec *, struct timespec *);
int	gettimeleft(struct timespec *, struct timespec *);
int	ts2timo(clockid_t, int, struct timespec *, int *, struct timespec *);

/* Timers of a process: numbers of setitimer(2), then of timer_create(2). */
#define	TIMER_MIN	4
#define	TIMER_MAX	36
#define	TIMERS_ALL	0	/* the process ends */
#define	TIMERS_POSIX	1	/* it executes a program: setitimer's stay */

/* Delete timers of a process, none of whose lwps uses them meanwhile. */
void	ptimers_free(struct proc *, int);

int	clock_gettime1(clockid_t, struct timespec *);
int	clock_settime1(struct proc *, clockid_t, const struct timespec *,
	    bool);
int	clock_getres1(clockid_t, struct timespec *);
int	nanosleep1(struct lwp *, clockid_t, int, struct timespec *,
	    struct timespec *);
int	settime(struct proc *, struct timespec *);
void	adjtime1(const struct timeval *, struct timeval *, struct proc *);
int	settimeofday1(const struct timeval *, bool, const void *,
	    struct lwp *, bool);

#endif /* _KERNEL */

#endif /* !_SYS_TIMEVAR_H_ */
