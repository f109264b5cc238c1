/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all locks have in common: busy-wait hints and the names of the simple
 * locks.  The locks themselves are in <sys/mutex.h> and <sys/rwlock.h>.
 */
#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

#include <sys/types.h>
#include <machine/lock.h>

#ifdef _KERNEL
#if defined(__x86_64__) || defined(__i386__)
#define	SPINLOCK_BACKOFF_HOOK	__builtin_ia32_pause()
#elif defined(__aarch64__)
#define	SPINLOCK_BACKOFF_HOOK	__asm volatile("yield" ::: "memory")
#else
#define	SPINLOCK_BACKOFF_HOOK	__asm volatile("" ::: "memory")
#endif
#define	SPINLOCK_SPIN_HOOK	SPINLOCK_BACKOFF_HOOK
#define	SPINLOCK_BACKOFF_MIN	4
#define	SPINLOCK_BACKOFF_MAX	128

/* Busy for `count' rounds, then double the count up to the limit. */
#define	SPINLOCK_BACKOFF(count)						\
do {									\
	int __i;							\
	for (__i = (count); __i != 0; __i--)				\
		SPINLOCK_BACKOFF_HOOK;					\
	if ((count) < SPINLOCK_BACKOFF_MAX)				\
		(count) += (count);					\
} while (/*CONSTCOND*/0)


#include <sys/lockdebug.h>
#endif /* _KERNEL */

#endif /* !_SYS_LOCK_H_ */
