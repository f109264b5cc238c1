/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFS_*(): the operations of a mount as functions, inside a transaction where
 * the operation may touch the file system, and under the kernel lock for file
 * systems that are not MP safe.  Also vfs_hooks, for code that has to know of
 * unmounts.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/rwlock.h>

#include "vfs_private.h"

static krwlock_t vfs_hooks_lock;
static LIST_HEAD(, vfs_hooks) vfs_hooks_head =
    LIST_HEAD_INITIALIZER(vfs_hooks_head);

#define	VFS_ENTER(mp)	bool biglock = vfs_enter(mp)
#define	VFS_EXIT(mp)	vfs_exit(biglock)

static bool
vfs_enter(struct mount *mp)
{

	if (atomic_load_relaxed(&mp->mnt_iflag) & IMNT_MPSAFE)
		return false;
	KERNEL_LOCK(1, curlwp);
	return true;
}

static void
vfs_exit(bool biglock)
{

	if (biglock)
		KERNEL_UNLOCK_ONE(curlwp);
}

/* The flag is only known once the file system has set it: always lock. */
int
VFS_MOUNT(struct mount *mp, const char *path, void *data, size_t *len)
{
	int error;

	KERNEL_LOCK(1, curlwp);
	error = (*mp->mnt_op->vfs_mount)(mp, path, data, len);
	KERNEL_UNLOCK_ONE(curlwp);
	return error;
}

int
VFS_START(struct mount *mp, int flags)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_start)(mp, flags);
	VFS_EXIT(mp);
	return error;
}

int
VFS_UNMOUNT(struct mount *mp, int flags)
{
	int error;

	KERNEL_LOCK(1, curlwp);
	error = (*mp->mnt_op->vfs_unmount)(mp, flags);
	KERNEL_UNLOCK_ONE(curlwp);
	return error;
}

int
VFS_ROOT(struct mount *mp, int lktype, struct vnode **vpp)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_root)(mp, lktype, vpp);
	VFS_EXIT(mp);
	return error;
}

int
VFS_QUOTACTL(struct mount *mp, struct quotactl_args *args)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_quotactl)(mp, args);
	VFS_EXIT(mp);
	return error;
}

int
VFS_STATVFS(struct mount *mp, struct statvfs *sbp)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_statvfs)(mp, sbp);
	VFS_EXIT(mp);
	return error;
}

int
VFS_SYNC(struct mount *mp, int waitfor, struct kauth_cred *cred)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_sync)(mp, waitfor, cred);
	VFS_EXIT(mp);
	return error;
}

int
VFS_FHTOVP(struct mount *mp, struct fid *fidp, int lktype,
    struct vnode **vpp)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_fhtovp)(mp, fidp, lktype, vpp);
	VFS_EXIT(mp);
	return error;
}

int
VFS_VPTOFH(struct vnode *vp, struct fid *fidp, size_t *size)
{
	struct mount *mp = vp->v_mount;
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_vptofh)(vp, fidp, size);
	VFS_EXIT(mp);
	return error;
}

int
VFS_SNAPSHOT(struct mount *mp, struct vnode *vp, struct timespec *ts)
{
	int error;

	VFS_ENTER(mp);
	error = (*mp->mnt_op->vfs_snapshot)(mp, vp, ts);
	VFS_EXIT(mp);
	return error;
}

int
VFS_EXTATTRCTL(struct mount *mp, int cmd, struct vnode *vp, int ns,
    const char *name)
{
	int error;

	KERNEL_LOCK(1, curlwp);
	error = (*mp->mnt_op->vfs_extattrctl)(mp, cmd, vp, ns, name);
	KERNEL_UNLOCK_ONE(curlwp);
	return error;
}

int
VFS_SUSPENDCTL(struct mount *mp, int cmd)
{

	return (*mp->mnt_op->vfs_suspendctl)(mp, cmd);
}

int
vfs_hooks_attach(struct vfs_hooks *vh)
{

	rw_enter(&vfs_hooks_lock, RW_WRITER);
	LIST_INSERT_HEAD(&vfs_hooks_head, vh, vfs_hooks_list);
	rw_exit(&vfs_hooks_lock);
	return 0;
}

int
vfs_hooks_detach(struct vfs_hooks *vh)
{
	struct vfs_hooks *p;

	rw_enter(&vfs_hooks_lock, RW_WRITER);
	LIST_FOREACH(p, &vfs_hooks_head, vfs_hooks_list)
		if (p == vh)
			break;
	if (p != NULL)
		LIST_REMOVE(vh, vfs_hooks_list);
	rw_exit(&vfs_hooks_lock);
	return p != NULL ? 0 : ESRCH;
}

void
vfs_hooks_unmount(struct mount *mp)
{
	struct vfs_hooks *p;

	rw_enter(&vfs_hooks_lock, RW_READER);
	LIST_FOREACH(p, &vfs_hooks_head, vfs_hooks_list)
		if (p->vh_unmount != NULL)
			(*p->vh_unmount)(mp);
	rw_exit(&vfs_hooks_lock);
}

/* The first hook that knows about exports decides. */
int
vfs_hooks_reexport(struct mount *mp, const char *path, void *data)
{
	struct vfs_hooks *p;
	int error = EJUSTRETURN;

	rw_enter(&vfs_hooks_lock, RW_READER);
	LIST_FOREACH(p, &vfs_hooks_head, vfs_hooks_list) {
		if (p->vh_reexport == NULL)
			continue;
		error = (*p->vh_reexport)(mp, path, data);
		if (error != EJUSTRETURN)
			break;
	}
	rw_exit(&vfs_hooks_lock);
	return error;
}

void
vfs_hooks_sysinit(void)
{

	rw_init(&vfs_hooks_lock);
}
