/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpblk.c: disks that are files or block devices of the host, as block and
 * character devices with major number RUMPBLK_DEVMAJOR.
 *
 * rump_etfs (rumpfs_etfs.c) registers a host path, or a window of it, and gets
 * a minor number; the host file is opened with the device, for writing only
 * if the device is.  Transfers go to rumpuser_bio() and come back in
 * rump_biodone().
 *
 * Test knobs: the parameters RUMP_BLKFAIL=n (0 to 10000) and
 * RUMP_BLKFAIL_SEED=s make about n of 10000 transfers fail with EIO;
 * rumpblk_inject() makes chosen ones fail (tests/kern/vfs).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/stat.h>

#include <rump/rumpuser.h>
#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "rumpblk_private.h"

/*
 * A host I/O under way refers to the buffer only; the slot stays while the
 * device is open, and open devices are not deregistered.
 */
static kmutex_t rumpblk_lock;		/* slots, opening and closing */
static struct rblkdev minors[RUMPBLK_MAX]; /* rumpblk_lock */
static unsigned int blkfail;		/* fixed after boot */
static volatile unsigned int blkfail_state;	/* atomic */

static dev_type_open(rumpblk_open);
static dev_type_close(rumpblk_close);
static dev_type_read(rumpblk_read);
static dev_type_write(rumpblk_write);
static dev_type_strategy(rumpblk_strategy);
static dev_type_size(rumpblk_size);
static dev_type_dump(rumpblk_dump);

