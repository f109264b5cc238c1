/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Group descriptors: loaded and checked as a whole when mounting, written
 * back (those that changed) by every commit; and the zones, the sorted list
 * of block runs where superblock copies, descriptors, bitmaps and inode
 * tables live, in which no file may own a block.
 *
 * A group whose descriptor makes no sense keeps a volume from being mounted
 * for writing; for reading it is set aside and its inodes answer EIO.
 */

#include "ext2.h"

/* Block of the volume that holds descriptor block nr. */
static uint64_t
ext2_descblock(const struct ext2_mount *em, uint32_t nr)
{
	const uint64_t sbblock = E2_SBOFF >> em->em_bshift;
	uint32_t g;

	if (!EXT2_HAS_I(em, META_BG) ||
	    nr < le32toh(em->em_sb->s_first_meta_bg))
		return sbblock + 1 + nr;
	g = nr * (em->em_bsize / em->em_descsize);
	return MAX(ext2_groupstart(em, g), g == 0 ? sbblock : 0) +
	    (ext2_super_ingroup(em, g) ? 1 : 0);
}

static uint64_t
ext2_gd64(const struct ext2_mount *em, uint32_t lo, uint32_t hi)
{

	return le32toh(lo) | (EXT2_HAS_I(em, 64BIT) ?
	    (uint64_t)le32toh(hi) << 32 : 0);
}

static uint32_t
ext2_gd32(const struct ext2_mount *em, uint16_t lo, uint16_t hi)
{

	return le16toh(lo) | (EXT2_HAS_I(em, 64BIT) ?
	    (uint32_t)le16toh(hi) << 16 : 0);
}

/* Is the run where the metadata of group g may be? */
static bool
ext2_placeok(const struct ext2_mount *em, uint32_t g, uint64_t blk,
    uint32_t count)
{
	uint64_t first = em->em_firstblock, end = em->em_nblocks;

	if (!EXT2_HAS_I(em, FLEX_BG)) {
		first = ext2_groupstart(em, g);
		end = first + ext2_groupblocks(em, g);
	}
	return blk >= first && blk < end && count <= end - blk && blk != 0;
}

static int
ext2_badplace(struct ext2_mount *em, uint32_t g, const char *what,
    uint64_t blk)
{

	ext2_warn(em, "group %u: %s 0x%" PRIx64 " outside the %s", g, what,
	    blk, blk >= em->em_nblocks ? "file system" : "group");
	return EXT2_EDAMAGE;
}

/*
 * Check everything a descriptor says.
 */
static int
ext2_group_check(struct ext2_mount *em, uint32_t g, const struct e2_gd *gd)
{
	struct ext2_group *eg = &em->em_groups[g];

	if ((EXT2_HAS_R(em, GDT_CSUM) || EXT2_HAS_R(em, METADATA_CSUM)) &&
	    le16toh(gd->bg_checksum) != ext2_csum_group(em, g, gd)) {
		ext2_warn(em, "group %u: descriptor checksum mismatch", g);
		return EXT2_ECSUM;
	}
	if (!ext2_placeok(em, g, eg->eg_bitmap[EXT2_BLOCKS], 1))
		return ext2_badplace(em, g, "block bitmap",
		    eg->eg_bitmap[EXT2_BLOCKS]);
	if (!ext2_placeok(em, g, eg->eg_bitmap[EXT2_INODES], 1))
		return ext2_badplace(em, g, "inode bitmap",
		    eg->eg_bitmap[EXT2_INODES]);
	if (!ext2_placeok(em, g, eg->eg_itable, em->em_itblocks))
		return ext2_badplace(em, g, "inode table", eg->eg_itable);
	if (eg->eg_free[EXT2_BLOCKS] > ext2_groupblocks(em, g) ||
	    eg->eg_free[EXT2_INODES] > em->em_ipg ||
	    eg->eg_ndirs > em->em_ipg || eg->eg_itunused > em->em_ipg) {
		ext2_warn(em, "group %u: impossible counts (%u blocks, "
		    "%u inodes free, %u directories)", g,
		    eg->eg_free[EXT2_BLOCKS], eg->eg_free[EXT2_INODES],
		    eg->eg_ndirs);
		return EXT2_EDAMAGE;
	}
	return 0;
}

