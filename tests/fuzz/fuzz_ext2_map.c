/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the structures of an image are.  Public images are damaged: what is
 * out of place is left out, and the depth and number of all is bounded.
 */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz_ext2.h"
#include "ext2_jbd.h"

static struct piece *
add(struct image *im, enum piece_kind kind, uint64_t off, uint32_t len,
    uint32_t nr, uint32_t inode)
{
	struct piece *p;

	if (im->im_npieces == PIECES_MAX || off > im->im_size ||
	    len > im->im_size - off || len < 8)
		return NULL;
	p = &im->im_pieces[im->im_npieces++];
	*p = (struct piece){ .p_kind = kind, .p_off = (uint32_t)off,
	    .p_len = len, .p_nr = nr, .p_inode = inode };
	return p;
}

static struct piece *
add_block(struct image *im, enum piece_kind kind, uint64_t blk, uint32_t nr,
    uint32_t inode)
{

	if (blk == 0 || blk >= im->im_size / im->im_bsize)
		return NULL;
	return add(im, kind, blk * im->im_bsize, im->im_bsize, nr, inode);
}

static void
add_journal_block(struct image *im, uint64_t blk, uint32_t nr, uint32_t inode)
{
	const uint8_t *b = im->im_base + blk * im->im_bsize;
	enum piece_kind kind = PK_JDATA;

	if (blk == 0 || blk >= im->im_size / im->im_bsize)
		return;
	if (get32be(b) == JBD_MAGIC) {
		switch (get32be(b + 4)) {
		case JBD_DESCRIPTOR:
			kind = PK_JDESC;
			break;
		case JBD_COMMIT:
			kind = PK_JCOMMIT;
			break;
		case JBD_REVOKE:
			kind = PK_JREVOKE;
			break;
		default:
			kind = PK_JSUPER;
			break;
		}
	} else if (get32(b) == 0 && get32(b + 4) == 0)
		return;		/* never used, most likely */
	add_block(im, kind, blk, nr, inode);
}

/* A block of a file's contents, if that is metadata of some kind. */
static void
add_content(struct image *im, uint32_t ino, uint32_t at, uint64_t lbn,
    uint64_t blk)
{
	const struct e2_inode *di = (const void *)(im->im_base + at);
	const uint16_t mode = get16(&di->i_mode);
	const uint8_t *b;

	if (blk == 0 || blk >= im->im_size / im->im_bsize)
		return;
	b = im->im_base + blk * im->im_bsize;
	if (ino == E2_JOURNALINO)
		add_journal_block(im, blk, ino, at);
	else if (S_ISDIR(mode)) {
		const bool index = (get32(&di->i_flags) & E2_FL_INDEX) != 0 &&
		    (lbn == 0 || (get32(b) == 0 &&
		    get16(b + 4) == im->im_bsize));

		add_block(im, index ? PK_INDEX : PK_DIRBLK, blk, ino, at);
	} else if (lbn < 3)
		add_block(im, PK_DATA, blk, ino, at);
}

static void
map_extents(struct image *im, uint32_t ino, uint32_t at, const uint8_t *node,
    size_t size, unsigned depth)
{
	const struct e2_exthdr *eh = (const void *)node;
	const uint8_t *p = node + sizeof(*eh);
	unsigned i, n = get16(&eh->eh_entries), len, k;
	uint64_t blk;

	if (get16(&eh->eh_magic) != E2_EXT_MAGIC || depth > E2_EXT_MAXDEPTH ||
	    n > (size - sizeof(*eh)) / 12)
		return;
	for (i = 0; i < n; i++, p += 12) {
		if (get16(&eh->eh_depth) == 0) {
			len = get16(p + 4);
			blk = get32(p + 8) | (uint64_t)get16(p + 6) << 32;
			for (k = 0; k < len && k < 2048; k++)
				add_content(im, ino, at, get32(p) + k,
				    blk + k);
			continue;
		}
		blk = get32(p + 4) | (uint64_t)get16(p + 8) << 32;
		if (add_block(im, PK_EXTENT, blk, ino, at) != NULL)
			map_extents(im, ino, at, im->im_base +
			    blk * im->im_bsize, im->im_bsize, depth + 1);
	}
}

/* Returns the first logical block behind what blk leads to. */
static uint64_t
map_indirect(struct image *im, uint32_t ino, uint32_t at, uint64_t blk,
    unsigned level, uint64_t lbn)
{
	const uint32_t per = im->im_bsize / 4;
	const uint8_t *b;
	uint64_t reach = 1;
	uint32_t i;

	for (i = 0; i < level; i++)
		reach *= per;
	if (blk == 0 || blk >= im->im_size / im->im_bsize)
		return lbn + reach;
	if (level == 0) {
		add_content(im, ino, at, lbn, blk);
		return lbn + 1;
	}
	if (add_block(im, PK_INDIRECT, blk, ino, at) == NULL)
		return lbn + reach;
	b = im->im_base + blk * im->im_bsize;
	for (i = 0; i < per; i++)
		lbn = map_indirect(im, ino, at, get32(b + i * 4), level - 1,
		    lbn);
	return lbn;
}

