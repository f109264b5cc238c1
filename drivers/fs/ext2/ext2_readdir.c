/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a directory: VOP_READDIR.  Offsets are byte offsets into the
 * directory; an offset inside a block is found again by walking the block
 * from its start, so that any value a program hands in is safe.
 */

#include "ext2.h"

#include <sys/malloc.h>

#define	EXT2_RDBUF	(16 * 1024)	/* translated at once, at most */

/* One call of VOP_READDIR. */
struct ext2_rd {
	char	*rd_buf;		/* records for the caller */
	size_t	rd_size, rd_used;
	off_t	*rd_cookies;		/* offset behind each record, or NULL */
	int	rd_ncookies, rd_maxcookies;
	off_t	rd_off;			/* directory offset reached */
};

static uint8_t
ext2_fttodt(const struct ext2_mount *em, uint8_t ft)
{
	static const uint8_t dt[E2_FT_MAX] = {
		[E2_FT_REG] = DT_REG, [E2_FT_DIR] = DT_DIR,
		[E2_FT_CHR] = DT_CHR, [E2_FT_BLK] = DT_BLK,
		[E2_FT_FIFO] = DT_FIFO, [E2_FT_SOCK] = DT_SOCK,
		[E2_FT_LNK] = DT_LNK,
	};

	CTASSERT(DT_UNKNOWN == 0);
	if (!EXT2_HAS_I(em, FILETYPE) || ft >= E2_FT_MAX)
		return DT_UNKNOWN;
	return dt[ft];
}

/* Translate the record at an offset; false if it does not fit any more. */
static bool
ext2_rd_add(const struct ext2_inode *dip, struct ext2_rd *rd,
    const struct e2_dirent *de, off_t at, off_t next)
{
	struct dirent *d = (void *)(rd->rd_buf + rd->rd_used);
	const char *name = de->d_name;
	char shown[EXT2_CRYPT_NAMELEN];
	size_t len = de->d_namlen, reclen;

	if (__predict_false(ext2_isencrypted(dip)) && !ext2_dirent_isdot(de)) {
		len = ext2_crypt_name(at, shown);
		name = shown;
	}
	reclen = _DIRENT_RECLEN(d, len);
	if (reclen > rd->rd_size - rd->rd_used ||
	    (rd->rd_cookies != NULL && rd->rd_ncookies == rd->rd_maxcookies))
		return false;
	d->d_fileno = le32toh(de->d_ino);
	d->d_reclen = reclen;
	d->d_namlen = len;
	d->d_type = ext2_fttodt(dip->ei_em, de->d_type);
	memcpy(d->d_name, name, len);
	memset(d->d_name + len, 0, reclen - _DIRENT_NAMEOFF(d) - len);
	rd->rd_used += reclen;
	if (rd->rd_cookies != NULL)
		rd->rd_cookies[rd->rd_ncookies++] = next;
	return true;
}

/*
 * Translate a block from rd_off on.  *fullp is set when the caller's buffer
 * is full.
 */
static int
ext2_rd_block(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    struct ext2_rd *rd, bool *fullp)
{
	const struct ext2_mount *em = dip->ei_em;
	const off_t base = (off_t)lbn << em->em_bshift;
	const struct e2_dirent *de;
	uint32_t off, reclen;
	off_t next;
	int error;

	for (off = 0; off < em->em_bsize; off += reclen) {
		error = ext2_dirblk_check(dip, lbn, blk, off, &de, &reclen);
		if (error != 0)
			return error;
		next = base + off + reclen;
		if (base + (off_t)off < rd->rd_off)
			continue;
		if (de->d_ino != 0 && !ext2_rd_add(dip, rd, de, base + off,
		    next)) {
			*fullp = true;
			return 0;
		}
		rd->rd_off = next;
	}
	rd->rd_off = base + em->em_bsize;
	return 0;
}

/* Fill the buffer. */
static int
ext2_rd_fill(struct ext2_inode *dip, struct ext2_rd *rd)
{
	const struct ext2_mount *em = dip->ei_em;
	struct buf *bp;
	const uint64_t size = ext2_dir_size(dip);
	bool full = false;
	uint64_t lbn;
	int error = 0;

	while (error == 0 && !full && (uint64_t)rd->rd_off < size) {
		lbn = (uint64_t)rd->rd_off >> em->em_bshift;
		error = ext2_dir_bread(dip, lbn, &bp);
		if (error != 0)
			break;
		if (bp == NULL) {
			rd->rd_off = (off_t)(lbn + 1) << em->em_bshift;
			continue;
		}
		error = ext2_rd_block(dip, lbn, bp->b_data, rd, &full);
		brelse(bp, 0);
	}
	/* What was read before the damage is still good. */
	return rd->rd_used > 0 ? 0 : error;
}

static void
ext2_rd_cookies(struct ext2_rd *rd, const struct uio *uio)
{

	rd->rd_maxcookies = MIN(uio->uio_resid, EXT2_RDBUF) /
	    sizeof(struct e2_dirent) / 2 + 1;
	rd->rd_cookies = malloc(rd->rd_maxcookies * sizeof(off_t), M_TEMP,
	    M_WAITOK);
}

/*
 * VOP_READDIR.
 */
int
ext2fs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct ext2_inode *dip = VTOE(vp);
	struct ext2_rd rd = { .rd_off = uio->uio_offset };
	int error;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	rd.rd_size = MIN(uio->uio_resid, EXT2_RDBUF);
	if (rd.rd_size < offsetof(struct dirent, d_name) + 2)
		return EINVAL;
	rd.rd_buf = kmem_alloc(EXT2_RDBUF, KM_SLEEP);
	if (ap->a_ncookies != NULL)
		ext2_rd_cookies(&rd, uio);

	/* A directory that was removed is empty, even of its dots. */
	if (dip->ei_nlink == 0)
		rd.rd_off = ext2_dir_size(dip);
	error = ext2_rd_fill(dip, &rd);
	if (error == 0 && rd.rd_used == 0 &&
	    (uint64_t)rd.rd_off < ext2_dir_size(dip))
		error = EINVAL;	/* not even one record fits */
	if (error == 0)
		error = uiomove(rd.rd_buf, rd.rd_used, uio);
	kmem_free(rd.rd_buf, EXT2_RDBUF);
	if (error != 0) {
		if (rd.rd_cookies != NULL)
			free(rd.rd_cookies, M_TEMP);
		return error;
	}
	uio->uio_offset = rd.rd_off;
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = (uint64_t)rd.rd_off >= ext2_dir_size(dip);
	if (ap->a_ncookies != NULL) {
		*ap->a_cookies = rd.rd_cookies;
		*ap->a_ncookies = rd.rd_ncookies;
	}
	ext2_imark_access(dip);
	return 0;
}
