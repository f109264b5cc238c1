/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The superblock: read it, believe nothing of it before every number was
 * checked against the others and against the size of the device, and decide
 * from the feature bits what may be done with the volume.
 *
 * Called while mounting, in the order ext2_super_read(), _check(),
 * _readable() and, to write, _writable().
 */

#include "ext2.h"

struct ext2_feature {
	uint32_t	ef_bit;
	const char	*ef_name;
};

static const struct ext2_feature ext2_compat_names[] = {
	{ E2_C_HAS_JOURNAL, "has_journal" },
	{ E2_C_FAST_COMMIT, "fast_commit" },
	{ E2_C_ORPHAN_FILE, "orphan_file" },
};

static const struct ext2_feature ext2_incompat_names[] = {
	{ E2_I_COMPRESSION, "compression" },
	{ E2_I_FILETYPE, "filetype" },
	{ E2_I_RECOVER, "needs_recovery" },
	{ E2_I_JOURNAL_DEV, "journal_dev" },
	{ E2_I_META_BG, "meta_bg" },
	{ E2_I_EXTENTS, "extents" },
	{ E2_I_64BIT, "64bit" },
	{ E2_I_MMP, "mmp" },
	{ E2_I_FLEX_BG, "flex_bg" },
	{ E2_I_EA_INODE, "ea_inode" },
	{ E2_I_DIRDATA, "dirdata" },
	{ E2_I_CSUM_SEED, "metadata_csum_seed" },
	{ E2_I_LARGEDIR, "large_dir" },
	{ E2_I_INLINE_DATA, "inline_data" },
	{ E2_I_ENCRYPT, "encrypt" },
	{ E2_I_CASEFOLD, "casefold" },
};

static const struct ext2_feature ext2_rocompat_names[] = {
	{ E2_R_SPARSE_SUPER, "sparse_super" },
	{ E2_R_LARGE_FILE, "large_file" },
	{ E2_R_BTREE_DIR, "btree_dir" },
	{ E2_R_HUGE_FILE, "huge_file" },
	{ E2_R_GDT_CSUM, "uninit_bg" },
	{ E2_R_DIR_NLINK, "dir_nlink" },
	{ E2_R_EXTRA_ISIZE, "extra_isize" },
	{ E2_R_HAS_SNAPSHOT, "has_snapshot" },
	{ E2_R_QUOTA, "quota" },
	{ E2_R_BIGALLOC, "bigalloc" },
	{ E2_R_METADATA_CSUM, "metadata_csum" },
	{ E2_R_REPLICA, "replica" },
	{ E2_R_READONLY, "read-only" },
	{ E2_R_PROJECT, "project" },
	{ E2_R_SHARED_BLOCKS, "shared_blocks" },
	{ E2_R_VERITY, "verity" },
	{ E2_R_ORPHAN_PRESENT, "orphan_present" },
};

#define	EXT2_MINBUFS	8	/* of a block each there must be room for */

/* What reading copes with, and what writing does. */
#define	EXT2_I_READ	(E2_I_FILETYPE | E2_I_RECOVER | E2_I_META_BG |	\
			 E2_I_EXTENTS | E2_I_64BIT | E2_I_MMP |		\
			 E2_I_FLEX_BG | E2_I_EA_INODE | E2_I_CSUM_SEED | \
			 E2_I_LARGEDIR | E2_I_INLINE_DATA | E2_I_ENCRYPT)
#define	EXT2_I_WRITE	(E2_I_FILETYPE | E2_I_META_BG | E2_I_FLEX_BG)
#define	EXT2_R_WRITE	(E2_R_SPARSE_SUPER | E2_R_LARGE_FILE |		\
			 E2_R_HUGE_FILE | E2_R_DIR_NLINK | E2_R_EXTRA_ISIZE)
#define	EXT2_C_NOWRITE	(E2_C_HAS_JOURNAL | E2_C_FAST_COMMIT |		\
			 E2_C_ORPHAN_FILE)

/* Say which of the features in bits stands in the way, and of what. */
static void
ext2_refuse(struct ext2_mount *em, const char *what, const char *set,
    const struct ext2_feature *names, size_t n, uint32_t bits)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((bits & names[i].ef_bit) == 0)
			continue;
		ext2_warn(em, "cannot mount%s: feature %s", what,
		    names[i].ef_name);
		return;
	}
	ext2_warn(em, "cannot mount%s: unknown %s feature 0x%x", what, set,
	    bits & -bits);
}

/*
 * May the volume be read at all?
 */
