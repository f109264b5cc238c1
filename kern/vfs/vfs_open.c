/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening and closing vnodes: vn_open(), vn_close() and the checks on the
 * way.  open(2) is in vfs_syscalls_open.c; file systems and drivers call the
 * functions here for files they need themselves.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/vnode_impl.h>

#include <miscfs/specfs/specdev.h>

#include "vfs_private.h"

/* Files and directories of file systems that allow it are opened shared. */
static int
open_locktype(struct vnode *vp, int fmode)
{

	if ((vp->v_type == VREG || vp->v_type == VDIR) &&
	    (fmode & (O_TRUNC | FWRITE)) == 0 &&
	    (vp->v_mount->mnt_iflag & IMNT_SHRLOOKUP) != 0)
		return LK_SHARED;
	return LK_EXCLUSIVE;
}

/* Make a new file in nd's locked directory; returns it locked. */
static int
open_create(struct nameidata *nd, int fmode, int cmode, struct vnode **vpp)
{
	struct vattr va;
	int error;

	vattr_null(&va);
	va.va_type = VREG;
	va.va_mode = cmode;
	if (fmode & O_EXCL)
		va.va_vaflags |= VA_EXCLUSIVE;
	error = VOP_CREATE(nd->ni_dvp, vpp, &nd->ni_cnd, &va);
	vput(nd->ni_dvp);
	if (error != 0)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error != 0)
		vrele(*vpp);
	return error;
}

/* O_CREAT met a file that exists: let the directory go. */
static int
open_existing(struct nameidata *nd, int fmode)
{

	if (nd->ni_dvp != NULL) {
		VOP_ABORTOP(nd->ni_dvp, &nd->ni_cnd);
		vput(nd->ni_dvp);
	}
	if (fmode & O_EXCL) {
		vrele(nd->ni_vp);
		return EEXIST;
	}
	return 0;
}

static void
open_namei_flags(struct nameidata *nd, struct vnode *at_dvp,
    struct pathbuf *pb, int nmode, int fmode)
{
	uint32_t flags = nmode;

	if (fmode & O_CREAT) {
		flags |= LOCKPARENT;
		if ((fmode & (O_EXCL | O_NOFOLLOW)) == 0)
			flags |= FOLLOW;
		if ((fmode & O_EXCL) == 0)
			flags |= NONEXCLHACK;
		NDINIT(nd, CREATE, flags, pb);
	} else {
		if ((fmode & O_NOFOLLOW) == 0)
			flags |= FOLLOW;
		NDINIT(nd, LOOKUP, flags, pb);
	}
	NDAT(nd, at_dvp);
}

static int
open_truncate(struct vnode *vp, kauth_cred_t cred)
{
	struct vattr va;

	vattr_null(&va);
	va.va_size = 0;
	return VOP_SETATTR(vp, &va, cred);
}

/* Check, truncate and open a locked vnode. */
static int
open_locked(struct vnode *vp, int fmode, bool created, kauth_cred_t cred)
{
	int error;

	if (!created) {
		error = vn_openchk(vp, cred, fmode);
		if (error == 0 && (fmode & O_TRUNC) != 0)
			error = open_truncate(vp, cred);
		if (error != 0)
			return error;
	}
	error = VOP_OPEN(vp, fmode, cred);
	if (error == 0 && (fmode & FWRITE) != 0) {
		mutex_enter(vp->v_interlock);
		vp->v_writecount++;
		mutex_exit(vp->v_interlock);
	}
	return error;
}

/*
 * Open the file pb names.  On success *ret_vp is referenced and locked.  A
 * device that opens as another descriptor leaves *ret_vp NULL and says which
 * in *ret_fd, *ret_domove; who cannot handle that passes NULL pointers.
 */
int
vn_open(struct vnode *at_dvp, struct pathbuf *pb, int nmode, int fmode,
    int cmode, struct vnode **ret_vp, bool *ret_domove, int *ret_fd)
{
	kauth_cred_t cred = curlwp->l_cred;
	struct nameidata nd;
	struct vnode *vp;
	bool created = false;
	int error;

	KASSERT((nmode & (TRYEMULROOT | NOCHROOT | LOCKSHARED)) == nmode);
	*ret_vp = NULL;
	if (ret_domove != NULL)
		*ret_domove = false;
	if (ret_fd != NULL)
		*ret_fd = -1;
	if ((fmode & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY))
		return EINVAL;

	open_namei_flags(&nd, at_dvp, pb, nmode & ~LOCKSHARED, fmode);
	error = namei(&nd);
	if (error != 0)
		return error;
	vp = nd.ni_vp;
	if ((fmode & O_CREAT) != 0 && vp == NULL) {
		error = open_create(&nd, fmode, cmode, &vp);
		created = true;
	} else {
		if (fmode & O_CREAT)
			error = open_existing(&nd, fmode);
		if (error == 0) {
			error = vn_lock(vp, open_locktype(vp, fmode));
			if (error != 0)
				vrele(vp);
		}
	}
	if (error != 0)
		return error;

	error = open_locked(vp, fmode & ~(created ? O_TRUNC : O_CREAT),
	    created, cred);
	if (error == 0) {
		*ret_vp = vp;
		return 0;
	}
	vput(vp);
	if ((error == EDUPFD || error == EMOVEFD) && ret_fd != NULL) {
		*ret_domove = error == EMOVEFD;
		*ret_fd = curlwp->l_dupfd;
		error = 0;
	} else if (error == EDUPFD || error == EMOVEFD)
		error = EOPNOTSUPP;
	return error;
}

