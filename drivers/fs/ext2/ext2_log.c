/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The borrowed journal: commits that are on disk as a whole or not at all,
 * on volumes without a journal of their own.
 *
 * Mounting for writing allocates blocks to inode 8, which is reserved for a
 * journal and not in use; unmounting frees them.  A volume that is not
 * unmounted keeps them until "e2fsck -p", which clears an inode 8 that no
 * feature bit speaks of, or until the next mount, which uses them again.
 *
 * The log has two halves.  A commit writes its new blocks to their places,
 * where nothing is yet, and all others, in the format of jbd2, into the half
 * that the last one did not use; then the journal's
 * superblock, which names that half alone: the moment from which the commit
 * has happened and the last one is void; then the blocks in their places.
 * Two barriers, around that one block: the first also covers what the last
 * commit wrote in its places, and this one's need not be waited for.
 *
 * The log is then live: whoever finds has_journal and needs_recovery set in
 * the superblock (e2fsck, Linux, this driver) copies it to the blocks'
 * places.  Both are set by the first commit and stay set until the log is
 * retired: by a commit that does not fit, a commit with nothing to write
 * (sync, fsync, the syncer when all is quiet), unmounting.
 *
 * While the log is live everything but new blocks is logged, or it would be
 * undone by a replay.  A block that is freed gets no new owner before the
 * commit that frees it has ended, and that commit's log, which has not got
 * the block, is the only one from then on; so a log is never replayed over
 * the contents of a file or a new block, and nothing is ever revoked.  The
 * superblock is never in the log; e2fsck -p corrects its totals.
 *
 * Commits that go without while the log is not live, in the order of
 * ext2_tx.c (new blocks, then, in no order, the rest):
 *  - those of one block besides the superblock: it is written or it is not;
 *  - those in which files only grew or inodes alone changed: without its
 *    bits an owned block is still nobody else's, as allocation looked at
 *    the bitmaps in memory, and freed blocks are not in play; so each block
 *    written or not, e2fsck -p finds a file with sound pointers, of the old
 *    size or a new one, and corrects bits and counts.
 *
 * Called by commits (em_commitlock) and while mounting and unmounting.
 */

#include "ext2.h"
#include "ext2_jbd.h"

#include <sys/kernel.h>

#define	LOG_LARGE	((uint64_t)1 << 30)	/* a volume of that size */
#define	LOG_MAXBYTES	(128 * 1024 * 1024)
#define	LOG_CHUNK	(128 * 1024)	/* bytes written at once */
#define	LOG_OPEN	64		/* transactions at once */

/* em_npinned of a commit that goes without the log. */
#define	EXT2_PINNED_FORGONE	(1U << 30)

const uint8_t ext2_log_uuid[16] = {
	0x62, 0x6f, 0x72, 0x72, 0x6f, 0x77, 0x4e, 0x64,
	0x8a, 0x6e, 0x79, 0x6b, 0x65, 0x72, 0x6e, 0x6c,
};

/* Being written: a descriptor is open while lw_tag is not 0. */
struct ext2_logwriter {
	struct ext2_log	*lw_log;
	uint8_t		*lw_chunk;
	uint32_t	lw_lbn;		/* of the chunk */
	uint32_t	lw_fill;	/* blocks in it */
	uint32_t	lw_desc;	/* which of them is the descriptor */
	uint32_t	lw_tag;		/* where its next tag goes */
};

/* Blocks in a chunk: no more than one descriptor can name. */
static uint32_t
ext2_log_perchunk(const struct ext2_mount *em)
{
	const uint32_t tags = (em->em_bsize - sizeof(struct jbd_header) -
	    JBD_UUID_SIZE) / JBD_TAG_SIZE;

	return MIN(MAX(LOG_CHUNK / em->em_bsize, 8), tags + 1);
}

/* How many blocks may a commit have?  It has one half of the log. */
static uint32_t
ext2_log_capacity(const struct ext2_mount *em, uint32_t nblocks)
{
	const uint64_t per = ext2_log_perchunk(em);
	/* What waits for a commit cannot leave the buffer cache. */
	const uint64_t mem = buf_memcalc() / 2 / em->em_bsize;
	const uint64_t half = (nblocks - 1) / 2;

	return MIN((half - 3) * (per - 2) / (per - 1), mem);
}

/*
 * How many blocks to borrow: the more, the fewer times a block that changes
 * again and again is written.  0 if the volume is too small or too full.
 */
