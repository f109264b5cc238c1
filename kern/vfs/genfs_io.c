/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_io.c: VOP_GETPAGES for file systems with a genfs_node: bring pages of a
 * file in from its backing store, as VOP_BMAP says where that is.
 *
 * Called through uvm_vnodeops with vmobjlock held, which is dropped unless
 * PGO_LOCKED.  With PGO_SYNCIO the pages wanted come back busy and valid;
 * without it reading is only started and nothing is returned.  A page with a
 * hole in it is PG_RDONLY until a write has had blocks allocated for it.
 *
 * Lock order: vnode lock, transaction of wapbl(9), g_glock, vmobjlock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <uvm/uvm.h>

#include "uvm_private.h"

/* A block of MAXBSIZE on either side of the largest request. */
#define	GET_MAXPAGES	(64 + 2 * (MAXBSIZE / 4096))

/* One call of genfs_getpages(); private to its thread. */
struct genfs_get {
	struct vnode	*gg_vp;
	struct uvm_object *gg_uobj;
	int		gg_flags;	/* PGO_* */
	bool		gg_write;	/* pages will be written to */
	bool		gg_alloc;	/* and need backing store */
	bool		gg_async;
	bool		gg_logging;	/* in a transaction for that */
	int		gg_ridx;	/* the caller's first page in gg_pgs */
	int		gg_orignpages;	/* how many the caller wants */
	int		gg_npages;	/* how many there are in all */
	off_t		gg_start;	/* offset of gg_pgs[0] */
	off_t		gg_diskeof;	/* backing store ends here */
	struct vm_page	*gg_pgs[GET_MAXPAGES];
	bool		gg_hole[GET_MAXPAGES];	/* is there one in the page? */
};

static int
get_fs_bshift(struct vnode *vp)
{

	return vp->v_type == VREG ? vp->v_mount->mnt_fs_bshift : DEV_BSHIFT;
}

static int
get_dev_bshift(struct vnode *vp)
{

	return vp->v_type == VREG ? vp->v_mount->mnt_dev_bshift : DEV_BSHIFT;
}

/*
 * PGO_LOCKED: only what is resident and idle, without letting go of the lock.
 */
static int
getpages_locked(struct vop_getpages_args *ap)
{
	struct vm_page **pgs = ap->a_m;
	const int npages = *ap->a_count;
	unsigned int n = npages;
	int i, nfound;

	nfound = uvn_findpages(&ap->a_vp->v_uobj, ap->a_offset, &n, pgs, NULL,
	    UFP_NOWAIT | UFP_NOALLOC |
	    ((ap->a_access_type & VM_PROT_WRITE) ? UFP_NORDONLY : 0));
	for (i = n; i < npages; i++)
		if (pgs[i] != PGO_DONTCARE)
			pgs[i] = NULL;
	*ap->a_count = nfound;
	return n == npages ? 0 : EBUSY;
}

/*
 * Where the file ends, for memory and for the disk, if it is to hold the
 * pages asked for.  EINVAL if they lie beyond.
 */
static int
getpages_bounds(struct genfs_get *gg, struct vop_getpages_args *ap)
{
	struct vnode *vp = gg->gg_vp;
	const int bsize = 1 << get_fs_bshift(vp);
	const off_t off = ap->a_offset;
	off_t size, memeof, end;

	KASSERT(vp->v_writesize != VSIZENOTSET);
	size = MAX(vp->v_size, vp->v_writesize);
	GOP_SIZE(vp, size, &gg->gg_diskeof, 0);
	if (gg->gg_flags & PGO_PASTEOF)
		size = MAX(size, off + ((off_t)*ap->a_count << PAGE_SHIFT));
	GOP_SIZE(vp, size, &memeof, GOP_SIZE_MEM);
	memeof = round_page(memeof);
	if (off < 0 || off + ((off_t)ap->a_centeridx << PAGE_SHIFT) >= memeof)
		return EINVAL;
	gg->gg_orignpages = MIN(MIN(*ap->a_count, 64),
	    (memeof - off) >> PAGE_SHIFT);
	end = off + ((off_t)gg->gg_orignpages << PAGE_SHIFT);
	gg->gg_start = off;
	if (bsize > PAGE_SIZE) {
		gg->gg_start = rounddown2(off, bsize);
		end = MIN(roundup2(end, bsize), memeof);
	}
	gg->gg_npages = (end - gg->gg_start) >> PAGE_SHIFT;
	gg->gg_ridx = (off - gg->gg_start) >> PAGE_SHIFT;
	KASSERT(gg->gg_npages <= GET_MAXPAGES);
	return 0;
}

/*
 * Take g_glock, for which vmobjlock has to be dropped.  EBUSY if that would
 * make an asynchronous request wait, or the error of the mount's log.
 */
