/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_name.c: names in the root file system: looking them up, making and
 * removing them.
 *
 * In the root directory the keys of rump_etfs(3) come first.  A key may have
 * slashes in it; VOP_PARSEPATH then takes all of it for one name.  As that
 * only works from the root, the first part of such a key is never entered in
 * the name cache, or lookups would go that way without asking.
 */

#include "rumpfs.h"

#include <miscfs/genfs/genfs.h>

#include <uvm/uvm_extern.h>

/*
 * VOP_PARSEPATH: called without locks.
 */
int
rumpfs_parsepath(void *v)
{
	struct vop_parsepath_args *ap = v;

	if ((ap->a_dvp->v_vflag & VV_ROOT) != 0) {
		*ap->a_retval = etfs_match(ap->a_name);
		if (*ap->a_retval != 0)
			return 0;
	}
	return genfs_parsepath(v);
}

static bool
changes_name(const struct componentname *cnp)
{

	return (cnp->cn_flags & ISLASTCN) != 0 &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME);
}

static void
name_cache_enter(struct vnode *dvp, struct vnode *vp,
    const struct componentname *cnp)
{

	if ((dvp->v_vflag & VV_ROOT) == 0 ||
	    !etfs_first_p(cnp->cn_nameptr, cnp->cn_namelen))
		cache_enter(dvp, vp, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
}

static int
lookup_missing(struct vnode *dvp, struct componentname *cnp)
{
	int error;

	if (VP_TO_RUMPFS(dvp)->rn_nlink == 0)
		return ENOENT;
	if ((cnp->cn_flags & ISLASTCN) != 0 &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME)) {
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		return error != 0 ? error : EJUSTRETURN;
	}
	if (cnp->cn_nameiop != CREATE)
		name_cache_enter(dvp, NULL, cnp);
	return ENOENT;
}

/*
 * May the name that was found be taken away?
 */
static int
lookup_permit(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	const struct rumpfs_node *dn = VP_TO_RUMPFS(dvp);
	int error;

	if (!changes_name(cnp))
		return 0;
	error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
	if (error != 0 || (dn->rn_mode & S_ISTXT) == 0 ||
	    cnp->cn_nameiop == RENAME)
		return error;
	return kauth_authorize_vnode(cnp->cn_cred, KAUTH_VNODE_DELETE, vp,
	    dvp, genfs_can_sticky(dvp, cnp->cn_cred, dn->rn_uid,
	    VP_TO_RUMPFS(vp)->rn_uid));
}

/*
 * Names answered without the directory: ".." and ".".
 */
static int
lookup_dots(struct vnode *dvp, struct componentname *cnp, struct vnode **vpp)
{
	struct rumpfs_node *dn = VP_TO_RUMPFS(dvp);
	ino_t id;

	if ((cnp->cn_flags & ISDOTDOT) == 0) {
		vref(dvp);
		*vpp = dvp;
		return 0;
	}
	if (dn->rn_etfs != NULL && !etfs_alive(dn->rn_etfs))
		return ENOENT;
	id = rumpfs_dir_parent(dn);
	return id == 0 ? ENOENT : rumpfs_node_vnode(id, vpp);
}

static bool
dots_p(const struct componentname *cnp)
{

	return (cnp->cn_flags & ISDOTDOT) != 0 ||
	    (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.');
}

static int
lookup_name(struct vnode *dvp, struct componentname *cnp, struct vnode **vpp)
{
	struct rumpfs_dirent *re;

	if (VP_TO_RUMPFS(dvp)->rn_host != NULL)
		return rumpfs_host_lookup(dvp, cnp, vpp);
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_nameiop, cnp->cn_flags, NULL, vpp))
		return *vpp == NULL ? ENOENT : 0;
	if (cnp->cn_namelen > RUMPFS_MAXNAMLEN)
		return ENAMETOOLONG;
	re = rumpfs_dir_lookup(VP_TO_RUMPFS(dvp), cnp->cn_nameptr,
	    cnp->cn_namelen);
	if (re == NULL)
		return lookup_missing(dvp, cnp);
	return rumpfs_node_vnode(re->re_node->rn_id, vpp);
}

/*
 * VOP_LOOKUP.
 */
int
rumpfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, **vpp = ap->a_vpp;
	struct componentname *cnp = ap->a_cnp;
	ino_t id;
	int error;

	KASSERT(VOP_ISLOCKED(dvp) != 0);
	*vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if ((dvp->v_vflag & VV_ROOT) != 0 &&
	    etfs_lookup(cnp->cn_nameptr, cnp->cn_namelen, &id))
		return changes_name(cnp) ? EBUSY : rumpfs_node_vnode(id, vpp);
	error = dots_p(cnp) ? lookup_dots(dvp, cnp, vpp) :
	    lookup_name(dvp, cnp, vpp);
	if (error == 0)
		error = lookup_permit(dvp, *vpp, cnp);
	if (error != 0) {
		if (*vpp != NULL)
			vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	if (!dots_p(cnp) && VP_TO_RUMPFS(dvp)->rn_host == NULL)
		name_cache_enter(dvp, *vpp, cnp);
	return 0;
}

