/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the vfs faction, for its own files and for components that
 * make device nodes or use the block device on a host file.
 */

#ifndef _SYS_RUMP_VFS_H_
#define	_SYS_RUMP_VFS_H_

#include <sys/types.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/vnode.h>

#include <rump-sys/vfs_if.h>

/* Longest name in the root file system. */
#define	RUMPFS_MAXNAMLEN	255

void	rumpfs_init(void);
void	rumpfs_mountroot(void);

/* The block device on a host file; the size may be left to the host. */
#define	RUMPBLK_DEVMAJOR	197
#define	RUMPBLK_SIZENOTSET	((uint64_t)-1)

int	rumpblk_init(void);
void	rumpblk_fini(void);
/* Path, returned minor number, offset and size in bytes. */
int	rumpblk_register(const char *, devminor_t *, uint64_t, uint64_t);
int	rumpblk_deregister(const char *);
int	rumpblk_deregister_minor(devminor_t);

/* Called by the platform when an I/O is done: argument, bytes, error. */
void	rump_biodone(void *, size_t, int);

int	rump_devnull_init(void);
void	rump_vfs_builddevs(struct devsw_conv *, size_t);
/* One node of a character device; that it cannot be made is printed. */
void	rump_vfs_devnode(const char *, devmajor_t, devminor_t);

/*
 * Hooks that the faction fills in and the base and other factions call if
 * they are there.
 */
extern void	(*rump_vfs_drainbufs)(int);
extern void	(*rump_vfs_fini)(void);
/* device, name, minor's letter, major, first minor, how many */
extern int	(*rump_vfs_makedevnodes)(dev_t, const char *, char,
		    devmajor_t, devminor_t, int);
extern int	(*rump_vfs_makeonedevnode)(dev_t, const char *,
		    devmajor_t, devminor_t);
extern int	(*rump_vfs_makesymlink)(const char *, const char *);

#endif /* !_SYS_RUMP_VFS_H_ */