static int
ext2_group_decode(struct ext2_mount *em, uint32_t g, const struct e2_gd *gd)
{
	struct ext2_group *eg = &em->em_groups[g];
	uint32_t nfree;
	int error;

	eg->eg_bitmap[EXT2_BLOCKS] = ext2_gd64(em, gd->bg_block_bitmap,
	    gd->bg_block_bitmap_hi);
	eg->eg_bitmap[EXT2_INODES] = ext2_gd64(em, gd->bg_inode_bitmap,
	    gd->bg_inode_bitmap_hi);
	eg->eg_itable = ext2_gd64(em, gd->bg_inode_table,
	    gd->bg_inode_table_hi);
	nfree = ext2_gd32(em, gd->bg_free_blocks_count,
	    gd->bg_free_blocks_count_hi);
	if (EXT2_HAS_R(em, BIGALLOC))	/* counted in clusters */
		nfree = MIN((uint64_t)nfree * (em->em_bpg /
		    le32toh(em->em_sb->s_clusters_per_group)),
		    ext2_groupblocks(em, g));
	eg->eg_free[EXT2_BLOCKS] = nfree;
	eg->eg_free[EXT2_INODES] = ext2_gd32(em, gd->bg_free_inodes_count,
	    gd->bg_free_inodes_count_hi);
	eg->eg_ndirs = ext2_gd32(em, gd->bg_used_dirs_count,
	    gd->bg_used_dirs_count_hi);
	eg->eg_itunused = ext2_gd32(em, gd->bg_itable_unused,
	    gd->bg_itable_unused_hi);
	eg->eg_dflags = le16toh(gd->bg_flags);

	error = ext2_group_check(em, g, gd);
	if (error != 0) {
		eg->eg_bad = 1;
		eg->eg_free[EXT2_BLOCKS] = eg->eg_free[EXT2_INODES] = 0;
		eg->eg_ndirs = 0;
		return (em->em_flags & EMF_WRITE) != 0 ? error : 0;
	}
	em->em_bfree += eg->eg_free[EXT2_BLOCKS];
	return 0;
}

static int
ext2_groups_read(struct ext2_mount *em)
{
	const uint32_t per = em->em_bsize / em->em_descsize;
	struct buf *bp;
	uint64_t blk;
	uint32_t g, i, nr;
	int error;

	for (nr = 0, g = 0; nr < em->em_descblocks; nr++) {
		blk = ext2_descblock(em, nr);
		if (blk >= em->em_nblocks) {
			ext2_warn(em, "descriptor block %u: 0x%" PRIx64
			    " outside the file system", nr, blk);
			return EXT2_EDAMAGE;
		}
		if ((error = ext2_bread(em, blk, &bp)) != 0)
			return error;
		for (i = 0; i < per && g < em->em_ngroups; i++, g++) {
			error = ext2_group_decode(em, g, (const void *)
			    ((char *)bp->b_data + i * em->em_descsize));
			if (error != 0)
				break;
		}
		brelse(bp, 0);
		if (error != 0)
			return error;
	}
	KASSERT(g == em->em_ngroups);
	return 0;
}

/*
 * Blocks at the start of group g that hold the superblock and descriptors,
 * and of these the ones that df(1) calls overhead.
 */
static uint32_t
ext2_group_supers(const struct ext2_mount *em, uint32_t g, uint32_t *basep)
{
	const uint32_t per = em->em_bsize / em->em_descsize;
	const uint32_t super = ext2_super_ingroup(em, g);
	uint32_t metabg = UINT32_MAX, n = super, r;

	if (EXT2_HAS_I(em, META_BG))
		metabg = le32toh(em->em_sb->s_first_meta_bg);
	*basep = n;
	if (g / per >= metabg) {
		r = g % per;
		if (r == 0 || r == 1 || r == per - 1)
			n++;
		*basep = n;
	} else if (super) {
		n += MIN(em->em_descblocks, metabg);
		*basep = n;
		n += le16toh(em->em_sb->s_reserved_gdt_blocks);
	}
	return MIN(n, ext2_groupblocks(em, g));
}

