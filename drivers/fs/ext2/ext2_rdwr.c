/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File contents: VOP_READ, VOP_WRITE, VOP_READLINK, VOP_FSYNC, VOP_FDISCARD.
 *
 * Data moves between programs and the page cache.  A write has its blocks
 * allocated first (ext2_pages.c), as many at once as it fills.
 */

#include "ext2.h"

#include <uvm/uvm.h>

#define	EXT2_CHUNK	(1024 * 1024)	/* allocated at once by a write */

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
	if (ext2_isencrypted(ip))
		return ENEEDAUTH;
	while (error == 0 && uio->uio_resid > 0 &&
	    (uint64_t)uio->uio_offset < ip->ei_size) {
		left = MIN(ip->ei_size - uio->uio_offset, uio->uio_resid);
		error = ubc_uiomove(&vp->v_uobj, uio, left, advice,
		    UBC_READ | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	}
	ext2_imark_access(ip);
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
	if ((uint64_t)uio->uio_offset > MAX(off, ip->ei_size)) {
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
	if (ext2_isencrypted(ip))
		return ENEEDAUTH;
	ext2_imark_access(ip);
	if (ip->ei_inline != NULL)
		return uiomove(ip->ei_inline, ip->ei_size, ap->a_uio);
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
