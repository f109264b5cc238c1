/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_kmem: kmem(9), malloc(9), pool(9), pool_cache(9), vmem(9),
 * what RUMP_MEMLIMIT and the fault knob do to them.
 */

#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/malloc.h>
#include <sys/pool.h>
#include <sys/vmem.h>
#include <sys/xcall.h>

#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "kt.h"

void rump_kt_kmem_sizes(void);
void rump_kt_kmem_strings(void);
void rump_kt_kmem_wrongsize(void);
void rump_kt_kmem_stress(void);
void rump_kt_malloc(void);
void rump_kt_pool(void);
void rump_kt_pool_limit(void);
void rump_kt_pool_misuse(int);
void rump_kt_pool_private(void);
void rump_kt_pool_drain(void);
void rump_kt_cache(void);
void rump_kt_cache_home(void);
void rump_kt_cache_stress(void);
void rump_kt_vmem(void);
void rump_kt_uvm_km(void);
void rump_kt_memlimit(void);
void rump_kt_memlimit_wait(void);
void rump_kt_fault(void);
void rump_kt_cache_limits(void);
void rump_kt_cache_limit_wait(void);
void rump_kt_vmem_add(void);

static void
fill(void *p, size_t len, uint8_t v)
{

	memset(p, v, len);
}

static void
check(const void *p, size_t len, uint8_t v)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < len; i++)
		KT_EQ(v, b[i]);
}

void
rump_kt_kmem_sizes(void)
{
	static const size_t sizes[] = { 1, 15, 16, 17, 63, 64, 65, 100, 128,
	    129, 500, 512, 1000, 1024, 1345, 2047, 2048, 2049, 4095, 4096,
	    4097, 8192, 65536, 65537, 300000 };
	void *p[__arraycount(sizes)];
	size_t i;

	for (i = 0; i < __arraycount(sizes); i++) {
		p[i] = kmem_alloc(sizes[i], KM_SLEEP);
		KT_EQ(0, (uintptr_t)p[i] & 15);
		if (sizes[i] >= PAGE_SIZE)
			KT_EQ(0, (uintptr_t)p[i] & PAGE_MASK);
		fill(p[i], sizes[i], (uint8_t)i);
		KT(kmem_roundup_size(sizes[i]) >= sizes[i]);
	}
	for (i = 0; i < __arraycount(sizes); i++) {
		check(p[i], sizes[i], (uint8_t)i);
		kmem_free(p[i], sizes[i]);
	}
	for (i = 0; i < __arraycount(sizes); i++) {
		p[i] = kmem_zalloc(sizes[i], KM_NOSLEEP);
		KT(p[i] != NULL);
		check(p[i], sizes[i], 0);
		kmem_free(p[i], sizes[i]);
	}
}

void
rump_kt_kmem_strings(void)
{
	char *s, stackbuf[16], *t;
	size_t len;

	s = kmem_asprintf("%s-%d", "abc", 42);
	kt_streq(s, "abc-42");
	kmem_strfree(s);
	s = kmem_strdupsize("hello", &len, KM_SLEEP);
	kt_streq(s, "hello");
	KT_EQ(6, len);
	kmem_strfree(s);
	s = kmem_strndup("hello", 3, KM_SLEEP);
	kt_streq(s, "hel");
	kmem_strfree(s);
	kmem_strfree(NULL);
	t = kmem_tmpbuf_alloc(16, stackbuf, sizeof(stackbuf), KM_SLEEP);
	KT(t == stackbuf);
	kmem_tmpbuf_free(t, 16, stackbuf);
	t = kmem_tmpbuf_alloc(17, stackbuf, sizeof(stackbuf), KM_SLEEP);
	KT(t != stackbuf);
	kmem_tmpbuf_free(t, 17, stackbuf);
}

void
rump_kt_kmem_wrongsize(void)
{
	void *p = kmem_alloc(100, KM_SLEEP);

	kmem_free(p, 200);
}

