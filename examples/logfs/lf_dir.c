/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories.  Entries stay where they are while they live, so an offset in
 * a directory means the same as long as anybody wants to go on from it.
 */

#include "logfs.h"

#include <sys/malloc.h>

/* An entry found; lw_bp is busy. */
struct lf_where {
	struct buf	*lw_bp;
	struct lf_dirent *lw_le;
	struct lf_dirent *lw_prev;	/* before it in the block, or NULL */
};

static bool
entry_sane_p(const struct lf_dirent *le, uint32_t off)
{

	return off <= LF_BSIZE - sizeof(*le) && le->le_reclen % 4 == 0 &&
	    le->le_reclen >= LF_RECLEN(le->le_namelen) &&
	    le->le_reclen <= LF_BSIZE - off;
}

/* The entry at *offp of a block, which moves on; NULL at the end. */
static struct lf_dirent *
entry_next(struct buf *bp, uint32_t *offp, int *errorp)
{
	struct lf_dirent *le;

	if (*offp == LF_BSIZE)
		return NULL;
	le = (struct lf_dirent *)((char *)bp->b_data + *offp);
	if (!entry_sane_p(le, *offp)) {
		*errorp = EIO;
		return NULL;
	}
	*offp += le->le_reclen;
	return le;
}

static uint32_t
dir_blocks(const struct lf_node *dn)
{

	return dn->ln_d.ld_size >> LF_BSHIFT;
}

/* Find a name; for a change, with B_MODIFY. */
static int
dir_find(struct lf_node *dn, const char *name, size_t len, int flags,
    struct lf_where *lw)
{
	struct lf_dirent *le, *prev;
	struct buf *bp;
	uint32_t lbn, off;
	int error;

	for (lbn = 0; lbn < dir_blocks(dn); lbn++) {
		error = lf_meta_read(dn, lbn, flags, &bp);
		if (error != 0)
			return error;
		for (off = 0, prev = NULL;
		    (le = entry_next(bp, &off, &error)) != NULL; prev = le) {
			if (le->le_ino == 0 || le->le_namelen != len ||
			    memcmp(le->le_name, name, len) != 0)
				continue;
			lw->lw_bp = bp;
			lw->lw_le = le;
			lw->lw_prev = prev;
			return 0;
		}
		brelse(bp, 0);
		if (error != 0)
			return error;
	}
	return ENOENT;
}

int
lf_dir_lookup(struct lf_node *dn, const char *name, size_t len, ino_t *inop)
{
	struct lf_where lw;
	int error;

	error = dir_find(dn, name, len, 0, &lw);
	if (error != 0)
		return error;
	*inop = lw.lw_le->le_ino;
	brelse(lw.lw_bp, 0);
	return 0;
}

static void
entry_fill(struct lf_dirent *le, const char *name, size_t len, ino_t ino,
    mode_t mode)
{

	le->le_ino = ino;
	le->le_type = IFTODT(mode);
	le->le_namelen = len;
	memcpy(le->le_name, name, len);
}

/* Where in a block there is room for a name; what was there is split. */
static struct lf_dirent *
block_room(struct buf *bp, size_t len, int *errorp)
{
	struct lf_dirent *le, *new;
	uint32_t off = 0, used;

	while ((le = entry_next(bp, &off, errorp)) != NULL) {
		used = le->le_ino != 0 ? LF_RECLEN(le->le_namelen) : 0;
		if (le->le_reclen - used < LF_RECLEN(len))
			continue;
		if (used == 0)
			return le;
		new = (struct lf_dirent *)((char *)le + used);
		new->le_reclen = le->le_reclen - used;
		le->le_reclen = used;
		return new;
	}
	return NULL;
}

/* A new name; the caller writes the directory's inode, also on error. */
int
lf_dir_enter(struct lf_node *dn, const char *name, size_t len, ino_t ino,
    mode_t mode)
{
	struct lf_dirent *le;
	struct buf *bp;
	uint32_t lbn;
	int error = 0;

	for (lbn = 0; lbn < dir_blocks(dn); lbn++) {
		error = lf_meta_read(dn, lbn, B_MODIFY, &bp);
		if (error != 0)
			return error;
		le = block_room(bp, len, &error);
		if (le != NULL) {
			entry_fill(le, name, len, ino, mode);
			bdwrite(bp);
			return 0;
		}
		brelse(bp, 0);
		if (error != 0)
			return error;
	}
	error = lf_meta_alloc(dn, lbn, &bp);
	if (error != 0)
		return error;
	le = bp->b_data;
	le->le_reclen = LF_BSIZE;
	entry_fill(le, name, len, ino, mode);
	bdwrite(bp);
	dn->ln_d.ld_size += LF_BSIZE;
	return 0;
}

int
lf_dir_change(struct lf_node *dn, const char *name, size_t len, ino_t ino,
    mode_t mode)
{
	struct lf_where lw;
	int error;

	error = dir_find(dn, name, len, B_MODIFY, &lw);
	if (error != 0)
		return error;
	entry_fill(lw.lw_le, name, len, ino, mode);
	bdwrite(lw.lw_bp);
	return 0;
}

