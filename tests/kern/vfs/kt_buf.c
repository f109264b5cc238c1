/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_buf: the buffer cache on a block device that is a host
 * file, with I/O errors on order.
 */
#include "../base/kt.h"

#include <sys/buf.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kthread.h>
#include <sys/namei.h>
#include <sys/vnode.h>
#include <lib/libkern/libkern.h>

#include <miscfs/specfs/specdev.h>

#include "../../../kern/vfs/rumpblk_private.h"

void	rump_kt_open(const char *);
void	rump_kt_close(int);
void	rump_kt_fill(int, int, int);
void	rump_kt_verify(int, int);
void	rump_kt_flush(int);
void	rump_kt_cache(void);
void	rump_kt_model(unsigned int);
void	rump_kt_inject(int, long, long, unsigned int, int);
void	rump_kt_readerror(long);
void	rump_kt_release(void);
void	rump_kt_nested(void);
void	rump_kt_together(void);

#define	BS	1024		/* of the buffers here */

static struct vnode *devvp;

void
rump_kt_open(const char *path)
{

	KT_EQ(0, namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &devvp));
	KT(devvp->v_type == VBLK);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, VOP_OPEN(devvp, FREAD | FWRITE, NOCRED));
	VOP_UNLOCK(devvp);
}

/* Closing reports `error', that of a write nobody waited for. */
void
rump_kt_close(int error)
{

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(error, VOP_CLOSE(devvp, FREAD | FWRITE, NOCRED));
	VOP_UNLOCK(devvp);
	vrele(devvp);
	devvp = NULL;
}

static daddr_t
blk(int i)
{

	return (daddr_t)i * (BS / DEV_BSIZE);
}

/* Blocks [first, first + n), each filled with its number plus add, delayed. */
void
rump_kt_fill(int first, int n, int add)
{
	struct buf *bp;
	int i;

	for (i = first; i < first + n; i++) {
		bp = getblk(devvp, blk(i), BS, 0, 0);
		memset(bp->b_data, (i + add) & 0xff, BS);
		bdwrite(bp);
	}
}

void
rump_kt_verify(int n, int add)
{
	struct buf *bp;
	int i;

	for (i = 0; i < n; i++) {
		KT_EQ(0, bread(devvp, blk(i), BS, 0, &bp));
		KT_EQ((i + add) & 0xff, ((unsigned char *)bp->b_data)[0]);
		KT_EQ((i + add) & 0xff, ((unsigned char *)bp->b_data)[BS - 1]);
		brelse(bp, 0);
	}
}

void
rump_kt_flush(int error)
{

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(error, vflushbuf(devvp, FSYNC_WAIT));
	VOP_UNLOCK(devvp);
	mutex_enter(&bufcache_lock);
	KT(LIST_EMPTY(&devvp->v_dirtyblkhd));
	mutex_exit(&bufcache_lock);
	KT_EQ(0, devvp->v_numoutput);
}

/* incore, delayed writes, ageing, invalidation. */
void
rump_kt_cache(void)
{
	struct buf *bp, *bp2;

	bp = getblk(devvp, blk(3), BS, 0, 0);
	KT((bp->b_oflags & (BO_DONE | BO_DELWRI)) == 0);
	KT(bp->b_cflags & BC_BUSY);
	mutex_enter(&bufcache_lock);
	KT(incore(devvp, blk(3)) == bp);
	KT(incore(devvp, blk(4)) == NULL);
	KT_EQ(EWOULDBLOCK, bbusy(bp, false, 1, NULL));
	mutex_exit(&bufcache_lock);
	KT(getblk(devvp, blk(3), BS, PCATCH, 1) == NULL);
	clrbuf(bp);
	bdwrite(bp);
	mutex_enter(&bufcache_lock);
	KT(incore(devvp, blk(3)) == bp);
	KT(bp->b_oflags & BO_DELWRI);
	KT(LIST_FIRST(&devvp->v_dirtyblkhd) == bp);
	mutex_exit(&bufcache_lock);
	KT_EQ(0, bread(devvp, blk(3), BS, 0, &bp2));
	KT(bp2 == bp);
	KT_EQ(0, bwrite(bp2));
	mutex_enter(&bufcache_lock);
	KT(LIST_EMPTY(&devvp->v_dirtyblkhd));
	mutex_exit(&bufcache_lock);
	binvalbuf(devvp, blk(3));
	mutex_enter(&bufcache_lock);
	KT(incore(devvp, blk(3)) == NULL);
	mutex_exit(&bufcache_lock);
	bp = geteblk(BS);
	KT(bp->b_vp == NULL);
	KT_EQ(0, allocbuf(bp, 4 * BS, 1));
	KT_EQ(4 * BS, bp->b_bcount);
	brelse(bp, 0);
}

/* What is given up is freed when memory is wanted. */
void
rump_kt_release(void)
{
	int before = buf_nbuf();

	rump_kt_verify(64, 0);
	KT(buf_nbuf() >= before);
	KT(buf_drain(64 * BS) >= 64 * BS);
	KT(buf_nbuf() <= before);
}

