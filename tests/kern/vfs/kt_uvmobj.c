/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_uvmobj: objects, their pages and what is known about these,
 * and vnodes as objects, on a file of the test's own file system.
 */
#include "kfs.h"

#include <sys/buf.h>
#include <sys/rwlock.h>

#include <uvm/uvm.h>
#include <uvm/uvm_page_array.h>
#include <uvm/uvm_readahead.h>

void	rump_kt_object(void);
void	rump_kt_lock(void);
void	rump_kt_page(void);
void	rump_kt_tags(void);
void	rump_kt_status(void);
void	rump_kt_wire(void);
void	rump_kt_find(void);
void	rump_kt_size(void);
void	rump_kt_zero(void);
void	rump_kt_partial(void);
void	rump_kt_ahead(void);
void	rump_kt_misuse(int);

static const struct uvm_pagerops nopager;

void
rump_kt_object(void)
{
	struct uvm_object uo;

	uvm_obj_init(&uo, &nopager, true, 3);
	KT_EQ(3, uo.uo_refs);
	KT_EQ(0, uo.uo_npages);
	KT(uo.pgops == &nopager && uo.vmobjlock != NULL);
	KT(!UVM_OBJ_IS_VNODE(&uo) && !UVM_OBJ_IS_AOBJ(&uo));
	rw_enter(uo.vmobjlock, RW_READER);
	KT(uvm_pagelookup(&uo, 0) == NULL);
	KT(uvm_obj_clean_p(&uo));
	KT(uvm_obj_nowriteback_p(&uo));
	rw_exit(uo.vmobjlock);
	uvm_obj_destroy(&uo, true);
	KT(uo.vmobjlock == NULL);
}

/* A lock of its own, that of another object, a fresh one. */
void
rump_kt_lock(void)
{
	struct uvm_object a, b;

	uvm_obj_init(&a, &nopager, true, 1);
	uvm_obj_init(&b, &nopager, false, 1);
	KT(b.vmobjlock == NULL);
	rw_obj_hold(a.vmobjlock);
	uvm_obj_setlock(&b, a.vmobjlock);
	KT(a.vmobjlock == b.vmobjlock);
	KT_EQ(2, rw_obj_refcnt(a.vmobjlock));
	uvm_obj_setlock(&b, NULL);
	KT(a.vmobjlock != b.vmobjlock);
	KT_EQ(1, rw_obj_refcnt(a.vmobjlock));
	uvm_obj_destroy(&b, true);
	uvm_obj_destroy(&a, false);
	KT(a.vmobjlock != NULL);
	rw_obj_free(a.vmobjlock);
}

static struct vnode *
file(uint32_t n)
{
	struct vnode *vp, *root;

	KT_EQ(0, kfs_mount_on("/k", 0));
	root = kt_namei("/k");
	vp = kfs_get(root->v_mount, n);
	vrele(root);
	return vp;
}

static void
file_done(struct vnode *vp)
{

	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	KT_EQ(0, vp->v_uobj.uo_npages);
	rw_exit(vp->v_uobj.vmobjlock);
	vrele(vp);
	KT_EQ(0, kfs_unmount_from("/k"));
}