static uint32_t
ext2_log_size(struct ext2_mount *em)
{
	const bool large = em->em_nblocks >= LOG_LARGE >> em->em_bshift;
	uint64_t want, avail;

	mutex_enter(&em->em_lock);
	avail = em->em_bfree > em->em_rblocks ?
	    em->em_bfree - em->em_rblocks : 0;
	mutex_exit(&em->em_lock);
	want = em->em_nblocks / (large ? 16 : 64);
	want = MIN(want, LOG_MAXBYTES >> em->em_bshift);
	want = MIN(want, buf_memcalc() >> em->em_bshift);
	want = MAX(MIN(want, avail / 4), JBD_MINBLOCKS);
	return avail / 2 < want ? 0 : want;
}

static struct ext2_log *
ext2_log_create(struct ext2_mount *em)
{
	struct ext2_log *lg;

	lg = kmem_zalloc(sizeof(*lg), KM_SLEEP);
	lg->lg_em = em;
	lg->lg_seq = cprng_fast32();
	lg->lg_ino.ei_em = em;
	lg->lg_ino.ei_ino = E2_JOURNALINO;
	mutex_init(&lg->lg_ino.ei_lock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&lg->lg_ino.ei_maplock);
	return lg;
}

/* Nobody is to find it in em_log any more. */
static void
ext2_log_destroy(struct ext2_log *lg)
{

	/* A running one may have scheduled it once more. */
	do
		(void)callout_halt(&lg->lg_em->em_watchco, NULL);
	while (callout_pending(&lg->lg_em->em_watchco));
	atomic_store_relaxed(&lg->lg_em->em_watching, 0);
	KASSERT(!lg->lg_ino.ei_ondirty);
	rw_destroy(&lg->lg_ino.ei_maplock);
	mutex_destroy(&lg->lg_ino.ei_lock);
	kmem_free(lg, sizeof(*lg));
}

/* Write len bytes at block pbn, past the cache. */
static int
ext2_log_io(struct ext2_mount *em, uint64_t pbn, void *data, size_t len)
{
	struct vnode *devvp = em->em_devvp;
	struct buf *bp;
	int error;

	bp = getiobuf(devvp, true);
	bp->b_data = data;
	bp->b_bufsize = bp->b_bcount = bp->b_resid = len;
	bp->b_dev = em->em_dev;
	bp->b_blkno = bp->b_lblkno = EXT2_FSBTODB(em, pbn);
	bp->b_flags = B_WRITE;
	mutex_enter(devvp->v_interlock);
	devvp->v_numoutput++;
	mutex_exit(devvp->v_interlock);
	VOP_STRATEGY(devvp, bp);
	error = biowait(bp);
	putiobuf(bp);
	return error;
}

/* The same for n blocks of the log from lbn on. */
static int
ext2_log_put(struct ext2_log *lg, uint32_t lbn, uint8_t *data, uint32_t n)
{
	struct ext2_mount *em = lg->lg_em;
	uint64_t pbn;
	uint32_t run;
	int error;

	KASSERT(lbn + n <= lg->lg_nblocks);
	for (; n > 0; n -= run, lbn += run, data += run << em->em_bshift) {
		error = ext2_bmap(&lg->lg_ino, lbn, n, &pbn, &run);
		if (error != 0)
			return error;
		if (pbn == 0)
			return ext2_damaged(em, "the journal has a hole");
		error = ext2_log_io(em, pbn, data, (size_t)run <<
		    em->em_bshift);
		if (error != 0)
			return error;
	}
	return 0;
}

static void
ext2_log_header(void *blk, uint32_t type, uint32_t seq)
{
	struct jbd_header *jh = blk;

	jh->h_magic = htobe32(JBD_MAGIC);
	jh->h_type = htobe32(type);
	jh->h_sequence = htobe32(seq);
}

/* The journal's superblock, in a block of zeros. */
static void
ext2_log_jsuper(const struct ext2_log *lg, void *blk, uint32_t start)
{
	struct jbd_super *js = blk;

	ext2_log_header(blk, JBD_SUPER2, 0);
	js->s_blocksize = htobe32(lg->lg_em->em_bsize);
	js->s_maxlen = htobe32(lg->lg_nblocks);
	js->s_first = htobe32(1);
	js->s_sequence = htobe32(lg->lg_seq);
	js->s_start = htobe32(start);
	js->s_nr_users = htobe32(1);
	memcpy(js->s_uuid, ext2_log_uuid, sizeof(js->s_uuid));
}

