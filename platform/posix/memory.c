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
#define	HUGE_DEAR	1500000		/* ns of CPU time for one */
#define	HUGE_PAUSE	64		/* calls that do without */

/*
 * How many calls to go without asking for huge pages.  Lost updates only
 * change by one or two when it is tried again.
 */
static atomic_uint huge_pause;

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
	    atomic_load_explicit(&huge_pause, memory_order_relaxed) == 0)
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

/*
 * May these be huge pages?  Where they were dear they are not asked for again
 * for a while.
 */
static bool
huge_wanted_p(const void *mem, size_t len)
{
	unsigned int n;

	if ((((uintptr_t)mem | len) & (HUGEPAGE - 1)) != 0)
		return false;
	n = atomic_load_explicit(&huge_pause, memory_order_relaxed);
	if (n == 0)
		return true;
	atomic_store_explicit(&huge_pause, n - 1, memory_order_relaxed);
	return false;
}

static void
populate_huge(void *mem, size_t len)
{
	const int64_t start = thread_cputime();

	hugepages(mem, len);
	populate(mem, len);
	if (thread_cputime() - start > HUGE_DEAR * (int64_t)(len / HUGEPAGE))
		atomic_store_explicit(&huge_pause, HUGE_PAUSE,
		    memory_order_relaxed);
}

/*
 * One call instead of a fault per page.  Huge pages are had in a quarter of the
 * time, and copying to and from them misses the TLB less.  Not so on a virtual
 * machine that gives its free huge pages back to its own host: then small
 * ones, of which some always are at hand, are several times cheaper.  Older
 * hosts refuse either, which is fine.
 */
void
rumpuser_prefault(void *mem, size_t len)
{
	int saved = errno;

	if (huge_wanted_p(mem, len))
		populate_huge(mem, len);
	else
		populate(mem, len);
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
