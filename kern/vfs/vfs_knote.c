/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue(2) on vnodes: the list of watchers and what they are interested in.
 * Called from VOP_KQFILTER of the file systems (genfs) and from the hooks
 * around the vnode operations.
 *
 * Locks: v_interlock protects list and interest.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/event.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

/* Reading and writing wait for the size; the rest is asked for by flags. */
static long
vn_knote_wants(const struct knote *kn)
{

	if (kn->kn_filter == EVFILT_VNODE)
		return kn->kn_sfflags | NOTE_REVOKE;
	return NOTE_WRITE | NOTE_EXTEND | NOTE_ATTRIB | NOTE_DELETE |
	    NOTE_REVOKE;
}

static void
vn_knote_interest(struct vnode_klist *vk)
{
	struct knote *kn;
	long interest = 0;

	SLIST_FOREACH(kn, &vk->vk_klist, kn_selnext)
		interest |= vn_knote_wants(kn);
	vk->vk_interest = interest;
}

void
vn_knote_attach(struct vnode *vp, struct knote *kn)
{
	struct vnode_klist *vk = vp->v_klist;

	mutex_enter(vp->v_interlock);
	SLIST_INSERT_HEAD(&vk->vk_klist, kn, kn_selnext);
	vk->vk_interest |= vn_knote_wants(kn);
	mutex_exit(vp->v_interlock);
}

void
vn_knote_detach(struct vnode *vp, struct knote *kn)
{
	struct vnode_klist *vk = vp->v_klist;

	mutex_enter(vp->v_interlock);
	SLIST_REMOVE(&vk->vk_klist, kn, knote, kn_selnext);
	vn_knote_interest(vk);
	mutex_exit(vp->v_interlock);
}

/* Something happened that somebody watches. */
void
vn_knote_signal(struct vnode *vp, long hint)
{

	mutex_enter(vp->v_interlock);
	KNOTE(&vp->v_klist->vk_klist, hint);
	mutex_exit(vp->v_interlock);
}