void
rump_kt_page(void)
{
	struct vnode *vp = file(5);
	struct uvm_object *uo = &vp->v_uobj;
	struct vm_page *pg, *other;
	u_int i;

	KT(UVM_OBJ_IS_VNODE(uo));
	rw_enter(uo->vmobjlock, RW_WRITER);
	pg = uvm_pagealloc(uo, PAGE_SIZE, NULL, UVM_PGA_ZERO);
	KT(pg != NULL && pg->offset == PAGE_SIZE && pg->uobject == uo);
	KT_EQ(PG_BUSY, pg->flags & (PG_BUSY | PG_FAKE));
	KT_EQ(1, uo->uo_npages);
	for (i = 0; i < PAGE_SIZE; i++)
		KT(((char *)VM_PAGE_VA(pg))[i] == 0);
	KT(uvm_pagelookup(uo, PAGE_SIZE) == pg);
	KT(uvm_pagelookup(uo, 0) == NULL);
	KT(uvm_page_owner_locked_p(pg, true));
	KT(uvm_pageismanaged(VM_PAGE_TO_PHYS(pg)));
	KT(!uvm_pageismanaged((paddr_t)(uintptr_t)&i));

	/* what is not zeroed is not filled yet; a copy makes it */
	other = uvm_pagealloc(uo, 0, NULL, 0);
	KT(other != NULL && (other->flags & PG_FAKE) != 0);
	memset(VM_PAGE_VA(pg), 0x5a, PAGE_SIZE);
	uvm_pagecopy(pg, other);
	KT(memcmp(VM_PAGE_VA(pg), VM_PAGE_VA(other), PAGE_SIZE) == 0);
	uvm_pagezero(pg);
	KT(*(char *)VM_PAGE_VA(pg) == 0);

	/* hints and the queue; nothing of it frees a page */
	uvm_pagelock(pg);
	uvm_pageactivate(pg);
	uvm_pagedeactivate(pg);
	uvm_pageunlock(pg);
	uvm_pagelock2(pg, other);
	uvm_pagedequeue(pg);
	uvm_pageenqueue(pg);
	uvm_pageunlock2(pg, other);
	KT_EQ(2, uo->uo_npages);
	pg->flags |= PG_RDONLY;
	KT(uvm_pagereadonly_p(pg));
	pg->flags &= ~PG_RDONLY;

	/* freed by its owner, or when it is no longer busy */
	uvm_pagewakeup(pg);
	uvm_pagefree(pg);
	KT_EQ(1, uo->uo_npages);
	KT(uvm_pagelookup(uo, PAGE_SIZE) == NULL);
	other->flags |= PG_RELEASED;
	uvm_page_unbusy(&other, 1);
	KT_EQ(0, uo->uo_npages);
	rw_exit(uo->vmobjlock);
	file_done(vp);
}

void
rump_kt_tags(void)
{
	struct vnode *vp = file(6);
	struct uvm_object *uo = &vp->v_uobj;
	struct vm_page *pg;

	rw_enter(uo->vmobjlock, RW_WRITER);
	pg = uvm_pagealloc(uo, 0, NULL, UVM_PGA_ZERO);
	KT(!uvm_obj_page_dirty_p(pg) && !uvm_obj_page_writeback_p(pg));
	KT(uvm_obj_clean_p(uo) && uvm_obj_nowriteback_p(uo));
	uvm_obj_page_set_dirty(pg);
	KT(uvm_obj_page_dirty_p(pg) && !uvm_obj_clean_p(uo));
	uvm_obj_page_set_writeback(pg);
	KT(uvm_obj_page_writeback_p(pg) && !uvm_obj_nowriteback_p(uo));
	uvm_obj_page_clear_dirty(pg);
	KT(uvm_obj_clean_p(uo) && !uvm_obj_nowriteback_p(uo));
	uvm_obj_page_clear_writeback(pg);
	KT(uvm_obj_nowriteback_p(uo));
	uvm_pagefree(pg);
	rw_exit(uo->vmobjlock);
	file_done(vp);
}

/* Clean, dirty, unknown: the last two have to be written. */
void
rump_kt_status(void)
{
	struct vnode *vp = file(7);
	struct uvm_object *uo = &vp->v_uobj;
	struct vm_page *pg;

	rw_enter(uo->vmobjlock, RW_WRITER);
	pg = uvm_pagealloc(uo, 0, NULL, UVM_PGA_ZERO);
	KT_EQ(UVM_PAGE_STATUS_CLEAN, uvm_pagegetdirty(pg));
	KT(!uvm_pagecheckdirty(pg, false));
	uvm_pagemarkdirty(pg, UVM_PAGE_STATUS_DIRTY);
	KT_EQ(UVM_PAGE_STATUS_DIRTY, uvm_pagegetdirty(pg));
	KT(!uvm_obj_clean_p(uo));
	/* somebody has to write it some time */
	KT((vp->v_iflag & VI_ONWORKLST) != 0);
	uvm_pagemarkdirty(pg, UVM_PAGE_STATUS_UNKNOWN);
	KT(!uvm_obj_clean_p(uo));
	KT(uvm_pagecheckdirty(pg, true));
	KT_EQ(UVM_PAGE_STATUS_CLEAN, uvm_pagegetdirty(pg));
	KT(uvm_obj_clean_p(uo));
	uvm_pagemarkdirty(pg, UVM_PAGE_STATUS_DIRTY);
	uvm_pagefree(pg);
	KT(uvm_obj_clean_p(uo));
	rw_exit(uo->vmobjlock);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KT_EQ(0, vinvalbuf(vp, 0, kauth_cred_get(), curlwp, false, 0));
	VOP_UNLOCK(vp);
	file_done(vp);
}

