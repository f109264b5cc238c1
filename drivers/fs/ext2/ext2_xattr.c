/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: in what an inode has behind its fields, and in one
 * block that inodes with equal attributes share.  Both hold a list of
 * entries that grows up and values that grow down from the end.
 *
 * Large values may have an inode of their own.  Attributes of the format
 * itself, with the index E2_XA_SYSTEM, are not shown.
 *
 * Reading looks at all places and is here.  Changing, in
 * ext2_xattr_set.c, writes the block only; an attribute that lives in the
 * inode cannot be changed (EOPNOTSUPP).
 */

#include "ext2.h"

#include <sys/extattr.h>

/* A place attributes live in, in memory. */
struct ext2_xaarea {
	const char	*xa_base;	/* value offsets count from here */
	const char	*xa_first;	/* first entry */
	const char	*xa_end;
};

/* Called for each entry; a value other than 0 ends the walk. */
typedef int (*ext2_xafunc)(struct ext2_inode *, const struct ext2_xaarea *,
    const struct e2_xaent *, void *);

/* The prefix a name index stands for. */
static const char *const ext2_xa_prefix[] = {
	[E2_XA_USER] = "", [E2_XA_POSIX_ACL] = "posix_acl_access",
	[E2_XA_POSIX_DEFACL] = "posix_acl_default",
	[E2_XA_TRUSTED] = "trusted.", [E2_XA_SECURITY] = "security.",
	[E2_XA_RICHACL] = "system.richacl", [E2_XA_HURD] = "gnu.",
};

static int
ext2_xa_namespace(uint8_t idx)
{

	return idx == E2_XA_USER ? EXTATTR_NAMESPACE_USER :
	    EXTATTR_NAMESPACE_SYSTEM;
}

static int
ext2_xa_bad(struct ext2_inode *ip, const char *what)
{

	return ext2_damaged(ip->ei_em, "inode %" PRIu64 ": attributes: %s",
	    ip->ei_ino, what);
}

/* Check the entry at p; *nextp is the one behind it, NULL at the end. */
static int
ext2_xa_check(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    const char *p, const char **nextp)
{
	const struct e2_xaent *e = (const void *)p;
	const size_t size = xa->xa_end - xa->xa_base;
	uint32_t off, len;

	*nextp = NULL;
	if (xa->xa_end - p < 4 || le32dec(p) == 0)
		return 0;
	if ((size_t)(xa->xa_end - p) < E2_XAENT_SIZE(e->e_name_len))
		return ext2_xa_bad(ip, "a name leaves its area");
	off = le16toh(e->e_value_offs);
	len = le32toh(e->e_value_size);
	if (e->e_value_inum == 0 && len != 0 &&
	    (off > size || len > size - off))
		return ext2_xa_bad(ip, "a value leaves its area");
	*nextp = p + E2_XAENT_SIZE(e->e_name_len);
	return 0;
}

static int
ext2_xa_walk_area(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    ext2_xafunc func, void *arg)
{
	const char *p = xa->xa_first, *next;
	int error;

	for (;;) {
		error = ext2_xa_check(ip, xa, p, &next);
		if (error != 0 || next == NULL)
			return error;
		error = func(ip, xa, (const void *)p, arg);
		if (error != 0)
			return error;
		p = next;
	}
}

static int
ext2_xa_walk_inode(struct ext2_inode *ip, ext2_xafunc func, void *arg)
{
	struct ext2_mount *em = ip->ei_em;
	const uint32_t off = E2_OLDINODESIZE + ip->ei_extraisize;
	struct ext2_xaarea xa;
	struct e2_inode *di;
	struct buf *bp;
	int error;

	if (em->em_inodesize <= E2_OLDINODESIZE || ip->ei_extraisize == 0 ||
	    off + 8 > em->em_inodesize)
		return 0;
	error = ext2_iread(em, ip->ei_ino, &bp, &di);
	if (error != 0)
		return error;
	if (le32dec((const char *)di + off) == E2_XATTR_MAGIC) {
		xa.xa_base = xa.xa_first = (const char *)di + off + 4;
		xa.xa_end = (const char *)di + em->em_inodesize;
		error = ext2_xa_walk_area(ip, &xa, func, arg);
	}
	brelse(bp, 0);
	return error;
}