static void
kmem_worker(void *arg)
{
	enum { N = 64 };
	uint32_t seed = (uint32_t)(uintptr_t)curlwp;
	size_t size[N];
	void *p[N];
	int i, j;

	memset(p, 0, sizeof(p));
	for (i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		j = (seed >> 16) % N;
		if (p[j] != NULL) {
			check(p[j], MIN(size[j], 64), (uint8_t)j);
			kmem_free(p[j], size[j]);
			p[j] = NULL;
			continue;
		}
		size[j] = 1 + (seed >> 8) % ((seed & 31) == 0 ? 20000 : 1200);
		p[j] = kmem_alloc(size[j], KM_SLEEP);
		fill(p[j], size[j], (uint8_t)j);
		if (i % 512 == 0)
			yield();
	}
	for (j = 0; j < N; j++) {
		if (p[j] != NULL)
			kmem_free(p[j], size[j]);
	}
	kthread_exit(0);
}

void
rump_kt_kmem_stress(void)
{
	struct kt_threads kt;

	kt_start(&kt, 8, kmem_worker, NULL);
	kt_join(&kt);
}

void
rump_kt_malloc(void)
{
	char *p;

	p = malloc(10, M_TEMP, M_WAITOK | M_ZERO);
	check(p, 10, 0);
	fill(p, 10, 7);
	p = realloc(p, 5000, M_TEMP, M_WAITOK);
	check(p, 10, 7);
	p = realloc(p, 3, M_TEMP, M_NOWAIT);
	check(p, 3, 7);
	free(p, M_TEMP);
	KT(realloc(malloc(4, M_TEMP, 0), 0, M_TEMP, 0) == NULL);
	KT(malloc(SIZE_MAX / 2, M_TEMP, M_CANFAIL) == NULL);
}

void
rump_kt_pool(void)
{
	static const size_t sizes[] = { 8, 24, 100, 576, 1500, 2100, 3000,
	    5000, 9000, 70000 };
	struct pool pool;
	void *item[300];
	size_t i, j, n;

	for (i = 0; i < __arraycount(sizes); i++) {
		pool_init(&pool, sizes[i], 0, 0, 0, "ktpool", NULL, IPL_NONE);
		n = sizes[i] > 1000 ? 20 : 300;
		for (j = 0; j < n; j++) {
			item[j] = pool_get(&pool, j & 1 ? PR_WAITOK :
			    PR_WAITOK | PR_ZERO);
			KT_EQ(0, (uintptr_t)item[j] & 7);
			if ((j & 1) == 0)
				check(item[j], sizes[i], 0);
			fill(item[j], sizes[i], (uint8_t)j);
		}
		for (j = 0; j < n; j++)
			check(item[j], MIN(sizes[i], 64), (uint8_t)j);
		for (j = 0; j < n; j++)
			pool_put(&pool, item[j]);
		KT_EQ(n, pool_nget(&pool));
		KT_EQ(n, pool_nput(&pool));
		KT(pool_reclaim(&pool) != 0);
		KT_EQ(0, pool_reclaim(&pool));
		pool_destroy(&pool);
	}
}

static void
limit_freer(void *arg)
{
	void **args = arg;

	kt_pause(2);
	pool_put(args[0], args[1]);
	kthread_exit(0);
}

void
rump_kt_pool_limit(void)
{
	struct kt_threads kt;
	struct pool pool;
	void *a, *b, *c, *args[2];

	pool_init(&pool, 64, 64, 0, 0, "ktlimit", NULL, IPL_NONE);
	pool_sethardlimit(&pool, 2, "limit reached", 1);
	a = pool_get(&pool, PR_WAITOK);
	b = pool_get(&pool, PR_NOWAIT);
	KT(a != NULL && b != NULL);
	KT_EQ(0, (uintptr_t)b & 63);
	KT(pool_get(&pool, PR_NOWAIT) == NULL);
	KT(pool_get(&pool, PR_WAITOK | PR_LIMITFAIL) == NULL);
	args[0] = &pool;
	args[1] = a;
	kt_start(&kt, 1, limit_freer, args);
	c = pool_get(&pool, PR_WAITOK);
	KT(c == a);
	kt_join(&kt);
	pool_put(&pool, b);
	pool_put(&pool, c);

	/* Water marks: empty pages beyond the high one go at once. */
	pool_sethardlimit(&pool, 100000, NULL, 0);
	pool_setlowat(&pool, 1);
	pool_sethiwat(&pool, 1);
	KT(pool.pr_npages >= 1);
	a = pool_get(&pool, PR_WAITOK);
	pool_put(&pool, a);
	KT_EQ(1, pool.pr_npages);
	(void)pool_reclaim(&pool);
	KT_EQ(1, pool.pr_npages);
	pool_prime(&pool, 500);
	KT(pool.pr_npages > 5);
	pool_destroy(&pool);
}

