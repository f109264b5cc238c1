/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of pool_cache(9), for subr_pool_cache.c and for kmem(9), which
 * embeds its caches.
 */
#ifndef _KERN_BASE_POOL_CACHE_PRIVATE_H_
#define _KERN_BASE_POOL_CACHE_PRIVATE_H_

#include "pool_private.h"

#define PCG_NOBJECTS	14	/* makes a group two cache lines */

/* Belongs to whoever has it: a CPU, or a list under pc_lock. */
struct pool_cache_group {
	struct pool_cache_group	*pcg_next;
	unsigned int		pcg_avail;	/* objects in it */
	void			*pcg_objects[PCG_NOBJECTS];
};

/* One CPU's part; only touched by who runs on that CPU. */
struct pool_cache_cpu {
	struct pool_cache_group	*cc_current;
	struct pool_cache_group	*cc_previous;
} __aligned(CACHE_LINE_SIZE);

/*
 * Lock legend: (l) pc_lock, (:) constant, (r) written under pc_lock, read
 * without: pc_ncpu last.
 */
struct pool_cache {
	u_int			pc_ncpu;	/* r: length of pc_cpus */
	struct pool_cache_cpu	**pc_cpus;	/* r: by CPU, may be NULL */
	int			(*pc_ctor)(void *, void *, int); /* : */
	void			(*pc_dtor)(void *, void *);	/* : */
	void			*pc_arg;	/* : */
	struct pool_cache_cpu	*pc_cpubuiltin[2]; /* r: first table */
	struct pool_cache_cpu	pc_cpu0;	/* boot CPU's */
	kmutex_t		pc_lock;
	struct pool_cache_group	*pc_full;	/* l: (nearly) full groups */
	struct pool_cache_group	*pc_empty;	/* l: empty ones */
	u_int			pc_nfull;	/* l */
	u_int			pc_nempty;	/* l */
	u_long			pc_misses;	/* statistics, not exact */
	struct pool		pc_pool;
};

#endif /* _KERN_BASE_POOL_CACHE_PRIVATE_H_ */