/*
 * Read and check the attribute block; the inode has one.
 */
int
ext2_xa_bread(struct ext2_inode *ip, struct buf **bpp)
{
	struct ext2_mount *em = ip->ei_em;
	const struct e2_xahdr *xh;
	int error;

	error = ext2_blockcheck(em, ip->ei_xablock, 1, ip->ei_ino,
	    "attribute block");
	if (error == 0)
		error = ext2_bread(em, ip->ei_xablock, bpp);
	if (error != 0)
		return error;
	xh = (*bpp)->b_data;
	if (le32toh(xh->h_magic) != E2_XATTR_MAGIC ||
	    le32toh(xh->h_blocks) != 1 || xh->h_refcount == 0)
		error = ext2_xa_bad(ip, "bad header of the block");
	else
		error = ext2_csum_xattr(em, ip->ei_xablock, xh);
	if (error != 0)
		brelse(*bpp, 0);
	return error;
}

static struct ext2_xaarea
ext2_xa_blockarea(const struct ext2_mount *em, const void *blk)
{

	return (struct ext2_xaarea){
		.xa_base = blk,
		.xa_first = (const char *)blk + sizeof(struct e2_xahdr),
		.xa_end = (const char *)blk + em->em_bsize,
	};
}

static int
ext2_xa_walk_block(struct ext2_inode *ip, ext2_xafunc func, void *arg)
{
	struct ext2_xaarea xa;
	struct buf *bp;
	int error;

	if (ip->ei_xablock == 0)
		return 0;
	if ((error = ext2_xa_bread(ip, &bp)) != 0)
		return error;
	xa = ext2_xa_blockarea(ip->ei_em, bp->b_data);
	error = ext2_xa_walk_area(ip, &xa, func, arg);
	brelse(bp, 0);
	return error;
}

/* What is looked for, and where it goes. */
struct ext2_xaget {
	int		xg_ns;
	const char	*xg_name;
	char		*xg_buf;	/* copy of the value, to be freed */
	size_t		xg_len;
	bool		xg_found;
	uint32_t	xg_inum;	/* the value is in this inode, or 0 */
	uint32_t	xg_hash;	/* of the entry */
	uint32_t	xg_namehash[2];	/* characters unsigned, signed */
};

static bool
ext2_xa_match(const struct e2_xaent *e, int ns, const char *name)
{
	const char *prefix;
	size_t plen;

	if (e->e_name_index >= __arraycount(ext2_xa_prefix) ||
	    (prefix = ext2_xa_prefix[e->e_name_index]) == NULL ||
	    ext2_xa_namespace(e->e_name_index) != ns)
		return false;
	plen = strlen(prefix);
	return strncmp(name, prefix, plen) == 0 &&
	    strlen(name + plen) == e->e_name_len &&
	    memcmp(name + plen, e->e_name, e->e_name_len) == 0;
}

static uint32_t
ext2_xa_namehash(const struct e2_xaent *e, bool issigned)
{
	uint32_t h = 0;
	size_t i;

	for (i = 0; i < e->e_name_len; i++)
		h = (h << 5 | h >> 27) ^ (issigned ?
		    (uint32_t)(int32_t)(signed char)e->e_name[i] :
		    (uint32_t)(uint8_t)e->e_name[i]);
	return h;
}

/* Found: copy the value, or note where it is. */
static void
ext2_xa_take(const struct ext2_xaarea *xa, const struct e2_xaent *e,
    struct ext2_xaget *xg)
{