/*
 * Make a file of any type with its name; target: text of a symbolic link.
 */
static int
make_file(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap, char *target)
{
	struct rumpfs_node *dn = VP_TO_RUMPFS(dvp), *rn;
	struct rumpfs_dirent *re;
	int error;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	KASSERT(dn->rn_host == NULL);
	*vpp = NULL;
	if (dn->rn_nlink == 0)
		return ENOENT;
	if (vap->va_type == VDIR && dn->rn_nlink == RUMPFS_LINK_MAX)
		return EMLINK;
	error = vcache_new(dvp->v_mount, dvp, vap, cnp->cn_cred, target, vpp);
	if (error != 0)
		return error;
	rn = VP_TO_RUMPFS(*vpp);
	re = rumpfs_dirent_alloc(cnp->cn_nameptr, cnp->cn_namelen);
	rumpfs_dir_attach(dn, re, rn);
	if (vap->va_type == VDIR)
		rumpfs_dir_setparent(rn, dn);
	name_cache_enter(dvp, *vpp, cnp);
	return 0;
}

/*
 * VOP_CREATE.
 */
int
rumpfs_create(void *v)
{
	struct vop_create_v3_args *ap = v;

	if (ap->a_vap->va_type != VREG && ap->a_vap->va_type != VSOCK)
		return EINVAL;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/*
 * VOP_MKNOD.
 */
int
rumpfs_mknod(void *v)
{
	struct vop_mknod_v3_args *ap = v;

	if (ap->a_vap->va_type != VBLK && ap->a_vap->va_type != VCHR &&
	    ap->a_vap->va_type != VFIFO)
		return EINVAL;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/*
 * VOP_MKDIR.
 */
int
rumpfs_mkdir(void *v)
{
	struct vop_mkdir_v3_args *ap = v;

	KASSERT(ap->a_vap->va_type == VDIR);
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap, NULL);
}

/*
 * VOP_SYMLINK.
 */
int
rumpfs_symlink(void *v)
{
	struct vop_symlink_v3_args *ap = v;

	ap->a_vap->va_type = VLNK;
	return make_file(ap->a_dvp, ap->a_vpp, ap->a_cnp, ap->a_vap,
	    ap->a_target);
}

/*
 * Take the name of vp out of dvp, and out of the cache.  ENOENT if it does
 * not name that any more.
 */
static int
remove_name(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct rumpfs_node *dn = VP_TO_RUMPFS(dvp);
	struct rumpfs_dirent *re;

	re = rumpfs_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (re == NULL || re->re_node != VP_TO_RUMPFS(vp))
		return ENOENT;
	rumpfs_dir_detach(dn, re);
	rumpfs_dirent_free(re);
	cache_purge(vp);
	return 0;
}

/*
 * VOP_REMOVE.
 */
int
rumpfs_remove(void *v)
{
	struct vop_remove_v3_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	int error;

	if (vp->v_type == VDIR)
		error = EPERM;
	else
		error = remove_name(dvp, vp, ap->a_cnp);
	if (error == 0)
		ap->ctx_vp_new_nlink = VP_TO_RUMPFS(vp)->rn_nlink;
	if (dvp == vp)
		vrele(vp);
	else
		vput(vp);
	return error;
}

/*
 * VOP_RMDIR.
 */
int
rumpfs_rmdir(void *v)
{
	struct vop_rmdir_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	int error;

	if (vp->v_type != VDIR)
		error = ENOTDIR;
	else if (!TAILQ_EMPTY(&rn->rn_dir.rd_entries))
		error = ENOTEMPTY;
	else
		error = remove_name(dvp, vp, ap->a_cnp);
	if (error == 0) {
		rumpfs_dir_setparent(rn, NULL);
		KASSERT(rn->rn_nlink == 0);
	}
	vput(vp);
	return error;
}

/*
 * VOP_LINK.
 */
int
rumpfs_link(void *v)
{
	struct vop_link_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp = ap->a_vp;
	struct componentname *cnp = ap->a_cnp;
	struct rumpfs_node *dn = VP_TO_RUMPFS(dvp), *rn = VP_TO_RUMPFS(vp);
	int error;

	KASSERT(dvp != vp);
	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (rn->rn_nlink == 0 || dn->rn_nlink == 0)
		error = ENOENT;
	else if (rn->rn_nlink == RUMPFS_LINK_MAX)
		error = EMLINK;
	else if (vp->v_type == VDIR || rn->rn_etfs != NULL)
		error = EPERM;
	else
		error = kauth_authorize_vnode(cnp->cn_cred,
		    KAUTH_VNODE_ADD_LINK, vp, dvp, 0);
	if (error == 0)
		rumpfs_dir_attach(dn, rumpfs_dirent_alloc(cnp->cn_nameptr,
		    cnp->cn_namelen), rn);
	VOP_UNLOCK(vp);
	return error;
}
