/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_pdqueue.c: which cached file pages to give up when memory is short.
 *
 * One queue, oldest first; a page used since it was last looked at goes to the
 * end once more.  uvm_pdqueue_reclaim() frees clean pages: allocators call it
 * in need, and so does base's page daemon.  It never sleeps, so it may be
 * called with any vmobjlock held; pages of objects locked by somebody else are
 * passed over.  Dirty pages are written by the "pgwriter" thread, which is
 * started at boot if memory is limited, else when somebody first has to wait
 * for some.  It never waits for a busy page, whose owner may be waiting for
 * it.  If the host has no thread for us, those who wait write themselves.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/vnode.h>

#include <sys/vnode_impl.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "uvm_private.h"

#define	WRITE_CLUSTER	(256 * 1024)	/* written around a dirty page */
#define	WRITE_SCAN	512		/* pages looked at for one */
#define	WRITE_ROUND	16		/* clusters per round, at least */

static kmutex_t pdq_lock;
static struct pglist pdq_list;		/* pdq_lock */
static unsigned int pdq_len;		/* pdq_lock */

static kmutex_t pgw_lock;
static kcondvar_t pgw_cv;
static volatile bool pgw_started;	/* written under pgw_lock */
static volatile bool pgw_wanted;	/* written under pgw_lock */
static bool pgw_writing;		/* pgw_lock */
static unsigned int pgw_written;	/* pgw_lock: clusters, in all */
static kcondvar_t pgw_idle;		/* pgw_written grew */
static kcondvar_t pgw_freed;
static volatile unsigned int nwaiting;	/* written under pgw_lock */

void
uvm_pdqueue_init(void)
{

	mutex_init(&pdq_lock, MUTEX_DEFAULT, IPL_NONE);
	TAILQ_INIT(&pdq_list);
	mutex_init(&pgw_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&pgw_cv, "pgwriter");
	cv_init(&pgw_freed, "pgmem");
	cv_init(&pgw_idle, "pgwidle");
}

void
uvm_pdqueue_insert(struct vm_page **pgs, int n)
{
	int i;

	mutex_enter(&pdq_lock);
	for (i = 0; i < n; i++) {
		if (pgs[i]->pqflags & PQ_QUEUED)
			continue;
		pgs[i]->pqflags |= PQ_QUEUED;
		TAILQ_INSERT_TAIL(&pdq_list, pgs[i], pdqueue);
		pdq_len++;
	}
	mutex_exit(&pdq_lock);
}

static void
pdq_remove1(struct vm_page *pg)
{

	KASSERT(mutex_owned(&pdq_lock));
	if ((pg->pqflags & PQ_QUEUED) == 0)
		return;
	pg->pqflags &= ~PQ_QUEUED;
	TAILQ_REMOVE(&pdq_list, pg, pdqueue);
	KASSERT(pdq_len > 0);
	pdq_len--;
}

void
uvm_pdqueue_remove(struct vm_page **pgs, int n)
{
	int i;

	mutex_enter(&pdq_lock);
	for (i = 0; i < n; i++)
		pdq_remove1(pgs[i]);
	mutex_exit(&pdq_lock);
}

static void
pdq_requeue(struct vm_page *pg)
{

	KASSERT(mutex_owned(&pdq_lock));
	TAILQ_REMOVE(&pdq_list, pg, pdqueue);
	TAILQ_INSERT_TAIL(&pdq_list, pg, pdqueue);
}

/*
 * Lock the object of a queued page without waiting.  *own tells whether the
 * caller had it locked before.  While a page is queued its object exists.
 */
static bool
pdq_lock_object(struct uvm_object *uobj, bool *own)
{

	KASSERT(mutex_owned(&pdq_lock));
	*own = rw_write_held(uobj->vmobjlock);
	return *own || rw_tryenter(uobj->vmobjlock, RW_WRITER);
}

static bool
pdq_freeable_p(const struct vm_page *pg)
{

	return (pg->flags & (PG_BUSY | PG_CLEAN | PG_PAGEOUT)) == PG_CLEAN &&
	    pg->wire_count == 0;
}

