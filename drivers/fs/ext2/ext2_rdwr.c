/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File contents: VOP_READ, VOP_WRITE, VOP_READLINK, VOP_FSYNC, and what the
 * page cache asks for through genfs: VOP_BMAP, VOP_STRATEGY, gop_alloc.
 *
 * Data moves between programs and the page cache.  Blocks are allocated when
 * a write reserves its place: first, for whole new blocks that the write
 * overwrites entirely; with the page already in memory and zeroed, for
 * blocks it overwrites in part, so that no reader ever sees what a block
 * held in an earlier life.
 */

#include "ext2.h"

#include <uvm/uvm.h>

#define	EXT2_CHUNK	(1024 * 1024)	/* allocated at once by a write */
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

/*
 * VOP_READ.
 */
int
ext2fs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct ext2_inode *ip = VTOE(vp);
	const int advice = IO_ADV_DECODE(ap->a_ioflag);
	uint64_t left;
	int error = 0;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (uio->uio_resid == 0)
		return 0;
	if ((ip->ei_flags & E2_FL_ENCRYPT) != 0)
		return EOPNOTSUPP;
	while (error == 0 && uio->uio_resid > 0 &&
	    (uint64_t)uio->uio_offset < ip->ei_size) {
		left = MIN(ip->ei_size - uio->uio_offset, uio->uio_resid);
		error = ubc_uiomove(&vp->v_uobj, uio, left, advice,
		    UBC_READ | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	}
	ext2_imark_access(ip);
	return error;
}

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
static int
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
 * Write a part of what is left: as many whole grains as possible, or up to
 * the end of one.
 */
static int
ext2_write_chunk(struct vnode *vp, struct uio *uio, int ioflag)
{
	struct ext2_inode *ip = VTOE(vp);
	const uint64_t grain = MAX(ip->ei_em->em_bsize, PAGE_SIZE);
	const uint64_t off = uio->uio_offset;
	uint64_t len = MIN(uio->uio_resid, EXT2_CHUNK), done;
	int flags = UBC_WRITE | UBC_VNODE_FLAGS(vp), error;

	if ((off & (grain - 1)) == 0 && len >= grain &&
	    ip->ei_em->em_bsize >= PAGE_SIZE) {
		len &= ~(grain - 1);
		flags |= UBC_FAULTBUSY;
	} else
		len = MIN(len, grain - (off & (grain - 1)));
	if ((flags & UBC_FAULTBUSY) != 0) {
		genfs_node_wrlock(vp);
		error = ext2_balloc_range(ip, off, len, false, &done);
		genfs_node_unlock(vp);
		len = done & ~(grain - 1);
		if (len != 0)
			error = 0;
	} else
		error = ext2_balloc_grain(vp, off, MAX(ip->ei_size,
		    off + len));
	/* Not before the blocks are there: pages are written up to here. */
	if (error == 0 && off + len > ip->ei_size)
		uvm_vnp_setwritesize(vp, off + len);
	if (error == 0)
		error = ubc_uiomove(&vp->v_uobj, uio, len,
		    IO_ADV_DECODE(ioflag), flags);
	if ((uint64_t)uio->uio_offset > ip->ei_size) {
		ext2_isetsize(ip, uio->uio_offset);
		uvm_vnp_setsize(vp, uio->uio_offset);
	}
	return error;
}

/* May the write be done at all? */
static int
ext2_write_check(struct vnode *vp, struct uio *uio, int ioflag)
{
	struct ext2_inode *ip = VTOE(vp);

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if ((ioflag & IO_APPEND) != 0)
		uio->uio_offset = ip->ei_size;
	if (uio->uio_offset < 0)
		return EINVAL;
	if ((ip->ei_flags & E2_FL_APPEND) != 0 &&
	    (uint64_t)uio->uio_offset != ip->ei_size)
		return EPERM;
	if ((uint64_t)uio->uio_offset > ext2_maxsize(ip) ||
	    uio->uio_resid > ext2_maxsize(ip) - uio->uio_offset)
		return EFBIG;
	return ext2_writable(ip->ei_em) ? 0 : EROFS;
}

/* Somebody without the right to keep them writes: set-id bits go. */
static void
ext2_write_dropsetid(struct vnode *vp, kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	uint16_t drop = 0;

	if ((ip->ei_mode & (S_ISUID | S_ISGID)) == 0 || cred == NOCRED)
		return;
	if ((ip->ei_mode & S_ISUID) != 0 && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SUID, vp, NULL, EPERM) != 0)
		drop |= S_ISUID;
	if ((ip->ei_mode & S_ISGID) != 0 && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SGID, vp, NULL, EPERM) != 0)
		drop |= S_ISGID;
	ip->ei_mode &= ~drop;
}

