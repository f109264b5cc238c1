/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool(9): items of one size cut from pages.
 *
 * Pages move between three lists (empty, partly used, full).  pool_get() takes
 * an item of a partly used page, else of an empty one, else of a new page,
 * which is fetched without the lock.  Empty pages beyond the high water mark
 * are given back at once, the others when the pagedaemon asks.
 * Lock order: pr_lock of a cached pool is taken after the cache's own lock.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lockdebug.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>

#include "pool_private.h"

/* Protects pool_head and pool_drain_next. */
static kmutex_t pool_head_lock;
static TAILQ_HEAD(, pool) pool_head = TAILQ_HEAD_INITIALIZER(pool_head);
static struct pool *pool_drain_next;
static bool pool_inited;

void
pool_subsystem_init(void)
{

	KASSERT(!pool_inited);
	mutex_init(&pool_head_lock, MUTEX_DEFAULT, IPL_NONE);
	pool_inited = true;
}

void
pool_init(struct pool *pp, size_t size, u_int align, u_int align_offset,
    int flags, const char *wchan, struct pool_allocator *palloc, int ipl)
{

	KASSERT(pool_inited);
	KASSERT(size > 0);
	KASSERT(align_offset == 0);
	KASSERT(powerof2(align));
	memset(pp, 0, sizeof(*pp));
	if (align == 0)
		align = size >= 16 ? 16 : 8;
	pp->pr_align = align;
	pp->pr_reqsize = size;
	pp->pr_size = roundup(size, align);
	pp->pr_alloc = pool_allocator_for(palloc, pp->pr_size);
	if (pp->pr_alloc->pa_pagesz == 0)
		pp->pr_alloc->pa_pagesz = PAGE_SIZE;
	pp->pr_wchan = wchan;
	pp->pr_roflags = flags;
	pp->pr_ipl = ipl;
	pp->pr_maxpages = UINT_MAX;
	pp->pr_hardlimit = UINT_MAX;
	LIST_INIT(&pp->pr_emptypages);
	LIST_INIT(&pp->pr_fullpages);
	LIST_INIT(&pp->pr_partpages);
	SPLAY_INIT(&pp->pr_phtree);
	mutex_init(&pp->pr_lock, MUTEX_DEFAULT, ipl);
	cv_init(&pp->pr_cv, wchan);
	pool_page_layout(pp);

	mutex_enter(&pool_head_lock);
	TAILQ_INSERT_TAIL(&pool_head, pp, pr_poollist);
	mutex_exit(&pool_head_lock);
}

/* Take an empty page out of the pool; the caller destroys it. */
static struct pool_page *
page_detach(struct pool *pp, struct pool_page *ph)
{

	KASSERT(mutex_owned(&pp->pr_lock));
	KASSERT(ph->ph_nfree == pp->pr_itemsperpage);
	LIST_REMOVE(ph, ph_list);
	pool_page_unlink(pp, ph);
	pp->pr_npages--;
	pp->pr_nitems -= pp->pr_itemsperpage;
	pp->pr_npagefree++;
	return ph;
}

static void
page_attach(struct pool *pp, struct pool_page *ph)
{

	KASSERT(mutex_owned(&pp->pr_lock));
	LIST_INSERT_HEAD(&pp->pr_emptypages, ph, ph_list);
	pool_page_link(pp, ph);
	pp->pr_npages++;
	pp->pr_nitems += pp->pr_itemsperpage;
	pp->pr_npagealloc++;
	if (pp->pr_npages > pp->pr_hiwat)
		pp->pr_hiwat = pp->pr_npages;
}

/*
 * Off the list of all, so that the pagedaemon does not find it; wait while it
 * is at work on this one.
 */
void
pool_unlist(struct pool *pp)
{

	mutex_enter(&pool_head_lock);
	if (pool_drain_next == pp)
		pool_drain_next = TAILQ_NEXT(pp, pr_poollist);
	TAILQ_REMOVE(&pool_head, pp, pr_poollist);
	while (pp->pr_refcnt != 0) {
		mutex_exit(&pool_head_lock);
		(void)kpause("pooldest", false, 1, NULL);
		mutex_enter(&pool_head_lock);
	}
	mutex_exit(&pool_head_lock);
}

void
pool_destroy(struct pool *pp)
{

	pool_unlist(pp);
	pool_destroy_unlisted(pp);
}

