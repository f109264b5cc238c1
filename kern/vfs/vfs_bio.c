/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio.c: the buffer cache, buffercache(9): finding, reading, releasing and
 * reusing buffers.
 *
 * File systems call getblk() or bread(), own the busy buffer they get, and give
 * it up with brelse() or one of the write calls (vfs_bio_write.c).  A buffer
 * is found by (vnode, logical block) in a hash table (vfs_bio_hash.c) and is on
 * a free list, busy or not.  Memory is bounded by bufmem_hiwater: beyond it the
 * oldest idle buffers are reused, dirty ones being written first.  Within it
 * buffers may use what base keeps in reserve, because nothing can be written
 * without them.
 *
 * bufcache_lock guards lists, hash and b_cflags; contents belong to the owner.
 * What is in the cache and idle becomes busy, and idle again, without it.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>

#include <miscfs/specfs/specdev.h>
#include <rump-sys/bypass.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump-sys/vfs.h>
#include <uvm/uvm.h>

#include "vfs_bio_private.h"

#define	BUFMEM_MIN	(64 * 1024)
#define	BUFMEM_MAX	(512 * 1024 * 1024)

TAILQ_HEAD(bqueue, buf);

kmutex_t bufcache_lock;
kmutex_t buffer_lock;
u_int nbuf;				/* bufcache_lock */
u_int bio_needbuffer;			/* bufcache_lock */

static struct bqueue bufqueues[BQUEUES];	/* bufcache_lock */
static kcondvar_t needbuffer_cv;		/* bufcache_lock */
static struct pool_cache *buf_cache;
static size_t bufmem_hiwater;			/* fixed after boot */
static volatile u_long bufmem;			/* atomic */
static volatile u_long bufmem_dirty;		/* atomic, in bytes */

/*
 * How much memory buffers may take: an eighth of the limit, if there is one.
 */
u_long
buf_memcalc(void)
{
	uint64_t n;

	if (rump_physmemlimit != RUMPMEM_UNLIMITED)
		n = (uint64_t)rump_physmemlimit / 8;
	else
		n = (uint64_t)physmem * PAGE_SIZE / 16;
	return MIN(MAX(n, BUFMEM_MIN), BUFMEM_MAX);
}

/* The page daemon wants that many buffers' worth of memory back. */
static void
bio_drain_hook(int nbufs)
{

	(void)buf_drain(nbufs * MAXBSIZE / 4);
}

/*
 * Called first of all by the faction's boot.
 */
void
bufinit(void)
{
	int i;

	mutex_bypass_init(&bufcache_lock);
	mutex_init(&buffer_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&needbuffer_cv, "needbuf");
	for (i = 0; i < BQUEUES; i++)
		TAILQ_INIT(&bufqueues[i]);
	buf_cache = pool_cache_init(sizeof(buf_t), COHERENCY_UNIT, 0, 0,
	    "bufpl", NULL, IPL_NONE, NULL, NULL, NULL);
	bufmem_hiwater = buf_memcalc();
	bio_iobuf_init();
	bio_write_init();
	rump_vfs_drainbufs = bio_drain_hook;
	biodone_vfs = biodone;
}

void
bufinit2(void)
{

	KASSERT(buf_cache != NULL);
}

/*
 * What must hold for a buffer that is on a free list.
 */
static bool
buf_listed_sane_p(const buf_t *bp)
{

	if (bp->b_freelistindex < 0 || bp->b_freelistindex >= BQUEUES)
		return false;
	if ((bp->b_oflags & BO_DELWRI) && (bp->b_vp == NULL ||
	    (bp->b_cflags & BC_INVAL)))
		return false;
	return bp->b_bcount <= bp->b_bufsize;
}

void
bio_remfree(buf_t *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT(buf_listed_sane_p(bp));
	TAILQ_REMOVE(&bufqueues[bp->b_freelistindex], bp, b_freelist);
	bp->b_freelistindex = -1;
}

/*
 * Make an idle buffer busy.  If it is busy, wait until it has been given up
 * and return EPASSTHROUGH: it must be looked up again.  bufcache_lock is held;
 * interlock, if given, is dropped during the wait.
 */