/* Blocks that were allocated behind the end for a write that failed. */
static void
ext2_write_trim(struct vnode *vp)
{
	struct ext2_inode *ip = VTOE(vp);

	genfs_node_wrlock(vp);
	uvm_vnp_setsize(vp, ip->ei_size);
	(void)ext2_trunc_blocks(ip, howmany(ip->ei_size,
	    (uint64_t)ip->ei_em->em_bsize));
	genfs_node_unlock(vp);
}

/*
 * VOP_WRITE.
 */
int
ext2fs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct ext2_inode *ip = VTOE(vp);
	const uint64_t osize = ip->ei_size;
	const size_t resid = uio->uio_resid;
	int error, ioflag = ap->a_ioflag;

	error = ext2_write_check(vp, uio, ioflag);
	if (error != 0 || resid == 0)
		return error;
	if ((uint64_t)uio->uio_offset > osize)
		error = ext2_zero_tail(vp, osize, uio->uio_offset);
	while (error == 0 && uio->uio_resid > 0)
		error = ext2_write_chunk(vp, uio, ioflag);
	if (error != 0)
		ext2_write_trim(vp);
	if (uio->uio_resid != resid) {
		ext2_write_dropsetid(vp, ap->a_cred);
		ext2_imark(ip, EIU_MODIFY | EIU_CHANGE);
		/* What fitted is written; the next write will tell. */
		if (error == ENOSPC)
			error = 0;
	}
	if (error == 0 && ((ioflag & (IO_SYNC | IO_DSYNC)) != 0 ||
	    (ip->ei_flags & E2_FL_SYNC) != 0 ||
	    (vp->v_mount->mnt_flag & MNT_SYNCHRONOUS) != 0))
		error = VOP_FSYNC(vp, ap->a_cred, FSYNC_WAIT, 0, 0);
	return error;
}

/*
 * VOP_READLINK: short texts are in the inode.
 */
int
ext2fs_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);
	struct ext2_mount *em = ip->ei_em;
	struct buf *bp;
	uint64_t pbn;
	uint32_t run;
	int error;

	if (ap->a_vp->v_type != VLNK)
		return EINVAL;
	if ((ip->ei_flags & E2_FL_ENCRYPT) != 0)
		return EOPNOTSUPP;
	ext2_imark_access(ip);
	if (!ext2_hasdata(ip))
		return uiomove(ip->ei_block, ip->ei_size, ap->a_uio);
	error = ext2_bmap(ip, 0, 1, &pbn, &run);
	if (error == 0 && pbn == 0)
		error = ext2_damaged(em, "inode %" PRIu64
		    ": symlink without text", ip->ei_ino);
	if (error == 0)
		error = ext2_bread(em, pbn, &bp);
	if (error != 0)
		return error;
	KASSERT(ip->ei_size < em->em_bsize);
	error = uiomove(bp->b_data, ip->ei_size, ap->a_uio);
	brelse(bp, 0);
	return error;
}

/*
 * VOP_FSYNC: pages first, then a commit of all metadata.
 */
int
ext2fs_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ext2_inode *ip = VTOE(vp);
	const bool wait = (ap->a_flags & FSYNC_WAIT) != 0;
	int error = 0, error2, pflags = PGO_CLEANIT;

	if (vp->v_type == VREG) {
		if (wait)
			pflags |= PGO_SYNCIO;
		if ((ap->a_flags & FSYNC_LAZY) != 0)
			pflags |= PGO_LAZY;
		if (ap->a_offlo == 0 && ap->a_offhi == 0)
			pflags |= PGO_ALLPAGES;
		rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
		error = VOP_PUTPAGES(vp, trunc_page(ap->a_offlo),
		    round_page(ap->a_offhi), pflags);
		error2 = wait ? bio_error_take(vp) : 0;
		if (error == 0)
			error = error2;
	}
	/* Reclaiming writes the inode, and that is enough. */
	if (!wait || (ap->a_flags & FSYNC_RECLAIM) != 0)
		return error;
	error2 = ext2_tx_commit(ip->ei_em, true);
	return error != 0 ? error : error2;
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
		*ap->a_vpp = em->em_devvp;
	if (ap->a_bnp == NULL)
		return 0;
	if (ap->a_bn < 0)
		return EINVAL;
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
	if (bp->b_blkno == -1) {
		clrbuf(bp);
		biodone(bp);
		return 0;
	}
	return VOP_STRATEGY(VTOE(vp)->ei_em->em_devvp, bp);
}

/*
 * VOP_FDISCARD: punch a hole.
 */
int
ext2fs_fdiscard(void *v)
{
	struct vop_fdiscard_args *ap = v;

	if (ap->a_vp->v_type != VREG)
		return EINVAL;
	if (ap->a_pos < 0 || ap->a_len <= 0)
		return EINVAL;
	return ext2_punch(ap->a_vp, ap->a_pos, ap->a_len);
}