void
pool_destroy_unlisted(struct pool *pp)
{
	struct pool_page *ph;

	mutex_enter(&pp->pr_lock);
	if (pp->pr_nout != 0)
		panic("pool_destroy: %s: %u items in use", pp->pr_wchan,
		    pp->pr_nout);
	KASSERT(LIST_EMPTY(&pp->pr_fullpages));
	KASSERT(LIST_EMPTY(&pp->pr_partpages));
	while ((ph = LIST_FIRST(&pp->pr_emptypages)) != NULL) {
		(void)page_detach(pp, ph);
		mutex_exit(&pp->pr_lock);
		pool_page_destroy(pp, ph);
		mutex_enter(&pp->pr_lock);
	}
	mutex_exit(&pp->pr_lock);
	cv_destroy(&pp->pr_cv);
	mutex_destroy(&pp->pr_lock);
}

/*
 * Add a page; the lock is dropped while it is fetched.  0 or ENOMEM.  With
 * PR_WAITOK there may be none, after a wait: in that time an item may have
 * been given back, which is as good.
 */
static int
pool_grow(struct pool *pp, int flags)
{
	struct pool_page *ph;

	KASSERT(mutex_owned(&pp->pr_lock));
	mutex_exit(&pp->pr_lock);
	ph = pool_page_new(pp, flags);
	if (ph == NULL && (flags & PR_WAITOK) != 0)
		rump_pagedaemon_wait(pp->pr_wchan);
	mutex_enter(&pp->pr_lock);
	if (ph != NULL)
		page_attach(pp, ph);
	else if ((flags & PR_WAITOK) == 0)
		return ENOMEM;
	return 0;
}

/*
 * At the hard limit: the drain hook, which may sleep, may know of items, a
 * cache's CPUs may have some, else one is waited for, or not.  0: try again.
 *
 * Once PR_WANTED is set and the CPUs have given up their groups, a cache
 * passes what is freed on to the pool; see pool_cache_put_slow().
 */
static int
pool_at_limit(struct pool *pp, int flags)
{
	const bool sleep = (flags & PR_WAITOK) != 0;
	const bool wait = sleep && (flags & PR_LIMITFAIL) == 0;

	KASSERT(mutex_owned(&pp->pr_lock));
	if (wait)
		atomic_store_relaxed(&pp->pr_flags, pp->pr_flags | PR_WANTED);
	if (sleep) {
		mutex_exit(&pp->pr_lock);
		if (pp->pr_drain_hook != NULL)
			(*pp->pr_drain_hook)(pp->pr_drain_hook_arg, flags);
		if (pp->pr_cache != NULL)
			pool_cache_invalidate(pp->pr_cache);
		mutex_enter(&pp->pr_lock);
		if (pp->pr_nout < pp->pr_hardlimit)
			return 0;
	}
	if (wait) {
		if ((pp->pr_flags & PR_WANTED) != 0)
			cv_wait(&pp->pr_cv, &pp->pr_lock);
		return 0;
	}
	if (pp->pr_limit_msg != NULL &&
	    ratecheck(&pp->pr_limit_last, &pp->pr_limit_ratecap))
		printf("%s\n", pp->pr_limit_msg);
	return ENOMEM;
}

static struct pool_page *
page_with_room(struct pool *pp)
{
	struct pool_page *ph;

	ph = LIST_FIRST(&pp->pr_partpages);
	return ph != NULL ? ph : LIST_FIRST(&pp->pr_emptypages);
}

static void *
take_item(struct pool *pp, struct pool_page *ph)
{
	bool was_empty = ph->ph_nfree == pp->pr_itemsperpage;
	void *item;

	item = pool_page_take(pp, ph);
	if (ph->ph_nfree == 0) {
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_fullpages, ph, ph_list);
	} else if (was_empty) {
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_partpages, ph, ph_list);
	}
	pp->pr_nitems--;
	pp->pr_nout++;
	pp->pr_nget++;
	return item;
}

void *
pool_get(struct pool *pp, int flags)
{

	if ((flags & PR_NOWAIT) != 0 && rump_fault_alloc_p())
		return NULL;
	return pool_get_nofault(pp, flags);
}

/*
 * The same for pool_cache(9), which has its own fault point.
 */
void *
pool_get_nofault(struct pool *pp, int flags)
{
	struct pool_page *ph;
	void *item = NULL;
	int error = 0;

	KASSERT((flags & (PR_WAITOK | PR_NOWAIT)) != 0);
	KASSERT((flags & (PR_WAITOK | PR_NOWAIT)) != (PR_WAITOK | PR_NOWAIT));
	mutex_enter(&pp->pr_lock);
	while (error == 0) {
		if (pp->pr_nout >= pp->pr_hardlimit)
			error = pool_at_limit(pp, flags);
		else if ((ph = page_with_room(pp)) != NULL) {
			item = take_item(pp, ph);
			break;
		} else
			error = pool_grow(pp, flags);
	}
	if (item == NULL)
		pp->pr_nfail++;
	mutex_exit(&pp->pr_lock);
	if (item != NULL && (flags & PR_ZERO) != 0)
		memset(item, 0, pp->pr_reqsize);
	return item;
}

