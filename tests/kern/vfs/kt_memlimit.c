/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_memlimit: sets the knob that makes an allocation fail, and
 * tells whether one did.
 */
#include <sys/types.h>

#include <rump-sys/mem.h>

void rump_kt_memlimit_fault(unsigned int);
unsigned int rump_kt_memlimit_fault_left(void);

void
rump_kt_memlimit_fault(unsigned int n)
{

	rump_fault_alloc = n;
}

unsigned int
rump_kt_memlimit_fault_left(void)
{

	return rump_fault_alloc;
}
