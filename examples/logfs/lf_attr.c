/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes: who may do what, and what stat(2) shows.
 */

#include "logfs.h"

#include <sys/unistd.h>

/* VOP_ACCESS. */
int
lf_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const struct lf_dinode *ld = &VTOLF(vp)->ln_d;

	if ((ap->a_accmode & VWRITE) != 0) {
		if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
		    (vp->v_type == VREG || vp->v_type == VDIR ||
		    vp->v_type == VLNK))
			return EROFS;
		if ((ld->ld_flags & IMMUTABLE) != 0)
			return EPERM;
	}
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_accmode, vp->v_type, ld->ld_mode), vp,
	    NULL, genfs_can_access(vp, ap->a_cred, ld->ld_uid, ld->ld_gid,
	    ld->ld_mode & ALLPERMS, NULL, ap->a_accmode));
}

static struct timespec
from_disk(struct lf_time lt)
{
	struct timespec ts = { .tv_sec = lt.lt_sec, .tv_nsec = lt.lt_nsec };

	return ts;
}

static struct lf_time
to_disk(struct timespec ts)
{
	struct lf_time lt = { .lt_sec = ts.tv_sec, .lt_nsec = ts.tv_nsec };

	return lt;
}

/* VOP_GETATTR. */
int
lf_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct lf_node *ln = VTOLF(vp);
	const struct lf_dinode *ld = &ln->ln_d;
	struct vattr *vap = ap->a_vap;

	vattr_null(vap);
	vap->va_type = vp->v_type;
	vap->va_mode = ld->ld_mode & ALLPERMS;
	vap->va_nlink = ld->ld_nlink;
	vap->va_uid = ld->ld_uid;
	vap->va_gid = ld->ld_gid;
	vap->va_fsid = vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = ln->ln_ino;
	vap->va_size = ld->ld_size;
	vap->va_blocksize = LF_BSIZE;
	vap->va_flags = ld->ld_flags;
	vap->va_gen = ld->ld_gen;
	vap->va_rdev = vp->v_type == VBLK || vp->v_type == VCHR ?
	    ld->ld_rdev : VNOVAL;
	rw_enter(&ln->ln_maplock, RW_READER);
	vap->va_bytes = (u_quad_t)ld->ld_nblocks << LF_BSHIFT;
	rw_exit(&ln->ln_maplock);
	vap->va_filerev = 0;
	vap->va_vaflags = 0;
	mutex_enter(&ln->ln_lock);
	vap->va_atime = from_disk(ld->ld_atime);
	vap->va_mtime = from_disk(ld->ld_mtime);
	vap->va_ctime = from_disk(ld->ld_ctime);
	vap->va_birthtime = from_disk(ld->ld_birthtime);
	mutex_exit(&ln->ln_lock);
	return 0;
}

static int
set_flags(struct vnode *vp, u_long flags, kauth_cred_t cred)
{
	struct lf_dinode *ld = &VTOLF(vp)->ln_d;
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	const bool sys = ((flags ^ ld->ld_flags) & SF_SETTABLE) != 0;
	int error;

	if ((ld->ld_flags & (SF_IMMUTABLE | SF_APPEND)) != 0)
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	if (sys)
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(vp, cred, ld->ld_uid, sys));
	if (error == 0)
		ld->ld_flags = flags;
	return error;
}

static int
set_mode(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct lf_dinode *ld = &VTOLF(vp)->ln_d;
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp,
	    NULL, genfs_can_chmod(vp, cred, ld->ld_uid, ld->ld_gid, mode));
	if (error == 0)
		ld->ld_mode = (ld->ld_mode & ~ALLPERMS) | (mode & ALLPERMS);
	return error;
}

static int
set_owner(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct lf_dinode *ld = &VTOLF(vp)->ln_d;
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = ld->ld_uid;
	if (gid == (gid_t)VNOVAL)
		gid = ld->ld_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(vp, cred, ld->ld_uid, ld->ld_gid, uid,
	    gid));
	if (error != 0)
		return error;
	if (ld->ld_uid != uid && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SUID, vp, NULL, EPERM) != 0)
		ld->ld_mode &= ~S_ISUID;
	if (ld->ld_gid != gid && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SGID, vp, NULL, EPERM) != 0)
		ld->ld_mode &= ~S_ISGID;
	ld->ld_uid = uid;
	ld->ld_gid = gid;
	return 0;
}