/* 0: twice, 1: into the middle, 2: another pool's, 3: destroy in use. */
void
rump_kt_pool_misuse(int how)
{
	struct pool *p1, *p2;
	char *item;

	p1 = kmem_alloc(sizeof(*p1), KM_SLEEP);
	p2 = kmem_alloc(sizeof(*p2), KM_SLEEP);
	pool_init(p1, 128, 0, 0, 0, "kt1", NULL, IPL_NONE);
	pool_init(p2, 128, 0, 0, 0, "kt2", NULL, IPL_NONE);
	item = pool_get(p1, PR_WAITOK);
	(void)pool_get(p2, PR_WAITOK);
	switch (how) {
	case 0:
		pool_put(p1, item);
		pool_put(p1, item);
		break;
	case 1:
		pool_put(p1, item + 16);
		break;
	case 2:
		pool_put(p2, item);
		break;
	case 3:
		pool_destroy(p1);
		break;
	}
}

static int private_pages;

static void *
private_alloc(struct pool *pp, int flags)
{
	char *p;

	/* On purpose not aligned to the size. */
	p = kmem_alloc(8192 + 64, KM_SLEEP);
	private_pages++;
	return p + 64;
}

static void
private_free(struct pool *pp, void *v)
{

	private_pages--;
	kmem_free((char *)v - 64, 8192 + 64);
}

static struct pool_allocator private_allocator = {
	.pa_alloc = private_alloc,
	.pa_free = private_free,
	.pa_pagesz = 8192,
};

void
rump_kt_pool_private(void)
{
	struct pool pool;
	void *item[100];
	int i;

	pool_init(&pool, 200, 0, 0, PR_NOALIGN, "ktpriv", &private_allocator,
	    IPL_NONE);
	for (i = 0; i < 100; i++) {
		item[i] = pool_get(&pool, PR_WAITOK);
		fill(item[i], 200, (uint8_t)i);
	}
	KT_EQ(3, private_pages);
	for (i = 0; i < 100; i++) {
		check(item[i], 200, (uint8_t)i);
		pool_put(&pool, item[i]);
	}
	(void)pool_reclaim(&pool);
	KT_EQ(0, private_pages);
	pool_destroy(&pool);
}

static int drained;

static void
drain_hook(void *arg, int flags)
{

	KT(arg == &drained);
	drained++;
}

void
rump_kt_pool_drain(void)
{
	enum { N = 2000 };
	struct pool pool;
	size_t used;
	void **item;
	int i;

	item = kmem_alloc(N * sizeof(*item), KM_SLEEP);
	pool_init(&pool, 1024, 0, 0, 0, "ktdrain", NULL, IPL_NONE);
	pool_set_drain_hook(&pool, drain_hook, &drained);
	pool_drain_all();
	used = rump_hypermem_used();
	for (i = 0; i < N; i++)
		item[i] = pool_get(&pool, PR_WAITOK);
	KT(rump_hypermem_used() >= used + N * 1024);
	for (i = 0; i < N; i++)
		pool_put(&pool, item[i]);
	drained = 0;
	pool_drain_all();
	KT(drained > 0);
	KT(rump_hypermem_used() <= used + 16 * PAGE_SIZE);
	pool_destroy(&pool);
	kmem_free(item, N * sizeof(*item));
}

static volatile u_int ctors, dtors;
static bool ctor_fails;

static int
cache_ctor(void *arg, void *obj, int flags)
{

	KT(arg == &ctors);
	if (ctor_fails)
		return ENOMEM;
	atomic_inc_uint(&ctors);
	memset(obj, 0x5a, 96);
	return 0;
}

static void
cache_dtor(void *arg, void *obj)
{

	check(obj, 96, 0x5a);
	atomic_inc_uint(&dtors);
}

static pool_cache_t
make_cache(void)
{

	ctors = dtors = 0;
	return pool_cache_init(96, 0, 0, 0, "ktcache", NULL, IPL_NONE,
	    cache_ctor, cache_dtor, __UNVOLATILE(&ctors));
}