int
lf_dir_remove(struct lf_node *dn, const char *name, size_t len)
{
	struct lf_where lw;
	int error;

	error = dir_find(dn, name, len, B_MODIFY, &lw);
	if (error != 0)
		return error;
	if (lw.lw_prev != NULL)
		lw.lw_prev->le_reclen += lw.lw_le->le_reclen;
	lw.lw_le->le_ino = 0;
	bdwrite(lw.lw_bp);
	return 0;
}

/* The first block of a directory that has none. */
int
lf_dir_create(struct lf_node *dn, ino_t parent)
{
	struct lf_dirent *le;
	struct buf *bp;
	int error;

	error = lf_meta_alloc(dn, 0, &bp);
	if (error != 0)
		return error;
	le = bp->b_data;
	entry_fill(le, ".", 1, dn->ln_ino, S_IFDIR);
	le->le_reclen = LF_RECLEN(1);
	le = (struct lf_dirent *)((char *)le + LF_RECLEN(1));
	entry_fill(le, "..", 2, parent, S_IFDIR);
	le->le_reclen = LF_BSIZE - LF_RECLEN(1);
	bdwrite(bp);
	dn->ln_d.ld_size = LF_BSIZE;
	return 0;
}

static bool
entry_dots_p(const struct lf_dirent *le)
{

	return le->le_name[0] == '.' && (le->le_namelen == 1 ||
	    (le->le_namelen == 2 && le->le_name[1] == '.'));
}

int
lf_dir_empty(struct lf_node *dn, bool *emptyp)
{
	struct lf_dirent *le;
	struct buf *bp;
	uint32_t lbn, off;
	int error = 0;

	*emptyp = true;
	for (lbn = 0; lbn < dir_blocks(dn) && *emptyp && error == 0; lbn++) {
		error = lf_meta_read(dn, lbn, 0, &bp);
		if (error != 0)
			break;
		for (off = 0; (le = entry_next(bp, &off, &error)) != NULL;)
			if (le->le_ino != 0 && !entry_dots_p(le))
				*emptyp = false;
		brelse(bp, 0);
	}
	return error;
}

/* One call of VOP_READDIR. */
struct lf_rd {
	struct uio	*lr_uio;
	off_t		lr_off;		/* of the next entry */
	off_t		*lr_cookies;	/* or NULL */
	int		lr_ncookies, lr_maxcookies;
};

/* -1: it does not fit any more. */
static int
rd_entry(struct lf_rd *lr, const struct lf_dirent *le, off_t next)
{
	struct dirent d;
	int error;

	if (le->le_ino == 0)
		return 0;
	memset(&d, 0, sizeof(d));
	d.d_fileno = le->le_ino;
	d.d_type = le->le_type;
	d.d_namlen = le->le_namelen;
	memcpy(d.d_name, le->le_name, le->le_namelen);
	d.d_reclen = _DIRENT_SIZE(&d);
	if (d.d_reclen > lr->lr_uio->uio_resid ||
	    (lr->lr_cookies != NULL && lr->lr_ncookies == lr->lr_maxcookies))
		return -1;
	error = uiomove(&d, d.d_reclen, lr->lr_uio);
	if (error == 0 && lr->lr_cookies != NULL)
		lr->lr_cookies[lr->lr_ncookies] = next;
	lr->lr_ncookies++;
	return error;
}

/* The entries of a block that begin at lr_off or behind. */
static int
rd_block(struct lf_rd *lr, struct buf *bp, off_t base)
{
	const struct lf_dirent *le;
	uint32_t off = 0;
	off_t at;
	int error = 0;

	for (at = base; (le = entry_next(bp, &off, &error)) != NULL;
	    at = base + off) {
		if (at >= lr->lr_off) {
			error = rd_entry(lr, le, base + off);
			if (error != 0)
				return error;
		}
		lr->lr_off = MAX(lr->lr_off, base + (off_t)off);
	}
	return error;
}

/* VOP_READDIR. */
int
lf_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct uio *uio = ap->a_uio;
	struct lf_node *dn = VTOLF(ap->a_vp);
	struct lf_rd lr = { .lr_uio = uio, .lr_off = uio->uio_offset };
	struct buf *bp;
	int error = 0;

	if (ap->a_vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (ap->a_cookies != NULL) {
		lr.lr_maxcookies = MIN(uio->uio_resid, 1 << 16) / 16 + 1;
		lr.lr_cookies = malloc(lr.lr_maxcookies * sizeof(off_t),
		    M_TEMP, M_WAITOK);
	}
	while (error == 0 && (uint64_t)lr.lr_off < dn->ln_d.ld_size) {
		error = lf_meta_read(dn, lr.lr_off >> LF_BSHIFT, 0, &bp);
		if (error != 0)
			break;
		error = rd_block(&lr, bp, rounddown2(lr.lr_off, LF_BSIZE));
		brelse(bp, 0);
	}
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = error == 0;
	if (error == -1)
		error = lr.lr_ncookies == 0 ? EINVAL : 0;
	uio->uio_offset = lr.lr_off;
	if (error == 0)
		lf_touch(dn, LFT_ACCESS);
	if (ap->a_cookies != NULL && error == 0) {
		*ap->a_cookies = lr.lr_cookies;
		*ap->a_ncookies = lr.lr_ncookies;
	} else if (lr.lr_cookies != NULL)
		free(lr.lr_cookies, M_TEMP);
	return error;
}
