/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names: looking them up, making and removing them.  Whatever belongs to one
 * change is one transaction, so after a crash it has happened or not.
 */

#include "logfs.h"

/*
 * Is a failure for want of space worth a second try?  Space that has been
 * freed can be used once the log is flushed.
 */
bool
lf_retry(struct lf_mount *lm, int error, bool *triedp)
{

	if (error != ENOSPC || *triedp)
		return false;
	*triedp = true;
	return wapbl_flush(lm->lm_mp->mnt_wapbl, 0) == 0;
}

static int
may_change(struct vnode *dvp, const struct componentname *cnp)
{

	if ((dvp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	return VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
}

/* Not found: may it be made? */
static int
lookup_none(struct vnode *dvp, struct componentname *cnp)
{
	int error;

	if (VTOLF(dvp)->ln_d.ld_nlink == 0)
		return ENOENT;
	if ((cnp->cn_flags & ISLASTCN) != 0 &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME)) {
		error = may_change(dvp, cnp);
		return error != 0 ? error : EJUSTRETURN;
	}
	if (cnp->cn_nameiop != CREATE)
		cache_enter(dvp, NULL, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
	return ENOENT;
}

/* Found: may it be taken away, if that is what is wanted? */
static int
lookup_some(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	const struct lf_dinode *dd = &VTOLF(dvp)->ln_d;
	int error;

	if ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_nameiop != DELETE && cnp->cn_nameiop != RENAME))
		return 0;
	error = may_change(dvp, cnp);
	if (error != 0 || (dd->ld_mode & S_ISTXT) == 0 ||
	    cnp->cn_nameiop == RENAME)
		return error;
	return kauth_authorize_vnode(cnp->cn_cred, KAUTH_VNODE_DELETE, vp,
	    dvp, genfs_can_sticky(dvp, cnp->cn_cred, dd->ld_uid,
	    VTOLF(vp)->ln_d.ld_uid));
}

/* VOP_LOOKUP. */
int
lf_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, **vpp = ap->a_vpp;
	struct componentname *cnp = ap->a_cnp;
	ino_t ino;
	int error;

	*vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if (cnp->cn_namelen > LF_MAXNAMLEN)
		return ENAMETOOLONG;
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_nameiop, cnp->cn_flags, NULL, vpp)) {
		if (*vpp == NULL)
			return ENOENT;
	} else if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*vpp = dvp;
	} else {
		error = VTOLF(dvp)->ln_d.ld_nlink == 0 ? ENOENT :
		    lf_dir_lookup(VTOLF(dvp), cnp->cn_nameptr,
		    cnp->cn_namelen, &ino);
		if (error == ENOENT)
			return lookup_none(dvp, cnp);
		if (error == 0)
			error = lf_vget(dvp->v_mount, ino, LK_NONE, vpp);
		/* A name of nothing is damage. */
		if (error != 0)
			return error == ENOENT ? EIO : error;
	}
	error = lookup_some(dvp, *vpp, cnp);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_flags);
	return 0;
}

/* Take n links from a file and write it.  In a transaction. */
int
lf_drop(struct lf_node *ln, uint32_t n)
{

	KASSERT(ln->ln_d.ld_nlink >= n);
	ln->ln_d.ld_nlink -= n;
	if (ln->ln_d.ld_nlink == 0)
		wapbl_register_inode(ln->ln_mount->lm_mp->mnt_wapbl,
		    ln->ln_ino, ln->ln_d.ld_mode);
	lf_touch(ln, LFT_CHANGE);
	return lf_update(ln);
}

/* What a directory or symbolic link holds from the start. */
static int
make_contents(struct lf_node *ln, struct lf_node *dn, const char *target)
{
	const size_t len = target != NULL ? strlen(target) : 0;
	struct buf *bp;
	int error;

	if (ln->ln_vnode->v_type == VDIR)
		return lf_dir_create(ln, dn->ln_ino);
	if (target == NULL || len == 0)
		return 0;
	if (len >= LF_BSIZE)
		return ENAMETOOLONG;
	error = lf_meta_alloc(ln, 0, &bp);
	if (error != 0)
		return error;
	memcpy(bp->b_data, target, len);
	bdwrite(bp);
	ln->ln_d.ld_size = len;
	return 0;
}

/* In a transaction.  On error *vpp, if not NULL, has no name. */
static int
make_locked(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap, const char *target)
{
	const bool dir = vap->va_type == VDIR;
	struct lf_node *dn = VTOLF(dvp), *ln;
	int error, error2;

	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, NULL, vpp);
	if (error != 0)
		return error;
	ln = VTOLF(*vpp);
	error = make_contents(ln, dn, target);
	if (error == 0)
		error = lf_dir_enter(dn, cnp->cn_nameptr, cnp->cn_namelen,
		    ln->ln_ino, ln->ln_d.ld_mode);
	if (error == 0) {
		ln->ln_d.ld_nlink = dir ? 2 : 1;
		dn->ln_d.ld_nlink += dir;
		lf_touch(dn, LFT_MODIFY | LFT_CHANGE);
		error2 = lf_update(ln);
	} else
		error2 = lf_drop(ln, 0);
	/* The directory may have grown in vain. */
	if (error2 == 0)
		error2 = lf_update(dn);
	return error != 0 ? error : error2;
}

/* The inode has no name; to free it needs a transaction of its own. */
static void
make_undo(struct vnode **vpp)
{
	struct vnode *vp = *vpp;

	*vpp = NULL;
	if (vp == NULL)
		return;
	if (vn_lock(vp, LK_EXCLUSIVE) == 0)
		vput(vp);
	else
		vrele(vp);
}

