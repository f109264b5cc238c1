/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References to vnodes and their states: vnode(9).  A reference taken or
 * dropped while others remain costs one atomic operation.  Dropping the last
 * one calls VOP_INACTIVE, but only if the vnode was used exclusively since
 * the last time (VUSECOUNT_INACT); a vnode without references stays cached
 * until the cleaner (vfs_vdrain.c) or its file system takes it.
 *
 * Lock order: vnode lock, vn_lock, v_interlock; vcache chain lock, then
 * v_interlock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/vnode_impl.h>

#include <miscfs/specfs/specdev.h>

#include "vfs_private.h"

static const char *const vstate_names[] = {
	"ACTIVE", "MARKER", "LOADING", "LOADED", "BLOCKED", "RECLAIMING",
	"RECLAIMED"
};

/* Only a LOADED vnode may be got from its reference count alone. */
void
vstate_change(struct vnode *vp, enum vnode_state from, enum vnode_state to)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);

	KASSERT(mutex_owned(vp->v_interlock));
	KASSERTMSG(vip->vi_state == from, "vnode %p: state %s, not %s", vp,
	    vstate_names[vip->vi_state], vstate_names[from]);
	if (from == VS_LOADED)
		atomic_and_uint(&vp->v_usecount, ~VUSECOUNT_GATE);
	atomic_store_release(&vip->vi_state, to);
	if (to == VS_LOADED) {
		membar_release();
		atomic_or_uint(&vp->v_usecount, VUSECOUNT_GATE);
	}
	if (to == VS_LOADED || to == VS_RECLAIMED)
		cv_broadcast(&vp->v_cv);
}

void
vstate_wait_stable(struct vnode *vp)
{

	KASSERT(mutex_owned(vp->v_interlock));
	while (VSTATE_GET(vp) != VS_LOADED && VSTATE_GET(vp) != VS_RECLAIMED)
		cv_wait(&vp->v_cv, vp->v_interlock);
}

int
vrefcnt(struct vnode *vp)
{

	return atomic_load_relaxed(&vp->v_usecount) & VUSECOUNT_MASK;
}

/* The caller already has a reference, or the interlock of a live vnode. */
void
vref(struct vnode *vp)
{

	KASSERT(vrefcnt(vp) > 0);
	atomic_inc_uint(&vp->v_usecount);
}

/* v_holdcnt keeps the memory, not the file: buffers and waiters use it. */
void
vholdl(struct vnode *vp)
{

	KASSERT(mutex_owned(vp->v_interlock));
	vp->v_holdcnt++;
	KASSERT(vp->v_holdcnt > 0);
}

void
vhold(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	vholdl(vp);
	mutex_exit(vp->v_interlock);
}

void
holdrelel(struct vnode *vp)
{

	KASSERT(mutex_owned(vp->v_interlock));
	if (vp->v_holdcnt <= 0)
		panic("holdrelel: vnode %p is not held", vp);
	vp->v_holdcnt--;
}

void
holdrele(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	holdrelel(vp);
	if (vp->v_holdcnt == 0 && VSTATE_GET(vp) == VS_RECLAIMED &&
	    vrefcnt(vp) == 0) {
		vcache_free(VNODE_TO_VIMPL(vp));
		return;
	}
	mutex_exit(vp->v_interlock);
}

/* Take a reference if the vnode is loaded; never sleeps. */
int
vcache_tryvget(struct vnode *vp)
{
	u_int use, next;

	use = atomic_load_relaxed(&vp->v_usecount);
	for (;;) {
		if (__predict_false((use & VUSECOUNT_GATE) == 0))
			return EBUSY;
		KASSERT((use & VUSECOUNT_MASK) != VUSECOUNT_MASK);
		next = atomic_cas_uint(&vp->v_usecount, use, use + 1);
		if (__predict_true(next == use)) {
			membar_acquire();
			return 0;
		}
		use = next;
	}
}

/*
 * Take a reference, waiting out whatever happens to the vnode.  Called with
 * the interlock, returns without.  ENOENT: it died.
 */
int
vcache_vget(struct vnode *vp)
{

	KASSERT(mutex_owned(vp->v_interlock));
	vholdl(vp);
	vstate_wait_stable(vp);
	holdrelel(vp);
	if (VSTATE_GET(vp) == VS_RECLAIMED) {
		if (vp->v_holdcnt == 0 && vrefcnt(vp) == 0)
			vcache_free(VNODE_TO_VIMPL(vp));
		else
			mutex_exit(vp->v_interlock);
		return ENOENT;
	}
	atomic_inc_uint(&vp->v_usecount);
	mutex_exit(vp->v_interlock);
	return 0;
}

