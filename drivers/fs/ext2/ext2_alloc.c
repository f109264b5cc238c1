/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocating and freeing blocks.  A request names a goal, the block right
 * behind the file's previous one, and is answered with one contiguous run:
 * at the goal if it is free, else in the first larger hole of the goal's
 * group, else in another group.  Files that grow by small steps own a window
 * of blocks ahead of their end, which is set in the bitmap but not in the
 * inode and goes back when the file becomes inactive.
 *
 * Locking: the busy buffer of a group's bitmap serializes the group and its
 * count, em_lock the total; no two bitmaps are held at once.
 */

#include "ext2.h"

#define	EXT2_GOODRUN	8	/* blocks in a row worth looking for */
#define	EXT2_WINDOW	16	/* least blocks of a preallocation window */
#define	EXT2_MAXWINDOW	128	/* and most */

/*
 * May who allocates have the reserved blocks, too?  The volume names a user
 * and a group; group 0 is nobody's privilege.
 */
static bool
ext2_may_reserved(const struct ext2_mount *em)
{
	kauth_cred_t cred = kauth_cred_get();

	if (kauth_cred_geteuid(cred) == em->em_resuid)
		return true;
	if (em->em_resgid != 0 &&
	    kauth_cred_groupmember(cred, em->em_resgid) == 0)
		return true;
	return kauth_authorize_system(cred, KAUTH_SYSTEM_FS_RESERVEDSPACE, 0,
	    NULL, NULL, NULL) == 0;
}

/* Take blocks off the volume's total first, so that nobody overdraws it. */
static uint32_t
ext2_reserve(struct ext2_mount *em, uint32_t want)
{
	const uint64_t keep = em->em_rblocks == 0 || ext2_may_reserved(em) ?
	    0 : em->em_rblocks;
	uint64_t avail;

	mutex_enter(&em->em_lock);
	avail = em->em_bfree > keep ? em->em_bfree - keep : 0;
	want = MIN(want, avail);
	atomic_store_relaxed(&em->em_bfree, em->em_bfree - want);
	mutex_exit(&em->em_lock);
	return want;
}

static void
ext2_unreserve(struct ext2_mount *em, uint32_t count)
{

	if (count == 0)
		return;
	mutex_enter(&em->em_lock);
	/* Frees that a wrong count made room for may have come between. */
	atomic_store_relaxed(&em->em_bfree,
	    MIN(em->em_bfree + count, em->em_nblocks));
	mutex_exit(&em->em_lock);
}

/* A group with wrong counts or bitmaps is of no use until checked. */
static void
ext2_group_setbad(struct ext2_mount *em, uint32_t g)
{

	atomic_store_relaxed(&em->em_groups[g].eg_bad, 1);
}

/* Find a run in the bitmap that may be used now, from bit from on. */
static bool
ext2_group_scan(struct ext2_mount *em, uint32_t g, const void *map,
    uint32_t from, uint32_t min, uint32_t want, uint32_t *bitp,
    uint32_t *runp)
{
	const uint32_t end = ext2_groupblocks(em, g);
	bool ok;

	while (ext2_bitmap_find(map, from, end, min, want, bitp, runp)) {
		ok = ext2_pend_clip(em, g, EXT2_BLOCKS, bitp, runp);
		if (ok && *runp >= MIN(min, EXT2_GOODRUN))
			return true;
		from = *bitp + MAX(*runp, 1);
	}
	return false;
}

