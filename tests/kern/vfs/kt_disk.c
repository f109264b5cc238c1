/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_disk: a block device that is a host file, its vnodes and
 * what can be asked of it; queues of transfers, their counting, and those
 * parts of the buffer cache that a device alone shows.  Byte n of block b
 * of 1 KiB is b.
 */
#include "../base/kt.h"

#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/fcntl.h>
#include <sys/iostat.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <lib/libkern/libkern.h>

#include <miscfs/specfs/specdev.h>

void	rump_kt_ioctls(void);
void	rump_kt_nodes(void);
void	rump_kt_opens(void);
void	rump_kt_mountedon(void);
void	rump_kt_gone(void);
void	rump_kt_bdevopen(void);
void	rump_kt_readahead(void);
void	rump_kt_inval(void);
void	rump_kt_trunc(void);
void	rump_kt_bufhead(void);
void	rump_kt_nest(void);
void	rump_kt_errors(void);
void	rump_kt_fcfs(void);
void	rump_kt_disksort(void);
void	rump_kt_queue(void);
void	rump_kt_iostat(void);
void	rump_kt_physio(void);
void	rump_kt_misuse(int);

#define	BS		1024
#define	NBLK		64
#define	BLK(i)		((daddr_t)(i) * (BS / DEV_BSIZE))

static struct vnode *
find(const char *path)
{
	struct vnode *vp;

	KT_EQ(0, namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp));
	return vp;
}

static struct vnode *
disk_open(void)
{
	struct vnode *vp = find("/img");

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, VOP_OPEN(vp, FREAD | FWRITE, kauth_cred_get()));
	VOP_UNLOCK(vp);
	return vp;
}

static void
disk_close(struct vnode *vp)
{

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, VOP_CLOSE(vp, FREAD | FWRITE, kauth_cred_get()));
	VOP_UNLOCK(vp);
	vrele(vp);
}

/* disk(9): size, label, caches; what is not known is ENOTTY. */
void
rump_kt_ioctls(void)
{
	struct vnode *vp = disk_open();
	kauth_cred_t cred = kauth_cred_get();
	struct disklabel *lp = kmem_zalloc(sizeof(*lp), KM_SLEEP);
	struct dkwedge_info dkw;
	unsigned int secsize = 0;
	uint64_t sectors = 0;
	off_t size = 0;
	int on = 1;

	KT_EQ(0, VOP_IOCTL(vp, DIOCGMEDIASIZE, &size, FREAD, cred));
	KT_EQ(NBLK * BS, size);
	KT_EQ(0, VOP_IOCTL(vp, DIOCGSECTORSIZE, &secsize, FREAD, cred));
	KT_EQ(DEV_BSIZE, secsize);
	KT_EQ(0, VOP_IOCTL(vp, DIOCGDINFO, lp, FREAD, cred));
	KT_EQ(DISKMAGIC, lp->d_magic);
	KT_EQ(0, dkcksum(lp));
	KT_EQ(NBLK * BS / DEV_BSIZE, lp->d_secperunit);
	KT_EQ(lp->d_secperunit, lp->d_partitions[RAW_PART].p_size);
	KT_EQ(0, VOP_IOCTL(vp, DIOCGCACHE, &on, FREAD, cred));
	KT_EQ(DKCACHE_WRITE, on & DKCACHE_WRITE);
	on = 1;
	KT_EQ(0, VOP_IOCTL(vp, DIOCCACHESYNC, &on, FWRITE, cred));
	KT_EQ(ENOTTY, VOP_IOCTL(vp, DIOCEJECT, &on, FREAD, cred));
	KT_EQ(ENOTTY, VOP_IOCTL(vp, DIOCGWEDGEINFO, &dkw, FREAD, cred));
	KT_EQ(0, getdisksize(vp, &sectors, &secsize));
	KT_EQ(NBLK * BS / DEV_BSIZE, sectors);
	KT_EQ(0, getdiskinfo(vp, &dkw));
	KT_EQ(sectors, dkw.dkw_size);
	KT_EQ(0, dkw.dkw_offset);
	KT_EQ(0, dkw.dkw_ptype[0]);
	KT_EQ(NBLK * BS, vp->v_size);
	kmem_free(lp, sizeof(*lp));
	disk_close(vp);
}

