/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entering names into an indexed directory, and making the index when a
 * directory grows beyond its first block.
 *
 * A full leaf is split: the upper half of its records, by hash, moves to a
 * new block that gets an entry behind the old one's.  A full index block is
 * split the same way, and when block 0 is full its entries move down a
 * level.  The new block is always appended first: everything that can run
 * out of space happens before anything is changed.
 */

#include "ext2.h"

#define	EXT2_HT_TRIES	4	/* splits on the way to one name */

/* A record of a leaf about to be split. */
struct ext2_htrec {
	uint32_t	hr_hash;
	uint16_t	hr_off;
	uint16_t	hr_size;	/* what it needs */
};

/* Insert an entry behind entry at of the array; there is room. */
static void
ext2_ht_insert(struct e2_dxent *ents, uint32_t at, uint32_t hash,
    uint64_t lbn)
{
	struct e2_dxcount *dc = (void *)ents;
	const uint32_t count = le16toh(dc->dx_count);

	KASSERT(count < le16toh(dc->dx_limit));
	KASSERT(at < count);
	memmove(&ents[at + 2], &ents[at + 1],
	    (count - at - 1) * sizeof(*ents));
	ents[at + 1].dx_hash = htole32(hash);
	ents[at + 1].dx_block = htole32((uint32_t)lbn);
	dc->dx_count = htole16(count + 1);
}

static int
ext2_ht_insert_at(struct ext2_tx *tx, struct ext2_inode *dip,
    const struct ext2_htframe *hf, uint32_t hash, uint64_t lbn)
{
	struct ext2_htframe now;
	struct e2_dxent *ents;
	struct buf *bp;
	int error;

	error = ext2_ht_node(dip, hf->hf_lbn, &bp, &ents, &now);
	if (error != 0)
		return error;
	/* The new block may be this one, if a bitmap called it free. */
	if (now.hf_count != hf->hf_count || now.hf_count == now.hf_limit) {
		brelse(bp, 0);
		return ext2_damaged(dip->ei_em, "directory %" PRIu64
		    ": index block %" PRIu64 " changed", dip->ei_ino,
		    hf->hf_lbn);
	}
	ext2_ht_insert(ents, hf->hf_at, hash, lbn);
	ext2_tx_dirty(tx, bp);
	return 0;
}

/* Replace the contents of block lbn, which was appended just now. */
static int
ext2_ht_fill(struct ext2_tx *tx, struct ext2_inode *dip, uint64_t lbn,
    const void *blk, bool isnew)
{
	struct buf *bp;
	int error;

	error = ext2_dir_bread(dip, lbn, &bp);
	if (error != 0)
		return error;
	if (bp == NULL)
		return EXT2_EDAMAGE;
	memcpy(bp->b_data, blk, dip->ei_em->em_bsize);
	if (isnew)
		ext2_tx_dirty_new(tx, bp);
	else
		ext2_tx_dirty(tx, bp);
	return 0;
}

/* Make blk an inner index block with the given entries. */
static void
ext2_ht_mknode(const struct ext2_mount *em, void *blk,
    const struct e2_dxent *ents, uint32_t count)
{
	struct e2_dxent *to = (void *)((char *)blk + E2_DX_NODEOFF);
	struct e2_dxcount *dc = (void *)to;

	ext2_dirblk_empty(em, blk);
	memcpy(to, ents, count * sizeof(*ents));
	dc->dx_limit = htole16(ext2_ht_limit(em, E2_DX_NODEOFF));
	dc->dx_count = htole16(count);
}

/*
 * Block 0 is full and has leaves below it: put a level in between.
 */
