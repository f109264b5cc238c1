/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_page.c: the life of a page: allocated into an object, busy, idle,
 * waited for, freed.
 *
 * The object's lock is held by the caller of everything here, as writer
 * unless noted.  A page comes out of allocation busy and PG_FAKE, and stays
 * the caller's until uvm_page_unbusy().  Nothing here sleeps but
 * uvm_pagewait(), which drops the lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/mutex.h>

#include <rump-sys/mem.h>

#include "uvm_private.h"

#define	NWAITQ		16

/* Where threads wait for busy pages; a page belongs to one by its address. */
static struct page_waitq {
	kmutex_t	pw_lock;
	kcondvar_t	pw_cv;
} page_waitq[NWAITQ];

static struct page_waitq *
page_waitq_of(const struct vm_page *pg)
{

	return &page_waitq[((uintptr_t)pg / sizeof(*pg)) % NWAITQ];
}

/*
 * The page daemon wants memory for something else.
 */
static int
page_reclaim_hook(int npages)
{
	int n;

	n = uvm_pdqueue_reclaim(npages);
	if (n < npages)
		(void)uvm_pdqueue_start();
	(void)uvm_arena_trim();
	return n;
}

/*
 * Called once by the faction's boot, before there is any object.
 */
void
uvm_page_init(vaddr_t *startp, vaddr_t *endp)
{
	int i;

	for (i = 0; i < NWAITQ; i++) {
		mutex_init(&page_waitq[i].pw_lock, MUTEX_DEFAULT, IPL_NONE);
		cv_init(&page_waitq[i].pw_cv, "pgbusy");
	}
	uvm_arena_init();
	uvm_pdqueue_init();
	rump_uvm_reclaim = page_reclaim_hook;
	rump_uvm_room = uvm_arena_anon_room;
	if (startp != NULL)
		*startp = 0;
	if (endp != NULL)
		*endp = 0;
}

/*
 * Is the object's lock held?  Used in assertions.
 */
bool
uvm_page_owner_locked_p(struct vm_page *pg, bool exclusive)
{

	if (pg->uobject == NULL)
		return true;
	return exclusive ? rw_write_held(pg->uobject->vmobjlock) :
	    rw_lock_held(pg->uobject->vmobjlock);
}

static unsigned int *
page_counter(const struct uvm_object *uobj)
{

	return UVM_OBJ_IS_AOBJ(uobj) ? &uvmexp.anonpages : &uvmexp.filepages;
}

/*
 * Enter pg in uobj, busy and not filled.  ENOMEM if the tree cannot grow.
 */
static int
page_enter(struct uvm_object *uobj, voff_t off, struct vm_page *pg)
{
	int error;

	KASSERT(rw_write_held(uobj->vmobjlock));
	KASSERT(pg->uobject == NULL && pg->flags == 0);
	KASSERT((off & PAGE_MASK) == 0);
	error = radix_tree_insert_node(&uobj->uo_pages, off >> PAGE_SHIFT, pg);
	if (error != 0)
		return error;
	pg->uobject = uobj;
	pg->offset = off;
	pg->waiters = 0;
	pg->wire_count = 0;
	pg->referenced = 0;
	pg->flags = PG_BUSY | PG_FAKE | PG_TABLED |
	    (UVM_OBJ_IS_AOBJ(uobj) ? PG_AOBJ : PG_FILE) |
	    (UVM_OBJ_IS_VNODE(uobj) ? PG_CLEAN : PG_DIRTY);
	uobj->uo_npages++;
	return 0;
}

static void
page_leave(struct uvm_object *uobj, struct vm_page *pg)
{
	struct vm_page *opg __diagused;

	opg = radix_tree_remove_node(&uobj->uo_pages,
	    pg->offset >> PAGE_SHIFT);
	KASSERT(opg == pg);
	pg->uobject = NULL;
	pg->flags &= ~PG_TABLED;
	uobj->uo_npages--;
	KASSERT(uobj->uo_npages >= 0);
}

/*
 * Memory for n pages following `prev', reclaiming some if there is none.
 */
static int
page_memory(struct vm_page *prev, int n, int flags, struct vm_page **pgs)
{
	int got;

	got = uvm_arena_alloc(prev, n, flags, pgs);
	if (__predict_true(got == n))
		return got;
	if (uvm_pdqueue_reclaim(MAX(n - got, CHUNK_PAGES)) > 0)
		got += uvm_arena_alloc(got > 0 ? pgs[got - 1] : prev,
		    n - got, flags, pgs + got);
	if (got < n)
		uvm_pdqueue_shortage();
	return got;
}

