/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_wapbl.c: the log of a mounted file system, wapbl(9): transactions, and
 * what is committed of them.  vfs_wapbl_private.h has the format.
 *
 * Everything between two commits is one transaction on the disk.  Buffers of
 * it are dirty, B_LOCKED and on wl_bufs; the buffer cache brings them here
 * (add, remove, resize).  wapbl_flush() shuts new transactions out, copies
 * the buffers to the log, writes a head, and only then starts writing them to
 * their places.  Until the last is there the log keeps their copies.
 *
 * After an error in the log or of a write to its place nothing more is
 * committed: the log on the disk is what the next mount replays.
 *
 * Lock order: wl_rwlock, then busy buffers, bufcache_lock, wl_mtx.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/vnode.h>

#include "vfs_private.h"
#include "vfs_wapbl_private.h"

#define	WAPBL_CHUNK	(2 * MAXBSIZE)	/* contents in one record */

/* A commit whose buffers are not all in place yet. */
struct wapbl_entry {
	TAILQ_ENTRY(wapbl_entry) we_link;	/* m */
	struct wapbl	*we_wl;			/* - */
	uint64_t	we_start;		/* - first block in the log */
	u_int		we_pending;		/* m writes under way */
	bool		we_failed;		/* m one of them did */
};

struct wapbl_inode {
	LIST_ENTRY(wapbl_inode) wi_link;
	ino_t		wi_ino;
	mode_t		wi_mode;
};

/*
 * Locks: - fixed; w wl_rwlock as writer; c bufcache_lock; m wl_mtx.
 */
struct wapbl {
	krwlock_t	wl_rwlock;	/* reader: inside a transaction */
	kmutex_t	wl_mtx;
	kcondvar_t	wl_cv;		/* m an entry is done */
	struct mount	*wl_mount;	/* - */
	struct wapbl_ring wl_ring;	/* - */
	wapbl_flush_fn_t wl_flush;	/* - */
	wapbl_flush_fn_t wl_flush_abort; /* - */
	uint32_t	wl_maxblocks;	/* - more than these are committed */
	u_int		wl_maxdeallocs;	/* - the same */
	TAILQ_HEAD(, buf) wl_bufs;	/* c of the open transaction */
	u_int		wl_nbufs;	/* c */
	uint32_t	wl_nblocks;	/* c of the log that they will take */
	TAILQ_HEAD(, wapbl_dealloc) wl_deallocs; /* m */
	u_int		wl_ndeallocs;	/* m */
	LIST_HEAD(, wapbl_inode) wl_inodes; /* m */
	u_int		wl_ninodes;	/* m */
	bool		wl_inodes_changed; /* m since the last commit */
	TAILQ_HEAD(, wapbl_entry) wl_entries; /* m oldest first */
	int		wl_error;	/* m the log is dead */
	struct wapbl_head wl_head;	/* w as on the disk */
	uint64_t	wl_pos;		/* w behind what is written */
	uint64_t	wl_last;	/* w where the last commit begins */
	bool		wl_keep;	/* w it has inodes to be replayed */
};

/* Records being put together in memory; private to the flush. */
struct wapbl_out {
	struct wapbl	*wo_wl;
	struct wapbl_rec *wo_rec;	/* and contents behind */
	uint32_t	wo_nblocks;	/* of it used */
	uint32_t	wo_maxblocks;
};

void
wapbl_jlock_assert(struct wapbl *wl)
{

	KASSERT(rw_lock_held(&wl->wl_rwlock));
}

void
wapbl_junlock_assert(struct wapbl *wl)
{

	KASSERT(!rw_write_held(&wl->wl_rwlock));
}

static int
wapbl_error(struct wapbl *wl)
{
	int error;

	mutex_enter(&wl->wl_mtx);
	error = wl->wl_error;
	mutex_exit(&wl->wl_mtx);
	return error;
}

static void
wapbl_die(struct wapbl *wl, int error)
{

	mutex_enter(&wl->wl_mtx);
	if (wl->wl_error == 0)
		wl->wl_error = error;
	cv_broadcast(&wl->wl_cv);
	mutex_exit(&wl->wl_mtx);
}

