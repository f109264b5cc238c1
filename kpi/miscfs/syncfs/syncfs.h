/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The syncer's tunables.  Historically a file system of one vnode a mount;
 * here the syncer is a part of vfs_subr and sleeps while nothing is dirty.
 */
#ifndef _MISCFS_SYNCFS_SYNCFS_H_
#define _MISCFS_SYNCFS_SYNCFS_H_

#ifdef _KERNEL

#include <sys/mutex.h>

struct mount;
struct vnode;

/* Wake the syncer early: somebody waits for memory. */
void	syncer_kick(void);

#endif /* _KERNEL */

#endif /* _MISCFS_SYNCFS_SYNCFS_H_ */
