/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_pager.c: presenting pages to a device as one piece of memory, and what
 * happens to them when the transfer is over.
 *
 * genfs maps busy pages in, hands the address to VOP_STRATEGY and, when the
 * transfer is over, calls uvm_aio_aiodone() (asynchronous) or maps them out
 * itself.  Neighbouring pages of the arena are simply adjacent; others are
 * gathered in a bounce buffer, of which pager_list has one record each.
 * Nobody needs a bounce buffer: what is mapped by uvm_pager_map() is only in
 * more pieces without.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/vnode.h>

#include "uvm_private.h"

size_t pager_map_size = MAX_PAGER_SIZE;

/* Locks: p pager_lock; - fixed while it is on the list. */
struct pager_bounce {
	LIST_ENTRY(pager_bounce) pb_link;	/* p: */
	vaddr_t		pb_va;			/* -: */
	int		pb_npages;		/* -: */
	int		pb_flags;		/* -: UVMPAGER_MAPIN_* */
	struct vm_page	*pb_pgs[];		/* -: */
};

static kmutex_t pager_lock;
static LIST_HEAD(, pager_bounce) pager_list =
    LIST_HEAD_INITIALIZER(pager_list);
static volatile unsigned int nbounces;	/* written under pager_lock */

void
uvm_pager_init(void)
{

	mutex_init(&pager_lock, MUTEX_DEFAULT, IPL_NONE);
}

void
uvm_pager_realloc_emerg(void)
{

	KASSERT(pager_map_size >= MAX_PAGER_SIZE);
}

static bool
pages_adjacent_p(struct vm_page **pgs, int npages)
{
	int i;

	for (i = 1; i < npages; i++)
		if (pgs[i]->phys_addr != pgs[i - 1]->phys_addr + PAGE_SIZE)
			return false;
	return true;
}

static vaddr_t
bounce_mapin(struct vm_page **pgs, int npages, int flags)
{
	struct pager_bounce *pb;
	const size_t hdr = sizeof(*pb) + npages * sizeof(pgs[0]);
	const size_t len = (size_t)npages << PAGE_SHIFT;
	const km_flag_t km = flags & UVMPAGER_MAPIN_WAITOK ?
	    KM_SLEEP : KM_NOSLEEP;
	char *va;
	int i;

	pb = kmem_alloc(hdr, km);
	if (pb == NULL)
		return 0;
	va = kmem_alloc(len, km);
	if (va == NULL) {
		kmem_free(pb, hdr);
		return 0;
	}
	for (i = 0; i < npages; i++) {
		pb->pb_pgs[i] = pgs[i];
		if ((flags & UVMPAGER_MAPIN_READ) == 0)
			memcpy(va + ((size_t)i << PAGE_SHIFT),
			    VM_PAGE_VA(pgs[i]), PAGE_SIZE);
	}
	pb->pb_va = (vaddr_t)va;
	pb->pb_npages = npages;
	pb->pb_flags = flags;
	mutex_enter(&pager_lock);
	LIST_INSERT_HEAD(&pager_list, pb, pb_link);
	atomic_store_relaxed(&nbounces, nbounces + 1);
	mutex_exit(&pager_lock);
	return pb->pb_va;
}

/*
 * 0 only without UVMPAGER_MAPIN_WAITOK.
 */
vaddr_t
uvm_pagermapin(struct vm_page **pgs, int npages, int flags)
{

	KASSERT(npages > 0);
	if (__predict_true(pages_adjacent_p(pgs, npages)))
		return (vaddr_t)VM_PAGE_VA(pgs[0]);
	return bounce_mapin(pgs, npages, flags);
}

/*
 * Map pages without waiting for memory, as many as can be had at once: *np
 * becomes how many.  One page always can, so that pages can be written when
 * there is no memory left for a bounce buffer.
 */
vaddr_t
uvm_pager_map(struct vm_page **pgs, int *np, int flags)
{
	vaddr_t va;
	int n;

	KASSERT((flags & UVMPAGER_MAPIN_WAITOK) == 0);
	va = uvm_pagermapin(pgs, *np, flags);
	if (__predict_true(va != 0))
		return va;
	for (n = 1; n < *np; n++)
		if (!pages_adjacent_p(pgs + n - 1, 2))
			break;
	*np = n;
	return uvm_pagermapin(pgs, n, flags);
}

/*
 * The bounce buffer va lies in.
 */
static struct pager_bounce *
bounce_find(vaddr_t va)
{
	struct pager_bounce *pb;

	KASSERT(mutex_owned(&pager_lock));
	LIST_FOREACH(pb, &pager_list, pb_link)
		if (va >= pb->pb_va &&
		    va < pb->pb_va + ((vaddr_t)pb->pb_npages << PAGE_SHIFT))
			return pb;
	return NULL;
}

