/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_bio.c: ubc(9), copying between a memory object and a uio.  Every read
 * and write of a file's data passes through ubc_uiomove().
 *
 * Pages that are there are copied straight, under vmobjlock as reader or
 * writer, neighbours in memory in one piece.  Otherwise the pager is asked for
 * a batch of pages, which come back busy and are copied without the lock.
 * Data of remote clients is moved through a bounce buffer, so that no lock is
 * held while the client is asked.
 *
 * The caller holds the vnode lock (shared to read), not vmobjlock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

#include "uvm_private.h"

#define	UBC_BATCH	32			/* pages handled at once */
#define	UBC_WINDOW	(UBC_BATCH * PAGE_SIZE)

CTASSERT(UBC_BATCH <= UVM_BATCH);

/* One call of ubc_uiomove(); private to its thread. */
struct ubc_copy {
	struct uvm_object *uc_uobj;
	struct uio	*uc_uio;	/* NULL: zeros are written */
	voff_t		uc_off;		/* where we are */
	vsize_t		uc_left;	/* bytes to go */
	int		uc_advice;
	int		uc_flags;	/* UBC_* */
	char		*uc_bounce;	/* one page, for remote data */
};

const struct uvm_pagerops ubc_pager;

void
ubc_init(void)
{

	KASSERT(uvmexp.pagesize == PAGE_SIZE);
}

/*
 * There are no mappings that could be stale.
 */
void
ubc_purge(struct uvm_object *uobj)
{

	KASSERT(LIST_EMPTY(&uobj->uo_ubc));
}

static void
ubc_advance(struct ubc_copy *uc, vsize_t len)
{

	KASSERT(len <= uc->uc_left);
	uc->uc_off += len;
	uc->uc_left -= len;
}

/*
 * Can the uio's memory be touched with locks held?
 */
static bool
uio_local_p(const struct uio *uio)
{

	return uio == NULL || uio->uio_vmspace == rump_vmspace_local ||
	    VMSPACE_IS_KERNEL_P(uio->uio_vmspace);
}

/*
 * Move len bytes between kernel memory and the uio, or clear them.
 */
static int
ubc_move(struct ubc_copy *uc, void *mem, vsize_t len)
{

	if (uc->uc_uio == NULL) {
		memset(mem, 0, len);
		return 0;
	}
	return uiomove(mem, len, uc->uc_uio);
}

/*
 * From pgs[0], at uc_off, as many bytes as are adjacent in memory.
 */
static vsize_t
ubc_adjacent(const struct ubc_copy *uc, struct vm_page **pgs, int npgs)
{
	vsize_t len = PAGE_SIZE - (uc->uc_off & PAGE_MASK);
	int i;

	for (i = 1; i < npgs && len < uc->uc_left; i++) {
		if (pgs[i]->phys_addr != pgs[i - 1]->phys_addr + PAGE_SIZE)
			break;
		len += PAGE_SIZE;
	}
	return MIN(len, uc->uc_left);
}

static void *
ubc_va(const struct ubc_copy *uc, struct vm_page *pg)
{

	return (char *)VM_PAGE_VA(pg) + (uc->uc_off & PAGE_MASK);
}

/*
 * Copy to or from npgs consecutive pages beginning with the one of uc_off.
 */
static int
ubc_copy_pages(struct ubc_copy *uc, struct vm_page **pgs, int npgs)
{
	vsize_t len;
	int error, i;

	for (i = 0; i < npgs && uc->uc_left > 0;) {
		len = ubc_adjacent(uc, pgs + i, npgs - i);
		error = ubc_move(uc, ubc_va(uc, pgs[i]), len);
		if (error != 0)
			return error;
		i += ((uc->uc_off & PAGE_MASK) + len + PAGE_MASK) >>
		    PAGE_SHIFT;
		ubc_advance(uc, len);
	}
	return 0;
}

/*
 * How many pages the rest of the copy touches, at most a batch.
 */
static int
ubc_npages(const struct ubc_copy *uc)
{
	vsize_t n;

	n = ((uc->uc_off & PAGE_MASK) + uc->uc_left + PAGE_MASK) >> PAGE_SHIFT;
	return MIN(n, UBC_BATCH);
}

/*
 * May the contents of a page be read under vmobjlock?  Busy pages may while
 * they are on their way out.
 */
static bool
ubc_readable_p(struct vm_page *pg)
{

	if (pg->flags & PG_FAKE)
		return false;
	return (pg->flags & PG_BUSY) == 0 || uvm_obj_page_writeback_p(pg);
}

static bool
ubc_writable_p(struct vm_page *pg)
{

	return (pg->flags & (PG_BUSY | PG_FAKE | PG_RDONLY)) == 0;
}

