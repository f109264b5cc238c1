/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where data and holes of a regular file begin: FIOSEEKDATA and FIOSEEKHOLE,
 * which lseek(2) asks with, by the block mapping.  A block that is mapped is
 * data whatever is in it; an unwritten extent is a hole.
 */

#include "ext2.h"

#include <sys/filio.h>

/*
 * The next data (or hole) at or behind *offp, with the vnode locked.  ENXIO:
 * there is no more data; behind the end of the file is a hole.
 */
static int
ext2_seek(struct ext2_inode *ip, bool data, off_t *offp)
{
	const uint32_t shift = ip->ei_em->em_bshift;
	const uint64_t size = ip->ei_size;
	uint64_t lbn, end, pbn, at;
	uint32_t run;
	int error;

	if (*offp < 0 || (uint64_t)*offp >= size)
		return ENXIO;
	if (ip->ei_inline != NULL) {	/* all of it is data */
		if (!data)
			*offp = size;
		return 0;
	}
	end = ((size - 1) >> shift) + 1;
	for (lbn = (uint64_t)*offp >> shift; lbn < end; lbn += run) {
		error = ext2_bmap(ip, lbn, MIN(end - lbn, UINT32_MAX), &pbn,
		    &run);
		if (error != 0)
			return error;
		KASSERT(run != 0);
		if ((pbn != 0) != data)
			continue;
		at = lbn << shift;
		if (at > (uint64_t)*offp)
			*offp = at;
		return 0;
	}
	if (data)
		return ENXIO;
	*offp = size;
	return 0;
}

int
ext2fs_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int error;

	if (vp->v_type != VREG || (ap->a_command != FIOSEEKDATA &&
	    ap->a_command != FIOSEEKHOLE))
		return genfs_enoioctl(v);
	error = vn_lock(vp, LK_SHARED);
	if (error != 0)
		return error;
	error = ext2_seek(VTOE(vp), ap->a_command == FIOSEEKDATA,
	    ap->a_data);
	VOP_UNLOCK(vp);
	return error;
}
