/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rwlock(9).
 *
 * The lock word counts readers or holds the writer, see <sys/rwlock.h>.
 * Whoever finds it taken sets the waiters' flags under the lock of the
 * address's sleep queue bucket and sleeps there.  The last holder hands the
 * lock over: a writer to all readers that wait, else to the first writer; a
 * reader to the first writer.  New readers wait while a writer does.  A woken
 * lwp therefore always has the lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/rwlock.h>
#include <sys/sleepq.h>

#include "base_private.h"

#define	RW_SPINS	64
#define	RW_WAITBITS	(RW_HAS_WAITERS | RW_WRITE_WANTED)
#define	RW_COUNT(o)	((o) & RW_THREAD)
#define	RW_DEBUG_P(rw)	((rw)->rw_ldid != 0)
#define	RW_RA		((uintptr_t)__builtin_return_address(0))

#define	RW_ABORT(func, rw, msg)						\
	lockdebug_abort(func, __LINE__, rw, &rwlock_lockops, msg)

static void
rw_dump(const volatile void *cookie, lockop_printer_t pr)
{
	const volatile krwlock_t *rw = cookie;

	pr("owner/count  : %#018lx flags    : %#018x\n",
	    (long)RW_COUNT(rw->rw_owner), (int)(rw->rw_owner & ~RW_THREAD));
}

static lockops_t rwlock_lockops = {
	.lo_name = "Reader / writer lock",
	.lo_type = LOCKOPS_SLEEP,
	.lo_dump = rw_dump,
};

static inline uintptr_t
rw_load(const krwlock_t *rw)
{

	return __atomic_load_n(&rw->rw_owner, __ATOMIC_RELAXED);
}

