/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_space.c: address spaces as identities, and pmap(9) for a machine whose
 * memory is always mapped.
 *
 * There are three kinds of struct vmspace: the kernel's and the one all local
 * clients share (rump_vars.c; the same memory, but told apart), and one per
 * remote client, an allocated struct rump_spctl with vm_refcnt 1.  Nothing
 * here locks; reference counts are atomic.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <rump/rumpuser.h>
#include <rump-sys/kern.h>

#include <uvm/uvm.h>
#include <uvm/uvm_pmap.h>

struct pmap {
	struct pmap_statistics	pm_stats;	/* all zero */
};

struct uvm uvm;

static struct pmap kernel_pmap_store;
struct pmap *const kernel_pmap_ptr = &kernel_pmap_store;
struct pmap rump_pmap_local;

/*
 * The kernel's space and that of local clients are there for good.
 */
static bool
vmspace_permanent_p(const struct vmspace *vm)
{

	return vm == vmspace_kernel() || vm == rump_vmspace_local;
}

void
uvmspace_addref(struct vmspace *vm)
{

	if (vmspace_permanent_p(vm))
		return;
	KASSERT(atomic_load_relaxed(&vm->vm_refcnt) > 0);
	atomic_inc_uint((volatile unsigned int *)&vm->vm_refcnt);
}

/*
 * The last reference to a remote client's space ends the client.
 */
void
uvmspace_free(struct vmspace *vm)
{

	if (vmspace_permanent_p(vm))
		return;
	KASSERT(atomic_load_relaxed(&vm->vm_refcnt) > 0);
	membar_release();
	if (atomic_dec_uint_nv((volatile unsigned int *)&vm->vm_refcnt) > 0)
		return;
	membar_acquire();
	rump_sysproxy_fini(RUMP_SPVM2CTL(vm));
	kmem_free(vm, sizeof(struct rump_spctl));
}

/*
 * Locking memory down and mapping it into the kernel: both are so already.
 */
int
uvm_vslock(struct vmspace *vm, void *addr, size_t len, vm_prot_t prot)
{

	return 0;
}

void
uvm_vsunlock(struct vmspace *vm, void *addr, size_t len)
{

	KASSERT(vm != NULL);
}

int
vmapbuf(struct buf *bp, vsize_t len)
{

	return 0;
}

void
vunmapbuf(struct buf *bp, vsize_t len)
{

	KASSERT(bp != NULL);
}

/*
 * Zeroed pages for a process, of the host or of its remote client, who frees
 * them itself.
 */
int
uvm_mmap_anon(struct proc *p, void **addrp, size_t size)
{

	KASSERT(size > 0);
	if (!RUMP_LOCALPROC_P(p))
		return rump_sysproxy_anonmmap(RUMP_SPVM2CTL(p->p_vmspace),
		    size, addrp);
	return rumpuser_anonmmap(NULL, size, 0, 0, addrp);
}

/*
 * Physical addresses are virtual ones.
 */
bool
pmap_extract(pmap_t pmap, vaddr_t va, paddr_t *pap)
{

	if (pap != NULL)
		*pap = (paddr_t)va;
	return true;
}

void
pmap_kenter_pa(vaddr_t va, paddr_t pa, vm_prot_t prot, u_int flags)
{

	KASSERTMSG(va == (vaddr_t)pa, "memory cannot be mapped twice");
}

void
pmap_kremove(vaddr_t va, vsize_t len)
{

	KASSERT((va & PAGE_MASK) == 0);
}

int
pmap_enter(pmap_t pmap, vaddr_t va, paddr_t pa, vm_prot_t prot, u_int flags)
{

	return va == (vaddr_t)pa ? 0 : ENOMEM;
}

void
pmap_remove(pmap_t pmap, vaddr_t start, vaddr_t end)
{

	KASSERT(start <= end);
}

void
pmap_protect(pmap_t pmap, vaddr_t start, vaddr_t end, vm_prot_t prot)
{

	KASSERT(start <= end);
}

pmap_t
pmap_create(void)
{

	return kmem_zalloc(sizeof(struct pmap), KM_SLEEP);
}

void
pmap_reference(pmap_t pmap)
{

	KASSERT(pmap != NULL);
}

void
pmap_destroy(pmap_t pmap)
{

	KASSERT(pmap != kernel_pmap_ptr);
	kmem_free(pmap, sizeof(*pmap));
}
