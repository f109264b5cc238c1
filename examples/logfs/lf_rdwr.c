/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contents of files.  A write puts them into the page cache; genfs asks for
 * blocks when a page has none (lf_map.c) and zeroes what is new, so nobody
 * sees what a block held before.
 */

#include "logfs.h"

#include <uvm/uvm_extern.h>

#define	LF_CHUNK	(64 * 1024)	/* of a write between two looks */
#define	LF_MAXSIZE	((uint64_t)LF_MAXBLOCKS << LF_BSHIFT)

/* VOP_READ. */
int
lf_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct lf_node *ln = VTOLF(vp);
	size_t n;
	int error = 0;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if (uio->uio_offset < 0)
		return EINVAL;
	while (error == 0 && uio->uio_resid > 0 &&
	    (uint64_t)uio->uio_offset < ln->ln_d.ld_size) {
		n = MIN(ln->ln_d.ld_size - uio->uio_offset, uio->uio_resid);
		error = ubc_uiomove(&vp->v_uobj, uio, n,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	}
	lf_touch(ln, LFT_ACCESS);
	return error;
}

static int
write_check(struct vnode *vp, struct uio *uio, int ioflag)
{
	const struct lf_dinode *ld = &VTOLF(vp)->ln_d;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if ((ioflag & IO_APPEND) != 0)
		uio->uio_offset = ld->ld_size;
	if (uio->uio_offset < 0)
		return EINVAL;
	if ((ld->ld_flags & APPEND) != 0 &&
	    (uint64_t)uio->uio_offset != ld->ld_size)
		return EPERM;
	if ((uint64_t)uio->uio_offset > LF_MAXSIZE ||
	    uio->uio_resid > LF_MAXSIZE - uio->uio_offset)
		return EFBIG;
	return lf_rdonly(VTOLF(vp)->ln_mount) ? EROFS : 0;
}

/* The last block may hold anything behind the end of the file. */
static void
zero_tail(struct vnode *vp, uint64_t from, uint64_t to)
{

	to = MIN(to, roundup2(from, LF_BSIZE));
	if (from < to)
		ubc_zerorange(&vp->v_uobj, from, to - from,
		    UBC_VNODE_FLAGS(vp));
}

static int
write_chunk(struct vnode *vp, struct uio *uio, int ioflag)
{
	struct lf_node *ln = VTOLF(vp);
	const size_t n = MIN(uio->uio_resid, LF_CHUNK);
	const uint64_t end = uio->uio_offset + n;
	int error;

	if (end > ln->ln_d.ld_size)
		uvm_vnp_setwritesize(vp, end);
	error = ubc_uiomove(&vp->v_uobj, uio, n, IO_ADV_DECODE(ioflag),
	    UBC_WRITE | UBC_VNODE_FLAGS(vp));
	if ((uint64_t)uio->uio_offset > ln->ln_d.ld_size) {
		ln->ln_d.ld_size = uio->uio_offset;
		uvm_vnp_setsize(vp, uio->uio_offset);
	}
	return error;
}

/* Set-id bits do not outlive a write by who could not have set them. */
static void
drop_setid(struct vnode *vp, kauth_cred_t cred)
{
	struct lf_dinode *ld = &VTOLF(vp)->ln_d;

	if ((ld->ld_mode & (S_ISUID | S_ISGID)) == 0 || cred == NOCRED)
		return;
	if (kauth_authorize_vnode(cred, KAUTH_VNODE_RETAIN_SUID, vp, NULL,
	    EPERM) != 0)
		ld->ld_mode &= ~S_ISUID;
	if (kauth_authorize_vnode(cred, KAUTH_VNODE_RETAIN_SGID, vp, NULL,
	    EPERM) != 0)
		ld->ld_mode &= ~S_ISGID;
}

/* Part of the write, or all of it, is done: the inode follows. */
static int
write_update(struct vnode *vp, kauth_cred_t cred)
{
	struct lf_node *ln = VTOLF(vp);
	int error;

	drop_setid(vp, cred);
	lf_touch(ln, LFT_MODIFY | LFT_CHANGE);
	error = lf_begin(ln->ln_mount);
	if (error != 0)
		return error;
	error = lf_update(ln);
	lf_end(ln->ln_mount);
	return error;
}

