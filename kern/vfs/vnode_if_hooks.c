/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Around the vnode operations: the events they cause for kqueue watchers, and
 * VOP_LOCK/VOP_UNLOCK, which besides the lock itself open and close the
 * transaction (fstrans) that every other operation on the locked vnode runs
 * in, and refuse vnodes that died while we waited.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>
#include <sys/vnode_impl.h>
#include <sys/mount.h>
#include <sys/fstrans.h>
#include <sys/lwp.h>

#include "vfs_private.h"
#include "vnode_if_hooks.h"

void
vop_create_post(struct vop_create_v3_args *ap, struct vop_frame *fr,
    int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_dvp, NOTE_WRITE);
}

void
vop_mknod_post(struct vop_mknod_v3_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_dvp, NOTE_WRITE);
}

void
vop_mkdir_post(struct vop_mkdir_v3_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_dvp, NOTE_WRITE | NOTE_LINK);
}

void
vop_symlink_post(struct vop_symlink_v3_args *ap, struct vop_frame *fr,
    int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_dvp, NOTE_WRITE);
}

void
vop_open_post(struct vop_open_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_vp, NOTE_OPEN);
}

void
vop_close_post(struct vop_close_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_vp, (ap->a_fflag & FWRITE) ?
		    NOTE_CLOSE_WRITE : NOTE_CLOSE);
}

void
vop_setattr_post(struct vop_setattr_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_vp, NOTE_ATTRIB);
}

void
vop_read_post(struct vop_read_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_vp, NOTE_READ);
}

void
vop_write_pre(struct vop_write_args *ap, struct vop_frame *fr)
{

	fr->fr_size = ap->a_vp->v_size;
}

void
vop_write_post(struct vop_write_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_vp, NOTE_WRITE |
		    (ap->a_vp->v_size > fr->fr_size ? NOTE_EXTEND : 0));
}

/*
 * Operations that drop their vnodes: hold those somebody watches, so that
 * they are still there for the event.
 */
static struct vnode *
vop_watch(struct vnode *vp)
{

	if (vp == NULL || vp->v_klist->vk_interest == 0)
		return NULL;
	vhold(vp);
	return vp;
}

static void
vop_signal(struct vnode *vp, long hint, int error)
{

	if (vp == NULL)
		return;
	if (error == 0)
		VN_KNOTE(vp, hint);
	holdrele(vp);
}

void
vop_remove_pre(struct vop_remove_v3_args *ap, struct vop_frame *fr)
{

	fr->fr_vp[0] = vop_watch(ap->a_vp);
}

void
vop_remove_post(struct vop_remove_v3_args *ap, struct vop_frame *fr,
    int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_dvp, NOTE_WRITE);
	vop_signal(fr->fr_vp[0], ap->ctx_vp_new_nlink == 0 ?
	    NOTE_DELETE : NOTE_LINK, error);
}

void
vop_link_post(struct vop_link_v2_args *ap, struct vop_frame *fr, int error)
{

	if (error != 0)
		return;
	VN_KNOTE(ap->a_dvp, NOTE_WRITE);
	VN_KNOTE(ap->a_vp, NOTE_LINK);
}

void
vop_rmdir_pre(struct vop_rmdir_v2_args *ap, struct vop_frame *fr)
{

	fr->fr_vp[0] = vop_watch(ap->a_vp);
}

void
vop_rmdir_post(struct vop_rmdir_v2_args *ap, struct vop_frame *fr, int error)
{

	if (error == 0)
		VN_KNOTE(ap->a_dvp, NOTE_WRITE | NOTE_LINK);
	vop_signal(fr->fr_vp[0], NOTE_DELETE, error);
}

void
vop_rename_pre(struct vop_rename_args *ap, struct vop_frame *fr)
{

	fr->fr_vp[0] = vop_watch(ap->a_fvp);
	fr->fr_vp[1] = vop_watch(ap->a_fdvp);
	fr->fr_vp[2] = vop_watch(ap->a_tdvp);
}

void
vop_rename_post(struct vop_rename_args *ap, struct vop_frame *fr, int error)
{

	vop_signal(fr->fr_vp[0], NOTE_RENAME, error);
	vop_signal(fr->fr_vp[1], NOTE_WRITE, error);
	vop_signal(fr->fr_vp[2], NOTE_WRITE, error);
}

/*
 * Exclusive use can change what VOP_INACTIVE would decide and makes its mount
 * worth a visit of the syncer.
 */
void
vop_lock_exclusive(struct vnode *vp, struct mount *mp)
{

	if (__predict_false(atomic_load_relaxed(&mp->mnt_dirty) == 0))
		vfs_mount_dirtied(mp);
	if ((atomic_load_relaxed(&vp->v_usecount) & VUSECOUNT_INACT) != 0)
		return;
	atomic_or_uint(&vp->v_usecount, VUSECOUNT_INACT);
	if (__predict_false(vp->v_type == VBLK))
		vfs_syncer_need();
}

static int
vop_relock(struct vnode *vp, int flags)
{
	int error;

	error = vop_lock_raw(vp, flags & ~LK_RETRY);
	if (error == 0 && (flags & LK_UPGRADE) != 0)
		vop_lock_exclusive(vp, vp->v_mount);
	return error;
}

/*
 * May a vnode be used that we just locked?  While it is being reclaimed, no:
 * wait and try again, because LK_RETRY wants it dead or alive.
 */
static int
vop_lock_check(struct vnode *vp, int flags)
{
	int error;

	switch (VSTATE_GET(vp)) {
	case VS_RECLAIMING:
		error = EBUSY;
		break;
	case VS_RECLAIMED:
		if (flags & LK_RETRY)
			return 0;
		error = ENOENT;
		break;
	default:
		return 0;
	}
	vop_unlock_raw(vp);
	return error;
}

/* Not to be called while reclaiming the vnode ourselves. */
static int
vop_lock_wait_dead(struct vnode *vp, int flags)
{

	if (flags & LK_NOWAIT)
		return EBUSY;
	mutex_enter(vp->v_interlock);
	(void)vdead_check(vp, 0);
	mutex_exit(vp->v_interlock);
	return (flags & LK_RETRY) ? 0 : ENOENT;
}

int
VOP_LOCK(struct vnode *vp, int flags)
{
	struct mount *mp;
	int error;

	KASSERT(!mutex_owned(vp->v_interlock));
	if (flags & (LK_UPGRADE | LK_DOWNGRADE))
		return vop_relock(vp, flags);
	KASSERT(flags & (LK_SHARED | LK_EXCLUSIVE));

	for (;;) {
		error = fstrans_start_vnode(vp, (flags & LK_NOWAIT) != 0, &mp);
		if (error != 0)
			return error;
		error = vop_lock_raw(vp, flags & ~LK_RETRY);
		if (error == 0) {
			if (__predict_true(mp == vp->v_mount)) {
				error = vop_lock_check(vp, flags);
				if (error == 0)
					break;
			} else {
				vop_unlock_raw(vp);
				error = 0;
			}
			fstrans_done(mp);
			if (error == EBUSY)
				error = vop_lock_wait_dead(vp, flags);
			if (error != 0)
				return error;
			continue;
		}
		fstrans_done(mp);
		return error;
	}
	if (flags & LK_EXCLUSIVE)
		vop_lock_exclusive(vp, mp);
	return 0;
}

int
VOP_UNLOCK(struct vnode *vp)
{
	struct mount *mp = vp->v_mount;
	int error;

	error = vop_unlock_raw(vp);
	fstrans_done(mp);
	return error;
}