static int
getpages_glock(struct genfs_get *gg)
{
	struct vnode *vp = gg->gg_vp;
	int error = 0;

	if (gg->gg_flags & PGO_GLOCKHELD) {
		KASSERT(!gg->gg_alloc || genfs_node_wrlocked(vp));
		return 0;
	}
	if (gg->gg_async)
		return genfs_node_rdtrylock(vp) ? 0 : EBUSY;
	rw_exit(gg->gg_uobj->vmobjlock);
	/* What GOP_ALLOC changes belongs to one transaction. */
	gg->gg_logging = gg->gg_alloc && vp->v_mount->mnt_wapbl != NULL &&
	    (gg->gg_flags & PGO_JOURNALLOCKED) == 0;
	if (gg->gg_logging)
		error = WAPBL_BEGIN(vp->v_mount);
	if (error == 0) {
		if (gg->gg_alloc)
			genfs_node_wrlock(vp);
		else
			genfs_node_rdlock(vp);
	}
	rw_enter(gg->gg_uobj->vmobjlock, RW_WRITER);
	return error;
}

static void
getpages_gunlock(struct genfs_get *gg)
{

	if ((gg->gg_flags & PGO_GLOCKHELD) == 0)
		genfs_node_unlock(gg->gg_vp);
	if (gg->gg_logging)
		WAPBL_END(gg->gg_vp->v_mount);
}

/*
 * Read [off, off + bytes) of the file into memory at mbp's b_data, in as many
 * transfers as it has pieces on disk.  Returns how many bytes needed none.
 */
static int
read_pieces(struct genfs_get *gg, struct buf *mbp, off_t base, size_t bytes,
    int *errorp)
{
	struct vnode *vp = gg->gg_vp, *devvp;
	const int fs_bshift = get_fs_bshift(vp);
	const int dev_bshift = get_dev_bshift(vp);
	struct buf *bp;
	daddr_t lbn, blkno;
	off_t offset, end;
	size_t iobytes;
	int error, run, skipped;

	*errorp = 0;
	skipped = 0;
	end = base + bytes;
	for (offset = base; offset < end; offset += iobytes) {
		lbn = offset >> fs_bshift;
		run = 0;
		error = VOP_BMAP(vp, lbn, &devvp, &blkno, &run);
		if (error != 0) {
			*errorp = error;
			return skipped + (int)(end - offset);
		}
		iobytes = MIN(((off_t)(lbn + 1 + run) << fs_bshift) - offset,
		    end - offset);
		if (blkno == (daddr_t)-1) {
			int first = (offset - gg->gg_start) >> PAGE_SHIFT;
			int last = (offset + iobytes - 1 - gg->gg_start) >>
			    PAGE_SHIFT;

			memset((char *)mbp->b_data + (offset - base), 0,
			    iobytes);
			for (; first <= last; first++)
				gg->gg_hole[first] = true;
			skipped += iobytes;
			continue;
		}
		if (offset == base && iobytes == mbp->b_bcount) {
			bp = mbp;
		} else {
			bp = getiobuf(vp, true);
			nestiobuf_setup(mbp, bp, offset - base, iobytes);
		}
		bp->b_lblkno = 0;
		bp->b_blkno = blkno +
		    ((offset - ((off_t)lbn << fs_bshift)) >> dev_bshift);
		VOP_STRATEGY(devvp, bp);
	}
	return skipped;
}

/*
 * Pages with holes have no backing store to be written to.  This is done
 * before the last of them can be given up.
 */
static void
read_mark_holes(struct genfs_get *gg, int first, int n)
{
	int i;

	rw_enter(gg->gg_uobj->vmobjlock, RW_WRITER);
	for (i = first; i < first + n; i++)
		if (gg->gg_hole[i])
			gg->gg_pgs[i]->flags |= PG_RDONLY;
	rw_exit(gg->gg_uobj->vmobjlock);
}

/*
 * Read the run of *np new pages from the first on, or as many of them as
 * *np becomes.  Asynchronously they are given up by uvm_aio_aiodone().
 */
