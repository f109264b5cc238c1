/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes from inside the kernel, the permission check of file
 * systems, and the default of VFS_EXTATTRCTL.  The system calls are in
 * vfs_syscalls_xattr.c.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/extattr.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/uio.h>
#include <sys/vnode_impl.h>

#include <miscfs/genfs/genfs.h>

#include "vfs_private.h"

/* File systems with nothing to configure. */
int
vfs_stdextattrctl(struct mount *mp, int cmd, struct vnode *vp, int attrnspace,
    const char *name)
{

	if (vp != NULL)
		VOP_UNLOCK(vp);
	return EOPNOTSUPP;
}

/*
 * May the credential touch attributes of a namespace?  FSCRED and NOCRED are
 * the kernel itself.
 */
int
extattr_check_cred(struct vnode *vp, int attrnspace, kauth_cred_t cred,
    int access)
{

	if (cred == NOCRED || cred == FSCRED)
		return 0;
	switch (attrnspace) {
	case EXTATTR_NAMESPACE_SYSTEM:
		return kauth_authorize_system(cred,
		    KAUTH_SYSTEM_FS_EXTATTR, 0, vp->v_mount, NULL, NULL);
	case EXTATTR_NAMESPACE_USER:
		return VOP_ACCESS(vp, access, cred);
	default:
		return EPERM;
	}
}

static void
extattr_uio(struct uio *uio, struct iovec *iov, void *buf, size_t len,
    enum uio_rw rw)
{

	iov->iov_base = buf;
	iov->iov_len = len;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_rw = rw;
	uio->uio_offset = 0;
	uio->uio_resid = len;
	UIO_SETUP_SYSSPACE(uio);
}

/* Read an attribute; *buflen is its room, then what was read. */
int
vn_extattr_get(struct vnode *vp, int ioflg, int attrnspace,
    const char *attrname, size_t *buflen, void *bf, struct lwp *l)
{
	struct iovec iov;
	struct uio uio;
	int error;

	extattr_uio(&uio, &iov, bf, *buflen, UIO_READ);
	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_GETEXTATTR(vp, attrnspace, attrname, &uio, NULL, NOCRED);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	if (error == 0)
		*buflen -= uio.uio_resid;
	return error;
}

int
vn_extattr_set(struct vnode *vp, int ioflg, int attrnspace,
    const char *attrname, size_t buflen, const void *bf, struct lwp *l)
{
	struct iovec iov;
	struct uio uio;
	int error;

	extattr_uio(&uio, &iov, __UNCONST(bf), buflen, UIO_WRITE);
	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_SETEXTATTR(vp, attrnspace, attrname, &uio, NOCRED);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	return error;
}

int
vn_extattr_rm(struct vnode *vp, int ioflg, int attrnspace,
    const char *attrname, struct lwp *l)
{
	int error;

	if ((ioflg & IO_NODELOCKED) == 0)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_DELETEEXTATTR(vp, attrnspace, attrname, NOCRED);
	if (error == EOPNOTSUPP)
		error = VOP_SETEXTATTR(vp, attrnspace, attrname, NULL,
		    NOCRED);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	return error;
}
