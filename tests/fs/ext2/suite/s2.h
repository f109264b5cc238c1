/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the suite on ext2: what suite.h wants to know.  Images are files of the
 * host's called after the folder; S2_MKFS are mke2fs's arguments.
 */
#ifndef _TESTS_FS_EXT2_SUITE_S2_H_
#define _TESTS_FS_EXT2_SUITE_S2_H_

#include "../../../kern/vfs/vk.h"

#include <rump/rumpdefs.h>

#ifndef S2_MKFS
#define	S2_MKFS		"-t ext2 -b 1024 -I 128"
#define	FS_FAR		((off_t)1 << 31)
#define	FS_FAR_BLOCKS	8
#endif

#define	FS_ROOT_NLINK	3		/* lost+found */
#define	FS_IMMUTABLE	RUMP_SF_IMMUTABLE	/* ext2 has not the user's */
#define	FS_APPEND	RUMP_SF_APPEND

/* e2fsck has nothing to say about what was mounted there. */
#define	FS_CHECK(dir)	s2_check(dir)

/*
 * Make an image for `dir' and a device of it: with room for so many bytes, for
 * at least so many files; returns the device's path in a buffer of its own.
 */
const char *s2_image(const char *dir, const char *mkfs, uint64_t nodes,
    int64_t size);
void	s2_check(const char *dir);

/* mke2fs rounds the number of inodes up: more than `nodes' are used up. */
static inline void
s2_use_up(const char *dir, uint64_t nodes)
{
	struct rump_statvfs sv;
	char path[64];
	int i;

	for (i = 0;; i++) {
		RL(rump_sys_statvfs1(dir, (struct statvfs *)&sv,
		    RUMP_MNT_WAIT));
		if (sv.f_ffree < nodes)
			break;
		snprintf(path, sizeof(path), "%s/lost+found/%d", dir, i);
		vk_write(path, "");
	}
	ATF_REQUIRE_EQ(nodes - 1, sv.f_ffree);
}

static inline void
fs_mount_args(const char *dir, uint64_t nodes, int64_t size, int flags)
{
	char dev[64];
	struct rump_ufs_args ua = { .fspec = dev };

	snprintf(dev, sizeof(dev), "%s", s2_image(dir, S2_MKFS, nodes, size));
	RL(rump_sys_mkdir(dir, 0777));
	RL(rump_sys_mount("ext2fs", dir, flags, &ua, sizeof(ua)));
	if ((flags & RUMP_MNT_RDONLY) == 0)
		RL(rump_sys_chmod(dir, 0777));
	if (nodes != 0)
		s2_use_up(dir, nodes);
}

#endif /* !_TESTS_FS_EXT2_SUITE_S2_H_ */
