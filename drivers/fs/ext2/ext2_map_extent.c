/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block mapping of ext4: a tree of extents whose root is in the inode.
 * Lookup only; a volume with extents is mounted read-only, and the other
 * operations say so.
 *
 * Each node is checked as a whole when it is visited: its header, its depth
 * against its parent's, that entries ascend, do not overlap, and stay in the
 * range the parent gave them.  The depth falls by one on each step, so a
 * walk takes at most E2_EXT_MAXDEPTH + 1 of them.
 */

#include "ext2.h"

/* A node and the range of logical blocks it may speak of. */
struct ext2_enode {
	const struct e2_exthdr *en_hdr;
	size_t		en_size;	/* bytes of memory it is in */
	u_int		en_depth;	/* that it must have */
	uint64_t	en_lo, en_hi;
	uint64_t	en_block;	/* where it is, 0: the inode */
};

static int
ext2_ext_bad(struct ext2_inode *ip, const struct ext2_enode *en,
    const char *what, uint64_t value)
{

	return ext2_damaged(ip->ei_em, "inode %" PRIu64 ": extent node in "
	    "block %" PRIu64 ": bad %s %" PRIu64, ip->ei_ino, en->en_block,
	    what, value);
}

static uint32_t
ext2_ext_len(const struct e2_extent *ee)
{
	const uint32_t len = le16toh(ee->ee_len);

	return len > E2_EXT_MAXLEN ? len - E2_EXT_MAXLEN : len;
}

static uint64_t
ext2_ext_start(const struct e2_extent *ee)
{

	return le32toh(ee->ee_start_lo) |
	    (uint64_t)le16toh(ee->ee_start_hi) << 32;
}

static int
ext2_ext_check_header(struct ext2_inode *ip, const struct ext2_enode *en)
{
	const struct e2_exthdr *eh = en->en_hdr;
	const uint32_t max = le16toh(eh->eh_max);

	CTASSERT(sizeof(struct e2_extent) == sizeof(struct e2_extidx));
	if (le16toh(eh->eh_magic) != E2_EXT_MAGIC)
		return ext2_ext_bad(ip, en, "magic", le16toh(eh->eh_magic));
	if (le16toh(eh->eh_depth) != en->en_depth)
		return ext2_ext_bad(ip, en, "depth", le16toh(eh->eh_depth));
	if (max > (en->en_size - sizeof(*eh)) / sizeof(struct e2_extent))
		return ext2_ext_bad(ip, en, "limit", max);
	if (le16toh(eh->eh_entries) > max || (en->en_depth > 0 &&
	    eh->eh_entries == 0))
		return ext2_ext_bad(ip, en, "count",
		    le16toh(eh->eh_entries));
	return 0;
}

static int
ext2_ext_check_leaf(struct ext2_inode *ip, const struct ext2_enode *en)
{
	const struct e2_extent *ee = (const void *)(en->en_hdr + 1);
	const uint32_t n = le16toh(en->en_hdr->eh_entries);
	uint64_t next = en->en_lo;
	uint32_t i, len;
	int error;

	for (i = 0; i < n; i++, ee++) {
		len = ext2_ext_len(ee);
		if (len == 0)
			return ext2_ext_bad(ip, en, "length of extent", i);
		if (le32toh(ee->ee_block) < next ||
		    le32toh(ee->ee_block) + (uint64_t)len > en->en_hi)
			return ext2_ext_bad(ip, en, "logical block",
			    le32toh(ee->ee_block));
		next = le32toh(ee->ee_block) + (uint64_t)len;
		error = ext2_blockcheck(ip->ei_em, ext2_ext_start(ee), len,
		    ip->ei_ino, "extent");
		if (error != 0)
			return error;
	}
	return 0;
}

static int
ext2_ext_check_index(struct ext2_inode *ip, const struct ext2_enode *en)
{
	const struct e2_extidx *ei = (const void *)(en->en_hdr + 1);
	const uint32_t n = le16toh(en->en_hdr->eh_entries);
	uint64_t next = en->en_lo;
	uint32_t i;

	for (i = 0; i < n; i++, ei++) {
		if (le32toh(ei->ei_block) < next ||
		    le32toh(ei->ei_block) >= en->en_hi)
			return ext2_ext_bad(ip, en, "logical block",
			    le32toh(ei->ei_block));
		next = le32toh(ei->ei_block) + 1ULL;
	}
	return 0;
}

/*
 * Check a node.  The checksum is the caller's business, between header and
 * entries.
 */
static int
ext2_ext_check(struct ext2_inode *ip, const struct ext2_enode *en)
{
	int error;

	error = ext2_ext_check_header(ip, en);
	if (error == 0 && en->en_block != 0)
		error = ext2_csum_extent(ip, en->en_block, en->en_hdr);
	if (error != 0)
		return error;
	return en->en_depth == 0 ? ext2_ext_check_leaf(ip, en) :
	    ext2_ext_check_index(ip, en);
}

