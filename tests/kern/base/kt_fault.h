/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For kernel halves of tests, in one file of each: which allocation fails.
 */
#ifndef _TESTS_KERN_BASE_KT_FAULT_H_
#define _TESTS_KERN_BASE_KT_FAULT_H_

#include <sys/atomic.h>

#include <rump-sys/mem.h>

void	rump_kt_fault_set(unsigned int);
unsigned int rump_kt_fault_get(void);

/* The n-th allocation from here on that does not wait fails. */
void
rump_kt_fault_set(unsigned int n)
{

	atomic_store_relaxed(&rump_fault_alloc, n);
}

/* And no more from here on.  Not 0: it was not reached. */
unsigned int
rump_kt_fault_get(void)
{

	return atomic_swap_uint(&rump_fault_alloc, 0);
}

#endif /* !_TESTS_KERN_BASE_KT_FAULT_H_ */
