/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before tests of kern/vfs: what they do on a tmpfs they do on
 * a veil on it.
 */
#include "vl.h"

#define	vk_tmpfs(dir)	vl_mount_args(dir, 0, 0, 0)
