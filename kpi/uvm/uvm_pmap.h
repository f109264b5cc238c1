/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_pmap.h: pmap(9).  Kernel memory is ordinary host memory and always
 * mapped, so most of these have nothing to do; they exist so that callers
 * written for a real machine mean the right thing.
 */
#ifndef _UVM_UVM_PMAP_H_
#define	_UVM_UVM_PMAP_H_

#include <sys/types.h>
#include <uvm/uvm_prot.h>

struct vm_page;
struct pmap;

#ifndef _PMAP_T_DECLARED
#define	_PMAP_T_DECLARED
typedef struct pmap *pmap_t;
#endif

struct pmap_statistics {
	long	resident_count;
	long	wired_count;
};
typedef struct pmap_statistics *pmap_statistics_t;

#define	PMAP_WIRED	0x00000010
#define	PMAP_CANFAIL	0x00000020
#define	PMAP_KMPAGE	0x00000040
#define	PMAP_NOCACHE	0x00000100

#ifdef _KERNEL
extern struct pmap *const kernel_pmap_ptr;
#define	pmap_kernel()	(kernel_pmap_ptr)

pmap_t	pmap_create(void);
void	pmap_destroy(pmap_t);
void	pmap_reference(pmap_t);
int	pmap_enter(pmap_t, vaddr_t, paddr_t, vm_prot_t, u_int);
void	pmap_kenter_pa(vaddr_t, paddr_t, vm_prot_t, u_int);
void	pmap_kremove(vaddr_t, vsize_t);
void	pmap_remove(pmap_t, vaddr_t, vaddr_t);
void	pmap_protect(pmap_t, vaddr_t, vaddr_t, vm_prot_t);
bool	pmap_extract(pmap_t, vaddr_t, paddr_t *);

static __inline void
pmap_page_protect(struct vm_page *pg, vm_prot_t prot)
{

	(void)pg;
	(void)prot;
}

static __inline bool
pmap_is_modified(struct vm_page *pg)
{

	(void)pg;
	return true;
}

static __inline bool
pmap_clear_modify(struct vm_page *pg)
{

	(void)pg;
	return true;
}

static __inline bool
pmap_is_referenced(struct vm_page *pg)
{

	(void)pg;
	return false;
}

static __inline bool
pmap_clear_reference(struct vm_page *pg)
{

	(void)pg;
	return false;
}

static __inline void
pmap_update(pmap_t pmap)
{

	(void)pmap;
}
#endif /* _KERNEL */

#endif /* !_UVM_UVM_PMAP_H_ */
