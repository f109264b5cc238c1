/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the page cache needs of a file: backing its pages with blocks and
 * telling where they are.  Called by ext2fs_write() and by genfs.
 *
 * Blocks are allocated when a write reserves its place: before the pages,
 * for whole new blocks that the write overwrites entirely; with the page
 * already in memory and zeroed, for blocks it overwrites in part, so that no
 * reader ever sees what a block held in an earlier life.
 */

#include "ext2.h"

#include <uvm/uvm.h>

#define	EXT2_MAXGRAIN	16		/* pages of the largest block */

static int ext2_gop_alloc(struct vnode *, off_t, off_t, int,
    struct kauth_cred *);
static void ext2_gop_markupdate(struct vnode *, int);

const struct genfs_ops ext2_genfsops = {
	.gop_size = genfs_size,
	.gop_alloc = ext2_gop_alloc,
	.gop_write = genfs_gop_write,
	.gop_markupdate = ext2_gop_markupdate,
	.gop_putrange = genfs_gop_putrange,
};

/* Blocks first .. end - 1 of a file to be backed. */
struct ext2_backing {
	uint64_t	eb_first, eb_end;
	uint64_t	eb_next;	/* backed up to here */
	uint64_t	eb_new;		/* bit i: eb_first + i is new */
	bool		eb_all;		/* all or nothing; at most 64 */
};

/* Take back what an attempt that failed allocated. */
static void
ext2_back_undo(struct ext2_tx *tx, struct ext2_inode *ip,
    struct ext2_backing *eb)
{
	const uint64_t n = MIN(eb->eb_next - eb->eb_first, 64);
	uint64_t i;

	rw_enter(&ip->ei_maplock, RW_WRITER);
	for (i = 0; i < n; i++) {
		if ((eb->eb_new >> i & 1) != 0)
			(void)ip->ei_map->mo_free(tx, ip, eb->eb_first + i,
			    eb->eb_first + i + 1);
	}
	rw_exit(&ip->ei_maplock);
	eb->eb_new = 0;
	eb->eb_next = eb->eb_first;
}

static int
ext2_back_tx(struct ext2_tx *tx, struct ext2_inode *ip,
    struct ext2_backing *eb)
{
	uint64_t i, lbn, pbn;
	uint32_t run;
	bool isnew;
	int error;

	for (; (lbn = eb->eb_next) < eb->eb_end; eb->eb_next += run) {
		error = ext2_bmap_alloc(tx, ip, lbn,
		    MIN(eb->eb_end - lbn, UINT32_MAX), &pbn, &run, &isnew);
		if (error != 0) {
			if (eb->eb_all)
				ext2_back_undo(tx, ip, eb);
			return error;
		}
		for (i = lbn; isnew && eb->eb_all && i < lbn + run; i++)
			eb->eb_new |= 1ULL << (i - eb->eb_first);
	}
	return 0;
}

/*
 * Back [off, off + len) with blocks.  all: or with none, for at most 64;
 * else *donep is how much of it is backed when an error ends it early.
 */
int
ext2_balloc_range(struct ext2_inode *ip, uint64_t off, uint64_t len,
    bool all, uint64_t *donep)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_backing eb = {
		.eb_first = off >> em->em_bshift,
		.eb_end = howmany(off + len, em->em_bsize),
		.eb_next = off >> em->em_bshift,
		.eb_all = all,
	};
	struct ext2_tx tx;
	uint64_t done;
	u_int tries = 0;
	int error, error2;

	KASSERT(!all || eb.eb_end - eb.eb_first <= 64);
	do {
		if ((error = ext2_tx_begin(&tx, em)) != 0)
			break;
		tx.tx_grow = true;
		error = ext2_back_tx(&tx, ip, &eb);
		error2 = ext2_tx_end(&tx);
		if (error == 0)
			error = error2;
	} while (ext2_tx_retry(em, error, &tries));
	done = eb.eb_next << em->em_bshift;
	if (donep != NULL)
		*donep = done > off ? MIN(done - off, len) : 0;
	return error;
}

/*
 * Blocks for pages that will be written to; genfs holds its node lock.
 */
static int
ext2_gop_alloc(struct vnode *vp, off_t off, off_t len, int flags,
    struct kauth_cred *cred)
{
	struct ext2_inode *ip = VTOE(vp);
	const uint64_t step = (uint64_t)ip->ei_em->em_bsize * 64;
	uint64_t at = off, end;
	int error = 0;

	/* No blocks behind the end, whatever the page covers. */
	end = roundup2(MAX((uint64_t)vp->v_writesize, ip->ei_size),
	    (uint64_t)ip->ei_em->em_bsize);
	end = MIN(end, (uint64_t)off + len);
	for (at = rounddown(at, step); at < end && error == 0; at += step)
		error = ext2_balloc_range(ip, MAX(at, (uint64_t)off),
		    MIN(at + step, end) - MAX(at, (uint64_t)off), true, NULL);
	return error;
}

static void
ext2_gop_markupdate(struct vnode *vp, int flags)
{
	struct ext2_inode *ip = VTOE(vp);

	if ((flags & GOP_UPDATE_MODIFIED) != 0)
		ext2_imark(ip, EIU_MODIFY | EIU_CHANGE);
	else if ((flags & GOP_UPDATE_ACCESSED) != 0)
		ext2_imark_access(ip);
}

