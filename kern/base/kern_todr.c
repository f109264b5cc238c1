/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * todr(9), inittodr(9), resettodr(9): the clock that says what time it is when
 * the kernel boots, and is told when that is set.
 *
 * Until a driver attaches one it is the host's, as if a chip of our own had
 * been set from it at boot: setting it leaves the host's clock alone.  A chip
 * counts local time, rtc_offset minutes west of UTC.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/timetc.h>
#include <sys/timevar.h>

#include <dev/clock_subr.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "itimer_private.h"

/* January 1st, 2024: no kernel ran before that. */
#define	TODR_EPOCH	((time_t)1704067200)

/* A clock that differs that much from the file system's time is suspect. */
#define	TODR_SUSPECT	(2 * SECS_PER_DAY)

static int	host_gettime(todr_chip_handle_t, struct timeval *);
static int	host_settime(todr_chip_handle_t, struct timeval *);

static struct todr_chip_handle host_todr = {
	.todr_gettime = host_gettime,
	.todr_settime = host_settime,
};

static kmutex_t todr_mutex;
static todr_chip_handle_t todr_handle = &host_todr;	/* todr_mutex */
static struct timeval host_ahead;	/* todr_mutex: of the host's clock */

void
todr_init(void)
{

	mutex_init(&todr_mutex, MUTEX_DEFAULT, IPL_NONE);
}

void
todr_lock(void)
{

	mutex_enter(&todr_mutex);
}

void
todr_unlock(void)
{

	mutex_exit(&todr_mutex);
}

bool
todr_lock_owned(void)
{

	return mutex_owned(&todr_mutex) != 0;
}

static void
host_now(struct timeval *tv)
{
	int64_t sec;
	long nsec;

	if (rumpuser_clock_gettime(RUMPUSER_CLOCK_RELWALL, &sec, &nsec) != 0)
		panic("the host has no clock");
	tv->tv_sec = sec;
	tv->tv_usec = nsec / 1000;
}

static int
host_gettime(todr_chip_handle_t handle, struct timeval *tv)
{
	struct timeval now;

	host_now(&now);
	timeradd(&now, &host_ahead, tv);
	return 0;
}

static int
host_settime(todr_chip_handle_t handle, struct timeval *tv)
{
	struct timeval now;

	host_now(&now);
	timersub(tv, &now, &host_ahead);
	return 0;
}

void
todr_attach(todr_chip_handle_t handle)
{

	todr_lock();
	if (todr_handle == &host_todr)
		todr_handle = handle;
	else
		printf("todr_attach: TOD already configured\n");
	todr_unlock();
}

/* Time is the host's from the first moment on, but a driver's clock wins. */
void
todr_boot(void)
{

	if (todr_handle != &host_todr)
		inittodr(0);
}

int
todr_gettime(todr_chip_handle_t handle, struct timeval *tv)
{
	struct clock_ymdhms dt = { .dt_year = 0 };
	int error;

	if (handle->todr_gettime != NULL) {
		error = (*handle->todr_gettime)(handle, tv);
		if (error != 0)
			return error;
	} else if (handle->todr_gettime_ymdhms != NULL) {
		error = (*handle->todr_gettime_ymdhms)(handle, &dt);
		if (error != 0)
			return error;
		tv->tv_usec = 0;
		tv->tv_sec = clock_ymdhms_to_secs(&dt);
	} else
		return ENXIO;
	if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return EINVAL;
	tv->tv_sec += rtc_offset * 60;
	return 0;
}

static int
todr_write(todr_chip_handle_t handle, const struct timeval *tv)
{
	struct timeval local = *tv;
	struct clock_ymdhms dt;
	int error;

	local.tv_sec -= rtc_offset * 60;
	if (handle->todr_settime != NULL)
		return (*handle->todr_settime)(handle, &local);
	if (handle->todr_settime_ymdhms == NULL)
		return ENXIO;
	if (local.tv_usec >= 500000)
		local.tv_sec++;
	error = clock_secs_to_ymdhms(local.tv_sec, &dt);
	if (error != 0)
		return error;
	return (*handle->todr_settime_ymdhms)(handle, &dt);
}

int
todr_settime(todr_chip_handle_t handle, struct timeval *tv)
{
	int error;

	if (handle->todr_setwen == NULL)
		return todr_write(handle, tv);
	error = (*handle->todr_setwen)(handle, 1);
	if (error != 0)
		return error;
	error = todr_write(handle, tv);
	(void)(*handle->todr_setwen)(handle, 0);
	return error;
}

/* Is the clock's time to be believed, if base is when the disk was used? */
static bool
todr_plausible(const struct timeval *tv, time_t base)
{
	long long days = (tv->tv_sec - base) / SECS_PER_DAY;

	if (tv->tv_sec < TODR_EPOCH) {
		printf("WARNING: preposterous TOD clock time\n");
		return false;
	}
	if (base == 0)
		return true;
	if (tv->tv_sec + TODR_SUSPECT <= base) {
		printf("WARNING: clock lost %lld days\n", -days);
		return false;
	}
	if (tv->tv_sec >= base + TODR_SUSPECT)
		aprint_verbose("WARNING: clock gained %lld days\n", days);
	return true;
}

void
todr_set_systime(time_t base)
{
	bool badbase = base < TODR_EPOCH;
	struct timespec ts;
	struct timeval tv;
	int error;

	KASSERT(todr_lock_owned());
	if (badbase && base != 0)
		printf("WARNING: preposterous time in file system\n");
	error = todr_gettime(todr_handle, &tv);
	if (error != 0)
		printf("WARNING: TOD clock cannot be read: error %d\n", error);
	if (error != 0 || !todr_plausible(&tv, badbase ? 0 : base)) {
		tv.tv_sec = badbase ? TODR_EPOCH : base;
		tv.tv_usec = 0;
		printf("WARNING: CHECK AND RESET THE DATE!\n");
	}
	TIMEVAL_TO_TIMESPEC(&tv, &ts);
	tc_setclock(&ts);
	itimer_clockset();
}

void
todr_save_systime(void)
{
	struct timeval tv;
	int error;

	KASSERT(todr_lock_owned());
	microtime(&tv);
	error = todr_settime(todr_handle, &tv);
	if (error != 0)
		printf("Cannot set TOD clock: error %d\n", error);
}

void
inittodr(time_t base)
{

	todr_lock();
	todr_set_systime(base);
	todr_unlock();
}

void
resettodr(void)
{

	todr_lock();
	todr_save_systime();
	todr_unlock();
}
