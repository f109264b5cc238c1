/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking the vnodes of a mount, and vflush(9), which throws them out before
 * an unmount.  A marker in the list of a lane keeps the place while its lock
 * is dropped; lanes come one after the other, and vnodes that are made
 * meanwhile may be missed.
 *
 * Lock order: vn_lock, then v_interlock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include <miscfs/deadfs/deadfs.h>

#include "vfs_private.h"

struct vnode_iterator {
	struct vnode_impl vi_marker;
};

static struct vnode_lane *
iter_lane(struct vnode_iterator *vni)
{
	struct vnode_impl *mip = &vni->vi_marker;

	return &VIMPL_TO_VNODE(mip)->v_mount->mnt_lanes[mip->vi_lane];
}

/* Put the marker before all of its lane. */
static void
iter_start(struct vnode_iterator *vni)
{
	struct vnode_lane *vn = iter_lane(vni);

	mutex_enter(&vn->vn_lock);
	TAILQ_INSERT_HEAD(&vn->vn_list, &vni->vi_marker, vi_mntvnodes);
	mutex_exit(&vn->vn_lock);
}

/* Fields a marker needs are few: it is only ever compared and skipped. */
void
vfs_vnode_iterator_init(struct mount *mp, struct vnode_iterator **vnip)
{
	struct vnode_iterator *vni;
	struct vnode *vp;

	vni = kmem_zalloc(sizeof(*vni), KM_SLEEP);
	vni->vi_marker.vi_state = VS_MARKER;
	vp = VIMPL_TO_VNODE(&vni->vi_marker);
	vp->v_type = VBAD;
	vp->v_interlock = NULL;
	vfs_ref(mp);
	vp->v_mount = mp;
	iter_start(vni);
	*vnip = vni;
}

void
vfs_vnode_iterator_destroy(struct vnode_iterator *vni)
{
	struct vnode_lane *vn = iter_lane(vni);
	struct mount *mp = VIMPL_TO_VNODE(&vni->vi_marker)->v_mount;

	mutex_enter(&vn->vn_lock);
	TAILQ_REMOVE(&vn->vn_list, &vni->vi_marker, vi_mntvnodes);
	mutex_exit(&vn->vn_lock);
	vfs_rele(mp);
	kmem_free(vni, sizeof(*vni));
}

/* Wanted?  Returns with the interlock held if so. */
static bool
iter_wanted(struct vnode_impl *vip, bool (*func)(void *, struct vnode *),
    void *cookie)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	enum vnode_state state = VSTATE_GET(vp);

	/* Before it is loaded its interlock may change. */
	if (state == VS_MARKER || state == VS_LOADING)
		return false;
	membar_acquire();
	mutex_enter(vp->v_interlock);
	if (vdead_check(vp, VDEAD_NOWAIT) == 0 &&
	    (func == NULL || (*func)(cookie, vp)))
		return true;
	mutex_exit(vp->v_interlock);
	return false;
}

/* The next one wanted in the lane; the marker goes behind it, or out. */
static struct vnode_impl *
iter_step(struct vnode_iterator *vni, bool (*func)(void *, struct vnode *),
    void *cookie)
{
	struct vnode_lane *vn = iter_lane(vni);
	struct vnode_impl *mip = &vni->vi_marker, *vip;

	mutex_enter(&vn->vn_lock);
	vip = TAILQ_NEXT(mip, vi_mntvnodes);
	TAILQ_REMOVE(&vn->vn_list, mip, vi_mntvnodes);
	while (vip != NULL && !iter_wanted(vip, func, cookie))
		vip = TAILQ_NEXT(vip, vi_mntvnodes);
	if (vip != NULL)
		TAILQ_INSERT_AFTER(&vn->vn_list, vip, mip, vi_mntvnodes);
	else if (mip->vi_lane == VLANES - 1)
		TAILQ_INSERT_TAIL(&vn->vn_list, mip, vi_mntvnodes);
	mutex_exit(&vn->vn_lock);
	return vip;
}

/*
 * The next vnode that func wants (it is asked with the interlock held),
 * referenced; NULL at the end.
 */
struct vnode *
vfs_vnode_iterator_next(struct vnode_iterator *vni,
    bool (*func)(void *, struct vnode *), void *cookie)
{
	struct vnode_impl *mip = &vni->vi_marker, *vip;

	for (;;) {
		vip = iter_step(vni, func, cookie);
		if (vip != NULL) {
			if (vcache_vget(VIMPL_TO_VNODE(vip)) == 0)
				return VIMPL_TO_VNODE(vip);
		} else if (mip->vi_lane == VLANES - 1) {
			return NULL;
		} else {
			mip->vi_lane++;
			iter_start(vni);
		}
	}
}

struct vflush_ctx {
	const struct vnode *skipvp;
	int		flags;
};

static bool
vflush_selector(void *cookie, struct vnode *vp)
{
	const struct vflush_ctx *ctx = cookie;

	if (vp == ctx->skipvp)
		return false;
	if ((ctx->flags & SKIPSYSTEM) && (vp->v_vflag & VV_SYSTEM))
		return false;
	if ((ctx->flags & WRITECLOSE) &&
	    (vp->v_writecount == 0 || vp->v_type != VREG))
		return false;
	return true;
}

/* 0: gone; EBUSY: somebody uses it. */
static int
vflush_one(struct vnode *vp, int flags)
{

	if (vrecycle(vp))
		return 0;
	if ((flags & FORCECLOSE) == 0) {
		vrele(vp);
		return EBUSY;
	}
	if (vrefcnt(vp) > 1 && (vp->v_type == VBLK || vp->v_type == VCHR)) {
		(void)vcache_make_anon(vp);
		vrele(vp);
	} else
		vgone(vp);
	return 0;
}

/*
 * Reclaim the vnodes of a mount, except skipvp.  EBUSY if some are in use
 * and FORCECLOSE is not given.
 */
int
vflush(struct mount *mp, struct vnode *skipvp, int flags)
{
	struct vflush_ctx ctx = { .skipvp = skipvp, .flags = flags };
	struct vnode_iterator *vni;
	struct vnode *vp;
	int busy, seen, tries = 0;

	/* Until there are none: some may be made while others go. */
	do {
		busy = seen = 0;
		vrele_flush(mp);
		vfs_vnode_iterator_init(mp, &vni);
		while ((vp = vfs_vnode_iterator_next(vni, vflush_selector,
		    &ctx)) != NULL) {
			seen++;
			if (vflush_one(vp, flags) != 0)
				busy++;
		}
		vfs_vnode_iterator_destroy(vni);
		if (busy != 0) {
			if (++tries == 4)
				return EBUSY;
			/* Somebody may be about to let go: the cleaner? */
			kpause("vflush", false, 1, NULL);
		}
	} while (seen != 0);
	return 0;
}
