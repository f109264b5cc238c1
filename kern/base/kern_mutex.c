/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex(9).
 *
 * Without contention a mutex costs one compare-and-swap each way.  Waiters
 * for an adaptive mutex sleep in the sleep queue of its address, with the
 * virtual CPU given back.  The exit wakes the first one and leaves the mutex
 * free for whoever comes first; a waiter that was woken in vain queues at the
 * head and has the mutex handed over the next time, so nobody starves.
 *
 * A mutex with a way past it (<rump-sys/bypass.h>) is an adaptive one whose
 * new owner waits until no CPU is in a section of mutex_bypass_enter().  Its
 * compare-and-swap and its looks at the CPUs' words are sequentially
 * consistent, as are the sections' two accesses the other way around.
 *
 * A spin mutex's waiter keeps its virtual CPU, as code at a raised level may
 * expect, and waits for the word to change.  Its owner must not sleep, so it
 * is on a virtual CPU of its own.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/sleepq.h>

#include <rump-sys/bypass.h>
#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"

#define	MUTEX_SPINS	64		/* looks at the owner before sleeping */
#define	BYPASS_NSEC	50000		/* between looks at a slow section */

#define	MTX_OWNER(o)	((o) & ~MTX_FLAGS)
#define	MTX_DEBUG_P(m)	((m)->mtx_ldid != 0)
#define	MTX_RA		((uintptr_t)__builtin_return_address(0))

/* The name that panics have always had for the slow paths. */
#define	MUTEX_ABORT(func, mtx, msg)					\
	lockdebug_abort(func, __LINE__, mtx, &mutex_lockops, msg)

static void
mutex_dump(const volatile void *cookie, lockop_printer_t pr)
{
	const volatile kmutex_t *mtx = cookie;

	pr("owner field  : %#018lx wait/spin: %16d/%d\n",
	    (long)MTX_OWNER(mtx->mtx_owner),
	    (int)(mtx->mtx_owner & MTX_WAITERS),
	    mtx->mtx_type == MTX_T_SPIN);
}

static lockops_t mutex_lockops = {
	.lo_name = "Mutex",
	.lo_type = LOCKOPS_SLEEP,
	.lo_dump = mutex_dump,
};

#ifdef LOCKDEBUG
static lockops_t mutex_spin_lockops = {
	.lo_name = "Mutex",
	.lo_type = LOCKOPS_SPIN,
	.lo_dump = mutex_dump,
};
#endif

