/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_local_mem.
 */
#include "../../kern/base/kt.h"

#include "kt_files.h"

#include <rump-sys/mem.h>

void	rump_kt_fault_set(unsigned int);
unsigned int rump_kt_fault_get(void);
int	rump_kt_files(void);

/* The n-th allocation from here on fails. */
void
rump_kt_fault_set(unsigned int n)
{

	rump_fault_alloc = n;
}

/* Not 0: it was not reached. */
unsigned int
rump_kt_fault_get(void)
{
	const unsigned int n = rump_fault_alloc;

	rump_fault_alloc = 0;
	return n;
}

int
rump_kt_files(void)
{

	return kt_files();
}
