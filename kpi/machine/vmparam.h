/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages and the address space.  A rump kernel shares the address space of
 * its process, so "user" addresses are all of them; VM_MAXUSER_ADDRESS only
 * bounds what copyin(9) may be asked for.
 */

#ifndef _MACHINE_VMPARAM_H_
#define	_MACHINE_VMPARAM_H_

#define	PAGE_SHIFT	12
#define	PAGE_SIZE	4096
#define	PAGE_MASK	(PAGE_SIZE - 1)

#define	VM_MIN_ADDRESS		0UL
#define	VM_MAXUSER_ADDRESS	0x00007f8000000000UL
#define	VM_MAX_ADDRESS		VM_MAXUSER_ADDRESS
#define	VM_MIN_KERNEL_ADDRESS	0UL
#define	VM_MAX_KERNEL_ADDRESS	(~0UL - PAGE_MASK)

#define	MAXTSIZ		(8UL * 1024 * 1024 * 1024)
#define	DFLDSIZ		(256UL * 1024 * 1024)
#define	MAXDSIZ		(8UL * 1024 * 1024 * 1024)
#define	DFLSSIZ		(4UL * 1024 * 1024)
#define	MAXSSIZ		(128UL * 1024 * 1024)

#define	VM_PHYSSEG_MAX	32
#define	VM_NFREELIST	1
#define	VM_FREELIST_DEFAULT	0

#endif /* !_MACHINE_VMPARAM_H_ */