unsigned int
pool_get_more(struct pool *pp, void **items, unsigned int max)
{
	struct pool_page *ph;
	unsigned int n;

	if (pp->pr_hardlimit != UINT_MAX || !mutex_tryenter(&pp->pr_lock))
		return 0;
	ph = LIST_FIRST(&pp->pr_partpages);
	max = ph != NULL ? MIN(max, ph->ph_nfree) : 0;
	/* The first is used last: then neighbours are used in their order. */
	for (n = max; n > 0; n--)
		items[n - 1] = take_item(pp, ph);
	mutex_exit(&pp->pr_lock);
	return max;
}

void
pool_put(struct pool *pp, void *item)
{
	struct pool_page *ph, *gone = NULL;

	LOCKDEBUG_MEM_CHECK(item, pp->pr_size);
	mutex_enter(&pp->pr_lock);
	ph = pool_page_find(pp, item);
	pool_page_return(pp, ph, item);
	KASSERT(pp->pr_nout > 0);
	pp->pr_nout--;
	pp->pr_nitems++;
	pp->pr_nput++;
	if (ph->ph_nfree == pp->pr_itemsperpage) {
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_emptypages, ph, ph_list);
		pp->pr_nidle++;
		if (pp->pr_npages > pp->pr_maxpages &&
		    pp->pr_npages > pp->pr_minpages &&
		    (pp->pr_roflags & PR_PSERIALIZE) == 0)
			gone = page_detach(pp, ph);
	} else if (ph->ph_nfree == 1) {
		LIST_REMOVE(ph, ph_list);
		LIST_INSERT_HEAD(&pp->pr_partpages, ph, ph_list);
	}
	if (pp->pr_flags & PR_WANTED) {
		atomic_store_relaxed(&pp->pr_flags, pp->pr_flags & ~PR_WANTED);
		cv_broadcast(&pp->pr_cv);
	}
	mutex_exit(&pp->pr_lock);
	if (gone != NULL)
		pool_page_destroy(pp, gone);
}

/*
 * Give empty pages back to the allocator; nonzero if there were any.
 */
int
pool_reclaim(struct pool *pp)
{
	LIST_HEAD(, pool_page) gone = LIST_HEAD_INITIALIZER(gone);
	struct pool_page *ph;
	struct pool_cache *pc;
	int found = 0;

	if (pp->pr_drain_hook != NULL)
		(*pp->pr_drain_hook)(pp->pr_drain_hook_arg, PR_NOWAIT);
	if ((pc = atomic_load_acquire(&pp->pr_cache)) != NULL)
		pool_cache_invalidate(pc);

	mutex_enter(&pp->pr_lock);
	while (pp->pr_npages > pp->pr_minpages &&
	    (ph = LIST_FIRST(&pp->pr_emptypages)) != NULL) {
		(void)page_detach(pp, ph);
		LIST_INSERT_HEAD(&gone, ph, ph_list);
		found = 1;
	}
	mutex_exit(&pp->pr_lock);

	/* Readers may still look at items that were freed before. */
	if (found && (pp->pr_roflags & PR_PSERIALIZE) != 0)
		xc_barrier(0);
	while ((ph = LIST_FIRST(&gone)) != NULL) {
		LIST_REMOVE(ph, ph_list);
		pool_page_destroy(pp, ph);
	}
	return found;
}

/*
 * Reclaim from the next pool in turn; *ppp tells which it was.
 */
bool
pool_drain(struct pool **ppp)
{
	struct pool *pp;
	bool freed;

	mutex_enter(&pool_head_lock);
	pp = pool_drain_next;
	if (pp == NULL)
		pp = TAILQ_FIRST(&pool_head);
	if (pp != NULL) {
		pool_drain_next = TAILQ_NEXT(pp, pr_poollist);
		pp->pr_refcnt++;
	}
	mutex_exit(&pool_head_lock);
	if (ppp != NULL)
		*ppp = pp;
	if (pp == NULL)
		return false;

	freed = pool_reclaim(pp) != 0;
	mutex_enter(&pool_head_lock);
	pp->pr_refcnt--;
	mutex_exit(&pool_head_lock);
	return freed;
}

/*
 * Once around all pools.
 */
void
pool_drain_all(void)
{
	struct pool *pp;
	unsigned int n = 0;

	mutex_enter(&pool_head_lock);
	TAILQ_FOREACH(pp, &pool_head, pr_poollist)
		n++;
	pool_drain_next = NULL;
	mutex_exit(&pool_head_lock);
	while (n-- > 0)
		(void)pool_drain(NULL);
}

