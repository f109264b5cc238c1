/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VOP_RENAME on top of genfs_rename(9), which locks both directories and
 * both files and checks what has to be checked; here is what only this file
 * system knows: looking up, finding ancestors, and doing it.
 *
 * The new name is entered before the old one goes, in one transaction.
 */

#include "ext2.h"

static bool
ext2_gro_directory_empty_p(struct mount *mp, kauth_cred_t cred,
    struct vnode *vp, struct vnode *dvp)
{
	bool empty;

	return ext2_dir_isempty(VTOE(vp), &empty) == 0 && empty;
}

static int
ext2_gro_rename_check_possible(struct mount *mp, struct vnode *fdvp,
    struct vnode *fvp, struct vnode *tdvp, struct vnode *tvp)
{
	int error;

	error = genfs_ufslike_rename_check_possible(VTOE(fdvp)->ei_flags,
	    VTOE(fvp)->ei_flags, VTOE(tdvp)->ei_flags,
	    tvp != NULL ? VTOE(tvp)->ei_flags : 0, tvp != NULL,
	    E2_FL_IMMUTABLE, E2_FL_APPEND);
	if (error == 0 && fvp->v_type == VDIR && fdvp != tdvp && tvp == NULL)
		error = ext2_subdir_possible(VTOE(tdvp));
	return error;
}

static int
ext2_gro_rename_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *fdvp, struct vnode *fvp, struct vnode *tdvp,
    struct vnode *tvp)
{

	return genfs_ufslike_rename_check_permitted(cred,
	    fdvp, VTOE(fdvp)->ei_mode, VTOE(fdvp)->ei_uid,
	    fvp, VTOE(fvp)->ei_uid,
	    tdvp, VTOE(tdvp)->ei_mode, VTOE(tdvp)->ei_uid,
	    tvp, tvp != NULL ? VTOE(tvp)->ei_uid : 0);
}

static int
ext2_gro_remove_check_possible(struct mount *mp, struct vnode *dvp,
    struct vnode *vp)
{

	return genfs_ufslike_remove_check_possible(VTOE(dvp)->ei_flags,
	    VTOE(vp)->ei_flags, E2_FL_IMMUTABLE, E2_FL_APPEND);
}

static int
ext2_gro_remove_check_permitted(struct mount *mp, kauth_cred_t cred,
    struct vnode *dvp, struct vnode *vp)
{

	return genfs_ufslike_remove_check_permitted(cred, dvp,
	    VTOE(dvp)->ei_mode, VTOE(dvp)->ei_uid, vp, VTOE(vp)->ei_uid);
}

/* Enter the new name, in place of another one's or beside it. */
static int
ext2_rename_enter(struct ext2_tx *tx, struct ext2_inode *tdip,
    const struct componentname *tcnp, struct ext2_inode *fip,
    struct ext2_inode *tip)
{

	if (tip != NULL)
		return ext2_dir_rewrite(tx, tdip, tcnp->cn_nameptr,
		    tcnp->cn_namelen, tip->ei_ino, fip->ei_ino,
		    fip->ei_mode);
	return ext2_dir_enter(tx, tdip, tcnp->cn_nameptr, tcnp->cn_namelen,
	    fip->ei_ino, fip->ei_mode);
}

/* The old name could not be removed: take the new one back. */
static void
ext2_rename_undo(struct ext2_tx *tx, struct ext2_inode *tdip,
    const struct componentname *tcnp, struct ext2_inode *fip,
    struct ext2_inode *tip)
{

	if (tip != NULL)
		(void)ext2_dir_rewrite(tx, tdip, tcnp->cn_nameptr,
		    tcnp->cn_namelen, fip->ei_ino, tip->ei_ino,
		    tip->ei_mode);
	else
		(void)ext2_dir_remove(tx, tdip, tcnp->cn_nameptr,
		    tcnp->cn_namelen, fip->ei_ino);
}

/* Count the links again: nothing can fail here. */
static void
ext2_rename_links(struct ext2_inode *fdip, struct ext2_inode *tdip,
    struct ext2_inode *fip, struct ext2_inode *tip)
{

	/* One that takes another one's place is none more, at the limit too. */
	if (S_ISDIR(fip->ei_mode) && (fdip != tdip || tip != NULL))
		ext2_unlink_subdir(fdip);
	if (S_ISDIR(fip->ei_mode) && fdip != tdip && tip == NULL)
		(void)ext2_link_subdir(tdip);
	ext2_imark(fip, EIU_CHANGE);
	if (tip == NULL)
		return;
	if (S_ISDIR(tip->ei_mode))
		tip->ei_nlink = 0;
	else {
		KASSERT(tip->ei_nlink > 0);
		tip->ei_nlink--;
	}
	ext2_imark(tip, EIU_CHANGE);
}