/* Write the journal's superblock: a transaction is at start, 0: none is. */
static int
ext2_log_point(struct ext2_log *lg, uint32_t start)
{
	const uint32_t bsize = lg->lg_em->em_bsize;
	uint8_t *blk;
	int error;

	blk = kmem_zalloc(bsize, KM_SLEEP);
	ext2_log_jsuper(lg, blk, start);
	error = ext2_log_put(lg, 0, blk, 1);
	kmem_free(blk, bsize);
	return error;
}

/* Inode 8 is not in use any more. */
static int
ext2_log_clear_inode(struct ext2_log *lg)
{
	struct ext2_mount *em = lg->lg_em;
	struct e2_inode *di;
	struct buf *bp;
	int error;

	ext2_iclean(&lg->lg_ino);
	error = ext2_iread(em, E2_JOURNALINO, &bp, &di);
	if (error != 0)
		return error;
	memset(di, 0, em->em_inodesize);
	bdwrite(bp);
	return 0;
}

/* Free all blocks; the next commit writes that. */
static int
ext2_log_free(struct ext2_log *lg)
{
	struct ext2_mount *em = lg->lg_em;
	struct ext2_inode *ip = &lg->lg_ino;
	struct ext2_tx tx;
	int error, error2;

	ext2_iclean(ip);
	if ((error = ext2_tx_begin(&tx, em)) != 0)
		return error;
	rw_enter(&ip->ei_maplock, RW_WRITER);
	error = ip->ei_map->mo_free(&tx, ip, 0, ip->ei_map->mo_maxblocks(em));
	rw_exit(&ip->ei_maplock);
	error2 = ext2_log_clear_inode(lg);
	tx.tx_changed = false;		/* who called commits */
	(void)ext2_tx_end(&tx);
	return error != 0 ? error : error2;
}

/* Where a long run is likely: the last group with room, at its end. */
static uint64_t
ext2_log_goal(struct ext2_mount *em, uint32_t want)
{
	uint32_t g;

	for (g = em->em_ngroups - 1; g > 0; g--) {
		if (ext2_group_has(em, g, EXT2_BLOCKS, want + want / 64))
			break;
	}
	if (ext2_groupblocks(em, g) < want + want / 64 + 4)
		return ext2_groupstart(em, g);
	return ext2_groupstart(em, g) + ext2_groupblocks(em, g) - want -
	    want / 64 - 4;
}

/* Get blocks for lg_nblocks; all or an error. */
static int
ext2_log_alloc(struct ext2_log *lg)
{
	struct ext2_mount *em = lg->lg_em;
	struct ext2_inode *ip = &lg->lg_ino;
	struct ext2_tx tx;
	uint64_t pbn;
	uint32_t lbn, run;
	bool isnew;
	int error, error2;

	ip->ei_mode = S_IFREG | 0600;
	ip->ei_nlink = 1;
	ip->ei_map = &ext2_map_indirect;
	ip->ei_extraisize = em->em_extraisize;
	ip->ei_gen = cprng_fast32();
	ip->ei_size = (uint64_t)lg->lg_nblocks << em->em_bshift;
	vfs_timestamp(&ip->ei_mtime);
	ip->ei_btime = ip->ei_atime = ip->ei_ctime = ip->ei_mtime;
	ip->ei_goalpbn = ext2_log_goal(em, lg->lg_nblocks);

	if ((error = ext2_tx_begin(&tx, em)) != 0)
		return error;
	for (lbn = 0; error == 0 && lbn < lg->lg_nblocks; lbn += run)
		error = ext2_bmap_alloc(&tx, ip, lbn, lg->lg_nblocks - lbn,
		    &pbn, &run, &isnew);
	rw_enter(&ip->ei_maplock, RW_WRITER);
	error2 = ext2_prealloc_drop(&tx, ip);
	rw_exit(&ip->ei_maplock);
	if (error == 0)
		error = error2;
	tx.tx_changed = false;		/* who called commits */
	(void)ext2_tx_end(&tx);
	if (error != 0)
		(void)ext2_log_free(lg);
	return error;
}

