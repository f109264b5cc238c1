/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's clocks, read from the host's each time: uptime is the host's
 * monotonic clock since boot, the wall clock the host's plus what settime()
 * and adjtime(2) made of it.  Nothing ticks, so nothing has to be kept up to
 * date; a tick is just a unit of uptime.  Drivers' timecounters are listed and
 * not used.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/timetc.h>
#include <sys/timevar.h>

#include <rump/rumpuser.h>

#include "base_private.h"
#include "kspin.h"

#define	NSEC	1000000000

/* A second of adjustment takes that many, as long as more than one is left. */
#define	SLEW_SLOW	2000
#define	SLEW_FAST	200

/* The host's clocks at boot.  Constant. */
static int64_t boot_mono;
static int64_t boot_wall;

/* What is added to the host's wall clock.  a: atomic operations, s: slew_lock
 * to change; s: slew_lock. */
static volatile int64_t wall_offset;	/* a, s: and if slewing, slew_done() */
static volatile bool slewing;		/* a, s */
static int64_t slew_left;		/* s: of it when it began */
static int64_t slew_start;		/* s: host's monotonic clock */
static struct kspin slew_lock = KSPIN_INITIALIZER;

static kmutex_t timecounter_lock;
static struct timecounter *timecounter_list;	/* timecounter_lock */

static u_int
tc_host_get(struct timecounter *tc)
{

	return (u_int)rump_mononsec();
}

static struct timecounter tc_host = {
	.tc_get_timecount = tc_host_get,
	.tc_counter_mask = ~0u,
	.tc_frequency = NSEC,
	.tc_name = "rumpuser",
	.tc_quality = 0,
};
struct timecounter *timecounter = &tc_host;

static int64_t
host_clock(int which)
{
	int64_t sec;
	long nsec;

	if (rumpuser_clock_gettime(which, &sec, &nsec) != 0)
		panic("the host has no clock %d", which);
	return sec * NSEC + nsec;
}

int64_t
rump_mononsec(void)
{

	return host_clock(RUMPUSER_CLOCK_ABSMONO);
}

/* How much of the adjustment is made by now. */
static int64_t
slew_done(void)
{
	int64_t elapsed = rump_mononsec() - slew_start, done;
	int64_t left = slew_left < 0 ? -slew_left : slew_left;
	int64_t fast = left > NSEC ? left - NSEC : 0;

	KASSERT(kspin_held(&slew_lock));
	if (elapsed / SLEW_FAST < fast)
		done = elapsed / SLEW_FAST;
	else
		done = fast + (elapsed - fast * SLEW_FAST) / SLEW_SLOW;
	done = MIN(done, left);
	return slew_left < 0 ? -done : done;
}

/* Make what is done part of the offset. */
static void
slew_settle(void)
{
	int64_t done;

	if (!slewing)
		return;
	done = slew_done();
	__atomic_store_n(&wall_offset, wall_offset + done, __ATOMIC_RELAXED);
	slew_left -= done;
	slew_start = rump_mononsec();
	__atomic_store_n(&slewing, slew_left != 0, __ATOMIC_RELEASE);
}

static int64_t
wall_shift(void)
{
	int64_t shift, done;

	if (__predict_true(!__atomic_load_n(&slewing, __ATOMIC_ACQUIRE)))
		return __atomic_load_n(&wall_offset, __ATOMIC_RELAXED);
	kspin_enter(&slew_lock);
	done = slewing ? slew_done() : 0;
	shift = wall_offset + done;
	/* Only when it is over: settling rounds. */
	if (slewing && done == slew_left)
		slew_settle();
	kspin_exit(&slew_lock);
	return shift;
}

static int64_t
wall_nsec(void)
{

	return host_clock(RUMPUSER_CLOCK_RELWALL) + wall_shift();
}

/*
 * adjtime(2): from now on gain or lose so much, little by little, instead of
 * what was left of the last adjustment, which is returned.
 */
int64_t
tc_slew(const int64_t *delta)
{
	int64_t left;

	kspin_enter(&slew_lock);
	slew_settle();
	left = slewing ? slew_left : 0;
	if (delta != NULL) {
		slew_left = *delta;
		slew_start = rump_mononsec();
		__atomic_store_n(&slewing, *delta != 0, __ATOMIC_RELEASE);
	}
	kspin_exit(&slew_lock);
	return left;
}

/*
 * Time zero of the uptime clock is a second before boot: an uptime of zero
 * means "never" to much code.
 */
static int64_t
uptime_nsec(void)
{

	return rump_mononsec() - boot_mono;
}

void
tc_boot(void)
{

	boot_mono = rump_mononsec() - NSEC;
	boot_wall = host_clock(RUMPUSER_CLOCK_RELWALL) - NSEC;
	mutex_init(&timecounter_lock, MUTEX_DEFAULT, IPL_NONE);
	KASSERT(boot_wall > 0);
}