/* Has the open transaction become so large that it is to be committed? */
static bool
wapbl_large_p(struct wapbl *wl)
{
	bool large;

	mutex_enter(&bufcache_lock);
	large = wl->wl_nblocks > wl->wl_maxblocks;
	mutex_exit(&bufcache_lock);
	mutex_enter(&wl->wl_mtx);
	large = large || wl->wl_ndeallocs > wl->wl_maxdeallocs / 2;
	mutex_exit(&wl->wl_mtx);
	return large;
}

int
wapbl_begin(struct wapbl *wl, const char *file, int line)
{
	int error;

	KASSERTMSG(!rw_write_held(&wl->wl_rwlock), "%s:%d", file, line);
	if (wapbl_large_p(wl)) {
		error = wapbl_flush(wl, 0);
		if (error != 0)
			return error;
	}
	rw_enter(&wl->wl_rwlock, RW_READER);
	error = wapbl_error(wl);
	if (error != 0)
		rw_exit(&wl->wl_rwlock);
	return error;
}

void
wapbl_end(struct wapbl *wl)
{

	KASSERT(rw_read_held(&wl->wl_rwlock));
	rw_exit(&wl->wl_rwlock);
}

/*
 * From the buffer cache: a busy buffer that is about to become dirty joins the
 * transaction, and can leave it only by the commit or by being dropped.
 */
static void
wapbl_add_buf(struct wapbl *wl, struct buf *bp)
{

	KASSERT(bp->b_cflags & BC_BUSY);
	wapbl_jlock_assert(wl);
	mutex_enter(&bufcache_lock);
	if ((bp->b_flags & B_LOCKED) == 0) {
		bp->b_flags |= B_LOCKED;
		TAILQ_INSERT_TAIL(&wl->wl_bufs, bp, b_wapbllist);
		wl->wl_nbufs++;
		wl->wl_nblocks += wapbl_blocks(&wl->wl_ring, bp->b_bcount);
	}
	mutex_exit(&bufcache_lock);
}

/* Takes a busy buffer out.  bufcache_lock is held. */
static void
wapbl_remove_buf(struct wapbl *wl, struct buf *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT((bp->b_cflags & BC_BUSY) && (bp->b_flags & B_LOCKED));
	bp->b_flags &= ~B_LOCKED;
	TAILQ_REMOVE(&wl->wl_bufs, bp, b_wapbllist);
	KASSERT(wl->wl_nbufs > 0);
	wl->wl_nbufs--;
	wl->wl_nblocks -= wapbl_blocks(&wl->wl_ring, bp->b_bcount);
}

/* A busy buffer of the transaction got another size. */
static void
wapbl_resize_buf(struct wapbl *wl, struct buf *bp, long oldsize, long oldcount)
{

	mutex_enter(&bufcache_lock);
	KASSERT(bp->b_flags & B_LOCKED);
	wl->wl_nblocks += wapbl_blocks(&wl->wl_ring, bp->b_bcount);
	wl->wl_nblocks -= wapbl_blocks(&wl->wl_ring, oldcount);
	mutex_exit(&bufcache_lock);
}

int
wapbl_register_deallocation(struct wapbl *wl, daddr_t blk, int len,
    bool force, void **cookiep)
{
	struct wapbl_dealloc *wd;
	bool full;

	wapbl_jlock_assert(wl);
	wd = kmem_alloc(sizeof(*wd), KM_SLEEP);
	wd->wd_blkno = blk;
	wd->wd_len = len;
	mutex_enter(&wl->wl_mtx);
	full = !force && wl->wl_ndeallocs >= wl->wl_maxdeallocs;
	if (!full) {
		TAILQ_INSERT_TAIL(&wl->wl_deallocs, wd, wd_entries);
		wl->wl_ndeallocs++;
	}
	mutex_exit(&wl->wl_mtx);
	if (full) {
		kmem_free(wd, sizeof(*wd));
		return EAGAIN;
	}
	if (cookiep != NULL)
		*cookiep = wd;
	return 0;
}

void
wapbl_unregister_deallocation(struct wapbl *wl, void *cookie)
{
	struct wapbl_dealloc *wd = cookie;

	wapbl_jlock_assert(wl);
	mutex_enter(&wl->wl_mtx);
	TAILQ_REMOVE(&wl->wl_deallocs, wd, wd_entries);
	KASSERT(wl->wl_ndeallocs > 0);
	wl->wl_ndeallocs--;
	mutex_exit(&wl->wl_mtx);
	kmem_free(wd, sizeof(*wd));
}

