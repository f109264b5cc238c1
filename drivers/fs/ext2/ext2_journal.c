/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a journal holds that is not in its place yet, as a list: block of the
 * volume, where its newest contents are in the log.  ext2_journal_load()
 * makes the list; then either the volume is mounted read-only and
 * ext2_bread() looks there first, or ext2_journal_replay() copies everything
 * to its place, which is done to volumes this driver left (ext2_log.c).
 *
 * The log is walked three times: to find its end and count, to collect tags
 * and verify their blocks, to drop what was revoked.  Nothing is changed
 * before all of it was found good.  A walk looks at each block of the log
 * once, so a log that goes in circles ends.
 */

#include "ext2.h"
#include "ext2_jbd.h"

#define	JBD_I_KNOWN	(JBD_I_REVOKE | JBD_I_64BIT | JBD_I_CSUM_V2 | \
			 JBD_I_CSUM_V3 | JBD_I_FAST_COMMIT)

/* A block of the volume that the log has. */
struct ext2_jblock {
	uint64_t	jb_home;
	uint64_t	jb_copy;	/* block of the volume, too */
	uint32_t	jb_seq;
	uint32_t	jb_order;	/* the later one counts */
	bool		jb_escaped;
	bool		jb_revoked;
};

enum ext2_jpass { PASS_SCAN, PASS_TAGS, PASS_REVOKE };

/* An open journal.  After loading it does not change. */
struct ext2_journal {
	struct ext2_mount *j_em;
	struct ext2_inode *j_ino;	/* or NULL */
	uint32_t	j_maxlen, j_first, j_start;
	uint32_t	j_end;		/* behind the ring */
	uint32_t	j_startseq;
	uint32_t	j_endseq;	/* first one not complete */
	uint32_t	j_features;
	uint32_t	j_csumseed;
	bool		j_borrowed;
	struct ext2_jblock *j_blocks;	/* sorted by jb_home */
	uint32_t	j_nblocks, j_maxblocks;

	enum ext2_jpass	j_pass;		/* of the walk: */
	uint32_t	j_at;		/* next block of the log */
	uint32_t	j_left;		/* blocks it may yet see */
	uint32_t	j_seq;		/* transaction */
	uint32_t	j_pending;	/* its tags, while scanning */
};

static int
ext2_jbad(struct ext2_journal *j, const char *what)
{

	ext2_warn(j->j_em, "journal: bad %s", what);
	return EXT2_EDAMAGE;
}

static bool
ext2_jcsums(const struct ext2_journal *j)
{

	return (j->j_features & (JBD_I_CSUM_V2 | JBD_I_CSUM_V3)) != 0;
}

/* Where is block lbn of the journal? */
static int
ext2_jbmap(struct ext2_journal *j, uint32_t lbn, uint64_t *pbn)
{
	uint32_t run;
	int error;

	error = ext2_bmap(j->j_ino, lbn, 1, pbn, &run);
	if (error == 0 && *pbn == 0)
		error = ext2_jbad(j, "length: it has holes");
	return error;
}

static int
ext2_jread(struct ext2_journal *j, uint32_t lbn, struct buf **bpp)
{
	struct ext2_mount *em = j->j_em;
	uint64_t pbn;
	int error;

	error = ext2_jbmap(j, lbn, &pbn);
	if (error != 0)
		return error;
	return bread(em->em_devvp, EXT2_FSBTODB(em, pbn), em->em_bsize, 0,
	    bpp);
}

/* Log blocks are read once; the cache need not keep them. */
static void
ext2_jrelse(struct buf *bp)
{

	brelse(bp, BC_AGE);
}

/* The next block of the walk; false if it has seen all. */
static bool
ext2_jstep(struct ext2_journal *j, uint32_t *lbnp)
{

	if (j->j_left == 0)
		return false;
	j->j_left--;
	*lbnp = j->j_at;
	if (++j->j_at >= j->j_end)
		j->j_at = j->j_first;
	return true;
}

/* The checksum in the last four bytes of a descriptor or revoke block. */
static bool
ext2_jtail_ok(const struct ext2_journal *j, const uint8_t *blk)
{
	const uint32_t len = j->j_em->em_bsize - 4;
	uint32_t crc;

	if (!ext2_jcsums(j))
		return true;
	crc = ext2_crc32c(j->j_csumseed, blk, len);
	crc = ext2_crc32c(crc, "\0\0\0\0", 4);
	return crc == be32dec(blk + len);
}

