/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of t_wapbl: logs on a disk of 1 MB, with a tmpfs playing the
 * file system that is mounted from it.  The log is in the first 64 blocks of
 * 2048 bytes, what is logged behind.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>

#include <miscfs/specfs/specdev.h>

void	rump_kt_wapbl_args(const char *);
void	rump_kt_wapbl_commit(const char *);
void	rump_kt_wapbl_revoke(const char *);
void	rump_kt_wapbl_inodes(const char *);
void	rump_kt_wapbl_wrap(const char *);
void	rump_kt_wapbl_limits(const char *);
void	rump_kt_wapbl_damage(const char *);
void	rump_kt_fscow(const char *);

#define	BSIZE	2048
#define	NLOG	64
#define	BLK(n)	((daddr_t)(NLOG + (n)) * (BSIZE / DEV_BSIZE))

static struct vnode *devvp;
static struct mount *mp;
static struct wapbl *wl;
static u_int nflushed, naborted;

static void
flushed(struct mount *m, struct wapbl_dealloc *wd)
{

	KASSERT(m == mp);
	for (; wd != NULL; wd = TAILQ_NEXT(wd, wd_entries))
		nflushed++;
}

static void
aborted(struct mount *m, struct wapbl_dealloc *wd)
{

	naborted++;
}

static struct vnode *
find(const char *path)
{
	struct vnode *vp;
	int error;

	error = namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp);
	KASSERT(error == 0);
	return vp;
}

static void
disk_open(const char *path)
{
	struct vnode *vp = find("/t");
	int error;

	mp = vp->v_mount;
	vrele(vp);
	devvp = find(path);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, FREAD | FWRITE, FSCRED);
	VOP_UNLOCK(devvp);
	KASSERT(error == 0);
	spec_node_setmountedfs(devvp, mp);
	mp->mnt_wapbl_op = &wapbl_ops;
}

static void
disk_close(void)
{

	KASSERT(mp->mnt_wapbl == NULL && mp->mnt_wapbl_replay == NULL);
	mp->mnt_wapbl_op = NULL;
	spec_node_setmountedfs(devvp, NULL);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)vinvalbuf(devvp, V_SAVE, FSCRED, curlwp, false, 0);
	(void)VOP_CLOSE(devvp, FREAD | FWRITE, FSCRED);
	vput(devvp);
}

static void
log_start(struct wapbl_replay *wr)
{
	int error;

	error = wapbl_start(&wl, mp, devvp, 0, NLOG, BSIZE, wr, flushed,
	    aborted);
	KASSERT(error == 0 && wl != NULL);
	mp->mnt_wapbl = wl;
}

/*
 * What is in memory goes as if the kernel had ended.  The log is not stopped,
 * which would write to the disk, so its memory stays.
 */
static void
log_crash(void)
{

	WAPBL_DISCARD(mp);
	mp->mnt_wapbl = NULL;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)vinvalbuf(devvp, 0, FSCRED, curlwp, false, 0);
	VOP_UNLOCK(devvp);
}

static void
put(u_int n, int what)
{
	struct buf *bp;

	bp = getblk(devvp, BLK(n), BSIZE, 0, 0);
	memset(bp->b_data, what, BSIZE);
	bdwrite(bp);
}

/* Past the cache. */
static void
raw(daddr_t blk, char *data, int flags)
{
	struct buf *bp;

	bp = getiobuf(devvp, true);
	bp->b_flags = flags;
	bp->b_data = data;
	bp->b_bufsize = bp->b_bcount = bp->b_resid = BSIZE;
	bp->b_dev = devvp->v_rdev;
	bp->b_blkno = blk;
	if (flags == B_WRITE) {
		mutex_enter(devvp->v_interlock);
		devvp->v_numoutput++;
		mutex_exit(devvp->v_interlock);
	}
	VOP_STRATEGY(devvp, bp);
	KASSERT(biowait(bp) == 0);
	putiobuf(bp);
}

static int
ondisk(u_int n)
{
	static char data[BSIZE];

	raw(BLK(n), data, B_READ);
	KASSERT(data[0] == data[BSIZE - 1]);
	return data[0];
}

/* What whoever reads gets. */
static int
incache(u_int n)
{
	struct buf *bp;
	int error, what;

	error = bread(devvp, BLK(n), BSIZE, 0, &bp);
	KASSERT(error == 0);
	what = *(char *)bp->b_data;
	KASSERT(((char *)bp->b_data)[BSIZE - 1] == what);
	brelse(bp, 0);
	return what;
}

static void
begin(void)
{
	int error;

	error = wapbl_begin(wl, __FILE__, __LINE__);
	KASSERT(error == 0);
}

static struct wapbl_replay *
replay(void)
{
	struct wapbl_replay *wr;
	int error;

	error = wapbl_replay_start(&wr, devvp, 0, NLOG, BSIZE);
	KASSERT(error == 0);
	return wr;
}

