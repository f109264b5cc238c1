/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the generated VOP_ functions call around an operation: the assertions
 * of the lock protocol, the kernel lock for file systems that are not MP
 * safe, transactions, and the hooks that tell watchers (kqueue) what changed.
 * Only the generated vnode_if.c and vnode_if_hooks.c include this.
 */
#ifndef _VFS_VNODE_IF_HOOKS_H_
#define _VFS_VNODE_IF_HOOKS_H_

#include <sys/event.h>
#include <sys/lock.h>

/* Belongs to one call. */
struct vop_frame {
	bool		fr_biglock;	/* the kernel lock was taken */
	bool		fr_held;	/* the hook holds fr_vp */
	bool		fr_wasdir;
	struct mount	*fr_mount;	/* transaction of the operation */
	struct vnode	*fr_vp[3];	/* what the hook wants to signal */
	off_t		fr_size;	/* size before the write */
};

static inline void
vop_enter(struct vop_frame *fr, struct vnode *vp)
{

	fr->fr_biglock =
	    (atomic_load_relaxed(&vp->v_vflag) & VV_MPSAFE) == 0;
	if (__predict_false(fr->fr_biglock))
		KERNEL_LOCK(1, curlwp);
}

static inline void
vop_exit(struct vop_frame *fr)
{

	if (__predict_false(fr->fr_biglock))
		KERNEL_UNLOCK_ONE(curlwp);
}

static inline void
vop_enter_fstrans(struct vop_frame *fr, struct vnode *vp)
{

	fr->fr_mount = vp->v_mount;
	fstrans_start(fr->fr_mount);
	vop_enter(fr, vp);
}

static inline void
vop_exit_fstrans(struct vop_frame *fr)
{

	vop_exit(fr);
	fstrans_done(fr->fr_mount);
}

/*
 * The lock of a layered vnode is that of the vnode below, so the cheap look
 * at vi_lock is only believed when it confirms.
 */
static inline void
vop_assert_locked(const char *op, struct vnode *vp)
{

	KASSERTMSG(vnode_locked_p(vp) || VOP_ISLOCKED(vp) != LK_NONE,
	    "%s: vnode %p is not locked", op, vp);
}

static inline void
vop_assert_exclusive(const char *op, struct vnode *vp)
{

	KASSERTMSG(vnode_wlocked_p(vp) || VOP_ISLOCKED(vp) == LK_EXCLUSIVE,
	    "%s: vnode %p is not locked exclusively", op, vp);
}

static inline void
vop_assert_unlocked(const char *op, struct vnode *vp)
{

	KASSERTMSG(!vnode_wlocked_p(vp), "%s: vnode %p is locked by us", op,
	    vp);
}

void	vop_create_post(struct vop_create_v3_args *, struct vop_frame *, int);
void	vop_mknod_post(struct vop_mknod_v3_args *, struct vop_frame *, int);
void	vop_mkdir_post(struct vop_mkdir_v3_args *, struct vop_frame *, int);
void	vop_symlink_post(struct vop_symlink_v3_args *, struct vop_frame *,
	    int);
void	vop_open_post(struct vop_open_args *, struct vop_frame *, int);
void	vop_close_post(struct vop_close_args *, struct vop_frame *, int);
void	vop_setattr_post(struct vop_setattr_args *, struct vop_frame *, int);
void	vop_read_post(struct vop_read_args *, struct vop_frame *, int);
void	vop_write_pre(struct vop_write_args *, struct vop_frame *);
void	vop_write_post(struct vop_write_args *, struct vop_frame *, int);
void	vop_remove_pre(struct vop_remove_v3_args *, struct vop_frame *);
void	vop_remove_post(struct vop_remove_v3_args *, struct vop_frame *, int);
void	vop_link_post(struct vop_link_v2_args *, struct vop_frame *, int);
void	vop_rename_pre(struct vop_rename_args *, struct vop_frame *);
void	vop_rename_post(struct vop_rename_args *, struct vop_frame *, int);
void	vop_rmdir_pre(struct vop_rmdir_v2_args *, struct vop_frame *);
void	vop_rmdir_post(struct vop_rmdir_v2_args *, struct vop_frame *, int);

#define	vop_create_pre(ap, fr)	((void)0)
#define	vop_mknod_pre(ap, fr)	((void)0)
#define	vop_mkdir_pre(ap, fr)	((void)0)
#define	vop_symlink_pre(ap, fr)	((void)0)
#define	vop_open_pre(ap, fr)	((void)0)
#define	vop_close_pre(ap, fr)	((void)0)
#define	vop_setattr_pre(ap, fr)	((void)0)
#define	vop_read_pre(ap, fr)	((void)0)
#define	vop_link_pre(ap, fr)	((void)0)

#endif /* _VFS_VNODE_IF_HOOKS_H_ */
