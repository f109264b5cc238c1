/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting on a word: futex(2).  All of the kernel's own locks, sleep queues
 * and virtual CPUs rest on these two calls.
 */
#include <sys/syscall.h>

#include <limits.h>
#include <linux/futex.h>
#include <time.h>
#include <unistd.h>

#include "rumpuser_int.h"

#define	NSEC_PER_SEC	1000000000

/*
 * The kernel returns through here with whatever errno the program had.
 */
int
rumpuser_wait(volatile uint32_t *word, uint32_t value, int64_t deadline)
{
	struct timespec ts, *tsp = NULL;
	int saved = errno, error = 0;

	if (deadline >= 0) {
		ts.tv_sec = deadline / NSEC_PER_SEC;
		ts.tv_nsec = deadline % NSEC_PER_SEC;
		tsp = &ts;
	}
	if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG,
	    value, tsp, NULL, FUTEX_BITSET_MATCH_ANY) == -1 && errno != EINTR)
		error = errno;
	errno = saved;
	return rumpuser__errtrans(error);
}

/*
 * EFAULT is possible and fine: the word's memory may be gone already.
 */
void
rumpuser_wake(volatile uint32_t *word, int n)
{
	int saved = errno;

	(void)syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
	    n < 0 ? INT_MAX : n, NULL, NULL, 0);
	errno = saved;
}