/* The same, knowing where there cannot be any. */
static bool
ext2_group_search(struct ext2_mount *em, uint32_t g, const void *map,
    uint32_t from, uint32_t min, uint32_t want, uint32_t *bitp,
    uint32_t *runp)
{
	const uint32_t end = ext2_groupblocks(em, g);
	struct ext2_group *eg = &em->em_groups[g];
	uint32_t hint = eg->eg_hint[EXT2_BLOCKS], start;

	if (from > hint)
		return ext2_group_scan(em, g, map, from, min, want, bitp,
		    runp);
	/* Learn where the first free block is. */
	if (!ext2_bitmap_find(map, hint, end, 1, 1, &hint, runp))
		hint = end;
	eg->eg_hint[EXT2_BLOCKS] = hint;
	start = ext2_pend_start(em, g, EXT2_BLOCKS, hint);
	if (ext2_group_scan(em, g, map, start, min, want, bitp, runp)) {
		eg->eg_scan[EXT2_BLOCKS] = *bitp + *runp;
		return true;
	}
	return start > hint &&
	    ext2_group_scan(em, g, map, hint, min, want, bitp, runp);
}

/* Mark the run as used in the bitmap and in the group's count. */
static void
ext2_group_claim(struct ext2_mount *em, uint32_t g, void *map, uint32_t bit,
    uint32_t run)
{
	struct ext2_group *eg = &em->em_groups[g];

	ext2_bitmap_set(map, bit, run);
	if (bit <= eg->eg_hint[EXT2_BLOCKS] &&
	    eg->eg_hint[EXT2_BLOCKS] < bit + run)
		eg->eg_hint[EXT2_BLOCKS] = bit + run;
	atomic_store_relaxed(&eg->eg_free[EXT2_BLOCKS],
	    eg->eg_free[EXT2_BLOCKS] - MIN(run, eg->eg_free[EXT2_BLOCKS]));
	ext2_group_mark(em, eg);
}

/*
 * Allocate in group g, from bit from on: a run of at least min blocks.
 * ENOSPC if there is none.
 */
static int
ext2_group_take(struct ext2_tx *tx, uint32_t g, uint32_t from, uint32_t min,
    uint32_t want, uint64_t *startp, uint32_t *gotp)
{
	struct ext2_mount *em = tx->tx_em;
	struct buf *bp;
	uint32_t bit, run;
	int error;

	if (!ext2_group_has(em, g, EXT2_BLOCKS, min))
		return ENOSPC;
	error = ext2_bitmap_read(em, g, EXT2_BLOCKS, &bp);
	if (error != 0)
		return error == EXT2_EDAMAGE ? ENOSPC : error;
	if (!ext2_group_search(em, g, bp->b_data, from, min, want, &bit,
	    &run)) {
		brelse(bp, 0);
		return ENOSPC;
	}
	*startp = ext2_groupstart(em, g) + bit;
	*gotp = run;
	if (ext2_iszone(em, *startp, run)) {
		brelse(bp, 0);
		ext2_group_setbad(em, g);
		(void)ext2_damaged(em, "group %u: block bitmap has metadata "
		    "blocks free", g);
		return ENOSPC;
	}
	ext2_group_claim(em, g, bp->b_data, bit, run);
	ext2_tx_dirty(tx, bp);
	return 0;
}

/* Exactly at the goal, as much as is free there. */
static int
ext2_take_goal(struct ext2_tx *tx, uint64_t goal, uint32_t want,
    uint64_t *startp, uint32_t *gotp)
{
	struct ext2_mount *em = tx->tx_em;
	const uint32_t g = (goal - em->em_firstblock) / em->em_bpg;
	const uint32_t bit = (goal - em->em_firstblock) % em->em_bpg;
	struct buf *bp;
	uint32_t run, at = bit;
	int error;

	if (!ext2_group_has(em, g, EXT2_BLOCKS, 1))
		return ENOSPC;
	error = ext2_bitmap_read(em, g, EXT2_BLOCKS, &bp);
	if (error != 0)
		return error == EXT2_EDAMAGE ? ENOSPC : error;
	run = ext2_bitmap_run(bp->b_data, bit, ext2_groupblocks(em, g), want);
	if (run != 0)
		(void)ext2_pend_clip(em, g, EXT2_BLOCKS, &at, &run);
	if (run == 0 || at != bit || ext2_iszone(em, goal, run)) {
		brelse(bp, 0);
		return ENOSPC;
	}
	ext2_group_claim(em, g, bp->b_data, bit, run);
	ext2_tx_dirty(tx, bp);
	*startp = goal;
	*gotp = run;
	return 0;
}

