/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions: the one door through which metadata changes.  An operation
 * calls ext2_tx_begin(), hands every buffer it changed to ext2_tx_dirty() or
 * (for a block that was just allocated) ext2_tx_dirty_new(), marks inodes
 * with ext2_idirty(), and calls ext2_tx_end().  The buffers are delayed
 * writes, and kept in memory until the commit if there is a log.
 *
 * ext2_tx_commit() makes all finished transactions durable: it waits for the
 * open ones (ext2_gate.c), moves dirty inodes, descriptors and totals into
 * their buffers, writes new blocks before what points at them, and has the
 * rest logged (ext2_log.c), if the log is needed and there is one.  Then it
 * begins to write everything in its place and lets new transactions
 * start.  Blocks and inodes freed before the commit become reusable when it
 * is done, so that a block never has two owners on disk, whatever moment the
 * kernel is killed.
 *
 * A transaction brings at most EXT2_TX_MAX blocks to a commit, and one per
 * group if it frees blocks; a commit is made in time for those that are open
 * to fit (ext2_log_crowded()): it may have at least twice as much.
 *
 * A thread has at most one transaction, takes vnode locks and genfs node
 * locks before it, and calls no page cache function inside it.
 */

#include "ext2.h"

#include <sys/dkio.h>

#define	EXT2_TX_TRIES	5	/* when space is short */
#define	EXT2_TX_BATCH	64	/* buffers listed at once */
#define	EXT2_TX_MINPEND	256	/* pending blocks that are no matter */
#define	EXT2_TX_PASSED	1024	/* pinned buffers passed for a batch */

static int ext2_commit_locked(struct ext2_mount *, bool);
static int ext2_commit_newest(struct ext2_mount *);

/*
 * Start changing metadata.  EROFS if writing was stopped by the error
 * policy or never allowed.
 */
int
ext2_tx_begin(struct ext2_tx *tx, struct ext2_mount *em)
{

	if (!ext2_writable(em))
		return EROFS;
	ext2_gate_enter(em);
	/* The commit that kept it out may have been the last. */
	if (__predict_false(!ext2_writable(em))) {
		ext2_gate_leave(em);
		return EROFS;
	}
	tx->tx_em = em;
	tx->tx_changed = false;
	tx->tx_grow = false;
	tx->tx_space = false;
	tx->tx_npinned = 0;
	tx->tx_sync = (em->em_mp->mnt_flag & MNT_SYNCHRONOUS) != 0;
	return 0;
}

/* More room in the list of new blocks, if there is memory. */
static bool
ext2_newblocks_grow(struct ext2_mount *em)
{
	const u_int max = em->em_maxnewblocks == 0 ? EXT2_NNEWBLOCKS :
	    em->em_maxnewblocks * 2;
	daddr_t *new;

	KASSERT(ext2_haslock(em));
	if (max > EXT2_MAXNEWBLOCKS)
		return false;
	new = kmem_alloc(max * sizeof(*new), KM_NOSLEEP);
	if (new == NULL)
		return false;
	if (em->em_newblocks != NULL) {
		memcpy(new, em->em_newblocks,
		    em->em_nnewblocks * sizeof(*new));
		ext2_newblocks_free(em->em_newblocks, em->em_maxnewblocks);
	}
	em->em_newblocks = new;
	em->em_maxnewblocks = max;
	return true;
}

/*
 * Free a list of new blocks; NULL is fine.
 */
void
ext2_newblocks_free(daddr_t *blocks, u_int max)
{

	if (blocks != NULL)
		kmem_free(blocks, max * sizeof(*blocks));
}

/*
 * The buffer was changed; it is given back here.
 */
void
ext2_tx_dirty(struct ext2_tx *tx, struct buf *bp)
{

	tx->tx_changed = true;
	if (ext2_log_pin(tx->tx_em, bp))
		tx->tx_npinned++;
	bdwrite(bp);
}

/*
 * The same for a block that nothing on disk points at yet: the next commit
 * writes it before the rest, and it does no harm if it is written earlier.
 */
