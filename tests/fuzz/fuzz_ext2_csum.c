/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mend the checksums of what was edited, so that edits are not all caught at
 * the door.  Written apart from the driver's, which it would else agree with
 * where both are wrong.
 */
#include <string.h>

#include "fuzz_ext2.h"
#include "ext2_jbd.h"

struct mend {
	struct image	*m_im;
	const struct e2_sb *m_sb;
	uint32_t	m_seed;
};

static uint32_t
crc32c(uint32_t crc, const void *data, size_t len)
{
	static uint32_t table[256];
	const uint8_t *p = data;
	uint32_t c;
	int i, k;

	if (table[1] == 0) {
		for (i = 0; i < 256; i++) {
			for (c = i, k = 0; k < 8; k++)
				c = c >> 1 ^ (c & 1 ? 0x82f63b78U : 0);
			table[i] = c;
		}
	}
	while (len-- > 0)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
	return crc;
}

static uint32_t
crc32c_word(uint32_t crc, uint32_t word)
{
	uint8_t b[4];

	put32(b, word);
	return crc32c(crc, b, 4);
}

static uint16_t
crc16(uint16_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;
	int k;

	while (len-- > 0) {
		crc ^= *p++;
		for (k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xa001 : 0);
	}
	return crc;
}

static bool
has_csums(const struct mend *m)
{

	return (get32(&m->m_sb->s_feature_ro_compat) &
	    E2_R_METADATA_CSUM) != 0;
}

/* What everything of an inode starts from. */
static uint32_t
inode_seed(const struct mend *m, const struct piece *p)
{
	const struct e2_inode *di = (const void *)(m->m_im->im_data +
	    p->p_inode);

	return crc32c_word(crc32c_word(m->m_seed, p->p_nr),
	    get32(&di->i_generation));
}

static void
mend_inode(const struct mend *m, const struct piece *p)
{
	struct e2_inode *di = (void *)(m->m_im->im_data + p->p_inode);
	const uint32_t size = m->m_im->im_isize;
	const bool wide = size > E2_OLDINODESIZE &&
	    get16(&di->i_extra_isize) >= 4;
	uint32_t crc;

	put16(&di->i_checksum_lo, 0);
	if (wide)
		put16(&di->i_checksum_hi, 0);
	crc = crc32c(inode_seed(m, p), di, size);
	put16(&di->i_checksum_lo, crc & 0xffff);
	if (wide)
		put16(&di->i_checksum_hi, crc >> 16);
}

static void
mend_gdesc(const struct mend *m, const struct piece *p)
{
	struct e2_gd *gd = (void *)(m->m_im->im_data + p->p_off);
	const size_t off = offsetof(struct e2_gd, bg_checksum);
	const uint8_t *raw = (const uint8_t *)gd;
	uint8_t nr[4];
	uint32_t crc;

	put32(nr, p->p_nr);
	if (has_csums(m)) {
		put16(&gd->bg_checksum, 0);
		crc = crc32c(crc32c(m->m_seed, nr, 4), raw, p->p_len);
	} else {
		crc = crc16(0xffff, m->m_sb->s_uuid, 16);
		crc = crc16(crc, nr, 4);
		crc = crc16(crc, raw, off);
		crc = crc16(crc, raw + off + 2, p->p_len - off - 2);
	}
	put16(&gd->bg_checksum, crc & 0xffff);
}

static void
mend_dirblk(const struct mend *m, const struct piece *p)
{
	uint8_t *b = m->m_im->im_data + p->p_off;
	uint8_t *tail = b + p->p_len - 12;

	if (tail[7] == E2_FT_CSUM)
		put32(tail + 8, crc32c(inode_seed(m, p), b, p->p_len - 12));
}

static void
mend_index(const struct mend *m, const struct piece *p)
{
	uint8_t *b = m->m_im->im_data + p->p_off;
	const uint32_t off = get32(b) == 0 ? 8 : 32;
	const uint32_t limit = get16(b + off), count = get16(b + off + 2);
	uint32_t crc, end = off + limit * 8;

	if (count > limit || end + 8 > p->p_len)
		return;
	crc = crc32c(inode_seed(m, p), b, off + count * 8);
	crc = crc32c(crc, b + end, 4);
	put32(b + end + 4, crc32c_word(crc, 0));
}