/*
 * Count n pages for uobj.  False if it may not have so many.
 */
static bool
page_count(const struct uvm_object *uobj, int n)
{
	unsigned int now;

	now = atomic_add_int_nv(page_counter(uobj), n);
	if (!UVM_OBJ_IS_AOBJ(uobj) || uvm_arena_anon_p(now, n))
		return true;
	atomic_add_int(page_counter(uobj), -n);
	return false;
}

int
uvm_pagealloc_run(struct uvm_object *uobj, voff_t off, int n, int flags,
    struct vm_page **pgs)
{
	struct vm_page *prev;
	int got, i;

	KASSERT(rw_write_held(uobj->vmobjlock));
	if (!page_count(uobj, n))
		return 0;
	prev = off >= PAGE_SIZE ? uvm_pagelookup(uobj, off - PAGE_SIZE) : NULL;
	got = page_memory(prev, n, flags, pgs);
	for (i = 0; i < got; i++) {
		if (page_enter(uobj, off + ((voff_t)i << PAGE_SHIFT),
		    pgs[i]) != 0)
			break;
		if (flags & UVM_PGA_ZERO)
			memset(VM_PAGE_VA(pgs[i]), 0, PAGE_SIZE);
	}
	if (i < got)
		uvm_arena_free(pgs + i, got - i);
	if (i < n)
		atomic_add_int(page_counter(uobj), i - n);
	if (i > 0 && UVM_OBJ_IS_VNODE(uobj))
		uvm_pdqueue_insert(pgs, i);
	return i;
}

struct vm_page *
uvm_pagealloc_strat(struct uvm_object *uobj, voff_t off, struct vm_anon *anon,
    int flags, int strat, int freelist)
{
	struct vm_page *pg;

	KASSERT(uobj != NULL && anon == NULL);
	if (uvm_pagealloc_run(uobj, off, 1, flags, &pg) != 1)
		return NULL;
	if (flags & UVM_PGA_ZERO)
		pg->flags &= ~PG_FAKE;
	return pg;
}

struct vm_page *
uvm_pagelookup(struct uvm_object *uobj, voff_t off)
{
	struct vm_page *pg;

	KASSERT(rw_lock_held(uobj->vmobjlock));
	pg = radix_tree_lookup_node(&uobj->uo_pages, off >> PAGE_SHIFT);
	KASSERT(pg == NULL || (pg->uobject == uobj && pg->offset == off));
	return pg;
}

/*
 * Free pages of one object, busy ones only by their owner.
 */
void
uvm_pagefree_many(struct vm_page **pgs, int n)
{
	struct uvm_object *uobj;
	int i;

	if (n == 0)
		return;
	uobj = pgs[0]->uobject;
	KASSERT(rw_write_held(uobj->vmobjlock));
	if (UVM_OBJ_IS_VNODE(uobj))
		uvm_pdqueue_remove(pgs, n);
	for (i = 0; i < n; i++) {
		KASSERT(pgs[i]->uobject == uobj);
		KASSERT(pgs[i]->wire_count == 0);
		uvm_pagemarkdirty(pgs[i], UVM_PAGE_STATUS_CLEAN);
		page_leave(uobj, pgs[i]);
		uvm_pagewakeup(pgs[i]);
	}
	atomic_add_int(page_counter(uobj), -n);
	uvm_arena_free(pgs, n);
}

void
uvm_pagefree(struct vm_page *pg)
{

	uvm_pagefree_many(&pg, 1);
}

/*
 * Wake whoever waits for pg.  The flag is only set by holders of the
 * object's lock, so testing it as the writer misses nobody.
 */
void
uvm_pagewakeup(struct vm_page *pg)
{
	struct page_waitq *pw;

	if (__predict_true(pg->waiters == 0))
		return;
	pw = page_waitq_of(pg);
	mutex_enter(&pw->pw_lock);
	pg->waiters = 0;
	cv_broadcast(&pw->pw_cv);
	mutex_exit(&pw->pw_lock);
}

/*
 * Wait until pg is not busy any more, or gone.  The lock, held either way,
 * is dropped and not taken again: everything must be looked up anew.
 */
