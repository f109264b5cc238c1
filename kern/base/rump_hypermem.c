/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory from the host, bounded by RUMP_MEMLIMIT.
 *
 * Everything the kernel allocates ends up in rump_hypermalloc().  Small runs
 * of pages come from rump_pages.c, the rest is asked of the host directly; the
 * size alone decides, so rump_hyperfree() knows which it was.  Counted is
 * what is in use, not what the host keeps mapped.  Near the limit the
 * pagedaemon is woken; at it, callers that may wait do so, others get NULL.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

unsigned long rump_physmemlimit = RUMPMEM_UNLIMITED;
static unsigned long memwater = RUMPMEM_UNLIMITED; /* wake the daemon here */
static volatile unsigned long memused;

volatile unsigned int rump_fault_alloc;

size_t
rump_hypermem_used(void)
{

	return __atomic_load_n(&memused, __ATOMIC_RELAXED);
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

void
rump_hypermem_init(void)
{
	char buf[64];
	unsigned long val;

	if (rumpuser_getparam("RUMP_MEMLIMIT", buf, sizeof(buf)) == 0) {
		val = parse_size(buf);
		if (val == 0)
			panic("RUMP_MEMLIMIT: bad size: %s", buf);
		rump_physmemlimit = val;
		memwater = val - val / 8;
	}
	if (rumpuser_getparam("RUMP_FAULT_ALLOC", buf, sizeof(buf)) == 0)
		rump_fault_alloc = (unsigned int)parse_size(buf);
}

/*
 * One allocation that may fail is being made while the knob is set.
 */
bool
rump_fault_alloc_slow(void)
{
	unsigned int n;

	do {
		n = rump_fault_alloc;
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

static bool
mem_reserve(size_t size, bool waitok)
{
	unsigned long used, limit = rump_physmemlimit;

	used = atomic_add_long_nv(&memused, (long)size);
	if (__predict_true(used <= memwater))
		return true;
	rump_pagedaemon_kick(waitok);
	if (rump_pagedaemon_p())
		limit += limit / 8;
	if (used <= limit)
		return true;
	atomic_add_long(&memused, -(long)size);
	return false;
}

static void *
mem_try(size_t size, size_t alignment, bool waitok)
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
	while ((p = mem_try(howmuch, alignment, waitok)) == NULL && waitok)
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
