/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio_write.c: writing buffers: at once (bwrite), soon (bawrite) or later
 * (bdwrite), and getting the later ones out: vflushbuf() and the "bioflush"
 * thread, which is started when dirty buffers take more than half of the
 * cache, or at boot if memory is limited.
 *
 * Dirty buffers are written in batches sorted by block.  Buffers of a block
 * device that are neighbours on it are gathered into one transfer.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/condvar.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>

#include "vfs_bio_private.h"

#define	CLUSTER_MAX	(128 * 1024)	/* bytes in one gathered transfer */

/* Buffers gathered in one transfer; owned by it. */
struct bio_cluster {
	int	bc_n;
	size_t	bc_len;
	buf_t	*bc_bps[];
};

static kmutex_t flusher_lock;
static kcondvar_t flusher_cv;
static bool flusher_started;		/* flusher_lock */
static bool flusher_wanted;		/* flusher_lock */

void
bio_write_init(void)
{

	mutex_init(&flusher_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&flusher_cv, "bioflush");
}

/*
 * bp is going to be written: it is not dirty any more, and one more output of
 * its vnode.
 */
void
bio_write_start(buf_t *bp)
{
	struct vnode *vp = bp->b_vp;
	bool wasdelayed;

	KASSERT(bp->b_cflags & BC_BUSY);
	bp->b_flags &= ~B_READ;
	bp->b_error = 0;
	bp->b_resid = bp->b_bcount;
	mutex_enter(&bufcache_lock);
	mutex_enter(bp->b_objlock);
	wasdelayed = (bp->b_oflags & BO_DELWRI) != 0;
	bp->b_oflags &= ~(BO_DONE | BO_DELWRI);
	if (wasdelayed) {
		bio_dirty_count(-bp->b_bcount);
		reassignbuf(bp, vp);
	}
	if (vp != NULL)
		vp->v_numoutput++;
	mutex_exit(bp->b_objlock);
	mutex_exit(&bufcache_lock);
}

/*
 * On file systems mounted asynchronously only those who said so wait.
 */
static bool
write_lazily_p(const buf_t *bp)
{
	struct vnode *vp = bp->b_vp;

	return (bp->b_flags & B_ASYNC) == 0 && vp != NULL &&
	    vp->v_type != VBLK && vp->v_mount != NULL &&
	    (vp->v_mount->mnt_flag & MNT_ASYNC) != 0;
}

/*
 * The mount that logs bp, if it has to be logged before it is written.
 */
static struct mount *
write_log(const buf_t *bp)
{
	struct mount *mp;

	if (!wapbl_vphaswapbl(bp->b_vp))
		return NULL;
	mp = wapbl_vptomp(bp->b_vp);
	return bp->b_iodone == mp->mnt_wapbl_op->wo_wapbl_biodone ? NULL : mp;
}

/*
 * Write and release; without B_ASYNC wait and return the error.  What a log
 * has to have first only joins its transaction.
 */
int
bwrite(buf_t *bp)
{
	const bool sync = (bp->b_flags & B_ASYNC) == 0;
	int error;

	KASSERT(bp->b_vp != NULL);
	if (write_lazily_p(bp) || write_log(bp) != NULL) {
		bp->b_flags &= ~B_ASYNC;
		bdwrite(bp);
		return 0;
	}
	bio_write_start(bp);
	BIO_SETPRIO(bp, sync ? BPRIO_TIMECRITICAL : BPRIO_TIMELIMITED);
	VOP_STRATEGY(bp->b_vp, bp);
	if (!sync)
		return 0;
	error = biowait(bp);
	brelse(bp, 0);
	return error;
}

void
bawrite(buf_t *bp)
{

	KASSERT(bp->b_cflags & BC_BUSY);
	KASSERT(bp->b_vp != NULL);
	bp->b_flags |= B_ASYNC;
	VOP_BWRITE(bp->b_vp, bp);
}

/*
 * Release a changed buffer to be written some time.
 */
