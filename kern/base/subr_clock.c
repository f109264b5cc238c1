/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates from seconds and back, by counting days in whole eras of 400 years.
 * A year that begins in March has its leap day at the end, which makes the
 * month a linear function of the day.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/syslog.h>
#include <sys/timevar.h>
#include <dev/clock_subr.h>

#define	DAYS_PER_ERA	146097		/* 400 years */
#define	DAYS_TO_1970	719468		/* from March 1st of year 0 */

/* Beyond this year the seconds do not fit a time_t any more. */
#define	YEAR_MAX	292277026595ULL

static bool
valid(const struct clock_ymdhms *dt)
{

	return dt->dt_year >= POSIX_BASE_YEAR && dt->dt_year <= YEAR_MAX &&
	    dt->dt_mon >= 1 && dt->dt_mon <= 12 && dt->dt_day >= 1 &&
	    dt->dt_day <= days_in_month(dt->dt_mon) +
	    (dt->dt_mon == 2 && is_leap_year(dt->dt_year)) &&
	    dt->dt_hour < 24 && dt->dt_min < 60 && dt->dt_sec < 60;
}

time_t
clock_ymdhms_to_secs(struct clock_ymdhms *dt)
{
	uint64_t year, days;
	unsigned int month;

	if (!valid(dt))
		return -1;
	year = dt->dt_year - (dt->dt_mon <= 2);
	month = dt->dt_mon > 2 ? dt->dt_mon - 3 : dt->dt_mon + 9;
	days = year / 400 * DAYS_PER_ERA + year % 400 * 365 +
	    year % 400 / 4 - year % 400 / 100 +
	    (153 * month + 2) / 5 + dt->dt_day - 1 - DAYS_TO_1970;
	return (time_t)(days * SECS_PER_DAY + dt->dt_hour * SECS_PER_HOUR +
	    dt->dt_min * SECS_PER_MINUTE + dt->dt_sec);
}

int
clock_secs_to_ymdhms(time_t secs, struct clock_ymdhms *dt)
{
	uint64_t days, doe, yoe, doy, month, rest;

	if (secs < 0)
		return EINVAL;
	days = (uint64_t)secs / SECS_PER_DAY;
	rest = (uint64_t)secs % SECS_PER_DAY;
	dt->dt_wday = (uint8_t)((days + 4) % 7);	/* a Thursday */
	days += DAYS_TO_1970;
	doe = days % DAYS_PER_ERA;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	month = (5 * doy + 2) / 153;
	dt->dt_day = (uint8_t)(doy - (153 * month + 2) / 5 + 1);
	dt->dt_mon = (uint8_t)(month < 10 ? month + 3 : month - 9);
	dt->dt_year = yoe + days / DAYS_PER_ERA * 400 + (dt->dt_mon <= 2);
	dt->dt_hour = (uint8_t)(rest / SECS_PER_HOUR);
	dt->dt_min = (uint8_t)(rest % SECS_PER_HOUR / SECS_PER_MINUTE);
	dt->dt_sec = (uint8_t)(rest % SECS_PER_MINUTE);
	return 0;
}

/*
 * A root file system tells when it was last written.  Machines without a
 * clock start from there; we have the host's clock, so that the time only
 * shows if that one is badly off.
 */
void
setrootfstime(time_t t)
{

	if (t > time_second + SECS_PER_DAY)
		log(LOG_WARNING, "the clock is %jd s behind the root file "
		    "system\n", (intmax_t)(t - time_second));
}
