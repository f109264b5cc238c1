/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A snapshot: the disk as it is at one moment, to be read block by block while
 * writers go on, for a backup.  The mount is suspended only while it is
 * taken; then whoever is about to change a block for the first time has its
 * old contents kept here, in memory, fstrans(9).
 *
 * At that moment the log is empty, so that what is read is a clean file
 * system; only its superblock says that it is mounted.
 */

#include "logfs.h"

#include <sys/proc.h>
#include <sys/rbtree.h>

/* The old contents of a block. */
struct lf_copy {
	rb_node_t	lc_node;
	uint32_t	lc_blk;
	char		lc_data[LF_BSIZE];
};

/* s: sn_lock. */
struct lf_snap {
	struct lf_mount	*sn_mount;
	kmutex_t	sn_lock;
	rb_tree_t	sn_copies;	/* s */
	u_int		sn_readers;	/* lm_lock */
	kcondvar_t	sn_cv;		/* lm_lock: no reader is left */
};

static int
copy_compare(void *ctx, const void *a, const void *b)
{
	const struct lf_copy *ca = a, *cb = b;

	return ca->lc_blk < cb->lc_blk ? -1 : ca->lc_blk > cb->lc_blk;
}

static int
copy_compare_key(void *ctx, const void *a, const void *key)
{
	const struct lf_copy *ca = a;
	const uint32_t blk = *(const uint32_t *)key;

	return ca->lc_blk < blk ? -1 : ca->lc_blk > blk;
}

static const rb_tree_ops_t copy_ops = {
	.rbto_compare_nodes = copy_compare,
	.rbto_compare_key = copy_compare_key,
	.rbto_node_offset = offsetof(struct lf_copy, lc_node),
};

static bool
copy_find(struct lf_snap *sn, uint32_t blk, char *data)
{
	struct lf_copy *lc;

	mutex_enter(&sn->sn_lock);
	lc = rb_tree_find_node(&sn->sn_copies, &blk);
	if (lc != NULL && data != NULL)
		memcpy(data, lc->lc_data, LF_BSIZE);
	mutex_exit(&sn->sn_lock);
	return lc != NULL;
}

/* From the disk; buffers may be newer. */
static int
disk_read(struct lf_mount *lm, uint32_t blk, char *data)
{
	struct buf *bp;
	int error;

	bp = getiobuf(lm->lm_devvp, true);
	bp->b_flags = B_READ;
	bp->b_data = data;
	bp->b_bufsize = bp->b_bcount = bp->b_resid = LF_BSIZE;
	bp->b_dev = lm->lm_devvp->v_rdev;
	bp->b_blkno = LF_FSBTODB(blk);
	VOP_STRATEGY(lm->lm_devvp, bp);
	error = biowait(bp);
	putiobuf(bp);
	return error;
}

/*
 * Keep a block.  Another thread may do the same at the same time; none of them
 * writes before its copy, or the other's, is here.
 */
static int
copy_keep(struct lf_snap *sn, uint32_t blk)
{
	struct lf_copy *lc;
	bool mine = true;
	int error;

	if (blk >= sn->sn_mount->lm_super.ls_nblocks ||
	    copy_find(sn, blk, NULL))
		return 0;
	lc = kmem_alloc(sizeof(*lc), KM_SLEEP);
	lc->lc_blk = blk;
	error = disk_read(sn->sn_mount, blk, lc->lc_data);
	if (error == 0) {
		mutex_enter(&sn->sn_lock);
		mine = rb_tree_insert_node(&sn->sn_copies, lc) == lc;
		mutex_exit(&sn->sn_lock);
	}
	if (error != 0 || !mine)
		kmem_free(lc, sizeof(*lc));
	return error;
}

/* From fstrans: what bp is about to overwrite on the disk. */
static int
lf_cow(void *arg, struct buf *bp, bool data_valid)
{
	const off_t from = dbtob(bp->b_blkno);
	uint32_t blk;
	int error = 0;

	for (blk = from >> LF_BSHIFT; error == 0 &&
	    ((off_t)blk << LF_BSHIFT) < from + bp->b_bcount; blk++)
		error = copy_keep(arg, blk);
	return error;
}

static void
snap_destroy(struct lf_snap *sn)
{
	struct lf_copy *lc;

	while ((lc = RB_TREE_MIN(&sn->sn_copies)) != NULL) {
		rb_tree_remove_node(&sn->sn_copies, lc);
		kmem_free(lc, sizeof(*lc));
	}
	cv_destroy(&sn->sn_cv);
	mutex_destroy(&sn->sn_lock);
	kmem_free(sn, sizeof(*sn));
}