/* Random whole blocks: write now, soon, later, drop, read back. */
void
rump_kt_model(unsigned int seed)
{
	static unsigned char model[512];
	struct buf *bp;
	int b, i;

	for (i = 0; i < __arraycount(model); i++)
		model[i] = i & 0xff;
	for (i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		b = (seed >> 8) % __arraycount(model);
		KT_EQ(0, bread(devvp, blk(b), BS, B_MODIFY, &bp));
		KT_EQ(model[b], ((unsigned char *)bp->b_data)[b]);
		if ((seed >> 20) % 3 == 0) {
			brelse(bp, (seed >> 24) % 2 &&
			    !(bp->b_oflags & BO_DELWRI) ? BC_INVAL : 0);
			continue;
		}
		model[b] = seed >> 24;
		memset(bp->b_data, model[b], BS);
		switch ((seed >> 16) % 3) {
		case 0:
			KT_EQ(0, bwrite(bp));
			break;
		case 1:
			bawrite(bp);
			break;
		default:
			bdwrite(bp);
			break;
		}
	}
	rump_kt_flush(0);
}

/* The next n transfers of kind ops that touch [start, end) fail. */
void
rump_kt_inject(int ops, long start, long end, unsigned int n, int error)
{
	const struct rblk_inject inj = {
		.inj_ops = ops, .inj_start = start, .inj_end = end,
		.inj_count = n, .inj_error = error,
	};

	rumpblk_inject(minor(devvp->v_rdev), &inj);
}

void
rump_kt_readerror(long block)
{
	struct buf *bp;

	KT_EQ(EIO, bread(devvp, blk(block), BS, 0, &bp));
	KT(bp == NULL);
	mutex_enter(&bufcache_lock);
	KT(incore(devvp, blk(block)) == NULL);
	mutex_exit(&bufcache_lock);
	KT_EQ(0, bread(devvp, blk(block), BS, 0, &bp));
	brelse(bp, 0);
}

/* One transfer in three parts, one of which fails. */
void
rump_kt_nested(void)
{
	static char data[3 * BS];
	struct buf *mbp, *bp;
	int i;

	mbp = getiobuf(devvp, true);
	mbp->b_data = data;
	mbp->b_bufsize = mbp->b_bcount = mbp->b_resid = sizeof(data);
	mbp->b_flags = B_READ;
	for (i = 0; i < 3; i++) {
		bp = getiobuf(devvp, true);
		nestiobuf_setup(mbp, bp, i * BS, BS);
		bp->b_blkno = blk(10 + i);
		VOP_STRATEGY(devvp, bp);
	}
	KT_EQ(EIO, biowait(mbp));
	KT_EQ(sizeof(data), mbp->b_resid);
	KT_EQ(10, data[0]);
	KT_EQ(12, data[2 * BS]);
	putiobuf(mbp);
}

#define	TOGETHER_BLOCKS	4
#define	TOGETHER_TIMES	50000	/* of each thread */

/* Add one to what a block counts; the buffer is the caller's. */
static void
count_in(struct buf *bp)
{
	uint32_t n;

	KT(bp->b_cflags & BC_BUSY);
	memcpy(&n, bp->b_data, sizeof(n));
	n++;
	memcpy(bp->b_data, &n, sizeof(n));
	bdwrite(bp);
}

/* As most do: the buffer is in the cache. */
static void
count_short(void *arg)
{
	struct buf *bp;
	int i;

	for (i = 0; i < TOGETHER_TIMES; i++) {
		KT_EQ(0, bread(devvp, blk(i % TOGETHER_BLOCKS), BS, B_MODIFY,
		    &bp));
		count_in(bp);
	}
	kthread_exit(0);
}

/* As a driver may that takes bufcache_lock itself and makes buffers busy. */
static void
count_locked(void *arg)
{
	struct buf *bp;
	u_int again;
	int i;

	for (i = 0; i < TOGETHER_TIMES; ) {
		mutex_enter(&bufcache_lock);
		bp = incore(devvp, blk(i % TOGETHER_BLOCKS));
		KT(bp != NULL);
		if ((bp->b_cflags & BC_BUSY) != 0) {
			(void)bbusy(bp, false, 0, NULL);
			mutex_exit(&bufcache_lock);
			continue;
		}
		/* Nobody makes it busy while the lock is held. */
		for (again = 0; again < 16; again++)
			KT((*(volatile u_int *)&bp->b_cflags & BC_BUSY) == 0);
		bp->b_cflags |= BC_BUSY | BC_VFLUSH;
		mutex_exit(&bufcache_lock);
		count_in(bp);
		i++;
	}
	kthread_exit(0);
}

/* Three threads share a few buffers: each use is one thread's alone. */
void
rump_kt_together(void)
{
	void (*const func[])(void *) = { count_short, count_short,
	    count_locked };
	struct lwp *l[__arraycount(func)];
	uint32_t n, sum = 0;
	struct buf *bp;
	int i;

	for (i = 0; i < TOGETHER_BLOCKS; i++) {
		bp = getblk(devvp, blk(i), BS, 0, 0);
		clrbuf(bp);
		bdwrite(bp);
	}
	for (i = 0; i < __arraycount(func); i++)
		KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE |
		    KTHREAD_MUSTJOIN, NULL, func[i], NULL, &l[i], "ktbuf"));
	for (i = 0; i < __arraycount(func); i++)
		KT_EQ(0, kthread_join(l[i]));
	for (i = 0; i < TOGETHER_BLOCKS; i++) {
		KT_EQ(0, bread(devvp, blk(i), BS, 0, &bp));
		memcpy(&n, bp->b_data, sizeof(n));
		brelse(bp, 0);
		sum += n;
	}
	KT_EQ(TOGETHER_TIMES * (int)__arraycount(func), sum);
	rump_kt_flush(0);
}
