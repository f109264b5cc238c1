/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs of a few pages, cut from chunks that come from the host.
 *
 * A chunk is 64 pages, aligned to its size, so that the chunk of any page is
 * found by masking.  Its first page holds a bitmap of free pages and one word
 * per page for the owner (the pool that sits on the page).  Untouched pages of
 * a chunk that comes alone cost the host nothing.  Only rump_hypermalloc() and
 * the pools call in here; accounting is theirs.  Nothing here sleeps, and no
 * lwp is needed.
 *
 * A kernel that has a few chunks, and no tight limit, gets more by the region,
 * for which the host may have one huge page: fewer faults when it is new, and
 * fewer misses of the processor's address cache ever after.  It is asked to
 * bring that in at once, whatever it has: some hosts have small pages at hand
 * where a huge one is milliseconds of clearing.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "kspin.h"
#include "pages_private.h"

/* The header takes page 0. */
#define CHUNK_ALLFREE	(~(uint64_t)1)

#define REGION_ALLUNUSED	((1U << REGION_CHUNKS) - 1)
#define REGION_FROM	REGION_CHUNKS	/* chunks that come alone */
#define REGION_MINLIMIT	(64 * 1024 * 1024)	/* of RUMP_MEMLIMIT */

static struct kspin pages_lock = KSPIN_INITIALIZER;
static LIST_HEAD(, chunk) chunks_free = LIST_HEAD_INITIALIZER(chunks_free);
static LIST_HEAD(, region) regions = LIST_HEAD_INITIALIZER(regions);
static unsigned int chunks_empty;	/* p: chunks wholly free */
static unsigned int chunks_inuse;	/* p: on that list or full */

static uint64_t
run_mask(unsigned int first, size_t npages)
{

	KASSERT(npages <= RUMP_PAGES_MAX);
	return (((uint64_t)1 << npages) - 1) << first;
}

/* First page of a free run whose number is a multiple of align, or -1. */
static int
chunk_find(const struct chunk *ck, size_t npages, size_t align)
{
	uint64_t runs = ck->ck_free;
	size_t i;
	int bit;

	for (i = 1; i < npages && runs != 0; i++)
		runs &= ck->ck_free >> i;
	while (runs != 0) {
		bit = __builtin_ctzll(runs);
		if (bit % align == 0)
			return bit;
		runs &= runs - 1;
	}
	return -1;
}

static void *
chunk_take(struct chunk *ck, int first, size_t npages)
{

	if (ck->ck_free == CHUNK_ALLFREE)
		chunks_empty--;
	ck->ck_free &= ~run_mask(first, npages);
	if (ck->ck_free == 0) {
		LIST_REMOVE(ck, ck_list);
		ck->ck_listed = false;
	}
	return (char *)ck + (size_t)first * PAGE_SIZE;
}

/* A chunk of a region that has one to spare, or NULL. */
static struct chunk *
region_take(struct region **rgp)
{
	struct region *rg = LIST_FIRST(&regions);
	unsigned int i;

	*rgp = rg;
	if (rg == NULL)
		return NULL;
	i = (unsigned int)__builtin_ctz(rg->rg_unused);
	rg->rg_unused &= ~(1U << i);
	if (rg->rg_unused == 0)
		LIST_REMOVE(rg, rg_list);
	return (struct chunk *)(void *)((char *)rg + i * CHUNK_SIZE);
}

/* Give a chunk back to its region.  Tells if nothing of that is in use. */
static bool
region_return(struct region *rg, struct chunk *ck)
{
	const unsigned int i = ((char *)ck - (char *)rg) / CHUNK_SIZE;

	KASSERT((rg->rg_unused & (1U << i)) == 0);
	if (rg->rg_unused == 0)
		LIST_INSERT_HEAD(&regions, rg, rg_list);
	rg->rg_unused |= 1U << i;
	if (rg->rg_unused != REGION_ALLUNUSED)
		return false;
	LIST_REMOVE(rg, rg_list);
	return true;
}

/* Memory for a chunk; *rgp is the region that it is of, or NULL. */
static struct chunk *
chunk_fetch(struct region **rgp)
{
	struct region *rg;
	struct chunk *ck;
	bool many;
	void *mem;

	kspin_enter(&pages_lock);
	many = chunks_inuse >= REGION_FROM;
	ck = region_take(rgp);
	kspin_exit(&pages_lock);
	if (ck != NULL)
		return ck;
	if (many && rump_physmemlimit >= REGION_MINLIMIT &&
	    rumpuser_malloc(REGION_SIZE, REGION_SIZE, &mem) == 0) {
		rumpuser_prefault(mem, REGION_SIZE);
		rg = mem;
		rg->rg_unused = REGION_ALLUNUSED;
		kspin_enter(&pages_lock);
		LIST_INSERT_HEAD(&regions, rg, rg_list);
		ck = region_take(rgp);
		kspin_exit(&pages_lock);
		return ck;
	}
	if (rumpuser_malloc(CHUNK_SIZE, CHUNK_SIZE, &mem) != 0)
		return NULL;
	return mem;
}

