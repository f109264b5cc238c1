/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_page_array.h: walk the resident pages of an object a batch at a
 * time.  vmobjlock must be held over every call and may be dropped between
 * them only after uvm_page_array_clear().
 */
#ifndef _UVM_UVM_PAGE_ARRAY_H_
#define	_UVM_UVM_PAGE_ARRAY_H_

#include <uvm/uvm_object.h>

struct vm_page;

#define	UVM_PAGE_ARRAY_SIZE	16

/* Used by one thread only: no locks. */
struct uvm_page_array {
	struct vm_page *ar_pages[UVM_PAGE_ARRAY_SIZE];
	struct uvm_object *ar_uobj;
	unsigned int	ar_npages;	/* how many ar_pages has */
	unsigned int	ar_idx;		/* the next to hand out */
	unsigned int	ar_flags;
};

#define	UVM_PAGE_ARRAY_FILL_DENSE	1	/* stop at a hole */
#define	UVM_PAGE_ARRAY_FILL_BACKWARD	2	/* downwards */
#define	UVM_PAGE_ARRAY_FILL_DIRTY	4	/* dirty pages only */
#define	UVM_PAGE_ARRAY_FILL_WRITEBACK	8	/* pages being written only */

#ifdef _KERNEL
void	uvm_page_array_init(struct uvm_page_array *, struct uvm_object *,
	    unsigned int);
void	uvm_page_array_fini(struct uvm_page_array *);
void	uvm_page_array_clear(struct uvm_page_array *);
struct vm_page *uvm_page_array_peek(struct uvm_page_array *);
void	uvm_page_array_advance(struct uvm_page_array *);
int	uvm_page_array_fill(struct uvm_page_array *, voff_t, unsigned int);
struct vm_page *uvm_page_array_fill_and_peek(struct uvm_page_array *, voff_t,
	    unsigned int);
#endif

#endif /* !_UVM_UVM_PAGE_ARRAY_H_ */