static int
ext2_rename_tx(struct ext2_tx *tx, struct ext2_inode *fdip,
    const struct componentname *fcnp, struct ext2_inode *fip,
    struct ext2_inode *tdip, const struct componentname *tcnp,
    struct ext2_inode *tip)
{
	const bool reparent = S_ISDIR(fip->ei_mode) && fdip != tdip;
	int error;

	error = ext2_rename_enter(tx, tdip, tcnp, fip, tip);
	if (error != 0)
		return error;
	if (reparent)
		error = ext2_dir_setparent(tx, fip, tdip->ei_ino);
	if (error == 0) {
		error = ext2_dir_remove(tx, fdip, fcnp->cn_nameptr,
		    fcnp->cn_namelen, fip->ei_ino);
		if (error != 0 && reparent)
			(void)ext2_dir_setparent(tx, fip, fdip->ei_ino);
	}
	if (error != 0) {
		ext2_rename_undo(tx, tdip, tcnp, fip, tip);
		return error;
	}
	if (reparent)
		ext2_setparent(fip, tdip->ei_ino);
	ext2_rename_links(fdip, tdip, fip, tip);
	return 0;
}

static int
ext2_gro_rename(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct componentname *fcnp, void *fde, struct vnode *fvp,
    struct vnode *tdvp, struct componentname *tcnp, void *tde,
    struct vnode *tvp, nlink_t *tvp_nlinkp)
{
	struct ext2_inode *tip = tvp != NULL ? VTOE(tvp) : NULL;
	struct ext2_mount *em = VFSTOEXT2(mp);
	struct ext2_tx tx;
	u_int tries = 0;
	int error, error2;

	KASSERT(VOP_ISLOCKED(fdvp) == LK_EXCLUSIVE);
	KASSERT(VOP_ISLOCKED(tdvp) == LK_EXCLUSIVE);
	KASSERT(fvp != tvp);
	if (VTOE(fvp)->ei_nlink == 0)
		return ext2_unlink_check(VTOE(fvp));
	if (tip != NULL && (error = ext2_unlink_check(tip)) != 0)
		return error;
	do {
		if ((error = ext2_tx_begin(&tx, em)) != 0)
			return error;
		error = ext2_rename_tx(&tx, VTOE(fdvp), fcnp, VTOE(fvp),
		    VTOE(tdvp), tcnp, tip);
		error2 = ext2_tx_end(&tx);
		if (error == 0)
			error = error2;
	} while (ext2_tx_retry(em, error, &tries));
	if (tip != NULL)
		*tvp_nlinkp = tip->ei_nlink;
	cache_purge1(fdvp, fcnp->cn_nameptr, fcnp->cn_namelen, 0);
	cache_purge1(tdvp, tcnp->cn_nameptr, tcnp->cn_namelen, 0);
	if (fvp->v_type == VDIR)
		cache_purge(fvp);
	if (tvp != NULL)
		cache_purge(tvp);
	return error;
}

static int
ext2_gro_remove(struct mount *mp, kauth_cred_t cred, struct vnode *dvp,
    struct componentname *cnp, void *de, struct vnode *vp,
    nlink_t *tvp_nlinkp)
{
	struct ext2_inode *ip = VTOE(vp);
	struct ext2_tx tx;
	int error, error2;

	/* Two names of one directory are damage. */
	if (vp->v_type == VDIR)
		return ext2_damaged(ip->ei_em, "directory %" PRIu64
		    ": has two names in directory %" PRIu64, ip->ei_ino,
		    VTOE(dvp)->ei_ino);
	if ((error = ext2_unlink_check(ip)) != 0)
		return error;
	if ((error = ext2_tx_begin(&tx, ip->ei_em)) != 0)
		return error;
	error = ext2_dir_remove(&tx, VTOE(dvp), cnp->cn_nameptr,
	    cnp->cn_namelen, ip->ei_ino);
	if (error == 0) {
		KASSERT(ip->ei_nlink > 0);
		ip->ei_nlink--;
		*tvp_nlinkp = ip->ei_nlink;
		ext2_imark(ip, EIU_CHANGE);
		cache_purge1(dvp, cnp->cn_nameptr, cnp->cn_namelen, 0);
	}
	error2 = ext2_tx_end(&tx);
	return error != 0 ? error : error2;
}