uint64_t
rump_ticks(void)
{

	return (uint64_t)uptime_nsec() / (NSEC / hz);
}

int64_t
rump_tickmono(uint64_t ticks)
{

	return boot_mono + (int64_t)ticks * (NSEC / hz);
}

int
getticks(void)
{

	return (int)rump_ticks();
}

/* When a sleep of so many ticks from now ends; for ever if none. */
int64_t
rump_tickdeadline(int ticks)
{

	if (ticks <= 0)
		return -1;
	return rump_mononsec() + (int64_t)ticks * (NSEC / hz);
}

static void
nsec2ts(int64_t nsec, struct timespec *ts)
{

	ts->tv_sec = nsec / NSEC;
	ts->tv_nsec = nsec % NSEC;
	if (ts->tv_nsec < 0) {
		ts->tv_sec--;
		ts->tv_nsec += NSEC;
	}
	KASSERT(ts->tv_nsec >= 0 && ts->tv_nsec < NSEC);
}

static void
nsec2tv(int64_t nsec, struct timeval *tv)
{
	struct timespec ts;

	nsec2ts(nsec, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
}

static void
nsec2bt(int64_t nsec, struct bintime *bt)
{
	struct timespec ts;

	nsec2ts(nsec, &ts);
	timespec2bintime(&ts, bt);
}

void
binuptime(struct bintime *bt)
{

	nsec2bt(uptime_nsec(), bt);
}

void
nanouptime(struct timespec *ts)
{

	nsec2ts(uptime_nsec(), ts);
}

void
microuptime(struct timeval *tv)
{

	nsec2tv(uptime_nsec(), tv);
}

void
bintime(struct bintime *bt)
{

	nsec2bt(wall_nsec(), bt);
}

void
nanotime(struct timespec *ts)
{

	nsec2ts(wall_nsec(), ts);
}

void
microtime(struct timeval *tv)
{

	nsec2tv(wall_nsec(), tv);
}

/* The coarse forms cost the same here. */
void
getbinuptime(struct bintime *bt)
{

	binuptime(bt);
}

void
getnanouptime(struct timespec *ts)
{

	nanouptime(ts);
}

void
getmicrouptime(struct timeval *tv)
{

	microuptime(tv);
}

void
getbintime(struct bintime *bt)
{

	bintime(bt);
}

void
getnanotime(struct timespec *ts)
{

	nanotime(ts);
}

void
getmicrotime(struct timeval *tv)
{

	microtime(tv);
}

/* Setting the clock moves the time of boot, as uptime goes on. */
static int64_t
boottime_nsec(void)
{

	return boot_wall + wall_shift();
}

void
getbinboottime(struct bintime *bt)
{

	nsec2bt(boottime_nsec(), bt);
}

void
getnanoboottime(struct timespec *ts)
{

	nsec2ts(boottime_nsec(), ts);
}

void
getmicroboottime(struct timeval *tv)
{

	nsec2tv(boottime_nsec(), tv);
}

time_t
getrealtime(void)
{

	return wall_nsec() / NSEC;
}

time_t
getuptime(void)
{

	return uptime_nsec() / NSEC;
}

time_t
getboottime(void)
{

	return boottime_nsec() / NSEC;
}

uint32_t
getuptime32(void)
{

	return (uint32_t)getuptime();
}

/*
 * Set this kernel's wall clock.  The host's stays as it is, and what is left of
 * an adjustment goes on.
 */
void
tc_setclock(const struct timespec *ts)
{
	int64_t want = (int64_t)ts->tv_sec * NSEC + ts->tv_nsec;

	KASSERT(ts->tv_nsec >= 0 && ts->tv_nsec < NSEC);
	kspin_enter(&slew_lock);
	slew_settle();
	__atomic_store_n(&wall_offset,
	    want - host_clock(RUMPUSER_CLOCK_RELWALL), __ATOMIC_RELAXED);
	kspin_exit(&slew_lock);
}

uint64_t
tc_getfrequency(void)
{

	return timecounter->tc_frequency;
}

void
tc_init(struct timecounter *tc)
{

	KASSERT(tc->tc_get_timecount != NULL);
	mutex_enter(&timecounter_lock);
	tc->tc_next = timecounter_list;
	timecounter_list = tc;
	mutex_exit(&timecounter_lock);
}

int
tc_detach(struct timecounter *tc)
{
	struct timecounter **tcp;
	int error = ESRCH;

	mutex_enter(&timecounter_lock);
	for (tcp = &timecounter_list; *tcp != NULL; tcp = &(*tcp)->tc_next) {
		if (*tcp == tc) {
			*tcp = tc->tc_next;
			error = 0;
			break;
		}
	}
	mutex_exit(&timecounter_lock);
	return error;
}

void
tc_gonebad(struct timecounter *tc)
{

	KASSERT(tc != &tc_host);
	tc->tc_quality = -100;
}
