/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions: the one door through which metadata changes.  An operation
 * calls ext2_tx_begin(), hands every buffer it changed to ext2_tx_dirty() or
 * (for a block that was just allocated) ext2_tx_dirty_new(), marks inodes
 * with ext2_idirty(), and calls ext2_tx_end().  The buffers are delayed
 * writes, and kept in memory until the commit if there is a log.
 *
 * ext2_tx_commit() makes all finished transactions durable: it waits for the
 * open ones (em_txlock), moves dirty inodes, descriptors and totals into
 * their buffers and has these logged (ext2_log.c); or it writes new blocks
 * before what points at them, if the log is not needed or there is none.
 * Then it begins to write everything in its place and lets new transactions
 * start.  Blocks and inodes freed before the commit become reusable when it
 * is done, so that a block never has two owners on disk, whatever moment the
 * kernel is killed.
 *
 * A transaction brings at most EXT2_TX_MAX blocks to a commit, and one per
 * group if it frees blocks; a commit is made when half of what one may have
 * has gathered, and that is at least twice as much.
 *
 * A thread has at most one transaction, takes vnode locks and genfs node
 * locks before it, and calls no page cache function inside it.
 */

#include "ext2.h"

#include <sys/dkio.h>

#define	EXT2_TX_TRIES	5	/* when space is short */
#define	EXT2_TX_BATCH	64	/* buffers listed at once */
#define	EXT2_TX_MINPEND	256	/* pending blocks that are no matter */

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
	rw_enter(&em->em_txlock, RW_READER);
	tx->tx_em = em;
	tx->tx_changed = false;
	tx->tx_grow = false;
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
 * writes it before the rest.
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
	mutex_exit(&em->em_lock);
	if (listed)
		ext2_tx_dirty(tx, bp);
	else
		bawrite(bp);
}

/*
 * Is so much of the free space pending that it might run out before the
 * next commit, or does what is pending take much memory?  Only a commit gives
 * that back.
 */