/* Is the run of blocks marked as used? */
static int
ext2_log_used(struct ext2_mount *em, uint64_t pbn, uint32_t run, bool *usedp)
{
	struct buf *bp;
	uint32_t g, bit, n;
	int error;

	for (*usedp = true; *usedp && run > 0; run -= n, pbn += n) {
		g = (pbn - em->em_firstblock) / em->em_bpg;
		bit = (pbn - em->em_firstblock) % em->em_bpg;
		n = MIN(run, em->em_bpg - bit);
		error = ext2_bitmap_read(em, g, EXT2_BLOCKS, &bp);
		if (error != 0)
			return error;
		*usedp = ext2_bitmap_allset(bp->b_data, bit, n);
		brelse(bp, 0);
	}
	return 0;
}

/*
 * Look at what inode 8 has: *okp says whether it is all there.  A kill while
 * it was being borrowed or given back may have left half of it.
 */
static int
ext2_log_complete(struct ext2_log *lg, bool *okp)
{
	uint64_t pbn;
	uint32_t lbn, run;
	int error;

	*okp = lg->lg_nblocks >= JBD_MINBLOCKS;
	for (lbn = 0; *okp && lbn < lg->lg_nblocks; lbn += run) {
		error = ext2_bmap(&lg->lg_ino, lbn, lg->lg_nblocks - lbn,
		    &pbn, &run);
		if (error != 0)
			return error;
		*okp = pbn != 0;
		if (*okp && (error = ext2_log_used(lg->lg_em, pbn, run,
		    okp)) != 0)
			return error;
	}
	return 0;
}

/*
 * Is there a journal left over from a kernel that was killed?  *okp says
 * that it can be used; if not, but inode 8 is ours, that is cleared.
 */
static int
ext2_log_adopt(struct ext2_log *lg, bool *okp)
{
	struct ext2_mount *em = lg->lg_em;
	struct ext2_inode *ip = &lg->lg_ino;
	struct ext2_journal *j;
	bool borrowed;
	int error;

	*okp = false;
	error = ext2_iload(ip);
	if (error != 0)
		return error == ESTALE ? 0 : error;
	error = ext2_journal_load(em, E2_JOURNALINO, false, &j);
	if (error != 0)
		return error;
	borrowed = ext2_journal_isborrowed(j);
	ext2_journal_free(j);
	if (!borrowed)
		return EBUSY;
	lg->lg_nblocks = MIN(ip->ei_size >> em->em_bshift, UINT32_MAX);
	error = ext2_log_complete(lg, okp);
	if (error == 0 && !*okp) {
		error = ext2_log_clear_inode(lg);
		memset(ip->ei_block, 0, sizeof(ip->ei_block));
		ip->ei_blocks = 0;
		ip->ei_flags = 0;
	}
	return error;
}

static int
ext2_log_get(struct ext2_log *lg)
{
	struct ext2_mount *em = lg->lg_em;
	bool adopted;
	int error;

	error = ext2_log_adopt(lg, &adopted);
	if (error != 0)
		return error;
	if (!adopted) {
		lg->lg_nblocks = ext2_log_size(em);
		if (lg->lg_nblocks == 0)
			return ENOSPC;
	}
	lg->lg_max = ext2_log_capacity(em, lg->lg_nblocks);
	if (lg->lg_max < 2 * EXT2_TX_MAX)
		return ENOMEM;
	if (!adopted && (error = ext2_log_alloc(lg)) != 0)
		return error;
	return ext2_log_point(lg, 0);
}

/*
 * Borrow a journal for a volume that is about to be written.  Without one
 * things go on as well, if not as safely; so nobody is told.  The caller
 * commits before it allows transactions.
 */
struct ext2_log *
ext2_log_borrow(struct ext2_mount *em)
{
	struct ext2_log *lg;

	KASSERT(em->em_log == NULL);
	lg = ext2_log_create(em);
	if (ext2_log_get(lg) == 0)
		return lg;
	ext2_iclean(&lg->lg_ino);
	ext2_log_destroy(lg);
	return NULL;
}

/*
 * Transactions may begin to count on it.
 */
void
ext2_log_start(struct ext2_mount *em, struct ext2_log *lg)
{

	ext2_gate_close(em);
	atomic_store_relaxed(&em->em_log, lg);
	ext2_gate_open(em);
}

/*
 * Give the blocks back, in the way of a volume without a log: the caller
 * has committed, and commits again.
 */
