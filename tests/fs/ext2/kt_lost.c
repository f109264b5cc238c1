/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_lost: writes of a volume's device that fail on order, that
 * take long, and that come early.
 */
#include "../../kern/base/kt.h"
#include "../../kern/base/kt_fault.h"

#include <sys/buf.h>
#include <sys/namei.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>

#include "../../../kern/vfs/rumpblk_private.h"

void	rump_kt_open(const char *);
void	rump_kt_inject(long);
bool	rump_kt_waits(long);
void	rump_kt_hold(void);
void	rump_kt_written(void);
void	rump_kt_early(long);
void	rump_kt_release(void);
void	rump_kt_flush(void);

static struct vnode *devvp;

void
rump_kt_open(const char *path)
{

	KT_EQ(0, namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &devvp));
	KT(devvp->v_type == VBLK);
}

/* The next write at or behind a byte of the device fails. */
void
rump_kt_inject(long start)
{
	const struct rblk_inject inj = {
		.inj_ops = RBLK_INJECT_WRITE, .inj_start = start,
		.inj_end = UINT64_MAX, .inj_count = 1, .inj_error = EIO,
	};

	rumpblk_inject(minor(devvp->v_rdev), &inj);
}

/* Something is being written until rump_kt_release(). */
void
rump_kt_hold(void)
{

	mutex_enter(devvp->v_interlock);
	devvp->v_numoutput++;
	mutex_exit(devvp->v_interlock);
}

void
rump_kt_release(void)
{

	mutex_enter(devvp->v_interlock);
	KT(devvp->v_numoutput > 0);
	if (--devvp->v_numoutput == 0)
		cv_broadcast(&devvp->v_cv);
	mutex_exit(devvp->v_interlock);
}

static bool
dirty(void)
{
	bool is;

	mutex_enter(&bufcache_lock);
	is = !LIST_EMPTY(&devvp->v_dirtyblkhd);
	mutex_exit(&bufcache_lock);
	return is;
}

/* Wait until another thread's commit has begun to write all there is. */
void
rump_kt_written(void)
{
	int i;

	for (i = 0; dirty(); i++) {
		KT(i < 60 * hz);
		kt_pause(1);
	}
}

static daddr_t
dirty_behind(long start)
{
	struct buf *bp;
	daddr_t blkno = -1;

	mutex_enter(&bufcache_lock);
	LIST_FOREACH(bp, &devvp->v_dirtyblkhd, b_vnbufs)
		if (dbtob(bp->b_blkno) >= start)
			blkno = bp->b_lblkno;
	mutex_exit(&bufcache_lock);
	return blkno;
}

/* Is there one? */
bool
rump_kt_waits(long start)
{

	return dirty_behind(start) != -1;
}

/* Write a dirty buffer at or behind a byte, as is done when memory is short. */
void
rump_kt_early(long start)
{
	const daddr_t blkno = dirty_behind(start);
	struct buf *bp;

	KT(blkno != -1);
	KT_EQ(0, bread(devvp, blkno, 1024, 0, &bp));
	bawrite(bp);
}

/* Write all that may be, as who wants the memory of buffers does. */
void
rump_kt_flush(void)
{

	(void)vflushbuf(devvp, 0);
	mutex_enter(devvp->v_interlock);
	while (devvp->v_numoutput > 0)
		cv_wait(&devvp->v_cv, devvp->v_interlock);
	mutex_exit(devvp->v_interlock);
}
