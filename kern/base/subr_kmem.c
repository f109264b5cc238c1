/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem(9): a pool cache per size class, whole pages above.
 *
 * Requests up to KMEM_CLASS_MAX bytes are rounded up to one of the classes
 * below; the table kmem_map finds it from the size in steps of 16 bytes.
 * Larger ones are page runs from rump_hypermalloc().  With DIAGNOSTIC,
 * kmem_free() checks that the object lies in the pool its size stands for.
 * kmem_intr_*() is the same: all caches are safe at IPL_VM.
 *
 * With KMEM_GUARD every object is one of the host's allocator instead, exactly
 * as large as asked for, so that the host's sanitizers see what is used beyond
 * its end, after it was freed, or never freed.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/kmem.h>
#include <sys/lockdebug.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "pages_private.h"
#include "pool_cache_private.h"

#define KMEM_STEP	16
#define KMEM_CLASS_MAX	2048

static const struct kmem_class {
	uint16_t	kc_size;
	const char	*kc_name;
} kmem_classes[] = {
	{ 16, "kmem-16" }, { 32, "kmem-32" }, { 48, "kmem-48" },
	{ 64, "kmem-64" }, { 80, "kmem-80" }, { 96, "kmem-96" },
	{ 128, "kmem-128" }, { 160, "kmem-160" }, { 192, "kmem-192" },
	{ 256, "kmem-256" }, { 320, "kmem-320" }, { 384, "kmem-384" },
	{ 512, "kmem-512" }, { 640, "kmem-640" }, { 768, "kmem-768" },
	{ 1024, "kmem-1024" }, { 1344, "kmem-1344" }, { 2048, "kmem-2048" },
};

static struct pool_cache kmem_caches[__arraycount(kmem_classes)];
static uint8_t kmem_map[KMEM_CLASS_MAX / KMEM_STEP];
static bool kmem_ready;

#ifdef KMEM_GUARD
static const bool kmem_guard = true;
#else
static const bool kmem_guard = false;
#endif

/* Objects of a cache line and more do not share one. */
static u_int
class_align(size_t size)
{

	if (size >= CACHE_LINE_SIZE && size % CACHE_LINE_SIZE == 0)
		return CACHE_LINE_SIZE;
	return KMEM_STEP;
}

void
kmem_init(void)
{
	size_t size;
	u_int c;

	KASSERT(!kmem_ready);
	for (c = 0, size = KMEM_STEP; size <= KMEM_CLASS_MAX;
	    size += KMEM_STEP) {
		if (size > kmem_classes[c].kc_size)
			c++;
		kmem_map[size / KMEM_STEP - 1] = c;
	}
	for (c = 0; c < __arraycount(kmem_classes); c++) {
		size = kmem_classes[c].kc_size;
		pool_cache_bootstrap(&kmem_caches[c], size, class_align(size),
		    0, 0, kmem_classes[c].kc_name, &pool_allocator_kmem,
		    IPL_VM, NULL, NULL, NULL);
	}
	kmem_ready = true;
}

static inline struct pool_cache *
kmem_cache_for(size_t size)
{

	return &kmem_caches[kmem_map[(size - 1) / KMEM_STEP]];
}

size_t
kmem_roundup_size(size_t size)
{

	if (size <= KMEM_CLASS_MAX)
		return kmem_classes[kmem_map[(size - 1) / KMEM_STEP]].kc_size;
	return round_page(size);
}

/* Does the object lie in that cache's pool? */
static inline bool
kmem_owns(const struct pool_cache *pc, const void *p)
{
	const struct pool_page *ph = rump_pages_owner(p);

	return ph != NULL && ph->ph_pool == &pc->pc_pool;
}

/* What the host is asked for.  Whole pages would not come from malloc(3). */
static inline size_t
kmem_hostsize(size_t size)
{

	if (kmem_guard)
		return size % PAGE_SIZE == 0 ? size + 1 : size;
	return round_page(size);
}

/*
 * The common case is in line below; all that is odd or wrong comes here, so
 * that no assertion makes the common case save registers.
 */
