/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_rdwr.c: data of regular files in the root file system: reading,
 * writing, size, pages.  Files of the host go to rumpfs_hostfile.c.
 */

#include "rumpfs.h"

#include <uvm/uvm_extern.h>
#include <uvm/uvm_page.h>
#include <uvm/uvm_pager.h>

/*
 * Free the pages from an offset on, and zero what is behind it in its page,
 * so that neither comes back when the file grows again.
 */
static void
cut_pages(struct rumpfs_node *rn, off_t size)
{
	struct uvm_object *uobj = rn->rn_uobj;
	const voff_t end = round_page(size);
	bool there;

	rw_enter(uobj->vmobjlock, RW_READER);
	there = size < end && uvm_pagelookup(uobj, trunc_page(size)) != NULL;
	rw_exit(uobj->vmobjlock);
	if (there)
		ubc_zerorange(uobj, size, end - size, 0);
	rw_enter(uobj->vmobjlock, RW_WRITER);
	/* the pager lets go of the lock */
	(void)(*uobj->pgops->pgo_put)(uobj, end, 0, PGO_FREE |
	    (end == 0 ? PGO_ALLPAGES : 0));
}

/*
 * Set the size of a regular file.  One of the host keeps its own.
 */
int
rumpfs_resize(struct vnode *vp, off_t size)
{
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);

	KASSERT(vp->v_type == VREG);
	KASSERT(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	if (size < 0)
		return EINVAL;
	if (size > RUMPFS_MAXFILESIZE)
		return EFBIG;
	if (rn->rn_host != NULL)
		return size == rumpfs_host_size(rn->rn_host) ? 0 : EOPNOTSUPP;
	if (size < rn->rn_size)
		cut_pages(rn, size);
	rn->rn_size = size;
	uvm_vnp_setsize(vp, size);
	rumpfs_touch(rn, RUMPFS_MTIME | RUMPFS_CTIME);
	return 0;
}

/*
 * VOP_READ.
 */
int
rumpfs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	vsize_t len;
	int error = 0;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (rn->rn_host != NULL)
		return rumpfs_host_rdwr(rn->rn_host, uio);
	while (error == 0 && uio->uio_resid > 0 &&
	    uio->uio_offset < rn->rn_size) {
		len = MIN(rn->rn_size - uio->uio_offset, uio->uio_resid);
		error = ubc_uiomove(rn->rn_uobj, uio, len,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	}
	rumpfs_touch(rn, RUMPFS_ATIME);
	return error;
}

static int
write_check(const struct vnode *vp, const struct uio *uio)
{

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (uio->uio_offset > RUMPFS_MAXFILESIZE ||
	    uio->uio_resid > RUMPFS_MAXFILESIZE - uio->uio_offset)
		return EFBIG;
	return 0;
}

/*
 * Write to the memory object; the file grows as far as that got.
 */
static int
write_pages(struct vnode *vp, struct uio *uio, int ioflag)
{
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	const size_t resid = uio->uio_resid;
	const off_t oldsize = rn->rn_size, end = uio->uio_offset + resid;
	int error;

	if (end > oldsize)
		uvm_vnp_setwritesize(vp, end);
	error = ubc_uiomove(rn->rn_uobj, uio, resid, IO_ADV_DECODE(ioflag),
	    UBC_WRITE | UBC_PARTIALOK | UBC_VNODE_FLAGS(vp));
	if (error != 0 && (ioflag & IO_UNIT) != 0) {
		uio->uio_offset -= resid - uio->uio_resid;
		uio->uio_resid = resid;
	}
	rn->rn_size = MAX(oldsize, uio->uio_offset);
	uvm_vnp_setsize(vp, rn->rn_size);
	if (error != 0 && end > rn->rn_size)
		cut_pages(rn, rn->rn_size);
	return error;
}

/*
 * VOP_WRITE.
 */
int
rumpfs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	const size_t resid = uio->uio_resid;
	int error;

	if ((ap->a_ioflag & IO_APPEND) != 0)
		uio->uio_offset = rn->rn_host != NULL ?
		    rumpfs_host_size(rn->rn_host) : rn->rn_size;
	error = write_check(vp, uio);
	if (error != 0 || resid == 0)
		return error;
	if (rn->rn_host != NULL) {
		error = rumpfs_host_rdwr(rn->rn_host, uio);
		if (error == 0 && (ap->a_ioflag & IO_SYNC) != 0)
			error = rumpfs_host_fsync(rn->rn_host);
	} else
		error = write_pages(vp, uio, ap->a_ioflag);
	if (uio->uio_resid == resid)
		return error;
	rumpfs_touch(rn, RUMPFS_MTIME | RUMPFS_CTIME);
	if ((rn->rn_mode & (S_ISUID | S_ISGID)) != 0 &&
	    kauth_authorize_vnode(ap->a_cred, KAUTH_VNODE_RETAIN_SUID, vp,
	    NULL, EPERM) != 0)
		rn->rn_mode &= ~(S_ISUID | S_ISGID);
	return error;
}

/*
 * VOP_GETPAGES: the file's pages are those of its memory object, and only
 * made by writes.  A file of the host has none.
 */
int
rumpfs_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);
	struct uvm_object *uobj = rn->rn_uobj;

	KASSERT(vp->v_type == VREG);
	KASSERT(rw_lock_held(vp->v_uobj.vmobjlock));
	if (uobj == NULL || ap->a_offset >= round_page(rn->rn_size) ||
	    ((ap->a_access_type & VM_PROT_WRITE) != 0 &&
	    (ap->a_flags & PGO_LOCKED) == 0)) {
		if ((ap->a_flags & PGO_LOCKED) == 0)
			rw_exit(vp->v_uobj.vmobjlock);
		return EINVAL;
	}
	return (*uobj->pgops->pgo_get)(uobj, ap->a_offset, ap->a_m,
	    ap->a_count, ap->a_centeridx, ap->a_access_type, ap->a_advice,
	    ap->a_flags);
}

/*
 * VOP_PUTPAGES: nothing to write anywhere.
 */
int
rumpfs_putpages(void *v)
{
	struct vop_putpages_args *ap = v;

	rw_exit(ap->a_vp->v_uobj.vmobjlock);
	return 0;
}