/* Is all of [off, end) backed already? */
static int
ext2_allbacked(struct ext2_inode *ip, uint64_t off, uint64_t end, bool *isp)
{
	const uint32_t shift = ip->ei_em->em_bshift;
	uint64_t lbn, pbn;
	uint32_t run;
	int error;

	end = howmany(end, 1ULL << shift);
	for (lbn = off >> shift; lbn < end; lbn += run) {
		error = ext2_bmap(ip, lbn, end - lbn, &pbn, &run);
		if (error != 0)
			return error;
		if (pbn == 0) {
			*isp = false;
			return 0;
		}
	}
	*isp = true;
	return 0;
}

/* Let go of the pages.  backed: now they may be written to. */
static void
ext2_pages_release(struct vnode *vp, struct vm_page **pgs, int npages,
    bool backed)
{
	int i;

	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	for (i = 0; i < npages && backed; i++) {
		pgs[i]->flags &= ~PG_RDONLY;
		uvm_pagemarkdirty(pgs[i], UVM_PAGE_STATUS_DIRTY);
		uvm_pagelock(pgs[i]);
		uvm_pageactivate(pgs[i]);
		uvm_pageunlock(pgs[i]);
	}
	uvm_page_unbusy(pgs, npages);
	rw_exit(vp->v_uobj.vmobjlock);
}

/*
 * Back the grain (a page or a block, whichever is larger) around off, which
 * the file, ending at newsize, writes to in part: pages first, blocks
 * second.
 */
int
ext2_balloc_grain(struct vnode *vp, uint64_t off, uint64_t newsize)
{
	struct ext2_inode *ip = VTOE(vp);
	const uint64_t grain = MAX(ip->ei_em->em_bsize, PAGE_SIZE);
	struct vm_page *pgs[EXT2_MAXGRAIN];
	int npages = grain >> PAGE_SHIFT;
	uint64_t len;
	bool there;
	int error;

	KASSERT(npages >= 1 && npages <= EXT2_MAXGRAIN);
	KASSERT(off < newsize);
	off = rounddown2(off, grain);
	len = MIN(grain, roundup2(newsize, (uint64_t)ip->ei_em->em_bsize) -
	    off);
	error = ext2_allbacked(ip, off, off + len, &there);
	if (error != 0 || there)
		return error;
	npages = howmany(len, PAGE_SIZE);
	memset(pgs, 0, sizeof(pgs));
	genfs_node_wrlock(vp);
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	error = VOP_GETPAGES(vp, off, pgs, &npages, 0, VM_PROT_WRITE, 0,
	    PGO_SYNCIO | PGO_PASTEOF | PGO_NOBLOCKALLOC | PGO_NOTIMESTAMP |
	    PGO_GLOCKHELD);
	if (error == 0) {
		error = ext2_balloc_range(ip, off, len, true, NULL);
		ext2_pages_release(vp, pgs, npages, error == 0);
	}
	genfs_node_unlock(vp);
	return error;
}

/*
 * VOP_BMAP: a block of the file to one of the device, in DEV_BSIZE units.
 */
int
ext2fs_bmap(void *v)
{
	struct vop_bmap_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);
	struct ext2_mount *em = ip->ei_em;
	uint64_t pbn;
	uint32_t run;
	int error;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = ip->ei_inline != NULL ? ap->a_vp : em->em_devvp;
	if (ap->a_bnp == NULL)
		return 0;
	if (ap->a_bn < 0)
		return EINVAL;
	if (ip->ei_inline != NULL) {
		*ap->a_bnp = EXT2_FSBTODB(em, ap->a_bn);
		if (ap->a_runp != NULL)
			*ap->a_runp = 0;
		return 0;
	}
	error = ext2_bmap(ip, ap->a_bn, ap->a_runp == NULL ? 1 :
	    MAX_PAGER_SIZE >> em->em_bshift, &pbn, &run);
	if (error != 0)
		return error;
	*ap->a_bnp = pbn == 0 ? (daddr_t)-1 : EXT2_FSBTODB(em, pbn);
	if (ap->a_runp != NULL)
		*ap->a_runp = run - 1;
	return 0;
}

/*
 * VOP_STRATEGY: a buffer of the file goes to the device.
 */
int
ext2fs_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct buf *bp = ap->a_bp;
	int error = 0;

	KASSERT(vp->v_type == VREG || vp->v_type == VDIR ||
	    vp->v_type == VLNK);
	if (bp->b_blkno == bp->b_lblkno)
		error = VOP_BMAP(vp, bp->b_lblkno, NULL, &bp->b_blkno, NULL);
	if (error == 0 && bp->b_blkno == -1 && BUF_ISWRITE(bp))
		error = EIO;
	if (error != 0) {
		bp->b_error = error;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return error;
	}
	if (VTOE(vp)->ei_inline != NULL) {
		ext2_inline_strategy(VTOE(vp), bp);
		return 0;
	}
	if (bp->b_blkno == -1) {
		clrbuf(bp);
		biodone(bp);
		return 0;
	}
	return VOP_STRATEGY(VTOE(vp)->ei_em->em_devvp, bp);
}
