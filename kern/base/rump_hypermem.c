/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory from the host, bounded by RUMP_MEMLIMIT.
 *
 * Everything the kernel allocates ends up in rump_hypermalloc().  Small runs
 * of pages come from rump_pages.c, the rest is asked of the host directly; the
 * size alone decides, so rump_hyperfree() knows which it was.  Counted is
 * what is in use, not what the host keeps mapped.
 *
 * Who gets memory when it becomes short, in the order in which they are
 * stopped:
 *	from 7/8 of the limit on the pagedaemon runs, and caches that can do
 *	with less do not grow (rump_hypermem_low());
 *	at 15/16 those wait who may wait;
 *	at the limit those fail who may not;
 *	beyond it, by an eighth or RESERVE_MIN, there is a reserve for lwps
 *	with LP_MEMRESERVE: threads that write or free what the others wait
 *	for, and anybody who gets memory for buffers and transfers, which
 *	writing needs and which is soon given back.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/bitops.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "base_private.h"

/* Less is refused: man/rump.3 tells how it was measured. */
#define LIMIT_MIN	(256 * 1024)	/* the base alone */
#define LIMIT_MIN_VFS	(768 * 1024)	/* with files */
#define RESERVE_MIN	(256 * 1024)

unsigned long rump_physmemlimit = RUMPMEM_UNLIMITED;
static unsigned long memwater = RUMPMEM_UNLIMITED; /* wake the daemon here */
static unsigned long memreserve;		/* beyond the limit */
static volatile unsigned long memused;

volatile unsigned int rump_fault_alloc;

size_t
rump_hypermem_used(void)
{

	return __atomic_load_n(&memused, __ATOMIC_RELAXED);
}

size_t
rump_hypermem_room(void)
{
	const size_t used = rump_hypermem_used();

	return used < memwater ? memwater - used : 0;
}

bool
rump_hypermem_low(size_t size)
{

	return size > rump_hypermem_room();
}

/*
 * "123", "64k", "16m", "1g" -> bytes.  0 if it makes no sense.
 */
static unsigned long
parse_size(const char *s)
{
	unsigned long val = 0;
	unsigned int shift = 0;

	if (*s < '0' || *s > '9')
		return 0;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (val > (ULONG_MAX - 9) / 10)
			return 0;
		val = val * 10 + (*s - '0');
	}
	switch (*s) {
	case 'k': case 'K':
		shift = 10;
		break;
	case 'm': case 'M':
		shift = 20;
		break;
	case 'g': case 'G':
		shift = 30;
		break;
	case '\0':
		return val;
	default:
		return 0;
	}
	if (s[1] != '\0' || val > (ULONG_MAX >> shift))
		return 0;
	return val << shift;
}

/*
 * Before there are locks or a console.
 */
int
rump_hypermem_init(void)
{
	char buf[64];
	unsigned long min, val;

	if (rumpuser_getparam("RUMP_FAULT_ALLOC", buf, sizeof(buf)) == 0)
		rump_fault_alloc = (unsigned int)parse_size(buf);
	if (rumpuser_getparam("RUMP_MEMLIMIT", buf, sizeof(buf)) != 0)
		return 0;
	val = parse_size(buf);
	if (val == 0) {
		rumpuser_dprintf("rump: RUMP_MEMLIMIT: bad size: %s\n", buf);
		return EINVAL;
	}
	min = rump_component_count(RUMP__FACTION_VFS) > 0 ? LIMIT_MIN_VFS :
	    LIMIT_MIN;
	if (val < min) {
		rumpuser_dprintf("rump: RUMP_MEMLIMIT=%s is too little: this "
		    "kernel needs %luk\n", buf, min / 1024);
		return ENOMEM;
	}
	rump_physmemlimit = val;
	memwater = val - val / 8;
	memreserve = MAX(val / 8, RESERVE_MIN);
	return 0;
}

/*
 * One allocation that may fail is being made while the knob is set.
 */
bool
rump_fault_alloc_slow(void)
{
	unsigned int n;

	do {
		n = atomic_load_relaxed(&rump_fault_alloc);
		if (n == 0)
			return false;
	} while (atomic_cas_uint(&rump_fault_alloc, n, n - 1) != n);
	return n == 1;
}

/* Page runs of rump_pages.c have such sizes. */
static bool
pages_p(size_t size)
{

	return size % PAGE_SIZE == 0 && size / PAGE_SIZE <= RUMP_PAGES_MAX;
}

/*
 * Count size bytes as used, if they may be.
 */
static bool
mem_reserve(size_t size, bool waitok)
{
	unsigned long used, limit = rump_physmemlimit;

	used = atomic_add_long_nv(&memused, (long)size);
	if (__predict_true(used <= memwater))
		return true;
	rump_pagedaemon_kick(waitok);
	if (curlwp != NULL && (curlwp->l_pflag & LP_MEMRESERVE) != 0)
		limit += memreserve;
	else if (waitok && rump_threads_ready)
		limit -= limit / 16;
	if (used <= limit)
		return true;
	atomic_add_long(&memused, -(long)size);
	return false;
}

void *
rump_hypermalloc_once(size_t size, size_t alignment, bool waitok)
{
	void *p = NULL;

	if (!mem_reserve(size, waitok))
		return NULL;
	if (pages_p(size) && alignment <= RUMP_PAGES_MAX * PAGE_SIZE)
		p = rump_pages_alloc(size / PAGE_SIZE, alignment);
	else if (rumpuser_malloc(size, (int)alignment, &p) != 0)
		p = NULL;
	if (p == NULL) {
		atomic_add_long(&memused, -(long)size);
		rump_pagedaemon_kick(waitok);
	}
	return p;
}

/*
 * Memory from the host, aligned to `alignment' (0: any), not zeroed.  With
 * waitok it is waited for and NULL is not returned.
 */
void *
rump_hypermalloc(size_t howmuch, int alignment, bool waitok,
    const char *wmsg)
{
	void *p;

	KASSERT(howmuch > 0);
	KASSERT(!pages_p(howmuch) || alignment <= RUMP_PAGES_MAX * PAGE_SIZE);
	while ((p = rump_hypermalloc_once(howmuch, alignment, waitok)) ==
	    NULL && waitok)
		rump_pagedaemon_wait(wmsg);
	return p;
}

void
rump_hyperfree(void *p, size_t size)
{

	if (pages_p(size))
		rump_pages_free(p, size / PAGE_SIZE);
	else
		rumpuser_free(p, size);
	KASSERT(rump_hypermem_used() >= size);
	atomic_add_long(&memused, -(long)size);
}

/*
 * Whole pages of their own from the host, never waited for.
 */
void *
rump_hypermap(size_t size, size_t alignment)
{
	void *p;

	KASSERT(size > 0 && size % PAGE_SIZE == 0 && powerof2(alignment));
	if (!mem_reserve(size, false))
		return NULL;
	if (rumpuser_anonmmap(NULL, size, ilog2(alignment), 0, &p) != 0) {
		atomic_add_long(&memused, -(long)size);
		rump_pagedaemon_kick(false);
		return NULL;
	}
	return p;
}

void
rump_hyperunmap(void *p, size_t size)
{

	rumpuser_unmap(p, size);
	KASSERT(rump_hypermem_used() >= size);
	atomic_add_long(&memused, -(long)size);
}
