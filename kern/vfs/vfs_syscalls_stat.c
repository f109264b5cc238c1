/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that only ask: stat, access, readlink, pathconf and their
 * relatives.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/* struct stat of what a name leads to, relative to a descriptor. */
static int
do_statat(struct lwp *l, int fdat, const char *path, uint32_t flags,
    struct stat *sb)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	error = pathbuf_copyin(path, &pb);
	if (error != 0)
		return error;
	NDINIT(&nd, LOOKUP, LOCKLEAF | LOCKSHARED | flags, pb);
	error = fd_nameiat(l, fdat, &nd);
	if (error == 0) {
		error = vn_stat(nd.ni_vp, sb);
		vput(nd.ni_vp);
	}
	pathbuf_destroy(pb);
	return error;
}

int
do_sys_statat(struct lwp *l, int fdat, const char *path, unsigned int flags,
    struct stat *sb)
{

	return do_statat(l, fdat, path, flags, sb);
}

static int
stat_out(struct lwp *l, int fdat, const char *path, uint32_t flags,
    struct stat *ub)
{
	struct stat sb;
	int error;

	error = do_statat(l, fdat, path, flags, &sb);
	return error != 0 ? error : copyout(&sb, ub, sizeof(sb));
}

int
sys___stat50(struct lwp *l, const struct sys___stat50_args *uap,
    register_t *retval)
{

	return stat_out(l, AT_FDCWD, SCARG(uap, path), FOLLOW,
	    SCARG(uap, ub));
}

int
sys___lstat50(struct lwp *l, const struct sys___lstat50_args *uap,
    register_t *retval)
{

	return stat_out(l, AT_FDCWD, SCARG(uap, path), NOFOLLOW,
	    SCARG(uap, ub));
}

int
sys_fstatat(struct lwp *l, const struct sys_fstatat_args *uap,
    register_t *retval)
{

	if (SCARG(uap, flag) & ~AT_SYMLINK_NOFOLLOW)
		return EINVAL;
	return stat_out(l, SCARG(uap, fd), SCARG(uap, path),
	    (SCARG(uap, flag) & AT_SYMLINK_NOFOLLOW) ? NOFOLLOW : FOLLOW,
	    SCARG(uap, buf));
}

static int
access_vnode(struct vnode *vp, int amode, kauth_cred_t cred)
{
	accmode_t accmode = 0;
	int error;

	if (amode == F_OK)
		return 0;
	if (amode & R_OK)
		accmode |= VREAD;
	if (amode & W_OK)
		accmode |= VWRITE;
	if (amode & X_OK)
		accmode |= VEXEC;
	error = VOP_ACCESS(vp, accmode, cred);
	if (error == 0 && (accmode & VWRITE) != 0)
		error = vn_writechk(vp);
	return error;
}

/* With the real ids, unless AT_EACCESS; searching the path, too. */
static int
do_sys_accessat(struct lwp *l, int fdat, const char *path, int amode,
    int flags)
{
	struct nameidata nd;
	struct pathbuf *pb;
	kauth_cred_t cred;
	int error;

	if ((amode & ~(R_OK | W_OK | X_OK)) != 0 ||
	    (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW)) != 0)
		return EINVAL;
	error = pathbuf_copyin(path, &pb);
	if (error != 0)
		return error;
	NDINIT(&nd, LOOKUP, LOCKLEAF |
	    ((flags & AT_SYMLINK_NOFOLLOW) ? NOFOLLOW : FOLLOW), pb);
	cred = kauth_cred_dup(l->l_cred);
	if ((flags & AT_EACCESS) == 0) {
		kauth_cred_seteuid(cred, kauth_cred_getuid(l->l_cred));
		kauth_cred_setegid(cred, kauth_cred_getgid(l->l_cred));
	}
	nd.ni_cnd.cn_cred = cred;
	error = fd_nameiat(l, fdat, &nd);
	if (error == 0) {
		error = access_vnode(nd.ni_vp, amode, cred);
		vput(nd.ni_vp);
	}
	pathbuf_destroy(pb);
	kauth_cred_free(cred);
	return error;
}

int
sys_access(struct lwp *l, const struct sys_access_args *uap,
    register_t *retval)
{

	return do_sys_accessat(l, AT_FDCWD, SCARG(uap, path),
	    SCARG(uap, flags), 0);
}

int
sys_faccessat(struct lwp *l, const struct sys_faccessat_args *uap,
    register_t *retval)
{

	return do_sys_accessat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, amode), SCARG(uap, flag));
}

static int
do_sys_readlinkat(struct lwp *l, int fdat, const char *path, char *buf,
    size_t count, register_t *retval)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct iovec iov = { .iov_base = buf, .iov_len = count };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = count,
		.uio_rw = UIO_READ, .uio_vmspace = l->l_proc->p_vmspace
	};
	int error;

	if (count > SSIZE_MAX)
		return EINVAL;
	error = pathbuf_copyin(path, &pb);
	if (error != 0)
		return error;
	NDINIT(&nd, LOOKUP, NOFOLLOW | LOCKLEAF | LOCKSHARED, pb);
	error = fd_nameiat(l, fdat, &nd);
	if (error == 0) {
		if (nd.ni_vp->v_type != VLNK)
			error = EINVAL;
		else if ((nd.ni_vp->v_mount->mnt_flag & MNT_SYMPERM) != 0)
			error = VOP_ACCESS(nd.ni_vp, VREAD, l->l_cred);
		if (error == 0)
			error = VOP_READLINK(nd.ni_vp, &uio, l->l_cred);
		vput(nd.ni_vp);
	}
	pathbuf_destroy(pb);
	*retval = count - uio.uio_resid;
	return error;
}

int
sys_readlink(struct lwp *l, const struct sys_readlink_args *uap,
    register_t *retval)
{

	return do_sys_readlinkat(l, AT_FDCWD, SCARG(uap, path),
	    SCARG(uap, buf), SCARG(uap, count), retval);
}

int
sys_readlinkat(struct lwp *l, const struct sys_readlinkat_args *uap,
    register_t *retval)
{

	return do_sys_readlinkat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, buf), SCARG(uap, bufsize), retval);
}

static int
do_sys_pathconf(const char *path, int name, namei_simple_flags_t follow,
    register_t *retval)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, follow, &vp);
	if (error != 0)
		return error;
	error = vn_lock(vp, LK_SHARED);
	if (error == 0) {
		error = VOP_PATHCONF(vp, name, retval);
		VOP_UNLOCK(vp);
	}
	vrele(vp);
	return error;
}

int
sys_pathconf(struct lwp *l, const struct sys_pathconf_args *uap,
    register_t *retval)
{

	return do_sys_pathconf(SCARG(uap, path), SCARG(uap, name),
	    NSM_FOLLOW_TRYEMULROOT, retval);
}

int
sys_lpathconf(struct lwp *l, const struct sys_lpathconf_args *uap,
    register_t *retval)
{

	return do_sys_pathconf(SCARG(uap, path), SCARG(uap, name),
	    NSM_NOFOLLOW_TRYEMULROOT, retval);
}

int
sys_fpathconf(struct lwp *l, const struct sys_fpathconf_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_ops->fo_fpathconf == NULL)
		error = EOPNOTSUPP;
	else
		error = (*fp->f_ops->fo_fpathconf)(fp, SCARG(uap, name),
		    retval);
	fd_putfile(fd);
	return error;
}
