/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_attr.c: attributes in the root file system: who may do what, and
 * reading and changing what stat(2) shows.  File flags are not kept.
 */

#include "rumpfs.h"

#include <sys/unistd.h>

#include <miscfs/genfs/genfs.h>

/*
 * VOP_ACCESS.
 */
int
rumpfs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	const struct rumpfs_node *rn = VP_TO_RUMPFS(vp);

	if ((ap->a_accmode & VWRITE) != 0 &&
	    (vp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
	    (vp->v_type == VREG || vp->v_type == VDIR || vp->v_type == VLNK))
		return EROFS;
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_accmode, vp->v_type, rn->rn_mode), vp,
	    NULL, genfs_can_access(vp, ap->a_cred, rn->rn_uid, rn->rn_gid,
	    rn->rn_mode, NULL, ap->a_accmode));
}

/* The bytes a file takes: its holes take none. */
static u_quad_t
resident(struct uvm_object *uobj)
{
	u_quad_t npages;

	rw_enter(uobj->vmobjlock, RW_READER);
	npages = uobj->uo_npages;
	rw_exit(uobj->vmobjlock);
	return npages << PAGE_SHIFT;
}

/*
 * VOP_GETATTR.
 */
int
rumpfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	const struct rumpfs_node *rn = VP_TO_RUMPFS(vp);

	vattr_null(vap);
	vap->va_type = vp->v_type;
	vap->va_mode = rn->rn_mode;
	vap->va_nlink = rn->rn_nlink;
	vap->va_uid = rn->rn_uid;
	vap->va_gid = rn->rn_gid;
	vap->va_fsid = vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = rn->rn_id;
	vap->va_size = rn->rn_host != NULL && vp->v_type == VREG ?
	    rumpfs_host_size(rn->rn_host) : rn->rn_size;
	vap->va_blocksize = PAGE_SIZE;
	vap->va_flags = 0;
	vap->va_gen = 1;
	vap->va_rdev = vp->v_type == VBLK || vp->v_type == VCHR ?
	    rn->rn_rdev : VNOVAL;
	vap->va_bytes = vp->v_type == VREG && rn->rn_host == NULL ?
	    resident(rn->rn_uobj) : round_page(vap->va_size);
	vap->va_filerev = 0;
	vap->va_vaflags = 0;
	mutex_enter(&rumpfs_lock);
	vap->va_atime = rn->rn_atime;
	vap->va_mtime = rn->rn_mtime;
	vap->va_ctime = rn->rn_ctime;
	vap->va_birthtime = rn->rn_birthtime;
	mutex_exit(&rumpfs_lock);
	return 0;
}

static int
set_mode(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp,
	    NULL, genfs_can_chmod(vp, cred, rn->rn_uid, rn->rn_gid, mode));
	if (error != 0)
		return error;
	rn->rn_mode = mode & ALLPERMS;
	rumpfs_touch(rn, RUMPFS_CTIME);
	cache_enter_id(vp, rn->rn_mode, rn->rn_uid, rn->rn_gid, true);
	return 0;
}

static bool
keeps_setid(struct vnode *vp, kauth_action_t action, kauth_cred_t cred)
{

	return kauth_authorize_vnode(cred, action, vp, NULL, EPERM) == 0;
}

static int
set_owner(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = rn->rn_uid;
	if (gid == (gid_t)VNOVAL)
		gid = rn->rn_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(vp, cred, rn->rn_uid, rn->rn_gid, uid,
	    gid));
	if (error != 0)
		return error;
	/* an owner's change must not hand on set-id rights */
	if (rn->rn_uid != uid && !keeps_setid(vp, KAUTH_VNODE_RETAIN_SUID,
	    cred))
		rn->rn_mode &= ~S_ISUID;
	if (rn->rn_gid != gid && !keeps_setid(vp, KAUTH_VNODE_RETAIN_SGID,
	    cred))
		rn->rn_mode &= ~S_ISGID;
	rn->rn_uid = uid;
	rn->rn_gid = gid;
	rumpfs_touch(rn, RUMPFS_CTIME);
	cache_enter_id(vp, rn->rn_mode, rn->rn_uid, rn->rn_gid, true);
	return 0;
}

static int
set_size(struct vnode *vp, off_t size)
{

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		return rumpfs_resize(vp, size);
	case VBLK:
	case VCHR:
	case VFIFO:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

static inline bool
time_set_p(const struct timespec *ts)
{

	return ts->tv_sec != VNOVAL || ts->tv_nsec != VNOVAL;
}

static int
set_times(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, cred, rn->rn_uid, vap->va_vaflags));
	if (error != 0)
		return error;
	mutex_enter(&rumpfs_lock);
	if (time_set_p(&vap->va_atime))
		rn->rn_atime = vap->va_atime;
	if (time_set_p(&vap->va_mtime))
		rn->rn_mtime = vap->va_mtime;
	if (time_set_p(&vap->va_birthtime))
		rn->rn_birthtime = vap->va_birthtime;
	mutex_exit(&rumpfs_lock);
	rumpfs_touch(rn, RUMPFS_CTIME);
	return 0;
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

/*
 * VOP_SETATTR.
 */
int
rumpfs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	int error = 0;

	KASSERT(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	if (unsettable(vap))
		return EINVAL;
	if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	if (vap->va_flags != VNOVALFLAGS && vap->va_flags != 0)
		return EOPNOTSUPP;
	if (vap->va_size != VNOVALSIZE)
		error = set_size(vp, vap->va_size);
	if (error == 0 && (vap->va_uid != (uid_t)VNOVAL ||
	    vap->va_gid != (gid_t)VNOVAL))
		error = set_owner(vp, vap->va_uid, vap->va_gid, ap->a_cred);
	if (error == 0 && vap->va_mode != (mode_t)VNOVAL)
		error = set_mode(vp, vap->va_mode, ap->a_cred);
	if (error == 0 && (time_set_p(&vap->va_atime) ||
	    time_set_p(&vap->va_mtime) || time_set_p(&vap->va_birthtime)))
		error = set_times(vp, vap, ap->a_cred);
	return error;
}

/*
 * VOP_PATHCONF.
 */
int
rumpfs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = RUMPFS_LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = RUMPFS_MAXNAMLEN;
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
		return genfs_pathconf(v);
	}
}
