/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hashed directory index, for looking up: from a name's hash through one
 * to three index blocks to the leaf, an ordinary directory block, that must
 * have the name.  ext2_htree_insert.c changes the index.
 *
 * Index blocks are checked each time they are read.  A damaged index answers
 * EXT2_EDAMAGE and the caller walks the leaves instead.
 */

#include "ext2.h"

static int
ext2_ht_bad(struct ext2_inode *dip, uint64_t lbn, const char *what,
    uint64_t value)
{

	return ext2_damaged(dip->ei_em, "directory %" PRIu64 ": index block %"
	    PRIu64 ": bad %s %" PRIu64, dip->ei_ino, lbn, what, value);
}

/*
 * Entries that fit an index block whose array begins at off.
 */
uint32_t
ext2_ht_limit(const struct ext2_mount *em, uint32_t off)
{
	const uint32_t n = (em->em_bsize - off) / sizeof(struct e2_dxent);

	return EXT2_HAS_R(em, METADATA_CSUM) ? n - 1 : n;
}

/* Check the part of block 0 that only block 0 has. */
static int
ext2_ht_check_root(struct ext2_inode *dip, const struct e2_dxinfo *dx)
{
	const u_int maxlevels = EXT2_HAS_I(dip->ei_em, LARGEDIR) ?
	    EXT2_HT_MAXDEPTH - 1 : EXT2_HT_MAXDEPTH - 2;

	if (dx->dx_reserved != 0 || dx->dx_infolen != sizeof(*dx) ||
	    (dx->dx_flags & 1) != 0)
		return ext2_ht_bad(dip, 0, "format", dx->dx_flags);
	if (dx->dx_hashver > E2_HASH_TEA + E2_HASH_UNSIGNED)
		return ext2_ht_bad(dip, 0, "hash version", dx->dx_hashver);
	if (dx->dx_levels > maxlevels)
		return ext2_ht_bad(dip, 0, "depth", dx->dx_levels);
	return 0;
}

/*
 * Read index block lbn, check it, and report its array, which belongs to
 * the busy buffer, in *entsp and its numbers in *hf.
 */
int
ext2_ht_node(struct ext2_inode *dip, uint64_t lbn, struct buf **bpp,
    struct e2_dxent **entsp, struct ext2_htframe *hf)
{
	struct ext2_mount *em = dip->ei_em;
	const struct e2_dxcount *dc;
	uint32_t off = E2_DX_NODEOFF;
	int error;

	error = ext2_dir_bread(dip, lbn, bpp);
	if (error != 0)
		return error;
	if (*bpp == NULL)
		return ext2_ht_bad(dip, lbn, "place: a hole at", lbn);
	if (lbn == 0) {
		off = E2_DX_INFOOFF + sizeof(struct e2_dxinfo);
		error = ext2_ht_check_root(dip, (const void *)
		    ((char *)(*bpp)->b_data + E2_DX_INFOOFF));
	}
	*entsp = (void *)((char *)(*bpp)->b_data + off);
	dc = (const void *)*entsp;
	hf->hf_lbn = lbn;
	hf->hf_limit = le16toh(dc->dx_limit);
	hf->hf_count = le16toh(dc->dx_count);
	hf->hf_at = 0;
	if (error == 0 && hf->hf_limit != ext2_ht_limit(em, off))
		error = ext2_ht_bad(dip, lbn, "limit", hf->hf_limit);
	if (error == 0 && (hf->hf_count == 0 || hf->hf_count > hf->hf_limit))
		error = ext2_ht_bad(dip, lbn, "count", hf->hf_count);
	if (error != 0) {
		brelse(*bpp, 0);
		*bpp = NULL;
	}
	return error;
}

/* The last entry whose hash is not above the given one. */
static uint32_t
ext2_ht_search(const struct e2_dxent *ents, uint32_t count, uint32_t hash)
{
	uint32_t lo = 1, hi = count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (le32toh(ents[mid].dx_hash) > hash)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo - 1;
}

/* The block an entry names; only some bits of the field are used. */
static int
ext2_ht_child(struct ext2_inode *dip, const struct ext2_htframe *hf,
    const struct e2_dxent *ents, uint64_t *lbnp)
{

	*lbnp = le32toh(ents[hf->hf_at].dx_block) & 0x0fffffff;
	if (*lbnp == 0 || *lbnp >= ext2_dir_nblocks(dip))
		return ext2_ht_bad(dip, hf->hf_lbn, "block", *lbnp);
	return 0;
}

