/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs of a few pages, cut from chunks that come from the host.
 *
 * A chunk is 64 pages, aligned to its size, so that the chunk of any page is
 * found by masking.  Its first page holds a bitmap of free pages and one word
 * per page for the owner (the pool that sits on the page).  Untouched pages
 * cost the host nothing.  Only rump_hypermalloc() and the pools call in here;
 * accounting is theirs.  Nothing here sleeps, and no lwp is needed.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>
#include <rump-sys/mem.h>

#include "kspin.h"
#include "pages_private.h"

/* The header takes page 0. */
#define CHUNK_ALLFREE	(~(uint64_t)1)

static struct kspin pages_lock = KSPIN_INITIALIZER;
static LIST_HEAD(, chunk) chunks_free = LIST_HEAD_INITIALIZER(chunks_free);
static unsigned int chunks_empty;	/* p: chunks wholly free */

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

static struct chunk *
chunk_new(void)
{
	struct chunk *ck;
	void *mem;

	if (rumpuser_malloc(CHUNK_SIZE, CHUNK_SIZE, &mem) != 0)
		return NULL;
	KASSERT(((uintptr_t)mem & (CHUNK_SIZE - 1)) == 0);
	ck = mem;
	memset(ck, 0, sizeof(*ck));
	ck->ck_magic = CHUNK_MAGIC;
	ck->ck_free = CHUNK_ALLFREE;
	return ck;
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
		rumpuser_free(ck, CHUNK_SIZE);
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
 * Give the spare chunk back; returns bytes.
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
	rumpuser_free(found, CHUNK_SIZE);
	return CHUNK_SIZE;
}