static void
replay_end(struct wapbl_replay *wr)
{

	wapbl_replay_stop(wr);
	wapbl_replay_free(wr);
}

static int
try_start(daddr_t off, size_t count, size_t bsize)
{
	struct wapbl_replay *wr = (void *)&wr;
	struct wapbl *w = (void *)&w;
	int error;

	error = wapbl_start(&w, mp, devvp, off, count, bsize, NULL, flushed,
	    aborted);
	KASSERT(error != 0 && w == NULL);
	KASSERT(wapbl_replay_start(&wr, devvp, off, count, bsize) == error);
	KASSERT(wr == NULL);
	return error;
}

void
rump_kt_wapbl_args(const char *path)
{
	struct wapbl_replay *wr;

	disk_open(path);
	KASSERT(try_start(0, NLOG, 0) == EINVAL);
	KASSERT(try_start(0, NLOG, 256) == EINVAL);
	KASSERT(try_start(0, NLOG, 3000) == EINVAL);
	KASSERT(try_start(0, NLOG, MAXBSIZE * 2) == EINVAL);
	KASSERT(try_start(0, 3, BSIZE) == EINVAL);
	KASSERT(try_start(-1, NLOG, BSIZE) == EINVAL);
	/* No log is there, and none of another shape. */
	KASSERT(wapbl_replay_start(&wr, devvp, 0, NLOG, BSIZE) == EINVAL);
	log_start(NULL);
	KASSERT(wapbl_stop(wl, 0) == 0);
	mp->mnt_wapbl = NULL;
	KASSERT(wapbl_replay_start(&wr, devvp, 0, NLOG - 1, BSIZE) == EINVAL);
	KASSERT(wapbl_replay_start(&wr, devvp, 0, NLOG, BSIZE / 2) == EINVAL);
	wr = replay();
	KASSERT(wr->wr_inodescnt == 0);
	KASSERT((*wapbl_ops.wo_wapbl_replay_isopen)(wr));
	wapbl_replay_stop(wr);
	KASSERT(!(*wapbl_ops.wo_wapbl_replay_isopen)(wr));
	wapbl_replay_free(wr);
	disk_close();
}

/* Not on the disk before the commit, in place after it. */
void
rump_kt_wapbl_commit(const char *path)
{
	struct buf *bp;
	int error;

	disk_open(path);
	log_start(NULL);
	KASSERT(wapbl_vphaswapbl(devvp) && wapbl_vptomp(devvp) == mp);
	begin();
	wapbl_jlock_assert(wl);
	wapbl_junlock_assert(wl);
	put(0, 'a');
	put(1, 'b');
	/* Nobody gets them out but the commit. */
	bp = getblk(devvp, BLK(2), BSIZE, 0, 0);
	memset(bp->b_data, 'c', BSIZE);
	KASSERT(bwrite(bp) == 0);
	error = vflushbuf(devvp, FSYNC_WAIT);
	KASSERT(error == 0);
	KASSERT(ondisk(0) == 0 && ondisk(1) == 0 && ondisk(2) == 0);
	KASSERT(incache(0) == 'a' && incache(2) == 'c');
	/* One that is dropped never gets there. */
	binvalbuf(devvp, BLK(1));
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 1) == 0);
	KASSERT(ondisk(0) == 'a' && ondisk(1) == 0 && ondisk(2) == 'c');

	/* A change of size counts; a forgotten transaction is forgotten. */
	begin();
	put(0, 'x');
	bp = getblk(devvp, BLK(0), BSIZE, 0, 0);
	(void)allocbuf(bp, BSIZE / 2, 1);
	(void)allocbuf(bp, BSIZE, 1);
	memset(bp->b_data, 'x', BSIZE);
	bdwrite(bp);
	wapbl_end(wl);
	WAPBL_DISCARD(mp);
	KASSERT(incache(0) == 'a');
	KASSERT(wapbl_stop(wl, 0) == 0);
	mp->mnt_wapbl = NULL;
	KASSERT(ondisk(0) == 'a');
	disk_close();
}

/* Overwrite in place what the log has, as if it had never got there. */
static void
lose(u_int n)
{
	static char zero[BSIZE];

	raw(BLK(n), zero, B_WRITE);
}