static int
ext2_ht_addlevel(struct ext2_tx *tx, struct ext2_inode *dip)
{
	struct ext2_mount *em = dip->ei_em;
	struct ext2_htframe hf;
	struct e2_dxent *ents;
	struct e2_dxcount *dc;
	struct e2_dxinfo *dx;
	struct buf *bp;
	uint64_t lbn;
	void *blk;
	int error;

	if ((error = ext2_dir_grow(tx, dip, &lbn)) != 0)
		return error;
	blk = kmem_alloc(em->em_bsize, KM_SLEEP);
	error = ext2_ht_node(dip, 0, &bp, &ents, &hf);
	if (error != 0)
		goto out;
	ext2_ht_mknode(em, blk, ents, hf.hf_count);
	brelse(bp, 0);
	if ((error = ext2_ht_fill(tx, dip, lbn, blk, true)) != 0)
		goto out;
	if ((error = ext2_ht_node(dip, 0, &bp, &ents, &hf)) != 0)
		goto out;
	dx = (void *)((char *)bp->b_data + E2_DX_INFOOFF);
	dc = (void *)ents;
	dx->dx_levels = 1;
	dc->dx_count = htole16(1);
	dc->dx_block = htole32((uint32_t)lbn);
	ext2_tx_dirty(tx, bp);
out:
	kmem_free(blk, em->em_bsize);
	if (error != 0)
		ext2_dir_shrink(tx, dip);
	return error;
}

/*
 * The inner block the path goes through is full: give the upper half of its
 * entries to a new one.
 */
static int
ext2_ht_splitnode(struct ext2_tx *tx, struct ext2_inode *dip,
    const struct ext2_htpath *hp)
{
	struct ext2_mount *em = dip->ei_em;
	const struct ext2_htframe *full = &hp->hp_frame[1];
	struct ext2_htframe hf;
	struct e2_dxent *ents;
	struct e2_dxcount *dc;
	struct buf *bp;
	uint64_t lbn;
	uint32_t keep, hash;
	void *blk;
	int error;

	KASSERT(hp->hp_depth == 2);
	if (hp->hp_frame[0].hf_count == hp->hp_frame[0].hf_limit) {
		ext2_warn(em, "directory %" PRIu64 ": index full",
		    dip->ei_ino);
		return ENOSPC;
	}
	if ((error = ext2_dir_grow(tx, dip, &lbn)) != 0)
		return error;
	blk = kmem_alloc(em->em_bsize, KM_SLEEP);
	error = ext2_ht_node(dip, full->hf_lbn, &bp, &ents, &hf);
	if (error != 0)
		goto out;
	keep = hf.hf_count / 2;
	hash = le32toh(ents[keep].dx_hash);
	ext2_ht_mknode(em, blk, &ents[keep], hf.hf_count - keep);
	brelse(bp, 0);
	if ((error = ext2_ht_fill(tx, dip, lbn, blk, true)) != 0)
		goto out;
	error = ext2_ht_insert_at(tx, dip, &hp->hp_frame[0], hash, lbn);
	if (error != 0)
		goto out;
	error = ext2_ht_node(dip, full->hf_lbn, &bp, &ents, &hf);
	if (error != 0)
		goto out;
	dc = (void *)ents;
	dc->dx_count = htole16(keep);
	ext2_tx_dirty(tx, bp);
out:
	kmem_free(blk, em->em_bsize);
	return error;
}

static int
ext2_htrec_cmp(const void *a, const void *b)
{
	const struct ext2_htrec *ra = a, *rb = b;

	if (ra->hr_hash != rb->hr_hash)
		return ra->hr_hash < rb->hr_hash ? -1 : 1;
	return (int)ra->hr_off - (int)rb->hr_off;
}

/* List the records of a leaf with their hashes. */
static int
ext2_ht_list(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    int hashver, struct ext2_htrec *recs, uint32_t *np)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de;
	uint32_t off, reclen, n = 0;
	int error;

	for (off = 0; off < em->em_bsize; off += reclen) {
		error = ext2_dirblk_check(dip, lbn, blk, off, &de, &reclen);
		if (error != 0)
			return error;
		if (de->d_ino == 0)
			continue;
		error = ext2_dirhash(em, hashver, de->d_name, de->d_namlen,
		    &recs[n].hr_hash);
		if (error != 0)
			return error;
		recs[n].hr_off = off;
		recs[n].hr_size = E2_DIRENT_SIZE(de->d_namlen);
		n++;
	}
	*np = n;
	return 0;
}