void
uvm_pagewait(struct vm_page *pg, krwlock_t *lock, const char *wmesg)
{
	struct page_waitq *pw = page_waitq_of(pg);

	KASSERT(rw_lock_held(lock));
	KASSERT(pg->flags & PG_BUSY);
	mutex_enter(&pw->pw_lock);
	pg->waiters = 1;
	rw_exit(lock);
	cv_wait(&pw->pw_cv, &pw->pw_lock);
	mutex_exit(&pw->pw_lock);
}

/*
 * Give up busy pages; those released meanwhile are freed.  NULL and
 * PGO_DONTCARE slots are skipped.
 */
void
uvm_page_unbusy(struct vm_page **pgs, int npgs)
{
	struct vm_page *pg;
	int i;

	for (i = 0; i < npgs; i++) {
		pg = pgs[i];
		if (pg == NULL || pg == PGO_DONTCARE)
			continue;
		KASSERT(uvm_page_owner_locked_p(pg, true));
		KASSERT(pg->flags & PG_BUSY);
		if (pg->flags & PG_RELEASED) {
			pg->flags &= ~PG_RELEASED;
			uvm_pagefree(pg);
			continue;
		}
		pg->flags &= ~(PG_BUSY | PG_FAKE);
		uvm_pagewakeup(pg);
	}
}

/*
 * Put newpg, which is in no object, in the place of oldpg.
 */
int
uvm_pagereplace(struct vm_page *oldpg, struct vm_page *newpg)
{
	struct uvm_object *uobj = oldpg->uobject;

	KASSERT(rw_write_held(uobj->vmobjlock));
	KASSERT(newpg->uobject == NULL);
	(void)radix_tree_replace_node(&uobj->uo_pages,
	    oldpg->offset >> PAGE_SHIFT, newpg);
	newpg->uobject = uobj;
	newpg->offset = oldpg->offset;
	newpg->flags |= PG_TABLED;
	oldpg->uobject = NULL;
	oldpg->flags &= ~PG_TABLED;
	return 0;
}

void
uvm_pagezero(struct vm_page *pg)
{

	uvm_pagemarkdirty(pg, UVM_PAGE_STATUS_DIRTY);
	memset(VM_PAGE_VA(pg), 0, PAGE_SIZE);
}

void
uvm_pagecopy(struct vm_page *src, struct vm_page *dst)
{

	uvm_pagemarkdirty(dst, UVM_PAGE_STATUS_DIRTY);
	memcpy(VM_PAGE_VA(dst), VM_PAGE_VA(src), PAGE_SIZE);
}

/*
 * The queue position of a page needs no lock here: `referenced' is atomic.
 */
void
uvm_pageactivate(struct vm_page *pg)
{

	uvm_page_touch(pg);
}

void
uvm_pagedeactivate(struct vm_page *pg)
{

	atomic_store_relaxed(&pg->referenced, 0);
}

void
uvm_pageenqueue(struct vm_page *pg)
{

	uvm_pdqueue_insert(&pg, 1);
}

void
uvm_pagedequeue(struct vm_page *pg)
{

	uvm_pdqueue_remove(&pg, 1);
}

void
uvm_pagewire(struct vm_page *pg)
{

	KASSERT(uvm_page_owner_locked_p(pg, true));
	if (pg->wire_count++ == 0)
		atomic_inc_uint((volatile unsigned int *)&uvmexp.wired);
}

void
uvm_pageunwire(struct vm_page *pg)
{

	KASSERT(uvm_page_owner_locked_p(pg, true));
	KASSERT(pg->wire_count > 0);
	if (--pg->wire_count == 0)
		atomic_dec_uint((volatile unsigned int *)&uvmexp.wired);
}

/*
 * The interlock of a page guards its queue state elsewhere; here that is
 * under the queue's own lock, so there is nothing to hold.
 */
void
uvm_pagelock(struct vm_page *pg)
{

	KASSERT(pg != NULL);
}

void
uvm_pageunlock(struct vm_page *pg)
{

	KASSERT(pg != NULL);
}

void
uvm_pagelock2(struct vm_page *pg1, struct vm_page *pg2)
{

	KASSERT(pg1 != pg2);
}

void
uvm_pageunlock2(struct vm_page *pg1, struct vm_page *pg2)
{

	KASSERT(pg1 != pg2);
}

bool
uvm_pageismanaged(paddr_t pa)
{

	return uvm_arena_lookup((vaddr_t)pa) != NULL;
}

/*
 * May the page not be written to without asking its pager first?
 */
bool
uvm_pagereadonly_p(struct vm_page *pg)
{

	KASSERT(uvm_page_owner_locked_p(pg, false));
	return (pg->flags & PG_RDONLY) != 0;
}
