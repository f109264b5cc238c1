/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * miscfs/genfs/layer.h: file systems that show another one, changed in some
 * way.  Each of their vnodes, the upper ones, sits on a vnode of the mount
 * below, the lower one, and shares its lock, interlock, vmobjlock and
 * watchers.  A layer's own mount and node structures begin with the two here.
 *
 * A layer's VFS_MOUNT finds the lower root, sets mnt_data to a filled-in
 * layer_mount, calls vfs_set_lowermount() and then layer_node_create() for
 * the root, which it keeps in layerm_rootvp with VV_ROOT set.  Its
 * VFS_UNMOUNT flushes all other vnodes, then vgone()s that one.  The rest is
 * in <miscfs/genfs/layer_extern.h>.
 */
#ifndef _MISCFS_GENFS_LAYER_H_
#define	_MISCFS_GENFS_LAYER_H_

#include <sys/mount.h>

/* What mount(2) gets. */
struct layer_args {
	char			*target;	/* directory to show */
	struct export_args30	_pad1;
};

#ifdef _KERNEL

#include <sys/vnode.h>

/* Fixed once mounted. */
struct layer_mount {
	struct vnode	*layerm_rootvp;	/* upper root, referenced */
	u_int		layerm_flags;	/* LAYERFS_M */
	u_int		layerm_size;	/* of the layer's own node */
	enum vtagtype	layerm_tag;	/* of upper vnodes */
	int		(*layerm_bypass)(void *); /* see LAYERFS_DO_BYPASS */
	int		(**layerm_vnodeop_p)(void *); /* of upper vnodes */
};

#define	LAYERFS_MFLAGS		0x00000fff	/* not the layer's own */
#define	LAYERFS_MBYPASSDEBUG	0x00000001	/* bypass tells what it does */

/* Locks: - fixed while the upper vnode lives; i v_interlock. */
struct layer_node {
	struct vnode	*layer_lowervp;	/* -: referenced */
	struct vnode	*layer_vnode;	/* -: the upper one */
	unsigned int	layer_flags;	/* i: LAYERFS_ */
	unsigned int	layer_opens[4];	/* i: opens below, by FREAD, FWRITE */
};

#define	LAYERFS_RESFLAGS	0x00000fff	/* not the layer's own */
#define	LAYERFS_REMOVED		0x00000001	/* recycle when unused */

#define	MOUNTTOLAYERMOUNT(mp)	((struct layer_mount *)((mp)->mnt_data))
#define	VTOLAYER(vp)		((struct layer_node *)(vp)->v_data)
#define	LAYERTOV(xp)		((xp)->layer_vnode)
#define	LAYERVPTOLOWERVP(vp)	(VTOLAYER(vp)->layer_lowervp)

/* Let the operation happen below. */
#define	LAYERFS_DO_BYPASS(vp, ap)					\
	(*MOUNTTOLAYERMOUNT((vp)->v_mount)->layerm_bypass)((ap))

#endif /* _KERNEL */

#endif /* !_MISCFS_GENFS_LAYER_H_ */