static void
map_inode(struct image *im, uint32_t ino, uint64_t off)
{
	const struct e2_inode *di = (const void *)(im->im_base + off);
	const uint32_t flags = get32(&di->i_flags), at = (uint32_t)off;
	const uint16_t mode = get16(&di->i_mode);
	uint64_t lbn = 0;
	unsigned i;

	if (off + im->im_isize > im->im_size || mode == 0)
		return;
	if (add(im, PK_INODE, off, im->im_isize, ino, at) == NULL)
		return;
	if (im->im_isize > E2_OLDINODESIZE)
		add(im, PK_INODETAIL, off + E2_OLDINODESIZE,
		    im->im_isize - E2_OLDINODESIZE, ino, at);
	add_block(im, PK_XATTR, get32(&di->i_file_acl), ino, at);
	if ((flags & E2_FL_INLINE_DATA) != 0 ||
	    (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode)))
		return;
	if ((flags & E2_FL_EXTENTS) != 0) {
		map_extents(im, ino, at, (const uint8_t *)di->i_block,
		    sizeof(di->i_block), 0);
		return;
	}
	if (S_ISLNK(mode) && get32(&di->i_size) < sizeof(di->i_block))
		return;
	for (i = 0; i < E2_NADDR; i++)
		lbn = map_indirect(im, ino, at, get32(&di->i_block[i]),
		    i < E2_NDADDR ? 0 : i - E2_NDADDR + 1, lbn);
}

static void
map_group(struct image *im, const struct e2_sb *sb, uint32_t g, uint64_t off)
{
	const struct e2_gd *gd = (const void *)(im->im_base + off);
	const uint32_t ipg = get32(&sb->s_inodes_per_group);
	uint64_t itable;
	uint32_t i;

	if (add(im, PK_GDESC, off, im->im_gdsize, g, 0) == NULL)
		return;
	add_block(im, PK_BITMAP, get32(&gd->bg_block_bitmap), g, 0);
	add_block(im, PK_BITMAP, get32(&gd->bg_inode_bitmap), g, 0);
	itable = (uint64_t)get32(&gd->bg_inode_table) * im->im_bsize;
	for (i = 0; i < ipg && i < 512; i++)
		map_inode(im, g * ipg + i + 1,
		    itable + (uint64_t)i * im->im_isize);
}

static int
piece_cmp(const void *a, const void *b)
{
	const struct piece *pa = a, *pb = b;

	if (pa->p_kind != pb->p_kind)
		return pa->p_kind < pb->p_kind ? -1 : 1;
	return pa->p_off < pb->p_off ? -1 : pa->p_off > pb->p_off;
}

static void
sort_pieces(struct image *im)
{
	uint32_t i;

	qsort(im->im_pieces, im->im_npieces, sizeof(*im->im_pieces),
	    piece_cmp);
	for (i = im->im_npieces; i-- > 0;) {
		im->im_first[im->im_pieces[i].p_kind] = i;
		im->im_count[im->im_pieces[i].p_kind]++;
	}
}

bool
image_map(struct image *im)
{
	const struct e2_sb *sb = (const void *)(im->im_base + E2_SBOFF);
	uint32_t g, ngroups, shift;
	uint64_t gdt;

	if (im->im_size < 2 * E2_SBOFF + 1024 || im->im_size > UINT32_MAX / 2 ||
	    get16(&sb->s_magic) != E2_MAGIC)
		return false;
	shift = get32(&sb->s_log_block_size);
	if (shift > 6 || get32(&sb->s_blocks_per_group) == 0)
		return false;
	im->im_bsize = 1024U << shift;
	im->im_isize = get32(&sb->s_rev_level) == 0 ? E2_OLDINODESIZE :
	    get16(&sb->s_inode_size);
	if (im->im_isize < E2_OLDINODESIZE || im->im_isize > im->im_bsize)
		return false;
	im->im_gdsize = E2_GD_OLDSIZE;
	if ((get32(&sb->s_feature_incompat) & E2_I_64BIT) != 0 &&
	    get16(&sb->s_desc_size) >= E2_GD_SIZE64)
		im->im_gdsize = get16(&sb->s_desc_size);
	im->im_pieces = calloc(PIECES_MAX, sizeof(*im->im_pieces));
	if (im->im_pieces == NULL)
		return false;
	add(im, PK_SUPER, E2_SBOFF, E2_SBSIZE, 0, 0);
	if ((get32(&sb->s_feature_incompat) & E2_I_MMP) != 0)
		add_block(im, PK_MMP, get32(&sb->s_mmp_block), 0, 0);
	gdt = im->im_bsize == E2_SBOFF ? 2 * E2_SBOFF : im->im_bsize;
	ngroups = get32(&sb->s_blocks_count) /
	    get32(&sb->s_blocks_per_group) + 1;
	for (g = 0; g < ngroups && g < 16; g++)
		map_group(im, sb, g, gdt + (uint64_t)g * im->im_gdsize);
	sort_pieces(im);
	return true;
}
