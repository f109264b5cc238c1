/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: extattr_*(2), and the calls of the Linux kind
 * (getxattr(2)) on top of the same operations, with the namespace in front of
 * the name: "user.foo", "system.bar"; others (trusted, security) are kept in
 * the system namespace under their full name.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/extattr.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/uio.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

#define	XATTR_CREATE	1
#define	XATTR_REPLACE	2
#define	XATTR_LIST_MAX	65536

/* Where an attribute is: by name or by descriptor. */
struct xattr_file {
	struct vnode	*xf_vp;		/* referenced */
	int		xf_fd;		/* -1: by name */
};

static int
xattr_byname(const char *path, bool follow, struct xattr_file *xf)
{

	xf->xf_fd = -1;
	return namei_simple_user(path, follow ? NSM_FOLLOW_TRYEMULROOT :
	    NSM_NOFOLLOW_TRYEMULROOT, &xf->xf_vp);
}

static int
xattr_byfd(int fd, struct xattr_file *xf)
{
	struct file *fp;
	int error;

	error = fd_getvnode(fd, &fp);
	if (error != 0)
		return error;
	xf->xf_vp = fp->f_vnode;
	vref(xf->xf_vp);
	xf->xf_fd = fd;
	fd_putfile(fd);
	return 0;
}

static void
xattr_uio(struct uio *uio, struct iovec *iov, void *data, size_t nbytes,
    enum uio_rw rw, bool user)
{

	iov->iov_base = data;
	iov->iov_len = nbytes;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_offset = 0;
	uio->uio_resid = nbytes;
	uio->uio_rw = rw;
	if (user)
		uio->uio_vmspace = curproc->p_vmspace;
	else
		UIO_SETUP_SYSSPACE(uio);
}

/* Read, or with data NULL only tell the size.  vp is locked. */
static int
xattr_get_locked(struct vnode *vp, int ns, const char *name, void *data,
    size_t nbytes, register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	size_t size = 0;
	int error;

	if (nbytes > INT_MAX)
		return EINVAL;
	xattr_uio(&uio, &iov, data, nbytes, UIO_READ, true);
	error = VOP_GETEXTATTR(vp, ns, name, data != NULL ? &uio : NULL,
	    data == NULL ? &size : NULL, curlwp->l_cred);
	*retval = data != NULL ? nbytes - uio.uio_resid : size;
	return error;
}

static int
xattr_get(struct vnode *vp, int ns, const char *name, void *data,
    size_t nbytes, register_t *retval)
{
	int error;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = xattr_get_locked(vp, ns, name, data, nbytes, retval);
	VOP_UNLOCK(vp);
	return error;
}

/* XATTR_CREATE and XATTR_REPLACE: is it there?  vp is locked. */
static int
xattr_exists_check(struct vnode *vp, int ns, const char *name, int flags)
{
	register_t size;
	int error;

	if (flags == 0)
		return 0;
	error = xattr_get_locked(vp, ns, name, NULL, 0, &size);
	if (error == 0 && (flags & XATTR_CREATE) != 0)
		return EEXIST;
	if (error == ENOATTR && (flags & XATTR_REPLACE) == 0)
		error = 0;
	return error == ENOATTR ? ENODATA : error;
}

static int
xattr_set(struct vnode *vp, int ns, const char *name, const void *data,
    size_t nbytes, int flags, register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	int error;

	if (nbytes > INT_MAX || (flags & ~(XATTR_CREATE | XATTR_REPLACE)) != 0)
		return EINVAL;
	xattr_uio(&uio, &iov, __UNCONST(data), nbytes, UIO_WRITE, true);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = xattr_exists_check(vp, ns, name, flags);
	if (error == 0)
		error = VOP_SETEXTATTR(vp, ns, name, &uio, curlwp->l_cred);
	VOP_UNLOCK(vp);
	*retval = nbytes - uio.uio_resid;
	return error;
}

