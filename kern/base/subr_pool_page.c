/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of pool(9): where their headers are, and which items are free.
 *
 * The header lies at the end of the page if that wastes little, else it comes
 * from kmem.  It is found from an item through the owner word that
 * rump_pages.c keeps for its pages, by masking, or, for pages of private
 * allocators, in a tree.  Callers hold pr_lock where items are touched.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/systm.h>
#include <sys/tree.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "pages_private.h"
#include "pool_private.h"

static int
page_compare(const struct pool_page *a, const struct pool_page *b)
{

	if (a->ph_page < b->ph_page)
		return -1;
	return a->ph_page > b->ph_page;
}

SPLAY_PROTOTYPE(pool_phtree, pool_page, ph_node, page_compare);
SPLAY_GENERATE(pool_phtree, pool_page, ph_node, page_compare);

/*
 * Never waits: pool_grow() does, and looks at its own items then, too.
 */
static void *
hyper_page_alloc(struct pool *pp, int flags)
{
	unsigned int size = pp->pr_alloc->pa_pagesz;

	return rump_hypermalloc_once(size, size, (flags & PR_WAITOK) != 0);
}

static void
hyper_page_free(struct pool *pp, void *p)
{

	rump_hyperfree(p, pp->pr_alloc->pa_pagesz);
}

#define HYPER_ALLOCATOR(size)						\
	{								\
		.pa_alloc = hyper_page_alloc,				\
		.pa_free = hyper_page_free,				\
		.pa_pagesz = (size),					\
	}

struct pool_allocator pool_allocator_kmem = HYPER_ALLOCATOR(PAGE_SIZE);
struct pool_allocator pool_allocator_nointr = HYPER_ALLOCATOR(PAGE_SIZE);
struct pool_allocator pool_allocator_meta = HYPER_ALLOCATOR(PAGE_SIZE);

static struct pool_allocator pool_allocator_big[] = {
	HYPER_ALLOCATOR(PAGE_SIZE << 1),
	HYPER_ALLOCATOR(PAGE_SIZE << 2),
	HYPER_ALLOCATOR(PAGE_SIZE << 3),
	HYPER_ALLOCATOR(PAGE_SIZE << 4),
	HYPER_ALLOCATOR(PAGE_SIZE << 5),
	HYPER_ALLOCATOR(PAGE_SIZE << 6),
	HYPER_ALLOCATOR(PAGE_SIZE << 7),
	HYPER_ALLOCATOR(PAGE_SIZE << 8),
	HYPER_ALLOCATOR(PAGE_SIZE << 9),
	HYPER_ALLOCATOR(PAGE_SIZE << 10),
};

/*
 * The allocator to use for items of this size: users ask for single pages
 * and get larger units if an item does not fit or would waste much.
 */
struct pool_allocator *
pool_allocator_for(struct pool_allocator *pa, size_t size)
{
	size_t unit = PAGE_SIZE;
	unsigned int i;

	if (pa != NULL && pa != &pool_allocator_kmem &&
	    pa != &pool_allocator_nointr && pa != &pool_allocator_meta)
		return pa;
	if (pa == NULL)
		pa = &pool_allocator_kmem;
	if (size <= PAGE_SIZE && PAGE_SIZE % size <= PAGE_SIZE / 8)
		return pa;
	for (i = 0; i < __arraycount(pool_allocator_big); i++) {
		if (size <= unit && unit % size <= unit / 8)
			break;
		unit = (size_t)PAGE_SIZE << (i + 1);
	}
	if (unit == PAGE_SIZE)
		return pa;
	if (size > unit)
		panic("pool item of %zu bytes", size);
	for (i = 0; pool_allocator_big[i].pa_pagesz != unit; i++)
		continue;
	return &pool_allocator_big[i];
}

/* Is the page one of rump_pages.c's, with an owner word? */
static bool
page_owned_p(const struct pool *pp)
{

	return pp->pr_alloc->pa_alloc == hyper_page_alloc &&
	    pp->pr_alloc->pa_pagesz / PAGE_SIZE <= RUMP_PAGES_MAX;
}

/*
 * Decide at pool_init() time where headers go and how many items a page has.
 */
void
pool_page_layout(struct pool *pp)
{
	size_t pagesz = pp->pr_alloc->pa_pagesz;
	unsigned int n = pagesz / pp->pr_size, in;

	/* With the header inside: shrink until it fits behind the items. */
	for (in = n; in > 0; in--) {
		if (in * (size_t)pp->pr_size + PH_SIZE(in) + 8 <= pagesz)
			break;
	}
	if (in > 0 && n - in <= n / 8 && (pp->pr_roflags & PR_NOALIGN) == 0) {
		pp->pr_roflags |= PR_PHINPAGE;
		n = in;
	}
	KASSERTMSG(n > 0, "pool %s: item larger than its page", pp->pr_wchan);
	pp->pr_itemsperpage = n;
}

static size_t
header_offset(const struct pool *pp)
{

	return rounddown(pp->pr_alloc->pa_pagesz -
	    PH_SIZE(pp->pr_itemsperpage), 8);
}