void
bdwrite(buf_t *bp)
{
	struct mount *mp;

	KASSERT(bp->b_cflags & BC_BUSY);
	KASSERT(bp->b_vp != NULL);
	mp = write_log(bp);
	if (mp != NULL)
		WAPBL_ADD_BUF(mp, bp);
	bp->b_flags &= ~B_READ;
	if ((bp->b_oflags & (BO_DELWRI | BO_DONE)) == (BO_DELWRI | BO_DONE) &&
	    bio_release(bp))
		goto out;
	mutex_enter(&bufcache_lock);
	/* These change with b_objlock, but only for who owns the buffer. */
	if ((bp->b_oflags & (BO_DELWRI | BO_DONE)) != (BO_DELWRI | BO_DONE)) {
		mutex_enter(bp->b_objlock);
		if ((bp->b_oflags & BO_DELWRI) == 0) {
			bp->b_oflags |= BO_DELWRI;
			bio_dirty_count(bp->b_bcount);
			reassignbuf(bp, bp->b_vp);
		}
		bp->b_oflags |= BO_DONE;
		mutex_exit(bp->b_objlock);
	}
	brelsel(bp, 0);
	mutex_exit(&bufcache_lock);
out:
	if (__predict_false(bio_dirty_over()))
		bio_flusher_kick();
}

/*
 * The gathered transfer is over: so are its parts.
 */
static void
cluster_done(buf_t *mbp)
{
	struct bio_cluster *bc = mbp->b_private;
	int error = mbp->b_error, i;

	for (i = 0; i < bc->bc_n; i++) {
		bc->bc_bps[i]->b_error = error;
		bc->bc_bps[i]->b_resid = error != 0 ?
		    bc->bc_bps[i]->b_bcount : 0;
		biodone(bc->bc_bps[i]);
	}
	kmem_free(mbp->b_data, bc->bc_len);
	kmem_free(bc, sizeof(*bc) + bc->bc_n * sizeof(bc->bc_bps[0]));
	putiobuf(mbp);
}

/*
 * A transfer made of n neighbouring buffers of one block device, all started.
 * NULL if there is no memory for it.
 */
static buf_t *
cluster_build(buf_t **bps, int n)
{
	struct vnode *vp = bps[0]->b_vp;
	struct bio_cluster *bc;
	buf_t *mbp;
	char *data;
	size_t len, off;
	int i;

	for (i = 0, len = 0; i < n; i++)
		len += bps[i]->b_bcount;
	bc = kmem_alloc(sizeof(*bc) + n * sizeof(bps[0]), KM_NOSLEEP);
	if (bc == NULL)
		return NULL;
	data = kmem_alloc(len, KM_NOSLEEP);
	if (data == NULL)
		goto nodata;
	mbp = getiobuf(vp, false);
	if (mbp == NULL)
		goto nobuf;
	for (i = 0, off = 0; i < n; i++) {
		bc->bc_bps[i] = bps[i];
		memcpy(data + off, bps[i]->b_data, bps[i]->b_bcount);
		off += bps[i]->b_bcount;
	}
	bc->bc_n = n;
	bc->bc_len = len;
	mbp->b_data = data;
	mbp->b_bufsize = mbp->b_bcount = mbp->b_resid = len;
	mbp->b_dev = bps[0]->b_dev;
	mbp->b_blkno = mbp->b_lblkno = bps[0]->b_blkno;
	mbp->b_flags = B_WRITE | B_ASYNC;
	mbp->b_iodone = cluster_done;
	mbp->b_private = bc;
	return mbp;
nobuf:
	kmem_free(data, len);
nodata:
	kmem_free(bc, sizeof(*bc) + n * sizeof(bps[0]));
	return NULL;
}

/*
 * Write bps[0..n), started, as one transfer if possible.
 */
static void
cluster_write(buf_t **bps, int n, int more)
{
	struct vnode *vp = bps[0]->b_vp;
	buf_t *mbp;
	int i;

	mbp = n > 1 ? cluster_build(bps, n) : NULL;
	if (mbp != NULL) {
		mutex_enter(vp->v_interlock);
		vp->v_numoutput++;
		mutex_exit(vp->v_interlock);
		mbp->b_flags |= more;
		VOP_STRATEGY(vp, mbp);
		return;
	}
	for (i = 0; i < n; i++) {
		if (i < n - 1 || more)
			bps[i]->b_flags |= B_MORE;
		VOP_STRATEGY(vp, bps[i]);
	}
}

/*
 * By block number; a shell sort, batches being small.
 */