/* Wired pages are there and stay. */
void
rump_kt_wire(void)
{
	struct uvm_object *uo = uao_create(8 * PAGE_SIZE, 0);
	const int wired = uvmexp.wired;
	struct pglist list;
	struct vm_page *pg;
	int n = 0;

	TAILQ_INIT(&list);
	KT_EQ(0, uvm_obj_wirepages(uo, PAGE_SIZE, 4 * PAGE_SIZE, &list));
	TAILQ_FOREACH(pg, &list, pageq.queue) {
		KT_EQ(1, pg->wire_count);
		KT_EQ(++n * PAGE_SIZE, pg->offset);
	}
	KT_EQ(3, n);
	KT_EQ(3, uo->uo_npages);
	KT_EQ(wired + 3, uvmexp.wired);
	KT_EQ(0, uvm_obj_wirepages(uo, PAGE_SIZE, 2 * PAGE_SIZE, NULL));
	KT_EQ(wired + 3, uvmexp.wired);
	uvm_obj_unwirepages(uo, PAGE_SIZE, 2 * PAGE_SIZE);
	uvm_obj_unwirepages(uo, PAGE_SIZE, 4 * PAGE_SIZE);
	KT_EQ(wired, uvmexp.wired);
	uao_set_pgfl(uo, 0);
	ubc_purge(uo);
	uao_detach(uo);
}

/* uvn_findpages(): busy pages, made ones, and where the flags say stop. */
void
rump_kt_find(void)
{
	struct vnode *vp = file(8);
	struct uvm_object *uo = &vp->v_uobj;
	struct vm_page *pgs[4] = { NULL };
	unsigned int n = 4;

	rw_enter(uo->vmobjlock, RW_WRITER);
	KT_EQ(0, uvn_findpages(uo, 0, &n, pgs, NULL, UFP_NOALLOC));
	n = 2;
	KT_EQ(2, uvn_findpages(uo, 0, &n, pgs, NULL, UFP_ALL));
	KT_EQ(2, n);
	KT_EQ(2, uo->uo_npages);
	KT((pgs[0]->flags & PG_BUSY) && pgs[1]->offset == PAGE_SIZE);
	n = 1;
	pgs[2] = NULL;
	KT_EQ(0, uvn_findpages(uo, 0, &n, &pgs[2], NULL, UFP_NOWAIT));
	n = 1;
	pgs[2] = NULL;
	KT_EQ(0, uvn_findpages(uo, 0, &n, &pgs[2], NULL, UFP_NOBUSY));
	uvm_page_unbusy(pgs, 2);
	n = 1;
	pgs[2] = NULL;
	KT_EQ(0, uvn_findpages(uo, 0, &n, &pgs[2], NULL, UFP_NOCACHE));
	n = 1;
	pgs[2] = NULL;
	KT_EQ(0, uvn_findpages(uo, 0, &n, &pgs[2], NULL, UFP_DIRTYONLY));
	n = 4;
	memset(pgs, 0, sizeof(pgs));
	KT_EQ(2, uvn_findpages(uo, 0, &n, pgs, NULL, UFP_NOALLOC));
	KT_EQ(2, n);
	uvm_pagefree(pgs[0]);
	uvm_pagefree(pgs[1]);
	rw_exit(uo->vmobjlock);
	KT(!uvn_text_p(uo));
	KT(!uvn_needs_writefault_p(uo));
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	vn_markexec(vp);
	VOP_UNLOCK(vp);
	KT(uvn_text_p(uo));
	KT(uvm_vnp_uncache(vp));
	file_done(vp);
}