/* With the interlock held on entry, as vcache_vget(). */
int
vget(struct vnode *vp)
{

	return vcache_vget(vp);
}

/* Drop a reference that is not the last, or whose drop needs no work. */
static bool
vtryrele(struct vnode *vp)
{
	u_int use, next;

	membar_release();
	use = atomic_load_relaxed(&vp->v_usecount);
	for (;;) {
		KASSERTMSG((use & VUSECOUNT_MASK) != 0,
		    "vrele: vnode %p has no references", vp);
		if ((use & VUSECOUNT_MASK) == 1 &&
		    (use & (VUSECOUNT_GATE | VUSECOUNT_INACT)) !=
		    VUSECOUNT_GATE)
			return false;
		next = atomic_cas_uint(&vp->v_usecount, use, use - 1);
		if (__predict_true(next == use))
			return true;
		use = next;
	}
}

void
vrele(struct vnode *vp)
{

	vlru_touch(VNODE_TO_VIMPL(vp));
	if (__predict_true(vtryrele(vp)))
		return;
	mutex_enter(vp->v_interlock);
	vrelel(vp, 0, LK_NONE);
}

void
vrele_async(struct vnode *vp)
{

	if (vtryrele(vp))
		return;
	mutex_enter(vp->v_interlock);
	vrelel(vp, VRELEL_ASYNC, LK_NONE);
}

/* Unlock and release; keeps the lock if the vnode has to be deactivated. */
void
vput(struct vnode *vp)
{
	u_int use = atomic_load_relaxed(&vp->v_usecount);

	vlru_touch(VNODE_TO_VIMPL(vp));
	if ((use & VUSECOUNT_MASK) == 1 && (use & VUSECOUNT_INACT) != 0 &&
	    vnode_wlocked_p(vp)) {
		mutex_enter(vp->v_interlock);
		vrelel(vp, 0, LK_EXCLUSIVE);
		return;
	}
	VOP_UNLOCK(vp);
	vrele(vp);
}

/*
 * We hold the only reference: make sure nobody gets another.  The gate closes
 * with state BLOCKED; if somebody was faster, open it again.
 */
static bool
vblock_last(struct vnode *vp)
{

	KASSERT(mutex_owned(vp->v_interlock));
	if (VSTATE_GET(vp) != VS_LOADED)
		return false;
	vstate_change(vp, VS_LOADED, VS_BLOCKED);
	if (vrefcnt(vp) == 1)
		return true;
	vstate_change(vp, VS_BLOCKED, VS_LOADED);
	return false;
}

/* Last reference to a dead vnode: interlock held, released. */
static void
vrelel_dead(struct vnode *vp)
{
	u_int left;

	left = atomic_dec_uint_nv(&vp->v_usecount) & VUSECOUNT_MASK;
	if (left == 0 && vp->v_holdcnt == 0)
		vcache_free(VNODE_TO_VIMPL(vp));
	else
		mutex_exit(vp->v_interlock);
}

/*
 * Release with work to do.  Called with the interlock held and, if lktype
 * says so, the vnode locked; returns with neither.
 */
void
vrelel(struct vnode *vp, int flags, int lktype)
{
	bool recycle = false;

	KASSERT(mutex_owned(vp->v_interlock));
	if (VSTATE_GET(vp) == VS_RECLAIMED) {
		if (lktype != LK_NONE) {
			mutex_exit(vp->v_interlock);
			VOP_UNLOCK(vp);
			mutex_enter(vp->v_interlock);
		}
		vrelel_dead(vp);
		return;
	}
	if (vtryrele(vp)) {
		mutex_exit(vp->v_interlock);
		if (lktype != LK_NONE)
			VOP_UNLOCK(vp);
		return;
	}
	if (flags & VRELEL_ASYNC) {
		KASSERT(lktype == LK_NONE);
		vdrain_defer(VNODE_TO_VIMPL(vp));
		mutex_exit(vp->v_interlock);
		vdrain_kick();
		return;
	}
	mutex_exit(vp->v_interlock);
	if (lktype == LK_NONE) {
		if (vn_lock(vp, LK_EXCLUSIVE | LK_RETRY) != 0)
			panic("vrelel: vnode %p cannot be locked", vp);
		if (VSTATE_GET(vp) == VS_RECLAIMED) {
			VOP_UNLOCK(vp);
			mutex_enter(vp->v_interlock);
			vrelel_dead(vp);
			return;
		}
	}

	/* What happens from here on asks for another VOP_INACTIVE. */
	atomic_and_uint(&vp->v_usecount, ~VUSECOUNT_INACT);
	VOP_INACTIVE(vp, &recycle);
	mutex_enter(vp->v_interlock);
	if (recycle && vblock_last(vp)) {
		vcache_reclaim(vp);
		vrelel_dead(vp);
		return;
	}
	if (recycle)
		atomic_or_uint(&vp->v_usecount, VUSECOUNT_INACT);
	if (vp->v_iflag & (VI_TEXT | VI_EXECMAP))
		vn_setiflag(vp, 0, VI_TEXT | VI_EXECMAP);
	if (vp->v_vflag & VV_MAPPED)
		vp->v_vflag &= ~VV_MAPPED;
	mutex_exit(vp->v_interlock);
	VOP_UNLOCK(vp);
	vrele(vp);
}

