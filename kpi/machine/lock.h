/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Simple spin locks of the machine-dependent layer, by their NetBSD names.
 * Only code below mutex(9) has a use for them: they know nothing of lwps,
 * virtual CPUs or the lock checker.
 */
#ifndef _MACHINE_LOCK_H_
#define _MACHINE_LOCK_H_

#include <sys/types.h>

#define	__SIMPLELOCK_LOCKED	1
#define	__SIMPLELOCK_UNLOCKED	0

static inline int
__SIMPLELOCK_LOCKED_P(const __cpu_simple_lock_t *lock)
{
	return __atomic_load_n(lock, __ATOMIC_RELAXED) == __SIMPLELOCK_LOCKED;
}

static inline int
__SIMPLELOCK_UNLOCKED_P(const __cpu_simple_lock_t *lock)
{
	return !__SIMPLELOCK_LOCKED_P(lock);
}

static inline void
__cpu_simple_lock_init(__cpu_simple_lock_t *lock)
{
	__atomic_store_n(lock, __SIMPLELOCK_UNLOCKED, __ATOMIC_RELEASE);
}

static inline int
__cpu_simple_lock_try(__cpu_simple_lock_t *lock)
{
	return __atomic_exchange_n(lock, __SIMPLELOCK_LOCKED,
	    __ATOMIC_ACQUIRE) == __SIMPLELOCK_UNLOCKED;
}

static inline void
__cpu_simple_lock(__cpu_simple_lock_t *lock)
{
	while (!__cpu_simple_lock_try(lock))
		continue;
}

static inline void
__cpu_simple_unlock(__cpu_simple_lock_t *lock)
{
	__atomic_store_n(lock, __SIMPLELOCK_UNLOCKED, __ATOMIC_RELEASE);
}

static inline void
__cpu_simple_lock_set(__cpu_simple_lock_t *lock)
{
	*lock = __SIMPLELOCK_LOCKED;
}

static inline void
__cpu_simple_lock_clear(__cpu_simple_lock_t *lock)
{
	*lock = __SIMPLELOCK_UNLOCKED;
}

#endif /* !_MACHINE_LOCK_H_ */