static void
wapbl_free_deallocs(struct wapbl *wl)
{
	struct wapbl_dealloc *wd;

	mutex_enter(&wl->wl_mtx);
	while ((wd = TAILQ_FIRST(&wl->wl_deallocs)) != NULL) {
		TAILQ_REMOVE(&wl->wl_deallocs, wd, wd_entries);
		kmem_free(wd, sizeof(*wd));
	}
	wl->wl_ndeallocs = 0;
	mutex_exit(&wl->wl_mtx);
}

static struct wapbl_inode *
wapbl_find_inode(struct wapbl *wl, ino_t ino)
{
	struct wapbl_inode *wi;

	KASSERT(mutex_owned(&wl->wl_mtx));
	LIST_FOREACH(wi, &wl->wl_inodes, wi_link)
		if (wi->wi_ino == ino)
			break;
	return wi;
}

void
wapbl_register_inode(struct wapbl *wl, ino_t ino, mode_t mode)
{
	struct wapbl_inode *nwi, *wi;

	wapbl_jlock_assert(wl);
	nwi = kmem_alloc(sizeof(*nwi), KM_SLEEP);
	mutex_enter(&wl->wl_mtx);
	wi = wapbl_find_inode(wl, ino);
	if (wi == NULL) {
		wi = nwi;
		wi->wi_ino = ino;
		wi->wi_mode = mode;
		LIST_INSERT_HEAD(&wl->wl_inodes, wi, wi_link);
		wl->wl_ninodes++;
		wl->wl_inodes_changed = true;
		nwi = NULL;
	}
	mutex_exit(&wl->wl_mtx);
	if (nwi != NULL)
		kmem_free(nwi, sizeof(*nwi));
}

void
wapbl_unregister_inode(struct wapbl *wl, ino_t ino, mode_t mode)
{
	struct wapbl_inode *wi;

	wapbl_jlock_assert(wl);
	mutex_enter(&wl->wl_mtx);
	wi = wapbl_find_inode(wl, ino);
	if (wi != NULL) {
		LIST_REMOVE(wi, wi_link);
		wl->wl_ninodes--;
		wl->wl_inodes_changed = true;
	}
	mutex_exit(&wl->wl_mtx);
	if (wi != NULL)
		kmem_free(wi, sizeof(*wi));
}

/*
 * Write the record at hand and begin an empty one.
 */
static int
out_write(struct wapbl_out *wo)
{
	struct wapbl *wl = wo->wo_wl;
	const struct wapbl_ring *wg = &wl->wl_ring;
	struct wapbl_rec *wc = wo->wo_rec;
	int error;

	if (wc->wc_nitems == 0 && wc->wc_type != WLR_INODES)
		return 0;
	wc->wc_magic = WLR_MAGIC;
	wc->wc_pos = wl->wl_pos;
	wc->wc_nblocks = wo->wo_nblocks;
	wc->wc_sum = wapbl_rec_sum(wg, wc);
	/* There is room for what was asked for, unless it grew. */
	if (wl->wl_pos + wo->wo_nblocks - wl->wl_head.wh_tail >
	    wg->wg_nblocks)
		return ENOSPC;
	error = wapbl_ring_io(wg, wl->wl_pos, wc,
	    (size_t)wo->wo_nblocks * wg->wg_bsize, B_WRITE);
	wl->wl_pos += wo->wo_nblocks;
	memset(wc, 0, wg->wg_bsize);
	wo->wo_nblocks = 1;
	return error;
}

/*
 * A line in a record of that type, and contents if data is given.
 */