static inline bool
rw_cas(krwlock_t *rw, uintptr_t o, uintptr_t n)
{

	return __atomic_compare_exchange_n(&rw->rw_owner, &o, n, false,
	    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void
rw_init(krwlock_t *rw)
{

	memset(rw, 0, sizeof(*rw));
	rw->rw_magic = RW_MAGIC;
	rw->rw_ldid = LOCKDEBUG_ALLOC(rw, &rwlock_lockops, RW_RA);
}

void
rw_destroy(krwlock_t *rw)
{

	LOCKDEBUG_FREE(RW_DEBUG_P(rw), rw);
	if (__predict_false(rw->rw_magic != RW_MAGIC))
		RW_ABORT("rw_destroy", rw, "uninitialized lock");
	if (__predict_false(rw_load(rw) != 0))
		RW_ABORT("rw_destroy", rw, "is locked or in use");
	rw->rw_magic = 0;
}

/* Does the word, as it is, keep out who wants `op'? */
static inline bool
rw_blocked(uintptr_t o, krw_t op)
{

	if (op == RW_READER)
		return (o & (RW_WRITE_LOCKED | RW_WRITE_WANTED)) != 0;
	return RW_COUNT(o) != 0;
}

/* The word once `self' has it; it is not blocked. */
static inline uintptr_t
rw_taken(uintptr_t o, krw_t op, uintptr_t self)
{

	if (op == RW_READER)
		return o + RW_READ_INCR;
	return self | RW_WRITE_LOCKED | (o & RW_WAITBITS);
}

/* Sleep until the lock is handed over; false if it is worth another look. */
static bool
rw_sleep(krwlock_t *rw, krw_t op)
{
	uintptr_t bits, o;
	struct sleepbucket *sb;

	bits = RW_HAS_WAITERS | (op == RW_WRITER ? RW_WRITE_WANTED : 0);
	sb = sleepq_lock(rw);
	o = rw_load(rw);
	if (!rw_blocked(o, op) ||
	    ((o & bits) != bits && !rw_cas(rw, o, o | bits))) {
		sleepq_unlock(sb);
		return false;
	}
	curlwp->l_sleepkind = op == RW_WRITER ? SLEEPQ_WRITER : SLEEPQ_READER;
	sleepq_enqueue(sb, rw, "rwlock", &rw_syncobj, false, false);
	sleepq_unlock(sb);
	(void)sleepq_block(SLEEPQ_NOTIMO, false);
	return true;
}

static __noinline void
rw_vector_enter(krwlock_t *rw, krw_t op, uintptr_t self)
{
	u_int spins = ncpu > 1 ? RW_SPINS : 0;
	uintptr_t o;

	for (;;) {
		o = rw_load(rw);
		if (!rw_blocked(o, op)) {
			if (rw_cas(rw, o, rw_taken(o, op, self)))
				return;
			continue;
		}
		if (__predict_false((o & RW_WRITE_LOCKED) != 0 &&
		    RW_COUNT(o) == self))
			RW_ABORT(__func__, rw, "locking against myself");
		if (__predict_false(rw->rw_magic != RW_MAGIC))
			RW_ABORT(__func__, rw, "uninitialized lock");
		if (__predict_false(panicstr != NULL))
			return;
		if (spins != 0) {
			spins--;
			SPINLOCK_BACKOFF_HOOK;
			continue;
		}
		if (rw_sleep(rw, op))
			return;
	}
}

void
rw_enter(krwlock_t *rw, const krw_t op)
{
	uintptr_t self = (uintptr_t)curlwp, o;

	LOCKDEBUG_WANTLOCK(RW_DEBUG_P(rw), rw, RW_RA, op == RW_READER);
	o = op == RW_READER ? rw_load(rw) : 0;
	if (__predict_false(rw_blocked(o, op) ||
	    !rw_cas(rw, o, rw_taken(o, op, self))))
		rw_vector_enter(rw, op, self);
	LOCKDEBUG_LOCKED(RW_DEBUG_P(rw), rw, NULL, RW_RA, op == RW_READER);
}

int
rw_tryenter(krwlock_t *rw, const krw_t op)
{
	uintptr_t self = (uintptr_t)curlwp, o;

	do {
		o = rw_load(rw);
		if (rw_blocked(o, op))
			return 0;
	} while (!rw_cas(rw, o, rw_taken(o, op, self)));
	LOCKDEBUG_WANTLOCK(RW_DEBUG_P(rw), rw, RW_RA, -1);
	LOCKDEBUG_LOCKED(RW_DEBUG_P(rw), rw, NULL, RW_RA, op == RW_READER);
	return 1;
}

/* Who waits for this lock; the bucket is locked. */
static struct lwp *
rw_waiters(struct sleepbucket *sb, krwlock_t *rw, u_int *nreadersp,
    u_int *nwritersp)
{
	struct lwp *l, *writer = NULL;

	*nreadersp = *nwritersp = 0;
	for (l = sleepq_next(sb, rw, NULL); l != NULL;
	    l = sleepq_next(sb, rw, l)) {
		if (l->l_sleepkind == SLEEPQ_READER)
			(*nreadersp)++;
		else if ((*nwritersp)++ == 0)
			writer = l;
	}
	return writer;
}

static void
rw_wakereaders(struct sleepbucket *sb, krwlock_t *rw)
{
	struct lwp *l, *next;

	for (l = sleepq_next(sb, rw, NULL); l != NULL; l = next) {
		next = sleepq_next(sb, rw, l);
		if (l->l_sleepkind == SLEEPQ_READER)
			sleepq_remove(l, 0);
	}
}

static uintptr_t
rw_bits(u_int nreaders, u_int nwriters)
{

	return (nreaders + nwriters != 0 ? RW_HAS_WAITERS : 0) |
	    (nwriters != 0 ? RW_WRITE_WANTED : 0);
}

/*
 * The last holder leaves and somebody waits.  False if the word changed
 * meanwhile, which new readers may do.
 */
static bool
rw_handover(krwlock_t *rw, uintptr_t o)
{
	struct sleepbucket *sb;
	struct lwp *writer;
	u_int nr, nw;
	uintptr_t new;
	bool readers;

	sb = sleepq_lock(rw);
	writer = rw_waiters(sb, rw, &nr, &nw);
	KASSERT(nr + nw != 0);
	readers = writer == NULL || (nr != 0 && (o & RW_WRITE_LOCKED) != 0);
	if (readers)
		new = (uintptr_t)nr * RW_READ_INCR | rw_bits(0, nw);
	else
		new = (uintptr_t)writer | RW_WRITE_LOCKED |
		    rw_bits(nr, nw - 1);
	if (!rw_cas(rw, o, new)) {
		sleepq_unlock(sb);
		return false;
	}
	if (readers)
		rw_wakereaders(sb, rw);
	else
		sleepq_remove(writer, 0);
	sleepq_unlock(sb);
	return true;
}

static __noinline void
rw_vector_exit(krwlock_t *rw, uintptr_t self)
{
	uintptr_t o, decr;

	if (__predict_false(panicstr != NULL))
		return;
	for (;;) {
		o = rw_load(rw);
		if ((o & RW_WRITE_LOCKED) != 0) {
			if (__predict_false(RW_COUNT(o) != self))
				RW_ABORT(__func__, rw,
				    "not held by current LWP");
			decr = self | RW_WRITE_LOCKED;
		} else {
			if (__predict_false(RW_COUNT(o) == 0))
				RW_ABORT(__func__, rw,
				    "release of unlocked lock");
			decr = RW_READ_INCR;
		}
		if (RW_COUNT(o - decr) == 0 && (o & RW_HAS_WAITERS) != 0) {
			if (rw_handover(rw, o))
				return;
		} else if (rw_cas(rw, o, o - decr))
			return;
	}
}

void
rw_exit(krwlock_t *rw)
{
	uintptr_t self = (uintptr_t)curlwp, o = rw_load(rw);

	LOCKDEBUG_UNLOCKED(RW_DEBUG_P(rw), rw, RW_RA,
	    (o & RW_WRITE_LOCKED) == 0);
	/* Writer or only reader, and nobody waits. */
	if (__predict_true(o == (self | RW_WRITE_LOCKED) ||
	    o == RW_READ_INCR) && __predict_true(rw_cas(rw, o, 0)))
		return;
	rw_vector_exit(rw, self);
}

void
rw_downgrade(krwlock_t *rw)
{
	uintptr_t self = (uintptr_t)curlwp, o;
	struct sleepbucket *sb;
	u_int nr, nw;

	KASSERT(rw_write_held(rw));
	LOCKDEBUG_UNLOCKED(RW_DEBUG_P(rw), rw, RW_RA, 0);
	if (!rw_cas(rw, self | RW_WRITE_LOCKED, RW_READ_INCR)) {
		/* Readers may join unless a writer waits as well. */
		sb = sleepq_lock(rw);
		do {
			o = rw_load(rw);
			(void)rw_waiters(sb, rw, &nr, &nw);
		} while (!rw_cas(rw, o, nw != 0 ?
		    (RW_READ_INCR | rw_bits(nr, nw)) :
		    (uintptr_t)(nr + 1) * RW_READ_INCR));
		if (nw == 0)
			rw_wakereaders(sb, rw);
		sleepq_unlock(sb);
	}
	LOCKDEBUG_WANTLOCK(RW_DEBUG_P(rw), rw, RW_RA, -1);
	LOCKDEBUG_LOCKED(RW_DEBUG_P(rw), rw, NULL, RW_RA, 1);
}

int
rw_tryupgrade(krwlock_t *rw)
{
	uintptr_t self = (uintptr_t)curlwp, o;

	do {
		o = rw_load(rw);
		KASSERT(RW_COUNT(o) != 0 && (o & RW_WRITE_LOCKED) == 0);
		if (RW_COUNT(o) != RW_READ_INCR)
			return 0;
	} while (!rw_cas(rw, o, self | RW_WRITE_LOCKED | (o & RW_WAITBITS)));
	LOCKDEBUG_UNLOCKED(RW_DEBUG_P(rw), rw, RW_RA, 1);
	LOCKDEBUG_WANTLOCK(RW_DEBUG_P(rw), rw, RW_RA, -1);
	LOCKDEBUG_LOCKED(RW_DEBUG_P(rw), rw, NULL, RW_RA, 0);
	return 1;
}

/* For assertions only: readers are not known by name. */
int
rw_read_held(krwlock_t *rw)
{
	uintptr_t o = rw_load(rw);

	return (o & RW_WRITE_LOCKED) == 0 && RW_COUNT(o) != 0;
}

int
rw_write_held(krwlock_t *rw)
{

	return (rw_load(rw) & (RW_WRITE_LOCKED | RW_THREAD)) ==
	    (RW_WRITE_LOCKED | (uintptr_t)curlwp);
}

int
rw_lock_held(krwlock_t *rw)
{

	return RW_COUNT(rw_load(rw)) != 0;
}

/* How does the caller, who must hold it, hold it? */
krw_t
rw_lock_op(krwlock_t *rw)
{

	KASSERT(rw_lock_held(rw));
	return (rw_load(rw) & RW_WRITE_LOCKED) != 0 ? RW_WRITER : RW_READER;
}

bool
rw_owner_running(const krwlock_t *rw)
{

	return (rw_load(rw) & RW_WRITE_LOCKED) != 0 && ncpu > 1;
}