/* Anywhere: the goal's group, then the ones behind it, then what is left. */
static int
ext2_take_any(struct ext2_tx *tx, uint64_t goal, uint32_t want,
    uint64_t *startp, uint32_t *gotp)
{
	struct ext2_mount *em = tx->tx_em;
	const uint32_t g0 = (goal - em->em_firstblock) / em->em_bpg;
	const uint32_t bit0 = (goal - em->em_firstblock) % em->em_bpg;
	const uint32_t good = MIN(want, EXT2_GOODRUN);
	uint32_t i;
	int error;

	error = ext2_group_take(tx, g0, bit0, good, want, startp, gotp);
	if (error != ENOSPC)
		return error;
	for (i = 0; i < em->em_ngroups; i++) {
		error = ext2_group_take(tx, (g0 + i) % em->em_ngroups, 0,
		    good, want, startp, gotp);
		if (error != ENOSPC)
			return error;
	}
	for (i = 0; i < em->em_ngroups; i++) {
		error = ext2_group_take(tx, (g0 + i) % em->em_ngroups, 0, 1,
		    want, startp, gotp);
		if (error != ENOSPC)
			return error;
	}
	return ENOSPC;
}

/*
 * The block at which block lbn of the file should best be: behind its
 * predecessor, or in the inode's group.
 */
uint64_t
ext2_goal(const struct ext2_inode *ip, uint64_t lbn)
{
	const struct ext2_mount *em = ip->ei_em;
	uint32_t g;

	if (ip->ei_goalpbn != 0 && lbn >= ip->ei_goallbn &&
	    lbn - ip->ei_goallbn < em->em_bpg &&
	    ip->ei_goalpbn + (lbn - ip->ei_goallbn) < em->em_nblocks)
		return ip->ei_goalpbn + (lbn - ip->ei_goallbn);
	g = (ip->ei_ino - 1) / em->em_ipg;
	return ext2_groupstart(em, g);
}

/* From the file's own window, if that is where the goal is. */
static bool
ext2_take_window(struct ext2_inode *ip, uint64_t goal, uint32_t want,
    uint64_t *startp, uint32_t *gotp)
{

	if (ip->ei_precount == 0 || ip->ei_prestart != goal)
		return false;
	*startp = goal;
	*gotp = MIN(want, ip->ei_precount);
	ip->ei_prestart += *gotp;
	ip->ei_precount -= *gotp;
	return true;
}

/*
 * Does a small step of a growing file deserve a window?  Returns its size, a
 * quarter of what the file has, or 0.
 */
static uint32_t
ext2_wants_window(const struct ext2_inode *ip, uint64_t goal, uint32_t want)
{
	const uint64_t has = ip->ei_blocks >> ip->ei_em->em_fsbtodb;

	if (!S_ISREG(ip->ei_mode) || want >= EXT2_WINDOW / 2 ||
	    goal != ip->ei_goalpbn + 1 || has < EXT2_GOODRUN)
		return 0;
	return MAX(EXT2_WINDOW, MIN(has / 4, EXT2_MAXWINDOW));
}

/*
 * Allocate up to want blocks in a row for ip, at goal if possible.
 */
