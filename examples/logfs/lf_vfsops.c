/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system type "logfs": mounting, with what the log has to say about
 * the last time, unmounting, writing everything, file handles.
 */

#include "logfs.h"

#include <sys/conf.h>
#include <sys/device.h>
#include <sys/module.h>
#include <sys/proc.h>

MODULE(MODULE_CLASS_VFS, logfs, NULL);

struct lf_fid {
	uint16_t	lf_len;
	uint16_t	lf_pad;
	uint32_t	lf_gen;
	uint64_t	lf_ino;
};

/* Does what is on the disk make sense for a disk of so many blocks? */
static bool
super_sane_p(const struct lf_super *ls, uint64_t nblocks)
{
	const uint64_t n = ls->ls_nblocks;

	return ls->ls_magic == LF_MAGIC && n <= nblocks && ls->ls_log == 1 &&
	    ls->ls_bitmap == (uint64_t)ls->ls_log + ls->ls_nlog &&
	    ls->ls_nbitmap == howmany(n, 8 * LF_BSIZE) &&
	    ls->ls_inodes == (uint64_t)ls->ls_bitmap + ls->ls_nbitmap &&
	    ls->ls_ninodes >= LF_ROOTINO &&
	    ls->ls_ninodeblocks == ls->ls_ninodes / LF_IPERBLOCK + 1 &&
	    ls->ls_data == (uint64_t)ls->ls_inodes + ls->ls_ninodeblocks &&
	    ls->ls_data < n;
}

static int
super_read(struct lf_mount *lm)
{
	uint64_t numsec;
	unsigned int secsize;
	struct buf *bp;
	int error;

	error = getdisksize(lm->lm_devvp, &numsec, &secsize);
	if (error != 0)
		return error;
	error = bread(lm->lm_devvp, 0, LF_BSIZE, 0, &bp);
	if (error != 0)
		return error;
	memcpy(&lm->lm_super, bp->b_data, sizeof(lm->lm_super));
	brelse(bp, 0);
	return super_sane_p(&lm->lm_super, numsec * secsize / LF_BSIZE) ? 0 :
	    EINVAL;
}

/* The superblock says whether the next mount has to look at the log. */
static int
super_modify(struct lf_mount *lm, bool clean, struct buf **bpp)
{
	int error;

	error = bread(lm->lm_devvp, 0, LF_BSIZE, B_MODIFY, bpp);
	if (error != 0)
		return error;
	lm->lm_super.ls_clean = clean;
	memcpy((*bpp)->b_data, &lm->lm_super, sizeof(lm->lm_super));
	return 0;
}

/* Without a log any more. */
static int
super_clean(struct lf_mount *lm)
{
	struct buf *bp;
	int error;

	error = super_modify(lm, true, &bp);
	return error != 0 ? error : bwrite(bp);
}

/* The first transaction, in place before there is another. */
static int
super_used(struct lf_mount *lm)
{
	struct buf *bp;
	int error;

	error = lf_begin(lm);
	if (error != 0)
		return error;
	error = super_modify(lm, false, &bp);
	if (error == 0)
		bdwrite(bp);
	lf_end(lm);
	return error != 0 ? error : wapbl_flush(lm->lm_mp->mnt_wapbl, 1);
}

/*
 * The log after a crash: what it holds is written, or, if nothing may be,
 * read from there as long as the mount lasts.
 */
static int
log_replay(struct lf_mount *lm)
{
	const struct lf_super *ls = &lm->lm_super;
	struct mount *mp = lm->lm_mp;
	struct wapbl_replay *wr;
	int error;

	error = wapbl_replay_start(&wr, lm->lm_devvp, LF_FSBTODB(ls->ls_log),
	    ls->ls_nlog, LF_BSIZE);
	if (error != 0)
		return error;
	mp->mnt_wapbl_op = &wapbl_ops;
	if ((mp->mnt_flag & MNT_RDONLY) != 0) {
		mp->mnt_wapbl_replay = wr;
		return 0;
	}
	error = wapbl_replay_write(wr, lm->lm_devvp);
	wapbl_replay_stop(wr);
	if (error != 0) {
		wapbl_replay_free(wr);
		return error;
	}
	lm->lm_replay = wr;
	/* Of the time before. */
	vn_lock(lm->lm_devvp, LK_EXCLUSIVE | LK_RETRY);
	error = vinvalbuf(lm->lm_devvp, 0, FSCRED, curlwp, false, 0);
	VOP_UNLOCK(lm->lm_devvp);
	return error;
}