/* What was deallocated is not replayed, unless it came back. */
void
rump_kt_wapbl_revoke(const char *path)
{
	struct wapbl_replay *wr;
	void *cookie;
	u_int n;

	disk_open(path);
	log_start(NULL);
	begin();
	for (n = 0; n < 4; n++)
		put(n, 'a' + n);
	/* An inode keeps the log from being emptied. */
	wapbl_register_inode(wl, 5, 0100600);
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 0) == 0);
	begin();
	for (n = 1; n < 4; n++) {
		binvalbuf(devvp, BLK(n));
		KASSERT(wapbl_register_deallocation(wl, BLK(n), BSIZE, false,
		    &cookie) == 0);
	}
	/* The last not after all. */
	wapbl_unregister_deallocation(wl, cookie);
	wapbl_end(wl);
	KASSERT(nflushed == 0);
	KASSERT(wapbl_flush(wl, 0) == 0);
	KASSERT(nflushed == 2);
	begin();
	put(2, 'z');
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 0) == 0);
	KASSERT(nflushed == 2 && naborted == 0);
	log_crash();

	for (n = 0; n < 4; n++)
		lose(n);
	wr = replay();
	/* Read-only it is seen through the cache, */
	KASSERT((*wapbl_ops.wo_wapbl_replay_can_read)(wr, BLK(2), BSIZE));
	KASSERT(!(*wapbl_ops.wo_wapbl_replay_can_read)(wr, BLK(1), BSIZE));
	mp->mnt_wapbl_replay = wr;
	if ((*wapbl_ops.wo_wapbl_replay_can_read)(wr, BLK(0), BSIZE))
		KASSERT(incache(0) == 'a');
	KASSERT(incache(1) == 0 && incache(2) == 'z');
	KASSERT(ondisk(2) == 0);
	mp->mnt_wapbl_replay = NULL;
	/* else it is written. */
	KASSERT(wapbl_replay_write(wr, devvp) == 0);
	KASSERT(ondisk(1) == 0 && ondisk(2) == 'z');
	replay_end(wr);
	disk_close();
}

/* Inodes are told until they are taken back, over mounts, too. */
void
rump_kt_wapbl_inodes(const char *path)
{
	struct wapbl_replay *wr;
	u_int n;
	int i;

	disk_open(path);
	log_start(NULL);
	begin();
	/* more than a block of the log lists */
	for (n = 1; n <= 300; n++)
		wapbl_register_inode(wl, n, 0100000 + n % 512);
	wapbl_register_inode(wl, 300, 0100000);
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 1) == 0);
	begin();
	for (n = 1; n <= 297; n++)
		wapbl_unregister_inode(wl, n, 0);
	wapbl_end(wl);
	/* not committed */
	log_crash();
	wr = replay();
	KASSERT(wr->wr_inodescnt == 300);
	replay_end(wr);

	wr = replay();
	log_start(wr);
	replay_end(wr);
	begin();
	for (n = 1; n <= 297; n++)
		wapbl_unregister_inode(wl, n, 0);
	wapbl_unregister_inode(wl, 9999, 0);
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 1) == 0);
	log_crash();
	wr = replay();
	KASSERT(wr->wr_inodescnt == 3);
	for (i = 0; i < 3; i++)
		KASSERT(wr->wr_inodes[i].wr_inumber >= 298 &&
		    wr->wr_inodes[i].wr_imode == 0100000 +
		    wr->wr_inodes[i].wr_inumber % 512);
	log_start(wr);
	replay_end(wr);
	begin();
	for (n = 298; n <= 300; n++)
		wapbl_unregister_inode(wl, n, 0);
	wapbl_end(wl);
	KASSERT(wapbl_stop(wl, 0) == 0);
	mp->mnt_wapbl = NULL;
	wr = replay();
	KASSERT(wr->wr_inodescnt == 0);
	replay_end(wr);
	disk_close();
}

/* Round and round in the log; large transactions commit by themselves. */
void
rump_kt_wapbl_wrap(const char *path)
{
	static int last[100];
	struct wapbl_replay *wr;
	u_int i, n;

	disk_open(path);
	log_start(NULL);
	for (i = 0; i < 300; i++) {
		begin();
		for (n = 0; n < 1 + i % 7; n++) {
			last[(i * 3 + n) % 100] = 1 + i % 100;
			put((i * 3 + n) % 100, 1 + i % 100);
		}
		wapbl_end(wl);
		if (i % 5 == 0)
			KASSERT(wapbl_flush(wl, 0) == 0);
	}
	KASSERT(wapbl_flush(wl, 0) == 0);
	log_crash();
	wr = replay();
	mp->mnt_wapbl_replay = wr;
	for (n = 0; n < 100; n++)
		KASSERT(incache(n) == last[n]);
	mp->mnt_wapbl_replay = NULL;
	KASSERT(wapbl_replay_write(wr, devvp) == 0);
	for (n = 0; n < 100; n++)
		KASSERT(ondisk(n) == last[n]);
	replay_end(wr);
	disk_close();
}

