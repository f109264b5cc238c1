/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of logfs share.
 *
 * All metadata - inodes, the bitmap, blocks of pointers, directories, texts of
 * symbolic links - is in buffers of the device and changes in transactions of
 * wapbl(9); contents of files are in the page cache and go to the disk as
 * genfs likes.  lf_begin() to lf_end() is a transaction.
 *
 * Lock order: vnode lock, transaction, genfs node lock, ln_maplock, a buffer
 * of pointers, lm_alloc, any other buffer, lm_lock or ln_lock.
 */
#ifndef _LOGFS_H_
#define	_LOGFS_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/fcntl.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/rwlock.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <sys/wapbl.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <miscfs/specfs/specdev.h>

#include "logfs_args.h"
#include "logfs_disk.h"

struct lf_snap;

/* Locks: - fixed; a lm_alloc; l lm_lock. */
struct lf_mount {
	struct mount	*lm_mp;		/* - */
	struct vnode	*lm_devvp;	/* - open */
	struct lf_super	lm_super;	/* - but ls_clean */
	krwlock_t	lm_alloc;	/* the bitmap, which inodes are free */
	uint32_t	lm_hint;	/* a where the last block was found */
	uint32_t	lm_ihint;	/* a and the last inode */
	kmutex_t	lm_lock;
	uint32_t	lm_bfree;	/* l blocks, freed ones included */
	uint32_t	lm_ifree;	/* l inodes */
	uint32_t	lm_gen;		/* l of the last inode that was made */
	struct lf_snap	*lm_snap;	/* l */
	struct wapbl_replay *lm_replay;	/* - until VFS_START */
};

#define	MOUNTTOLF(mp)	((struct lf_mount *)(mp)->mnt_data)

/*
 * A file.  Locks: - fixed; v vnode lock, shared to read; m ln_maplock; l
 * ln_lock.
 */
struct lf_node {
	struct genfs_node ln_gnode;	/* first */
	struct vnode	*ln_vnode;	/* - */
	struct lf_mount	*ln_mount;	/* - */
	ino_t		ln_ino;		/* - and the key */
	krwlock_t	ln_maplock;
	kmutex_t	ln_lock;
	/* v; but m where the blocks are, and l the times */
	struct lf_dinode ln_d;
	int		ln_stale;	/* l LFT_ of times not written yet */
	struct lockf	*ln_lockf;	/* of advlock */
};

#define	VTOLF(vp)	((struct lf_node *)(vp)->v_data)

#define	LFT_ACCESS	1
#define	LFT_MODIFY	2
#define	LFT_CHANGE	4

/* Blocks of a logfs in blocks of its device. */
#define	LF_FSBTODB(blk)	((daddr_t)(blk) << (LF_BSHIFT - DEV_BSHIFT))

static inline bool
lf_rdonly(const struct lf_mount *lm)
{

	return lm->lm_mp->mnt_wapbl == NULL;
}

/* EROFS where there is no log. */
static inline int
lf_begin(struct lf_mount *lm)
{

	return lf_rdonly(lm) ? EROFS :
	    wapbl_begin(lm->lm_mp->mnt_wapbl, __FILE__, __LINE__);
}

static inline void
lf_end(struct lf_mount *lm)
{

	wapbl_end(lm->lm_mp->mnt_wapbl);
}

/* lf_alloc.c; all but the first and last inside a transaction */
int	lf_count_free(struct lf_mount *);
int	lf_balloc(struct lf_mount *, uint32_t *);
void	lf_bfree(struct lf_mount *, uint32_t, bool);
int	lf_ialloc(struct lf_mount *, const struct lf_dinode *, ino_t *);
void	lf_wapbl_flush(struct mount *, struct wapbl_dealloc *);
void	lf_wapbl_abort(struct mount *, struct wapbl_dealloc *);

/* lf_attr.c */
int	lf_access(void *);
int	lf_getattr(void *);
int	lf_setattr(void *);
int	lf_pathconf(void *);

/* lf_dir.c; directories are locked, for changes also in a transaction */
int	lf_dir_lookup(struct lf_node *, const char *, size_t, ino_t *);
int	lf_dir_enter(struct lf_node *, const char *, size_t, ino_t, mode_t);
int	lf_dir_change(struct lf_node *, const char *, size_t, ino_t, mode_t);
int	lf_dir_remove(struct lf_node *, const char *, size_t);
int	lf_dir_create(struct lf_node *, ino_t);
int	lf_dir_empty(struct lf_node *, bool *);
int	lf_readdir(void *);

/* lf_map.c */
extern const struct genfs_ops lf_genfsops;
int	lf_map(struct lf_node *, uint32_t, uint32_t *);
int	lf_map_alloc(struct lf_node *, uint32_t, uint32_t *, bool *);
int	lf_map_free(struct lf_node *, uint64_t);
int	lf_meta_read(struct lf_node *, uint32_t, int, struct buf **);
int	lf_meta_alloc(struct lf_node *, uint32_t, struct buf **);
int	lf_bmap(void *);
int	lf_strategy(void *);

/* lf_name.c */
int	lf_lookup(void *);
int	lf_create(void *);
int	lf_mknod(void *);
int	lf_mkdir(void *);
int	lf_symlink(void *);
int	lf_link(void *);
int	lf_remove(void *);
int	lf_rmdir(void *);
int	lf_drop(struct lf_node *, uint32_t);
bool	lf_retry(struct lf_mount *, int, bool *);

/* lf_node.c */
void	lf_node_sysinit(void);
void	lf_node_sysfini(void);
int	lf_vget(struct mount *, ino_t, int, struct vnode **);
int	lf_loadvnode(struct mount *, struct vnode *, const void *, size_t,
	    const void **);
int	lf_newvnode(struct mount *, struct vnode *, struct vnode *,
	    struct vattr *, kauth_cred_t, void *, size_t *, const void **);
int	lf_update(struct lf_node *);
void	lf_touch(struct lf_node *, int);
int	lf_update_times(struct lf_node *);
int	lf_inactive(void *);
int	lf_reclaim(void *);

/* lf_rdwr.c */
int	lf_read(void *);
int	lf_write(void *);
int	lf_fsync(void *);
int	lf_readlink(void *);
int	lf_resize(struct vnode *, uint64_t);

/* lf_rename.c */
int	lf_rename(void *);

/* lf_snap.c */
int	lf_ioctl(void *);
void	lf_snap_end(struct lf_mount *);

/* lf_vfsops.c */
int	lf_sync(struct mount *, int, struct kauth_cred *);

/* lf_vnops.c */
extern int (**lf_vnodeop_p)(void *);
extern int (**lf_specop_p)(void *);
extern int (**lf_fifoop_p)(void *);
extern const struct vnodeopv_desc *const lf_vnodeopv_descs[];

#endif /* !_LOGFS_H_ */
