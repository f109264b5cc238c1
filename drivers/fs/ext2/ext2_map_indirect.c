/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block mapping of ext2 and ext3: twelve direct pointers in the inode, then
 * one single, one double and one triple indirect block.
 *
 * Every pointer is checked when it is read, so a damaged tree can send
 * nobody outside the volume or into metadata, and its depth is at most
 * three whatever it contains.  Pointers that form a circle must not make a
 * thread wait for itself: no buffer is held while another one is asked for.
 */

#include "ext2.h"

/* The way to a block: index in the inode, then in each indirect block. */
struct ext2_ipath {
	u_int		p_depth;	/* indirect blocks on the way */
	uint32_t	p_idx[E2_NIADDR + 1];
};

static inline uint32_t
ext2_ptrshift(const struct ext2_mount *em)
{

	return em->em_bshift - 2;
}

static inline uint32_t
ext2_nptrs(const struct ext2_mount *em)
{

	return 1U << ext2_ptrshift(em);
}

/* Blocks that the pointers of a block at the given height reach. */
static inline uint64_t
ext2_reach(const struct ext2_mount *em, u_int height)
{

	return 1ULL << (height * ext2_ptrshift(em));
}

static int
ext2_ind_path(const struct ext2_mount *em, uint64_t lbn,
    struct ext2_ipath *ipath)
{
	const uint32_t shift = ext2_ptrshift(em);
	u_int depth, i;

	if (lbn < E2_NDADDR) {
		ipath->p_depth = 0;
		ipath->p_idx[0] = lbn;
		return 0;
	}
	lbn -= E2_NDADDR;
	for (depth = 1; depth <= E2_NIADDR; depth++) {
		if (lbn < ext2_reach(em, depth))
			break;
		lbn -= ext2_reach(em, depth);
	}
	if (depth > E2_NIADDR)
		return EFBIG;
	ipath->p_depth = depth;
	ipath->p_idx[0] = E2_NDADDR + depth - 1;
	for (i = depth; i > 0; i--) {
		ipath->p_idx[i] = lbn & (ext2_nptrs(em) - 1);
		lbn >>= shift;
	}
	return 0;
}

/* How far does a run of pointers or of holes reach? */
static uint32_t
ext2_ind_run(const uint32_t *ptrs, uint32_t at, uint32_t end, uint32_t max)
{
	const uint32_t first = le32toh(ptrs[at]);
	const uint32_t step = first != 0;
	uint32_t n;

	end = MIN((uint64_t)end, (uint64_t)at + max);
	for (n = 1; at + n < end; n++) {
		if (le32toh(ptrs[at + n]) != first + n * step)
			break;
	}
	return n;
}

static int
ext2_ind_answer(struct ext2_inode *ip, const uint32_t *ptrs, uint32_t at,
    uint32_t end, uint32_t max, uint64_t *pbn, uint32_t *run)
{

	*pbn = le32toh(ptrs[at]);
	*run = ext2_ind_run(ptrs, at, end, max);
	if (*pbn == 0)
		return 0;
	return ext2_blockcheck(ip->ei_em, *pbn, *run, ip->ei_ino, "block");
}

/* Read the indirect block a pointer names. */
static int
ext2_ind_bread(struct ext2_inode *ip, uint32_t blk, struct buf **bpp)
{
	int error;

	error = ext2_blockcheck(ip->ei_em, blk, 1, ip->ei_ino,
	    "indirect block");
	return error != 0 ? error : ext2_bread(ip->ei_em, blk, bpp);
}

/* A pointer on the way is missing: how much is not there with it? */
static uint32_t
ext2_ind_hole(const struct ext2_mount *em, const struct ext2_ipath *ipath,
    u_int level, uint32_t max)
{
	uint64_t left = 1, i;

	for (i = level + 1; i <= ipath->p_depth; i++)
		left = left * ext2_nptrs(em) - ipath->p_idx[i];
	return MAX(MIN(left, max), 1);
}

