/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting on a word: futex(2).  All of the kernel's own locks, sleep queues
 * and virtual CPUs rest on these two calls.
 *
 * To put a thread to sleep and wake it takes far longer than what threads that
 * hand work to each other wait for.  So a thread whose waits were short looks
 * at the word for a while before it sleeps, and one whose waits were long does
 * so rarely: an idle process spins for nothing.  Those that look are fewer
 * than the host has CPUs.  Who wakes asks the host only if somebody sleeps.
 */
#include <sys/syscall.h>

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "rumpuser_int.h"

#define	NSEC_PER_SEC	1000000000
#define	SPIN_NSEC	20000		/* about what a sleep costs */
#define	SPIN_LOOKS	32		/* between looks at the clock */
#define	MISSES_MAX	8		/* then one wait in so many bits */
#define	NSLEEPERS	256

/* Threads asleep on words with this hash. */
static struct sleepers {
	_Alignas(64) atomic_uint sl_count;
} sleepers[NSLEEPERS];

static atomic_int spinners;
static atomic_int spinners_max;		/* 0: not yet known, -1: none */

/* Of this thread: spins in vain in a row, and waits until the next one. */
static __thread unsigned int misses, skip;

static struct sleepers *
sleepers_of(volatile uint32_t *word)
{
	const uint64_t h = (uint64_t)(uintptr_t)word * 0x9e3779b97f4a7c15ULL;

	return &sleepers[h >> 56];
}
_Static_assert(NSLEEPERS == 1 << (64 - 56), "sleepers_of()");

static inline void
relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm volatile("yield" ::: "memory");
#endif
}

static int64_t
now_nsec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* All CPUs but one: somebody has to do what is waited for. */
static int
find_spinners_max(void)
{
	cpu_set_t set;
	int n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	n = n > 1 ? n - 1 : -1;
	atomic_store_explicit(&spinners_max, n, memory_order_relaxed);
	return n;
}

static bool
spin_begin(void)
{
	int max = atomic_load_explicit(&spinners_max, memory_order_relaxed);

	if (skip > 0) {
		skip--;
		return false;
	}
	if (max == 0)
		max = find_spinners_max();
	if (atomic_load_explicit(&spinners, memory_order_relaxed) >= max)
		return false;
	atomic_fetch_add_explicit(&spinners, 1, memory_order_relaxed);
	return true;
}

/* True: the word has changed. */
static bool
spin(volatile uint32_t *word, uint32_t value)
{
	int64_t end = 0, now;
	bool changed;
	int i = 0;

	if (!spin_begin())
		return false;
	while (!(changed = __atomic_load_n(word, __ATOMIC_ACQUIRE) != value)) {
		relax();
		if (++i % SPIN_LOOKS != 0)
			continue;
		now = now_nsec();
		if (end == 0)
			end = now + SPIN_NSEC;
		if (now >= end)
			break;
	}
	atomic_fetch_sub_explicit(&spinners, 1, memory_order_relaxed);
	if (changed)
		misses = 0;
	else if (misses < MISSES_MAX)
		misses++;
	skip = (1u << misses) - 1;
	return changed;
}

/*
 * The kernel returns through here with whatever errno the program had.
 */
int
rumpuser_wait(volatile uint32_t *word, uint32_t value, int64_t deadline)
{
	struct sleepers *sl = sleepers_of(word);
	struct timespec ts, *tsp = NULL;
	int saved = errno, error = 0;

	if (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
		return RUMP_EAGAIN;
	if (spin(word, value))
		return 0;
	if (deadline >= 0) {
		ts.tv_sec = deadline / NSEC_PER_SEC;
		ts.tv_nsec = deadline % NSEC_PER_SEC;
		tsp = &ts;
	}
	/* Who wakes sees this, or the host sees that the word has changed. */
	atomic_fetch_add(&sl->sl_count, 1);
	if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG,
	    value, tsp, NULL, FUTEX_BITSET_MATCH_ANY) == -1 && errno != EINTR)
		error = errno;
	atomic_fetch_sub_explicit(&sl->sl_count, 1, memory_order_relaxed);
	errno = saved;
	return rumpuser__errtrans(error);
}

/*
 * EFAULT is possible and fine: the word's memory may be gone already.
 */
void
rumpuser_wake(volatile uint32_t *word, int n)
{
	struct sleepers *sl = sleepers_of(word);
	int saved = errno;

	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&sl->sl_count, memory_order_relaxed) == 0)
		return;
	(void)syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
	    n < 0 ? INT_MAX : n, NULL, NULL, 0);
	errno = saved;
}