void
rump_kt_cache(void)
{
	pool_cache_t pc = make_cache();
	void *obj[200];
	paddr_t pa;
	int i, round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 200; i++) {
			obj[i] = pool_cache_get_paddr(pc, PR_WAITOK, &pa);
			KT_EQ((paddr_t)(uintptr_t)obj[i], pa);
			check(obj[i], 96, 0x5a);
		}
		for (i = 0; i < 200; i++)
			pool_cache_put(pc, obj[i]);
	}
	/* Constructed state is kept: no second round of constructors. */
	KT_EQ(200, ctors);
	KT_EQ(0, dtors);
	pool_cache_invalidate(pc);
	KT_EQ(200, dtors);
	KT(pool_cache_reclaim(pc));

	obj[0] = pool_cache_get(pc, PR_WAITOK);
	pool_cache_destruct_object(pc, obj[0]);
	KT_EQ(201, dtors);
	ctor_fails = true;
	KT(pool_cache_get(pc, PR_NOWAIT) == NULL);
	ctor_fails = false;
	pool_cache_destroy(pc);
	KT_EQ(ctors, dtors);
}

#define	HOARD	100

/* What a CPU has of a cache; only used on that CPU, or while it is idle. */
struct hoard {
	pool_cache_t	h_cache;
	u_int		h_n;
	void		*h_obj[2 * HOARD];
};

static void
hoard_get(void *arg, void *unused)
{
	struct hoard *h = arg;
	u_int i;

	for (i = 0; i < h->h_n; i++) {
		h->h_obj[i] = pool_cache_get(h->h_cache, PR_NOWAIT);
		KT(h->h_obj[i] != NULL);
	}
}

static void
hoard_put(void *arg, void *unused)
{
	struct hoard *h = arg;
	u_int i;

	for (i = 0; i < h->h_n; i++)
		pool_cache_put(h->h_cache, h->h_obj[i]);
}

static void
hoard_on(u_int cpu, xcfunc_t func, struct hoard *h)
{

	xc_wait(xc_unicast(0, func, h, NULL, cpu_lookup(cpu)));
}

static bool
hoard_has(const struct hoard *h, const void *obj)
{
	u_int i;

	for (i = 0; i < h->h_n; i++)
		if (h->h_obj[i] == obj)
			return true;
	return false;
}

/*
 * What was freed on a CPU is used again there; only who has nothing left
 * takes what others have in their lists.
 */
void
rump_kt_cache_home(void)
{
	static struct hoard old[2], new[2];
	pool_cache_t pc = make_cache();
	u_int cpu, i;

	for (cpu = 0; cpu < 2; cpu++) {
		old[cpu].h_cache = new[cpu].h_cache = pc;
		old[cpu].h_n = new[cpu].h_n = HOARD;
		hoard_on(cpu, hoard_get, &old[cpu]);
	}
	KT_EQ(2 * HOARD, ctors);
	for (cpu = 0; cpu < 2; cpu++)
		hoard_on(cpu, hoard_put, &old[cpu]);
	for (cpu = 0; cpu < 2; cpu++) {
		hoard_on(cpu, hoard_get, &new[cpu]);
		for (i = 0; i < HOARD; i++)
			KT(hoard_has(&old[cpu], new[cpu].h_obj[i]));
	}
	KT_EQ(2 * HOARD, ctors);
	for (cpu = 0; cpu < 2; cpu++)
		hoard_on(cpu, hoard_put, &new[cpu]);
	new[0].h_n = HOARD + HOARD / 2;
	hoard_on(0, hoard_get, &new[0]);
	KT_EQ(2 * HOARD, ctors);
	for (i = HOARD; i < new[0].h_n; i++)
		KT(hoard_has(&old[1], new[0].h_obj[i]));
	hoard_on(1, hoard_put, &new[0]);
	pool_cache_invalidate(pc);
	KT_EQ(2 * HOARD, dtors);
	pool_cache_destroy(pc);
}

static void
cache_worker(void *arg)
{
	pool_cache_t pc = arg;
	void *obj[40];
	int i, j;

	for (i = 0; i < 2000; i++) {
		for (j = 0; j < 40; j++) {
			obj[j] = pool_cache_get(pc, PR_WAITOK);
			KT_EQ(0x5a, *(uint8_t *)obj[j]);
			*(uint8_t *)obj[j] = 1;
		}
		if (i % 64 == 0)
			yield();
		for (j = 0; j < 40; j++) {
			KT_EQ(1, *(uint8_t *)obj[j]);
			*(uint8_t *)obj[j] = 0x5a;
			pool_cache_put(pc, obj[j]);
		}
		if (i % 500 == 0)
			pool_cache_invalidate(pc);
	}
	kthread_exit(0);
}

