/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_lwproc: how much memory the kernel uses when nothing rests
 * in its caches.
 */
#include "kt.h"

#include <sys/pool.h>

#include <rump-sys/mem.h>

unsigned long rump_kt_lwproc_memory(void);

unsigned long
rump_kt_lwproc_memory(void)
{
	int i;

	/* Emptying one pool may put objects into another. */
	for (i = 0; i < 3; i++)
		pool_drain_all();
	return rump_hypermem_used();
}
