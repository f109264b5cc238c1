/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_contend_mem: no piece is ever given to two, none is lost,
 * and who waits for one gets it.
 */
#include "kt.h"

#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/vmem.h>

#include "contend.h"

void	rump_kt_contend_pool(void);
void	rump_kt_contend_cache(void);
void	rump_kt_contend_kmem(void);
void	rump_kt_contend_vmem(void);

#define	ROUNDS	10000
#define	HOLD	16

static struct pool pool;
static pool_cache_t cache;
static vmem_t *arena, *direct;

struct item {
	u_int	it_owner;
	u_int	it_pad[15];
};

/* Three items for six threads, which wait for them. */
static void
pool_body(u_int id)
{
	u_int seed = id, i;
	struct item *it;

	for (i = 0; i < ROUNDS; i++) {
		if (contend_rand(&seed, 4) == 0) {
			it = pool_get(&pool, PR_NOWAIT);
			if (it == NULL)
				continue;
		} else
			it = pool_get(&pool, PR_WAITOK);
		it->it_owner = id;
		if (contend_rand(&seed, 4) == 0)
			yield();
		KT_EQ(id, it->it_owner);
		pool_put(&pool, it);
		if (contend_rand(&seed, 200) == 0)
			(void)pool_reclaim(&pool);
	}
}

void
rump_kt_contend_pool(void)
{

	pool_init(&pool, sizeof(struct item), 0, 0, 0, "ktpool", NULL,
	    IPL_NONE);
	pool_sethardlimit(&pool, 3, NULL, 0);
	contend(CONTEND_THREADS, pool_body);
	KT_EQ(pool_nget(&pool), pool_nput(&pool));
	KT_EQ(0, pool.pr_nout);
	pool_destroy(&pool);
}

static volatile u_int ctors, dtors;

#define	FREE	0x66726565

static int
item_ctor(void *arg, void *obj, int flags)
{

	((struct item *)obj)->it_owner = FREE;
	atomic_inc_uint(&ctors);
	return 0;
}

static void
item_dtor(void *arg, void *obj)
{

	KT_EQ(FREE, ((struct item *)obj)->it_owner);
	atomic_inc_uint(&dtors);
}

/* A random slot is filled or emptied; objects come back constructed. */
static void
cache_body(u_int id)
{
	struct item *held[HOLD] = { NULL }, **it;
	u_int seed = id, i;

	for (i = 0; i < 4 * ROUNDS + HOLD; i++) {
		it = &held[i < 4 * ROUNDS ? contend_rand(&seed, HOLD) :
		    i % HOLD];
		if (*it != NULL) {
			KT_EQ(id, (*it)->it_owner);
			(*it)->it_owner = FREE;
			if (contend_rand(&seed, 16) != 0)
				pool_cache_put(cache, *it);
			else
				pool_cache_destruct_object(cache, *it);
			*it = NULL;
		} else if (i < 4 * ROUNDS) {
			*it = pool_cache_get(cache, PR_WAITOK);
			KT_EQ(FREE, (*it)->it_owner);
			(*it)->it_owner = id;
		}
		if (contend_rand(&seed, 32) == 0)
			yield();
		if (contend_rand(&seed, 2000) == 0)
			pool_cache_invalidate(cache);
		else if (contend_rand(&seed, 2000) == 0)
			(void)pool_cache_reclaim(cache);
	}
}

void
rump_kt_contend_cache(void)
{

	cache = pool_cache_init(sizeof(struct item), 0, 0, 0, "ktcache", NULL,
	    IPL_NONE, item_ctor, item_dtor, NULL);
	contend(CONTEND_THREADS, cache_body);
	pool_cache_destroy(cache);
	KT(ctors > 0);
	KT_EQ(ctors, dtors);
}

struct piece {
	u_char	*p_mem;
	size_t	p_size;
};

/* The first and the last byte say whose a piece is. */
static void
kmem_body(u_int id)
{
	struct piece held[HOLD] = { { NULL, 0 } }, *p;
	u_int seed = id, i;

	for (i = 0; i < ROUNDS + HOLD; i++) {
		p = &held[i < ROUNDS ? contend_rand(&seed, HOLD) : i % HOLD];
		if (p->p_mem != NULL) {
			KT(p->p_mem[0] == id && p->p_mem[p->p_size - 1] == id);
			kmem_free(p->p_mem, p->p_size);
			p->p_mem = NULL;
		} else if (i < ROUNDS) {
			p->p_size = 1 + contend_rand(&seed,
			    contend_rand(&seed, 8) == 0 ? 40000 : 700);
			p->p_mem = kmem_zalloc(p->p_size, KM_SLEEP);
			KT(p->p_mem[0] == 0 && p->p_mem[p->p_size - 1] == 0);
			p->p_mem[0] = p->p_mem[p->p_size - 1] = id;
		}
		if (contend_rand(&seed, 16) == 0)
			yield();
	}
}

void
rump_kt_contend_kmem(void)
{

	contend(CONTEND_THREADS, kmem_body);
}

#define	SPAN	256		/* less than all want at once */
static volatile u_char owner[SPAN];

static void
own(vmem_addr_t addr, u_int size, u_char from, u_char to)
{

	KT(addr >= 1000 && addr + size <= 1000 + SPAN);
	for (addr -= 1000; size-- > 0; addr++) {
		KT_EQ(from, owner[addr]);
		owner[addr] = to;
	}
}

/* From an arena that imports, and straight from the one below it. */
static void
vmem_body(u_int id)
{
	vmem_addr_t addr;
	u_int seed = id, size, i;
	vmem_t *vm;
	int error;

	for (i = 0; i < ROUNDS; i++) {
		vm = contend_rand(&seed, 2) == 0 ? arena : direct;
		size = 1 + contend_rand(&seed, 40);
		error = vmem_alloc(vm, size, VM_BESTFIT |
		    (vm == direct && i % 4 != 0 ? VM_SLEEP : VM_NOSLEEP),
		    &addr);
		KT(error == 0 || error == ENOMEM);
		if (error != 0)
			continue;
		own(addr, size, 0, id + 1);
		if (contend_rand(&seed, 2) == 0)
			yield();
		own(addr, size, id + 1, 0);
		vmem_free(vm, addr, size);
	}
}

static int
import(void *arg, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp)
{

	return vmem_alloc(arg, size, flags, addrp);
}

static void
give_back(void *arg, vmem_addr_t addr, vmem_size_t size)
{

	vmem_free(arg, addr, size);
}

void
rump_kt_contend_vmem(void)
{
	vmem_addr_t addr;

	direct = vmem_create("ktdirect", 1000, SPAN, 1, NULL, NULL, NULL, 0,
	    VM_SLEEP, IPL_NONE);
	arena = vmem_create("ktarena", 0, 0, 1, import, give_back, direct,
	    0, VM_SLEEP, IPL_NONE);
	contend(CONTEND_THREADS, vmem_body);
	vmem_destroy(arena);
	/* All there again, and in one piece. */
	KT_EQ(0, vmem_size(direct, VMEM_ALLOC));
	KT_EQ(0, vmem_alloc(direct, SPAN, VM_BESTFIT | VM_NOSLEEP, &addr));
	vmem_free(direct, addr, SPAN);
	vmem_destroy(direct);
}