static int
ext2_gro_lookup(struct mount *mp, struct vnode *dvp,
    struct componentname *cnp, void *de_ret, struct vnode **vp_ret)
{
	struct ext2_slot slot;
	bool alias;
	int error;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	error = ext2_dir_lookup(VTOE(dvp), cnp->cn_nameptr, cnp->cn_namelen,
	    &slot);
	if (error != 0)
		return error;
	return ext2_lookup_child(dvp, slot.es_ino, false, vp_ret, &alias);
}

/* The number of a directory's parent; ENOENT if it was removed. */
static int
ext2_parent_ino(struct vnode *vp, ino_t *inop)
{
	int error;

	error = vn_lock(vp, LK_SHARED);
	if (error != 0)
		return error;
	error = VTOE(vp)->ei_nlink == 0 ? ENOENT :
	    ext2_dir_parent(VTOE(vp), inop);
	VOP_UNLOCK(vp);
	return error;
}

static int
ext2_notree(struct vnode *dvp)
{

	return ext2_damaged(VTOE(dvp)->ei_em, "directory %" PRIu64
	    ": does not lead to the root", VTOE(dvp)->ei_ino);
}

/*
 * Look for directory ino on the way from dvp up to the root.  *childp is the
 * one directly below it, referenced, or NULL if it is not there.  No vnode is
 * locked, and none moves: the caller has the rename lock.
 */
int
ext2_ancestor(struct vnode *dvp, ino_t wanted, struct vnode **childp)
{
	struct vnode *vp = dvp, *up = NULL;
	ino_t ino, mark = 0;
	uint64_t steps;
	int error;

	*childp = NULL;
	vref(vp);
	for (steps = 1; (vp->v_vflag & VV_ROOT) == 0; steps++, vp = up) {
		error = ext2_parent_ino(vp, &ino);
		if (error == 0 && ino == wanted) {
			*childp = vp;
			return 0;
		}
		/* Who goes in circles comes back to the mark. */
		if (error == 0 && ino == mark)
			error = ext2_notree(dvp);
		if (error == 0)
			error = vcache_get(dvp->v_mount, &ino, sizeof(ino),
			    &up);
		vrele(vp);
		if (error != 0)
			return error == ESTALE ? ext2_notree(dvp) : error;
		if (up->v_type != VDIR) {
			vrele(up);
			return ext2_notree(dvp);
		}
		if (powerof2(steps))
			mark = ino;
	}
	vrele(vp);
	return 0;
}

/*
 * Is fdvp above tdvp?  Then which of its children leads there?
 */
static int
ext2_gro_genealogy(struct mount *mp, kauth_cred_t cred, struct vnode *fdvp,
    struct vnode *tdvp, struct vnode **intermediate)
{

	return ext2_ancestor(tdvp, VTOE(fdvp)->ei_ino, intermediate);
}

static int
ext2_gro_lock_directory(struct mount *mp, struct vnode *vp)
{
	int error;

	error = vn_lock(vp, LK_EXCLUSIVE);
	if (error != 0)
		return error;
	if (VTOE(vp)->ei_nlink == 0) {
		VOP_UNLOCK(vp);
		return ENOENT;
	}
	return 0;
}

static const struct genfs_rename_ops ext2_genfs_rename_ops = {
	.gro_directory_empty_p = ext2_gro_directory_empty_p,
	.gro_rename_check_possible = ext2_gro_rename_check_possible,
	.gro_rename_check_permitted = ext2_gro_rename_check_permitted,
	.gro_remove_check_possible = ext2_gro_remove_check_possible,
	.gro_remove_check_permitted = ext2_gro_remove_check_permitted,
	.gro_rename = ext2_gro_rename,
	.gro_remove = ext2_gro_remove,
	.gro_lookup = ext2_gro_lookup,
	.gro_genealogy = ext2_gro_genealogy,
	.gro_lock_directory = ext2_gro_lock_directory,
};

static int
ext2_sane_rename(struct vnode *fdvp, struct componentname *fcnp,
    struct vnode *tdvp, struct componentname *tcnp, kauth_cred_t cred,
    bool posixly_correct)
{
	struct ext2_slot fslot, tslot;

	return genfs_sane_rename(&ext2_genfs_rename_ops, fdvp, fcnp, &fslot,
	    tdvp, tcnp, &tslot, cred, posixly_correct);
}

/*
 * VOP_RENAME.
 */
int
ext2fs_rename(void *v)
{

	return genfs_insane_rename(v, ext2_sane_rename);
}