static void
replay_free(struct wapbl_replay **wrp)
{

	if (*wrp == NULL)
		return;
	wapbl_replay_stop(*wrp);
	wapbl_replay_free(*wrp);
	*wrp = NULL;
}

/* From the superblock to a log that runs, or is read. */
static int
log_start(struct lf_mount *lm)
{
	const struct lf_super *ls = &lm->lm_super;
	struct mount *mp = lm->lm_mp;
	int error;

	error = ls->ls_clean ? 0 : log_replay(lm);
	if (error == 0)
		error = lf_count_free(lm);
	if (error != 0 || (mp->mnt_flag & MNT_RDONLY) != 0)
		return error;
	mp->mnt_wapbl_op = &wapbl_ops;
	error = wapbl_start(&mp->mnt_wapbl, mp, lm->lm_devvp,
	    LF_FSBTODB(ls->ls_log), ls->ls_nlog, LF_BSIZE, lm->lm_replay,
	    lf_wapbl_flush, lf_wapbl_abort);
	return error == 0 && ls->ls_clean ? super_used(lm) : error;
}

static void
lf_mount_free(struct lf_mount *lm)
{

	replay_free(&lm->lm_replay);
	replay_free(&lm->lm_mp->mnt_wapbl_replay);
	lm->lm_mp->mnt_wapbl_op = NULL;
	mutex_destroy(&lm->lm_lock);
	rw_destroy(&lm->lm_alloc);
	kmem_free(lm, sizeof(*lm));
}

static int
lf_open_flags(const struct mount *mp)
{

	return (mp->mnt_flag & MNT_RDONLY) != 0 ? FREAD : FREAD | FWRITE;
}

/* The device is open. */
static int
lf_mountfs(struct mount *mp, struct vnode *devvp)
{
	struct lf_mount *lm;
	int error;

	lm = kmem_zalloc(sizeof(*lm), KM_SLEEP);
	lm->lm_mp = mp;
	lm->lm_devvp = devvp;
	rw_init(&lm->lm_alloc);
	mutex_init(&lm->lm_lock, MUTEX_DEFAULT, IPL_NONE);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = vinvalbuf(devvp, V_SAVE, FSCRED, curlwp, false, 0);
	VOP_UNLOCK(devvp);
	if (error == 0)
		error = super_read(lm);
	if (error != 0)
		goto fail;
	mp->mnt_data = lm;
	mp->mnt_fs_bshift = LF_BSHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	mp->mnt_stat.f_namemax = LF_MAXNAMLEN;
	mp->mnt_stat.f_fsidx.__fsid_val[0] = (uint32_t)devvp->v_rdev;
	mp->mnt_stat.f_fsidx.__fsid_val[1] = makefstype("logfs");
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	spec_node_setmountedfs(devvp, mp);
	error = log_start(lm);
	if (error != 0)
		goto failmounted;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_SHRLOOKUP | IMNT_NCLOOKUP;
	return 0;
failmounted:
	if (mp->mnt_wapbl != NULL)
		(void)wapbl_stop(mp->mnt_wapbl, true);
	mp->mnt_wapbl = NULL;
	spec_node_setmountedfs(devvp, NULL);
	mp->mnt_data = NULL;
fail:
	lf_mount_free(lm);
	return error;
}

/* The vnode of a device, referenced. */
static int
lf_find_device(struct mount *mp, const char *path, struct vnode **vpp)
{
	const accmode_t mode = (mp->mnt_flag & MNT_RDONLY) != 0 ? VREAD :
	    VREAD | VWRITE;
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		return error;
	if (vp->v_type != VBLK)
		error = ENOTBLK;
	else if (bdevsw_lookup(vp->v_rdev) == NULL)
		error = ENXIO;
	if (error == 0) {
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		error = kauth_authorize_system(curlwp->l_cred,
		    KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_DEVICE, mp, vp,
		    KAUTH_ARG(mode));
		VOP_UNLOCK(vp);
	}
	if (error != 0)
		vrele(vp);
	else
		*vpp = vp;
	return error;
}

