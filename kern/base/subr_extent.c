/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extent(9): a sorted list of the regions that are taken.
 *
 * Ends are inclusive everywhere, since an extent may reach ULONG_MAX: a length
 * is only ever compared less one.  Neighbours are one region unless the
 * extent says EX_NOCOALESCE, so a part of a region can be freed.
 */

#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/extent.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/* What extent_alloc_subregion1() was asked for. */
struct extent_req {
	u_long	rq_start, rq_last;	/* within these */
	u_long	rq_len;			/* size - 1 */
	u_long	rq_align, rq_skew;
	u_long	rq_bound, rq_base;	/* lines at base + n * bound */
	bool	rq_first;		/* the first fit will do */
};

static struct extent_fixed *
fixed_of(struct extent *ex)
{

	KASSERT((ex->ex_flags & EXF_FIXED) != 0);
	return (struct extent_fixed *)ex;
}

struct extent *
extent_create(const char *name, u_long start, u_long end, void *storage,
    size_t storagesize, int flags)
{
	struct extent *ex = storage;
	struct extent_fixed *fex = storage;
	struct extent_region *er;
	size_t at;

	KASSERTMSG(name != NULL && start <= end,
	    "extent_create: bad arguments");
	KASSERTMSG(storage == NULL ||
	    (storagesize >= EXTENT_FIXED_STORAGE_SIZE(1) &&
	    (uintptr_t)storage % _Alignof(struct extent_fixed) == 0),
	    "extent_create: %s: bad storage", name);
	if (storage == NULL) {
		ex = kmem_intr_alloc(sizeof(*ex), (flags & EX_WAITOK) != 0 ?
		    KM_SLEEP : KM_NOSLEEP);
		if (ex == NULL)
			return NULL;
	}
	ex->ex_flags = (flags & EX_NOCOALESCE) != 0 ? EXF_NOCOALESCE : 0;
	if (storage != NULL) {
		ex->ex_flags |= EXF_FIXED;
		fex->fex_storage = storage;
		fex->fex_storagesize = storagesize;
		LIST_INIT(&fex->fex_freelist);
		for (at = ALIGN(sizeof(*fex));
		    storagesize - at >= ALIGN(sizeof(*er));
		    at += ALIGN(sizeof(*er))) {
			er = (struct extent_region *)((char *)storage + at);
			er->er_flags = 0;
			LIST_INSERT_HEAD(&fex->fex_freelist, er, er_link);
		}
	}
	ex->ex_name = name;
	ex->ex_start = start;
	ex->ex_end = end;
	LIST_INIT(&ex->ex_regions);
	mutex_init(&ex->ex_lock, MUTEX_DEFAULT, IPL_VM);
	cv_init(&ex->ex_cv, "extent");
	return ex;
}

/*
 * A descriptor, or NULL for none.  Called and returns with the lock held,
 * which is released meanwhile.
 */
static struct extent_region *
region_get(struct extent *ex, int flags)
{
	bool fixed = (ex->ex_flags & EXF_FIXED) != 0;
	struct extent_region *er;

	KASSERT(mutex_owned(&ex->ex_lock));
	for (;;) {
		if (fixed &&
		    (er = LIST_FIRST(&fixed_of(ex)->fex_freelist)) != NULL) {
			LIST_REMOVE(er, er_link);
			return er;
		}
		if (!fixed || (flags & EX_MALLOCOK) != 0)
			break;
		if ((flags & EX_WAITOK) == 0)
			return NULL;
		cv_wait(&ex->ex_cv, &ex->ex_lock);
	}
	mutex_exit(&ex->ex_lock);
	er = kmem_intr_alloc(sizeof(*er), (flags & EX_WAITOK) != 0 ?
	    KM_SLEEP : KM_NOSLEEP);
	if (er != NULL)
		er->er_flags = ER_ALLOC;
	mutex_enter(&ex->ex_lock);
	return er;
}

