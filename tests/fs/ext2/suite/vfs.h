/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before tests of kern/vfs: what they do on a tmpfs they do on
 * an ext2.
 */
#include "s2.h"

#define	vk_tmpfs(dir)	fs_mount_args(dir, 0, 0, 0)
