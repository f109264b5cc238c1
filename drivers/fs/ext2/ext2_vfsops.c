/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system as a whole: the module, unmounting, statvfs, sync, file
 * handles.  Mounting is in ext2_mount.c.
 */

#include "ext2.h"

#include <sys/module.h>
#include <miscfs/specfs/specdev.h>

MODULE(MODULE_CLASS_VFS, ext2fs, NULL);

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
	.vfs_min_mount_data = EXT2_MOUNTARGS_SIZE,
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

/* The log is to be replayed: nothing newer may be written on closing. */
static void
ext2_forget_all(struct vnode *devvp)
{

	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	(void)vinvalbuf(devvp, 0, NOCRED, curlwp, false, 0);
	VOP_UNLOCK(devvp);
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
		error = ext2_set_writing(em, false);
		if (error != 0 && !force)
			return error;
	}
	spec_node_setmountedfs(em->em_devvp, NULL);
	if (ext2_stopped(em))
		ext2_forget_all(em->em_devvp);
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
	uint64_t borrowed;

	ext2_gate_enter(em);
	borrowed = ext2_log_blocks(em);
	ext2_gate_leave(em);
	sbp->f_bsize = em->em_bsize;
	sbp->f_frsize = em->em_bsize;
	sbp->f_iosize = MAX(em->em_bsize, PAGE_SIZE);
	mutex_enter(&em->em_lock);
	sbp->f_blocks = em->em_nblocks - em->em_overhead;
	sbp->f_bfree = em->em_bfree + borrowed;
	sbp->f_bresvd = em->em_rblocks;
	sbp->f_bavail = sbp->f_bfree > em->em_rblocks ?
	    sbp->f_bfree - em->em_rblocks : 0;
	sbp->f_files = em->em_ninodes;
	sbp->f_ffree = sbp->f_favail = ext2_freeinodes(em);
	sbp->f_fresvd = 0;
	mutex_exit(&em->em_lock);
	copy_statvfs_info(sbp, mp);
	return 0;
}

/* Vnodes with something to write; others may not even be loaded yet. */
static bool
ext2_sync_selector(void *cl, struct vnode *vp)
{

	return (vp->v_iflag & VI_ONWORKLST) != 0 && vp->v_type == VREG &&
	    vp->v_data != NULL;
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
	error = ext2_tx_commit(em, true);
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
	return ext2_tx_commit(em, true);
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
 * A directory that was not reached by names must be in the tree; see
 * ext2_lookup_child().
 */
static int
ext2_fh_intree(struct vnode *vp)
{
	struct mount *mp = vp->v_mount;
	struct vnode *child;
	int error;

	error = VFS_RENAMELOCK_ENTER(mp);
	if (error != 0)
		return error;
	error = ext2_ancestor(vp, 0, &child);
	VFS_RENAMELOCK_EXIT(mp);
	KASSERT(child == NULL);
	return error;
}

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
	error = ext2fs_vget(mp, ef.ef_ino, LK_NONE, vpp);
	if (error != 0)
		return error;
	if ((*vpp)->v_type == VDIR)
		error = ext2_fh_intree(*vpp);
	if (error == 0)
		error = vn_lock(*vpp, LK_SHARED);
	if (error == 0) {
		if (VTOE(*vpp)->ei_gen != ef.ef_gen ||
		    VTOE(*vpp)->ei_nlink == 0)
			error = ESTALE;
		VOP_UNLOCK(*vpp);
	}
	if (error == 0 && lktype != LK_NONE)
		error = vn_lock(*vpp, lktype);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error == ENOENT ? ESTALE : error;
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
