/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data of regular files: reading, writing, size, holes.
 *
 * The mount is charged for pages, not for sizes: holes are free.  A write
 * charges what it may add first, so that it fails before it begins, and gives
 * back what it did not use.
 */

#include "tmpfs.h"

#include <uvm/uvm_page.h>
#include <uvm/uvm_pager.h>

/* Bring the charge in line with the pages there are. */
static void
settle_pages(struct tmpfs_node *tn, uint64_t reserved)
{
	struct uvm_object *uobj = tn->tn_uobj;
	uint64_t have;

	rw_enter(uobj->vmobjlock, RW_READER);
	have = uobj->uo_npages;
	rw_exit(uobj->vmobjlock);
	KASSERT(have <= tn->tn_pages + reserved);
	tmpfs_uncharge(tn->tn_mount,
	    (tn->tn_pages + reserved - have) << PAGE_SHIFT);
	tn->tn_pages = have;
}

static uint64_t
missing_pages(struct uvm_object *uobj, voff_t off, voff_t end)
{
	uint64_t n = 0;

	rw_enter(uobj->vmobjlock, RW_READER);
	for (off = trunc_page(off); off < end; off += PAGE_SIZE)
		n += uvm_pagelookup(uobj, off) == NULL;
	rw_exit(uobj->vmobjlock);
	return n;
}

/* Charge for the pages that a write to [off, end) may add. */
static int
reserve_pages(struct tmpfs_node *tn, voff_t off, voff_t end, uint64_t *np)
{
	struct tmpfs_mount *tm = tn->tn_mount;

	/* what has no holes gets no pages where it is overwritten */
	*np = 0;
	if (end <= tn->tn_size &&
	    tn->tn_pages == (uint64_t)round_page(tn->tn_size) >> PAGE_SHIFT)
		return 0;
	*np = (round_page(end) - trunc_page(off)) >> PAGE_SHIFT;
	if (tmpfs_charge(tm, *np << PAGE_SHIFT) == 0)
		return 0;
	/* close to the limit: look at what is really missing */
	*np = missing_pages(tn->tn_uobj, off, end);
	return tmpfs_charge(tm, *np << PAGE_SHIFT);
}

/* Free the whole pages in [lo, hi); hi 0 means to the end. */
static void
free_pages(struct tmpfs_node *tn, voff_t lo, voff_t hi)
{
	struct uvm_object *uobj = tn->tn_uobj;

	KASSERT(hi == 0 || lo < hi);
	rw_enter(uobj->vmobjlock, RW_WRITER);
	/* the pager lets go of the lock */
	(void)(*uobj->pgops->pgo_put)(uobj, lo, hi, PGO_FREE |
	    (lo == 0 && hi == 0 ? PGO_ALLPAGES : 0));
	settle_pages(tn, 0);
}

/* Zero [lo, hi), which is within one page, if that page exists. */
static void
zero_part(struct tmpfs_node *tn, voff_t lo, voff_t hi)
{

	KASSERT(lo >= hi || trunc_page(lo) == trunc_page(hi - 1));
	if (lo < hi && missing_pages(tn->tn_uobj, lo, hi) == 0)
		ubc_zerorange(tn->tn_uobj, lo, hi - lo, 0);
}

/*
 * Set the size of a regular file.  What is cut off is freed, and what is
 * beyond the new end in its page is zeroed, so that it cannot come back.
 */