int
ext2_log_return(struct ext2_mount *em)
{
	struct ext2_log *lg = em->em_log;
	int error;

	KASSERT(mutex_owned(&em->em_commitlock));
	if (lg == NULL)
		return 0;
	ext2_gate_close(em);
	atomic_store_relaxed(&em->em_log, NULL);
	ext2_gate_open(em);
	error = ext2_log_free(lg);
	ext2_iclean(&lg->lg_ino);
	ext2_log_destroy(lg);
	return error;
}

/*
 * The mount goes away, with or without success.
 */
void
ext2_log_abandon(struct ext2_mount *em)
{
	struct ext2_log *lg;

	if (em->em_log == NULL)
		return;
	lg = em->em_log;
	atomic_store_relaxed(&em->em_log, NULL);
	ext2_iclean(&lg->lg_ino);
	ext2_log_destroy(lg);
}

/*
 * Blocks that look free to users.
 */
uint64_t
ext2_log_blocks(const struct ext2_mount *em)
{

	return em->em_log == NULL ? 0 :
	    em->em_log->lg_ino.ei_blocks >> em->em_fsbtodb;
}

/* Let a buffer that is kept for the log be written, if nobody has it. */
static void
ext2_log_unpin1(struct buf *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	if ((bp->b_cflags & BC_BUSY) != 0 || (bp->b_flags & B_LOCKED) == 0 ||
	    bbusy(bp, false, 0, NULL) != 0)
		return;
	bp->b_flags &= ~B_LOCKED;
	brelsel(bp, 0);
}

/*
 * The same for n blocks.
 */
void
ext2_log_unpin(struct ext2_mount *em, const daddr_t *blocks, u_int n)
{
	struct buf *bp;
	u_int i;

	mutex_enter(&bufcache_lock);
	for (i = 0; i < n; i++)
		if ((bp = incore(em->em_devvp, blocks[i])) != NULL)
			ext2_log_unpin1(bp);
	mutex_exit(&bufcache_lock);
}

static void
ext2_log_unpin_dirty(struct ext2_mount *em)
{
	struct buf *bp;

	KASSERT(mutex_owned(&bufcache_lock));
	LIST_FOREACH(bp, &em->em_devvp->v_dirtyblkhd, b_vnbufs)
		ext2_log_unpin1(bp);
}

/*
 * And for all.
 */
void
ext2_log_unpin_all(struct ext2_mount *em)
{

	mutex_enter(&bufcache_lock);
	ext2_log_unpin_dirty(em);
	mutex_exit(&bufcache_lock);
}

/*
 * The log is about to be written, or has been.
 */
void
ext2_log_busy(struct ext2_mount *em, bool busy)
{

	mutex_enter(&bufcache_lock);
	em->em_logging = busy;
	mutex_exit(&bufcache_lock);
}

/*
 * Let all buffers of this commit go, which therefore is none of the log's,
 * and have smaller ones from now on; unless it is being written.
 */
static void
ext2_log_forgo(struct ext2_mount *em, struct ext2_log *lg)
{
	const u_int half = atomic_load_relaxed(&em->em_npinned) / 2;

	mutex_enter(&bufcache_lock);
	if (!em->em_logging) {
		atomic_store_relaxed(&lg->lg_max, MAX(half, 2 * EXT2_TX_MAX));
		atomic_store_relaxed(&em->em_npinned, EXT2_PINNED_FORGONE);
		ext2_log_unpin_dirty(em);
	}
	mutex_exit(&bufcache_lock);
}

/* Schedule the following, unless it is. */
static void
ext2_log_watch_start(struct ext2_mount *em)
{

	if (atomic_load_relaxed(&em->em_watching) == 0 &&
	    atomic_swap_uint(&em->em_watching, 1) == 0)
		callout_schedule(&em->em_watchco, MAX(hz / 4, 1));
}

/*
 * Runs while buffers are pinned.  A transaction that waits for a buffer does
 * so for ever if all that there are wait for the commit, which waits for the
 * transaction, and the host gives no memory for more.  Being whole on disk is
 * given up for the commit then.
 */
void
ext2_log_watch(void *arg)
{
	struct ext2_mount *em = arg;
	struct ext2_log *lg = atomic_load_relaxed(&em->em_log);
	const u_int seq = ext2_gate_count(em);
	const bool again = seq == em->em_watchseq;
	const size_t size = MAX(16 * PAGE_SIZE, 2 * em->em_bsize);
	void *mem;

	em->em_watchseq = seq;
	atomic_store_relaxed(&em->em_watching, 0);
	if (lg == NULL || atomic_load_relaxed(&em->em_npinned) == 0)
		return;
	if (again && ext2_gate_isused(em)) {
		mem = kmem_alloc(size, KM_NOSLEEP);
		if (mem != NULL)
			kmem_free(mem, size);
		else
			ext2_log_forgo(em, lg);
	}
	ext2_log_watch_start(em);
}