static int
ext2_ind_lookup(struct ext2_inode *ip, uint64_t lbn, uint32_t max,
    uint64_t *pbn, uint32_t *run)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_ipath ipath;
	struct buf *bp;
	uint32_t blk;
	u_int level;
	int error;

	KASSERT(rw_lock_held(&ip->ei_maplock));
	KASSERT(max > 0);
	if ((error = ext2_ind_path(em, lbn, &ipath)) != 0)
		return error;
	if (ipath.p_depth == 0)
		return ext2_ind_answer(ip, ip->ei_block, ipath.p_idx[0],
		    E2_NDADDR, max, pbn, run);
	blk = le32toh(ip->ei_block[ipath.p_idx[0]]);
	for (level = 1; level <= ipath.p_depth; level++) {
		if (blk == 0) {
			*pbn = 0;
			*run = ext2_ind_hole(em, &ipath, level - 1, max);
			return 0;
		}
		if ((error = ext2_ind_bread(ip, blk, &bp)) != 0)
			return error;
		if (level == ipath.p_depth)
			break;
		blk = le32toh(((uint32_t *)bp->b_data)[ipath.p_idx[level]]);
		brelse(bp, 0);
	}
	error = ext2_ind_answer(ip, bp->b_data, ipath.p_idx[level],
	    ext2_nptrs(em), max, pbn, run);
	brelse(bp, 0);
	return error;
}

/* What is to be allocated, and where it hangs on to what is there. */
struct ext2_ialloc {
	uint64_t	ia_lbn;
	uint32_t	ia_want;	/* holes in a row at ia_lbn */
	u_int		ia_have;	/* levels of the path that exist */
	uint32_t	ia_block;	/* the last of these, 0: the inode */
	uint64_t	ia_fresh[E2_NIADDR];	/* blocks for the others */
};

/* Walk down as far as there are indirect blocks; count the holes. */
static int
ext2_ind_descend(struct ext2_inode *ip, const struct ext2_ipath *ipath,
    uint32_t max, struct ext2_ialloc *ia)
{
	struct ext2_mount *em = ip->ei_em;
	struct buf *bp;
	uint32_t blk, *ptrs;
	int error;

	ia->ia_block = 0;
	ia->ia_want = ext2_ind_run(ip->ei_block, ipath->p_idx[0], E2_NDADDR,
	    max);
	blk = le32toh(ip->ei_block[ipath->p_idx[0]]);
	for (ia->ia_have = 0; ia->ia_have < ipath->p_depth; ia->ia_have++) {
		if (blk == 0) {
			ia->ia_want = MIN(max, ext2_nptrs(em) -
			    ipath->p_idx[ipath->p_depth]);
			return 0;
		}
		if ((error = ext2_ind_bread(ip, blk, &bp)) != 0)
			return error;
		ia->ia_block = blk;
		ptrs = bp->b_data;
		blk = le32toh(ptrs[ipath->p_idx[ia->ia_have + 1]]);
		ia->ia_want = ext2_ind_run(ptrs,
		    ipath->p_idx[ia->ia_have + 1], ext2_nptrs(em), max);
		brelse(bp, 0);
	}
	/* Another file's blocks may be here, too, if they are damaged. */
	if (blk != 0)
		return ext2_damaged(em, "inode %" PRIu64 ": block map "
		    "changed", ip->ei_ino);
	return 0;
}

/* Give back what ext2_ind_claim() got. */
static void
ext2_ind_unclaim(struct ext2_tx *tx, struct ext2_inode *ip,
    const struct ext2_ialloc *ia, u_int n)
{

	while (n-- > 0) {
		ext2_forget(ip->ei_em, ia->ia_fresh[n]);
		(void)ext2_bfree(tx, ip->ei_em, ia->ia_fresh[n], 1,
		    ip->ei_ino);
	}
}

/* Get n indirect blocks and then the data blocks, nothing linked yet. */
static int
ext2_ind_claim(struct ext2_tx *tx, struct ext2_inode *ip,
    struct ext2_ialloc *ia, u_int n, uint64_t *pbn, uint32_t *run)
{
	uint64_t goal = ext2_goal(ip, ia->ia_lbn);
	uint32_t got;
	u_int i;
	int error;

	KASSERT(n <= E2_NIADDR);
	for (i = 0; i < n; i++) {
		error = ext2_balloc(tx, ip, goal, 1, &ia->ia_fresh[i], &got);
		if (error != 0) {
			ext2_ind_unclaim(tx, ip, ia, i);
			return error;
		}
		goal = ia->ia_fresh[i] + 1;
	}
	error = ext2_balloc(tx, ip, goal, ia->ia_want, pbn, run);
	if (error != 0)
		ext2_ind_unclaim(tx, ip, ia, n);
	return error;
}

/* Store count pointers to pbn and its successors at ptrs[at]. */
static void
ext2_ind_store(uint32_t *ptrs, uint32_t at, uint64_t pbn, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		ptrs[at + i] = htole32((uint32_t)(pbn + i));
}

/*
 * Link the new blocks from the bottom up: each is complete in its buffer
 * before anything names it.
 */
