/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the blocks of a file are, giving it new ones and taking them away;
 * and what genfs needs to page it.  ln_maplock guards the pointers, as pages
 * are written without any other lock.
 */

#include "logfs.h"

#include <uvm/uvm_extern.h>

/* The way to a block: a pointer in the inode, and up to two in blocks. */
struct lf_path {
	uint32_t	*lp_first;	/* in ln_d */
	int		lp_depth;	/* how many blocks follow it */
	uint32_t	lp_index[2];	/* in each */
};

static void
map_path(struct lf_node *ln, uint32_t lbn, struct lf_path *lp)
{

	KASSERT(lbn < LF_MAXBLOCKS);
	if (lbn < LF_NDIRECT) {
		lp->lp_first = &ln->ln_d.ld_direct[lbn];
		lp->lp_depth = 0;
		return;
	}
	lbn -= LF_NDIRECT;
	if (lbn < LF_NPTR) {
		lp->lp_first = &ln->ln_d.ld_ind;
		lp->lp_depth = 1;
		lp->lp_index[0] = lbn;
		return;
	}
	lbn -= LF_NPTR;
	lp->lp_first = &ln->ln_d.ld_ind2;
	lp->lp_depth = 2;
	lp->lp_index[0] = lbn / LF_NPTR;
	lp->lp_index[1] = lbn % LF_NPTR;
}

/* A pointer that leads out of the contents is damage. */
static int
map_check(struct lf_mount *lm, uint32_t blk)
{

	return blk != 0 && (blk < lm->lm_super.ls_data ||
	    blk >= lm->lm_super.ls_nblocks) ? EIO : 0;
}

static int
map_read(struct lf_mount *lm, uint32_t blk, int flags, struct buf **bpp)
{
	int error = map_check(lm, blk);

	if (error != 0)
		return error;
	return bread(lm->lm_devvp, LF_FSBTODB(blk), LF_BSIZE, flags, bpp);
}

/* *blkp is 0 for a hole.  ln_maplock is held. */
static int
map_locked(struct lf_node *ln, uint32_t lbn, uint32_t *blkp)
{
	struct lf_path lp;
	struct buf *bp;
	int error, i;

	map_path(ln, lbn, &lp);
	*blkp = *lp.lp_first;
	for (i = 0; i < lp.lp_depth && *blkp != 0; i++) {
		error = map_read(ln->ln_mount, *blkp, 0, &bp);
		if (error != 0)
			return error;
		*blkp = ((uint32_t *)bp->b_data)[lp.lp_index[i]];
		brelse(bp, 0);
	}
	return map_check(ln->ln_mount, *blkp);
}

int
lf_map(struct lf_node *ln, uint32_t lbn, uint32_t *blkp)
{
	int error;

	rw_enter(&ln->ln_maplock, RW_READER);
	error = map_locked(ln, lbn, blkp);
	rw_exit(&ln->ln_maplock);
	return error;
}

/* A new block of pointers or other metadata, all zero. */
static int
map_new(struct lf_node *ln, bool zero, uint32_t *blkp)
{
	struct lf_mount *lm = ln->ln_mount;
	struct buf *bp;
	int error;

	error = lf_balloc(lm, blkp);
	if (error != 0)
		return error;
	if (zero) {
		bp = getblk(lm->lm_devvp, LF_FSBTODB(*blkp), LF_BSIZE, 0, 0);
		memset(bp->b_data, 0, LF_BSIZE);
		bdwrite(bp);
	}
	ln->ln_d.ld_nblocks++;
	return 0;
}

/*
 * The block, made if it is a hole, then *newp.  Blocks of pointers that were
 * made when this fails stay with the file, empty.  The caller writes the
 * inode in the same transaction.
 */
int
lf_map_alloc(struct lf_node *ln, uint32_t lbn, uint32_t *blkp, bool *newp)
{
	struct lf_mount *lm = ln->ln_mount;
	struct lf_path lp;
	struct buf *bp = NULL;
	uint32_t *ptr;
	int error = 0, i;

	*newp = false;
	rw_enter(&ln->ln_maplock, RW_WRITER);
	map_path(ln, lbn, &lp);
	for (i = 0, ptr = lp.lp_first;; i++) {
		*blkp = *ptr;
		if (*blkp == 0) {
			/* The bitmap's buffer is taken while this one is. */
			error = map_new(ln, i < lp.lp_depth, blkp);
			if (error != 0)
				break;
			*ptr = *blkp;
			*newp = i == lp.lp_depth;
			if (bp != NULL)
				bdwrite(bp);
		} else {
			error = map_check(lm, *blkp);
			if (bp != NULL)
				brelse(bp, 0);
		}
		bp = NULL;
		if (i == lp.lp_depth || error != 0)
			break;
		error = map_read(lm, *blkp, B_MODIFY, &bp);
		if (error != 0)
			break;
		ptr = (uint32_t *)bp->b_data + lp.lp_index[i];
	}
	if (bp != NULL)
		brelse(bp, 0);
	rw_exit(&ln->ln_maplock);
	return error;
}

