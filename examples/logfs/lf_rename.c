/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renaming, within genfs_rename(9): that one finds a safe order of locks and
 * asks the functions here for everything that is logfs's own.
 */

#include "logfs.h"

static bool
rn_directory_empty_p(struct mount *mp, kauth_cred_t cred, struct vnode *vp,
    struct vnode *dvp)
{
	bool empty;

	return lf_dir_empty(VTOLF(vp), &empty) == 0 && empty;
}

static unsigned long
rn_flags(struct vnode *vp)
{

	return vp != NULL ? VTOLF(vp)->ln_d.ld_flags : 0;
}

static int
rn_rename_check_possible(struct mount *mp, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{

	return genfs_ufslike_rename_check_possible(rn_flags(fdvp),
	    rn_flags(fvp), rn_flags(tdvp), rn_flags(tvp), tvp != NULL,
	    IMMUTABLE, APPEND);
}

static int
rn_rename_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{
	const struct lf_dinode *fdd = &VTOLF(fdvp)->ln_d;
	const struct lf_dinode *tdd = &VTOLF(tdvp)->ln_d;

	return genfs_ufslike_rename_check_permitted(cred, fdvp, fdd->ld_mode,
	    fdd->ld_uid, fvp, VTOLF(fvp)->ln_d.ld_uid, tdvp, tdd->ld_mode,
	    tdd->ld_uid, tvp, tvp != NULL ? VTOLF(tvp)->ln_d.ld_uid : 0);
}

static int
rn_remove_check_possible(struct mount *mp, struct vnode *dvp,
    struct vnode *vp)
{

	return genfs_ufslike_remove_check_possible(rn_flags(dvp),
	    rn_flags(vp), IMMUTABLE, APPEND);
}

static int
rn_remove_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *dvp, struct vnode *vp)
{
	const struct lf_dinode *dd = &VTOLF(dvp)->ln_d;

	return genfs_ufslike_remove_check_permitted(cred, dvp, dd->ld_mode,
	    dd->ld_uid, vp, VTOLF(vp)->ln_d.ld_uid);
}

/* Is the name, in a locked directory, that of the vnode? */
static int
rn_verify(struct vnode *dvp, struct componentname *cnp, struct vnode *vp)
{
	ino_t ino;
	int error;

	error = lf_dir_lookup(VTOLF(dvp), cnp->cn_nameptr, cnp->cn_namelen,
	    &ino);
	if (error == 0 && (vp == NULL || ino != VTOLF(vp)->ln_ino))
		error = ENOENT;
	return error == ENOENT && vp == NULL ? 0 : error;
}

/* The target name becomes that of the file; what had it loses links. */
static int
rn_target(struct lf_node *tdn, struct componentname *tcnp,
    struct lf_node *fn, struct vnode *tvp)
{
	const bool dir = fn->ln_vnode->v_type == VDIR;
	int error;

	if (tvp == NULL)
		return lf_dir_enter(tdn, tcnp->cn_nameptr, tcnp->cn_namelen,
		    fn->ln_ino, fn->ln_d.ld_mode);
	error = lf_dir_change(tdn, tcnp->cn_nameptr, tcnp->cn_namelen,
	    fn->ln_ino, fn->ln_d.ld_mode);
	if (error == 0)
		error = lf_drop(VTOLF(tvp), dir ? 2 : 1);
	if (error == 0)
		tdn->ln_d.ld_nlink -= dir;
	return error;
}

/* In a transaction. */
static int
rn_locked(struct lf_node *fdn, struct componentname *fcnp, struct lf_node *fn,
    struct lf_node *tdn, struct componentname *tcnp, struct vnode *tvp)
{
	const bool dir = fn->ln_vnode->v_type == VDIR;
	int error, error2;

	/* Only this can fail for want of space, and then nothing is done. */
	error = rn_target(tdn, tcnp, fn, tvp);
	if (error == 0)
		error = lf_dir_remove(fdn, fcnp->cn_nameptr,
		    fcnp->cn_namelen);
	if (error == 0 && dir && fdn != tdn)
		error = lf_dir_change(fn, "..", 2, tdn->ln_ino, S_IFDIR);
	if (error == 0) {
		fdn->ln_d.ld_nlink -= dir;
		tdn->ln_d.ld_nlink += dir;
		lf_touch(fn, LFT_CHANGE);
		lf_touch(fdn, LFT_MODIFY | LFT_CHANGE);
		lf_touch(tdn, LFT_MODIFY | LFT_CHANGE);
		error = lf_update(fn);
	}
	error2 = lf_update(fdn);
	if (error2 == 0 && tdn != fdn)
		error2 = lf_update(tdn);
	return error != 0 ? error : error2;
}

