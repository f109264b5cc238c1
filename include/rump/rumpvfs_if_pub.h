/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public calls into the vfs faction of a rump kernel (librumpvfs).
 *
 * They serve programs that work on vnodes and mounts instead of on system
 * calls, for example servers of a file protocol.  Each enters the kernel and
 * leaves it again.  An int result is 0 or a NetBSD errno number.  A vnode
 * comes back referenced, and from rump_pub_namei() locked if asked for.
 */
#ifndef _RUMP_RUMPVFS_IF_PUB_H_
#define	_RUMP_RUMPVFS_IF_PUB_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stddef.h>
#include <stdint.h>
#endif
#include <rump/rumpdefs.h>

struct componentname;
struct fid;
struct kauth_cred;
struct lwp;
struct mount;
struct statvfs;
struct vattr;
struct vfsops;
struct vnode;

#ifdef __cplusplus
extern "C" {
#endif

/* Names. */
void	rump_pub_freecn(struct componentname *, int);
struct componentname *rump_pub_makecn(unsigned long, unsigned long,
    const char *, size_t, struct kauth_cred *, struct lwp *);
int	rump_pub_namei(uint32_t, uint32_t, const char *, struct vnode **,
    struct vnode **, struct componentname **);

/* Vnodes: type, size and device; references; locks of their parts. */
void	rump_pub_getvninfo(struct vnode *, enum rump_vtype *, off_t *, dev_t *);
int	rump_pub_vp_getref(struct vnode *);
void	rump_pub_vp_incref(struct vnode *);
void	rump_pub_vp_interlock(struct vnode *);
void	rump_pub_vp_rele(struct vnode *);
void	rump_pub_vp_vmobjlock(struct vnode *, int);

/* Attributes. */
void	rump_pub_vattr50_to_vattr(const struct vattr *, struct vattr *);
void	rump_pub_vattr_free(struct vattr *);
struct vattr *rump_pub_vattr_init(void);
void	rump_pub_vattr_setmode(struct vattr *, mode_t);
void	rump_pub_vattr_setrdev(struct vattr *, dev_t);
void	rump_pub_vattr_settype(struct vattr *, enum rump_vtype);
void	rump_pub_vattr_to_vattr50(const struct vattr *, struct vattr *);

/* Mounts and file system types. */
int	rump_pub_vfs_extattrctl(struct mount *, int, struct vnode *, int,
    const char *);
int	rump_pub_vfs_fhtovp(struct mount *, struct fid *, struct vnode **);
int	rump_pub_vfs_getmp(const char *, struct mount **);
struct vfsops *rump_pub_vfs_getopsbyname(const char *);
void	rump_pub_vfs_mount_print(const char *, int);
int	rump_pub_vfs_root(struct mount *, struct vnode **, int);
int	rump_pub_vfs_statvfs(struct mount *, struct statvfs *);
int	rump_pub_vfs_sync(struct mount *, int, struct kauth_cred *);
void	rump_pub_vfs_syncwait(struct mount *);
int	rump_pub_vfs_unmount(struct mount *, int);
int	rump_pub_vfs_vptofh(struct vnode *, struct fid *, size_t *);
struct vfsops *rump_pub_vfslist_iterate(struct vfsops *);

/* File servers of the puffs kind. */
int	rump_pub_syspuffs_glueinit(int, int *);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPVFS_IF_PUB_H_ */
