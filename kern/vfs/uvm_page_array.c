/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_page_array.c: a batch of an object's pages in order, to walk an object
 * with one tree search per UVM_PAGE_ARRAY_SIZE pages.
 *
 * The caller holds the object's lock over each call and calls
 * uvm_page_array_clear() whenever it has dropped it.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "uvm_private.h"
#include <uvm/uvm_page_array.h>

void
uvm_page_array_init(struct uvm_page_array *ar, struct uvm_object *uobj,
    unsigned int flags)
{

	ar->ar_idx = 0;
	ar->ar_npages = 0;
	ar->ar_uobj = uobj;
	ar->ar_flags = flags;
}

void
uvm_page_array_fini(struct uvm_page_array *ar)
{

	KASSERT(ar->ar_npages <= UVM_PAGE_ARRAY_SIZE);
	ar->ar_uobj = NULL;
}

void
uvm_page_array_clear(struct uvm_page_array *ar)
{

	KASSERT(ar->ar_idx <= ar->ar_npages);
	ar->ar_idx = 0;
	ar->ar_npages = 0;
}

struct vm_page *
uvm_page_array_peek(struct uvm_page_array *ar)
{

	return ar->ar_idx == ar->ar_npages ? NULL : ar->ar_pages[ar->ar_idx];
}

void
uvm_page_array_advance(struct uvm_page_array *ar)
{

	KASSERT(ar->ar_idx < ar->ar_npages);
	ar->ar_idx++;
}

static unsigned int
array_tags(unsigned int flags)
{
	unsigned int tags = 0;

	if (flags & UVM_PAGE_ARRAY_FILL_DIRTY)
		tags |= UVM_PAGE_DIRTY_TAG;
	if (flags & UVM_PAGE_ARRAY_FILL_WRITEBACK)
		tags |= UVM_PAGE_WRITEBACK_TAG;
	return tags;
}

/*
 * Fetch the pages from off on, at most nwant if that is not 0.  ENOENT if
 * there is none.
 */
int
uvm_page_array_fill(struct uvm_page_array *ar, voff_t off, unsigned int nwant)
{
	struct radix_tree *tree = &ar->ar_uobj->uo_pages;
	uint64_t idx = (uint64_t)off >> PAGE_SHIFT;
	void **res = (void **)ar->ar_pages;
	bool dense = (ar->ar_flags & UVM_PAGE_ARRAY_FILL_DENSE) != 0;
	bool back = (ar->ar_flags & UVM_PAGE_ARRAY_FILL_BACKWARD) != 0;
	unsigned int tags = array_tags(ar->ar_flags);
	unsigned int max, n;

	KASSERT(rw_lock_held(ar->ar_uobj->vmobjlock));
	max = nwant == 0 ? UVM_PAGE_ARRAY_SIZE :
	    MIN(nwant, UVM_PAGE_ARRAY_SIZE);
	if (tags == 0 && back)
		n = radix_tree_gang_lookup_node_reverse(tree, idx, res, max,
		    dense);
	else if (tags == 0)
		n = radix_tree_gang_lookup_node(tree, idx, res, max, dense);
	else if (back)
		n = radix_tree_gang_lookup_tagged_node_reverse(tree, idx, res,
		    max, dense, tags);
	else
		n = radix_tree_gang_lookup_tagged_node(tree, idx, res, max,
		    dense, tags);
	ar->ar_npages = n;
	ar->ar_idx = 0;
	return n == 0 ? ENOENT : 0;
}

/*
 * The next page at or after off (before, if backwards); NULL at the end.
 */
struct vm_page *
uvm_page_array_fill_and_peek(struct uvm_page_array *ar, voff_t off,
    unsigned int nwant)
{

	if (ar->ar_idx != ar->ar_npages)
		return ar->ar_pages[ar->ar_idx];
	if (uvm_page_array_fill(ar, off, nwant) != 0)
		return NULL;
	return ar->ar_pages[0];
}
