/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multiple mount protection: a block in which whoever has the volume mounted
 * for writing counts up every few seconds, and says when it is done.  A volume
 * that is in use is refused, as what is read of it would not hold together.
 * Nobody waits to see whether the count still moves: after a crash it is
 * e2fsck that finds out.
 */

#include "ext2.h"

static int
ext2_mmp_bad(struct ext2_mount *em, const char *what, uint64_t value)
{

	ext2_warn(em, "cannot mount: mmp block: bad %s 0x%" PRIx64 EXT2_FSCK,
	    what, value);
	return EXT2_EDAMAGE;
}

/* Names come from the volume and go to a terminal. */
static void
ext2_mmp_name(char *to, const char *from, size_t size)
{
	size_t i;

	for (i = 0; i < size - 1 && from[i] != '\0'; i++)
		to[i] = from[i] > ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = '\0';
}

static int
ext2_mmp_judge(struct ext2_mount *em, const struct e2_mmp *mm)
{
	const uint32_t seq = le32toh(mm->mmp_seq);
	char node[sizeof(mm->mmp_nodename)];

	if (le32toh(mm->mmp_magic) != E2_MMP_MAGIC)
		return ext2_mmp_bad(em, "magic", le32toh(mm->mmp_magic));
	if (EXT2_HAS_R(em, METADATA_CSUM) &&
	    ext2_crc32c(em->em_csumseed, mm, offsetof(struct e2_mmp,
	    mmp_checksum)) != le32toh(mm->mmp_checksum)) {
		ext2_warn(em, "cannot mount: mmp block: checksum mismatch"
		    EXT2_FSCK);
		return EXT2_ECSUM;
	}
	if (seq == E2_MMP_CLEAN)
		return 0;
	ext2_mmp_name(node, mm->mmp_nodename, sizeof(node));
	if (seq == E2_MMP_FSCK)
		ext2_warn(em, "cannot mount: feature mmp: e2fsck is at work "
		    "on it on %s, or ended early" EXT2_FSCK, node);
	else
		ext2_warn(em, "cannot mount: feature mmp: in use on %s; if it "
		    "is not, run e2fsck on it", node);
	return EBUSY;
}

/*
 * Is the volume, whose superblock was checked, in use elsewhere?  EBUSY then.
 */
int
ext2_mmp_check(struct ext2_mount *em)
{
	uint64_t blk = le64toh(em->em_sb->s_mmp_block);
	struct buf *bp;
	int error;

	if (!EXT2_HAS_I(em, MMP))
		return 0;
	CTASSERT(sizeof(struct e2_mmp) == 1024);
	if (blk <= em->em_firstblock || blk >= em->em_nblocks)
		return ext2_mmp_bad(em, "place", blk);
	error = ext2_bread(em, blk, &bp);
	if (error != 0)
		return error;
	error = ext2_mmp_judge(em, bp->b_data);
	brelse(bp, 0);
	return error;
}
