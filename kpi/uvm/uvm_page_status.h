/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_page_status.h: may a page differ from its backing store?  Kept in
 * the flags PG_CLEAN and PG_DIRTY and mirrored in the object's dirty tag; a
 * page in neither state is checked when it is written.
 */
#ifndef _UVM_UVM_PAGE_STATUS_H_
#define	_UVM_UVM_PAGE_STATUS_H_

#include <sys/types.h>

struct vm_page;

#define	UVM_PAGE_STATUS_UNKNOWN	0
#define	UVM_PAGE_STATUS_CLEAN	1
#define	UVM_PAGE_STATUS_DIRTY	2
#define	UVM_PAGE_NUM_STATUS	3

#ifdef _KERNEL
/* vmobjlock held as writer, or the page busy and owned by the caller. */
unsigned int uvm_pagegetdirty(struct vm_page *);
void	uvm_pagemarkdirty(struct vm_page *, unsigned int);
bool	uvm_pagecheckdirty(struct vm_page *, bool);
#endif

#endif /* !_UVM_UVM_PAGE_STATUS_H_ */
