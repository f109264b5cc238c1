/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making and ending processes, for kern_lwp.c and rump_lwproc.c, and their
 * limits.
 */
#ifndef _KERN_BASE_KERN_PROC_PRIVATE_H_
#define _KERN_BASE_KERN_PROC_PRIVATE_H_

#include <sys/types.h>
#include <sys/resource.h>

struct lwp;
struct plimit;
struct proc;
struct vmspace;

/* A child of process 1 with parent's credentials and, by flags, files. */
struct proc *proc_create(struct proc *, struct vmspace *, int);

/* First half of the end: files, directories; by its last lwp. */
void	proc_dismantle(struct proc *);

/* Second half, without any lwp: everything else. */
void	proc_free(struct proc *);

/* kern_pgrp.c */
void	pgrp_init0(struct proc *);
void	pgrp_inherit(struct proc *, struct proc *);

/* kern_resource.c: limits for a child; a limit without any lock. */
struct plimit *lim_fork(struct proc *);
rlim_t	lim_cur(struct proc *, int);

#endif /* !_KERN_BASE_KERN_PROC_PRIVATE_H_ */
