/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_page_arena.c: where the memory of cached pages comes from.
 *
 * Memory is taken from the host in chunks of CHUNK_PAGES pages, several at
 * once when the cache is large.  A request for several pages gets a run that
 * is contiguous in memory where there is one, if possible right behind the
 * page that precedes them in their object, so that file data can be given to a
 * device without copying.  Chunks without a page in use go back to the host,
 * but for a few; not at once, because what was just freed is often wanted
 * again, and fresh memory is slow.
 *
 * With a memory limit the first chunk is taken at boot and never given back,
 * so that files can always be read and written, if only slowly; the others
 * are had only while memory is not short.
 *
 * Called by uvm_page.c only, which holds the object's lock.  Nothing here
 * sleeps: if the limit is reached or the host refuses, there is no page.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/radixtree.h>

#include <rump/rumpuser.h>
#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "uvm_private.h"

#define	EMPTY_KEEP	8	/* empty chunks kept for good */
#define	GIVEBACK_TICKS	(hz / 2)	/* between rounds of giving back */
#define	BULK_PAGES	16	/* a request that will fill its chunk */
#define	BULK_CHUNKS	8	/* but a small cache stays small */
#define	ANON_LEAVE	(CHUNK_PAGES / 2)	/* pages left to files */
#define	REFUSED_TICKS	(10 * hz)	/* it is believed for so long */
#define	CHUNK_TRIES	8	/* chunks looked at for a long run */
#define	CHUNK_COST	(CHUNK_SIZE + 4 * PAGE_SIZE)	/* with its trees */
#define	HUGE_CHUNKS	32	/* a cache with so many grows by regions */
#define	REGION_CHUNKS	8	/* a huge page of most hosts */
#define	REGION_SIZE	(REGION_CHUNKS * CHUNK_SIZE)
#define	CHUNK_KEY(va)	((uint64_t)(va) / CHUNK_SIZE)

TAILQ_HEAD(chunklist, uvm_pagechunk);

static kmutex_t fpage_lock;
static struct chunklist partial_chunks;		/* fpage_lock */
static struct chunklist empty_chunks;		/* fpage_lock */
static volatile unsigned int nempty;		/* written under fpage_lock */
static struct radix_tree chunk_tree;		/* fpage_lock */
static volatile unsigned int nchunks;		/* atomic */
static volatile unsigned int nfreepages;	/* written under fpage_lock */
static unsigned int chunk_limit;		/* fixed after boot */
static volatile int refused_at;			/* atomic; when, in ticks */
static callout_t giveback_co;
static bool giveback_due;			/* fpage_lock */

static void	giveback(void *);
static bool	arena_grow(int);

static bool
arena_limited_p(void)
{

	return rump_physmemlimit != RUMPMEM_UNLIMITED;
}

/*
 * With a memory limit the page cache may have two thirds of what is left of
 * it by now, without one half of what the host has.
 */
static unsigned int
arena_chunk_limit(void)
{
	uint64_t bytes;

	if (arena_limited_p()) {
		bytes = rump_hypermem_used();
		bytes = (rump_physmemlimit - MIN(bytes, rump_physmemlimit)) /
		    3 * 2;
	} else
		bytes = (uint64_t)physmem * PAGE_SIZE / 2;
	return MIN(MAX(bytes / CHUNK_SIZE, 1), UINT_MAX / CHUNK_PAGES);
}

void
uvm_arena_init(void)
{

	mutex_init(&fpage_lock, MUTEX_DEFAULT, IPL_NONE);
	TAILQ_INIT(&partial_chunks);
	TAILQ_INIT(&empty_chunks);
	radix_tree_init_tree(&chunk_tree);
	chunk_limit = arena_chunk_limit();
	refused_at = getticks() - REFUSED_TICKS;
	callout_init(&giveback_co, CALLOUT_MPSAFE);
	callout_setfunc(&giveback_co, giveback, NULL);
	if (arena_limited_p())
		(void)arena_grow(1);
}