static int
rn_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp, nlink_t *tvp_nlinkp)
{
	struct lf_mount *lm = MOUNTTOLF(mp);
	bool tried = false;
	int error;

	error = rn_verify(fdvp, fcnp, fvp);
	if (error == 0)
		error = rn_verify(tdvp, tcnp, tvp);
	if (error == 0 && fvp->v_type == VDIR && fdvp != tdvp &&
	    VTOLF(tdvp)->ln_d.ld_nlink >= LF_LINK_MAX)
		error = EMLINK;
	if (error != 0)
		return error;
	do {
		error = lf_begin(lm);
		if (error != 0)
			return error;
		error = rn_locked(VTOLF(fdvp), fcnp, VTOLF(fvp),
		    VTOLF(tdvp), tcnp, tvp);
		lf_end(lm);
	} while (lf_retry(lm, error, &tried));
	if (error == 0 && tvp != NULL)
		*tvp_nlinkp = VTOLF(tvp)->ln_d.ld_nlink;
	genfs_rename_cache_purge(fdvp, fvp, tdvp, tvp);
	return error;
}

/* Both names are one file's: the first goes. */
static int
rn_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp, nlink_t *nlinkp)
{
	struct lf_node *dn = VTOLF(dvp);
	int error;

	error = rn_verify(dvp, cnp, vp);
	if (error == 0)
		error = lf_begin(dn->ln_mount);
	if (error != 0)
		return error;
	error = lf_dir_remove(dn, cnp->cn_nameptr, cnp->cn_namelen);
	if (error == 0) {
		lf_touch(dn, LFT_MODIFY | LFT_CHANGE);
		error = lf_update(dn);
	}
	if (error == 0)
		error = lf_drop(VTOLF(vp), 1);
	lf_end(dn->ln_mount);
	cache_purge(vp);
	*nlinkp = VTOLF(vp)->ln_d.ld_nlink;
	return error;
}

static int
rn_lookup(struct mount *mp, struct vnode *dvp, struct componentname *cnp,
    void *de, struct vnode **vpp)
{
	ino_t ino;
	int error;

	error = lf_dir_lookup(VTOLF(dvp), cnp->cn_nameptr, cnp->cn_namelen,
	    &ino);
	return error != 0 ? error : lf_vget(mp, ino, LK_NONE, vpp);
}

/* Up from tdvp; no directory moves meanwhile. */
static int
rn_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **interposep)
{
	struct vnode *vp = tdvp, *up;
	ino_t ino;
	int error;

	*interposep = NULL;
	vref(vp);
	for (;;) {
		error = vn_lock(vp, LK_SHARED);
		if (error != 0)
			break;
		ino = LF_ROOTINO;
		if (VTOLF(vp)->ln_d.ld_nlink == 0)
			error = ENOENT;
		else if (VTOLF(vp)->ln_ino != LF_ROOTINO)
			error = lf_dir_lookup(VTOLF(vp), "..", 2, &ino);
		VOP_UNLOCK(vp);
		if (error != 0 || VTOLF(vp)->ln_ino == LF_ROOTINO)
			break;
		if (ino == VTOLF(fdvp)->ln_ino) {
			*interposep = vp;
			return 0;
		}
		error = lf_vget(mp, ino, LK_NONE, &up);
		if (error != 0)
			break;
		vrele(vp);
		vp = up;
	}
	vrele(vp);
	return error;
}

static int
rn_lock_directory(struct mount *mp, struct vnode *vp)
{
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error == 0 && VTOLF(vp)->ln_d.ld_nlink == 0) {
		VOP_UNLOCK(vp);
		error = ENOENT;
	}
	return error;
}

static const struct genfs_rename_ops lf_rename_ops = {
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
lf_sane_rename(struct vnode *fdvp, struct componentname *fcnp,
    struct vnode *tdvp, struct componentname *tcnp, kauth_cred_t cred,
    bool posixly_correct)
{
	char fde, tde;		/* names are looked up again */

	return genfs_sane_rename(&lf_rename_ops, fdvp, fcnp, &fde, tdvp,
	    tcnp, &tde, cred, posixly_correct);
}

/* VOP_RENAME. */
int
lf_rename(void *v)
{

	return genfs_insane_rename(v, &lf_sane_rename);
}
