/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting and unmounting.  mount_domount() puts a new mount over a directory;
 * dounmount() suspends the mount, writes everything, throws out its vnodes
 * and uncovers the directory; vfs_unmountall() does that for all mounts when
 * the kernel ends.
 *
 * Lock order: suspension of the mount, mnt_updating, vnode locks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/extattr.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

struct vnode	*rootvnode;

/*
 * The directory is covered now: processes that sit in it move to the root of
 * what covers it.
 */
static bool
mount_checkdir(struct vnode *olddp, struct vnode *newdp)
{
	struct cwdinfo *cwdi;
	struct vnode *old = NULL;
	struct proc *p;

	mutex_enter(&proc_lock);
	PROCLIST_FOREACH(p, &allproc) {
		cwdi = p->p_cwdi;
		if (cwdi == NULL || (cwdi->cwdi_cdir != olddp &&
		    cwdi->cwdi_rdir != olddp))
			continue;
		rw_enter(&cwdi->cwdi_lock, RW_WRITER);
		if (cwdi->cwdi_cdir == olddp) {
			old = olddp;
			atomic_store_release(&cwdi->cwdi_cdir, newdp);
		} else if (cwdi->cwdi_rdir == olddp) {
			old = olddp;
			atomic_store_release(&cwdi->cwdi_rdir, newdp);
		}
		if (old != NULL)
			vref(newdp);
		rw_exit(&cwdi->cwdi_lock);
		if (old != NULL)
			break;
	}
	mutex_exit(&proc_lock);
	if (old == NULL)
		return false;
	vrele(old);
	return true;
}

static void
mount_checkdirs(struct vnode *olddp, struct vnode *newdp)
{

	while (mount_checkdir(olddp, newdp))
		continue;
	if (rootvnode == olddp) {
		vref(newdp);
		rootvnode = newdp;
		vrele(olddp);
	}
}

/* Cover the directory, if nobody else did. */
static int
mount_cover(struct vnode *vp, struct mount *mp)
{
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (vp->v_mountedhere != NULL)
		error = EBUSY;
	else if (vp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = vinvalbuf(vp, V_SAVE, curlwp->l_cred, curlwp, false,
		    0);
	if (error == 0) {
		cache_purge(vp);
		atomic_store_release(&vp->v_mountedhere, mp);
	}
	VOP_UNLOCK(vp);
	return error;
}

static void
mount_uncover(struct vnode *vp)
{

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	atomic_store_relaxed(&vp->v_mountedhere, NULL);
	VOP_UNLOCK(vp);
}

static void
mount_announce(struct mount *mp, struct vnode *covered)
{
	struct vnode *root;

	if (VFS_ROOT(mp, LK_EXCLUSIVE, &root) != 0)
		return;
	VOP_UNLOCK(root);
	mount_checkdirs(covered, root);
	vrele(root);
}

/*
 * MNT_EXTATTR was switched: tell the file system.  One that has nothing to
 * configure answers EOPNOTSUPP; after any other error the flag is what it was.
 */
void
vfs_mount_extattr(struct mount *mp, bool on)
{
	int error;

	error = VFS_EXTATTRCTL(mp, on ? EXTATTR_CMD_START : EXTATTR_CMD_STOP,
	    NULL, 0, NULL);
	if (error == 0 || error == EOPNOTSUPP)
		return;
	printf("%s: extended attributes do not %s: error %d\n",
	    mp->mnt_stat.f_mntonname, on ? "start" : "stop", error);
	mutex_enter(mp->mnt_updating);
	if (on)
		mp->mnt_flag &= ~MNT_EXTATTR;
	else
		mp->mnt_flag |= MNT_EXTATTR;
	mutex_exit(mp->mnt_updating);
}

/*
 * Mount a file system of a type on the directory *vpp.  Takes over one use of
 * the type and, on success, the reference to the directory (*vpp is NULL
 * then).
 */
int
mount_domount(struct lwp *l, struct vnode **vpp, struct vfsops *vfsops,
    const char *path, int flags, void *data, size_t *data_len)
{
	struct vnode *vp = *vpp;
	struct mount *mp;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_NEW, vp, KAUTH_ARG(flags), data);
	if (error == 0 && (flags & MNT_EXPORTED) != 0)
		error = EINVAL;
	if (error == 0 && vp->v_type != VDIR)
		error = ENOTDIR;
	if (error != 0) {
		vfs_delref(vfsops);
		return error;
	}

	mp = vfs_mountalloc(vfsops, vp);
	mp->mnt_stat.f_owner = kauth_cred_geteuid(l->l_cred);
	mp->mnt_flag = flags & (MNT_BASIC_FLAGS | MNT_FORCE | MNT_IGNORE);
	mutex_enter(mp->mnt_updating);
	error = VFS_MOUNT(mp, path, data, data_len);
	mp->mnt_flag &= ~MNT_OP_FLAGS;
	if (error != 0)
		goto unmounted;
	error = mount_cover(vp, mp);
	if (error != 0)
		goto mounted;

	mountlist_append(mp);
	if ((mp->mnt_flag & (MNT_RDONLY | MNT_ASYNC)) == 0)
		vfs_syncer_add_to_worklist(mp);
	mutex_exit(mp->mnt_updating);
	mount_announce(mp, vp);
	(void)VFS_STATVFS(mp, &mp->mnt_stat);
	error = VFS_START(mp, 0);
	*vpp = NULL;
	if (error != 0) {
		vfs_ref(mp);
		(void)dounmount(mp, MNT_FORCE, l);
	} else if ((flags & MNT_EXTATTR) != 0)
		vfs_mount_extattr(mp, true);
	return error;

 mounted:
	if (vfs_suspend(mp, 0) == 0) {
		if (VFS_UNMOUNT(mp, MNT_FORCE) != 0)
			panic("mount: cannot take back a mount");
		vfs_resume(mp);
	}
 unmounted:
	mp->mnt_iflag |= IMNT_GONE;
	mutex_exit(mp->mnt_updating);
	vfs_rele(mp);
	return error;
}