void
ext2_tx_dirty_new(struct ext2_tx *tx, struct buf *bp)
{
	struct ext2_mount *em = tx->tx_em;
	bool listed;

	tx->tx_changed = true;
	mutex_enter(&em->em_lock);
	listed = em->em_nnewblocks < em->em_maxnewblocks ||
	    ext2_newblocks_grow(em);
	if (listed)
		em->em_newblocks[em->em_nnewblocks++] = bp->b_lblkno;
	else
		em->em_unlisted = true;
	mutex_exit(&em->em_lock);
	if (listed)
		bdwrite(bp);
	else
		bawrite(bp);
}

/*
 * Is so much of the free space pending that it might run out before the
 * next commit, or does what is pending take much memory?  Only a commit gives
 * that back.  Some that CPUs have not told of do not matter here.
 */
static bool
ext2_tx_crowded(struct ext2_mount *em)
{
	const u_long npend = atomic_load_relaxed(&em->em_npend);

	return (npend > EXT2_TX_MINPEND &&
	    npend > atomic_load_relaxed(&em->em_bfree) / 2) ||
	    atomic_load_relaxed(&em->em_pendbytes) > buf_memcalc() / 2;
}

/*
 * Done.  The error is that of a synchronous mount's commit.
 */
int
ext2_tx_end(struct ext2_tx *tx)
{
	struct ext2_mount *em = tx->tx_em;
	bool full;

	KASSERT(tx->tx_grow ||
	    tx->tx_npinned <= EXT2_TX_MAX + em->em_ngroups);
	if (tx->tx_changed && !tx->tx_grow &&
	    atomic_load_relaxed(&em->em_atomic) == 0)
		atomic_store_relaxed(&em->em_atomic, 1);
	full = ext2_log_crowded(em);
	ext2_gate_leave(em);
	if (!tx->tx_changed)
		return 0;
	if (tx->tx_sync)
		return ext2_tx_commit(em, false);
	/* The errors are for those who wait for a commit. */
	if (__predict_false(full))
		(void)ext2_commit_newest(em);
	else if (tx->tx_space && __predict_false(ext2_tx_crowded(em)) &&
	    mutex_tryenter(&em->em_commitlock)) {
		(void)ext2_commit_locked(em, true);
		mutex_exit(&em->em_commitlock);
	}
	return 0;
}

/* Space is short: have what the journal takes.  Tells whether that helps. */
static bool
ext2_tx_unborrow(struct ext2_mount *em)
{
	bool has;

	ext2_gate_enter(em);
	has = em->em_log != NULL;
	ext2_gate_leave(em);
	return has && ext2_tx_detach(em) == 0;
}

/*
 * An operation failed for want of space.  If a commit can make some
 * reusable, or another thread's just did, say that trying again is worth it,
 * a few times.
 */
bool
ext2_tx_retry(struct ext2_mount *em, int error, u_int *triesp)
{
	bool pending, some, full;

	if (error != ENOSPC || (*triesp)++ >= EXT2_TX_TRIES)
		return false;
	pending = ext2_npend(em) != 0;
	mutex_enter(&em->em_lock);
	some = em->em_bfree != 0 || ext2_freeinodes(em) != 0;
	full = em->em_bfree <= em->em_rblocks + EXT2_TX_MAX;
	mutex_exit(&em->em_lock);
	if (full && ext2_tx_unborrow(em))
		return true;
	return some && (!pending || ext2_tx_commit(em, true) == 0);
}

/*
 * Move totals and state into the superblock's buffer.  While the log is live
 * nobody believes the totals: they go out with the commit that retires it.
 */
static int
ext2_commit_super(struct ext2_mount *em, bool logged)
{
	struct buf *bp;
	bool dirty;
	int error;

	mutex_enter(&em->em_lock);
	em->em_sbtotals |= em->em_gddirty != 0;
	em->em_gddirty = 0;
	dirty = em->em_sbdirty || (em->em_sbtotals && !logged);
	mutex_exit(&em->em_lock);
	if (!dirty)
		return 0;
	error = bread(em->em_devvp, E2_SBOFF / DEV_BSIZE, E2_SBSIZE, 0, &bp);
	if (error != 0)
		return error;
	mutex_enter(&em->em_lock);
	em->em_sbdirty = false;
	em->em_sbtotals = false;
	ext2_super_encode(em);
	memcpy(bp->b_data, em->em_sb, sizeof(*em->em_sb));
	mutex_exit(&em->em_lock);
	ext2_log_mark(em, (void *)bp->b_data);
	bdwrite(bp);
	return 0;
}

