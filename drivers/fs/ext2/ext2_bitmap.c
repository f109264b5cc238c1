/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation bitmaps: searching and changing bits, reading a group's bitmap
 * and checking it once, and the sets of bits that were freed but may not be
 * used again before the next commit (struct ext2_pend).
 *
 * The owner of a bitmap's busy buffer owns the bitmap, the group's count and
 * the set of what was freed since the last commit began.  The older set may
 * only be looked into with ext2_pendlock(), because a commit that ends drops
 * it without the buffer.
 */

#include "ext2.h"

#define	WORDBITS	64

/* Word i of a bitmap, bit 0 first. */
static inline uint64_t
ext2_word(const void *map, uint32_t i)
{

	return le64dec((const uint8_t *)map + (size_t)i * 8);
}

/* First clear bit in [from, end), or end. */
static uint32_t
ext2_nextclear(const void *map, uint32_t from, uint32_t end)
{
	uint64_t w;
	uint32_t bit = from;

	while (bit < end) {
		w = ~ext2_word(map, bit / WORDBITS);
		w &= ~0ULL << (bit % WORDBITS);
		bit = rounddown(bit, WORDBITS);
		if (w != 0)
			return MIN(bit + __builtin_ctzll(w), end);
		bit += WORDBITS;
	}
	return end;
}

/* First set bit in [from, end), or end. */
static uint32_t
ext2_nextset(const void *map, uint32_t from, uint32_t end)
{
	uint64_t w;
	uint32_t bit = from;

	while (bit < end) {
		w = ext2_word(map, bit / WORDBITS);
		w &= ~0ULL << (bit % WORDBITS);
		bit = rounddown(bit, WORDBITS);
		if (w != 0)
			return MIN(bit + __builtin_ctzll(w), end);
		bit += WORDBITS;
	}
	return end;
}

/*
 * How many bits from bit on are clear?  At most want are counted.
 */
uint32_t
ext2_bitmap_run(const void *map, uint32_t bit, uint32_t end, uint32_t want)
{

	KASSERT(bit <= end);
	end = MIN((uint64_t)end, (uint64_t)bit + want);
	return ext2_nextset(map, bit, end) - bit;
}

/*
 * Find min or more clear bits in a row in [from, end); up to want of them
 * are reported.
 */
bool
ext2_bitmap_find(const void *map, uint32_t from, uint32_t end, uint32_t min,
    uint32_t want, uint32_t *bitp, uint32_t *runp)
{
	uint32_t bit, run;

	KASSERT(min > 0 && min <= want);
	for (bit = from; bit < end; bit += run) {
		bit = ext2_nextclear(map, bit, end);
		if (bit == end)
			break;
		run = ext2_bitmap_run(map, bit, end, want);
		if (run >= min) {
			*bitp = bit;
			*runp = run;
			return true;
		}
	}
	return false;
}

void
ext2_bitmap_set(void *map, uint32_t bit, uint32_t count)
{
	uint8_t *p = map;

	for (; count > 0 && bit % NBBY != 0; bit++, count--)
		p[bit / NBBY] |= 1U << (bit % NBBY);
	memset(p + bit / NBBY, 0xff, count / NBBY);
	bit += rounddown(count, NBBY);
	for (count %= NBBY; count > 0; bit++, count--)
		p[bit / NBBY] |= 1U << (bit % NBBY);
}

void
ext2_bitmap_clear(void *map, uint32_t bit, uint32_t count)
{
	uint8_t *p = map;

	for (; count > 0 && bit % NBBY != 0; bit++, count--)
		p[bit / NBBY] &= ~(1U << (bit % NBBY));
	memset(p + bit / NBBY, 0, count / NBBY);
	bit += rounddown(count, NBBY);
	for (count %= NBBY; count > 0; bit++, count--)
		p[bit / NBBY] &= ~(1U << (bit % NBBY));
}

bool
ext2_bitmap_allset(const void *map, uint32_t bit, uint32_t count)
{

	return ext2_nextclear(map, bit, bit + count) == bit + count;
}

/* Are the group's own metadata blocks marked as used? */
static bool
ext2_bitmap_zonesset(const struct ext2_mount *em, uint32_t g,
    const void *map)
{
	const uint64_t start = ext2_groupstart(em, g);
	const uint64_t end = start + ext2_groupblocks(em, g);
	const struct ext2_group *eg = &em->em_groups[g];
	u_int i;

	for (i = 0; i < EXT2_NKINDS; i++) {
		if (eg->eg_bitmap[i] >= start && eg->eg_bitmap[i] < end &&
		    !ext2_bitmap_allset(map, eg->eg_bitmap[i] - start, 1))
			return false;
	}
	return eg->eg_itable < start || eg->eg_itable >= end ||
	    ext2_bitmap_allset(map, eg->eg_itable - start,
	    MIN(em->em_itblocks, end - eg->eg_itable));
}

/*
 * Is the group of use, and has it so many free blocks or inodes?
 */