static int
out_item(struct wapbl_out *wo, uint32_t type, uint64_t blk, uint32_t arg,
    const void *data)
{
	const struct wapbl_ring *wg = &wo->wo_wl->wl_ring;
	const uint32_t n = data != NULL ? wapbl_blocks(wg, arg) : 0;
	struct wapbl_rec *wc = wo->wo_rec;
	char *to;
	int error;

	KASSERT(n < wo->wo_maxblocks);
	if (wc->wc_nitems > 0 && (wc->wc_type != type ||
	    wc->wc_nitems == wapbl_maxitems(wg) ||
	    wo->wo_nblocks + n > wo->wo_maxblocks)) {
		error = out_write(wo);
		if (error != 0)
			return error;
	}
	wc->wc_type = type;
	wc->wc_items[wc->wc_nitems].wi_blk = blk;
	wc->wc_items[wc->wc_nitems++].wi_arg = arg;
	if (data != NULL) {
		to = (char *)wc + (size_t)wo->wo_nblocks * wg->wg_bsize;
		memcpy(to, data, arg);
		memset(to + arg, 0, (size_t)n * wg->wg_bsize - arg);
		wo->wo_nblocks += n;
	}
	return 0;
}

/*
 * The first buffer of the transaction, busy; NULL if there is none.  With
 * `last' it is sent to the end of the list first.
 */
static struct buf *
wapbl_busy_buf(struct wapbl *wl, bool last)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	while ((bp = TAILQ_FIRST(&wl->wl_bufs)) != NULL) {
		if (bbusy(bp, false, 0, NULL) != 0)
			continue;
		if (last) {
			TAILQ_REMOVE(&wl->wl_bufs, bp, b_wapbllist);
			TAILQ_INSERT_TAIL(&wl->wl_bufs, bp, b_wapbllist);
		}
		break;
	}
	mutex_exit(&bufcache_lock);
	return bp;
}

/*
 * Copy the buffers to the log, one after the other: their owners may hold one
 * while they wait for another.  Some may be dropped meanwhile, none comes.
 */
static int
wapbl_out_bufs(struct wapbl *wl, struct wapbl_out *wo)
{
	struct buf *bp;
	u_int n;
	int error = 0;

	mutex_enter(&bufcache_lock);
	n = wl->wl_nbufs;
	mutex_exit(&bufcache_lock);
	while (n-- > 0 && error == 0 &&
	    (bp = wapbl_busy_buf(wl, true)) != NULL) {
		error = out_item(wo, WLR_BLOCKS, bp->b_blkno, bp->b_bcount,
		    bp->b_data);
		brelse(bp, 0);
	}
	return error;
}

static int
wapbl_out_deallocs(struct wapbl *wl, struct wapbl_out *wo)
{
	struct wapbl_dealloc *wd;
	int error = 0;

	/* The list is still: nobody else is in a transaction. */
	TAILQ_FOREACH(wd, &wl->wl_deallocs, wd_entries) {
		error = out_item(wo, WLR_REVOKE, wd->wd_blkno, wd->wd_len,
		    NULL);
		if (error != 0)
			break;
	}
	return error;
}

/* Each commit has the whole list, except that "none" is said only once. */
static int
wapbl_out_inodes(struct wapbl *wl, struct wapbl_out *wo)
{
	uint32_t type = WLR_INODES;
	struct wapbl_inode *wi;
	int error;

	if (wl->wl_ninodes == 0 && !wl->wl_inodes_changed)
		return 0;
	error = out_write(wo);
	wo->wo_rec->wc_type = WLR_INODES;
	LIST_FOREACH(wi, &wl->wl_inodes, wi_link) {
		if (error == 0 &&
		    wo->wo_rec->wc_nitems == wapbl_maxitems(&wl->wl_ring)) {
			error = out_write(wo);
			type = WLR_INODES_MORE;
		}
		if (error == 0)
			error = out_item(wo, type, wi->wi_ino, wi->wi_mode,
			    NULL);
	}
	return error;
}

/* At most what the open transaction takes in the log. */
static uint64_t
wapbl_need(struct wapbl *wl)
{
	const u_int max = wapbl_maxitems(&wl->wl_ring);
	uint64_t need;

	mutex_enter(&bufcache_lock);
	need = wl->wl_nblocks + wl->wl_nbufs / max + 2 +
	    (uint64_t)wl->wl_nblocks * wl->wl_ring.wg_bsize / MAXBSIZE;
	mutex_exit(&bufcache_lock);
	mutex_enter(&wl->wl_mtx);
	need += wl->wl_ndeallocs / max + wl->wl_ninodes / max + 2;
	mutex_exit(&wl->wl_mtx);
	return need;
}