static int
read_run(struct genfs_get *gg, int first, int *np)
{
	struct vnode *vp = gg->gg_vp;
	struct vm_page **pgs = gg->gg_pgs + first;
	const off_t base = gg->gg_start + ((off_t)first << PAGE_SHIFT);
	struct buf *mbp;
	vaddr_t kva;
	size_t bytes, total;
	int error, error2, n, skipped;

	kva = uvm_pager_map(pgs, np, UVMPAGER_MAPIN_READ);
	n = *np;
	total = (size_t)n << PAGE_SHIFT;
	bytes = gg->gg_diskeof > base ?
	    MIN(gg->gg_diskeof - base, total) : 0;
	memset((char *)kva + bytes, 0, total - bytes);
	mbp = getiobuf(vp, true);
	mbp->b_bufsize = total;
	mbp->b_data = (void *)kva;
	mbp->b_resid = mbp->b_bcount = total;
	mbp->b_flags = B_READ;
	if (gg->gg_async) {
		mbp->b_flags |= B_ASYNC;
		mbp->b_iodone = uvm_aio_aiodone;
		BIO_SETPRIO(mbp, BPRIO_TIMELIMITED);
	} else {
		BIO_SETPRIO(mbp, BPRIO_TIMECRITICAL);
	}
	memset(gg->gg_hole + first, 0, n * sizeof(gg->gg_hole[0]));
	skipped = read_pieces(gg, mbp, base, bytes, &error2);
	if (skipped > 0)
		read_mark_holes(gg, first, n);
	nestiobuf_done(mbp, skipped + (int)(total - bytes), error2);
	if (gg->gg_async)
		return error2;
	error = biowait(mbp);
	uvm_pagermapout(kva, n);
	putiobuf(mbp);
	return error;
}

/*
 * Read whatever of the pages is new.  Asynchronously only a read that was
 * begun gives its pages up, so that an error must not keep the others from
 * it.
 */
static int
getpages_read(struct genfs_get *gg)
{
	struct vm_page **pgs = gg->gg_pgs;
	int error, first, n, rv = 0;

	for (first = 0; first < gg->gg_npages; first += n) {
		n = 1;
		if ((pgs[first]->flags & PG_FAKE) == 0)
			continue;
		while (first + n < gg->gg_npages &&
		    (pgs[first + n]->flags & PG_FAKE))
			n++;
		n = uvm_transfer_run(pgs + first, n);
		error = read_run(gg, first, &n);
		if (rv == 0)
			rv = error;
		if (error != 0 && !gg->gg_async)
			break;
	}
	return rv;
}

/*
 * Give pages without backing store some; they then differ from it.
 */
static int
getpages_alloc(struct genfs_get *gg)
{
	off_t end;
	int error, i;

	end = MIN(gg->gg_start + ((off_t)gg->gg_npages << PAGE_SHIFT),
	    gg->gg_diskeof);
	if (end <= gg->gg_start)
		return 0;
	error = GOP_ALLOC(gg->gg_vp, gg->gg_start, end - gg->gg_start, 0,
	    curlwp->l_cred);
	if (error != 0)
		return error;
	rw_enter(gg->gg_uobj->vmobjlock, RW_WRITER);
	for (i = 0; i < gg->gg_npages; i++) {
		if ((gg->gg_pgs[i]->flags & PG_RDONLY) == 0)
			continue;
		gg->gg_pgs[i]->flags &= ~PG_RDONLY;
		uvm_pagemarkdirty(gg->gg_pgs[i], UVM_PAGE_STATUS_DIRTY);
	}
	rw_exit(gg->gg_uobj->vmobjlock);
	return 0;
}

/*
 * Is there anything to read or allocate for these pages?
 */
static bool
getpages_complete_p(const struct genfs_get *gg)
{
	int i;

	for (i = 0; i < gg->gg_npages; i++) {
		if (gg->gg_pgs[i]->flags & PG_FAKE)
			return false;
		if (gg->gg_alloc && (gg->gg_pgs[i]->flags & PG_RDONLY))
			return false;
	}
	return true;
}

/*
 * Hand the caller its pages and give up the rest; after an error all, the new
 * ones being freed.  Called with the lock held.
 */
static void
getpages_finish(struct genfs_get *gg, struct vm_page **m, int error)
{
	struct vm_page *pg;
	int i, idx;

	for (i = 0; i < gg->gg_npages; i++) {
		pg = gg->gg_pgs[i];
		idx = i - gg->gg_ridx;
		if ((pg->flags & PG_FAKE) && error != 0)
			pg->flags |= PG_RELEASED;
		else if ((gg->gg_flags & PGO_OVERWRITE) == 0)
			pg->flags &= ~PG_FAKE;
		if (error != 0 || idx < 0 || idx >= gg->gg_orignpages)
			uvm_page_unbusy(&pg, 1);
		else
			m[idx] = pg;
	}
}

/*
 * PGO_OVERWRITE: the pages as they are; new ones stay PG_FAKE for the caller.
 */
static void
getpages_overwrite(struct genfs_get *gg)
{
	int i;

	for (i = 0; i < gg->gg_npages; i++)
		gg->gg_pgs[i]->flags &= ~PG_RDONLY;
}

/*
 * All pages, or with little memory fewer: whole blocks up to the one with the
 * caller's page `center' at least.
 */