static int
set_size(struct vnode *vp, off_t size)
{

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		if (size < 0)
			return EINVAL;
		return lf_resize(vp, size);
	case VBLK:
	case VCHR:
	case VFIFO:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

static bool
has_times(const struct vattr *vap)
{

	return vap->va_atime.tv_sec != VNOVAL ||
	    vap->va_mtime.tv_sec != VNOVAL ||
	    vap->va_birthtime.tv_sec != VNOVAL;
}

static int
set_times(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	struct lf_node *ln = VTOLF(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, cred, ln->ln_d.ld_uid, vap->va_vaflags));
	if (error != 0)
		return error;
	mutex_enter(&ln->ln_lock);
	if (vap->va_atime.tv_sec != VNOVAL)
		ln->ln_d.ld_atime = to_disk(vap->va_atime);
	if (vap->va_mtime.tv_sec != VNOVAL)
		ln->ln_d.ld_mtime = to_disk(vap->va_mtime);
	if (vap->va_birthtime.tv_sec != VNOVAL)
		ln->ln_d.ld_birthtime = to_disk(vap->va_birthtime);
	mutex_exit(&ln->ln_lock);
	return 0;
}

static bool
unsettable_p(const struct vattr *vap)
{

	return vap->va_type != VNON || vap->va_nlink != (nlink_t)VNOVAL ||
	    vap->va_fsid != (dev_t)VNOVAL ||
	    vap->va_fileid != (ino_t)VNOVAL ||
	    vap->va_blocksize != VNOVAL || vap->va_rdev != (dev_t)VNOVAL ||
	    vap->va_bytes != (u_quad_t)VNOVAL || vap->va_gen != VNOVAL;
}

/* All but the flags. */
static int
set_rest(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	int error = 0;

	if (vap->va_size != VNOVALSIZE)
		error = set_size(vp, vap->va_size);
	if (error == 0 && (vap->va_uid != (uid_t)VNOVAL ||
	    vap->va_gid != (gid_t)VNOVAL))
		error = set_owner(vp, vap->va_uid, vap->va_gid, cred);
	if (error == 0 && vap->va_mode != (mode_t)VNOVAL)
		error = set_mode(vp, vap->va_mode, cred);
	if (error == 0 && has_times(vap))
		error = set_times(vp, vap, cred);
	return error;
}

/* VOP_SETATTR. */
int
lf_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const struct vattr *vap = ap->a_vap;
	struct lf_node *ln = VTOLF(vp);
	int error = 0;

	if (unsettable_p(vap))
		return EINVAL;
	if (lf_rdonly(ln->ln_mount))
		return EROFS;
	if (vap->va_flags != VNOVALFLAGS)
		error = set_flags(vp, vap->va_flags, ap->a_cred);
	if (error == 0 && (vap->va_flags == VNOVALFLAGS ||
	    (vap->va_flags & (IMMUTABLE | APPEND)) == 0))
		error = (ln->ln_d.ld_flags & (IMMUTABLE | APPEND)) != 0 ?
		    EPERM : set_rest(vp, vap, ap->a_cred);
	cache_enter_id(vp, ln->ln_d.ld_mode & ALLPERMS, ln->ln_d.ld_uid,
	    ln->ln_d.ld_gid, true);
	if (error != 0)
		return error;
	lf_touch(ln, LFT_CHANGE);
	return lf_update_times(ln);
}

/* VOP_PATHCONF. */
int
lf_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = LF_LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = LF_MAXNAMLEN;
		return 0;
	case _PC_PATH_MAX:
		*ap->a_retval = PATH_MAX;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	case _PC_FILESIZEBITS:
		*ap->a_retval = 33;
		return 0;
	default:
		return genfs_pathconf(ap);
	}
}
