/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encrypted directories, without a key: names are any bytes, slashes and
 * zeros too, so each is shown as one that tells where its record is.  Who
 * lists a directory sees how many files there are, and may stat them; opening
 * one answers ENEEDAUTH.
 */

#include "ext2.h"

static const char ext2_crypt_prefix[] = "encrypted-";

/*
 * The name for the record at an offset of the directory, up to
 * EXT2_CRYPT_NAMELEN bytes with the NUL; returns the length.
 */
size_t
ext2_crypt_name(uint64_t off, char *name)
{

	return snprintf(name, EXT2_CRYPT_NAMELEN, "%s%" PRIx64,
	    ext2_crypt_prefix, off);
}

/* From a name back to the offset; false if there is no such name. */
static bool
ext2_crypt_offset(const char *name, size_t len, uint64_t *offp)
{
	const size_t plen = sizeof(ext2_crypt_prefix) - 1;
	char again[EXT2_CRYPT_NAMELEN];
	uint64_t off = 0;
	size_t i;

	if (len <= plen || len >= sizeof(again) ||
	    memcmp(name, ext2_crypt_prefix, plen) != 0)
		return false;
	for (i = plen; i < len; i++) {
		if (name[i] >= '0' && name[i] <= '9')
			off = off << 4 | (name[i] - '0');
		else if (name[i] >= 'a' && name[i] <= 'f')
			off = off << 4 | (name[i] - 'a' + 10);
		else
			return false;
	}
	*offp = off;
	/* One name for each, and no number that is too large. */
	return ext2_crypt_name(off, again) == len &&
	    memcmp(again, name, len) == 0;
}

/*
 * Find the record that a name stands for: ENOENT if there is none.
 */
int
ext2_crypt_lookup(struct ext2_inode *dip, const char *name, size_t len,
    struct ext2_slot *slot)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de;
	struct buf *bp;
	uint64_t where;
	uint32_t off, reclen, want;
	int error;

	if (!ext2_crypt_offset(name, len, &where) ||
	    where >= ext2_dir_size(dip))
		return ENOENT;
	slot->es_lbn = where >> em->em_bshift;
	want = where & em->em_bmask;
	error = ext2_dir_bread(dip, slot->es_lbn, &bp);
	if (error != 0 || bp == NULL)
		return error != 0 ? error : ENOENT;
	for (off = 0; off < want && error == 0; off += reclen)
		error = ext2_dirblk_check(dip, slot->es_lbn, bp->b_data, off,
		    &de, &reclen);
	if (error == 0 && off != want)
		error = ENOENT;
	if (error == 0)
		error = ext2_dirblk_check(dip, slot->es_lbn, bp->b_data, off,
		    &de, &reclen);
	if (error == 0 && (de->d_ino == 0 || ext2_dirent_isdot(de)))
		error = ENOENT;
	if (error == 0) {
		slot->es_off = off;
		slot->es_ino = le32toh(de->d_ino);
	}
	brelse(bp, 0);
	return error;
}