static u_int
items_to_pages(const struct pool *pp, int n)
{

	KASSERT(n >= 0);
	return howmany((u_int)n, pp->pr_itemsperpage);
}

void
pool_prime(struct pool *pp, int n)
{
	u_int want;

	mutex_enter(&pp->pr_lock);
	want = items_to_pages(pp, n);
	while (want-- > 0 && pool_grow(pp, PR_NOWAIT) == 0)
		continue;
	mutex_exit(&pp->pr_lock);
}

void
pool_setlowat(struct pool *pp, int n)
{

	mutex_enter(&pp->pr_lock);
	pp->pr_minitems = n;
	pp->pr_minpages = items_to_pages(pp, n);
	while (pp->pr_npages < pp->pr_minpages &&
	    pool_grow(pp, PR_NOWAIT) == 0)
		continue;
	mutex_exit(&pp->pr_lock);
}

void
pool_sethiwat(struct pool *pp, int n)
{

	mutex_enter(&pp->pr_lock);
	pp->pr_maxpages = n == 0 ? 0 : items_to_pages(pp, n);
	mutex_exit(&pp->pr_lock);
}

void
pool_sethardlimit(struct pool *pp, int n, const char *warnmess, int ratecap)
{

	mutex_enter(&pp->pr_lock);
	pp->pr_hardlimit = n;
	pp->pr_limit_msg = warnmess;
	pp->pr_limit_ratecap.tv_sec = ratecap;
	pp->pr_limit_ratecap.tv_usec = 0;
	timerclear(&pp->pr_limit_last);
	cv_broadcast(&pp->pr_cv);
	mutex_exit(&pp->pr_lock);
}

void
pool_set_drain_hook(struct pool *pp, void (*fn)(void *, int), void *arg)
{

	pp->pr_drain_hook = fn;
	pp->pr_drain_hook_arg = arg;
}

unsigned int
pool_nget(struct pool *pp)
{

	return (unsigned int)pp->pr_nget;
}

unsigned int
pool_nput(struct pool *pp)
{

	return (unsigned int)pp->pr_nput;
}

int
pool_totalpages_locked(void)
{
	struct pool *pp;
	size_t bytes = 0;

	KASSERT(mutex_owned(&pool_head_lock));
	TAILQ_FOREACH(pp, &pool_head, pr_poollist)
		bytes += (size_t)pp->pr_npages * pp->pr_alloc->pa_pagesz;
	return (int)(bytes / PAGE_SIZE);
}

int
pool_totalpages(void)
{
	int pages;

	mutex_enter(&pool_head_lock);
	pages = pool_totalpages_locked();
	mutex_exit(&pool_head_lock);
	return pages;
}

static void
pool_record(struct pool *pp, struct pool_sysctl *ps)
{
	struct pool_cache *pc;

	memset(ps, 0, sizeof(*ps));
	strlcpy(ps->pr_wchan, pp->pr_wchan, sizeof(ps->pr_wchan));
	mutex_enter(&pp->pr_lock);
	ps->pr_flags = pp->pr_roflags | pp->pr_flags;
	ps->pr_size = pp->pr_size;
	ps->pr_pagesize = pp->pr_alloc->pa_pagesz;
	ps->pr_itemsperpage = pp->pr_itemsperpage;
	ps->pr_nitems = pp->pr_nitems;
	ps->pr_nout = pp->pr_nout;
	ps->pr_hardlimit = pp->pr_hardlimit;
	ps->pr_npages = pp->pr_npages;
	ps->pr_minpages = pp->pr_minpages;
	ps->pr_maxpages = pp->pr_maxpages;
	ps->pr_nget = pp->pr_nget;
	ps->pr_nfail = pp->pr_nfail;
	ps->pr_nput = pp->pr_nput;
	ps->pr_npagealloc = pp->pr_npagealloc;
	ps->pr_npagefree = pp->pr_npagefree;
	ps->pr_hiwat = pp->pr_hiwat;
	ps->pr_nidle = pp->pr_nidle;
	mutex_exit(&pp->pr_lock);
	if ((pc = atomic_load_acquire(&pp->pr_cache)) != NULL)
		pool_cache_record(pc, ps);
}

size_t
pool_records(struct pool_sysctl *ps, size_t max)
{
	struct pool *pp;
	size_t n = 0;

	mutex_enter(&pool_head_lock);
	TAILQ_FOREACH(pp, &pool_head, pr_poollist) {
		if (n < max)
			pool_record(pp, &ps[n]);
		n++;
	}
	mutex_exit(&pool_head_lock);
	return n;
}