static struct pool_page *
header_alloc(struct pool *pp, char *page, int flags)
{

	if (pp->pr_roflags & PR_PHINPAGE)
		return (struct pool_page *)(void *)(page + header_offset(pp));
	return kmem_intr_alloc(PH_SIZE(pp->pr_itemsperpage),
	    (flags & PR_WAITOK) ? KM_SLEEP : KM_NOSLEEP);
}

/*
 * Get a page; may sleep if flags say so, called without pr_lock.
 */
struct pool_page *
pool_page_new(struct pool *pp, int flags)
{
	struct pool_page *ph;
	unsigned int n = pp->pr_itemsperpage, w;
	char *page;

	page = (*pp->pr_alloc->pa_alloc)(pp, flags);
	if (page == NULL)
		return NULL;
	ph = header_alloc(pp, page, flags);
	if (ph == NULL) {
		(*pp->pr_alloc->pa_free)(pp, page);
		return NULL;
	}
	ph->ph_pool = pp;
	ph->ph_page = page;
	ph->ph_nfree = n;
	ph->ph_hint = 0;
	for (w = 0; w < PH_WORDS(n); w++)
		ph->ph_free[w] = ~(uint64_t)0;
	if (n % 64 != 0)
		ph->ph_free[w - 1] = ((uint64_t)1 << (n % 64)) - 1;
	if (page_owned_p(pp))
		rump_pages_own(page, pp->pr_alloc->pa_pagesz / PAGE_SIZE, ph);
	return ph;
}

void
pool_page_destroy(struct pool *pp, struct pool_page *ph)
{
	char *page = ph->ph_page;

	KASSERT(ph->ph_pool == pp);
	KASSERT(ph->ph_nfree == pp->pr_itemsperpage);
	if ((pp->pr_roflags & PR_PHINPAGE) == 0)
		kmem_intr_free(ph, PH_SIZE(pp->pr_itemsperpage));
	(*pp->pr_alloc->pa_free)(pp, page);
}

/* Make the page findable from its items, and not. */
void
pool_page_link(struct pool *pp, struct pool_page *ph)
{

	if (!page_owned_p(pp) && (pp->pr_roflags & PR_PHINPAGE) == 0)
		SPLAY_INSERT(pool_phtree, &pp->pr_phtree, ph);
}

void
pool_page_unlink(struct pool *pp, struct pool_page *ph)
{

	if (!page_owned_p(pp) && (pp->pr_roflags & PR_PHINPAGE) == 0)
		SPLAY_REMOVE(pool_phtree, &pp->pr_phtree, ph);
}

/*
 * The last page that starts at or before the item.
 */
static struct pool_page *
tree_find(struct pool *pp, char *item)
{
	struct pool_page *ph, *best = NULL;

	ph = SPLAY_ROOT(&pp->pr_phtree);
	while (ph != NULL) {
		if (ph->ph_page <= item) {
			best = ph;
			ph = SPLAY_RIGHT(ph, ph_node);
		} else
			ph = SPLAY_LEFT(ph, ph_node);
	}
	return best;
}

struct pool_page *
pool_page_find(struct pool *pp, void *item)
{
	size_t pagesz = pp->pr_alloc->pa_pagesz;
	struct pool_page *ph;
	char *page;

	page = (char *)((uintptr_t)item & ~(uintptr_t)(pagesz - 1));
	if (pp->pr_roflags & PR_PHINPAGE)
		ph = (struct pool_page *)(void *)(page + header_offset(pp));
	else if (page_owned_p(pp))
		ph = rump_pages_owner(page);
	else
		ph = tree_find(pp, item);
	if (ph == NULL || ph->ph_pool != pp || (char *)item < ph->ph_page ||
	    (size_t)((char *)item - ph->ph_page) >= pagesz)
		panic("pool_put: %s: %p is not of this pool", pp->pr_wchan,
		    item);
	return ph;
}

/*
 * Any free item of the page, which has one.
 */
void *
pool_page_take(struct pool *pp, struct pool_page *ph)
{
	unsigned int words = PH_WORDS(pp->pr_itemsperpage), w = ph->ph_hint;
	unsigned int bit;

	KASSERT(ph->ph_nfree > 0);
	while (ph->ph_free[w] == 0)
		w = w + 1 == words ? 0 : w + 1;
	bit = __builtin_ctzll(ph->ph_free[w]);
	ph->ph_free[w] &= ph->ph_free[w] - 1;
	ph->ph_hint = w;
	ph->ph_nfree--;
	return ph->ph_page + (w * 64 + bit) * (size_t)pp->pr_size;
}

void
pool_page_return(struct pool *pp, struct pool_page *ph, void *item)
{
	unsigned int off = (unsigned int)((char *)item - ph->ph_page);
	unsigned int idx = off / pp->pr_size, w = idx / 64;
	uint64_t bit = (uint64_t)1 << (idx % 64);

	if (idx * pp->pr_size != off || idx >= pp->pr_itemsperpage)
		panic("pool_put: %s: %p is inside an item", pp->pr_wchan,
		    item);
	if (ph->ph_free[w] & bit)
		panic("pool_put: %s: %p is free already", pp->pr_wchan, item);
	ph->ph_free[w] |= bit;
	ph->ph_hint = w;
	ph->ph_nfree++;
}