void
rump_kt_cache_stress(void)
{
	pool_cache_t pc = make_cache();
	struct kt_threads kt;

	kt_start(&kt, 6, cache_worker, pc);
	kt_join(&kt);
	pool_cache_destroy(pc);
	KT_EQ(ctors, dtors);
}

static int imports;

static int
vm_import(void *arg, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp)
{

	imports++;
	return vmem_alloc(arg, size, flags, addrp);
}

static void
vm_release(void *arg, vmem_addr_t addr, vmem_size_t size)
{

	imports--;
	vmem_free(arg, addr, size);
}

void
rump_kt_vmem(void)
{
	vmem_addr_t a, b, c, d;
	vmem_t *vm, *child;

	vm = vmem_create("kt", 1000, 100, 1, NULL, NULL, NULL, 0, VM_SLEEP,
	    IPL_NONE);
	KT_EQ(0, vmem_alloc(vm, 40, VM_NOSLEEP | VM_INSTANTFIT, &a));
	KT_EQ(0, vmem_alloc(vm, 60, VM_NOSLEEP | VM_BESTFIT, &b));
	KT_EQ(ENOMEM, vmem_alloc(vm, 1, VM_NOSLEEP | VM_BESTFIT, &c));
	KT_EQ(100, vmem_size(vm, VMEM_ALLOC));
	vmem_free(vm, a, 40);
	KT_EQ(40, vmem_size(vm, VMEM_FREE));
	KT_EQ(0, vmem_alloc(vm, 10, VM_NOSLEEP | VM_BESTFIT, &a));
	KT_EQ(0, vmem_alloc(vm, 30, VM_NOSLEEP | VM_BESTFIT, &c));
	vmem_free(vm, b, 60);
	vmem_free(vm, a, 10);
	vmem_free(vm, c, 30);

	/* All merged again; aligned, limited, without crossing. */
	KT_EQ(0, vmem_xalloc(vm, 20, 64, 0, 0, 0, VMEM_ADDR_MAX,
	    VM_NOSLEEP | VM_BESTFIT, &a));
	KT_EQ(1024, a);
	KT_EQ(0, vmem_xalloc(vm, 8, 0, 0, 0, 1080, 1090,
	    VM_NOSLEEP | VM_INSTANTFIT, &b));
	KT(b >= 1080 && b + 7 <= 1090);
	KT_EQ(0, vmem_xalloc(vm, 16, 0, 0, 16, 0, VMEM_ADDR_MAX,
	    VM_NOSLEEP | VM_BESTFIT, &c));
	KT_EQ(c / 16, (c + 15) / 16);
	KT_EQ(0, vmem_xalloc_addr(vm, 1099, 1, VM_NOSLEEP | VM_BESTFIT));
	KT_EQ(ENOMEM, vmem_xalloc_addr(vm, 1099, 1,
	    VM_NOSLEEP | VM_BESTFIT));
	vmem_xfree(vm, a, 20);
	vmem_xfree(vm, b, 8);
	vmem_xfree(vm, c, 16);
	vmem_xfree(vm, 1099, 1);
	KT_EQ(0, vmem_size(vm, VMEM_ALLOC));

	/* A child that imports, and gives back what is free. */
	child = vmem_create("ktchild", 0, 0, 8, vm_import, vm_release, vm, 0,
	    VM_SLEEP, IPL_NONE);
	KT_EQ(0, vmem_alloc(child, 25, VM_NOSLEEP | VM_BESTFIT, &d));
	KT_EQ(32, vmem_size(child, VMEM_ALLOC));
	KT_EQ(1, imports);
	vmem_free(child, d, 25);
	KT_EQ(0, imports);
	vmem_destroy(child);
	vmem_destroy(vm);
}

