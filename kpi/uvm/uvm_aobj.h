/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_aobj.h: anonymous memory objects.  There is no swap: a page written
 * stays until the object drops it, a page never written reads as zeros and
 * takes no memory.
 */
#ifndef _UVM_UVM_AOBJ_H_
#define	_UVM_UVM_AOBJ_H_

#include <uvm/uvm_object.h>

#ifdef _KERNEL
void	uao_init(void);
#define	uao_dropswap_range(obj, lo, hi)
#define	uao_dropswap(obj, pgidx)	((void)(obj), (void)(pgidx))
#endif

#endif /* !_UVM_UVM_AOBJ_H_ */
