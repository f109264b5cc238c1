/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool_cache(9): constructed objects of a pool, kept in groups.
 *
 * Each virtual CPU has two groups per cache: gets and puts work on them
 * without any lock, since a thread keeps its virtual CPU until it sleeps and
 * nothing here sleeps in between.  Full and empty groups beyond those two are
 * in lists under pc_lock.  The per-CPU structures are made when a CPU first
 * uses a cache; the boot CPU's is built in.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>

#include "pool_cache_private.h"

static struct pool pcg_pool;	/* groups */
static struct pool cache_pool;	/* struct pool_cache, made by init */
static bool pcg_ready;

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

	pcg_bootstrap();
	memset(pc, 0, sizeof(*pc));
	pool_init(&pc->pc_pool, size, align, align_offset, flags, wchan,
	    palloc, ipl);
	mutex_init(&pc->pc_lock, MUTEX_DEFAULT, ipl);
	pc->pc_ctor = ctor != NULL ? ctor : nullctor;
	pc->pc_dtor = dtor != NULL ? dtor : nulldtor;
	pc->pc_arg = arg;
	pc->pc_ncpu = __arraycount(pc->pc_cpubuiltin);
	pc->pc_cpus = pc->pc_cpubuiltin;
	pc->pc_cpubuiltin[0] = &pc->pc_cpu0;
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

static bool
grouplist_destroy(pool_cache_t pc, struct pool_cache_group *pcg)
{
	struct pool_cache_group *next;
	bool any = pcg != NULL;

	for (; pcg != NULL; pcg = next) {
		next = pcg->pcg_next;
		group_destroy(pc, pcg);
	}
	return any;
}

/*
 * Give the groups that wait in the lists back to the pool.
 */
static bool
lists_flush(pool_cache_t pc)
{
	struct pool_cache_group *full, *empty;
	bool any;

	mutex_enter(&pc->pc_lock);
	full = pc->pc_full;
	empty = pc->pc_empty;
	atomic_store_relaxed(&pc->pc_full, NULL);
	pc->pc_empty = NULL;
	pc->pc_nfull = pc->pc_nempty = 0;
	mutex_exit(&pc->pc_lock);
	any = grouplist_destroy(pc, full);
	return grouplist_destroy(pc, empty) || any;
}

static void
list_add(pool_cache_t pc, struct pool_cache_group *pcg)
{

	KASSERT(mutex_owned(&pc->pc_lock));
	if (pcg->pcg_avail > 0) {
		pcg->pcg_next = pc->pc_full;
		atomic_store_relaxed(&pc->pc_full, pcg);
		pc->pc_nfull++;
	} else {
		pcg->pcg_next = pc->pc_empty;
		pc->pc_empty = pcg;
		pc->pc_nempty++;
	}
}

/*
 * Move a CPU's groups to the lists.  Runs on that CPU, or when nobody uses
 * the cache any more.
 */
static void
cpu_flush(pool_cache_t pc, struct pool_cache_cpu *cc)
{
	struct pool_cache_group *cur = cc->cc_current, *prev = cc->cc_previous;

	cc->cc_current = cc->cc_previous = NULL;
	mutex_enter(&pc->pc_lock);
	if (cur != NULL)
		list_add(pc, cur);
	if (prev != NULL)
		list_add(pc, prev);
	mutex_exit(&pc->pc_lock);
}

static struct pool_cache_cpu *
cpu_lookup_cache(pool_cache_t pc, u_int idx)
{

	if (__predict_false(idx >= atomic_load_acquire(&pc->pc_ncpu)))
		return NULL;
	return atomic_load_acquire(&atomic_load_acquire(&pc->pc_cpus)[idx]);
}

static void
cpu_flush_xc(void *arg1, void *arg2)
{
	pool_cache_t pc = arg1;
	struct pool_cache_cpu *cc;

	cc = cpu_lookup_cache(pc, cpu_number());
	if (cc != NULL)
		cpu_flush(pc, cc);
}

/*
 * All objects back to the pool, those of the CPUs included.  May sleep.
 */
void
pool_cache_invalidate(pool_cache_t pc)
{

	if (ncpu > 1 && !cold)
		xc_wait(xc_broadcast(0, cpu_flush_xc, pc, NULL));
	else
		cpu_flush_xc(pc, NULL);
	(void)lists_flush(pc);
}