static const struct bdevsw rumpblk_bdevsw = {
	.d_open = rumpblk_open,
	.d_close = rumpblk_close,
	.d_strategy = rumpblk_strategy,
	.d_ioctl = rumpblk_ioctl,
	.d_dump = rumpblk_dump,
	.d_psize = rumpblk_size,
	.d_discard = nodiscard,
	.d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw rumpblk_cdevsw = {
	.d_open = rumpblk_open,
	.d_close = rumpblk_close,
	.d_read = rumpblk_read,
	.d_write = rumpblk_write,
	.d_ioctl = rumpblk_ioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_DISK | D_MPSAFE,
};

static unsigned int
param_number(const char *name)
{
	char buf[16];

	if (rumpuser_getparam(name, buf, sizeof(buf)) != 0)
		return 0;
	return (unsigned int)strtoul(buf, NULL, 10);
}

int
rumpblk_init(void)
{
	devmajor_t bmaj = RUMPBLK_DEVMAJOR, cmaj = RUMPBLK_DEVMAJOR;

	mutex_init(&rumpblk_lock, MUTEX_DEFAULT, IPL_NONE);
	blkfail = param_number("RUMP_BLKFAIL");
	blkfail = MIN(blkfail, 10000);
	blkfail_state = param_number("RUMP_BLKFAIL_SEED");
	if (blkfail != 0)
		printf("rumpblk: %u of 10000 transfers will fail\n", blkfail);
	return devsw_attach("rumpblk", &rumpblk_bdevsw, &bmaj,
	    &rumpblk_cdevsw, &cmaj);
}

void
rumpblk_fini(void)
{

	(void)devsw_detach(&rumpblk_bdevsw, &rumpblk_cdevsw);
	mutex_destroy(&rumpblk_lock);
}

/*
 * The device of a number, NULL if there is none.
 */
struct rblkdev *
rumpblk_get(dev_t dev)
{
	const devminor_t mn = minor(dev);

	if (mn < 0 || mn >= RUMPBLK_MAX || minors[mn].rblk_path == NULL)
		return NULL;
	return &minors[mn];
}

/*
 * How large a window of the host file can the device have?
 */
static int
register_size(const char *path, uint64_t offset, uint64_t *sizep)
{
	uint64_t flen;
	int error, ftype;

	error = rumpuser_getfileinfo(path, &flen, &ftype);
	if (error != 0)
		return error;
	if (ftype != RUMPUSER_FT_REG && ftype != RUMPUSER_FT_BLK) {
		printf("rumpblk: %s is no regular file or block device\n",
		    path);
		return EINVAL;
	}
	if (*sizep == RUMPBLK_SIZENOTSET && offset <= flen)
		*sizep = rounddown2(flen - offset, DEV_BSIZE);
	if (offset > flen || *sizep > flen - offset) {
		printf("rumpblk: %s: the window ends beyond the file\n", path);
		return EINVAL;
	}
	if (*sizep == 0 || *sizep > INT64_MAX || offset % DEV_BSIZE != 0 ||
	    *sizep % DEV_BSIZE != 0) {
		printf("rumpblk: %s: not a whole number of sectors\n", path);
		return EINVAL;
	}
	return 0;
}

/*
 * The slot that has this window already, else a free one.
 */
static struct rblkdev *
register_slot(const char *path, uint64_t offset, uint64_t size)
{
	struct rblkdev *rblk, *unused = NULL;
	int i;

	KASSERT(mutex_owned(&rumpblk_lock));
	for (i = RUMPBLK_MAX - 1; i >= 0; i--) {
		rblk = &minors[i];
		if (rblk->rblk_path == NULL)
			unused = rblk;
		else if (strcmp(rblk->rblk_path, path) == 0 &&
		    rblk->rblk_hostoffset == offset &&
		    rblk->rblk_size == size)
			return rblk;
	}
	return unused;
}

int
rumpblk_register(const char *path, devminor_t *dmin, uint64_t offset,
    uint64_t size)
{
	struct rblkdev *rblk;
	char *copy;
	int error;

	error = register_size(path, offset, &size);
	if (error != 0)
		return error;
	copy = kmem_strdupsize(path, NULL, KM_SLEEP);
	mutex_enter(&rumpblk_lock);
	rblk = register_slot(path, offset, size);
	if (rblk == NULL) {
		error = EBUSY;
	} else {
		if (rblk->rblk_path == NULL) {
			memset(rblk, 0, sizeof(*rblk));
			rblk->rblk_path = copy;
			rblk->rblk_hostoffset = offset;
			rblk->rblk_size = size;
			rblk->rblk_fd = rblk->rblk_wfd = -1;
			copy = NULL;
		}
		rblk->rblk_refs++;
		*dmin = rblk - minors;
	}
	mutex_exit(&rumpblk_lock);
	if (copy != NULL)
		kmem_strfree(copy);
	return error;
}

/*
 * Undo one registration.  EBUSY if it is the last of an open device; the path
 * to be freed in *pathp.
 */
static int
deregister_slot(struct rblkdev *rblk, char **pathp)
{

	KASSERT(mutex_owned(&rumpblk_lock));
	KASSERT(rblk->rblk_refs > 0);
	if (rblk->rblk_opencnt != 0 && rblk->rblk_refs == 1)
		return EBUSY;
	if (--rblk->rblk_refs == 0) {
		*pathp = rblk->rblk_path;
		rblk->rblk_path = NULL;
	}
	return 0;
}

/*
 * Undo one registration of the path, whichever window it is of.
 */
int
rumpblk_deregister(const char *path)
{
	char *copy = NULL;
	int error = ENOENT, i;

	mutex_enter(&rumpblk_lock);
	for (i = 0; i < RUMPBLK_MAX && error != 0; i++)
		if (minors[i].rblk_path != NULL &&
		    strcmp(minors[i].rblk_path, path) == 0)
			error = deregister_slot(&minors[i], &copy);
	mutex_exit(&rumpblk_lock);
	if (copy != NULL)
		kmem_strfree(copy);
	return error;
}

/*
 * Undo one registration of a minor number.
 */
int
rumpblk_deregister_minor(devminor_t mn)
{
	struct rblkdev *rblk;
	char *copy = NULL;
	int error;

	mutex_enter(&rumpblk_lock);
	rblk = rumpblk_get(makedev(RUMPBLK_DEVMAJOR, mn));
	error = rblk == NULL ? ENOENT : deregister_slot(rblk, &copy);
	mutex_exit(&rumpblk_lock);
	if (copy != NULL)
		kmem_strfree(copy);
	return error;
}

static int
host_open(struct rblkdev *rblk, int flag)
{
	int error, *fdp;

	KASSERT(mutex_owned(&rumpblk_lock));
	fdp = (flag & FWRITE) ? &rblk->rblk_wfd : &rblk->rblk_fd;
	if (*fdp != -1 || (!(flag & FWRITE) && rblk->rblk_wfd != -1))
		return 0;
	error = rumpuser_open(rblk->rblk_path, RUMPUSER_OPEN_BIO |
	    ((flag & FWRITE) ? RUMPUSER_OPEN_RDWR : RUMPUSER_OPEN_RDONLY),
	    fdp);
	if (error != 0)
		*fdp = -1;
	if ((flag & FWRITE) && (error == EACCES || error == EPERM))
		error = EROFS;
	return error;
}

static int
rumpblk_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	struct rblkdev *rblk;
	int error;

	mutex_enter(&rumpblk_lock);
	rblk = rumpblk_get(dev);
	error = rblk == NULL ? ENXIO : host_open(rblk, flag);
	if (error == 0)
		rblk->rblk_opencnt |= fmt == S_IFBLK ? RBLK_OPEN_BLK :
		    RBLK_OPEN_CHR;
	mutex_exit(&rumpblk_lock);
	return error;
}

