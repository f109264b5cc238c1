/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A memory barrier on every thread of the process: membarrier(2).  The kernel
 * lends virtual CPUs where this works and does without where it does not.
 */
#include <sys/syscall.h>

#include <linux/membarrier.h>
#include <unistd.h>

#include "rumpuser_int.h"

/* What TSan cannot follow it had better not see. */
#ifndef __has_feature
#define	__has_feature(x)	0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define	UNSEEN	1
#else
#define	UNSEEN	0
#endif

int
rumpuser_membarrier(void)
{
	static int registered;		/* 1: yes, -1: not to be had */
	int saved = errno, error = 0;

	if (UNSEEN)
		return rumpuser__errtrans(ENOSYS);
	if (__atomic_load_n(&registered, __ATOMIC_ACQUIRE) == 0)
		__atomic_store_n(&registered, syscall(SYS_membarrier,
		    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 ?
		    1 : -1, __ATOMIC_RELEASE);
	if (registered == -1 || syscall(SYS_membarrier,
	    MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == -1)
		error = ENOSYS;
	errno = saved;
	return rumpuser__errtrans(error);
}
