/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_pages: memory objects, the page arena, mapping pages for
 * I/O, ubc on anonymous objects against a buffer as the model.
 */
#include "../base/kt.h"

#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/uio.h>
#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>
#include <uvm/uvm.h>
#include <uvm/uvm_page_array.h>

void	rump_kt_aobj_model(unsigned int);
void	rump_kt_aobj_free(void);
void	rump_kt_mapin(void);
void	rump_kt_array(void);
void	rump_kt_giveback(void);
void	rump_kt_busywait(void);

#define	MODEL	(96 * 1024)

static unsigned int seed;

static unsigned int
rnd(unsigned int n)
{

	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

static int
move(struct uvm_object *uobj, void *data, size_t len, off_t off,
    enum uio_rw rw)
{
	struct iovec iov = { .iov_base = data, .iov_len = len };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_offset = off,
		.uio_resid = len, .uio_rw = rw,
	};
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	error = ubc_uiomove(uobj, &uio, len, UVM_ADV_NORMAL,
	    rw == UIO_READ ? UBC_READ : UBC_WRITE);
	KT(error != 0 || uio.uio_resid == 0);
	return error;
}

static void
put(struct uvm_object *uobj, off_t lo, off_t hi, int flags)
{

	rw_enter(uobj->vmobjlock, RW_WRITER);
	KT_EQ(0, (*uobj->pgops->pgo_put)(uobj, lo, hi, flags));
}

static void
put_free(struct uvm_object *uobj, off_t lo, off_t hi)
{

	put(uobj, lo, hi, PGO_FREE);
}

static void
one_op(struct uvm_object *uobj, char *model, char *buf)
{
	size_t off = rnd(MODEL), len = 1 + rnd(MODEL - off), i;

	switch (rnd(5)) {
	case 0:
		len = MIN(len, 9000);
		/* FALLTHROUGH */
	case 1:
		for (i = 0; i < len; i++)
			buf[i] = model[off + i] = (char)rnd(256);
		KT_EQ(0, move(uobj, buf, len, off, UIO_WRITE));
		break;
	case 2:
		memset(model + off, 0, len);
		ubc_zerorange(uobj, off, len, rnd(2) ? UBC_FAULTBUSY : 0);
		break;
	case 3:
		off = trunc_page(off);
		len = trunc_page(len);
		if (len == 0)
			break;
		memset(model + off, 0, len);
		put_free(uobj, off, off + len);
		break;
	default:
		memset(buf, 0x55, len);
		KT_EQ(0, move(uobj, buf, len, off, UIO_READ));
		KT(memcmp(buf, model + off, len) == 0);
		break;
	}
}

/* Random reads, writes, zeroing and freeing. */
void
rump_kt_aobj_model(unsigned int s)
{
	struct uvm_object *uobj;
	char *model, *buf;
	int i;

	seed = s;
	model = kmem_zalloc(MODEL, KM_SLEEP);
	buf = kmem_alloc(MODEL, KM_SLEEP);
	uobj = uao_create(MODEL, 0);
	for (i = 0; i < 3000; i++)
		one_op(uobj, model, buf);
	KT_EQ(0, move(uobj, buf, MODEL, 0, UIO_READ));
	KT(memcmp(buf, model, MODEL) == 0);
	uao_detach(uobj);
	kmem_free(buf, MODEL);
	kmem_free(model, MODEL);
}

