/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that take names away: unlink, rmdir, unlinkat, rename and
 * renameat.
 *
 * VOP_REMOVE and VOP_RMDIR get directory and file locked and unlock the file.
 * VOP_RENAME gets the source unlocked, the target locked, and drops all four;
 * the order in which the rest is locked is the file system's (genfs_rename),
 * under the mount's rename lock when a directory moves between directories.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode_impl.h>

#include <miscfs/deadfs/deadfs.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/*
 * Give up a removal: the directory locked, the leaf locked unless the same.
 * The leaf goes first, as letting the directory go may lock it again.
 */
static void
remove_abort(struct nameidata *nd)
{

	VOP_ABORTOP(nd->ni_dvp, &nd->ni_cnd);
	if (nd->ni_dvp == nd->ni_vp)
		vrele(nd->ni_vp);
	else
		vput(nd->ni_vp);
	vput(nd->ni_dvp);
}

/* Why this file cannot be unlinked, or this directory not removed. */
static int
remove_check(struct nameidata *nd, bool dir)
{
	struct vnode *vp = nd->ni_vp;

	if (dir && nd->ni_dvp == vp)
		return EINVAL;
	if (vp->v_vflag & VV_ROOT)
		return EBUSY;
	if (!dir)
		return vp->v_type == VDIR ? EPERM : 0;
	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (vp->v_mountedhere != NULL)
		return EBUSY;
	return 0;
}

static int
do_sys_unlinkat(struct lwp *l, int fdat, const char *path, bool dir,
    enum uio_seg seg)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	error = pathbuf_maybe_copyin(path, seg, &pb);
	if (error != 0)
		return error;
	NDINIT(&nd, DELETE, LOCKPARENT | LOCKLEAF, pb);
	error = fd_nameiat(l, fdat, &nd);
	if (error != 0)
		goto out;
	error = remove_check(&nd, dir);
	if (error != 0) {
		remove_abort(&nd);
		goto out;
	}
	if (dir)
		error = VOP_RMDIR(nd.ni_dvp, nd.ni_vp, &nd.ni_cnd);
	else
		error = VOP_REMOVE(nd.ni_dvp, nd.ni_vp, &nd.ni_cnd);
	vput(nd.ni_dvp);
 out:
	pathbuf_destroy(pb);
	return error;
}

int
do_sys_unlink(const char *path, enum uio_seg seg)
{

	return do_sys_unlinkat(curlwp, AT_FDCWD, path, false, seg);
}

int
sys_unlink(struct lwp *l, const struct sys_unlink_args *uap,
    register_t *retval)
{

	return do_sys_unlinkat(l, AT_FDCWD, SCARG(uap, path), false,
	    UIO_USERSPACE);
}

int
sys_unlinkat(struct lwp *l, const struct sys_unlinkat_args *uap,
    register_t *retval)
{

	if (SCARG(uap, flag) & ~AT_REMOVEDIR)
		return EINVAL;
	return do_sys_unlinkat(l, SCARG(uap, fd), SCARG(uap, path),
	    (SCARG(uap, flag) & AT_REMOVEDIR) != 0, UIO_USERSPACE);
}

int
sys_rmdir(struct lwp *l, const struct sys_rmdir_args *uap, register_t *retval)
{

	return do_sys_unlinkat(l, AT_FDCWD, SCARG(uap, path), true,
	    UIO_USERSPACE);
}

