/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory from the host: small pieces from its allocator, pages from mmap(2).
 * Pages are committed, not merely reserved, so that the process's limits and
 * the host's overcommit policy are felt here, as ENOMEM, and not later.
 */
#include <sys/mman.h>

#include <stdlib.h>
#include <unistd.h>

#include "rumpuser_int.h"

#define	HUGEPAGE	((size_t)2 << 20)	/* of most hosts */

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

/*
 * Memory of that size is worth the host's huge pages, if it has any.
 */
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
	if (error == 0)
		hugepages(*memp, len & ~(HUGEPAGE - 1));
	return rumpuser__errtrans(error);
}

void
rumpuser_free(void *mem, size_t len)
{

	free(mem);
}

/*
 * One call instead of a fault per page, and huge pages where whole ones fit:
 * they are had in a quarter of the time, and copying to and from them misses
 * the TLB less.  Older hosts refuse either, which is fine.
 */
void
rumpuser_prefault(void *mem, size_t len)
{
	int saved = errno;

	if ((((uintptr_t)mem | len) & (HUGEPAGE - 1)) == 0)
		hugepages(mem, len);
#ifdef MADV_POPULATE_WRITE
	(void)madvise(mem, len, MADV_POPULATE_WRITE);
#endif
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
