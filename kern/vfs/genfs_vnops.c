/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_vnops.c: vnode operations with the same answer in most file systems.
 * A file system puts them in its operations vector; the generated VOP_
 * functions call them with what vnode_if.conf says locked.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/poll.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

/*
 * An operation that nobody can have meant.
 */
int
genfs_badop(void *v)
{
	struct vop_generic_args *ap = v;

	panic("genfs: bad vnode operation %s", ap->a_desc->vdesc_name);
}

int
genfs_nullop(void *v)
{

	return 0;
}

int
genfs_einval(void *v)
{

	return EINVAL;
}

int
genfs_ebadf(void *v)
{

	return EBADF;
}

int
genfs_enoioctl(void *v)
{

	return EPASSTHROUGH;
}

/*
 * Release one vnode the operation would have consumed.  A vnode given twice
 * in a row (rename onto its directory) is locked only once.
 */
static void
consume_vnode(struct vnode *vp, struct vnode *last, int flags)
{

	if (vp == NULL || (flags & VDESC_VP0_WILLRELE) == 0)
		return;
	if ((flags & VDESC_VP0_WILLPUT) == VDESC_VP0_WILLPUT && vp != last)
		vput(vp);
	else
		vrele(vp);
}

/*
 * EOPNOTSUPP, after releasing what the operation has to release.
 */
int
genfs_eopnotsupp(void *v)
{
	struct vop_generic_args *ap = v;
	const struct vnodeop_desc *desc = ap->a_desc;
	struct vnode *vp, *last = NULL;
	int flags = desc->vdesc_flags, i, offset;

	for (i = 0; flags != 0 && i < VDESC_MAX_VPS; i++, flags >>= 1) {
		offset = desc->vdesc_vp_offsets[i];
		if (offset == VDESC_NO_OFFSET)
			break;
		vp = *VOPARG_OFFSETTO(struct vnode **, offset, ap);
		consume_vnode(vp, last, flags);
		last = vp;
	}
	return EOPNOTSUPP;
}

/*
 * VOP_LINK and VOP_SYMLINK of what cannot be written.
 */
int
genfs_erofs_link(void *v)
{
	struct vop_link_v2_args *ap = v;

	VOP_ABORTOP(ap->a_dvp, ap->a_cnp);
	return EROFS;
}

int
genfs_abortop(void *v)
{

	return 0;
}

/*
 * VOP_ACCESS by VOP_ACCESSX.
 */
int
genfs_access(void *v)
{
	struct vop_access_args *ap = v;

	KASSERT((ap->a_accmode & ~(VEXEC | VWRITE | VREAD | VADMIN |
	    VAPPEND)) == 0);
	return VOP_ACCESSX(ap->a_vp, ap->a_accmode, ap->a_cred);
}

/*
 * VOP_ACCESSX by VOP_ACCESS, for file systems without finer permissions.
 */
int
genfs_accessx(void *v)
{
	struct vop_accessx_args *ap = v;
	accmode_t accmode = ap->a_accmode;
	int error;

	error = vfs_unixify_accmode(&accmode);
	if (error != 0)
		return error;
	if (accmode == 0)
		return 0;
	return VOP_ACCESS(ap->a_vp, accmode, ap->a_cred);
}

int
genfs_fcntl(void *v)
{
	struct vop_fcntl_args *ap = v;

	return ap->a_command == F_SETFL ? 0 : EOPNOTSUPP;
}

int
genfs_mmap(void *v)
{

	return 0;
}

/*
 * The length of the first component of a name.
 */
int
genfs_parsepath(void *v)
{
	struct vop_parsepath_args *ap = v;
	const char *name = ap->a_name;
	size_t len;

	for (len = 0; name[len] != '\0' && name[len] != '/'; len++)
		continue;
	*ap->a_retval = len;
	return len > NAME_MAX ? ENAMETOOLONG : 0;
}

int
genfs_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_PATH_MAX:
		*ap->a_retval = PATH_MAX;
		return 0;
	case _PC_ACL_EXTENDED:
	case _PC_ACL_NFS4:
		*ap->a_retval = 0;
		return 0;
	default:
		return EINVAL;
	}
}

int
genfs_poll(void *v)
{
	struct vop_poll_args *ap = v;

	return ap->a_events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
}

int
genfs_revoke(void *v)
{
	struct vop_revoke_args *ap = v;

	KASSERT(ap->a_flags & REVOKEALL);
	vrevoke(ap->a_vp);
	return 0;
}

int
genfs_seek(void *v)
{
	struct vop_seek_args *ap = v;

	return ap->a_newoff < 0 ? EINVAL : 0;
}

static void
filt_genfsdetach(struct knote *kn)
{

	vn_knote_detach(kn->kn_hook, kn);
}

/*
 * The vnode is gone: its last event.
 */
static int
filt_revoked(struct knote *kn)
{

	knote_set_eof(kn, EV_ONESHOT);
	return 1;
}

static int
filt_genfsread(struct knote *kn, long hint)
{
	struct vnode *vp = kn->kn_hook;
	struct file *fp = kn->kn_obj;

	KASSERT(hint != NOTE_SUBMIT || mutex_owned(vp->v_interlock));
	if (hint == NOTE_REVOKE)
		return filt_revoked(kn);
	kn->kn_data = vp->v_size - fp->f_offset;
	return kn->kn_data != 0;
}

static int
filt_genfswrite(struct knote *kn, long hint)
{

	if (hint == NOTE_REVOKE)
		return filt_revoked(kn);
	kn->kn_data = 0;
	return 1;
}

static int
filt_genfsvnode(struct knote *kn, long hint)
{

	if (hint == NOTE_REVOKE) {
		(void)filt_revoked(kn);
		if (kn->kn_sfflags & hint)
			kn->kn_fflags |= hint;
		return 1;
	}
	if (hint != 0 && hint != NOTE_SUBMIT && (kn->kn_sfflags & hint))
		kn->kn_fflags |= hint & kn->kn_sfflags;
	return kn->kn_fflags != 0;
}

static const struct filterops genfsread_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_genfsdetach,
	.f_event = filt_genfsread,
};

static const struct filterops genfswrite_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_genfsdetach,
	.f_event = filt_genfswrite,
};

static const struct filterops genfsvnode_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_genfsdetach,
	.f_event = filt_genfsvnode,
};

int
genfs_kqfilter(void *v)
{
	struct vop_kqfilter_args *ap = v;
	struct knote *kn = ap->a_kn;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		kn->kn_fop = &genfsread_filtops;
		break;
	case EVFILT_WRITE:
		kn->kn_fop = &genfswrite_filtops;
		break;
	case EVFILT_VNODE:
		kn->kn_fop = &genfsvnode_filtops;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = ap->a_vp;
	vn_knote_attach(ap->a_vp, kn);
	return 0;
}
