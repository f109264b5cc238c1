/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing a file's size, and punching holes.  Pages go first, blocks after
 * them; the genfs node lock keeps new pages from appearing in between.
 *
 * A partial last block is filled with zeros behind the new end, so that
 * nothing old shows when the file grows again.
 */

#include "ext2.h"

/* Zero [from, to) in the page cache, as far as blocks are there. */
static void
ext2_zero_range(struct vnode *vp, uint64_t from, uint64_t to)
{

	KASSERT(from <= to);
	if (from < to)
		ubc_zerorange(&vp->v_uobj, from, to - from,
		    UBC_VNODE_FLAGS(vp));
}

/* Is there a block under any byte of [from, to)? */
static int
ext2_isbacked(struct ext2_inode *ip, uint64_t from, uint64_t to, bool *isp)
{
	const uint32_t shift = ip->ei_em->em_bshift;
	const uint64_t end = howmany(to, 1ULL << shift);
	uint64_t lbn, pbn = 0;
	uint32_t run;
	int error = 0;

	for (lbn = from >> shift; lbn < end && pbn == 0 && error == 0;
	    lbn += run)
		error = ext2_bmap(ip, lbn, end - lbn, &pbn, &run);
	*isp = pbn != 0;
	return error;
}

/*
 * With blocks smaller than pages: a page that has some blocks must have all
 * of them up to limit before it may be dirty beyond end.
 */
static int
ext2_fill_page(struct vnode *vp, uint64_t end, uint64_t limit, bool *anyp)
{
	struct ext2_inode *ip = VTOE(vp);
	int error;

	error = ext2_isbacked(ip, trunc_page(end), MIN(round_page(end),
	    limit), anyp);
	if (error == 0 && *anyp)
		error = ext2_balloc_grain(vp, end, limit);
	return error;
}

/*
 * The file ends, or a hole begins, at end: make the rest of its block and
 * its page zero, up to limit, which may lie behind the end of the file.
 */
int
ext2_zero_tail(struct vnode *vp, uint64_t end, uint64_t limit)
{
	struct ext2_inode *ip = VTOE(vp);
	const uint32_t bsize = ip->ei_em->em_bsize;
	uint64_t to;
	bool there;
	int error;

	to = MIN(MAX(roundup2(end, bsize), round_page(end)), limit);
	if (to <= end)
		return 0;
	if (bsize < PAGE_SIZE)
		error = ext2_fill_page(vp, end, limit, &there);
	else
		error = ext2_isbacked(ip, end, to, &there);
	if (error == 0 && there)
		ext2_zero_range(vp, end, to);
	return error;
}

/*
 * Free the blocks from lbn first on, in steps that each fit a transaction.
 */
int
ext2_trunc_blocks(struct ext2_inode *ip, uint64_t first)
{
	struct ext2_tx tx;
	int error, error2;

	error = ext2_tx_begin(&tx, ip->ei_em);
	if (error != 0)
		return error;
	rw_enter(&ip->ei_maplock, RW_WRITER);
	error = ext2_prealloc_drop(&tx, ip);
	if (error == 0)
		error = ip->ei_map->mo_free(&tx, ip, first,
		    ip->ei_map->mo_maxblocks(ip->ei_em));
	ip->ei_goalpbn = 0;
	rw_exit(&ip->ei_maplock);
	ext2_idirty(ip);
	error2 = ext2_tx_end(&tx);
	return error != 0 ? error : error2;
}

static int
ext2_extend(struct vnode *vp, uint64_t size)
{
	struct ext2_inode *ip = VTOE(vp);
	int error;

	if (size > ext2_maxsize(ip))
		return EFBIG;
	/* While the page cache still has the old end. */
	error = ext2_zero_tail(vp, ip->ei_size, size);
	if (error != 0)
		return error;
	ext2_isetsize(ip, size);
	uvm_vnp_setsize(vp, size);
	ext2_imark(ip, EIU_MODIFY | EIU_CHANGE);
	return 0;
}

