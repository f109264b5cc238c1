/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_putpages.c: VOP_PUTPAGES for file systems with a genfs_node: write,
 * free or deactivate the pages of a range.
 *
 * Called with vmobjlock held as writer; it is dropped.  Dirty pages are
 * collected into clusters of neighbours and given to GOP_WRITE, always without
 * waiting; PGO_SYNCIO then waits until nothing of the vnode is being written
 * any more and returns the error of what failed.  A page is busy and tagged
 * for write-back from here until uvm_aio_aiodone_pages().
 *
 * Neither the vnode lock nor g_glock is needed, so memory can be cleaned while
 * both are held by whoever waits for memory.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/mount.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <uvm/uvm.h>
#include <uvm/uvm_page_array.h>

#include "uvm_private.h"

#define	PUT_MAXPAGES	64

/* One call of genfs_do_putpages(); private to its thread. */
struct genfs_put {
	struct vnode	*gp_vp;
	struct uvm_object *gp_uobj;
	int		gp_flags;	/* PGO_* */
	off_t		gp_off;		/* where we are */
	off_t		gp_end;
	struct vm_page	**gp_busypg;	/* PGO_BUSYFAIL: the page met */
	struct uvm_page_array gp_ar;
};

/*
 * Collect pg and the dirty pages behind it.
 */
static int
put_cluster(struct genfs_put *gp, struct vm_page *pg, struct vm_page **pgs)
{
	off_t lo, hi, off = pg->offset;
	int max, n;

	GOP_PUTRANGE(gp->gp_vp, off, &lo, &hi);
	max = PUT_MAXPAGES;
	if (hi != 0)
		max = MIN(max, (hi - off) >> PAGE_SHIFT);
	for (n = 0; n < MAX(max, 1);) {
		KASSERT((pg->flags & PG_BUSY) == 0);
		pg->flags |= PG_BUSY;
		(void)uvm_pagecheckdirty(pg, true);
		uvm_obj_page_set_writeback(pg);
		if ((gp->gp_flags & PGO_FREE) && pg->offset < gp->gp_end)
			pg->flags |= PG_PAGEOUT;
		pgs[n++] = pg;
		off += PAGE_SIZE;
		pg = uvm_pagelookup(gp->gp_uobj, off);
		if (pg == NULL || (pg->flags & (PG_BUSY | PG_FAKE)) ||
		    uvm_pagegetdirty(pg) == UVM_PAGE_STATUS_CLEAN)
			break;
		/* Where memory is not adjacent a long cluster ends. */
		if (n >= TRANSFER_MIN && pg->phys_addr !=
		    pgs[n - 1]->phys_addr + PAGE_SIZE)
			break;
	}
	return n;
}

/*
 * Write pg and its neighbours.  The lock is dropped and taken again.
 */
static int
put_write(struct genfs_put *gp, struct vm_page *pg)
{
	struct vm_page *pgs[PUT_MAXPAGES];
	int error, n;

	n = put_cluster(gp, pg, pgs);
	gp->gp_off = pgs[0]->offset + ((off_t)n << PAGE_SHIFT);
	uvm_page_array_clear(&gp->gp_ar);
	rw_exit(gp->gp_uobj->vmobjlock);
	error = GOP_WRITE(gp->gp_vp, pgs, n, gp->gp_flags & ~PGO_SYNCIO);
	rw_enter(gp->gp_uobj->vmobjlock, RW_WRITER);
	return error;
}

/*
 * A busy page is in the way.  EDEADLK if it must not be waited for.  A page
 * which is only to be cleaned and is being written is no concern of ours:
 * the wait at the end covers it.
 */
static int
put_busy(struct genfs_put *gp, struct vm_page *pg)
{

	KASSERT(pg->flags & PG_BUSY);
	if (gp->gp_flags & PGO_BUSYFAIL) {
		if (gp->gp_busypg != NULL)
			*gp->gp_busypg = pg;
		return EDEADLK;
	}
	if ((gp->gp_flags & PGO_FREE) == 0 &&
	    (uvm_pagegetdirty(pg) == UVM_PAGE_STATUS_CLEAN ||
	    (gp->gp_flags & PGO_LAZY))) {
		gp->gp_off = pg->offset + PAGE_SIZE;
		uvm_page_array_advance(&gp->gp_ar);
		return 0;
	}
	gp->gp_off = pg->offset;
	uvm_page_array_clear(&gp->gp_ar);
	uvm_pagewait(pg, gp->gp_uobj->vmobjlock, "genput");
	rw_enter(gp->gp_uobj->vmobjlock, RW_WRITER);
	return 0;
}

/*
 * Free the idle pages from pg on that the batch at hand has, as far as they
 * need no writing.
 */
