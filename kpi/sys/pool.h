/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool(9) and pool_cache(9): allocators for objects of one size.
 *
 * A pool cuts pages into items.  A pool cache sits on top of one and keeps
 * constructed objects in groups per virtual CPU: while a thread holds its
 * virtual CPU nobody else can touch that CPU's groups, so the fast path of
 * pool_cache_get() and pool_cache_put() takes no lock.  Do not look inside
 * the structures; they are here so that a pool can be embedded.
 */
#ifndef _SYS_POOL_H_
#define _SYS_POOL_H_

#include <sys/types.h>
#include <sys/param.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/queue.h>
#include <sys/time.h>
#include <sys/tree.h>

struct pool;
struct pool_page;

/* A record of the array that sysctl kern.pool is; what is not counted is 0. */
struct pool_sysctl {
	char		pr_wchan[16];
	uint64_t	pr_flags;
	uint64_t	pr_size;
	uint64_t	pr_pagesize;
	uint64_t	pr_itemsperpage;
	uint64_t	pr_nitems;
	uint64_t	pr_nout;
	uint64_t	pr_hardlimit;
	uint64_t	pr_npages;
	uint64_t	pr_minpages;
	uint64_t	pr_maxpages;

	uint64_t	pr_nget;
	uint64_t	pr_nfail;
	uint64_t	pr_nput;
	uint64_t	pr_npagealloc;
	uint64_t	pr_npagefree;
	uint64_t	pr_hiwat;
	uint64_t	pr_nidle;

	/* Of the cache on top, if pr_cache_meta_size is not 0. */
	uint64_t	pr_cache_meta_size;	/* of a group */
	uint64_t	pr_cache_nfull;
	uint64_t	pr_cache_npartial;
	uint64_t	pr_cache_nempty;
	uint64_t	pr_cache_ncontended;
	uint64_t	pr_cache_nmiss_global;
	uint64_t	pr_cache_nhit_global;
	uint64_t	pr_cache_nmiss_pcpu;
	uint64_t	pr_cache_nhit_pcpu;
};

/*
 * Where a pool's pages come from.  pa_alloc and pa_free are the user's; the
 * page size (0: the machine's) must be a power of two, and pages of a pool
 * with more than one item must be aligned to it unless PR_NOALIGN... is
 * given, in which case the pool finds page headers by searching.
 */
struct pool_allocator {
	void *		(*pa_alloc)(struct pool *, int);
	void		(*pa_free)(struct pool *, void *);
	unsigned int	pa_pagesz;

	/* filled in when the first pool uses it */
	kmutex_t	pa_lock;
	TAILQ_HEAD(, pool) pa_list;	/* l: pools using it (pa_lock) */
	uint32_t	pa_flags;
#define PA_INITIALIZED	0x01
	uint32_t	pa_refcnt;	/* l */
};

LIST_HEAD(pool_pagelist, pool_page);

/*
 * Lock legend: (l) pr_lock, (:) set once at pool_init(), (g) the global list
 * lock of pools, (a) pr_alloc->pa_lock.
 */
struct pool {
	TAILQ_ENTRY(pool)	pr_poollist;	/* g: all pools */
	struct pool_pagelist	pr_emptypages;	/* l: no item in use */
	struct pool_pagelist	pr_fullpages;	/* l: every item in use */
	struct pool_pagelist	pr_partpages;	/* l: some in use */
	struct pool_page	*pr_curpage;	/* l: get items from here */
	struct pool_cache	*pr_cache;	/* : cache on top, or NULL */
	unsigned int		pr_size;	/* : item size, rounded */
	unsigned int		pr_reqsize;	/* : item size asked for */
	unsigned int		pr_align;	/* : */
	unsigned int		pr_itemsperpage; /* : */
	unsigned int		pr_minitems;	/* l: low water mark */
	unsigned int		pr_minpages;	/* l: same in pages */
	unsigned int		pr_maxpages;	/* l: high water mark */
	unsigned int		pr_npages;	/* l: */
	unsigned int		pr_nitems;	/* l: free items */
	unsigned int		pr_nout;	/* l: items given out */
	unsigned int		pr_hardlimit;	/* l: most items out */
	unsigned int		pr_hiwat;	/* l: most pages ever */
	unsigned int		pr_refcnt;	/* l: users busy within */
	struct pool_allocator	*pr_alloc;	/* : */
	TAILQ_ENTRY(pool)	pr_alloc_list;	/* a: users of allocator */
	void			(*pr_drain_hook)(void *, int); /* : */
	void			*pr_drain_hook_arg;	/* : */
	const char		*pr_wchan;	/* : name */
	unsigned int		pr_flags;	/* l: PR_ and below */
	unsigned int		pr_roflags;	/* : */
#define PR_WAITOK	0x01	/* may sleep for memory */
#define PR_NOWAIT	0x02	/* must not sleep */
#define PR_WANTED	0x04	/* somebody waits for an item */
#define PR_PHINPAGE	0x40	/* page header lives in the page */
#define PR_LIMITFAIL	0x100	/* at the limit fail, even if PR_WAITOK */
#define PR_RECURSIVE	0x200	/* (accepted) */
#define PR_NOTOUCH	0x400	/* never write into free items */
#define PR_NOALIGN	0x800	/* pages may be unaligned */
#define PR_LARGECACHE	0x1000	/* (accepted) big groups */
#define PR_GROWING	0x2000	/* one thread adds a page */
#define PR_GROWINGNOWAIT 0x4000
#define PR_ZERO		0x8000	/* zero the item */
#define PR_USEBMAP	0x10000	/* (accepted) */
#define PR_PSERIALIZE	0x20000	/* readers may still look at freed items */
	kmutex_t		pr_lock;
	kcondvar_t		pr_cv;		/* l: items or limit */
	int			pr_ipl;		/* : */
	/* statistics, all l */
	unsigned long		pr_nget;
	unsigned long		pr_nfail;
	unsigned long		pr_nput;
	unsigned long		pr_npagealloc;
	unsigned long		pr_npagefree;
	unsigned long		pr_nidle;
	struct timeval		pr_limit_ratecap; /* : warn this often */
	struct timeval		pr_limit_last;	/* l */
	const char		*pr_limit_msg;	/* : */
	int			pr_limit_pps;	/* l */
	SPLAY_HEAD(pool_phtree, pool_page) pr_phtree; /* l: unaligned pages */
};

