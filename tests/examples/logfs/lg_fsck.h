/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is an image of logfs, unmounted in order, consistent?  Every block that the
 * bitmap has belongs to one file and every file's are in it, links and names
 * agree, nothing is without a name.
 */
#ifndef _TESTS_EXAMPLES_LOGFS_LG_FSCK_H_
#define _TESTS_EXAMPLES_LOGFS_LG_FSCK_H_

#include <stdbool.h>

struct lg_fsck {
	const char		*fk_img;
	const struct lf_super	*fk_super;
	uint8_t			*fk_used;	/* times each block is used */
	uint32_t		*fk_links;	/* names of each inode */
};

#define	FSCK(cond, ...)	ATF_REQUIRE_MSG(cond, __VA_ARGS__)

static const void *
fsck_block(struct lg_fsck *fk, uint32_t blk)
{

	FSCK(blk >= fk->fk_super->ls_data && blk < fk->fk_super->ls_nblocks,
	    "block %u is none", blk);
	FSCK(fk->fk_used[blk]++ == 0, "block %u is used twice", blk);
	return fk->fk_img + (size_t)blk * LF_BSIZE;
}

static void
fsck_dirblock(struct lg_fsck *fk, const char *data)
{
	const struct lf_dirent *le;
	uint32_t off;

	for (off = 0; off < LF_BSIZE; off += le->le_reclen) {
		le = (const void *)(data + off);
		FSCK(le->le_reclen >= LF_RECLEN(le->le_namelen) &&
		    off + le->le_reclen <= LF_BSIZE, "damaged entry");
		if (le->le_ino == 0)
			continue;
		FSCK(le->le_ino <= fk->fk_super->ls_ninodes, "inode %u",
		    le->le_ino);
		fk->fk_links[le->le_ino]++;
	}
}

/* Blocks of a tree of pointers; what is in each if it is a directory. */
static uint32_t
fsck_tree(struct lg_fsck *fk, uint32_t blk, int depth, bool dir)
{
	const uint32_t *ptrs;
	uint32_t i, n = 1;

	if (blk == 0)
		return 0;
	ptrs = fsck_block(fk, blk);
	if (depth == 0 && dir)
		fsck_dirblock(fk, (const char *)ptrs);
	for (i = 0; depth > 0 && i < LF_NPTR; i++)
		n += fsck_tree(fk, ptrs[i], depth - 1, dir);
	return n;
}

static void
fsck_inode(struct lg_fsck *fk, uint32_t ino, const struct lf_dinode *ld)
{
	const bool dir = (ld->ld_mode & 0170000) == 0040000;
	uint32_t i, n = 0;

	FSCK(ld->ld_nlink > 0, "inode %u: no links", ino);
	for (i = 0; i < LF_NDIRECT; i++)
		n += fsck_tree(fk, ld->ld_direct[i], 0, dir);
	n += fsck_tree(fk, ld->ld_ind, 1, dir);
	n += fsck_tree(fk, ld->ld_ind2, 2, dir);
	FSCK(n == ld->ld_nblocks, "inode %u: %u blocks, says %u", ino, n,
	    ld->ld_nblocks);
}

static const struct lf_dinode *
fsck_dinode(struct lg_fsck *fk, uint32_t ino)
{

	return (const struct lf_dinode *)(fk->fk_img + (size_t)LF_BSIZE *
	    (fk->fk_super->ls_inodes + ino / LF_IPERBLOCK)) +
	    ino % LF_IPERBLOCK;
}

static inline void
lg_fsck(const void *img)
{
	struct lg_fsck fk = { .fk_img = img, .fk_super = img };
	const struct lf_super *ls = img;
	const struct lf_dinode *ld;
	const uint8_t *bitmap;
	uint32_t i;

	FSCK(ls->ls_clean, "not clean");
	fk.fk_used = calloc(ls->ls_nblocks, 1);
	fk.fk_links = calloc(ls->ls_ninodes + 1, sizeof(uint32_t));
	memset(fk.fk_used, 1, ls->ls_data);
	for (i = LF_ROOTINO; i <= ls->ls_ninodes; i++) {
		ld = fsck_dinode(&fk, i);
		if (ld->ld_mode != 0)
			fsck_inode(&fk, i, ld);
	}
	for (i = LF_ROOTINO; i <= ls->ls_ninodes; i++) {
		ld = fsck_dinode(&fk, i);
		FSCK(fk.fk_links[i] == (ld->ld_mode != 0 ? ld->ld_nlink : 0),
		    "inode %u: %u names, mode %o, %u links", i,
		    fk.fk_links[i], ld->ld_mode, ld->ld_nlink);
	}
	bitmap = (const uint8_t *)img + (size_t)ls->ls_bitmap * LF_BSIZE;
	for (i = 0; i < ls->ls_nblocks; i++)
		FSCK((bitmap[i / 8] >> i % 8 & 1) == fk.fk_used[i],
		    "block %u: in use %u, bitmap says otherwise", i,
		    fk.fk_used[i]);
	free(fk.fk_links);
	free(fk.fk_used);
}

#endif /* !_TESTS_EXAMPLES_LOGFS_LG_FSCK_H_ */
