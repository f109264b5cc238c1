/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spec_vnops.c: the operations on special files but for opening: they go to
 * the driver, block devices being read and written through the buffer cache.
 *
 * File systems put these in the vectors for their special files
 * (GENFS_SPECOP_ENTRIES) and add how attributes are kept.  spec_vnodeop_p is
 * for special vnodes of no file system.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/fstrans.h>
#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

#include "spec_private.h"

#define	SPEC_BSIZE	8192	/* unit of buffered block device access */

int (**spec_vnodeop_p)(void *);

static const struct vnodeopv_entry_desc spec_vnodeop_entries[] = {
	{ &vop_default_desc, vn_default_error },
	GENFS_SPECOP_ENTRIES,
	{ &vop_close_desc, spec_close },
	{ &vop_access_desc, genfs_ebadf },
	{ &vop_accessx_desc, genfs_accessx },
	{ &vop_getattr_desc, genfs_ebadf },
	{ &vop_setattr_desc, genfs_ebadf },
	{ &vop_read_desc, spec_read },
	{ &vop_write_desc, spec_write },
	{ &vop_fcntl_desc, genfs_fcntl },
	{ &vop_fsync_desc, spec_fsync },
	{ &vop_inactive_desc, spec_inactive },
	{ &vop_reclaim_desc, spec_reclaim },
	{ &vop_lock_desc, genfs_lock },
	{ &vop_unlock_desc, genfs_unlock },
	{ &vop_islocked_desc, genfs_islocked },
	{ &vop_print_desc, spec_print },
	{ &vop_bwrite_desc, vn_bwrite },
	{ NULL, NULL }
};

const struct vnodeopv_desc spec_vnodeop_opv_desc = {
	&spec_vnodeop_p, spec_vnodeop_entries
};

int
spec_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;

	*ap->a_vpp = NULL;
	return ENOTDIR;
}

/*
 * Let the driver do the I/O of a character device, without the vnode lock.
 */
static int
spec_chr_rw(vnode_t *vp, struct uio *uio, int ioflag)
{
	const int lkflag = uio->uio_rw == UIO_READ ? LK_SHARED : LK_EXCLUSIVE;
	specdev_t *sd;
	int error;

	error = spec_io_enter(vp, &sd);
	if (error != 0)
		return error;
	VOP_UNLOCK(vp);
	if (uio->uio_rw == UIO_READ)
		error = cdev_read(sd->sd_rdev, uio, ioflag);
	else
		error = cdev_write(sd->sd_rdev, uio, ioflag);
	spec_io_exit(sd);
	vn_lock(vp, lkflag | LK_RETRY);
	return error;
}

/*
 * The buffer's worth of device an offset lies in.  The last one is as long as
 * the device.
 */
static void
spec_blk_extent(vnode_t *vp, off_t off, daddr_t *bnp, int *sizep)
{
	const off_t start = rounddown2(off, SPEC_BSIZE);

	KASSERT(off < vp->v_size);
	*bnp = btodb(start);
	*sizep = MIN(SPEC_BSIZE, vp->v_size - start);
}

static int
spec_blk_read(vnode_t *vp, struct uio *uio)
{
	struct buf *bp;
	daddr_t bn;
	int error, n, on, size;

	for (error = 0; error == 0 && uio->uio_resid > 0 &&
	    uio->uio_offset < vp->v_size;) {
		spec_blk_extent(vp, uio->uio_offset, &bn, &size);
		on = uio->uio_offset - dbtob(bn);
		error = bread(vp, bn, size, 0, &bp);
		if (error != 0)
			break;
		n = MIN(size - on, uio->uio_resid);
		error = uiomove((char *)bp->b_data + on, n, uio);
		brelse(bp, 0);
	}
	return error;
}

int
spec_read(void *v)
{
	struct vop_read_args *ap = v;
	vnode_t *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;

	KASSERT(uio->uio_rw == UIO_READ);
	if (uio->uio_resid == 0)
		return 0;
	if (vp->v_type == VCHR)
		return spec_chr_rw(vp, uio, ap->a_ioflag);
	KASSERT(vp->v_type == VBLK);
	if (uio->uio_offset < 0)
		return EINVAL;
	return spec_blk_read(vp, uio);
}

/*
 * A write that reaches the end of the device is short; one that begins there
 * fails.
 */
static int
spec_blk_write(vnode_t *vp, struct uio *uio, bool sync)
{
	const size_t resid = uio->uio_resid;
	struct buf *bp;
	daddr_t bn;
	int error, n, on, size;

	for (error = 0; error == 0 && uio->uio_resid > 0;) {
		if (uio->uio_offset >= vp->v_size)
			return uio->uio_resid == resid ? ENOSPC : 0;
		spec_blk_extent(vp, uio->uio_offset, &bn, &size);
		on = uio->uio_offset - dbtob(bn);
		n = MIN(size - on, uio->uio_resid);
		if (n == size) {
			bp = getblk(vp, bn, size, 0, 0);
		} else {
			error = bread(vp, bn, size, B_MODIFY, &bp);
			if (error != 0)
				break;
		}
		error = uiomove((char *)bp->b_data + on, n, uio);
		if (error != 0) {
			brelse(bp, n == size ? BC_INVAL : 0);
			break;
		}
		if (sync)
			error = bwrite(bp);
		else if (n + on == size)
			bawrite(bp);
		else
			bdwrite(bp);
	}
	return error;
}

