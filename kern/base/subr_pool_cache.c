/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool_cache(9): constructed objects of a pool, kept in groups.
 *
 * Each virtual CPU has two groups per cache: gets and puts work on them
 * without any lock, since a thread keeps its virtual CPU until it sleeps and
 * nothing here sleeps in between.  Full and empty groups beyond those two are
 * in lists of the CPU, which others take full ones from when they have none.
 * No two locks of lists are held at once.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/container_of.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "pool_cache_private.h"

static struct pool pcg_pool;	/* groups */
static struct pool cache_pool;	/* struct pool_cache, made by init */
static struct pool cpus_pool;	/* its CPUs, if they are not many */
static bool pcg_ready;

#define PC_STOCK	7	/* objects had from the pool beside one */
_Static_assert(PC_STOCK <= PCG_NOBJECTS, "stock of objects");

/* There is no kmem(9) yet for the header of a page with few items. */
#define CPUS_POOL_MAX	(PAGE_SIZE / 8)

static size_t
cpus_size(void)
{

	return ncpu * sizeof(struct pool_cache_cpu);
}

static void
pcg_bootstrap(void)
{

	if (pcg_ready)
		return;
	pcg_ready = true;
	pool_init(&pcg_pool, sizeof(struct pool_cache_group), 0, 0, 0, "pcg",
	    &pool_allocator_meta, IPL_VM);
	pool_init(&cache_pool, sizeof(struct pool_cache), CACHE_LINE_SIZE, 0,
	    0, "pcache", &pool_allocator_meta, IPL_NONE);
	if (cpus_size() <= CPUS_POOL_MAX)
		pool_init(&cpus_pool, cpus_size(), CACHE_LINE_SIZE, 0, 0,
		    "pccpu", &pool_allocator_meta, IPL_NONE);
}

static struct pool_cache_cpu *
cpus_alloc(void)
{
	const size_t size = cpus_size();
	struct pool_cache_cpu *cpus;

	if (size <= CPUS_POOL_MAX)
		cpus = pool_get(&cpus_pool, PR_WAITOK);
	else
		cpus = rump_hypermalloc(round_page(size), PAGE_SIZE, true,
		    "pccpu");
	memset(cpus, 0, size);
	return cpus;
}

static void
cpus_free(struct pool_cache_cpu *cpus)
{
	const size_t size = cpus_size();

	if (size <= CPUS_POOL_MAX)
		pool_put(&cpus_pool, cpus);
	else
		rump_hyperfree(cpus, round_page(size));
}

static int
nullctor(void *arg, void *obj, int flags)
{

	return 0;
}

static void
nulldtor(void *arg, void *obj)
{
}

void
pool_cache_bootstrap(pool_cache_t pc, size_t size, u_int align,
    u_int align_offset, u_int flags, const char *wchan,
    struct pool_allocator *palloc, int ipl, int (*ctor)(void *, void *, int),
    void (*dtor)(void *, void *), void *arg)
{
	int i;

	pcg_bootstrap();
	memset(pc, 0, sizeof(*pc));
	pool_init(&pc->pc_pool, size, align, align_offset, flags, wchan,
	    palloc, ipl);
	pc->pc_ctor = ctor != NULL ? ctor : nullctor;
	pc->pc_dtor = dtor != NULL ? dtor : nulldtor;
	pc->pc_arg = arg;
	pc->pc_cpus = cpus_alloc();
	for (i = 0; i < ncpu; i++)
		mutex_init(&pc->pc_cpus[i].cc_lock, MUTEX_DEFAULT, ipl);
	/* From now on the pagedaemon looks in. */
	atomic_store_release(&pc->pc_pool.pr_cache, pc);
}

pool_cache_t
pool_cache_init(size_t size, u_int align, u_int align_offset, u_int flags,
    const char *wchan, struct pool_allocator *palloc, int ipl,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg)
{
	pool_cache_t pc;

	pcg_bootstrap();
	pc = pool_get(&cache_pool, PR_WAITOK);
	pool_cache_bootstrap(pc, size, align, align_offset, flags, wchan,
	    palloc, ipl, ctor, dtor, arg);
	return pc;
}