/*
 * A busy buffer is about to become dirty: it must not be written before the
 * commit.  If there are too many the commit goes without the log.  Tells
 * whether the buffer is one more of the commit's.
 */
bool
ext2_log_pin(struct ext2_mount *em, struct buf *bp)
{
	struct ext2_log *lg = em->em_log;

	KASSERT((bp->b_cflags & BC_BUSY) != 0);
	if (lg == NULL || (bp->b_flags & B_LOCKED) != 0)
		return false;
	if (atomic_inc_uint_nv(&em->em_npinned) >
	    atomic_load_relaxed(&lg->lg_max))
		return false;
	ext2_log_watch_start(em);
	bp->b_flags |= B_LOCKED;
	return true;
}

/*
 * Is everything that waits to be written pinned, but for new blocks?
 */
bool
ext2_log_holds(const struct ext2_mount *em)
{
	const struct ext2_log *lg = em->em_log;

	return lg != NULL && atomic_load_relaxed(&em->em_npinned) <=
	    atomic_load_relaxed(&lg->lg_max);
}

/*
 * Is it time for a commit, so that the open transactions still fit?  There is
 * room for LOG_OPEN of the largest, and half of a small log is theirs.  Called
 * in a transaction.
 */
bool
ext2_log_crowded(const struct ext2_mount *em)
{
	const struct ext2_log *lg = em->em_log;
	const u_int n = atomic_load_relaxed(&em->em_npinned) +
	    atomic_load_relaxed(&em->em_nidirty);
	const uint64_t open = LOG_OPEN * ((uint64_t)EXT2_TX_MAX +
	    em->em_ngroups);
	uint32_t max;

	if (lg == NULL)
		return false;
	max = atomic_load_relaxed(&lg->lg_max);
	return n + MIN(n, em->em_descblocks) > max - MIN(max / 2, open);
}

/*
 * A superblock that is about to be written: does it speak of a journal?
 */
void
ext2_log_mark(const struct ext2_mount *em, struct e2_sb *sb)
{

	if (em->em_log != NULL && em->em_log->lg_flagged) {
		sb->s_feature_compat |= htole32(E2_C_HAS_JOURNAL);
		sb->s_feature_incompat |= htole32(E2_I_RECOVER);
		sb->s_journal_inum = htole32(E2_JOURNALINO);
		return;
	}
	sb->s_feature_compat &= ~htole32(E2_C_HAS_JOURNAL);
	sb->s_feature_incompat &= ~htole32(E2_I_RECOVER);
	sb->s_journal_inum = 0;
	sb->s_jnl_backup_type = 0;
	memset(sb->s_jnl_blocks, 0, sizeof(sb->s_jnl_blocks));
}

/* Write the superblock with the two features, or without. */
static int
ext2_log_super(struct ext2_mount *em)
{
	struct buf *bp;
	int error;

	error = bread(em->em_devvp, E2_SBOFF / DEV_BSIZE, E2_SBSIZE, 0, &bp);
	if (error != 0)
		return error;
	ext2_log_mark(em, (void *)bp->b_data);
	return bwrite(bp);
}

/*
 * Everything is in its place: have the disk settle, and the log and the two
 * features forgotten.
 */
int
ext2_log_retire(struct ext2_mount *em)
{
	struct ext2_log *lg = em->em_log;
	int error;

	KASSERT(mutex_owned(&em->em_commitlock));
	if (lg == NULL || (!lg->lg_flagged && !lg->lg_live))
		return 0;
	error = ext2_commit_cache(em);
	if (error == 0)
		error = ext2_log_point(lg, 0);
	if (error == 0) {
		lg->lg_flagged = false;
		error = ext2_log_super(em);
		if (error == 0)
			error = ext2_commit_cache(em);
	}
	if (error == 0)
		lg->lg_live = false;
	return error;
}

/*
 * Something did not get to its place and is nowhere but in the log: a replay
 * mends it, unless more is logged or written.
 */