static void
batch_sort(buf_t **bps, int n)
{
	buf_t *bp;
	int gap, i, j;

	for (gap = n / 2; gap > 0; gap /= 2) {
		for (i = gap; i < n; i++) {
			bp = bps[i];
			for (j = i; j >= gap &&
			    bps[j - gap]->b_blkno > bp->b_blkno; j -= gap)
				bps[j] = bps[j - gap];
			bps[j] = bp;
		}
	}
}

/*
 * How many of bps belong in one transfer with the first.
 */
static int
batch_run(buf_t **bps, int n)
{
	size_t len;
	int i;

	if (bps[0]->b_vp->v_type != VBLK)
		return 1;
	len = bps[0]->b_bcount;
	for (i = 1; i < n; i++) {
		if (bps[i]->b_blkno != bps[i - 1]->b_blkno +
		    btodb(bps[i - 1]->b_bcount) ||
		    len + bps[i]->b_bcount > CLUSTER_MAX)
			break;
		len += bps[i]->b_bcount;
	}
	return i;
}

/*
 * Start writing n busy dirty buffers of one vnode.  They are released when
 * that is done, so a buffer must not be looked at once it is under way.
 */
void
bio_write_batch(buf_t **bps, int n)
{
	struct vnode *vp = bps[0]->b_vp;
	int i, j, run;

	batch_sort(bps, n);
	for (i = 0; i < n; i += run) {
		KASSERT(bps[i]->b_vp == vp);
		if (vp->v_type != VBLK) {
			run = 1;
			bawrite(bps[i]);
			continue;
		}
		run = batch_run(bps + i, n - i);
		for (j = i; j < i + run; j++) {
			bps[j]->b_flags |= B_ASYNC;
			bio_write_start(bps[j]);
		}
		cluster_write(bps + i, run, i + run < n ? B_MORE : 0);
	}
}

/*
 * Up to max idle dirty buffers of vp, made busy.  bufcache_lock is held.
 */
int
bio_collect_dirty(struct vnode *vp, buf_t **bps, int max)
{
	buf_t *bp;
	int n = 0;

	KASSERT(mutex_owned(&bufcache_lock));
	LIST_FOREACH(bp, &vp->v_dirtyblkhd, b_vnbufs) {
		if (n == max)
			break;
		if ((bp->b_cflags & BC_BUSY) || (bp->b_flags & B_LOCKED))
			continue;
		KASSERT(bp->b_oflags & BO_DELWRI);
		bp->b_cflags |= BC_BUSY | BC_VFLUSH;
		bps[n++] = bp;
	}
	return n;
}

/*
 * Write the oldest dirty buffer and others of its vnode.
 */
static bool
flusher_round(void)
{
	buf_t *bps[BIO_BATCH];
	int n;

	bps[0] = bio_oldest_dirty();
	if (bps[0] == NULL)
		return false;
	mutex_enter(&bufcache_lock);
	n = 1 + bio_collect_dirty(bps[0]->b_vp, bps + 1, BIO_BATCH - 1);
	mutex_exit(&bufcache_lock);
	bio_write_batch(bps, n);
	return true;
}

static void
flusher_thread(void *arg)
{

	curlwp->l_pflag |= LP_MEMRESERVE;
	mutex_enter(&flusher_lock);
	for (;;) {
		while (!flusher_wanted)
			cv_wait(&flusher_cv, &flusher_lock);
		flusher_wanted = false;
		mutex_exit(&flusher_lock);
		do {
			if (!flusher_round())
				break;
		} while (bio_dirty_over());
		mutex_enter(&flusher_lock);
	}
}

/*
 * Have dirty buffers written in the background, or if the host has no thread
 * for that some of them here.
 */
void
bio_flusher_kick(void)
{
	bool start;

	mutex_enter(&flusher_lock);
	start = !flusher_started;
	flusher_started = true;
	flusher_wanted = true;
	cv_signal(&flusher_cv);
	mutex_exit(&flusher_lock);
	if (start && kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL,
	    flusher_thread, NULL, NULL, "bioflush") != 0) {
		mutex_enter(&flusher_lock);
		flusher_started = false;
		mutex_exit(&flusher_lock);
		(void)flusher_round();
	}
}
