/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kern.pool: a record for each pool, which vmstat(1) -m shows.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include "pool_private.h"

/* Without a buffer the length is told, with one or two to spare. */
static int
sysctl_pools(SYSCTLFN_ARGS)
{
	size_t have = pool_records(NULL, 0) + 2, size, n, len;
	struct pool_sysctl *ps;
	int error = 0;

	if (newp != NULL)
		return EPERM;
	if (namelen != 0)
		return EINVAL;
	size = have * sizeof(*ps);
	if (oldp == NULL) {
		*oldlenp = size;
		return 0;
	}
	ps = kmem_alloc(size, KM_SLEEP);
	n = pool_records(ps, have);
	n = MIN(n, have);
	len = n * sizeof(*ps);
	if (len > *oldlenp) {
		len = rounddown(*oldlenp, sizeof(*ps));
		error = ENOMEM;
	}
	if (len != 0) {
		int err = sysctl_copyout(l, ps, oldp, len);

		if (err != 0)
			error = err;
	}
	kmem_free(ps, size);
	*oldlenp = n * sizeof(*ps);
	return error;
}

SYSCTL_SETUP(sysctl_pool_setup, "kern.pool")
{

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_STRUCT,
	    "pool", SYSCTL_DESCR("Pools of memory"), sysctl_pools, 0, NULL, 0,
	    CTL_KERN, CTL_CREATE, CTL_EOL);
}