/*
 * pg is the oldest page and its object is locked: collect it and the oldest
 * pages behind it that belong to the same object.
 */
static int
pdq_collect(struct vm_page *pg, int max, struct vm_page **pgs, int *budget)
{
	struct uvm_object *uobj = pg->uobject;
	struct vm_page *next;
	int n;

	for (n = 0; pg != NULL && n < max && *budget > 0; pg = next) {
		if (pg->uobject != uobj)
			break;
		next = TAILQ_NEXT(pg, pdqueue);
		(*budget)--;
		if (atomic_load_relaxed(&pg->referenced) ||
		    !pdq_freeable_p(pg)) {
			atomic_store_relaxed(&pg->referenced, 0);
			pdq_requeue(pg);
			continue;
		}
		pdq_remove1(pg);
		pgs[n++] = pg;
	}
	return n;
}

/*
 * Free up to `want' clean pages.  Returns how many.
 */
int
uvm_pdqueue_reclaim(int want)
{
	struct vm_page *pg, *pgs[UVM_BATCH];
	krwlock_t *lock;
	int budget, freed, n;
	bool own;

	mutex_enter(&pdq_lock);
	budget = 2 * pdq_len;
	for (freed = 0; freed < want && budget > 0;) {
		pg = TAILQ_FIRST(&pdq_list);
		if (pg == NULL)
			break;
		if (!pdq_lock_object(pg->uobject, &own)) {
			budget--;
			pdq_requeue(pg);
			continue;
		}
		lock = pg->uobject->vmobjlock;
		n = pdq_collect(pg, MIN(want - freed, UVM_BATCH), pgs,
		    &budget);
		mutex_exit(&pdq_lock);
		uvm_pagefree_many(pgs, n);
		if (!own)
			rw_exit(lock);
		freed += n;
		mutex_enter(&pdq_lock);
	}
	mutex_exit(&pdq_lock);
	atomic_add_int((volatile unsigned int *)&uvmexp.pdfreed, freed);
	return freed;
}

/*
 * Find a dirty page among the oldest and take a reference to its vnode.  The
 * object's lock keeps the vnode from going away until we have it.
 */
static struct vnode *
pgw_pick1(voff_t *offp)
{
	struct uvm_object *uobj;
	struct vm_page *pg;
	struct vnode *vp;

	mutex_enter(&pdq_lock);
	pg = TAILQ_FIRST(&pdq_list);
	if (pg == NULL) {
		mutex_exit(&pdq_lock);
		return NULL;
	}
	pdq_requeue(pg);
	uobj = pg->uobject;
	if (!rw_tryenter(uobj->vmobjlock, RW_READER)) {
		mutex_exit(&pdq_lock);
		return NULL;
	}
	mutex_exit(&pdq_lock);
	vp = NULL;
	if ((pg->flags & (PG_BUSY | PG_CLEAN)) == 0) {
		vp = container_of(uobj, struct vnode, v_uobj);
		*offp = pg->offset;
		if (vcache_tryvget(vp) != 0)
			vp = NULL;
	}
	rw_exit(uobj->vmobjlock);
	return vp;
}

static struct vnode *
pgw_pick(voff_t *offp)
{
	struct vnode *vp;
	int scanned;

	for (scanned = 0; scanned < WRITE_SCAN; scanned++) {
		vp = pgw_pick1(offp);
		if (vp != NULL)
			return vp;
	}
	return NULL;
}

/*
 * Write one cluster of dirty pages.  False if none was found.
 */
static bool
pgw_write_cluster(void)
{
	struct vnode *vp;
	voff_t off;
	int error;

	vp = pgw_pick(&off);
	if (vp == NULL)
		return false;
	off &= ~(voff_t)(WRITE_CLUSTER - 1);
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	error = VOP_PUTPAGES(vp, off, off + WRITE_CLUSTER,
	    PGO_CLEANIT | PGO_LAZY);
	vrele_async(vp);
	return error == 0;
}

