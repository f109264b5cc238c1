/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that make names: mkdir, mknod, mkfifo, symlink, link, and
 * their *at() forms.
 *
 * Locks: the parent directory is locked exclusively by namei until the
 * operation is done.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/*
 * Look up a name that must not exist.  On success nd has the locked
 * directory; *pbp is the caller's to destroy in any case that returns 0.
 */
static int
create_lookup(struct lwp *l, int fdat, const char *path, enum uio_seg seg,
    uint32_t flags, struct nameidata *nd, struct pathbuf **pbp)
{
	int error;

	error = pathbuf_maybe_copyin(path, seg, pbp);
	if (error != 0)
		return error;
	NDINIT(nd, CREATE, LOCKPARENT | flags, *pbp);
	error = fd_nameiat(l, fdat, nd);
	if (error == 0 && nd->ni_vp != NULL) {
		VOP_ABORTOP(nd->ni_dvp, &nd->ni_cnd);
		vput(nd->ni_dvp);
		vrele(nd->ni_vp);
		error = EEXIST;
	}
	if (error != 0)
		pathbuf_destroy(*pbp);
	return error;
}

static void
create_done(struct nameidata *nd, struct pathbuf *pb, int error)
{

	if (error == 0)
		vrele(nd->ni_vp);
	vput(nd->ni_dvp);
	pathbuf_destroy(pb);
}

static mode_t
create_mode(struct lwp *l, mode_t mode, mode_t mask)
{

	return (mode & mask) & ~l->l_proc->p_cwdi->cwdi_cmask;
}

int
do_mkdirat(struct lwp *l, int fdat, const char *path, mode_t mode,
    enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	int error;

	error = create_lookup(l, fdat, path, seg, CREATEDIR, &nd, &pb);
	if (error != 0)
		return error;
	vattr_null(&va);
	va.va_type = VDIR;
	va.va_mode = create_mode(l, mode, ACCESSPERMS | S_ISTXT);
	nd.ni_cnd.cn_flags |= WILLBEDIR;
	error = VOP_MKDIR(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
	create_done(&nd, pb, error);
	return error;
}

int
sys_mkdir(struct lwp *l, const struct sys_mkdir_args *uap, register_t *retval)
{

	return do_mkdirat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, mode),
	    UIO_USERSPACE);
}

int
sys_mkdirat(struct lwp *l, const struct sys_mkdirat_args *uap,
    register_t *retval)
{

	return do_mkdirat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, mode), UIO_USERSPACE);
}

/* What kind of node: type of the vnode, or an errno. */
static int
mknod_type(mode_t mode, dev_t dev, enum vtype *type, bool *whiteout)
{

	*whiteout = false;
	switch (mode & S_IFMT) {
	case S_IFMT:
		*type = VBAD;
		return 0;
	case S_IFCHR:
		*type = VCHR;
		break;
	case S_IFBLK:
		*type = VBLK;
		break;
	case S_IFWHT:
		*whiteout = true;
		*type = VNON;
		return 0;
	case S_IFIFO:
		*type = VFIFO;
		return 0;
	case S_IFSOCK:
		/* A name nobody listens at; copies of trees have them. */
		*type = VSOCK;
		return 0;
	case S_IFREG:
	case 0:
		*type = VREG;
		return 0;
	default:
		return EINVAL;
	}
	return dev == (dev_t)VNOVAL ? EINVAL : 0;
}

int
do_mknodat(struct lwp *l, int fdat, const char *path, mode_t mode, dev_t dev,
    enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	enum vtype type;
	bool whiteout;
	int error;

	error = mknod_type(mode, dev, &type, &whiteout);
	if (error == 0 && type != VFIFO && type != VREG && type != VSOCK)
		error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MKNOD,
		    0, NULL, NULL, NULL);
	if (error != 0)
		return error;
	error = create_lookup(l, fdat, path, seg, 0, &nd, &pb);
	if (error != 0)
		return error;
	if (whiteout) {
		error = VOP_WHITEOUT(nd.ni_dvp, &nd.ni_cnd, CREATE);
		if (error != 0)
			VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
		vput(nd.ni_dvp);
		pathbuf_destroy(pb);
		return error;
	}
	vattr_null(&va);
	va.va_type = type;
	va.va_mode = create_mode(l, mode, ALLPERMS);
	if (type == VREG) {
		error = VOP_CREATE(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
	} else {
		va.va_rdev = type == VFIFO || type == VSOCK ?
		    (dev_t)VNOVAL : dev;
		error = VOP_MKNOD(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
	}
	create_done(&nd, pb, error);
	return error;
}

int
sys___mknod50(struct lwp *l, const struct sys___mknod50_args *uap,
    register_t *retval)
{

	return do_mknodat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, mode),
	    SCARG(uap, dev), UIO_USERSPACE);
}

