/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole directory: looking a name up, entering, removing and redirecting
 * one, "." and "..", growing by a block.  Uses the hashed index where there
 * is a sound one and walks all blocks otherwise.
 *
 * The caller holds the directory's vnode lock, exclusively to change it.
 * Only one buffer is held at a time, so that a damaged directory that names
 * a block twice cannot make a thread wait for itself.
 */

#include "ext2.h"

/*
 * Read block lbn.  A hole is no error: *bpp is NULL then.
 */
int
ext2_dir_bread(struct ext2_inode *dip, uint64_t lbn, struct buf **bpp)
{
	uint64_t pbn;
	int error;

	*bpp = NULL;
	if (dip->ei_inline != NULL)
		return lbn == 0 ? ext2_inline_dirblk(dip, bpp) : 0;
	error = ext2_dirmap_find(dip, lbn, &pbn);
	if (error != 0 || pbn == 0)
		return error;
	error = ext2_bread(dip->ei_em, pbn, bpp);
	if (error != 0)
		return error;
	error = ext2_csum_dirblock(dip, lbn, (*bpp)->b_data);
	if (error != 0) {
		brelse(*bpp, 0);
		*bpp = NULL;
	}
	return error;
}

/*
 * Look for a name in block lbn, and remember where it is or would fit.
 */
int
ext2_dir_find_in(struct ext2_inode *dip, uint64_t lbn, const char *name,
    size_t len, struct ext2_slot *slot)
{
	const struct e2_dirent *de;
	struct buf *bp;
	uint32_t room;
	int error;

	error = ext2_dir_bread(dip, lbn, &bp);
	if (error != 0)
		return error;
	if (bp == NULL)
		return ENOENT;
	error = ext2_dirblk_find(dip, lbn, bp->b_data, name, len,
	    &slot->es_off, &slot->es_prev, &room);
	if (error == 0) {
		de = (const void *)((char *)bp->b_data + slot->es_off);
		slot->es_lbn = lbn;
		slot->es_ino = le32toh(de->d_ino);
	} else if (error == ENOENT && room != EXT2_NOROOM) {
		slot->es_lbn = lbn;
		slot->es_room = room;
		slot->es_namlen = len;
	}
	brelse(bp, 0);
	return error;
}

/*
 * Where in block lbn was room for a name of that length when it was last
 * looked for in vain?
 */
uint32_t
ext2_dir_room(const struct ext2_inode *dip, uint64_t lbn, size_t len)
{
	const struct ext2_slot *slot = &dip->ei_dir->ed_slot;

	return slot->es_lbn == lbn && slot->es_namlen == len ?
	    slot->es_room : EXT2_NOROOM;
}

/* The directory changes: what was remembered holds no more. */
static void
ext2_dir_forget(struct ext2_inode *dip)
{

	dip->ei_dir->ed_slot = (struct ext2_slot){ .es_room = EXT2_NOROOM };
}

/* Walk all blocks, beginning where the last name was found. */
static int
ext2_dir_linear(struct ext2_inode *dip, const char *name, size_t len,
    struct ext2_slot *slot)
{
	const uint64_t n = ext2_dir_nblocks(dip);
	uint64_t i, lbn = atomic_load_relaxed(&dip->ei_dir->ed_hint);
	int error;

	if (lbn >= n)
		lbn = 0;
	for (i = 0; i < n; i++) {
		error = ext2_dir_find_in(dip, lbn, name, len, slot);
		if (error == 0)
			atomic_store_relaxed(&dip->ei_dir->ed_hint,
			    (uint32_t)lbn);
		if (error != ENOENT)
			return error;
		if (++lbn == n)
			lbn = 0;
	}
	return ENOENT;
}

/*
 * Find a name: ENOENT if it is not there.
 */
int
ext2_dir_lookup(struct ext2_inode *dip, const char *name, size_t len,
    struct ext2_slot *slot)
{
	int error;