static bool
ext2_tx_crowded(struct ext2_mount *em)
{
	bool crowded;

	mutex_enter(&em->em_lock);
	crowded = (em->em_npend > EXT2_TX_MINPEND &&
	    em->em_npend > em->em_bfree / 2) ||
	    em->em_pendbytes > buf_memcalc() / 2;
	mutex_exit(&em->em_lock);
	return crowded;
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
	if (tx->tx_changed && !tx->tx_grow)
		atomic_store_relaxed(&em->em_atomic, 1);
	full = ext2_log_crowded(em);
	atomic_store_relaxed(&em->em_txseq,
	    atomic_load_relaxed(&em->em_txseq) + 1);
	rw_exit(&em->em_txlock);
	if (!tx->tx_changed)
		return 0;
	if (tx->tx_sync)
		return ext2_tx_commit(em, false);
	/* The errors are for those who wait for a commit. */
	if (__predict_false(full))
		(void)ext2_commit_newest(em);
	else if (__predict_false(ext2_tx_crowded(em)) &&
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

	rw_enter(&em->em_txlock, RW_READER);
	has = em->em_log != NULL;
	rw_exit(&em->em_txlock);
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
	mutex_enter(&em->em_lock);
	pending = em->em_npend != 0;
	some = em->em_bfree != 0 || em->em_ifree != 0;
	full = em->em_bfree <= em->em_rblocks + EXT2_TX_MAX;
	mutex_exit(&em->em_lock);
	if (full && ext2_tx_unborrow(em))
		return true;
	return some && (!pending || ext2_tx_commit(em, true) == 0);
}

/* Are two inodes in the same block of the same table? */
static bool
ext2_isameblock(const struct ext2_inode *a, const struct ext2_inode *b)
{
	const struct ext2_mount *em = a->ei_em;
	const uint32_t per = em->em_bsize / em->em_inodesize;

	return (a->ei_ino - 1) / em->em_ipg == (b->ei_ino - 1) / em->em_ipg &&
	    (a->ei_ino - 1) % em->em_ipg / per ==
	    (b->ei_ino - 1) % em->em_ipg / per;
}

/*
 * The inode in memory differs from the one on disk.
 */
void
ext2_idirty(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_inode *last;

	if (!ext2_writable(em))
		return;
	mutex_enter(&em->em_lock);
	if (!ip->ei_ondirty) {
		last = TAILQ_LAST(&em->em_dirty, ext2_inodelist);
		if (last == NULL || !ext2_isameblock(ip, last))
			atomic_store_relaxed(&em->em_nidirty,
			    em->em_nidirty + 1);
		ip->ei_ondirty = true;
		TAILQ_INSERT_TAIL(&em->em_dirty, ip, ei_dirtyq);
	}
	mutex_exit(&em->em_lock);
}

/*
 * The inode is about to go away: take it off the list, and wait for a
 * commit that is just writing it.
 */
void
ext2_iclean(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;

	mutex_enter(&em->em_lock);
	while (em->em_writing == ip)
		cv_wait(&em->em_cv, &em->em_lock);
	if (ip->ei_ondirty) {
		TAILQ_REMOVE(&em->em_dirty, ip, ei_dirtyq);
		ip->ei_ondirty = false;
	}
	mutex_exit(&em->em_lock);
}

/*
 * Move all dirty inodes into their buffers.  One that cannot be moved stays
 * dirty and ends the commit; the next one begins with the others.
 */
static int
ext2_commit_inodes(struct ext2_mount *em)
{
	struct ext2_inode *ip;
	int error = 0;

	mutex_enter(&em->em_lock);
	while (error == 0 && (ip = TAILQ_FIRST(&em->em_dirty)) != NULL) {
		KASSERT(em->em_writing == NULL);
		TAILQ_REMOVE(&em->em_dirty, ip, ei_dirtyq);
		ip->ei_ondirty = false;
		em->em_writing = ip;
		mutex_exit(&em->em_lock);
		error = ext2_iwrite(ip);
		mutex_enter(&em->em_lock);
		if (error != 0 && !ip->ei_ondirty) {
			ip->ei_ondirty = true;
			TAILQ_INSERT_TAIL(&em->em_dirty, ip, ei_dirtyq);
		}
		em->em_writing = NULL;
		cv_broadcast(&em->em_cv);
	}
	mutex_exit(&em->em_lock);
	return error;
}

/* Move totals and state into the superblock's buffer. */
static int
ext2_commit_super(struct ext2_mount *em)
{
	struct buf *bp;
	bool dirty;
	int error;

	mutex_enter(&em->em_lock);
	dirty = em->em_sbdirty || em->em_gddirty;
	mutex_exit(&em->em_lock);
	if (!dirty)
		return 0;
	error = bread(em->em_devvp, E2_SBOFF / DEV_BSIZE, E2_SBSIZE, 0, &bp);
	if (error != 0)
		return error;
	mutex_enter(&em->em_lock);
	em->em_sbdirty = false;
	em->em_gddirty = false;
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
};

/*
 * No transaction is open: gather everything that belongs to the commit.
 */
static int
ext2_commit_gather(struct ext2_mount *em, struct ext2_newlist *nl)
{
	bool changed;
	int error;

	KASSERT(rw_write_held(&em->em_txlock));
	error = ext2_commit_inodes(em);
	mutex_enter(&em->em_lock);
	changed = em->em_gddirty;
	*nl = (struct ext2_newlist){ em->em_newblocks, em->em_nnewblocks,
	    em->em_maxnewblocks };
	em->em_newblocks = NULL;
	em->em_nnewblocks = em->em_maxnewblocks = 0;
	mutex_exit(&em->em_lock);
	if (error == 0 && changed)
		error = ext2_groups_write(em);
	ext2_pend_rotate(em);
	return error;
}

/* Start writing a buffer if it is waiting to be written. */
static void
ext2_commit_block(struct ext2_mount *em, daddr_t blkno, int size)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	bp = incore(em->em_devvp, blkno);
	mutex_exit(&bufcache_lock);
	if (bp == NULL)
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

/* Wait for what was begun to be written. */
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

/* Write the blocks that others will point at. */
static int
ext2_commit_new(struct ext2_mount *em, const struct ext2_newlist *nl,
    bool cache)
{
	u_int i;
	int error;

	if (nl->nl_count == 0)
		return 0;
	for (i = 0; i < nl->nl_count; i++)
		ext2_commit_block(em, nl->nl_blocks[i], em->em_bsize);
	error = ext2_commit_wait(em);
	return error == 0 && cache ? ext2_commit_cache(em) : error;
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

	KASSERT(rw_write_held(&em->em_txlock));
	do {
		n = ext2_commit_list(em, blocks, sizes);
		for (i = 0; i < n; i++)
			ext2_commit_block(em, blocks[i], sizes[i]);
	} while (n == EXT2_TX_BATCH);
	mutex_enter(&em->em_lock);
	atomic_store_relaxed(&em->em_nidirty, 0);
	mutex_exit(&em->em_lock);
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

	KASSERT(rw_write_held(&em->em_txlock));
	error = ext2_commit_gather(em, &nl);
	atomic_store_relaxed(&em->em_logging, 1);
	if (error == 0)
		error = ext2_log_commit(em, atomic, cache, loggedp);
	if (error == 0)
		error = ext2_commit_super(em);
	if (error == 0 && !*loggedp)
		error = ext2_commit_new(em, &nl, cache);
	if (error == 0) {
		ext2_commit_rest(em);
		em->em_atomic = 0;
	}
	atomic_store_relaxed(&em->em_logging, 0);
	ext2_newblocks_free(nl.nl_blocks, nl.nl_max);
	return error;
}

static int
ext2_commit_locked(struct ext2_mount *em, bool cache)
{
	bool logged = false;
	int error;

	KASSERT(mutex_owned(&em->em_commitlock));
	if (ext2_log_kept(em))
		return EIO;
	rw_enter(&em->em_txlock, RW_WRITER);
	error = ext2_commit_begin(em, cache, &logged);
	rw_exit(&em->em_txlock);
	if (error == 0) {
		error = ext2_commit_wait(em);
		if (error != 0)
			ext2_log_keep(em);
	}
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
	rw_enter(&em->em_txlock, RW_READER);
	full = ext2_log_crowded(em);
	rw_exit(&em->em_txlock);
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