/* CPUs count nothing of their own: their gets shall cost nothing. */
void
pool_cache_record(struct pool_cache *pc, struct pool_sysctl *ps)
{

	mutex_enter(&pc->pc_lock);
	ps->pr_cache_meta_size = sizeof(struct pool_cache_group);
	ps->pr_cache_nfull = pc->pc_nfull;
	ps->pr_cache_nempty = pc->pc_nempty;
	ps->pr_cache_nmiss_global = atomic_load_relaxed(&pc->pc_misses);
	mutex_exit(&pc->pc_lock);
}

bool
pool_cache_reclaim(pool_cache_t pc)
{

	return pool_reclaim(&pc->pc_pool) != 0;
}

void
pool_cache_bootstrap_destroy(pool_cache_t pc)
{
	struct pool_cache_cpu **old, **next;
	u_int i;

	/* From now on nobody else looks at it. */
	pool_unlist(&pc->pc_pool);
	for (i = 0; i < pc->pc_ncpu; i++) {
		if (pc->pc_cpus[i] == NULL)
			continue;
		cpu_flush(pc, pc->pc_cpus[i]);
		if (i > 0)
			kmem_intr_free(pc->pc_cpus[i], sizeof(*pc->pc_cpus[i]));
	}
	(void)lists_flush(pc);
	pool_destroy_unlisted(&pc->pc_pool);
	for (old = pc->pc_cpus; old != pc->pc_cpubuiltin; old = next) {
		next = (struct pool_cache_cpu **)old[-1];
		i = (u_int)(uintptr_t)old[-2];
		kmem_intr_free(old - 2, (i + 2) * sizeof(*old));
	}
	mutex_destroy(&pc->pc_lock);
}

void
pool_cache_destroy(pool_cache_t pc)
{

	pool_cache_bootstrap_destroy(pc);
	pool_put(&cache_pool, pc);
}

/*
 * The table of CPUs is too short: a longer one replaces it.  Old ones stay,
 * linked, since others may be reading them.  Entry -1 is the link to the
 * older table, entry -2 the length.
 */
static bool
cpu_table_grow(pool_cache_t pc, u_int idx)
{
	u_int n = MAX(idx + 1, (u_int)ncpu), i;
	struct pool_cache_cpu **tab;

	tab = kmem_intr_zalloc((n + 2) * sizeof(*tab), KM_NOSLEEP);
	if (tab == NULL)
		return false;
	tab += 2;
	tab[-2] = (struct pool_cache_cpu *)(uintptr_t)n;
	mutex_enter(&pc->pc_lock);
	if (idx < pc->pc_ncpu) {
		mutex_exit(&pc->pc_lock);
		kmem_intr_free(tab - 2, (n + 2) * sizeof(*tab));
		return true;
	}
	for (i = 0; i < pc->pc_ncpu; i++)
		tab[i] = atomic_load_relaxed(&pc->pc_cpus[i]);
	tab[-1] = (struct pool_cache_cpu *)pc->pc_cpus;
	atomic_store_release(&pc->pc_cpus, tab);
	atomic_store_release(&pc->pc_ncpu, n);
	mutex_exit(&pc->pc_lock);
	return true;
}

/*
 * The calling CPU's part of the cache, made if need be; NULL: no memory now,
 * do without.
 */
static struct pool_cache_cpu *
cpu_attach(pool_cache_t pc)
{
	u_int idx = cpu_number();
	struct pool_cache_cpu *cc;

	if (idx >= atomic_load_relaxed(&pc->pc_ncpu) &&
	    !cpu_table_grow(pc, idx))
		return NULL;
	if ((cc = cpu_lookup_cache(pc, idx)) != NULL)
		return cc;
	cc = kmem_intr_zalloc(sizeof(*cc), KM_NOSLEEP);
	if (cc == NULL)
		return NULL;
	mutex_enter(&pc->pc_lock);
	if (cpu_number() == idx && pc->pc_cpus[idx] == NULL) {
		atomic_store_release(&pc->pc_cpus[idx], cc);
		mutex_exit(&pc->pc_lock);
		return cc;
	}
	mutex_exit(&pc->pc_lock);
	kmem_intr_free(cc, sizeof(*cc));
	return NULL;
}

/*
 * Current is empty (or there is none): exchange it for a full group from the
 * lists.  True: current has objects now.
 */