static void
lf_close_device(struct vnode *devvp, int flags)
{

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(devvp, flags, FSCRED);
	vput(devvp);
}

/* VFS_MOUNT. */
static int
lf_mount(struct mount *mp, const char *path, void *data, size_t *len)
{
	struct logfs_args *args = data;
	struct vnode *devvp;
	int error;

	if (args == NULL || *len < sizeof(*args))
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		args->la_fspec = NULL;
		*len = sizeof(*args);
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return EOPNOTSUPP;
	if (args->la_fspec == NULL)
		return EINVAL;
	error = set_statvfs_info(path, UIO_USERSPACE, args->la_fspec,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		error = lf_find_device(mp, args->la_fspec, &devvp);
	if (error != 0)
		return error;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, lf_open_flags(mp), FSCRED);
	VOP_UNLOCK(devvp);
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	error = lf_mountfs(mp, devvp);
	if (error != 0)
		lf_close_device(devvp, lf_open_flags(mp));
	return error;
}

/* VFS_START: free what had no name when the kernel before stopped. */
static int
lf_start(struct mount *mp, int flags)
{
	struct lf_mount *lm = MOUNTTOLF(mp);
	struct vnode *vp;
	int i;

	for (i = 0; lm->lm_replay != NULL && i < lm->lm_replay->wr_inodescnt;
	    i++)
		if (lf_vget(mp, lm->lm_replay->wr_inodes[i].wr_inumber,
		    LK_EXCLUSIVE, &vp) == 0)
			vput(vp);
	replay_free(&lm->lm_replay);
	return 0;
}

/* VFS_UNMOUNT. */
static int
lf_unmount(struct mount *mp, int mntflags)
{
	struct lf_mount *lm = MOUNTTOLF(mp);
	const bool force = (mntflags & MNT_FORCE) != 0;
	struct vnode *devvp = lm->lm_devvp;
	int error;

	error = vflush(mp, NULLVP, force ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	if (!lf_rdonly(lm)) {
		error = wapbl_flush(mp->mnt_wapbl, 1);
		if (error != 0 && !force)
			return error;
		lf_snap_end(lm);
		(void)wapbl_stop(mp->mnt_wapbl, true);
		mp->mnt_wapbl = NULL;
		/* Not clean if the log may hold more than the disk. */
		if (error == 0)
			(void)super_clean(lm);
	}
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)vinvalbuf(devvp, error == 0 ? V_SAVE : 0, FSCRED, curlwp,
	    false, 0);
	VOP_UNLOCK(devvp);
	spec_node_setmountedfs(devvp, NULL);
	lf_close_device(devvp, lf_open_flags(mp));
	mp->mnt_data = NULL;
	mp->mnt_flag &= ~MNT_LOCAL;
	lf_mount_free(lm);
	return 0;
}

/* VFS_ROOT. */
static int
lf_root(struct mount *mp, int lktype, struct vnode **vpp)
{
	int error;

	error = lf_vget(mp, LF_ROOTINO, lktype, vpp);
	if (error == 0 && (*vpp)->v_type != VDIR) {
		if (lktype != LK_NONE)
			VOP_UNLOCK(*vpp);
		vrele(*vpp);
		*vpp = NULL;
		error = EIO;
	}
	return error;
}

/* VFS_STATVFS. */
static int
lf_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct lf_mount *lm = MOUNTTOLF(mp);

	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = LF_BSIZE;
	sbp->f_blocks = lm->lm_super.ls_nblocks - lm->lm_super.ls_data;
	sbp->f_files = lm->lm_super.ls_ninodes;
	sbp->f_bresvd = sbp->f_fresvd = 0;
	mutex_enter(&lm->lm_lock);
	sbp->f_bfree = sbp->f_bavail = lm->lm_bfree;
	sbp->f_ffree = sbp->f_favail = lm->lm_ifree;
	mutex_exit(&lm->lm_lock);
	copy_statvfs_info(sbp, mp);
	return 0;
}

static bool
sync_selector(void *cl, struct vnode *vp)
{

	return vp->v_data != NULL;
}

