/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Before a volume that was not unmounted is written: the bitmaps may call
 * blocks and inodes free that are in use, as a kernel that was killed may
 * have written a file's pointers and not the bitmaps.  Handed out again they
 * would have two owners.  So everything that an inode names is marked as
 * used, and counted; the opposite, what is marked and nobody's, is harmless
 * and left to e2fsck.
 *
 * Called while mounting, by ext2_set_writing(), when no transaction can be
 * open.  It takes as long as reading all inodes and indirect blocks, in the
 * memory of one indirect block per level.  A sound volume names each block
 * once; so a scan that has seen more of them than there are ends.
 */

#include "ext2.h"

struct ext2_scan {
	struct ext2_mount *sc_em;
	ino_t		sc_ino;		/* being looked at */
	uint64_t	sc_seen;	/* blocks that inodes named so far */
	uint64_t	sc_marked;	/* bits that were clear */
	bool		sc_damaged;	/* this inode is, and said to be */
	uint32_t	*sc_ptrs[E2_NIADDR];	/* an indirect block each */
};

/* Set those of the bits that are clear; returns how many. */
static uint32_t
ext2_scan_setbits(void *map, uint32_t bit, uint32_t count)
{
	const uint32_t end = bit + count;
	uint32_t run, n = 0;

	while (ext2_bitmap_find(map, bit, end, 1, count, &bit, &run)) {
		ext2_bitmap_set(map, bit, run);
		bit += run;
		n += run;
	}
	return n;
}

/* The count bits from bit on of a group are in use. */
static int
ext2_scan_group(struct ext2_scan *sc, uint32_t g, int kind, uint32_t bit,
    uint32_t count)
{
	struct ext2_mount *em = sc->sc_em;
	struct ext2_group *eg = &em->em_groups[g];
	struct buf *bp;
	uint32_t n;
	int error;

	error = ext2_bitmap_read(em, g, kind, &bp);
	if (error != 0)
		/* Nothing is allocated in a group that is damaged. */
		return ext2_group_has(em, g, kind, 0) ? error : 0;
	if (ext2_bitmap_allset(bp->b_data, bit, count)) {
		brelse(bp, 0);
		return 0;
	}
	n = ext2_scan_setbits(bp->b_data, bit, count);
	atomic_store_relaxed(&eg->eg_free[kind],
	    eg->eg_free[kind] - MIN(n, eg->eg_free[kind]));
	ext2_group_mark(em, eg);
	if (kind == EXT2_BLOCKS) {
		mutex_enter(&em->em_lock);
		atomic_store_relaxed(&em->em_bfree,
		    em->em_bfree - MIN(n, em->em_bfree));
		mutex_exit(&em->em_lock);
	}
	sc->sc_marked += n;
	bdwrite(bp);
	return 0;
}

/* A run of blocks that the inode names. */
static int
ext2_scan_blocks(struct ext2_scan *sc, uint64_t start, uint32_t count)
{
	struct ext2_mount *em = sc->sc_em;
	uint32_t g, bit, n;
	int error;

	error = ext2_blockcheck(em, start, count, sc->sc_ino, "block");
	if (error != 0)
		sc->sc_damaged = true;
	for (; error == 0 && count > 0; start += n, count -= n) {
		g = (start - em->em_firstblock) / em->em_bpg;
		bit = (start - em->em_firstblock) % em->em_bpg;
		n = MIN(count, em->em_bpg - bit);
		error = ext2_scan_group(sc, g, EXT2_BLOCKS, bit, n);
	}
	return error;
}

/* Copy an indirect block: one buffer is held at a time, as everywhere. */
static int
ext2_scan_copy(struct ext2_scan *sc, uint32_t blk, u_int height)
{
	struct buf *bp;
	int error;

	error = ext2_bread(sc->sc_em, blk, &bp);
	if (error != 0)
		return error;
	memcpy(sc->sc_ptrs[height - 1], bp->b_data, sc->sc_em->em_bsize);
	brelse(bp, 0);
	return 0;
}

/* How many pointers from ptrs[at] on name blocks in a row? */
static uint32_t
ext2_scan_run(const uint32_t *ptrs, uint32_t at, uint32_t end)
{
	const uint32_t first = le32toh(ptrs[at]);
	uint32_t n = 1;

	while (at + n < end && le32toh(ptrs[at + n]) == first + n)
		n++;
	return n;
}

/*
 * n pointers to blocks (height 0) or to indirect blocks of that height.
 * Recurses once per height.
 */