int
sys_mknodat(struct lwp *l, const struct sys_mknodat_args *uap,
    register_t *retval)
{

	return do_mknodat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, mode), SCARG(uap, dev), UIO_USERSPACE);
}

int
sys_mkfifo(struct lwp *l, const struct sys_mkfifo_args *uap,
    register_t *retval)
{

	return do_mknodat(l, AT_FDCWD, SCARG(uap, path),
	    S_IFIFO | (SCARG(uap, mode) & ALLPERMS), 0, UIO_USERSPACE);
}

int
sys_mkfifoat(struct lwp *l, const struct sys_mkfifoat_args *uap,
    register_t *retval)
{

	return do_mknodat(l, SCARG(uap, fd), SCARG(uap, path),
	    S_IFIFO | (SCARG(uap, mode) & ALLPERMS), 0, UIO_USERSPACE);
}

int
do_symlinkat(struct lwp *l, const char *target, int fdat, const char *link,
    enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vattr va;
	char *text;
	int error;

	text = PNBUF_GET();
	if (seg == UIO_USERSPACE)
		error = copyinstr(target, text, MAXPATHLEN, NULL);
	else
		error = copystr(target, text, MAXPATHLEN, NULL);
	if (error == 0 && text[0] == '\0')
		error = ENOENT;
	if (error == 0)
		error = create_lookup(l, fdat, link, seg, 0, &nd, &pb);
	if (error != 0)
		goto out;
	vattr_null(&va);
	va.va_type = VLNK;
	va.va_mode = create_mode(l, ACCESSPERMS, ACCESSPERMS);
	error = VOP_SYMLINK(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va, text);
	create_done(&nd, pb, error);
 out:
	PNBUF_PUT(text);
	return error;
}

int
sys_symlink(struct lwp *l, const struct sys_symlink_args *uap,
    register_t *retval)
{

	return do_symlinkat(l, SCARG(uap, path), AT_FDCWD, SCARG(uap, link),
	    UIO_USERSPACE);
}

int
sys_symlinkat(struct lwp *l, const struct sys_symlinkat_args *uap,
    register_t *retval)
{

	return do_symlinkat(l, SCARG(uap, path1), SCARG(uap, fd),
	    SCARG(uap, path2), UIO_USERSPACE);
}

static int
do_sys_linkat(struct lwp *l, int fdpath, const char *path, int fdlink,
    const char *link, namei_simple_flags_t follow)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *vp;
	int error;

	error = fd_nameiat_simple_user(l, fdpath, path, follow, &vp);
	if (error != 0)
		return error;
	error = create_lookup(l, fdlink, link, UIO_USERSPACE, 0, &nd, &pb);
	if (error != 0) {
		vrele(vp);
		return error;
	}
	/* File systems forbid links to directories to all but themselves. */
	if (vp->v_type == VDIR)
		error = EPERM;
	else if (nd.ni_dvp->v_mount != vp->v_mount)
		error = EXDEV;
	if (error != 0)
		VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
	else
		error = VOP_LINK(nd.ni_dvp, vp, &nd.ni_cnd);
	vput(nd.ni_dvp);
	vrele(vp);
	pathbuf_destroy(pb);
	return error;
}

int
sys_link(struct lwp *l, const struct sys_link_args *uap, register_t *retval)
{

	return do_sys_linkat(l, AT_FDCWD, SCARG(uap, path), AT_FDCWD,
	    SCARG(uap, link), NSM_FOLLOW_NOEMULROOT);
}

int
sys_linkat(struct lwp *l, const struct sys_linkat_args *uap,
    register_t *retval)
{
	namei_simple_flags_t follow;

	if (SCARG(uap, flags) & ~AT_SYMLINK_FOLLOW)
		return EINVAL;
	follow = (SCARG(uap, flags) & AT_SYMLINK_FOLLOW) ?
	    NSM_FOLLOW_TRYEMULROOT : NSM_NOFOLLOW_TRYEMULROOT;
	return do_sys_linkat(l, SCARG(uap, fd1), SCARG(uap, name1),
	    SCARG(uap, fd2), SCARG(uap, name2), follow);
}
