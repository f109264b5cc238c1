/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel half of t_layer: a file system type "ktlayer" made of nothing but
 * what <miscfs/genfs/layer_extern.h> offers, and looks at its vnodes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fstrans.h>
#include <sys/module.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/statvfs.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/layer_extern.h>

MODULE(MODULE_CLASS_VFS, ktlayer, "layerfs");

void	rump_kt_pair(const char *, const char *);
int	rump_kt_writers(const char *);
int	rump_kt_vget(const char *, unsigned long, int);
void	rump_kt_gone(const char *);
int	rump_kt_suspend(const char *);
void	rump_kt_cut(const char *);

/* The name of VFS_FSYNC is free for VOP_FSYNC, as many file systems use it. */
VFS_PROTOS(ktl);
int	ktl_fsync(void *);
int	ktl_putpages(void *);

struct ktl_node {
	struct layer_node	kn_layer;
	char			kn_own[40];	/* a node of another size */
};

static int (**ktl_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc ktl_vnodeop_entries[] = {
	{ &vop_default_desc, layer_bypass },
	{ &vop_access_desc, layer_access },
	{ &vop_accessx_desc, genfs_accessx },
	{ &vop_bmap_desc, layer_bmap },
	{ &vop_fsync_desc, ktl_fsync },
	{ &vop_getattr_desc, layer_getattr },
	{ &vop_getpages_desc, layer_getpages },
	{ &vop_inactive_desc, layer_inactive },
	{ &vop_lookup_desc, layer_lookup },
	{ &vop_open_desc, layer_open },
	{ &vop_print_desc, layer_print },
	{ &vop_putpages_desc, ktl_putpages },
	{ &vop_reclaim_desc, layer_reclaim },
	{ &vop_remove_desc, layer_remove },
	{ &vop_rename_desc, layer_rename },
	{ &vop_revoke_desc, layer_revoke },
	{ &vop_rmdir_desc, layer_rmdir },
	{ &vop_setattr_desc, layer_setattr },
	{ NULL, NULL }
};
static const struct vnodeopv_desc ktl_vnodeop_opv_desc = {
	&ktl_vnodeop_p, ktl_vnodeop_entries
};
static const struct vnodeopv_desc *const ktl_vnodeopv_descs[] = {
	&ktl_vnodeop_opv_desc, NULL
};

static struct vnode *
find(const char *path)
{
	struct vnode *vp;
	int error;

	error = namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		panic("%s: error %d", path, error);
	return vp;
}

/* The arguments are the path of the directory below. */
int
ktl_mount(struct mount *mp, const char *path, void *data, size_t *len)
{
	struct layer_mount *lmp;
	struct vnode *lowervp;
	int error;

	if (mp->mnt_flag & (MNT_UPDATE | MNT_GETARGS))
		return EOPNOTSUPP;
	error = namei_simple_kernel(data, NSM_FOLLOW_NOEMULROOT, &lowervp);
	if (error != 0)
		return error;
	lmp = kmem_zalloc(sizeof(*lmp), KM_SLEEP);
	lmp->layerm_size = sizeof(struct ktl_node);
	lmp->layerm_tag = VT_NULL;
	lmp->layerm_bypass = layer_bypass;
	lmp->layerm_vnodeop_p = ktl_vnodeop_p;
	mp->mnt_data = lmp;
	mp->mnt_iflag |= lowervp->v_mount->mnt_iflag &
	    (IMNT_MPSAFE | IMNT_SHRLOOKUP);
	vfs_getnewfsid(mp);
	error = vfs_set_lowermount(mp, lowervp->v_mount);
	if (error == 0)
		error = layer_node_create(mp, lowervp, &lmp->layerm_rootvp);
	if (error != 0) {
		vrele(lowervp);
		kmem_free(lmp, sizeof(*lmp));
		return error;
	}
	lmp->layerm_rootvp->v_vflag |= VV_ROOT;
	return set_statvfs_info(path, UIO_USERSPACE, data, UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
}

int
ktl_unmount(struct mount *mp, int mntflags)
{
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(mp);
	const bool force = (mntflags & MNT_FORCE) != 0;
	int error;

	if (!force && vrefcnt(lmp->layerm_rootvp) > 1)
		return EBUSY;
	error = vflush(mp, lmp->layerm_rootvp, force ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	vgone(lmp->layerm_rootvp);
	KASSERT(lmp->layerm_rootvp == NULL);
	kmem_free(lmp, sizeof(*lmp));
	mp->mnt_data = NULL;
	return 0;
}

int
ktl_fsync(void *v)
{

	return layer_fsync(v);
}

static off_t cut_at;	/* what VOP_PUTPAGES was last told to free */

int
ktl_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	if (ap->a_flags & PGO_FREE)
		atomic_store_relaxed(&cut_at, ap->a_offlo);
	return layer_putpages(v);
}

static struct vfsops ktl_vfsops = {
	.vfs_name = "ktlayer",
	.vfs_min_mount_data = 64,
	.vfs_mount = ktl_mount,
	.vfs_start = layerfs_start,
	.vfs_unmount = ktl_unmount,
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
	.vfs_opv_descs = ktl_vnodeopv_descs
};

static int
ktlayer_modcmd(modcmd_t cmd, void *arg)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&ktl_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&ktl_vfsops);
	default:
		return ENOTTY;
	}
}