static bool
ext2_jcommit_ok(const struct ext2_journal *j, const uint8_t *blk)
{
	const size_t off = offsetof(struct jbd_commit, c_chksum);
	uint32_t crc;

	if (!ext2_jcsums(j))
		return true;
	crc = ext2_crc32c(j->j_csumseed, blk, off);
	crc = ext2_crc32c(crc, "\0\0\0\0", 4);
	crc = ext2_crc32c(crc, blk + off + 4, j->j_em->em_bsize - off - 4);
	return crc == be32dec(blk + off);
}

/* Take a tag apart; returns how long it is. */
static uint32_t
ext2_jtag_decode(const struct ext2_journal *j, const uint8_t *p,
    uint64_t *homep, uint32_t *flagsp, uint32_t *csump)
{
	uint32_t size = JBD_TAG_SIZE;

	*homep = be32dec(p);
	if ((j->j_features & JBD_I_CSUM_V3) != 0) {
		*flagsp = be32dec(p + offsetof(struct jbd_tag3, t_flags));
		*csump = be32dec(p + offsetof(struct jbd_tag3, t_checksum));
		if ((j->j_features & JBD_I_64BIT) != 0)
			*homep |= (uint64_t)be32dec(p + offsetof(
			    struct jbd_tag3, t_block_high)) << 32;
		size = sizeof(struct jbd_tag3);
	} else {
		*csump = be16dec(p + 4);
		*flagsp = be16dec(p + 6);
		if ((j->j_features & JBD_I_64BIT) != 0) {
			*homep |= (uint64_t)be32dec(p + 8) << 32;
			size += 4;
		}
		if ((j->j_features & JBD_I_CSUM_V2) != 0)
			size += 2;
	}
	if ((*flagsp & JBD_T_SAMEUUID) == 0)
		size += JBD_UUID_SIZE;
	return size;
}

/* The longest of a tag that ext2_jtag_decode() looks at. */
static uint32_t
ext2_jtag_min(const struct ext2_journal *j)
{

	if ((j->j_features & JBD_I_CSUM_V3) != 0)
		return sizeof(struct jbd_tag3);
	return (j->j_features & JBD_I_64BIT) != 0 ? 12 : 8;
}

/* Is the block in the log what its tag says? */
static int
ext2_jdata_check(struct ext2_journal *j, uint32_t lbn, uint32_t csum)
{
	const uint32_t seq = htobe32(j->j_seq);
	struct buf *bp;
	uint32_t crc;
	int error;

	if (!ext2_jcsums(j))
		return 0;
	if ((error = ext2_jread(j, lbn, &bp)) != 0)
		return error;
	crc = ext2_crc32c(j->j_csumseed, &seq, sizeof(seq));
	crc = ext2_crc32c(crc, bp->b_data, j->j_em->em_bsize);
	ext2_jrelse(bp);
	if ((j->j_features & JBD_I_CSUM_V3) == 0)
		crc &= 0xffff;
	return crc == csum ? 0 : ext2_jbad(j, "checksum of a block");
}

/* One tag, whose block is at lbn of the log. */
static int
ext2_jtag(struct ext2_journal *j, uint32_t lbn, uint64_t home,
    uint32_t flags, uint32_t csum)
{
	struct ext2_jblock *jb;
	int error;

	if (j->j_pass == PASS_SCAN) {
		j->j_pending++;
		return 0;
	}
	if (j->j_pass != PASS_TAGS)
		return 0;
	if (home >= j->j_em->em_nblocks)
		return ext2_jbad(j, "block number in a tag");
	if ((error = ext2_jdata_check(j, lbn, csum)) != 0)
		return error;
	/* The image may have been changed since they were counted. */
	if (j->j_nblocks == j->j_maxblocks)
		return ext2_jbad(j, "descriptor: it has changed");
	jb = &j->j_blocks[j->j_nblocks];
	jb->jb_home = home;
	jb->jb_seq = j->j_seq;
	jb->jb_order = j->j_nblocks++;
	jb->jb_escaped = (flags & JBD_T_ESCAPE) != 0;
	jb->jb_revoked = false;
	return ext2_jbmap(j, lbn, &jb->jb_copy);
}

/* All tags of a descriptor block. */
static int
ext2_jdescriptor(struct ext2_journal *j, const uint8_t *blk)
{
	const uint32_t end = j->j_em->em_bsize - (ext2_jcsums(j) ? 4 : 0);
	uint32_t at = sizeof(struct jbd_header), flags = 0, csum, lbn;
	uint64_t home;
	int error;

	while ((flags & JBD_T_LAST) == 0 && at + ext2_jtag_min(j) <= end) {
		at += ext2_jtag_decode(j, blk + at, &home, &flags, &csum);
		if (!ext2_jstep(j, &lbn))
			return ext2_jbad(j, "descriptor: it has no end");
		error = ext2_jtag(j, lbn, home, flags, csum);
		if (error != 0)
			return error;
	}
	return 0;
}

