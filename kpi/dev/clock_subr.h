/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates: seconds since 1970 and the parts of a date of the Gregorian
 * calendar, UTC.  File systems and clock chips use it.
 */

#ifndef _DEV_CLOCK_SUBR_H_
#define	_DEV_CLOCK_SUBR_H_

#include <sys/types.h>

struct clock_ymdhms {
	uint64_t	dt_year;
	uint8_t		dt_mon;		/* 1 to 12 */
	uint8_t		dt_day;		/* 1 to 31 */
	uint8_t		dt_wday;	/* 0 is Sunday */
	uint8_t		dt_hour;
	uint8_t		dt_min;
	uint8_t		dt_sec;
};

#define	SECS_PER_MINUTE	60
#define	SECS_PER_HOUR	3600
#define	SECS_PER_DAY	86400
#define	DAYS_PER_COMMON_YEAR	365
#define	DAYS_PER_LEAP_YEAR	366
#define	POSIX_BASE_YEAR	1970

/* -1 if there is no such date; before 1970 there is none. */
time_t	clock_ymdhms_to_secs(struct clock_ymdhms *);
/* 0 or EINVAL. */
int	clock_secs_to_ymdhms(time_t, struct clock_ymdhms *);

static __inline int __unused
is_leap_year(uint64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static __inline int __unused
days_in_month(int m)
{
	return m < 1 || m > 12 ? -1 : m == 2 ? 28 : 30 + ((m + (m > 7)) & 1);
}

static __inline int __unused
days_per_year(uint64_t year)
{
	return is_leap_year(year) ? DAYS_PER_LEAP_YEAR : DAYS_PER_COMMON_YEAR;
}

#endif /* !_DEV_CLOCK_SUBR_H_ */