/* Too much in a transaction: refused, and the disk stays as it was. */
void
rump_kt_wapbl_limits(const char *path)
{
	u_int n;
	int error;

	disk_open(path);
	log_start(NULL);
	begin();
	for (n = 0; n < 100000; n++) {
		error = wapbl_register_deallocation(wl, BLK(0), BSIZE, false,
		    NULL);
		if (error != 0)
			break;
	}
	KASSERT(error == EAGAIN && n > 100);
	KASSERT(wapbl_register_deallocation(wl, BLK(0), BSIZE, true, NULL) ==
	    0);
	wapbl_end(wl);
	begin();
	KASSERT(nflushed == n + 1);
	for (n = 0; n < NLOG; n++)
		put(n, 'x');
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 0) == ENOSPC && naborted == 1);
	KASSERT(wapbl_begin(wl, __FILE__, __LINE__) == ENOSPC);
	KASSERT(wapbl_flush(wl, 1) == ENOSPC);
	KASSERT(wapbl_stop(wl, 0) == ENOSPC);
	KASSERT(wapbl_stop(wl, 1) == 0);
	mp->mnt_wapbl = NULL;
	for (n = 0; n < NLOG; n++)
		KASSERT(ondisk(n) == 0 && incache(n) == 0);
	disk_close();
}

/* Any byte of the records wrong: refused, or no difference. */
void
rump_kt_wapbl_damage(const char *path)
{
	const daddr_t rec = 2 * (BSIZE / DEV_BSIZE);
	struct wapbl_replay *wr;
	u_int i, refused = 0;
	char *data;
	int error;

	disk_open(path);
	log_start(NULL);
	begin();
	put(0, 'a');
	wapbl_register_inode(wl, 7, 0100600);
	wapbl_end(wl);
	KASSERT(wapbl_flush(wl, 0) == 0);
	log_crash();
	data = kmem_alloc(BSIZE, KM_SLEEP);
	for (i = 0; i < 64; i++) {
		raw(rec, data, B_READ);
		data[i] ^= 0x41;
		raw(rec, data, B_WRITE);
		error = wapbl_replay_start(&wr, devvp, 0, NLOG, BSIZE);
		KASSERT(error == 0 || error == EINVAL);
		refused += error != 0;
		if (error == 0)
			replay_end(wr);
		data[i] ^= 0x41;
		raw(rec, data, B_WRITE);
	}
	KASSERT(refused == 64);
	wr = replay();
	KASSERT(wr->wr_inodescnt == 1);
	replay_end(wr);
	kmem_free(data, BSIZE);
	disk_close();
}

static u_int ncow;
static int cowerror;
static bool cowvalid;

static int
cow(void *arg, struct buf *bp, bool data_valid)
{

	KASSERT(arg == &ncow);
	if (bp->b_blkno != BLK(0))
		return 0;
	ncow++;
	cowvalid = data_valid;
	return cowerror;
}

/* Who has a handler is asked before each first change and write. */
void
rump_kt_fscow(const char *path)
{
	struct buf *bp;
	int error;

	disk_open(path);
	KASSERT(fscow_disestablish(mp, cow, &ncow) == EINVAL);
	KASSERT(fscow_establish(mp, cow, &ncow) == 0);
	KASSERT(incache(0) == 0 && ncow == 0);
	KASSERT(bread(devvp, BLK(0), BSIZE, B_MODIFY, &bp) == 0);
	KASSERT(ncow == 1 && cowvalid);
	memset(bp->b_data, 'a', BSIZE);
	KASSERT(bwrite(bp) == 0);
	KASSERT(ncow == 1);
	/* Without that it is asked when it is written. */
	bp = getblk(devvp, BLK(0), BSIZE, 0, 0);
	memset(bp->b_data, 'b', BSIZE);
	KASSERT(bwrite(bp) == 0);
	KASSERT(ncow == 2 && !cowvalid && ondisk(0) == 'b');
	/* If the old contents cannot be kept they stay. */
	cowerror = ENOSPC;
	KASSERT(bread(devvp, BLK(0), BSIZE, B_MODIFY, &bp) == ENOSPC);
	bp = getblk(devvp, BLK(0), BSIZE, 0, 0);
	memset(bp->b_data, 'c', BSIZE);
	error = bwrite(bp);
	KASSERT(error == ENOSPC && ondisk(0) == 'b');
	cowerror = 0;
	/* While the mount is suspended the owner goes on. */
	KASSERT(!fstrans_held(mp) && vfs_suspend(mp, 0) == 0);
	KASSERT(fstrans_getstate(mp) == FSTRANS_SUSPENDED);
	KASSERT(fstrans_held(mp) && fstrans_is_owner(mp));
	vfs_resume(mp);
	KASSERT(fstrans_getstate(mp) == FSTRANS_NORMAL && !fstrans_held(mp));
	KASSERT(fscow_disestablish(mp, cow, &ncow) == 0);
	ncow = 0;
	put(0, 'd');
	disk_close();
	KASSERT(ncow == 0);
}
