/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_object.h: a memory object, that is a sparse array of pages with a
 * pager behind it: every vnode's cached data, every tmpfs file.
 *
 * Locks: o vmobjlock (shared between objects of stacked vnodes); a atomic;
 * - fixed once made.  The lock may be replaced by uvm_obj_setlock() only by
 * the creator, before anybody else knows the object.
 */
#ifndef _UVM_UVM_OBJECT_H_
#define	_UVM_UVM_OBJECT_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/radixtree.h>
#include <sys/rwlock.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_pglist.h>

struct uvm_pagerops;
struct ubc_map;

struct uvm_object {
	krwlock_t	*vmobjlock;		/* -: lock of the pages */
	const struct uvm_pagerops *pgops;	/* -: the pager */
	int		uo_npages;		/* o: resident pages */
	unsigned	uo_refs;		/* a: references */
	struct radix_tree uo_pages;		/* o: pages by offset */
	LIST_HEAD(, ubc_map) uo_ubc;		/* o: unused, no windows */
};

/* uo_refs of objects that are not counted */
#define	UVM_OBJ_KERN		(-2)
#define	UVM_OBJ_IS_KERN_OBJECT(uobj)					\
	((uobj)->uo_refs == (unsigned)UVM_OBJ_KERN)

#define	UVM_OBJ_IS_VNODE(uobj)	((uobj)->pgops == &uvm_vnodeops)
#define	UVM_OBJ_IS_AOBJ(uobj)	((uobj)->pgops == &aobj_pager)
#define	UVM_OBJ_IS_DEVICE(uobj)	((uobj)->pgops == &uvm_deviceops)
#define	UVM_OBJ_IS_UBCPAGER(uobj) ((uobj)->pgops == &ubc_pager)
#define	UVM_OBJ_NEEDS_WRITEFAULT(uobj)	UVM_OBJ_IS_VNODE(uobj)

/* Tags of uo_pages: pages possibly dirty, pages being written. */
#define	UVM_PAGE_DIRTY_TAG	1
#define	UVM_PAGE_WRITEBACK_TAG	2

#ifdef _KERNEL
extern const struct uvm_pagerops uvm_vnodeops;
extern const struct uvm_pagerops uvm_deviceops;
extern const struct uvm_pagerops aobj_pager;
extern const struct uvm_pagerops ubc_pager;
#endif

#endif /* !_UVM_UVM_OBJECT_H_ */
