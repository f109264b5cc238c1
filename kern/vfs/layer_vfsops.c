/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system operations of layers: ask the mount below, then put an upper
 * vnode on what it returns.  Mounting and unmounting is the layer's own.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/statvfs.h>

#include "layer_private.h"

int
layerfs_start(struct mount *mp, int flags)
{

	return 0;
}

int
layerfs_root(struct mount *mp, int lktype, struct vnode **vpp)
{
	struct vnode *vp = MOUNTTOLAYERMOUNT(mp)->layerm_rootvp;
	int error;

	*vpp = NULL;
	if (vp == NULL)
		return EINVAL;
	vref(vp);
	error = vn_lock(vp, lktype);
	if (error != 0)
		vrele(vp);
	else
		*vpp = vp;
	return error;
}

int
layerfs_quotactl(struct mount *mp, struct quotactl_args *args)
{

	return VFS_QUOTACTL(mp->mnt_lower, args);
}

/* The space is that of the mount below, the names are ours. */
int
layerfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct statvfs *low;
	int error;

	low = kmem_zalloc(sizeof(*low), KM_SLEEP);
	error = VFS_STATVFS(mp->mnt_lower, low);
	if (error == 0) {
		sbp->f_bsize = low->f_bsize;
		sbp->f_frsize = low->f_frsize;
		sbp->f_iosize = low->f_iosize;
		sbp->f_blocks = low->f_blocks;
		sbp->f_bfree = low->f_bfree;
		sbp->f_bavail = low->f_bavail;
		sbp->f_bresvd = low->f_bresvd;
		sbp->f_files = low->f_files;
		sbp->f_ffree = low->f_ffree;
		sbp->f_favail = low->f_favail;
		sbp->f_fresvd = low->f_fresvd;
		sbp->f_namemax = low->f_namemax;
		copy_statvfs_info(sbp, mp);
	}
	kmem_free(low, sizeof(*low));
	return error;
}

/* Nothing is dirty up here. */
int
layerfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{

	return 0;
}

/* *vpp is the lower vnode, in whatever lock state, or nothing. */
static int
layerfs_on(struct mount *mp, int lktype, struct vnode **vpp, int error)
{
	struct vnode *lowervp = *vpp;

	if (error == 0) {
		error = layer_node_create(mp, lowervp, vpp);
		if (error != 0 && lktype != LK_NONE)
			vput(lowervp);
		else if (error != 0)
			vrele(lowervp);
	}
	if (error != 0)
		*vpp = NULL;
	return error;
}

int
layerfs_vget(struct mount *mp, ino_t ino, int lktype, struct vnode **vpp)
{

	return layerfs_on(mp, lktype, vpp,
	    VFS_VGET(mp->mnt_lower, ino, lktype, vpp));
}

int
layerfs_fhtovp(struct mount *mp, struct fid *fidp, int lktype,
    struct vnode **vpp)
{

	return layerfs_on(mp, lktype, vpp,
	    VFS_FHTOVP(mp->mnt_lower, fidp, lktype, vpp));
}

int
layerfs_vptofh(struct vnode *vp, struct fid *fidp, size_t *size)
{
	struct vnode *lowervp = layer_lower(vp);
	int error;

	if (lowervp == NULL)
		return ESTALE;
	error = VFS_VPTOFH(lowervp, fidp, size);
	vrele(lowervp);
	return error;
}

int
layerfs_snapshot(struct mount *mp, struct vnode *vp, struct timespec *ts)
{

	return VFS_SNAPSHOT(mp->mnt_lower, LAYERVPTOLOWERVP(vp), ts);
}

int
layerfs_suspendctl(struct mount *mp, int cmd)
{

	return VFS_SUSPENDCTL(mp->mnt_lower, cmd);
}

int
layerfs_renamelock_enter(struct mount *mp)
{

	return VFS_RENAMELOCK_ENTER(mp->mnt_lower);
}

void
layerfs_renamelock_exit(struct mount *mp)
{

	VFS_RENAMELOCK_EXIT(mp->mnt_lower);
}
