/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_param.h: page arithmetic and the offset type of memory objects.
 * PAGE_SHIFT comes from machine/vmparam.h; every page of a rump kernel's
 * caches has that size whatever the host's is.
 */
#ifndef _UVM_UVM_PARAM_H_
#define	_UVM_UVM_PARAM_H_

#include <sys/types.h>
#include <machine/vmparam.h>

#ifndef PAGE_SIZE
#define	PAGE_SIZE	(1 << PAGE_SHIFT)
#endif
#ifndef PAGE_MASK
#define	PAGE_MASK	(PAGE_SIZE - 1)
#endif
#ifndef MIN_PAGE_SIZE
#define	MIN_PAGE_SIZE	PAGE_SIZE
#define	MAX_PAGE_SIZE	PAGE_SIZE
#endif

typedef off_t	voff_t;		/* byte offset in a memory object */
typedef voff_t	pgoff_t;	/* page offset in a memory object */

#ifndef atop
#define	atop(x)		(((paddr_t)(x)) >> PAGE_SHIFT)
#endif
#ifndef ptoa
#define	ptoa(x)		(((paddr_t)(x)) << PAGE_SHIFT)
#endif
#define	round_page(x)	(((x) + PAGE_MASK) & ~PAGE_MASK)
#define	trunc_page(x)	((x) & ~PAGE_MASK)

/* CTL_VM identifiers of sysctl(7) */
#define	VM_METER	1
#define	VM_LOADAVG	2
#define	VM_UVMEXP	3
#define	VM_NKMEMPAGES	4
#define	VM_UVMEXP2	5
#define	VM_ANONMIN	6
#define	VM_EXECMIN	7
#define	VM_FILEMIN	8
#define	VM_MAXSLP	9
#define	VM_USPACE	10
#define	VM_ANONMAX	11
#define	VM_EXECMAX	12
#define	VM_FILEMAX	13

#endif /* !_UVM_UVM_PARAM_H_ */
