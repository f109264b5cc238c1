/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_km(9): whole pages for the kernel, and the few variables of uvm that
 * exist without a page cache.
 *
 * There is one address space and nothing is ever paged out, so all maps are
 * the same and memory is simply rump_hypermalloc()'s.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vmem.h>

#include <uvm/uvm_extern.h>
#include <uvm/uvm_map.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

struct uvmexp uvmexp = {
	.pagesize = PAGE_SIZE,
	.pagemask = PAGE_MASK,
	.pageshift = PAGE_SHIFT,
};
bool vm_page_zero_enable;
u_int uvm_emap_gen;

static struct vm_map kernel_map_store;
struct vm_map *kernel_map = &kernel_map_store;

void
rump_uvm_km_init(void)
{
	unsigned long limit = rump_physmemlimit;

	/* Without a limit the kernel may have what would be a lot. */
	if (limit == RUMPMEM_UNLIMITED)
		limit = (unsigned long)16 << 30;
	physmem = uvmexp.npages = uvmexp.free = (int)(limit / PAGE_SIZE);
	uvmexp.freetarg = uvmexp.npages / 32;
	uvmexp.freemin = uvmexp.npages / 64;
}

vaddr_t
uvm_km_alloc(struct vm_map *map, vsize_t size, vsize_t align,
    uvm_flag_t flags)
{
	bool wait = (flags & (UVM_KMF_CANFAIL | UVM_KMF_NOWAIT)) == 0;
	void *p;

	KASSERT(size > 0);
	KASSERT(powerof2(align));
	size = round_page(size);
	if (align < PAGE_SIZE)
		align = PAGE_SIZE;
	/* Small runs cannot be aligned to more than their largest size. */
	if (size <= RUMP_PAGES_MAX * PAGE_SIZE &&
	    align > RUMP_PAGES_MAX * PAGE_SIZE)
		return 0;
	if (!wait && rump_fault_alloc_p())
		return 0;
	p = rump_hypermalloc(size, (int)align, wait, "uvm_km");
	if (p != NULL && (flags & UVM_KMF_ZERO) != 0)
		memset(p, 0, size);
	return (vaddr_t)p;
}

void
uvm_km_free(struct vm_map *map, vaddr_t va, vsize_t size, uvm_flag_t flags)
{

	KASSERT((va & PAGE_MASK) == 0);
	rump_hyperfree((void *)va, round_page(size));
}

int
uvm_km_kmem_alloc(struct vmem *vm, vsize_t size, int flags, uintptr_t *addr)
{
	void *p;

	p = rump_hypermalloc(round_page(size), PAGE_SIZE,
	    (flags & VM_SLEEP) != 0, "kmemarena");
	if (p == NULL)
		return ENOMEM;
	*addr = (uintptr_t)p;
	return 0;
}

void
uvm_km_kmem_free(struct vmem *vm, uintptr_t addr, vsize_t size)
{

	rump_hyperfree((void *)addr, round_page(size));
}

bool
uvm_km_va_starved_p(void)
{

	return rump_hypermem_used() > rump_physmemlimit / 8 * 7;
}

/*
 * Pages that may still be had.  File systems in memory reckon with what this
 * says and what files could give up, so objects must be able to get it.
 */
int
uvm_availmem(bool cached)
{
	unsigned long used;

	if (rump_uvm_room != NULL)
		return (*rump_uvm_room)();
	used = rump_hypermem_used() / PAGE_SIZE;
	if (used >= (unsigned long)uvmexp.npages)
		return 0;
	return uvmexp.npages - (int)used;
}

void
uvm_wait(const char *msg)
{

	rump_pagedaemon_wait(msg);
}

void
uvm_kick_pdaemon(void)
{

	rump_pagedaemon_kick(false);
}