int
bbusy(buf_t *bp, bool intr, int timo, kmutex_t *interlock)
{
	int error;

	KASSERT(mutex_owned(&bufcache_lock));
	if ((bp->b_cflags & BC_BUSY) == 0) {
		bp->b_cflags |= BC_BUSY | BC_USED;
		return 0;
	}
	if (curlwp == uvm.pagedaemon_lwp)
		return EDEADLK;
	/* Not BC_WANTED: who owns the buffer reads b_cflags without a lock. */
	bp->b_refcnt++;
	if (interlock != NULL)
		mutex_exit(interlock);
	if (intr)
		error = cv_timedwait_sig(&bp->b_busy, &bufcache_lock, timo);
	else
		error = cv_timedwait(&bp->b_busy, &bufcache_lock, timo);
	KASSERT(bp->b_refcnt > 0);
	bp->b_refcnt--;
	if (interlock != NULL)
		mutex_enter(interlock);
	return error != 0 ? error : EPASSTHROUGH;
}

/*
 * Change the buffer's memory to hold size bytes; `preserve' keeps what was
 * there.
 */
int
allocbuf(buf_t *bp, int size, int preserve)
{
	const int want = roundup2(MAX(size, 1), DEV_BSIZE);
	const int have = bp->b_bufsize, oldcount = bp->b_bcount;
	int had;
	void *addr;

	KASSERT(bp->b_cflags & BC_BUSY);
	bp->b_bcount = size;
	if ((bp->b_flags & B_LOCKED) && bp->b_vp != NULL &&
	    wapbl_vphaswapbl(bp->b_vp))
		WAPBL_RESIZE_BUF(wapbl_vptomp(bp->b_vp), bp, have, oldcount);
	if (have == want)
		return 0;
	had = rump_memreserve_begin();
	addr = kmem_alloc(want, KM_SLEEP);
	rump_memreserve_end(had);
	if (bp->b_data != NULL) {
		if (preserve)
			memcpy(addr, bp->b_data, MIN(have, want));
		kmem_free(bp->b_data, have);
	}
	bp->b_data = addr;
	bp->b_bufsize = want;
	atomic_add_long(&bufmem, want - have);
	if (atomic_load_relaxed(&bufmem) > bufmem_hiwater)
		(void)buf_drain(want);
	return 0;
}

/*
 * Take the identity of a busy buffer away.
 */
static void
buf_strip(buf_t *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT((bp->b_oflags & BO_DELWRI) == 0);
	if (bp->b_freelistindex != -1)
		bio_remfree(bp);
	if (bp->b_vp == NULL)
		return;
	bio_hash_remove(bp);
	brelvp(bp);
}

static void
buf_free(buf_t *bp)
{

	KASSERT(bp->b_vp == NULL);
	KASSERT(bp->b_refcnt == 0);
	if (bp->b_data != NULL) {
		atomic_add_long(&bufmem, -(long)bp->b_bufsize);
		kmem_free(bp->b_data, bp->b_bufsize);
	}
	buf_destroy(bp);
	pool_cache_put(buf_cache, bp);
}

/*
 * A fresh header, busy.
 */
static buf_t *
buf_create(void)
{
	buf_t *bp;
	int had;

	had = rump_memreserve_begin();
	bp = pool_cache_get(buf_cache, PR_NOWAIT);
	rump_memreserve_end(had);
	if (bp == NULL)
		return NULL;
	buf_init(bp);
	bp->b_cflags = BC_BUSY;
	nbuf++;
	return bp;
}

/*
 * The idle buffer on a list that was not used for longest.  Each that was since
 * it came here goes to the end instead, once.
 */
static buf_t *
queue_oldest(struct bqueue *bq)
{
	buf_t *bp, *nbp, *last = TAILQ_LAST(bq, bqueue);

	KASSERT(mutex_owned(&bufcache_lock));
	for (bp = TAILQ_FIRST(bq); bp != NULL; bp = nbp) {
		if ((bp->b_cflags & (BC_BUSY | BC_USED)) == 0)
			return bp;
		nbp = bp == last ? NULL : TAILQ_NEXT(bp, b_freelist);
		/* Who owns a busy one looks at b_cflags without a lock. */
		if ((bp->b_cflags & BC_BUSY) == 0)
			bp->b_cflags &= ~BC_USED;
		TAILQ_REMOVE(bq, bp, b_freelist);
		TAILQ_INSERT_TAIL(bq, bp, b_freelist);
	}
	TAILQ_FOREACH(bp, bq, b_freelist)
		if ((bp->b_cflags & BC_BUSY) == 0)
			break;
	return bp;
}

/*
 * The first buffer to be given up: useless, then oldest.  NULL if all are
 * busy or locked.
 */
