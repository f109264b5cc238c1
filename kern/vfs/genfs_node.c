/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_node.c: the life of the genfs part of a file system's node and its
 * lock, which keeps pages and block allocation in step.  Paging takes it as
 * reader, allocation and truncation as writer, before vmobjlock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/rwlock.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <uvm/uvm.h>

void
genfs_node_init(struct vnode *vp, const struct genfs_ops *ops)
{
	struct genfs_node *gp = VTOG(vp);

	rw_init(&gp->g_glock);
	gp->g_op = ops;
}

void
genfs_node_destroy(struct vnode *vp)
{
	struct genfs_node *gp = VTOG(vp);

	bio_error_forget(vp);
	rw_destroy(&gp->g_glock);
}

void
genfs_node_wrlock(struct vnode *vp)
{

	rw_enter(&VTOG(vp)->g_glock, RW_WRITER);
}

void
genfs_node_rdlock(struct vnode *vp)
{

	rw_enter(&VTOG(vp)->g_glock, RW_READER);
}

int
genfs_node_rdtrylock(struct vnode *vp)
{

	return rw_tryenter(&VTOG(vp)->g_glock, RW_READER);
}

void
genfs_node_unlock(struct vnode *vp)
{

	rw_exit(&VTOG(vp)->g_glock);
}

int
genfs_node_wrlocked(struct vnode *vp)
{

	return rw_write_held(&VTOG(vp)->g_glock);
}