int
spec_write(void *v)
{
	struct vop_write_args *ap = v;
	vnode_t *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;

	KASSERT(uio->uio_rw == UIO_WRITE);
	if (vp->v_type == VCHR)
		return spec_chr_rw(vp, uio, ap->a_ioflag);
	KASSERT(vp->v_type == VBLK);
	if (uio->uio_resid == 0)
		return 0;
	if (uio->uio_offset < 0)
		return EINVAL;
	return spec_blk_write(vp, uio, (ap->a_ioflag & IO_SYNC) != 0);
}

int
spec_fdiscard(void *v)
{
	struct vop_fdiscard_args *ap = v;
	vnode_t *vp = ap->a_vp;
	specdev_t *sd;
	int error;

	error = spec_io_enter(vp, &sd);
	if (error != 0)
		return error;
	if (vp->v_type == VCHR)
		error = cdev_discard(sd->sd_rdev, ap->a_pos, ap->a_len);
	else
		error = bdev_discard(sd->sd_rdev, ap->a_pos, ap->a_len);
	spec_io_exit(sd);
	return error;
}

int
spec_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	vnode_t *vp = ap->a_vp;
	specdev_t *sd;
	int error;

	error = spec_io_enter(vp, &sd);
	if (error != 0)
		return error;
	if (vp->v_type == VCHR)
		error = cdev_ioctl(sd->sd_rdev, ap->a_command, ap->a_data,
		    ap->a_fflag, curlwp);
	else
		error = bdev_ioctl(sd->sd_rdev, ap->a_command, ap->a_data,
		    ap->a_fflag, curlwp);
	spec_io_exit(sd);
	return error;
}

int
spec_poll(void *v)
{
	struct vop_poll_args *ap = v;
	specdev_t *sd;
	int revents;

	if (ap->a_vp->v_type != VCHR)
		return genfs_poll(v);
	if (spec_io_enter(ap->a_vp, &sd) != 0)
		return POLLERR;
	revents = cdev_poll(sd->sd_rdev, ap->a_events, curlwp);
	spec_io_exit(sd);
	return revents;
}

int
spec_kqfilter(void *v)
{
	struct vop_kqfilter_args *ap = v;
	specdev_t *sd;
	int error;

	if (ap->a_vp->v_type != VCHR)
		return genfs_kqfilter(v);
	error = spec_io_enter(ap->a_vp, &sd);
	if (error != 0)
		return error;
	error = cdev_kqfilter(sd->sd_rdev, ap->a_kn);
	spec_io_exit(sd);
	return error;
}

int
spec_mmap(void *v)
{
	struct vop_mmap_args *ap = v;

	return ap->a_vp->v_type == VBLK ? EINVAL : 0;
}

/*
 * Buffers of a block device reach the device, and its medium unless a file
 * system decides when that is due.
 */
int
spec_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	vnode_t *vp = ap->a_vp;
	struct mount *mp;
	int error, force;

	if (vp->v_type != VBLK)
		return 0;
	mp = spec_node_getmountedfs(vp);
	if (mp != NULL && mp->mnt_op->vfs_fsync != NULL) {
		error = VFS_FSYNC(mp, vp, ap->a_flags);
		if (error != EOPNOTSUPP)
			return error;
	}
	error = vflushbuf(vp, ap->a_flags);
	if (error != 0 || (ap->a_flags & FSYNC_LAZY) != 0)
		return error;
	if ((ap->a_flags & FSYNC_CACHE) == 0 &&
	    ((ap->a_flags & (FSYNC_WAIT | FSYNC_RECLAIM)) != FSYNC_WAIT ||
	    mp != NULL))
		return 0;
	force = 1;
	error = bdev_ioctl(vp->v_rdev, DIOCCACHESYNC, &force, FWRITE, curlwp);
	return error == ENODEV || error == ENOTTY || error == EBADF ?
	    0 : error;
}

int
spec_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct buf *bp = ap->a_bp;
	specdev_t *sd;
	int error;

	if (spec_io_enter(ap->a_vp, &sd) != 0) {
		bp->b_error = ENXIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return 0;
	}
	bp->b_dev = sd->sd_rdev;
	/* Whoever has a snapshot keeps what is overwritten. */
	error = BUF_ISWRITE(bp) ? fscow_run(bp, false) : 0;
	if (error != 0) {
		bp->b_error = error;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
	} else
		bdev_strategy(bp);
	spec_io_exit(sd);
	return 0;
}

/*
 * Logical and physical blocks are the same.
 */
int
spec_bmap(void *v)
{
	struct vop_bmap_args *ap = v;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = ap->a_vp;
	if (ap->a_bnp != NULL)
		*ap->a_bnp = ap->a_bn;
	if (ap->a_runp != NULL)
		*ap->a_runp = (MAXBSIZE >> DEV_BSHIFT) - 1;
	return 0;
}

int
spec_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;

	*ap->a_recycle = true;
	return 0;
}

int
spec_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;

	KASSERT(ap->a_vp->v_data == NULL);
	VOP_UNLOCK(ap->a_vp);
	return 0;
}

int
spec_print(void *v)
{
	struct vop_print_args *ap = v;

	printf("\tdevice 0x%jx, open %u times\n",
	    (uintmax_t)ap->a_vp->v_rdev, ap->a_vp->v_specnode->sn_opencnt);
	return 0;
}

int
spec_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = LINK_MAX;
		return 0;
	case _PC_MAX_CANON:
		*ap->a_retval = MAX_CANON;
		return 0;
	case _PC_MAX_INPUT:
		*ap->a_retval = MAX_INPUT;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	case _PC_VDISABLE:
		*ap->a_retval = 0xff;
		return 0;
	default:
		return genfs_pathconf(v);
	}
}

int
spec_advlock(void *v)
{
	struct vop_advlock_args *ap = v;

	return lf_advlock(ap, &ap->a_vp->v_speclockf, (off_t)0);
}