/* Block 0 tells the hash and the number of levels. */
static int
ext2_ht_start(struct ext2_inode *dip, const struct buf *bp, const char *name,
    size_t len, struct ext2_htpath *hp)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dxinfo *dx;

	dx = (const void *)((const char *)bp->b_data + E2_DX_INFOOFF);
	hp->hp_depth = dx->dx_levels + 1;
	hp->hp_hashver = dx->dx_hashver;
	if (hp->hp_hashver <= E2_HASH_TEA)
		hp->hp_hashver += em->em_hashsign;
	return ext2_dirhash(em, hp->hp_hashver, name, len, &hp->hp_hash);
}

/*
 * Go from block 0 to the first leaf that may have the name.
 */
int
ext2_ht_probe(struct ext2_inode *dip, const char *name, size_t len,
    struct ext2_htpath *hp)
{
	struct ext2_htframe *hf;
	struct e2_dxent *ents;
	struct buf *bp;
	uint64_t lbn = 0;
	u_int level;
	int error = 0;

	hp->hp_depth = 1;
	for (level = 0; level < hp->hp_depth; level++) {
		hf = &hp->hp_frame[level];
		error = ext2_ht_node(dip, lbn, &bp, &ents, hf);
		if (error != 0)
			return error;
		if (level == 0)
			error = ext2_ht_start(dip, bp, name, len, hp);
		KASSERT(hp->hp_depth <= EXT2_HT_MAXDEPTH);
		if (error == 0) {
			hf->hf_at = ext2_ht_search(ents, hf->hf_count,
			    hp->hp_hash);
			error = ext2_ht_child(dip, hf, ents, &lbn);
		}
		brelse(bp, 0);
		if (error != 0)
			return error;
	}
	hp->hp_leaf = lbn;
	return 0;
}

/*
 * Names with one hash may go on in the next leaf: go there.  ENOENT if they
 * do not.
 */
static int
ext2_ht_next(struct ext2_inode *dip, struct ext2_htpath *hp)
{
	struct ext2_htframe *hf, tmp;
	struct e2_dxent *ents;
	struct buf *bp;
	uint64_t lbn;
	u_int level = hp->hp_depth;
	bool first = true;
	int error;

	do {
		if (level-- == 0)
			return ENOENT;
		hf = &hp->hp_frame[level];
	} while (hf->hf_at + 1 >= hf->hf_count);
	hf->hf_at++;
	for (lbn = hf->hf_lbn; level < hp->hp_depth; level++) {
		hf = &hp->hp_frame[level];
		error = ext2_ht_node(dip, lbn, &bp, &ents, &tmp);
		if (error != 0)
			return error;
		if (first)
			tmp.hf_at = MIN(hf->hf_at, tmp.hf_count - 1);
		*hf = tmp;
		if (first && (le32toh(ents[hf->hf_at].dx_hash) & ~1U) !=
		    hp->hp_hash)
			error = ENOENT;
		else
			error = ext2_ht_child(dip, hf, ents, &lbn);
		brelse(bp, 0);
		if (error != 0)
			return error;
		first = false;
	}
	hp->hp_leaf = lbn;
	return 0;
}

/*
 * Look a name up: ENOENT if it is not there, EXT2_EDAMAGE if the index
 * cannot tell.
 */
int
ext2_ht_lookup(struct ext2_inode *dip, const char *name, size_t len,
    struct ext2_slot *slot)
{
	struct ext2_htpath hp;
	uint64_t steps = 0;
	int error;

	error = ext2_ht_probe(dip, name, len, &hp);
	while (error == 0) {
		error = ext2_dir_find_in(dip, hp.hp_leaf, name, len, slot);
		if (error != ENOENT)
			break;
		/* More steps than blocks: the index goes in circles. */
		if (steps++ > ext2_dir_nblocks(dip))
			return ext2_ht_bad(dip, 0, "chain of length", steps);
		error = ext2_ht_next(dip, &hp);
	}
	/* All leaves of a chain take names of its hash. */
	if (error == ENOENT && slot->es_room != EXT2_NOROOM) {
		slot->es_hash = hp.hp_hash;
		slot->es_hashver = hp.hp_hashver;
		slot->es_leaf = true;
	}
	return error;
}
