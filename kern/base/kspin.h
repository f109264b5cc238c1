/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock below all locks: a word, taken with one compare-and-swap, on which
 * a host thread waits without giving its virtual CPU away.
 *
 * For a handful of instructions inside the scheduler, the sleep queues and
 * the like, with or without a virtual CPU or lwp.  Never call anything that
 * may sleep with one held, and never nest two without saying so in README.md.
 */
#ifndef _KERN_BASE_KSPIN_H_
#define _KERN_BASE_KSPIN_H_

#include <sys/types.h>
#include <sys/lock.h>

#include <rump/rumpuser.h>

/* a: 0 free, 1 held, 2 held and somebody waits. */
struct kspin {
	volatile uint32_t ks_word;
};

#define	KSPIN_INITIALIZER	{ 0 }
#define	KSPIN_TRIES		64

static __noinline void
kspin_wait(struct kspin *ks)
{
	uint32_t v;
	int i;

	for (i = 0; i < KSPIN_TRIES; i++) {
		v = 0;
		if (__atomic_load_n(&ks->ks_word, __ATOMIC_RELAXED) == 0 &&
		    __atomic_compare_exchange_n(&ks->ks_word, &v, 1, false,
		    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return;
		SPINLOCK_BACKOFF_HOOK;
	}
	while (__atomic_exchange_n(&ks->ks_word, 2, __ATOMIC_ACQUIRE) != 0)
		(void)rumpuser_wait(&ks->ks_word, 2, -1);
}

static inline void
kspin_enter(struct kspin *ks)
{
	uint32_t v = 0;

	if (__predict_false(!__atomic_compare_exchange_n(&ks->ks_word, &v, 1,
	    false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		kspin_wait(ks);
}

static inline void
kspin_exit(struct kspin *ks)
{

	if (__predict_false(__atomic_exchange_n(&ks->ks_word, 0,
	    __ATOMIC_RELEASE) == 2))
		rumpuser_wake(&ks->ks_word, 1);
}

static inline bool
kspin_held(const struct kspin *ks)
{

	return __atomic_load_n(&ks->ks_word, __ATOMIC_RELAXED) != 0;
}

#endif /* !_KERN_BASE_KSPIN_H_ */