/* The oldest block that a replay needs now; the end of the log if none. */
static uint64_t
wapbl_tail(struct wapbl *wl)
{
	struct wapbl_entry *we;
	uint64_t tail;

	mutex_enter(&wl->wl_mtx);
	we = TAILQ_FIRST(&wl->wl_entries);
	tail = we != NULL ? we->we_start :
	    wl->wl_keep ? wl->wl_last : wl->wl_head.wh_head;
	mutex_exit(&wl->wl_mtx);
	return tail;
}

/* Wait until everything committed is in place, and shorten the log. */
static int
wapbl_drain(struct wapbl *wl)
{
	uint64_t tail;
	int error;

	mutex_enter(&wl->wl_mtx);
	while (wl->wl_error == 0 && !TAILQ_EMPTY(&wl->wl_entries))
		cv_wait(&wl->wl_cv, &wl->wl_mtx);
	error = wl->wl_error;
	mutex_exit(&wl->wl_mtx);
	tail = wapbl_tail(wl);
	if (error != 0 || tail == wl->wl_head.wh_tail)
		return error;
	wl->wl_head.wh_tail = tail;
	return wapbl_head_write(&wl->wl_ring, &wl->wl_head);
}

/* Put the open transaction into the log and commit it. */
static int
wapbl_commit(struct wapbl *wl)
{
	const struct wapbl_ring *wg = &wl->wl_ring;
	struct wapbl_out wo = { .wo_wl = wl, .wo_nblocks = 1 };
	const uint64_t need = wapbl_need(wl);
	size_t size;
	int error = 0;

	KASSERT(rw_write_held(&wl->wl_rwlock));
	if (need > wg->wg_nblocks -
	    (wl->wl_head.wh_head - wl->wl_head.wh_tail))
		error = wapbl_drain(wl);
	if (error != 0)
		return error;
	wo.wo_maxblocks = 1 + WAPBL_CHUNK / wg->wg_bsize;
	size = (size_t)wo.wo_maxblocks * wg->wg_bsize;
	wo.wo_rec = kmem_alloc(size, KM_SLEEP);
	memset(wo.wo_rec, 0, wg->wg_bsize);
	wl->wl_pos = wl->wl_head.wh_head;
	/* Revocations first: they do not concern this commit's blocks. */
	error = wapbl_out_deallocs(wl, &wo);
	if (error == 0)
		error = wapbl_out_bufs(wl, &wo);
	if (error == 0)
		error = wapbl_out_inodes(wl, &wo);
	if (error == 0)
		error = out_write(&wo);
	kmem_free(wo.wo_rec, size);
	if (error != 0)
		return error;
	wl->wl_last = wl->wl_head.wh_head;
	wl->wl_keep = wl->wl_ninodes > 0;
	wl->wl_head.wh_tail = wapbl_tail(wl);
	wl->wl_head.wh_head = wl->wl_pos;
	return wapbl_head_write(wg, &wl->wl_head);
}

/* A write to its place is over. */
static void
wapbl_biodone(struct buf *bp)
{
	struct wapbl_entry *we = bp->b_private;
	struct wapbl *wl = we->we_wl;
	const int error = bp->b_error;

	bp->b_private = NULL;
	/* What is in memory is right all the same. */
	bp->b_error = 0;
	brelse(bp, 0);
	mutex_enter(&wl->wl_mtx);
	KASSERT(we->we_pending > 0);
	we->we_pending--;
	if (error != 0) {
		we->we_failed = true;
		if (wl->wl_error == 0)
			wl->wl_error = error;
	} else if (we->we_pending == 0 && !we->we_failed) {
		TAILQ_REMOVE(&wl->wl_entries, we, we_link);
		kmem_free(we, sizeof(*we));
	}
	cv_broadcast(&wl->wl_cv);
	mutex_exit(&wl->wl_mtx);
}

/*
 * The transaction is in the log: start writing its buffers to their places.
 * The flush itself counts as one write until all have been started.
 */