/* Give one back, or none. */
static void
region_put(struct extent *ex, struct extent_region *er)
{

	KASSERT(mutex_owned(&ex->ex_lock));
	if (er == NULL)
		return;
	if ((er->er_flags & ER_ALLOC) != 0) {
		kmem_intr_free(er, sizeof(*er));
		return;
	}
	LIST_INSERT_HEAD(&fixed_of(ex)->fex_freelist, er, er_link);
	cv_broadcast(&ex->ex_cv);
}

void
extent_destroy(struct extent *ex)
{
	struct extent_region *er;

	mutex_enter(&ex->ex_lock);
	while ((er = LIST_FIRST(&ex->ex_regions)) != NULL) {
		LIST_REMOVE(er, er_link);
		region_put(ex, er);
	}
	mutex_exit(&ex->ex_lock);
	cv_destroy(&ex->ex_cv);
	mutex_destroy(&ex->ex_lock);
	if ((ex->ex_flags & EXF_FIXED) == 0)
		kmem_intr_free(ex, sizeof(*ex));
}

/*
 * Take what is free for sure, after prev, if there is one.  The descriptor is
 * used, or given back if a neighbour can grow instead.
 */
static void
region_insert(struct extent *ex, struct extent_region *prev,
    struct extent_region *er, u_long start, u_long last)
{
	struct extent_region *next;

	next = prev == NULL ? LIST_FIRST(&ex->ex_regions) :
	    LIST_NEXT(prev, er_link);
	KASSERT(prev == NULL || prev->er_end < start);
	KASSERT(next == NULL || next->er_start > last);
	er->er_start = start;
	er->er_end = last;
	if (prev == NULL)
		LIST_INSERT_HEAD(&ex->ex_regions, er, er_link);
	else
		LIST_INSERT_AFTER(prev, er, er_link);
	if ((ex->ex_flags & EXF_NOCOALESCE) != 0)
		return;
	if (next != NULL && next->er_start - 1 == last) {
		er->er_end = next->er_end;
		LIST_REMOVE(next, er_link);
		region_put(ex, next);
	}
	if (prev != NULL && prev->er_end + 1 == start) {
		prev->er_end = er->er_end;
		LIST_REMOVE(er, er_link);
		region_put(ex, er);
	}
}

/* The last region that begins at or before addr, or NULL. */
static struct extent_region *
region_before(struct extent *ex, u_long addr)
{
	struct extent_region *er, *prev = NULL;

	LIST_FOREACH(er, &ex->ex_regions, er_link) {
		if (er->er_start > addr)
			break;
		prev = er;
	}
	return prev;
}

/* Sleep until something was freed. */
static int
extent_wait(struct extent *ex, int flags)
{

	if ((flags & EX_WAITSPACE) == 0)
		return EAGAIN;
	if ((flags & EX_CATCH) != 0)
		return cv_wait_sig(&ex->ex_cv, &ex->ex_lock);
	cv_wait(&ex->ex_cv, &ex->ex_lock);
	return 0;
}

int
extent_alloc_region(struct extent *ex, u_long start, u_long size, int flags)
{
	struct extent_region *er, *prev, *next;
	u_long last = start + (size - 1);
	int error = 0;

	KASSERTMSG(size > 0 && last >= start && start >= ex->ex_start &&
	    last <= ex->ex_end, "extent_alloc_region: %s: bad region",
	    ex->ex_name);
	mutex_enter(&ex->ex_lock);
	er = region_get(ex, flags);
	if (er == NULL) {
		mutex_exit(&ex->ex_lock);
		return ENOMEM;
	}
	for (;;) {
		prev = region_before(ex, start);
		next = prev == NULL ? LIST_FIRST(&ex->ex_regions) :
		    LIST_NEXT(prev, er_link);
		if ((prev == NULL || prev->er_end < start) &&
		    (next == NULL || next->er_start > last)) {
			region_insert(ex, prev, er, start, last);
			break;
		}
		error = extent_wait(ex, flags);
		if (error != 0) {
			region_put(ex, er);
			break;
		}
	}
	mutex_exit(&ex->ex_lock);
	return error;
}