/* Pages behind the end go when a file becomes shorter. */
void
rump_kt_size(void)
{
	struct vnode *vp = file(9);
	struct uvm_object *uo = &vp->v_uobj;
	struct vm_page *pgs[3];

	uvm_vnp_setsize(vp, 3 * PAGE_SIZE);
	KT_EQ(3 * PAGE_SIZE, vp->v_size);
	KT_EQ(3 * PAGE_SIZE, vp->v_writesize);
	rw_enter(uo->vmobjlock, RW_WRITER);
	KT_EQ(3, uvm_pagealloc_run(uo, 0, 3, UVM_PGA_ZERO, pgs));
	uvm_page_unbusy(pgs, 3);
	rw_exit(uo->vmobjlock);
	uvm_vnp_setwritesize(vp, 5 * PAGE_SIZE);
	KT_EQ(5 * PAGE_SIZE, vp->v_writesize);
	KT_EQ(3 * PAGE_SIZE, vp->v_size);
	uvm_vnp_setsize(vp, 5 * PAGE_SIZE);
	KT_EQ(3, uo->uo_npages);
	uvm_vnp_setsize(vp, PAGE_SIZE + 1);
	KT_EQ(2, uo->uo_npages);
	uvm_vnp_setsize(vp, PAGE_SIZE);
	KT_EQ(1, uo->uo_npages);
	uvm_vnp_setsize(vp, 0);
	file_done(vp);
}

static int
move(struct uvm_object *uo, void *buf, size_t len, off_t off, int flags,
    size_t *resid)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_offset = off,
		.uio_resid = len,
		.uio_rw = (flags & UBC_READ) ? UIO_READ : UIO_WRITE
	};
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	error = ubc_uiomove(uo, &uio, len, UVM_ADV_NORMAL, flags);
	*resid = uio.uio_resid;
	return error;
}

void
rump_kt_zero(void)
{
	struct uvm_object *uo = uao_create(0, 0);
	char *buf = kmem_alloc(2 * PAGE_SIZE, KM_SLEEP);
	size_t resid;
	int i;

	memset(buf, 'x', 2 * PAGE_SIZE);
	KT_EQ(0, move(uo, buf, 2 * PAGE_SIZE, 0, UBC_WRITE, &resid));
	ubc_zerorange(uo, 100, PAGE_SIZE, 0);
	KT_EQ(0, move(uo, buf, 2 * PAGE_SIZE, 0, UBC_READ, &resid));
	KT_EQ(0, resid);
	for (i = 0; i < 2 * PAGE_SIZE; i++)
		KT_EQ(i >= 100 && i < PAGE_SIZE + 100 ? 0 : 'x', buf[i]);
	ubc_zerorange(uo, 0, 0, 0);
	KT_EQ(0, move(uo, buf, 1, 0, UBC_READ, &resid));
	KT_EQ('x', buf[0]);
	kmem_free(buf, 2 * PAGE_SIZE);
	uao_detach(uo);
}

static int bad_after;

/* A pager that gives pages until it fails. */
static int
bad_get(struct uvm_object *uo, voff_t off, struct vm_page **pgs, int *npages,
    int centre, vm_prot_t prot, int advice, int flags)
{
	int i;

	for (i = 0; i < *npages && off / PAGE_SIZE + i < bad_after; i++) {
		pgs[i] = uvm_pagelookup(uo, off + i * PAGE_SIZE);
		if (pgs[i] == NULL) {
			pgs[i] = uvm_pagealloc(uo, off + i * PAGE_SIZE, NULL,
			    UVM_PGA_ZERO);
			KT(pgs[i] != NULL);
		} else
			pgs[i]->flags |= PG_BUSY;
	}
	if (i < *npages && i > 0)
		uvm_page_unbusy(pgs, i);
	rw_exit(uo->vmobjlock);
	return i < *npages ? EIO : 0;
}

