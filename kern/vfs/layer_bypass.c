/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an operation gets from an upper vnode to the lower one.
 *
 * The lower file system's function is called directly, not by VOP_*(): that
 * already runs for the upper vnode, and what it does around the operation -
 * the transaction, which counts on the lowest mount, and telling watchers,
 * who are shared - must happen once.
 *
 * The lock of an upper vnode is that of the lower one.  An upper vnode that
 * is reclaimed loses its lower one under the lock; who waited for that lock
 * finds out after getting it, waits for the end, and locks the dead vnode.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>

#include <miscfs/deadfs/deadfs.h>

#include "layer_private.h"
#include "vfs_private.h"

static struct vnode **
layer_arg(void *ap, int offset)
{

	return VOPARG_OFFSETTO(struct vnode **, offset, ap);
}

/*
 * Replace upper vnodes by referenced lower ones.  What was replaced is in
 * upper[], NULL elsewhere.
 */
static void
layer_map(const struct vnodeop_desc *desc, void *ap, int (**ops)(void *),
    struct vnode *upper[VDESC_MAX_VPS])
{
	struct vnode **vpp, *lowervp;
	int i;

	for (i = 0; desc->vdesc_vp_offsets[i] != VDESC_NO_OFFSET; i++) {
		KASSERT(i < VDESC_MAX_VPS);
		upper[i] = NULL;
		vpp = layer_arg(ap, desc->vdesc_vp_offsets[i]);
		if (*vpp == NULL || atomic_load_relaxed(&(*vpp)->v_op) != ops)
			continue;
		lowervp = layer_lower(*vpp);
		if (lowervp == NULL)
			continue;
		upper[i] = *vpp;
		*vpp = lowervp;
	}
}

/*
 * The other way.  Where the operation drops the reference it was given, that
 * was the lower one's.
 */
static void
layer_unmap(const struct vnodeop_desc *desc, void *ap,
    struct vnode *upper[VDESC_MAX_VPS])
{
	struct vnode **vpp, *lowervp;
	int i;

	for (i = 0; desc->vdesc_vp_offsets[i] != VDESC_NO_OFFSET; i++) {
		if (upper[i] == NULL)
			continue;
		vpp = layer_arg(ap, desc->vdesc_vp_offsets[i]);
		lowervp = *vpp;
		*vpp = upper[i];
		if (desc->vdesc_flags & (VDESC_VP0_WILLRELE << i))
			vrele(upper[i]);
		else
			vrele(lowervp);
	}
}

/* The operation returned a vnode: put an upper one on it. */
static int
layer_result(const struct vnodeop_desc *desc, void *ap, struct mount *mp)
{
	struct vnode **vpp, *lowervp;
	int error;

	if (desc->vdesc_vpp_offset == VDESC_NO_OFFSET)
		return 0;
	vpp = *VOPARG_OFFSETTO(struct vnode ***, desc->vdesc_vpp_offset, ap);
	if (vpp == NULL || *vpp == NULL)
		return 0;
	lowervp = *vpp;
	error = layer_node_create(mp, lowervp, vpp);
	if (error != 0) {
		vrele(lowervp);
		*vpp = NULL;
	}
	return error;
}

/*
 * Operations during which the lower file system may let go of the lock, as
 * fifos and devices do while they sleep; they have it again at the end.
 */
static bool
layer_yields_p(const struct vnodeop_desc *desc)
{

	return desc == VDESC(vop_open) || desc == VDESC(vop_read) ||
	    desc == VDESC(vop_write);
}

/*
 * If the upper vnode died meanwhile, the lower one's lock is not its lock any
 * more: the caller, who is going to unlock the upper one, gets that.
 */
static void
layer_relock(struct vnode *vp, struct vnode *lowervp)
{
	int lktype;

	if (atomic_load_relaxed(&vp->v_data) != NULL)
		return;
	lktype = VOP_ISLOCKED(lowervp);
	KASSERT(lktype != LK_NONE);
	VOP_UNLOCK(lowervp);
	(void)vn_lock(vp, lktype | LK_RETRY);
}