/* VOP_WRITE. */
int
lf_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct lf_node *ln = VTOLF(vp);
	const size_t resid = uio->uio_resid;
	bool tried = false;
	int error, error2;

	error = write_check(vp, uio, ap->a_ioflag);
	if (error != 0 || resid == 0)
		return error;
	if ((uint64_t)uio->uio_offset > ln->ln_d.ld_size)
		zero_tail(vp, ln->ln_d.ld_size, uio->uio_offset);
	while (uio->uio_resid > 0) {
		error = write_chunk(vp, uio, ap->a_ioflag);
		if (error != 0 && !lf_retry(ln->ln_mount, error, &tried))
			break;
	}
	if (error != 0) {
		/* Blocks may have come for what was not written. */
		uvm_vnp_setsize(vp, ln->ln_d.ld_size);
		(void)lf_map_free(ln, ln->ln_d.ld_size);
	}
	if (uio->uio_resid == resid)
		return error;
	error2 = write_update(vp, ap->a_cred);
	/* What fitted is written; the next write will tell. */
	if (error == 0 || error == ENOSPC)
		error = error2;
	if (error == 0 && ((ap->a_ioflag & (IO_SYNC | IO_DSYNC)) != 0 ||
	    (vp->v_mount->mnt_flag & MNT_SYNCHRONOUS) != 0))
		error = VOP_FSYNC(vp, ap->a_cred, FSYNC_WAIT, 0, 0);
	return error;
}

/* VOP_READLINK. */
int
lf_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct lf_node *ln = VTOLF(ap->a_vp);
	struct buf *bp;
	int error;

	if (ap->a_vp->v_type != VLNK)
		return EINVAL;
	lf_touch(ln, LFT_ACCESS);
	if (ln->ln_d.ld_size == 0)
		return 0;
	error = lf_meta_read(ln, 0, 0, &bp);
	if (error != 0)
		return error;
	error = uiomove(bp->b_data, MIN(ln->ln_d.ld_size,
	    ap->a_uio->uio_resid), ap->a_uio);
	brelse(bp, 0);
	return error;
}

/* VOP_FSYNC: pages, then a commit. */
int
lf_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct lf_node *ln = VTOLF(vp);
	const bool wait = (ap->a_flags & FSYNC_WAIT) != 0;
	int error = 0, error2, flags = PGO_CLEANIT;

	if (vp->v_type == VREG) {
		if (wait)
			flags |= PGO_SYNCIO;
		if ((ap->a_flags & FSYNC_LAZY) != 0)
			flags |= PGO_LAZY;
		if (ap->a_offlo == 0 && ap->a_offhi == 0)
			flags |= PGO_ALLPAGES;
		rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
		error = VOP_PUTPAGES(vp, trunc_page(ap->a_offlo),
		    round_page(ap->a_offhi), flags);
	}
	if (lf_rdonly(ln->ln_mount))
		return error;
	error2 = lf_update_times(ln);
	/* Who only wants to be rid of the vnode need not wait. */
	if (error2 == 0 && wait && (ap->a_flags & FSYNC_RECLAIM) == 0)
		error2 = wapbl_flush(ln->ln_mount->lm_mp->mnt_wapbl, 0);
	return error != 0 ? error : error2;
}

/* Set the size of a locked file. */
int
lf_resize(struct vnode *vp, uint64_t size)
{
	struct lf_node *ln = VTOLF(vp);
	const uint64_t old = ln->ln_d.ld_size;
	int error = 0;

	if (size > LF_MAXSIZE)
		return EFBIG;
	if (size > old) {
		zero_tail(vp, old, size);
		ln->ln_d.ld_size = size;
		uvm_vnp_setsize(vp, size);
	} else if (size < old) {
		zero_tail(vp, size, old);
		uvm_vnp_setsize(vp, size);
		error = lf_map_free(ln, size);
	}
	return error != 0 ? error : write_update(vp, NOCRED);
}
