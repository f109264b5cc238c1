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
	struct ext2_slot slot;
	int error;

	*vpp = NULL;
	if ((error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred)) != 0)
		return error;
	if ((cnp->cn_flags & ISLASTCN) != 0 &&
	    (dvp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
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
		dip->ei_slot = slot;
	if (error == ENOENT)
		return ext2_lookup_missing(dvp, vpp, cnp);
	if (error != 0)
		return error;

	error = ext2_lookup_vnode(dvp, slot.es_ino, vpp);
	if (error == 0)
		error = ext2_lookup_permit(dvp, *vpp, cnp);
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
