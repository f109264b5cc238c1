/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of veilfs: a tmpfs with a veil on it, and what suite.h wants
 * to know.
 */
#ifndef _TESTS_EXAMPLES_VEILFS_VL_H_
#define _TESTS_EXAMPLES_VEILFS_VL_H_

#include "../../fs/tmpfs/tm.h"
#include "veilfs_args.h"

static inline int
vl_mount(const char *low, const char *up, const char *prefix, int flags)
{
	char target[64];
	struct veilfs_args va = { .va_target = target };

	snprintf(target, sizeof(target), "%s", low);
	memcpy(va.va_prefix, prefix, strlen(prefix));
	return rump_sys_mount("veilfs", up, flags, &va, sizeof(va));
}

static inline void
vl_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
{
	char low[64], *p;

	snprintf(low, sizeof(low), "/low-%s", dir + 1);
	for (p = low + 1; *p != '\0'; p++)
		if (*p == '/')
			*p = '-';
	/* The one below keeps the times. */
	fs_mount_args(low, nodes, size,
	    flags & (RUMP_MNT_NOATIME | RUMP_MNT_RELATIME));
	RL(rump_sys_mkdir(dir, 0777));
	RL(vl_mount(low, dir, "veil-", flags));
}

#endif /* !_TESTS_EXAMPLES_VEILFS_VL_H_ */
