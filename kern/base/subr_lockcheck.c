/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock checker of LOCKDEBUG kernels; empty in others.
 *
 * Each mutex and rwlock has a record, found by a hash of its address, and
 * each lwp a list of what it holds.  Checked: taking a lock twice, releasing
 * one that is not held or another lwp's, initialising one twice, destroying
 * or freeing one in use, sleeping with a spin mutex held, and taking two
 * locks in both orders.  The order of two locks is learnt from the first time
 * one is waited for while the other is held.
 *
 * Records come straight from the platform: the allocators use locks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/queue.h>

#include <rump/rumpuser.h>

#include "kspin.h"

#ifdef LOCKDEBUG

/* All by ld_spin, but ld_holders, which belong to the lwp that holds. */
struct lockdebug {
	LIST_ENTRY(lockdebug) ld_hash;
	const volatile void *ld_lock;
	const lockops_t	*ld_ops;
	uint64_t	ld_serial;	/* no two locks ever share one */
	uintptr_t	ld_initaddr;
	struct lwp	*ld_owner;	/* writer, or NULL */
	u_int		ld_shares;	/* readers */
	uintptr_t	ld_where;	/* taken by the code here */
	bool		ld_unordered;	/* among its like */
};

/* One lock an lwp holds. */
struct ldhold {
	struct ldhold	*lh_next;
	const volatile void *lh_lock;
	uint64_t	lh_serial;
	bool		lh_spin;
	bool		lh_shared;
	bool		lh_unordered;
};

/* The lock `first' was held when `second' was waited for; by serial. */
struct ldorder {
	uint64_t	lo_first;
	uint64_t	lo_second;
};

#define	LD_HASHSIZE	4096
#define	LD_NORDERS	65536		/* a power of two */
#define	LD_PROBES	8
#define	LD_CHUNK	64

static LIST_HEAD(, lockdebug) ld_table[LD_HASHSIZE];
static LIST_HEAD(, lockdebug) ld_spares = LIST_HEAD_INITIALIZER(ld_spares);
static struct ldhold *ld_holds;			/* ld_spin: spare ones */
static struct ldorder *ld_orders;		/* ld_spin */
static uint64_t ld_serials;			/* ld_spin */
static struct kspin ld_spin = KSPIN_INITIALIZER;
static volatile bool ld_off;

static size_t
ld_hash(const volatile void *lock)
{

	return ((uint64_t)(uintptr_t)lock * 0x9e3779b97f4a7c15ULL) >> 40;
}

static void *
ld_memory(size_t len)
{
	void *mem;

	if (rumpuser_malloc(len, 0, &mem) != 0)
		panic("lockdebug: out of memory");
	memset(mem, 0, len);
	return mem;
}

static struct lockdebug *
ld_find(const volatile void *lock)
{
	struct lockdebug *ld;

	KASSERT(kspin_held(&ld_spin));
	LIST_FOREACH(ld, &ld_table[ld_hash(lock) % LD_HASHSIZE], ld_hash)
		if (ld->ld_lock == lock)
			return ld;
	return NULL;
}

static void
ld_fail(struct lockdebug *ld, const char *func, size_t line, const char *msg)
{
	const volatile void *lock = ld->ld_lock;
	const lockops_t *ops = ld->ld_ops;

	kspin_exit(&ld_spin);
	printf("initialized  : %p\nlast locked  : %p\nowned by lwp : %p\n",
	    (void *)ld->ld_initaddr, (void *)ld->ld_where, ld->ld_owner);
	lockdebug_abort(func, line, lock, ops, msg);
}

/* The record of a lock that must have one; returns with ld_spin held. */
static struct lockdebug *
ld_lookup(const char *func, size_t line, const volatile void *lock)
{
	struct lockdebug *ld;

	kspin_enter(&ld_spin);
	if ((ld = ld_find(lock)) == NULL) {
		kspin_exit(&ld_spin);
		ld_off = true;
		panic("LOCKDEBUG: %s,%zu: uninitialized lock (lock=%p)", func,
		    line, (const void *)(uintptr_t)lock);
	}
	return ld;
}

void
lockdebug_init(void)
{

	ld_orders = ld_memory(LD_NORDERS * sizeof(*ld_orders));
}

void
lockdebug_dismiss(void)
{

	ld_off = true;
}

