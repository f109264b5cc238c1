/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory from the host: small pieces from its allocator, pages from mmap(2).
 * Pages are committed, not merely reserved, so that the process's limits and
 * the host's overcommit policy are felt here, as ENOMEM, and not later.
 */
#include <sys/mman.h>

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rumpuser_int.h"

#define	HUGEPAGE	((size_t)2 << 20)	/* of most hosts */
#define	DEAR		1500000		/* ns of CPU time for as much */
#define	HUGE_PAUSE	64		/* calls for which it is remembered */

/*
 * For so many calls huge pages are not asked for, as they were dear; if
 * negative, they are whatever they cost, as small ones were as dear.  Lost
 * updates only change by one or two when it is tried again.
 */
static atomic_int huge_pause;

static size_t
pagesize(void)
{

	return (size_t)sysconf(_SC_PAGESIZE);
}

unsigned long
rumpuser_getpagesize(void)
{

	return pagesize();
}

/* Asks for the host's huge pages, if it has any. */
static void
hugepages(void *mem, size_t len)
{
#ifdef MADV_HUGEPAGE
	int saved = errno;

	(void)madvise(mem, len, MADV_HUGEPAGE);
	errno = saved;
#endif
}

int
rumpuser_malloc(size_t len, int alignment, void **memp)
{
	size_t align = (size_t)alignment;
	int error;

	if (alignment < 0 || (align & (align - 1)) != 0)
		return RUMP_EINVAL;
	if (align < sizeof(void *))
		align = _Alignof(max_align_t);
	if (len < HUGEPAGE)
		return rumpuser__errtrans(posix_memalign(memp, align, len));
	if (align < HUGEPAGE)
		align = HUGEPAGE;
	error = posix_memalign(memp, align, len);
	if (error == 0 &&
	    atomic_load_explicit(&huge_pause, memory_order_relaxed) <= 0)
		hugepages(*memp, len & ~(HUGEPAGE - 1));
	return rumpuser__errtrans(error);
}

void
rumpuser_free(void *mem, size_t len)
{

	free(mem);
}

static void
populate(void *mem, size_t len)
{
#ifdef MADV_POPULATE_WRITE
	(void)madvise(mem, len, MADV_POPULATE_WRITE);
#endif
}

static int64_t
thread_cputime(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void
huge_pause_set(int n)
{

	atomic_store_explicit(&huge_pause, n, memory_order_relaxed);
}

/* As small pages, for which huge ones are had if these are dear as well. */
static void
populate_small(void *mem, size_t len)
{
	const int64_t start = thread_cputime();

	populate(mem, len);
	if (thread_cputime() - start > DEAR * (int64_t)(len / HUGEPAGE))
		huge_pause_set(-HUGE_PAUSE);
}

static void
populate_huge(void *mem, size_t len, bool anyprice)
{
	const int64_t start = thread_cputime();

	hugepages(mem, len);
	populate(mem, len);
	if (!anyprice &&
	    thread_cputime() - start > DEAR * (int64_t)(len / HUGEPAGE))
		huge_pause_set(HUGE_PAUSE);
}

/*
 * One call instead of a fault per page.  Huge pages are had in a quarter of the
 * time, and copying to and from them misses the TLB less.  Not so on a virtual
 * machine that gives its free huge pages back to its own host: then small
 * ones, of which some always are at hand, are several times cheaper, as long
 * as there are some.  Older hosts refuse either, which is fine.
 */
void
rumpuser_prefault(void *mem, size_t len)
{
	const int n = atomic_load_explicit(&huge_pause, memory_order_relaxed);
	int saved = errno;

	if ((((uintptr_t)mem | len) & (HUGEPAGE - 1)) != 0) {
		populate(mem, len);
	} else if (n > 0) {
		huge_pause_set(n - 1);
		populate_small(mem, len);
	} else {
		if (n < 0)
			huge_pause_set(n + 1);
		populate_huge(mem, len, n < 0);
	}
	errno = saved;
}

/*
 * NULL with errno, like the next one.
 */
static char *
map(void *hint, size_t size, int prot)
{
	void *mem;

	mem = mmap(hint, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return mem == MAP_FAILED ? NULL : mem;
}

/*
 * More than pages are aligned is asked for: map with room, cut off both ends.
 */
static char *
map_aligned(size_t size, size_t align, int prot)
{
	char *mem, *start;
	size_t head, tail;

	if (size + align < size) {
		errno = ENOMEM;
		return NULL;
	}
	if ((mem = map(NULL, size + align, prot)) == NULL)
		return NULL;
	start = (char *)(((uintptr_t)mem + align - 1) & ~(align - 1));
	head = (size_t)(start - mem);
	tail = align - head;
	if (head > 0)
		munmap(mem, head);
	if (tail > 0)
		munmap(start + size, tail);
	return start;
}

int
rumpuser_anonmmap(void *prefaddr, size_t size, int alignbit, int exec,
	void **memp)
{
	size_t page = pagesize(), align;
	int prot = PROT_READ | PROT_WRITE | (exec ? PROT_EXEC : 0);
	char *mem;

	if (size == 0 || alignbit < 0 || alignbit >= 8 * (int)sizeof(size_t))
		return RUMP_EINVAL;
	if (size + page - 1 < size)
		return RUMP_ENOMEM;
	size = (size + page - 1) & ~(page - 1);
	align = (size_t)1 << alignbit;

	if (align <= page)
		mem = map(prefaddr, size, prot);
	else
		mem = map_aligned(size, align, prot);
	if (mem == NULL)
		return rumpuser__errtrans(errno);
	*memp = mem;
	return 0;
}

void
rumpuser_unmap(void *addr, size_t size)
{

	if (munmap(addr, size) == -1)
		rumpuser__die("unmap of %zu bytes at %p failed: error %d",
		    size, addr, errno);
}
