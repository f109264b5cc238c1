/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subr_disksize.c: how large is the disk behind a vnode?  File systems ask
 * when they mount, the disk being open.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>

/*
 * Number of sectors and their size.
 */
int
getdisksize(struct vnode *vp, uint64_t *numsecp, unsigned int *secsizep)
{
	struct vattr va;
	u_int secsize;
	off_t size;
	int error;

	if (vp->v_type != VBLK && vp->v_type != VCHR) {
		vn_lock(vp, LK_SHARED | LK_RETRY);
		error = VOP_GETATTR(vp, &va, NOCRED);
		VOP_UNLOCK(vp);
		if (error != 0)
			return error;
		*numsecp = va.va_size / DEV_BSIZE;
		*secsizep = DEV_BSIZE;
		return 0;
	}
	error = VOP_IOCTL(vp, DIOCGMEDIASIZE, &size, FREAD, NOCRED);
	if (error != 0)
		return error;
	error = VOP_IOCTL(vp, DIOCGSECTORSIZE, &secsize, FREAD, NOCRED);
	if (error != 0)
		return error;
	if (secsize == 0 || size < 0)
		return EINVAL;
	*numsecp = size / secsize;
	*secsizep = secsize;
	return 0;
}

/*
 * The wedge a disk is; a whole disk is described as one without a type.
 */
int
getdiskinfo(struct vnode *vp, struct dkwedge_info *dkw)
{
	unsigned int secsize;
	uint64_t numsec;
	int error;

	error = VOP_IOCTL(vp, DIOCGWEDGEINFO, dkw, FREAD, NOCRED);
	if (error == 0)
		return 0;
	error = getdisksize(vp, &numsec, &secsize);
	if (error != 0)
		return error;
	memset(dkw, 0, sizeof(*dkw));
	snprintf(dkw->dkw_devname, sizeof(dkw->dkw_devname), "%jd:%jd",
	    (intmax_t)major(vp->v_rdev), (intmax_t)minor(vp->v_rdev));
	dkw->dkw_size = numsec;
	return 0;
}
