/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocating and freeing inodes.  Directories at the top of the tree are
 * spread over the volume; deeper ones stay near their parent unless its
 * group is crowded; files go to their directory's group, or to one that a
 * hash of the directory picks.  (The idea is Grigori Orlov's.)
 */

#include "ext2.h"

#define	EXT2_IALLOC_TRIES	32	/* with a wrong bitmap */
#define	EXT2_IRUN		64	/* inodes looked at together */

static bool
ext2_group_usable(const struct ext2_group *eg)
{

	return !atomic_load_relaxed(&eg->eg_bad) &&
	    atomic_load_relaxed(&eg->eg_free[EXT2_INODES]) > 0;
}

/*
 * A group for a directory right below the root: more than average free
 * space, and the fewest directories of those.
 */
static bool
ext2_find_top(struct ext2_mount *em, uint32_t *gp)
{
	const uint32_t avgi = ext2_freeinodes(em) / em->em_ngroups;
	const uint64_t avgb = em->em_bfree / em->em_ngroups;
	const struct ext2_group *eg;
	uint32_t best = UINT32_MAX, i, g, ndirs;

	KASSERT(ext2_haslock(em));
	for (i = 0; i < em->em_ngroups; i++) {
		g = (em->em_nextdirgroup + i) % em->em_ngroups;
		eg = &em->em_groups[g];
		ndirs = atomic_load_relaxed(&eg->eg_ndirs);
		if (!ext2_group_usable(eg) || ndirs >= best ||
		    atomic_load_relaxed(&eg->eg_free[EXT2_INODES]) < avgi ||
		    atomic_load_relaxed(&eg->eg_free[EXT2_BLOCKS]) < avgb)
			continue;
		best = ndirs;
		*gp = g;
	}
	if (best == UINT32_MAX)
		return false;
	em->em_nextdirgroup = (*gp + 1) % em->em_ngroups;
	return true;
}

/*
 * A group for a deeper directory: the first from the parent's on that is
 * not much worse than the average.
 */
static bool
ext2_find_deep(struct ext2_mount *em, uint32_t parent, uint32_t *gp)
{
	const uint32_t avgi = ext2_freeinodes(em) / em->em_ngroups;
	const uint64_t avgb = em->em_bfree / em->em_ngroups;
	const uint32_t avgd = ext2_ndirs(em) / em->em_ngroups;
	const uint32_t mini = avgi - MIN(avgi, em->em_ipg / 4);
	const uint64_t minb = avgb - MIN(avgb, em->em_bpg / 4);
	const struct ext2_group *eg;
	uint32_t i;

	KASSERT(ext2_haslock(em));
	for (i = 0; i < em->em_ngroups; i++) {
		*gp = (parent + i) % em->em_ngroups;
		eg = &em->em_groups[*gp];
		if (ext2_group_usable(eg) &&
		    atomic_load_relaxed(&eg->eg_ndirs) <=
		    avgd + em->em_ipg / 16 &&
		    atomic_load_relaxed(&eg->eg_free[EXT2_INODES]) >= mini &&
		    atomic_load_relaxed(&eg->eg_free[EXT2_BLOCKS]) >= minb)
			return true;
	}
	return false;
}

/* A group for a file: the parent's, else a few tries from a hash. */
static bool
ext2_find_file(struct ext2_mount *em, uint32_t parent, ino_t dir,
    uint32_t *gp)
{
	const struct ext2_group *eg;
	uint32_t g = parent, step;

	for (step = 0; step < em->em_ngroups;
	    step = step == 0 ? 1 : step * 2) {
		eg = &em->em_groups[g];
		if (ext2_group_usable(eg) &&
		    atomic_load_relaxed(&eg->eg_free[EXT2_BLOCKS]) > 0) {
			*gp = g;
			return true;
		}
		g = (g + (step == 0 ? dir : step)) % em->em_ngroups;
	}
	return false;
}

static uint32_t
ext2_pick_group(struct ext2_mount *em, const struct ext2_inode *dip,
    bool isdir)
{
	const uint32_t parent = (dip->ei_ino - 1) / em->em_ipg;
	uint32_t g = parent;
	bool found;

	if (!isdir) {
		found = ext2_find_file(em, parent, dip->ei_ino, &g);
		return found ? g : parent;
	}
	mutex_enter(&em->em_lock);
	if (dip->ei_ino == E2_ROOTINO ||
	    (dip->ei_flags & E2_FL_TOPDIR) != 0)
		found = ext2_find_top(em, &g);
	else
		found = ext2_find_deep(em, parent, &g);
	mutex_exit(&em->em_lock);
	return found ? g : parent;
}

/* Find a bit that may be used now, from bit from on. */
static bool
ext2_inode_search(struct ext2_mount *em, uint32_t g, const void *map,
    uint32_t from, uint32_t *bitp)
{
	uint32_t run;
	bool ok;

	if (g == 0)
		from = MAX(from, em->em_firstino - 1);
	while (ext2_bitmap_find(map, from, em->em_ipg, 1, EXT2_IRUN, bitp,
	    &run)) {
		ok = ext2_pend_clip(em, g, EXT2_INODES, bitp, &run);
		if (ok)
			return true;
		from = *bitp + run;
	}
	return false;
}

static int
ext2_inode_take(struct ext2_tx *tx, uint32_t g, bool isdir, ino_t *inop)
{
	struct ext2_mount *em = tx->tx_em;
	struct ext2_group *eg = &em->em_groups[g];
	struct buf *bp;
	uint32_t bit, start;
	bool found;
	int error;

	if (!ext2_group_has(em, g, EXT2_INODES, 1))
		return ENOSPC;
	error = ext2_bitmap_read(em, g, EXT2_INODES, &bp);
	if (error != 0)
		return error == EXT2_EDAMAGE ? ENOSPC : error;
	start = ext2_pend_start(em, g, EXT2_INODES, eg->eg_hint[EXT2_INODES]);
	found = ext2_inode_search(em, g, bp->b_data, start, &bit) ||
	    (start > eg->eg_hint[EXT2_INODES] && ext2_inode_search(em, g,
	    bp->b_data, eg->eg_hint[EXT2_INODES], &bit));
	if (!found) {
		brelse(bp, 0);
		return ENOSPC;
	}
	eg->eg_scan[EXT2_INODES] = bit + 1;
	ext2_bitmap_set(bp->b_data, bit, 1);
	if (!ext2_pend_any(eg, EXT2_INODES))
		eg->eg_hint[EXT2_INODES] = bit + 1;
	/* The count may be wrong. */
	atomic_store_relaxed(&eg->eg_free[EXT2_INODES],
	    eg->eg_free[EXT2_INODES] - MIN(eg->eg_free[EXT2_INODES], 1));
	atomic_store_relaxed(&eg->eg_ndirs, eg->eg_ndirs + isdir);
	ext2_group_mark(em, eg);
	ext2_tx_dirty(tx, bp);
	*inop = (ino_t)g * em->em_ipg + bit + 1;
	return 0;
}

/* A free inode from the first group that has one, beginning with g. */
static int
ext2_inode_find(struct ext2_tx *tx, uint32_t g, bool isdir, ino_t *inop)
{
	struct ext2_mount *em = tx->tx_em;
	uint32_t i;
	int error;

	for (i = 0; i < em->em_ngroups; i++) {
		error = ext2_inode_take(tx, (g + i) % em->em_ngroups, isdir,
		    inop);
		if (error != ENOSPC)
			return error;
	}
	return ENOSPC;
}

/*
 * Is the inode that the bitmap called free as unused as it should be?  One
 * in use may even have a vnode.
 */
static int
ext2_inode_unused(struct ext2_mount *em, ino_t ino, bool *unusedp)
{
	struct e2_inode *di;
	struct buf *bp;
	int error;

	error = ext2_iread(em, ino, &bp, &di);
	if (error != 0)
		return error;
	*unusedp = di->i_mode == 0 || di->i_links_count == 0;
	brelse(bp, 0);
	return 0;
}

/*
 * An inode for a new file of the given mode in directory dip.
 */
int
ext2_ialloc(struct ext2_tx *tx, const struct ext2_inode *dip, uint16_t mode,
    ino_t *inop)
{
	struct ext2_mount *em = tx->tx_em;
	const bool isdir = S_ISDIR(mode);
	const uint32_t g = ext2_pick_group(em, dip, isdir);
	bool unused;
	u_int tries;
	int error;

	for (tries = 0; tries < EXT2_IALLOC_TRIES; tries++) {
		error = ext2_inode_find(tx, g, isdir, inop);
		if (error == 0)
			error = ext2_inode_unused(em, *inop, &unused);
		if (error != 0 || unused)
			return error;
		/* Its bit is set now, as it should have been. */
		(void)ext2_damaged(em, "inode %" PRIu64 ": in use, but free "
		    "in the bitmap", *inop);
	}
	return EXT2_EDAMAGE;
}

/*
 * Is the inode, which has a vnode, marked as used in the bitmap?
 */
int
ext2_iinuse(struct ext2_mount *em, ino_t ino)
{
	const uint32_t g = (ino - 1) / em->em_ipg;
	struct buf *bp;
	bool inuse;
	int error;

	KASSERT(ino >= 1 && ino <= em->em_ninodes);
	error = ext2_bitmap_read(em, g, EXT2_INODES, &bp);
	if (error != 0)
		return error;
	inuse = ext2_bitmap_allset(bp->b_data, (ino - 1) % em->em_ipg, 1);
	brelse(bp, 0);
	return inuse ? 0 : ext2_damaged(em, "inode %" PRIu64
	    ": in use, but free in the bitmap", ino);
}

/*
 * Give an inode back.
 */
int
ext2_ifree(struct ext2_tx *tx, struct ext2_mount *em, ino_t ino, bool isdir)
{
	const uint32_t g = (ino - 1) / em->em_ipg;
	const uint32_t bit = (ino - 1) % em->em_ipg;
	struct ext2_group *eg = &em->em_groups[g];
	struct buf *bp;
	int error;

	KASSERT(ino >= 1 && ino <= em->em_ninodes);
	error = ext2_bitmap_read(em, g, EXT2_INODES, &bp);
	if (error != 0)
		return error;
	if (ino < em->em_firstino || !ext2_bitmap_allset(bp->b_data, bit, 1)) {
		brelse(bp, 0);
		return ext2_damaged(em, "inode %" PRIu64
		    ": freed, but was not in use", ino);
	}
	ext2_bitmap_clear(bp->b_data, bit, 1);
	eg->eg_hint[EXT2_INODES] = MIN(eg->eg_hint[EXT2_INODES], bit);
	ext2_pend_add(tx, g, EXT2_INODES, bit, 1);
	atomic_store_relaxed(&eg->eg_free[EXT2_INODES],
	    MIN(eg->eg_free[EXT2_INODES] + 1, em->em_ipg));
	if (isdir)
		atomic_store_relaxed(&eg->eg_ndirs,
		    eg->eg_ndirs - MIN(eg->eg_ndirs, 1));
	ext2_group_mark(em, eg);
	ext2_tx_dirty(tx, bp);
	return 0;
}