bool
ext2_group_has(struct ext2_mount *em, uint32_t g, int kind, uint32_t min)
{
	const struct ext2_group *eg = &em->em_groups[g];

	return !atomic_load_relaxed(&eg->eg_bad) &&
	    atomic_load_relaxed(&eg->eg_free[kind]) >= min;
}

/*
 * The bitmap of group g, kind EXT2_BLOCKS or EXT2_INODES, checked.
 */
int
ext2_bitmap_read(struct ext2_mount *em, uint32_t g, int kind,
    struct buf **bpp)
{
	struct ext2_group *eg = &em->em_groups[g];
	struct buf *bp;
	int error;

	KASSERT(g < em->em_ngroups);
	if (!ext2_group_has(em, g, kind, 0))
		return EXT2_EDAMAGE;
	error = ext2_bread(em, eg->eg_bitmap[kind], &bp);
	if (error != 0)
		return error;
	if (!eg->eg_checked[kind]) {
		if (kind == EXT2_BLOCKS &&
		    !ext2_bitmap_zonesset(em, g, bp->b_data)) {
			brelse(bp, 0);
			atomic_store_relaxed(&eg->eg_bad, 1);
			return ext2_damaged(em, "group %u: block bitmap has "
			    "metadata blocks free", g);
		}
		eg->eg_checked[kind] = 1;
	}
	*bpp = bp;
	return 0;
}

static size_t
ext2_pend_size(uint32_t nwords)
{

	return sizeof(struct ext2_pend) + nwords * sizeof(uint64_t);
}

/* Groups share a few. */
static kmutex_t *
ext2_pendlock(struct ext2_mount *em, uint32_t g)
{

	return &em->em_pendlocks[g % EXT2_NPENDLOCKS].pl_lock;
}

static void
ext2_pend_free(struct ext2_mount *em, struct ext2_pend *ep)
{
	const size_t size = ext2_pend_size(ep->ep_nwords);

	KASSERT(ext2_haslock(em));
	atomic_store_relaxed(&em->em_pendbytes, em->em_pendbytes - size);
	kmem_free(ep, size);
}

/* The owner of the bitmap's buffer is the only one to add here. */
static struct ext2_pend *
ext2_pend_get(struct ext2_mount *em, uint32_t g, int kind)
{
	const uint32_t bits = kind == EXT2_BLOCKS ? em->em_bpg : em->em_ipg;
	const uint32_t nwords = howmany(bits, WORDBITS);
	const size_t size = ext2_pend_size(nwords);
	struct ext2_pend **epp, *ep;

	epp = &em->em_groups[g].eg_pend[kind][EXT2_PEND_NEW];
	if (*epp != NULL)
		return *epp;
	ep = kmem_zalloc(size, KM_SLEEP);
	ep->ep_group = g;
	ep->ep_inodes = kind == EXT2_INODES;
	ep->ep_nwords = nwords;
	KASSERT(*epp == NULL);
	*epp = ep;
	mutex_enter(&em->em_lock);
	atomic_store_relaxed(&em->em_pendbytes, em->em_pendbytes + size);
	SLIST_INSERT_HEAD(&em->em_pendlist[EXT2_PEND_NEW], ep, ep_entry);
	mutex_exit(&em->em_lock);
	return ep;
}

/*
 * Bits were cleared in a bitmap, whose buffer is owned: not to be used before
 * the next commit.
 */
void
ext2_pend_add(struct ext2_tx *tx, uint32_t g, int kind, uint32_t bit,
    uint32_t count)
{
	struct ext2_mount *em = tx->tx_em;
	struct ext2_pend *ep;
	uint32_t i;

	KASSERT(!ext2_gate_isclosed(em));
	tx->tx_space = true;
	ep = ext2_pend_get(em, g, kind);
	for (i = bit; i < bit + count; i++)
		ep->ep_bits[i / WORDBITS] |= 1ULL << (i % WORDBITS);
	ep->ep_count += count;
	ext2_npend_add(em, count);
}

/*
 * Is anything pending in the group?  The owner of the bitmap's buffer gets no
 * wrong "no".
 */
bool
ext2_pend_any(const struct ext2_group *eg, int kind)
{

	return eg->eg_pend[kind][EXT2_PEND_NEW] != NULL ||
	    atomic_load_relaxed(&eg->eg_pend[kind][EXT2_PEND_OLD]) != NULL;
}

/* Word i of what may not be used: both sets together. */
static inline uint64_t
ext2_pend_word(struct ext2_pend *const *ep, uint32_t i)
{

	return (ep[EXT2_PEND_NEW] != NULL ? ep[EXT2_PEND_NEW]->ep_bits[i] :
	    0) | (ep[EXT2_PEND_OLD] != NULL ? ep[EXT2_PEND_OLD]->ep_bits[i] :
	    0);
}

