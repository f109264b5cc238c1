/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing extended attributes.  The block is built anew in memory, with
 * entries in the order the format wants (name index, length, name) and both
 * kinds of hash, and then takes the old one's place: in the same block if no
 * other inode shares it, else in a new one.
 */

#include "ext2.h"

#include <sys/extattr.h>

#define	EXT2_XA_MAXVALUE	(60 * 1024)

/* The attribute to be changed; xs_value NULL removes it. */
struct ext2_xaset {
	uint8_t		xs_index;
	const char	*xs_name;
	size_t		xs_namelen;
	const char	*xs_value;
	size_t		xs_len;
};

/* Compare an entry's name with the one to be set, in disk order. */
static int
ext2_xa_cmp(const struct e2_xaent *e, const struct ext2_xaset *xs)
{

	if (e->e_name_index != xs->xs_index)
		return (int)e->e_name_index - (int)xs->xs_index;
	if (e->e_name_len != xs->xs_namelen)
		return (int)e->e_name_len - (int)xs->xs_namelen;
	return memcmp(e->e_name, xs->xs_name, xs->xs_namelen);
}

/* Hash of an entry: of its name, then of its value by words. */
static uint32_t
ext2_xa_hash(const struct e2_xaent *e, const char *value, size_t len)
{
	uint32_t h = 0;
	size_t i;

	for (i = 0; i < e->e_name_len; i++)
		h = (h << 5 | h >> 27) ^ (uint8_t)e->e_name[i];
	for (i = 0; i < roundup2(len, 4); i += 4)
		h = (h << 16 | h >> 16) ^ le32dec(value + i);
	return h;
}

/* A block being built. */
struct ext2_xabuild {
	char	*xb_blk;
	size_t	xb_used;		/* end of the entries */
	size_t	xb_low;			/* start of the values */
	uint32_t xb_hash;
	u_int	xb_count;
};

static int
ext2_xa_append(struct ext2_xabuild *xb, uint8_t idx, const char *name,
    size_t namelen, const char *value, size_t len)
{
	struct e2_xaent *e = (void *)(xb->xb_blk + xb->xb_used);
	const size_t size = E2_XAENT_SIZE(namelen), room = roundup2(len, 4);
	uint32_t h;

	/* Four zero bytes end the list. */
	if (xb->xb_used + size + 4 + room > xb->xb_low)
		return ENOSPC;
	xb->xb_used += size;
	xb->xb_low -= room;
	e->e_name_len = namelen;
	e->e_name_index = idx;
	e->e_value_offs = htole16(len == 0 ? 0 : xb->xb_low);
	e->e_value_inum = 0;
	e->e_value_size = htole32((uint32_t)len);
	memcpy(e->e_name, name, namelen);
	memcpy(xb->xb_blk + xb->xb_low, value, len);
	h = ext2_xa_hash(e, xb->xb_blk + xb->xb_low, len);
	e->e_hash = htole32(h);
	xb->xb_hash = (xb->xb_hash << 16 | xb->xb_hash >> 16) ^ h;
	xb->xb_count++;
	return 0;
}

/* Merge the entries of the old block (checked, or NULL) with the change. */
static int
ext2_xa_build(const struct ext2_mount *em, const char *old,
    const struct ext2_xaset *xs, struct ext2_xabuild *xb, bool *foundp)
{
	const struct e2_xaent *e;
	const char *p = NULL, *end = NULL;
	bool done = xs->xs_value == NULL;
	int error = 0, cmp;

	xb->xb_used = sizeof(struct e2_xahdr);
	xb->xb_low = em->em_bsize;
	*foundp = false;
	if (old != NULL) {
		p = old + sizeof(struct e2_xahdr);
		end = old + em->em_bsize;
	}
	/* Entries may reach the very end of the block, without a mark. */
	while (error == 0 && p < end && le32dec(p) != 0) {
		e = (const void *)p;
		p += E2_XAENT_SIZE(e->e_name_len);
		cmp = ext2_xa_cmp(e, xs);
		if (cmp >= 0 && !done) {
			error = ext2_xa_append(xb, xs->xs_index, xs->xs_name,
			    xs->xs_namelen, xs->xs_value, xs->xs_len);
			done = true;
		}
		if (cmp == 0)
			*foundp = true;
		else if (error == 0)
			error = ext2_xa_append(xb, e->e_name_index,
			    e->e_name, e->e_name_len,
			    old + le16toh(e->e_value_offs),
			    le32toh(e->e_value_size));
	}
	if (error == 0 && !done)
		error = ext2_xa_append(xb, xs->xs_index, xs->xs_name,
		    xs->xs_namelen, xs->xs_value, xs->xs_len);
	return error;
}

