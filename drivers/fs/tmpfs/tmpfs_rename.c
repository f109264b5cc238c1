/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renaming, within genfs_rename(9): that one finds a safe order of locks and
 * asks the functions below for everything that is tmpfs's own.
 */

#include "tmpfs.h"

static bool
rn_directory_empty_p(struct mount *mp, kauth_cred_t cred, struct vnode *vp,
    struct vnode *dvp)
{

	return VP_TO_TMPFS_NODE(vp)->tn_dir->td_count == 0;
}

static int
rn_rename_check_possible(struct mount *mp, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{

	return genfs_ufslike_rename_check_possible(
	    VP_TO_TMPFS_NODE(fdvp)->tn_flags, VP_TO_TMPFS_NODE(fvp)->tn_flags,
	    VP_TO_TMPFS_NODE(tdvp)->tn_flags,
	    tvp != NULL ? VP_TO_TMPFS_NODE(tvp)->tn_flags : 0,
	    tvp != NULL, IMMUTABLE, APPEND);
}

static int
rn_rename_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{
	const struct tmpfs_node *fdn = VP_TO_TMPFS_NODE(fdvp);
	const struct tmpfs_node *tdn = VP_TO_TMPFS_NODE(tdvp);

	return genfs_ufslike_rename_check_permitted(cred, fdvp, fdn->tn_mode,
	    fdn->tn_uid, fvp, VP_TO_TMPFS_NODE(fvp)->tn_uid, tdvp,
	    tdn->tn_mode, tdn->tn_uid, tvp,
	    tvp != NULL ? VP_TO_TMPFS_NODE(tvp)->tn_uid : 0);
}

static int
rn_remove_check_possible(struct mount *mp, struct vnode *dvp,
    struct vnode *vp)
{

	return genfs_ufslike_remove_check_possible(
	    VP_TO_TMPFS_NODE(dvp)->tn_flags, VP_TO_TMPFS_NODE(vp)->tn_flags,
	    IMMUTABLE, APPEND);
}

static int
rn_remove_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *dvp, struct vnode *vp)
{
	const struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);

	return genfs_ufslike_remove_check_permitted(cred, dvp, dn->tn_mode,
	    dn->tn_uid, vp, VP_TO_TMPFS_NODE(vp)->tn_uid);
}

/* Take away the name that the rename overwrites. */
static void
rename_over(struct tmpfs_node *tdn, struct tmpfs_dirent *te)
{
	struct tmpfs_node *tn = te->te_node;

	tmpfs_dir_detach(tdn, te);
	tmpfs_dirent_free(tdn->tn_mount, te);
	if (tn->tn_type == VDIR)
		tmpfs_dir_setparent(tn, NULL);
}

static int
rn_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp, nlink_t *tvp_nlinkp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	struct tmpfs_node *fdn = VP_TO_TMPFS_NODE(fdvp);
	struct tmpfs_node *tdn = VP_TO_TMPFS_NODE(tdvp);
	struct tmpfs_node *fn = VP_TO_TMPFS_NODE(fvp);
	struct tmpfs_dirent *fte, *tte, *nte;
	int error;

	fte = tmpfs_dir_lookup(fdn, fcnp->cn_nameptr, fcnp->cn_namelen);
	tte = tmpfs_dir_lookup(tdn, tcnp->cn_nameptr, tcnp->cn_namelen);
	if (fte == NULL || fte->te_node != fn)
		return ENOENT;
	KASSERT((tte == NULL) == (tvp == NULL));
	if (fn->tn_type == VDIR && fdn != tdn &&
	    tdn->tn_nlink == TMPFS_LINK_MAX)
		return EMLINK;
	error = tmpfs_dirent_alloc(tm, tcnp->cn_nameptr, tcnp->cn_namelen,
	    &nte);
	if (error != 0)
		return error;

	/* from here on nothing fails */
	if (tte != NULL)
		rename_over(tdn, tte);
	tmpfs_dir_attach(tdn, nte, fn);
	tmpfs_dir_detach(fdn, fte);
	tmpfs_dirent_free(tm, fte);
	if (fn->tn_type == VDIR && fdn != tdn)
		tmpfs_dir_setparent(fn, tdn);
	if (tvp != NULL)
		*tvp_nlinkp = VP_TO_TMPFS_NODE(tvp)->tn_nlink;
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	return 0;
}

static int
rn_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp, nlink_t *nlinkp)
{
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	struct tmpfs_dirent *te;

	te = tmpfs_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (te == NULL || te->te_node != VP_TO_TMPFS_NODE(vp))
		return ENOENT;
	tmpfs_dir_detach(dn, te);
	tmpfs_dirent_free(dn->tn_mount, te);
	cache_purge(vp);
	*nlinkp = VP_TO_TMPFS_NODE(vp)->tn_nlink;
	return 0;
}

static int
rn_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de, struct vnode **vpp)
{
	struct tmpfs_node *dn = VP_TO_TMPFS_NODE(dvp);
	struct tmpfs_dirent *te;

	te = tmpfs_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (te == NULL)
		return ENOENT;
	return tmpfs_node_vnode(mp, te->te_node, vpp);
}

static int
rn_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **interposep)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	struct tmpfs_node *fdn = VP_TO_TMPFS_NODE(fdvp), *tn;
	ino_t id = 0;
	int error = 0;

	KASSERT(fdvp != tdvp);
	*interposep = NULL;
	mutex_enter(&tm->tm_lock);
	for (tn = VP_TO_TMPFS_NODE(tdvp); tn != tm->tm_root;
	    tn = tn->tn_dir->td_parent) {
		if (tn->tn_dir->td_parent == NULL) {
			error = ENOENT;
			break;
		}
		if (tn->tn_dir->td_parent == fdn) {
			id = tn->tn_id;
			break;
		}
	}
	mutex_exit(&tm->tm_lock);
	if (error == 0 && id != 0)
		error = vcache_get(mp, &id, sizeof(id), interposep);
	return error;
}

static int
rn_lock_directory(struct mount *mp, struct vnode *vp)
{
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (VP_TO_TMPFS_NODE(vp)->tn_nlink == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops tmpfs_rename_ops = {
	.gro_directory_empty_p = rn_directory_empty_p,
	.gro_rename_check_possible = rn_rename_check_possible,
	.gro_rename_check_permitted = rn_rename_check_permitted,
	.gro_remove_check_possible = rn_remove_check_possible,
	.gro_remove_check_permitted = rn_remove_check_permitted,
	.gro_rename = rn_rename,
	.gro_remove = rn_remove,
	.gro_lookup = rn_lookup,
	.gro_genealogy = rn_genealogy,
	.gro_lock_directory = rn_lock_directory,
};

static int
tmpfs_sane_rename(struct vnode *fdvp, struct componentname *fcnp,
    struct vnode *tdvp, struct componentname *tcnp, kauth_cred_t cred,
    bool posixly_correct)
{
	char fde, tde;		/* names are looked up again, nothing is kept */

	return genfs_sane_rename(&tmpfs_rename_ops, fdvp, fcnp, &fde, tdvp,
	    tcnp, &tde, cred, posixly_correct);
}

/* VOP_RENAME. */
int
tmpfs_rename(void *v)
{

	return genfs_insane_rename(v, &tmpfs_sane_rename);
}