/* Holes cost nothing, and freeing a range frees exactly that. */
void
rump_kt_aobj_free(void)
{
	struct uvm_object *uobj = uao_create(0, 0);
	char c = 'x', r[3];

	KT_EQ(0, move(uobj, &c, 1, 0, UIO_WRITE));
	KT_EQ(0, move(uobj, &c, 1, (off_t)1 << 40, UIO_WRITE));
	KT_EQ(2, uobj->uo_npages);
	KT_EQ(0, move(uobj, r, 3, 123456789, UIO_READ));
	KT(r[0] == 0 && r[1] == 0 && r[2] == 0);
	KT_EQ(2, uobj->uo_npages);
	put_free(uobj, PAGE_SIZE, 0);
	KT_EQ(1, uobj->uo_npages);
	KT_EQ(0, move(uobj, r, 2, 0, UIO_READ));
	KT(r[0] == 'x' && r[1] == 0);

	/* What is cleaned, or is somebody else's too, stays. */
	put(uobj, 0, 0, PGO_ALLPAGES | PGO_CLEANIT | PGO_FREE);
	KT_EQ(1, uobj->uo_npages);
	uao_reference(uobj);
	put_free(uobj, 0, 0);
	KT_EQ(1, uobj->uo_npages);
	uao_detach(uobj);
	KT_EQ(1, uobj->uo_npages);
	uao_detach(uobj);
}

static void
mapin_check(struct vm_page **pgs, int n)
{
	vaddr_t va;
	int i;

	va = uvm_pagermapin(pgs, n,
	    UVMPAGER_MAPIN_READ | UVMPAGER_MAPIN_WAITOK);
	KT(va != 0);
	for (i = 0; i < n; i++) {
		KT(uvm_pageratop(va + (vaddr_t)i * PAGE_SIZE) == pgs[i]);
		memset((char *)va + (size_t)i * PAGE_SIZE, i + 1, PAGE_SIZE);
	}
	uvm_pagermapout(va, n);
	for (i = 0; i < n; i++)
		KT_EQ(i + 1, *((char *)VM_PAGE_VA(pgs[i]) + i));
	va = uvm_pagermapin(pgs, n,
	    UVMPAGER_MAPIN_WRITE | UVMPAGER_MAPIN_WAITOK);
	for (i = 0; i < n; i++)
		KT_EQ(i + 1, *((char *)va + (size_t)i * PAGE_SIZE + 7));
	uvm_pagermapout(va, n);
}

/* A run is adjacent in memory; a shuffled one is bounced. */
void
rump_kt_mapin(void)
{
	struct uvm_object *uobj = uao_create(0, 0);
	struct vm_page *pgs[32], *mixed[32];
	int i;

	rw_enter(uobj->vmobjlock, RW_WRITER);
	KT_EQ(32, uvm_pagealloc_run(uobj, 0, 32, 0, pgs));
	rw_exit(uobj->vmobjlock);
	for (i = 1; i < 32; i++)
		KT(pgs[i]->phys_addr == pgs[i - 1]->phys_addr + PAGE_SIZE);
	KT(uvm_pagermapin(pgs, 32, UVMPAGER_MAPIN_READ) ==
	    (vaddr_t)VM_PAGE_VA(pgs[0]));
	uvm_pagermapout((vaddr_t)VM_PAGE_VA(pgs[0]), 32);
	mapin_check(pgs, 32);
	for (i = 0; i < 32; i++)
		mixed[i] = pgs[(i * 7) % 32];
	mapin_check(mixed, 32);
	KT(uvm_pageratop((vaddr_t)&i) == NULL);
	rw_enter(uobj->vmobjlock, RW_WRITER);
	uvm_page_unbusy(pgs, 32);
	rw_exit(uobj->vmobjlock);
	uao_detach(uobj);
}

