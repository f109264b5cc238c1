/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by kern_descrip.c and kern_fdtab.c only.
 */
#ifndef _KERN_BASE_FD_PRIVATE_H_
#define _KERN_BASE_FD_PRIVATE_H_

#include <sys/types.h>
#include <sys/filedesc.h>

/* kern_fdtab.c */
void	fd_table_sys_init(void);
/*
 * The number is free again, if nothing watches it.  False: something does, or
 * that was to be looked at with the lock, which fd_unused() takes itself.
 */
bool	fd_unused_unwatched(filedesc_t *, unsigned);
void	fd_unused(filedesc_t *, unsigned);
/* The highest number in use, or -1. */
int	fd_lastused(filedesc_t *);
/* Reserve exactly this number: EBUSY if it is taken, EBADF beyond limits. */
int	fd_reserve(struct proc *, unsigned);

/* kern_descrip.c */
void	fd_putslot(filedesc_t *, fdfile_t *);
void	ffree(struct file *);

#endif /* _KERN_BASE_FD_PRIVATE_H_ */