void
uvm_pagermapout(vaddr_t va, int npages)
{
	struct pager_bounce *pb;
	size_t off;
	int i;

	if (__predict_true(atomic_load_relaxed(&nbounces) == 0))
		return;
	mutex_enter(&pager_lock);
	pb = bounce_find(va);
	if (pb != NULL) {
		LIST_REMOVE(pb, pb_link);
		atomic_store_relaxed(&nbounces, nbounces - 1);
	}
	mutex_exit(&pager_lock);
	if (pb == NULL)
		return;
	KASSERT(pb->pb_va == va && pb->pb_npages == npages);
	for (i = 0; i < npages; i++) {
		off = (size_t)i << PAGE_SHIFT;
		if (pb->pb_flags & UVMPAGER_MAPIN_READ)
			memcpy(VM_PAGE_VA(pb->pb_pgs[i]), (char *)va + off,
			    PAGE_SIZE);
	}
	kmem_free((void *)va, (size_t)npages << PAGE_SHIFT);
	kmem_free(pb, sizeof(*pb) + npages * sizeof(pb->pb_pgs[0]));
}

/*
 * The page of an address handed out by uvm_pagermapin().
 */
struct vm_page *
uvm_pageratop(vaddr_t va)
{
	struct pager_bounce *pb;
	struct vm_page *pg = NULL;

	if (atomic_load_relaxed(&nbounces) != 0) {
		mutex_enter(&pager_lock);
		pb = bounce_find(va);
		if (pb != NULL)
			pg = pb->pb_pgs[(va - pb->pb_va) >> PAGE_SHIFT];
		mutex_exit(&pager_lock);
	}
	return pg != NULL ? pg : uvm_arena_lookup(va);
}

/*
 * What becomes of one page after a transfer.  Data that could not be written
 * for want of memory stays dirty; after any other error it is given up, the
 * error being kept with the vnode.
 */
static void
aiodone_page(struct vm_page *pg, bool write, int error)
{

	KASSERT(pg->flags & PG_BUSY);
	if (write) {
		uvm_obj_page_clear_writeback(pg);
		if (error == ENOMEM) {
			pg->flags &= ~PG_PAGEOUT;
			uvm_pagemarkdirty(pg, UVM_PAGE_STATUS_DIRTY);
		}
		if (pg->flags & PG_PAGEOUT) {
			pg->flags &= ~PG_PAGEOUT;
			pg->flags |= PG_RELEASED;
		}
		return;
	}
	if (error != 0) {
		pg->flags |= PG_RELEASED;
		return;
	}
	pg->flags &= ~PG_FAKE;
	KASSERT(uvm_pagegetdirty(pg) == UVM_PAGE_STATUS_CLEAN);
}

/*
 * The transfer of busy pages, all of one object, is over.
 */
void
uvm_aio_aiodone_pages(struct vm_page **pgs, int npages, bool write, int error)
{
	struct uvm_object *uobj;
	krwlock_t *lock;
	int i;

	KASSERT(npages > 0);
	uobj = pgs[0]->uobject;
	lock = uobj->vmobjlock;
	rw_enter(lock, RW_WRITER);
	for (i = 0; i < npages; i++) {
		KASSERT(pgs[i]->uobject == uobj);
		aiodone_page(pgs[i], write, error);
	}
	uvm_page_unbusy(pgs, npages);
	rw_exit(lock);
	if (write)
		uvm_pdqueue_freed();
}

/*
 * b_iodone of an asynchronous page transfer: the pages are those b_data maps.
 */
void
uvm_aio_aiodone(struct buf *bp)
{
	const int npages = bp->b_bufsize >> PAGE_SHIFT;
	const bool write = BUF_ISWRITE(bp);
	struct vm_page *pgs[MAX_PAGER_SIZE / 4096];
	vaddr_t va = (vaddr_t)bp->b_data;
	int error = bp->b_error, i;

	KASSERT(npages > 0 && npages <= __arraycount(pgs));
	for (i = 0; i < npages; i++)
		pgs[i] = uvm_pageratop(va + ((vaddr_t)i << PAGE_SHIFT));
	uvm_pagermapout(va, npages);
	if (write && error != 0)
		bio_error_note(bp->b_vp, error);
	uvm_aio_aiodone_pages(pgs, npages, write, error);
	if (write) {
		mutex_enter(bp->b_objlock);
		vwakeup(bp);
		mutex_exit(bp->b_objlock);
	}
	putiobuf(bp);
}