static void
put_free(struct genfs_put *gp, struct vm_page *pg)
{
	const bool clean = (gp->gp_flags & PGO_CLEANIT) != 0;
	struct vm_page *pgs[UVM_PAGE_ARRAY_SIZE];
	int n;

	for (n = 0; pg != NULL && pg->offset < gp->gp_end;
	    pg = uvm_page_array_peek(&gp->gp_ar)) {
		if ((pg->flags & PG_BUSY) || pg->wire_count > 0 || (clean &&
		    uvm_pagegetdirty(pg) != UVM_PAGE_STATUS_CLEAN))
			break;
		pgs[n++] = pg;
		gp->gp_off = pg->offset + PAGE_SIZE;
		uvm_page_array_advance(&gp->gp_ar);
	}
	uvm_pagefree_many(pgs, n);
}

/*
 * Deal with pg, or it and some that follow.  The lock is held; it may have been
 * dropped meanwhile.
 */
static int
put_page(struct genfs_put *gp, struct vm_page *pg)
{

	if (pg->flags & PG_BUSY)
		return put_busy(gp, pg);
	if ((gp->gp_flags & PGO_CLEANIT) &&
	    uvm_pagegetdirty(pg) != UVM_PAGE_STATUS_CLEAN)
		return put_write(gp, pg);
	if ((gp->gp_flags & PGO_FREE) && pg->wire_count == 0) {
		put_free(gp, pg);
		return 0;
	}
	if (gp->gp_flags & PGO_DEACTIVATE)
		uvm_pagedeactivate(pg);
	gp->gp_off = pg->offset + PAGE_SIZE;
	uvm_page_array_advance(&gp->gp_ar);
	return 0;
}

/*
 * Nothing dirty is left: the syncer need not look at the vnode.  Lock held.
 */
static void
put_offlist(struct genfs_put *gp)
{
	struct vnode *vp = gp->gp_vp;

	if ((atomic_load_relaxed(&vp->v_iflag) & VI_ONWORKLST) == 0 ||
	    !uvm_obj_clean_p(gp->gp_uobj))
		return;
	mutex_enter(vp->v_interlock);
	if ((vp->v_iflag & VI_ONWORKLST) && LIST_EMPTY(&vp->v_dirtyblkhd))
		vn_syncer_remove_from_worklist(vp);
	mutex_exit(vp->v_interlock);
}

/*
 * Wait until nothing of vp is being written, for the error of it.
 */
static int
put_wait(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	while (vp->v_numoutput != 0)
		cv_wait(&vp->v_cv, vp->v_interlock);
	mutex_exit(vp->v_interlock);
	return bio_error_take(vp);
}

int
genfs_do_putpages(struct vnode *vp, off_t startoff, off_t endoff, int flags,
    struct vm_page **busypg)
{
	struct genfs_put gp = {
		.gp_vp = vp,
		.gp_uobj = &vp->v_uobj,
		.gp_flags = flags,
		.gp_off = trunc_page(startoff),
		.gp_end = round_page(endoff),
		.gp_busypg = busypg,
	};
	const bool dirtyonly =
	    (flags & (PGO_CLEANIT | PGO_FREE | PGO_DEACTIVATE)) == PGO_CLEANIT;
	krwlock_t *lock = vp->v_uobj.vmobjlock;
	struct vm_page *pg;
	int error, error2;

	KASSERT(rw_write_held(lock));
	if (flags & PGO_ALLPAGES)
		gp.gp_off = 0;
	if ((flags & PGO_ALLPAGES) || endoff == 0)
		gp.gp_end = INT64_MAX;
	uvm_page_array_init(&gp.gp_ar, gp.gp_uobj,
	    dirtyonly ? UVM_PAGE_ARRAY_FILL_DIRTY : 0);
	for (error = 0; gp.gp_off < gp.gp_end;) {
		pg = uvm_page_array_fill_and_peek(&gp.gp_ar, gp.gp_off, 0);
		if (pg == NULL || pg->offset >= gp.gp_end)
			break;
		error2 = put_page(&gp, pg);
		if (error2 != 0 && error == 0)
			error = error2;
		if (error2 == EDEADLK)
			break;
	}
	uvm_page_array_fini(&gp.gp_ar);
	put_offlist(&gp);
	rw_exit(lock);
	if ((flags & (PGO_SYNCIO | PGO_CLEANIT)) ==
	    (PGO_SYNCIO | PGO_CLEANIT) && error != EDEADLK) {
		error2 = put_wait(vp);
		if (error == 0)
			error = error2;
	}
	return error;
}

int
genfs_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	return genfs_do_putpages(ap->a_vp, ap->a_offlo, ap->a_offhi,
	    ap->a_flags, NULL);
}

/*
 * For file systems whose files have no pages.
 */
int
genfs_null_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	KASSERT(ap->a_vp->v_uobj.uo_npages == 0);
	rw_exit(ap->a_vp->v_uobj.vmobjlock);
	return 0;
}
