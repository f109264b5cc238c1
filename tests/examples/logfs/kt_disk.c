/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of t_crash: a disk in memory that remembers each write and
 * when it was told to make them last, and can then look as if the power had
 * been cut behind any of them.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/disk.h>
#include <sys/dkio.h>
#include <sys/kmem.h>
#include <sys/mutex.h>

int	rump_kt_disk_attach(void);
void	rump_kt_disk_load(const void *, size_t);
void	rump_kt_disk_image(void *);
u_int	rump_kt_disk_record(void);
u_int	rump_kt_disk_writes(void);
void	rump_kt_disk_cut(u_int, u_int);
void	rump_kt_disk_fail(u_int);

#define	KT_MAXWRITES	20000

struct kt_write {
	daddr_t		kw_blk;
	size_t		kw_len;
	char		*kw_data;
	u_int		kw_epoch;	/* how many syncs came before */
};

/* All under kt_lock. */
static kmutex_t kt_lock;
static char *kt_now, *kt_base;
static size_t kt_size;
static struct kt_write *kt_writes;
static u_int kt_nwrites, kt_epoch, kt_fail;
static bool kt_recording;

static int
ktdisk_open(dev_t dev, int flags, int mode, struct lwp *l)
{

	return 0;
}

static void
ktdisk_write(struct buf *bp)
{
	struct kt_write *kw;

	memcpy(kt_now + dbtob(bp->b_blkno), bp->b_data, bp->b_bcount);
	if (!kt_recording)
		return;
	KASSERT(kt_nwrites < KT_MAXWRITES);
	kw = &kt_writes[kt_nwrites++];
	kw->kw_blk = bp->b_blkno;
	kw->kw_len = bp->b_bcount;
	kw->kw_data = kmem_alloc(kw->kw_len, KM_SLEEP);
	memcpy(kw->kw_data, bp->b_data, kw->kw_len);
	kw->kw_epoch = kt_epoch;
}

static void
ktdisk_strategy(struct buf *bp)
{

	mutex_enter(&kt_lock);
	if (bp->b_blkno < 0 || dbtob(bp->b_blkno) + bp->b_bcount > kt_size ||
	    (BUF_ISWRITE(bp) && kt_fail > 0 && --kt_fail == 0)) {
		bp->b_error = EIO;
		bp->b_resid = bp->b_bcount;
		/* From the first one on all fail. */
		kt_fail = 1;
	} else {
		if (BUF_ISREAD(bp))
			memcpy(bp->b_data, kt_now + dbtob(bp->b_blkno),
			    bp->b_bcount);
		else
			ktdisk_write(bp);
		bp->b_resid = 0;
	}
	mutex_exit(&kt_lock);
	biodone(bp);
}

static int
ktdisk_ioctl(dev_t dev, u_long cmd, void *data, int flags, struct lwp *l)
{

	switch (cmd) {
	case DIOCGMEDIASIZE:
		*(off_t *)data = kt_size;
		return 0;
	case DIOCGSECTORSIZE:
		*(u_int *)data = DEV_BSIZE;
		return 0;
	case DIOCCACHESYNC:
		mutex_enter(&kt_lock);
		kt_epoch++;
		mutex_exit(&kt_lock);
		return 0;
	default:
		return ENOTTY;
	}
}

static const struct bdevsw ktdisk_bdevsw = {
	.d_open = ktdisk_open,
	.d_close = ktdisk_open,
	.d_strategy = ktdisk_strategy,
	.d_ioctl = ktdisk_ioctl,
	.d_dump = nodump,
	.d_psize = nosize,
	.d_discard = nodiscard,
	.d_flag = D_DISK | D_MPSAFE,
};
static const struct cdevsw ktdisk_cdevsw = {
	.d_open = ktdisk_open,
	.d_close = ktdisk_open,
	.d_read = noread,
	.d_write = nowrite,
	.d_ioctl = ktdisk_ioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_DISK | D_MPSAFE,
};

/* Returns the device's number. */
int
rump_kt_disk_attach(void)
{
	devmajor_t bmaj = NODEVMAJOR, cmaj = NODEVMAJOR;
	int error;

	mutex_init(&kt_lock, MUTEX_DEFAULT, IPL_NONE);
	error = devsw_attach("ktdisk", &ktdisk_bdevsw, &bmaj, &ktdisk_cdevsw,
	    &cmaj);
	KASSERT(error == 0);
	return (int)makedev(bmaj, 0);
}

/* What is on the disk; also a new start for what was recorded. */
void
rump_kt_disk_load(const void *img, size_t size)
{

	if (kt_now == NULL) {
		kt_now = kmem_alloc(size, KM_SLEEP);
		kt_base = kmem_alloc(size, KM_SLEEP);
		kt_writes = kmem_zalloc(KT_MAXWRITES * sizeof(kt_writes[0]),
		    KM_SLEEP);
		kt_size = size;
	}
	KASSERT(size == kt_size);
	memcpy(kt_now, img, size);
	kt_fail = 0;
}

void
rump_kt_disk_image(void *img)
{

	mutex_enter(&kt_lock);
	memcpy(img, kt_now, kt_size);
	mutex_exit(&kt_lock);
}

/* Begin or end recording; how many writes there are. */
u_int
rump_kt_disk_record(void)
{

	mutex_enter(&kt_lock);
	kt_recording = !kt_recording;
	if (kt_recording)
		memcpy(kt_base, kt_now, kt_size);
	mutex_exit(&kt_lock);
	return kt_nwrites;
}

u_int
rump_kt_disk_writes(void)
{
	u_int n;

	mutex_enter(&kt_lock);
	n = kt_nwrites;
	mutex_exit(&kt_lock);
	return n;
}

/*
 * The disk after n writes.  With a seed some of those since the last sync are
 * lost, as if they had been in its cache.
 */
void
rump_kt_disk_cut(u_int n, u_int seed)
{
	const struct kt_write *kw;
	const u_int epoch = n > 0 && n < kt_nwrites ?
	    kt_writes[n - 1].kw_epoch : UINT_MAX;
	u_int i;

	KASSERT(n <= kt_nwrites && !kt_recording);
	memcpy(kt_now, kt_base, kt_size);
	for (i = 0; i < n; i++) {
		kw = &kt_writes[i];
		seed = seed * 1103515245 + (seed != 0) * 12345;
		if (kw->kw_epoch == epoch && (seed >> 16 & 1) != 0)
			continue;
		memcpy(kt_now + dbtob(kw->kw_blk), kw->kw_data, kw->kw_len);
	}
}

/* The n-th write from now on and all behind it fail. */
void
rump_kt_disk_fail(u_int n)
{

	mutex_enter(&kt_lock);
	kt_fail = n;
	mutex_exit(&kt_lock);
}