/* Write what is dirty and let the file system unmount itself. */
static int
unmount_fs(struct mount *mp, int flags, struct lwp *l)
{
	int error = 0;

	if ((mp->mnt_flag & MNT_RDONLY) == 0)
		error = VFS_SYNC(mp, MNT_WAIT, l->l_cred);
	if (error == 0 || (flags & MNT_FORCE) != 0)
		error = VFS_UNMOUNT(mp, flags);
	return error;
}

/*
 * Unmount.  The caller's reference is used up in any case.
 */
int
dounmount(struct mount *mp, int flags, struct lwp *l)
{
	struct vnode *coveredvp;
	bool async, used_syncer;
	int error;

	error = vfs_suspend(mp, 0);
	if (error != 0) {
		vfs_rele(mp);
		return error;
	}
	mutex_enter(mp->mnt_updating);
	if (mp->mnt_iflag & IMNT_GONE) {
		mutex_exit(mp->mnt_updating);
		vfs_resume(mp);
		vfs_rele(mp);
		return ENOENT;
	}

	used_syncer = (mp->mnt_iflag & IMNT_ONWORKLIST) != 0;
	async = (mp->mnt_flag & MNT_ASYNC) != 0;
	vfs_syncer_remove_from_worklist(mp);
	atomic_store_relaxed(&mp->mnt_iflag, mp->mnt_iflag | IMNT_UNMOUNT);
	if (async)
		mp->mnt_flag &= ~MNT_ASYNC;
	error = unmount_fs(mp, flags, l);
	atomic_store_relaxed(&mp->mnt_iflag, mp->mnt_iflag & ~IMNT_UNMOUNT);
	if (error != 0) {
		if (async)
			mp->mnt_flag |= MNT_ASYNC;
		if (used_syncer && (mp->mnt_flag & MNT_RDONLY) == 0)
			vfs_syncer_add_to_worklist(mp);
		mutex_exit(mp->mnt_updating);
		vfs_resume(mp);
		vfs_rele(mp);
		return error;
	}

	atomic_store_relaxed(&mp->mnt_iflag, mp->mnt_iflag | IMNT_GONE);
	coveredvp = mp->mnt_vnodecovered;
	if (coveredvp != NULL)
		mount_uncover(coveredvp);
	mountlist_remove(mp);
	if (!vfs_novnodes(mp))
		panic("unmount: dangling vnode");
	vfs_hooks_unmount(mp);
	mutex_exit(mp->mnt_updating);
	vfs_resume(mp);
	vfs_rele(mp);	/* the mount list's */
	vfs_rele(mp);
	if (coveredvp != NULL)
		vrele(coveredvp);
	return 0;
}

/* The newest mount that is not yet known to resist; referenced. */
static struct mount *
unmount_next(struct mount **tried, u_int ntried)
{
	mount_iterator_t *iter;
	struct mount *mp, *last = NULL;
	u_int i;

	mountlist_iterator_init(&iter);
	while ((mp = mountlist_iterator_next(iter)) != NULL) {
		for (i = 0; i < ntried && tried[i] != mp; i++)
			continue;
		if (i < ntried)
			continue;
		if (last != NULL)
			vfs_rele(last);
		vfs_ref(mp);
		last = mp;
	}
	mountlist_iterator_destroy(iter);
	return last;
}

#define	UNMOUNT_TRIED_MAX	64

/* True if nothing is left mounted but what could not be unmounted was said. */
bool
vfs_unmountall1(struct lwp *l, bool force, bool verbose)
{
	struct mount *tried[UNMOUNT_TRIED_MAX], *mp;
	u_int ntried = 0;
	bool progress = false;
	int error;

	while (ntried < UNMOUNT_TRIED_MAX &&
	    (mp = unmount_next(tried, ntried)) != NULL) {
		tried[ntried++] = mp;
		if (verbose)
			printf("unmounting %s (%s)...\n",
			    mp->mnt_stat.f_mntonname,
			    mp->mnt_stat.f_mntfromname);
		error = dounmount(mp, force ? MNT_FORCE : 0, l);
		if (error == 0) {
			progress = true;
			ntried--;
		} else if (verbose)
			printf("unmount: error %d\n", error);
	}
	return progress;
}

bool
vfs_unmountall(struct lwp *l)
{

	return vfs_unmountall1(l, false, false);
}

/* Unmount the newest mount by force; true if there was one. */
bool
vfs_unmount_forceone(struct lwp *l)
{
	struct mount *mp = unmount_next(NULL, 0);

	if (mp == NULL)
		return false;
	return dounmount(mp, MNT_FORCE, l) == 0;
}

/* Write everything to the devices and wait for it. */
void
vfs_sync_all(struct lwp *l)
{

	do_sys_sync(l, MNT_WAIT);
}

/*
 * The kernel ends.  Whoever still runs may keep some file system busy: such
 * ones are written and then unmounted by force.
 */
bool
vfs_shutdown(void)
{
	struct lwp *l = curlwp;

	vfs_sync_all(l);
	(void)vfs_unmountall(l);
	while (vfs_unmount_forceone(l))
		continue;
	return true;
}
