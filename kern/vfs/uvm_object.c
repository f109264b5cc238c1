/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_object.c: making, locking and taking apart memory objects, and the tags
 * of their page trees.
 *
 * vnodes embed an object (vfs_vnode.c calls uvm_obj_init() and
 * uvm_obj_destroy()), aobjs likewise.  The lock is a counted one so that
 * layered vnodes can share it.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "uvm_private.h"

/*
 * alock: give it a lock of its own, else uvm_obj_setlock() must follow.
 */
void
uvm_obj_init(struct uvm_object *uo, const struct uvm_pagerops *ops, bool alock,
    u_int refs)
{

	uo->vmobjlock = alock ? rw_obj_alloc() : NULL;
	uo->pgops = ops;
	LIST_INIT(&uo->uo_ubc);
	uo->uo_npages = 0;
	uo->uo_refs = refs;
	radix_tree_init_tree(&uo->uo_pages);
}

/*
 * dlock: drop the reference to the lock too.
 */
void
uvm_obj_destroy(struct uvm_object *uo, bool dlock)
{

	KASSERT(uo->uo_npages == 0);
	KASSERT(radix_tree_empty_tree_p(&uo->uo_pages));
	radix_tree_fini_tree(&uo->uo_pages);
	if (dlock && uo->vmobjlock != NULL) {
		rw_obj_free(uo->vmobjlock);
		uo->vmobjlock = NULL;
	}
}

/*
 * Replace the lock by lockptr, whose reference passes to the object; NULL
 * gives it a fresh one.  Nobody else may be using the object.
 */
void
uvm_obj_setlock(struct uvm_object *uo, krwlock_t *lockptr)
{
	krwlock_t *olockptr = uo->vmobjlock;

	if (olockptr != NULL)
		rw_obj_free(olockptr);
	uo->vmobjlock = lockptr != NULL ? lockptr : rw_obj_alloc();
}

/*
 * Nothing to be written?
 */
bool
uvm_obj_clean_p(struct uvm_object *uo)
{

	KASSERT(rw_lock_held(uo->vmobjlock));
	return radix_tree_empty_tagged_tree_p(&uo->uo_pages,
	    UVM_PAGE_DIRTY_TAG);
}

/*
 * Nothing being written?
 */
bool
uvm_obj_nowriteback_p(struct uvm_object *uo)
{

	KASSERT(rw_lock_held(uo->vmobjlock));
	return radix_tree_empty_tagged_tree_p(&uo->uo_pages,
	    UVM_PAGE_WRITEBACK_TAG);
}

static bool
page_tagged_p(struct vm_page *pg, unsigned int tag)
{

	return radix_tree_get_tag(&pg->uobject->uo_pages,
	    pg->offset >> PAGE_SHIFT, tag) != 0;
}

static void
page_tag(struct vm_page *pg, unsigned int tag)
{

	KASSERT(rw_write_held(pg->uobject->vmobjlock));
	radix_tree_set_tag(&pg->uobject->uo_pages, pg->offset >> PAGE_SHIFT,
	    tag);
}

static void
page_untag(struct vm_page *pg, unsigned int tag)
{

	KASSERT(rw_write_held(pg->uobject->vmobjlock));
	radix_tree_clear_tag(&pg->uobject->uo_pages, pg->offset >> PAGE_SHIFT,
	    tag);
}

bool
uvm_obj_page_dirty_p(struct vm_page *pg)
{

	return page_tagged_p(pg, UVM_PAGE_DIRTY_TAG);
}

void
uvm_obj_page_set_dirty(struct vm_page *pg)
{

	page_tag(pg, UVM_PAGE_DIRTY_TAG);
}

void
uvm_obj_page_clear_dirty(struct vm_page *pg)
{

	page_untag(pg, UVM_PAGE_DIRTY_TAG);
}

bool
uvm_obj_page_writeback_p(struct vm_page *pg)
{

	return page_tagged_p(pg, UVM_PAGE_WRITEBACK_TAG);
}

void
uvm_obj_page_set_writeback(struct vm_page *pg)
{

	page_tag(pg, UVM_PAGE_WRITEBACK_TAG);
}

void
uvm_obj_page_clear_writeback(struct vm_page *pg)
{

	page_untag(pg, UVM_PAGE_WRITEBACK_TAG);
}

/*
 * Bring [start, end) in and keep it there.
 */
int
uvm_obj_wirepages(struct uvm_object *uobj, off_t start, off_t end,
    struct pglist *list)
{
	struct vm_page *pgs[UVM_BATCH];
	off_t off;
	int error, i, npages;

	for (off = start; off < end; off += (off_t)npages << PAGE_SHIFT) {
		npages = MIN((end - off + PAGE_MASK) >> PAGE_SHIFT, UVM_BATCH);
		memset(pgs, 0, sizeof(pgs));
		rw_enter(uobj->vmobjlock, RW_WRITER);
		error = (*uobj->pgops->pgo_get)(uobj, off, pgs, &npages, 0,
		    VM_PROT_READ | VM_PROT_WRITE, UVM_ADV_SEQUENTIAL,
		    PGO_ALLPAGES | PGO_SYNCIO);
		if (error != 0) {
			uvm_obj_unwirepages(uobj, start, off);
			return error;
		}
		rw_enter(uobj->vmobjlock, RW_WRITER);
		for (i = 0; i < npages; i++) {
			uvm_pagewire(pgs[i]);
			if (list != NULL)
				TAILQ_INSERT_TAIL(list, pgs[i], pageq.queue);
		}
		uvm_page_unbusy(pgs, npages);
		rw_exit(uobj->vmobjlock);
	}
	return 0;
}

void
uvm_obj_unwirepages(struct uvm_object *uobj, off_t start, off_t end)
{
	struct vm_page *pg;
	off_t off;

	rw_enter(uobj->vmobjlock, RW_WRITER);
	for (off = start; off < end; off += PAGE_SIZE) {
		pg = uvm_pagelookup(uobj, off);
		KASSERT(pg != NULL);
		uvm_pageunwire(pg);
	}
	rw_exit(uobj->vmobjlock);
}
