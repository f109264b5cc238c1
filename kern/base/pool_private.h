/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by subr_pool*.c only: the header of a pool's page and the parts of
 * pool_cache(9) that pool(9) calls.
 */
#ifndef _KERN_BASE_POOL_PRIVATE_H_
#define _KERN_BASE_POOL_PRIVATE_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/pool.h>

/*
 * One page (or larger unit) of a pool.  Free items are known by a bitmap, so
 * a free item's memory is never written.  Lock legend: (l) pr_lock, (:)
 * constant.
 */
struct pool_page {
	LIST_ENTRY(pool_page)	ph_list;	/* l: empty, partial, full */
	SPLAY_ENTRY(pool_page)	ph_node;	/* l: if not aligned */
	struct pool		*ph_pool;	/* : */
	char			*ph_page;	/* : start of the items */
	unsigned int		ph_nfree;	/* l: free items */
	unsigned int		ph_hint;	/* l: word to look at first */
	uint64_t		ph_free[];	/* l: bit set: item free */
};

#define PH_WORDS(n)	(((n) + 63) / 64)
#define PH_SIZE(n)	(sizeof(struct pool_page) + PH_WORDS(n) * 8)

/* subr_pool_page.c */
void	pool_page_layout(struct pool *);
struct pool_page *pool_page_new(struct pool *, int);
void	pool_page_destroy(struct pool *, struct pool_page *);
struct pool_page *pool_page_find(struct pool *, void *);
void	pool_page_link(struct pool *, struct pool_page *);
void	pool_page_unlink(struct pool *, struct pool_page *);
void	*pool_page_take(struct pool *, struct pool_page *);
void	pool_page_return(struct pool *, struct pool_page *, void *);
struct pool_allocator *pool_allocator_for(struct pool_allocator *, size_t);

struct pool *pool_cache_pool(struct pool_cache *);

/* subr_pool.c */
void	*pool_get_nofault(struct pool *, int);
/* Up to max items of a page that is in use already; never sleeps. */
unsigned int pool_get_more(struct pool *, void **, unsigned int);
/* Describe up to so many pools; the result is how many there are. */
size_t	pool_records(struct pool_sysctl *, size_t);
/* The two steps of pool_destroy(). */
void	pool_unlist(struct pool *);
void	pool_destroy_unlisted(struct pool *);

/* subr_pool_cache.c */
void	pool_cache_record(struct pool_cache *, struct pool_sysctl *);

#endif /* _KERN_BASE_POOL_PRIVATE_H_ */
