/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VOP_LOOKUP: one component of a path.  Asks the name cache first, then the
 * directory; checks what the operation that follows will need of the
 * directory; and leaves a note where the record is for it.
 */

#include "ext2.h"

/* The name is not there: may it be created? */
static int
ext2_lookup_missing(struct vnode *dvp, struct vnode **vpp,
    struct componentname *cnp)
{
	const bool last = (cnp->cn_flags & ISLASTCN) != 0;
	int error;

	if (last && (cnp->cn_nameiop == CREATE ||
	    cnp->cn_nameiop == RENAME)) {
		if (VTOE(dvp)->ei_nlink == 0)
			return ENOENT;
		if (dvp->v_mount->mnt_flag & MNT_RDONLY)
			return EROFS;
		error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
		return error != 0 ? error : EJUSTRETURN;
	}
	if (cnp->cn_nameiop != CREATE)
		cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
	return ENOENT;
}

/* The vnode of an inode that a directory names. */
static int
ext2_lookup_vnode(struct vnode *dvp, ino_t ino, struct vnode **vpp)
{
	struct ext2_mount *em = VTOE(dvp)->ei_em;
	int error;

	if (ino > em->em_ninodes ||
	    (ino < em->em_firstino && ino != E2_ROOTINO))
		return ext2_damaged(em, "directory %" PRIu64 ": names reserved "
		    "inode %" PRIu64, VTOE(dvp)->ei_ino, ino);
	error = vcache_get(dvp->v_mount, &ino, sizeof(ino), vpp);
	if (error == ESTALE)
		return ext2_damaged(em, "directory %" PRIu64 ": names inode %"
		    PRIu64 ", which is not in use", VTOE(dvp)->ei_ino, ino);
	return error;
}

/*
 * Remember which directory a directory is in.
 */
void
ext2_setparent(struct ext2_inode *ip, ino_t parent)
{

	mutex_enter(&ip->ei_lock);
	ip->ei_parent = parent;
	mutex_exit(&ip->ei_lock);
}

/*
 * Does directory ip agree that it is in dip?  ip is not locked, dip is: no
 * rename can take ip away from here, and reading ".." needs no more than a
 * reference.
 */
static bool
ext2_lookup_isin(struct ext2_inode *ip, const struct ext2_inode *dip)
{
	ino_t up;

	mutex_enter(&ip->ei_lock);
	up = ip->ei_parent;
	mutex_exit(&ip->ei_lock);
	if (up == 0) {
		if (ext2_dir_parent(ip, &up) != 0 || up != dip->ei_ino)
			return false;
		mutex_enter(&ip->ei_lock);
		if (ip->ei_parent == 0)
			ip->ei_parent = up;
		up = ip->ei_parent;
		mutex_exit(&ip->ei_lock);
	}
	return up == dip->ei_ino;
}

/*
 * The vnode of an inode that a name in dvp, not one of the dots, leads to.
 *
 * Directories are locked after their parents, so they must form a tree
 * whatever an image says.  Each that is reached by a name has to name the
 * directory it was found in as its parent: no directory has two then, and
 * what can be reached from the root has no circles.  A volume that is only
 * read takes no two locks at once: there a plain lookup (reading) may follow
 * such a name.  *aliasp says that it did, so that the name cache does not
 * learn of it, and the volume cannot become writable.
 */
int
ext2_lookup_child(struct vnode *dvp, ino_t ino, bool reading,
    struct vnode **vpp, bool *aliasp)
{
	struct ext2_inode *dip = VTOE(dvp);
	struct ext2_mount *em = dip->ei_em;
	int error;

	*aliasp = false;
	error = ext2_lookup_vnode(dvp, ino, vpp);
	if (error != 0 || (*vpp)->v_type != VDIR)
		return error;
	if (*vpp != dvp && ino != E2_ROOTINO) {
		if (ext2_lookup_isin(VTOE(*vpp), dip))
			return 0;
		if (reading && (em->em_flags & EMF_WRITE) == 0) {
			atomic_or_uint(&em->em_flags, EMF_ALIASED);
			*aliasp = true;
		}
	}
	error = ext2_damaged(em, "directory %" PRIu64 ": names directory %"
	    PRIu64 ", which is not in it", dip->ei_ino, ino);
	if (*aliasp)
		return 0;
	vrele(*vpp);
	*vpp = NULL;
	return error;
}