static buf_t *
buf_victim(void)
{
	buf_t *bp;

	bp = queue_oldest(&bufqueues[BQ_AGE]);
	if (bp == NULL)
		bp = queue_oldest(&bufqueues[BQ_LRU]);
	KASSERT(bp == NULL || (bp->b_cflags & BC_BUSY) == 0);
	return bp;
}

/*
 * A busy buffer without identity.  With from_bufq, or beyond the limit, an old
 * one is reused.  bufcache_lock is held, but was dropped if NULL is returned:
 * the caller starts over.
 */
buf_t *
getnewbuf(int slpflag, int slptimeo, int from_bufq)
{
	buf_t *bp;

	KASSERT(mutex_owned(&bufcache_lock));
	if (!from_bufq && atomic_load_relaxed(&bufmem) < bufmem_hiwater &&
	    (bp = buf_create()) != NULL)
		return bp;
	bp = buf_victim();
	if (bp == NULL) {
		if (atomic_load_relaxed(&bufmem) < 2 * bufmem_hiwater &&
		    (bp = buf_create()) != NULL)
			return bp;
		bio_needbuffer++;
		(void)cv_timedwait(&needbuffer_cv, &bufcache_lock,
		    slptimeo > 0 ? slptimeo : hz);
		bio_needbuffer--;
		return NULL;
	}
	bp->b_cflags |= BC_BUSY;
	if (bp->b_oflags & BO_DELWRI) {
		mutex_exit(&bufcache_lock);
		bawrite(bp);
		bio_flusher_kick();
		mutex_enter(&bufcache_lock);
		return NULL;
	}
	buf_strip(bp);
	bp->b_cflags = BC_BUSY;
	bp->b_oflags = 0;
	bp->b_flags = 0;
	bp->b_error = 0;
	bp->b_resid = 0;
	bp->b_iodone = NULL;
	bp->b_private = NULL;
	bp->b_dcookie = 0;
	return bp;
}

/*
 * Put a buffer at the end of the list it belongs to.
 */
static void
buf_enqueue(buf_t *bp)
{
	int q;

	if (bp->b_flags & B_LOCKED)
		q = BQ_LOCKED;
	else if ((bp->b_cflags & BC_AGE) && !(bp->b_oflags & BO_DELWRI))
		q = BQ_AGE;
	else
		q = BQ_LRU;
	if (bp->b_freelistindex != -1)
		bio_remfree(bp);
	bp->b_freelistindex = q;
	TAILQ_INSERT_TAIL(&bufqueues[q], bp, b_freelist);
}

/*
 * Enter a new buffer as the one of (vp, blkno).
 */
static void
buf_name(buf_t *bp, struct vnode *vp, daddr_t blkno)
{

	KASSERT(mutex_owned(&bufcache_lock));
	bp->b_lblkno = bp->b_blkno = bp->b_rawblkno = blkno;
	mutex_enter(vp->v_interlock);
	bgetvp(vp, bp);
	mutex_exit(vp->v_interlock);
	bio_hash_insert(bp);
	buf_enqueue(bp);
}

/*
 * The buffer of a block, busy, its contents valid if BO_DONE or BO_DELWRI is
 * set.  NULL only if slpflag or slptimeo ended the wait.
 */
buf_t *
getblk(struct vnode *vp, daddr_t blkno, int size, int slpflag, int slptimeo)
{
	buf_t *bp;
	int error;

	KASSERT(size > 0);
	bp = bio_claim(vp, blkno);
	if (__predict_true(bp != NULL))
		goto claimed;
	mutex_enter(&bufcache_lock);
	for (;;) {
		bp = incore(vp, blkno);
		if (bp != NULL) {
			error = bbusy(bp, (slpflag & PCATCH) != 0, slptimeo,
			    NULL);
			if (error == EPASSTHROUGH)
				continue;
			mutex_exit(&bufcache_lock);
			if (error != 0)
				return NULL;
			KASSERT(bp->b_vp == vp && bp->b_lblkno == blkno);
			break;
		}
		bp = getnewbuf(slpflag, slptimeo, 0);
		if (bp == NULL)
			continue;
		buf_name(bp, vp, blkno);
		mutex_exit(&bufcache_lock);
		break;
	}
claimed:
	BIO_SETPRIO(bp, BPRIO_DEFAULT);
	if (bp->b_bcount != size || bp->b_data == NULL)
		(void)allocbuf(bp, size, 1);
	return bp;
}

/*
 * A busy buffer without identity, dropped when released.
 */