/* Build a block of the listed records of from, close together. */
static void
ext2_ht_pack(const struct ext2_mount *em, void *blk, const void *from,
    const struct ext2_htrec *recs, uint32_t n)
{
	struct e2_dirent *de = NULL;
	uint32_t off = 0, i;

	ext2_dirblk_empty(em, blk);
	for (i = 0; i < n; i++) {
		de = (void *)((char *)blk + off);
		memcpy(de, (const char *)from + recs[i].hr_off,
		    recs[i].hr_size);
		ext2_setreclen(em, de, recs[i].hr_size);
		off += recs[i].hr_size;
		KASSERT(off <= em->em_bsize);
	}
	if (de != NULL)
		ext2_setreclen(em, de, em->em_bsize -
		    (uint32_t)((char *)de - (char *)blk));
}

/* Where to cut: the upper part has about half of the bytes. */
static uint32_t
ext2_ht_cut(const struct ext2_mount *em, const struct ext2_htrec *recs,
    uint32_t n)
{
	uint32_t cut = n, size = 0;

	while (cut > 1 && size + recs[cut - 1].hr_size / 2 <=
	    em->em_bsize / 2) {
		cut--;
		size += recs[cut].hr_size;
	}
	return MIN(cut, n - 1);
}

/* Memory for the work on one leaf. */
struct ext2_htwork {
	void		*hw_old, *hw_new;	/* blocks */
	struct ext2_htrec *hw_recs;
	size_t		hw_recsize;
};

static void
ext2_htwork_init(const struct ext2_mount *em, struct ext2_htwork *hw)
{

	hw->hw_recsize = em->em_bsize / E2_DIRENT_SIZE(1) *
	    sizeof(*hw->hw_recs);
	hw->hw_old = kmem_alloc(em->em_bsize, KM_SLEEP);
	hw->hw_new = kmem_alloc(em->em_bsize, KM_SLEEP);
	hw->hw_recs = kmem_alloc(hw->hw_recsize, KM_SLEEP);
}

static void
ext2_htwork_fini(const struct ext2_mount *em, struct ext2_htwork *hw)
{

	kmem_free(hw->hw_recs, hw->hw_recsize);
	kmem_free(hw->hw_new, em->em_bsize);
	kmem_free(hw->hw_old, em->em_bsize);
}

/* Copy block lbn into memory. */
static int
ext2_ht_copyout(struct ext2_inode *dip, uint64_t lbn, void *blk)
{
	struct buf *bp;
	int error;

	error = ext2_dir_bread(dip, lbn, &bp);
	if (error != 0)
		return error;
	if (bp == NULL)
		return ext2_damaged(dip->ei_em, "directory %" PRIu64
		    ": hole at block %" PRIu64, dip->ei_ino, lbn);
	memcpy(blk, bp->b_data, dip->ei_em->em_bsize);
	brelse(bp, 0);
	return 0;
}

/* Distribute the records of a full leaf over it and block new. */
static int
ext2_ht_distribute(struct ext2_tx *tx, struct ext2_inode *dip,
    const struct ext2_htpath *hp, struct ext2_htwork *hw, uint64_t new)
{
	struct ext2_mount *em = dip->ei_em;
	struct ext2_htrec *recs = hw->hw_recs, tmp;
	uint32_t cut, hash, n;
	int error;

	error = ext2_ht_copyout(dip, hp->hp_leaf, hw->hw_old);
	if (error == 0)
		error = ext2_ht_list(dip, hp->hp_leaf, hw->hw_old,
		    hp->hp_hashver, recs, &n);
	if (error != 0)
		return error;
	if (n < 2)
		return ENOSPC;
	(void)kheapsort(recs, n, sizeof(*recs), ext2_htrec_cmp, &tmp);
	cut = ext2_ht_cut(em, recs, n);
	hash = recs[cut].hr_hash;
	if (recs[cut - 1].hr_hash == hash)
		hash |= 1;	/* the run of this hash goes on there */
	ext2_ht_pack(em, hw->hw_new, hw->hw_old, &recs[cut], n - cut);
	if ((error = ext2_ht_fill(tx, dip, new, hw->hw_new, true)) != 0)
		return error;
	error = ext2_ht_insert_at(tx, dip, &hp->hp_frame[hp->hp_depth - 1],
	    hash, new);
	if (error != 0)
		return error;
	ext2_ht_pack(em, hw->hw_new, hw->hw_old, recs, cut);
	return ext2_ht_fill(tx, dip, hp->hp_leaf, hw->hw_new, false);
}