/* The two counts are also looked at without the lock. */
static void
free_add(int n)
{

	KASSERT(mutex_owned(&fpage_lock));
	atomic_store_relaxed(&nfreepages, nfreepages + n);
}

static void
empty_add(int n)
{

	KASSERT(mutex_owned(&fpage_lock));
	atomic_store_relaxed(&nempty, nempty + n);
}

static bool
chunk_sane_p(const struct uvm_pagechunk *ck)
{

	return ck->ck_va != 0 && (ck->ck_va & (CHUNK_SIZE - 1)) == 0 &&
	    ck->ck_pages[0].chunk == ck;
}

/*
 * Count n chunks more, if there may be so many.
 */
static bool
chunks_reserve(int n)
{
	const size_t bytes = n * (CHUNK_SIZE + sizeof(struct uvm_pagechunk));
	unsigned int have;

	/* At the limit nobody else shall see more than there are. */
	if (atomic_load_relaxed(&nchunks) + n > chunk_limit)
		return false;
	have = atomic_add_int_nv(&nchunks, n);
	if (have <= chunk_limit && (have == 1 || !rump_hypermem_low(bytes)))
		return true;
	atomic_add_int(&nchunks, -n);
	return false;
}

/*
 * Memory for *np chunks from the host, n pages of which are wanted now.  A
 * large cache grows by huge pages, whole chunks of which can be given back.
 */
static vaddr_t
chunks_memory(int n, int *np)
{
	void *va;

	if (atomic_load_relaxed(&nchunks) >= HUGE_CHUNKS &&
	    chunks_reserve(REGION_CHUNKS)) {
		va = rump_hypermap(REGION_SIZE, REGION_SIZE);
		if (va != NULL) {
			rumpuser_prefault(va, REGION_SIZE);
			*np = REGION_CHUNKS;
			return (vaddr_t)va;
		}
		atomic_add_int(&nchunks, -REGION_CHUNKS);
	}
	if (!chunks_reserve(1)) {
		if (rump_hypermem_low(CHUNK_SIZE))
			rump_pagedaemon_kick(false);
		return 0;
	}
	va = rump_hypermap(CHUNK_SIZE, CHUNK_SIZE);
	if (va == NULL) {
		atomic_store_relaxed(&refused_at, getticks());
		atomic_dec_uint(&nchunks);
		return 0;
	}
	if (n >= BULK_PAGES && atomic_load_relaxed(&nchunks) > BULK_CHUNKS)
		rumpuser_prefault(va, CHUNK_SIZE);
	*np = 1;
	return (vaddr_t)va;
}

static void
chunk_unmap(vaddr_t va)
{

	rump_hyperunmap((void *)va, CHUNK_SIZE);
	atomic_dec_uint(&nchunks);
}

/*
 * The chunk of this memory, all pages free.  Not on any list yet.
 */
static struct uvm_pagechunk *
chunk_create(vaddr_t va)
{
	struct uvm_pagechunk *ck;
	struct vm_page *pg;
	int i;

	ck = kmem_zalloc(sizeof(*ck), KM_NOSLEEP);
	if (ck == NULL) {
		chunk_unmap(va);
		return NULL;
	}
	ck->ck_va = va;
	ck->ck_free = ~(uint64_t)0;
	for (i = 0; i < CHUNK_PAGES; i++) {
		pg = &ck->ck_pages[i];
		pg->chunk = ck;
		pg->phys_addr = (paddr_t)va + (paddr_t)i * PAGE_SIZE;
		pg->flags = PG_FREE;
	}
	return ck;
}

static void
chunk_destroy(struct uvm_pagechunk *ck)
{

	KASSERT(chunk_sane_p(ck));
	KASSERT(ck->ck_free == ~(uint64_t)0);
	chunk_unmap(ck->ck_va);
	kmem_free(ck, sizeof(*ck));
}

