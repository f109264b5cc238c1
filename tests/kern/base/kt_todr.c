/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_todr: a clock chip of our own, and how time goes.
 */

#include <sys/timetc.h>

#include <dev/clock_subr.h>
#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "kt.h"

void rump_kt_host(void);
void rump_kt_heuristics(void);
void rump_kt_dates(void);
void rump_kt_offset(void);
void rump_kt_attached(void);
void rump_kt_slew(void);
void rump_kt_slew_fast(void);
int64_t rump_kt_chip(void);

#define	T2025	((time_t)1735689600)	/* January 1st, 2025 */
#define	EPOCH	((time_t)1704067200)	/* the same of 2024 */
#define	DAY	((time_t)86400)

static struct timeval chip;
static int chip_error, chip_reads, chip_writes;
static char writable[8];

static int
chip_get(todr_chip_handle_t handle, struct timeval *tv)
{

	KT(handle->cookie == &chip);
	chip_reads++;
	*tv = chip;
	return chip_error;
}

static int
chip_set(todr_chip_handle_t handle, struct timeval *tv)
{

	KT(handle->cookie == &chip);
	if (chip_error != 0)
		return chip_error;
	chip_writes++;
	chip = *tv;
	return 0;
}

static int
chip_wen(todr_chip_handle_t handle, int on)
{

	strlcat(writable, on ? "+" : "-", sizeof(writable));
	return chip_error == ENXIO ? EACCES : 0;
}

static struct todr_chip_handle chip_handle = {
	.cookie = &chip,
	.todr_gettime = chip_get,
	.todr_settime = chip_set,
};

/* With a parameter set the chip is there when the kernel boots. */
RUMP_COMPONENT(RUMP_COMPONENT_DEV)
{
	char buf[16];

	if (rumpuser_getparam("KT_TODR", buf, sizeof(buf)) != 0)
		return;
	chip.tv_sec = T2025;
	todr_attach(&chip_handle);
}

static time_t
now(void)
{
	struct timespec ts;

	nanotime(&ts);
	return ts.tv_sec;
}

static bool
about(time_t want)
{

	return now() >= want && now() <= want + 60;
}

static void
set(time_t sec)
{
	struct timespec ts = { .tv_sec = sec, .tv_nsec = 0 };

	KT_EQ(0, settime(curproc, &ts));
}

/* The host's clock: set here and nowhere else, and read back. */
void
rump_kt_host(void)
{
	struct timespec host, up = { .tv_sec = T2025 };
	int64_t sec;
	long nsec;

	KT_EQ(0, rumpuser_clock_gettime(RUMPUSER_CLOCK_RELWALL, &sec, &nsec));
	KT(about(sec));
	inittodr(0);
	KT(about(sec));
	set(sec + 100000);
	tc_setclock(&up);		/* nobody told the clock */
	KT(about(T2025));
	inittodr(0);
	KT(about(sec + 100000));
	tc_setclock(&up);
	resettodr();
	set(T2025 + 5 * DAY);
	tc_setclock(&up);
	inittodr(T2025 + 5 * DAY);
	KT(about(T2025 + 5 * DAY));
	KT_EQ(0, rumpuser_clock_gettime(RUMPUSER_CLOCK_RELWALL, &host.tv_sec,
	    &nsec));
	KT(host.tv_sec >= sec && host.tv_sec < sec + 60);
}

static void
decide(time_t clock, int error, time_t base, time_t want)
{

	chip.tv_sec = clock;
	chip.tv_usec = 0;
	chip_error = error;
	inittodr(base);
	chip_error = 0;
	KT(about(want));
}

/* Which of the clock and the file system is believed. */
void
rump_kt_heuristics(void)
{

	todr_attach(&chip_handle);
	decide(T2025, 0, 0, T2025);
	decide(T2025, 0, T2025 - 100 * DAY, T2025);
	decide(T2025, 0, T2025 + 2 * DAY - 1, T2025);
	decide(T2025, 0, T2025 + 2 * DAY, T2025 + 2 * DAY);
	decide(T2025, 0, 12345, T2025);
	decide(EPOCH - 1, 0, T2025, T2025);
	decide(EPOCH - 1, 0, EPOCH - 1, EPOCH);
	decide(EPOCH - 1, 0, 0, EPOCH);
	decide(T2025, EIO, T2025 + DAY, T2025 + DAY);
	decide(T2025, EIO, 0, EPOCH);
	decide(-1, 0, T2025, T2025);
	chip.tv_usec = 1000000;
	inittodr(T2025 + DAY);
	KT(about(T2025 + DAY));
	chip.tv_usec = 0;

	/* Setting the time sets the clock, which may fail. */
	chip_writes = 0;
	set(T2025 + 7 * DAY);
	KT_EQ(1, chip_writes);
	KT(chip.tv_sec >= T2025 + 7 * DAY && chip.tv_sec < T2025 + 8 * DAY);
	chip_error = EIO;
	set(T2025);
	chip_error = 0;
	KT_EQ(1, chip_writes);
	KT(about(T2025));
}

static struct clock_ymdhms date;

static int
date_get(todr_chip_handle_t handle, struct clock_ymdhms *dt)
{

	*dt = date;
	return chip_error;
}

static int
date_set(todr_chip_handle_t handle, struct clock_ymdhms *dt)
{

	date = *dt;
	return chip_error;
}

static struct todr_chip_handle date_handle = {
	.cookie = &date,
	.todr_gettime_ymdhms = date_get,
	.todr_settime_ymdhms = date_set,
};