static int
ext2_ht_splitleaf(struct ext2_tx *tx, struct ext2_inode *dip,
    const struct ext2_htpath *hp)
{
	struct ext2_htwork hw;
	uint64_t new;
	int error;

	if ((error = ext2_dir_grow(tx, dip, &new)) != 0)
		return error;
	ext2_htwork_init(dip->ei_em, &hw);
	error = ext2_ht_distribute(tx, dip, hp, &hw, new);
	ext2_htwork_fini(dip->ei_em, &hw);
	if (error != 0)
		ext2_dir_shrink(tx, dip);
	return error;
}

/* Make room where the path ends, by one step. */
static int
ext2_ht_makeroom(struct ext2_tx *tx, struct ext2_inode *dip,
    const struct ext2_htpath *hp)
{
	const struct ext2_htframe *hf = &hp->hp_frame[hp->hp_depth - 1];

	if (hf->hf_count < hf->hf_limit)
		return ext2_ht_splitleaf(tx, dip, hp);
	if (hp->hp_depth == 1)
		return ext2_ht_addlevel(tx, dip);
	if (hp->hp_depth == 2)
		return ext2_ht_splitnode(tx, dip, hp);
	return ENOSPC;
}

/*
 * Enter a name where it was just looked for in vain, if there is room.
 * ENOSPC: look for a place.
 */
static int
ext2_ht_enter_seen(struct ext2_tx *tx, struct ext2_inode *dip,
    const char *name, size_t len, ino_t ino, uint8_t ft)
{
	const struct ext2_slot *slot = &dip->ei_dir->ed_slot;
	struct buf *bp;
	uint32_t hash;
	int error;

	if (!slot->es_leaf || slot->es_namlen != len)
		return ENOSPC;
	error = ext2_dirhash(dip->ei_em, slot->es_hashver, name, len, &hash);
	if (error != 0 || hash != slot->es_hash)
		return ENOSPC;
	error = ext2_dir_bread(dip, slot->es_lbn, &bp);
	if (error != 0)
		return error;
	if (bp == NULL)
		return EXT2_EDAMAGE;
	error = ext2_dirblk_insert(dip, slot->es_lbn, bp->b_data, name, len,
	    ino, ft, slot->es_room);
	if (error == 0)
		ext2_tx_dirty(tx, bp);
	else
		brelse(bp, 0);
	return error;
}

/*
 * Enter a name.  EXT2_EDAMAGE if the index is of no use.
 */
int
ext2_ht_enter(struct ext2_tx *tx, struct ext2_inode *dip, const char *name,
    size_t len, ino_t ino, uint16_t mode)
{
	const uint8_t ft = ext2_modetoft(mode);
	struct ext2_htpath hp;
	struct buf *bp;
	u_int tries;
	int error;

	error = ext2_ht_enter_seen(tx, dip, name, len, ino, ft);
	if (error != ENOSPC)
		return error;
	for (tries = 0; tries < EXT2_HT_TRIES; tries++) {
		error = ext2_ht_probe(dip, name, len, &hp);
		if (error == 0)
			error = ext2_dir_bread(dip, hp.hp_leaf, &bp);
		if (error != 0)
			return error;
		if (bp == NULL)
			return EXT2_EDAMAGE;
		error = ext2_dirblk_insert(dip, hp.hp_leaf, bp->b_data, name,
		    len, ino, ft, EXT2_NOROOM);
		if (error == 0) {
			ext2_tx_dirty(tx, bp);
			return 0;
		}
		brelse(bp, 0);
		if (error != ENOSPC)
			return error;
		error = ext2_ht_makeroom(tx, dip, &hp);
		if (error != 0)
			return error;
	}
	return ENOSPC;
}