/* May a locked vnode be opened like this? */
int
vn_openchk(struct vnode *vp, kauth_cred_t cred, int fflags)
{
	accmode_t accmode = 0;
	int error;

	switch (vp->v_type) {
	case VNON:
	case VBAD:
		return ENXIO;
	case VSOCK:
		return EOPNOTSUPP;
	case VLNK:
		return EFTYPE;	/* only with O_NOFOLLOW */
	default:
		break;
	}
	if ((fflags & O_DIRECTORY) != 0 && vp->v_type != VDIR)
		return ENOTDIR;
	if ((fflags & O_REGULAR) != 0 && vp->v_type != VREG)
		return EFTYPE;
	if (fflags & FREAD)
		accmode |= VREAD;
	if (fflags & FEXEC)
		accmode |= VEXEC;
	if (fflags & (FWRITE | O_TRUNC)) {
		if (vp->v_type == VDIR)
			return EISDIR;
		error = vn_writechk(vp);
		if (error != 0)
			return error;
		accmode |= VWRITE;
	}
	return accmode == 0 ? 0 : VOP_ACCESS(vp, accmode, cred);
}

int
vn_writechk(struct vnode *vp)
{

	return (atomic_load_relaxed(&vp->v_iflag) & VI_TEXT) != 0 ?
	    ETXTBSY : 0;
}

/* The file is executed from now on: nobody may write it. */
int
vn_marktext(struct vnode *vp)
{
	int error = 0;

	mutex_enter(vp->v_interlock);
	if (vp->v_writecount != 0)
		error = ETXTBSY;
	else
		vn_setiflag(vp, VI_TEXT | VI_EXECMAP, 0);
	mutex_exit(vp->v_interlock);
	return error;
}

void
vn_markexec(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
	vn_setiflag(vp, VI_EXECMAP, 0);
	mutex_exit(vp->v_interlock);
}

/* Undo vn_open(); drops the reference. */
int
vn_close(struct vnode *vp, int flags, kauth_cred_t cred)
{
	int error;

	vn_lock(vp, open_locktype(vp, flags) | LK_RETRY);
	if (flags & FWRITE) {
		mutex_enter(vp->v_interlock);
		KASSERT(vp->v_writecount > 0);
		vp->v_writecount--;
		mutex_exit(vp->v_interlock);
	}
	error = VOP_CLOSE(vp, flags, cred);
	vput(vp);
	return error;
}

/* Open the device a path names, for a file system on it. */
int
vn_bdev_openpath(struct pathbuf *pb, struct vnode **vpp, struct lwp *l)
{
	struct nameidata nd;
	struct vnode *vp;
	dev_t dev;
	int error;

	NDINIT(&nd, LOOKUP, FOLLOW | LOCKLEAF, pb);
	error = namei(&nd);
	if (error != 0)
		return error;
	vp = nd.ni_vp;
	dev = vp->v_type == VBLK ? vp->v_rdev : NODEV;
	error = vp->v_type == VBLK ? 0 : ENOTBLK;
	if (error == 0 && (vp->v_mount->mnt_flag & MNT_NODEV) != 0)
		error = EACCES;
	if (error == 0)
		error = VOP_ACCESS(vp, VREAD, l->l_cred);
	vput(vp);
	return error != 0 ? error : vn_bdev_open(dev, vpp, l);
}

int
vn_bdev_open(dev_t dev, struct vnode **vpp, struct lwp *l)
{
	struct vnode *vp;
	int error;

	*vpp = NULL;
	error = bdevvp(dev, &vp);
	if (error != 0)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_OPEN(vp, FREAD | FWRITE, l->l_cred);
	if (error != 0) {
		vput(vp);
		return error;
	}
	mutex_enter(vp->v_interlock);
	vp->v_writecount++;
	mutex_exit(vp->v_interlock);
	VOP_UNLOCK(vp);
	*vpp = vp;
	return 0;
}
