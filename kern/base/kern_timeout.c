/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callout(9): a hierarchical timing wheel without a tick.
 *
 * Four levels of 256 buckets hold callouts by the tick they are due; a bitmap
 * a level tells which buckets are in use, so that the next interesting tick
 * is found without walking.  Scheduling and stopping are a list operation.
 * One thread, made when the first callout is scheduled, sleeps until that
 * tick, moves callouts of the upper levels down and calls those due.
 *
 * The wheel has one lock, cw_lock, below which only sleep queue buckets are.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/sleepq.h>
#include <sys/timevar.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kspin.h"

#define	CW_LEVELS	4
#define	CW_BITS		8
#define	CW_SLOTS	(1 << CW_BITS)
#define	CW_MASK		(CW_SLOTS - 1)
#define	CW_NEVER	UINT64_MAX
#define	CW_MAXDELTA	((UINT64_C(1) << (CW_LEVELS * CW_BITS)) - 1)

/* w: cw_lock; a: atomic operations. */
static struct {
	struct callout	*cw_bucket[CW_LEVELS * CW_SLOTS];	/* w */
	uint64_t	cw_used[CW_LEVELS][CW_SLOTS / 64];	/* w */
	u_int		cw_count;	/* w: callouts in the wheel */
	uint64_t	cw_now;		/* w: ticks up to this are done */
	uint64_t	cw_wakeat;	/* w: the thread sleeps until then */
	struct callout	*cw_active;	/* w: being called */
	u_int		cw_waiters;	/* w: in callout_halt() */
	bool		cw_started;	/* w: the thread exists */
	volatile uint32_t cw_word;	/* a: changes to wake the thread */
} cw = { .cw_wakeat = CW_NEVER };
static struct kspin cw_lock = KSPIN_INITIALIZER;
static struct lwp cw_lwp;

static inline void
callout_check(const struct callout *c)
{

	KASSERTMSG(c->c_magic == CALLOUT_MAGIC,
	    "callout %p is not initialised", c);
}

static void
wheel_insert(struct callout *c)
{
	uint64_t delta = c->c_time - cw.cw_now;
	u_int level = 0, slot;

	KASSERT(kspin_held(&cw_lock));
	if (delta > CW_MAXDELTA)
		delta = CW_MAXDELTA;
	while (delta >> ((level + 1) * CW_BITS) != 0)
		level++;
	slot = ((cw.cw_now + delta) >> (level * CW_BITS)) & CW_MASK;
	cw.cw_used[level][slot / 64] |= UINT64_C(1) << (slot % 64);
	c->c_slot = level * CW_SLOTS + slot;
	c->c_next = cw.cw_bucket[c->c_slot];
	if (c->c_next != NULL)
		c->c_next->c_prevp = &c->c_next;
	c->c_prevp = &cw.cw_bucket[c->c_slot];
	cw.cw_bucket[c->c_slot] = c;
	cw.cw_count++;
}