void
pool_cache_destruct_object(pool_cache_t pc, void *obj)
{

	(*pc->pc_dtor)(pc->pc_arg, obj);
	pool_put(&pc->pc_pool, obj);
}

/* Empty a group and free it. */
static void
group_destroy(pool_cache_t pc, struct pool_cache_group *pcg)
{

	while (pcg->pcg_avail > 0)
		pool_cache_destruct_object(pc, pcg->pcg_objects[
		    --pcg->pcg_avail]);
	pool_put(&pcg_pool, pcg);
}

static void
grouplist_destroy(pool_cache_t pc, struct pool_cache_group *pcg)
{
	struct pool_cache_group *next;

	for (; pcg != NULL; pcg = next) {
		next = pcg->pcg_next;
		group_destroy(pc, pcg);
	}
}

/*
 * Give the groups that wait in a CPU's lists back to the pool.
 */
static void
lists_flush(pool_cache_t pc, struct pool_cache_cpu *cc)
{
	struct pool_cache_group *full, *empty;

	mutex_enter(&cc->cc_lock);
	full = cc->cc_full;
	empty = cc->cc_empty;
	atomic_store_relaxed(&cc->cc_full, NULL);
	cc->cc_empty = NULL;
	mutex_exit(&cc->cc_lock);
	grouplist_destroy(pc, full);
	grouplist_destroy(pc, empty);
}

static void
list_add(struct pool_cache_cpu *cc, struct pool_cache_group *pcg)
{

	KASSERT(mutex_owned(&cc->cc_lock));
	if (pcg->pcg_avail > 0) {
		pcg->pcg_next = cc->cc_full;
		atomic_store_relaxed(&cc->cc_full, pcg);
	} else {
		pcg->pcg_next = cc->cc_empty;
		cc->cc_empty = pcg;
	}
}

/* Make a group, or none, the current one; whoever has the old one tells. */
static void
cpu_load(struct pool_cache_cpu *cc, struct pool_cache_group *pcg)
{

	if (pcg == NULL) {
		cc->cc_top = cc->cc_base = cc->cc_end = NULL;
		return;
	}
	cc->cc_base = pcg->pcg_objects;
	cc->cc_top = cc->cc_base + pcg->pcg_avail;
	cc->cc_end = cc->cc_base + PCG_NOBJECTS;
}

/* The current group, with its count; there is none then. */
static struct pool_cache_group *
cpu_unload(struct pool_cache_cpu *cc)
{
	struct pool_cache_group *pcg;

	if (cc->cc_base == NULL)
		return NULL;
	pcg = container_of(cc->cc_base, struct pool_cache_group,
	    pcg_objects[0]);
	pcg->pcg_avail = (unsigned int)(cc->cc_top - cc->cc_base);
	cpu_load(cc, NULL);
	return pcg;
}

static void
swap_groups(struct pool_cache_cpu *cc)
{
	struct pool_cache_group *pcg = cpu_unload(cc);

	cpu_load(cc, cc->cc_previous);
	cc->cc_previous = pcg;
}

/*
 * Move a CPU's groups to its lists.  Runs on that CPU, or when nobody uses
 * the cache any more.
 */
static void
cpu_flush(struct pool_cache_cpu *cc)
{
	struct pool_cache_group *cur = cpu_unload(cc), *prev = cc->cc_previous;

	cc->cc_previous = NULL;
	mutex_enter(&cc->cc_lock);
	if (cur != NULL)
		list_add(cc, cur);
	if (prev != NULL)
		list_add(cc, prev);
	mutex_exit(&cc->cc_lock);
}

static void
cpu_flush_xc(void *arg1, void *arg2)
{
	pool_cache_t pc = arg1;

	cpu_flush(&pc->pc_cpus[cpu_number()]);
}

/*
 * All objects back to the pool, those of the CPUs included.  May sleep.
 */
void
pool_cache_invalidate(pool_cache_t pc)
{
	int i;

	if (ncpu > 1 && !cold)
		xc_wait(xc_broadcast(0, cpu_flush_xc, pc, NULL));
	else
		cpu_flush_xc(pc, NULL);
	for (i = 0; i < ncpu; i++)
		lists_flush(pc, &pc->pc_cpus[i]);
}