/* Turn blk, the first block, into an index with block 1 as its only leaf. */
static void
ext2_ht_mkroot(const struct ext2_mount *em, void *blk)
{
	const uint32_t off = E2_DX_INFOOFF + sizeof(struct e2_dxinfo);
	const uint32_t dots = 2 * E2_DIRENT_SIZE(1);
	struct e2_dirent *dotdot;
	struct e2_dxcount *dc;
	struct e2_dxinfo *dx;

	CTASSERT(2 * E2_DIRENT_SIZE(1) == E2_DX_INFOOFF);
	dotdot = (void *)((char *)blk + E2_DIRENT_SIZE(1));
	ext2_setreclen(em, dotdot, em->em_bsize - E2_DIRENT_SIZE(1));
	memset((char *)blk + dots, 0, em->em_bsize - dots);
	dx = (void *)((char *)blk + E2_DX_INFOOFF);
	dx->dx_hashver = em->em_hashver;
	dx->dx_infolen = sizeof(*dx);
	dc = (void *)((char *)blk + off);
	dc->dx_limit = htole16(ext2_ht_limit(em, off));
	dc->dx_count = htole16(1);
	dc->dx_block = htole32(1);
}

/* Are "." and ".." where an index needs them? */
static bool
ext2_ht_dotsok(const struct ext2_mount *em, const void *blk)
{
	const struct e2_dirent *dot = blk, *dotdot;

	if (ext2_reclen(em, dot) != E2_DIRENT_SIZE(1) ||
	    dot->d_namlen != 1 || dot->d_name[0] != '.' || dot->d_ino == 0)
		return false;
	dotdot = (const void *)((const char *)blk + E2_DIRENT_SIZE(1));
	return dotdot->d_namlen == 2 && dotdot->d_name[0] == '.' &&
	    dotdot->d_name[1] == '.' && dotdot->d_ino != 0;
}

/*
 * Index a directory of one block.  EOPNOTSUPP if its block does not begin
 * as usual.
 */
int
ext2_ht_create(struct ext2_tx *tx, struct ext2_inode *dip)
{
	struct ext2_mount *em = dip->ei_em;
	struct ext2_htwork hw;
	uint64_t lbn;
	uint32_t n;
	int error;

	KASSERT(ext2_dir_nblocks(dip) == 1);
	ext2_htwork_init(em, &hw);
	error = ext2_ht_copyout(dip, 0, hw.hw_old);
	if (error == 0 && !ext2_ht_dotsok(em, hw.hw_old))
		error = EOPNOTSUPP;
	if (error == 0)
		error = ext2_ht_list(dip, 0, hw.hw_old, em->em_hashver,
		    hw.hw_recs, &n);
	if (error == 0)
		error = ext2_dir_grow(tx, dip, &lbn);
	if (error != 0)
		goto out;
	KASSERT(lbn == 1 && n >= 2);
	/* The first two records are the dots. */
	ext2_ht_pack(em, hw.hw_new, hw.hw_old, hw.hw_recs + 2, n - 2);
	error = ext2_ht_fill(tx, dip, lbn, hw.hw_new, true);
	if (error == 0) {
		ext2_ht_mkroot(em, hw.hw_old);
		error = ext2_ht_fill(tx, dip, 0, hw.hw_old, false);
	}
	if (error != 0) {
		ext2_dir_shrink(tx, dip);
		goto out;
	}
	dip->ei_flags |= E2_FL_INDEX;
	ext2_idirty(dip);
out:
	ext2_htwork_fini(em, &hw);
	return error;
}