	KASSERT(len > 0);
	memset(slot, 0, sizeof(*slot));
	slot->es_room = EXT2_NOROOM;
	if (len > E2_NAME_MAX)
		return ENAMETOOLONG;
	/* The dots are in block 0, which is where to look first. */
	if (len <= 2 && name[0] == '.' && name[len - 1] == '.')
		return ext2_dir_find_in(dip, 0, name, len, slot);
	if (ext2_isencrypted(dip))
		return ext2_crypt_lookup(dip, name, len, slot);
	if (ext2_dir_isindexed(dip)) {
		error = ext2_ht_lookup(dip, name, len, slot);
		/* A damaged index (reported) does not hide the names. */
		if (error != EXT2_EDAMAGE)
			return error;
	}
	return ext2_dir_linear(dip, name, len, slot);
}

/* Is the record of a name at that place of the block? */
static bool
ext2_dir_isthere(const struct ext2_mount *em, const struct buf *bp,
    const char *name, size_t len, const struct ext2_slot *slot)
{
	const struct e2_dirent *de;

	de = (const void *)((const char *)bp->b_data + slot->es_off);
	return slot->es_off + E2_DIRENT_SIZE(len) <= em->em_bsize &&
	    le32toh(de->d_ino) == slot->es_ino && de->d_namlen == len &&
	    memcmp(de->d_name, name, len) == 0;
}

/*
 * The block with the record of a name that leads to ino, and where it is:
 * where it was last seen, else look again.
 */
static int
ext2_dir_locate(struct ext2_inode *dip, const char *name, size_t len,
    ino_t ino, struct ext2_slot *slot, struct buf **bpp)
{
	int error;

	*slot = dip->ei_dir->ed_slot;
	if (slot->es_ino == ino && slot->es_lbn < ext2_dir_nblocks(dip) &&
	    ext2_dir_bread(dip, slot->es_lbn, bpp) == 0 && *bpp != NULL) {
		if (ext2_dir_isthere(dip->ei_em, *bpp, name, len, slot))
			return 0;
		brelse(*bpp, 0);
	}
	error = ext2_dir_lookup(dip, name, len, slot);
	if (error == 0 && slot->es_ino != ino)
		error = ENOENT;
	if (error == 0)
		error = ext2_dir_bread(dip, slot->es_lbn, bpp);
	return error == 0 && *bpp == NULL ? ENOENT : error;
}

/*
 * Remove the record of a name that is known to lead to ino.
 */
int
ext2_dir_remove(struct ext2_tx *tx, struct ext2_inode *dip, const char *name,
    size_t len, ino_t ino)
{
	struct ext2_slot slot;
	struct buf *bp;
	int error;

	error = ext2_dir_locate(dip, name, len, ino, &slot, &bp);
	if (error != 0)
		return error;
	error = ext2_dirblk_remove(dip, slot.es_lbn, bp->b_data, slot.es_off,
	    slot.es_prev);
	if (error != 0) {
		brelse(bp, 0);
		return error;
	}
	ext2_tx_dirty(tx, bp);
	if (slot.es_lbn < dip->ei_dir->ed_freehint)
		dip->ei_dir->ed_freehint = slot.es_lbn;
	ext2_dir_forget(dip);
	ext2_imark(dip, EIU_MODIFY | EIU_CHANGE);
	return 0;
}

/*
 * Make the record of a name lead from inode old to new.
 */
int
ext2_dir_rewrite(struct ext2_tx *tx, struct ext2_inode *dip,
    const char *name, size_t len, ino_t old, ino_t new, uint16_t mode)
{
	struct ext2_slot slot;
	struct e2_dirent *de;
	struct buf *bp;
	int error;

	error = ext2_dir_locate(dip, name, len, old, &slot, &bp);
	if (error != 0)
		return error;
	de = (void *)((char *)bp->b_data + slot.es_off);
	de->d_ino = htole32((uint32_t)new);
	de->d_type = ext2_dirft(dip->ei_em, ext2_modetoft(mode));
	ext2_tx_dirty(tx, bp);
	ext2_dir_forget(dip);
	ext2_imark(dip, EIU_MODIFY | EIU_CHANGE);
	return 0;
}

