/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spec_private.h: what the spec_*.c files share.  device_lock guards the hash
 * of special vnodes and all counts of specnode and specdev; it is taken before
 * v_interlock and never held over a call of a driver.
 */
#ifndef _VFS_SPEC_PRIVATE_H_
#define	_VFS_SPEC_PRIVATE_H_

#include <sys/intr.h>
#include <sys/atomic.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <miscfs/specfs/specdev.h>

extern kmutex_t device_lock;
extern kcondvar_t spec_cv;	/* a close or the last operation is over */

/* A driver is being entered; ENXIO if the vnode was revoked. */
int	spec_io_enter(vnode_t *, specdev_t **);
void	spec_io_exit(specdev_t *);

/* Is a file system mounted from this disk, block or character device? */
bool	spec_disk_mounted(vnode_t *);

#endif /* !_VFS_SPEC_PRIVATE_H_ */