static struct chunk *
chunk_new(void)
{
	struct region *rg;
	struct chunk *ck;

	ck = chunk_fetch(&rg);
	if (ck == NULL)
		return NULL;
	KASSERT(((uintptr_t)ck & (CHUNK_SIZE - 1)) == 0);
	memset(ck, 0, sizeof(*ck));
	ck->ck_magic = CHUNK_MAGIC;
	ck->ck_free = CHUNK_ALLFREE;
	ck->ck_region = rg;
	return ck;
}

/* Nothing of it is in use, and it is on no list. */
static void
chunk_release(struct chunk *ck)
{
	struct region *rg = ck->ck_region;
	bool whole = false;

	kspin_enter(&pages_lock);
	chunks_inuse--;
	if (rg != NULL)
		whole = region_return(rg, ck);
	kspin_exit(&pages_lock);
	if (rg == NULL)
		rumpuser_free(ck, CHUNK_SIZE);
	else if (whole)
		rumpuser_free(rg, REGION_SIZE);
}

static void
chunk_enlist(struct chunk *ck)
{

	LIST_INSERT_HEAD(&chunks_free, ck, ck_list);
	ck->ck_listed = true;
}

static void *
chunks_search(size_t npages, size_t align)
{
	struct chunk *ck;
	int first;

	LIST_FOREACH(ck, &chunks_free, ck_list) {
		first = chunk_find(ck, npages, align);
		if (first > 0)
			return chunk_take(ck, first, npages);
	}
	return NULL;
}

/*
 * npages pages, aligned to `alignment' bytes.  NULL if the host has none.
 */
void *
rump_pages_alloc(size_t npages, size_t alignment)
{
	struct chunk *ck;
	size_t align;
	void *p;

	KASSERT(npages > 0 && npages <= RUMP_PAGES_MAX);
	align = MAX(alignment / PAGE_SIZE, 1);
	KASSERT(align <= CHUNK_PAGES / 2);

	kspin_enter(&pages_lock);
	p = chunks_search(npages, align);
	kspin_exit(&pages_lock);
	if (p != NULL)
		return p;

	ck = chunk_new();
	if (ck == NULL)
		return NULL;
	kspin_enter(&pages_lock);
	chunk_enlist(ck);
	chunks_inuse++;
	chunks_empty++;
	p = chunk_take(ck, chunk_find(ck, npages, align), npages);
	kspin_exit(&pages_lock);
	return p;
}

/*
 * Give a run back.  One wholly free chunk is kept against flapping.
 */
void
rump_pages_free(void *p, size_t npages)
{
	struct chunk *ck = chunk_of(p);
	unsigned int first = chunk_index(p), i;
	uint64_t mask = run_mask(first, npages);
	bool release = false;

	KASSERT(ck->ck_magic == CHUNK_MAGIC);
	KASSERT(first > 0 && first + npages <= CHUNK_PAGES);
	for (i = first; i < first + npages; i++)
		ck->ck_owner[i] = NULL;

	kspin_enter(&pages_lock);
	KASSERTMSG((ck->ck_free & mask) == 0, "page %p freed twice", p);
	ck->ck_free |= mask;
	if (!ck->ck_listed)
		chunk_enlist(ck);
	if (ck->ck_free == CHUNK_ALLFREE) {
		if (chunks_empty > 0) {
			LIST_REMOVE(ck, ck_list);
			release = true;
		} else
			chunks_empty++;
	}
	kspin_exit(&pages_lock);
	if (release)
		chunk_release(ck);
}

/*
 * The words that belong to the owner of a run of pages handed out here.
 */
void
rump_pages_own(const void *p, size_t npages, void *owner)
{
	struct chunk *ck = chunk_of(p);
	size_t i;

	KASSERT(ck->ck_magic == CHUNK_MAGIC);
	KASSERT(chunk_index(p) + npages <= CHUNK_PAGES);
	for (i = 0; i < npages; i++)
		ck->ck_owner[chunk_index(p) + i] = owner;
}

/*
 * Give the spare chunk back to the host, or to its region, which goes when
 * nothing of it is used; returns bytes.
 */
size_t
rump_pages_trim(void)
{
	struct chunk *ck, *next, *found = NULL;

	kspin_enter(&pages_lock);
	LIST_FOREACH_SAFE(ck, &chunks_free, ck_list, next) {
		if (ck->ck_free == CHUNK_ALLFREE) {
			LIST_REMOVE(ck, ck_list);
			chunks_empty--;
			found = ck;
			break;
		}
	}
	kspin_exit(&pages_lock);
	if (found == NULL)
		return 0;
	chunk_release(found);
	return CHUNK_SIZE;
}
