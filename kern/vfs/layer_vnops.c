/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations for which layer_bypass() is not enough: those that depend on
 * the flags of the upper mount, and those about the upper vnode itself.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/namei.h>

#include "layer_private.h"

static bool
layer_rdonly(const struct vnode *vp)
{

	return (vp->v_mount->mnt_flag & MNT_RDONLY) != 0;
}

/* Of what is in the file system, not of devices and fifos. */
static bool
layer_isdata(const struct vnode *vp)
{

	return vp->v_type == VREG || vp->v_type == VDIR || vp->v_type == VLNK;
}

int
layer_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct vnode *dvp = ap->a_dvp;
	bool refuse;
	int error;

	refuse = (cnp->cn_flags & ISLASTCN) != 0 && layer_rdonly(dvp);
	if (refuse && (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
	error = LAYERFS_DO_BYPASS(dvp, ap);
	return error == EJUSTRETURN && refuse ? EROFS : error;
}

int
layer_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;

	if ((ap->a_accmode & VWRITE) != 0 && layer_rdonly(vp) &&
	    layer_isdata(vp))
		return EROFS;
	return LAYERFS_DO_BYPASS(vp, ap);
}

/* A file is one of the mount that shows it. */
int
layer_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int error;

	error = LAYERFS_DO_BYPASS(vp, ap);
	if (error == 0)
		ap->a_vap->va_fsid =
		    vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	return error;
}

int
layer_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;

	if (layer_rdonly(vp) && (vap->va_flags != VNOVALFLAGS ||
	    vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL ||
	    vap->va_atime.tv_sec != VNOVAL || vap->va_mtime.tv_sec != VNOVAL ||
	    vap->va_mode != (mode_t)VNOVAL))
		return EROFS;
	if (vap->va_size != VNOVALSIZE && vp->v_type == VDIR)
		return EISDIR;
	if (vap->va_size != VNOVALSIZE && layer_isdata(vp) && layer_rdonly(vp))
		return EROFS;
	return LAYERFS_DO_BYPASS(vp, ap);
}

int
layer_open(void *v)
{
	struct vop_open_args *ap = v;
	struct vnode *vp = ap->a_vp, *lowervp;
	int error;

	if ((vp->v_type == VBLK || vp->v_type == VCHR) &&
	    (vp->v_mount->mnt_flag & MNT_NODEV) != 0)
		return ENXIO;
	lowervp = layer_lower(vp);
	if (lowervp == NULL)
		return ENXIO;
	error = LAYERFS_DO_BYPASS(vp, ap);
	if (error == 0 && atomic_load_relaxed(&vp->v_data) == NULL) {
		/* The upper vnode died while its opener slept. */
		vn_lock(lowervp, LK_EXCLUSIVE | LK_RETRY);
		(void)VOP_CLOSE(lowervp, ap->a_mode, ap->a_cred);
		VOP_UNLOCK(lowervp);
		error = EIO;
	}
	/* Not the last one where this is locked: the upper one has one. */
	vrele(lowervp);
	return error;
}

/* The upper vnode dies before those who have it open: close for them. */
static void
layer_close_rest(struct vnode *vp)
{
	struct layer_node *xp = VTOLAYER(vp);
	int flags;

	for (flags = 0; flags < (int)__arraycount(xp->layer_opens); flags++)
		while (xp->layer_opens[flags] > 0) {
			layer_opened(vp, flags, -1);
			(void)VOP_CLOSE(xp->layer_lowervp, flags | FNONBLOCK,
			    NOCRED);
		}
}

/* Reclaiming the upper vnode is no reason to write the lower file. */
int
layer_fsync(void *v)
{
	struct vop_fsync_args *ap = v;

	if (ap->a_flags & FSYNC_RECLAIM)
		return 0;
	return LAYERFS_DO_BYPASS(ap->a_vp, ap);
}

/*
 * Do an operation that takes a name of vp away and drops the reference to it.
 * If it works vp is not worth caching, as that keeps the lower file.
 */
static int
layer_taken(struct vnode *dvp, struct vnode *vp, void *ap)
{
	int error;

	if (vp == NULL)
		return LAYERFS_DO_BYPASS(dvp, ap);
	vref(vp);
	error = LAYERFS_DO_BYPASS(dvp, ap);
	if (error == 0) {
		mutex_enter(vp->v_interlock);
		if (vp->v_data != NULL)
			VTOLAYER(vp)->layer_flags |= LAYERFS_REMOVED;
		mutex_exit(vp->v_interlock);
	}
	vrele(vp);
	return error;
}

int
layer_remove(void *v)
{
	struct vop_remove_v3_args *ap = v;

	return layer_taken(ap->a_dvp, ap->a_vp, ap);
}

int
layer_rmdir(void *v)
{
	struct vop_rmdir_v2_args *ap = v;

	return layer_taken(ap->a_dvp, ap->a_vp, ap);
}

int
layer_rename(void *v)
{
	struct vop_rename_args *ap = v;

	return layer_taken(ap->a_tdvp, ap->a_tvp, ap);
}

/* Nobody can use the upper vnode either, once the lower one is dead. */
int
layer_revoke(void *v)
{
	struct vop_revoke_args *ap = v;

	return layer_taken(ap->a_vp, ap->a_vp, ap);
}

int
layer_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;

	mutex_enter(vp->v_interlock);
	*ap->a_recycle =
	    (VTOLAYER(vp)->layer_flags & LAYERFS_REMOVED) != 0;
	mutex_exit(vp->v_interlock);
	return 0;
}

/*
 * From where v_data is gone, the vnode has no lock of the lower one any more:
 * drop that by hand, and with it the transaction.
 */
int
layer_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;
	struct vop_unlock_args ua = { .a_desc = VDESC(vop_unlock) };
	struct vnode *vp = ap->a_vp;
	struct mount *mp = vp->v_mount;
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(mp);
	struct layer_node *xp = VTOLAYER(vp);
	struct vnode *lowervp = xp->layer_lowervp;

	layer_close_rest(vp);
	if (lmp->layerm_rootvp == vp)
		lmp->layerm_rootvp = NULL;
	mutex_enter(vp->v_interlock);
	atomic_store_relaxed(&vp->v_data, NULL);
	mutex_exit(vp->v_interlock);
	ua.a_vp = lowervp;
	(void)VCALL(lowervp, VOFFSET(vop_unlock), &ua);
	fstrans_done(mp);
	vrele(lowervp);
	kmem_free(xp, lmp->layerm_size);
	return 0;
}

int
layer_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("\ttag VT_NULL, vnode %p on %p\n", ap->a_vp,
	    LAYERVPTOLOWERVP(ap->a_vp));
	return 0;
}

/* The vnode that comes out is a device's: no upper one for it. */
int
layer_bmap(void *v)
{
	struct vop_bmap_args *ap = v;

	return VOP_BMAP(LAYERVPTOLOWERVP(ap->a_vp), ap->a_bn, ap->a_vpp,
	    ap->a_bnp, ap->a_runp);
}

/* Pages are the lower vnode's; the lock that is held is the same. */
int
layer_getpages(void *v)
{
	struct vop_getpages_args *ap = v;

	return LAYERFS_DO_BYPASS(ap->a_vp, ap);
}

int
layer_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	if (ap->a_flags & PGO_RECLAIM) {
		rw_exit(ap->a_vp->v_uobj.vmobjlock);
		return 0;
	}
	return LAYERFS_DO_BYPASS(ap->a_vp, ap);
}