	xg->xg_found = true;
	xg->xg_len = le32toh(e->e_value_size);
	xg->xg_inum = le32toh(e->e_value_inum);
	if (xg->xg_inum != 0) {
		xg->xg_hash = le32toh(e->e_hash);
		xg->xg_namehash[0] = ext2_xa_namehash(e, false);
		xg->xg_namehash[1] = ext2_xa_namehash(e, true);
	} else if (xg->xg_len != 0) {
		xg->xg_buf = kmem_alloc(xg->xg_len, KM_SLEEP);
		memcpy(xg->xg_buf, xa->xa_base + le16toh(e->e_value_offs),
		    xg->xg_len);
	}
}

static int
ext2_xa_getfunc(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    const struct e2_xaent *e, void *arg)
{
	struct ext2_xaget *xg = arg;

	if (xg->xg_found || !ext2_xa_match(e, xg->xg_ns, xg->xg_name))
		return 0;
	ext2_xa_take(xa, e, xg);
	return 0;
}

static int
ext2_xa_walk(struct ext2_inode *ip, ext2_xafunc func, void *arg)
{
	int error;

	error = ext2_xa_walk_inode(ip, func, arg);
	return error != 0 ? error : ext2_xa_walk_block(ip, func, arg);
}

/* Contents of the inode with a value, which has exactly this length. */
static int
ext2_xa_readinode(struct ext2_inode *ip, struct ext2_inode *vip, char *to,
    size_t len)
{
	struct ext2_mount *em = ip->ei_em;
	struct buf *bp;
	uint64_t pbn;
	uint32_t run;
	size_t off, n;
	int error;

	for (off = 0; off < len; off += n) {
		n = MIN(len - off, em->em_bsize);
		error = ext2_bmap(vip, off >> em->em_bshift, 1, &pbn, &run);
		if (error == 0 && pbn == 0)
			error = ext2_xa_bad(ip, "a value has holes");
		if (error == 0)
			error = ext2_bread(em, pbn, &bp);
		if (error != 0)
			return error;
		memcpy(to + off, bp->b_data, n);
		brelse(bp, 0);
	}
	return 0;
}

/*
 * Is the value the one the inode was made for?  It keeps the checksum where
 * others have the time of access.  Inodes of an older kind name their owner
 * instead and have no checksum.
 */
static int
ext2_xa_verify(struct ext2_inode *ip, const struct ext2_inode *vip,
    const struct ext2_xaget *xg)
{
	const uint32_t crc = ext2_crc32c(ip->ei_em->em_csumseed, xg->xg_buf,
	    xg->xg_len);
	uint32_t h;
	u_int i;

	if (crc == (uint32_t)vip->ei_atime.tv_sec) {
		for (i = 0; i < 2; i++) {
			h = xg->xg_namehash[i];
			if (((h << 16 | h >> 16) ^ crc) == xg->xg_hash)
				return 0;
		}
	} else if ((uint32_t)vip->ei_mtime.tv_sec == ip->ei_ino &&
	    vip->ei_gen == ip->ei_gen)
		return 0;
	return ext2_badcsum(ip->ei_em, "inode %" PRIu64 ": attribute value in "
	    "inode %u: checksum mismatch", ip->ei_ino, xg->xg_inum);
}

/* Get a value that is in an inode of its own. */
static int
ext2_xa_fetch(struct ext2_inode *ip, struct ext2_xaget *xg)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_inode *vip;
	int error;

	if (!EXT2_HAS_I(em, EA_INODE) || xg->xg_inum < em->em_firstino ||
	    xg->xg_len == 0)
		return ext2_xa_bad(ip, "a value in no inode for it");
	if (xg->xg_len > E2_XA_MAXVALUE) {
		ext2_warn(em, "inode %" PRIu64 ": attribute of %zu bytes is "
		    "too large", ip->ei_ino, xg->xg_len);
		return EFBIG;
	}
	error = ext2_iget_private(em, xg->xg_inum, &vip);
	if (error == ESTALE)
		return ext2_xa_bad(ip, "a value in an unused inode");
	if (error != 0)
		return error;
	if ((vip->ei_flags & E2_FL_EA_INODE) == 0 ||
	    !S_ISREG(vip->ei_mode) || vip->ei_size != xg->xg_len)
		error = ext2_xa_bad(ip, "a value in no inode for it");
	if (error == 0) {
		xg->xg_buf = kmem_alloc(xg->xg_len, KM_SLEEP);
		error = ext2_xa_readinode(ip, vip, xg->xg_buf, xg->xg_len);
	}
	if (error == 0)
		error = ext2_xa_verify(ip, vip, xg);
	ext2_iput_private(vip);
	return error;
}

