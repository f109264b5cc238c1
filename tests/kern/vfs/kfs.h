/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file system for the kernel halves of tests: files are numbers, which are
 * also their keys and, in decimal, their names in the one directory, KFS_ROOT.
 * It answers the way a test orders it to and counts what it is asked.
 */
#ifndef _TESTS_KERN_VFS_KFS_H_
#define _TESTS_KERN_VFS_KFS_H_

#include "../base/kt.h"

#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>

#define	KFS_ROOT	1
#define	KFS_NFILES	100	/* files below this number exist */
#define	KFS_EIO		66	/* but this one cannot be read */

struct kfs_node {
	struct genfs_node kn_genfs;
	uint32_t	kn_key;
	bool		kn_removed;	/* VOP_INACTIVE says recycle */
};

#define	VTOKFS(vp)	((struct kfs_node *)(vp)->v_data)

/* What it was asked, and what it shall answer from now on. */
struct kfs_counts {
	int	kc_load, kc_new, kc_inactive, kc_reclaim, kc_start, kc_sync;
	int	kc_extattr, kc_extattr_cmd;
	int	kc_locked;	/* lock of the vnode in the last VOP_INACTIVE */
};
extern struct kfs_counts kfs_counts;
extern int kfs_start_error, kfs_mount_error, kfs_unmount_error;
extern int kfs_extattr_error, kfs_root_error;
extern struct vfsops kfs_vfsops;

int	kfs_mount_on(const char *, int);
int	kfs_remount(const char *, int);
int	kfs_unmount_from(const char *);
struct vnode *kt_namei(const char *);
/* A referenced, unlocked vnode of a file. */
struct vnode *kfs_get(struct mount *, uint32_t);

#endif /* !_TESTS_KERN_VFS_KFS_H_ */
