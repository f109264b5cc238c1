/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_lock.c: the vnode lock, vi_lock, as VOP_LOCK, VOP_UNLOCK and
 * VOP_ISLOCKED of every file system that has no other idea.  Whether the vnode
 * is alive, and the transaction around it, is VOP_LOCK()'s own affair
 * (vnode_if_hooks.c); dead vnodes are therefore locked the same way.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/rwlock.h>
#include <sys/vnode_impl.h>

#include <miscfs/genfs/genfs.h>

/*
 * Change the mode of a lock that is held.  An upgrade which has to wait lets
 * go in between.
 */
static int
relock(krwlock_t *lock, int flags)
{

	KASSERT(rw_lock_held(lock));
	if (flags & LK_DOWNGRADE) {
		rw_downgrade(lock);
		return 0;
	}
	if (rw_tryupgrade(lock))
		return 0;
	if (flags & LK_NOWAIT)
		return EBUSY;
	rw_exit(lock);
	rw_enter(lock, RW_WRITER);
	return 0;
}

int
genfs_lock(void *v)
{
	struct vop_lock_args *ap = v;
	krwlock_t *lock = &VNODE_TO_VIMPL(ap->a_vp)->vi_lock;
	const int flags = ap->a_flags;
	krw_t op;

	if (flags & (LK_UPGRADE | LK_DOWNGRADE))
		return relock(lock, flags);
	KASSERT(((flags & LK_EXCLUSIVE) != 0) != ((flags & LK_SHARED) != 0));
	op = (flags & LK_EXCLUSIVE) ? RW_WRITER : RW_READER;
	if (flags & LK_NOWAIT)
		return rw_tryenter(lock, op) ? 0 : EBUSY;
	rw_enter(lock, op);
	return 0;
}

int
genfs_unlock(void *v)
{
	struct vop_unlock_args *ap = v;

	rw_exit(&VNODE_TO_VIMPL(ap->a_vp)->vi_lock);
	return 0;
}

int
genfs_islocked(void *v)
{
	struct vop_islocked_args *ap = v;
	krwlock_t *lock = &VNODE_TO_VIMPL(ap->a_vp)->vi_lock;

	if (rw_write_held(lock))
		return LK_EXCLUSIVE;
	return rw_read_held(lock) ? LK_SHARED : LK_NONE;
}

int
genfs_deadlock(void *v)
{

	return genfs_lock(v);
}

int
genfs_deadunlock(void *v)
{

	return genfs_unlock(v);
}

/*
 * For vnodes nobody needs to lock.
 */
int
genfs_nolock(void *v)
{

	return 0;
}

int
genfs_nounlock(void *v)
{

	return 0;
}

int
genfs_noislocked(void *v)
{

	return LK_NONE;
}