bool
lockdebug_alloc(const char *func, size_t line, volatile void *lock,
    lockops_t *ops, uintptr_t initaddr)
{
	struct lockdebug *ld, *chunk;
	u_int i;

	if (ld_off || panicstr != NULL)
		return false;
	kspin_enter(&ld_spin);
	if ((ld = ld_find(lock)) != NULL)
		ld_fail(ld, func, line, "already initialized");
	if (LIST_EMPTY(&ld_spares)) {
		chunk = ld_memory(LD_CHUNK * sizeof(*chunk));
		for (i = 0; i < LD_CHUNK; i++)
			LIST_INSERT_HEAD(&ld_spares, &chunk[i], ld_hash);
	}
	ld = LIST_FIRST(&ld_spares);
	LIST_REMOVE(ld, ld_hash);
	memset(ld, 0, sizeof(*ld));
	ld->ld_lock = lock;
	ld->ld_serial = ++ld_serials;
	ld->ld_ops = ops;
	ld->ld_initaddr = initaddr;
	LIST_INSERT_HEAD(&ld_table[ld_hash(lock) % LD_HASHSIZE], ld, ld_hash);
	kspin_exit(&ld_spin);
	return true;
}

void
lockdebug_unordered(const volatile void *lock)
{

	if (ld_off || panicstr != NULL)
		return;
	ld_lookup(__func__, __LINE__, lock)->ld_unordered = true;
	kspin_exit(&ld_spin);
}

static struct ldorder *
ld_order_slot(uint64_t first, uint64_t second, bool make)
{
	size_t h = first * 0x9e3779b1u + second, i;
	struct ldorder *lo, *spare = NULL;

	for (i = 0; i < LD_PROBES; i++) {
		lo = &ld_orders[(h + i) & (LD_NORDERS - 1)];
		if (lo->lo_first == first && lo->lo_second == second)
			return lo;
		if (lo->lo_first == 0 && spare == NULL)
			spare = lo;
	}
	if (!make)
		return NULL;
	/* Full here: the checker knows less then, but nothing wrong. */
	return spare != NULL ? spare : &ld_orders[h & (LD_NORDERS - 1)];
}

void
lockdebug_free(const char *func, size_t line, volatile void *lock)
{
	struct lockdebug *ld;

	if (ld_off || panicstr != NULL)
		return;
	ld = ld_lookup(func, line, lock);
	if (ld->ld_owner != NULL || ld->ld_shares != 0)
		ld_fail(ld, func, line, "is locked or in use");
	LIST_REMOVE(ld, ld_hash);
	LIST_INSERT_HEAD(&ld_spares, ld, ld_hash);
	kspin_exit(&ld_spin);
}

/* About to wait for a lock; shared is 1, 0, or -1 if it cannot wait. */
void
lockdebug_wantlock(const char *func, size_t line, const volatile void *lock,
    uintptr_t where, int shared)
{
	struct lwp *l = curlwp;
	struct lockdebug *ld;
	struct ldhold *lh;
	struct ldorder *lo;

	if (ld_off || panicstr != NULL)
		return;
	l->l_ld_wanted = __UNVOLATILE(lock);
	ld = ld_lookup(func, line, lock);
	if (shared != -1 && ld->ld_ops->lo_type == LOCKOPS_SLEEP &&
	    l->l_spincount != 0)
		ld_fail(ld, func, line, "spin lock held");
	for (lh = l->l_ld_held; lh != NULL; lh = lh->lh_next) {
		if (lh->lh_lock == lock) {
			if (shared != 0 && lh->lh_shared)
				continue;
			ld_fail(ld, func, line, "locking against myself");
		}
		if (shared == -1 || (ld->ld_unordered && lh->lh_unordered))
			continue;
		if (ld_order_slot(ld->ld_serial, lh->lh_serial, false) != NULL)
			ld_fail(ld, func, line, "lock order reversal");
		lo = ld_order_slot(lh->lh_serial, ld->ld_serial, true);
		lo->lo_first = lh->lh_serial;
		lo->lo_second = ld->ld_serial;
	}
	kspin_exit(&ld_spin);
}

