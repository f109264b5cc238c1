/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking the vnodes of a mount, and vflush(9), which throws them out before
 * an unmount.  A marker in mnt_vnodelist keeps the place while the list lock
 * is dropped.
 *
 * Lock order: mnt_vnodelock, then v_interlock.
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
	mutex_enter(mp->mnt_vnodelock);
	TAILQ_INSERT_HEAD(&mp->mnt_vnodelist, &vni->vi_marker, vi_mntvnodes);
	mutex_exit(mp->mnt_vnodelock);
	*vnip = vni;
}

void
vfs_vnode_iterator_destroy(struct vnode_iterator *vni)
{
	struct mount *mp = VIMPL_TO_VNODE(&vni->vi_marker)->v_mount;

	mutex_enter(mp->mnt_vnodelock);
	if (vni->vi_marker.vi_state == VS_MARKER)
		TAILQ_REMOVE(&mp->mnt_vnodelist, &vni->vi_marker,
		    vi_mntvnodes);
	mutex_exit(mp->mnt_vnodelock);
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

/*
 * The next vnode that func wants (it is asked with the interlock held),
 * referenced; NULL at the end.
 */
struct vnode *
vfs_vnode_iterator_next(struct vnode_iterator *vni,
    bool (*func)(void *, struct vnode *), void *cookie)
{
	struct vnode_impl *mip = &vni->vi_marker, *vip;
	struct mount *mp = VIMPL_TO_VNODE(mip)->v_mount;

	do {
		mutex_enter(mp->mnt_vnodelock);
		vip = TAILQ_NEXT(mip, vi_mntvnodes);
		TAILQ_REMOVE(&mp->mnt_vnodelist, mip, vi_mntvnodes);
		while (vip != NULL && !iter_wanted(vip, func, cookie))
			vip = TAILQ_NEXT(vip, vi_mntvnodes);
		if (vip == NULL) {
			TAILQ_INSERT_TAIL(&mp->mnt_vnodelist, mip,
			    vi_mntvnodes);
			mutex_exit(mp->mnt_vnodelock);
			return NULL;
		}
		TAILQ_INSERT_AFTER(&mp->mnt_vnodelist, vip, mip,
		    vi_mntvnodes);
		mutex_exit(mp->mnt_vnodelock);
	} while (vcache_vget(VIMPL_TO_VNODE(vip)) != 0);
	return VIMPL_TO_VNODE(vip);
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
	int busy, tries;

	for (tries = 0; tries < 4; tries++) {
		busy = 0;
		vrele_flush(mp);
		vfs_vnode_iterator_init(mp, &vni);
		while ((vp = vfs_vnode_iterator_next(vni, vflush_selector,
		    &ctx)) != NULL)
			if (vflush_one(vp, flags) != 0)
				busy++;
		vfs_vnode_iterator_destroy(vni);
		if (busy == 0)
			return 0;
		/* Somebody may be about to let go, the cleaner perhaps. */
		kpause("vflush", false, 1, NULL);
	}
	return EBUSY;
}
