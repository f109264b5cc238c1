/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums of ext4 metadata: crc32c of superblock, inodes, directory
 * blocks, index blocks, extent blocks and attribute blocks (metadata_csum),
 * crc16 of group descriptors (gdt_csum).  Each ext2_csum_*() that takes a
 * structure to verify returns 0 when the volume has no checksums.
 *
 * Only verification is here: volumes with checksums are mounted read-only.
 */

#include "ext2.h"

#define	CRC32C_POLY	0x82f63b78U	/* reversed Castagnoli polynomial */

/* Four tables: the effect of a byte 0, 1, 2 or 3 bytes ago.  Filled once. */
static uint32_t ext2_crctab[4][256];

void
ext2_csum_init(void)
{
	uint32_t c;
	u_int i, k;

	for (i = 0; i < 256; i++) {
		c = i;
		for (k = 0; k < 8; k++)
			c = (c >> 1) ^ ((c & 1) != 0 ? CRC32C_POLY : 0);
		ext2_crctab[0][i] = c;
	}
	for (i = 0; i < 256; i++) {
		for (k = 1; k < 4; k++) {
			c = ext2_crctab[k - 1][i];
			ext2_crctab[k][i] = (c >> 8) ^
			    ext2_crctab[0][c & 0xff];
		}
	}
}

/*
 * Continue a crc32c, without the customary inversions: ext4 has none.
 */
uint32_t
ext2_crc32c(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (; len >= 4; p += 4, len -= 4) {
		crc ^= le32dec(p);
		crc = ext2_crctab[3][crc & 0xff] ^
		    ext2_crctab[2][(crc >> 8) & 0xff] ^
		    ext2_crctab[1][(crc >> 16) & 0xff] ^
		    ext2_crctab[0][crc >> 24];
	}
	for (; len > 0; p++, len--)
		crc = (crc >> 8) ^ ext2_crctab[0][(crc ^ *p) & 0xff];
	return crc;
}

static uint32_t
ext2_crc_le32(uint32_t crc, uint32_t v)
{

	v = htole32(v);
	return ext2_crc32c(crc, &v, sizeof(v));
}

/* crc16 with the reversed polynomial 0x8005, bit by bit: it is rare. */
static uint16_t
ext2_crc16(uint16_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;
	u_int k;

	for (; len > 0; p++, len--) {
		crc ^= *p;
		for (k = 0; k < 8; k++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xa001 : 0);
	}
	return crc;
}

uint32_t
ext2_csum_super(const struct e2_sb *sb)
{

	return ext2_crc32c(~0U, sb, offsetof(struct e2_sb, s_checksum));
}

/*
 * Checksum of a group descriptor as either of the two features wants it.
 */
uint16_t
ext2_csum_group(const struct ext2_mount *em, uint32_t g,
    const struct e2_gd *gd)
{
	const size_t off = offsetof(struct e2_gd, bg_checksum);
	const uint8_t *raw = (const uint8_t *)gd;
	const uint32_t leg = htole32(g);
	const uint16_t zero = 0;
	uint32_t crc;
	uint16_t crc16;

	if (EXT2_HAS_R(em, METADATA_CSUM)) {
		crc = ext2_crc_le32(em->em_csumseed, g);
		crc = ext2_crc32c(crc, raw, off);
		crc = ext2_crc32c(crc, &zero, sizeof(zero));
		crc = ext2_crc32c(crc, raw + off + 2,
		    em->em_descsize - off - 2);
		return crc & 0xffff;
	}
	crc16 = ext2_crc16(0xffff, em->em_sb->s_uuid,
	    sizeof(em->em_sb->s_uuid));
	crc16 = ext2_crc16(crc16, &leg, sizeof(leg));
	crc16 = ext2_crc16(crc16, raw, off);
	if (em->em_descsize > off + 2)
		crc16 = ext2_crc16(crc16, raw + off + 2,
		    em->em_descsize - off - 2);
	return crc16;
}

/*
 * What the checksums of everything that belongs to an inode start from.
 */
uint32_t
ext2_csum_iseed(const struct ext2_mount *em, ino_t ino, uint32_t gen)
{

	return ext2_crc_le32(ext2_crc_le32(em->em_csumseed, ino), gen);
}

int
ext2_csum_inode(struct ext2_mount *em, ino_t ino, const struct e2_inode *di)
{
	const size_t lo = offsetof(struct e2_inode, i_checksum_lo);
	const size_t hi = offsetof(struct e2_inode, i_checksum_hi);
	const uint8_t *raw = (const uint8_t *)di;
	const uint16_t zero = 0;
	uint32_t crc, want;
	bool has_hi;

	if (!EXT2_HAS_R(em, METADATA_CSUM))
		return 0;
	has_hi = em->em_inodesize > E2_OLDINODESIZE &&
	    le16toh(di->i_extra_isize) >= 4;
	crc = ext2_csum_iseed(em, ino, le32toh(di->i_generation));
	crc = ext2_crc32c(crc, raw, lo);
	crc = ext2_crc32c(crc, &zero, sizeof(zero));
	crc = ext2_crc32c(crc, raw + lo + 2, E2_OLDINODESIZE - lo - 2);
	if (em->em_inodesize > E2_OLDINODESIZE) {
		crc = ext2_crc32c(crc, raw + E2_OLDINODESIZE,
		    hi - E2_OLDINODESIZE);
		crc = ext2_crc32c(crc, has_hi ? (const uint8_t *)&zero :
		    raw + hi, sizeof(zero));
		crc = ext2_crc32c(crc, raw + hi + 2,
		    em->em_inodesize - hi - 2);
	}
	want = le16toh(di->i_checksum_lo);
	if (has_hi)
		want |= (uint32_t)le16toh(di->i_checksum_hi) << 16;
	else
		crc &= 0xffff;
	if (crc == want)
		return 0;
	return ext2_badcsum(em, "inode %" PRIu64 ": checksum mismatch", ino);
}

