/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on the directory context of a process: chdir, chroot, getcwd,
 * umask.
 *
 * Locks: cwdi_lock is taken without vnode locks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/* May the caller make this referenced vnode its directory? */
static int
chdir_check(struct vnode *vp, kauth_cred_t cred)
{
	int error;

	error = vn_lock(vp, LK_SHARED);
	if (error != 0)
		return error;
	if (vp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = VOP_ACCESS(vp, VEXEC, cred);
	VOP_UNLOCK(vp);
	return error;
}

/* By name; *vpp is referenced on success. */
static int
chdir_lookup(const char *path, struct vnode **vpp, struct lwp *l)
{
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, vpp);
	if (error != 0)
		return error;
	error = chdir_check(*vpp, l->l_cred);
	if (error != 0)
		vrele(*vpp);
	return error;
}

/* By descriptor. */
static int
chdir_fd(int fd, struct vnode **vpp, struct lwp *l)
{
	struct file *fp;
	int error;

	error = fd_getvnode(fd, &fp);
	if (error != 0)
		return error;
	*vpp = fp->f_vnode;
	vref(*vpp);
	fd_putfile(fd);
	error = chdir_check(*vpp, l->l_cred);
	if (error != 0)
		vrele(*vpp);
	return error;
}

/* Lookups read the pointers without the lock. */
static void
cwd_replace(struct vnode **where, struct vnode *vp, struct cwdinfo *cwdi)
{
	struct vnode *old;

	rw_enter(&cwdi->cwdi_lock, RW_WRITER);
	old = *where;
	atomic_store_release(where, vp);
	rw_exit(&cwdi->cwdi_lock);
	if (old != NULL)
		vrele(old);
}

/* Inside a root, a directory outside of it must not be entered. */
static int
chdir_inside(struct vnode *vp, struct lwp *l)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;

	if (cwdi->cwdi_rdir != NULL && !vn_isunder(vp, NULL, l)) {
		vrele(vp);
		return EPERM;
	}
	return 0;
}

int
sys_chdir(struct lwp *l, const struct sys_chdir_args *uap, register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *vp;
	int error;

	error = chdir_lookup(SCARG(uap, path), &vp, l);
	if (error == 0)
		cwd_replace(&cwdi->cwdi_cdir, vp, cwdi);
	return error;
}

int
sys_fchdir(struct lwp *l, const struct sys_fchdir_args *uap,
    register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct vnode *vp;
	int error;

	error = chdir_fd(SCARG(uap, fd), &vp, l);
	if (error == 0)
		error = chdir_inside(vp, l);
	if (error == 0)
		cwd_replace(&cwdi->cwdi_cdir, vp, cwdi);
	return error;
}

/* The current directory has to be inside the new root: if not, move there. */
static void
change_root(struct vnode *vp, struct lwp *l)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;

	if (!vn_isunder(cwdi->cwdi_cdir, vp, l)) {
		vref(vp);
		cwd_replace(&cwdi->cwdi_cdir, vp, cwdi);
	}
	cwd_replace(&cwdi->cwdi_rdir, vp, cwdi);
}

int
sys_chroot(struct lwp *l, const struct sys_chroot_args *uap,
    register_t *retval)
{
	struct vnode *vp;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_CHROOT,
	    KAUTH_REQ_SYSTEM_CHROOT_CHROOT, NULL, NULL, NULL);
	if (error == 0)
		error = chdir_lookup(SCARG(uap, path), &vp, l);
	if (error == 0)
		change_root(vp, l);
	return error;
}

int
sys_fchroot(struct lwp *l, const struct sys_fchroot_args *uap,
    register_t *retval)
{
	struct vnode *vp;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_CHROOT,
	    KAUTH_REQ_SYSTEM_CHROOT_FCHROOT, NULL, NULL, NULL);
	if (error == 0)
		error = chdir_fd(SCARG(uap, fd), &vp, l);
	if (error == 0)
		error = chdir_inside(vp, l);
	if (error == 0)
		change_root(vp, l);
	return error;
}

int
sys___getcwd(struct lwp *l, const struct sys___getcwd_args *uap,
    register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	size_t len = SCARG(uap, length), left;
	struct vnode *vp;
	char *path, *bp;
	int error;

	if (len < 2)
		return ERANGE;
	if (len > MAXPATHLEN * 4)
		len = MAXPATHLEN * 4;
	path = kmem_alloc(len, KM_SLEEP);
	bp = path + len;
	*--bp = '\0';
	rw_enter(&cwdi->cwdi_lock, RW_READER);
	vp = cwdi->cwdi_cdir;
	vref(vp);
	rw_exit(&cwdi->cwdi_lock);
	error = getcwd_common(vp, NULL, &bp, path, len / 2,
	    GETCWD_CHECK_ACCESS, l);
	vrele(vp);
	if (error == 0) {
		left = path + len - bp;
		*retval = left;
		error = copyout(bp, SCARG(uap, bufp), left);
	}
	kmem_free(path, len);
	return error;
}

int
sys_umask(struct lwp *l, const struct sys_umask_args *uap, register_t *retval)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;

	rw_enter(&cwdi->cwdi_lock, RW_WRITER);
	*retval = cwdi->cwdi_cmask;
	cwdi->cwdi_cmask = SCARG(uap, newmask) & ALLPERMS;
	rw_exit(&cwdi->cwdi_lock);
	return 0;
}