/*
 * The resident pages from uc_off on, as far as they follow each other and
 * are usable.
 */
static int
ubc_resident(struct ubc_copy *uc, struct vm_page **pgs, bool write)
{
	struct uvm_object *uobj = uc->uc_uobj;
	int i, n;

	n = ubc_npages(uc);
	if (n == 1) {
		pgs[0] = uvm_pagelookup(uobj, trunc_page(uc->uc_off));
		n = pgs[0] != NULL;
	} else {
		n = radix_tree_gang_lookup_node(&uobj->uo_pages,
		    uc->uc_off >> PAGE_SHIFT, (void **)pgs, n, true);
	}
	for (i = 0; i < n; i++) {
		if (!(write ? ubc_writable_p(pgs[i]) :
		    ubc_readable_p(pgs[i])))
			break;
		uvm_page_touch(pgs[i]);
	}
	return i;
}

/*
 * Read-ahead pages have been used: go on reading ahead.
 */
static void
ubc_readahead(struct ubc_copy *uc, voff_t off, vsize_t len)
{
	struct uvm_object *uobj = uc->uc_uobj;
	struct vnode *vp;
	struct vm_page *pg;
	voff_t o;

	if (!UVM_OBJ_IS_VNODE(uobj))
		return;
	vp = container_of(uobj, struct vnode, v_uobj);
	if (vp->v_type != VREG)
		return;
	rw_enter(uobj->vmobjlock, RW_WRITER);
	for (o = trunc_page(off); o < off + (voff_t)len; o += PAGE_SIZE) {
		pg = uvm_pagelookup(uobj, o);
		if (pg != NULL)
			pg->flags &= ~PG_READAHEAD;
	}
	if (vp->v_ractx != NULL)
		uvm_ra_request(vp->v_ractx, uc->uc_advice, uobj, off, len);
	rw_exit(uobj->vmobjlock);
}

/*
 * Move what is resident, holding the lock.  *progress tells whether there was
 * anything.
 */
static int
ubc_read_resident(struct ubc_copy *uc, bool *progress)
{
	struct vm_page *pgs[UBC_BATCH];
	const voff_t off = uc->uc_off;
	int error, i, n;
	bool ra;

	rw_enter(uc->uc_uobj->vmobjlock, RW_READER);
	n = ubc_resident(uc, pgs, false);
	for (i = 0, ra = false; i < n; i++)
		ra |= (pgs[i]->flags & PG_READAHEAD) != 0;
	error = ubc_copy_pages(uc, pgs, n);
	rw_exit(uc->uc_uobj->vmobjlock);
	*progress = n > 0;
	if (__predict_false(ra) && error == 0)
		ubc_readahead(uc, off, uc->uc_off - off);
	return error;
}

/*
 * An anonymous object has no page here, which reads as zeros.
 */
static int
ubc_read_zeros(struct ubc_copy *uc)
{
	static const char zeros[PAGE_SIZE];
	vsize_t len;
	int error;

	len = MIN(uc->uc_left, PAGE_SIZE - (uc->uc_off & PAGE_MASK));
	error = uiomove(__UNCONST(zeros), len, uc->uc_uio);
	if (error == 0)
		ubc_advance(uc, len);
	return error;
}

static void
ubc_unbusy(struct uvm_object *uobj, struct vm_page **pgs, int n, bool dirty)
{
	int i;

	rw_enter(uobj->vmobjlock, RW_WRITER);
	for (i = 0; i < n; i++) {
		pgs[i]->flags &= ~(PG_FAKE | PG_READAHEAD);
		if (dirty)
			uvm_pagemarkdirty(pgs[i], UVM_PAGE_STATUS_DIRTY);
	}
	uvm_page_unbusy(pgs, n);
	rw_exit(uobj->vmobjlock);
}

/*
 * Busy pages from the pager, from uc_off on.  The lock is held as writer and
 * dropped.  *np is how many.
 */
static int
ubc_get(struct ubc_copy *uc, struct vm_page **pgs, int *np, vm_prot_t access,
    int flags)
{
	struct uvm_object *uobj = uc->uc_uobj;

	KASSERT(rw_write_held(uobj->vmobjlock));
	*np = ubc_npages(uc);
	memset(pgs, 0, *np * sizeof(pgs[0]));
	return (*uobj->pgops->pgo_get)(uobj, trunc_page(uc->uc_off), pgs, np,
	    0, access, uc->uc_advice, flags | PGO_SYNCIO);
}