static int
ext2_ind_link(struct ext2_tx *tx, struct ext2_inode *ip,
    const struct ext2_ipath *ipath, const struct ext2_ialloc *ia,
    uint64_t pbn, uint32_t run)
{
	struct ext2_mount *em = ip->ei_em;
	struct buf *bp;
	u_int level;
	int error;

	for (level = ipath->p_depth; level > ia->ia_have; level--) {
		const uint64_t blk = ia->ia_fresh[level - ia->ia_have - 1];

		bp = ext2_getnew(em, blk);
		ext2_ind_store(bp->b_data, ipath->p_idx[level], pbn, run);
		ext2_tx_dirty_new(tx, bp);
		pbn = blk;
		run = 1;
	}
	if (level == 0) {
		ext2_ind_store(ip->ei_block, ipath->p_idx[0], pbn, run);
		return 0;
	}
	if ((error = ext2_bread(em, ia->ia_block, &bp)) != 0)
		return error;
	ext2_ind_store(bp->b_data, ipath->p_idx[level], pbn, run);
	ext2_tx_dirty(tx, bp);
	return 0;
}

/*
 * How many more blocks may the inode have?  Its count of them, which has
 * those of indirect blocks too, must fit where it is written; and there is
 * to be room for the block of attributes.
 */
static uint64_t
ext2_ind_room(const struct ext2_inode *ip)
{
	const struct ext2_mount *em = ip->ei_em;
	const uint64_t max = (EXT2_HAS_R(em, HUGE_FILE) ?
	    (1ULL << 48) - 1 : UINT32_MAX) - em->em_bsize / DEV_BSIZE;

	return ip->ei_blocks >= max ? 0 :
	    (max - ip->ei_blocks) >> em->em_fsbtodb;
}

static int
ext2_ind_alloc(struct ext2_tx *tx, struct ext2_inode *ip, uint64_t lbn,
    uint32_t max, uint64_t *pbn, uint32_t *run, bool *isnew)
{
	struct ext2_ialloc ia = { .ia_lbn = lbn };
	struct ext2_ipath ipath;
	u_int n;
	int error;

	KASSERT(rw_write_held(&ip->ei_maplock));
	*isnew = false;
	error = ext2_ind_lookup(ip, lbn, max, pbn, run);
	if (error != 0 || *pbn != 0)
		return error;
	*isnew = true;
	if ((error = ext2_ind_path(ip->ei_em, lbn, &ipath)) != 0)
		return error;
	if ((error = ext2_ind_descend(ip, &ipath, max, &ia)) != 0)
		return error;
	n = ipath.p_depth - ia.ia_have;
	if (ext2_ind_room(ip) <= n)
		return EFBIG;
	ia.ia_want = MIN(ia.ia_want, ext2_ind_room(ip) - n);
	error = ext2_ind_claim(tx, ip, &ia, n, pbn, run);
	if (error != 0)
		return error;
	error = ext2_ind_link(tx, ip, &ipath, &ia, *pbn, *run);
	if (error != 0) {
		ext2_ind_unclaim(tx, ip, &ia, n);
		(void)ext2_bfree(tx, ip->ei_em, *pbn, *run, ip->ei_ino);
		return error;
	}
	ext2_iblocks_add(ip, (int64_t)*run + n);
	ip->ei_goallbn = lbn + *run - 1;
	ip->ei_goalpbn = *pbn + *run - 1;
	ext2_idirty(ip);
	return 0;
}

/* Free runs of data blocks named by ptrs[from .. end - 1]. */
static int
ext2_ind_free_data(struct ext2_tx *tx, struct ext2_inode *ip, uint32_t *ptrs,
    uint32_t from, uint32_t end)
{
	uint32_t at, blk, n;
	int error;

	for (at = from; at < end; at += n) {
		n = ext2_ind_run(ptrs, at, end, end - at);
		blk = le32toh(ptrs[at]);
		if (blk == 0)
			continue;
		error = ext2_bfree(tx, ip->ei_em, blk, n, ip->ei_ino);
		if (error != 0)
			return error;
		if (!S_ISREG(ip->ei_mode)) {
			uint32_t i;

			for (i = 0; i < n; i++)
				ext2_forget(ip->ei_em, blk + i);
		}
		memset(&ptrs[at], 0, n * sizeof(*ptrs));
		ext2_iblocks_add(ip, -(int64_t)n);
	}
	return 0;
}