int
ext2_super_readable(struct ext2_mount *em)
{
	const uint32_t bad = em->em_incompat & ~EXT2_I_READ;

	if (bad == 0)
		return 0;
	ext2_refuse(em, "", "incompat", ext2_incompat_names,
	    __arraycount(ext2_incompat_names), bad);
	return EOPNOTSUPP;
}

/*
 * May it be written?  The most telling feature is named first.
 */
int
ext2_super_writable(struct ext2_mount *em)
{
	const char *what = " for writing";
	uint32_t bad;

	bad = em->em_incompat & ~EXT2_I_WRITE;
	/* Everything with extents has a journal too; name the format. */
	if ((bad & E2_I_EXTENTS) != 0)
		bad = E2_I_EXTENTS;
	if (bad != 0) {
		ext2_refuse(em, what, "incompat", ext2_incompat_names,
		    __arraycount(ext2_incompat_names), bad);
		return EROFS;
	}
	if (em->em_bpg > UINT16_MAX || em->em_ipg > UINT16_MAX) {
		ext2_warn(em, "cannot mount%s: groups too large", what);
		return EROFS;
	}
	bad = em->em_rocompat & ~EXT2_R_WRITE;
	if (bad != 0) {
		ext2_refuse(em, what, "ro_compat", ext2_rocompat_names,
		    __arraycount(ext2_rocompat_names), bad);
		return EROFS;
	}
	bad = em->em_compat & EXT2_C_NOWRITE;
	if (bad != 0) {
		ext2_refuse(em, what, "compat", ext2_compat_names,
		    __arraycount(ext2_compat_names), bad);
		return EROFS;
	}
	return 0;
}

/*
 * Get the superblock into em_sb.
 */
int
ext2_super_read(struct ext2_mount *em, struct vnode *devvp)
{
	struct buf *bp;
	int error;

	error = bread(devvp, E2_SBOFF / DEV_BSIZE, E2_SBSIZE, 0, &bp);
	if (error != 0)
		return error;
	memcpy(em->em_sb, bp->b_data, sizeof(*em->em_sb));
	brelse(bp, 0);
	if (le16toh(em->em_sb->s_magic) != E2_MAGIC)
		return EINVAL;
	return 0;
}

static int
ext2_bad(struct ext2_mount *em, const char *what, uint64_t value)
{

	ext2_warn(em, "superblock: bad %s %" PRIu64 EXT2_FSCK, what, value);
	return EINVAL;
}

/* Block size, revision and what depends on them. */
static int
ext2_check_basics(struct ext2_mount *em)
{
	const struct e2_sb *sb = em->em_sb;
	uint32_t v;

	v = le32toh(sb->s_log_block_size);
	if (v > E2_MAXLOGBLK - E2_MINLOGBLK ||
	    (1U << (v + E2_MINLOGBLK)) > MAXBSIZE)
		return ext2_bad(em, "block size exponent", v);
	em->em_bshift = v + E2_MINLOGBLK;
	em->em_bsize = 1U << em->em_bshift;
	em->em_bmask = em->em_bsize - 1;
	em->em_fsbtodb = em->em_bshift - DEV_BSHIFT;
	/* What several operations at once keep busy must fit. */
	if (em->em_bsize > buf_memcalc() / EXT2_MINBUFS) {
		ext2_warn(em, "too little memory for blocks of %u bytes",
		    em->em_bsize);
		return ENOMEM;
	}

	em->em_inodesize = E2_OLDINODESIZE;
	em->em_firstino = E2_OLDFIRSTINO;
	em->em_descsize = E2_GD_OLDSIZE;
	if (le32toh(sb->s_rev_level) == 0)
		return 0;
	if (le32toh(sb->s_rev_level) > 1)
		return ext2_bad(em, "revision", le32toh(sb->s_rev_level));
	em->em_compat = le32toh(sb->s_feature_compat);
	em->em_incompat = le32toh(sb->s_feature_incompat);
	em->em_rocompat = le32toh(sb->s_feature_ro_compat);
	em->em_inodesize = le16toh(sb->s_inode_size);
	if (em->em_inodesize < E2_OLDINODESIZE ||
	    em->em_inodesize > em->em_bsize || !powerof2(em->em_inodesize))
		return ext2_bad(em, "inode size", em->em_inodesize);
	em->em_firstino = le32toh(sb->s_first_ino);
	if (em->em_firstino < E2_OLDFIRSTINO)
		return ext2_bad(em, "first inode", em->em_firstino);
	if (EXT2_HAS_I(em, 64BIT)) {
		em->em_descsize = le16toh(sb->s_desc_size);
		if (em->em_descsize < E2_GD_SIZE64 ||
		    em->em_descsize > 1024 || !powerof2(em->em_descsize))
			return ext2_bad(em, "descriptor size",
			    em->em_descsize);
	}
	return 0;
}