/* Any number of vnodes of one device. */
void
rump_kt_nodes(void)
{
	struct vnode *vp = find("/img"), *bvp, *cvp, *got = NULL;
	const dev_t dev = vp->v_rdev;

	KT_EQ(0, bdevvp(dev, &bvp));
	KT(bvp != vp && bvp->v_type == VBLK && bvp->v_rdev == dev);
	KT(bvp->v_specnode->sn_dev == vp->v_specnode->sn_dev);
	KT_EQ(0, cdevvp(dev, &cvp));
	KT(cvp->v_type == VCHR && cvp->v_rdev == dev);
	KT_EQ(1, vfinddev(dev, VBLK, &got));
	KT(got->v_rdev == dev && got->v_type == VBLK);
	vrele(got);
	KT_EQ(0, vfinddev(makedev(200, 77), VBLK, &got));
	KT_EQ(ENOENT, spec_node_lookup_by_dev(VBLK, makedev(200, 77), 0,
	    &got));
	KT_EQ(0, spec_node_lookup_by_dev(VCHR, dev, VDEAD_NOWAIT, &got));
	KT(got == cvp);
	vrele(got);
	vrele(cvp);
	vrele(bvp);
	vrele(vp);
	got = NULL;
	KT_EQ(0, bdevvp(NODEV, &got));
	KT(got == NULL);
}