/* What the upper and the lower vnode of a file have in common. */
void
rump_kt_pair(const char *upper, const char *lower)
{
	struct vnode *vp = find(upper), *lowervp = find(lower), *again;

	KASSERT(vp != lowervp && vp->v_mount != lowervp->v_mount);
	KASSERT(vp->v_mount->mnt_lower == lowervp->v_mount);
	KASSERT(LAYERVPTOLOWERVP(vp) == lowervp);
	KASSERT(LAYERTOV(VTOLAYER(vp)) == vp);
	KASSERT(vp->v_interlock == lowervp->v_interlock);
	KASSERT(vp->v_klist == lowervp->v_klist);
	KASSERT(vp->v_uobj.vmobjlock == lowervp->v_uobj.vmobjlock);
	KASSERT(vp->v_type == lowervp->v_type && vp->v_tag == VT_NULL);

	/* One upper vnode; the lower reference is used up. */
	vref(lowervp);
	KASSERT(layer_node_create(vp->v_mount, lowervp, &again) == 0);
	KASSERT(again == vp && vrefcnt(vp) == 2 && vrefcnt(lowervp) == 2);
	vrele(again);

	/* One lock, in one transaction. */
	KASSERT(vn_lock(vp, LK_SHARED) == 0);
	KASSERT(VOP_ISLOCKED(lowervp) == LK_SHARED);
	KASSERT(vn_lock(lowervp, LK_EXCLUSIVE | LK_NOWAIT) == EBUSY);
	KASSERT(VOP_LOCK(vp, LK_UPGRADE | LK_NOWAIT) == 0);
	KASSERT(VOP_ISLOCKED(lowervp) == LK_EXCLUSIVE);
	KASSERT(VOP_LOCK(vp, LK_DOWNGRADE) == 0);
	KASSERT(VOP_ISLOCKED(vp) == LK_SHARED);
	KASSERT(fstrans_held(lowervp->v_mount));
	VOP_UNLOCK(vp);
	KASSERT(!fstrans_held(lowervp->v_mount));
	KASSERT(VOP_ISLOCKED(vp) == LK_NONE);

	/* What is locked below may be unlocked above. */
	KASSERT(vn_lock(lowervp, LK_EXCLUSIVE) == 0);
	KASSERT(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	VOP_UNLOCK(vp);
	KASSERT(!fstrans_held(lowervp->v_mount));
	vrele(lowervp);
	vrele(vp);
}

int
rump_kt_writers(const char *path)
{
	struct vnode *vp = find(path);
	int n = vp->v_writecount;

	vrele(vp);
	return n;
}

/* VFS_VGET: the upper vnode of a file, in the lock state asked for. */
int
rump_kt_vget(const char *root, unsigned long ino, int lktype)
{
	struct vnode *rvp = find(root), *vp;
	int error, held;

	error = VFS_VGET(rvp->v_mount, ino, lktype, &vp);
	if (error == 0) {
		held = VOP_ISLOCKED(vp);
		KASSERT(vp->v_mount == rvp->v_mount && held == lktype);
		if (lktype != LK_NONE)
			VOP_UNLOCK(vp);
		vrele(vp);
	} else
		KASSERT(vp == NULL);
	vrele(rvp);
	return error;
}

/* Suspending a layer suspends what is below. */
int
rump_kt_suspend(const char *root)
{
	struct vnode *vp = find(root);
	struct mount *mp = vp->v_mount, *lowermp = mp->mnt_lower;
	int error;

	error = vfs_suspend(mp, 0);
	if (error == 0) {
		KASSERT(fstrans_getstate(lowermp) == FSTRANS_SUSPENDED);
		vfs_resume(mp);
	}
	KASSERT(fstrans_getstate(lowermp) == FSTRANS_NORMAL);
	vrele(vp);
	return error;
}

/* A file system hears of pages to free that are not the vnode's own. */
void
rump_kt_cut(const char *path)
{
	struct vnode *vp = find(path);

	KASSERT(vp->v_uobj.uo_npages == 0);
	uvm_vnp_setsize(vp, 3 * PAGE_SIZE);
	cut_at = -1;
	uvm_vnp_setsize(vp, 2 * PAGE_SIZE + 1);
	KASSERT(cut_at == -1);
	uvm_vnp_setsize(vp, PAGE_SIZE);
	KASSERT(cut_at == PAGE_SIZE);
	uvm_vnp_setsize(vp, 0);
	KASSERT(cut_at == 0);
	vrele(vp);
}

/* Kill the upper vnode while it is referenced: the lower one lives on. */
void
rump_kt_gone(const char *path)
{
	struct vnode *vp = find(path), *lowervp = LAYERVPTOLOWERVP(vp);

	vref(lowervp);
	vref(vp);
	vgone(vp);
	KASSERT(vrefcnt(lowervp) == 1 && vrefcnt(vp) == 1);
	KASSERT(vn_lock(vp, LK_EXCLUSIVE) == ENOENT);
	KASSERT(vn_lock(vp, LK_EXCLUSIVE | LK_RETRY) == 0);
	KASSERT(VOP_ISLOCKED(lowervp) == LK_NONE);
	VOP_UNLOCK(vp);
	KASSERT(!fstrans_held(lowervp->v_mount));
	vrele(vp);
	vrele(lowervp);
}