static int
ext2_zonecmp(const void *a, const void *b)
{
	const struct ext2_zone *za = a, *zb = b;

	if (za->ez_start != zb->ez_start)
		return za->ez_start < zb->ez_start ? -1 : 1;
	return 0;
}

static void
ext2_zone_add(struct ext2_mount *em, uint64_t start, uint64_t count)
{
	struct ext2_zone *last;

	if (count == 0)
		return;
	if (em->em_nzones > 0) {
		last = &em->em_zones[em->em_nzones - 1];
		if (last->ez_start + last->ez_count == start) {
			last->ez_count += count;
			return;
		}
	}
	em->em_zones[em->em_nzones++] = (struct ext2_zone){ start, count };
}

/* Do two zones share a block?  Joins those that touch. */
static int
ext2_zones_check(struct ext2_mount *em)
{
	struct ext2_zone *z = em->em_zones;
	size_t i, n = 0;
	int error = 0;

	for (i = 1; i < em->em_nzones; i++) {
		const uint64_t end = z[n].ez_start + z[n].ez_count;

		if (z[i].ez_start < end && error == 0) {
			ext2_warn(em, "metadata at block 0x%" PRIx64
			    " overlaps other metadata", z[i].ez_start);
			error = EXT2_EDAMAGE;
		}
		if (z[i].ez_start <= end)
			z[n].ez_count = MAX(end, z[i].ez_start +
			    z[i].ez_count) - z[n].ez_start;
		else
			z[++n] = z[i];
	}
	em->em_nzones = n + 1;
	return (em->em_flags & EMF_WRITE) != 0 ? error : 0;
}

static int
ext2_zones_build(struct ext2_mount *em)
{
	const struct ext2_group *eg;
	struct ext2_zone tmp;
	uint64_t overhead = em->em_firstblock;
	uint32_t base, g, n;
	size_t max = (size_t)em->em_ngroups * 4;

	em->em_zonesize = max * sizeof(*em->em_zones);
	em->em_zones = kmem_alloc(em->em_zonesize, KM_NOSLEEP);
	if (em->em_zones == NULL)
		return ENOMEM;
	for (g = 0; g < em->em_ngroups; g++) {
		eg = &em->em_groups[g];
		n = ext2_group_supers(em, g, &base);
		ext2_zone_add(em, ext2_groupstart(em, g), n);
		overhead += base + 2 + em->em_itblocks;
		if (eg->eg_bad)
			continue;
		ext2_zone_add(em, eg->eg_bitmap[EXT2_BLOCKS], 1);
		ext2_zone_add(em, eg->eg_bitmap[EXT2_INODES], 1);
		ext2_zone_add(em, eg->eg_itable, em->em_itblocks);
	}
	KASSERT(em->em_nzones <= max);
	if (em->em_overhead == 0)
		em->em_overhead = MIN(overhead, em->em_nblocks);
	if (kheapsort(em->em_zones, em->em_nzones, sizeof(*em->em_zones),
	    ext2_zonecmp, &tmp) != 0)
		return EINVAL;
	return ext2_zones_check(em);
}

/*
 * Load all descriptors.  On an error the caller calls ext2_groups_free().
 */
int
ext2_groups_load(struct ext2_mount *em)
{
	int error;

	em->em_groups = kmem_zalloc((size_t)em->em_ngroups *
	    sizeof(*em->em_groups), KM_NOSLEEP);
	if (em->em_groups == NULL)
		return ENOMEM;
	error = ext2_groups_read(em);
	if (error == 0)
		error = ext2_zones_build(em);
	return error;
}

void
ext2_groups_free(struct ext2_mount *em)
{

	if (em->em_zones != NULL)
		kmem_free(em->em_zones, em->em_zonesize);
	if (em->em_groups != NULL)
		kmem_free(em->em_groups, (size_t)em->em_ngroups *
		    sizeof(*em->em_groups));
	em->em_zones = NULL;
	em->em_groups = NULL;
	em->em_nzones = 0;
}

