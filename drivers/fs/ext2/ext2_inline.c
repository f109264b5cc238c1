/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inline_data: small files, directories and symbolic links whose contents are
 * in the inode, the first 60 bytes where others have their block map and the
 * rest as the value of an attribute.  Read-only, as the whole volume is.
 *
 * The contents are copied when the inode is loaded.  Files go from there into
 * the page cache, by VOP_BMAP and VOP_STRATEGY of the vnode itself.  A
 * directory is shown to all others as one block, the kind they know, made for
 * each look: the dots, which are not stored, then the records.
 */

#include "ext2.h"

#define	EXT2_INLINE_DIRHDR	4	/* a directory's parent comes first */
#define	EXT2_INLINE_HEAD	sizeof(((struct ext2_inode *)0)->ei_block)

static int
ext2_inline_bad(struct ext2_inode *ip, const char *what)
{

	return ext2_damaged(ip->ei_em, "inode %" PRIu64 ": inline data: %s",
	    ip->ei_ino, what);
}

/*
 * Copy the contents into ei_inline.  The inode is decoded, not checked.
 */
int
ext2_inline_load(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	char *value;
	size_t len;
	int error;

	KASSERT(ip->ei_inline == NULL);
	if (!EXT2_HAS_I(em, INLINE_DATA))
		return ext2_inline_bad(ip, "the volume has no such feature");
	if ((ip->ei_flags & E2_FL_EXTENTS) != 0)
		return ext2_inline_bad(ip, "and extents");
	error = ext2_xa_inline(ip, &value, &len);
	if (error != 0)
		return error;
	ip->ei_inlinelen = EXT2_INLINE_HEAD + len;
	ip->ei_inline = kmem_alloc(ip->ei_inlinelen, KM_SLEEP);
	memcpy(ip->ei_inline, ip->ei_block, EXT2_INLINE_HEAD);
	if (len != 0) {
		memcpy(ip->ei_inline + EXT2_INLINE_HEAD, value, len);
		kmem_free(value, len);
	}
	ip->ei_map = &ext2_map_inline;
	if (ip->ei_size > ip->ei_inlinelen) {
		ext2_inline_free(ip);
		return ext2_inline_bad(ip, "less than the size says");
	}
	return 0;
}

void
ext2_inline_free(struct ext2_inode *ip)
{

	if (ip->ei_inline == NULL)
		return;
	kmem_free(ip->ei_inline, ip->ei_inlinelen);
	ip->ei_inline = NULL;
}

/*
 * Copy the records of one of the two places they are in.  They fill it
 * exactly, as they do a block.
 */
static int
ext2_inline_records(struct ext2_inode *dip, const char *from, size_t len,
    char *to)
{
	const struct e2_dirent *de;
	size_t off;
	uint32_t reclen;

	for (off = 0; off < len; off += reclen) {
		de = (const void *)(from + off);
		if (len - off < E2_DIRHDR)
			return ext2_inline_bad(dip, "a record is cut off");
		reclen = le16toh(de->d_reclen);
		if (reclen < E2_DIRENT_SIZE(1) || (reclen & 3) != 0 ||
		    reclen > len - off)
			return ext2_inline_bad(dip, "a record leaves it");
	}
	memcpy(to, from, len);
	return 0;
}

/*
 * The directory as a block, in a buffer that is gone when released.
 */
int
ext2_inline_dirblk(struct ext2_inode *dip, struct buf **bpp)
{
	const struct ext2_mount *em = dip->ei_em;
	const size_t head = EXT2_INLINE_HEAD - EXT2_INLINE_DIRHDR;
	const size_t tail = dip->ei_inlinelen - EXT2_INLINE_HEAD;
	const uint32_t at = E2_DIRENT_SIZE(1) + E2_DIRENT_SIZE(2);
	const uint32_t left = em->em_bsize - at - head - tail;
	struct e2_dirent *de;
	struct buf *bp;
	char *blk;
	int error;

	CTASSERT((EXT2_INLINE_HEAD - EXT2_INLINE_DIRHDR) % 4 == 0);
	if (at + head + tail + E2_DIRENT_SIZE(1) > em->em_bsize)
		return ext2_inline_bad(dip, "more than a block");
	bp = geteblk(em->em_bsize);
	blk = bp->b_data;
	clrbuf(bp);
	ext2_dirblk_dots(em, blk, dip->ei_ino, le32dec(dip->ei_inline));
	de = (void *)(blk + E2_DIRENT_SIZE(1));
	ext2_setreclen(em, de, E2_DIRENT_SIZE(2));
	error = ext2_inline_records(dip, dip->ei_inline + EXT2_INLINE_DIRHDR,
	    head, blk + at);
	if (error == 0)
		error = ext2_inline_records(dip, dip->ei_inline +
		    EXT2_INLINE_HEAD, tail, blk + at + head);
	if (error != 0) {
		brelse(bp, 0);
		return error;
	}
	de = (void *)(blk + at + head + tail);
	memset(de, 0, left);
	ext2_setreclen(em, de, left);
	*bpp = bp;
	return 0;
}

/*
 * VOP_STRATEGY of a file: b_blkno counts from its start.
 */
void
ext2_inline_strategy(struct ext2_inode *ip, struct buf *bp)
{
	const uint64_t off = (uint64_t)bp->b_blkno << DEV_BSHIFT;
	size_t n = 0;

	KASSERT(BUF_ISREAD(bp));
	if (off < ip->ei_size) {
		n = MIN(ip->ei_size - off, bp->b_bcount);
		memcpy(bp->b_data, ip->ei_inline + off, n);
	}
	memset((char *)bp->b_data + n, 0, bp->b_bcount - n);
	bp->b_resid = 0;
	biodone(bp);
}

/* There is no block to be found. */
static int
ext2_inline_lookup(struct ext2_inode *ip, uint64_t lbn, uint32_t max,
    uint64_t *pbn, uint32_t *run)
{

	*pbn = 0;
	*run = max;
	return 0;
}

static uint64_t
ext2_inline_maxblocks(const struct ext2_mount *em)
{

	return 1;
}

static int
ext2_inline_check(struct ext2_inode *ip)
{

	return 0;
}

const struct ext2_mapops ext2_map_inline = {
	.mo_name = "inline data",
	.mo_lookup = ext2_inline_lookup,
	.mo_alloc = ext2_map_noalloc,
	.mo_free = ext2_map_nofree,
	.mo_maxblocks = ext2_inline_maxblocks,
	.mo_check = ext2_inline_check,
};
