/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_growth: how many bytes of kernel memory are in use when
 * nothing is kept that could be given back.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/vnode_impl.h>

#include <rump-sys/mem.h>

#define	MAXPOOLS	512

size_t	rump_kt_growth_used(void);
size_t	rump_kt_growth_host(void);

size_t	pool_records(struct pool_sysctl *, size_t);
void	cache_drain(int);
void	vcache_grace(void);
int	uvm_arena_trim(void);

/* Bytes of all items that are out, but for those in caches on top. */
size_t
rump_kt_growth_used(void)
{
	struct pool_sysctl *ps;
	size_t i, n, used;

	ps = kmem_alloc(MAXPOOLS * sizeof(*ps), KM_SLEEP);
	vcache_drain(100);
	cache_drain(100);
	vcache_grace();
	(void)uvm_arena_trim();
	/* what a pool gives back may be another one's */
	for (i = 0; i < 3; i++)
		pool_drain_all();
	n = pool_records(ps, MAXPOOLS);
	KASSERT(n <= MAXPOOLS);
	for (used = i = 0; i < n; i++)
		used += ps[i].pr_nout * ps[i].pr_size;
	kmem_free(ps, MAXPOOLS * sizeof(*ps));
	return used;
}

size_t
rump_kt_growth_host(void)
{

	return rump_hypermem_used();
}
