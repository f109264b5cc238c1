/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wapbl(9), write-ahead physical block logging: blocks that are changed
 * between wapbl_begin() and wapbl_end() reach the disk all or not at all.
 *
 * Between the two a file system writes buffers with bdwrite(); those of a
 * mount with a log (mnt_wapbl) stay in memory until wapbl_flush() has put
 * them in the log.  No buffer may be busy, and no other transaction open, in
 * the thread that calls wapbl_begin() or wapbl_flush(); both may sleep and
 * return the error that made the log unusable, if one did.  b_blkno of what
 * is written must be its place on the device.
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

struct wapbl_replay_log;

/*
 * What a log held when it was opened.  The inodes stay until
 * wapbl_replay_free(), the blocks until wapbl_replay_stop().
 */
struct wapbl_replay {
	struct vnode	*wr_logvp;
	struct vnode	*wr_devvp;
	daddr_t		wr_logpbn;
	int		wr_inodescnt;
	struct {
		uint32_t wr_inumber;
		uint32_t wr_imode;
	} *wr_inodes;
	struct wapbl_replay_log *wr_log;	/* NULL when stopped */
};

typedef void (*wapbl_flush_fn_t)(struct mount *, struct wapbl_dealloc *);

/*
 * Begin logging in count blocks of blksize bytes from DEV_BSIZE block off of
 * the device.  The first function is told before each commit what was
 * registered as deallocated since the last one (NULL if nothing), and frees
 * it; the second undoes that if the commit fails.  Inodes of a replay are
 * registered again.  The caller sets mnt_wapbl and mnt_wapbl_op.
 * EINVAL: no log of this shape; or the device's error.
 */
int	wapbl_start(struct wapbl **, struct mount *, struct vnode *, daddr_t,
	    size_t, size_t, struct wapbl_replay *, wapbl_flush_fn_t,
	    wapbl_flush_fn_t);
/* Commit, write everything and end; forced, also if that fails. */
int	wapbl_stop(struct wapbl *, int);
int	wapbl_begin(struct wapbl *, const char *, int);
void	wapbl_end(struct wapbl *);
/* Commit; with the second argument also wait till the log is empty. */
int	wapbl_flush(struct wapbl *, int);
/* The caller is, or nobody else than flushing is, in a transaction. */
void	wapbl_jlock_assert(struct wapbl *);
void	wapbl_junlock_assert(struct wapbl *);
/*
 * A block (of DEV_BSIZE) and length on the device that is free once the
 * transaction is on the disk.  The file system drops its buffer.  EAGAIN,
 * unless forced, if the transaction has many already: end it and go on.
 */
int	wapbl_register_deallocation(struct wapbl *, daddr_t, int, bool,
	    void **);
void	wapbl_unregister_deallocation(struct wapbl *, void *);
/* Inodes that a replay has to look at: without a name, but in use. */
void	wapbl_register_inode(struct wapbl *, ino_t, mode_t);
void	wapbl_unregister_inode(struct wapbl *, ino_t, mode_t);
/* EINVAL: there is no log, or it is damaged. */
int	wapbl_replay_start(struct wapbl_replay **, struct vnode *, daddr_t,
	    size_t, size_t);
void	wapbl_replay_stop(struct wapbl_replay *);
void	wapbl_replay_free(struct wapbl_replay *);
/* Write the blocks to their places; buffers of them are not looked at. */
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
