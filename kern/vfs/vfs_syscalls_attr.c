/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that change attributes: mode, owner, flags, times, and the
 * size by name.  Each finds a vnode, fills a vattr and calls VOP_SETATTR with
 * the vnode locked exclusively.
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
#include <sys/time.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

static int
attr_set(struct vnode *vp, struct vattr *va)
{
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_SETATTR(vp, va, curlwp->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

static namei_simple_flags_t
attr_follow(int flag)
{

	return (flag & AT_SYMLINK_NOFOLLOW) ? NSM_NOFOLLOW_TRYEMULROOT :
	    NSM_FOLLOW_TRYEMULROOT;
}

/* By name. */
static int
attr_set_at(struct lwp *l, int fdat, const char *path, int flag,
    struct vattr *va)
{
	struct vnode *vp;
	int error;

	if (flag & ~AT_SYMLINK_NOFOLLOW)
		return EINVAL;
	error = fd_nameiat_simple_user(l, fdat, path, attr_follow(flag), &vp);
	if (error != 0)
		return error;
	error = attr_set(vp, va);
	vrele(vp);
	return error;
}

/* By descriptor. */
static int
attr_set_fd(int fd, struct vattr *va)
{
	struct file *fp;
	int error;

	error = fd_getvnode(fd, &fp);
	if (error != 0)
		return error;
	error = attr_set(fp->f_vnode, va);
	fd_putfile(fd);
	return error;
}

static void
attr_mode(struct vattr *va, mode_t mode)
{

	vattr_null(va);
	va->va_mode = mode & ALLPERMS;
}

int
sys_chmod(struct lwp *l, const struct sys_chmod_args *uap, register_t *retval)
{
	struct vattr va;

	attr_mode(&va, SCARG(uap, mode));
	return attr_set_at(l, AT_FDCWD, SCARG(uap, path), 0, &va);
}

int
sys_lchmod(struct lwp *l, const struct sys_lchmod_args *uap,
    register_t *retval)
{
	struct vattr va;

	attr_mode(&va, SCARG(uap, mode));
	return attr_set_at(l, AT_FDCWD, SCARG(uap, path),
	    AT_SYMLINK_NOFOLLOW, &va);
}

int
sys_fchmodat(struct lwp *l, const struct sys_fchmodat_args *uap,
    register_t *retval)
{
	struct vattr va;

	attr_mode(&va, SCARG(uap, mode));
	return attr_set_at(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, flag), &va);
}

int
sys_fchmod(struct lwp *l, const struct sys_fchmod_args *uap,
    register_t *retval)
{
	struct vattr va;

	attr_mode(&va, SCARG(uap, mode));
	return attr_set_fd(SCARG(uap, fd), &va);
}

/*
 * What chown does to the set-id bits.  posix: they are left for the super
 * user; else they go with the owner they meant.  The vnode is locked.
 */
static int
chown_mode(struct vnode *vp, uid_t uid, gid_t gid, bool posix,
    struct vattr *va)
{
	struct vattr old;
	mode_t mode;
	int error;

	error = VOP_GETATTR(vp, &old, curlwp->l_cred);
	if (error != 0)
		return error;
	mode = old.va_mode;
	if (posix) {
		/* POSIX: both, whatever changes, unless privileged. */
		if (vp->v_type == VREG && (mode & (S_IXUSR | S_IXGRP |
		    S_IXOTH)) != 0 && kauth_authorize_vnode(curlwp->l_cred,
		    KAUTH_VNODE_RETAIN_SUID, vp, NULL, EPERM) != 0)
			mode &= ~(S_ISUID | S_ISGID);
	} else {
		if (uid != (uid_t)-1 && uid != old.va_uid)
			mode &= ~S_ISUID;
		if (gid != (gid_t)-1 && gid != old.va_gid)
			mode &= ~S_ISGID;
	}
	if (mode != old.va_mode)
		va->va_mode = mode;
	return 0;
}

static int
attr_chown(struct vnode *vp, uid_t uid, gid_t gid, bool posix)
{
	struct vattr va;
	int error;

	vattr_null(&va);
	va.va_uid = uid;
	va.va_gid = gid;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = chown_mode(vp, uid, gid, posix, &va);
	if (error == 0)
		error = VOP_SETATTR(vp, &va, curlwp->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

static int
do_chownat(struct lwp *l, int fdat, const char *path, uid_t uid, gid_t gid,
    int flag, bool posix)
{
	struct vnode *vp;
	int error;

	if (flag & ~AT_SYMLINK_NOFOLLOW)
		return EINVAL;
	error = fd_nameiat_simple_user(l, fdat, path, attr_follow(flag), &vp);
	if (error != 0)
		return error;
	error = attr_chown(vp, uid, gid, posix);
	vrele(vp);
	return error;
}

static int
do_fchown(int fd, uid_t uid, gid_t gid, bool posix)
{
	struct file *fp;
	int error;

	error = fd_getvnode(fd, &fp);
	if (error != 0)
		return error;
	error = attr_chown(fp->f_vnode, uid, gid, posix);
	fd_putfile(fd);
	return error;
}

int
sys_chown(struct lwp *l, const struct sys_chown_args *uap, register_t *retval)
{

	return do_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), 0, false);
}

int
sys_lchown(struct lwp *l, const struct sys_lchown_args *uap,
    register_t *retval)
{

	return do_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), AT_SYMLINK_NOFOLLOW, false);
}

