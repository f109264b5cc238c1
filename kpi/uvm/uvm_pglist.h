/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_pglist.h: list heads of pages.  Locks belong to the list's owner.
 */
#ifndef _UVM_UVM_PGLIST_H_
#define	_UVM_UVM_PGLIST_H_

#include <sys/queue.h>

struct vm_page;

TAILQ_HEAD(pglist, vm_page);
LIST_HEAD(pgflist, vm_page);

#define	VM_NFREELIST		1
#define	VM_FREELIST_DEFAULT	0

#endif /* !_UVM_UVM_PGLIST_H_ */