static const struct uvm_pagerops bad_pager = { .pgo_get = bad_get };

/* An error stops a copy; UBC_PARTIALOK tells how far it came. */
void
rump_kt_partial(void)
{
	struct uvm_object uo;
	const size_t len = 4 * UBC_MAX_PAGES * PAGE_SIZE;
	char *buf = kmem_zalloc(len, KM_SLEEP);
	struct vm_page *pg;
	size_t resid;
	voff_t off;

	bad_after = 2 * UBC_MAX_PAGES;
	uvm_obj_init(&uo, &bad_pager, true, 1);
	KT_EQ(EIO, move(&uo, buf, len, 0, UBC_READ | UBC_PARTIALOK, &resid));
	KT(resid >= len - bad_after * PAGE_SIZE && resid <= len);
	KT_EQ(EIO, move(&uo, buf, PAGE_SIZE, bad_after * PAGE_SIZE, UBC_READ,
	    &resid));
	KT_EQ(0, move(&uo, buf, PAGE_SIZE, 0, UBC_READ, &resid));
	KT_EQ(0, resid);
	rw_enter(uo.vmobjlock, RW_WRITER);
	for (off = 0; off < bad_after; off++) {
		pg = uvm_pagelookup(&uo, off * PAGE_SIZE);
		if (pg != NULL)
			uvm_pagefree(pg);
	}
	rw_exit(uo.vmobjlock);
	uvm_obj_destroy(&uo, true);
	kmem_free(buf, len);
}

/* The window grows while a file is read in order. */
void
rump_kt_ahead(void)
{
	struct vnode *vp = file(11);
	struct uvm_object *uo = &vp->v_uobj;
	struct uvm_ractx *ra = uvm_ra_allocctx();

	KT_EQ(0, ra->ra_winsize);
	rw_enter(uo->vmobjlock, RW_WRITER);
	uvm_ra_request(ra, UVM_ADV_RANDOM, uo, 0, PAGE_SIZE);
	KT_EQ(0, ra->ra_winsize);
	uvm_ra_request(ra, UVM_ADV_NORMAL, uo, 0, PAGE_SIZE);
	KT_EQ(PAGE_SIZE, ra->ra_next);
	uvm_ra_request(ra, UVM_ADV_NORMAL, uo, PAGE_SIZE, PAGE_SIZE);
	KT(ra->ra_winsize > 0);
	KT_EQ(2 * PAGE_SIZE, ra->ra_next);
	uvm_ra_request(ra, UVM_ADV_NORMAL, uo, 1 << 30, PAGE_SIZE);
	KT_EQ(0, ra->ra_winsize);
	rw_exit(uo->vmobjlock);
	uvm_ra_freectx(ra);
	file_done(vp);
}

/* Each ends in the panic that t_uvmobj.c has the text of. */
void
rump_kt_misuse(int what)
{
	struct vnode *vp = file(12);
	struct uvm_object *uo = &vp->v_uobj;
	struct vm_page *pg;

	if (what == 0)
		(void)uvm_pagelookup(uo, 0);
	if (what == 1)
		(void)uvm_obj_clean_p(uo);
	rw_enter(uo->vmobjlock, RW_WRITER);
	pg = uvm_pagealloc(uo, 0, NULL, UVM_PGA_ZERO);
	switch (what) {
	case 2:
		uvm_obj_destroy(uo, true);
		break;
	case 3:
		uvm_page_unbusy(&pg, 1);
		uvm_page_unbusy(&pg, 1);
		break;
	case 4:
		uvm_pageunwire(pg);
		break;
	case 5:
		uvm_pagewire(pg);
		uvm_pagefree(pg);
		break;
	case 6:
		(void)uvm_pagealloc(uo, 17, NULL, 0);
		break;
	case 7:
		rw_exit(uo->vmobjlock);
		uvm_pagefree(pg);
		break;
	}
}