/* What a commit writes first. */
struct ext2_newlist {
	daddr_t	*nl_blocks;
	u_int	nl_count, nl_max;
	bool	nl_unlisted;	/* there are more; they are being written */
};

static bool
ext2_newlist_isempty(const struct ext2_newlist *nl)
{

	return nl->nl_count == 0 && !nl->nl_unlisted;
}

/*
 * No transaction is open: gather everything that belongs to the commit.
 */
static int
ext2_commit_gather(struct ext2_mount *em, struct ext2_newlist *nl)
{
	bool changed;
	int error;

	KASSERT(ext2_gate_isclosed(em));
	error = ext2_commit_inodes(em);
	/* They are pinned buffers now; files may be read while these go out. */
	if (error == 0)
		ext2_dirty_uncount(em);
	mutex_enter(&em->em_lock);
	changed = em->em_gddirty != 0;
	*nl = (struct ext2_newlist){ em->em_newblocks, em->em_nnewblocks,
	    em->em_maxnewblocks, em->em_unlisted };
	em->em_newblocks = NULL;
	em->em_nnewblocks = em->em_maxnewblocks = 0;
	em->em_unlisted = false;
	mutex_exit(&em->em_lock);
	if (error == 0 && changed)
		error = ext2_groups_write(em);
	ext2_pend_rotate(em);
	return error;
}

/* Is a buffer waiting to be written? */
static bool
ext2_commit_waits(struct ext2_mount *em, daddr_t blkno)
{
	kmutex_t *interlock = em->em_devvp->v_interlock;
	struct buf *bp;
	bool waits = false;

	mutex_enter(&bufcache_lock);
	bp = incore(em->em_devvp, blkno);
	if (bp != NULL) {
		mutex_enter(interlock);
		waits = (bp->b_oflags & BO_DELWRI) != 0;
		mutex_exit(interlock);
	}
	mutex_exit(&bufcache_lock);
	return waits;
}

/* Start writing a buffer if it is waiting to be written. */
static void
ext2_commit_block(struct ext2_mount *em, daddr_t blkno, int size)
{
	struct buf *bp;

	if (!ext2_commit_waits(em, blkno))
		return;
	bp = getblk(em->em_devvp, blkno, size, 0, 0);
	if (bp == NULL)
		return;
	bp->b_flags &= ~B_LOCKED;
	if ((bp->b_oflags & BO_DELWRI) != 0)
		bawrite(bp);
	else
		brelse(bp, (bp->b_oflags & BO_DONE) != 0 ? 0 : BC_INVAL);
}

/*
 * Wait for what was begun to be written.  The error may also be that of
 * something that was written early.
 */
static int
ext2_commit_wait(struct ext2_mount *em)
{
	struct vnode *devvp = em->em_devvp;

	mutex_enter(devvp->v_interlock);
	while (devvp->v_numoutput > 0)
		cv_wait(&devvp->v_cv, devvp->v_interlock);
	mutex_exit(devvp->v_interlock);
	return bio_error_take(devvp);
}

/* A dirty buffer that somebody may write. */
static struct buf *
ext2_stop_next(struct ext2_mount *em)
{
	struct buf *bp;

	KASSERT(mutex_owned(&bufcache_lock));
	LIST_FOREACH(bp, &em->em_devvp->v_dirtyblkhd, b_vnbufs)
		if ((bp->b_flags & B_LOCKED) == 0)
			break;
	return bp;
}

/*
 * Keep all in memory, with a log or without: writing has come to its end, for
 * those too who want the memory.
 */
static void
ext2_stop_keep(struct ext2_mount *em)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	while ((bp = ext2_stop_next(em)) != NULL) {
		/* After a wait it may be another's. */
		if (bbusy(bp, false, 0, NULL) != 0)
			continue;
		bp->b_flags |= B_LOCKED;
		brelsel(bp, 0);
	}
	mutex_exit(&bufcache_lock);
}

/*
 * Nothing may be logged or written any more, whatever the error policy: on disk
 * and in the log is the last commit.
 */