/*
 * The host may find out here that it could not keep what was written.
 */
static int
host_close(int *fdp)
{
	int error = 0;

	if (*fdp != -1)
		error = rumpuser_close(*fdp);
	*fdp = -1;
	return error;
}

static int
rumpblk_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	struct rblkdev *rblk;
	int error = 0, error2;

	mutex_enter(&rumpblk_lock);
	rblk = rumpblk_get(dev);
	KASSERT(rblk != NULL);
	rblk->rblk_opencnt &= ~(fmt == S_IFBLK ? RBLK_OPEN_BLK :
	    RBLK_OPEN_CHR);
	if (rblk->rblk_opencnt == 0) {
		error = host_close(&rblk->rblk_wfd);
		error2 = host_close(&rblk->rblk_fd);
		if (error == 0)
			error = error2;
	}
	mutex_exit(&rumpblk_lock);
	return error;
}

static int
rumpblk_read(dev_t dev, struct uio *uio, int flags)
{

	return physio(rumpblk_strategy, NULL, dev, B_READ, minphys, uio);
}

static int
rumpblk_write(dev_t dev, struct uio *uio, int flags)
{

	return physio(rumpblk_strategy, NULL, dev, B_WRITE, minphys, uio);
}

/*
 * Should this one fail by chance?  A linear congruential generator is enough
 * and repeats.
 */
static bool
chance_fails_p(void)
{
	unsigned int cur, next;

	if (__predict_true(blkfail == 0))
		return false;
	do {
		cur = atomic_load_relaxed(&blkfail_state);
		next = cur * 1103515245 + 12345;
	} while (atomic_cas_uint(&blkfail_state, cur, next) != cur);
	return (next >> 8) % 10000 < blkfail;
}

/*
 * Errors ordered by a test: the next inj_count transfers of that kind which
 * touch the range fail.
 */
void
rumpblk_inject(devminor_t mn, const struct rblk_inject *inj)
{

	KASSERT(mn >= 0 && mn < RUMPBLK_MAX);
	mutex_enter(&rumpblk_lock);
	minors[mn].rblk_inject = *inj;
	atomic_store_release(&minors[mn].rblk_injecting, inj->inj_count);
	mutex_exit(&rumpblk_lock);
}

static int
injected_error(struct rblkdev *rblk, const struct buf *bp, uint64_t off)
{
	const struct rblk_inject *inj = &rblk->rblk_inject;
	unsigned int n;

	if (__predict_true(atomic_load_relaxed(&rblk->rblk_injecting) == 0))
		return chance_fails_p() ? EIO : 0;
	membar_acquire();
	if ((inj->inj_ops & (BUF_ISREAD(bp) ? RBLK_INJECT_READ :
	    RBLK_INJECT_WRITE)) == 0 ||
	    off >= inj->inj_end || off + bp->b_bcount <= inj->inj_start)
		return 0;
	do {
		n = atomic_load_relaxed(&rblk->rblk_injecting);
		if (n == 0)
			return 0;
	} while (atomic_cas_uint(&rblk->rblk_injecting, n, n - 1) != n);
	return inj->inj_error;
}