static inline bool
mutex_cas(kmutex_t *mtx, uintptr_t o, uintptr_t n)
{

	return __atomic_compare_exchange_n(&mtx->mtx_owner, &o, n, false,
	    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static inline uintptr_t
mutex_load(const kmutex_t *mtx)
{

	return __atomic_load_n(&mtx->mtx_owner, __ATOMIC_RELAXED);
}

void
mutex_init(kmutex_t *mtx, kmutex_type_t type, int ipl)
{
	bool spin;

	memset(mtx, 0, sizeof(*mtx));
	switch (type) {
	case MUTEX_SPIN:
		spin = true;
		break;
	case MUTEX_ADAPTIVE:
		KASSERT(ipl == IPL_NONE);
		/* FALLTHROUGH */
	case MUTEX_NODEBUG:
		spin = false;
		break;
	default:
		/* Soft interrupts are threads: they can sleep on a mutex. */
		spin = ipl >= IPL_VM;
		break;
	}
	mtx->mtx_type = spin ? MTX_T_SPIN : MTX_T_ADAPTIVE;
	mtx->mtx_ipl = spin ? ipl : IPL_NONE;
	mtx->mtx_magic = MTX_MAGIC;
	if (type != MUTEX_NODEBUG)
		mtx->mtx_ldid = LOCKDEBUG_ALLOC(mtx,
		    spin ? &mutex_spin_lockops : &mutex_lockops, MTX_RA);
}

void
mutex_bypass_init(kmutex_t *mtx)
{

	mutex_init(mtx, MUTEX_DEFAULT, IPL_NONE);
	mtx->mtx_type = MTX_T_BYPASS;
}

void
mutex_destroy(kmutex_t *mtx)
{

	LOCKDEBUG_FREE(MTX_DEBUG_P(mtx), mtx);
	if (__predict_false(mtx->mtx_magic != MTX_MAGIC))
		MUTEX_ABORT("mutex_destroy", mtx, "uninitialized lock");
	if (__predict_false(mutex_load(mtx) != 0))
		MUTEX_ABORT("mutex_destroy", mtx, "is locked or in use");
	mtx->mtx_magic = 0;
}

/*
 * One round of waiting for an adaptive mutex: true if it was handed over.
 * The waiters flag is set under the bucket's lock, which the exit takes when
 * it sees the flag.
 */
static bool
mutex_sleep(kmutex_t *mtx, uintptr_t self, u_int tries)
{
	struct sleepbucket *sb;
	uintptr_t o;

	sb = sleepq_lock(mtx);
	o = mutex_load(mtx);
	if (MTX_OWNER(o) == 0 ||
	    ((o & MTX_WAITERS) == 0 && !mutex_cas(mtx, o, o | MTX_WAITERS))) {
		sleepq_unlock(sb);
		return false;
	}
	curlwp->l_sleeptries = tries;
	sleepq_enqueue(sb, mtx, "mutex", &mutex_syncobj, false, tries != 0);
	sleepq_unlock(sb);
	(void)sleepq_block(SLEEPQ_NOTIMO, false);
	return MTX_OWNER(mutex_load(mtx)) == self;
}

static __noinline void
mutex_vector_enter(kmutex_t *mtx, uintptr_t self)
{
	u_int spins = ncpu > 1 ? MUTEX_SPINS : 0, tries = 0;
	uintptr_t o;

	for (;;) {
		o = mutex_load(mtx);
		if (MTX_OWNER(o) == 0) {
			if (mutex_cas(mtx, o, self | o))
				return;
			continue;
		}
		if (__predict_false(MTX_OWNER(o) == self))
			MUTEX_ABORT(__func__, mtx, "locking against myself");
		if (__predict_false(mtx->mtx_magic != MTX_MAGIC))
			MUTEX_ABORT(__func__, mtx, "uninitialized lock");
		if (__predict_false(panicstr != NULL))
			return;
		if (spins != 0) {
			spins--;
			SPINLOCK_BACKOFF_HOOK;
			continue;
		}
		if (mutex_sleep(mtx, self, tries))
			return;
		tries++;
	}
}

/* Leave an adaptive mutex that has waiters, or that is not ours. */
static __noinline void
mutex_vector_exit(kmutex_t *mtx, uintptr_t self)
{
	struct sleepbucket *sb;
	struct lwp *w;
	uintptr_t o = mutex_load(mtx);

	if (__predict_false(panicstr != NULL))
		return;
	if (__predict_false(MTX_OWNER(o) != self))
		MUTEX_ABORT(__func__, mtx, o == 0 ? "release of unlocked lock" :
		    "not held by current LWP");
	sb = sleepq_lock(mtx);
	w = sleepq_next(sb, mtx, NULL);
	KASSERT(w != NULL);
	o = w->l_sleeptries != 0 ? (uintptr_t)w : 0;
	if (sleepq_next(sb, mtx, w) != NULL)
		o |= MTX_WAITERS;
	/* Free, it may be gone the next moment. */
	__atomic_store_n(&mtx->mtx_owner, o, __ATOMIC_RELEASE);
	sleepq_remove(w, 0);
	sleepq_unlock(sb);
}

/*
 * The mutex was just taken: wait for the sections that began before.  They
 * are a few instructions, unless the host stopped the thread: nobody wakes us
 * then, as sections are to cost nothing.
 */
static __noinline void
mutex_bypass_wait(void)
{
	struct cpu_info *ci;
	u_int spins;

	KASSERT(curcpu()->ci_bypass == 0);
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		spins = MUTEX_SPINS;
		while (__predict_false(__atomic_load_n(&ci->ci_bypass,
		    __ATOMIC_SEQ_CST) != 0)) {
			if (spins != 0) {
				spins--;
				SPINLOCK_BACKOFF_HOOK;
				continue;
			}
			(void)rumpuser_wait(&ci->ci_bypass, 1,
			    rump_mononsec() + BYPASS_NSEC);
		}
	}
}

/* The half of the owner word that hypercalls can wait on. */
static inline volatile uint32_t *
mutex_word(kmutex_t *mtx)
{

	return (volatile uint32_t *)&mtx->mtx_owner +
	    (_BYTE_ORDER == _BIG_ENDIAN ? 1 : 0);
}

static void
mutex_spin_wait(kmutex_t *mtx, uintptr_t o)
{
	struct lwp *l = curlwp;

	/* With one CPU the owner sleeps, wrongly: do not make it worse. */
	if (__predict_false(ncpu == 1))
		rump_unschedule_cpu(l);
	(void)rumpuser_wait(mutex_word(mtx), (uint32_t)o, -1);
	if (__predict_false(ncpu == 1))
		rump_schedule_cpu(l);
}

static __noinline void
mutex_spin_retry(kmutex_t *mtx, uintptr_t self)
{
	u_int spins = MUTEX_SPINS * 4;
	uintptr_t o, mine = self;

	for (;;) {
		o = mutex_load(mtx);
		if (MTX_OWNER(o) == 0) {
			if (mutex_cas(mtx, o, mine | o))
				return;
			continue;
		}
		if (__predict_false(MTX_OWNER(o) == self))
			MUTEX_ABORT("mutex_vector_enter", mtx,
			    "locking against myself");
		if (__predict_false(panicstr != NULL))
			return;
		if (spins != 0) {
			spins--;
			SPINLOCK_BACKOFF_HOOK;
			continue;
		}
		if ((o & MTX_WAITERS) == 0 &&
		    !mutex_cas(mtx, o, o | MTX_WAITERS))
			continue;
		mutex_spin_wait(mtx, o | MTX_WAITERS);
		/* There may be others: our exit shall look for them. */
		mine = self | MTX_WAITERS;
	}
}

static __noinline void
mutex_spin_release(kmutex_t *mtx, uintptr_t self)
{
	volatile uint32_t *word = mutex_word(mtx);
	uintptr_t o = mutex_load(mtx);

	if (__predict_false(panicstr != NULL))
		return;
	if (__predict_false(MTX_OWNER(o) != self))
		MUTEX_ABORT("mutex_vector_exit", mtx, o == 0 ?
		    "exiting unheld spin mutex" : "not held by current LWP");
	__atomic_store_n(&mtx->mtx_owner, 0, __ATOMIC_RELEASE);
	rumpuser_wake(word, 1);
}

void
mutex_enter(kmutex_t *mtx)
{
	uintptr_t self = (uintptr_t)curlwp;

	LOCKDEBUG_WANTLOCK(MTX_DEBUG_P(mtx), mtx, MTX_RA, 0);
	if (__predict_false(mtx->mtx_type == MTX_T_SPIN)) {
		if (__predict_false(!mutex_cas(mtx, 0, self)))
			mutex_spin_retry(mtx, self);
		curlwp->l_spincount++;
	} else {
		if (__predict_false(!mutex_cas(mtx, 0, self)))
			mutex_vector_enter(mtx, self);
		if (__predict_false(mtx->mtx_type == MTX_T_BYPASS))
			mutex_bypass_wait();
	}
	LOCKDEBUG_LOCKED(MTX_DEBUG_P(mtx), mtx, NULL, MTX_RA, 0);
}

void
mutex_exit(kmutex_t *mtx)
{
	uintptr_t self = (uintptr_t)curlwp;

	LOCKDEBUG_UNLOCKED(MTX_DEBUG_P(mtx), mtx, MTX_RA, 0);
	if (__predict_false(mtx->mtx_type == MTX_T_SPIN)) {
		if (__predict_false(!mutex_cas(mtx, self, 0)))
			mutex_spin_release(mtx, self);
		KASSERT(curlwp->l_spincount != 0);
		curlwp->l_spincount--;
	} else if (__predict_false(!mutex_cas(mtx, self, 0)))
		mutex_vector_exit(mtx, self);
}

int
mutex_tryenter(kmutex_t *mtx)
{
	uintptr_t self = (uintptr_t)curlwp, o;

	for (;;) {
		o = mutex_load(mtx);
		if (MTX_OWNER(o) != 0)
			return 0;
		if (mutex_cas(mtx, o, self | o))
			break;
	}
	if (mtx->mtx_type == MTX_T_SPIN)
		curlwp->l_spincount++;
	else if (mtx->mtx_type == MTX_T_BYPASS)
		mutex_bypass_wait();
	LOCKDEBUG_WANTLOCK(MTX_DEBUG_P(mtx), mtx, MTX_RA, -1);
	LOCKDEBUG_LOCKED(MTX_DEBUG_P(mtx), mtx, NULL, MTX_RA, 0);
	return 1;
}

void
mutex_spin_enter(kmutex_t *mtx)
{

	mutex_enter(mtx);
}

void
mutex_spin_exit(kmutex_t *mtx)
{

	mutex_exit(mtx);
}

int
mutex_owned(const kmutex_t *mtx)
{

	return mtx != NULL &&
	    MTX_OWNER(mutex_load(mtx)) == (uintptr_t)curlwp;
}

/* For KASSERT(mutex_ownable()): could the caller take it now? */
int
mutex_ownable(const kmutex_t *mtx)
{

#ifdef LOCKDEBUG
	if (mutex_owned(mtx))
		panic("mutex_ownable: locking against myself");
#endif
	return 1;
}

lwp_t *
mutex_owner(const kmutex_t *mtx)
{

	return (lwp_t *)MTX_OWNER(mutex_load(mtx));
}

/* Only a hint: the owner may run, as far as can be told without looking. */
bool
mutex_owner_running(const kmutex_t *mtx)
{

	return mutex_owner(mtx) != NULL && ncpu > 1;
}
