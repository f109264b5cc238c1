/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system as a whole: mounting, changing a mount between read-only
 * and writing, unmounting, statvfs, sync, file handles, and the module.
 *
 * A volume mounted for writing is marked as in use on disk at once and as
 * clean again by the last act of unmounting, unless it was not clean to
 * begin with: only a checker may call it clean then.
 */

#include "ext2.h"

#include <sys/conf.h>
#include <sys/device.h>
#include <sys/dkio.h>
#include <sys/module.h>
#include <sys/proc.h>
#include <miscfs/specfs/specdev.h>

MODULE(MODULE_CLASS_VFS, ext2fs, NULL);

/* What mount(2) hands over: NetBSD's struct ufs_args. */
struct ext2_mountargs {
	char	*fspec;			/* block device */
};

static int ext2fs_mount(struct mount *, const char *, void *, size_t *);
static int ext2fs_start(struct mount *, int);
static int ext2fs_unmount(struct mount *, int);
static int ext2fs_root(struct mount *, int, struct vnode **);
static int ext2fs_statvfs(struct mount *, struct statvfs *);
static int ext2fs_sync(struct mount *, int, struct kauth_cred *);
static int ext2fs_vget(struct mount *, ino_t, int, struct vnode **);
static int ext2fs_fhtovp(struct mount *, struct fid *, int, struct vnode **);
static int ext2fs_vptofh(struct vnode *, struct fid *, size_t *);
static void ext2fs_init(void);
static void ext2fs_done(void);
static const struct vnodeopv_desc * const ext2fs_vnodeopv_descs[] = {
	&ext2fs_vnodeop_opv_desc,
	&ext2fs_specop_opv_desc,
	&ext2fs_fifoop_opv_desc,
	NULL
};

static int ext2fs_devfsync(struct vnode *, int);
static int ext2fs_noquota(struct mount *, struct quotactl_args *);
static int ext2fs_nosnapshot(struct mount *, struct vnode *,
    struct timespec *);

static struct vfsops ext2fs_vfsops = {
	.vfs_name = MOUNT_EXT2FS,
	.vfs_min_mount_data = sizeof(struct ext2_mountargs),
	.vfs_mount = ext2fs_mount,
	.vfs_start = ext2fs_start,
	.vfs_unmount = ext2fs_unmount,
	.vfs_root = ext2fs_root,
	.vfs_quotactl = ext2fs_noquota,
	.vfs_statvfs = ext2fs_statvfs,
	.vfs_sync = ext2fs_sync,
	.vfs_vget = ext2fs_vget,
	.vfs_loadvnode = ext2fs_loadvnode,
	.vfs_newvnode = ext2fs_newvnode,
	.vfs_fhtovp = ext2fs_fhtovp,
	.vfs_vptofh = ext2fs_vptofh,
	.vfs_init = ext2fs_init,
	.vfs_done = ext2fs_done,
	.vfs_snapshot = ext2fs_nosnapshot,
	.vfs_extattrctl = vfs_stdextattrctl,
	.vfs_suspendctl = genfs_suspendctl,
	.vfs_renamelock_enter = genfs_renamelock_enter,
	.vfs_renamelock_exit = genfs_renamelock_exit,
	.vfs_fsync = ext2fs_devfsync,
	.vfs_opv_descs = ext2fs_vnodeopv_descs
};

static void
ext2fs_init(void)
{

	ext2_csum_init();
	ext2_vnode_init();
}

static void
ext2fs_done(void)
{

	ext2_vnode_done();
}

static int
ext2fs_modcmd(modcmd_t cmd, void *arg)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&ext2fs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&ext2fs_vfsops);
	default:
		return ENOTTY;
	}
}

static int
ext2fs_noquota(struct mount *mp, struct quotactl_args *args)
{

	return EOPNOTSUPP;
}

static int
ext2fs_nosnapshot(struct mount *mp, struct vnode *vp, struct timespec *ts)
{

	return EOPNOTSUPP;
}

static int
ext2fs_start(struct mount *mp, int flags)
{

	return 0;
}

