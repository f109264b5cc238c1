/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes an empty logfs in memory, for programs that then write it to a file
 * or a disk.  Includes <string.h> and <stdint.h> before.
 */
#ifndef _LOGFS_MKFS_H_
#define	_LOGFS_MKFS_H_

#include "logfs_disk.h"

/*
 * In nblocks zeroed blocks, with nlog blocks of log and ninodes files.  Returns
 * how many blocks are left for contents, 0 if the disk is too small.
 */
static inline uint32_t
logfs_mkfs(void *img, uint32_t nblocks, uint32_t nlog, uint32_t ninodes,
    int64_t now)
{
	struct lf_super *ls = img;
	struct lf_dinode *ld;
	struct lf_dirent *le;
	uint8_t *bitmap;
	uint32_t i;

	ls->ls_magic = LF_MAGIC;
	ls->ls_clean = 1;
	ls->ls_nblocks = nblocks;
	ls->ls_ninodes = ninodes;
	ls->ls_log = 1;
	ls->ls_nlog = nlog;
	ls->ls_bitmap = ls->ls_log + nlog;
	ls->ls_nbitmap = (nblocks + 8 * LF_BSIZE - 1) / (8 * LF_BSIZE);
	ls->ls_inodes = ls->ls_bitmap + ls->ls_nbitmap;
	ls->ls_ninodeblocks = ninodes / LF_IPERBLOCK + 1;
	ls->ls_data = ls->ls_inodes + ls->ls_ninodeblocks;
	if (ls->ls_data + 1 > nblocks)
		return 0;

	/* The root directory is in the first block for contents. */
	bitmap = (uint8_t *)img + (size_t)ls->ls_bitmap * LF_BSIZE;
	for (i = 0; i <= ls->ls_data; i++)
		bitmap[i / 8] |= 1 << i % 8;
	ld = (struct lf_dinode *)((char *)img +
	    (size_t)ls->ls_inodes * LF_BSIZE) + LF_ROOTINO;
	ld->ld_mode = 040777;
	ld->ld_nlink = 2;
	ld->ld_size = LF_BSIZE;
	ld->ld_atime.lt_sec = ld->ld_mtime.lt_sec = now;
	ld->ld_ctime.lt_sec = ld->ld_birthtime.lt_sec = now;
	ld->ld_nblocks = 1;
	ld->ld_direct[0] = ls->ls_data;

	le = (struct lf_dirent *)((char *)img +
	    (size_t)ls->ls_data * LF_BSIZE);
	le->le_ino = LF_ROOTINO;
	le->le_reclen = LF_RECLEN(1);
	le->le_type = 4;
	le->le_namelen = 1;
	memcpy(le->le_name, ".", 1);
	le = (struct lf_dirent *)((char *)le + LF_RECLEN(1));
	le->le_ino = LF_ROOTINO;
	le->le_reclen = LF_BSIZE - LF_RECLEN(1);
	le->le_type = 4;
	le->le_namelen = 2;
	memcpy(le->le_name, "..", 2);
	return nblocks - ls->ls_data - 1;
}

#endif /* !_LOGFS_MKFS_H_ */
