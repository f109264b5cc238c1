/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open(2) and openat(2), and resolving names relative to a descriptor for
 * all the *at() calls.
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
#include <sys/unistd.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/* The directory an *at() call starts from, referenced; NULL: the current. */
int
fd_atdir(int fdat, struct vnode **dvpp)
{
	struct file *fp;
	int error;

	*dvpp = NULL;
	if (fdat == AT_FDCWD)
		return 0;
	error = fd_getvnode(fdat, &fp);
	if (error != 0)
		return error;
	*dvpp = fp->f_vnode;
	vref(*dvpp);
	fd_putfile(fdat);
	return 0;
}

/* An absolute name makes the descriptor not matter, even a bad one. */
int
fd_nameiat(struct lwp *l, int fdat, struct nameidata *ndp)
{
	struct vnode *dvp = NULL;
	int error = 0;

	if (pathbuf_buffer(ndp->ni_pathbuf)[0] != '/')
		error = fd_atdir(fdat, &dvp);
	if (error != 0)
		return error;
	NDAT(ndp, dvp);
	error = namei(ndp);
	ndp->ni_atdir = NULL;
	if (dvp != NULL)
		vrele(dvp);
	return error;
}

int
fd_nameiat_simple_user(struct lwp *l, int fdat, const char *path,
    namei_simple_flags_t sflags, struct vnode **vpp)
{
	struct pathbuf *pb;
	struct vnode *dvp = NULL;
	int error;

	*vpp = NULL;
	error = pathbuf_copyin(path, &pb);
	if (error != 0)
		return error;
	if (pathbuf_buffer(pb)[0] != '/')
		error = fd_atdir(fdat, &dvp);
	if (error == 0)
		error = nameiat_simple(dvp, pb, sflags, vpp);
	if (dvp != NULL)
		vrele(dvp);
	pathbuf_destroy(pb);
	return error;
}

/* Take the lock that O_SHLOCK and O_EXLOCK ask for; vp is locked. */
static int
open_setlock(struct file *fp, struct vnode *vp, int flags)
{
	struct flock lf = {
		.l_whence = SEEK_SET, .l_start = 0, .l_len = 0,
		.l_type = (flags & O_EXLOCK) ? F_WRLCK : F_RDLCK
	};
	int type = F_FLOCK, error;

	if ((flags & (O_EXLOCK | O_SHLOCK)) == 0)
		return 0;
	if ((flags & FNONBLOCK) == 0)
		type |= F_WAIT;
	fp->f_flag |= FHASLOCK;
	VOP_UNLOCK(vp);
	error = VOP_ADVLOCK(vp, fp, F_SETLK, &lf, type);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	return error;
}

/* The device answered with another descriptor: take its place. */
static int
open_dupfd(struct lwp *l, struct file *fp, int indx, int dupfd, bool domove,
    int flags, int *fd)
{
	int error;

	error = fd_dupopen(dupfd, domove, flags, &indx);
	if (error == 0)
		*fd = indx;
	return error;
}

static int
open_flags_check(int oflags)
{

	if ((oflags & (O_EXEC | O_SEARCH)) != 0 &&
	    (oflags & O_ACCMODE) != O_RDONLY)
		return EINVAL;
	if ((oflags & O_ACCMODE) == O_ACCMODE)
		return EINVAL;
	return 0;
}

/* Open relative to a vnode (NULL: the current directory). */
int
do_open(struct lwp *l, struct vnode *dvp, struct pathbuf *pb, int oflags,
    int mode, int *fd)
{
	struct proc *p = l->l_proc;
	struct file *fp;
	struct vnode *vp;
	bool domove;
	int cmode, dupfd, error, flags, indx;

	error = open_flags_check(oflags);
	if (error != 0)
		return error;
	flags = (oflags & O_EXEC) ? FEXEC : FFLAGS(oflags & O_MASK);
	if (oflags & O_EXEC)
		flags |= oflags & (O_CLOEXEC | O_REGULAR | O_NOFOLLOW);
	error = fd_allocfile(&fp, &indx);
	if (error != 0)
		return error;
	cmode = ((mode & ~p->p_cwdi->cwdi_cmask) & ALLPERMS) & ~S_ISTXT;

	error = vn_open(dvp, pb, 0, flags & ~(O_EXLOCK | O_SHLOCK), cmode,
	    &vp, &domove, &dupfd);
	if (error != 0) {
		fd_abort(p, fp, indx);
		return error == ERESTART ? EINTR : error;
	}
	if (vp == NULL) {
		fd_abort(p, fp, indx);
		return open_dupfd(l, fp, indx, dupfd, domove, flags, fd);
	}
	fp->f_flag = flags & FMASK;
	fp->f_type = DTYPE_VNODE;
	fp->f_ops = &vnops;
	fp->f_vnode = vp;
	error = open_setlock(fp, vp, flags);
	VOP_UNLOCK(vp);
	if (error != 0) {
		(void)vn_close(vp, fp->f_flag, fp->f_cred);
		fp->f_ops = NULL;
		fp->f_vnode = NULL;
		fd_abort(p, fp, indx);
		return error;
	}
	if (oflags & O_CLOEXEC)
		fd_set_exclose(l, indx, true);
	fd_affix(p, fp, indx);
	*fd = indx;
	return 0;
}

static int
do_sys_openat(struct lwp *l, int fdat, const char *path, int flags, int mode,
    register_t *retval)
{
	struct vnode *dvp = NULL;
	struct pathbuf *pb;
	int error, fd;

	error = pathbuf_copyin(path, &pb);
	if (error != 0)
		return error;
	if (pathbuf_buffer(pb)[0] != '/')
		error = fd_atdir(fdat, &dvp);
	if (error == 0)
		error = do_open(l, dvp, pb, flags, mode, &fd);
	if (dvp != NULL)
		vrele(dvp);
	pathbuf_destroy(pb);
	if (error == 0)
		*retval = fd;
	return error;
}

/* open(2), from inside the kernel. */
int
fd_open(const char *path, int open_flags, int open_mode, int *fd)
{
	struct pathbuf *pb = pathbuf_create(path);
	int error;

	error = do_open(curlwp, NULL, pb, open_flags, open_mode, fd);
	pathbuf_destroy(pb);
	return error;
}

int
sys_open(struct lwp *l, const struct sys_open_args *uap, register_t *retval)
{

	return do_sys_openat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, flags),
	    SCARG(uap, mode), retval);
}

int
sys_openat(struct lwp *l, const struct sys_openat_args *uap,
    register_t *retval)
{

	return do_sys_openat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, oflags), SCARG(uap, mode), retval);
}

/* revoke(2): cut everybody off from a device. */
int
sys_revoke(struct lwp *l, const struct sys_revoke_args *uap,
    register_t *retval)
{
	struct vattr va;
	struct vnode *vp;
	int error;

	error = namei_simple_user(SCARG(uap, path), NSM_FOLLOW_TRYEMULROOT,
	    &vp);
	if (error != 0)
		return error;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_GETATTR(vp, &va, l->l_cred);
	VOP_UNLOCK(vp);
	if (error == 0 && kauth_cred_geteuid(l->l_cred) != va.va_uid)
		error = kauth_authorize_vnode(l->l_cred, KAUTH_VNODE_REVOKE,
		    vp, NULL, EPERM);
	if (error == 0 && (vrefcnt(vp) > 1 ||
	    ((vp->v_type == VBLK || vp->v_type == VCHR))))
		VOP_REVOKE(vp, REVOKEALL);
	vrele(vp);
	return error;
}