static struct ext2_mount *
ext2_mount_create(struct mount *mp, struct vnode *devvp)
{
	struct ext2_mount *em;

	em = kmem_zalloc(sizeof(*em), KM_SLEEP);
	em->em_sb = kmem_alloc(sizeof(*em->em_sb), KM_SLEEP);
	em->em_mp = mp;
	em->em_devvp = devvp;
	em->em_dev = devvp->v_rdev;
	strlcpy(em->em_name, mp->mnt_stat.f_mntfromname,
	    sizeof(em->em_name));
	mutex_init(&em->em_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&em->em_commitlock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&em->em_txlock);
	cv_init(&em->em_cv, "ext2ino");
	TAILQ_INIT(&em->em_dirty);
	SLIST_INIT(&em->em_pendlist[EXT2_PEND_NEW]);
	SLIST_INIT(&em->em_pendlist[EXT2_PEND_OLD]);
	return em;
}

static void
ext2_mount_destroy(struct ext2_mount *em)
{

	KASSERT(TAILQ_EMPTY(&em->em_dirty));
	if (em->em_groups != NULL) {
		rw_enter(&em->em_txlock, RW_WRITER);
		ext2_pend_rotate(em);
		rw_exit(&em->em_txlock);
		ext2_pend_drop(em);
	}
	ext2_groups_free(em);
	cv_destroy(&em->em_cv);
	rw_destroy(&em->em_txlock);
	mutex_destroy(&em->em_commitlock);
	mutex_destroy(&em->em_lock);
	ext2_newblocks_free(em->em_newblocks, em->em_maxnewblocks);
	kmem_free(em->em_sb, sizeof(*em->em_sb));
	kmem_free(em, sizeof(*em));
}

/* Tell what the superblock says about the volume's health. */
static void
ext2_warn_state(struct ext2_mount *em)
{
	const uint16_t state = le16toh(em->em_sb->s_state);

	if (EXT2_HAS_I(em, RECOVER))
		ext2_warn(em, "journal needs recovery: read as it is, "
		    "without what the journal holds");
	else if ((state & E2_STATE_ERROR) != 0)
		ext2_warn(em, "has errors, run e2fsck");
	else if ((state & E2_STATE_CLEAN) == 0)
		ext2_warn(em, "was not unmounted cleanly, e2fsck is "
		    "recommended");
}

/*
 * Begin or end writing: record it on disk.
 */
static int
ext2_set_writing(struct ext2_mount *em, bool writing)
{
	struct e2_sb *sb = em->em_sb;
	int error;

	mutex_enter(&em->em_lock);
	if (writing) {
		if ((sb->s_state & htole16(E2_STATE_CLEAN)) != 0)
			em->em_flags |= EMF_WASCLEAN;
		em->em_flags |= EMF_WRITE;
		sb->s_state &= ~htole16(E2_STATE_CLEAN);
		sb->s_mtime = htole32((uint32_t)time_second);
		sb->s_mnt_count = htole16(le16toh(sb->s_mnt_count) + 1);
		strncpy(sb->s_last_mounted, em->em_mp->mnt_stat.f_mntonname,
		    sizeof(sb->s_last_mounted));
	} else if ((em->em_flags & EMF_WASCLEAN) != 0)
		sb->s_state |= htole16(E2_STATE_CLEAN);
	mutex_exit(&em->em_lock);
	error = ext2_super_sync(em);
	if (!writing && error == 0)
		em->em_flags &= ~(EMF_WRITE | EMF_WASCLEAN);
	return error;
}

/* The part of mounting that reads the volume. */
static int
ext2_mount_load(struct ext2_mount *em, bool rdonly)
{
	uint64_t numsec;
	unsigned int secsize;
	int error;

	if (getdisksize(em->em_devvp, &numsec, &secsize) != 0)
		numsec = secsize = 0;
	if ((error = ext2_super_read(em, em->em_devvp)) != 0)
		return error;
	if ((error = ext2_super_check(em, numsec * secsize)) != 0)
		return error;
	if (!rdonly) {
		if ((error = ext2_super_writable(em)) != 0)
			return error;
		/* Damage that reading can live with is fatal now. */
		em->em_flags |= EMF_WRITE;
	}
	error = ext2_groups_load(em);
	em->em_flags &= ~EMF_WRITE;
	if (error == 0)
		ext2_warn_state(em);
	return error;
}

static void
ext2_mount_publish(struct mount *mp, struct ext2_mount *em)
{

	mp->mnt_data = em;
	mp->mnt_stat.f_fsidx.__fsid_val[0] = (int32_t)em->em_dev;
	mp->mnt_stat.f_fsidx.__fsid_val[1] = makefstype(MOUNT_EXT2FS);
	mp->mnt_stat.f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	mp->mnt_stat.f_namemax = E2_NAME_MAX;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_SHRLOOKUP | IMNT_NCLOOKUP |
	    IMNT_DTYPE | IMNT_CAN_RWTORO;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	mp->mnt_fs_bshift = em->em_bshift;
	spec_node_setmountedfs(em->em_devvp, mp);
}

