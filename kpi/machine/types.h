/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types of a 64-bit machine: addresses and sizes, registers, and the lock
 * byte.  The __HAVE_ names tell machine-independent code which optional
 * facilities exist.
 */

#ifndef _MACHINE_TYPES_H_
#define	_MACHINE_TYPES_H_

#include <sys/cdefs.h>
#include <sys/featuretest.h>
#include <machine/int_types.h>

typedef unsigned long	paddr_t;
typedef unsigned long	psize_t;
typedef unsigned long	vaddr_t;
typedef unsigned long	vsize_t;
typedef unsigned long	pmc_evid_t;
typedef unsigned long	pmc_ctr_t;

#define	PRIxPADDR	"lx"
#define	PRIxPSIZE	"lx"
#define	PRIuPSIZE	"lu"
#define	PRIxVADDR	"lx"
#define	PRIxVSIZE	"lx"
#define	PRIuVSIZE	"lu"

typedef long		register_t;
typedef unsigned long	uregister_t;
typedef int		register32_t;
#define	PRIxREGISTER	"lx"
#define	PRIxREGISTER32	"x"

typedef long		__register_t;
typedef unsigned char	__cpu_simple_lock_nv_t;

/* Context of setjmp(9); nothing of ours saves one. */
typedef struct label_t {
	long		val[8];
} label_t;

#define	__SIMPLELOCK_LOCKED	1
#define	__SIMPLELOCK_UNLOCKED	0

#define	__HAVE_ATOMIC64_OPS
#define	__HAVE_NEW_STYLE_BUS_H
#define	__HAVE_OLD_DISKLABEL
#define	__HAVE_SYSCALL_INTERN

#endif /* !_MACHINE_TYPES_H_ */
