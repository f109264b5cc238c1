/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spec_open.c: opening and closing devices through special files.
 *
 * A block device is open at most once, by one vnode: the buffer cache knows
 * blocks by vnode, and two would not see each other's changes.  So it cannot be
 * opened while a file system is mounted from it, nor its character twin for
 * writing.  The driver's open is called for each open, its close for the last
 * close (for each with D_MCLOSE), neither with the vnode locked.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include "spec_private.h"

static int
open_authorize(vnode_t *vp, int mode, kauth_cred_t cred)
{
	enum kauth_device_req req;

	switch (mode & (FREAD | FWRITE)) {
	case FREAD | FWRITE:
		req = KAUTH_REQ_DEVICE_RAWIO_SPEC_RW;
		break;
	case FWRITE:
		req = KAUTH_REQ_DEVICE_RAWIO_SPEC_WRITE;
		break;
	default:
		req = KAUTH_REQ_DEVICE_RAWIO_SPEC_READ;
		break;
	}
	return kauth_authorize_device_spec(cred, req, vp);
}

/*
 * Is a file system mounted from the block device behind a character device?
 */
static bool
twin_mounted_p(dev_t rdev)
{
	dev_t bdev = devsw_chr2blk(rdev);
	vnode_t *bvp;
	bool mounted;

	if (bdev == NODEV)
		return false;
	if (spec_node_lookup_by_dev(VBLK, bdev, VDEAD_NOWAIT, &bvp) != 0)
		return false;
	mounted = spec_node_getmountedfs(bvp) != NULL;
	vrele(bvp);
	return mounted;
}

bool
spec_disk_mounted(vnode_t *vp)
{

	return vp->v_type == VBLK ? vfs_mountedon(vp) == EBUSY :
	    twin_mounted_p(vp->v_rdev);
}

/*
 * Count an open, if it is possible.
 */
static int
open_claim(vnode_t *vp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;
	int error = 0;

	mutex_enter(&device_lock);
	while (sd->sd_closing && !sn->sn_gone)
		cv_wait(&spec_cv, &device_lock);
	if (sn->sn_gone) {
		error = EBADF;
	} else if (vp->v_type == VBLK && (sd->sd_opencnt != 0 ||
	    sd->sd_mountpoint != NULL)) {
		error = EBUSY;
	} else {
		sd->sd_opencnt++;
		sn->sn_opencnt++;
		if (vp->v_type == VBLK)
			sd->sd_bdevvp = vp;
	}
	mutex_exit(&device_lock);
	return error;
}

/*
 * Undo it, after a failure or for a close.  *lastp: nobody has it open now, and
 * the driver is to be told.  That may be after a failure: who had it open could
 * not, as there was one more.
 */
static void
open_disclaim(vnode_t *vp, bool closing, bool *lastp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;

	mutex_enter(&device_lock);
	KASSERT(sn->sn_opencnt > 0 && sd->sd_opencnt >= sn->sn_opencnt);
	sn->sn_opencnt--;
	sd->sd_opencnt--;
	if (vp->v_type == VBLK)
		sd->sd_bdevvp = NULL;
	*lastp = sd->sd_opencnt == 0 && (closing || sd->sd_opened);
	if (*lastp) {
		sd->sd_closing = true;
		sd->sd_opened = false;
	}
	mutex_exit(&device_lock);
}

/* The driver has it open. */
static void
open_done(specdev_t *sd)
{

	mutex_enter(&device_lock);
	KASSERT(sd->sd_opencnt > 0 && !sd->sd_closing);
	sd->sd_opened = true;
	mutex_exit(&device_lock);
}

static int
open_driver(vnode_t *vp, int mode)
{
	const dev_t dev = vp->v_rdev;

	if (vp->v_type == VCHR)
		return cdev_open(dev, mode, S_IFCHR, curlwp);
	return bdev_open(dev, mode, S_IFBLK, curlwp);
}

static int
close_driver(dev_t dev, enum vtype type, int flags)
{

	if (type == VCHR)
		return cdev_close(dev, flags, S_IFCHR, curlwp);
	return bdev_close(dev, flags, S_IFBLK, curlwp);
}