static uint64_t
list_count(const struct pool_cache_group *pcg)
{
	uint64_t n;

	for (n = 0; pcg != NULL; pcg = pcg->pcg_next)
		n++;
	return n;
}

/* CPUs count nothing of their own: their gets shall cost nothing. */
void
pool_cache_record(struct pool_cache *pc, struct pool_sysctl *ps)
{

	struct pool_cache_cpu *cc;

	ps->pr_cache_meta_size = sizeof(struct pool_cache_group);
	ps->pr_cache_nmiss_global = atomic_load_relaxed(&pc->pc_misses);
	ps->pr_cache_nfull = ps->pr_cache_nempty = 0;
	for (cc = pc->pc_cpus; cc < pc->pc_cpus + ncpu; cc++) {
		mutex_enter(&cc->cc_lock);
		ps->pr_cache_nfull += list_count(cc->cc_full);
		ps->pr_cache_nempty += list_count(cc->cc_empty);
		mutex_exit(&cc->cc_lock);
	}
}

bool
pool_cache_reclaim(pool_cache_t pc)
{

	return pool_reclaim(&pc->pc_pool) != 0;
}

void
pool_cache_bootstrap_destroy(pool_cache_t pc)
{
	int i;

	/* From now on nobody else looks at it. */
	pool_unlist(&pc->pc_pool);
	for (i = 0; i < ncpu; i++) {
		cpu_flush(&pc->pc_cpus[i]);
		lists_flush(pc, &pc->pc_cpus[i]);
		mutex_destroy(&pc->pc_cpus[i].cc_lock);
	}
	pool_destroy_unlisted(&pc->pc_pool);
	cpus_free(pc->pc_cpus);
}

void
pool_cache_destroy(pool_cache_t pc)
{

	pool_cache_bootstrap_destroy(pc);
	pool_put(&cache_pool, pc);
}

static inline bool
cpu_has_full(const struct pool_cache_cpu *cc)
{

	return atomic_load_relaxed(&cc->cc_full) != NULL;
}

/* Who has full groups in its list, cc before others; NULL: nobody. */
static struct pool_cache_cpu *
cpu_with_full(pool_cache_t pc, struct pool_cache_cpu *cc)
{
	int i;

	if (cpu_has_full(cc))
		return cc;
	for (i = 0; i < ncpu; i++)
		if (cpu_has_full(&pc->pc_cpus[i]))
			return &pc->pc_cpus[i];
	return NULL;
}

/*
 * Current is empty (or there is none): exchange it for a full group from the
 * lists.  True: current has objects now.  Who gave the full one will need the
 * empty one.
 */
static bool
cpu_refill(pool_cache_t pc, struct pool_cache_cpu *cc)
{
	struct pool_cache_cpu *from = cpu_with_full(pc, cc);
	struct pool_cache_group *pcg, *old;

	if (from == NULL || !mutex_tryenter(&from->cc_lock))
		return false;
	pcg = from->cc_full;
	if (pcg != NULL) {
		atomic_store_relaxed(&from->cc_full, pcg->pcg_next);
		old = cpu_unload(cc);
		if (old != NULL)
			list_add(from, old);
		cpu_load(cc, pcg);
	}
	mutex_exit(&from->cc_lock);
	return pcg != NULL;
}

/*
 * Current and previous are full: move current away and take an empty group.
 */
static bool
cpu_makeroom(struct pool_cache_cpu *cc)
{
	struct pool_cache_group *pcg, *old;

	if (!mutex_tryenter(&cc->cc_lock))
		return false;
	pcg = cc->cc_empty;
	if (pcg != NULL)
		cc->cc_empty = pcg->pcg_next;
	else
		pcg = pool_get_nofault(&pcg_pool, PR_NOWAIT);
	if (pcg != NULL) {
		pcg->pcg_avail = 0;
		pcg->pcg_next = NULL;
		old = cpu_unload(cc);
		if (old != NULL)
			list_add(cc, old);
		cpu_load(cc, pcg);
	}
	mutex_exit(&cc->cc_lock);
	return pcg != NULL;
}