static void
wapbl_write_home(struct wapbl *wl)
{
	struct wapbl_entry *we;
	struct buf *bp;

	we = kmem_zalloc(sizeof(*we), KM_SLEEP);
	we->we_wl = wl;
	we->we_start = wl->wl_last;
	we->we_pending = 1;
	mutex_enter(&wl->wl_mtx);
	TAILQ_INSERT_TAIL(&wl->wl_entries, we, we_link);
	mutex_exit(&wl->wl_mtx);
	while ((bp = wapbl_busy_buf(wl, false)) != NULL) {
		mutex_enter(&bufcache_lock);
		wapbl_remove_buf(wl, bp);
		mutex_exit(&bufcache_lock);
		mutex_enter(&wl->wl_mtx);
		we->we_pending++;
		mutex_exit(&wl->wl_mtx);
		bp->b_private = we;
		bp->b_iodone = wapbl_biodone;
		bawrite(bp);
	}
	mutex_enter(&wl->wl_mtx);
	if (--we->we_pending == 0 && !we->we_failed) {
		TAILQ_REMOVE(&wl->wl_entries, we, we_link);
		kmem_free(we, sizeof(*we));
	}
	mutex_exit(&wl->wl_mtx);
}

/* Is there anything to be committed? */
static bool
wapbl_dirty_p(struct wapbl *wl)
{
	bool dirty;

	mutex_enter(&bufcache_lock);
	dirty = wl->wl_nbufs > 0;
	mutex_exit(&bufcache_lock);
	mutex_enter(&wl->wl_mtx);
	dirty = dirty || wl->wl_ndeallocs > 0 || wl->wl_inodes_changed;
	mutex_exit(&wl->wl_mtx);
	return dirty;
}

static int
wapbl_flush_locked(struct wapbl *wl)
{
	struct wapbl_dealloc *first = TAILQ_FIRST(&wl->wl_deallocs);
	int error;

	/* The file system may change more blocks, or only now does. */
	(*wl->wl_flush)(wl->wl_mount, first);
	if (!wapbl_dirty_p(wl))
		return 0;
	error = wapbl_commit(wl);
	if (error != 0) {
		(*wl->wl_flush_abort)(wl->wl_mount, first);
		wapbl_die(wl, error);
		return error;
	}
	wapbl_free_deallocs(wl);
	mutex_enter(&wl->wl_mtx);
	wl->wl_inodes_changed = false;
	mutex_exit(&wl->wl_mtx);
	wapbl_write_home(wl);
	return 0;
}

int
wapbl_flush(struct wapbl *wl, int wait)
{
	int error;

	rw_enter(&wl->wl_rwlock, RW_WRITER);
	error = wapbl_error(wl);
	if (error == 0)
		error = wapbl_flush_locked(wl);
	if (error == 0 && wait) {
		error = wapbl_drain(wl);
		if (error != 0)
			wapbl_die(wl, error);
	}
	rw_exit(&wl->wl_rwlock);
	return error;
}

/*
 * Forget the open transaction, with what was changed in memory.
 */
static void
wapbl_discard(struct wapbl *wl)
{
	struct wapbl_inode *wi;
	struct buf *bp;

	rw_enter(&wl->wl_rwlock, RW_WRITER);
	while ((bp = wapbl_busy_buf(wl, false)) != NULL)
		brelse(bp, BC_INVAL);
	wapbl_free_deallocs(wl);
	mutex_enter(&wl->wl_mtx);
	while ((wi = LIST_FIRST(&wl->wl_inodes)) != NULL) {
		LIST_REMOVE(wi, wi_link);
		kmem_free(wi, sizeof(*wi));
	}
	wl->wl_ninodes = 0;
	wl->wl_inodes_changed = false;
	mutex_exit(&wl->wl_mtx);
	rw_exit(&wl->wl_rwlock);
}

static void
wapbl_destroy(struct wapbl *wl)
{
	struct wapbl_entry *we;

	mutex_enter(&wl->wl_mtx);
	while ((we = TAILQ_FIRST(&wl->wl_entries)) != NULL) {
		if (we->we_pending > 0) {
			cv_wait(&wl->wl_cv, &wl->wl_mtx);
			continue;
		}
		TAILQ_REMOVE(&wl->wl_entries, we, we_link);
		kmem_free(we, sizeof(*we));
	}
	mutex_exit(&wl->wl_mtx);
	KASSERT(TAILQ_EMPTY(&wl->wl_bufs) && TAILQ_EMPTY(&wl->wl_deallocs));
	cv_destroy(&wl->wl_cv);
	mutex_destroy(&wl->wl_mtx);
	rw_destroy(&wl->wl_rwlock);
	kmem_free(wl, sizeof(*wl));
}