static bool
cpu_refill(pool_cache_t pc, struct pool_cache_cpu *cc)
{
	struct pool_cache_group *pcg;

	if (atomic_load_relaxed(&pc->pc_full) == NULL ||
	    !mutex_tryenter(&pc->pc_lock))
		return false;
	pcg = pc->pc_full;
	if (pcg != NULL) {
		atomic_store_relaxed(&pc->pc_full, pcg->pcg_next);
		pc->pc_nfull--;
		if (cc->cc_current != NULL)
			list_add(pc, cc->cc_current);
		cc->cc_current = pcg;
	}
	mutex_exit(&pc->pc_lock);
	return pcg != NULL;
}

/*
 * Current and previous are full: move current away and take an empty group.
 */
static bool
cpu_makeroom(pool_cache_t pc, struct pool_cache_cpu *cc)
{
	struct pool_cache_group *pcg = NULL;

	if (!mutex_tryenter(&pc->pc_lock))
		return false;
	if (pc->pc_empty != NULL) {
		pcg = pc->pc_empty;
		pc->pc_empty = pcg->pcg_next;
		pc->pc_nempty--;
	} else
		pcg = pool_get_nofault(&pcg_pool, PR_NOWAIT);
	if (pcg != NULL) {
		pcg->pcg_avail = 0;
		pcg->pcg_next = NULL;
		if (cc->cc_current != NULL)
			list_add(pc, cc->cc_current);
		cc->cc_current = pcg;
	}
	mutex_exit(&pc->pc_lock);
	return pcg != NULL;
}

static void *
get_slow(pool_cache_t pc, int flags)
{
	void *obj;

	atomic_store_relaxed(&pc->pc_misses,
	    atomic_load_relaxed(&pc->pc_misses) + 1);
	obj = pool_get_nofault(&pc->pc_pool, flags & ~PR_ZERO);
	if (obj == NULL)
		return NULL;
	if ((*pc->pc_ctor)(pc->pc_arg, obj, flags) != 0) {
		pool_put(&pc->pc_pool, obj);
		return NULL;
	}
	return obj;
}

static inline void
swap_groups(struct pool_cache_cpu *cc)
{
	struct pool_cache_group *pcg = cc->cc_current;

	cc->cc_current = cc->cc_previous;
	cc->cc_previous = pcg;
}

void *
pool_cache_get_paddr(pool_cache_t pc, int flags, paddr_t *pap)
{
	struct pool_cache_group *pcg;
	struct pool_cache_cpu *cc;
	void *obj;

	if ((flags & PR_NOWAIT) != 0 && rump_fault_alloc_p())
		return NULL;
	cc = cpu_lookup_cache(pc, cpu_number());
	while (__predict_true(cc != NULL)) {
		pcg = cc->cc_current;
		if (__predict_true(pcg != NULL && pcg->pcg_avail > 0)) {
			obj = pcg->pcg_objects[--pcg->pcg_avail];
			goto out;
		}
		pcg = cc->cc_previous;
		if (pcg != NULL && pcg->pcg_avail > 0)
			swap_groups(cc);
		else if (!cpu_refill(pc, cc))
			break;
	}
	obj = get_slow(pc, flags);
 out:
	if (pap != NULL)
		*pap = (paddr_t)(uintptr_t)obj;
	return obj;
}

void
pool_cache_put_paddr(pool_cache_t pc, void *obj, paddr_t pa)
{
	struct pool_cache_group *pcg;
	struct pool_cache_cpu *cc;

	cc = cpu_lookup_cache(pc, cpu_number());
	if (__predict_false(cc == NULL))
		cc = cpu_attach(pc);
	while (__predict_true(cc != NULL)) {
		pcg = cc->cc_current;
		if (__predict_true(pcg != NULL &&
		    pcg->pcg_avail < PCG_NOBJECTS)) {
			pcg->pcg_objects[pcg->pcg_avail++] = obj;
			return;
		}
		pcg = cc->cc_previous;
		if (pcg != NULL && pcg->pcg_avail == 0)
			swap_groups(cc);
		else if (!cpu_makeroom(pc, cc))
			break;
	}
	pool_cache_destruct_object(pc, obj);
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

	/* Nothing: each cache makes a CPU's part when that CPU first frees. */
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
