/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Free blocks and inodes.  A block that is freed stays marked as used until
 * the transaction is committed, when the log calls lf_wapbl_flush(): before,
 * a crash could bring back the file that had it.
 */

#include "logfs.h"

#define	LF_BITS		(8 * LF_BSIZE)	/* in a block of the bitmap */

static int
bitmap_read(struct lf_mount *lm, uint32_t n, int flags, struct buf **bpp)
{

	return bread(lm->lm_devvp, LF_FSBTODB(lm->lm_super.ls_bitmap + n),
	    LF_BSIZE, flags, bpp);
}

static int
inodes_read(struct lf_mount *lm, uint32_t n, int flags, struct buf **bpp)
{

	return bread(lm->lm_devvp, LF_FSBTODB(lm->lm_super.ls_inodes + n),
	    LF_BSIZE, flags, bpp);
}

static int
count_blocks(struct lf_mount *lm, uint32_t n)
{
	const uint32_t end = MIN(LF_BITS,
	    lm->lm_super.ls_nblocks - n * LF_BITS);
	struct buf *bp;
	uint32_t i;
	int error;

	error = bitmap_read(lm, n, 0, &bp);
	if (error != 0)
		return error;
	for (i = 0; i < end; i++)
		lm->lm_bfree += isclr((uint8_t *)bp->b_data, i);
	brelse(bp, 0);
	return 0;
}

static int
count_inodes(struct lf_mount *lm, uint32_t n)
{
	const struct lf_dinode *ld;
	struct buf *bp;
	uint32_t i, ino;
	int error;

	error = inodes_read(lm, n, 0, &bp);
	if (error != 0)
		return error;
	for (i = 0, ld = bp->b_data; i < LF_IPERBLOCK; i++, ld++) {
		ino = n * LF_IPERBLOCK + i;
		lm->lm_ifree += ino >= LF_ROOTINO &&
		    ino <= lm->lm_super.ls_ninodes && ld->ld_mode == 0;
		lm->lm_gen = MAX(lm->lm_gen, ld->ld_gen);
	}
	brelse(bp, 0);
	return 0;
}

/* At mount. */
int
lf_count_free(struct lf_mount *lm)
{
	uint32_t i;
	int error = 0;

	for (i = 0; i < lm->lm_super.ls_nbitmap && error == 0; i++)
		error = count_blocks(lm, i);
	for (i = 0; i < lm->lm_super.ls_ninodeblocks && error == 0; i++)
		error = count_inodes(lm, i);
	return error;
}

/* Take the first free block of one block of the bitmap from bit `from' on. */
static int
bitmap_take(struct lf_mount *lm, uint32_t n, uint32_t from, uint32_t *blkp)
{
	const uint32_t end = MIN(LF_BITS,
	    lm->lm_super.ls_nblocks - n * LF_BITS);
	struct buf *bp;
	uint32_t i;
	int error;

	error = bitmap_read(lm, n, B_MODIFY, &bp);
	if (error != 0)
		return error;
	for (i = from; i < end && isset((uint8_t *)bp->b_data, i); i++)
		continue;
	if (i >= end) {
		brelse(bp, 0);
		return ENOSPC;
	}
	setbit((uint8_t *)bp->b_data, i);
	*blkp = n * LF_BITS + i;
	bdwrite(bp);
	return 0;
}

/*
 * A block.  ENOSPC also if all there are have been freed in this transaction:
 * a flush then makes them usable.
 */
int
lf_balloc(struct lf_mount *lm, uint32_t *blkp)
{
	const uint32_t nmaps = lm->lm_super.ls_nbitmap;
	uint32_t i, n;
	int error = ENOSPC;

	rw_enter(&lm->lm_alloc, RW_WRITER);
	n = lm->lm_hint / LF_BITS;
	/* The block with the hint twice: what is before it comes last. */
	for (i = 0; i <= nmaps && error == ENOSPC; i++)
		error = bitmap_take(lm, (n + i) % nmaps,
		    i == 0 ? lm->lm_hint % LF_BITS : 0, blkp);
	if (error == 0)
		lm->lm_hint = *blkp;
	rw_exit(&lm->lm_alloc);
	if (error != 0)
		return error;
	KASSERT(*blkp >= lm->lm_super.ls_data);
	mutex_enter(&lm->lm_lock);
	KASSERT(lm->lm_bfree > 0);
	lm->lm_bfree--;
	mutex_exit(&lm->lm_lock);
	return 0;
}

