/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One directory block in memory: walking its records with every one checked
 * before it is used, finding a name, adding and removing a record.
 *
 * Records fill the block exactly.  A record with inode 0 is free space; a
 * used one may be longer than its name needs, and the rest is free space
 * too.
 */

#include "ext2.h"

void
ext2_setreclen(const struct ext2_mount *em, struct e2_dirent *de,
    uint32_t len)
{

	KASSERT(len <= em->em_bsize && len >= E2_DIRHDR);
	de->d_reclen = htole16(len == 65536 ? 65535 : (uint16_t)len);
}

/* The type byte for a new record: only with the feature. */
uint8_t
ext2_dirft(const struct ext2_mount *em, uint8_t ft)
{

	return EXT2_HAS_I(em, FILETYPE) ? ft : 0;
}

/*
 * The record at offset off failed ext2_dirblk_check(): say why.
 */
int
ext2_dirblk_bad(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    uint32_t off)
{
	struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de;
	const char *what;
	uint32_t len;

	de = (const void *)((const char *)blk + off);
	len = ext2_reclen(em, de);
	if (len < E2_DIRENT_SIZE(1))
		what = "record too short";
	else if ((len & 3) != 0)
		what = "record not aligned";
	else if (len > em->em_bsize - off)
		what = "record leaves the block";
	else if (len < em->em_bsize - off &&
	    em->em_bsize - off - len < E2_DIRENT_SIZE(1))
		what = "space for no record left";
	else if (le32toh(de->d_ino) > em->em_ninodes)
		what = "inode number outside the file system";
	else if (de->d_namlen == 0)
		what = "empty name";
	else
		what = "name leaves the record";
	return ext2_damaged(em, "directory %" PRIu64 ": block %" PRIu64
	    " offset %u: %s", dip->ei_ino, lbn, off, what);
}

/*
 * Find a name: *offp is its record and *prevp the one before it, or the same.
 * ENOENT if it is not there, another errno for a damaged block.  In the first
 * case *roomp is the first record with room for it, or EXT2_NOROOM.
 */
int
ext2_dirblk_find(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    const char *name, size_t len, uint32_t *offp, uint32_t *prevp,
    uint32_t *roomp)
{
	const struct ext2_mount *em = dip->ei_em;
	const uint32_t need = E2_DIRENT_SIZE(len);
	const struct e2_dirent *de;
	uint32_t off, prev = 0, reclen, room = EXT2_NOROOM;
	int error;

	for (off = 0; off < em->em_bsize; prev = off, off += reclen) {
		error = ext2_dirblk_check(dip, lbn, blk, off, &de, &reclen);
		if (__predict_false(error != 0))
			return error;
		if (reclen - ext2_dirent_used(de) >= need &&
		    room == EXT2_NOROOM)
			room = off;
		/* Names that are alike often differ at their ends. */
		if (de->d_namlen == len && de->d_ino != 0 &&
		    de->d_name[len - 1] == name[len - 1] &&
		    memcmp(de->d_name, name, len) == 0) {
			*offp = off;
			*prevp = prev;
			return 0;
		}
	}
	*roomp = room;
	return ENOENT;
}

/* A record with room for a name.  ENOSPC if there is none. */
static int
ext2_dirblk_room(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    size_t len, uint32_t *offp)
{
	const struct ext2_mount *em = dip->ei_em;
	const uint32_t need = E2_DIRENT_SIZE(len);
	const struct e2_dirent *de;
	uint32_t off, reclen;
	int error;

	for (off = 0; off < em->em_bsize; off += reclen) {
		error = ext2_dirblk_check(dip, lbn, blk, off, &de, &reclen);
		if (error != 0)
			return error;
		if (reclen - ext2_dirent_used(de) >= need) {
			*offp = off;
			return 0;
		}
	}
	return ENOSPC;
}

/*
 * Add a record.  ENOSPC if the block is full.  room is where ext2_dirblk_find
 * saw room in this block since the directory was last changed, or
 * EXT2_NOROOM.
 */