/* Free pointers [from, LF_NPTR) of a block of them, and it if from is 0. */
static int
free_pointers(struct lf_node *ln, uint32_t *ptr, uint32_t from)
{
	struct lf_mount *lm = ln->ln_mount;
	const bool meta = ln->ln_vnode->v_type != VREG;
	uint32_t *ptrs, blk, i;
	struct buf *bp;
	int error;

	if (*ptr == 0)
		return 0;
	error = map_read(lm, *ptr, B_MODIFY, &bp);
	if (error != 0)
		return error;
	ptrs = bp->b_data;
	for (i = from; i < LF_NPTR; i++) {
		blk = ptrs[i];
		ptrs[i] = 0;
		if (blk == 0 || map_check(lm, blk) != 0)
			continue;
		lf_bfree(lm, blk, meta);
		ln->ln_d.ld_nblocks--;
	}
	if (from > 0) {
		bdwrite(bp);
		return 0;
	}
	brelse(bp, 0);
	lf_bfree(lm, *ptr, true);
	*ptr = 0;
	ln->ln_d.ld_nblocks--;
	return 0;
}

/*
 * One step of freeing what the second indirect block leads to, from block
 * `first' of that on: the last block of pointers that is there.  *leftp is the
 * first block that is free now, 0 when nothing is left to be done.
 */
static int
free_step2(struct lf_node *ln, uint32_t first, uint32_t *leftp)
{
	struct lf_mount *lm = ln->ln_mount;
	const uint32_t low = first / LF_NPTR;
	uint32_t *ptrs, blk = 0, i, from;
	struct buf *bp;
	int error;

	*leftp = 0;
	if (ln->ln_d.ld_ind2 == 0)
		return 0;
	error = map_read(lm, ln->ln_d.ld_ind2, 0, &bp);
	if (error != 0)
		return error;
	ptrs = bp->b_data;
	for (i = LF_NPTR; i > low && blk == 0; i--)
		blk = ptrs[i - 1];
	brelse(bp, 0);
	if (blk == 0) {
		if (first > 0)
			return 0;
		lf_bfree(lm, ln->ln_d.ld_ind2, true);
		ln->ln_d.ld_ind2 = 0;
		ln->ln_d.ld_nblocks--;
		return 0;
	}
	from = i == low ? first % LF_NPTR : 0;
	error = free_pointers(ln, &blk, from);
	if (error != 0 || from > 0)
		return error;
	error = map_read(lm, ln->ln_d.ld_ind2, B_MODIFY, &bp);
	if (error != 0)
		return error;
	((uint32_t *)bp->b_data)[i] = 0;
	bdwrite(bp);
	*leftp = LF_NDIRECT + LF_NPTR + i * LF_NPTR;
	return 0;
}

/* The rest in one step. */
static int
free_rest(struct lf_node *ln, uint32_t first)
{
	const bool meta = ln->ln_vnode->v_type != VREG;
	uint32_t i, *ptr;
	int error = 0;

	if (first < LF_NDIRECT + LF_NPTR)
		error = free_pointers(ln, &ln->ln_d.ld_ind,
		    first > LF_NDIRECT ? first - LF_NDIRECT : 0);
	for (i = first; i < LF_NDIRECT && error == 0; i++) {
		ptr = &ln->ln_d.ld_direct[i];
		if (*ptr == 0)
			continue;
		lf_bfree(ln->ln_mount, *ptr, meta);
		*ptr = 0;
		ln->ln_d.ld_nblocks--;
	}
	return error;
}

/* A transaction's worth of lf_map_free(). */
static int
free_step(struct lf_node *ln, uint32_t first, uint32_t *leftp)
{
	const uint32_t base2 = LF_NDIRECT + LF_NPTR;
	int error;

	rw_enter(&ln->ln_maplock, RW_WRITER);
	error = free_step2(ln, first > base2 ? first - base2 : 0, leftp);
	if (error == 0 && *leftp == 0)
		error = free_rest(ln, first);
	rw_exit(&ln->ln_maplock);
	return error;
}

/*
 * Free the blocks behind size, which becomes the file's size if it is larger:
 * from the end, in transactions each of which leaves no blocks behind a size
 * on the disk.  The pages are gone already; the vnode is locked.
 */