static bool
ext2_ind_allzero(const uint32_t *ptrs, uint32_t n)
{

	while (n > 0 && ptrs[n - 1] == 0)
		n--;
	return n == 0;
}

/*
 * Put a changed copy of indirect block blk back, or give the block up if
 * nothing is left in it.
 */
static int
ext2_ind_putback(struct ext2_tx *tx, struct ext2_inode *ip, uint32_t *ptr,
    const uint32_t *ptrs)
{
	struct ext2_mount *em = ip->ei_em;
	const uint32_t blk = le32toh(*ptr);
	struct buf *bp;
	int error;

	if (ext2_ind_allzero(ptrs, ext2_nptrs(em))) {
		error = ext2_bfree(tx, em, blk, 1, ip->ei_ino);
		if (error != 0)
			return error;
		ext2_forget(em, blk);
		ext2_iblocks_add(ip, -1);
		*ptr = 0;
		return 0;
	}
	if ((error = ext2_bread(em, blk, &bp)) != 0)
		return error;
	memcpy(bp->b_data, ptrs, em->em_bsize);
	ext2_tx_dirty(tx, bp);
	return 0;
}

/*
 * Free blocks first .. end - 1, counted from the first block that *ptr, an
 * indirect block of the given height, reaches; the block itself goes too
 * when it is empty then.  Recurses once per level, with a copy of the block
 * on each.
 */
static int
ext2_ind_free_below(struct ext2_tx *tx, struct ext2_inode *ip, uint32_t *ptr,
    u_int height, uint64_t first, uint64_t end)
{
	struct ext2_mount *em = ip->ei_em;
	const uint64_t reach = ext2_reach(em, height - 1);
	struct buf *bp, *copy;
	uint32_t *ptrs, i;
	uint64_t base;
	int error, error2;

	KASSERT(height >= 1 && height <= E2_NIADDR);
	end = MIN(end, ext2_reach(em, height));
	if (*ptr == 0 || first >= end)
		return 0;
	if ((error = ext2_ind_bread(ip, le32toh(*ptr), &bp)) != 0)
		return error;
	/* Not of kmem(9), which may wait for pages that need ei_maplock. */
	copy = geteblk(em->em_bsize);
	ptrs = copy->b_data;
	memcpy(ptrs, bp->b_data, em->em_bsize);
	brelse(bp, 0);
	if (height == 1)
		error = ext2_ind_free_data(tx, ip, ptrs, first, end);
	for (i = first / reach; height > 1 && error == 0 &&
	    i < howmany(end, reach); i++) {
		base = i * reach;
		error = ext2_ind_free_below(tx, ip, &ptrs[i], height - 1,
		    first > base ? first - base : 0, end - base);
	}
	error2 = ext2_ind_putback(tx, ip, ptr, ptrs);
	brelse(copy, BC_INVAL);
	return error != 0 ? error : error2;
}

static int
ext2_ind_free(struct ext2_tx *tx, struct ext2_inode *ip, uint64_t first,
    uint64_t end)
{
	struct ext2_mount *em = ip->ei_em;
	uint64_t base = E2_NDADDR, reach;
	u_int height;
	int error;

	KASSERT(rw_write_held(&ip->ei_maplock));
	if (first < E2_NDADDR) {
		error = ext2_ind_free_data(tx, ip, ip->ei_block, first,
		    MIN(end, E2_NDADDR));
		if (error != 0)
			return error;
	}
	for (height = 1; height <= E2_NIADDR; height++, base += reach) {
		reach = ext2_reach(em, height);
		if (end <= base || first >= base + reach)
			continue;
		error = ext2_ind_free_below(tx, ip,
		    &ip->ei_block[E2_NDADDR + height - 1], height,
		    first > base ? first - base : 0, end - base);
		if (error != 0)
			return error;
	}
	ext2_idirty(ip);
	return 0;
}

static uint64_t
ext2_ind_maxblocks(const struct ext2_mount *em)
{

	return E2_NDADDR + ext2_reach(em, 1) + ext2_reach(em, 2) +
	    ext2_reach(em, 3);
}

/* Pointers are checked when they are followed; there is no header. */
static int
ext2_ind_check(struct ext2_inode *ip)
{

	return 0;
}

const struct ext2_mapops ext2_map_indirect = {
	.mo_name = "indirect",
	.mo_lookup = ext2_ind_lookup,
	.mo_alloc = ext2_ind_alloc,
	.mo_free = ext2_ind_free,
	.mo_maxblocks = ext2_ind_maxblocks,
	.mo_check = ext2_ind_check,
};