int
sys_fchownat(struct lwp *l, const struct sys_fchownat_args *uap,
    register_t *retval)
{

	return do_chownat(l, SCARG(uap, fd), SCARG(uap, path),
	    SCARG(uap, owner), SCARG(uap, group), SCARG(uap, flag), false);
}

int
sys_fchown(struct lwp *l, const struct sys_fchown_args *uap,
    register_t *retval)
{

	return do_fchown(SCARG(uap, fd), SCARG(uap, uid), SCARG(uap, gid),
	    false);
}

int
sys___posix_chown(struct lwp *l, const struct sys___posix_chown_args *uap,
    register_t *retval)
{

	return do_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), 0, true);
}

int
sys___posix_lchown(struct lwp *l, const struct sys___posix_lchown_args *uap,
    register_t *retval)
{

	return do_chownat(l, AT_FDCWD, SCARG(uap, path), SCARG(uap, uid),
	    SCARG(uap, gid), AT_SYMLINK_NOFOLLOW, true);
}

int
sys___posix_fchown(struct lwp *l, const struct sys___posix_fchown_args *uap,
    register_t *retval)
{

	return do_fchown(SCARG(uap, fd), SCARG(uap, uid), SCARG(uap, gid),
	    true);
}

static void
attr_flags(struct vattr *va, u_long flags)
{

	vattr_null(va);
	va->va_flags = flags;
}

/* Flags of devices are for the super user: others could lock it out. */
static int
attr_chflags(struct vnode *vp, u_long flags)
{
	struct vattr va;
	int error = 0;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		error = kauth_authorize_vnode(curlwp->l_cred,
		    KAUTH_VNODE_WRITE_SYSFLAGS, vp, NULL, EPERM);
	attr_flags(&va, flags);
	if (error == 0)
		error = VOP_SETATTR(vp, &va, curlwp->l_cred);
	VOP_UNLOCK(vp);
	return error;
}

static int
do_chflags(const char *path, u_long flags, namei_simple_flags_t follow)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, follow, &vp);
	if (error != 0)
		return error;
	error = attr_chflags(vp, flags);
	vrele(vp);
	return error;
}

int
sys_chflags(struct lwp *l, const struct sys_chflags_args *uap,
    register_t *retval)
{

	return do_chflags(SCARG(uap, path), SCARG(uap, flags),
	    NSM_FOLLOW_TRYEMULROOT);
}

int
sys_lchflags(struct lwp *l, const struct sys_lchflags_args *uap,
    register_t *retval)
{

	return do_chflags(SCARG(uap, path), SCARG(uap, flags),
	    NSM_NOFOLLOW_TRYEMULROOT);
}

int
sys_fchflags(struct lwp *l, const struct sys_fchflags_args *uap,
    register_t *retval)
{
	struct file *fp;
	int error;

	error = fd_getvnode(SCARG(uap, fd), &fp);
	if (error != 0)
		return error;
	error = attr_chflags(fp->f_vnode, SCARG(uap, flags));
	fd_putfile(SCARG(uap, fd));
	return error;
}

/* One of the two times: a value, now, or leave it. */
static int
attr_time(struct timespec *ts, const struct timespec *now)
{

	if (ts->tv_nsec == UTIME_NOW)
		*ts = *now;
	else if (ts->tv_nsec == UTIME_OMIT)
		ts->tv_sec = ts->tv_nsec = VNOVAL;
	else if (ts->tv_nsec < 0 || ts->tv_nsec >= 1000000000)
		return EINVAL;
	return 0;
}

/* utimes(2) in its finest form; tptr NULL or in kernel memory. */
static int
attr_times(struct vattr *va, const struct timespec *tptr)
{
	struct timespec now, ts[2];
	bool setbirth;
	int error;

	vattr_null(va);
	vfs_timestamp(&now);
	if (tptr == NULL) {
		va->va_atime = va->va_mtime = now;
		va->va_vaflags |= VA_UTIMES_NULL;
		return 0;
	}
	ts[0] = tptr[0];
	ts[1] = tptr[1];
	if (ts[0].tv_nsec == UTIME_NOW && ts[1].tv_nsec == UTIME_NOW)
		va->va_vaflags |= VA_UTIMES_NULL;
	setbirth = ts[1].tv_nsec != UTIME_OMIT;
	error = attr_time(&ts[0], &now);
	if (error == 0)
		error = attr_time(&ts[1], &now);
	va->va_atime = ts[0];
	va->va_mtime = ts[1];
	if (setbirth)
		va->va_vaflags |= VA_UTIMES_CHANGE;
	return error;
}