/*
 * Enter a new chunk.  False if the tree has no memory.
 */
static bool
chunk_enter(struct uvm_pagechunk *ck)
{

	KASSERT(mutex_owned(&fpage_lock));
	if (radix_tree_insert_node(&chunk_tree, CHUNK_KEY(ck->ck_va), ck) != 0)
		return false;
	TAILQ_INSERT_HEAD(&empty_chunks, ck, ck_list);
	empty_add(1);
	free_add(CHUNK_PAGES);
	return true;
}

/*
 * The longest run of free pages of ck that begins at or after `from', at most
 * n pages.  Returns its length, 0 if there is none.
 */
static int
chunk_run(const struct uvm_pagechunk *ck, int from, int n, int *startp)
{
	uint64_t map;
	int best, len, start;

	best = 0;
	map = ck->ck_free & (~(uint64_t)0 << from);
	while (map != 0) {
		start = __builtin_ctzll(map);
		map >>= start;
		len = map == ~(uint64_t)0 ? CHUNK_PAGES :
		    __builtin_ctzll(~map);
		if (len > best) {
			best = len;
			*startp = start;
			if (best >= n)
				return n;
		}
		if (start + len >= CHUNK_PAGES)
			break;
		map = ck->ck_free & (~(uint64_t)0 << (start + len));
	}
	return best;
}

/*
 * Take pages [start, start + n) of ck, which are free.
 */
static void
chunk_take(struct uvm_pagechunk *ck, int start, int n, struct vm_page **pgs)
{
	uint64_t mask;
	int i;

	KASSERT(mutex_owned(&fpage_lock));
	mask = (n == CHUNK_PAGES ? ~(uint64_t)0 :
	    ((uint64_t)1 << n) - 1) << start;
	KASSERT((ck->ck_free & mask) == mask);
	if (ck->ck_free == ~(uint64_t)0) {
		TAILQ_REMOVE(&empty_chunks, ck, ck_list);
		empty_add(-1);
		TAILQ_INSERT_HEAD(&partial_chunks, ck, ck_list);
	}
	ck->ck_free &= ~mask;
	if (ck->ck_free == 0)
		TAILQ_REMOVE(&partial_chunks, ck, ck_list);
	free_add(-n);
	for (i = 0; i < n; i++) {
		pgs[i] = &ck->ck_pages[start + i];
		KASSERT(pgs[i]->flags & PG_FREE);
		pgs[i]->flags = 0;
	}
}

/*
 * Some run of up to n pages: the first that is long enough among a few
 * chunks, else an empty chunk, else the longest seen.
 */
static int
arena_take_any(int n, struct vm_page **pgs)
{
	struct uvm_pagechunk *ck, *bestck;
	int best, beststart, len, start, tries;

	bestck = NULL;
	best = beststart = start = tries = 0;
	TAILQ_FOREACH(ck, &partial_chunks, ck_list) {
		len = chunk_run(ck, 0, n, &start);
		if (len > best) {
			best = len;
			bestck = ck;
			beststart = start;
		}
		if (best == n || ++tries == CHUNK_TRIES)
			break;
	}
	if (best < n && !TAILQ_EMPTY(&empty_chunks)) {
		bestck = TAILQ_FIRST(&empty_chunks);
		best = n;
		beststart = 0;
	}
	if (bestck == NULL)
		return 0;
	chunk_take(bestck, beststart, best, pgs);
	return best;
}

/*
 * Up to n <= CHUNK_PAGES pages adjacent in memory; directly behind `prev' if
 * that is given and there is room.  Returns how many.
 */
