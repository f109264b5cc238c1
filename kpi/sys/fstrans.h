/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fstrans(9): file system transactions that a suspension waits for, and
 * copy-on-write hooks.  Every VOP_ and most VFS_ calls run inside one.
 */
#ifndef _SYS_FSTRANS_H_
#define _SYS_FSTRANS_H_

#include <sys/mount.h>

struct buf;
struct lwp;

enum fstrans_state {
	FSTRANS_NORMAL,
	FSTRANS_SUSPENDING,
	FSTRANS_SUSPENDED
};

void	fstrans_init(void);
void	fstrans_start(struct mount *);
int	fstrans_start_nowait(struct mount *);
void	fstrans_start_lazy(struct mount *);
void	fstrans_done(struct mount *);
int	fstrans_held(struct mount *);
int	fstrans_is_owner(struct mount *);
int	fstrans_mount(struct mount *);
void	fstrans_unmount(struct mount *);
int	fstrans_setstate(struct mount *, enum fstrans_state);
enum fstrans_state fstrans_getstate(struct mount *);
void	fstrans_lwp_dtor(struct lwp *);

int	fscow_establish(struct mount *, int (*)(void *, struct buf *, bool),
	    void *);
int	fscow_disestablish(struct mount *,
	    int (*)(void *, struct buf *, bool), void *);
int	fscow_run(struct buf *, bool);

int	vfs_suspend(struct mount *, int);
void	vfs_resume(struct mount *);
int	vfs_set_lowermount(struct mount *, struct mount *);

#endif /* _SYS_FSTRANS_H_ */
