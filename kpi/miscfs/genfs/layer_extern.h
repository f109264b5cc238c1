/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * miscfs/genfs/layer_extern.h: what a layer (<miscfs/genfs/layer.h>) puts in
 * its vfsops and its vnodeopv table.  layer_bypass() is for vop_default; the
 * operations below it are those that a layer has to list because they do
 * more.  A layer lists genfs_accessx() for vop_accessx.
 */
#ifndef _MISCFS_GENFS_LAYER_EXTERN_H_
#define	_MISCFS_GENFS_LAYER_EXTERN_H_

#include <miscfs/genfs/layer.h>

struct fid;
struct kauth_cred;
struct quotactl_args;
struct statvfs;
struct timespec;

void	layerfs_init(void);
void	layerfs_done(void);

/*
 * The upper vnode of a lower one, referenced.  The caller's reference to the
 * lower vnode is used up, but not on error.  If the lower one is locked, so is
 * the upper one, as the lock is the same.
 */
int	layer_node_create(struct mount *, struct vnode *, struct vnode **);

/* vfsops(9) */
int	layerfs_start(struct mount *, int);
int	layerfs_root(struct mount *, int, struct vnode **);
int	layerfs_quotactl(struct mount *, struct quotactl_args *);
int	layerfs_statvfs(struct mount *, struct statvfs *);
int	layerfs_sync(struct mount *, int, struct kauth_cred *);
int	layerfs_loadvnode(struct mount *, struct vnode *, const void *, size_t,
	    const void **);
int	layerfs_vget(struct mount *, ino_t, int, struct vnode **);
int	layerfs_fhtovp(struct mount *, struct fid *, int, struct vnode **);
int	layerfs_vptofh(struct vnode *, struct fid *, size_t *);
int	layerfs_snapshot(struct mount *, struct vnode *, struct timespec *);
int	layerfs_suspendctl(struct mount *, int); /* that of the mount below */
int	layerfs_renamelock_enter(struct mount *);
void	layerfs_renamelock_exit(struct mount *);

/*
 * Any operation: upper vnodes among the arguments are replaced by their lower
 * ones, the lower file system is called, and what it returns gets an upper
 * vnode.
 */
int	layer_bypass(void *);

/* vnodeops(9) */
int	layer_access(void *);
int	layer_bmap(void *);
int	layer_fsync(void *);
int	layer_getattr(void *);
int	layer_getpages(void *);
int	layer_inactive(void *);
int	layer_lock(void *);
int	layer_lookup(void *);
int	layer_open(void *);
int	layer_print(void *);
int	layer_putpages(void *);
int	layer_reclaim(void *);
int	layer_remove(void *);
int	layer_rename(void *);
int	layer_revoke(void *);
int	layer_rmdir(void *);
int	layer_setattr(void *);

#endif /* !_MISCFS_GENFS_LAYER_EXTERN_H_ */
