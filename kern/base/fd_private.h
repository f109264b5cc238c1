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
/* fd_lock held: the number is free again. */
void	fd_unused(filedesc_t *, unsigned);
/* Reserve exactly this number: EBUSY if it is taken, EBADF beyond limits. */
int	fd_reserve(struct proc *, unsigned);

/* kern_descrip.c */
void	fd_putslot(filedesc_t *, fdfile_t *);
void	ffree(struct file *);

#endif /* _KERN_BASE_FD_PRIVATE_H_ */
