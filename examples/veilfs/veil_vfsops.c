/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system type "veilfs": mounting a directory of another file system
 * a second time, and unmounting.  Everything else about the mount is the
 * layer's, <miscfs/genfs/layer_extern.h>.
 */

#include "veilfs.h"

#include <sys/module.h>
#include <sys/proc.h>
#include <sys/statvfs.h>

MODULE(MODULE_CLASS_VFS, veilfs, "layerfs");

static int
veil_getargs(struct mount *mp, struct veilfs_args *args, size_t *len)
{

	if (mp->mnt_data == NULL)
		return EIO;
	args->va_target = NULL;
	memcpy(args->va_prefix, MOUNTTOVEIL(mp)->vm_prefix,
	    sizeof(args->va_prefix));
	*len = sizeof(*args);
	return 0;
}

/* The directory below, referenced. */
static int
veil_target(const char *target, struct vnode **vpp)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(target, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		return error;
	if (vp->v_type != VDIR) {
		vrele(vp);
		return ENOTDIR;
	}
	*vpp = vp;
	return 0;
}

static struct veil_mount *
veil_create(const char *prefix)
{
	struct veil_mount *vm;

	vm = kmem_zalloc(sizeof(*vm), KM_SLEEP);
	vm->vm_layer.layerm_size = sizeof(struct layer_node);
	vm->vm_layer.layerm_tag = VT_NULL;
	vm->vm_layer.layerm_bypass = layer_bypass;
	vm->vm_layer.layerm_vnodeop_p = veil_vnodeop_p;
	strlcpy(vm->vm_prefix, prefix, sizeof(vm->vm_prefix));
	vm->vm_prefixlen = strlen(vm->vm_prefix);
	return vm;
}

static int
veil_mount(struct mount *mp, const char *path, void *data, size_t *len)
{
	struct veilfs_args *args = data;
	struct veil_mount *vm;
	struct vnode *lowervp;
	int error;

	if (args == NULL || *len < sizeof(*args))
		return EINVAL;
	if (mp->mnt_flag & MNT_GETARGS)
		return veil_getargs(mp, args, len);
	if (mp->mnt_flag & MNT_UPDATE)
		return EOPNOTSUPP;
	/* Without a prefix every name would be hidden. */
	if (args->va_target == NULL || args->va_prefix[0] == '\0' ||
	    strnlen(args->va_prefix, VEILFS_PREFIXLEN) == VEILFS_PREFIXLEN ||
	    strchr(args->va_prefix, '/') != NULL)
		return EINVAL;
	error = set_statvfs_info(path, UIO_USERSPACE, args->va_target,
	    UIO_USERSPACE, mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		error = veil_target(args->va_target, &lowervp);
	if (error != 0)
		return error;

	vm = veil_create(args->va_prefix);
	mp->mnt_data = vm;
	mp->mnt_flag |= lowervp->v_mount->mnt_flag & MNT_LOCAL;
	mp->mnt_iflag |= lowervp->v_mount->mnt_iflag &
	    (IMNT_MPSAFE | IMNT_SHRLOOKUP);
	vfs_getnewfsid(mp);
	error = vfs_set_lowermount(mp, lowervp->v_mount);
	if (error == 0)
		error = layer_node_create(mp, lowervp,
		    &vm->vm_layer.layerm_rootvp);
	if (error != 0) {
		vrele(lowervp);
		mp->mnt_data = NULL;
		kmem_free(vm, sizeof(*vm));
		return error;
	}
	vm->vm_layer.layerm_rootvp->v_vflag |= VV_ROOT;
	return 0;
}

static int
veil_unmount(struct mount *mp, int mntflags)
{
	struct veil_mount *vm = MOUNTTOVEIL(mp);
	const bool force = (mntflags & MNT_FORCE) != 0;
	struct vnode *rvp = vm->vm_layer.layerm_rootvp;
	int error;

	if (!force && rvp != NULL && vrefcnt(rvp) > 1)
		return EBUSY;
	error = vflush(mp, rvp, force ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	/* Which sets layerm_rootvp to NULL; if not a revoke did it before. */
	if (rvp != NULL)
		vgone(rvp);
	mp->mnt_data = NULL;
	kmem_free(vm, sizeof(*vm));
	return 0;
}

static struct vfsops veil_vfsops = {
	.vfs_name = "veilfs",
	.vfs_min_mount_data = sizeof(struct veilfs_args),
	.vfs_mount = veil_mount,
	.vfs_start = layerfs_start,
	.vfs_unmount = veil_unmount,
	.vfs_root = layerfs_root,
	.vfs_quotactl = layerfs_quotactl,
	.vfs_statvfs = layerfs_statvfs,
	.vfs_sync = layerfs_sync,
	.vfs_loadvnode = layerfs_loadvnode,
	.vfs_vget = layerfs_vget,
	.vfs_fhtovp = layerfs_fhtovp,
	.vfs_vptofh = layerfs_vptofh,
	.vfs_init = layerfs_init,
	.vfs_done = layerfs_done,
	.vfs_snapshot = layerfs_snapshot,
	.vfs_extattrctl = vfs_stdextattrctl,
	.vfs_suspendctl = layerfs_suspendctl,
	.vfs_renamelock_enter = layerfs_renamelock_enter,
	.vfs_renamelock_exit = layerfs_renamelock_exit,
	.vfs_fsync = (void *)eopnotsupp,
	.vfs_opv_descs = veil_vnodeopv_descs
};

static int
veilfs_modcmd(modcmd_t cmd, void *arg)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&veil_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&veil_vfsops);
	default:
		return ENOTTY;
	}
}