void
ext2_stop(struct ext2_mount *em, const char *why)
{

	KASSERT(mutex_owned(&em->em_commitlock));
	if (ext2_stopped(em))
		return;
	atomic_or_uint(&em->em_flags, EMF_FAILED | EMF_STOPPED);
	ext2_stop_keep(em);
	ext2_warn(em, "no more writing, %s" EXT2_FSCK, why);
}

/*
 * Under em_commitlock, or when nobody else has the mount.
 */
bool
ext2_stopped(const struct ext2_mount *em)
{

	return (em->em_flags & EMF_STOPPED) != 0;
}

/*
 * Write the blocks that others will point at.  They are free in what is on
 * disk and in none of its logs, so they can be where they belong before the
 * commit has happened, and need not be logged.
 */
static int
ext2_commit_new(struct ext2_mount *em, const struct ext2_newlist *nl)
{
	u_int i;
	int error;

	if (ext2_newlist_isempty(nl)) {
		em->em_doubtful = false;
		return 0;
	}
	/*
	 * Neighbours at once, if the log keeps what is not to go yet, and does
	 * not keep so much that to pass it again and again takes longer.
	 */
	if (ext2_log_holds(em) &&
	    atomic_load_relaxed(&em->em_npinned) <= EXT2_TX_PASSED) {
		ext2_log_unpin(em, nl->nl_blocks, nl->nl_count);
		(void)vflushbuf(em->em_devvp, 0);
	}
	for (i = 0; i < nl->nl_count; i++)
		ext2_commit_block(em, nl->nl_blocks[i], em->em_bsize);
	error = ext2_commit_wait(em);
	if (error == 0 && em->em_doubtful)
		error = EIO;
	if (error != 0)
		ext2_stop(em, "a new block was lost");
	return error;
}

/* Until a commit succeeds they stay new: it may go without the log. */
static void
ext2_commit_newdone(struct ext2_mount *em, const struct ext2_newlist *nl,
    int error)
{

	KASSERT(ext2_gate_isclosed(em));
	if (error == 0) {
		ext2_newblocks_free(nl->nl_blocks, nl->nl_max);
		return;
	}
	mutex_enter(&em->em_lock);
	KASSERT(em->em_newblocks == NULL);
	em->em_newblocks = nl->nl_blocks;
	em->em_nnewblocks = nl->nl_count;
	em->em_maxnewblocks = nl->nl_max;
	em->em_unlisted = nl->nl_unlisted;
	mutex_exit(&em->em_lock);
}

/* List some dirty buffers: where they are, and their sizes. */
static u_int
ext2_commit_list(struct ext2_mount *em, daddr_t *blocks, int *sizes)
{
	struct buf *bp;
	u_int n = 0;

	mutex_enter(&bufcache_lock);
	LIST_FOREACH(bp, &em->em_devvp->v_dirtyblkhd, b_vnbufs) {
		blocks[n] = bp->b_lblkno;
		sizes[n++] = bp->b_bcount;
		if (n == EXT2_TX_BATCH)
			break;
	}
	mutex_exit(&bufcache_lock);
	return n;
}

/*
 * Begin to write all the others.  A buffer being written cannot be changed,
 * so transactions may go on after this; before, what they change would be
 * written now as well, without the new blocks it points at.
 */
static void
ext2_commit_rest(struct ext2_mount *em)
{
	daddr_t blocks[EXT2_TX_BATCH];
	int sizes[EXT2_TX_BATCH];
	u_int i, n;

	KASSERT(ext2_gate_isclosed(em));
	/* Neighbours at once; then those that somebody had. */
	ext2_log_unpin_all(em);
	(void)vflushbuf(em->em_devvp, 0);
	do {
		n = ext2_commit_list(em, blocks, sizes);
		for (i = 0; i < n; i++)
			ext2_commit_block(em, blocks[i], sizes[i]);
	} while (n == EXT2_TX_BATCH);
	atomic_store_relaxed(&em->em_npinned, 0);
}

/*
 * Tell the disk to write its own cache, if it has one.
 */
int
ext2_commit_cache(struct ext2_mount *em)
{
	int error, force = 1;

	error = VOP_IOCTL(em->em_devvp, DIOCCACHESYNC, &force, FWRITE,
	    FSCRED);
	return error == ENODEV || error == ENOTTY || error == EOPNOTSUPP ?
	    0 : error;
}