static int
arena_take(struct vm_page *prev, int n, struct vm_page **pgs)
{
	struct uvm_pagechunk *ck;
	int len, slot, start = 0;

	KASSERT(mutex_owned(&fpage_lock));
	if (prev != NULL) {
		ck = prev->chunk;
		slot = (int)(prev - ck->ck_pages) + 1;
		if (slot < CHUNK_PAGES && (ck->ck_free >> slot & 1)) {
			len = chunk_run(ck, slot, n, &start);
			if (start == slot) {
				chunk_take(ck, start, len, pgs);
				return len;
			}
		}
	}
	return arena_take_any(n, pgs);
}

/*
 * Is it worth getting a new chunk rather than splitting a request of n pages?
 */
static bool
arena_grow_p(int n)
{

	const unsigned int nfree = atomic_load_relaxed(&nfreepages);

	if (nfree < n)
		return true;
	return n > 1 && atomic_load_relaxed(&nempty) == 0 &&
	    nfree < atomic_load_relaxed(&nchunks) * (CHUNK_PAGES / 8);
}

static bool
arena_grow1(vaddr_t va)
{
	struct uvm_pagechunk *ck;
	bool entered;

	ck = chunk_create(va);
	if (ck == NULL)
		return false;
	mutex_enter(&fpage_lock);
	entered = chunk_enter(ck);
	mutex_exit(&fpage_lock);
	if (!entered)
		chunk_destroy(ck);
	return entered;
}

/*
 * More memory for n pages, and perhaps others.  False if there is none.
 */
static bool
arena_grow(int n)
{
	vaddr_t va;
	bool grown = false;
	int got;

	va = chunks_memory(n, &got);
	if (va == 0)
		return false;
	/* The lowest is taken first, and so on upwards. */
	while (got-- > 0)
		grown |= arena_grow1(va + got * CHUNK_SIZE);
	return grown;
}

/*
 * n pages, in as few runs as possible; contents undefined.  Returns how many
 * there were.
 */
int
uvm_arena_alloc(struct vm_page *prev, int n, int flags, struct vm_page **pgs)
{
	int done, got;

	KASSERT(n > 0);
	if (arena_grow_p(n))
		(void)arena_grow(n);
	mutex_enter(&fpage_lock);
	for (done = 0; done < n; done += got) {
		got = arena_take(prev, MIN(n - done, CHUNK_PAGES),
		    pgs + done);
		if (got == 0)
			break;
		prev = pgs[done + got - 1];
	}
	mutex_exit(&fpage_lock);
	return done;
}

static void
arena_free1(struct vm_page *pg)
{
	struct uvm_pagechunk *ck = pg->chunk;
	uint64_t bit;

	bit = (uint64_t)1 << (pg - ck->ck_pages);
	KASSERT((ck->ck_free & bit) == 0);
	KASSERT(pg->uobject == NULL);
	if (ck->ck_free == 0)
		TAILQ_INSERT_TAIL(&partial_chunks, ck, ck_list);
	ck->ck_free |= bit;
	pg->flags = PG_FREE;
	free_add(1);
	if (ck->ck_free == ~(uint64_t)0) {
		TAILQ_REMOVE(&partial_chunks, ck, ck_list);
		TAILQ_INSERT_HEAD(&empty_chunks, ck, ck_list);
		empty_add(1);
	}
}

/*
 * Take empty chunks beyond `keep' off the list and out of the tree.
 */
static void
arena_cull(unsigned int keep, struct chunklist *out)
{
	struct uvm_pagechunk *ck;

	KASSERT(mutex_owned(&fpage_lock));
	while (nempty > keep) {
		ck = TAILQ_LAST(&empty_chunks, chunklist);
		TAILQ_REMOVE(&empty_chunks, ck, ck_list);
		empty_add(-1);
		free_add(-CHUNK_PAGES);
		(void)radix_tree_remove_node(&chunk_tree,
		    CHUNK_KEY(ck->ck_va));
		TAILQ_INSERT_TAIL(out, ck, ck_list);
	}
}

