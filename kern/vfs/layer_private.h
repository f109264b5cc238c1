/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the layer_*.c files share.
 */
#ifndef _VFS_LAYER_PRIVATE_H_
#define _VFS_LAYER_PRIVATE_H_

#include <sys/vnode_impl.h>

#include <miscfs/genfs/layer_extern.h>

/*
 * The lower vnode, referenced; NULL while the upper one is being reclaimed,
 * which who has the vnode lock need not expect.
 */
static inline struct vnode *
layer_lower(struct vnode *vp)
{
	struct vnode *lowervp = NULL;

	mutex_enter(vp->v_interlock);
	if (vp->v_data != NULL) {
		lowervp = LAYERVPTOLOWERVP(vp);
		vref(lowervp);
	}
	mutex_exit(vp->v_interlock);
	return lowervp;
}

/*
 * Note that the lower vnode of vp, which is locked, was opened (n is 1) or
 * closed (-1).  vn_open() counts writers of the upper one only.
 */
void	layer_opened(struct vnode *, int flags, int n);

#endif /* !_VFS_LAYER_PRIVATE_H_ */