static int
ubc_read_paged(struct ubc_copy *uc)
{
	struct uvm_object *uobj = uc->uc_uobj;
	struct vm_page *pgs[UBC_BATCH], *pg;
	int error, n;

	rw_enter(uobj->vmobjlock, RW_WRITER);
	pg = uvm_pagelookup(uobj, trunc_page(uc->uc_off));
	if (pg == NULL && UVM_OBJ_IS_AOBJ(uobj)) {
		rw_exit(uobj->vmobjlock);
		return ubc_read_zeros(uc);
	}
	error = ubc_get(uc, pgs, &n, VM_PROT_READ, PGO_NOTIMESTAMP);
	if (error != 0)
		return error;
	error = ubc_copy_pages(uc, pgs, n);
	ubc_unbusy(uobj, pgs, n, false);
	return error;
}

static int
ubc_read(struct ubc_copy *uc)
{
	bool progress;
	int error;

	error = 0;
	while (uc->uc_left > 0 && error == 0) {
		error = ubc_read_resident(uc, &progress);
		if (error == 0 && !progress)
			error = ubc_read_paged(uc);
	}
	return error;
}

/*
 * Overwrite resident pages, with the lock held as writer.
 */
static int
ubc_write_resident(struct ubc_copy *uc, bool *progress)
{
	struct vm_page *pgs[UBC_BATCH];
	int error, i, n;

	KASSERT(rw_write_held(uc->uc_uobj->vmobjlock));
	n = ubc_resident(uc, pgs, true);
	error = ubc_copy_pages(uc, pgs, n);
	for (i = 0; i < n; i++)
		uvm_pagemarkdirty(pgs[i], UVM_PAGE_STATUS_DIRTY);
	*progress = n > 0;
	return error;
}

/*
 * New pages hold nothing yet: clear what of the first and of the last one
 * will not be written to.
 */
static void
ubc_clear_edges(struct ubc_copy *uc, struct vm_page **pgs, int n)
{
	const vsize_t first = uc->uc_off & PAGE_MASK;
	const vsize_t end = first + uc->uc_left;
	const vsize_t last = (vsize_t)(n - 1) << PAGE_SHIFT;

	if (first != 0 && (pgs[0]->flags & PG_FAKE))
		memset(VM_PAGE_VA(pgs[0]), 0, first);
	if (end < last + PAGE_SIZE && (pgs[n - 1]->flags & PG_FAKE))
		memset((char *)VM_PAGE_VA(pgs[n - 1]) + (end - last), 0,
		    last + PAGE_SIZE - end);
}

/*
 * A copy into new pages failed at uc_off: clear the rest of them.
 */
static void
ubc_clear_rest(voff_t from, voff_t base, struct vm_page **pgs, int n)
{
	vsize_t skip;
	int i;

	i = (trunc_page(from) - base) >> PAGE_SHIFT;
	for (skip = from & PAGE_MASK; i < n; i++, skip = 0)
		if (pgs[i]->flags & PG_FAKE)
			memset((char *)VM_PAGE_VA(pgs[i]) + skip, 0,
			    PAGE_SIZE - skip);
}

/*
 * Write to pages the pager supplies.  The lock is held and dropped.
 */
static int
ubc_write_paged(struct ubc_copy *uc)
{
	struct uvm_object *uobj = uc->uc_uobj;
	struct vm_page *pgs[UBC_BATCH];
	const voff_t base = trunc_page(uc->uc_off);
	const bool overwrite = (uc->uc_flags & UBC_FAULTBUSY) != 0 ||
	    UVM_OBJ_IS_AOBJ(uobj);
	int error, n;

	error = ubc_get(uc, pgs, &n, VM_PROT_READ | VM_PROT_WRITE, overwrite ?
	    PGO_OVERWRITE | PGO_PASTEOF | PGO_NOBLOCKALLOC | PGO_NOTIMESTAMP :
	    PGO_NOTIMESTAMP);
	if (error != 0)
		return error;
	KASSERT(n > 0);
	ubc_clear_edges(uc, pgs, n);
	error = ubc_copy_pages(uc, pgs, n);
	if (error != 0)
		ubc_clear_rest(uc->uc_off, base, pgs, n);
	ubc_unbusy(uobj, pgs, n, true);
	return error;
}

static int
ubc_write(struct ubc_copy *uc)
{
	struct uvm_object *uobj = uc->uc_uobj;
	bool progress;
	int error;

	error = 0;
	while (uc->uc_left > 0 && error == 0) {
		rw_enter(uobj->vmobjlock, RW_WRITER);
		error = ubc_write_resident(uc, &progress);
		if (error == 0 && !progress)
			error = ubc_write_paged(uc);
		else
			rw_exit(uobj->vmobjlock);
	}
	return error;
}

/*
 * Remote data, a bounce buffer's worth at a time.  After a failed copy out
 * of the object the uio has not moved, which is what callers expect.
 */