static int
arena_release(struct chunklist *list)
{
	struct uvm_pagechunk *ck;
	int n;

	for (n = 0; (ck = TAILQ_FIRST(list)) != NULL; n++) {
		TAILQ_REMOVE(list, ck, ck_list);
		chunk_destroy(ck);
	}
	return n;
}

/*
 * Half of the empty chunks that are too many, and so on until none are.
 */
static void
giveback(void *arg)
{
	struct chunklist excess = TAILQ_HEAD_INITIALIZER(excess);

	mutex_enter(&fpage_lock);
	if (nempty > EMPTY_KEEP)
		arena_cull(MAX(EMPTY_KEEP, nempty / 2), &excess);
	giveback_due = nempty > EMPTY_KEEP;
	if (giveback_due)
		callout_schedule(&giveback_co, GIVEBACK_TICKS);
	mutex_exit(&fpage_lock);
	(void)arena_release(&excess);
}

void
uvm_arena_free(struct vm_page **pgs, int n)
{
	int i;

	mutex_enter(&fpage_lock);
	for (i = 0; i < n; i++)
		arena_free1(pgs[i]);
	if (__predict_false(nempty > EMPTY_KEEP) && !giveback_due) {
		giveback_due = true;
		callout_schedule(&giveback_co, GIVEBACK_TICKS);
	}
	mutex_exit(&fpage_lock);
	uvm_pdqueue_freed();
}

/*
 * Give every empty chunk back to the host, but for the one that is kept;
 * returns how many pages that were.
 */
int
uvm_arena_trim(void)
{
	struct chunklist excess = TAILQ_HEAD_INITIALIZER(excess);

	mutex_enter(&fpage_lock);
	arena_cull(arena_limited_p() &&
	    nempty == atomic_load_relaxed(&nchunks) ? 1 : 0, &excess);
	mutex_exit(&fpage_lock);
	return arena_release(&excess) * CHUNK_PAGES;
}

/*
 * The page whose memory va lies in, NULL if it is not the arena's.
 */
struct vm_page *
uvm_arena_lookup(vaddr_t va)
{
	struct uvm_pagechunk *ck;

	mutex_enter(&fpage_lock);
	ck = radix_tree_lookup_node(&chunk_tree, CHUNK_KEY(va));
	mutex_exit(&fpage_lock);
	if (ck == NULL)
		return NULL;
	KASSERT(chunk_sane_p(ck));
	return &ck->ck_pages[(va - ck->ck_va) / PAGE_SIZE];
}

/*
 * May anonymous memory, which cannot be given back, have n pages more, `anon'
 * being what it has with them?  Files must be left some.
 */
bool
uvm_arena_anon_p(unsigned int anon, int n)
{

	if (!arena_limited_p())
		return true;
	while (anon + ANON_LEAVE > atomic_load_relaxed(&nchunks) * CHUNK_PAGES)
		if (!arena_grow(n))
			return false;
	return true;
}

/*
 * How many pages more anonymous memory could have if files gave up none: those
 * that are free, and those of chunks there is memory for.
 */
int
uvm_arena_anon_room(void)
{
	const unsigned int n = atomic_load_relaxed(&nchunks);
	unsigned int more, room;

	more = n < chunk_limit ? chunk_limit - n : 0;
	more = MIN(more, rump_hypermem_room() / CHUNK_COST);
	room = atomic_load_relaxed(&nfreepages) + more * CHUNK_PAGES;
	if (arena_limited_p())
		room -= MIN(room, ANON_LEAVE);
	return (int)MIN(room, INT_MAX);
}

/*
 * How many pages the cache may have at most.  When the host refused more a
 * moment ago, that is what there is.
 */
unsigned int
uvm_arena_limit(void)
{

	unsigned int n = chunk_limit;

	if (getticks() - atomic_load_relaxed(&refused_at) < REFUSED_TICKS)
		n = MIN(n, atomic_load_relaxed(&nchunks));
	return n * CHUNK_PAGES;
}