static struct ldhold *
ld_hold_alloc(void)
{
	struct ldhold *lh;
	u_int i;

	KASSERT(kspin_held(&ld_spin));
	if (ld_holds == NULL) {
		lh = ld_memory(LD_CHUNK * sizeof(*lh));
		for (i = 0; i < LD_CHUNK; i++) {
			lh[i].lh_next = ld_holds;
			ld_holds = &lh[i];
		}
	}
	lh = ld_holds;
	ld_holds = lh->lh_next;
	return lh;
}

void
lockdebug_locked(const char *func, size_t line, volatile void *lock,
    void *also, uintptr_t where, int shared)
{
	struct lwp *l = curlwp;
	struct lockdebug *ld;
	struct ldhold *lh;

	if (ld_off || panicstr != NULL)
		return;
	ld = ld_lookup(func, line, lock);
	l->l_ld_wanted = NULL;
	if (ld->ld_owner != NULL || (!shared && ld->ld_shares != 0))
		ld_fail(ld, func, line, "already locked");
	if (shared)
		ld->ld_shares++;
	else
		ld->ld_owner = l;
	ld->ld_where = where;
	lh = ld_hold_alloc();
	lh->lh_lock = lock;
	lh->lh_serial = ld->ld_serial;
	lh->lh_spin = ld->ld_ops->lo_type == LOCKOPS_SPIN;
	lh->lh_shared = shared != 0;
	lh->lh_unordered = ld->ld_unordered;
	lh->lh_next = l->l_ld_held;
	l->l_ld_held = lh;
	kspin_exit(&ld_spin);
}

/* Take a lock off the lwp's list; a lock may be released by another lwp. */
static bool
ld_hold_drop(struct lwp *l, const volatile void *lock)
{
	struct ldhold *lh, *prev = NULL;

	for (lh = l->l_ld_held; lh != NULL; prev = lh, lh = lh->lh_next)
		if (lh->lh_lock == lock)
			break;
	if (lh == NULL)
		return false;
	if (prev == NULL)
		l->l_ld_held = lh->lh_next;
	else
		prev->lh_next = lh->lh_next;
	lh->lh_next = ld_holds;
	ld_holds = lh;
	return true;
}

void
lockdebug_unlocked(const char *func, size_t line, volatile void *lock,
    uintptr_t where, int shared)
{
	struct lockdebug *ld;

	if (ld_off || panicstr != NULL)
		return;
	ld = ld_lookup(func, line, lock);
	if (shared) {
		if (ld->ld_shares == 0)
			ld_fail(ld, func, line, "release of unlocked lock");
		ld->ld_shares--;
		(void)ld_hold_drop(curlwp, lock);
	} else {
		if (ld->ld_owner == NULL)
			ld_fail(ld, func, line, "release of unlocked lock");
		if (ld->ld_owner != curlwp)
			ld_fail(ld, func, line, "not held by current LWP");
		ld->ld_owner = NULL;
		if (!ld_hold_drop(curlwp, lock))
			ld_fail(ld, func, line, "not held by current LWP");
	}
	kspin_exit(&ld_spin);
}

/* About to sleep: no spin mutex may be held but the one given. */
void
lockdebug_barrier(const char *func, size_t line, const volatile void *lock,
    int slplocks)
{
	struct lockdebug *ld;
	struct ldhold *lh;

	if (ld_off || panicstr != NULL)
		return;
	for (lh = curlwp->l_ld_held; lh != NULL; lh = lh->lh_next) {
		if (!lh->lh_spin || lh->lh_lock == lock)
			continue;
		ld = ld_lookup(func, line, lh->lh_lock);
		ld_fail(ld, func, line, "spin lock held");
	}
}

/* Memory is given back: no lock may be left in it. */
void
lockdebug_mem_check(const char *func, size_t line, void *base, size_t len)
{
	uintptr_t begin = (uintptr_t)base, lock;
	struct lockdebug *ld;
	u_int i;

	if (ld_off || panicstr != NULL || len > PAGE_SIZE)
		return;
	kspin_enter(&ld_spin);
	for (i = 0; i + 8 <= len; i += 8) {
		lock = begin + i;
		ld = ld_find((const void *)lock);
		if (ld != NULL)
			ld_fail(ld, func, line,
			    "allocation contains active lock");
	}
	kspin_exit(&ld_spin);
}

#endif /* LOCKDEBUG */