int
ext2_balloc(struct ext2_tx *tx, struct ext2_inode *ip, uint64_t goal,
    uint32_t want, uint64_t *startp, uint32_t *gotp)
{
	struct ext2_mount *em = tx->tx_em;
	const uint32_t window = ext2_wants_window(ip, goal, want);
	uint32_t asked = want, granted;
	int error;

	KASSERT(rw_write_held(&ip->ei_maplock));
	KASSERT(want > 0);
	if (goal < em->em_firstblock || goal >= em->em_nblocks)
		goal = em->em_firstblock;
	if (ext2_take_window(ip, goal, want, startp, gotp))
		return 0;
	if (window != 0) {
		if ((error = ext2_prealloc_drop(tx, ip)) != 0)
			return error;
		asked = window;
	}
	tx->tx_space = true;
	granted = ext2_reserve(em, MIN(asked, em->em_bpg));
	if (granted == 0)
		return ENOSPC;
	error = ext2_take_goal(tx, goal, granted, startp, gotp);
	if (error == ENOSPC)
		error = ext2_take_any(tx, goal, granted, startp, gotp);
	if (error != 0) {
		ext2_unreserve(em, granted);
		return error;
	}
	ext2_unreserve(em, granted - *gotp);
	if (*gotp > want) {
		KASSERT(ip->ei_precount == 0);
		ip->ei_prestart = *startp + want;
		ip->ei_precount = *gotp - want;
		*gotp = want;
	}
	return 0;
}

/* Clear a run in one group.  keep: not to be reused before a commit. */
static int
ext2_group_give(struct ext2_tx *tx, uint32_t g, uint32_t bit, uint32_t count,
    bool keep)
{
	struct ext2_mount *em = tx->tx_em;
	struct ext2_group *eg = &em->em_groups[g];
	struct buf *bp;
	int error;

	error = ext2_bitmap_read(em, g, EXT2_BLOCKS, &bp);
	if (error != 0)
		return error;
	if (!ext2_bitmap_allset(bp->b_data, bit, count)) {
		brelse(bp, 0);
		return ext2_damaged(em, "group %u: freeing blocks 0x%" PRIx64
		    "+%u that are free already", g,
		    ext2_groupstart(em, g) + bit, count);
	}
	ext2_bitmap_clear(bp->b_data, bit, count);
	eg->eg_hint[EXT2_BLOCKS] = MIN(eg->eg_hint[EXT2_BLOCKS], bit);
	if (keep)
		ext2_pend_add(tx, g, EXT2_BLOCKS, bit, count);
	atomic_store_relaxed(&eg->eg_free[EXT2_BLOCKS],
	    MIN(eg->eg_free[EXT2_BLOCKS] + count, ext2_groupblocks(em, g)));
	ext2_group_mark(em, eg);
	mutex_enter(&em->em_lock);
	atomic_store_relaxed(&em->em_bfree,
	    MIN(em->em_bfree + count, em->em_nblocks));
	mutex_exit(&em->em_lock);
	ext2_tx_dirty(tx, bp);
	return 0;
}

static int
ext2_bfree_run(struct ext2_tx *tx, uint64_t start, uint64_t count, bool keep)
{
	struct ext2_mount *em = tx->tx_em;
	uint32_t g, bit, n;
	int error;

	for (; count > 0; start += n, count -= n) {
		g = (start - em->em_firstblock) / em->em_bpg;
		bit = (start - em->em_firstblock) % em->em_bpg;
		n = MIN(count, em->em_bpg - bit);
		if ((error = ext2_group_give(tx, g, bit, n, keep)) != 0)
			return error;
	}
	return 0;
}

/*
 * Free blocks of inode ino.  They are checked here once more: this is the
 * last chance not to free what is not the inode's.
 */
int
ext2_bfree(struct ext2_tx *tx, struct ext2_mount *em, uint64_t start,
    uint64_t count, ino_t ino)
{
	int error;

	error = ext2_blockcheck(em, start, count, ino, "block");
	if (error != 0)
		return error;
	return ext2_bfree_run(tx, start, count, true);
}

/*
 * Give the window back; nothing on disk ever named its blocks.
 */
int
ext2_prealloc_drop(struct ext2_tx *tx, struct ext2_inode *ip)
{
	const uint64_t start = ip->ei_prestart;
	const uint32_t count = ip->ei_precount;

	KASSERT(rw_write_held(&ip->ei_maplock));
	if (count == 0)
		return 0;
	ip->ei_precount = 0;
	return ext2_bfree_run(tx, start, count, false);
}
