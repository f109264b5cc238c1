/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls of the vfs faction in the form other kernel code calls: paths
 * may be in kernel memory (UIO_SYSSPACE), results go to kernel memory.
 */
#ifndef _SYS_VFS_SYSCALLS_H_
#define _SYS_VFS_SYSCALLS_H_

#include <sys/types.h>
#include <sys/uio.h>

struct lwp;
struct stat;

int	do_sys_unlink(const char *, enum uio_seg);
int	do_sys_rename(const char *, const char *, enum uio_seg, int);
/* Flags: FOLLOW or NOFOLLOW. */
int	do_sys_statat(struct lwp *, int, const char *, unsigned int,
	    struct stat *);

#endif /* _SYS_VFS_SYSCALLS_H_ */