static void * __noinline
kmem_alloc_odd(size_t size, km_flag_t kmflags)
{
	bool wait = (kmflags & KM_SLEEP) != 0;

	KASSERT(size > 0);
	KASSERT((kmflags & (KM_SLEEP | KM_NOSLEEP)) == KM_SLEEP ||
	    (kmflags & (KM_SLEEP | KM_NOSLEEP)) == KM_NOSLEEP);
	KASSERT(kmem_ready);
	if (!wait && rump_fault_alloc_p())
		return NULL;
	if (size <= KMEM_CLASS_MAX && !kmem_guard)
		return pool_cache_get_on(kmem_cache_for(size), cpu_number(),
		    wait ? PR_WAITOK : PR_NOWAIT);
	if (__predict_false(size > SIZE_MAX / 2)) {
		if (wait)
			panic("kmem_alloc: %zu bytes", size);
		return NULL;
	}
	return rump_hypermalloc(kmem_hostsize(size), size < PAGE_SIZE ?
	    class_align(size) : PAGE_SIZE, wait, "kmem");
}

static void __noinline
kmem_free_odd(void *p, size_t size)
{

	KASSERT(p != NULL);
	KASSERT(size > 0);
	KASSERTMSG(size > KMEM_CLASS_MAX || kmem_guard,
	    "kmem_free(%p, %zu) != allocated size", p, size);
	rump_hyperfree(p, kmem_hostsize(size));
}

/* Size 0 is larger than all. */
static inline bool
kmem_class_p(size_t size)
{

	return !kmem_guard && __predict_true(size - 1 < KMEM_CLASS_MAX);
}

void *
kmem_intr_alloc(size_t size, km_flag_t kmflags)
{

	if (!kmem_class_p(size) || __predict_false(kmflags != KM_SLEEP))
		return kmem_alloc_odd(size, kmflags);
	return pool_cache_get_on(kmem_cache_for(size), cpu_number(),
	    PR_WAITOK);
}

void *
kmem_intr_zalloc(size_t size, km_flag_t kmflags)
{
	void *p;

	p = kmem_intr_alloc(size, kmflags);
	if (__predict_true(p != NULL))
		memset(p, 0, size);
	return p;
}

void
kmem_intr_free(void *p, size_t size)
{
	struct pool_cache *pc;

	LOCKDEBUG_MEM_CHECK(p, size);
	if (kmem_class_p(size) && __predict_true(p != NULL) &&
	    __predict_true(kmem_owns(pc = kmem_cache_for(size), p)))
		pool_cache_put_on(pc, cpu_number(), p);
	else
		kmem_free_odd(p, size);
}

static inline void
kmem_assert_thread(void)
{

	if (__predict_false((curlwp->l_pflag & LP_HARDINTR) != 0))
		panic("kmem(9) in an interrupt handler");
}

void *
kmem_alloc(size_t size, km_flag_t kmflags)
{

	kmem_assert_thread();
	return kmem_intr_alloc(size, kmflags);
}

void *
kmem_zalloc(size_t size, km_flag_t kmflags)
{

	kmem_assert_thread();
	return kmem_intr_zalloc(size, kmflags);
}

void
kmem_free(void *p, size_t size)
{

	kmem_assert_thread();
	kmem_intr_free(p, size);
}

char *
kmem_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *str;
	int len, got;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		panic("kmem_asprintf: bad format \"%s\"", fmt);
	str = kmem_alloc(len + 1, KM_SLEEP);
	va_start(ap, fmt);
	got = vsnprintf(str, len + 1, fmt, ap);
	va_end(ap);
	KASSERT(got == len);
	return str;
}

char *
kmem_strdupsize(const char *str, size_t *lenp, km_flag_t flags)
{
	size_t len = strlen(str) + 1;
	char *copy;

	copy = kmem_alloc(len, flags);
	if (copy == NULL)
		return NULL;
	if (lenp != NULL)
		*lenp = len;
	memcpy(copy, str, len);
	return copy;
}

char *
kmem_strndup(const char *str, size_t maxlen, km_flag_t flags)
{
	size_t len = strnlen(str, maxlen);
	char *copy;

	copy = kmem_alloc(len + 1, flags);
	if (copy == NULL)
		return NULL;
	memcpy(copy, str, len);
	copy[len] = '\0';
	return copy;
}

void
kmem_strfree(char *str)
{

	if (str != NULL)
		kmem_free(str, strlen(str) + 1);
}

/*
 * The caller's buffer if it is large enough, else memory.
 */
void *
kmem_tmpbuf_alloc(size_t size, void *stackbuf, size_t stackbufsize,
    km_flag_t flags)
{

	if (size <= stackbufsize)
		return stackbuf;
	return kmem_alloc(size, flags);
}

void
kmem_tmpbuf_free(void *buf, size_t size, void *stackbuf)
{

	if (buf != stackbuf)
		kmem_free(buf, size);
}
