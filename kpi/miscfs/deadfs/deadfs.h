/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deadfs: the operations of a vnode whose file is gone (vgone, revoke, forced
 * unmount).  Reads see end of file on a revoked terminal and EIO elsewhere.
 */
#ifndef _MISCFS_DEADFS_DEADFS_H_
#define _MISCFS_DEADFS_DEADFS_H_

#ifdef _KERNEL

#include <sys/vnode.h>

extern int (**dead_vnodeop_p)(void *);
extern const struct vnodeopv_desc dead_vnodeop_opv_desc;
extern struct mount *dead_rootmount;

struct mount;

#endif /* _KERNEL */

#endif /* _MISCFS_DEADFS_DEADFS_H_ */
