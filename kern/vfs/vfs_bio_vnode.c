/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio_vnode.c: the buffers of a vnode: its clean and dirty lists, writing
 * all of them, throwing them away; and errors of writes nobody waited for.
 *
 * File systems call vflushbuf(), vtruncbuf() and vinvalbuf() with the vnode
 * locked.  Lists change under bufcache_lock and v_interlock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>
#include <uvm/uvm.h>

#include "vfs_bio_private.h"

/* A failed write of a vnode nobody asked about yet; under buffer_lock. */
struct bio_error {
	LIST_ENTRY(bio_error) be_link;
	struct vnode	*be_vp;
	int		be_error;
};

static LIST_HEAD(, bio_error) bio_errors = LIST_HEAD_INITIALIZER(bio_errors);
static volatile u_int nbio_errors;	/* written under buffer_lock */
/* An error there was no memory to keep: for whoever asks first. */
static volatile int bio_error_lost;	/* written under buffer_lock */

static void
buf_list_insert(buf_t *bp, struct buflists *list)
{

	LIST_INSERT_HEAD(list, bp, b_vnbufs);
}

static void
buf_list_remove(buf_t *bp)
{

	LIST_REMOVE(bp, b_vnbufs);
	bp->b_vnbufs.le_next = NOLIST;
}

/*
 * bp becomes a clean buffer of vp, which is held for it.
 */
void
bgetvp(struct vnode *vp, buf_t *bp)
{

	KASSERT(bp->b_vp == NULL);
	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT(mutex_owned(vp->v_interlock));
	vholdl(vp);
	bp->b_vp = vp;
	bp->b_objlock = vp->v_interlock;
	bp->b_dev = vp->v_type == VBLK || vp->v_type == VCHR ?
	    vp->v_rdev : NODEV;
	buf_list_insert(bp, &vp->v_cleanblkhd);
}

void
brelvp(buf_t *bp)
{
	struct vnode *vp = bp->b_vp;

	KASSERT(vp != NULL);
	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT(bp->b_objlock == vp->v_interlock);
	mutex_enter(vp->v_interlock);
	if (bp->b_vnbufs.le_next != NOLIST)
		buf_list_remove(bp);
	if ((vp->v_iflag & VI_ONWORKLST) && LIST_EMPTY(&vp->v_dirtyblkhd) &&
	    vp->v_uobj.uo_npages == 0)
		vn_syncer_remove_from_worklist(vp);
	bp->b_objlock = &buffer_lock;
	bp->b_vp = NULL;
	holdrelel(vp);
	mutex_exit(vp->v_interlock);
}

static int
syncer_delay(struct vnode *vp)
{

	switch (vp->v_type) {
	case VDIR:
		return dirdelay;
	case VBLK:
		return spec_node_getmountedfs(vp) != NULL ? metadelay :
		    filedelay;
	default:
		return filedelay;
	}
}

/*
 * Put bp on the list that BO_DELWRI says, and vp on the syncer's.
 */
void
reassignbuf(buf_t *bp, struct vnode *vp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT(bp->b_objlock == vp->v_interlock);
	KASSERT(mutex_owned(vp->v_interlock));
	KASSERT(bp->b_cflags & BC_BUSY);
	if (bp->b_vnbufs.le_next != NOLIST)
		buf_list_remove(bp);
	if ((bp->b_oflags & BO_DELWRI) == 0) {
		buf_list_insert(bp, &vp->v_cleanblkhd);
		if ((vp->v_iflag & VI_ONWORKLST) &&
		    LIST_EMPTY(&vp->v_dirtyblkhd) &&
		    vp->v_uobj.uo_npages == 0)
			vn_syncer_remove_from_worklist(vp);
		return;
	}
	if ((vp->v_iflag & VI_ONWORKLST) == 0) {
		const int delay = syncer_delay(vp);

		vn_syncer_add_to_worklist(vp, delay);
	}
	buf_list_insert(bp, &vp->v_dirtyblkhd);
}

static int
flush_pages(struct vnode *vp, int flags)
{
	int pflags;

	pflags = PGO_CLEANIT | PGO_ALLPAGES;
	if (flags & FSYNC_WAIT)
		pflags |= PGO_SYNCIO;
	if (flags & FSYNC_LAZY)
		pflags |= PGO_LAZY;
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	return VOP_PUTPAGES(vp, 0, 0, pflags);
}