static void
wheel_remove(struct callout *c)
{
	u_int level = c->c_slot / CW_SLOTS, slot = c->c_slot % CW_SLOTS;

	KASSERT(kspin_held(&cw_lock));
	KASSERT(cw.cw_count > 0);
	*c->c_prevp = c->c_next;
	if (c->c_next != NULL)
		c->c_next->c_prevp = c->c_prevp;
	if (cw.cw_bucket[c->c_slot] == NULL)
		cw.cw_used[level][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
	cw.cw_count--;
}

/* How many slots after `from' the next used one is: 1 to CW_SLOTS, or 0. */
static u_int
wheel_distance(const uint64_t *used, u_int from)
{
	u_int i, slot;
	uint64_t w;

	for (i = 1; i <= CW_SLOTS;) {
		slot = (from + i) & CW_MASK;
		w = used[slot / 64] >> (slot % 64);
		if (w != 0) {
			i += __builtin_ctzll(w);
			return i <= CW_SLOTS ? i : 0;
		}
		i += 64 - slot % 64;
	}
	return 0;
}

/* The next tick at which something is due or moves down a level. */
static uint64_t
wheel_next(void)
{
	uint64_t next = CW_NEVER, base;
	u_int level, d;

	if (cw.cw_count == 0)
		return CW_NEVER;
	for (level = 0; level < CW_LEVELS; level++) {
		base = cw.cw_now >> (level * CW_BITS);
		d = wheel_distance(cw.cw_used[level], base & CW_MASK);
		if (d != 0)
			next = MIN(next, (base + d) << (level * CW_BITS));
	}
	KASSERT(next > cw.cw_now);
	return next;
}

/* The tick has come at which these buckets of upper levels are unpacked. */
static void
wheel_cascade(uint64_t tick)
{
	struct callout *c, *next;
	u_int level, idx;

	for (level = CW_LEVELS - 1; level > 0; level--) {
		if ((tick & ((UINT64_C(1) << (level * CW_BITS)) - 1)) != 0)
			continue;
		idx = level * CW_SLOTS + ((tick >> (level * CW_BITS)) &
		    CW_MASK);
		for (c = cw.cw_bucket[idx]; c != NULL; c = next) {
			next = c->c_next;
			wheel_remove(c);
			wheel_insert(c);
		}
	}
}

/* Call one callout; the lock is dropped meanwhile and *c may be gone. */
static void
callout_invoke(struct callout *c)
{
	void (*func)(void *) = c->c_func;
	void *arg = c->c_arg;
	bool mpsafe = (c->c_flags & CALLOUT_MPSAFE) != 0;
	struct cpu_info *bound = (c->c_flags & CALLOUT_BOUND) != 0 ?
	    c->c_cpu : NULL;
	struct sleepbucket *sb;

	wheel_remove(c);
	c->c_flags = (c->c_flags & ~CALLOUT_PENDING) |
	    CALLOUT_FIRED | CALLOUT_INVOKING;
	cw.cw_active = c;
	kspin_exit(&cw_lock);
	/* As in any soft interrupt: who sleeps comes back to the CPU. */
	(void)curlwp_bind();
	if (bound != NULL)
		rump_sched_migrate(curlwp, bound);
	if (!mpsafe)
		KERNEL_LOCK(1, NULL);
	(*func)(arg);
	if (!mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
	curlwp_bindx(0);
	KASSERTMSG(curlwp->l_spincount == 0 && curlwp->l_blcnt == 0,
	    "callout function %p leaked a lock", func);
	kspin_enter(&cw_lock);
	cw.cw_active = NULL;
	if (cw.cw_waiters != 0) {
		sb = sleepq_lock(&cw.cw_active);
		(void)sleepq_wake(sb, &cw.cw_active, UINT_MAX);
		sleepq_unlock(sb);
	}
}

/* Do all that is due by now. */
static void
callout_advance(uint64_t now)
{
	struct callout *c;
	uint64_t next;

	while (cw.cw_now < now) {
		if ((next = wheel_next()) > now) {
			cw.cw_now = now;
			return;
		}
		cw.cw_now = next;
		wheel_cascade(next);
		while ((c = cw.cw_bucket[next & CW_MASK]) != NULL &&
		    c->c_time <= next) {
			callout_invoke(c);
			/* Nobody else moves cw_now with callouts pending. */
		}
	}
}

static void
callout_thread(void *arg)
{
	struct lwp *l = curlwp;
	int64_t deadline;
	uint32_t seen;

	kspin_enter(&cw_lock);
	for (;;) {
		callout_advance(rump_ticks());
		seen = __atomic_load_n(&cw.cw_word, __ATOMIC_RELAXED);
		cw.cw_wakeat = wheel_next();
		deadline = cw.cw_wakeat == CW_NEVER ? -1 :
		    rump_tickmono(cw.cw_wakeat);
		kspin_exit(&cw_lock);
		rump_unschedule_cpu(l);
		(void)rumpuser_wait(&cw.cw_word, seen, deadline);
		rump_schedule_cpu(l);
		kspin_enter(&cw_lock);
		cw.cw_wakeat = 0;
	}
}

/*
 * A host that has no memory for a thread now may have when the next callout
 * is scheduled.
 */
static void
callout_startthread(void)
{

	if (kthread_start(&cw_lwp, callout_thread, NULL,
	    KTHREAD_MPSAFE | KTHREAD_INTR, NULL, "softclk") == 0)
		return;
	printf("callout: the host has no thread for us, callouts wait\n");
	kspin_enter(&cw_lock);
	cw.cw_started = false;
	kspin_exit(&cw_lock);
}

/* Threads can be made from now on; some callouts may wait already. */
void
callout_startup(void)
{
	bool start;

	KASSERT(rump_threads_ready);
	kspin_enter(&cw_lock);
	start = cw.cw_count != 0 && !cw.cw_started;
	if (start)
		cw.cw_started = true;
	kspin_exit(&cw_lock);
	if (start)
		callout_startthread();
}

void
callout_init(callout_t *c, u_int flags)
{

	KASSERT((flags & ~CALLOUT_FLAGMASK) == 0);
	memset(c, 0, sizeof(*c));
	c->c_flags = flags;
	c->c_magic = CALLOUT_MAGIC;
}

void
callout_destroy(callout_t *c)
{

	callout_check(c);
	kspin_enter(&cw_lock);
	KASSERTMSG((c->c_flags & CALLOUT_PENDING) == 0,
	    "callout %p (%p) destroyed while pending", c, c->c_func);
	KASSERTMSG(cw.cw_active != c || curlwp == &cw_lwp,
	    "callout %p (%p) destroyed while running", c, c->c_func);
	kspin_exit(&cw_lock);
	c->c_magic = 0;
}

static void
callout_schedule_locked(callout_t *c, int ticks)
{
	uint64_t now = rump_ticks();
	bool wake, start;

	KASSERT(c->c_func != NULL);
	if (ticks < 0)
		ticks = 0;
	c->c_flags &= ~(CALLOUT_FIRED | CALLOUT_INVOKING);
	if ((c->c_flags & CALLOUT_PENDING) != 0)
		wheel_remove(c);
	if (cw.cw_count == 0 && cw.cw_active == NULL)
		cw.cw_now = now;
	c->c_time = MAX(now + (u_int)ticks, cw.cw_now + 1);
	c->c_flags |= CALLOUT_PENDING;
	wheel_insert(c);
	wake = c->c_time < cw.cw_wakeat && cw.cw_started &&
	    cw.cw_wakeat != 0;
	if (wake) {
		cw.cw_wakeat = c->c_time;
		__atomic_fetch_add(&cw.cw_word, 1, __ATOMIC_RELEASE);
	}
	start = !cw.cw_started && rump_threads_ready;
	if (start)
		cw.cw_started = true;
	kspin_exit(&cw_lock);
	if (wake)
		rumpuser_wake(&cw.cw_word, 1);
	if (start)
		callout_startthread();
}

void
callout_reset(callout_t *c, int ticks, void (*func)(void *), void *arg)
{

	callout_check(c);
	KASSERT(func != NULL);
	kspin_enter(&cw_lock);
	c->c_func = func;
	c->c_arg = arg;
	callout_schedule_locked(c, ticks);
}

void
callout_schedule(callout_t *c, int ticks)
{

	callout_check(c);
	kspin_enter(&cw_lock);
	callout_schedule_locked(c, ticks);
}

void
callout_setfunc(callout_t *c, void (*func)(void *), void *arg)
{

	callout_check(c);
	KASSERT(func != NULL);
	kspin_enter(&cw_lock);
	c->c_func = func;
	c->c_arg = arg;
	kspin_exit(&cw_lock);
}

/* Not pending any more; tells whether it had fired. */
static bool
callout_cancel(callout_t *c)
{
	bool fired = (c->c_flags & CALLOUT_FIRED) != 0;

	KASSERT(kspin_held(&cw_lock));
	if ((c->c_flags & CALLOUT_PENDING) != 0)
		wheel_remove(c);
	c->c_flags &= ~(CALLOUT_PENDING | CALLOUT_FIRED);
	return fired;
}

bool
callout_stop(callout_t *c)
{
	bool fired;

	callout_check(c);
	kspin_enter(&cw_lock);
	fired = callout_cancel(c);
	kspin_exit(&cw_lock);
	return fired;
}

/* Sleep until the running callout is done; cw_lock is dropped and retaken. */
static void
callout_wait(kmutex_t *interlock)
{
	struct sleepbucket *sb;

	cw.cw_waiters++;
	sb = sleepq_lock(&cw.cw_active);
	sleepq_enqueue(sb, &cw.cw_active, "callout", &sleep_syncobj, false,
	    false);
	sleepq_unlock(sb);
	kspin_exit(&cw_lock);
	if (interlock != NULL)
		mutex_exit(interlock);
	(void)sleepq_block(SLEEPQ_NOTIMO, false);
	kspin_enter(&cw_lock);
	cw.cw_waiters--;
}

/*
 * Stop it, and if it is being called by the callout thread wait for the end
 * of that, without the interlock.  A callout may halt itself.
 */
bool
callout_halt(callout_t *c, void *interlock)
{
	kmutex_t *lock = interlock;
	bool fired, dropped = false;

	callout_check(c);
	KASSERT(lock == NULL || mutex_owned(lock));
	kspin_enter(&cw_lock);
	fired = callout_cancel(c);
	while (cw.cw_active == c && curlwp != &cw_lwp) {
		callout_wait(dropped ? NULL : lock);
		dropped = true;
		fired |= callout_cancel(c);
	}
	kspin_exit(&cw_lock);
	if (dropped && lock != NULL)
		mutex_enter(lock);
	return fired;
}

static bool
callout_test(callout_t *c, u_int flags)
{
	bool rv;

	callout_check(c);
	kspin_enter(&cw_lock);
	rv = (c->c_flags & flags) != 0;
	kspin_exit(&cw_lock);
	return rv;
}

bool
callout_pending(callout_t *c)
{

	return callout_test(c, CALLOUT_PENDING);
}

bool
callout_expired(callout_t *c)
{

	return callout_test(c, CALLOUT_FIRED);
}

bool
callout_active(callout_t *c)
{

	return callout_test(c, CALLOUT_PENDING | CALLOUT_FIRED);
}

bool
callout_invoking(callout_t *c)
{

	return callout_test(c, CALLOUT_INVOKING);
}

void
callout_ack(callout_t *c)
{

	callout_check(c);
	kspin_enter(&cw_lock);
	c->c_flags &= ~CALLOUT_INVOKING;
	kspin_exit(&cw_lock);
}

/* The one thread moves there for the call. */
void
callout_bind(callout_t *c, struct cpu_info *ci)
{

	callout_check(c);
	KASSERT(ci != NULL);
	kspin_enter(&cw_lock);
	KASSERTMSG((c->c_flags & CALLOUT_PENDING) == 0,
	    "callout %p (%p) bound while pending", c, c->c_func);
	KASSERTMSG(cw.cw_active != c, "callout %p (%p) bound while running", c,
	    c->c_func);
	c->c_cpu = ci;
	c->c_flags |= CALLOUT_BOUND;
	kspin_exit(&cw_lock);
}