/* The first entry for a block or behind. */
static uint32_t
ext2_jfirst(const struct ext2_journal *j, uint64_t home)
{
	uint32_t lo = 0, hi = j->j_nblocks, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (j->j_blocks[mid].jb_home < home)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Contents of blocks up to this transaction must not be used. */
static int
ext2_jrevoke(struct ext2_journal *j, const uint8_t *blk)
{
	const uint32_t end = be32dec(blk +
	    offsetof(struct jbd_revoke, r_count));
	const uint32_t size = (j->j_features & JBD_I_64BIT) != 0 ? 8 : 4;
	struct ext2_jblock *jb;
	uint64_t home;
	uint32_t at, i;

	if (end < sizeof(struct jbd_revoke) ||
	    end > j->j_em->em_bsize - (ext2_jcsums(j) ? 4 : 0))
		return ext2_jbad(j, "revoke block");
	if (j->j_pass != PASS_REVOKE)
		return 0;
	for (at = sizeof(struct jbd_revoke); at + size <= end; at += size) {
		home = size == 8 ? be64dec(blk + at) : be32dec(blk + at);
		for (i = ext2_jfirst(j, home); i < j->j_nblocks; i++) {
			jb = &j->j_blocks[i];
			if (jb->jb_home != home)
				break;
			if ((int32_t)(j->j_seq - jb->jb_seq) >= 0)
				jb->jb_revoked = true;
		}
	}
	return 0;
}

/* A commit block: what came before it counts. */
static void
ext2_jcommit(struct ext2_journal *j)
{

	j->j_seq++;
	if (j->j_pass == PASS_SCAN) {
		j->j_endseq = j->j_seq;
		j->j_maxblocks += j->j_pending;
		j->j_pending = 0;
	}
}

/*
 * One block of the log that is no copy.  *endp is set where the log ends:
 * anything that is not part of the transaction that is due.
 */
static int
ext2_jblock(struct ext2_journal *j, const uint8_t *blk, bool *endp)
{
	const struct jbd_header *jh = (const void *)blk;

	*endp = jh->h_magic != htobe32(JBD_MAGIC) ||
	    be32toh(jh->h_sequence) != j->j_seq;
	if (*endp)
		return 0;
	switch (be32toh(jh->h_type)) {
	case JBD_DESCRIPTOR:
		*endp = !ext2_jtail_ok(j, blk);
		return *endp ? 0 : ext2_jdescriptor(j, blk);
	case JBD_REVOKE:
		*endp = !ext2_jtail_ok(j, blk);
		return *endp ? 0 : ext2_jrevoke(j, blk);
	case JBD_COMMIT:
		*endp = !ext2_jcommit_ok(j, blk);
		if (!*endp)
			ext2_jcommit(j);
		return 0;
	default:
		*endp = true;
		return 0;
	}
}

static int
ext2_jwalk(struct ext2_journal *j, enum ext2_jpass pass)
{
	struct buf *bp;
	uint8_t *blk;
	uint32_t lbn;
	bool end = false;
	int error = 0;

	j->j_pass = pass;
	j->j_at = j->j_start;
	j->j_left = j->j_end - j->j_first;
	j->j_seq = j->j_startseq;
	blk = kmem_alloc(j->j_em->em_bsize, KM_SLEEP);
	while (error == 0 && !end && ext2_jstep(j, &lbn)) {
		if (pass != PASS_SCAN && j->j_seq == j->j_endseq)
			break;
		if ((error = ext2_jread(j, lbn, &bp)) != 0)
			break;
		memcpy(blk, bp->b_data, j->j_em->em_bsize);
		ext2_jrelse(bp);
		error = ext2_jblock(j, blk, &end);
	}
	kmem_free(blk, j->j_em->em_bsize);
	return error;
}

static int
ext2_jblock_cmp(const void *a, const void *b)
{
	const struct ext2_jblock *ja = a, *jb = b;

	if (ja->jb_home != jb->jb_home)
		return ja->jb_home < jb->jb_home ? -1 : 1;
	return ja->jb_order < jb->jb_order ? -1 : ja->jb_order > jb->jb_order;
}

/* Of each block keep the last copy that was not revoked. */
static void
ext2_jblocks_last(struct ext2_journal *j)
{
	struct ext2_jblock *jb = j->j_blocks;
	uint32_t i, n = 0;

	for (i = 0; i < j->j_nblocks; i++) {
		if (jb[i].jb_revoked)
			continue;
		if (n > 0 && jb[n - 1].jb_home == jb[i].jb_home)
			n--;
		jb[n++] = jb[i];
	}
	j->j_nblocks = n;
}

/* Make the list. */
static int
ext2_jcollect(struct ext2_journal *j)
{
	struct ext2_jblock tmp;
	int error;

	j->j_endseq = j->j_startseq;
	error = ext2_jwalk(j, PASS_SCAN);
	if (error != 0 || j->j_maxblocks == 0)
		return error;
	j->j_blocks = kmem_alloc(j->j_maxblocks * sizeof(*j->j_blocks),
	    KM_NOSLEEP);
	if (j->j_blocks == NULL)
		return ENOMEM;
	error = ext2_jwalk(j, PASS_TAGS);
	if (error == 0)
		error = kheapsort(j->j_blocks, j->j_nblocks,
		    sizeof(*j->j_blocks), ext2_jblock_cmp, &tmp);
	if (error == 0)
		error = ext2_jwalk(j, PASS_REVOKE);
	if (error == 0)
		ext2_jblocks_last(j);
	return error;
}

/* The ring ends where the area of fast commits begins. */
static bool
ext2_jfast_area(struct ext2_journal *j, const struct jbd_super *js)
{
	uint32_t n = be32toh(js->s_num_fc_blks);

	if ((j->j_features & JBD_I_FAST_COMMIT) == 0)
		return true;
	if (n == 0)
		n = JBD_FC_BLOCKS;
	if (n < 2 || n >= j->j_maxlen || j->j_maxlen - n <= j->j_first ||
	    j->j_start >= j->j_maxlen - n)
		return false;
	j->j_end = j->j_maxlen - n;
	return true;
}

/*
 * Are there fast commits that follow the last transaction of the ring?  They
 * say what was done, not which blocks there are now: they would have to be
 * done again.
 */
static int
ext2_jfast_check(struct ext2_journal *j)
{
	const struct jbd_fc_head *fh;
	struct buf *bp;
	bool found;
	int error;

	if (j->j_end == j->j_maxlen)
		return 0;
	error = ext2_jread(j, j->j_end + 1, &bp);
	if (error != 0)
		return error;
	fh = bp->b_data;
	found = le16toh(fh->fc_tag) == JBD_FC_HEAD &&
	    le16toh(fh->fc_len) >= 8 && le32toh(fh->fc_tid) == j->j_endseq;
	ext2_jrelse(bp);
	if (!found)
		return 0;
	ext2_warn(j->j_em, "cannot mount: journal: feature fast_commit: "
	    "commits to be done again" EXT2_FSCK);
	return EOPNOTSUPP;
}

/* Check the journal's superblock and take what it says. */
static int
ext2_jsuper(struct ext2_journal *j, const struct jbd_super *js)
{
	const uint64_t blocks = j->j_ino->ei_size >> j->j_em->em_bshift;
	const uint32_t type = be32toh(js->s_header.h_type);
	struct jbd_super copy = *js;

	if (js->s_header.h_magic != htobe32(JBD_MAGIC) ||
	    (type != JBD_SUPER1 && type != JBD_SUPER2))
		return ext2_jbad(j, "superblock");
	j->j_maxlen = be32toh(js->s_maxlen);
	j->j_first = be32toh(js->s_first);
	j->j_end = j->j_maxlen;
	j->j_start = be32toh(js->s_start);
	j->j_startseq = be32toh(js->s_sequence);
	if (be32toh(js->s_blocksize) != j->j_em->em_bsize ||
	    j->j_maxlen > blocks || j->j_first == 0 ||
	    j->j_first >= j->j_maxlen || j->j_start >= j->j_maxlen ||
	    (j->j_start != 0 && j->j_start < j->j_first))
		return ext2_jbad(j, "geometry");
	if (type == JBD_SUPER1)
		return 0;
	j->j_features = be32toh(js->s_feature_incompat);
	if ((j->j_features & ~JBD_I_KNOWN) != 0 ||
	    js->s_feature_ro_compat != 0) {
		ext2_warn(j->j_em, "journal: unknown features 0x%x",
		    j->j_features & ~JBD_I_KNOWN);
		return EXT2_EDAMAGE;
	}
	if (!ext2_jfast_area(j, js))
		return ext2_jbad(j, "number of fast commit blocks");
	j->j_csumseed = ext2_crc32c(~0U, js->s_uuid, sizeof(js->s_uuid));
	j->j_borrowed = memcmp(js->s_uuid, ext2_log_uuid,
	    sizeof(js->s_uuid)) == 0;
	copy.s_checksum = 0;
	if (ext2_jcsums(j) && (js->s_checksum_type != JBD_CSUM_CRC32C ||
	    ext2_crc32c(~0U, &copy, sizeof(copy)) !=
	    be32toh(js->s_checksum)))
		return ext2_jbad(j, "superblock's checksum");
	return 0;
}

static int
ext2_jopen(struct ext2_journal *j, ino_t ino)
{
	struct buf *bp;
	int error;

	error = ext2_iget_private(j->j_em, ino, &j->j_ino);
	if (error == 0 && !S_ISREG(j->j_ino->ei_mode))
		error = ext2_jbad(j, "inode");
	if (error == 0)
		error = ext2_jread(j, 0, &bp);
	if (error != 0)
		return error;
	error = ext2_jsuper(j, (const void *)bp->b_data);
	ext2_jrelse(bp);
	return error;
}

/*
 * Open the journal in inode ino and, if the volume needs recovery, list what
 * it holds.  Everything was checked if this returns
 * 0; *jp is to be given to ext2_journal_free().
 */
int
ext2_journal_load(struct ext2_mount *em, ino_t ino, bool recover,
    struct ext2_journal **jp)
{
	struct ext2_journal *j;
	int error;

	j = kmem_zalloc(sizeof(*j), KM_SLEEP);
	j->j_em = em;
	error = ext2_jopen(j, ino);
	if (error == 0 && j->j_start != 0 && recover)
		error = ext2_jcollect(j);
	if (error == 0 && j->j_start != 0 && recover)
		error = ext2_jfast_check(j);
	if (error != 0) {
		ext2_journal_free(j);
		return error;
	}
	*jp = j;
	return 0;
}

void
ext2_journal_free(struct ext2_journal *j)
{

	if (j->j_blocks != NULL)
		kmem_free(j->j_blocks, j->j_maxblocks * sizeof(*j->j_blocks));
	if (j->j_ino != NULL)
		ext2_iput_private(j->j_ino);
	kmem_free(j, sizeof(*j));
}

/*
 * Is it one that this driver borrowed the blocks for?
 */
bool
ext2_journal_isborrowed(const struct ext2_journal *j)
{

	return j->j_borrowed && j->j_ino->ei_ino == E2_JOURNALINO;
}

/*
 * Where block blk is to be read.  *escapedp: its first four bytes are the
 * journal's magic number.
 */
uint64_t
ext2_journal_where(const struct ext2_journal *j, uint64_t blk,
    bool *escapedp)
{
	const uint32_t i = ext2_jfirst(j, blk);

	if (i == j->j_nblocks || j->j_blocks[i].jb_home != blk) {
		*escapedp = false;
		return blk;
	}
	*escapedp = j->j_blocks[i].jb_escaped;
	return j->j_blocks[i].jb_copy;
}

/* Give a block that was read from the log its first bytes back. */
void
ext2_journal_unescape(void *blk)
{

	be32enc(blk, JBD_MAGIC);
}

/* Copy one block; only one buffer is held, as everywhere. */
static int
ext2_jcopy(struct ext2_mount *em, const struct ext2_jblock *jb, void *tmp)
{
	struct buf *bp;
	int error;

	error = bread(em->em_devvp, EXT2_FSBTODB(em, jb->jb_copy),
	    em->em_bsize, 0, &bp);
	if (error != 0)
		return error;
	memcpy(tmp, bp->b_data, em->em_bsize);
	ext2_jrelse(bp);
	if (jb->jb_escaped)
		ext2_journal_unescape(tmp);
	bp = getblk(em->em_devvp, EXT2_FSBTODB(em, jb->jb_home),
	    em->em_bsize, 0, 0);
	if (bp == NULL)
		return ENOMEM;
	memcpy(bp->b_data, tmp, em->em_bsize);
	return bwrite(bp);
}

/*
 * Copy everything to its place.  The caller sees to the disk's cache.
 */
int
ext2_journal_replay(struct ext2_journal *j)
{
	struct ext2_mount *em = j->j_em;
	void *tmp;
	uint32_t i;
	int error = 0;

	tmp = kmem_alloc(em->em_bsize, KM_SLEEP);
	for (i = 0; i < j->j_nblocks && error == 0; i++)
		error = ext2_jcopy(em, &j->j_blocks[i], tmp);
	kmem_free(tmp, em->em_bsize);
	return error;
}