/*
 * Where are the index entries of this block, if it is an index block?
 */
static uint32_t
ext2_dx_offset(const struct ext2_inode *dip, uint64_t lbn, const void *blk)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de = blk;

	if ((dip->ei_flags & E2_FL_INDEX) == 0)
		return 0;
	if (lbn == 0)
		return E2_DX_INFOOFF + sizeof(struct e2_dxinfo);
	if (de->d_ino == 0 && ext2_reclen(em, de) == em->em_bsize)
		return E2_DX_NODEOFF;
	return 0;
}

static int
ext2_csum_dxblock(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    uint32_t off, uint32_t crc)
{
	struct ext2_mount *em = dip->ei_em;
	const uint8_t *raw = blk;
	const struct e2_dxcount *dc;
	const struct e2_dxtail *dt;
	uint32_t limit, count, end;

	dc = (const void *)(raw + off);
	limit = le16toh(dc->dx_limit);
	count = le16toh(dc->dx_count);
	end = off + limit * sizeof(struct e2_dxent);
	if (count > limit || end + sizeof(*dt) > em->em_bsize)
		return ext2_damaged(em, "directory %" PRIu64 ": block %"
		    PRIu64 ": bad index limit %u", dip->ei_ino, lbn, limit);
	dt = (const void *)(raw + end);
	crc = ext2_crc32c(crc, raw, off + count * sizeof(struct e2_dxent));
	crc = ext2_crc_le32(crc, le32toh(dt->dx_treserved));
	crc = ext2_crc_le32(crc, 0);
	if (crc == le32toh(dt->dx_csum))
		return 0;
	return ext2_badcsum(em, "directory %" PRIu64 ": index block %" PRIu64
	    ": checksum mismatch", dip->ei_ino, lbn);
}

/*
 * Directory block lbn, index or not.
 */
int
ext2_csum_dirblock(struct ext2_inode *dip, uint64_t lbn, const void *blk)
{
	struct ext2_mount *em = dip->ei_em;
	const struct e2_dirtail *dt;
	uint32_t crc, off, size;

	if (!EXT2_HAS_R(em, METADATA_CSUM))
		return 0;
	crc = ext2_csum_iseed(em, dip->ei_ino, dip->ei_gen);
	off = ext2_dx_offset(dip, lbn, blk);
	if (off != 0)
		return ext2_csum_dxblock(dip, lbn, blk, off, crc);
	size = em->em_bsize - sizeof(*dt);
	dt = (const void *)((const uint8_t *)blk + size);
	if (dt->dt_zero == 0 && dt->dt_type == E2_FT_CSUM &&
	    ext2_crc32c(crc, blk, size) == le32toh(dt->dt_csum))
		return 0;
	return ext2_badcsum(em, "directory %" PRIu64 ": block %" PRIu64
	    ": checksum mismatch", dip->ei_ino, lbn);
}

/*
 * A block of the extent tree.  The caller checked eh_max.
 */
int
ext2_csum_extent(struct ext2_inode *ip, uint64_t blk,
    const struct e2_exthdr *eh)
{
	struct ext2_mount *em = ip->ei_em;
	const uint8_t *raw = (const uint8_t *)eh;
	uint32_t crc, off;

	if (!EXT2_HAS_R(em, METADATA_CSUM))
		return 0;
	off = sizeof(*eh) + le16toh(eh->eh_max) * sizeof(struct e2_extent);
	KASSERT(off + sizeof(uint32_t) <= em->em_bsize);
	crc = ext2_csum_iseed(em, ip->ei_ino, ip->ei_gen);
	crc = ext2_crc32c(crc, raw, off);
	if (crc == le32dec(raw + off))
		return 0;
	return ext2_badcsum(em, "inode %" PRIu64 ": extent block %" PRIu64
	    ": checksum mismatch", ip->ei_ino, blk);
}

int
ext2_csum_xattr(struct ext2_mount *em, uint64_t blk,
    const struct e2_xahdr *xh)
{
	const size_t off = offsetof(struct e2_xahdr, h_checksum);
	const uint8_t *raw = (const uint8_t *)xh;
	const uint64_t leblk = htole64(blk);
	uint32_t crc;

	if (!EXT2_HAS_R(em, METADATA_CSUM))
		return 0;
	crc = ext2_crc32c(em->em_csumseed, &leblk, sizeof(leblk));
	crc = ext2_crc32c(crc, raw, off);
	crc = ext2_crc_le32(crc, 0);
	crc = ext2_crc32c(crc, raw + off + 4, em->em_bsize - off - 4);
	if (crc == le32toh(xh->h_checksum))
		return 0;
	return ext2_badcsum(em, "attribute block %" PRIu64
	    ": checksum mismatch", blk);
}