/* Stop the mount for a moment.  An unmount might wait for us: do not wait. */
static int
snap_take(struct lf_mount *lm, struct lf_snap *sn)
{
	int error;

	error = vfs_suspend(lm->lm_mp, 1);
	if (error != 0)
		return error;
	error = lf_sync(lm->lm_mp, MNT_WAIT, curlwp->l_cred);
	if (error == 0)
		error = fscow_establish(lm->lm_mp, lf_cow, sn);
	vfs_resume(lm->lm_mp);
	return error;
}

static int
snap_begin(struct lf_mount *lm, uint32_t *nblocksp)
{
	struct lf_snap *sn;
	bool busy;
	int error = 0;

	if (lf_rdonly(lm))
		return EROFS;
	sn = kmem_zalloc(sizeof(*sn), KM_SLEEP);
	sn->sn_mount = lm;
	mutex_init(&sn->sn_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&sn->sn_cv, "lfsnap");
	rb_tree_init(&sn->sn_copies, &copy_ops);
	/* Nobody else begins; readers wait until it is there. */
	sn->sn_readers = 1;
	mutex_enter(&lm->lm_lock);
	busy = lm->lm_snap != NULL;
	if (!busy)
		lm->lm_snap = sn;
	mutex_exit(&lm->lm_lock);
	if (busy)
		error = EBUSY;
	else
		error = snap_take(lm, sn);
	mutex_enter(&lm->lm_lock);
	sn->sn_readers--;
	if (!busy && error != 0)
		lm->lm_snap = NULL;
	cv_broadcast(&sn->sn_cv);
	mutex_exit(&lm->lm_lock);
	if (error != 0)
		snap_destroy(sn);
	else
		*nblocksp = lm->lm_super.ls_nblocks;
	return error;
}

static struct lf_snap *
snap_hold(struct lf_mount *lm)
{
	struct lf_snap *sn;

	mutex_enter(&lm->lm_lock);
	sn = lm->lm_snap;
	if (sn != NULL)
		sn->sn_readers++;
	mutex_exit(&lm->lm_lock);
	return sn;
}

static void
snap_release(struct lf_mount *lm, struct lf_snap *sn)
{

	mutex_enter(&lm->lm_lock);
	if (--sn->sn_readers == 0)
		cv_broadcast(&sn->sn_cv);
	mutex_exit(&lm->lm_lock);
}

/*
 * A block as it was.  It may be overwritten while it is read, so a copy is
 * looked for once more behind that.
 */
static int
snap_read(struct lf_mount *lm, struct logfs_snapblk *lb)
{
	struct lf_snap *sn;
	char *data;
	int error = 0;

	if (lb->lb_blk >= lm->lm_super.ls_nblocks)
		return EINVAL;
	sn = snap_hold(lm);
	if (sn == NULL)
		return ENOENT;
	data = kmem_alloc(LF_BSIZE, KM_SLEEP);
	lb->lb_copied = copy_find(sn, lb->lb_blk, data);
	if (!lb->lb_copied) {
		error = disk_read(lm, lb->lb_blk, data);
		lb->lb_copied = copy_find(sn, lb->lb_blk, data);
		if (lb->lb_copied)
			error = 0;
	}
	snap_release(lm, sn);
	if (error == 0)
		error = copyout(data, lb->lb_data, LF_BSIZE);
	kmem_free(data, LF_BSIZE);
	return error;
}

static int
snap_finish(struct lf_mount *lm)
{
	struct lf_snap *sn;
	int error __diagused;

	mutex_enter(&lm->lm_lock);
	sn = lm->lm_snap;
	lm->lm_snap = NULL;
	while (sn != NULL && sn->sn_readers > 0)
		cv_wait(&sn->sn_cv, &lm->lm_lock);
	mutex_exit(&lm->lm_lock);
	if (sn == NULL)
		return ENOENT;
	error = fscow_disestablish(lm->lm_mp, lf_cow, sn);
	KASSERT(error == 0);
	snap_destroy(sn);
	return 0;
}

/* At unmount: if there is one it ends. */
void
lf_snap_end(struct lf_mount *lm)
{

	(void)snap_finish(lm);
}

/* VOP_IOCTL. */
int
lf_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	struct lf_mount *lm = VTOLF(ap->a_vp)->ln_mount;
	int error;

	switch (ap->a_command) {
	case LFIOC_SNAPBEGIN:
	case LFIOC_SNAPREAD:
	case LFIOC_SNAPEND:
		/* All files at once, whoever they belong to. */
		error = kauth_authorize_generic(ap->a_cred,
		    KAUTH_GENERIC_ISSUSER, NULL);
		if (error != 0)
			return error;
		break;
	}
	switch (ap->a_command) {
	case LFIOC_SNAPBEGIN:
		return snap_begin(lm, ap->a_data);
	case LFIOC_SNAPREAD:
		return snap_read(lm, ap->a_data);
	case LFIOC_SNAPEND:
		return snap_finish(lm);
	default:
		return genfs_enoioctl(v);
	}
}