/*
 * The same, by one thread at a time.
 */
static bool
pgw_write_one(void)
{
	bool found;
	int had;

	mutex_enter(&pgw_lock);
	if (pgw_writing) {
		mutex_exit(&pgw_lock);
		return false;
	}
	pgw_writing = true;
	mutex_exit(&pgw_lock);
	had = rump_memreserve_begin();
	found = pgw_write_cluster();
	rump_memreserve_end(had);
	mutex_enter(&pgw_lock);
	pgw_writing = false;
	pgw_written++;
	cv_broadcast(&pgw_idle);
	mutex_exit(&pgw_lock);
	return found;
}

/*
 * An unmount wrote everything: wait until the writer has given up the vnode it
 * may hold.  It finds no other, because nothing is dirty.
 */
void
uvm_pdqueue_quiesce(void)
{
	unsigned int seen;

	mutex_enter(&pgw_lock);
	seen = pgw_written;
	while (pgw_writing && pgw_written == seen)
		cv_wait(&pgw_idle, &pgw_lock);
	mutex_exit(&pgw_lock);
}

/*
 * A round is short unless there is too much dirty, so that it ends when
 * memory is held by something else.
 */
static void
pgw_thread(void *arg)
{
	int i;

	curlwp->l_pflag |= LP_MEMRESERVE;
	mutex_enter(&pgw_lock);
	for (;;) {
		while (!pgw_wanted)
			cv_wait(&pgw_cv, &pgw_lock);
		atomic_store_relaxed(&pgw_wanted, false);
		mutex_exit(&pgw_lock);
		for (i = 0; i < WRITE_ROUND || uvm_dirty_over(); i++)
			if (!pgw_write_one())
				break;
		mutex_enter(&pgw_lock);
	}
}

/*
 * There was no clean page to be had: have dirty ones written.  Called with
 * locks held, so it only asks, and not again before the writer has seen it.
 */
void
uvm_pdqueue_shortage(void)
{

	if (atomic_load_relaxed(&pgw_wanted))
		return;
	mutex_enter(&pgw_lock);
	atomic_store_relaxed(&pgw_wanted, true);
	cv_signal(&pgw_cv);
	mutex_exit(&pgw_lock);
}

/*
 * The same without locks held: the writer is started if need be.  False if
 * that cannot be done.
 */
bool
uvm_pdqueue_start(void)
{
	bool start;

	if (atomic_load_relaxed(&pgw_wanted) &&
	    atomic_load_relaxed(&pgw_started))
		return true;
	mutex_enter(&pgw_lock);
	start = !pgw_started;
	atomic_store_relaxed(&pgw_started, true);
	mutex_exit(&pgw_lock);
	if (start && kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL,
	    pgw_thread, NULL, NULL, "pgwriter") != 0) {
		mutex_enter(&pgw_lock);
		atomic_store_relaxed(&pgw_started, false);
		mutex_exit(&pgw_lock);
		return false;
	}
	uvm_pdqueue_shortage();
	return true;
}

/*
 * Sleep until there is hope for a page.  No locks held, and no busy pages.
 */
void
uvm_pdqueue_wait(void)
{

	if (uvm_pdqueue_reclaim(CHUNK_PAGES) > 0)
		return;
	if (!uvm_pdqueue_start() && pgw_write_one())
		return;
	mutex_enter(&pgw_lock);
	atomic_store_relaxed(&nwaiting, nwaiting + 1);
	(void)cv_timedwait(&pgw_freed, &pgw_lock, MAX(hz / 50, 1));
	atomic_store_relaxed(&nwaiting, nwaiting - 1);
	mutex_exit(&pgw_lock);
}

/*
 * Pages were freed or became clean.
 */
void
uvm_pdqueue_freed(void)
{

	if (__predict_true(atomic_load_relaxed(&nwaiting) == 0))
		return;
	mutex_enter(&pgw_lock);
	cv_broadcast(&pgw_freed);
	mutex_exit(&pgw_lock);
}
