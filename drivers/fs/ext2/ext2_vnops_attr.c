/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations on what a file is rather than what it holds: access,
 * getattr, setattr, pathconf.
 */

#include "ext2.h"

#include <sys/unistd.h>

/* The format has one bit where chflags(2) knows two kinds. */
static u_long
ext2_flags_tovattr(uint32_t flags)
{

	return ((flags & E2_FL_APPEND) != 0 ? SF_APPEND : 0) |
	    ((flags & E2_FL_IMMUTABLE) != 0 ? SF_IMMUTABLE : 0) |
	    ((flags & E2_FL_NODUMP) != 0 ? UF_NODUMP : 0);
}

#define	EXT2_VAFLAGS	(SF_APPEND | SF_IMMUTABLE | UF_NODUMP)

static uint32_t
ext2_flags_fromvattr(u_long flags)
{

	return ((flags & SF_APPEND) != 0 ? E2_FL_APPEND : 0) |
	    ((flags & SF_IMMUTABLE) != 0 ? E2_FL_IMMUTABLE : 0) |
	    ((flags & UF_NODUMP) != 0 ? E2_FL_NODUMP : 0);
}

int
ext2fs_access(void *v)
{
	struct vop_access_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ext2_inode *ip = VTOE(vp);
	const mode_t mode = ip->ei_mode & ALLPERMS;

	if ((ap->a_accmode & VWRITE) != 0) {
		if ((vp->v_type == VREG || vp->v_type == VDIR ||
		    vp->v_type == VLNK) &&
		    (vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
			return EROFS;
		if ((ip->ei_flags & E2_FL_IMMUTABLE) != 0)
			return EPERM;
	}
	return kauth_authorize_vnode(ap->a_cred,
	    KAUTH_ACCESS_ACTION(ap->a_accmode, vp->v_type, mode), vp, NULL,
	    genfs_can_access(vp, ap->a_cred, ip->ei_uid, ip->ei_gid, mode,
	    NULL, ap->a_accmode));
}

int
ext2fs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	struct ext2_inode *ip = VTOE(vp);

	vap->va_fsid = ip->ei_em->em_dev;
	vap->va_fileid = ip->ei_ino;
	vap->va_type = vp->v_type;
	vap->va_mode = ip->ei_mode & ALLPERMS;
	vap->va_nlink = ip->ei_nlink;
	vap->va_uid = ip->ei_uid;
	vap->va_gid = ip->ei_gid;
	vap->va_rdev = ip->ei_rdev;
	vap->va_gen = ip->ei_gen;
	vap->va_flags = ext2_flags_tovattr(ip->ei_flags);
	vap->va_vaflags = 0;
	vap->va_blocksize = MAX(ip->ei_em->em_bsize, PAGE_SIZE);

	mutex_enter(&ip->ei_lock);
	vap->va_size = ip->ei_size;
	vap->va_atime = ip->ei_atime;
	vap->va_mtime = ip->ei_mtime;
	vap->va_ctime = ip->ei_ctime;
	vap->va_birthtime = ip->ei_btime;
	vap->va_filerev = ip->ei_modrev;
	mutex_exit(&ip->ei_lock);
	rw_enter(&ip->ei_maplock, RW_READER);
	vap->va_bytes = ip->ei_blocks << DEV_BSHIFT;
	rw_exit(&ip->ei_maplock);
	/* Programs take a file without any for one that is all hole. */
	if (ip->ei_inline != NULL && vp->v_type == VREG)
		vap->va_bytes += roundup2(ip->ei_size, DEV_BSIZE);
	return 0;
}

static int
ext2_chflags(struct vnode *vp, u_long flags, kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	const u_long old = ext2_flags_tovattr(ip->ei_flags);
	kauth_action_t action = KAUTH_VNODE_WRITE_FLAGS;
	bool sys = false;
	int error;

	if ((flags & ~EXT2_VAFLAGS) != 0)
		return EOPNOTSUPP;
	if ((old & SF_SETTABLE) != 0)
		action |= KAUTH_VNODE_HAS_SYSFLAGS;
	if (((flags ^ old) & SF_SETTABLE) != 0) {
		action |= KAUTH_VNODE_WRITE_SYSFLAGS;
		sys = true;
	}
	error = kauth_authorize_vnode(cred, action, vp, NULL,
	    genfs_can_chflags(vp, cred, ip->ei_uid, sys));
	if (error != 0)
		return error;
	ip->ei_flags = (ip->ei_flags & ~ext2_flags_fromvattr(EXT2_VAFLAGS)) |
	    ext2_flags_fromvattr(flags);
	ext2_imark(ip, EIU_CHANGE);
	return 0;
}

static int
ext2_chown(struct vnode *vp, uid_t uid, gid_t gid, kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	uint16_t drop = 0;
	int error;

	if (uid == (uid_t)VNOVAL)
		uid = ip->ei_uid;
	if (gid == (gid_t)VNOVAL)
		gid = ip->ei_gid;
	error = kauth_authorize_vnode(cred, KAUTH_VNODE_CHANGE_OWNERSHIP, vp,
	    NULL, genfs_can_chown(vp, cred, ip->ei_uid, ip->ei_gid, uid,
	    gid));
	if (error != 0)
		return error;
	if (uid != ip->ei_uid && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SUID, vp, NULL, EPERM) != 0)
		drop |= S_ISUID;
	if (gid != ip->ei_gid && kauth_authorize_vnode(cred,
	    KAUTH_VNODE_RETAIN_SGID, vp, NULL, EPERM) != 0)
		drop |= S_ISGID;
	ip->ei_uid = uid;
	ip->ei_gid = gid;
	ip->ei_mode &= ~drop;
	ext2_imark(ip, EIU_CHANGE);
	return 0;
}

