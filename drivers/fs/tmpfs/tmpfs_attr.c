/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes: who may do what, reading and changing what stat(2) shows.
 */

#include "tmpfs.h"

#include <sys/unistd.h>

/* VOP_ACCESS. */
int
tmpfs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	const bool writing = (ap->a_accmode & VWRITE) != 0;

	if (writing && (vp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
	    (vp->v_type == VREG || vp->v_type == VDIR || vp->v_type == VLNK))
		return EROFS;
	if (writing && (tn->tn_flags & IMMUTABLE) != 0)
		return EPERM;
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_accmode, vp->v_type, tn->tn_mode), vp,
	    NULL, genfs_can_access(vp, ap->a_cred, tn->tn_uid, tn->tn_gid,
	    tn->tn_mode, NULL, ap->a_accmode));
}

/* VOP_GETATTR. */
int
tmpfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);

	vattr_null(vap);
	vap->va_type = vp->v_type;
	vap->va_mode = tn->tn_mode;
	vap->va_nlink = tn->tn_nlink;
	vap->va_uid = tn->tn_uid;
	vap->va_gid = tn->tn_gid;
	vap->va_fsid = vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = tn->tn_id;
	vap->va_size = tn->tn_size;
	vap->va_blocksize = PAGE_SIZE;
	vap->va_flags = tn->tn_flags;
	vap->va_gen = tn->tn_gen;
	vap->va_birthtime = tn->tn_birthtime;
	vap->va_rdev = vp->v_type == VBLK || vp->v_type == VCHR ?
	    tn->tn_rdev : VNOVAL;
	vap->va_bytes = vp->v_type == VREG ? tn->tn_pages << PAGE_SHIFT :
	    round_page(tn->tn_size);
	vap->va_filerev = 0;
	vap->va_vaflags = 0;
	mutex_enter(&tn->tn_lock);
	vap->va_atime = tn->tn_atime;
	vap->va_mtime = tn->tn_mtime;
	vap->va_ctime = tn->tn_ctime;
	mutex_exit(&tn->tn_lock);
	return 0;
}

static int
set_flags(struct vnode *vp, u_long flags, kauth_cred_t cred)
{
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	bool sysflags = false;
	int error;

	if ((tn->tn_flags & (SF_IMMUTABLE | SF_APPEND)) != 0)
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	if (((flags ^ tn->tn_flags) & SF_SETTABLE) != 0) {
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
		sysflags = true;
	}
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(vp, cred, tn->tn_uid, sysflags));
	if (error != 0)
		return error;
	tn->tn_flags = flags;
	tmpfs_touch(tn, TMPFS_CTIME);
	return 0;
}

static int
set_mode(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp,
	    NULL, genfs_can_chmod(vp, cred, tn->tn_uid, tn->tn_gid, mode));
	if (error != 0)
		return error;
	tn->tn_mode = mode & ALLPERMS;
	tmpfs_touch(tn, TMPFS_CTIME);
	cache_enter_id(vp, tn->tn_mode, tn->tn_uid, tn->tn_gid, true);
	return 0;
}

static int
set_owner(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = tn->tn_uid;
	if (gid == (gid_t)VNOVAL)
		gid = tn->tn_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(vp, cred, tn->tn_uid, tn->tn_gid, uid,
	    gid));
	if (error != 0)
		return error;
	/* an owner's change must not hand on set-id rights */
	if (kauth_authorize_vnode(cred, KAUTH_VNODE_RETAIN_SUID, vp, NULL,
	    EPERM) != 0 && tn->tn_uid != uid)
		tn->tn_mode &= ~S_ISUID;
	if (kauth_authorize_vnode(cred, KAUTH_VNODE_RETAIN_SGID, vp, NULL,
	    EPERM) != 0 && tn->tn_gid != gid)
		tn->tn_mode &= ~S_ISGID;
	tn->tn_uid = uid;
	tn->tn_gid = gid;
	tmpfs_touch(tn, TMPFS_CTIME);
	cache_enter_id(vp, tn->tn_mode, tn->tn_uid, tn->tn_gid, true);
	return 0;
}

static int
set_size(struct vnode *vp, off_t size)
{

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
			return EROFS;
		if ((VP_TO_TMPFS_NODE(vp)->tn_flags & APPEND) != 0)
			return EPERM;
		return tmpfs_resize(vp, size);
	case VBLK:
	case VCHR:
	case VFIFO:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

static int
set_times(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, cred, tn->tn_uid, vap->va_vaflags));
	if (error != 0)
		return error;
	mutex_enter(&tn->tn_lock);
	if (vap->va_atime.tv_sec != VNOVAL || vap->va_atime.tv_nsec != VNOVAL)
		tn->tn_atime = vap->va_atime;
	if (vap->va_mtime.tv_sec != VNOVAL || vap->va_mtime.tv_nsec != VNOVAL)
		tn->tn_mtime = vap->va_mtime;
	if (vap->va_birthtime.tv_sec != VNOVAL ||
	    vap->va_birthtime.tv_nsec != VNOVAL)
		tn->tn_birthtime = vap->va_birthtime;
	mutex_exit(&tn->tn_lock);
	tmpfs_touch(tn, TMPFS_CTIME);
	return 0;
}

static bool
has_times(const struct vattr *vap)
{

	return vap->va_atime.tv_sec != VNOVAL ||
	    vap->va_mtime.tv_sec != VNOVAL ||
	    vap->va_birthtime.tv_sec != VNOVAL;
}

static bool
unsettable(const struct vattr *vap)
{

	return vap->va_type != VNON || vap->va_nlink != (nlink_t)VNOVAL ||
	    vap->va_fsid != (dev_t)VNOVAL ||
	    vap->va_fileid != (ino_t)VNOVAL ||
	    vap->va_blocksize != VNOVAL || vap->va_rdev != (dev_t)VNOVAL ||
	    vap->va_bytes != (u_quad_t)VNOVAL || vap->va_gen != VNOVAL;
}

/* VOP_SETATTR. */
int
tmpfs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	int error = 0;

	if (unsettable(vap))
		return EINVAL;
	if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	if (vap->va_flags != VNOVALFLAGS) {
		error = set_flags(vp, vap->va_flags, ap->a_cred);
		if (error != 0 || (vap->va_flags & (IMMUTABLE | APPEND)) != 0)
			return error;
	}
	if ((tn->tn_flags & (IMMUTABLE | APPEND)) != 0)
		return EPERM;
	if (vap->va_size != VNOVALSIZE)
		error = set_size(vp, vap->va_size);
	if (error == 0 && (vap->va_uid != (uid_t)VNOVAL ||
	    vap->va_gid != (gid_t)VNOVAL))
		error = set_owner(vp, vap->va_uid, vap->va_gid, ap->a_cred);
	if (error == 0 && vap->va_mode != (mode_t)VNOVAL)
		error = set_mode(vp, vap->va_mode, ap->a_cred);
	if (error == 0 && has_times(vap))
		error = set_times(vp, vap, ap->a_cred);
	return error;
}

/* VOP_PATHCONF. */
int
tmpfs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = TMPFS_LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = TMPFS_MAXNAMLEN;
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
	case _PC_2_SYMLINKS:
		*ap->a_retval = 1;
		return 0;
	case _PC_FILESIZEBITS:
		*ap->a_retval = 64;
		return 0;
	default:
		return genfs_pathconf(ap);
	}
}
