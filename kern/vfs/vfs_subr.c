/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small helpers of vfssubr(9) and vattr(9): tables between vnode types, modes
 * and directory entry types, printing a vnode, times, access checks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vnode_impl.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include "vfs_private.h"

const enum vtype iftovt_tab[16] = {
	VNON, VFIFO, VCHR, VNON, VDIR, VNON, VBLK, VNON,
	VREG, VNON, VLNK, VNON, VSOCK, VNON, VNON, VBAD,
};

const int vttoif_tab[9] = {
	0, S_IFREG, S_IFDIR, S_IFBLK, S_IFCHR, S_IFLNK, S_IFSOCK, S_IFIFO,
	S_IFMT,
};

static const uint8_t vttodt_tab[9] = {
	[VNON] = DT_UNKNOWN, [VREG] = DT_REG, [VDIR] = DT_DIR,
	[VBLK] = DT_BLK, [VCHR] = DT_CHR, [VLNK] = DT_LNK,
	[VSOCK] = DT_SOCK, [VFIFO] = DT_FIFO, [VBAD] = DT_UNKNOWN,
};

static const char *const vtype_names[] = { VNODE_TYPES };
static const char *const vtag_names[] = { VNODE_TAGS };

uint8_t
vtype2dt(enum vtype vt)
{

	CTASSERT(VBAD == __arraycount(vttodt_tab) - 1);
	return vttodt_tab[vt];
}

/* An attribute set in which nothing is set. */
void
vattr_null(struct vattr *vap)
{

	memset(vap, 0, sizeof(*vap));
	vap->va_type = VNON;
	vap->va_mode = VNOVAL;
	vap->va_nlink = VNOVAL;
	vap->va_uid = VNOVAL;
	vap->va_gid = VNOVAL;
	vap->va_fsid = VNOVAL;
	vap->va_fileid = VNOVAL;
	vap->va_size = VNOVAL;
	vap->va_blocksize = VNOVAL;
	vap->va_atime.tv_sec = vap->va_atime.tv_nsec = VNOVAL;
	vap->va_mtime.tv_sec = vap->va_mtime.tv_nsec = VNOVAL;
	vap->va_ctime.tv_sec = vap->va_ctime.tv_nsec = VNOVAL;
	vap->va_birthtime.tv_sec = vap->va_birthtime.tv_nsec = VNOVAL;
	vap->va_gen = VNOVAL;
	vap->va_flags = VNOVAL;
	vap->va_rdev = VNOVAL;
	vap->va_bytes = VNOVAL;
	vap->va_filerev = VNOVAL;
}

void
vprint(const char *label, struct vnode *vp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);

	if (label != NULL)
		printf("%s: ", label);
	printf("vnode %p: type %s, tag %s, state %d, uses %d, writers %d, "
	    "holds %d, flags 0x%x\n", vp,
	    vp->v_type <= VBAD ? vtype_names[vp->v_type] : "?",
	    vp->v_tag < __arraycount(vtag_names) ? vtag_names[vp->v_tag] : "?",
	    vip->vi_state, vrefcnt(vp), vp->v_writecount, vp->v_holdcnt,
	    vp->v_vflag | vp->v_iflag | vp->v_uflag);
	if (vp->v_data != NULL)
		VOP_PRINT(vp);
}

/* The time stamp file systems put on files. */
void
vfs_timestamp(struct timespec *ts)
{

	nanotime(ts);
}

/*
 * Reduce the fine grained access modes to the ones a file system without
 * lists knows.  0 in *accmode: nothing left to check.
 */
int
vfs_unixify_accmode(accmode_t *accmode)
{

	if (*accmode & VEXPLICIT_DENY) {
		*accmode = 0;
		return 0;
	}
	if (*accmode & (VDELETE_CHILD | VDELETE))
		return EPERM;
	if (*accmode & VADMIN_PERMS) {
		*accmode &= ~VADMIN_PERMS;
		*accmode |= VADMIN;
	}
	*accmode &= ~(VSTAT_PERMS | VSYNCHRONIZE);
	return 0;
}

/* Classic access check, for callers that know owner and mode. */
int
vaccess(struct vnode *vp, enum vtype type, mode_t mode, uid_t uid, gid_t gid,
    accmode_t accmode, kauth_cred_t cred)
{

	return kauth_authorize_vnode(cred,
	    KAUTH_ACCESS_ACTION(accmode, type, mode & ALLPERMS), vp, NULL,
	    genfs_can_access(vp, cred, uid, gid, mode, NULL, accmode));
}

/* Revoke all vnodes of minor numbers minl to minh of a device. */
void
vdevgone(int maj, int minl, int minh, enum vtype type)
{
	struct vnode *vp;
	int mn;

	for (mn = minl; mn <= minh; mn++)
		while (spec_node_lookup_by_dev(type, makedev(maj, mn), 0,
		    &vp) == 0) {
			VOP_REVOKE(vp, REVOKEALL);
			vrele(vp);
		}
}

/* An open vnode of a device. */
int
vfinddev(dev_t dev, enum vtype type, struct vnode **vpp)
{

	return spec_node_lookup_by_dev(type, dev, 0, vpp) == 0;
}

/* Is there a file system mounted on this device? */
int
vfs_mountedon(struct vnode *vp)
{
	struct vnode *vq;
	int error = 0;

	if (vp->v_type != VBLK)
		return ENOTBLK;
	if (spec_node_getmountedfs(vp) != NULL)
		return EBUSY;
	if (spec_node_lookup_by_dev(vp->v_type, vp->v_rdev, VDEAD_NOWAIT,
	    &vq) == 0) {
		if (spec_node_getmountedfs(vq) != NULL)
			error = EBUSY;
		vrele(vq);
	}
	return error;
}
