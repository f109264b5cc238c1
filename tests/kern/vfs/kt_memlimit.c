/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_memlimit: sets the knob that makes an allocation fail, and
 * tells whether one did.
 */
#include <sys/types.h>
#include <sys/atomic.h>

#include <rump-sys/mem.h>

void rump_kt_memlimit_fault(unsigned int);
unsigned int rump_kt_memlimit_fault_left(void);

void
rump_kt_memlimit_fault(unsigned int n)
{

	atomic_store_relaxed(&rump_fault_alloc, n);
}

unsigned int
rump_kt_memlimit_fault_left(void)
{

	return atomic_load_relaxed(&rump_fault_alloc);
}