static void
ext2_xa_header(struct ext2_xabuild *xb)
{
	struct e2_xahdr *xh = (void *)xb->xb_blk;

	xh->h_magic = htole32(E2_XATTR_MAGIC);
	xh->h_refcount = htole32(1);
	xh->h_blocks = htole32(1);
	xh->h_hash = htole32(xb->xb_hash);
}

/* Give the inode a block of its own with the given contents. */
static int
ext2_xa_newblock(struct ext2_tx *tx, struct ext2_inode *ip, const char *blk)
{
	struct ext2_mount *em = ip->ei_em;
	struct buf *bp;
	uint64_t pbn;
	uint32_t got;
	int error;

	rw_enter(&ip->ei_maplock, RW_WRITER);
	error = ext2_balloc(tx, ip, ext2_goal(ip, 0), 1, &pbn, &got);
	if (error == 0)
		ext2_iblocks_add(ip, 1);
	rw_exit(&ip->ei_maplock);
	if (error != 0)
		return error;
	bp = ext2_getnew(em, pbn);
	memcpy(bp->b_data, blk, em->em_bsize);
	ext2_tx_dirty_new(tx, bp);
	ip->ei_xablock = pbn;
	ext2_idirty(ip);
	return 0;
}

/* Put the new contents in place; shared: others use the old block. */
static int
ext2_xa_store(struct ext2_tx *tx, struct ext2_inode *ip,
    const struct ext2_xabuild *xb, bool shared)
{
	const uint64_t old = ip->ei_xablock;
	uint64_t new;
	struct buf *bp;
	int error;

	if (xb->xb_count == 0)
		return ext2_xattr_release(tx, ip);
	if (old == 0)
		return ext2_xa_newblock(tx, ip, xb->xb_blk);
	if (!shared) {
		if ((error = ext2_bread(ip->ei_em, old, &bp)) != 0)
			return error;
		memcpy(bp->b_data, xb->xb_blk, ip->ei_em->em_bsize);
		ext2_tx_dirty(tx, bp);
		return 0;
	}
	error = ext2_xa_newblock(tx, ip, xb->xb_blk);
	if (error != 0)
		return error;
	new = ip->ei_xablock;
	ip->ei_xablock = old;
	error = ext2_xattr_release(tx, ip);
	ip->ei_xablock = new;
	return error;
}

/* Copy the current block to memory, checked. */
static int
ext2_xa_copyold(struct ext2_inode *ip, char *blk, bool *sharedp)
{
	struct buf *bp;
	int error;

	if ((error = ext2_xa_bread(ip, &bp)) != 0)
		return error;
	memcpy(blk, bp->b_data, ip->ei_em->em_bsize);
	*sharedp = le32toh(((struct e2_xahdr *)blk)->h_refcount) > 1;
	brelse(bp, 0);
	return ext2_xa_checkblock(ip, blk);
}

static int
ext2_xa_change(struct vnode *vp, const struct ext2_xaset *xs)
{
	struct ext2_inode *ip = VTOE(vp);
	struct ext2_mount *em = ip->ei_em;
	struct ext2_xabuild xb = { .xb_count = 0 };
	struct ext2_tx tx;
	char *old = NULL;
	bool shared = false, found;
	u_int tries = 0;
	int error, error2;

	if (ip->ei_xablock != 0) {
		old = kmem_alloc(em->em_bsize, KM_SLEEP);
		error = ext2_xa_copyold(ip, old, &shared);
		if (error != 0)
			goto out;
	}
	xb.xb_blk = kmem_zalloc(em->em_bsize, KM_SLEEP);
	error = ext2_xa_build(em, old, xs, &xb, &found);
	if (error == 0 && xs->xs_value == NULL && !found)
		error = ENOATTR;
	if (error != 0)
		goto out;
	ext2_xa_header(&xb);
	do {
		if ((error = ext2_tx_begin(&tx, em)) != 0)
			break;
		error = ext2_xa_store(&tx, ip, &xb, shared);
		if (error == 0)
			ext2_imark(ip, EIU_CHANGE);
		error2 = ext2_tx_end(&tx);
		if (error == 0)
			error = error2;
	} while (ext2_tx_retry(em, error, &tries));
out:
	if (xb.xb_blk != NULL)
		kmem_free(xb.xb_blk, em->em_bsize);
	if (old != NULL)
		kmem_free(old, em->em_bsize);
	return error;
}