static int
ext2_check_csum(struct ext2_mount *em)
{
	const struct e2_sb *sb = em->em_sb;

	/* Values in inodes have checksums even where nothing else has. */
	em->em_csumseed = EXT2_HAS_I(em, CSUM_SEED) ?
	    le32toh(sb->s_checksum_seed) :
	    ext2_crc32c(~0U, sb->s_uuid, sizeof(sb->s_uuid));
	if (!EXT2_HAS_R(em, METADATA_CSUM))
		return 0;
	if (sb->s_checksum_type != 1)
		return ext2_bad(em, "checksum type", sb->s_checksum_type);
	if (ext2_csum_super(sb) != le32toh(sb->s_checksum)) {
		ext2_warn(em, "superblock: checksum mismatch" EXT2_FSCK);
		return EXT2_ECSUM;
	}
	return 0;
}

/* Counts and sizes of groups. */
static int
ext2_check_groups(struct ext2_mount *em)
{
	const struct e2_sb *sb = em->em_sb;
	const uint32_t bits = em->em_bsize * NBBY;
	const bool bigalloc = EXT2_HAS_R(em, BIGALLOC);
	uint32_t perblock, clusters;

	em->em_firstblock = le32toh(sb->s_first_data_block);
	if (em->em_firstblock != (em->em_bsize == E2_SBOFF && !bigalloc) &&
	    !(bigalloc && em->em_firstblock == 0))
		return ext2_bad(em, "first data block", em->em_firstblock);
	em->em_bpg = le32toh(sb->s_blocks_per_group);
	clusters = bigalloc ? le32toh(sb->s_clusters_per_group) : em->em_bpg;
	if (em->em_bpg < NBBY || clusters == 0 || clusters > bits ||
	    em->em_bpg / clusters > 0x10000)
		return ext2_bad(em, "number of blocks per group", em->em_bpg);
	em->em_clustersize = em->em_bsize * (em->em_bpg / clusters);
	if (bigalloc && (em->em_bpg % clusters != 0 ||
	    !powerof2(em->em_bpg / clusters) || le32toh(
	    sb->s_log_cluster_size) > 16 || em->em_clustersize !=
	    E2_SBOFF << le32toh(sb->s_log_cluster_size)))
		return ext2_bad(em, "cluster size exponent",
		    le32toh(sb->s_log_cluster_size));
	em->em_ipg = le32toh(sb->s_inodes_per_group);
	perblock = em->em_bsize / em->em_inodesize;
	if (em->em_ipg < perblock || em->em_ipg > bits)
		return ext2_bad(em, "number of inodes per group", em->em_ipg);
	em->em_itblocks = howmany(em->em_ipg, perblock);
	if (em->em_itblocks + 2 > em->em_bpg)
		return ext2_bad(em, "inode table size", em->em_itblocks);
	return 0;
}

/* The volume's size and totals. */
static int
ext2_check_size(struct ext2_mount *em, uint64_t devbytes)
{
	const struct e2_sb *sb = em->em_sb;
	const bool wide = EXT2_HAS_I(em, 64BIT);
	uint64_t ngroups;

	em->em_nblocks = le32toh(sb->s_blocks_count);
	em->em_rblocks = le32toh(sb->s_r_blocks_count);
	if (wide) {
		em->em_nblocks |=
		    (uint64_t)le32toh(sb->s_blocks_count_hi) << 32;
		em->em_rblocks |=
		    (uint64_t)le32toh(sb->s_r_blocks_count_hi) << 32;
	}
	if (em->em_nblocks <= em->em_firstblock + 2ULL ||
	    em->em_nblocks > (uint64_t)INT64_MAX >> (em->em_bshift + 1))
		return ext2_bad(em, "number of blocks", em->em_nblocks);
	if (devbytes != 0 && em->em_nblocks > devbytes >> em->em_bshift) {
		ext2_warn(em, "superblock: %" PRIu64 " blocks of %u bytes do "
		    "not fit on a device of %" PRIu64 " bytes" EXT2_FSCK,
		    em->em_nblocks, em->em_bsize, devbytes);
		return EINVAL;
	}
	if (em->em_rblocks > em->em_nblocks)
		return ext2_bad(em, "number of reserved blocks",
		    em->em_rblocks);
	ngroups = howmany(em->em_nblocks - em->em_firstblock, em->em_bpg);
	if (ngroups > UINT32_MAX / em->em_ipg)
		return ext2_bad(em, "number of groups", ngroups);
	em->em_ngroups = ngroups;
	em->em_ninodes = le32toh(sb->s_inodes_count);
	if (em->em_ninodes != em->em_ngroups * em->em_ipg)
		return ext2_bad(em, "number of inodes", em->em_ninodes);
	if (em->em_firstino > em->em_ninodes)
		return ext2_bad(em, "first inode", em->em_firstino);
	em->em_descblocks = howmany((uint64_t)em->em_ngroups *
	    em->em_descsize, em->em_bsize);
	if (!EXT2_HAS_I(em, META_BG) &&
	    em->em_descblocks + 2ULL > em->em_nblocks)
		return ext2_bad(em, "number of groups", ngroups);
	return 0;
}