void
rump_kt_uvm_km(void)
{
	vaddr_t va;

	va = uvm_km_alloc(kernel_map, 3 * PAGE_SIZE, 0,
	    UVM_KMF_WIRED | UVM_KMF_ZERO);
	KT_EQ(0, va & PAGE_MASK);
	check((void *)va, 3 * PAGE_SIZE, 0);
	uvm_km_free(kernel_map, va, 3 * PAGE_SIZE, UVM_KMF_WIRED);
	va = uvm_km_alloc(kernel_map, 1 << 20, 1 << 20,
	    UVM_KMF_WIRED | UVM_KMF_CANFAIL);
	KT_EQ(0, va & ((1 << 20) - 1));
	uvm_km_free(kernel_map, va, 1 << 20, UVM_KMF_WIRED);
}

/*
 * With RUMP_MEMLIMIT=2m: what must not wait fails in time, and what was freed
 * can be had again.
 */
void
rump_kt_memlimit(void)
{
	enum { N = 1024 };
	static void *p[N];
	int i, n;

	for (n = 0; n < N; n++) {
		p[n] = kmem_alloc(8192, KM_NOSLEEP);
		if (p[n] == NULL)
			break;
	}
	KT(n > 50 && n < 257);
	KT(rump_hypermem_used() <= 2 << 20);
	KT(uvm_availmem(false) < 4);
	for (i = 0; i < n; i++)
		kmem_free(p[i], 8192);
	p[0] = kmem_alloc(1 << 20, KM_NOSLEEP);
	KT(p[0] != NULL);
	kmem_free(p[0], 1 << 20);
}

static void
memlimit_freer(void *arg)
{

	kt_pause(5);
	kmem_free(arg, 1 << 20);
	kthread_exit(0);
}

/* KM_SLEEP waits until somebody frees, and takes what pools hold. */
void
rump_kt_memlimit_wait(void)
{
	struct kt_threads kt;
	void *big, *again, **p;
	struct pool pool;
	int i, n = 700;

	p = kmem_alloc(n * sizeof(*p), KM_SLEEP);
	pool_init(&pool, 2048, 0, 0, 0, "kthog", NULL, IPL_NONE);
	for (i = 0; i < n; i++) {
		p[i] = pool_get(&pool, PR_NOWAIT);
		if (p[i] == NULL)
			n = i;
	}
	for (i = 0; i < n; i++)
		pool_put(&pool, p[i]);
	/* The pool hoards nearly everything; the pagedaemon gets it. */
	big = kmem_alloc(1 << 20, KM_SLEEP);
	kt_start(&kt, 1, memlimit_freer, big);
	again = kmem_alloc(1 << 20, KM_SLEEP);
	kt_join(&kt);
	kmem_free(again, 1 << 20);
	pool_destroy(&pool);
}

/* The n-th that may fail does, once; those that may wait never do. */
void
rump_kt_fault(void)
{
	void *p[4];
	int i;

	rump_fault_alloc = 3;
	for (i = 0; i < 4; i++) {
		kmem_free(kmem_alloc(10, KM_SLEEP), 10);
		p[i] = kmem_alloc(100, KM_NOSLEEP);
		KT_EQ(i == 2, p[i] == NULL);
	}
	KT_EQ(0, rump_fault_alloc);
	for (i = 0; i < 4; i++) {
		if (p[i] != NULL)
			kmem_free(p[i], 100);
	}
	rump_fault_alloc = 1;
	KT(kmem_alloc(100000, KM_NOSLEEP) == NULL);
	rump_fault_alloc = 1;
	KT(malloc(1, M_TEMP, M_NOWAIT) == NULL);
	rump_fault_alloc = 1;
	KT_EQ(0, uvm_km_alloc(kernel_map, PAGE_SIZE, 0, UVM_KMF_NOWAIT));
}

/* Prime, marks and the hard limit; an address with the object. */
void
rump_kt_cache_limits(void)
{
	pool_cache_t pc = pool_cache_init(64, 0, 0, 0, "ktlim", NULL, IPL_NONE,
	    NULL, NULL, NULL);
	paddr_t pa = 0;
	void *p[9];
	int i, n;

	pool_cache_prime(pc, 4);
	pool_cache_setlowat(pc, 2);
	pool_cache_sethiwat(pc, 8);
	p[0] = pool_cache_get_paddr(pc, PR_WAITOK, &pa);
	KT(p[0] != NULL && pa == (paddr_t)(uintptr_t)p[0]);
	pool_cache_put_paddr(pc, p[0], pa);
	pool_cache_invalidate(pc);
	pool_cache_sethardlimit(pc, 8, NULL, 0);
	for (n = 0; n < 9; n++) {
		p[n] = pool_cache_get(pc, PR_NOWAIT | PR_LIMITFAIL);
		if (p[n] == NULL)
			break;
	}
	KT_EQ(8, n);
	for (i = 0; i < n; i++)
		pool_cache_put(pc, p[i]);
	pool_cache_destroy(pc);
}