/* From namespace and name to name index and rest. */
static int
ext2_xa_resolve(int ns, const char *name, struct ext2_xaset *xs)
{

	if (ns == EXTATTR_NAMESPACE_USER) {
		xs->xs_index = E2_XA_USER;
	} else if (strncmp(name, "trusted.", 8) == 0) {
		xs->xs_index = E2_XA_TRUSTED;
		name += 8;
	} else if (strncmp(name, "security.", 9) == 0) {
		xs->xs_index = E2_XA_SECURITY;
		name += 9;
	} else
		return EOPNOTSUPP;
	xs->xs_name = name;
	xs->xs_namelen = strlen(name);
	if (xs->xs_namelen == 0 || xs->xs_namelen > EXTATTR_MAXNAMELEN)
		return EINVAL;
	return 0;
}

/* May attributes be changed at all, this one in particular? */
static int
ext2_xa_may(struct vnode *vp, int ns, const char *name, kauth_cred_t cred,
    struct ext2_xaset *xs)
{
	struct ext2_inode *ip = VTOE(vp);
	bool inside;
	int error;

	if (!ext2_writable(ip->ei_em))
		return EROFS;
	if (!EXT2_HAS_C(ip->ei_em, EXT_ATTR))
		return EOPNOTSUPP;
	if ((ip->ei_flags & (E2_FL_IMMUTABLE | E2_FL_APPEND)) != 0)
		return EPERM;
	error = extattr_check_cred(vp, ns, cred, VWRITE);
	if (error == 0)
		error = ext2_xa_resolve(ns, name, xs);
	if (error == 0)
		error = ext2_xa_inside(ip, ns, name, &inside);
	if (error == 0 && inside)
		error = EOPNOTSUPP;
	return error;
}

/* Copy the value in and store it. */
static int
ext2_xa_set(struct vnode *vp, struct ext2_xaset *xs, struct uio *uio)
{
	const size_t len = uio->uio_resid, size = MAX(len, 1);
	char *value;
	int error;

	if (len > MIN(VTOE(vp)->ei_em->em_bsize, EXT2_XA_MAXVALUE))
		return ENOSPC;
	value = kmem_alloc(size, KM_SLEEP);
	error = uiomove(value, len, uio);
	if (error == 0) {
		xs->xs_value = value;
		xs->xs_len = len;
		error = ext2_xa_change(vp, xs);
	}
	kmem_free(value, size);
	return error;
}

/*
 * VOP_SETEXTATTR; without a uio the attribute is to go.
 */
int
ext2fs_setextattr(void *v)
{
	struct vop_setextattr_args *ap = v;
	struct ext2_xaset xs = { .xs_value = NULL };
	int error;

	error = ext2_xa_may(ap->a_vp, ap->a_attrnamespace, ap->a_name,
	    ap->a_cred, &xs);
	if (error != 0)
		return error;
	return ap->a_uio == NULL ? ext2_xa_change(ap->a_vp, &xs) :
	    ext2_xa_set(ap->a_vp, &xs, ap->a_uio);
}

int
ext2fs_deleteextattr(void *v)
{
	struct vop_deleteextattr_args *ap = v;
	struct ext2_xaset xs = { .xs_value = NULL };
	int error;

	error = ext2_xa_may(ap->a_vp, ap->a_attrnamespace, ap->a_name,
	    ap->a_cred, &xs);
	return error != 0 ? error : ext2_xa_change(ap->a_vp, &xs);
}