int
wapbl_stop(struct wapbl *wl, int force)
{
	int error;

	error = wapbl_flush(wl, 1);
	if (error != 0 && !force)
		return error;
	wapbl_discard(wl);
	wapbl_destroy(wl);
	return 0;
}

/* How much may gather before it is committed. */
static void
wapbl_limits(struct wapbl *wl)
{
	const struct wapbl_ring *wg = &wl->wl_ring;
	const uint64_t mem = buf_memcalc() / 4 / wg->wg_bsize;

	/* Threads inside add what they do beyond that. */
	wl->wl_maxblocks = MIN(MAX(mem, 1), wg->wg_nblocks / 4);
	wl->wl_maxdeallocs = wg->wg_nblocks / 8 * wapbl_maxitems(wg);
}

/*
 * The first head: from now on the log holds nothing but the list of inodes,
 * which is written behind the old contents before these are let go.
 */
static int
wapbl_restart(struct wapbl *wl)
{
	struct wapbl_head *wh = &wl->wl_head;
	int error;

	if (wl->wl_ninodes == 0) {
		wh->wh_tail = wh->wh_head;
		return wapbl_head_write(&wl->wl_ring, wh);
	}
	error = wapbl_commit(wl);
	if (error == 0)
		wl->wl_inodes_changed = false;
	return error;
}

int
wapbl_start(struct wapbl **wlp, struct mount *mp, struct vnode *devvp,
    daddr_t off, size_t count, size_t blksize, struct wapbl_replay *wr,
    wapbl_flush_fn_t flushfn, wapbl_flush_fn_t flushabortfn)
{
	struct wapbl *wl;
	int error, i;

	*wlp = NULL;
	wl = kmem_zalloc(sizeof(*wl), KM_SLEEP);
	rw_init(&wl->wl_rwlock);
	mutex_init(&wl->wl_mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&wl->wl_cv, "wapbl");
	TAILQ_INIT(&wl->wl_bufs);
	TAILQ_INIT(&wl->wl_deallocs);
	TAILQ_INIT(&wl->wl_entries);
	LIST_INIT(&wl->wl_inodes);
	wl->wl_mount = mp;
	wl->wl_flush = flushfn;
	wl->wl_flush_abort = flushabortfn;
	error = wapbl_ring_init(&wl->wl_ring, devvp, off, count, blksize);
	if (error != 0)
		goto fail;
	wapbl_limits(wl);
	/* Go on where the last one ended; a log's first head is its own. */
	error = wapbl_head_read(&wl->wl_ring, &wl->wl_head);
	if (error != 0 && error != EINVAL)
		goto fail;
	rw_enter(&wl->wl_rwlock, RW_WRITER);
	for (i = 0; wr != NULL && i < wr->wr_inodescnt; i++)
		wapbl_register_inode(wl, wr->wr_inodes[i].wr_inumber,
		    wr->wr_inodes[i].wr_imode);
	/* In one head: what was replayed ends and the inodes are kept. */
	error = wapbl_restart(wl);
	rw_exit(&wl->wl_rwlock);
	if (error != 0) {
		wapbl_discard(wl);
		goto fail;
	}
	*wlp = wl;
	return 0;
fail:
	wapbl_destroy(wl);
	return error;
}

const struct wapbl_ops wapbl_ops = {
	.wo_wapbl_discard = wapbl_discard,
	.wo_wapbl_replay_isopen = wapbl_replay_isopen,
	.wo_wapbl_replay_can_read = wapbl_replay_can_read,
	.wo_wapbl_replay_read = wapbl_replay_read,
	.wo_wapbl_add_buf = wapbl_add_buf,
	.wo_wapbl_remove_buf = wapbl_remove_buf,
	.wo_wapbl_resize_buf = wapbl_resize_buf,
	.wo_wapbl_begin = wapbl_begin,
	.wo_wapbl_end = wapbl_end,
	.wo_wapbl_junlock_assert = wapbl_junlock_assert,
	.wo_wapbl_jlock_assert = wapbl_jlock_assert,
	.wo_wapbl_biodone = wapbl_biodone,
};
