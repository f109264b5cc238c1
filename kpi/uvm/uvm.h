/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm.h: struct uvm, UVM's globals that others look at, and all of its
 * headers.
 */
#ifndef _UVM_UVM_H_
#define	_UVM_UVM_H_

#include <uvm/uvm_extern.h>
#include <uvm/uvm_stat.h>
#include <uvm/uvm_aobj.h>
#include <uvm/uvm_device.h>
#include <uvm/uvm_map.h>
#include <uvm/uvm_object.h>
#include <uvm/uvm_page.h>
#include <uvm/uvm_pager.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_pglist.h>
#include <uvm/uvm_pmap.h>
#include <uvm/uvm_readahead.h>

struct lwp;
struct workqueue;

/* Locks: - set once while the kernel boots. */
struct uvm {
	struct lwp	*pagedaemon_lwp;	/* -: the page daemon */
	struct workqueue *aiodone_queue;	/* -: unused, NULL */
	bool		numa_alloc;		/* -: false */
};

#ifdef _KERNEL
extern struct uvm uvm;
#endif

#endif /* !_UVM_UVM_H_ */
