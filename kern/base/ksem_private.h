/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Semaphores, between the system calls in sys_ksem.c and kern_ksem.c.
 *
 * Kinds: private ones belong to a descriptor, named ones to descriptors and
 * to their name, shared ones to a number that all processes can use.
 * States: alive -> dead, by ksem_kill(); a dead one only waits for the last
 * reference, and all that is done to it fails with EINVAL.
 */
#ifndef _KERN_BASE_KSEM_PRIVATE_H_
#define _KERN_BASE_KSEM_PRIVATE_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>

struct lwp;
struct proc;
struct timespec;

#define SEM_VALUE_MAX	(~0U)
#define SEM_MAX_NAMELEN	(NAME_MAX + 1)	/* with the NUL */

enum ksem_kind { KSEM_KPRIVATE, KSEM_KNAMED, KSEM_KSHARED };

/* l: ks_lock; g: ksem_lock, which comes first; a: atomic; c: constant. */
struct ksem {
	kmutex_t	ks_lock;
	kcondvar_t	ks_cv;		/* l: value, restart or dead changed */
	u_int		ks_value;	/* l */
	u_int		ks_waiters;	/* l */
	u_int		ks_restart;	/* l: times waits were sent back */
	bool		ks_dead;	/* l */
	volatile u_int	ks_refcnt;	/* a: descriptors, name, number, us */
	enum ksem_kind	ks_kind;	/* c */
	LIST_ENTRY(ksem) ks_entry;	/* g: of its kind, not private */
	char		*ks_name;	/* c: with the slash, or NULL */
	size_t		ks_namesize;	/* c */
	intptr_t	ks_id;		/* g: number of a shared one */
	struct proc	*ks_proc;	/* c: that made a shared one */
	mode_t		ks_mode;	/* c */
	uid_t		ks_uid;		/* c */
	gid_t		ks_gid;		/* c */
};

void	ksem_sysinit(void);

/*
 * One of a kind, with a reference for the caller; a name is copied.  NULL:
 * there are kern.posix.semmax of them.
 */
struct ksem *ksem_alloc(struct lwp *, enum ksem_kind, u_int, mode_t,
	    const char *);
void	ksem_rele(struct ksem *);

/*
 * By name, referenced.  With `new' it is entered unless there is one, of
 * which then 0 or, if excl, EEXIST is the result.  ENOENT, EACCES.
 */
int	ksem_byname(struct lwp *, const char *, struct ksem *, bool,
	    struct ksem **);
/* Forget the name.  ENOENT, EACCES. */
int	ksem_unlink(struct lwp *, const char *);

/* Give a shared one its number; find it, referenced.  EINVAL, EACCES. */
void	ksem_share(struct ksem *, intptr_t *);
int	ksem_byid(struct lwp *, intptr_t, struct ksem **);
/* The process ends: so do the shared ones that it made. */
void	ksem_proc_exit(struct proc *);

/* It is dead from now on; EBUSY if somebody waits for it and not `force'. */
int	ksem_kill(struct ksem *, bool);

/*
 * Take one.  try: or EAGAIN.  With an absolute time of the wall clock:
 * ETIMEDOUT, EINVAL if it is none.  EINTR; ERESTART after ksem_sendback().
 */
int	ksem_take(struct ksem *, bool, const struct timespec *);
/* Give one back.  EOVERFLOW. */
int	ksem_give(struct ksem *);
int	ksem_value(struct ksem *, u_int *);
/* Have waits begin anew, with looking the semaphore up. */
void	ksem_sendback(struct ksem *);

#endif /* !_KERN_BASE_KSEM_PRIVATE_H_ */