static int
ext2_scan_ptrs(struct ext2_scan *sc, const uint32_t *ptrs, uint32_t n,
    u_int height)
{
	struct ext2_mount *em = sc->sc_em;
	uint32_t at, run;
	int error;

	KASSERT(height <= E2_NIADDR);
	for (at = 0; at < n; at += run) {
		run = 1;
		if (ptrs[at] == 0)
			continue;
		if (height == 0)
			run = ext2_scan_run(ptrs, at, n);
		sc->sc_seen += run;
		if (sc->sc_seen > em->em_nblocks)
			return EROFS;
		error = ext2_scan_blocks(sc, le32toh(ptrs[at]), run);
		if (error == 0 && height > 0) {
			error = ext2_scan_copy(sc, le32toh(ptrs[at]), height);
			if (error == 0)
				error = ext2_scan_ptrs(sc,
				    sc->sc_ptrs[height - 1], em->em_bsize /
				    sizeof(*ptrs), height - 1);
		}
		if (error != 0)
			return error;
	}
	return 0;
}

/* Has an inode of this kind pointers in i_block? */
static bool
ext2_scan_hasptrs(const struct ext2_mount *em, const struct e2_inode *di)
{
	const uint32_t xa = di->i_file_acl != 0 ? em->em_bsize / DEV_BSIZE :
	    0;

	switch (le16toh(di->i_mode) & S_IFMT) {
	case S_IFREG:
	case S_IFDIR:
		return true;
	case S_IFLNK:
		return le32toh(di->i_blocks) > xa;
	default:
		return false;
	}
}

/* What an inode in use has: itself, its attributes, its blocks. */
static int
ext2_scan_inode(struct ext2_scan *sc, const struct e2_inode *di)
{
	struct ext2_mount *em = sc->sc_em;
	u_int height;
	int error;

	error = ext2_scan_group(sc, (sc->sc_ino - 1) / em->em_ipg,
	    EXT2_INODES, (sc->sc_ino - 1) % em->em_ipg, 1);
	if (error == 0 && di->i_file_acl != 0)
		error = ext2_scan_blocks(sc, le32toh(di->i_file_acl), 1);
	if (error != 0 || !ext2_scan_hasptrs(em, di))
		return error;
	if ((le32toh(di->i_flags) & E2_FL_EXTENTS) != 0) {
		sc->sc_damaged = true;
		return ext2_damaged(em, "inode %" PRIu64 ": has extents",
		    sc->sc_ino);
	}
	error = ext2_scan_ptrs(sc, di->i_block, E2_NDADDR, 0);
	for (height = 1; error == 0 && height <= E2_NIADDR; height++)
		error = ext2_scan_ptrs(sc, &di->i_block[E2_NDADDR + height -
		    1], 1, height);
	return error;
}

/*
 * The other reserved inodes have what mke2fs gave them, and nobody clears
 * the bits of that.
 */
static bool
ext2_scan_wanted(const struct ext2_mount *em, ino_t ino)
{

	return ino == E2_ROOTINO || ino == E2_JOURNALINO ||
	    ino >= em->em_firstino;
}

static int
ext2_scan_all(struct ext2_scan *sc)
{
	struct ext2_mount *em = sc->sc_em;
	struct e2_inode *di, copy;
	struct buf *bp;
	ino_t ino;
	int error;

	for (ino = 1; ino <= em->em_ninodes; ino++) {
		if (!ext2_scan_wanted(em, ino))
			continue;
		if ((error = ext2_iread(em, ino, &bp, &di)) != 0)
			return error;
		if (di->i_mode == 0 || di->i_links_count == 0) {
			brelse(bp, 0);
			continue;
		}
		memcpy(&copy, di, E2_OLDINODESIZE);
		brelse(bp, 0);
		sc->sc_ino = ino;
		sc->sc_damaged = false;
		error = ext2_scan_inode(sc, &copy);
		/* What cannot be read might be anything; damage is nothing. */
		if (error != 0 && !sc->sc_damaged)
			return error;
	}
	return 0;
}

/*
 * Mark everything that inodes name as used.  EROFS if that cannot be known,
 * because inodes name more blocks than there are; or an error of the device.
 * The caller commits.
 */
int
ext2_scan_used(struct ext2_mount *em)
{
	struct ext2_scan sc = { .sc_em = em };
	u_int i;
	int error;

	KASSERT(em->em_log == NULL);
	for (i = 0; i < E2_NIADDR; i++)
		sc.sc_ptrs[i] = kmem_alloc(em->em_bsize, KM_SLEEP);
	error = ext2_scan_all(&sc);
	for (i = 0; i < E2_NIADDR; i++)
		kmem_free(sc.sc_ptrs[i], em->em_bsize);
	if (error == EROFS)
		ext2_warn(em, "cannot mount for writing: blocks are in "
		    "several files, run e2fsck");
	else if (error == 0 && sc.sc_marked != 0)
		ext2_warn(em, "%" PRIu64 " blocks and inodes in use were "
		    "marked as free", sc.sc_marked);
	return error;
}
