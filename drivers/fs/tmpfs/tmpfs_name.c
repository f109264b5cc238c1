/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names: looking them up, making and removing them.
 */

#include "tmpfs.h"

/* May the operation that follows change the directory? */
static int
may_change(struct vnode *dvp, const struct componentname *cnp)
{

	if ((dvp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return EROFS;
	return VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
}

static int
lookup_missing(struct vnode *dvp, struct componentname *cnp)
{
	const bool last = (cnp->cn_flags & ISLASTCN) != 0;
	int error;

	/* nothing is made in a directory that was removed */
	if (VP_TO_TMPFS_NODE(dvp)->tn_nlink == 0)
		return ENOENT;
	if (last && (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME)) {
		error = may_change(dvp, cnp);
		return error != 0 ? error : EJUSTRETURN;
	}
	if (cnp->cn_nameiop != CREATE)
		cache_enter(dvp, NULL, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
	return ENOENT;
}

static int
lookup_permit(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	const struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	int error;

	if ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_nameiop != DELETE && cnp->cn_nameiop != RENAME))
		return 0;
	error = may_change(dvp, cnp);
	if (error != 0 || (dn->tn_mode & S_ISTXT) == 0 ||
	    cnp->cn_nameiop == RENAME)
		return error;
	return kauth_authorize_vnode(cnp->cn_cred, KAUTH_VNODE_DELETE, vp,
	    dvp, genfs_can_sticky(dvp, cnp->cn_cred, dn->tn_uid,
	    VP_TO_TMPFS_NODE(vp)->tn_uid));
}

static int
lookup_dotdot(struct vnode *dvp, struct vnode **vpp)
{
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	ino_t id = 0;

	mutex_enter(&dn->tn_mount->tm_lock);
	if (dn->tn_dir->td_parent != NULL)
		id = dn->tn_dir->td_parent->tn_id;
	mutex_exit(&dn->tn_mount->tm_lock);
	if (id == 0)
		return ENOENT;
	return vcache_get(dvp->v_mount, &id, sizeof(id), vpp);
}

/* VOP_LOOKUP. */
int
tmpfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, **vpp = ap->a_vpp;
	struct componentname *cnp = ap->a_cnp;
	struct tmpfs_dirent *te;
	int error;

	*vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_nameiop, cnp->cn_flags, NULL, vpp)) {
		if (*vpp == NULL)
			return ENOENT;
		error = 0;
	} else if ((cnp->cn_flags & ISDOTDOT) != 0) {
		error = lookup_dotdot(dvp, vpp);
	} else if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*vpp = dvp;
		error = 0;
	} else {
		if (cnp->cn_namelen > TMPFS_MAXNAMLEN)
			return ENAMETOOLONG;
		te = tmpfs_dir_lookup(VP_TO_TMPFS_NODE(dvp), cnp->cn_nameptr,
		    cnp->cn_namelen);
		if (te == NULL)
			return lookup_missing(dvp, cnp);
		error = tmpfs_node_vnode(dvp->v_mount, te->te_node, vpp);
	}
	if (error == 0)
		error = lookup_permit(dvp, *vpp, cnp);
	if (error != 0) {
		if (*vpp != NULL)
			vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_flags);
	return 0;
}

/* Make a file of any type with its name; target: text of a symbolic link. */
static int
make_file(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap, char *target)
{
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp), *tn;
	struct tmpfs_dirent *te;
	int error;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	*vpp = NULL;
	if (dn->tn_nlink == 0)
		return ENOENT;
	if (vap->va_type == VDIR && dn->tn_nlink == TMPFS_LINK_MAX)
		return EMLINK;
	if ((dn->tn_flags & (IMMUTABLE | APPEND)) == IMMUTABLE)
		return EPERM;
	error = tmpfs_dirent_alloc(dn->tn_mount, cnp->cn_nameptr,
	    cnp->cn_namelen, &te);
	if (error != 0)
		return error;
	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, target, vpp);
	if (error != 0) {
		tmpfs_dirent_free(dn->tn_mount, te);
		return error;
	}
	tn = VP_TO_TMPFS_NODE(*vpp);
	tmpfs_dir_attach(dn, te, tn);
	if (vap->va_type == VDIR)
		tmpfs_dir_setparent(tn, dn);
	cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_flags);
	return 0;
}

