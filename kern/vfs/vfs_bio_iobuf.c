/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio_iobuf.c: bufferio(9).  Buffers that only carry a transfer, the end of
 * any transfer, and transfers made of several.
 *
 * Whoever starts a transfer calls VOP_STRATEGY() or a driver; the driver calls
 * biodone() exactly once, from any thread with a virtual CPU.  biodone() calls
 * b_iodone if there is one, releases an asynchronous buffer, else wakes
 * biowait().
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "vfs_bio_private.h"

#define	IOBUF_LOWAT	32	/* kept when memory is limited */
#define	IOBUF_MIN	1	/* kept once it was had, for the last page */

static struct pool_cache *iobuf_cache;

void
bio_iobuf_init(void)
{

	iobuf_cache = pool_cache_init(sizeof(buf_t), 0, 0, 0, "bufio", NULL,
	    IPL_BIO, NULL, NULL, NULL);
	pool_cache_setlowat(iobuf_cache,
	    rump_physmemlimit != RUMPMEM_UNLIMITED ? IOBUF_LOWAT :
	    IOBUF_MIN);
}

/*
 * A buffer header belonging to its caller.
 */
void
buf_init(buf_t *bp)
{

	memset(bp, 0, sizeof(*bp));
	cv_init(&bp->b_busy, "biolock");
	cv_init(&bp->b_done, "biowait");
	bp->b_dev = NODEV;
	bp->b_error = 0;
	bp->b_flags = 0;
	bp->b_cflags = 0;
	bp->b_oflags = 0;
	bp->b_objlock = &buffer_lock;
	bp->b_prio = BPRIO_DEFAULT;
	bp->b_freelistindex = -1;
	bp->b_vnbufs.le_next = NOLIST;
}

void
buf_destroy(buf_t *bp)
{

	cv_destroy(&bp->b_done);
	cv_destroy(&bp->b_busy);
}

/*
 * A busy buffer without memory, for a transfer on vp (may be NULL).  NULL only
 * if waitok is false.  There are always some, and what they take is given back
 * when the transfer is over: so memory beyond the limit may be used.
 */
buf_t *
getiobuf(struct vnode *vp, bool waitok)
{
	buf_t *bp;
	int had;

	had = rump_memreserve_begin();
	bp = pool_cache_get(iobuf_cache, waitok ? PR_WAITOK : PR_NOWAIT);
	rump_memreserve_end(had);
	if (bp == NULL)
		return NULL;
	buf_init(bp);
	bp->b_cflags = BC_BUSY;
	bp->b_vp = vp;
	bp->b_objlock = vp == NULL ? &buffer_lock : vp->v_interlock;
	return bp;
}

void
putiobuf(buf_t *bp)
{

	KASSERT(bp->b_refcnt == 0);
	buf_destroy(bp);
	pool_cache_put(iobuf_cache, bp);
}

/*
 * One output of b_vp less.  b_objlock is the vnode's interlock and held.
 */
void
vwakeup(buf_t *bp)
{
	struct vnode *vp = bp->b_vp;

	if (vp == NULL)
		return;
	KASSERT(bp->b_objlock == vp->v_interlock);
	KASSERT(mutex_owned(bp->b_objlock));
	KASSERT(vp->v_numoutput > 0);
	if (--vp->v_numoutput == 0)
		cv_broadcast(&vp->v_cv);
}

/*
 * A transfer is over; b_error and b_resid say how it went.
 */
void
biodone(buf_t *bp)
{

	mutex_enter(bp->b_objlock);
	if (bp->b_oflags & BO_DONE)
		panic("biodone: buffer %p is done already", bp);
	bp->b_oflags |= BO_DONE;
	BIO_SETPRIO(bp, BPRIO_DEFAULT);

	if (BUF_ISWRITE(bp))
		vwakeup(bp);
	if (bp->b_iodone != NULL) {
		void (*callout)(buf_t *) = bp->b_iodone;

		bp->b_iodone = NULL;
		mutex_exit(bp->b_objlock);
		(*callout)(bp);
		return;
	}
	if (bp->b_flags & B_ASYNC) {
		mutex_exit(bp->b_objlock);
		bio_async_done(bp);
		return;
	}
	cv_broadcast(&bp->b_done);
	mutex_exit(bp->b_objlock);
}

/*
 * Wait for a transfer one owns.  Returns its error.
 */
int
biowait(buf_t *bp)
{

	KASSERT(bp->b_cflags & BC_BUSY);
	mutex_enter(bp->b_objlock);
	while ((bp->b_oflags & BO_DONE) == 0)
		cv_wait(&bp->b_done, bp->b_objlock);
	mutex_exit(bp->b_objlock);
	return bp->b_error;
}

/*
 * b_iodone of a part: account for it in the whole.
 */
void
nestiobuf_iodone(buf_t *bp)
{
	buf_t *mbp = bp->b_private;
	int donebytes, error;

	KASSERT(bp->b_bcount <= bp->b_bufsize);
	KASSERT(mbp != bp);
	error = bp->b_error;
	donebytes = bp->b_bcount;
	if (error == 0 && bp->b_resid > 0)
		error = EIO;
	putiobuf(bp);
	nestiobuf_done(mbp, donebytes, error);
}

/*
 * bp shall transfer size bytes at offset of mbp's memory.  mbp's b_resid must
 * have been set to the total by its owner.
 */
void
nestiobuf_setup(buf_t *mbp, buf_t *bp, int offset, size_t size)
{
	const int b_pass = mbp->b_flags & (B_READ | B_PHYS | B_RAW |
	    B_MEDIA_FUA | B_MEDIA_DPO);
	struct vnode *vp = mbp->b_vp;

	KASSERT(mbp->b_bcount >= offset + size);
	bp->b_vp = vp;
	bp->b_dev = mbp->b_dev;
	bp->b_objlock = mbp->b_objlock;
	bp->b_cflags = BC_BUSY;
	bp->b_flags = B_ASYNC | b_pass;
	bp->b_iodone = nestiobuf_iodone;
	bp->b_data = (char *)mbp->b_data + offset;
	bp->b_resid = bp->b_bcount = size;
	bp->b_bufsize = bp->b_bcount;
	bp->b_private = mbp;
	BIO_COPYPRIO(bp, mbp);
	if (BUF_ISWRITE(bp) && vp != NULL) {
		mutex_enter(vp->v_interlock);
		vp->v_numoutput++;
		mutex_exit(vp->v_interlock);
	}
}

/*
 * donebytes of mbp were dealt with, with that error.  The last of them ends
 * mbp.
 */
void
nestiobuf_done(buf_t *mbp, int donebytes, int error)
{

	if (donebytes == 0)
		return;
	mutex_enter(mbp->b_objlock);
	KASSERT(mbp->b_resid >= donebytes);
	mbp->b_resid -= donebytes;
	if (error != 0)
		mbp->b_error = error;
	if (mbp->b_resid != 0) {
		mutex_exit(mbp->b_objlock);
		return;
	}
	if (mbp->b_error != 0)
		mbp->b_resid = mbp->b_bcount;
	mutex_exit(mbp->b_objlock);
	biodone(mbp);
}
