/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite on a driver that is loaded when the test runs: what suite.h wants
 * to know, found out by trying.  `make check-driver' sets, for one outside of
 * this tree:
 *   CHECK_SO     the driver's library
 *   CHECK_TYPE   its vfs_name
 *   CHECK_MKFS   a command; the image's name, of which there is no file, and
 *                its size in KiB are put behind it
 *   CHECK_FSCK   a command; the image's name is put behind it, and it exits 0
 *                if all is well
 *   CHECK_KIB    size of an image in KiB; 32768 if unset
 */
#ifndef _TESTS_FS_DRIVER_DR_H_
#define _TESTS_FS_DRIVER_DR_H_

#include "../../kern/vfs/vk.h"

extern int dr_lacks;		/* FS_ bits, of the last one mounted to write */
extern uint32_t dr_root_nlink, dr_immutable, dr_append;

/* Try to mount the image of dir on it, without making one. */
int	dr_try_mount(const char *dir, int flags);
void	dr_image(const char *dir);
void	dr_check(const char *dir);
void	fs_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags);

#define	FS_LACKS()	dr_lacks
#define	FS_ROOT_NLINK	dr_root_nlink
#define	FS_IMMUTABLE	dr_immutable
#define	FS_APPEND	dr_append
#define	FS_CHECK(dir)	dr_check(dir)
#define	FS_FAR		((off_t)1 << 24)
/* How many is not known here; that it is few, dr.c has tried. */
#define	FS_FAR_BLOCKS	fs_stat("a").st_blocks

#endif /* !_TESTS_FS_DRIVER_DR_H_ */
