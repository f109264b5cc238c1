/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock of benchmarks that measure elapsed time alone.
 */
#ifndef _BENCH_CLOCK_H_
#define _BENCH_CLOCK_H_

#include <time.h>

/* Seconds since some moment. */
static inline double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

#endif /* !_BENCH_CLOCK_H_ */
