/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wapbl(9), the physical block log, for file systems that can do without it:
 * the types, and UFS_WAPBL-style calls that do nothing when a mount has no
 * log.  There is no log implementation behind it: wapbl_start() and
 * wapbl_replay_start() refuse with EOPNOTSUPP.
 */
#ifndef _SYS_WAPBL_H_
#define _SYS_WAPBL_H_

#include <sys/mutex.h>
#include <sys/mount.h>
#include <sys/vnode.h>
#include <miscfs/specfs/specdev.h>

#ifdef _KERNEL

struct wapbl;
struct wapbl_entry;

struct wapbl_dealloc {
	TAILQ_ENTRY(wapbl_dealloc) wd_entries;
	daddr_t	wd_blkno;
	int	wd_len;
};

struct wapbl_replay {
	struct vnode	*wr_logvp;
	struct vnode	*wr_devvp;
	daddr_t		wr_logpbn;
	int		wr_inodescnt;
	struct {
		uint32_t wr_inumber;
		uint32_t wr_imode;
	} *wr_inodes;
};

typedef void (*wapbl_flush_fn_t)(struct mount *, struct wapbl_dealloc *);

int	wapbl_start(struct wapbl **, struct mount *, struct vnode *, daddr_t,
	    size_t, size_t, struct wapbl_replay *, wapbl_flush_fn_t,
	    wapbl_flush_fn_t);
int	wapbl_stop(struct wapbl *, int);
int	wapbl_begin(struct wapbl *, const char *, int);
void	wapbl_end(struct wapbl *);
int	wapbl_flush(struct wapbl *, int);
void	wapbl_jlock_assert(struct wapbl *);
void	wapbl_junlock_assert(struct wapbl *);
int	wapbl_register_deallocation(struct wapbl *, daddr_t, int, bool,
	    void **);
void	wapbl_unregister_deallocation(struct wapbl *, void *);
void	wapbl_register_inode(struct wapbl *, ino_t, mode_t);
void	wapbl_unregister_inode(struct wapbl *, ino_t, mode_t);
int	wapbl_replay_start(struct wapbl_replay **, struct vnode *, daddr_t,
	    size_t, size_t);
void	wapbl_replay_stop(struct wapbl_replay *);
void	wapbl_replay_free(struct wapbl_replay *);
int	wapbl_replay_write(struct wapbl_replay *, struct vnode *);

extern const struct wapbl_ops wapbl_ops;

/* The mount whose log a block of this vnode belongs to. */
static __inline struct mount *
wapbl_vptomp(struct vnode *vp)
{

	if (vp == NULL)
		return NULL;
	if (vp->v_type == VBLK)
		return spec_node_getmountedfs(vp);
	return vp->v_mount;
}

static __inline bool
wapbl_vphaswapbl(struct vnode *vp)
{
	struct mount *mp = wapbl_vptomp(vp);

	return mp != NULL && mp->mnt_wapbl != NULL;
}

#endif /* _KERNEL */

#endif /* _SYS_WAPBL_H_ */