static int
ext2_chmod(struct vnode *vp, mode_t mode, kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_SECURITY, vp,
	    NULL, genfs_can_chmod(vp, cred, ip->ei_uid, ip->ei_gid, mode));
	if (error != 0)
		return error;
	ip->ei_mode = (ip->ei_mode & ~ALLPERMS) | (mode & ALLPERMS);
	ext2_imark(ip, EIU_CHANGE);
	return 0;
}

static int
ext2_chtimes(struct vnode *vp, const struct vattr *vap, kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	int error;

	error = kauth_authorize_vnode(cred, KAUTH_VNODE_WRITE_TIMES, vp, NULL,
	    genfs_can_chtimes(vp, cred, ip->ei_uid, vap->va_vaflags));
	if (error != 0)
		return error;
	ext2_imark(ip, EIU_CHANGE);
	mutex_enter(&ip->ei_lock);
	if (vap->va_atime.tv_sec != VNOVAL)
		ip->ei_atime = vap->va_atime;
	if (vap->va_mtime.tv_sec != VNOVAL)
		ip->ei_mtime = vap->va_mtime;
	if (vap->va_birthtime.tv_sec != VNOVAL)
		ip->ei_btime = vap->va_birthtime;
	mutex_exit(&ip->ei_lock);
	return 0;
}

static int
ext2_chsize(struct vnode *vp, uint64_t size, kauth_cred_t cred)
{
	const struct ext2_inode *ip = VTOE(vp);

	switch (vp->v_type) {
	case VDIR:
		return EISDIR;
	case VREG:
		if ((ip->ei_flags & E2_FL_APPEND) != 0)
			return EPERM;
		return ext2_truncate(vp, size, cred);
	case VCHR:
	case VBLK:
	case VFIFO:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

/* What lives in the inode alone: one transaction. */
static int
ext2_setattr_inode(struct vnode *vp, const struct vattr *vap,
    kauth_cred_t cred)
{
	struct ext2_inode *ip = VTOE(vp);
	struct ext2_tx tx;
	int error, error2;

	if ((error = ext2_tx_begin(&tx, ip->ei_em)) != 0)
		return error;
	tx.tx_changed = true;
	if (vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL)
		error = ext2_chown(vp, vap->va_uid, vap->va_gid, cred);
	if (error == 0 && (vap->va_atime.tv_sec != VNOVAL ||
	    vap->va_mtime.tv_sec != VNOVAL ||
	    vap->va_birthtime.tv_sec != VNOVAL))
		error = ext2_chtimes(vp, vap, cred);
	if (error == 0 && vap->va_mode != (mode_t)VNOVAL)
		error = ext2_chmod(vp, vap->va_mode, cred);
	cache_enter_id(vp, ip->ei_mode & ALLPERMS, ip->ei_uid, ip->ei_gid,
	    true);
	error2 = ext2_tx_end(&tx);
	return error != 0 ? error : error2;
}

static int
ext2_setattr_flags(struct vnode *vp, u_long flags, kauth_cred_t cred)
{
	struct ext2_tx tx;
	int error, error2;

	if ((error = ext2_tx_begin(&tx, VTOE(vp)->ei_em)) != 0)
		return error;
	tx.tx_changed = true;
	error = ext2_chflags(vp, flags, cred);
	error2 = ext2_tx_end(&tx);
	return error != 0 ? error : error2;
}

int
ext2fs_setattr(void *v)
{
	struct vop_setattr_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct vattr *vap = ap->a_vap;
	struct ext2_inode *ip = VTOE(vp);
	int error;

	if (vap->va_type != VNON || vap->va_nlink != (nlink_t)VNOVAL ||
	    vap->va_fsid != (dev_t)VNOVAL ||
	    vap->va_fileid != (ino_t)VNOVAL ||
	    vap->va_blocksize != VNOVAL || vap->va_rdev != (dev_t)VNOVAL ||
	    vap->va_bytes != (u_quad_t)VNOVAL ||
	    vap->va_gen != (u_long)VNOVAL)
		return EINVAL;
	if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	if (vap->va_flags != VNOVALFLAGS) {
		error = ext2_setattr_flags(vp, vap->va_flags, ap->a_cred);
		if (error != 0)
			return error;
		if ((vap->va_flags & (SF_IMMUTABLE | SF_APPEND)) != 0)
			return 0;
	}
	if ((ip->ei_flags & (E2_FL_IMMUTABLE | E2_FL_APPEND)) != 0 &&
	    (vap->va_mode != (mode_t)VNOVAL ||
	    vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL ||
	    vap->va_size != VNOVALSIZE || vap->va_atime.tv_sec != VNOVAL ||
	    vap->va_mtime.tv_sec != VNOVAL))
		return EPERM;
	if (vap->va_size != VNOVALSIZE) {
		error = ext2_chsize(vp, vap->va_size, ap->a_cred);
		if (error != 0)
			return error;
	}
	return ext2_setattr_inode(vp, vap, ap->a_cred);
}

int
ext2fs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = E2_LINK_MAX;
		return 0;
	case _PC_NAME_MAX:
		*ap->a_retval = E2_NAME_MAX;
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
		*ap->a_retval = 42;
		return 0;
	case _PC_SYMLINK_MAX:
		*ap->a_retval = MIN(VTOE(ap->a_vp)->ei_em->em_bsize,
		    MAXPATHLEN) - 1;
		return 0;
	default:
		return genfs_pathconf(v);
	}
}