/* Settings that cannot be wrong, only out of range. */
static void
ext2_take_settings(struct ext2_mount *em)
{
	const struct e2_sb *sb = em->em_sb;
	u_int i;

	for (i = 0; i < 4; i++)
		em->em_hashseed[i] = le32toh(sb->s_hash_seed[i]);
	em->em_hashver = sb->s_def_hash_version;
	if (em->em_hashver > E2_HASH_TEA)
		em->em_hashver = E2_HASH_HALFMD4;
	if ((le32toh(sb->s_flags) & E2_SF_UNSIGNEDHASH) != 0)
		em->em_hashsign = E2_HASH_UNSIGNED;
	em->em_resuid = le16toh(sb->s_def_resuid);
	em->em_resgid = le16toh(sb->s_def_resgid);

	if (em->em_inodesize > E2_OLDINODESIZE) {
		em->em_extraisize = le16toh(sb->s_want_extra_isize);
		if (em->em_extraisize < 28 ||
		    (em->em_extraisize & 3) != 0 ||
		    em->em_extraisize > em->em_inodesize - E2_OLDINODESIZE)
			em->em_extraisize = 32;
	}
	/* In clusters where there are any. */
	em->em_overhead = le32toh(sb->s_overhead_blocks) *
	    (uint64_t)(EXT2_HAS_R(em, BIGALLOC) ?
	    em->em_clustersize / em->em_bsize : 1);
	if (em->em_overhead >= em->em_nblocks)
		em->em_overhead = 0;	/* ext2_groups_load() counts */
}

/*
 * Fill in the geometry from em_sb, checking all of it.  devbytes is the size
 * of the device, 0 if unknown.
 */
int
ext2_super_check(struct ext2_mount *em, uint64_t devbytes)
{
	int error;

	if ((error = ext2_check_basics(em)) != 0)
		return error;
	/* What an unknown feature changed must not be judged. */
	if ((error = ext2_super_readable(em)) != 0)
		return error;
	if ((error = ext2_check_csum(em)) != 0)
		return error;
	if ((error = ext2_check_groups(em)) != 0)
		return error;
	if ((error = ext2_check_size(em, devbytes)) != 0)
		return error;
	ext2_take_settings(em);
	return 0;
}

/* Is g a power of base? */
static bool
ext2_ispower(uint32_t g, uint32_t base)
{

	while (g % base == 0)
		g /= base;
	return g == 1;
}

/*
 * Does group g start with a copy of the superblock and the descriptors?
 */
bool
ext2_super_ingroup(const struct ext2_mount *em, uint32_t g)
{

	if (g == 0)
		return true;
	if (EXT2_HAS_C(em, SPARSE_SUPER2))
		return g == le32toh(em->em_sb->s_backup_bgs[0]) ||
		    g == le32toh(em->em_sb->s_backup_bgs[1]);
	if (g == 1 || !EXT2_HAS_R(em, SPARSE_SUPER))
		return true;
	if ((g & 1) == 0)
		return false;
	return ext2_ispower(g, 3) || ext2_ispower(g, 5) || ext2_ispower(g, 7);
}

/*
 * Put the totals into em_sb, which the caller is about to write.
 */
void
ext2_super_encode(struct ext2_mount *em)
{
	struct e2_sb *sb = em->em_sb;

	KASSERT(ext2_haslock(em));
	KASSERT(em->em_bfree <= em->em_nblocks);
	sb->s_free_blocks_count = htole32((uint32_t)em->em_bfree);
	sb->s_free_inodes_count = htole32(ext2_freeinodes(em));
	sb->s_wtime = htole32((uint32_t)time_second);
}
