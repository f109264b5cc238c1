/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small things every part of the ext2 driver needs: one-line messages that
 * name the image, the policy for damaged volumes, and access to metadata
 * blocks through the buffer cache of the device.
 *
 * All metadata, directories and long symbolic links included, is cached in
 * buffers of the device vnode, at block addresses of the volume; file data
 * is in the page cache and never comes through here.
 */

#include "ext2.h"

#define	EXT2_MAXCOMPLAINTS	32	/* lines per mount */

static void ext2_say(struct ext2_mount *, const char *, va_list)
    __printflike(2, 0);

/* A hostile image must not be able to flood the console. */
static void
ext2_say(struct ext2_mount *em, const char *fmt, va_list ap)
{
	char buf[192];
	u_int n;

	n = atomic_inc_uint_nv(&em->em_complaints);
	if (n > EXT2_MAXCOMPLAINTS)
		return;
	vsnprintf(buf, sizeof(buf), fmt, ap);
	printf("ext2fs: %s: %s\n", em->em_name, buf);
	if (n == EXT2_MAXCOMPLAINTS)
		printf("ext2fs: %s: further messages suppressed\n",
		    em->em_name);
}

/*
 * Tell the user something that needs no reaction of the driver.
 */
void
ext2_warn(struct ext2_mount *em, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ext2_say(em, fmt, ap);
	va_end(ap);
}

/*
 * The volume is or may be damaged: remember it in the superblock and do what
 * its owner asked for in that case.  Read-only mounts change nothing.
 */
static void
ext2_policy(struct ext2_mount *em)
{
	uint16_t policy;

	if ((em->em_flags & EMF_WRITE) == 0 || em->em_groups == NULL)
		return;
	mutex_enter(&em->em_lock);
	em->em_sb->s_state |= htole16(E2_STATE_ERROR);
	em->em_sbdirty = true;
	policy = le16toh(em->em_sb->s_errors);
	mutex_exit(&em->em_lock);

	switch (policy) {
	case E2_ERRORS_PANIC:
		panic("ext2fs: %s: damaged, and set to panic on errors",
		    em->em_name);
	case E2_ERRORS_RO:
		if ((em->em_flags & EMF_FAILED) == 0) {
			atomic_or_uint(&em->em_flags, EMF_FAILED);
			ext2_warn(em, "no more writing, as set on errors");
		}
		break;
	default:
		break;
	}
}

/*
 * Metadata could not be written and may be lost: only a checker can call the
 * volume clean now, and its owner may want no more writing.
 */
void
ext2_lost(struct ext2_mount *em, const char *what, int error)
{

	atomic_and_uint(&em->em_flags, ~EMF_WASCLEAN);
	ext2_warn(em, "writing %s failed: error %d", what, error);
	/* For want of memory nothing is lost, only late. */
	if (error != ENOMEM)
		ext2_policy(em);
}

/*
 * A structure on disk makes no sense: say where, apply the error policy and
 * return the errno to fail with.
 */
int
ext2_damaged(struct ext2_mount *em, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ext2_say(em, fmt, ap);
	va_end(ap);
	ext2_policy(em);
	return EXT2_EDAMAGE;
}

/*
 * The same for a checksum that does not match.
 */
int
ext2_badcsum(struct ext2_mount *em, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ext2_say(em, fmt, ap);
	va_end(ap);
	ext2_policy(em);
	return EXT2_ECSUM;
}

bool
ext2_writable(const struct ext2_mount *em)
{

	return (em->em_flags & (EMF_WRITE | EMF_FAILED)) == EMF_WRITE;
}

/*
 * Read metadata block blk.  The caller checked that it is on the volume.
 */
int
ext2_bread(struct ext2_mount *em, uint64_t blk, struct buf **bpp)
{
	uint64_t at = blk;
	bool escaped = false;
	int error;

	KASSERT(blk < em->em_nblocks);
	if (__predict_false(em->em_journal != NULL))
		at = ext2_journal_where(em->em_journal, blk, &escaped);
	error = bread(em->em_devvp, EXT2_FSBTODB(em, at), em->em_bsize, 0,
	    bpp);
	if (error == 0 && escaped)
		ext2_journal_unescape((*bpp)->b_data);
	if (error != 0) {
		*bpp = NULL;
		ext2_warn(em, "block %" PRIu64 ": read error %d", blk, error);
	}
	return error;
}

/*
 * A zeroed buffer for block blk, which was just allocated: getblk() waits for
 * memory as long as it takes, so there is no error.
 */
struct buf *
ext2_getnew(struct ext2_mount *em, uint64_t blk)
{
	struct buf *bp;

	KASSERT(blk < em->em_nblocks);
	bp = getblk(em->em_devvp, EXT2_FSBTODB(em, blk), em->em_bsize, 0, 0);
	KASSERT(bp != NULL);
	clrbuf(bp);
	return bp;
}

/*
 * Metadata block blk was freed: whatever is cached of it must never be
 * written any more, as the block's next owner may write around the cache.
 */
void
ext2_forget(struct ext2_mount *em, uint64_t blk)
{
	struct buf *bp;

	mutex_enter(&bufcache_lock);
	bp = incore(em->em_devvp, EXT2_FSBTODB(em, blk));
	mutex_exit(&bufcache_lock);
	if (bp == NULL)
		return;
	bp = getblk(em->em_devvp, EXT2_FSBTODB(em, blk), em->em_bsize, 0, 0);
	if (bp != NULL)
		brelse(bp, BC_INVAL);
}

uint8_t
ext2_modetoft(uint16_t mode)
{

	switch (mode & S_IFMT) {
	case S_IFREG:
		return E2_FT_REG;
	case S_IFDIR:
		return E2_FT_DIR;
	case S_IFCHR:
		return E2_FT_CHR;
	case S_IFBLK:
		return E2_FT_BLK;
	case S_IFIFO:
		return E2_FT_FIFO;
	case S_IFSOCK:
		return E2_FT_SOCK;
	case S_IFLNK:
		return E2_FT_LNK;
	default:
		return E2_FT_UNKNOWN;
	}
}
