/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spec_node.c: which vnodes name which device.  Each special vnode has a
 * specnode; all that name one device (block and character apart) share a
 * specdev.
 *
 * A specnode is made by the file system (spec_node_init) when it loads the
 * vnode, cut off by spec_node_revoke() when the vnode dies, and freed with it
 * (spec_node_destroy).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/vnode_impl.h>

#include "spec_private.h"

kmutex_t device_lock;
kcondvar_t spec_cv;
static vnode_t *specfs_hash[SPECHSZ];	/* device_lock */

void
spec_init(void)
{

	mutex_init(&device_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&spec_cv, "specdev");
}

/*
 * Another vnode of the same type and device.
 */
static vnode_t *
spec_sibling(const vnode_t *vp, dev_t rdev)
{
	vnode_t *vq;

	KASSERT(mutex_owned(&device_lock));
	for (vq = specfs_hash[SPECHASH(rdev)]; vq != NULL;
	    vq = vq->v_specnext)
		if (vq->v_rdev == rdev && vq->v_type == vp->v_type)
			return vq;
	return NULL;
}

/*
 * vp, which nobody can find yet, names rdev.
 */
void
spec_node_init(vnode_t *vp, dev_t rdev)
{
	specnode_t *sn;
	specdev_t *sd, *nsd;
	vnode_t *vq;

	KASSERT(vp->v_type == VBLK || vp->v_type == VCHR);
	KASSERT(vp->v_specnode == NULL);
	sn = kmem_zalloc(sizeof(*sn), KM_SLEEP);
	nsd = kmem_zalloc(sizeof(*nsd), KM_SLEEP);
	mutex_enter(&device_lock);
	vq = spec_sibling(vp, rdev);
	if (vq != NULL) {
		sd = vq->v_specnode->sn_dev;
	} else {
		sd = nsd;
		nsd = NULL;
		sd->sd_rdev = rdev;
	}
	sd->sd_refcnt++;
	sn->sn_dev = sd;
	sn->sn_rdev = rdev;
	sn->sn_next = specfs_hash[SPECHASH(rdev)];
	specfs_hash[SPECHASH(rdev)] = vp;
	vp->v_specnode = sn;
	mutex_exit(&device_lock);
	if (nsd != NULL)
		kmem_free(nsd, sizeof(*nsd));
}

/*
 * The vnode is freed.
 */
void
spec_node_destroy(vnode_t *vp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd;
	vnode_t **vpp;
	bool last;

	KASSERT(vp->v_type == VBLK || vp->v_type == VCHR);
	if (sn == NULL)
		return;
	sd = sn->sn_dev;
	mutex_enter(&device_lock);
	KASSERT(sn->sn_opencnt == 0);
	for (vpp = &specfs_hash[SPECHASH(sn->sn_rdev)]; *vpp != vp;
	    vpp = &(*vpp)->v_specnext)
		KASSERT(*vpp != NULL);
	*vpp = vp->v_specnext;
	vp->v_specnode = NULL;
	last = --sd->sd_refcnt == 0;
	mutex_exit(&device_lock);
	if (last) {
		KASSERT(sd->sd_opencnt == 0 && sd->sd_bdevvp == NULL);
		kmem_free(sd, sizeof(*sd));
	}
	kmem_free(sn, sizeof(*sn));
}

/*
 * The vnode dies: nothing enters the driver through it any more, and what it
 * has open is closed.  The vnode is locked.
 */
void
spec_node_revoke(vnode_t *vp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;
	int error;

	mutex_enter(&device_lock);
	KASSERT(sn->sn_opencnt <= sd->sd_opencnt);
	sn->sn_gone = true;
	if (sn->sn_opencnt > 0) {
		sd->sd_opencnt -= sn->sn_opencnt - 1;
		sn->sn_opencnt = 1;
		mutex_exit(&device_lock);
		error = VOP_CLOSE(vp, FNONBLOCK, NOCRED);
		if (error != 0)
			printf("specfs: closing device 0x%jx: error %d\n",
			    (uintmax_t)sn->sn_rdev, error);
		mutex_enter(&device_lock);
		KASSERT(sn->sn_opencnt == 0);
	}
	mutex_exit(&device_lock);
}

/*
 * A vnode of that device, referenced.  flags: VDEAD_NOWAIT fails for one that
 * is just dying instead of waiting.
 */
int
spec_node_lookup_by_dev(enum vtype type, dev_t dev, int flags, vnode_t **vpp)
{
	vnode_t *vp;
	int error;

again:	mutex_enter(&device_lock);
	for (vp = specfs_hash[SPECHASH(dev)]; vp != NULL; vp = vp->v_specnext)
		if (vp->v_type == type && vp->v_rdev == dev &&
		    !vp->v_specnode->sn_gone)
			break;
	if (vp == NULL) {
		mutex_exit(&device_lock);
		return ENOENT;
	}
	if (vcache_tryvget(vp) == 0) {
		mutex_exit(&device_lock);
		*vpp = vp;
		return 0;
	}
	mutex_enter(vp->v_interlock);
	mutex_exit(&device_lock);
	if (flags & VDEAD_NOWAIT) {
		mutex_exit(vp->v_interlock);
		return EBUSY;
	}
	error = vcache_vget(vp);
	if (error == ENOENT)
		goto again;
	*vpp = vp;
	return error;
}

/*
 * The block device vnode a file system is mounted from, referenced.
 */
int
spec_node_lookup_by_mount(struct mount *mp, vnode_t **vpp)
{
	vnode_t *vp, *vq;
	int i;

	mutex_enter(&device_lock);
	for (i = 0, vq = NULL; i < SPECHSZ && vq == NULL; i++)
		for (vp = specfs_hash[i]; vp != NULL; vp = vp->v_specnext)
			if (vp->v_type == VBLK &&
			    vp->v_specnode->sn_dev->sd_mountpoint == mp) {
				vq = vp->v_specnode->sn_dev->sd_bdevvp;
				break;
			}
	if (vq == NULL || vcache_tryvget(vq) != 0) {
		mutex_exit(&device_lock);
		return ENOENT;
	}
	mutex_exit(&device_lock);
	*vpp = vq;
	return 0;
}

struct mount *
spec_node_getmountedfs(vnode_t *devvp)
{

	if (devvp->v_type != VBLK || devvp->v_specnode == NULL)
		return NULL;
	return devvp->v_specnode->sn_dev->sd_mountpoint;
}

void
spec_node_setmountedfs(vnode_t *devvp, struct mount *mp)
{
	specdev_t *sd;

	KASSERT(devvp->v_type == VBLK);
	sd = devvp->v_specnode->sn_dev;
	mutex_enter(&device_lock);
	KASSERT(sd->sd_mountpoint == NULL || mp == NULL);
	sd->sd_mountpoint = mp;
	mutex_exit(&device_lock);
}

int
spec_io_enter(vnode_t *vp, specdev_t **sdp)
{
	specnode_t *sn;
	int error = ENXIO;

	mutex_enter(&device_lock);
	sn = vp->v_specnode;
	if (sn != NULL && !sn->sn_gone) {
		*sdp = sn->sn_dev;
		atomic_inc_uint(&sn->sn_dev->sd_iocnt);
		error = 0;
	}
	mutex_exit(&device_lock);
	return error;
}

void
spec_io_exit(specdev_t *sd)
{

	if (atomic_dec_uint_nv(&sd->sd_iocnt) > 0)
		return;
	mutex_enter(&device_lock);
	cv_broadcast(&spec_cv);
	mutex_exit(&device_lock);
}
