/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the suite on ext2 as mke2fs makes it of a larger disk: blocks of 4 KiB,
 * inodes of 256 bytes.
 */
#ifndef _TESTS_FS_EXT2_SUITE_S4_H_
#define _TESTS_FS_EXT2_SUITE_S4_H_

#define	S2_MKFS		"-t ext2 -b 4096 -I 256"
#define	FS_FAR		((off_t)1 << 31)
#define	FS_FAR_BLOCKS	24

#include "s2.h"

#endif /* !_TESTS_FS_EXT2_SUITE_S4_H_ */
