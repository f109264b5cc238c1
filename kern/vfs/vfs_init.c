/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File system types: vfs_attach(9) and friends.  Attaching builds the
 * operations vectors of the type from its vnodeopv_desc tables; an operation
 * a table does not list gets its vop_default entry.
 *
 * Locks: vfs_list_lock protects the list and the types' reference counts.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirhash.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/vnode_impl.h>

#include <miscfs/deadfs/deadfs.h>
#include <miscfs/fifofs/fifo.h>
#include <miscfs/specfs/specdev.h>

#include "vfs_private.h"

kmutex_t		vfs_list_lock;
struct vfs_list_head	vfs_list = LIST_HEAD_INITIALIZER(vfs_list);

/* Vectors that belong to no file system type. */
static const struct vnodeopv_desc * const vfs_special_vnodeopv_descs[] = {
	&dead_vnodeop_opv_desc,
	&fifo_vnodeop_opv_desc,
	&spec_vnodeop_opv_desc,
	NULL
};

static int (*
opv_default(const struct vnodeopv_desc *desc))(void *)
{
	const struct vnodeopv_entry_desc *e;

	for (e = desc->opv_desc_ops; e->opve_op != NULL; e++)
		if (e->opve_op == &vop_default_desc)
			return e->opve_impl;
	panic("vfs: operations vector without a default");
}

static void
opv_build(const struct vnodeopv_desc *desc)
{
	int (**vector)(void *), (*dflt)(void *) = opv_default(desc);
	const struct vnodeopv_entry_desc *e;
	int i;

	vector = kmem_alloc(VNODE_OPS_COUNT * sizeof(*vector), KM_SLEEP);
	for (i = 0; i < VNODE_OPS_COUNT; i++)
		vector[i] = dflt;
	for (e = desc->opv_desc_ops; e->opve_op != NULL; e++) {
		KASSERT(e->opve_op->vdesc_offset < VNODE_OPS_COUNT);
		vector[e->opve_op->vdesc_offset] = e->opve_impl;
	}
	*desc->opv_desc_vector_p = vector;
}

void
vfs_opv_init(const struct vnodeopv_desc * const *descs)
{

	for (; *descs != NULL; descs++)
		opv_build(*descs);
}

void
vfs_opv_free(const struct vnodeopv_desc * const *descs)
{

	for (; *descs != NULL; descs++) {
		kmem_free(*(*descs)->opv_desc_vector_p,
		    VNODE_OPS_COUNT * sizeof(int (*)(void *)));
		*(*descs)->opv_desc_vector_p = NULL;
	}
}

/* vfs_list_lock held. */
static struct vfsops *
vfs_find(const char *name)
{
	struct vfsops *v;

	LIST_FOREACH(v, &vfs_list, vfs_list)
		if (strncmp(v->vfs_name, name, _VFS_NAMELEN) == 0)
			break;
	return v;
}

int
vfs_attach(struct vfsops *vfs)
{
	bool taken;

	mutex_enter(&vfs_list_lock);
	taken = vfs_find(vfs->vfs_name) != NULL;
	if (!taken) {
		LIST_INSERT_HEAD(&vfs_list, vfs, vfs_list);
		vfs->vfs_refcount = 1;
	}
	mutex_exit(&vfs_list_lock);
	if (taken)
		return EEXIST;

	vfs_opv_init(vfs->vfs_opv_descs);
	(*vfs->vfs_init)();

	/* Nobody could mount it before. */
	mutex_enter(&vfs_list_lock);
	vfs->vfs_refcount--;
	mutex_exit(&vfs_list_lock);
	return 0;
}

/* EBUSY while something is mounted. */
int
vfs_detach(struct vfsops *vfs)
{
	int error = 0;

	mutex_enter(&vfs_list_lock);
	if (vfs->vfs_refcount != 0)
		error = EBUSY;
	else if (vfs_find(vfs->vfs_name) != vfs)
		error = ESRCH;
	else
		LIST_REMOVE(vfs, vfs_list);
	mutex_exit(&vfs_list_lock);
	if (error != 0)
		return error;
	(*vfs->vfs_done)();
	vfs_opv_free(vfs->vfs_opv_descs);
	return 0;
}

void
vfs_reinit(void)
{
	struct vfsops *v;

	mutex_enter(&vfs_list_lock);
	LIST_FOREACH(v, &vfs_list, vfs_list) {
		if (v->vfs_reinit == NULL)
			continue;
		v->vfs_refcount++;
		mutex_exit(&vfs_list_lock);
		(*v->vfs_reinit)();
		mutex_enter(&vfs_list_lock);
		v->vfs_refcount--;
	}
	mutex_exit(&vfs_list_lock);
}

/* Counts as a use of the type until vfs_delref(). */
struct vfsops *
vfs_getopsbyname(const char *name)
{
	struct vfsops *v;

	mutex_enter(&vfs_list_lock);
	v = vfs_find(name);
	if (v != NULL)
		v->vfs_refcount++;
	mutex_exit(&vfs_list_lock);
	return v;
}

void
vfs_delref(struct vfsops *vfs)
{

	mutex_enter(&vfs_list_lock);
	KASSERT(vfs->vfs_refcount > 0);
	vfs->vfs_refcount--;
	mutex_exit(&vfs_list_lock);
}

/* A number for the name of a type, for f_fsid and the like. */
long
makefstype(const char *type)
{
	long rv;

	for (rv = 0; *type; type++)
		rv = (rv << 2) ^ *type;
	return rv;
}

/* Everything the faction needs before the first file system. */
void
vfsinit(void)
{

	mutex_init(&vfs_list_lock, MUTEX_DEFAULT, IPL_NONE);
	vfs_hooks_sysinit();
	vcache_init();
	vdrain_init();
	fstrans_init();
	vfs_mount_sysinit();
	vfs_syncer_init();
	pathbuf_init();
	cwd_sys_init();
	nchinit();
	dirhash_init();
	spec_init();
	vfs_opv_init(vfs_special_vnodeopv_descs);
	dead_init();
}