static int
xattr_delete(struct vnode *vp, int ns, const char *name)
{
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_DELETEEXTATTR(vp, ns, name, curlwp->l_cred);
	if (error == EOPNOTSUPP)
		error = VOP_SETEXTATTR(vp, ns, name, NULL, curlwp->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

static int
xattr_list(struct vnode *vp, int ns, void *data, size_t nbytes, bool user,
    register_t *retval)
{
	struct iovec iov;
	struct uio uio;
	size_t size = 0;
	int error;

	if (nbytes > INT_MAX)
		return EINVAL;
	xattr_uio(&uio, &iov, data, nbytes, UIO_READ, user);
	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_LISTEXTATTR(vp, ns, data != NULL ? &uio : NULL,
	    data == NULL ? &size : NULL, EXTATTR_LIST_LENPREFIX,
	    curlwp->l_cred);
	VOP_UNLOCK(vp);
	*retval = data != NULL ? nbytes - uio.uio_resid : size;
	return error;
}

static int
xattr_name_in(const char *uname, char *name)
{
	int error;

	error = copyinstr(uname, name, EXTATTR_MAXNAMELEN + 1, NULL);
	if (error == 0 && name[0] == '\0')
		error = EINVAL;
	return error;
}

/*
 * The nine calls of the extattr family are three operations on three ways to
 * name a file.
 */
#define	EXTATTR_FILE(kind, found)					\
int									\
sys_extattr_set_##kind(struct lwp *l,					\
    const struct sys_extattr_set_##kind##_args *uap, register_t *retval) \
{									\
	char name[EXTATTR_MAXNAMELEN + 1];				\
	struct xattr_file xf;						\
	int error;							\
									\
	error = xattr_name_in(SCARG(uap, attrname), name);		\
	if (error != 0 || (error = found) != 0)				\
		return error;						\
	error = xattr_set(xf.xf_vp, SCARG(uap, attrnamespace), name,	\
	    SCARG(uap, data), SCARG(uap, nbytes), 0, retval);		\
	vrele(xf.xf_vp);						\
	return error;							\
}									\
									\
int									\
sys_extattr_get_##kind(struct lwp *l,					\
    const struct sys_extattr_get_##kind##_args *uap, register_t *retval) \
{									\
	char name[EXTATTR_MAXNAMELEN + 1];				\
	struct xattr_file xf;						\
	int error;							\
									\
	error = xattr_name_in(SCARG(uap, attrname), name);		\
	if (error != 0 || (error = found) != 0)				\
		return error;						\
	error = xattr_get(xf.xf_vp, SCARG(uap, attrnamespace), name,	\
	    SCARG(uap, data), SCARG(uap, nbytes), retval);		\
	vrele(xf.xf_vp);						\
	return error;							\
}									\
									\
int									\
sys_extattr_delete_##kind(struct lwp *l,				\
    const struct sys_extattr_delete_##kind##_args *uap,			\
    register_t *retval)							\
{									\
	char name[EXTATTR_MAXNAMELEN + 1];				\
	struct xattr_file xf;						\
	int error;							\
									\
	error = xattr_name_in(SCARG(uap, attrname), name);		\
	if (error != 0 || (error = found) != 0)				\
		return error;						\
	error = xattr_delete(xf.xf_vp, SCARG(uap, attrnamespace), name); \
	vrele(xf.xf_vp);						\
	return error;							\
}									\
									\
int									\
sys_extattr_list_##kind(struct lwp *l,					\
    const struct sys_extattr_list_##kind##_args *uap, register_t *retval) \
{									\
	struct xattr_file xf;						\
	int error;							\
									\
	if ((error = found) != 0)					\
		return error;						\
	error = xattr_list(xf.xf_vp, SCARG(uap, attrnamespace),	\
	    SCARG(uap, data), SCARG(uap, nbytes), true, retval);	\
	vrele(xf.xf_vp);						\
	return error;							\
}

EXTATTR_FILE(file, xattr_byname(SCARG(uap, path), true, &xf))
EXTATTR_FILE(link, xattr_byname(SCARG(uap, path), false, &xf))
EXTATTR_FILE(fd, xattr_byfd(SCARG(uap, fd), &xf))

int
sys_extattrctl(struct lwp *l, const struct sys_extattrctl_args *uap,
    register_t *retval)
{
	char name[EXTATTR_MAXNAMELEN + 1];
	struct vnode *vp, *filevp = NULL;
	int error;

	if (SCARG(uap, attrname) != NULL) {
		error = xattr_name_in(SCARG(uap, attrname), name);
		if (error != 0)
			return error;
	}
	error = namei_simple_user(SCARG(uap, path), NSM_FOLLOW_NOEMULROOT,
	    &vp);
	if (error != 0)
		return error;
	if (SCARG(uap, filename) != NULL)
		error = namei_simple_user(SCARG(uap, filename),
		    NSM_FOLLOW_NOEMULROOT, &filevp);
	if (error == 0 && filevp != NULL)
		vn_lock(filevp, LK_EXCLUSIVE | LK_RETRY);
	if (error == 0)
		error = VFS_EXTATTRCTL(vp->v_mount, SCARG(uap, cmd), filevp,
		    SCARG(uap, attrnamespace),
		    SCARG(uap, attrname) != NULL ? name : NULL);
	if (filevp != NULL)
		vrele(filevp);
	vrele(vp);
	return error;
}

/* "user.foo" -> namespace and "foo". */
static int
xattr_split(const char *full, int *ns, const char **name)
{

	if (strncmp(full, "user.", 5) == 0 && full[5] != '\0') {
		*ns = EXTATTR_NAMESPACE_USER;
		*name = full + 5;
		return 0;
	}
	if (strncmp(full, "system.", 7) == 0 && full[7] != '\0') {
		*ns = EXTATTR_NAMESPACE_SYSTEM;
		*name = full + 7;
		return 0;
	}
	if (strncmp(full, "trusted.", 8) != 0 &&
	    strncmp(full, "security.", 9) != 0)
		return EOPNOTSUPP;
	*ns = EXTATTR_NAMESPACE_SYSTEM;
	*name = full;
	return 0;
}

static int
lxattr_set(struct xattr_file *xf, const char *uname, const void *value,
    size_t size, int flags)
{
	char full[EXTATTR_MAXNAMELEN + 1];
	const char *name;
	register_t done;
	int error, ns;

	error = xattr_name_in(uname, full);
	if (error == 0)
		error = xattr_split(full, &ns, &name);
	if (error == 0)
		error = xattr_set(xf->xf_vp, ns, name, value, size, flags,
		    &done);
	vrele(xf->xf_vp);
	return error;
}

static int
lxattr_get(struct xattr_file *xf, const char *uname, void *value,
    size_t size, register_t *retval)
{
	char full[EXTATTR_MAXNAMELEN + 1];
	const char *name;
	register_t need = 0;
	int error, ns;

	error = xattr_name_in(uname, full);
	if (error == 0)
		error = xattr_split(full, &ns, &name);
	vn_lock(xf->xf_vp, LK_SHARED | LK_RETRY);
	if (error == 0)
		error = xattr_get_locked(xf->xf_vp, ns, name, NULL, 0, &need);
	if (error == 0 && size != 0 && size < need)
		error = ERANGE;
	if (error == 0 && size != 0)
		error = xattr_get_locked(xf->xf_vp, ns, name, value, size,
		    &need);
	VOP_UNLOCK(xf->xf_vp);
	*retval = need;
	vrele(xf->xf_vp);
	return error == ENOATTR ? ENODATA : error;
}

static int
lxattr_remove(struct xattr_file *xf, const char *uname)
{
	char full[EXTATTR_MAXNAMELEN + 1];
	const char *name;
	int error, ns;

	error = xattr_name_in(uname, full);
	if (error == 0)
		error = xattr_split(full, &ns, &name);
	if (error == 0)
		error = xattr_delete(xf->xf_vp, ns, name);
	vrele(xf->xf_vp);
	return error == ENOATTR ? ENODATA : error;
}

/* Names of one namespace, with its prefix and ended by NUL; adds to *lenp. */
static int
lxattr_list_ns(struct vnode *vp, int ns, const char *prefix, char *out,
    size_t size, size_t *lenp)
{
	char *buf, item[EXTATTR_MAXNAMELEN + 16];
	register_t got = 0, pos = 0;
	size_t itemlen, namelen;
	int error;

	buf = kmem_alloc(XATTR_LIST_MAX, KM_SLEEP);
	error = xattr_list(vp, ns, buf, XATTR_LIST_MAX, false, &got);
	while (error == 0 && pos < got) {
		namelen = (uint8_t)buf[pos++];
		if (namelen > got - pos) {
			error = EIO;
			break;
		}
		itemlen = snprintf(item, sizeof(item), "%s%.*s", prefix,
		    (int)namelen, buf + pos) + 1;
		pos += namelen;
		if (ns == EXTATTR_NAMESPACE_SYSTEM &&
		    (strncmp(item + strlen(prefix), "trusted.", 8) == 0 ||
		    strncmp(item + strlen(prefix), "security.", 9) == 0)) {
			itemlen -= strlen(prefix);
			memmove(item, item + strlen(prefix), itemlen);
		}
		if (size != 0) {
			if (*lenp + itemlen > size)
				error = ERANGE;
			else
				error = copyout(item, out + *lenp, itemlen);
		}
		*lenp += itemlen;
	}
	kmem_free(buf, XATTR_LIST_MAX);
	return error;
}

static int
lxattr_list(struct xattr_file *xf, char *list, size_t size,
    register_t *retval)
{
	size_t len = 0;
	int error;

	error = lxattr_list_ns(xf->xf_vp, EXTATTR_NAMESPACE_USER, "user.",
	    list, size, &len);
	if (error == 0) {
		error = lxattr_list_ns(xf->xf_vp, EXTATTR_NAMESPACE_SYSTEM,
		    "system.", list, size, &len);
		/* The user's own are all the user gets to see. */
		if (error == EPERM)
			error = 0;
	}
	*retval = len;
	vrele(xf->xf_vp);
	return error;
}

#define	LXATTR_FILE(pre, found)						\
int									\
sys_##pre##setxattr(struct lwp *l,					\
    const struct sys_##pre##setxattr_args *uap, register_t *retval)	\
{									\
	struct xattr_file xf;						\
	int error = found;						\
									\
	return error != 0 ? error : lxattr_set(&xf, SCARG(uap, name),	\
	    SCARG(uap, value), SCARG(uap, size), SCARG(uap, flags));	\
}									\
									\
int									\
sys_##pre##getxattr(struct lwp *l,					\
    const struct sys_##pre##getxattr_args *uap, register_t *retval)	\
{									\
	struct xattr_file xf;						\
	int error = found;						\
									\
	return error != 0 ? error : lxattr_get(&xf, SCARG(uap, name),	\
	    SCARG(uap, value), SCARG(uap, size), retval);		\
}									\
									\
int									\
sys_##pre##listxattr(struct lwp *l,					\
    const struct sys_##pre##listxattr_args *uap, register_t *retval)	\
{									\
	struct xattr_file xf;						\
	int error = found;						\
									\
	return error != 0 ? error : lxattr_list(&xf, SCARG(uap, list),	\
	    SCARG(uap, size), retval);					\
}									\
									\
int									\
sys_##pre##removexattr(struct lwp *l,					\
    const struct sys_##pre##removexattr_args *uap, register_t *retval)	\
{									\
	struct xattr_file xf;						\
	int error = found;						\
									\
	return error != 0 ? error : lxattr_remove(&xf,			\
	    SCARG(uap, name));						\
}

LXATTR_FILE(, xattr_byname(SCARG(uap, path), true, &xf))
LXATTR_FILE(l, xattr_byname(SCARG(uap, path), false, &xf))
LXATTR_FILE(f, xattr_byfd(SCARG(uap, fd), &xf))
