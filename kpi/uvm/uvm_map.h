/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_map.h: struct vm_map.  There are no mappings to manage: a map is
 * only the identity by which kernel and process address spaces are told
 * apart.  Fixed once made, so no locks.
 */
#ifndef _UVM_UVM_MAP_H_
#define	_UVM_UVM_MAP_H_

#include <sys/types.h>
#include <uvm/uvm_prot.h>
#include <uvm/uvm_pmap.h>

struct uvm_object;

struct vm_map {
	struct pmap	*pmap;		/* whose addresses these are */
	int		flags;		/* VM_MAP_* */
	vsize_t		size;		/* unused, 0 */
	vaddr_t		min_off;
	vaddr_t		max_off;
};

#define	VM_MAP_PAGEABLE		0x01
#define	vm_map_min(map)		((map)->min_off)
#define	vm_map_max(map)		((map)->max_off)
#define	vm_map_setmin(map, v)	((map)->min_off = (v))
#define	vm_map_setmax(map, v)	((map)->max_off = (v))
#define	vm_map_pmap(map)	((map)->pmap)

#endif /* !_UVM_UVM_MAP_H_ */