/* Append a block of zeros; its buffer is the caller's to fill and hand on. */
static int
ext2_dir_append(struct ext2_tx *tx, struct ext2_inode *dip, uint64_t *lbnp,
    struct buf **bpp)
{
	struct ext2_mount *em = dip->ei_em;
	uint64_t pbn;
	uint32_t run;
	bool isnew;
	int error;

	*lbnp = ext2_dir_nblocks(dip);
	ext2_dirmap_forget(dip, *lbnp);
	if ((*lbnp + 1) << em->em_bshift > INT32_MAX)
		return ENOSPC;
	error = ext2_bmap_alloc(tx, dip, *lbnp, 1, &pbn, &run, &isnew);
	if (error != 0)
		return error;
	KASSERT(run == 1);
	/* Nothing says what such a block holds, or whose it is. */
	if (!isnew)
		return ext2_damaged(em, "directory %" PRIu64 ": has a block "
		    "behind its end", dip->ei_ino);
	*bpp = ext2_getnew(em, pbn);
	ext2_isetsize(dip, (*lbnp + 1) << em->em_bshift);
	ext2_idirty(dip);
	return 0;
}

/*
 * Append an empty block.
 */
int
ext2_dir_grow(struct ext2_tx *tx, struct ext2_inode *dip, uint64_t *lbnp)
{
	struct buf *bp;
	int error;

	error = ext2_dir_append(tx, dip, lbnp, &bp);
	if (error != 0)
		return error;
	ext2_dirblk_empty(dip->ei_em, bp->b_data);
	ext2_tx_dirty_new(tx, bp);
	return 0;
}

/*
 * Take the last block back: an operation that needed it could not go on.
 */
void
ext2_dir_shrink(struct ext2_tx *tx, struct ext2_inode *dip)
{
	const uint64_t lbn = ext2_dir_nblocks(dip) - 1;

	ext2_isetsize(dip, lbn << dip->ei_em->em_bshift);
	(void)ext2_trunc_dirblock(tx, dip, lbn);
}

int
ext2_trunc_dirblock(struct ext2_tx *tx, struct ext2_inode *dip, uint64_t lbn)
{
	int error;

	ext2_dirmap_forget(dip, lbn);
	rw_enter(&dip->ei_maplock, RW_WRITER);
	error = dip->ei_map->mo_free(tx, dip, lbn, lbn + 1);
	rw_exit(&dip->ei_maplock);
	return error;
}

/* Put a record into block lbn if there is room. */
static int
ext2_dir_enter_in(struct ext2_tx *tx, struct ext2_inode *dip, uint64_t lbn,
    const char *name, size_t len, ino_t ino, uint8_t ft)
{
	struct buf *bp;
	int error;

	error = ext2_dir_bread(dip, lbn, &bp);
	if (error != 0)
		return error;
	if (bp == NULL)
		return ENOSPC;
	error = ext2_dirblk_insert(dip, lbn, bp->b_data, name, len, ino, ft,
	    ext2_dir_room(dip, lbn, len));
	if (error != 0)
		brelse(bp, 0);
	else
		ext2_tx_dirty(tx, bp);
	return error;
}

/* Without an index: the first block with room, or a new one. */
static int
ext2_dir_enter_linear(struct ext2_tx *tx, struct ext2_inode *dip,
    const char *name, size_t len, ino_t ino, uint16_t mode)
{
	struct ext2_mount *em = dip->ei_em;
	const uint8_t ft = ext2_modetoft(mode);
	const uint64_t n = ext2_dir_nblocks(dip);
	uint64_t lbn;
	int error;

	for (lbn = MIN(dip->ei_dir->ed_freehint, n - 1); lbn < n; lbn++) {
		error = ext2_dir_enter_in(tx, dip, lbn, name, len, ino, ft);
		if (error == 0)
			dip->ei_dir->ed_freehint = lbn;
		if (error != ENOSPC)
			return error;
	}
	/* The second block is where an index begins to pay. */
	if (n == 1 && EXT2_HAS_C(em, DIR_INDEX)) {
		error = ext2_ht_create(tx, dip);
		if (error == 0)
			return ext2_ht_enter(tx, dip, name, len, ino, mode);
		if (error != EOPNOTSUPP)
			return error;
	}
	if ((error = ext2_dir_grow(tx, dip, &lbn)) != 0)
		return error;
	dip->ei_dir->ed_freehint = lbn;
	return ext2_dir_enter_in(tx, dip, lbn, name, len, ino, ft);
}