/*
 * Totals, as exact as the groups' counts; a damaged one has none.
 */
uint32_t
ext2_freeinodes(const struct ext2_mount *em)
{
	const struct ext2_group *eg;
	uint32_t g, n = 0;

	for (g = 0; g < em->em_ngroups; g++) {
		eg = &em->em_groups[g];
		n += atomic_load_relaxed(&eg->eg_free[EXT2_INODES]);
	}
	return MIN(n, em->em_ninodes);
}

uint32_t
ext2_ndirs(const struct ext2_mount *em)
{
	const struct ext2_group *eg;
	uint32_t g, n = 0;

	for (g = 0; g < em->em_ngroups; g++) {
		eg = &em->em_groups[g];
		n += atomic_load_relaxed(&eg->eg_ndirs);
	}
	return n;
}

/* Store the counts of group g; tells whether they had changed. */
static bool
ext2_group_encode(struct ext2_mount *em, uint32_t g, struct e2_gd *gd)
{
	struct ext2_group *eg = &em->em_groups[g];

	KASSERT(ext2_gate_isclosed(em));
	if (!eg->eg_dirty)
		return false;
	eg->eg_dirty = 0;
	gd->bg_free_blocks_count = htole16(eg->eg_free[EXT2_BLOCKS]);
	gd->bg_free_inodes_count = htole16(eg->eg_free[EXT2_INODES]);
	gd->bg_used_dirs_count = htole16(eg->eg_ndirs);
	return true;
}

static bool
ext2_descblock_isdirty(struct ext2_mount *em, uint32_t g, uint32_t n)
{
	bool dirty = false;

	KASSERT(ext2_gate_isclosed(em));
	for (; n > 0 && g < em->em_ngroups && !dirty; n--, g++)
		dirty = em->em_groups[g].eg_dirty != 0;
	return dirty;
}

/*
 * Bring the descriptor blocks' buffers up to date (part of a commit).
 */
int
ext2_groups_write(struct ext2_mount *em)
{
	const uint32_t per = em->em_bsize / em->em_descsize;
	struct buf *bp;
	uint32_t g, i, nr;
	int error;

	for (nr = 0; nr < em->em_descblocks; nr++) {
		g = nr * per;
		if (!ext2_descblock_isdirty(em, g, per))
			continue;
		error = ext2_bread(em, ext2_descblock(em, nr), &bp);
		if (error != 0)
			return error;
		for (i = 0; i < per && g < em->em_ngroups; i++, g++)
			(void)ext2_group_encode(em, g, (void *)
			    ((char *)bp->b_data + i * em->em_descsize));
		(void)ext2_log_pin(em, bp);
		bdwrite(bp);
	}
	return 0;
}

/*
 * Does the run share a block with a metadata zone?
 */
bool
ext2_iszone(const struct ext2_mount *em, uint64_t blk, uint64_t count)
{
	const struct ext2_zone *z = em->em_zones;
	size_t lo = 0, hi = em->em_nzones, mid;

	/* The first zone that ends behind blk. */
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (z[mid].ez_start + z[mid].ez_count <= blk)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < em->em_nzones && z[lo].ez_start < blk + count;
}

/*
 * May inode ino own the run of blocks?  what names the pointer.
 */
int
ext2_blockcheck(struct ext2_mount *em, uint64_t blk, uint64_t count,
    ino_t ino, const char *what)
{

	if (blk < em->em_firstblock || blk == 0 || blk >= em->em_nblocks ||
	    count > em->em_nblocks - blk)
		return ext2_damaged(em, "inode %" PRIu64 ": %s 0x%" PRIx64
		    "+%" PRIu64 " outside the file system", ino, what, blk,
		    count);
	if (ext2_iszone(em, blk, count))
		return ext2_damaged(em, "inode %" PRIu64 ": %s 0x%" PRIx64
		    "+%" PRIu64 " inside metadata", ino, what, blk, count);
	return 0;
}
