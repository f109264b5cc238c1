/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before tests of kern/vfs: what they do on a tmpfs they do in a
 * folder of the root file system.
 */
#include "rt.h"

#define	vk_tmpfs(dir)	fs_mount_args(dir, 0, 0, 0)
#define	vk_done(dir)	RE(EINVAL, rump_sys_unmount(dir, 0))