/* VFS_SYNC: pages and times, then the log. */
int
lf_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	struct lf_mount *lm = MOUNTTOLF(mp);
	struct vnode_iterator *marker;
	struct vnode *vp;
	int error, rv = 0;

	if (lf_rdonly(lm))
		return 0;
	vfs_vnode_iterator_init(mp, &marker);
	while (waitfor != MNT_LAZY && (vp = vfs_vnode_iterator_next(marker,
	    sync_selector, NULL)) != NULL) {
		error = vn_lock(vp, LK_EXCLUSIVE);
		if (error != 0) {
			vrele(vp);
			continue;
		}
		/* Without a commit for each. */
		error = VOP_FSYNC(vp, cred, FSYNC_RECLAIM |
		    (waitfor == MNT_WAIT ? FSYNC_WAIT : 0), 0, 0);
		if (rv == 0)
			rv = error;
		vput(vp);
	}
	vfs_vnode_iterator_destroy(marker);
	error = wapbl_flush(mp->mnt_wapbl, waitfor == MNT_WAIT);
	return rv != 0 ? rv : error;
}

/* VFS_FSYNC: the syncer has come to the device. */
static int
lf_devfsync(struct vnode *devvp, int flags)
{
	struct mount *mp = spec_node_getmountedfs(devvp);

	if (mp->mnt_wapbl == NULL)
		return vflushbuf(devvp, flags);
	return wapbl_flush(mp->mnt_wapbl, (flags & FSYNC_WAIT) != 0);
}

/* VFS_FHTOVP. */
static int
lf_fhtovp(struct mount *mp, struct fid *fhp, int lktype, struct vnode **vpp)
{
	struct lf_fid lf;
	int error;

	if (fhp->fid_len != sizeof(lf))
		return EINVAL;
	memcpy(&lf, fhp, sizeof(lf));
	error = lf_vget(mp, lf.lf_ino, LK_SHARED, vpp);
	if (error != 0)
		return error == ENOENT ? ESTALE : error;
	if (VTOLF(*vpp)->ln_d.ld_gen != lf.lf_gen ||
	    VTOLF(*vpp)->ln_d.ld_nlink == 0)
		error = ESTALE;
	VOP_UNLOCK(*vpp);
	if (error == 0 && lktype != LK_NONE)
		error = vn_lock(*vpp, lktype);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

/* VFS_VPTOFH. */
static int
lf_vptofh(struct vnode *vp, struct fid *fhp, size_t *size)
{
	struct lf_fid lf = { .lf_len = sizeof(lf) };

	if (*size < sizeof(lf)) {
		*size = sizeof(lf);
		return E2BIG;
	}
	*size = sizeof(lf);
	lf.lf_gen = VTOLF(vp)->ln_d.ld_gen;
	lf.lf_ino = VTOLF(vp)->ln_ino;
	memcpy(fhp, &lf, sizeof(lf));
	return 0;
}

static struct vfsops lf_vfsops = {
	.vfs_name = "logfs",
	.vfs_min_mount_data = sizeof(struct logfs_args),
	.vfs_mount = lf_mount,
	.vfs_start = lf_start,
	.vfs_unmount = lf_unmount,
	.vfs_root = lf_root,
	.vfs_quotactl = (void *)eopnotsupp,
	.vfs_statvfs = lf_statvfs,
	.vfs_sync = lf_sync,
	.vfs_vget = lf_vget,
	.vfs_loadvnode = lf_loadvnode,
	.vfs_newvnode = lf_newvnode,
	.vfs_fhtovp = lf_fhtovp,
	.vfs_vptofh = lf_vptofh,
	.vfs_init = lf_node_sysinit,
	.vfs_done = lf_node_sysfini,
	.vfs_snapshot = (void *)eopnotsupp,
	.vfs_extattrctl = vfs_stdextattrctl,
	.vfs_suspendctl = genfs_suspendctl,
	.vfs_renamelock_enter = genfs_renamelock_enter,
	.vfs_renamelock_exit = genfs_renamelock_exit,
	.vfs_fsync = lf_devfsync,
	.vfs_opv_descs = lf_vnodeopv_descs,
};

static int
logfs_modcmd(modcmd_t cmd, void *arg)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&lf_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&lf_vfsops);
	default:
		return ENOTTY;
	}
}
