/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deadfs: what is left of a vnode whose file is gone.  Most operations fail
 * with EIO or ENOENT; a revoked character device reads end of file, so that
 * whoever waits on a terminal notices.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/poll.h>
#include <sys/vnode_impl.h>

#include <miscfs/deadfs/deadfs.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include <uvm/uvm_extern.h>

#include "vfs_private.h"

int	(**dead_vnodeop_p)(void *);
struct mount *dead_rootmount;

static int
dead_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;

	*ap->a_vpp = NULL;
	return ENOTDIR;
}

static int
dead_open(void *v)
{

	return ENXIO;
}

static int
dead_read(void *v)
{
	struct vop_read_args *ap = v;

	return ap->a_vp->v_type == VCHR || (ap->a_vp->v_vflag & VV_ISTTY) ?
	    0 : EIO;
}

static int
dead_eio(void *v)
{

	return EIO;
}

static int
dead_ioctl(void *v)
{

	return EBADF;
}

static int
dead_poll(void *v)
{

	return POLLHUP;
}

/* The buffer has nowhere to go. */
static int
dead_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct buf *bp = ap->a_bp;

	bp->b_error = EIO;
	bp->b_resid = bp->b_bcount;
	biodone(bp);
	return EIO;
}

static int
dead_remove(void *v)
{
	struct vop_remove_v3_args *ap = v;

	vput(ap->a_vp);
	return EIO;
}

static int
dead_rename(void *v)
{
	struct vop_rename_args *ap = v;

	vrele(ap->a_fdvp);
	vrele(ap->a_fvp);
	if (ap->a_tvp != NULL && ap->a_tvp != ap->a_tdvp)
		vput(ap->a_tvp);
	vput(ap->a_tdvp);
	return EIO;
}

static int
dead_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;

	*ap->a_recycle = false;
	return 0;
}

static int
dead_print(void *v)
{

	printf("tag VT_NON, dead vnode\n");
	return 0;
}

static int
dead_default(void *v)
{

	return EBADF;
}

/* The pager protocol: vmobjlock is held and released here. */
static int
dead_getpages(void *v)
{
	struct vop_getpages_args *ap = v;

	if ((ap->a_flags & PGO_LOCKED) == 0)
		rw_exit(ap->a_vp->v_uobj.vmobjlock);
	return EFAULT;
}

static const struct vnodeopv_entry_desc dead_vnodeop_entries[] = {
	{ &vop_default_desc, dead_default },
	{ &vop_bwrite_desc, vn_bwrite },
	{ &vop_parsepath_desc, genfs_parsepath },
	{ &vop_lookup_desc, dead_lookup },
	{ &vop_open_desc, dead_open },
	{ &vop_close_desc, genfs_nullop },
	{ &vop_read_desc, dead_read },
	{ &vop_write_desc, dead_eio },
	{ &vop_fallocate_desc, dead_eio },
	{ &vop_fdiscard_desc, dead_eio },
	{ &vop_ioctl_desc, dead_ioctl },
	{ &vop_fcntl_desc, genfs_fcntl },
	{ &vop_poll_desc, dead_poll },
	{ &vop_revoke_desc, genfs_nullop },
	{ &vop_fsync_desc, genfs_nullop },
	{ &vop_seek_desc, genfs_nullop },
	{ &vop_remove_desc, dead_remove },
	{ &vop_rmdir_desc, dead_remove },
	{ &vop_rename_desc, dead_rename },
	{ &vop_abortop_desc, genfs_nullop },
	{ &vop_inactive_desc, dead_inactive },
	{ &vop_reclaim_desc, genfs_nullop },
	{ &vop_lock_desc, genfs_lock },
	{ &vop_unlock_desc, genfs_unlock },
	{ &vop_islocked_desc, genfs_islocked },
	{ &vop_bmap_desc, dead_eio },
	{ &vop_strategy_desc, dead_strategy },
	{ &vop_print_desc, dead_print },
	{ &vop_getpages_desc, dead_getpages },
	{ &vop_putpages_desc, genfs_null_putpages },
	{ NULL, NULL }
};

const struct vnodeopv_desc dead_vnodeop_opv_desc = {
	&dead_vnodeop_p, dead_vnodeop_entries
};

/*
 * Devices without a name in any file system live on the dead mount as well:
 * bdevvp(9) makes a vnode for a device number.
 */
static int
dead_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, void *extra, size_t *key_len,
    const void **new_key)
{

	KASSERT(mp == dead_rootmount && dvp == NULL && extra == NULL);
	KASSERT(vap->va_type == VBLK || vap->va_type == VCHR);
	vp->v_type = vap->va_type;
	vp->v_tag = VT_NON;
	vp->v_op = spec_vnodeop_p;
	vp->v_vflag |= VV_MPSAFE;
	uvm_vnp_setsize(vp, 0);
	spec_node_init(vp, vap->va_rdev);
	*key_len = 0;
	*new_key = NULL;
	return 0;
}

static int
dead_devvp(enum vtype type, dev_t dev, struct vnode **vpp)
{
	struct vattr va;

	*vpp = NULL;
	if (dev == NODEV)
		return 0;
	vattr_null(&va);
	va.va_type = type;
	va.va_rdev = dev;
	return vcache_new(dead_rootmount, NULL, &va, NOCRED, NULL, vpp);
}

int
bdevvp(dev_t dev, struct vnode **vpp)
{

	return dead_devvp(VBLK, dev, vpp);
}

int
cdevvp(dev_t dev, struct vnode **vpp)
{

	return dead_devvp(VCHR, dev, vpp);
}

static struct vfsops dead_vfsops = {
	.vfs_name = "dead",
	.vfs_newvnode = dead_newvnode,
	.vfs_refcount = 1,
};

/* The mount dead vnodes belong to: never mounted, never unmounted. */
void
dead_init(void)
{

	dead_rootmount = vfs_mountalloc(&dead_vfsops, NULL);
	dead_rootmount->mnt_iflag |= IMNT_MPSAFE;
	/* Transactions on dead vnodes mean nothing: none are counted. */
	fstrans_unmount(dead_rootmount);
}
