/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations that make and remove names: create, mknod, mkdir,
 * symlink, link, remove, rmdir.  Rename has a file of its own.
 *
 * A new file is made in two transactions: the first gets an inode without
 * links, the second fills it and enters the name.  If the second fails the
 * vnode's release gives the inode back.
 */

#include "ext2.h"

/* Store the text of a symbolic link: in the inode if it fits. */
static int
ext2_symlink_store(struct ext2_tx *tx, struct ext2_inode *ip,
    const char *target)
{
	const size_t len = strlen(target);
	struct buf *bp;
	uint64_t pbn;
	uint32_t run;
	bool isnew;
	int error;

	KASSERT(len > 0 && len < ip->ei_em->em_bsize);
	if (len < sizeof(ip->ei_block)) {
		memcpy(ip->ei_block, target, len);
		ext2_isetsize(ip, len);
		return 0;
	}
	error = ext2_bmap_alloc(tx, ip, 0, 1, &pbn, &run, &isnew);
	if (error != 0)
		return error;
	bp = ext2_getnew(ip->ei_em, pbn);
	memcpy(bp->b_data, target, len);
	ext2_tx_dirty_new(tx, bp);
	ext2_isetsize(ip, len);
	return 0;
}

/*
 * One more subdirectory; from a certain number on it is not counted.
 */
int
ext2_link_subdir(struct ext2_inode *dip)
{

	if (dip->ei_nlink == 1 && EXT2_HAS_R(dip->ei_em, DIR_NLINK))
		return 0;
	if (dip->ei_nlink >= E2_LINK_MAX) {
		if (!EXT2_HAS_R(dip->ei_em, DIR_NLINK))
			return EMLINK;
		dip->ei_nlink = 1;
	} else
		dip->ei_nlink++;
	ext2_idirty(dip);
	return 0;
}

/*
 * One less.
 */
void
ext2_unlink_subdir(struct ext2_inode *dip)
{

	if (dip->ei_nlink > 2) {
		dip->ei_nlink--;
		ext2_idirty(dip);
	}
}

/*
 * May another subdirectory be counted?
 */
int
ext2_subdir_possible(const struct ext2_inode *dip)
{

	return dip->ei_nlink >= E2_LINK_MAX &&
	    !EXT2_HAS_R(dip->ei_em, DIR_NLINK) ? EMLINK : 0;
}

/* Fill a new inode and enter its name. */
static int
ext2_make_fill(struct ext2_tx *tx, struct ext2_inode *dip,
    struct ext2_inode *ip, const struct componentname *cnp,
    const char *target)
{
	const bool isdir = S_ISDIR(ip->ei_mode);
	int error = 0;

	if (isdir && ip->ei_size == 0)
		error = ext2_dir_init(tx, ip, dip->ei_ino);
	else if (target != NULL && ip->ei_size == 0)
		error = ext2_symlink_store(tx, ip, target);
	if (error == 0)
		error = ext2_dir_enter(tx, dip, cnp->cn_nameptr,
		    cnp->cn_namelen, ip->ei_ino, ip->ei_mode);
	if (error != 0)
		return error;
	ip->ei_nlink = isdir ? 2 : 1;
	if (isdir)
		ext2_setparent(ip, dip->ei_ino);
	ext2_idirty(ip);
	return isdir ? ext2_link_subdir(dip) : 0;
}

/*
 * Make a file of any type in dvp and hand out its vnode, not locked.
 */
static int
ext2_make(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap, const char *target)
{
	struct ext2_inode *dip = VTOE(dvp);
	struct ext2_mount *em = dip->ei_em;
	uint16_t type = MAKEIMODE(vap->va_type, 0);
	struct ext2_tx tx;
	u_int tries = 0;
	int error, error2;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	if (S_ISDIR(type) && (error = ext2_subdir_possible(dip)) != 0)
		return error;
	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, &type, vpp);
	if (error != 0)
		return error;
	error = vn_lock(*vpp, LK_EXCLUSIVE);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	do {
		if ((error = ext2_tx_begin(&tx, em)) != 0)
			break;
		error = ext2_make_fill(&tx, dip, VTOE(*vpp), cnp, target);
		error2 = ext2_tx_end(&tx);
		if (error == 0)
			error = error2;
	} while (ext2_tx_retry(em, error, &tries));
	VOP_UNLOCK(*vpp);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_flags);
	return 0;
}

