/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pseudo-terminals, pty(4) and ptm(4): their numbers, and how their devices
 * are named and found, which a file system such as ptyfs can take over.
 */

#ifndef _SYS_PTY_H_
#define	_SYS_PTY_H_

#include <sys/types.h>

struct lwp;
struct mount;
struct ptm_pty;
struct vattr;
struct vnode;

/*
 * A handler: how a pty's devices are reached.  The char is 'p' for the master,
 * 't' for the slave.  All may sleep; 0 or an errno.
 */
struct ptm_pty {
	/* The vnode of a device, referenced and locked. */
	int	(*allocvp)(struct mount *, struct lwp *, struct vnode **,
		    dev_t, char);
	/* Its path name, into a buffer of that size. */
	int	(*makename)(struct mount *, struct lwp *, char *, size_t,
		    dev_t, char);
	/* What a slave's owner, group and mode are to be. */
	void	(*getvattr)(struct mount *, struct lwp *, struct vattr *);
	/* The mount that is meant for this process, or NULL. */
	int	(*getmp)(struct lwp *, struct mount **);
};

#ifdef _KERNEL
extern int	npty;		/* numbers there are; constant */
extern struct ptm_pty ptm_bsdpty;	/* /dev/ptyp0 and /dev/ttyp0 */

/* Make the state of a number.  ENXIO: there is no such number. */
int	pty_check(int);
dev_t	pty_makedev(char, int);
/* Has it no master?  The second is whether the caller has no lock of ptys. */
int	pty_isfree(int, int);
/* Returns the one that was in use; both are never freed while in use. */
struct ptm_pty *pty_sethandler(struct ptm_pty *);
/* EOPNOTSUPP: no handler. */
int	pty_getmp(struct lwp *, struct mount **);

/* TIOCGRANTPT: owner, group and mode; who has the slave open loses it. */
int	pty_grant_slave(struct lwp *, dev_t, struct mount *);
/* TIOCPTSNAME: number, descriptors or -1, a struct ptmget to fill. */
int	pty_fill_ptmget(struct lwp *, dev_t, int, int, void *,
	    struct mount *);
void	ptmattach(int);
#endif

#endif /* !_SYS_PTY_H_ */
