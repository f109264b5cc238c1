/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of kern/vfs share and nobody else may use.
 */
#ifndef _VFS_PRIVATE_H_
#define _VFS_PRIVATE_H_

#include <sys/atomic.h>
#include <sys/vnode_impl.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/pserialize.h>

struct cwdinfo;
struct proc;
struct file;

/* vfs_trans.c */
int	fstrans_start_vnode(struct vnode *, bool, struct mount **);

/* vnode_if_hooks.c */
void	vop_lock_exclusive(struct vnode *, struct mount *);

/* vfs_syncer.c */
void	vfs_mount_dirtied(struct mount *);
void	vfs_mount_extattr(struct mount *, bool);
void	vfs_syncer_init(void);
void	vfs_syncer_need(void);

/* vfs_syscalls_mount.c */
int	do_sys_sync(struct lwp *, int);

/* vfs_vcache.c */
extern pserialize_t	vfs_psz;
void	vcache_init(void);
struct vnode_impl *vcache_alloc(void);
void	vcache_free(struct vnode_impl *);
void	vcache_remove(struct vnode_impl *, void (*)(struct vnode_impl *));
void	vcache_reclaim(struct vnode *);
void	vcache_grace(void);

/* Flags change under the interlock, and are read without it here and there. */
static inline void
vn_setiflag(struct vnode *vp, int set, int clear)
{

	KASSERT(mutex_owned(vp->v_interlock));
	atomic_store_relaxed(&vp->v_iflag, (vp->v_iflag | set) & ~clear);
}

/* vfs_vnode.c */
void	vrelel(struct vnode *, int, int);
#define	VRELEL_ASYNC	0x01	/* never reclaim in this context */
void	vstate_change(struct vnode *, enum vnode_state, enum vnode_state);
void	vstate_wait_stable(struct vnode *);

/* vfs_vdrain.c */
void	vdrain_init(void);
void	vdrain_kick(void);
void	vdrain_defer(struct vnode_impl *);
void	vlru_insert(struct vnode_impl *);
void	vlru_remove(struct vnode_impl *);
void	vcache_throttle(void);

/* Used lately: the cleaner passes it once. */
static inline void
vlru_touch(struct vnode_impl *vip)
{

	if (atomic_load_relaxed(&vip->vi_lruused) == 0)
		atomic_store_relaxed(&vip->vi_lruused, 1);
}

/* vfs_mount.c */
extern kmutex_t		mountlist_lock;
void	vfs_mount_sysinit(void);

/* vfs_vfsops.c */
void	vfs_hooks_sysinit(void);

/* dead_vnops.c */
void	dead_init(void);
bool	vfs_tryref(struct mount *);

/* vfs_cache.c: everything below runs between pserialize_read_enter/exit */
struct namecache;
struct namecache *cache_find_rcu(struct vnode_impl *, const char *, size_t,
	    uint32_t);
struct vnode *cache_vnode_rcu(const struct namecache *);
void	cache_drain(int);
bool	cache_live_rcu(const struct namecache *);
bool	cache_may_search_rcu(struct vnode *, kauth_cred_t);
uint32_t cache_hash(const char *, size_t);

/* vfs_pathbuf.c */
void	pathbuf_init(void);
char	*pathbuf_buffer(struct pathbuf *);

/* vfs_cwd.c */
void	cwd_sys_init(void);

/* vfs_lookup_fast.c */
enum namei_walk {
	WALK_DONE,	/* ni_vp is the referenced result */
	WALK_PART,	/* *dvpp is referenced; go on at ni_next */
	WALK_NONE	/* nothing done */
};
enum namei_walk namei_fast(struct nameidata *, struct vnode **);

/* vfs_syscalls*.c: pieces several of them need */
int	fd_nameiat(struct lwp *, int, struct nameidata *);
int	fd_nameiat_simple_user(struct lwp *, int, const char *,
	    namei_simple_flags_t, struct vnode **);
void	vfs_syscalls_establish(void);

/* Names of local sockets. */
extern const struct rump_sockname_ops vfs_sockname_ops;

/* fifo_vnops.c */
void	fifo_node_revoke(struct vnode *);
void	fifo_node_destroy(struct vnode *);

#endif /* _VFS_PRIVATE_H_ */
