/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct timespec alone, for headers that must not bring all of
 * <sys/time.h> with them.
 */

#ifndef _SYS_TIMESPEC_H_
#define	_SYS_TIMESPEC_H_

#include <sys/types.h>

struct timespec {
	time_t	tv_sec;		/* seconds */
	long	tv_nsec;	/* and nanoseconds, 0 to 999999999 */
};

#endif /* !_SYS_TIMESPEC_H_ */