void
ext2_log_keep(struct ext2_mount *em)
{
	struct ext2_log *lg = em->em_log;

	if (lg != NULL && lg->lg_live)
		ext2_stop(em, "what was lost is in the journal");
}

static int
ext2_lw_flush(struct ext2_logwriter *lw)
{
	int error;

	error = ext2_log_put(lw->lw_log, lw->lw_lbn, lw->lw_chunk,
	    lw->lw_fill);
	lw->lw_lbn += lw->lw_fill;
	lw->lw_fill = 0;
	lw->lw_tag = 0;
	return error;
}

/* The next block of the chunk. */
static uint8_t *
ext2_lw_block(struct ext2_logwriter *lw)
{

	return lw->lw_chunk +
	    ((size_t)lw->lw_fill++ << lw->lw_log->lg_em->em_bshift);
}

/* The same, with a header and zeros. */
static uint8_t *
ext2_lw_header(struct ext2_logwriter *lw, uint32_t type)
{
	uint8_t *blk = ext2_lw_block(lw);

	memset(blk, 0, lw->lw_log->lg_em->em_bsize);
	ext2_log_header(blk, type, lw->lw_log->lg_seq);
	return blk;
}

/* The flags of the tag before at. */
static void
ext2_lw_flag(uint8_t *desc, uint32_t tag, uint16_t flags)
{

	be16enc(desc + tag + 6, be16dec(desc + tag + 6) | flags);
}

/* Copy a block into the log, and name it. */
static int
ext2_lw_add(struct ext2_logwriter *lw, uint64_t home, const void *data,
    bool last)
{
	const struct ext2_mount *em = lw->lw_log->lg_em;
	const bool first = lw->lw_tag == 0;
	uint32_t tag;
	uint8_t *desc, *copy;

	if (first) {
		lw->lw_desc = lw->lw_fill;
		(void)ext2_lw_header(lw, JBD_DESCRIPTOR);
		lw->lw_tag = sizeof(struct jbd_header);
	}
	desc = lw->lw_chunk + (size_t)lw->lw_desc * em->em_bsize;
	copy = ext2_lw_block(lw);
	memcpy(copy, data, em->em_bsize);
	tag = lw->lw_tag;
	lw->lw_tag += JBD_TAG_SIZE + (first ? JBD_UUID_SIZE : 0);
	KASSERT(lw->lw_tag <= em->em_bsize);
	be32enc(desc + tag, (uint32_t)home);
	if (first)
		memcpy(desc + tag + JBD_TAG_SIZE, ext2_log_uuid,
		    JBD_UUID_SIZE);
	else
		ext2_lw_flag(desc, tag, JBD_T_SAMEUUID);
	if (be32dec(copy) == JBD_MAGIC) {
		be32enc(copy, 0);
		ext2_lw_flag(desc, tag, JBD_T_ESCAPE);
	}
	if (!last && lw->lw_fill < ext2_log_perchunk(em))
		return 0;
	ext2_lw_flag(desc, tag, JBD_T_LAST);
	return last ? 0 : ext2_lw_flush(lw);
}

/* Write the log from start on: the blocks listed, end of transaction. */
static int
ext2_log_write(struct ext2_log *lg, uint32_t start, const daddr_t *blocks,
    u_int n)
{
	struct ext2_mount *em = lg->lg_em;
	const size_t size = (size_t)MIN(n + 2, ext2_log_perchunk(em)) <<
	    em->em_bshift;
	struct ext2_logwriter lw = { .lw_log = lg, .lw_lbn = start };
	struct jbd_commit *jc;
	struct buf *bp;
	u_int i;
	int error = 0;

	lw.lw_chunk = kmem_alloc(size, KM_SLEEP);
	lg->lg_seq++;
	for (i = 0; i < n && error == 0; i++) {
		error = bread(em->em_devvp, blocks[i], em->em_bsize, 0, &bp);
		if (error != 0)
			break;
		error = ext2_lw_add(&lw, (uint64_t)blocks[i] >>
		    em->em_fsbtodb, bp->b_data, i == n - 1);
		brelse(bp, 0);
	}
	if (error == 0 && lw.lw_fill == ext2_log_perchunk(em))
		error = ext2_lw_flush(&lw);
	if (error == 0) {
		jc = (void *)ext2_lw_header(&lw, JBD_COMMIT);
		jc->c_sec = htobe64(time_second);
		error = ext2_lw_flush(&lw);
	}
	kmem_free(lw.lw_chunk, size);
	return error;
}