/*
 * Is the transfer possible?  *lenp is how much of it lies on the device; a
 * read at its very end gets nothing, without error.
 */
static int
strategy_check(struct rblkdev *rblk, const struct buf *bp, uint64_t *offp,
    size_t *lenp)
{
	uint64_t off;

	*lenp = bp->b_bcount;
	if (bp->b_bcount < 0 || bp->b_bcount % DEV_BSIZE != 0 ||
	    bp->b_blkno < 0 || bp->b_blkno > INT64_MAX / DEV_BSIZE)
		return EINVAL;
	*offp = off = (uint64_t)bp->b_blkno << DEV_BSHIFT;
	if (BUF_ISWRITE(bp)) {
		if (rblk->rblk_wfd == -1)
			return EROFS;
		return off > rblk->rblk_size ||
		    bp->b_bcount > rblk->rblk_size - off ? ENOSPC : 0;
	}
	if (off > rblk->rblk_size)
		return EINVAL;
	*lenp = MIN(*lenp, rblk->rblk_size - off);
	return 0;
}

static void
strategy_done(struct buf *bp, int resid, int error)
{

	bp->b_error = error;
	bp->b_resid = resid;
	biodone(bp);
}

static int
host_fd(const struct rblkdev *rblk)
{

	return rblk->rblk_wfd != -1 ? rblk->rblk_wfd : rblk->rblk_fd;
}

/*
 * A transfer ends without reaching the host.  If it would have been the last
 * of a batch, the host still has to be told to begin with the others.
 */
static void
strategy_reject(struct rblkdev *rblk, struct buf *bp, int error)
{
	const bool last = (bp->b_flags & B_MORE) == 0;

	strategy_done(bp, bp->b_bcount, error);
	if (last && rblk != NULL && host_fd(rblk) != -1)
		(void)rumpuser_syncfd(host_fd(rblk), RUMPUSER_SYNCFD_BOTH,
		    0, DEV_BSIZE);
}

static void
rumpblk_strategy(struct buf *bp)
{
	struct rblkdev *rblk = rumpblk_get(bp->b_dev);
	uint64_t off = 0;
	size_t len = 0;
	int error, op;

	error = rblk == NULL || rblk->rblk_opencnt == 0 ? ENXIO :
	    strategy_check(rblk, bp, &off, &len);
	if (error == 0)
		error = injected_error(rblk, bp, off);
	if (error != 0 || len == 0) {
		strategy_reject(rblk, bp, error);
		return;
	}
	op = BUF_ISREAD(bp) ? RUMPUSER_BIO_READ : RUMPUSER_BIO_WRITE;
	if (BUF_ISWRITE(bp) && (bp->b_flags & B_MEDIA_FUA))
		op |= RUMPUSER_BIO_SYNC;
	if (bp->b_flags & B_MORE)
		op |= RUMPUSER_BIO_MORE;
	bp->b_rawblkno = bp->b_blkno;
	bp->b_resid = bp->b_bcount - len;
	rumpuser_bio(host_fd(rblk), op, bp->b_data, len,
	    rblk->rblk_hostoffset + off, rump_biodone, bp);
}

/*
 * The host is done with count bytes.  A file that became shorter while we
 * use it is an error, too.
 */
void
rump_biodone(void *arg, size_t count, int error)
{
	struct buf *bp = arg;
	const size_t want = bp->b_bcount - bp->b_resid;

	KASSERT(count <= want);
	if (error == 0 && count < want)
		error = EIO;
	strategy_done(bp, error != 0 ? bp->b_bcount : bp->b_resid, error);
}

static int
rumpblk_size(dev_t dev)
{
	struct rblkdev *rblk = rumpblk_get(dev);

	if (rblk == NULL)
		return -1;
	return (int)MIN(rblk->rblk_size >> DEV_BSHIFT, INT_MAX);
}

static int
rumpblk_dump(dev_t dev, daddr_t blkno, void *va, size_t size)
{

	return ENODEV;
}