/*
 * Mount the open device.
 */
static int
ext2_mountfs(struct mount *mp, struct vnode *devvp)
{
	const bool rdonly = (mp->mnt_flag & MNT_RDONLY) != 0;
	struct ext2_mount *em;
	int error;

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = vinvalbuf(devvp, V_SAVE, curlwp->l_cred, curlwp, false, 0);
	VOP_UNLOCK(devvp);
	if (error != 0)
		return error;
	em = ext2_mount_create(mp, devvp);
	error = ext2_mount_load(em, rdonly);
	if (error == 0 && !rdonly)
		error = ext2_set_writing(em, true);
	if (error != 0) {
		ext2_mount_destroy(em);
		return error;
	}
	ext2_mount_publish(mp, em);
	return 0;
}

/* From the argument to the device's vnode, referenced. */
static int
ext2_mount_device(struct mount *mp, const struct ext2_mountargs *args,
    struct vnode **devvpp)
{
	struct vnode *devvp;
	accmode_t accmode = VREAD;
	int error;

	error = namei_simple_user(args->fspec, NSM_FOLLOW_NOEMULROOT, &devvp);
	if (error != 0)
		return error;
	if (devvp->v_type != VBLK)
		error = ENOTBLK;
	else if (bdevsw_lookup(devvp->v_rdev) == NULL)
		error = ENXIO;
	if ((mp->mnt_flag & MNT_RDONLY) == 0)
		accmode |= VWRITE;
	if (error == 0) {
		vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
		error = kauth_authorize_system(curlwp->l_cred,
		    KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_DEVICE, mp,
		    devvp, KAUTH_ARG(accmode));
		VOP_UNLOCK(devvp);
	}
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	*devvpp = devvp;
	return 0;
}

static int
ext2_open_flags(const struct mount *mp)
{

	return (mp->mnt_flag & MNT_RDONLY) != 0 ? FREAD : FREAD | FWRITE;
}

static void
ext2_close_device(struct vnode *devvp, int flags)
{

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)VOP_CLOSE(devvp, flags, FSCRED);
	vput(devvp);
}