void
layer_opened(struct vnode *vp, int flags, int n)
{
	struct layer_node *xp = VTOLAYER(vp);

	mutex_enter(vp->v_interlock);
	xp->layer_opens[flags & (FREAD | FWRITE)] += n;
	if (flags & FWRITE)
		xp->layer_lowervp->v_writecount += n;
	mutex_exit(vp->v_interlock);
}

/*
 * The operation itself.  Opens are counted here, where each of them and its
 * close come by, whatever functions the layer lists for them.
 */
static int
layer_call(struct vnode *vp, struct vnode *lowervp, void *v)
{
	const struct vnodeop_desc *desc =
	    ((struct vop_generic_args *)v)->a_desc;
	int error;

	if (desc == VDESC(vop_close))
		layer_opened(vp, ((struct vop_close_args *)v)->a_fflag, -1);
	error = VCALL(lowervp, desc->vdesc_offset, v);
	if (layer_yields_p(desc))
		layer_relock(vp, lowervp);
	if (desc == VDESC(vop_open) && error == 0 &&
	    atomic_load_relaxed(&vp->v_data) != NULL)
		layer_opened(vp, ((struct vop_open_args *)v)->a_mode, 1);
	return error;
}

int
layer_bypass(void *v)
{
	struct vop_generic_args *ap = v;
	const struct vnodeop_desc *desc = ap->a_desc;
	struct vnode *upper[VDESC_MAX_VPS], **firstp, *vp;
	struct mount *mp;
	int error;

	if (desc == VDESC(vop_lock))
		return layer_lock(ap);
	firstp = layer_arg(ap, desc->vdesc_vp_offsets[0]);
	vp = *firstp;
	mp = vp->v_mount;
	layer_map(desc, ap, atomic_load_relaxed(&vp->v_op), upper);
	if (upper[0] == NULL) {
		/* As good as dead: only unlocked vnodes get here. */
		error = VOCALL(dead_vnodeop_p, desc->vdesc_offset, ap);
	} else {
		if (MOUNTTOLAYERMOUNT(mp)->layerm_flags & LAYERFS_MBYPASSDEBUG)
			printf("layer: %s\n", desc->vdesc_name);
		error = layer_call(upper[0], *firstp, ap);
	}
	layer_unmap(desc, ap, upper);
	if (error == 0 && upper[0] != NULL)
		error = layer_result(desc, ap, mp);
	return error;
}

/* The upper vnode is dying: lock what remains of it. */
static int
layer_lock_dead(const struct vop_lock_args *ap)
{
	struct vop_lock_args a = *ap;
	struct vnode *vp = a.a_vp;

	if (a.a_flags & LK_NOWAIT)
		return EBUSY;
	mutex_enter(vp->v_interlock);
	(void)vdead_check(vp, 0);
	mutex_exit(vp->v_interlock);
	if (a.a_flags & LK_UPGRADE)
		a.a_flags = LK_EXCLUSIVE;
	return VCALL(vp, VOFFSET(vop_lock), &a);
}

int
layer_lock(void *v)
{
	struct vop_lock_args *ap = v, a = *ap;
	struct vop_unlock_args ua = { .a_desc = VDESC(vop_unlock) };
	struct vnode *vp = ap->a_vp;
	bool gone;
	int error;

	ua.a_vp = a.a_vp = layer_lower(vp);
	if (a.a_vp == NULL)
		return layer_lock_dead(ap);
	error = VCALL(a.a_vp, VOFFSET(vop_lock), &a);
	gone = error == 0 && atomic_load_relaxed(&vp->v_data) == NULL;
	if (gone)
		(void)VCALL(a.a_vp, VOFFSET(vop_unlock), &ua);
	else if (error == 0 && (a.a_flags & (LK_EXCLUSIVE | LK_UPGRADE)) != 0)
		vop_lock_exclusive(a.a_vp, a.a_vp->v_mount);
	vrele(a.a_vp);
	return gone ? layer_lock_dead(ap) : error;
}