static bool
name_is_dots(const struct componentname *cnp)
{

	return (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') ||
	    (cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
	    cnp->cn_nameptr[1] == '.');
}

/*
 * Source of a rename: referenced, unlocked.  Its directory lock is dropped
 * because the target may be anywhere; the file system looks again.
 */
static int
rename_source(struct lwp *l, int fd, struct nameidata *fnd,
    struct pathbuf *pb)
{
	int error;

	NDINIT(fnd, DELETE, LOCKPARENT | TRYEMULROOT, pb);
	error = fd_nameiat(l, fd, fnd);
	if (error != 0)
		return error;
	VOP_UNLOCK(fnd->ni_dvp);
	if (name_is_dots(&fnd->ni_cnd))
		error = EINVAL;
	else if ((fnd->ni_vp->v_vflag & VV_ROOT) != 0)
		error = EBUSY;
	if (error != 0) {
		VOP_ABORTOP(fnd->ni_dvp, &fnd->ni_cnd);
		vrele(fnd->ni_dvp);
		vrele(fnd->ni_vp);
	}
	return error;
}

/* Target of a rename: directory locked, file, if any, locked. */
static int
rename_target(struct lwp *l, int fd, struct nameidata *tnd,
    struct pathbuf *pb, bool isdir)
{
	int error;

	NDINIT(tnd, RENAME, LOCKPARENT | NOCACHE | TRYEMULROOT |
	    (isdir ? CREATEDIR : 0), pb);
	error = fd_nameiat(l, fd, tnd);
	if (error != 0)
		return error;
	if (name_is_dots(&tnd->ni_cnd))
		error = EINVAL;
	else if (tnd->ni_vp != NULL && tnd->ni_vp != tnd->ni_dvp)
		error = vn_lock(tnd->ni_vp, LK_EXCLUSIVE);
	if (error == 0)
		return 0;
	VOP_ABORTOP(tnd->ni_dvp, &tnd->ni_cnd);
	vput(tnd->ni_dvp);
	if (tnd->ni_vp != NULL)
		vrele(tnd->ni_vp);
	return error;
}

/*
 * What can be said about source and target without the file system.  -1:
 * nothing is to be done, both are the same file.
 */
static int
rename_check(struct nameidata *fnd, struct nameidata *tnd, bool retain)
{
	struct vnode *fvp = fnd->ni_vp, *tvp = tnd->ni_vp;
	struct mount *mp = fnd->ni_dvp->v_mount;

	if (fvp->v_mount != mp || tnd->ni_dvp->v_mount != mp ||
	    (tvp != NULL && tvp->v_mount != mp))
		return EXDEV;
	if (fvp->v_type == VDIR && fvp->v_mountedhere != NULL)
		return EBUSY;
	if (tvp != NULL) {
		if (fvp->v_type == VDIR && tvp->v_type != VDIR)
			return ENOTDIR;
		if (fvp->v_type != VDIR && tvp->v_type == VDIR)
			return EISDIR;
		if (tvp->v_type == VDIR && tvp->v_mountedhere != NULL)
			return EBUSY;
	}
	if (fvp == tnd->ni_dvp)
		return EINVAL;	/* into itself */
	if (fvp == tvp && (retain || (fnd->ni_dvp == tnd->ni_dvp &&
	    fnd->ni_cnd.cn_namelen == tnd->ni_cnd.cn_namelen &&
	    memcmp(fnd->ni_cnd.cn_nameptr, tnd->ni_cnd.cn_nameptr,
	    fnd->ni_cnd.cn_namelen) == 0)))
		return -1;
	return 0;
}

static void
rename_abort(struct nameidata *fnd, struct nameidata *tnd)
{

	VOP_ABORTOP(tnd->ni_dvp, &tnd->ni_cnd);
	if (tnd->ni_vp != NULL && tnd->ni_vp != tnd->ni_dvp)
		VOP_UNLOCK(tnd->ni_vp);
	vput(tnd->ni_dvp);
	if (tnd->ni_vp != NULL)
		vrele(tnd->ni_vp);
	VOP_ABORTOP(fnd->ni_dvp, &fnd->ni_cnd);
	vrele(fnd->ni_dvp);
	vrele(fnd->ni_vp);
}

/* Both names in kernel memory. */
static int
do_rename(struct lwp *l, int ffd, struct pathbuf *fpb, int tfd,
    struct pathbuf *tpb, bool retain)
{
	struct nameidata fnd, tnd;
	struct mount *mp;
	int error;

	error = rename_source(l, ffd, &fnd, fpb);
	if (error != 0)
		return error;
	/* Unmounted by force since then?  From here on that cannot be. */
	(void)fstrans_start_vnode(fnd.ni_dvp, false, &mp);
	/* Before any lock of the target: the order of genfs_rename. */
	error = mp == dead_rootmount ? ENOENT : VFS_RENAMELOCK_ENTER(mp);
	if (error != 0)
		goto no_lock;
	error = rename_target(l, tfd, &tnd, tpb,
	    fnd.ni_vp->v_type == VDIR);
	if (error != 0)
		goto no_target;
	error = rename_check(&fnd, &tnd, retain);
	if (error != 0)
		rename_abort(&fnd, &tnd);
	else
		error = VOP_RENAME(fnd.ni_dvp, fnd.ni_vp, &fnd.ni_cnd,
		    tnd.ni_dvp, tnd.ni_vp, &tnd.ni_cnd);
	VFS_RENAMELOCK_EXIT(mp);
	fstrans_done(mp);
	return error == -1 ? 0 : error;

 no_target:
	VFS_RENAMELOCK_EXIT(mp);
 no_lock:
	VOP_ABORTOP(fnd.ni_dvp, &fnd.ni_cnd);
	vrele(fnd.ni_dvp);
	vrele(fnd.ni_vp);
	fstrans_done(mp);
	return error;
}

/* retain: POSIX, where renaming one link of a file to another does nothing. */
static int
do_sys_renameat(struct lwp *l, int ffd, const char *from, int tfd,
    const char *to, enum uio_seg seg, bool retain)
{
	struct pathbuf *fpb, *tpb;
	int error;

	error = pathbuf_maybe_copyin(from, seg, &fpb);
	if (error != 0)
		return error;
	error = pathbuf_maybe_copyin(to, seg, &tpb);
	if (error == 0) {
		error = do_rename(l, ffd, fpb, tfd, tpb, retain);
		pathbuf_destroy(tpb);
	}
	pathbuf_destroy(fpb);
	return error;
}

int
do_sys_rename(const char *from, const char *to, enum uio_seg seg, int retain)
{

	return do_sys_renameat(curlwp, AT_FDCWD, from, AT_FDCWD, to, seg,
	    retain != 0);
}

int
sys_rename(struct lwp *l, const struct sys_rename_args *uap,
    register_t *retval)
{

	return do_sys_renameat(l, AT_FDCWD, SCARG(uap, from), AT_FDCWD,
	    SCARG(uap, to), UIO_USERSPACE, false);
}

int
sys_renameat(struct lwp *l, const struct sys_renameat_args *uap,
    register_t *retval)
{

	return do_sys_renameat(l, SCARG(uap, fromfd), SCARG(uap, from),
	    SCARG(uap, tofd), SCARG(uap, to), UIO_USERSPACE, false);
}

int
sys___posix_rename(struct lwp *l, const struct sys___posix_rename_args *uap,
    register_t *retval)
{

	return do_sys_renameat(l, AT_FDCWD, SCARG(uap, from), AT_FDCWD,
	    SCARG(uap, to), UIO_USERSPACE, true);
}
