/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_dirty.c: how many file pages wait to be written, and what is done when
 * it gets too much: over the soft limit the page writer starts, and goes on
 * until the low one; over the hard one whoever dirties pages writes its own
 * before it goes on.
 *
 * uvm_dirty_throttle() is called by ubc after a write, without vmobjlock but
 * usually with the vnode lock, which writing pages does not need.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>

#include "uvm_private.h"

#define	DIRTY_LOW	8	/* of this many parts of the cache, one */
#define	DIRTY_SOFT	4
#define	DIRTY_HARD	2

static volatile unsigned int ndirty;	/* atomic */

void
uvm_dirty_count(int n)
{

	atomic_add_int(&ndirty, n);
	KASSERT((int)atomic_load_relaxed(&ndirty) >= 0);
}

static bool
dirty_over(unsigned int part)
{

	return atomic_load_relaxed(&ndirty) > uvm_arena_limit() / part;
}

/*
 * Is there enough for a page writer that is awake?
 */
bool
uvm_dirty_over(void)
{

	return dirty_over(DIRTY_LOW);
}

/*
 * Dirty pages were made in [lo, hi) of uobj.
 */
void
uvm_dirty_throttle(struct uvm_object *uobj, voff_t lo, voff_t hi)
{
	static const voff_t window = 1024 * 1024;
	int error;

	if (__predict_true(!dirty_over(DIRTY_SOFT)))
		return;
	(void)uvm_pdqueue_start();
	if (!dirty_over(DIRTY_HARD))
		return;
	lo = lo > window ? trunc_page(lo - window) : 0;
	hi = round_page(hi);
	rw_enter(uobj->vmobjlock, RW_WRITER);
	error = (*uobj->pgops->pgo_put)(uobj, lo, hi,
	    PGO_CLEANIT | PGO_JOURNALLOCKED);
	/* An error is kept with the vnode and reported by fsync. */
	if (error == 0 && dirty_over(DIRTY_HARD))
		uvm_pdqueue_wait();
}
