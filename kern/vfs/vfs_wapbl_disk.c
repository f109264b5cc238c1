/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_wapbl_disk.c: transfers between memory and a log of wapbl(9), past the
 * buffer cache.  All of them sleep until they are over.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/dkio.h>
#include <sys/fcntl.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/vnode.h>

#include "vfs_wapbl_private.h"

#define	WAPBL_MINBLOCKS	8	/* of a ring */

/* EINVAL if no log can look like that. */
int
wapbl_ring_init(struct wapbl_ring *wg, struct vnode *devvp, daddr_t pbn,
    size_t count, size_t bsize)
{

	if (!powerof2(bsize) || bsize < DEV_BSIZE || bsize > MAXBSIZE ||
	    count < WLH_COUNT + WAPBL_MINBLOCKS || count > UINT32_MAX ||
	    pbn < 0 || devvp->v_type != VBLK)
		return EINVAL;
	wg->wg_devvp = devvp;
	wg->wg_pbn = pbn;
	wg->wg_bsize = bsize;
	wg->wg_nblocks = count - WLH_COUNT;
	return 0;
}

/* flags: B_READ or B_WRITE. */
int
wapbl_dev_io(struct vnode *devvp, void *data, size_t len, daddr_t blk,
    int flags)
{
	struct buf *bp;
	int error;

	KASSERT(len % DEV_BSIZE == 0 && len <= INT_MAX);
	bp = getiobuf(devvp, true);
	bp->b_flags = flags;
	bp->b_data = data;
	bp->b_bufsize = bp->b_bcount = bp->b_resid = len;
	bp->b_dev = devvp->v_rdev;
	bp->b_lblkno = bp->b_blkno = blk;
	BIO_SETPRIO(bp, BPRIO_TIMECRITICAL);
	if (BUF_ISWRITE(bp)) {
		mutex_enter(devvp->v_interlock);
		devvp->v_numoutput++;
		mutex_exit(devvp->v_interlock);
	}
	VOP_STRATEGY(devvp, bp);
	error = biowait(bp);
	if (error == 0 && bp->b_resid != 0)
		error = EIO;
	putiobuf(bp);
	return error;
}

/* What was written so far is to survive a power cut. */
int
wapbl_dev_sync(struct vnode *devvp)
{
	int error, force = 1;

	/* Not by the vnode, which the syncer has locked. */
	error = bdev_ioctl(devvp->v_rdev, DIOCCACHESYNC, &force, FWRITE,
	    curlwp);
	/* A disk without a cache need not know the request. */
	return error == ENODEV || error == ENOTTY || error == EOPNOTSUPP ?
	    0 : error;
}

static daddr_t
ring_pbn(const struct wapbl_ring *wg, uint64_t block)
{

	return wg->wg_pbn + (daddr_t)(block * (wg->wg_bsize >> DEV_BSHIFT));
}

/* len bytes, a number of whole blocks, at position pos. */
int
wapbl_ring_io(const struct wapbl_ring *wg, uint64_t pos, void *data,
    size_t len, int flags)
{
	uint64_t at = pos % wg->wg_nblocks;
	size_t n = MIN(len, (wg->wg_nblocks - at) * wg->wg_bsize);
	int error;

	KASSERT(len % wg->wg_bsize == 0);
	KASSERT(len <= (uint64_t)wg->wg_nblocks * wg->wg_bsize);
	error = wapbl_dev_io(wg->wg_devvp, data, n,
	    ring_pbn(wg, WLH_COUNT + at), flags);
	if (error == 0 && n < len)
		error = wapbl_dev_io(wg->wg_devvp, (char *)data + n, len - n,
		    ring_pbn(wg, WLH_COUNT), flags);
	return error;
}

static uint32_t
head_sum(struct wapbl_head *wh)
{
	const uint32_t sum = wh->wh_sum;
	uint32_t res;

	wh->wh_sum = 0;
	res = hash32_buf(wh, sizeof(*wh), HASH32_BUF_INIT);
	wh->wh_sum = sum;
	return res;
}

uint32_t
wapbl_rec_sum(const struct wapbl_ring *wg, struct wapbl_rec *wc)
{
	const uint32_t sum = wc->wc_sum;
	uint32_t res;

	wc->wc_sum = 0;
	res = hash32_buf(wc, wg->wg_bsize, HASH32_BUF_INIT);
	wc->wc_sum = sum;
	return res;
}

/*
 * Make the next generation of the head count.  What it speaks of, in the log
 * and in place, is on the disk before it.
 */
int
wapbl_head_write(const struct wapbl_ring *wg, struct wapbl_head *wh)
{
	struct wapbl_head *buf;
	int error;

	error = wapbl_dev_sync(wg->wg_devvp);
	if (error != 0)
		return error;
	buf = kmem_zalloc(wg->wg_bsize, KM_SLEEP);
	wh->wh_magic = WLH_MAGIC;
	wh->wh_bsize = wg->wg_bsize;
	wh->wh_nblocks = wg->wg_nblocks;
	wh->wh_gen++;
	wh->wh_sum = head_sum(wh);
	*buf = *wh;
	error = wapbl_dev_io(wg->wg_devvp, buf, wg->wg_bsize,
	    ring_pbn(wg, wh->wh_gen % WLH_COUNT), B_WRITE);
	kmem_free(buf, wg->wg_bsize);
	if (error == 0)
		error = wapbl_dev_sync(wg->wg_devvp);
	return error;
}

static bool
head_sane_p(const struct wapbl_ring *wg, struct wapbl_head *wh, u_int slot)
{

	return wh->wh_magic == WLH_MAGIC && wh->wh_sum == head_sum(wh) &&
	    wh->wh_bsize == wg->wg_bsize && wh->wh_nblocks == wg->wg_nblocks &&
	    wh->wh_gen % WLH_COUNT == slot && wh->wh_tail <= wh->wh_head &&
	    wh->wh_head - wh->wh_tail <= wg->wg_nblocks;
}

/* The head that counts.  EINVAL if there is none. */
int
wapbl_head_read(const struct wapbl_ring *wg, struct wapbl_head *wh)
{
	struct wapbl_head *buf;
	int error = 0;
	u_int slot;

	memset(wh, 0, sizeof(*wh));
	buf = kmem_alloc(wg->wg_bsize, KM_SLEEP);
	for (slot = 0; slot < WLH_COUNT && error == 0; slot++) {
		error = wapbl_dev_io(wg->wg_devvp, buf, wg->wg_bsize,
		    ring_pbn(wg, slot), B_READ);
		if (error == 0 && head_sane_p(wg, buf, slot) &&
		    (wh->wh_magic == 0 || buf->wh_gen > wh->wh_gen))
			*wh = *buf;
	}
	kmem_free(buf, wg->wg_bsize);
	if (error == 0 && wh->wh_magic == 0)
		error = EINVAL;
	return error;
}