static pool_cache_t waitpc;
static volatile unsigned int waitgot;

static void
limit_waiter(void *arg)
{
	void *obj;

	obj = pool_cache_get(waitpc, PR_WAITOK);
	KT(obj != NULL);
	atomic_inc_uint(&waitgot);
	pool_cache_put(waitpc, obj);
	kthread_exit(0);
}

static void
limit_drain(void *arg, int flags)
{
	void **held = arg;

	if (*held != NULL)
		pool_cache_put(waitpc, *held);
	*held = NULL;
}

/* At the hard limit: objects that CPUs keep, the drain hook, a free wakes. */
void
rump_kt_cache_limit_wait(void)
{
	void *p[8], *held;
	lwp_t *l[3];
	int i;

	waitpc = pool_cache_init(64, 0, 0, 0, "ktwait", NULL, IPL_NONE,
	    NULL, NULL, NULL);
	pool_cache_sethardlimit(waitpc, 8, NULL, 0);
	/* what is in a group is found */
	for (i = 0; i < 8; i++)
		p[i] = pool_cache_get(waitpc, PR_WAITOK);
	for (i = 0; i < 8; i++)
		pool_cache_put(waitpc, p[i]);
	for (i = 0; i < 8; i++)
		p[i] = pool_cache_get(waitpc, PR_WAITOK);
	KT(pool_cache_get(waitpc, PR_NOWAIT) == NULL);
	KT(pool_cache_get(waitpc, PR_WAITOK | PR_LIMITFAIL) == NULL);
	/* three wait for one object that goes round */
	waitgot = 0;
	for (i = 0; i < 3; i++)
		KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE |
		    KTHREAD_MUSTJOIN, NULL, limit_waiter, NULL, &l[i], "w"));
	kpause("ktwait", false, 2, NULL);
	KT_EQ(0, waitgot);
	pool_cache_put(waitpc, p[0]);
	for (i = 0; i < 3; i++)
		KT_EQ(0, kthread_join(l[i]));
	KT_EQ(3, waitgot);
	p[0] = pool_cache_get(waitpc, PR_WAITOK);
	/* the hook has one */
	held = p[0];
	pool_cache_set_drain_hook(waitpc, limit_drain, &held);
	p[0] = pool_cache_get(waitpc, PR_WAITOK);
	KT(p[0] != NULL && held == NULL);
	pool_cache_set_drain_hook(waitpc, NULL, NULL);
	for (i = 0; i < 8; i++)
		pool_cache_put(waitpc, p[i]);
	pool_cache_destroy(waitpc);
}

/* An arena of two spans, and nothing between. */
void
rump_kt_vmem_add(void)
{
	vmem_t *vm = vmem_create("ktadd", 0, 0, 1, NULL, NULL, NULL, 0,
	    VM_SLEEP, IPL_NONE);
	vmem_addr_t a[30];
	int i;

	KT_EQ(ENOMEM, vmem_alloc(vm, 1, VM_NOSLEEP | VM_INSTANTFIT, a));
	KT_EQ(0, vmem_add(vm, 1000, 10, VM_SLEEP));
	KT_EQ(0, vmem_add(vm, 2000, 20, VM_SLEEP));
	KT_EQ(30, vmem_size(vm, VMEM_ALLOC | VMEM_FREE));
	KT_EQ(ENOMEM, vmem_alloc(vm, 21, VM_NOSLEEP | VM_BESTFIT, a));
	for (i = 0; i < 30; i++) {
		KT_EQ(0, vmem_alloc(vm, 1, VM_NOSLEEP | VM_BESTFIT, &a[i]));
		KT((a[i] >= 1000 && a[i] < 1010) ||
		    (a[i] >= 2000 && a[i] < 2020));
	}
	KT_EQ(ENOMEM, vmem_alloc(vm, 1, VM_NOSLEEP | VM_BESTFIT, a));
	for (i = 0; i < 30; i++)
		vmem_free(vm, a[i], 1);
	vmem_destroy(vm);
}