/*
 * The part of a commit that no transaction may disturb.  *loggedp: the disk
 * settled already, as far as that is asked for.
 */
static int
ext2_commit_begin(struct ext2_mount *em, bool cache, bool *loggedp)
{
	struct ext2_newlist nl;
	const bool atomic = em->em_atomic != 0;
	int error;

	KASSERT(ext2_gate_isclosed(em));
	error = ext2_commit_gather(em, &nl);
	ext2_log_busy(em, true);
	if (error == 0)
		error = ext2_commit_new(em, &nl);
	if (error == 0)
		error = ext2_log_commit(em, atomic, cache, loggedp);
	if (error == 0 && !*loggedp && cache &&
	    !ext2_newlist_isempty(&nl))
		error = ext2_commit_cache(em);
	if (error == 0)
		error = ext2_commit_super(em, *loggedp);
	if (error == 0) {
		ext2_commit_rest(em);
		em->em_atomic = 0;
	}
	ext2_log_busy(em, false);
	ext2_commit_newdone(em, &nl, error);
	return error;
}

/*
 * The last wait of a commit, with the gate open.  What failed may be a new
 * block of a transaction that came after, if there is one: memory was short
 * and it was written early.
 */
static int
ext2_commit_end(struct ext2_mount *em)
{
	int error;

	error = ext2_commit_wait(em);
	if (error == 0)
		return 0;
	mutex_enter(&em->em_lock);
	em->em_doubtful = em->em_nnewblocks != 0 || em->em_unlisted;
	mutex_exit(&em->em_lock);
	ext2_log_keep(em);
	return error;
}

static int
ext2_commit_locked(struct ext2_mount *em, bool cache)
{
	bool logged = false;
	int error;

	KASSERT(mutex_owned(&em->em_commitlock));
	if (ext2_stopped(em))
		return EIO;
	ext2_gate_close(em);
	error = ext2_commit_begin(em, cache, &logged);
	ext2_gate_open(em);
	if (error == 0)
		error = ext2_commit_end(em);
	if (error == 0 && cache && !logged)
		error = ext2_commit_cache(em);
	if (error == 0)
		ext2_pend_drop(em);
	else
		ext2_lost(em, "metadata", error);
	return error;
}

/*
 * Commit because the log would not hold much more, unless another thread
 * just did.
 */
static int
ext2_commit_newest(struct ext2_mount *em)
{
	bool full;
	int error = 0;

	mutex_enter(&em->em_commitlock);
	ext2_gate_enter(em);
	full = ext2_log_crowded(em);
	ext2_gate_leave(em);
	if (full)
		error = ext2_commit_locked(em, true);
	mutex_exit(&em->em_commitlock);
	return error;
}

/*
 * Give the borrowed journal back, everything being committed first.
 */
int
ext2_tx_detach(struct ext2_mount *em)
{
	int error, error2;

	mutex_enter(&em->em_commitlock);
	error = ext2_commit_locked(em, true);
	if (error == 0)
		error = ext2_log_retire(em);
	if (error == 0 && em->em_log != NULL && ext2_writable(em)) {
		error = ext2_log_return(em);
		if (error != 0)
			ext2_lost(em, "the journal's inode", error);
		error2 = ext2_commit_locked(em, true);
		if (error == 0)
			error = error2;
	}
	mutex_exit(&em->em_commitlock);
	return error;
}

/*
 * Make everything durable that was finished before the call; with cache
 * set, through the disk's own write cache too.
 */
int
ext2_tx_commit(struct ext2_mount *em, bool cache)
{
	int error;

	if ((em->em_flags & EMF_WRITE) == 0)
		return 0;
	mutex_enter(&em->em_commitlock);
	error = ext2_commit_locked(em, cache);
	mutex_exit(&em->em_commitlock);
	return error;
}

/*
 * Write the superblock alone, when its state changed (mount, unmount).
 */
int
ext2_super_sync(struct ext2_mount *em)
{

	mutex_enter(&em->em_lock);
	em->em_sbdirty = true;
	mutex_exit(&em->em_lock);
	return ext2_tx_commit(em, true);
}