static int
ext2_mount_new(struct mount *mp, const char *path,
    const struct ext2_mountargs *args)
{
	const int flags = ext2_open_flags(mp);
	struct vnode *devvp;
	int error;

	/* First of all, so that messages can name the device. */
	error = set_statvfs_info(path, UIO_USERSPACE, args->fspec,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		error = ext2_mount_device(mp, args, &devvp);
	if (error != 0)
		return error;
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(devvp, flags, FSCRED);
	VOP_UNLOCK(devvp);
	if (error != 0) {
		vrele(devvp);
		return error;
	}
	error = ext2_mountfs(mp, devvp);
	if (error != 0)
		ext2_close_device(devvp, flags);
	return error;
}

/*
 * Exchange the open mode of the device, which can be open only once and not
 * at all while mounted.  The old mode worked before and does again if the
 * new one does not.
 */
static int
ext2_reopen(struct ext2_mount *em, int old, int new)
{
	struct vnode *devvp = em->em_devvp;
	int error;

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	spec_node_setmountedfs(devvp, NULL);
	error = VOP_CLOSE(devvp, old, FSCRED);
	if (error == 0) {
		error = VOP_OPEN(devvp, new, FSCRED);
		if (error != 0 && VOP_OPEN(devvp, old, FSCRED) != 0)
			ext2_warn(em, "device lost");
	}
	spec_node_setmountedfs(devvp, em->em_mp);
	VOP_UNLOCK(devvp);
	return error;
}

static int
ext2_to_rdonly(struct mount *mp, struct ext2_mount *em)
{
	int error;

	error = vflush(mp, NULLVP, WRITECLOSE |
	    ((mp->mnt_flag & MNT_FORCE) != 0 ? FORCECLOSE : 0));
	if (error == 0)
		error = VFS_SYNC(mp, MNT_WAIT, curlwp->l_cred);
	if (error == 0)
		error = ext2_set_writing(em, false);
	if (error == 0)
		error = ext2_reopen(em, FREAD | FWRITE, FREAD);
	return error;
}

static int
ext2_to_writing(struct ext2_mount *em)
{
	uint32_t g;
	int error;

	if ((error = ext2_super_writable(em)) != 0)
		return error;
	for (g = 0; g < em->em_ngroups; g++) {
		if (em->em_groups[g].eg_bad) {
			ext2_warn(em, "cannot mount for writing: group %u is "
			    "damaged", g);
			return EROFS;
		}
	}
	if ((error = ext2_reopen(em, FREAD, FREAD | FWRITE)) != 0)
		return error;
	ext2_warn_state(em);
	return ext2_set_writing(em, true);
}

static int
ext2_mount_update(struct mount *mp, const struct ext2_mountargs *args)
{
	struct ext2_mount *em = VFSTOEXT2(mp);
	struct vnode *devvp;
	int error = 0;

	if ((mp->mnt_flag & MNT_RELOAD) != 0)
		return EOPNOTSUPP;
	if (args->fspec != NULL) {
		error = ext2_mount_device(mp, args, &devvp);
		if (error != 0)
			return error;
		if (devvp->v_rdev != em->em_dev)
			error = EINVAL;
		vrele(devvp);
		if (error != 0)
			return error;
	}
	if ((em->em_flags & EMF_WRITE) != 0 &&
	    (mp->mnt_iflag & IMNT_WANTRDONLY) != 0)
		error = ext2_to_rdonly(mp, em);
	else if ((em->em_flags & EMF_WRITE) == 0 &&
	    (mp->mnt_iflag & IMNT_WANTRDWR) != 0)
		error = ext2_to_writing(em);
	return error;
}

/*
 * VFS_MOUNT.
 */
static int
ext2fs_mount(struct mount *mp, const char *path, void *data,
    size_t *data_len)
{
	struct ext2_mountargs *args = data;

	if (args == NULL || *data_len < sizeof(*args))
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		args->fspec = NULL;
		*data_len = sizeof(*args);
		return 0;
	}
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return ext2_mount_update(mp, args);
	if (args->fspec == NULL)
		return EINVAL;
	return ext2_mount_new(mp, path, args);
}

/*
 * VFS_UNMOUNT.
 */
static int
ext2fs_unmount(struct mount *mp, int mntflags)
{
	struct ext2_mount *em = VFSTOEXT2(mp);
	const int flags = ext2_open_flags(mp);
	const bool force = (mntflags & MNT_FORCE) != 0;
	int error;

	error = vflush(mp, NULLVP, force ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	if ((em->em_flags & EMF_WRITE) != 0) {
		error = ext2_tx_commit(em, false);
		if (error == 0)
			error = ext2_set_writing(em, false);
		if (error != 0 && !force)
			return error;
	}
	spec_node_setmountedfs(em->em_devvp, NULL);
	ext2_close_device(em->em_devvp, flags);
	mp->mnt_data = NULL;
	mp->mnt_flag &= ~MNT_LOCAL;
	ext2_mount_destroy(em);
	return 0;
}

/*
 * VFS_ROOT.
 */
static int
ext2fs_root(struct mount *mp, int lktype, struct vnode **vpp)
{
	int error;

	error = ext2fs_vget(mp, E2_ROOTINO, lktype, vpp);
	if (error == ESTALE)
		error = ext2_damaged(VFSTOEXT2(mp), "no root directory");
	if (error == 0 && (*vpp)->v_type != VDIR) {
		if (lktype != LK_NONE)
			VOP_UNLOCK(*vpp);
		vrele(*vpp);
		*vpp = NULL;
		error = ext2_damaged(VFSTOEXT2(mp),
		    "the root is no directory");
	}
	return error;
}

/*
 * VFS_STATVFS.
 */
static int
ext2fs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct ext2_mount *em = VFSTOEXT2(mp);

	sbp->f_bsize = em->em_bsize;
	sbp->f_frsize = em->em_bsize;
	sbp->f_iosize = MAX(em->em_bsize, PAGE_SIZE);
	mutex_enter(&em->em_lock);
	sbp->f_blocks = em->em_nblocks - em->em_overhead;
	sbp->f_bfree = em->em_bfree;
	sbp->f_bresvd = em->em_rblocks;
	sbp->f_bavail = em->em_bfree > em->em_rblocks ?
	    em->em_bfree - em->em_rblocks : 0;
	sbp->f_files = em->em_ninodes;
	sbp->f_ffree = sbp->f_favail = em->em_ifree;
	sbp->f_fresvd = 0;
	mutex_exit(&em->em_lock);
	copy_statvfs_info(sbp, mp);
	return 0;
}