/* Walking pages, dense and not, both ways. */
void
rump_kt_array(void)
{
	static const int idx[] = { 0, 1, 2, 5, 6, 40, 1000, 1001 };
	struct uvm_object *uobj = uao_create(0, 0);
	struct uvm_page_array ar;
	struct vm_page *pg;
	char c = 1;
	int i;

	for (i = 0; i < __arraycount(idx); i++)
		KT_EQ(0, move(uobj, &c, 1, (off_t)idx[i] << PAGE_SHIFT,
		    UIO_WRITE));
	rw_enter(uobj->vmobjlock, RW_WRITER);
	uvm_page_array_init(&ar, uobj, 0);
	for (i = 0; i < __arraycount(idx); i++) {
		pg = uvm_page_array_fill_and_peek(&ar, i == 0 ? 0 :
		    (off_t)(idx[i - 1] + 1) << PAGE_SHIFT, 0);
		KT(pg != NULL);
		KT_EQ((off_t)idx[i] << PAGE_SHIFT, pg->offset);
		uvm_page_array_advance(&ar);
	}
	KT(uvm_page_array_fill_and_peek(&ar, (off_t)1002 << PAGE_SHIFT, 0) ==
	    NULL);
	uvm_page_array_init(&ar, uobj, UVM_PAGE_ARRAY_FILL_DENSE);
	KT_EQ(0, uvm_page_array_fill(&ar, 0, 0));
	KT_EQ(3, ar.ar_npages);
	KT_EQ(ENOENT, uvm_page_array_fill(&ar, (off_t)3 << PAGE_SHIFT, 0));
	uvm_page_array_init(&ar, uobj, UVM_PAGE_ARRAY_FILL_BACKWARD);
	KT_EQ(0, uvm_page_array_fill(&ar, (off_t)999 << PAGE_SHIFT, 2));
	KT_EQ((off_t)40 << PAGE_SHIFT, ar.ar_pages[0]->offset);
	KT_EQ((off_t)6 << PAGE_SHIFT, ar.ar_pages[1]->offset);
	uvm_page_array_fini(&ar);
	rw_exit(uobj->vmobjlock);
	uao_detach(uobj);
}

/* Memory of freed pages goes back to the host. */
void
rump_kt_giveback(void)
{
	struct uvm_object *uobj;
	size_t before, during;
	char *buf;
	int i;

	buf = kmem_zalloc(65536, KM_SLEEP);
	(void)(*rump_uvm_reclaim)(0);
	before = rump_hypermem_used();
	uobj = uao_create(0, 0);
	for (i = 0; i < 256; i++)
		KT_EQ(0, move(uobj, buf, 65536, (off_t)i * 65536, UIO_WRITE));
	during = rump_hypermem_used();
	KT(during >= before + 16 * 1024 * 1024);
	uao_detach(uobj);
	(void)(*rump_uvm_reclaim)(0);
	KT(rump_hypermem_used() < before + 1024 * 1024);
	kmem_free(buf, 65536);
}

static struct uvm_object *wait_uobj;
static volatile unsigned int wait_stage;

static void
waiter(void *arg)
{
	struct vm_page *pg;

	rw_enter(wait_uobj->vmobjlock, RW_WRITER);
	pg = uvm_pagelookup(wait_uobj, 0);
	KT(pg->flags & PG_BUSY);
	atomic_inc_uint(&wait_stage);
	uvm_pagewait(pg, wait_uobj->vmobjlock, "kt");
	KT(atomic_load_relaxed(&wait_stage) >= 100);
	kthread_exit(0);
}

/* Who waits for a busy page goes on when it is given up. */
void
rump_kt_busywait(void)
{
	struct kt_threads kt;
	struct vm_page *pg;

	wait_uobj = uao_create(0, 0);
	rw_enter(wait_uobj->vmobjlock, RW_WRITER);
	KT_EQ(1, uvm_pagealloc_run(wait_uobj, 0, 1, UVM_PGA_ZERO, &pg));
	rw_exit(wait_uobj->vmobjlock);
	kt_start(&kt, 3, waiter, NULL);
	while (atomic_load_relaxed(&wait_stage) < 3)
		kt_pause(1);
	rw_enter(wait_uobj->vmobjlock, RW_WRITER);
	atomic_store_relaxed(&wait_stage, 100);
	uvm_page_unbusy(&pg, 1);
	rw_exit(wait_uobj->vmobjlock);
	kt_join(&kt);
	uao_detach(wait_uobj);
}