/* meta: it is in a buffer, which must not be logged any more. */
void
lf_bfree(struct lf_mount *lm, uint32_t blk, bool meta)
{
	int error __diagused;

	if (meta)
		binvalbuf(lm->lm_devvp, LF_FSBTODB(blk));
	error = wapbl_register_deallocation(lm->lm_mp->mnt_wapbl,
	    LF_FSBTODB(blk), LF_BSIZE, true, NULL);
	KASSERT(error == 0);
	mutex_enter(&lm->lm_lock);
	lm->lm_bfree++;
	mutex_exit(&lm->lm_lock);
}

static void
bitmap_set(struct lf_mount *lm, const struct wapbl_dealloc *wd, bool used)
{
	const uint32_t blk = wd->wd_blkno >> (LF_BSHIFT - DEV_BSHIFT);
	struct buf *bp;

	/* If it cannot be read the block is lost, which does no harm. */
	if (bitmap_read(lm, blk / LF_BITS, B_MODIFY, &bp) != 0)
		return;
	if (used)
		setbit((uint8_t *)bp->b_data, blk % LF_BITS);
	else
		clrbit((uint8_t *)bp->b_data, blk % LF_BITS);
	bdwrite(bp);
}

/* From the log: these blocks are free with the commit that follows. */
void
lf_wapbl_flush(struct mount *mp, struct wapbl_dealloc *wd)
{
	struct lf_mount *lm = MOUNTTOLF(mp);

	rw_enter(&lm->lm_alloc, RW_WRITER);
	for (; wd != NULL; wd = TAILQ_NEXT(wd, wd_entries))
		bitmap_set(lm, wd, false);
	rw_exit(&lm->lm_alloc);
}

/* There was none. */
void
lf_wapbl_abort(struct mount *mp, struct wapbl_dealloc *wd)
{
	struct lf_mount *lm = MOUNTTOLF(mp);

	rw_enter(&lm->lm_alloc, RW_WRITER);
	for (; wd != NULL; wd = TAILQ_NEXT(wd, wd_entries))
		bitmap_set(lm, wd, true);
	rw_exit(&lm->lm_alloc);
}

/* The first free inode in block n of them becomes *ld. */
static int
inodes_take(struct lf_mount *lm, uint32_t n, const struct lf_dinode *ld,
    ino_t *inop)
{
	struct lf_dinode *tab;
	struct buf *bp;
	uint32_t i;
	int error;

	error = inodes_read(lm, n, B_MODIFY, &bp);
	if (error != 0)
		return error;
	tab = bp->b_data;
	for (i = 0; i < LF_IPERBLOCK; i++) {
		*inop = (ino_t)n * LF_IPERBLOCK + i;
		if (*inop > lm->lm_super.ls_ninodes)
			break;
		if (*inop < LF_ROOTINO || tab[i].ld_mode != 0)
			continue;
		tab[i] = *ld;
		bdwrite(bp);
		return 0;
	}
	brelse(bp, 0);
	return ENOSPC;
}

int
lf_ialloc(struct lf_mount *lm, const struct lf_dinode *ld, ino_t *inop)
{
	const uint32_t n = lm->lm_super.ls_ninodeblocks;
	uint32_t i;
	int error = ENOSPC;

	rw_enter(&lm->lm_alloc, RW_WRITER);
	for (i = 0; i < n && error == ENOSPC; i++)
		error = inodes_take(lm, (lm->lm_ihint + i) % n, ld, inop);
	if (error == 0)
		lm->lm_ihint = *inop / LF_IPERBLOCK;
	rw_exit(&lm->lm_alloc);
	if (error != 0)
		return error;
	mutex_enter(&lm->lm_lock);
	KASSERT(lm->lm_ifree > 0);
	lm->lm_ifree--;
	mutex_exit(&lm->lm_lock);
	return 0;
}