int
tmpfs_resize(struct vnode *vp, off_t size)
{
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	const off_t old = tn->tn_size;

	KASSERT(vp->v_type == VREG);
	KASSERT(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	if (size < 0)
		return EINVAL;
	if (size > TMPFS_MAXFILESIZE)
		return EFBIG;
	if (size < old) {
		zero_part(tn, size, round_page(size));
		free_pages(tn, round_page(size), 0);
	}
	tn->tn_size = size;
	uvm_vnp_setsize(vp, size);
	tmpfs_touch(tn, TMPFS_MTIME | TMPFS_CTIME);
	return 0;
}

/* VOP_READ. */
int
tmpfs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	vsize_t len;
	int error = 0;

	if (vp->v_type == VDIR)
		return EISDIR;
	if (vp->v_type != VREG)
		return EINVAL;
	if (uio->uio_offset < 0)
		return EINVAL;
	while (error == 0 && uio->uio_resid > 0 &&
	    uio->uio_offset < tn->tn_size) {
		len = MIN(tn->tn_size - uio->uio_offset, uio->uio_resid);
		error = ubc_uiomove(tn->tn_uobj, uio, len,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	}
	tmpfs_accessed(vp);
	return error;
}

static int
write_check(const struct vnode *vp, const struct uio *uio, int ioflag)
{
	const struct tmpfs_node *tn = vp->v_data;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if ((tn->tn_flags & APPEND) != 0 && uio->uio_offset < tn->tn_size)
		return EPERM;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (uio->uio_offset > TMPFS_MAXFILESIZE ||
	    uio->uio_resid > TMPFS_MAXFILESIZE - uio->uio_offset)
		return EFBIG;
	return 0;
}

/* VOP_WRITE. */
int
tmpfs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	const size_t resid = uio->uio_resid;
	const off_t oldsize = tn->tn_size;
	uint64_t reserved;
	off_t start, end;
	int error;

	if ((ap->a_ioflag & IO_APPEND) != 0)
		uio->uio_offset = tn->tn_size;
	error = write_check(vp, uio, ap->a_ioflag);
	if (error != 0 || resid == 0)
		return error;
	start = uio->uio_offset;
	end = start + resid;
	error = reserve_pages(tn, start, end, &reserved);
	if (error != 0)
		return error;
	if (end > oldsize)
		uvm_vnp_setwritesize(vp, end);
	error = ubc_uiomove(tn->tn_uobj, uio, resid,
	    IO_ADV_DECODE(ap->a_ioflag),
	    UBC_WRITE | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	if (reserved != 0)
		settle_pages(tn, reserved);
	if (error == ENOMEM)
		error = ENOSPC;		/* the kernel's memory is the limit */
	if (error != 0 && (ap->a_ioflag & IO_UNIT) != 0) {
		uio->uio_offset -= resid - uio->uio_resid;
		uio->uio_resid = resid;
	}
	if (uio->uio_offset > oldsize)
		tn->tn_size = uio->uio_offset;
	uvm_vnp_setsize(vp, tn->tn_size);
	if (error != 0 && end > tn->tn_size)
		free_pages(tn, round_page(tn->tn_size), 0);
	if (uio->uio_resid != resid) {
		tmpfs_touch(tn, TMPFS_MTIME | TMPFS_CTIME);
		if ((tn->tn_mode & (S_ISUID | S_ISGID)) != 0 &&
		    kauth_authorize_vnode(ap->a_cred, KAUTH_VNODE_RETAIN_SUID,
		    vp, NULL, EPERM) != 0)
			tn->tn_mode &= ~(S_ISUID | S_ISGID);
	}
	return error;
}

/* VOP_FALLOCATE: pages for the range, zeroed where there are none. */
int
tmpfs_fallocate(void *v)
{
	struct vop_fallocate_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	const off_t end = ap->a_pos + ap->a_len;
	uint64_t reserved;
	voff_t off;
	int error;

	if (vp->v_type != VREG)
		return EINVAL;
	if (ap->a_pos < 0 || ap->a_len <= 0 ||
	    ap->a_len > TMPFS_MAXFILESIZE - ap->a_pos)
		return EFBIG;
	error = reserve_pages(tn, ap->a_pos, end, &reserved);
	if (error != 0)
		return error;
	for (off = trunc_page(ap->a_pos); off < end; off += PAGE_SIZE) {
		if (missing_pages(tn->tn_uobj, off, off + 1) != 0)
			ubc_zerorange(tn->tn_uobj, off, PAGE_SIZE,
			    UBC_FAULTBUSY);
	}
	settle_pages(tn, reserved);
	if (end > tn->tn_size) {
		tn->tn_size = end;
		uvm_vnp_setsize(vp, end);
	}
	tmpfs_touch(tn, TMPFS_MTIME | TMPFS_CTIME);
	return 0;
}

/* VOP_FDISCARD: make a hole. */
int
tmpfs_fdiscard(void *v)
{
	struct vop_fdiscard_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	voff_t lo, hi, end;

	if (vp->v_type != VREG)
		return EINVAL;
	if (ap->a_pos < 0 || ap->a_len < 0)
		return EINVAL;
	if (ap->a_pos >= tn->tn_size)
		return 0;
	end = ap->a_pos + MIN(ap->a_len, tn->tn_size - ap->a_pos);
	lo = round_page(ap->a_pos);
	hi = end == tn->tn_size ? round_page(end) : trunc_page(end);
	if (lo > hi) {
		/* within one page */
		zero_part(tn, ap->a_pos, end);
	} else {
		zero_part(tn, ap->a_pos, lo);
		if (hi < end)
			zero_part(tn, hi, end);
		if (lo < hi)
			free_pages(tn, lo, hi);
	}
	tmpfs_touch(tn, TMPFS_MTIME | TMPFS_CTIME);
	return 0;
}

/* VOP_GETPAGES: the file's pages are those of its memory object. */
int
tmpfs_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	struct uvm_object *uobj = tn->tn_uobj;

	KASSERT(vp->v_type == VREG);
	KASSERT(rw_lock_held(vp->v_uobj.vmobjlock));
	if (ap->a_offset >= round_page(tn->tn_size) ||
	    ((ap->a_access_type & VM_PROT_WRITE) != 0 &&
	    (ap->a_flags & PGO_LOCKED) == 0)) {
		/* pages are only made by writes, which charge for them */
		if ((ap->a_flags & PGO_LOCKED) == 0)
			rw_exit(vp->v_uobj.vmobjlock);
		return EINVAL;
	}
	return (*uobj->pgops->pgo_get)(uobj, ap->a_offset, ap->a_m,
	    ap->a_count, ap->a_centeridx, ap->a_access_type, ap->a_advice,
	    ap->a_flags);
}

/* VOP_PUTPAGES: nothing to write anywhere. */
int
tmpfs_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	rw_exit(ap->a_vp->v_uobj.vmobjlock);
	return 0;
}
