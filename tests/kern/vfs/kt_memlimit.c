/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_memlimit: the knob that makes an allocation fail, and what
 * rounds of the pagedaemon give back.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/kmem.h>
#include <sys/vnode_impl.h>

#include <uvm/uvm.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "../base/kt.h"

void rump_kt_memlimit_fault(unsigned int);
unsigned int rump_kt_memlimit_fault_left(void);
void rump_kt_memlimit_drain(void);
void rump_kt_memlimit_hog(int);
void rump_kt_memlimit_nosleep(void);
void rump_kt_memlimit_promise(void);

#define	ROUNDS	200

void
rump_kt_memlimit_fault(unsigned int n)
{

	atomic_store_relaxed(&rump_fault_alloc, n);
}

unsigned int
rump_kt_memlimit_fault_left(void)
{

	return atomic_load_relaxed(&rump_fault_alloc);
}

/*
 * Files were read and nothing is in use: rounds of the pagedaemon take all
 * clean pages and most buffers and vnodes, and the memory is free then.
 */
void
rump_kt_memlimit_drain(void)
{
	const size_t used = rump_hypermem_used();
	const u_int vnodes = vlru_count();
	int i;

	KT(uvmexp.filepages >= 64);
	KT(buf_nbuf() >= 8);
	KT(vnodes >= 64);
	for (i = 0; i < ROUNDS; i++) {
		if (uvmexp.filepages == 0 && buf_nbuf() < 8 &&
		    vlru_count() < vnodes / 2)
			break;
		rump_pagedaemon_wait("ktdrain");
	}
	KT_EQ(0, uvmexp.filepages);
	KT(buf_nbuf() < 8);
	KT(vlru_count() < vnodes / 2);
	for (; i < ROUNDS && rump_hypermem_used() > used / 2; i++)
		rump_pagedaemon_wait("ktdrain");
	KT(rump_hypermem_used() <= used / 2);
}

/* Take a quarter of the limit for good, or give it back. */
void
rump_kt_memlimit_hog(int take)
{
	const size_t size = rump_physmemlimit / 4;
	static void *hog;

	if (take)
		hog = kmem_alloc(size, KM_SLEEP);
	else
		kmem_free(hog, size);
}

/*
 * However full caches are, what must not wait finds a sixteenth of the limit.
 */
void
rump_kt_memlimit_nosleep(void)
{
	enum { MAX_ITEMS = 512 };
	static void *p[MAX_ITEMS];
	const unsigned int want = rump_physmemlimit / 16 / PAGE_SIZE;
	unsigned int n;

	KT(want > 0 && want < MAX_ITEMS);
	for (n = 0; n < want; n++) {
		p[n] = kmem_alloc(PAGE_SIZE, KM_NOSLEEP);
		KT(p[n] != NULL);
	}
	while (n-- > 0)
		kmem_free(p[n], PAGE_SIZE);
}

/*
 * What a file system in memory reckons with, as NetBSD's tmpfs does: what is
 * free and what files have, without the pages that shall stay free.  Objects
 * get all of it, and then there is not much more.
 */
void
rump_kt_memlimit_promise(void)
{
	struct uvm_object *uobj = uao_create(1 << 30, 0);
	struct vm_page *pg;
	int error, i, npages, want;

	want = uvm_availmem(false) + uvmexp.filepages - uvmexp.freetarg;
	KT(want > uvmexp.npages / 8);
	for (i = 0, error = 0; error == 0 && i < uvmexp.npages; i++) {
		npages = 1;
		pg = NULL;
		rw_enter(uobj->vmobjlock, RW_WRITER);
		error = (*uobj->pgops->pgo_get)(uobj, (voff_t)i << PAGE_SHIFT,
		    &pg, &npages, 0, VM_PROT_WRITE, UVM_ADV_NORMAL,
		    PGO_SYNCIO | PGO_ALLPAGES);
		if (error != 0)
			break;
		rw_enter(uobj->vmobjlock, RW_WRITER);
		uvm_page_unbusy(&pg, 1);
		rw_exit(uobj->vmobjlock);
	}
	KT_EQ(ENOMEM, error);
	KT(i >= want);
	KT(i <= want + uvmexp.npages / 8);
	KT(uvm_availmem(false) + uvmexp.filepages < uvmexp.npages / 16);
	uao_detach(uobj);
	KT(uvm_availmem(false) >= want);
}