int
ext2fs_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	return ext2_make(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

int
ext2fs_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;

	return ext2_make(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

int
ext2fs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	ap->a_vap->va_type = VDIR;
	return ext2_make(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

int
ext2fs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;
	const struct ext2_mount *em = VTOE(ap->a_dvp)->ei_em;

	if (strlen(ap->a_target) >= MIN(em->em_bsize, MAXPATHLEN))
		return ENAMETOOLONG;
	if (ap->a_target[0] == '\0')
		return ENOENT;
	ap->a_vap->va_type = VLNK;
	return ext2_make(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap,
	    ap->a_target);
}

/* The transaction of link(2); both vnodes are locked. */
static int
ext2_link_locked(struct vnode *dvp, struct vnode *vp,
    const struct componentname *cnp)
{
	struct ext2_inode *dip = VTOE(dvp), *ip = VTOE(vp);
	struct ext2_tx tx;
	u_int tries = 0;
	int error, error2;

	if (ip->ei_nlink == 0)
		return ENOENT;
	if (ip->ei_nlink >= E2_LINK_MAX)
		return EMLINK;
	if ((ip->ei_flags & (E2_FL_IMMUTABLE | E2_FL_APPEND)) != 0)
		return EPERM;
	error = kauth_authorize_vnode(cnp->cn_cred, KAUTH_VNODE_ADD_LINK, vp,
	    dvp, 0);
	if (error != 0)
		return error;
	do {
		if ((error = ext2_tx_begin(&tx, ip->ei_em)) != 0)
			return error;
		error = ext2_dir_enter(&tx, dip, cnp->cn_nameptr,
		    cnp->cn_namelen, ip->ei_ino, ip->ei_mode);
		if (error == 0) {
			ip->ei_nlink++;
			ext2_imark(ip, EIU_CHANGE);
		}
		error2 = ext2_tx_end(&tx);
		if (error == 0)
			error = error2;
	} while (ext2_tx_retry(ip->ei_em, error, &tries));
	return error;
}

int
ext2fs_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct componentname *cnp = ap->a_cnp;
	int error;

	KASSERT(dvp != vp);
	if (vp->v_type == VDIR)
		return EPERM;
	if (dvp->v_mount != vp->v_mount)
		return EXDEV;
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	error = ext2_link_locked(dvp, vp, cnp);
	VOP_UNLOCK(vp);
	if (error == 0)
		cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	return error;
}

/*
 * May a file, whose vnode is locked, lose a name?  Without the last one it
 * lives on while it is open: nobody else may be given its inode then.
 */
int
ext2_unlink_check(struct ext2_inode *ip)
{

	if (ip->ei_nlink == 0)
		return ext2_damaged(ip->ei_em, "inode %" PRIu64
		    ": has more names than links", ip->ei_ino);
	if (ip->ei_nlink > 1 && !S_ISDIR(ip->ei_mode))
		return 0;
	return ext2_iinuse(ip->ei_em, ip->ei_ino);
}

/* Flags that forbid taking vp out of dvp. */
static bool
ext2_remove_forbidden(const struct ext2_inode *dip,
    const struct ext2_inode *ip)
{

	return (ip->ei_flags & (E2_FL_IMMUTABLE | E2_FL_APPEND)) != 0 ||
	    (dip->ei_flags & (E2_FL_IMMUTABLE | E2_FL_APPEND)) != 0;
}

int
ext2fs_remove(void *v)
{
	struct vop_remove_v3_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct ext2_inode *dip = VTOE(dvp), *ip = VTOE(vp);
	struct componentname *cnp = ap->a_cnp;
	struct ext2_tx tx;
	int error, error2;

	error = EPERM;
	if (vp->v_type == VDIR || ext2_remove_forbidden(dip, ip))
		goto out;
	if ((error = ext2_unlink_check(ip)) != 0)
		goto out;
	if ((error = ext2_tx_begin(&tx, ip->ei_em)) != 0)
		goto out;
	error = ext2_dir_remove(&tx, dip, cnp->cn_nameptr, cnp->cn_namelen,
	    ip->ei_ino);
	if (error == 0) {
		KASSERT(ip->ei_nlink > 0);
		ip->ei_nlink--;
		ext2_imark(ip, EIU_CHANGE);
		ap->ctx_vp_new_nlink = ip->ei_nlink;
	}
	error2 = ext2_tx_end(&tx);
	if (error == 0) {
		error = error2;
		cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	}
out:
	vput(vp);
	return error;
}

/* May the directory ip be removed from dip? */
static int
ext2_rmdir_check(struct ext2_inode *dip, struct ext2_inode *ip)
{
	bool empty;
	int error;

	error = ext2_dir_isempty(ip, &empty);
	if (error != 0)
		return error;
	if (!empty)
		return ENOTEMPTY;
	return ext2_remove_forbidden(dip, ip) ? EPERM :
	    ext2_unlink_check(ip);
}

int
ext2fs_rmdir(void *v)
{
	struct vop_rmdir_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct ext2_inode *dip = VTOE(dvp), *ip = VTOE(vp);
	struct componentname *cnp = ap->a_cnp;
	struct ext2_tx tx;
	int error, error2;

	KASSERT(vp->v_type == VDIR);
	error = EINVAL;
	if (dvp == vp)
		goto out;
	if ((error = ext2_rmdir_check(dip, ip)) != 0)
		goto out;
	if ((error = ext2_tx_begin(&tx, ip->ei_em)) != 0)
		goto out;
	error = ext2_dir_remove(&tx, dip, cnp->cn_nameptr, cnp->cn_namelen,
	    ip->ei_ino);
	if (error == 0) {
		ext2_unlink_subdir(dip);
		ip->ei_nlink = 0;
		ext2_imark(ip, EIU_CHANGE);
	}
	error2 = ext2_tx_end(&tx);
	if (error == 0) {
		error = error2;
		cache_purge(vp);
		cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	}
out:
	vput(vp);
	return error;
}
