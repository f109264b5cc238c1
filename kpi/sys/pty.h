/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pseudo-terminals: how the names and numbers of their devices are made,
 * which a file system such as ptyfs can take over.
 */

#ifndef _SYS_PTY_H_
#define	_SYS_PTY_H_

#include <sys/types.h>

struct lwp;
struct mount;
struct ptm_pty;
struct vattr;
struct vnode;

/* All functions get the mount and the lwp that asks. */
struct ptm_pty {
	/* open the device; what is it, its number, which end */
	int	(*allocvp)(struct mount *, struct lwp *, struct vnode **,
		    dev_t, char);
	int	(*makename)(struct mount *, struct lwp *, char *, size_t,
		    dev_t, char);
	void	(*getvattr)(struct mount *, struct lwp *, struct vattr *);
	int	(*getmp)(struct lwp *, struct mount **);
};

#ifdef _KERNEL
extern int	npty;		/* how many there are */

int	pty_check(int);
dev_t	pty_makedev(char, int);
int	pty_isfree(int, int);
/* Returns the one that was in use. */
struct ptm_pty *pty_sethandler(struct ptm_pty *);
#endif

#endif /* !_SYS_PTY_H_ */
