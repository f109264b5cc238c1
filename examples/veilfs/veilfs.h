/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of veilfs share.
 */
#ifndef _VEILFS_H_
#define	_VEILFS_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/layer_extern.h>

#include "veilfs_args.h"

/* A mount; fixed. */
struct veil_mount {
	struct layer_mount	vm_layer;	/* first */
	char			vm_prefix[VEILFS_PREFIXLEN];
	size_t			vm_prefixlen;
};

#define	MOUNTTOVEIL(mp)		((struct veil_mount *)(mp)->mnt_data)

extern int (**veil_vnodeop_p)(void *);
extern const struct vnodeopv_desc *const veil_vnodeopv_descs[];

#endif /* !_VEILFS_H_ */
