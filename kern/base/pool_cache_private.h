/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of pool_cache(9), for subr_pool_cache.c and for kmem(9), which
 * embeds its caches.
 */
#ifndef _KERN_BASE_POOL_CACHE_PRIVATE_H_
#define _KERN_BASE_POOL_CACHE_PRIVATE_H_

#include "pool_private.h"

#define PCG_NOBJECTS	14	/* makes a group two cache lines */

/*
 * Belongs to whoever has it: a CPU, or a list under cc_lock.  The count of a
 * CPU's current group is in the CPU's part.
 */
struct pool_cache_group {
	struct pool_cache_group	*pcg_next;
	unsigned int		pcg_avail;	/* objects in it */
	void			*pcg_objects[PCG_NOBJECTS];
};

/*
 * One CPU's part.  The current group is a stack between cc_base, which is its
 * pcg_objects, and cc_end; all three are NULL if there is none.  Memory that
 * was in use here is used here again: only who finds neither here looks at
 * the lists of others.
 *
 * Lock legend: (o) only touched by who runs on that CPU, (l) cc_lock, (f)
 * written under cc_lock, read without.
 */
struct pool_cache_cpu {
	void			**cc_top;	/* o: above the next object */
	void			**cc_base;	/* o */
	void			**cc_end;	/* o */
	struct pool_cache_group	*cc_previous;	/* o */
	struct pool_cache_group	*cc_full;	/* f: (nearly) full groups */
	struct pool_cache_group	*cc_empty;	/* l: empty ones */
	kmutex_t		cc_lock;
} __aligned(CACHE_LINE_SIZE);

/* Lock legend: (:) constant. */
struct pool_cache {
	struct pool_cache_cpu	*pc_cpus;	/* : by CPU */
	int			(*pc_ctor)(void *, void *, int); /* : */
	void			(*pc_dtor)(void *, void *);	/* : */
	void			*pc_arg;	/* : */
	/* Every get reads what is above and may write nothing beside it. */
	struct pool		pc_pool __aligned(CACHE_LINE_SIZE);
	u_long			pc_misses;	/* statistics, not exact */
};

/* What the two below do when the current group does not. */
void	*pool_cache_get_slow(struct pool_cache *, struct pool_cache_cpu *, int);
void	pool_cache_put_slow(struct pool_cache *, struct pool_cache_cpu *,
	    void *);

/* The calls themselves, for kmem(9) to inline. */
static inline void *
pool_cache_get_on(struct pool_cache *pc, u_int cpu, int flags)
{
	struct pool_cache_cpu *cc = &pc->pc_cpus[cpu];
	void **top = cc->cc_top;

	if (__predict_false(top == cc->cc_base))
		return pool_cache_get_slow(pc, cc, flags);
	cc->cc_top = --top;
	return *top;
}

static inline void
pool_cache_put_on(struct pool_cache *pc, u_int cpu, void *obj)
{
	struct pool_cache_cpu *cc = &pc->pc_cpus[cpu];
	void **top = cc->cc_top;

	if (__predict_false(top == cc->cc_end)) {
		pool_cache_put_slow(pc, cc, obj);
		return;
	}
	*top = obj;
	cc->cc_top = top + 1;
}

#endif /* _KERN_BASE_POOL_CACHE_PRIVATE_H_ */