/* A disk is opened for blocks once, by whichever vnode. */
void
rump_kt_opens(void)
{
	struct vnode *vp = disk_open(), *other;

	KT_EQ(0, bdevvp(vp->v_rdev, &other));
	vn_lock(other, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(EBUSY, VOP_OPEN(other, FREAD, kauth_cred_get()));
	VOP_UNLOCK(other);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(EBUSY, VOP_OPEN(vp, FREAD, kauth_cred_get()));
	KT_EQ(0, VOP_CLOSE(vp, FREAD | FWRITE, kauth_cred_get()));
	VOP_UNLOCK(vp);
	vn_lock(other, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, VOP_OPEN(other, FREAD, kauth_cred_get()));
	KT_EQ(0, VOP_CLOSE(other, FREAD, kauth_cred_get()));
	VOP_UNLOCK(other);
	vrele(other);
	vrele(vp);
	KT_EQ(0, bdevvp(makedev(222, 1), &other));	/* of no driver */
	vn_lock(other, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(ENXIO, VOP_OPEN(other, FREAD, kauth_cred_get()));
	VOP_UNLOCK(other);
	vrele(other);
}

void
rump_kt_mountedon(void)
{
	struct vnode *vp = disk_open(), *other, *file = find("/"), *got;
	struct mount *mp = rootvnode->v_mount;

	KT_EQ(0, bdevvp(vp->v_rdev, &other));
	KT_EQ(ENOTBLK, vfs_mountedon(file));
	KT_EQ(0, vfs_mountedon(vp));
	KT(spec_node_getmountedfs(vp) == NULL);
	KT_EQ(ENOENT, spec_node_lookup_by_mount(mp, &got));
	spec_node_setmountedfs(vp, mp);
	KT(spec_node_getmountedfs(other) == mp);
	KT_EQ(EBUSY, vfs_mountedon(vp));
	KT_EQ(EBUSY, vfs_mountedon(other));
	KT_EQ(0, spec_node_lookup_by_mount(mp, &got));
	KT(got == vp);
	vrele(got);
	spec_node_setmountedfs(vp, NULL);
	KT_EQ(0, vfs_mountedon(other));
	vrele(file);
	vrele(other);
	disk_close(vp);
}

/* The device goes: its open vnodes are dead, others of it too. */
void
rump_kt_gone(void)
{
	struct vnode *vp = disk_open(), *other, *got;
	const dev_t dev = vp->v_rdev;
	char c;

	KT_EQ(0, bdevvp(dev, &other));
	vdevgone(major(dev), minor(dev), minor(dev), VBLK);
	KT_EQ(ENOENT, spec_node_lookup_by_dev(VBLK, dev, 0, &got));
	KT_EQ(ENOENT, vn_lock(vp, LK_EXCLUSIVE));
	KT_EQ(EIO, vn_rdwr(UIO_READ, vp, &c, 1, 0, UIO_SYSSPACE, 0,
	    kauth_cred_get(), NULL, curlwp));
	KT_EQ(ENOENT, vn_lock(other, LK_SHARED));
	vrele(other);
	vrele(vp);
}

void
rump_kt_bdevopen(void)
{
	struct pathbuf *pb = pathbuf_create("/img");
	struct vnode *vp, *again;

	KT_EQ(0, vn_bdev_openpath(pb, &vp, curlwp));
	pathbuf_destroy(pb);
	KT_EQ(1, vp->v_writecount);
	KT_EQ(LK_NONE, VOP_ISLOCKED(vp));
	KT_EQ(EBUSY, vn_bdev_open(vp->v_rdev, &again, curlwp));
	KT(again == NULL);
	KT_EQ(0, vn_close(vp, FREAD | FWRITE, kauth_cred_get()));
	pb = pathbuf_create("/dev/null");
	KT_EQ(ENOTBLK, vn_bdev_openpath(pb, &vp, curlwp));
	pathbuf_destroy(pb);
	pb = pathbuf_create("/none");
	KT_EQ(ENOENT, vn_bdev_openpath(pb, &vp, curlwp));
	pathbuf_destroy(pb);
}

/* breadn() brings more in; those are read without a transfer then. */
void
rump_kt_readahead(void)
{
	struct vnode *vp = disk_open();
	daddr_t ra[2] = { BLK(8), BLK(9) };
	int sizes[2] = { BS, BS }, i;
	struct buf *bp;

	KT_EQ(0, breadn(vp, BLK(7), BS, ra, sizes, 2, 0, &bp));
	KT_EQ(7, ((unsigned char *)bp->b_data)[0]);
	mutex_enter(&bufcache_lock);
	brelsel(bp, 0);
	for (i = 0; i < 2; i++) {
		KT((bp = incore(vp, ra[i])) != NULL);
		while (bbusy(bp, false, 0, NULL) != 0)
			KT((bp = incore(vp, ra[i])) != NULL);
		mutex_exit(&bufcache_lock);
		KT(bp->b_oflags & BO_DONE);
		KT_EQ(8 + i, ((unsigned char *)bp->b_data)[BS - 1]);
		mutex_enter(&bufcache_lock);
		brelsel(bp, 0);
	}
	mutex_exit(&bufcache_lock);
	KT_EQ(0, buf_syncwait());
	disk_close(vp);
}

static void
dirty(struct vnode *vp, int b, int value)
{
	struct buf *bp = getblk(vp, BLK(b), BS, 0, 0);

	memset(bp->b_data, value, BS);
	bdwrite(bp);
}

static int
on_disk(struct vnode *vp, int b)
{
	struct buf *bp;
	int value;

	KT_EQ(0, bread(vp, BLK(b), BS, 0, &bp));
	value = ((unsigned char *)bp->b_data)[0];
	brelse(bp, BC_INVAL);
	return value;
}

/* V_SAVE writes, without it what is dirty is lost. */
void
rump_kt_inval(void)
{
	struct vnode *vp = disk_open();

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	dirty(vp, 3, 99);
	KT_EQ(0, vinvalbuf(vp, 0, kauth_cred_get(), curlwp, false, 0));
	KT(LIST_EMPTY(&vp->v_dirtyblkhd) && LIST_EMPTY(&vp->v_cleanblkhd));
	KT_EQ(3, on_disk(vp, 3));
	dirty(vp, 3, 99);
	KT_EQ(0, vinvalbuf(vp, V_SAVE, kauth_cred_get(), curlwp, false, 0));
	KT(LIST_EMPTY(&vp->v_dirtyblkhd) && LIST_EMPTY(&vp->v_cleanblkhd));
	KT_EQ(99, on_disk(vp, 3));
	VOP_UNLOCK(vp);
	disk_close(vp);
}

/* Buffers from a block on are forgotten, those before stay. */
void
rump_kt_trunc(void)
{
	struct vnode *vp = disk_open();
	struct buf *bp;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	dirty(vp, 4, 70);
	dirty(vp, 5, 71);
	dirty(vp, 6, 72);
	KT_EQ(0, vtruncbuf(vp, BLK(5), false, 0));
	mutex_enter(&bufcache_lock);
	KT(incore(vp, BLK(4)) != NULL);
	KT(incore(vp, BLK(5)) == NULL && incore(vp, BLK(6)) == NULL);
	mutex_exit(&bufcache_lock);
	KT_EQ(5, on_disk(vp, 5));
	KT_EQ(0, vflushbuf(vp, FSYNC_WAIT));
	KT_EQ(0, bread(vp, BLK(4), BS, B_MODIFY, &bp));
	KT_EQ(0, VOP_BWRITE(vp, bp));
	binvalbuf(vp, BLK(4));
	KT_EQ(70, on_disk(vp, 4));
	VOP_UNLOCK(vp);
	disk_close(vp);
}

/* Headers one brings oneself, and new ones from the cache. */
void
rump_kt_bufhead(void)
{
	struct vnode *vp = disk_open();
	struct buf own, *bp;

	buf_init(&own);
	KT_EQ(0, own.b_cflags | own.b_oflags | own.b_flags);
	KT_EQ(NODEV, own.b_dev);
	KT(own.b_vp == NULL && own.b_iodone == NULL);
	own.b_bcount = MAXPHYS + DEV_BSIZE;
	minphys(&own);
	KT_EQ(MAXPHYS, own.b_bcount);
	minphys(&own);
	KT_EQ(MAXPHYS, own.b_bcount);
	buf_destroy(&own);
	mutex_enter(&bufcache_lock);
	while ((bp = getnewbuf(0, 0, 0)) == NULL)
		continue;
	KT(bp->b_cflags & BC_BUSY);
	KT(bp->b_vp == NULL && bp->b_error == 0);
	mutex_enter(vp->v_interlock);
	bgetvp(vp, bp);
	KT(bp->b_vp == vp && LIST_FIRST(&vp->v_cleanblkhd) == bp);
	reassignbuf(bp, vp);
	KT(LIST_FIRST(&vp->v_cleanblkhd) == bp);
	mutex_exit(vp->v_interlock);
	brelvp(bp);
	KT(bp->b_vp == NULL && LIST_EMPTY(&vp->v_cleanblkhd));
	brelsel(bp, BC_INVAL);
	mutex_exit(&bufcache_lock);
	KT(buf_memcalc() > 0);
	disk_close(vp);
}

/* A transfer in parts is done with the last of them, with any error. */
void
rump_kt_nest(void)
{
	struct vnode *vp = disk_open();
	struct buf *mbp = getiobuf(vp, true), *bp = getiobuf(vp, true);
	char *data = kmem_zalloc(3 * BS, KM_SLEEP);

	mbp->b_data = data;
	mbp->b_bufsize = mbp->b_bcount = mbp->b_resid = 3 * BS;
	mbp->b_flags = B_READ;
	nestiobuf_setup(mbp, bp, BS, BS);
	KT(bp->b_data == data + BS && bp->b_private == mbp);
	KT(bp->b_iodone == nestiobuf_iodone);
	KT(BUF_ISREAD(bp) && (bp->b_flags & B_ASYNC) != 0);
	bp->b_blkno = BLK(12);
	nestiobuf_done(mbp, 0, EIO);		/* nothing is done */
	KT_EQ(0, mbp->b_error);
	nestiobuf_done(mbp, BS, 0);
	KT_EQ(2 * BS, mbp->b_resid);
	KT((mbp->b_oflags & BO_DONE) == 0);
	VOP_STRATEGY(vp, bp);
	nestiobuf_done(mbp, BS, 0);
	KT_EQ(0, biowait(mbp));
	KT_EQ(0, mbp->b_resid);
	KT_EQ(12, data[BS]);
	putiobuf(mbp);
	mbp = getiobuf(NULL, true);
	mbp->b_bcount = mbp->b_resid = 2 * BS;
	nestiobuf_done(mbp, BS, ENOSPC);
	nestiobuf_done(mbp, BS, 0);
	KT_EQ(ENOSPC, biowait(mbp));
	KT_EQ(2 * BS, mbp->b_resid);
	putiobuf(mbp);
	kmem_free(data, 3 * BS);
	disk_close(vp);
}

void
rump_kt_errors(void)
{
	struct vnode *vp = disk_open();
	struct buf *bp;

	/* outside of the device */
	KT_EQ(EINVAL, bread(vp, BLK(NBLK + 1), BS, 0, &bp));
	KT(bp == NULL);
	/* a late error is told once */
	KT_EQ(0, bio_error_take(vp));
	bio_error_note(vp, EIO);
	KT_EQ(EIO, bio_error_take(vp));
	KT_EQ(0, bio_error_take(vp));
	bio_error_note(vp, EIO);
	bio_error_forget(vp);
	KT_EQ(0, bio_error_take(vp));
	bio_error_note(NULL, EIO);
	disk_close(vp);
}

#define	NQ	5

static struct buf *
queue_new(daddr_t blkno)
{
	struct buf *bp = getiobuf(NULL, true);

	bp->b_rawblkno = blkno;
	bp->b_bcount = DEV_BSIZE;
	return bp;
}

static void
take(struct bufq_state *bq, struct buf *want)
{

	KT(bufq_peek(bq) == want);
	KT(bufq_get(bq) == want);
}

void
rump_kt_fcfs(void)
{
	static const daddr_t blkno[NQ] = { 50, 10, 40, 10, 30 };
	struct bufq_state *bq, *to;
	struct buf *bp[NQ];
	int i;

	KT_EQ(0, bufq_alloc(&bq, "fcfs", 0));
	kt_streq(bufq_getstrategyname(bq), "fcfs");
	KT(bufq_peek(bq) == NULL && bufq_get(bq) == NULL);
	for (i = 0; i < NQ; i++)
		bufq_put(bq, bp[i] = queue_new(blkno[i]));
	take(bq, bp[0]);
	KT(bufq_cancel(bq, bp[2]) == bp[2]);
	KT(bufq_cancel(bq, bp[2]) == NULL);
	KT_EQ(0, bufq_alloc(&to, "disksort", BUFQ_SORT_RAWBLOCK));
	bufq_move(to, bq);
	KT(bufq_peek(bq) == NULL);
	bufq_fini(bq);
	bufq_free(bq);
	take(to, bp[1]);
	take(to, bp[3]);
	take(to, bp[4]);
	bufq_free(to);
	for (i = 0; i < NQ; i++)
		putiobuf(bp[i]);
}

/* Upwards from where the last one was, then from the beginning. */
void
rump_kt_disksort(void)
{
	static const daddr_t blkno[NQ] = { 50, 10, 40, 70, 30 };
	struct bufq_state *bq;
	struct buf *bp[NQ];
	int i;

	KT_EQ(0, bufq_alloc(&bq, BUFQ_DISK_DEFAULT_STRAT,
	    BUFQ_EXACT | BUFQ_SORT_RAWBLOCK));
	kt_streq(bufq_getstrategyname(bq), "disksort");
	for (i = 0; i < NQ; i++)
		bp[i] = queue_new(blkno[i]);
	bufq_put(bq, bp[2]);
	take(bq, bp[2]);		/* the head is at 40 */
	bufq_put(bq, bp[1]);
	bufq_put(bq, bp[3]);
	bufq_put(bq, bp[0]);
	bufq_put(bq, bp[4]);
	take(bq, bp[0]);
	take(bq, bp[3]);
	take(bq, bp[1]);
	KT(bufq_cancel(bq, bp[4]) == bp[4]);
	KT(bufq_get(bq) == NULL);
	bufq_free(bq);
	for (i = 0; i < NQ; i++)
		putiobuf(bp[i]);
}

void
rump_kt_queue(void)
{
	struct bufq_state *bq = (void *)&bq;
	struct buf *bp = queue_new(1);

	KT_EQ(ENOENT, bufq_alloc(&bq, "nosuch", BUFQ_EXACT));
	KT(bq == NULL);
	KT_EQ(0, bufq_alloc(&bq, "nosuch", 0));
	bufq_free(bq);
	KT_EQ(0, bufq_alloc(&bq, BUFQ_STRAT_ANY, BUFQ_EXACT));
	/* who drains a queue fails what waits in it */
	bufq_put(bq, bp);
	bufq_drain(bq);
	KT(bufq_peek(bq) == NULL);
	KT_EQ(EIO, biowait(bp));
	KT_EQ(DEV_BSIZE, bp->b_resid);
	putiobuf(bp);
	bufq_free(bq);
}

void
rump_kt_iostat(void)
{
	struct io_stats *ios, *other;
	int owner;

	KT(iostat_find("kt0") == NULL);
	ios = iostat_alloc(IOSTAT_DISK, &owner, "kt0");
	other = iostat_alloc(IOSTAT_TAPE, NULL, "a name longer than there is "
	    "room for");
	KT_EQ(IOSTATNAMELEN - 1, strlen(other->io_name));
	KT(iostat_find("kt0") == ios && ios->io_parent == &owner);
	KT(!iostat_isbusy(ios));
	iostat_wait(ios);
	KT_EQ(1, ios->io_wait);
	iostat_busy(ios);
	KT_EQ(0, ios->io_wait);
	KT(iostat_isbusy(ios));
	iostat_busy(ios);
	iostat_unbusy(ios, 512, 1);
	KT(iostat_isbusy(ios));
	iostat_unbusy(ios, 1024, 0);
	KT(!iostat_isbusy(ios));
	KT_EQ(1, ios->io_rxfer);
	KT_EQ(512, ios->io_rbytes);
	KT_EQ(1, ios->io_wxfer);
	KT_EQ(1024, ios->io_wbytes);
	iostat_busy(ios);
	iostat_unbusy(ios, 0, 1);	/* nothing was moved */
	KT_EQ(1, ios->io_rxfer);
	iostat_seek(ios);
	KT_EQ(1, ios->io_seek);
	iostat_rename(ios, "kt1");
	KT(iostat_find("kt0") == NULL && iostat_find("kt1") == ios);
	iostat_free(ios);
	iostat_free(other);
	KT(iostat_find("kt1") == NULL);
}

static int phys_calls, phys_largest, phys_fail;

static void
phys_strategy(struct buf *bp)
{

	phys_calls++;
	phys_largest = MAX(phys_largest, bp->b_bcount);
	KT(bp->b_flags & B_PHYS);
	KT_EQ(7, bp->b_dev);
	if (phys_fail != 0 && phys_calls == phys_fail)
		bp->b_error = ENXIO;
	else {
		if (BUF_ISREAD(bp))
			memset(bp->b_data, (int)bp->b_blkno & 0x7f,
			    bp->b_bcount);
		bp->b_resid = 0;
	}
	biodone(bp);
}

static int
phys(char *data, size_t len, off_t off, int rw, size_t *resid)
{
	struct iovec iov[2] = { { data, DEV_BSIZE },
	    { data + DEV_BSIZE, len - DEV_BSIZE } };
	struct uio uio = {
		.uio_iov = iov, .uio_iovcnt = 2, .uio_offset = off,
		.uio_resid = len, .uio_rw = rw == B_READ ? UIO_READ : UIO_WRITE
	};
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	error = physio(phys_strategy, NULL, 7, rw, minphys, &uio);
	*resid = uio.uio_resid;
	return error;
}

/* In pieces the driver can take, from a whole sector on. */
void
rump_kt_physio(void)
{
	const size_t len = 2 * MAXPHYS;
	char *data = kmem_zalloc(len, KM_SLEEP);
	size_t resid;

	KT_EQ(EINVAL, phys(data, len, 1, B_READ, &resid));
	KT_EQ(EINVAL, phys(data, len, -DEV_BSIZE, B_READ, &resid));
	KT_EQ(0, phys_calls);
	KT_EQ(0, phys(data, len, 5 * DEV_BSIZE, B_READ, &resid));
	KT_EQ(0, resid);
	KT_EQ(3, phys_calls);
	KT_EQ(MAXPHYS, phys_largest);
	KT(data[0] == 5 && data[DEV_BSIZE] == 6);
	/* an error in the middle: so far it came */
	phys_calls = 0;
	phys_fail = 2;
	KT_EQ(ENXIO, phys(data, len, 0, B_WRITE, &resid));
	KT_EQ(2, phys_calls);
	KT_EQ(len - DEV_BSIZE, resid);
	kmem_free(data, len);
}

/* Each ends in the panic that t_disk.c has the text of. */
void
rump_kt_misuse(int what)
{
	struct vnode *vp = disk_open();
	struct bufq_state *bq;
	struct buf *bp = queue_new(1);

	switch (what) {
	case 0:
		biodone(bp);
		biodone(bp);
		break;
	case 1:
		KT_EQ(0, bufq_alloc(&bq, "fcfs", 0));
		bufq_put(bq, bp);
		bufq_free(bq);
		break;
	case 2:
		(void)incore(vp, 0);
		break;
	case 3:
		bp = getblk(vp, 0, BS, 0, 0);
		brelse(bp, 0);
		brelse(bp, 0);
		break;
	case 4:
		nestiobuf_setup(bp, queue_new(1), 1, DEV_BSIZE);
		break;
	case 5:
		spec_node_setmountedfs(vp, rootvnode->v_mount);
		spec_node_setmountedfs(vp, rootvnode->v_mount);
		break;
	case 6:
		bio_error_note(vp, 0);
		break;
	}
}