/* Vnodes with something to write. */
static bool
ext2_sync_selector(void *cl, struct vnode *vp)
{

	return vp->v_type == VREG && vp->v_data != NULL &&
	    (vp->v_iflag & VI_ONWORKLST) != 0;
}

/*
 * VFS_SYNC: all pages, then all metadata.
 */
static int
ext2fs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	struct ext2_mount *em = VFSTOEXT2(mp);
	struct vnode_iterator *marker;
	struct vnode *vp;
	const int flags = PGO_ALLPAGES | PGO_CLEANIT |
	    (waitfor == MNT_WAIT ? PGO_SYNCIO : 0);
	int error, rv = 0;

	if ((em->em_flags & EMF_WRITE) == 0)
		return 0;
	if (waitfor != MNT_LAZY) {
		vfs_vnode_iterator_init(mp, &marker);
		while ((vp = vfs_vnode_iterator_next(marker,
		    ext2_sync_selector, NULL)) != NULL) {
			error = vn_lock(vp, LK_EXCLUSIVE);
			if (error != 0) {
				vrele(vp);
				continue;
			}
			rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
			error = VOP_PUTPAGES(vp, 0, 0, flags);
			if (error != 0 && rv == 0)
				rv = error;
			vput(vp);
		}
		vfs_vnode_iterator_destroy(marker);
	}
	error = ext2_tx_commit(em, waitfor == MNT_WAIT);
	return rv != 0 ? rv : error;
}

/*
 * VFS_FSYNC: the device is to be flushed, by the syncer or because it is
 * closed.  Metadata in its buffers goes out in commits only.
 */
static int
ext2fs_devfsync(struct vnode *devvp, int flags)
{
	struct ext2_mount *em = VFSTOEXT2(spec_node_getmountedfs(devvp));

	if ((em->em_flags & EMF_WRITE) == 0)
		return vflushbuf(devvp, flags);
	return ext2_tx_commit(em, (flags & FSYNC_CACHE) != 0);
}

/*
 * VFS_VGET: the vnode of an inode number.
 */
static int
ext2fs_vget(struct mount *mp, ino_t ino, int lktype, struct vnode **vpp)
{
	int error;

	error = vcache_get(mp, &ino, sizeof(ino), vpp);
	if (error != 0)
		return error;
	if (lktype == LK_NONE)
		return 0;
	error = vn_lock(*vpp, lktype);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

/* A file handle's contents. */
struct ext2_fid {
	uint16_t	ef_len;
	uint16_t	ef_pad;
	uint32_t	ef_gen;
	uint64_t	ef_ino;
};

/*
 * VFS_FHTOVP.
 */
static int
ext2fs_fhtovp(struct mount *mp, struct fid *fhp, int lktype,
    struct vnode **vpp)
{
	const struct ext2_mount *em = VFSTOEXT2(mp);
	struct ext2_fid ef;
	int error;

	if (fhp->fid_len != sizeof(ef))
		return EINVAL;
	memcpy(&ef, fhp, sizeof(ef));
	if (ef.ef_ino > em->em_ninodes ||
	    (ef.ef_ino < em->em_firstino && ef.ef_ino != E2_ROOTINO))
		return ESTALE;
	error = ext2fs_vget(mp, ef.ef_ino, lktype, vpp);
	if (error != 0)
		return error;
	if (VTOE(*vpp)->ei_gen != ef.ef_gen || VTOE(*vpp)->ei_nlink == 0) {
		if (lktype != LK_NONE)
			VOP_UNLOCK(*vpp);
		vrele(*vpp);
		*vpp = NULL;
		return ESTALE;
	}
	return 0;
}

/*
 * VFS_VPTOFH.
 */
static int
ext2fs_vptofh(struct vnode *vp, struct fid *fhp, size_t *fh_size)
{
	struct ext2_fid ef = { .ef_len = sizeof(ef) };

	if (*fh_size < sizeof(ef)) {
		*fh_size = sizeof(ef);
		return E2BIG;
	}
	*fh_size = sizeof(ef);
	ef.ef_ino = VTOE(vp)->ei_ino;
	ef.ef_gen = VTOE(vp)->ei_gen;
	memcpy(fhp, &ef, sizeof(ef));
	return 0;
}
