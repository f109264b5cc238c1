/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_prot.h: kinds of access to memory.  Nothing in a rump kernel
 * enforces them on memory itself; pagers use them to tell reads from writes.
 */
#ifndef _UVM_UVM_PROT_H_
#define	_UVM_UVM_PROT_H_

typedef int vm_prot_t;

#define	VM_PROT_NONE	((vm_prot_t)0x00)
#define	VM_PROT_READ	((vm_prot_t)0x01)
#define	VM_PROT_WRITE	((vm_prot_t)0x02)
#define	VM_PROT_EXECUTE	((vm_prot_t)0x04)

#define	VM_PROT_DEFAULT	(VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE)
#define	VM_PROT_ALL	(VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE)

#define	UVM_PROT_NONE	VM_PROT_NONE
#define	UVM_PROT_ALL	VM_PROT_ALL
#define	UVM_PROT_R	VM_PROT_READ
#define	UVM_PROT_W	VM_PROT_WRITE
#define	UVM_PROT_X	VM_PROT_EXECUTE
#define	UVM_PROT_RW	(VM_PROT_READ | VM_PROT_WRITE)
#define	UVM_PROT_RX	(VM_PROT_READ | VM_PROT_EXECUTE)
#define	UVM_PROT_WX	(VM_PROT_WRITE | VM_PROT_EXECUTE)
#define	UVM_PROT_RWX	VM_PROT_ALL

#endif /* !_UVM_UVM_PROT_H_ */
