/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_rename.c: renaming in the root file system, within genfs_rename(9):
 * that one finds a safe order of locks and asks the functions below for
 * everything that is this file system's own.
 */

#include "rumpfs.h"

#include <miscfs/genfs/genfs.h>

static bool
rn_directory_empty_p(struct mount *mp, kauth_cred_t cred, struct vnode *vp,
    struct vnode *dvp)
{

	return TAILQ_EMPTY(&VP_TO_RUMPFS(vp)->rn_dir.rd_entries);
}

/* Files of the host stay where they are. */
static int
rn_rename_check_possible(struct mount *mp, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{

	return VP_TO_RUMPFS(fdvp)->rn_etfs != NULL ||
	    VP_TO_RUMPFS(tdvp)->rn_etfs != NULL ? EROFS : 0;
}

static int
rn_rename_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{
	const struct rumpfs_node *fdn = VP_TO_RUMPFS(fdvp);
	const struct rumpfs_node *tdn = VP_TO_RUMPFS(tdvp);

	return genfs_ufslike_rename_check_permitted(cred, fdvp, fdn->rn_mode,
	    fdn->rn_uid, fvp, VP_TO_RUMPFS(fvp)->rn_uid, tdvp, tdn->rn_mode,
	    tdn->rn_uid, tvp, tvp != NULL ? VP_TO_RUMPFS(tvp)->rn_uid : 0);
}

static int
rn_remove_check_possible(struct mount *mp, struct vnode *dvp,
    struct vnode *vp)
{

	return VP_TO_RUMPFS(dvp)->rn_etfs != NULL ? EROFS : 0;
}

static int
rn_remove_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *dvp, struct vnode *vp)
{
	const struct rumpfs_node *dn = VP_TO_RUMPFS(dvp);

	return genfs_ufslike_remove_check_permitted(cred, dvp, dn->rn_mode,
	    dn->rn_uid, vp, VP_TO_RUMPFS(vp)->rn_uid);
}

/* Take away the name that the rename overwrites. */
static void
rename_over(struct rumpfs_node *tdn, struct rumpfs_dirent *re)
{
	struct rumpfs_node *rn = re->re_node;

	rumpfs_dir_detach(tdn, re);
	rumpfs_dirent_free(re);
	if (rn->rn_type == VDIR)
		rumpfs_dir_setparent(rn, NULL);
}

static int
rn_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp, nlink_t *tvp_nlinkp)
{
	struct rumpfs_node *fdn = VP_TO_RUMPFS(fdvp);
	struct rumpfs_node *tdn = VP_TO_RUMPFS(tdvp);
	struct rumpfs_node *fn = VP_TO_RUMPFS(fvp);
	struct rumpfs_dirent *fre, *tre;

	fre = rumpfs_dir_lookup(fdn, fcnp->cn_nameptr, fcnp->cn_namelen);
	tre = rumpfs_dir_lookup(tdn, tcnp->cn_nameptr, tcnp->cn_namelen);
	if (fre == NULL || fre->re_node != fn)
		return ENOENT;
	KASSERT((tre == NULL) == (tvp == NULL));
	if (fn->rn_type == VDIR && fdn != tdn &&
	    tdn->rn_nlink == RUMPFS_LINK_MAX)
		return EMLINK;

	/* from here on nothing fails */
	if (tre != NULL)
		rename_over(tdn, tre);
	rumpfs_dir_attach(tdn, rumpfs_dirent_alloc(tcnp->cn_nameptr,
	    tcnp->cn_namelen), fn);
	rumpfs_dir_detach(fdn, fre);
	rumpfs_dirent_free(fre);
	if (fn->rn_type == VDIR && fdn != tdn)
		rumpfs_dir_setparent(fn, tdn);
	if (tvp != NULL)
		*tvp_nlinkp = VP_TO_RUMPFS(tvp)->rn_nlink;
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	return 0;
}

static int
rn_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp, nlink_t *nlinkp)
{
	struct rumpfs_node *dn = VP_TO_RUMPFS(dvp);
	struct rumpfs_dirent *re;

	re = rumpfs_dir_lookup(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (re == NULL || re->re_node != VP_TO_RUMPFS(vp))
		return ENOENT;
	rumpfs_dir_detach(dn, re);
	rumpfs_dirent_free(re);
	cache_purge(vp);
	*nlinkp = VP_TO_RUMPFS(vp)->rn_nlink;
	return 0;
}

static int
rn_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de, struct vnode **vpp)
{
	struct rumpfs_dirent *re;
	ino_t id;

	if ((dvp->v_vflag & VV_ROOT) != 0 &&
	    etfs_lookup(cnp->cn_nameptr, cnp->cn_namelen, &id))
		return EBUSY;
	re = rumpfs_dir_lookup(VP_TO_RUMPFS(dvp), cnp->cn_nameptr,
	    cnp->cn_namelen);
	if (re == NULL)
		return ENOENT;
	return rumpfs_node_vnode(re->re_node->rn_id, vpp);
}

static int
rn_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **interposep)
{
	struct rumpfs_node *fdn = VP_TO_RUMPFS(fdvp), *rn, *parent;
	ino_t id = 0;
	int error = 0;

	KASSERT(fdvp != tdvp);
	*interposep = NULL;
	mutex_enter(&rumpfs_lock);
	for (rn = VP_TO_RUMPFS(tdvp); rn != rumpfs_root; rn = parent) {
		parent = rn->rn_dir.rd_parent;
		if (parent == NULL) {
			error = ENOENT;
			break;
		}
		if (parent == fdn) {
			id = rn->rn_id;
			break;
		}
	}
	mutex_exit(&rumpfs_lock);
	if (error == 0 && id != 0)
		error = rumpfs_node_vnode(id, interposep);
	return error;
}

static int
rn_lock_directory(struct mount *mp, struct vnode *vp)
{
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (VP_TO_RUMPFS(vp)->rn_nlink == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops rumpfs_rename_ops = {
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
rumpfs_sane_rename(struct vnode *fdvp, struct componentname *fcnp,
    struct vnode *tdvp, struct componentname *tcnp, kauth_cred_t cred,
    bool posixly_correct)
{
	char fde, tde;		/* names are looked up again, nothing is kept */

	return genfs_sane_rename(&rumpfs_rename_ops, fdvp, fcnp, &fde, tdvp,
	    tcnp, &tde, cred, posixly_correct);
}

/*
 * VOP_RENAME.
 */
int
rumpfs_rename(void *v)
{

	return genfs_insane_rename(v, &rumpfs_sane_rename);
}