static int
ubc_remote(struct ubc_copy *uc)
{
	struct uio *uio = uc->uc_uio, kuio;
	const bool write = (uc->uc_flags & UBC_WRITE) != 0;
	struct iovec iov;
	vsize_t len, total;
	int error;

	total = uc->uc_left;
	uc->uc_bounce = kmem_alloc(UBC_WINDOW, KM_SLEEP);
	for (error = 0; total > 0 && error == 0; total -= len) {
		len = MIN(total, UBC_WINDOW);
		if (write)
			error = uiomove(uc->uc_bounce, len, uio);
		if (error != 0)
			break;
		iov.iov_base = uc->uc_bounce;
		iov.iov_len = len;
		kuio = *uio;
		kuio.uio_iov = &iov;
		kuio.uio_iovcnt = 1;
		kuio.uio_resid = len;
		UIO_SETUP_SYSSPACE(&kuio);
		uc->uc_uio = &kuio;
		uc->uc_left = len;
		error = write ? ubc_write(uc) : ubc_read(uc);
		if (error == 0 && !write)
			error = uiomove(uc->uc_bounce, len, uio);
	}
	uc->uc_left = total;
	kmem_free(uc->uc_bounce, UBC_WINDOW);
	return error;
}

/*
 * After a failed overwrite without UBC_PARTIALOK the rest of the range has
 * to read as zeros: the file system has already extended the file.
 */
static void
ubc_zero_rest(struct ubc_copy *uc)
{

	uc->uc_uio = NULL;
	(void)ubc_write(uc);
}

int
ubc_uiomove(struct uvm_object *uobj, struct uio *uio, vsize_t todo, int advice,
    int flags)
{
	struct ubc_copy uc = {
		.uc_uobj = uobj,
		.uc_uio = uio,
		.uc_off = uio->uio_offset,
		.uc_left = todo,
		.uc_advice = advice,
		.uc_flags = flags,
	};
	const bool write = (flags & UBC_WRITE) != 0;
	int error;

	KASSERT(todo <= uio->uio_resid);
	KASSERT(write == (uio->uio_rw == UIO_WRITE));
	if (__predict_false(!uio_local_p(uio)))
		error = ubc_remote(&uc);
	else
		error = write ? ubc_write(&uc) : ubc_read(&uc);
	if (!write)
		return error;
	if (error != 0 &&
	    (flags & (UBC_FAULTBUSY | UBC_PARTIALOK)) == UBC_FAULTBUSY)
		ubc_zero_rest(&uc);
	if (UVM_OBJ_IS_VNODE(uobj))
		uvm_dirty_throttle(uobj, uc.uc_off - todo, uc.uc_off);
	return error;
}

/*
 * What one page needs to be zeroed from uc_off on.  Pages that read as zeros
 * for want of backing store are left alone.
 */
static int
ubc_zero_page(struct ubc_copy *uc)
{
	struct uvm_object *uobj = uc->uc_uobj;
	const vsize_t off = uc->uc_off & PAGE_MASK;
	const vsize_t len = MIN(uc->uc_left, PAGE_SIZE - off);
	struct vm_page *pg;
	int error, n;
	bool hole;

	rw_enter(uobj->vmobjlock, RW_WRITER);
	pg = uvm_pagelookup(uobj, trunc_page(uc->uc_off));
	if (pg == NULL && UVM_OBJ_IS_AOBJ(uobj)) {
		rw_exit(uobj->vmobjlock);
		return 0;
	}
	n = 1;
	pg = NULL;
	error = (*uobj->pgops->pgo_get)(uobj, trunc_page(uc->uc_off), &pg, &n,
	    0, VM_PROT_READ, UVM_ADV_RANDOM,
	    PGO_SYNCIO | PGO_NOTIMESTAMP);
	if (error != 0)
		return error;
	hole = (pg->flags & PG_RDONLY) != 0;
	if (!hole)
		memset((char *)VM_PAGE_VA(pg) + off, 0, len);
	ubc_unbusy(uobj, &pg, 1, !hole);
	return 0;
}

/*
 * Zero a range.  Without UBC_FAULTBUSY holes stay holes.  Errors of reading
 * a page in leave it alone: it is read again, with the same error, by
 * whoever wants its contents.
 */
void
ubc_zerorange(struct uvm_object *uobj, off_t off, size_t len, int flags)
{
	struct ubc_copy uc = {
		.uc_uobj = uobj,
		.uc_off = off,
		.uc_left = len,
		.uc_advice = UVM_ADV_RANDOM,
		.uc_flags = flags,
	};
	vsize_t step;

	if (flags & UBC_FAULTBUSY) {
		(void)ubc_write(&uc);
		return;
	}
	for (; uc.uc_left > 0; ubc_advance(&uc, step)) {
		step = MIN(uc.uc_left, PAGE_SIZE - (uc.uc_off & PAGE_MASK));
		(void)ubc_zero_page(&uc);
	}
}