/* The lowest aligned number from addr to last. */
static bool
req_align(const struct extent_req *rq, u_long *addr, u_long last)
{
	u_long up = (rq->rq_skew - *addr) & (rq->rq_align - 1);

	if (*addr > last || up > last - *addr)
		return false;
	*addr += up;
	return true;
}

/*
 * The lowest place for it between two numbers.  Where it would cross a
 * boundary line the next try is behind that; how lines and alignment lie
 * to each other repeats, so that there are so many tries worth the effort.
 */
static bool
req_fit(const struct extent_req *rq, u_long addr, u_long last, u_long *result)
{
	u_long tries = 0, into;

	if (addr < rq->rq_start)
		addr = rq->rq_start;
	if (last > rq->rq_last)
		last = rq->rq_last;
	if (rq->rq_bound != 0)
		tries = 1 + rq->rq_align /
		    MIN(rq->rq_align, rq->rq_bound & -rq->rq_bound);
	for (;;) {
		if (!req_align(rq, &addr, last) || rq->rq_len > last - addr)
			return false;
		*result = addr;
		if (rq->rq_bound == 0)
			return true;
		into = (addr - rq->rq_base) % rq->rq_bound;
		if (rq->rq_len < rq->rq_bound - into)
			return true;
		if (tries-- == 0 || rq->rq_bound - into > last - addr)
			return false;
		addr += rq->rq_bound - into;
	}
}

/*
 * Go through the gaps.  The smallest that will do is taken, of equal ones the
 * first.  Returns whether there is any; the region before it in *prevp.
 */
static bool
req_find(struct extent *ex, const struct extent_req *rq, u_long *result,
    struct extent_region **prevp)
{
	struct extent_region *prev = NULL, *next;
	u_long first = ex->ex_start, last, addr, best = 0;
	bool found = false;

	for (;; prev = next) {
		next = prev == NULL ? LIST_FIRST(&ex->ex_regions) :
		    LIST_NEXT(prev, er_link);
		if (prev != NULL) {
			if (prev->er_end == ex->ex_end)
				return found;
			first = prev->er_end + 1;
		}
		last = next == NULL ? ex->ex_end : next->er_start - 1;
		/* No gap, maybe because next begins at 0. */
		if ((next == NULL || next->er_start > first) &&
		    (!found || last - first < best) &&
		    req_fit(rq, first, last, &addr)) {
			found = true;
			best = last - first;
			*result = addr;
			*prevp = prev;
		}
		if (next == NULL || (found && rq->rq_first))
			return found;
	}
}

int
extent_alloc_subregion1(struct extent *ex, u_long substart, u_long subend,
    u_long size, u_long alignment, u_long skew, u_long boundary, int flags,
    u_long *result)
{
	struct extent_req rq = {
		.rq_start = substart, .rq_last = subend, .rq_len = size - 1,
		.rq_align = alignment, .rq_skew = skew, .rq_bound = boundary,
		.rq_base = (flags & EX_BOUNDZERO) != 0 ? 0 : ex->ex_start,
		.rq_first = (flags & EX_FAST) != 0,
	};
	struct extent_region *er, *prev;
	int error = 0;

	KASSERTMSG(size > 0, "extent_alloc: %s: no size", ex->ex_name);
	KASSERTMSG(alignment > 0 && powerof2(alignment) && skew < alignment,
	    "extent_alloc: %s: bad alignment", ex->ex_name);
	KASSERTMSG(boundary == 0 ||
	    (boundary >= size && boundary - size >= skew),
	    "extent_alloc: %s: bad boundary", ex->ex_name);
	KASSERTMSG(substart <= subend && substart >= ex->ex_start &&
	    subend <= ex->ex_end, "extent_alloc: %s: bad subregion",
	    ex->ex_name);
	mutex_enter(&ex->ex_lock);
	er = region_get(ex, flags);
	if (er == NULL) {
		mutex_exit(&ex->ex_lock);
		return ENOMEM;
	}
	while (!req_find(ex, &rq, result, &prev)) {
		error = extent_wait(ex, flags);
		if (error != 0)
			break;
	}
	if (error == 0)
		region_insert(ex, prev, er, *result, *result + rq.rq_len);
	else
		region_put(ex, er);
	mutex_exit(&ex->ex_lock);
	return error;
}