/*
 * Reclaim the vnode if the caller's reference is the only one; the reference
 * is gone then.  False: others use it, nothing happened.
 */
bool
vrecycle(struct vnode *vp)
{
	int error;

	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) != VS_LOADED) {
		vrelel(vp, 0, LK_NONE);
		return true;
	}
	if (!vblock_last(vp)) {
		mutex_exit(vp->v_interlock);
		return false;
	}
	mutex_exit(vp->v_interlock);

	/* Nobody else can hold it, except through a layer above. */
	error = vn_lock(vp, LK_EXCLUSIVE | LK_RETRY | LK_NOWAIT);
	mutex_enter(vp->v_interlock);
	if (error != 0) {
		vstate_change(vp, VS_BLOCKED, VS_LOADED);
		mutex_exit(vp->v_interlock);
		return false;
	}
	KASSERT(vrefcnt(vp) == 1);
	vcache_reclaim(vp);
	vrelel_dead(vp);
	return true;
}

/* Kill the file behind a vnode whoever uses it; drops a reference. */
void
vgone(struct vnode *vp)
{

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) == VS_LOADED) {
		vstate_change(vp, VS_LOADED, VS_BLOCKED);
		vcache_reclaim(vp);
	} else {
		mutex_exit(vp->v_interlock);
		VOP_UNLOCK(vp);
		mutex_enter(vp->v_interlock);
	}
	vrelel_dead(vp);
}

/* revoke(2): kill the vnode, or every vnode of a device. */
void
vrevoke(struct vnode *vp)
{
	struct vnode *vq;
	enum vtype type;
	dev_t dev;

	KASSERT(vrefcnt(vp) > 0);
	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) == VS_RECLAIMED) {
		mutex_exit(vp->v_interlock);
		return;
	}
	if (vp->v_type != VBLK && vp->v_type != VCHR) {
		atomic_inc_uint(&vp->v_usecount);
		mutex_exit(vp->v_interlock);
		vgone(vp);
		return;
	}
	dev = vp->v_rdev;
	type = vp->v_type;
	mutex_exit(vp->v_interlock);
	while (spec_node_lookup_by_dev(type, dev, VDEAD_NOWAIT, &vq) == 0)
		vgone(vq);
}

/* Interlock held.  0: alive; ENOENT: dead; EBUSY (NOWAIT only): dying. */
int
vdead_check(struct vnode *vp, int flags)
{

	KASSERT(mutex_owned(vp->v_interlock));
	if ((flags & VDEAD_NOWAIT) == 0)
		vstate_wait_stable(vp);
	if (VSTATE_GET(vp) == VS_RECLAIMING) {
		KASSERT(flags & VDEAD_NOWAIT);
		return EBUSY;
	}
	return VSTATE_GET(vp) == VS_RECLAIMED ? ENOENT : 0;
}

/* Share the interlock (and the vmobjlock) of the vnode below. */
void
vshareilock(struct vnode *tvp, struct vnode *fvp)
{
	kmutex_t *old = tvp->v_interlock;

	mutex_obj_hold(fvp->v_interlock);
	tvp->v_interlock = fvp->v_interlock;
	mutex_obj_free(old);
}

/* Share the list of watchers, so that events below are seen above. */
void
vshareklist(struct vnode *tvp, struct vnode *fvp)
{
	struct vnode_impl *owner = VNODE_TO_VIMPL(fvp)->vi_klistowner;

	KASSERT(tvp->v_interlock == fvp->v_interlock);
	KASSERT(SLIST_EMPTY(&tvp->v_klist->vk_klist));
	vhold(VIMPL_TO_VNODE(owner));
	VNODE_TO_VIMPL(tvp)->vi_klistowner = owner;
	tvp->v_klist = fvp->v_klist;
}

int
vn_lock(struct vnode *vp, int flags)
{

	KASSERTMSG(vrefcnt(vp) > 0 || (vp->v_iflag & VI_ONWORKLST) != 0,
	    "vn_lock: vnode %p has no references", vp);
	if (flags == LK_NONE)		/* as VFS_ROOT() may be asked */
		return 0;
	return VOP_LOCK(vp, flags);
}