typedef struct pool_cache *pool_cache_t;

extern struct pool_allocator pool_allocator_kmem;	/* interrupt safe */
extern struct pool_allocator pool_allocator_nointr;
extern struct pool_allocator pool_allocator_meta;

void	pool_subsystem_init(void);
void	pool_init(struct pool *, size_t, u_int, u_int, int, const char *,
	    struct pool_allocator *, int);
void	pool_destroy(struct pool *);

void *	pool_get(struct pool *, int);
void	pool_put(struct pool *, void *);
int	pool_reclaim(struct pool *);
void	pool_prime(struct pool *, int);
void	pool_setlowat(struct pool *, int);
void	pool_sethiwat(struct pool *, int);
void	pool_sethardlimit(struct pool *, int, const char *, int);
void	pool_set_drain_hook(struct pool *, void (*)(void *, int), void *);
unsigned int pool_nget(struct pool *);
unsigned int pool_nput(struct pool *);
/* Give back what can be spared by one pool; true if anything was freed. */
bool	pool_drain(struct pool **);
void	pool_drain_all(void);
int	pool_totalpages(void);
int	pool_totalpages_locked(void);

typedef int	(*pool_cache_ctor_t)(void *, void *, int);
typedef void	(*pool_cache_dtor_t)(void *, void *);

pool_cache_t pool_cache_init(size_t, u_int, u_int, u_int, const char *,
	    struct pool_allocator *, int, int (*)(void *, void *, int),
	    void (*)(void *, void *), void *);
void	pool_cache_bootstrap(pool_cache_t, size_t, u_int, u_int, u_int,
	    const char *, struct pool_allocator *, int,
	    int (*)(void *, void *, int), void (*)(void *, void *), void *);
void	pool_cache_destroy(pool_cache_t);
void	pool_cache_bootstrap_destroy(pool_cache_t);
void *	pool_cache_get_paddr(pool_cache_t, int, paddr_t *);
void	pool_cache_put_paddr(pool_cache_t, void *, paddr_t);
void	pool_cache_destruct_object(pool_cache_t, void *);
void	pool_cache_invalidate(pool_cache_t);
bool	pool_cache_reclaim(pool_cache_t);
void	pool_cache_prime(pool_cache_t, int);
void	pool_cache_set_drain_hook(pool_cache_t, void (*)(void *, int), void *);
void	pool_cache_setlowat(pool_cache_t, int);
void	pool_cache_sethiwat(pool_cache_t, int);
void	pool_cache_sethardlimit(pool_cache_t, int, const char *, int);
void	pool_cache_cpu_init(struct cpu_info *);
unsigned int pool_cache_nget(pool_cache_t);
unsigned int pool_cache_nput(pool_cache_t);

#define pool_cache_get(pc, f)	pool_cache_get_paddr((pc), (f), NULL)
#define pool_cache_put(pc, o)	pool_cache_put_paddr((pc), (o), \
				    POOL_PADDR_INVALID)
#define POOL_PADDR_INVALID	((paddr_t)-1)

/* Compatibility of old users that check pages: nothing to check. */
#define POOL_REDZONE_SIZE	0

#endif /* _SYS_POOL_H_ */