/* A symbolic link's text or a directory: no pages, only blocks. */
static int
ext2_empty_other(struct ext2_inode *ip)
{
	int error = 0;

	ext2_dirmap_free(ip);
	/* The text of a short link is where others have pointers. */
	if (ext2_hasdata(ip))
		error = ext2_trunc_blocks(ip, 0);
	ext2_isetsize(ip, 0);
	return error;
}

/*
 * Set the size.  The vnode is locked exclusively.
 */
int
ext2_truncate(struct vnode *vp, uint64_t size, kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	struct ext2_mount *em = ip->ei_em;
	int error;

	if (!ext2_writable(em))
		return EROFS;
	if (vp->v_type != VREG) {
		KASSERT(size == 0);
		return ext2_empty_other(ip);
	}
	if (size == ip->ei_size && size != 0) {
		ext2_imark(ip, EIU_MODIFY | EIU_CHANGE);
		return 0;
	}
	if (size > ip->ei_size)
		return ext2_extend(vp, size);

	error = ext2_zero_tail(vp, size, ip->ei_size);
	if (error != 0)
		return error;
	genfs_node_wrlock(vp);
	ext2_isetsize(ip, size);
	uvm_vnp_setsize(vp, size);
	error = ext2_trunc_blocks(ip, howmany(size, em->em_bsize));
	genfs_node_unlock(vp);
	ext2_imark(ip, EIU_MODIFY | EIU_CHANGE);
	return error;
}

/* Drop the pages and blocks of whole blocks first .. end - 1. */
static int
ext2_punch_blocks(struct vnode *vp, uint64_t first, uint64_t end)
{
	struct ext2_inode *ip = VTOE(vp);
	const uint32_t shift = ip->ei_em->em_bshift;
	struct ext2_tx tx;
	int error, error2;

	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	error = VOP_PUTPAGES(vp, trunc_page(first << shift),
	    round_page(end << shift), PGO_CLEANIT | PGO_FREE | PGO_SYNCIO);
	if (error == 0)
		error = ext2_tx_begin(&tx, ip->ei_em);
	if (error != 0)
		return error;
	rw_enter(&ip->ei_maplock, RW_WRITER);
	error = ip->ei_map->mo_free(&tx, ip, first, end);
	rw_exit(&ip->ei_maplock);
	ext2_idirty(ip);
	error2 = ext2_tx_end(&tx);
	return error != 0 ? error : error2;
}

/*
 * Make [pos, pos + len) read as zeros and give back the blocks that lie in
 * it as a whole.  The size stays.
 */
int
ext2_punch(struct vnode *vp, uint64_t pos, uint64_t len)
{
	struct ext2_inode *ip = VTOE(vp);
	const uint32_t bsize = ip->ei_em->em_bsize;
	uint64_t end, first, last;
	bool there;
	int error = 0;

	if (!ext2_writable(ip->ei_em))
		return EROFS;
	if (pos >= ip->ei_size)
		return 0;
	end = len > ip->ei_size - pos ? ip->ei_size : pos + len;
	first = howmany(pos, bsize);
	last = end == ip->ei_size ? howmany(end, bsize) : end / bsize;
	error = ext2_zero_tail(vp, pos, end);
	if (error == 0 && last == end / bsize && last >= first) {
		const uint64_t from = rounddown2(end, bsize);

		if (from < end)
			error = ext2_isbacked(ip, from, end, &there);
		if (from < end && error == 0 && there && bsize < PAGE_SIZE)
			error = ext2_balloc_grain(vp, from, ip->ei_size);
		if (from < end && error == 0 && there)
			ext2_zero_range(vp, from, end);
	}
	if (error == 0 && last > first) {
		genfs_node_wrlock(vp);
		error = ext2_punch_blocks(vp, first, last);
		genfs_node_unlock(vp);
	}
	ext2_imark(ip, EIU_MODIFY | EIU_CHANGE);
	return error;
}