int
ext2_dirblk_insert(struct ext2_inode *dip, uint64_t lbn, void *blk,
    const char *name, size_t len, ino_t ino, uint8_t ft, uint32_t room)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *there;
	struct e2_dirent *de;
	uint32_t reclen, used;
	int error;

	KASSERT(len > 0 && len <= E2_NAME_MAX);
	/* A damaged volume may have had the block changed meanwhile. */
	if (room != EXT2_NOROOM) {
		error = ext2_dirblk_check(dip, lbn, blk, room, &there,
		    &reclen);
		if (error != 0)
			return error;
		if (reclen - ext2_dirent_used(there) < E2_DIRENT_SIZE(len))
			room = EXT2_NOROOM;
	}
	if (room == EXT2_NOROOM) {
		error = ext2_dirblk_room(dip, lbn, blk, len, &room);
		if (error != 0)
			return error;
	}
	de = (void *)((char *)blk + room);
	used = ext2_dirent_used(de);
	reclen = ext2_reclen(em, de) - used;
	KASSERT(reclen >= E2_DIRENT_SIZE(len) && reclen <= em->em_bsize);
	if (used != 0) {
		ext2_setreclen(em, de, used);
		de = (void *)((char *)de + used);
		ext2_setreclen(em, de, reclen);
	}
	de->d_ino = htole32((uint32_t)ino);
	de->d_namlen = len;
	de->d_type = ext2_dirft(em, ft);
	memcpy(de->d_name, name, len);
	/* No remains of older records between name and next record. */
	memset(de->d_name + len, 0, E2_DIRENT_SIZE(len) - E2_DIRHDR - len);
	return 0;
}

/*
 * Remove the record at off; its space goes to the one before it.  hint is a
 * record at or before that one.
 */
int
ext2_dirblk_remove(struct ext2_inode *dip, uint64_t lbn, void *blk,
    uint32_t off, uint32_t hint)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de;
	struct e2_dirent *prev = NULL, *victim;
	uint32_t at, reclen;
	int error;

	KASSERT(hint <= off);
	for (at = hint; at < off; at += reclen) {
		error = ext2_dirblk_check(dip, lbn, blk, at, &de, &reclen);
		if (error != 0)
			return error;
		prev = (void *)((char *)blk + at);
	}
	if (at != off)
		return ext2_damaged(dip->ei_em, "directory %" PRIu64
		    ": block %" PRIu64 " changed", dip->ei_ino, lbn);
	error = ext2_dirblk_check(dip, lbn, blk, off, &de, &reclen);
	if (error != 0)
		return error;
	victim = (void *)((char *)blk + off);
	victim->d_ino = 0;
	if (prev != NULL)
		ext2_setreclen(em, prev, ext2_reclen(em, prev) + reclen);
	return 0;
}

/*
 * A block of free space.
 */
void
ext2_dirblk_empty(const struct ext2_mount *em, void *blk)
{
	struct e2_dirent *de = blk;

	memset(blk, 0, em->em_bsize);
	ext2_setreclen(em, de, em->em_bsize);
}

/*
 * The first block of a directory, zeros so far: "." and "..".
 */
void
ext2_dirblk_dots(const struct ext2_mount *em, void *blk, ino_t self,
    ino_t parent)
{
	struct e2_dirent *de = blk;

	de->d_ino = htole32((uint32_t)self);
	de->d_namlen = 1;
	de->d_type = ext2_dirft(em, E2_FT_DIR);
	de->d_name[0] = '.';
	ext2_setreclen(em, de, E2_DIRENT_SIZE(1));

	de = (void *)((char *)blk + E2_DIRENT_SIZE(1));
	de->d_ino = htole32((uint32_t)parent);
	de->d_namlen = 2;
	de->d_type = ext2_dirft(em, E2_FT_DIR);
	de->d_name[0] = de->d_name[1] = '.';
	ext2_setreclen(em, de, em->em_bsize - E2_DIRENT_SIZE(1));
}