buf_t *
geteblk(int size)
{
	buf_t *bp;

	mutex_enter(&bufcache_lock);
	while ((bp = getnewbuf(0, 0, 0)) == NULL)
		continue;
	bp->b_cflags |= BC_INVAL;
	mutex_exit(&bufcache_lock);
	(void)allocbuf(bp, size, 0);
	return bp;
}

/*
 * An invalid buffer ends here, unless somebody sleeps on it: then it is kept
 * to be reused first.
 */
static void
buf_discard(buf_t *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	if ((bp->b_flags & B_LOCKED) && bp->b_vp != NULL &&
	    wapbl_vphaswapbl(bp->b_vp))
		WAPBL_REMOVE_BUF(wapbl_vptomp(bp->b_vp), bp);
	if (bp->b_oflags & BO_DELWRI) {
		bio_dirty_count(-bp->b_bcount);
		bp->b_oflags &= ~BO_DELWRI;
	}
	buf_strip(bp);
	bp->b_oflags = 0;
	if (bp->b_refcnt > 0) {
		bp->b_cflags = BC_INVAL;
		bp->b_freelistindex = BQ_AGE;
		TAILQ_INSERT_HEAD(&bufqueues[BQ_AGE], bp, b_freelist);
		cv_broadcast(&bp->b_busy);
		return;
	}
	nbuf--;
	buf_free(bp);
}

/*
 * Give a buffer up; `set' are BC_* flags to add first.  bufcache_lock is held.
 */
void
brelsel(buf_t *bp, int set)
{

	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT(bp->b_cflags & BC_BUSY);
	KASSERT(bp->b_iodone == NULL);

	bp->b_cflags |= set;
	if (bio_needbuffer != 0)
		cv_signal(&needbuffer_cv);
	if (bp->b_flags & B_LOCKED)
		bp->b_error = 0;
	if ((bp->b_cflags & (BC_INVAL | BC_NOCACHE)) || bp->b_error != 0 ||
	    bp->b_data == NULL) {
		buf_discard(bp);
		return;
	}
	buf_enqueue(bp);
	/* A snapshot made from now on has to see the next change, too. */
	bp->b_flags &= ~B_RELEASED;
	if (bp->b_refcnt > 0 || (bp->b_cflags & BC_WANTED))
		cv_broadcast(&bp->b_busy);
	bp->b_cflags &= ~(BC_WANTED | BC_AGE | BC_BUSY | BC_VFLUSH | BC_USED);
}

void
brelse(buf_t *bp, int set)
{

	if (__predict_true(set == 0) && bio_release(bp))
		return;
	mutex_enter(&bufcache_lock);
	brelsel(bp, set);
	mutex_exit(&bufcache_lock);
}

/*
 * An asynchronous transfer is over and the buffer ours to release: to the end
 * of its list, so that who looks for old dirty ones need not pass it.
 */
void
bio_async_done(buf_t *bp)
{

	if (BUF_ISWRITE(bp) && bp->b_error != 0 && bp->b_vp != NULL)
		bio_error_note(bp->b_vp, bp->b_error);
	mutex_enter(&bufcache_lock);
	brelsel(bp, 0);
	mutex_exit(&bufcache_lock);
}

/*
 * Get a block and start reading it if it is not valid.  *valid: it was, no
 * transfer began, and none can while the buffer is ours.
 */
static buf_t *
bio_doread(struct vnode *vp, daddr_t blkno, int size, int async, bool *valid)
{
	buf_t *bp;

	bp = getblk(vp, blkno, size, 0, 0);
	if (bp == NULL)
		panic("bio_doread: no buffer");
	*valid = (bp->b_oflags & (BO_DONE | BO_DELWRI)) != 0;
	if (!*valid) {
		bp->b_flags |= B_READ | async;
		BIO_SETPRIO(bp, async ? BPRIO_TIMELIMITED :
		    BPRIO_TIMECRITICAL);
		VOP_STRATEGY(vp, bp);
	} else if (async) {
		brelse(bp, 0);
	}
	return bp;
}

/*
 * A mount that has not replayed its log, as it is read-only, sees what is in
 * the log all the same.
 */
static int
bio_read_log(buf_t *bp)
{
	struct mount *mp = wapbl_vptomp(bp->b_vp);

	if (mp == NULL || !WAPBL_REPLAY_ISOPEN(mp) ||
	    !WAPBL_REPLAY_CAN_READ(mp, bp->b_blkno, bp->b_bcount))
		return 0;
	return WAPBL_REPLAY_READ(mp, bp->b_data, bp->b_blkno, bp->b_bcount);
}

