/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ext2, ext3 or ext4 image as the fuzzer sees it: a list of pieces, each a
 * structure with a place, that edits aim at and whose checksums are mended
 * after the edits.
 */
#ifndef _FUZZ_FUZZ_EXT2_H_
#define _FUZZ_FUZZ_EXT2_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ext2_disk.h"

enum piece_kind {
	PK_SUPER, PK_GDESC, PK_BITMAP, PK_INODE, PK_INODETAIL, PK_EXTENT,
	PK_INDIRECT, PK_DIRBLK, PK_INDEX, PK_XATTR, PK_DATA, PK_JSUPER,
	PK_JDESC, PK_JREVOKE, PK_JCOMMIT, PK_JDATA, PK_MMP, PK_NKINDS
};

struct piece {
	enum piece_kind	p_kind;
	bool		p_dirty;	/* an edit was here */
	uint32_t	p_off, p_len;	/* bytes of the image */
	uint32_t	p_nr;		/* inode or group it belongs to */
	uint32_t	p_inode;	/* where that inode is */
};

#define	PIECES_MAX	4096

struct image {
	const char	*im_name;
	const uint8_t	*im_base;	/* as it is in its file */
	uint8_t		*im_data;	/* what the kernel sees */
	size_t		im_size;
	char		im_dev[16];
	int		im_fd;

	uint32_t	im_bsize, im_isize, im_gdsize;
	uint32_t	im_npieces, im_first[PK_NKINDS], im_count[PK_NKINDS];
	struct piece	*im_pieces;	/* sorted by kind */
	uint32_t	*im_pages;	/* numbers of pages that are not 0 */
	uint32_t	im_npages;
};

#define	IMAGE_PAGE	4096

/* fuzz_ext2_map.c: find the pieces of im_base; false: not such an image. */
bool	image_map(struct image *);

/* fuzz_ext2_csum.c: make the checksums of dirty pieces of im_data right. */
void	image_mend(struct image *);

static inline uint16_t
get16(const void *p)
{
	const uint8_t *b = p;

	return b[0] | b[1] << 8;
}

static inline uint32_t
get32(const void *p)
{
	const uint8_t *b = p;

	return b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint32_t
get32be(const void *p)
{

	return __builtin_bswap32(get32(p));
}

static inline void
put16(void *p, uint16_t v)
{
	uint8_t *b = p;

	b[0] = v & 0xff;
	b[1] = v >> 8;
}

static inline void
put32(void *p, uint32_t v)
{

	put16(p, v & 0xffff);
	put16((uint8_t *)p + 2, v >> 16);
}

static inline void
put32be(void *p, uint32_t v)
{

	put32(p, __builtin_bswap32(v));
}

#endif /* !_FUZZ_FUZZ_EXT2_H_ */