static int
ext2_xa_inlinefunc(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    const struct e2_xaent *e, void *arg)
{
	struct ext2_xaget *xg = arg;

	if (xg->xg_found || e->e_name_index != E2_XA_SYSTEM ||
	    e->e_name_len != strlen(E2_XA_INLINE) ||
	    memcmp(e->e_name, E2_XA_INLINE, e->e_name_len) != 0)
		return 0;
	if (e->e_value_inum != 0)
		return ext2_xa_bad(ip, "inline data in another inode");
	ext2_xa_take(xa, e, xg);
	return 0;
}

/*
 * The part of the contents (ext2_inline.c) that is kept as an attribute:
 * *lenp bytes, which the caller frees, or none.
 */
int
ext2_xa_inline(struct ext2_inode *ip, char **bufp, size_t *lenp)
{
	struct ext2_xaget xg = { .xg_name = NULL };
	int error;

	error = ext2_xa_walk_inode(ip, ext2_xa_inlinefunc, &xg);
	if (error != 0) {
		if (xg.xg_buf != NULL)
			kmem_free(xg.xg_buf, xg.xg_len);
		return error;
	}
	*bufp = xg.xg_buf;
	*lenp = xg.xg_len;
	return 0;
}

int
ext2fs_getextattr(void *v)
{
	struct vop_getextattr_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);
	struct ext2_xaget xg = {
		.xg_ns = ap->a_attrnamespace, .xg_name = ap->a_name,
	};
	int error;

	error = extattr_check_cred(ap->a_vp, ap->a_attrnamespace, ap->a_cred,
	    VREAD);
	if (error != 0)
		return error;
	error = ext2_xa_walk(ip, ext2_xa_getfunc, &xg);
	if (error == 0 && !xg.xg_found)
		error = ENOATTR;
	/* Only now: no buffer is held any more. */
	if (error == 0 && xg.xg_inum != 0)
		error = ext2_xa_fetch(ip, &xg);
	if (error == 0 && ap->a_size != NULL)
		*ap->a_size = xg.xg_len;
	if (error == 0 && ap->a_uio != NULL && xg.xg_len != 0)
		error = uiomove(xg.xg_buf, MIN(xg.xg_len,
		    ap->a_uio->uio_resid), ap->a_uio);
	if (xg.xg_buf != NULL)
		kmem_free(xg.xg_buf, xg.xg_len);
	return error;
}

static int
ext2_xa_nofunc(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    const struct e2_xaent *e, void *arg)
{

	return e->e_value_inum != 0 ? EOPNOTSUPP : 0;
}

/*
 * Check all entries of a copy of the block.
 */
int
ext2_xa_checkblock(struct ext2_inode *ip, const void *blk)
{
	const struct ext2_xaarea xa = ext2_xa_blockarea(ip->ei_em, blk);

	return ext2_xa_walk_area(ip, &xa, ext2_xa_nofunc, NULL);
}

/*
 * Does the attribute live in the inode itself?
 */
int
ext2_xa_inside(struct ext2_inode *ip, int ns, const char *name,
    bool *insidep)
{
	struct ext2_xaget xg = { .xg_ns = ns, .xg_name = name };
	int error;

	error = ext2_xa_walk_inode(ip, ext2_xa_getfunc, &xg);
	if (xg.xg_buf != NULL)
		kmem_free(xg.xg_buf, xg.xg_len);
	*insidep = xg.xg_found;
	return error;
}

