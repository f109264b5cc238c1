/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_device.h: memory objects over device memory.  A rump kernel does
 * not map devices for its clients, so attaching one always fails.
 */
#ifndef _UVM_UVM_DEVICE_H_
#define	_UVM_UVM_DEVICE_H_

#include <uvm/uvm_prot.h>
#include <sys/types.h>
#include <uvm/uvm_object.h>

#ifdef _KERNEL
/* Returns NULL: device memory cannot be mapped. */
struct uvm_object *udv_attach(dev_t, vm_prot_t, voff_t, vsize_t);
#endif

#endif /* !_UVM_UVM_DEVICE_H_ */