static struct ext2_enode
ext2_ext_root(struct ext2_inode *ip)
{
	const struct e2_exthdr *eh = (const void *)ip->ei_block;

	return (struct ext2_enode){
		.en_hdr = eh,
		.en_size = sizeof(ip->ei_block),
		.en_depth = MIN(le16toh(eh->eh_depth), E2_EXT_MAXDEPTH),
		.en_lo = 0,
		.en_hi = 1ULL << 32,
	};
}

/* The answer of a leaf. */
static void
ext2_ext_answer(const struct ext2_enode *en, uint64_t lbn, uint32_t max,
    uint64_t *pbn, uint32_t *run)
{
	const struct e2_extent *ee = (const void *)(en->en_hdr + 1);
	const uint32_t n = le16toh(en->en_hdr->eh_entries);
	uint32_t lo = 0, hi = n, mid;
	uint64_t end, off;

	/* The first extent that begins behind lbn. */
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (le32toh(ee[mid].ee_block) <= lbn)
			lo = mid + 1;
		else
			hi = mid;
	}
	end = lo < n ? le32toh(ee[lo].ee_block) : en->en_hi;
	*pbn = 0;
	if (lo > 0) {
		ee += lo - 1;
		off = lbn - le32toh(ee->ee_block);
		if (off < ext2_ext_len(ee)) {
			end = lbn + ext2_ext_len(ee) - off;
			/* Allocated but never written reads as a hole. */
			if (le16toh(ee->ee_len) <= E2_EXT_MAXLEN)
				*pbn = ext2_ext_start(ee) + off;
		}
	}
	*run = MAX(MIN(end - lbn, max), 1);
}

/* The child of an index node that has lbn; false if there is none. */
static bool
ext2_ext_child(const struct ext2_enode *en, uint64_t lbn, uint64_t *blkp,
    uint64_t *lop, uint64_t *hip)
{
	const struct e2_extidx *ei = (const void *)(en->en_hdr + 1);
	const uint32_t n = le16toh(en->en_hdr->eh_entries);
	uint32_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (le32toh(ei[mid].ei_block) <= lbn)
			lo = mid + 1;
		else
			hi = mid;
	}
	*hip = lo < n ? le32toh(ei[lo].ei_block) : en->en_hi;
	if (lo == 0)
		return false;
	*lop = le32toh(ei[lo - 1].ei_block);
	*blkp = le32toh(ei[lo - 1].ei_leaf_lo) |
	    (uint64_t)le16toh(ei[lo - 1].ei_leaf_hi) << 32;
	return true;
}

static int
ext2_ext_lookup(struct ext2_inode *ip, uint64_t lbn, uint32_t max,
    uint64_t *pbn, uint32_t *run)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_enode en = ext2_ext_root(ip);
	struct buf *bp = NULL;
	uint64_t lo, hi;
	int error;

	KASSERT(rw_lock_held(&ip->ei_maplock));
	if (lbn >= en.en_hi)
		return EFBIG;
	while ((error = ext2_ext_check(ip, &en)) == 0) {
		if (en.en_depth == 0) {
			ext2_ext_answer(&en, lbn, max, pbn, run);
			break;
		}
		if (!ext2_ext_child(&en, lbn, &en.en_block, &lo, &hi)) {
			*pbn = 0;
			*run = MAX(MIN(hi - lbn, max), 1);
			break;
		}
		if (bp != NULL)
			brelse(bp, 0);
		bp = NULL;
		error = ext2_blockcheck(em, en.en_block, 1, ip->ei_ino,
		    "extent block");
		if (error == 0)
			error = ext2_bread(em, en.en_block, &bp);
		if (error != 0)
			break;
		en.en_hdr = bp->b_data;
		en.en_size = em->em_bsize -
		    (EXT2_HAS_R(em, METADATA_CSUM) ? sizeof(uint32_t) : 0);
		en.en_depth--;
		en.en_lo = lo;
		en.en_hi = hi;
	}
	if (bp != NULL)
		brelse(bp, 0);
	return error;
}

static uint64_t
ext2_ext_maxblocks(const struct ext2_mount *em)
{

	return 1ULL << 32;
}

static int
ext2_ext_checkroot(struct ext2_inode *ip)
{
	struct ext2_enode en = ext2_ext_root(ip);

	return ext2_ext_check(ip, &en);
}

const struct ext2_mapops ext2_map_extent = {
	.mo_name = "extents",
	.mo_lookup = ext2_ext_lookup,
	.mo_alloc = ext2_map_noalloc,
	.mo_free = ext2_map_nofree,
	.mo_maxblocks = ext2_ext_maxblocks,
	.mo_check = ext2_ext_checkroot,
};
