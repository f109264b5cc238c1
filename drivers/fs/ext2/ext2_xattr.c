/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: in what an inode has behind its fields, and in one
 * block that inodes with equal attributes share.  Both hold a list of
 * entries that grows up and values that grow down from the end.
 *
 * Reading looks at both places and is here.  Changing, in
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
	[E2_XA_SYSTEM] = "system.",
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

static int
ext2_xa_getfunc(struct ext2_inode *ip, const struct ext2_xaarea *xa,
    const struct e2_xaent *e, void *arg)
{
	struct ext2_xaget *xg = arg;

	if (xg->xg_found || !ext2_xa_match(e, xg->xg_ns, xg->xg_name))
		return 0;
	if (e->e_value_inum != 0) {
		ext2_warn(ip->ei_em, "inode %" PRIu64 ": attribute value in "
		    "an inode: feature ea_inode is not supported",
		    ip->ei_ino);
		return EOPNOTSUPP;
	}
	xg->xg_found = true;
	xg->xg_len = le32toh(e->e_value_size);
	if (xg->xg_len != 0) {
		xg->xg_buf = kmem_alloc(xg->xg_len, KM_SLEEP);
		memcpy(xg->xg_buf, xa->xa_base + le16toh(e->e_value_offs),
		    xg->xg_len);
	}
	return 0;
}

static int
ext2_xa_walk(struct ext2_inode *ip, ext2_xafunc func, void *arg)
{
	int error;

	error = ext2_xa_walk_inode(ip, func, arg);
	return error != 0 ? error : ext2_xa_walk_block(ip, func, arg);
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