/* The blocks that wait to be written, n of them; the superblock is not one. */
static u_int
ext2_log_list(struct ext2_mount *em, daddr_t *blocks, u_int max)
{
	struct buf *bp;
	u_int n = 0;

	mutex_enter(&bufcache_lock);
	LIST_FOREACH(bp, &em->em_devvp->v_dirtyblkhd, b_vnbufs) {
		if (bp->b_lblkno == E2_SBOFF / DEV_BSIZE)
			continue;
		if (n < max)
			blocks[n] = bp->b_lblkno;
		n++;
	}
	mutex_exit(&bufcache_lock);
	return n;
}

/* Log the blocks and pass the point from which they count. */
static int
ext2_log_pass(struct ext2_log *lg, const daddr_t *blocks, u_int n, bool cache)
{
	struct ext2_mount *em = lg->lg_em;
	const uint32_t start = lg->lg_second ? 1 + (lg->lg_nblocks - 1) / 2 :
	    1;
	int error;

	error = ext2_log_write(lg, start, blocks, n);
	if (error == 0 && !lg->lg_flagged) {
		/* Until the journal's superblock is written it is empty. */
		lg->lg_flagged = true;
		error = ext2_log_super(em);
		if (error != 0)
			lg->lg_flagged = false;
	}
	if (error == 0 && cache)
		error = ext2_commit_cache(em);
	if (error != 0)
		return error;
	/* From here on it may count, whatever the answer is. */
	lg->lg_live = true;
	lg->lg_second = !lg->lg_second;
	error = ext2_log_point(lg, start);
	if (error == 0 && cache)
		error = ext2_commit_cache(em);
	return error;
}

/*
 * Everything of a commit is in its buffers.  If it needs the log and fits,
 * put it there; *loggedp tells.  atomic: more happened than files that grew.
 */
int
ext2_log_commit(struct ext2_mount *em, bool atomic, bool cache,
    bool *loggedp)
{
	struct ext2_log *lg = em->em_log;
	daddr_t *blocks;
	u_int n;
	int error;

	KASSERT(ext2_gate_isclosed(em));
	*loggedp = false;
	if (lg == NULL)
		return 0;
	n = ext2_log_list(em, NULL, 0);
	if (!lg->lg_live && (!atomic || n <= 1))
		return 0;
	if (n == 0 || n > lg->lg_max || !ext2_log_holds(em))
		return ext2_log_retire(em);
	*loggedp = true;
	blocks = kmem_alloc(n * sizeof(*blocks), KM_SLEEP);
	(void)ext2_log_list(em, blocks, n);
	error = ext2_log_pass(lg, blocks, n, cache);
	kmem_free(blocks, n * sizeof(*blocks));
	return error;
}

/* A volume with a borrowed journal: bring it up to date. */
static int
ext2_log_recover_ours(struct ext2_mount *em, struct ext2_journal *j)
{
	int error;

	error = ext2_journal_replay(j);
	if (error == 0)
		error = ext2_commit_cache(em);
	if (error == 0)
		error = ext2_log_super(em);
	if (error == 0)
		error = ext2_commit_cache(em);
	if (error == 0)
		ext2_warn(em, "journal of an interrupted commit replayed");
	return error;
}

/*
 * A volume that is to be mounted for writing has a journal.  If this driver
 * left it, replay it and remove the features, on disk; the caller reads the
 * superblock again.  Anything else is left alone.
 */
int
ext2_log_recover(struct ext2_mount *em)
{
	const uint32_t compat = em->em_compat, incompat = em->em_incompat;
	const ino_t ino = le32toh(em->em_sb->s_journal_inum);
	struct ext2_journal *j;
	int error;

	if (ino != E2_JOURNALINO)
		return 0;
	error = ext2_journal_load(em, ino, EXT2_HAS_I(em, RECOVER), &j);
	if (error != 0)
		return error == ENOMEM ? error : 0;
	if (ext2_journal_isborrowed(j)) {
		em->em_compat &= ~E2_C_HAS_JOURNAL;
		em->em_incompat &= ~E2_I_RECOVER;
		error = ext2_super_writable(em);
		if (error == 0)
			error = ext2_log_recover_ours(em, j);
		em->em_compat = compat;
		em->em_incompat = incompat;
	}
	ext2_journal_free(j);
	return error;
}