void
rump_kt_dates(void)
{
	struct todr_chip_handle none = { .cookie = NULL };
	struct timeval tv = { T2025 + 3661, 499999 };

	KT_EQ(0, todr_settime(&date_handle, &tv));
	KT(date.dt_year == 2025 && date.dt_mon == 1 && date.dt_day == 1 &&
	    date.dt_hour == 1 && date.dt_min == 1 && date.dt_sec == 1);
	KT_EQ(3, date.dt_wday);
	tv.tv_usec = 500000;
	KT_EQ(0, todr_settime(&date_handle, &tv));
	KT_EQ(2, date.dt_sec);
	KT_EQ(0, todr_gettime(&date_handle, &tv));
	KT(tv.tv_sec == T2025 + 3662 && tv.tv_usec == 0);
	date.dt_mon = 13;
	KT_EQ(EINVAL, todr_gettime(&date_handle, &tv));
	date.dt_mon = 2;
	date.dt_day = 29;
	KT_EQ(EINVAL, todr_gettime(&date_handle, &tv));
	tv.tv_sec = -5;
	KT_EQ(EINVAL, todr_settime(&date_handle, &tv));
	chip_error = EIO;
	tv.tv_sec = T2025;
	KT_EQ(EIO, todr_gettime(&date_handle, &tv));
	KT_EQ(EIO, todr_settime(&date_handle, &tv));
	chip_error = 0;
	KT_EQ(ENXIO, todr_gettime(&none, &tv));
	KT_EQ(ENXIO, todr_settime(&none, &tv));

	/* Writing is enabled for just as long. */
	date_handle.todr_setwen = chip_wen;
	KT_EQ(0, todr_gettime(&chip_handle, &tv));
	kt_streq(writable, "");
	tv.tv_sec = T2025;
	KT_EQ(0, todr_settime(&date_handle, &tv));
	kt_streq(writable, "+-");
	chip_error = ENXIO;
	date.dt_year = 1999;
	KT_EQ(EACCES, todr_settime(&date_handle, &tv));
	KT_EQ(1999, (int)date.dt_year);
	kt_streq(writable, "+-+");
	chip_error = 0;
}

/* The clock counts local time. */
void
rump_kt_offset(void)
{
	struct timeval tv = { T2025, 7 };

	todr_attach(&chip_handle);
	todr_attach(&date_handle);	/* too late */
	rtc_offset = -60;
	KT_EQ(0, todr_settime(&chip_handle, &tv));
	KT(chip.tv_sec == T2025 + 3600 && chip.tv_usec == 7);
	KT_EQ(0, todr_gettime(&chip_handle, &tv));
	KT(tv.tv_sec == T2025 && tv.tv_usec == 7);
	inittodr(0);
	KT(about(T2025));
	rtc_offset = 0;
	inittodr(0);
	KT(about(T2025 + 3600));
	KT(!todr_lock_owned());
	todr_lock();
	KT(todr_lock_owned());
	todr_set_systime(0);
	todr_save_systime();
	todr_unlock();
}

void
rump_kt_attached(void)
{

	KT_EQ(1, chip_reads);
	KT(about(T2025));
}

int64_t
rump_kt_chip(void)
{

	return chip.tv_sec;
}

/* By how much the wall clock differs from what it began with. */
static int64_t
shift(void)
{
	struct timespec ts;

	getnanoboottime(&ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static int64_t
uptime(void)
{
	struct timespec ts;

	nanouptime(&ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

/* All of it in the end, never more, and never back. */
static void
slew(int usec)
{
	struct timeval delta = { usec < 0 ? -1 : 0,
	    usec < 0 ? 1000000 + usec : usec }, left;
	int64_t begin = shift(), last = begin, is, was = usec, rest;
	int sign = usec < 0 ? -1 : 1;

	adjtime1(&delta, &left, curproc);
	KT(left.tv_sec == 0 && left.tv_usec == 0);
	do {
		kt_pause(1);
		is = shift();
		adjtime1(NULL, &left, curproc);
		rest = left.tv_sec * INT64_C(1000000) + left.tv_usec;
		KT((is - last) * sign >= 0);
		KT((is - begin) * sign <= usec * 1000 * sign);
		KT(rest * sign >= 0 && (was - rest) * sign >= 0);
		last = is;
		was = rest;
	} while (shift() != begin + usec * 1000);
	adjtime1(NULL, &left, curproc);
	KT(left.tv_sec == 0 && left.tv_usec == 0);
	KT_EQ(begin + usec * 1000, shift());
}

void
rump_kt_slew(void)
{

	slew(100);
	slew(-80);
	slew(0);
}

/* How fast: between what the times around it allow. */
static void
slew_rate(int64_t sec, int rate)
{
	struct timeval delta = { .tv_sec = sec, .tv_usec = 0 }, old;
	int64_t begin, a, b, c, d, is;

	begin = shift();
	a = uptime();
	adjtime1(&delta, NULL, curproc);
	b = uptime();
	kt_pause(10);
	c = uptime();
	is = shift() - begin;
	d = uptime();
	if (sec < 0)
		is = -is;
	KT(is >= (c - b) / rate - 1);
	KT(is <= (d - a) / rate + 1);

	/* Another one instead; what is made stays. */
	delta.tv_sec = delta.tv_usec = 0;
	adjtime1(&delta, &old, curproc);
	KT(old.tv_sec == sec - 1 || old.tv_sec == sec);
	KT(old.tv_usec >= 0 && old.tv_usec < 1000000);
	is = shift();
	kt_pause(2);
	KT_EQ(is, shift());
}

void
rump_kt_slew_fast(void)
{

	slew_rate(1, 2000);
	slew_rate(-1, 2000);
	slew_rate(100, 200);
	slew_rate(-1000000000, 200);
}