static int
make_file(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap, const char *target)
{
	struct lf_node *dn = VTOLF(dvp);
	struct lf_mount *lm = dn->ln_mount;
	bool tried = false;
	int error;

	*vpp = NULL;
	if (dn->ln_d.ld_nlink == 0)
		return ENOENT;
	if (vap->va_type == VDIR && dn->ln_d.ld_nlink >= LF_LINK_MAX)
		return EMLINK;
	if ((dn->ln_d.ld_flags & IMMUTABLE) != 0)
		return EPERM;
	do {
		error = lf_begin(lm);
		if (error != 0)
			return error;
		error = make_locked(dvp, vpp, cnp, vap, target);
		lf_end(lm);
		if (error != 0)
			make_undo(vpp);
	} while (lf_retry(lm, error, &tried));
	if (error == 0)
		cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
	return error;
}

/* VOP_CREATE. */
int
lf_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	if (ap->a_vap->va_type != VREG && ap->a_vap->va_type != VSOCK)
		return EINVAL;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/* VOP_MKNOD. */
int
lf_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;

	switch (ap->a_vap->va_type) {
	case VBLK:
	case VCHR:
	case VFIFO:
	case VSOCK:
		return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap,
		    NULL);
	default:
		return EINVAL;
	}
}

/* VOP_MKDIR. */
int
lf_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/* VOP_SYMLINK. */
int
lf_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	ap->a_vap->va_type = VLNK;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap,
	    ap->a_target);
}

static int
link_locked(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct lf_node *dn = VTOLF(dvp), *ln = VTOLF(vp);
	int error, error2;

	error = lf_begin(ln->ln_mount);
	if (error != 0)
		return error;
	error = lf_dir_enter(dn, cnp->cn_nameptr, cnp->cn_namelen,
	    ln->ln_ino, ln->ln_d.ld_mode);
	if (error == 0) {
		ln->ln_d.ld_nlink++;
		lf_touch(ln, LFT_CHANGE);
		lf_touch(dn, LFT_MODIFY | LFT_CHANGE);
		error = lf_update(ln);
	}
	error2 = lf_update(dn);
	lf_end(ln->ln_mount);
	return error != 0 ? error : error2;
}

/* VOP_LINK. */
int
lf_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	const struct lf_dinode *ld = &VTOLF(vp)->ln_d;
	bool tried = false;
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (ld->ld_nlink == 0 || VTOLF(dvp)->ln_d.ld_nlink == 0)
		error = ENOENT;
	else if (ld->ld_nlink >= LF_LINK_MAX)
		error = EMLINK;
	else if ((ld->ld_flags & (IMMUTABLE | APPEND)) != 0)
		error = EPERM;
	else
		error = kauth_authorize_vnode(ap->a_cnp->cn_cred,
		    KAUTH_VNODE_ADD_LINK, vp, dvp, 0);
	if (error == 0)
		do
			error = link_locked(dvp, vp, ap->a_cnp);
		while (lf_retry(VTOLF(vp)->ln_mount, error, &tried));
	VOP_UNLOCK(vp);
	return error;
}

/* Take a name away, with as many links as go with it. */
static int
remove_name(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	const bool dir = vp->v_type == VDIR;
	struct lf_node *dn = VTOLF(dvp), *ln = VTOLF(vp);
	int error;

	error = lf_begin(dn->ln_mount);
	if (error != 0)
		return error;
	error = lf_dir_remove(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (error == 0) {
		cache_purge(vp);
		lf_touch(dn, LFT_MODIFY | LFT_CHANGE);
		dn->ln_d.ld_nlink -= dir;
		error = lf_update(dn);
	}
	if (error == 0)
		error = lf_drop(ln, dir ? 2 : 1);
	lf_end(dn->ln_mount);
	return error;
}

/* Is the name still this file's, and may it go? */
static int
remove_check(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct lf_node *dn = VTOLF(dvp), *ln = VTOLF(vp);
	ino_t ino;
	int error;

	error = lf_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen, &ino);
	if (error == 0 && ino != ln->ln_ino)
		error = ENOENT;
	if (error == 0 && ((ln->ln_d.ld_flags & (IMMUTABLE | APPEND)) != 0 ||
	    (dn->ln_d.ld_flags & APPEND) != 0))
		error = EPERM;
	return error;
}

/* VOP_REMOVE. */
int
lf_remove(void *v)
{
	struct vop_remove_v3_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error;

	error = vp->v_type == VDIR ? EPERM :
	    remove_check(dvp, vp, ap->a_cnp);
	if (error == 0)
		error = remove_name(dvp, vp, ap->a_cnp);
	if (error == 0)
		ap->ctx_vp_new_nlink = VTOLF(vp)->ln_d.ld_nlink;
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	return error;
}

/* VOP_RMDIR. */
int
lf_rmdir(void *v)
{
	struct vop_rmdir_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	bool empty;
	int error;

	error = vp->v_type != VDIR ? ENOTDIR :
	    lf_dir_empty(VTOLF(vp), &empty);
	if (error == 0)
		error = empty ? remove_check(dvp, vp, ap->a_cnp) : ENOTEMPTY;
	if (error == 0) {
		error = remove_name(dvp, vp, ap->a_cnp);
		cache_purge(dvp);
	}
	vput(vp);
	return error;
}