static void
close_finish(specdev_t *sd)
{

	mutex_enter(&device_lock);
	while (atomic_load_relaxed(&sd->sd_iocnt) != 0)
		cv_wait(&spec_cv, &device_lock);
	sd->sd_closing = false;
	cv_broadcast(&spec_cv);
	mutex_exit(&device_lock);
}

/*
 * How large is the device?  Reads end there.
 */
static void
open_setsize(vnode_t *vp)
{
	off_t size;

	if (bdev_ioctl(vp->v_rdev, DIOCGMEDIASIZE, &size, FREAD, curlwp) != 0)
		size = 0;
	uvm_vnp_setsize(vp, size);
}

int
spec_open(void *v)
{
	struct vop_open_args *ap = v;
	vnode_t *vp = ap->a_vp;
	specnode_t *sn = vp->v_specnode;
	const int lkflag = VOP_ISLOCKED(vp);
	bool last;
	int error;

	KASSERT(vp->v_type == VBLK || vp->v_type == VCHR);
	if (vp->v_mount != NULL && (vp->v_mount->mnt_flag & MNT_NODEV))
		return ENXIO;
	error = open_authorize(vp, ap->a_mode, ap->a_cred);
	if (error != 0)
		return error;
	if (vp->v_type == VCHR && (ap->a_mode & FWRITE) &&
	    twin_mounted_p(vp->v_rdev))
		return EBUSY;
	error = open_claim(vp);
	if (error != 0)
		return error;
	VOP_UNLOCK(vp);
	error = open_driver(vp, ap->a_mode);
	if (error == 0 && vp->v_type == VBLK)
		open_setsize(vp);
	vn_lock(vp, lkflag | LK_RETRY);
	if (sn->sn_gone && sn->sn_opencnt == 0)
		/* Revoked, which also closed it. */
		return error != 0 ? error : EBADF;
	if (error != 0) {
		open_disclaim(vp, false, &last);
		if (last) {
			VOP_UNLOCK(vp);
			(void)close_driver(vp->v_rdev, vp->v_type, ap->a_mode);
			close_finish(sn->sn_dev);
			vn_lock(vp, lkflag | LK_RETRY);
		}
		return error;
	}
	open_done(sn->sn_dev);
	/* Operations look at the flags without the lock. */
	if (vp->v_type == VCHR && cdev_type(vp->v_rdev) == D_TTY)
		atomic_store_relaxed(&vp->v_vflag, vp->v_vflag | VV_ISTTY);
	return 0;
}

/*
 * Write what the buffer cache has of a block device that is closed.  What
 * cannot be written is dropped, with the error for the closer.
 */
static int
close_flush(vnode_t *vp)
{
	int error, error2;

	error = vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0);
	error2 = bio_error_take(vp);
	if (error != 0)
		(void)vinvalbuf(vp, 0, NOCRED, curlwp, false, 0);
	return error != 0 ? error : error2;
}

int
spec_close(void *v)
{
	struct vop_close_args *ap = v;
	vnode_t *vp = ap->a_vp;
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;
	const dev_t dev = vp->v_rdev;
	const bool relock = !sn->sn_gone;
	const int lkflag = VOP_ISLOCKED(vp);
	bool last;
	int error, error2;

	error = vp->v_type == VBLK ? close_flush(vp) : 0;
	open_disclaim(vp, true, &last);
	if (!last && (vp->v_type != VCHR || !(cdev_flags(dev) & D_MCLOSE)))
		return error;
	/* A dying vnode stays locked: nobody else can be waiting for it. */
	if (relock)
		VOP_UNLOCK(vp);
	error2 = close_driver(dev, vp->v_type, ap->a_fflag);
	if (last)
		close_finish(sd);
	if (relock)
		vn_lock(vp, (lkflag != LK_NONE ? lkflag : LK_EXCLUSIVE) |
		    LK_RETRY);
	return error != 0 ? error : error2;
}