/* The list of names: gathered in memory, as the walk holds a buffer. */
struct ext2_xalist {
	int	xl_ns;
	bool	xl_prefix;		/* length before, not NUL behind */
	char	*xl_buf;		/* NULL: only count */
	size_t	xl_used, xl_size;
};

static int
ext2_xa_listfunc(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    const struct e2_xaent *e, void *arg)
{
	struct ext2_xalist *xl = arg;
	const char *prefix;
	size_t plen, len;
	char *to;

	if (e->e_name_index >= __arraycount(ext2_xa_prefix) ||
	    (prefix = ext2_xa_prefix[e->e_name_index]) == NULL ||
	    ext2_xa_namespace(e->e_name_index) != xl->xl_ns)
		return 0;
	plen = strlen(prefix);
	len = plen + e->e_name_len;
	if (len == 0 || len > UINT8_MAX)
		return 0;
	if (xl->xl_buf != NULL) {
		if (len + 1 > xl->xl_size - xl->xl_used)
			return ERANGE;
		to = xl->xl_buf + xl->xl_used;
		if (xl->xl_prefix)
			*to++ = (char)len;
		memcpy(to, prefix, plen);
		memcpy(to + plen, e->e_name, e->e_name_len);
		if (!xl->xl_prefix)
			to[len] = '\0';
	}
	xl->xl_used += len + 1;
	return 0;
}

int
ext2fs_listextattr(void *v)
{
	struct vop_listextattr_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);
	struct ext2_xalist xl = {
		.xl_ns = ap->a_attrnamespace,
		.xl_prefix = (ap->a_flag & EXTATTR_LIST_LENPREFIX) != 0,
	};
	int error;

	error = extattr_check_cred(ap->a_vp, ap->a_attrnamespace, ap->a_cred,
	    VREAD);
	if (error == 0)
		error = ext2_xa_walk(ip, ext2_xa_listfunc, &xl);
	if (error != 0)
		return error;
	if (ap->a_size != NULL)
		*ap->a_size = xl.xl_used;
	if (ap->a_uio == NULL || xl.xl_used == 0)
		return 0;
	xl.xl_size = xl.xl_used;
	xl.xl_used = 0;
	xl.xl_buf = kmem_alloc(xl.xl_size, KM_SLEEP);
	error = ext2_xa_walk(ip, ext2_xa_listfunc, &xl);
	if (error == 0)
		error = uiomove(xl.xl_buf, MIN(xl.xl_used,
		    ap->a_uio->uio_resid), ap->a_uio);
	kmem_free(xl.xl_buf, xl.xl_size);
	return error;
}

/*
 * The inode is given up: one user less of its attribute block.
 */
int
ext2_xattr_release(struct ext2_tx *tx, struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	const uint64_t blk = ip->ei_xablock;
	struct e2_xahdr *xh;
	struct buf *bp;
	uint32_t refs;
	int error;

	if (blk == 0)
		return 0;
	ip->ei_xablock = 0;
	ext2_idirty(ip);
	rw_enter(&ip->ei_maplock, RW_WRITER);
	ext2_iblocks_add(ip, -1);
	rw_exit(&ip->ei_maplock);
	ip->ei_xablock = blk;
	error = ext2_xa_bread(ip, &bp);
	ip->ei_xablock = 0;
	if (error != 0)
		return error;
	xh = bp->b_data;
	refs = le32toh(xh->h_refcount);
	if (refs > 1) {
		xh->h_refcount = htole32(refs - 1);
		ext2_tx_dirty(tx, bp);
		return 0;
	}
	brelse(bp, BC_INVAL);
	return ext2_bfree(tx, em, blk, 1, ip->ei_ino);
}