static int
times_in(const struct timespec *utimes, struct timespec *ts,
    const struct timespec **tsp)
{

	*tsp = NULL;
	if (utimes == NULL)
		return 0;
	*tsp = ts;
	return copyin(utimes, ts, sizeof(ts[0]) * 2);
}

static int
timevals_in(const struct timeval *utimes, struct timespec *ts,
    const struct timespec **tsp)
{
	struct timeval tv[2];
	int error;

	*tsp = NULL;
	if (utimes == NULL)
		return 0;
	error = copyin(utimes, tv, sizeof(tv));
	if (error != 0)
		return error;
	if (tv[0].tv_usec < 0 || tv[0].tv_usec >= 1000000 ||
	    tv[1].tv_usec < 0 || tv[1].tv_usec >= 1000000)
		return EINVAL;
	TIMEVAL_TO_TIMESPEC(&tv[0], &ts[0]);
	TIMEVAL_TO_TIMESPEC(&tv[1], &ts[1]);
	*tsp = ts;
	return 0;
}

/* Nothing to set is no question for the file system. */
static bool
times_omitted(const struct vattr *va)
{

	return va->va_atime.tv_sec == VNOVAL && va->va_mtime.tv_sec == VNOVAL;
}

static int
do_utimesat(struct lwp *l, int fdat, const char *path, int flag,
    const struct timespec *ts)
{
	struct vattr va;
	struct vnode *vp;
	int error;

	error = attr_times(&va, ts);
	if (error != 0)
		return error;
	if (!times_omitted(&va))
		return attr_set_at(l, fdat, path, flag, &va);
	error = fd_nameiat_simple_user(l, fdat, path, attr_follow(flag), &vp);
	if (error == 0)
		vrele(vp);
	return error;
}

static int
do_futimes(int fd, const struct timespec *ts)
{
	struct vattr va;
	struct file *fp;
	int error;

	error = attr_times(&va, ts);
	if (error != 0)
		return error;
	if (!times_omitted(&va))
		return attr_set_fd(fd, &va);
	error = fd_getvnode(fd, &fp);
	if (error == 0)
		fd_putfile(fd);
	return error;
}

int
sys___utimes50(struct lwp *l, const struct sys___utimes50_args *uap,
    register_t *retval)
{
	const struct timespec *tsp;
	struct timespec ts[2];
	int error;

	error = timevals_in(SCARG(uap, tptr), ts, &tsp);
	return error != 0 ? error :
	    do_utimesat(l, AT_FDCWD, SCARG(uap, path), 0, tsp);
}

int
sys___lutimes50(struct lwp *l, const struct sys___lutimes50_args *uap,
    register_t *retval)
{
	const struct timespec *tsp;
	struct timespec ts[2];
	int error;

	error = timevals_in(SCARG(uap, tptr), ts, &tsp);
	return error != 0 ? error : do_utimesat(l, AT_FDCWD,
	    SCARG(uap, path), AT_SYMLINK_NOFOLLOW, tsp);
}

int
sys___futimes50(struct lwp *l, const struct sys___futimes50_args *uap,
    register_t *retval)
{
	const struct timespec *tsp;
	struct timespec ts[2];
	int error;

	error = timevals_in(SCARG(uap, tptr), ts, &tsp);
	return error != 0 ? error : do_futimes(SCARG(uap, fd), tsp);
}

int
sys_futimens(struct lwp *l, const struct sys_futimens_args *uap,
    register_t *retval)
{
	const struct timespec *tsp;
	struct timespec ts[2];
	int error;

	error = times_in(SCARG(uap, tptr), ts, &tsp);
	return error != 0 ? error : do_futimes(SCARG(uap, fd), tsp);
}

int
sys_utimensat(struct lwp *l, const struct sys_utimensat_args *uap,
    register_t *retval)
{
	const struct timespec *tsp;
	struct timespec ts[2];
	int error;

	error = times_in(SCARG(uap, tptr), ts, &tsp);
	return error != 0 ? error : do_utimesat(l, SCARG(uap, fd),
	    SCARG(uap, path), SCARG(uap, flag), tsp);
}

int
sys_truncate(struct lwp *l, const struct sys_truncate_args *uap,
    register_t *retval)
{
	struct vattr va;
	struct vnode *vp;
	int error;

	if (SCARG(uap, length) < 0)
		return EINVAL;
	error = namei_simple_user(SCARG(uap, path), NSM_FOLLOW_TRYEMULROOT,
	    &vp);
	if (error != 0)
		return error;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (vp->v_type == VDIR)
		error = EISDIR;
	else
		error = vn_writechk(vp);
	if (error == 0)
		error = VOP_ACCESS(vp, VWRITE, l->l_cred);
	if (error == 0) {
		vattr_null(&va);
		va.va_size = SCARG(uap, length);
		error = VOP_SETATTR(vp, &va, l->l_cred);
	}
	vput(vp);
	return error;
}