int
extent_alloc_subregion(struct extent *ex, u_long substart, u_long subend,
    u_long size, u_long alignment, u_long boundary, int flags, u_long *result)
{

	return extent_alloc_subregion1(ex, substart, subend, size, alignment,
	    0, boundary, flags, result);
}

int
extent_alloc1(struct extent *ex, u_long size, u_long alignment, u_long skew,
    u_long boundary, int flags, u_long *result)
{

	return extent_alloc_subregion1(ex, ex->ex_start, ex->ex_end, size,
	    alignment, skew, boundary, flags, result);
}

int
extent_alloc(struct extent *ex, u_long size, u_long alignment,
    u_long boundary, int flags, u_long *result)
{

	return extent_alloc1(ex, size, alignment, 0, boundary, flags, result);
}

/* Cut the numbers out of the region; spare is for what is left behind. */
static void
region_cut(struct extent *ex, struct extent_region *er,
    struct extent_region *spare, u_long start, u_long last)
{

	if (start == er->er_start && last == er->er_end) {
		LIST_REMOVE(er, er_link);
		region_put(ex, er);
	} else if (start == er->er_start) {
		er->er_start = last + 1;
	} else if (last == er->er_end) {
		er->er_end = start - 1;
	} else {
		spare->er_start = last + 1;
		spare->er_end = er->er_end;
		er->er_end = start - 1;
		LIST_INSERT_AFTER(er, spare, er_link);
		spare = NULL;
	}
	region_put(ex, spare);
	cv_broadcast(&ex->ex_cv);
}

int
extent_free(struct extent *ex, u_long start, u_long size, int flags)
{
	struct extent_region *er, *spare = NULL;
	u_long last = start + (size - 1);

	KASSERTMSG(size > 0 && last >= start, "extent_free: %s: bad region",
	    ex->ex_name);
	mutex_enter(&ex->ex_lock);
	for (;;) {
		er = region_before(ex, start);
		if (er == NULL || last > er->er_end ||
		    ((ex->ex_flags & EXF_NOCOALESCE) != 0 &&
		    (start != er->er_start || last != er->er_end)))
			panic("extent_free: %s: no region %#lx-%#lx",
			    ex->ex_name, start, last);
		if (start == er->er_start || last == er->er_end ||
		    spare != NULL)
			break;
		/* Things may change meanwhile: look again. */
		spare = region_get(ex, flags);
		if (spare == NULL) {
			mutex_exit(&ex->ex_lock);
			return ENOMEM;
		}
	}
	region_cut(ex, er, spare, start, last);
	mutex_exit(&ex->ex_lock);
	return 0;
}

void
extent_print(struct extent *ex)
{
	struct extent_region *er;
	char flags[64];

	snprintb(flags, sizeof(flags), EXF_BITS, ex->ex_flags);
	mutex_enter(&ex->ex_lock);
	printf("extent `%s' (%#lx - %#lx), flags=%s\n", ex->ex_name,
	    ex->ex_start, ex->ex_end, flags);
	LIST_FOREACH(er, &ex->ex_regions, er_link)
		printf("     %#lx - %#lx\n", er->er_start, er->er_end);
	mutex_exit(&ex->ex_lock);
}
