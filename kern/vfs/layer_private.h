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

#endif /* !_VFS_LAYER_PRIVATE_H_ */