static void
wait_output(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	while (vp->v_numoutput != 0)
		cv_wait(&vp->v_cv, vp->v_interlock);
	mutex_exit(vp->v_interlock);
}

/*
 * Has vp dirty buffers, or any?  The interlock, which few vnodes share, alone
 * keeps the lists as they are: who has none stays out of the others' way.
 */
static bool
has_bufs(struct vnode *vp, bool any)
{
	bool has;

	mutex_enter(vp->v_interlock);
	has = !LIST_EMPTY(&vp->v_dirtyblkhd) ||
	    (any && !LIST_EMPTY(&vp->v_cleanblkhd));
	mutex_exit(vp->v_interlock);
	return has;
}

/*
 * Wait for somebody else's use of a dirty buffer of vp.  False if all of them
 * are clean.
 */
static bool
wait_busy_dirty(struct vnode *vp)
{
	buf_t *bp;

	if (!has_bufs(vp, false))
		return false;
	mutex_enter(&bufcache_lock);
	LIST_FOREACH(bp, &vp->v_dirtyblkhd, b_vnbufs)
		if ((bp->b_flags & B_LOCKED) == 0)
			break;
	if (bp != NULL && bbusy(bp, false, 0, NULL) == 0)
		brelsel(bp, 0);
	mutex_exit(&bufcache_lock);
	return bp != NULL;
}

/*
 * Write all dirty pages and buffers of vp.  With FSYNC_WAIT everything is
 * written on return; the result then includes the error of any write of vp
 * that failed since it was last asked for.
 */
int
vflushbuf(struct vnode *vp, int flags)
{
	buf_t *bps[BIO_BATCH];
	int error, error2, n;

	error = flush_pages(vp, flags);
	do {
		do {
			if (!has_bufs(vp, false))
				break;
			mutex_enter(&bufcache_lock);
			n = bio_collect_dirty(vp, bps, BIO_BATCH);
			mutex_exit(&bufcache_lock);
			if (n > 0)
				bio_write_batch(bps, n);
		} while (n == BIO_BATCH);
		if ((flags & FSYNC_WAIT) == 0)
			return error;
		wait_output(vp);
	} while (wait_busy_dirty(vp));
	error2 = bio_error_take(vp);
	return error != 0 ? error : error2;
}

/*
 * Take the next buffer of vp at or beyond lbn out of either list and discard
 * it; with V_SAVE a dirty one is written first.  0 and *again false when there
 * is none left.
 */
static int
inval_one(struct vnode *vp, daddr_t lbn, int flags, bool intr, int timo,
    bool *again)
{
	struct buflists *const lists[] = { &vp->v_dirtyblkhd,
	    &vp->v_cleanblkhd };
	buf_t *bp = NULL;
	int error, i;

	mutex_enter(&bufcache_lock);
	for (i = 0; i < __arraycount(lists) && bp == NULL; i++)
		LIST_FOREACH(bp, lists[i], b_vnbufs)
			if (bp->b_lblkno >= lbn)
				break;
	*again = bp != NULL;
	if (bp == NULL) {
		mutex_exit(&bufcache_lock);
		return 0;
	}
	error = bbusy(bp, intr, timo, NULL);
	if (error != 0) {
		mutex_exit(&bufcache_lock);
		return error == EPASSTHROUGH ? 0 : error;
	}
	if ((bp->b_oflags & BO_DELWRI) && (flags & V_SAVE)) {
		mutex_exit(&bufcache_lock);
		return VOP_BWRITE(vp, bp);
	}
	brelsel(bp, BC_INVAL | BC_VFLUSH);
	mutex_exit(&bufcache_lock);
	return 0;
}

static int
inval_bufs(struct vnode *vp, daddr_t lbn, int flags, bool intr, int timo)
{
	bool again;
	int error;

	if (!has_bufs(vp, true))
		return 0;
	do {
		error = inval_one(vp, lbn, flags, intr, timo, &again);
		if (error != 0)
			return error;
	} while (again);
	return 0;
}

/*
 * Throw all pages and buffers of vp away, writing dirty ones first if V_SAVE.
 */
