/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_gop.c: what most file systems put in their struct genfs_ops: sizes by
 * block, writing pages to where VOP_BMAP says, and the same for file systems
 * which only have VOP_READ and VOP_WRITE.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <uvm/uvm.h>

#include "uvm_private.h"

/*
 * The file's last block is whole.
 */
void
genfs_size(struct vnode *vp, off_t size, off_t *eobp, int flags)
{
	off_t bsize = (off_t)1 << vp->v_mount->mnt_fs_bshift;

	*eobp = roundup2(size, bsize);
}

/*
 * No limit on clusters.
 */
void
genfs_gop_putrange(struct vnode *vp, off_t off, off_t *lop, off_t *hip)
{

	*lop = 0;
	*hip = 0;
}

static void
output_begin(struct vnode *vp, int n)
{

	mutex_enter(vp->v_interlock);
	vp->v_numoutput += n;
	mutex_exit(vp->v_interlock);
}

/*
 * Write [off, off + bytes) from mbp's memory, in as many transfers as it has
 * pieces on disk.  Returns how many bytes could not be written, with *errorp.
 */
static int
write_pieces(struct vnode *vp, struct buf *mbp, off_t base, size_t bytes,
    int *errorp)
{
	const int fs_bshift = vp->v_mount->mnt_fs_bshift;
	const int dev_bshift = vp->v_mount->mnt_dev_bshift;
	const off_t end = base + bytes;
	struct vnode *devvp;
	struct buf *bp;
	daddr_t lbn, blkno;
	off_t offset;
	size_t iobytes;
	int error, run, skipped;

	*errorp = 0;
	skipped = 0;
	for (offset = base; offset < end; offset += iobytes) {
		lbn = offset >> fs_bshift;
		run = 0;
		error = VOP_BMAP(vp, lbn, &devvp, &blkno, &run);
		if (error != 0) {
			*errorp = error;
			return skipped + (int)(end - offset);
		}
		iobytes = MIN(((off_t)(lbn + 1 + run) << fs_bshift) - offset,
		    end - offset);
		if (blkno == (daddr_t)-1) {
			printf("genfs: %s: no block behind a dirty page at "
			    "%jd of a file\n",
			    vp->v_mount->mnt_stat.f_mntonname,
			    (intmax_t)offset);
			*errorp = EIO;
			skipped += iobytes;
			continue;
		}
		if (offset == base && iobytes == mbp->b_bcount) {
			bp = mbp;
		} else {
			bp = getiobuf(vp, true);
			nestiobuf_setup(mbp, bp, offset - base, iobytes);
		}
		bp->b_lblkno = 0;
		bp->b_blkno = blkno +
		    ((offset - ((off_t)lbn << fs_bshift)) >> dev_bshift);
		VOP_STRATEGY(devvp, bp);
	}
	return skipped;
}

/*
 * Start writing mapped pages.  iodone is called when that is over; without
 * PGO_SYNCIO by another thread, perhaps before this returns.
 */
static int
gop_write_mapped(struct vnode *vp, off_t off, vaddr_t kva, size_t len,
    int flags, void (*iodone)(struct buf *))
{
	const bool async = (flags & PGO_SYNCIO) == 0;
	struct buf *mbp;
	off_t eof, size;
	size_t bytes;
	int error, skipped;

	mutex_enter(vp->v_interlock);
	size = MAX(vp->v_size, vp->v_writesize);
	mutex_exit(vp->v_interlock);
	GOP_SIZE(vp, size, &eof, 0);
	bytes = eof > off ? MIN(len, eof - off) : 0;
	mbp = getiobuf(vp, true);
	mbp->b_bufsize = len;
	mbp->b_data = (void *)kva;
	mbp->b_resid = mbp->b_bcount = bytes;
	mbp->b_flags = B_WRITE;
	BIO_SETPRIO(mbp, BPRIO_TIMENONCRITICAL);
	if (async) {
		mbp->b_flags |= B_ASYNC;
		mbp->b_iodone = iodone;
	}
	if (bytes == 0) {
		biodone(mbp);
	} else {
		skipped = write_pieces(vp, mbp, off, bytes, &error);
		nestiobuf_done(mbp, skipped, error);
	}
	if (async)
		return 0;
	error = biowait(mbp);
	(*iodone)(mbp);
	return error;
}

/*
 * Two outputs are counted for a transfer, one for biodone() and one for
 * uvm_aio_aiodone(): so those who wait for output know that the pages are
 * settled, too.
 */
