/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upper vnodes: one for each lower vnode that somebody asked a layer for, found
 * by the lower vnode's address.  As long as the upper one is there, used or
 * just cached, it keeps a reference to the lower one, so the address is not
 * used again.  Layers require the module "layerfs", which is this.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/rwlock.h>

#include <miscfs/specfs/specdev.h>

#include "layer_private.h"

MODULE(MODULE_CLASS_MISC, layerfs, NULL);

static int
layerfs_modcmd(modcmd_t cmd, void *arg)
{

	return cmd == MODULE_CMD_INIT || cmd == MODULE_CMD_FINI ? 0 : ENOTTY;
}

void
layerfs_init(void)
{
}

void
layerfs_done(void)
{
}

int
layer_node_create(struct mount *mp, struct vnode *lowervp,
    struct vnode **vpp)
{
	int error;

	KASSERT(mp->mnt_lower != NULL);
	error = vcache_get(mp, &lowervp, sizeof(lowervp), vpp);
	if (error == 0)
		vrele(lowervp);
	return error;
}

int
layerfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **newkey)
{
	struct layer_mount *lmp = MOUNTTOLAYERMOUNT(mp);
	struct vnode *lowervp;
	struct layer_node *xp;

	KASSERT(keylen == sizeof(lowervp));
	KASSERT(lmp->layerm_size >= sizeof(*xp));
	memcpy(&lowervp, key, sizeof(lowervp));
	xp = kmem_zalloc(lmp->layerm_size, KM_SLEEP);
	vref(lowervp);
	xp->layer_lowervp = lowervp;
	xp->layer_vnode = vp;

	vshareilock(vp, lowervp);
	vshareklist(vp, lowervp);
	rw_obj_hold(lowervp->v_uobj.vmobjlock);
	uvm_obj_setlock(&vp->v_uobj, lowervp->v_uobj.vmobjlock);
	vp->v_tag = lmp->layerm_tag;
	vp->v_type = lowervp->v_type;
	vp->v_op = lmp->layerm_vnodeop_p;
	vp->v_data = xp;
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		spec_node_init(vp, lowervp->v_rdev);
	uvm_vnp_setsize(vp, 0);
	*newkey = &xp->layer_lowervp;
	return 0;
}