/* First bit in [bit, end) that is pending, or is not; or end. */
static uint32_t
ext2_pend_next(struct ext2_pend *const *ep, uint32_t bit, uint32_t end,
    bool pending)
{
	uint64_t w;

	while (bit < end) {
		w = ext2_pend_word(ep, bit / WORDBITS);
		if (!pending)
			w = ~w;
		w &= ~0ULL << (bit % WORDBITS);
		bit = rounddown(bit, WORDBITS);
		if (w != 0)
			return MIN(bit + __builtin_ctzll(w), end);
		bit += WORDBITS;
	}
	return end;
}

/*
 * Of the clear bits [*bitp, *bitp + *runp), report the first that may be
 * used and how many follow.  If there are none *bitp is where to go on.
 */
bool
ext2_pend_clip(struct ext2_mount *em, uint32_t g, int kind, uint32_t *bitp,
    uint32_t *runp)
{
	struct ext2_group *eg = &em->em_groups[g];
	struct ext2_pend *const *ep = eg->eg_pend[kind];
	const uint32_t end = *bitp + *runp;

	if (!ext2_pend_any(eg, kind))
		return true;
	mutex_enter(ext2_pendlock(em, g));
	*bitp = ext2_pend_next(ep, *bitp, end, false);
	*runp = ext2_pend_next(ep, *bitp, end, true) - *bitp;
	mutex_exit(ext2_pendlock(em, g));
	return *runp != 0;
}

/*
 * Where should a search for a usable bit begin, given that below hint none
 * is clear?  While there are pending bits, behind the last one that was
 * found, so that they are not passed again and again.
 */
uint32_t
ext2_pend_start(struct ext2_mount *em, uint32_t g, int kind, uint32_t hint)
{
	struct ext2_group *eg = &em->em_groups[g];

	if (!ext2_pend_any(eg, kind))
		eg->eg_scan[kind] = 0;
	return MAX(hint, eg->eg_scan[kind]);
}

/* Join a set into one that an earlier, failed commit left behind. */
static void
ext2_pend_join(struct ext2_pend *to, const struct ext2_pend *from)
{
	uint32_t i;

	KASSERT(to->ep_nwords == from->ep_nwords);
	for (i = 0; i < to->ep_nwords; i++)
		to->ep_bits[i] |= from->ep_bits[i];
	to->ep_count += from->ep_count;
}

/*
 * A commit begins: what was freed so far belongs to it.
 */
void
ext2_pend_rotate(struct ext2_mount *em)
{
	struct ext2_pend *ep, **slot;
	int kind;

	KASSERT(ext2_gate_isclosed(em));
	ext2_npend_settle(em);
	mutex_enter(&em->em_lock);
	while ((ep = SLIST_FIRST(&em->em_pendlist[EXT2_PEND_NEW])) != NULL) {
		SLIST_REMOVE_HEAD(&em->em_pendlist[EXT2_PEND_NEW], ep_entry);
		kind = ep->ep_inodes ? EXT2_INODES : EXT2_BLOCKS;
		slot = em->em_groups[ep->ep_group].eg_pend[kind];
		slot[EXT2_PEND_NEW] = NULL;
		if (slot[EXT2_PEND_OLD] != NULL) {
			ext2_pend_join(slot[EXT2_PEND_OLD], ep);
			ext2_pend_free(em, ep);
			continue;
		}
		slot[EXT2_PEND_OLD] = ep;
		SLIST_INSERT_HEAD(&em->em_pendlist[EXT2_PEND_OLD], ep,
		    ep_entry);
	}
	mutex_exit(&em->em_lock);
}

/* Take a set off the list of old ones; NULL if there is none left. */
static struct ext2_pend *
ext2_pend_next_old(struct ext2_mount *em)
{
	struct ext2_pend *ep;

	mutex_enter(&em->em_lock);
	ep = SLIST_FIRST(&em->em_pendlist[EXT2_PEND_OLD]);
	if (ep != NULL)
		SLIST_REMOVE_HEAD(&em->em_pendlist[EXT2_PEND_OLD], ep_entry);
	mutex_exit(&em->em_lock);
	return ep;
}

/*
 * A commit succeeded: its frees are final.
 */
void
ext2_pend_drop(struct ext2_mount *em)
{
	struct ext2_pend *ep;
	int kind;

	while ((ep = ext2_pend_next_old(em)) != NULL) {
		kind = ep->ep_inodes ? EXT2_INODES : EXT2_BLOCKS;
		mutex_enter(ext2_pendlock(em, ep->ep_group));
		atomic_store_relaxed(&em->em_groups[ep->ep_group].
		    eg_pend[kind][EXT2_PEND_OLD], NULL);
		mutex_exit(ext2_pendlock(em, ep->ep_group));
		KASSERT(atomic_load_relaxed(&em->em_npend) >= ep->ep_count);
		atomic_add_long(&em->em_npend, -(long)ep->ep_count);
		mutex_enter(&em->em_lock);
		ext2_pend_free(em, ep);
		mutex_exit(&em->em_lock);
	}
}