/* The vnode ".." leads to; dvp is not the root. */
static int
ext2_lookup_dotdot(struct vnode *dvp, ino_t ino, struct vnode **vpp)
{
	struct ext2_inode *dip = VTOE(dvp);
	ino_t up;

	mutex_enter(&dip->ei_lock);
	up = dip->ei_parent;
	mutex_exit(&dip->ei_lock);
	if (up != 0 && up != ino)
		return ext2_damaged(dip->ei_em, "directory %" PRIu64
		    ": \"..\" leads to %" PRIu64 ", not to %" PRIu64,
		    dip->ei_ino, ino, up);
	return ext2_lookup_vnode(dvp, ino, vpp);
}

/*
 * A directory and its parent are locked in the other order: what wants both
 * locked is refused, as it would be later, before they are.
 */
static int
ext2_lookup_dotdot_ok(const struct ext2_inode *dip,
    const struct componentname *cnp)
{

	/* A directory that was removed is in no other. */
	if (dip->ei_nlink == 0)
		return ENOENT;
	if ((cnp->cn_flags & (ISLASTCN | LOCKLEAF)) != (ISLASTCN | LOCKLEAF))
		return 0;
	if (cnp->cn_nameiop == DELETE)
		return ENOTEMPTY;
	return cnp->cn_nameiop == RENAME ? EINVAL : 0;
}

/* Is what was found good for the operation that asked? */
static int
ext2_lookup_permit(struct vnode *dvp, struct vnode *vp,
    struct componentname *cnp)
{
	const struct ext2_inode *dip = VTOE(dvp);
	int error;

	if ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_nameiop != DELETE && cnp->cn_nameiop != RENAME))
		return 0;
	error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
	if (error != 0 || cnp->cn_nameiop == RENAME || vp == dvp)
		return error;
	if ((dip->ei_mode & S_ISVTX) == 0)
		return 0;
	return kauth_authorize_vnode(cnp->cn_cred, KAUTH_VNODE_DELETE, vp,
	    dvp, genfs_can_sticky(dvp, cnp->cn_cred, dip->ei_uid,
	    VTOE(vp)->ei_uid));
}

/*
 * VOP_LOOKUP.
 */
int
ext2fs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp;
	struct vnode **vpp = ap->a_vpp;
	struct componentname *cnp = ap->a_cnp;
	struct ext2_inode *dip = VTOE(dvp);
	const bool dotdot = (cnp->cn_flags & ISDOTDOT) != 0;
	struct ext2_slot slot;
	bool alias = false;
	int error;

	*vpp = NULL;
	if ((error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred)) != 0)
		return error;
	if ((cnp->cn_flags & ISLASTCN) != 0 &&
	    (dvp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
	if (dotdot && (error = ext2_lookup_dotdot_ok(dip, cnp)) != 0)
		return error;
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_nameiop, cnp->cn_flags, NULL, vpp))
		return *vpp == NULL ? ENOENT : 0;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*vpp = dvp;
		return 0;
	}
	error = ext2_dir_lookup(dip, cnp->cn_nameptr, cnp->cn_namelen, &slot);
	if (cnp->cn_nameiop != LOOKUP && VOP_ISLOCKED(dvp) == LK_EXCLUSIVE)
		dip->ei_dir->ed_slot = slot;
	if (error == ENOENT)
		return ext2_lookup_missing(dvp, vpp, cnp);
	if (error != 0)
		return error;

	if (dotdot)
		error = ext2_lookup_dotdot(dvp, slot.es_ino, vpp);
	else
		error = ext2_lookup_child(dvp, slot.es_ino,
		    cnp->cn_nameiop == LOOKUP, vpp, &alias);
	if (error == 0)
		error = ext2_lookup_permit(dvp, *vpp, cnp);
	if (error != 0) {
		if (*vpp != NULL)
			vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	if (!alias)
		cache_enter(dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen,
		    cnp->cn_flags);
	return 0;
}