/* VOP_CREATE. */
int
tmpfs_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	if (ap->a_vap->va_type != VREG && ap->a_vap->va_type != VSOCK)
		return EINVAL;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/* VOP_MKNOD. */
int
tmpfs_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;

	if (ap->a_vap->va_type != VBLK && ap->a_vap->va_type != VCHR &&
	    ap->a_vap->va_type != VFIFO && ap->a_vap->va_type != VSOCK)
		return EINVAL;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/* VOP_MKDIR. */
int
tmpfs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	KASSERT(ap->a_vap->va_type == VDIR);
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/* VOP_SYMLINK. */
int
tmpfs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	ap->a_vap->va_type = VLNK;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap,
	    ap->a_target);
}

/* VOP_READLINK. */
int
tmpfs_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(ap->a_vp);
	int error;

	if (ap->a_vp->v_type != VLNK)
		return EINVAL;
	error = uiomove(tn->tn_link, MIN(tn->tn_size, ap->a_uio->uio_resid),
	    ap->a_uio);
	tmpfs_accessed(ap->a_vp);
	return error;
}

/* Take a name out of its directory, and out of the cache. */
static void
remove_name(struct vnode *dvp, struct vnode *vp, struct tmpfs_dirent *te)
{
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);

	tmpfs_dir_detach(dn, te);
	cache_purge(vp);
	tmpfs_dirent_free(dn->tn_mount, te);
}

/* VOP_REMOVE. */
int
tmpfs_remove(void *v)
{
	struct vop_remove_v3_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_dirent *te;
	int error = 0;

	te = tmpfs_dir_lookup(dn, ap->a_cnp->cn_nameptr,
	    ap->a_cnp->cn_namelen);
	if (vp->v_type == VDIR)
		error = EPERM;
	else if (te == NULL || te->te_node != tn)
		error = ENOENT;
	else if ((tn->tn_flags & (IMMUTABLE | APPEND)) != 0 ||
	    (dn->tn_flags & APPEND) != 0)
		error = EPERM;
	else {
		remove_name(dvp, vp, te);
		ap->ctx_vp_new_nlink = tn->tn_nlink;
	}
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	return error;
}

/* VOP_RMDIR. */
int
tmpfs_rmdir(void *v)
{
	struct vop_rmdir_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_dirent *te;
	int error = 0;

	te = tmpfs_dir_lookup(dn, ap->a_cnp->cn_nameptr,
	    ap->a_cnp->cn_namelen);
	if (vp->v_type != VDIR)
		error = ENOTDIR;
	else if (tn->tn_dir->td_count != 0)
		error = ENOTEMPTY;	/* so is what ".." names */
	else if (te == NULL || te->te_node != tn)
		error = ENOENT;
	else if ((tn->tn_flags & (IMMUTABLE | APPEND)) != 0 ||
	    (dn->tn_flags & APPEND) != 0)
		error = EPERM;
	else {
		remove_name(dvp, vp, te);
		tmpfs_dir_setparent(tn, NULL);
		cache_purge(dvp);
	}
	vput(vp);
	return error;
}

/* VOP_LINK. */
int
tmpfs_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct componentname *cnp = ap->a_cnp;
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_dirent *te;
	int error;

	KASSERT(dvp != vp);
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (tn->tn_nlink == 0 || dn->tn_nlink == 0)
		error = ENOENT;
	else if (tn->tn_nlink == TMPFS_LINK_MAX)
		error = EMLINK;
	else if ((tn->tn_flags & (IMMUTABLE | APPEND)) != 0)
		error = EPERM;
	else
		error = kauth_authorize_vnode(cnp->cn_cred,
		    KAUTH_VNODE_ADD_LINK, vp, dvp, 0);
	if (error == 0)
		error = tmpfs_dirent_alloc(dn->tn_mount, cnp->cn_nameptr,
		    cnp->cn_namelen, &te);
	if (error == 0)
		tmpfs_dir_attach(dn, te, tn);
	VOP_UNLOCK(vp);
	return error;
}
