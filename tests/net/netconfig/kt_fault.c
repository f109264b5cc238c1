/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half: the nth allocation from now on fails.
 */
#include <sys/param.h>
#include <sys/systm.h>

#include <rump-sys/mem.h>

u_int	rump_kt_fault(u_int);

/* What is left of the one before; 0: it has failed. */
u_int
rump_kt_fault(u_int n)
{
	const u_int left = atomic_load_relaxed(&rump_fault_alloc);

	atomic_store_relaxed(&rump_fault_alloc, n);
	return left;
}