int
lf_map_free(struct lf_node *ln, uint64_t size)
{
	struct lf_mount *lm = ln->ln_mount;
	const bool data = ln->ln_vnode->v_type == VREG;
	uint32_t left;
	int error, error2;

	do {
		error = lf_begin(lm);
		if (error != 0)
			return error;
		if (data)
			genfs_node_wrlock(ln->ln_vnode);
		error = free_step(ln, howmany(size, LF_BSIZE), &left);
		ln->ln_d.ld_size = MIN(ln->ln_d.ld_size,
		    MAX(size, (uint64_t)left << LF_BSHIFT));
		if (data)
			genfs_node_unlock(ln->ln_vnode);
		error2 = lf_update(ln);
		lf_end(lm);
		if (error == 0)
			error = error2;
	} while (error == 0 && left != 0);
	return error;
}

/* A block of a directory or symbolic link.  EIO for a hole. */
int
lf_meta_read(struct lf_node *ln, uint32_t lbn, int flags, struct buf **bpp)
{
	uint32_t blk;
	int error;

	error = lf_map(ln, lbn, &blk);
	if (error == 0 && blk == 0)
		error = EIO;
	if (error != 0)
		return error;
	return bread(ln->ln_mount->lm_devvp, LF_FSBTODB(blk), LF_BSIZE, flags,
	    bpp);
}

/* A new one, busy and zero; the caller writes it and the inode. */
int
lf_meta_alloc(struct lf_node *ln, uint32_t lbn, struct buf **bpp)
{
	uint32_t blk;
	bool new;
	int error;

	if (lbn >= LF_MAXBLOCKS)
		return EFBIG;
	error = lf_map_alloc(ln, lbn, &blk, &new);
	if (error != 0)
		return error;
	*bpp = getblk(ln->ln_mount->lm_devvp, LF_FSBTODB(blk), LF_BSIZE, 0,
	    0);
	memset((*bpp)->b_data, 0, LF_BSIZE);
	return 0;
}

/* VOP_BMAP. */
int
lf_bmap(void *v)
{
	struct vop_bmap_args *ap = v;
	struct lf_node *ln = VTOLF(ap->a_vp);
	uint32_t blk, next;
	int error, run;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = ln->ln_mount->lm_devvp;
	if (ap->a_bnp == NULL)
		return 0;
	if (ap->a_bn < 0 || ap->a_bn >= LF_MAXBLOCKS)
		return EFBIG;
	rw_enter(&ln->ln_maplock, RW_READER);
	error = map_locked(ln, ap->a_bn, &blk);
	for (run = 1; error == 0 && ap->a_runp != NULL && run < 16 &&
	    ap->a_bn + run < LF_MAXBLOCKS; run++)
		if (map_locked(ln, ap->a_bn + run, &next) != 0 ||
		    next != (blk == 0 ? 0 : blk + run))
			break;
	rw_exit(&ln->ln_maplock);
	if (error != 0)
		return error;
	*ap->a_bnp = blk == 0 ? (daddr_t)-1 : LF_FSBTODB(blk);
	if (ap->a_runp != NULL)
		*ap->a_runp = run - 1;
	return 0;
}

/* VOP_STRATEGY: there are no buffers but the device's. */
int
lf_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct buf *bp = ap->a_bp;

	bp->b_error = EIO;
	bp->b_resid = bp->b_bcount;
	biodone(bp);
	return EIO;
}

/*
 * From genfs, in a transaction that it began: the pages of a range are there,
 * zero where there was a hole, and need blocks.
 */
static int
lf_gop_alloc(struct vnode *vp, off_t off, off_t len, int flags,
    struct kauth_cred *cred)
{
	struct lf_node *ln = VTOLF(vp);
	uint32_t blk, lbn;
	bool any = false, new;
	int error = 0;

	wapbl_jlock_assert(ln->ln_mount->lm_mp->mnt_wapbl);
	KASSERT(genfs_node_wrlocked(vp));
	for (lbn = off >> LF_BSHIFT; error == 0 &&
	    ((off_t)lbn << LF_BSHIFT) < off + len; lbn++) {
		if (lbn >= LF_MAXBLOCKS)
			error = EFBIG;
		else
			error = lf_map_alloc(ln, lbn, &blk, &new);
		any = any || (error == 0 && new);
	}
	if (any || error != 0)
		(void)lf_update(ln);
	return error;
}

static void
lf_gop_markupdate(struct vnode *vp, int flags)
{

	lf_touch(VTOLF(vp), (flags & GOP_UPDATE_MODIFIED) != 0 ?
	    LFT_MODIFY | LFT_CHANGE : LFT_ACCESS);
}

const struct genfs_ops lf_genfsops = {
	.gop_size = genfs_size,
	.gop_alloc = lf_gop_alloc,
	.gop_write = genfs_gop_write,
	.gop_markupdate = lf_gop_markupdate,
	.gop_putrange = genfs_gop_putrange,
};