static void
mend_extent(const struct mend *m, const struct piece *p)
{
	uint8_t *b = m->m_im->im_data + p->p_off;
	const uint32_t end = 12 + get16(b + 4) * 12;

	if (end + 4 <= p->p_len)
		put32(b + end, crc32c(inode_seed(m, p), b, end));
}

static void
mend_xattr(const struct mend *m, const struct piece *p)
{
	struct e2_xahdr *xh = (void *)(m->m_im->im_data + p->p_off);
	uint8_t blk[8] = { 0 };

	put32(blk, p->p_off / m->m_im->im_bsize);
	put32(&xh->h_checksum, 0);
	put32(&xh->h_checksum, crc32c(crc32c(m->m_seed, blk, 8), xh,
	    p->p_len));
}

/* The journal's own: superblock's, tails of descriptors, commits. */
static void
mend_journal(const struct mend *m, const struct piece *p)
{
	struct image *im = m->m_im;
	const struct jbd_super *js;
	uint8_t *b = im->im_data + p->p_off;
	uint32_t at = p->p_len - 4, seed;

	if (im->im_count[PK_JSUPER] == 0)
		return;
	js = (const void *)(im->im_data +
	    im->im_pieces[im->im_first[PK_JSUPER]].p_off);
	if ((get32be(&js->s_feature_incompat) &
	    (JBD_I_CSUM_V2 | JBD_I_CSUM_V3)) == 0)
		return;
	seed = crc32c(~0U, js->s_uuid, 16);
	if (p->p_kind == PK_JCOMMIT)
		at = offsetof(struct jbd_commit, c_chksum);
	else if (p->p_kind == PK_JSUPER) {
		at = offsetof(struct jbd_super, s_checksum);
		put32be(b + at, 0);
		put32be(b + at, crc32c(~0U, b, sizeof(*js)));
		return;
	}
	put32be(b + at, 0);
	put32be(b + at, crc32c(seed, b, p->p_len));
}

static void
mend_mmp(const struct mend *m, const struct piece *p)
{
	uint8_t *b = m->m_im->im_data + p->p_off;

	put32(b + 1020, crc32c(m->m_seed, b, 1020));
}

static void
mend_piece(const struct mend *m, const struct piece *p)
{

	switch (p->p_kind) {
	case PK_INODE:
	case PK_INODETAIL:
		mend_inode(m, p);
		break;
	case PK_DIRBLK:
		mend_dirblk(m, p);
		break;
	case PK_INDEX:
		mend_index(m, p);
		break;
	case PK_EXTENT:
		mend_extent(m, p);
		break;
	case PK_XATTR:
		mend_xattr(m, p);
		break;
	case PK_MMP:
		mend_mmp(m, p);
		break;
	default:
		break;
	}
}

void
image_mend(struct image *im)
{
	struct e2_sb *sb = (void *)(im->im_data + E2_SBOFF);
	struct mend m = { .m_im = im, .m_sb = sb };
	const bool all = im->im_pieces[0].p_dirty;
	struct piece *p;
	uint32_t i;

	m.m_seed = (get32(&sb->s_feature_incompat) & E2_I_CSUM_SEED) != 0 ?
	    get32(&sb->s_checksum_seed) : crc32c(~0U, sb->s_uuid, 16);
	for (i = 0; i < im->im_npieces; i++) {
		p = &im->im_pieces[i];
		if (!p->p_dirty && !all)
			continue;
		if (p->p_kind == PK_GDESC && (has_csums(&m) ||
		    (get32(&sb->s_feature_ro_compat) & E2_R_GDT_CSUM) != 0))
			mend_gdesc(&m, p);
		else if (p->p_kind >= PK_JSUPER && p->p_kind <= PK_JCOMMIT)
			mend_journal(&m, p);
		else if (has_csums(&m))
			mend_piece(&m, p);
	}
	if (has_csums(&m))
		put32(&sb->s_checksum, crc32c(~0U, sb,
		    offsetof(struct e2_sb, s_checksum)));
}
