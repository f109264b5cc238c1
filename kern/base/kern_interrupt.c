/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt_distribute(9) for a kernel without interrupts of its own: handlers
 * are threads, and go where a virtual CPU is free.  So the list of them is
 * empty, and nothing can be assigned.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/interrupt.h>
#include <sys/kmem.h>
#include <sys/systm.h>

uint64_t
interrupt_get_count(const char *intrid, u_int cpu)
{

	return 0;
}

void
interrupt_get_assigned(const char *intrid, kcpuset_t *cpuset)
{

	kcpuset_zero(cpuset);
}

void
interrupt_get_devname(const char *intrid, char *buf, size_t len)
{

	if (len > 0)
		buf[0] = '\0';
}

void
interrupt_get_available(kcpuset_t *cpuset)
{

	kcpuset_zero(cpuset);
}

struct intrids_handler *
interrupt_construct_intrids(const kcpuset_t *cpuset)
{

	return kmem_zalloc(sizeof(struct intrids_handler), KM_SLEEP);
}

void
interrupt_destruct_intrids(struct intrids_handler *iih)
{

	kmem_free(iih, sizeof(*iih));
}

int
interrupt_distribute(void *ich, const kcpuset_t *newset, kcpuset_t *oldset)
{

	return EOPNOTSUPP;
}

int
interrupt_distribute_handler(const char *intrid, const kcpuset_t *newset,
    kcpuset_t *oldset)
{

	return ENOENT;
}
