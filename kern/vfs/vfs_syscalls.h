/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the vfs system call files share.
 */
#ifndef _VFS_SYSCALLS_H_
#define _VFS_SYSCALLS_H_

#include <sys/types.h>
#include <sys/uio.h>

struct file;
struct lwp;
struct nameidata;
struct pathbuf;
struct stat;
struct vnode;

/* vfs_syscalls_open.c */
int	fd_atdir(int, struct vnode **);
int	do_open(struct lwp *, struct vnode *, struct pathbuf *, int, int,
	    int *);

/* vfs_syscalls_io.c */
int	vfs_file_fsync(struct file *, bool);

/* vfs_syscalls_create.c */
int	do_mkdirat(struct lwp *, int, const char *, mode_t, enum uio_seg);
int	do_mknodat(struct lwp *, int, const char *, mode_t, dev_t,
	    enum uio_seg);
int	do_symlinkat(struct lwp *, const char *, int, const char *,
	    enum uio_seg);

#endif /* _VFS_SYSCALLS_H_ */