/*
 * With B_MODIFY snapshots get what the block holds before it changes.  What was
 * valid is not waited for: that takes a lock which all buffers of a vnode have.
 */
static int
bio_finish_read(buf_t *bp, bool valid, int flags, buf_t **bpp)
{
	int error;

	KASSERT(!valid || (bp->b_oflags & BO_DONE) != 0);
	error = valid ? bp->b_error : biowait(bp);
	if (error == 0 && bp->b_resid != 0)
		error = EIO;
	if (error == 0)
		error = bio_read_log(bp);
	if (error != 0)
		bp->b_error = error;
	else if (flags & B_MODIFY)
		error = fscow_run(bp, true);
	if (error != 0) {
		brelse(bp, 0);
		bp = NULL;
	}
	*bpp = bp;
	return error;
}

int
bread(struct vnode *vp, daddr_t blkno, int size, int flags, buf_t **bpp)
{
	buf_t *bp;
	bool valid;

	bp = bio_doread(vp, blkno, size, 0, &valid);
	return bio_finish_read(bp, valid, flags, bpp);
}

int
breadn(struct vnode *vp, daddr_t blkno, int size, daddr_t *rablks,
    int *rasizes, int nrablks, int flags, buf_t **bpp)
{
	bool valid, ra_valid;
	buf_t *bp;
	int i;

	bp = bio_doread(vp, blkno, size, 0, &valid);
	/* What nobody waits for would miss what is in a log. */
	if (wapbl_vptomp(vp) != NULL && WAPBL_REPLAY_ISOPEN(wapbl_vptomp(vp)))
		nrablks = 0;
	mutex_enter(&bufcache_lock);
	for (i = 0; i < nrablks; i++) {
		if (incore(vp, rablks[i]) != NULL)
			continue;
		mutex_exit(&bufcache_lock);
		(void)bio_doread(vp, rablks[i], rasizes[i], B_ASYNC,
		    &ra_valid);
		mutex_enter(&bufcache_lock);
	}
	mutex_exit(&bufcache_lock);
	return bio_finish_read(bp, valid, flags, bpp);
}

/* May the buffer go?  If it was used, it may the next time. */
static bool
drain_p(buf_t *bp)
{

	if ((bp->b_cflags & BC_BUSY) != 0 || (bp->b_oflags & BO_DELWRI) != 0 ||
	    bp->b_refcnt > 0)
		return false;
	if ((bp->b_cflags & BC_USED) == 0)
		return true;
	bp->b_cflags &= ~BC_USED;
	return false;
}

/*
 * Free about n bytes' worth of clean idle buffers, those that were used lately
 * last.  Returns how many bytes.
 */
int
buf_drain(int n)
{
	buf_t *bp, *nbp;
	int pass, q, freed = 0;

	mutex_enter(&bufcache_lock);
	for (pass = 0; pass < 2; pass++) {
		for (q = BQ_AGE; q >= BQ_LRU; q--) {
			TAILQ_FOREACH_SAFE(bp, &bufqueues[q], b_freelist,
			    nbp) {
				if (freed >= n)
					break;
				if (!drain_p(bp))
					continue;
				freed += bp->b_bufsize;
				bp->b_cflags |= BC_BUSY;
				brelsel(bp, BC_INVAL);
			}
		}
	}
	mutex_exit(&bufcache_lock);
	if (freed < n)
		bio_flusher_kick();
	return freed;
}

int
buf_nbuf(void)
{

	return nbuf;
}

/*
 * Dirty buffers came (n > 0) or went.
 */
void
bio_dirty_count(int n)
{

	atomic_add_long(&bufmem_dirty, n);
	KASSERT((long)atomic_load_relaxed(&bufmem_dirty) >= 0);
}

bool
bio_dirty_over(void)
{

	return atomic_load_relaxed(&bufmem_dirty) > bufmem_hiwater / 2;
}

/*
 * The dirty buffer that has not been used for longest, busy.
 */
buf_t *
bio_oldest_dirty(void)
{
	buf_t *bp;

	mutex_enter(&bufcache_lock);
	TAILQ_FOREACH(bp, &bufqueues[BQ_LRU], b_freelist)
		if ((bp->b_cflags & BC_BUSY) == 0 &&
		    (bp->b_oflags & BO_DELWRI) != 0)
			break;
	if (bp != NULL)
		bp->b_cflags |= BC_BUSY;
	mutex_exit(&bufcache_lock);
	return bp;
}