int
vinvalbuf(struct vnode *vp, int flags, kauth_cred_t cred, struct lwp *l,
    bool catch_p, int slptimeo)
{
	int error, pflags;

	pflags = PGO_FREE | PGO_SYNCIO | PGO_ALLPAGES |
	    ((flags & V_SAVE) ? PGO_CLEANIT | PGO_RECLAIM : 0);
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	error = VOP_PUTPAGES(vp, 0, 0, pflags);
	if (error != 0)
		return error;
	if (flags & V_SAVE) {
		error = VOP_FSYNC(vp, cred, FSYNC_WAIT | FSYNC_RECLAIM, 0, 0);
		if (error != 0)
			return error;
	}
	error = inval_bufs(vp, INT64_MIN, flags, catch_p, slptimeo);
	if (error != 0)
		return error;
	wait_output(vp);
	if ((flags & V_SAVE) == 0)
		bio_error_forget(vp);
	return 0;
}

/*
 * Throw away what lies at or beyond logical block lbn.
 */
int
vtruncbuf(struct vnode *vp, daddr_t lbn, bool catch_p, int slptimeo)
{
	voff_t off;
	int error;

	off = round_page((voff_t)lbn << vp->v_mount->mnt_fs_bshift);
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	error = VOP_PUTPAGES(vp, off, 0, PGO_FREE | PGO_SYNCIO);
	if (error != 0)
		return error;
	return inval_bufs(vp, lbn, 0, catch_p, slptimeo);
}

/*
 * Throw one buffer away.
 */
void
binvalbuf(struct vnode *vp, daddr_t blkno)
{
	buf_t *bp;
	int error;

	mutex_enter(&bufcache_lock);
	while ((bp = incore(vp, blkno)) != NULL) {
		error = bbusy(bp, false, 0, NULL);
		if (error == EPASSTHROUGH)
			continue;
		if (error == 0)
			brelsel(bp, BC_INVAL);
		break;
	}
	mutex_exit(&bufcache_lock);
}

static struct bio_error *
error_find(struct vnode *vp)
{
	struct bio_error *be;

	KASSERT(mutex_owned(&buffer_lock));
	LIST_FOREACH(be, &bio_errors, be_link)
		if (be->be_vp == vp)
			return be;
	return NULL;
}

/*
 * A write of vp failed that nobody waits for.  The first error is kept.
 */
void
bio_error_note(struct vnode *vp, int error)
{
	struct bio_error *be, *nbe;

	KASSERT(error != 0);
	if (vp == NULL)
		return;
	nbe = kmem_alloc(sizeof(*nbe), KM_NOSLEEP);
	mutex_enter(&buffer_lock);
	be = error_find(vp);
	if (be == NULL && nbe != NULL) {
		nbe->be_vp = vp;
		nbe->be_error = error;
		LIST_INSERT_HEAD(&bio_errors, nbe, be_link);
		atomic_store_relaxed(&nbio_errors, nbio_errors + 1);
		nbe = NULL;
		be = error_find(vp);
	}
	if (be == NULL && nbe == NULL)
		atomic_store_relaxed(&bio_error_lost, error);
	mutex_exit(&buffer_lock);
	if (nbe != NULL)
		kmem_free(nbe, sizeof(*nbe));
}

int
bio_error_take(struct vnode *vp)
{
	struct bio_error *be;
	int error;

	if (__predict_true(atomic_load_relaxed(&nbio_errors) == 0 &&
	    atomic_load_relaxed(&bio_error_lost) == 0))
		return 0;
	mutex_enter(&buffer_lock);
	error = 0;
	be = error_find(vp);
	if (be != NULL) {
		LIST_REMOVE(be, be_link);
		atomic_store_relaxed(&nbio_errors, nbio_errors - 1);
	} else {
		error = bio_error_lost;
		atomic_store_relaxed(&bio_error_lost, 0);
	}
	mutex_exit(&buffer_lock);
	if (be == NULL)
		return error;
	error = be->be_error;
	kmem_free(be, sizeof(*be));
	return error;
}

/*
 * The vnode is going away.
 */
void
bio_error_forget(struct vnode *vp)
{

	(void)bio_error_take(vp);
}