/*
 * Enter a name that is not there yet.
 */
int
ext2_dir_enter(struct ext2_tx *tx, struct ext2_inode *dip, const char *name,
    size_t len, ino_t ino, uint16_t mode)
{
	struct ext2_mount *em = dip->ei_em;
	int error = EXT2_EDAMAGE;

	if (len > E2_NAME_MAX)
		return ENAMETOOLONG;
	if ((dip->ei_flags & E2_FL_INDEX) != 0) {
		error = ext2_ht_enter(tx, dip, name, len, ino, mode);
		if (error == EXT2_EDAMAGE) {
			ext2_warn(em, "directory %" PRIu64 ": index given up",
			    dip->ei_ino);
			dip->ei_flags &= ~E2_FL_INDEX;
			ext2_idirty(dip);
		}
	}
	if ((dip->ei_flags & E2_FL_INDEX) == 0)
		error = ext2_dir_enter_linear(tx, dip, name, len, ino, mode);
	ext2_dir_forget(dip);
	if (error == 0)
		ext2_imark(dip, EIU_MODIFY | EIU_CHANGE);
	return error;
}

/* Does a block hold anything but the dots? */
static int
ext2_dirblk_isempty(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    bool *emptyp)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de;
	uint32_t off, reclen;
	int error;

	for (off = 0; off < em->em_bsize; off += reclen) {
		error = ext2_dirblk_check(dip, lbn, blk, off, &de, &reclen);
		if (error != 0)
			return error;
		if (de->d_ino == 0 || ext2_dirent_isdot(de))
			continue;
		*emptyp = false;
		break;
	}
	return 0;
}

/*
 * Is there nothing but "." and ".."?
 */
int
ext2_dir_isempty(struct ext2_inode *dip, bool *emptyp)
{
	const uint64_t n = ext2_dir_nblocks(dip);
	struct buf *bp;
	uint64_t lbn;
	int error;

	*emptyp = true;
	for (lbn = 0; lbn < n && *emptyp; lbn++) {
		error = ext2_dir_bread(dip, lbn, &bp);
		if (error != 0)
			return error;
		if (bp == NULL)
			continue;
		error = ext2_dirblk_isempty(dip, lbn, bp->b_data, emptyp);
		brelse(bp, 0);
		if (error != 0)
			return error;
	}
	return 0;
}

/*
 * Give a new directory its first block.
 */
int
ext2_dir_init(struct ext2_tx *tx, struct ext2_inode *ip, ino_t parent)
{
	struct buf *bp;
	uint64_t lbn;
	int error;

	KASSERT(ip->ei_size == 0);
	error = ext2_dir_append(tx, ip, &lbn, &bp);
	if (error != 0)
		return error;
	ext2_dirblk_dots(ip->ei_em, bp->b_data, ip->ei_ino, parent);
	ext2_tx_dirty_new(tx, bp);
	return 0;
}

/*
 * The inode ".." names.
 */
int
ext2_dir_parent(struct ext2_inode *dip, ino_t *inop)
{
	struct ext2_slot slot;
	int error;

	memset(&slot, 0, sizeof(slot));
	error = ext2_dir_find_in(dip, 0, "..", 2, &slot);
	if (error == ENOENT)
		error = ext2_damaged(dip->ei_em, "directory %" PRIu64
		    ": no \"..\"", dip->ei_ino);
	if (error == 0)
		*inop = slot.es_ino;
	return error;
}

int
ext2_dir_setparent(struct ext2_tx *tx, struct ext2_inode *dip, ino_t parent)
{
	ino_t old;
	int error;

	error = ext2_dir_parent(dip, &old);
	if (error != 0)
		return error;
	return ext2_dir_rewrite(tx, dip, "..", 2, old, parent, S_IFDIR);
}