/*
 * An object had to come from the pool: have as many more that are at hand as
 * the next gets will want, where nothing needs to be constructed.
 */
static void
cpu_stock(pool_cache_t pc, struct pool_cache_cpu *cc)
{

	if (pc->pc_ctor != nullctor || cc->cc_top != cc->cc_base ||
	    (cc->cc_base == NULL && !cpu_makeroom(cc)))
		return;
	cc->cc_top += pool_get_more(&pc->pc_pool, cc->cc_top, PC_STOCK);
}

/* The current group is empty, or there is none. */
void *
pool_cache_get_slow(pool_cache_t pc, struct pool_cache_cpu *cc, int flags)
{
	void *obj;

	if (cc->cc_previous != NULL && cc->cc_previous->pcg_avail > 0)
		swap_groups(cc);
	if (cc->cc_top != cc->cc_base || cpu_refill(pc, cc))
		return *--cc->cc_top;

	atomic_store_relaxed(&pc->pc_misses,
	    atomic_load_relaxed(&pc->pc_misses) + 1);
	obj = pool_get_nofault(&pc->pc_pool, flags & ~PR_ZERO);
	if (obj == NULL)
		return NULL;
	if ((*pc->pc_ctor)(pc->pc_arg, obj, flags) != 0) {
		pool_put(&pc->pc_pool, obj);
		return NULL;
	}
	/* The wait for memory may have ended on another CPU. */
	cpu_stock(pc, &pc->pc_cpus[cpu_number()]);
	return obj;
}

/*
 * The current group is full, or there is none.  Somebody who waits for an
 * object gets this one.
 */
void
pool_cache_put_slow(pool_cache_t pc, struct pool_cache_cpu *cc, void *obj)
{

	if (__predict_false((atomic_load_relaxed(&pc->pc_pool.pr_flags) &
	    PR_WANTED) != 0)) {
		pool_cache_destruct_object(pc, obj);
		return;
	}
	if (cc->cc_previous != NULL && cc->cc_previous->pcg_avail == 0)
		swap_groups(cc);
	if (cc->cc_top != cc->cc_end || cpu_makeroom(cc))
		*cc->cc_top++ = obj;
	else
		pool_cache_destruct_object(pc, obj);
}

void *
pool_cache_get_paddr(pool_cache_t pc, int flags, paddr_t *pap)
{
	void *obj;

	if ((flags & PR_NOWAIT) != 0 && rump_fault_alloc_p())
		return NULL;
	obj = pool_cache_get_on(pc, cpu_number(), flags);
	if (pap != NULL)
		*pap = (paddr_t)(uintptr_t)obj;
	return obj;
}

void
pool_cache_put_paddr(pool_cache_t pc, void *obj, paddr_t pa)
{

	pool_cache_put_on(pc, cpu_number(), obj);
}

void
pool_cache_prime(pool_cache_t pc, int n)
{

	pool_prime(&pc->pc_pool, n);
}

void
pool_cache_set_drain_hook(pool_cache_t pc, void (*fn)(void *, int), void *arg)
{

	pool_set_drain_hook(&pc->pc_pool, fn, arg);
}

void
pool_cache_setlowat(pool_cache_t pc, int n)
{

	pool_setlowat(&pc->pc_pool, n);
}

void
pool_cache_sethiwat(pool_cache_t pc, int n)
{

	pool_sethiwat(&pc->pc_pool, n);
}

void
pool_cache_sethardlimit(pool_cache_t pc, int n, const char *msg, int ratecap)
{

	pool_sethardlimit(&pc->pc_pool, n, msg, ratecap);
}

void
pool_cache_cpu_init(struct cpu_info *ci)
{

	/* Nothing: CPUs are there before the first cache is. */
	KASSERT(ci != NULL);
}

unsigned int
pool_cache_nget(pool_cache_t pc)
{

	return pool_nget(&pc->pc_pool);
}

unsigned int
pool_cache_nput(pool_cache_t pc)
{

	return pool_nput(&pc->pc_pool);
}

struct pool *
pool_cache_pool(struct pool_cache *pc)
{

	return &pc->pc_pool;
}
