/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates: seconds since 1970 and the parts of a date of the Gregorian
 * calendar, UTC.  File systems and clock chips use it.
 */

#ifndef _DEV_CLOCK_SUBR_H_
#define	_DEV_CLOCK_SUBR_H_

#include <sys/types.h>
#include <sys/device_if.h>

struct timeval;

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

/*
 * todr(9): a clock that goes on while the kernel does not.  A driver has the
 * functions of one kind, by seconds or by date, and maybe one that enables
 * writing (1) and disables it (0); they return 0 or an errno and may sleep.
 */
typedef struct todr_chip_handle *todr_chip_handle_t;
struct todr_chip_handle {
	void	*cookie;		/* the driver's */
	void	*bus_cookie;
	device_t todr_dev;
	time_t	base_time;
	int	(*todr_gettime)(todr_chip_handle_t, struct timeval *);
	int	(*todr_settime)(todr_chip_handle_t, struct timeval *);
	int	(*todr_gettime_ymdhms)(todr_chip_handle_t,
		    struct clock_ymdhms *);
	int	(*todr_settime_ymdhms)(todr_chip_handle_t,
		    struct clock_ymdhms *);
	int	(*todr_setwen)(todr_chip_handle_t, int);
};

/* The clock is this one from now on, if no other driver came before. */
void	todr_attach(todr_chip_handle_t);

void	todr_init(void);
void	todr_lock(void);
void	todr_unlock(void);
bool	todr_lock_owned(void);

/*
 * inittodr(9) and resettodr(9), with the lock held: set the system's time
 * from the clock, or from the seconds given if it cannot be trusted; and the
 * clock from the system's time.
 */
void	todr_set_systime(time_t);
void	todr_save_systime(void);

/* ENXIO: no function; EINVAL: what it says is no time. */
int	todr_gettime(todr_chip_handle_t, struct timeval *);
int	todr_settime(todr_chip_handle_t, struct timeval *);

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