int
genfs_gop_write(struct vnode *vp, struct vm_page **pgs, int npages, int flags)
{
	vaddr_t kva;
	int done, error, error2, n;

	KASSERT(vp->v_type == VREG);
	for (done = error = 0; done < npages; done += n) {
		n = npages - done;
		kva = uvm_pager_map(pgs + done, &n, UVMPAGER_MAPIN_WRITE);
		output_begin(vp, 2);
		error2 = gop_write_mapped(vp, pgs[done]->offset, kva,
		    (size_t)n << PAGE_SHIFT, flags, uvm_aio_aiodone);
		if (error == 0)
			error = error2;
	}
	return error;
}

/*
 * For file systems that change the data while it is mapped: our mappings of
 * adjacent pages are writable anyway, others are private copies.
 */
int
genfs_gop_write_rwmap(struct vnode *vp, struct vm_page **pgs, int npages,
    int flags)
{

	return genfs_gop_write(vp, pgs, npages, flags);
}

static int
compat_rw(struct vnode *vp, void *data, size_t len, off_t off, enum uio_rw rw,
    size_t *residp)
{
	kauth_cred_t cred = curlwp->l_cred;
	struct iovec iov;
	struct uio uio;
	int error;

	iov.iov_base = data;
	iov.iov_len = len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = off;
	uio.uio_resid = len;
	uio.uio_rw = rw;
	UIO_SETUP_SYSSPACE(&uio);
	error = rw == UIO_READ ? VOP_READ(vp, &uio, 0, cred) :
	    VOP_WRITE(vp, &uio, 0, cred);
	*residp = uio.uio_resid;
	return error;
}

/*
 * GOP_WRITE by VOP_WRITE.
 */
int
genfs_compat_gop_write(struct vnode *vp, struct vm_page **pgs, int npages,
    int flags)
{
	size_t resid, todo;
	vaddr_t kva;
	off_t off;
	int done, error, error2, n;

	for (done = error = 0; done < npages; done += n) {
		n = npages - done;
		kva = uvm_pager_map(pgs + done, &n, UVMPAGER_MAPIN_WRITE);
		off = pgs[done]->offset;
		todo = off < vp->v_size ?
		    MIN((off_t)n << PAGE_SHIFT, vp->v_size - off) : 0;
		error2 = todo > 0 ? compat_rw(vp, (void *)kva, todo, off,
		    UIO_WRITE, &resid) : 0;
		uvm_pagermapout(kva, n);
		uvm_aio_aiodone_pages(pgs + done, n, true, error2);
		if (error == 0)
			error = error2;
	}
	return error;
}

/*
 * VOP_GETPAGES by VOP_READ, one page after the other.
 */
int
genfs_compat_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uvm_object *uobj = &vp->v_uobj;
	struct vm_page *pg;
	unsigned int n = *ap->a_count;
	size_t resid;
	int error, i;

	if ((ap->a_flags & PGO_LOCKED) || ap->a_m == NULL) {
		if (ap->a_m == NULL)
			rw_exit(uobj->vmobjlock);
		return EBUSY;
	}
	if (ap->a_offset >= vp->v_size && !(ap->a_flags & PGO_PASTEOF)) {
		rw_exit(uobj->vmobjlock);
		return EINVAL;
	}
	(void)uvn_findpages(uobj, ap->a_offset, &n, ap->a_m, NULL, UFP_ALL);
	rw_exit(uobj->vmobjlock);
	for (error = 0, i = 0; i < n && error == 0; i++) {
		pg = ap->a_m[i];
		if (pg == PGO_DONTCARE || (pg->flags & PG_FAKE) == 0)
			continue;
		error = compat_rw(vp, VM_PAGE_VA(pg), PAGE_SIZE, pg->offset,
		    UIO_READ, &resid);
		if (error == 0)
			memset((char *)VM_PAGE_VA(pg) + PAGE_SIZE - resid, 0,
			    resid);
	}
	rw_enter(uobj->vmobjlock, RW_WRITER);
	if (error != 0) {
		for (i = 0; i < n; i++)
			if (ap->a_m[i] != PGO_DONTCARE &&
			    (ap->a_m[i]->flags & PG_FAKE))
				ap->a_m[i]->flags |= PG_RELEASED;
		uvm_page_unbusy(ap->a_m, n);
	}
	for (i = 0; i < n && error == 0; i++)
		if (ap->a_m[i] != PGO_DONTCARE)
			ap->a_m[i]->flags &= ~PG_FAKE;
	rw_exit(uobj->vmobjlock);
	return error;
}

/*
 * Transfers past the cache.  None is made: the caller finds the uio as it was
 * and goes through the cache.
 */
void
genfs_directio(struct vnode *vp, struct uio *uio, int ioflag)
{

	KASSERT(vp->v_type == VREG);
	KASSERT(ioflag & IO_DIRECT);
}