static void
getpages_find(struct genfs_get *gg, int center)
{
	const int block = MAX((1 << get_fs_bshift(gg->gg_vp)) >> PAGE_SHIFT, 1);
	unsigned int n = gg->gg_npages;
	int keep;

	uvm_find_some(gg->gg_uobj, gg->gg_start, &n, gg->gg_pgs,
	    MIN(roundup(gg->gg_ridx + center + 1, block), gg->gg_npages));
	if (__predict_true(n == gg->gg_npages))
		return;
	keep = rounddown(n, block);
	uvm_find_undo(gg->gg_pgs + keep, n - keep);
	gg->gg_npages = keep;
	gg->gg_orignpages = MIN(gg->gg_orignpages, keep - gg->gg_ridx);
}

static int
getpages_sync(struct genfs_get *gg, struct vm_page **m, int center)
{
	krwlock_t *lock = gg->gg_uobj->vmobjlock;
	int error = 0;

	getpages_find(gg, center);
	if (gg->gg_flags & PGO_OVERWRITE) {
		getpages_overwrite(gg);
	} else if (!getpages_complete_p(gg)) {
		rw_exit(lock);
		error = getpages_read(gg);
		if (error == 0 && gg->gg_alloc)
			error = getpages_alloc(gg);
		rw_enter(lock, RW_WRITER);
	}
	getpages_finish(gg, m, error);
	rw_exit(lock);
	return error;
}

/*
 * Start reading the pages from the first on that are not there.
 */
static int
getpages_async(struct genfs_get *gg, int *countp)
{
	unsigned int n = gg->gg_npages;
	int i;

	memset(gg->gg_pgs, 0, n * sizeof(gg->gg_pgs[0]));
	(void)uvn_findpages(gg->gg_uobj, gg->gg_start, &n, gg->gg_pgs, NULL,
	    UFP_NOWAIT | UFP_NOCACHE);
	for (i = 0; i < n; i++)
		gg->gg_pgs[i]->flags |= PG_READAHEAD;
	rw_exit(gg->gg_uobj->vmobjlock);
	gg->gg_npages = n;
	*countp = n;
	return n > 0 ? getpages_read(gg) : 0;
}

static void
getpages_readahead(struct genfs_get *gg, struct vop_getpages_args *ap)
{
	struct vnode *vp = gg->gg_vp;

	if (vp->v_type != VREG || gg->gg_write || gg->gg_async)
		return;
	if (vp->v_ractx == NULL)
		vp->v_ractx = uvm_ra_allocctx();
	uvm_ra_request(vp->v_ractx, ap->a_advice, gg->gg_uobj, ap->a_offset,
	    (size_t)gg->gg_orignpages << PAGE_SHIFT);
}

static void
getpages_markupdate(struct genfs_get *gg)
{

	if (gg->gg_async || (gg->gg_flags & PGO_NOTIMESTAMP) ||
	    VTOG(gg->gg_vp)->g_op->gop_markupdate == NULL)
		return;
	GOP_MARKUPDATE(gg->gg_vp,
	    gg->gg_write ? GOP_UPDATE_MODIFIED : GOP_UPDATE_ACCESSED);
}

int
genfs_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct genfs_get gg;
	krwlock_t *lock = ap->a_vp->v_uobj.vmobjlock;
	int error;

	if (ap->a_flags & PGO_LOCKED)
		return getpages_locked(ap);
	if (!rw_write_held(lock)) {
		rw_exit(lock);
		rw_enter(lock, RW_WRITER);
	}
	gg.gg_vp = ap->a_vp;
	gg.gg_uobj = &ap->a_vp->v_uobj;
	gg.gg_flags = ap->a_flags;
	gg.gg_write = (ap->a_access_type & VM_PROT_WRITE) != 0;
	gg.gg_alloc = gg.gg_write &&
	    (ap->a_flags & (PGO_NOBLOCKALLOC | PGO_OVERWRITE)) == 0;
	gg.gg_async = (ap->a_flags & PGO_SYNCIO) == 0;
	gg.gg_logging = false;
	error = getpages_glock(&gg);
	if (error != 0) {
		rw_exit(lock);
		return error;
	}
	error = getpages_bounds(&gg, ap);
	if (error != 0) {
		rw_exit(lock);
	} else if (gg.gg_async) {
		error = getpages_async(&gg, ap->a_count);
	} else {
		error = getpages_sync(&gg, ap->a_m, ap->a_centeridx);
		*ap->a_count = gg.gg_orignpages;
	}
	getpages_gunlock(&gg);
	if (error != 0)
		return error;
	getpages_markupdate(&gg);
	if (!gg.gg_write && !gg.gg_async &&
	    (gg.gg_flags & PGO_GLOCKHELD) == 0) {
		rw_enter(lock, RW_WRITER);
		getpages_readahead(&gg, ap);
		rw_exit(lock);
	}
	return 0;
}
