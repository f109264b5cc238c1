/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of neighbours: which link address goes with which address of a
 * protocol, one table for each interface and family.
 *
 * IF_AFDATA_LOCK of the interface is that of its tables; lle_lock is the
 * entry's, taken after it.  A lookup returns the entry locked.  An entry has a
 * reference of the table it is linked in and one of a timer that is set; who
 * unlocks it to go on using it adds one (LLE_ADDREF).
 */

#ifndef _NET_IF_LLATBL_H_
#define	_NET_IF_LLATBL_H_

#ifdef _KERNEL
#include <sys/callout.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/types.h>

#include <netinet/in.h>

struct ifnet;
struct llentry;
struct lltable;
struct mbuf;
struct rt_addrinfo;
struct rt_walkarg;
struct rtentry;

LIST_HEAD(llentries, llentry);

/* The list of all tables. */
extern krwlock_t lltable_rwlock;
#define	LLTABLE_RLOCK()		rw_enter(&lltable_rwlock, RW_READER)
#define	LLTABLE_RUNLOCK()	rw_exit(&lltable_rwlock)
#define	LLTABLE_WLOCK()		rw_enter(&lltable_rwlock, RW_WRITER)
#define	LLTABLE_WUNLOCK()	rw_exit(&lltable_rwlock)
#define	LLTABLE_LOCK_ASSERT()	KASSERT(rw_lock_held(&lltable_rwlock))

union l3addr {
	struct in_addr	addr4;
	struct in6_addr	addr6;
};

/* t: the table's lock and lle_lock; e: lle_lock; c: constant. */
struct llentry {
	LIST_ENTRY(llentry) lle_next;		/* t */
	union l3addr	r_l3addr;		/* c */
	union {
		uint64_t	mac_aligned;
		uint16_t	mac16[3];
		uint8_t		mac8[20];	/* InfiniBand has 20 bytes */
	} ll_addr;				/* e: good if LLE_VALID */
	struct lltable	*lle_tbl;		/* c: while it is linked */
	struct llentries *lle_head;		/* t: the chain it is in */
	void		(*lle_free)(struct llentry *); /* c: unlocks, frees */
	void		(*lle_ll_free)(struct llentry *); /* c: la_opaque's */
	struct mbuf	*la_hold;		/* e: wait for the address, by
						   m_nextpkt */
	int		la_numheld;		/* e */
	time_t		la_expire;		/* e: time_uptime; 0: never */
	uint16_t	la_flags;		/* e: LLE_* */
	uint16_t	la_asked;		/* e: solicitations sent */
	uint16_t	la_preempt;		/* e */
	uint16_t	ln_byhint;		/* e: hints since it was seen */
	int16_t		ln_state;		/* e: ND_LLINFO_* */
	uint16_t	ln_router;		/* e */
	time_t		ln_ntick;		/* e: rest of a long timer */
	int		lle_refcnt;		/* e */
	LIST_ENTRY(llentry) lle_chain;		/* who took it off its chain */
	struct callout	lle_timer;
	krwlock_t	lle_lock;
	void		*la_opaque;		/* the link layer's */
};
#define	la_timer	lle_timer
#define	ln_timer_ch	lle_timer
#define	ln_expire	la_expire
#define	ln_asked	la_asked
#define	ln_hold		la_hold

#define	LLE_WLOCK(lle)		rw_enter(&(lle)->lle_lock, RW_WRITER)
#define	LLE_RLOCK(lle)		rw_enter(&(lle)->lle_lock, RW_READER)
#define	LLE_WUNLOCK(lle)	rw_exit(&(lle)->lle_lock)
#define	LLE_RUNLOCK(lle)	rw_exit(&(lle)->lle_lock)
#define	LLE_DOWNGRADE(lle)	rw_downgrade(&(lle)->lle_lock)
#define	LLE_TRY_UPGRADE(lle)	rw_tryupgrade(&(lle)->lle_lock)
#define	LLE_LOCK_INIT(lle)	rw_init(&(lle)->lle_lock)
#define	LLE_LOCK_DESTROY(lle)	rw_destroy(&(lle)->lle_lock)
#define	LLE_WLOCK_ASSERT(lle)	KASSERT(rw_write_held(&(lle)->lle_lock))
#define	LLE_IS_VALID(lle)	((lle) != NULL && (lle) != (void *)-1)

/* The caller has the entry locked for writing. */
#define	LLE_ADDREF(lle)							\
do {									\
	LLE_WLOCK_ASSERT(lle);						\
	KASSERT((lle)->lle_refcnt >= 0);				\
	(lle)->lle_refcnt++;						\
} while (0)
#define	LLE_REMREF(lle)							\
do {									\
	LLE_WLOCK_ASSERT(lle);						\
	KASSERT((lle)->lle_refcnt > 0);					\
	(lle)->lle_refcnt--;						\
} while (0)
/* A reference and the lock go; with the last one the entry. */
#define	LLE_FREE_LOCKED(lle)						\
do {									\
	LLE_WLOCK_ASSERT(lle);						\
	if ((lle)->lle_refcnt == 1) {					\
		if ((lle)->lle_ll_free != NULL)				\
			(*(lle)->lle_ll_free)(lle);			\
		(*(lle)->lle_free)(lle);				\
	} else {							\
		LLE_REMREF(lle);					\
		LLE_WUNLOCK(lle);					\
	}								\
	(lle) = NULL;							\
} while (0)
#define	LLE_FREE(lle)							\
do {									\
	LLE_WLOCK(lle);							\
	LLE_FREE_LOCKED(lle);						\
} while (0)

/* la_flags. */
#define	LLE_DELETED	0x0001	/* to be deleted; of a lookup: delete it */
#define	LLE_STATIC	0x0002	/* set by hand */
#define	LLE_IFADDR	0x0004	/* an address of the interface's own */
#define	LLE_VALID	0x0008	/* ll_addr is known */
#define	LLE_PUB		0x0020	/* answer for it */
#define	LLE_LINKED	0x0040	/* in a table */
#define	LLE_TIMED	0x0080	/* nd_set_timer() has a reference */
/* Of a lookup: locked for writing, not for reading. */
#define	LLE_EXCLUSIVE	0x2000

typedef struct llentry *(llt_lookup_t)(struct lltable *, u_int,
    const struct sockaddr *);
typedef struct llentry *(llt_create_t)(struct lltable *, u_int,
    const struct sockaddr *, const struct rtentry *);
typedef int (llt_delete_t)(struct lltable *, u_int, const struct sockaddr *);
typedef void (llt_prefix_free_t)(struct lltable *, const struct sockaddr *,
    const struct sockaddr *, u_int);
typedef int (llt_dump_entry_t)(struct lltable *, struct llentry *,
    struct rt_walkarg *);
typedef uint32_t (llt_hash_t)(const struct llentry *, uint32_t);
typedef int (llt_match_prefix_t)(const struct sockaddr *,
    const struct sockaddr *, u_int, struct llentry *);
typedef void (llt_free_entry_t)(struct lltable *, struct llentry *);
typedef void (llt_fill_sa_entry_t)(const struct llentry *, struct sockaddr *);
typedef void (llt_free_tbl_t)(struct lltable *);
typedef void (llt_link_entry_t)(struct lltable *, struct llentry *);
typedef void (llt_unlink_entry_t)(struct llentry *);
typedef int (llt_foreach_cb_t)(struct lltable *, struct llentry *, void *);
typedef int (llt_foreach_entry_t)(struct lltable *, llt_foreach_cb_t *, void *);

/* All but the chains is set before the table is linked. */
struct lltable {
	SLIST_ENTRY(lltable) llt_link;
	int		llt_af;
	int		llt_hsize;		/* a power of two */
	struct llentries *lle_head;		/* llt_hsize chains */
	unsigned int	llt_lle_count;
	struct ifnet	*llt_ifp;

	llt_lookup_t	*llt_lookup;
	llt_create_t	*llt_create;
	llt_delete_t	*llt_delete;
	llt_prefix_free_t *llt_prefix_free;
	llt_dump_entry_t *llt_dump_entry;	/* entry locked to read */
	llt_hash_t	*llt_hash;
	llt_match_prefix_t *llt_match_prefix;	/* not 0: it is below;
						   entry locked */
	llt_free_entry_t *llt_free_entry;	/* table and entry locked */
	llt_foreach_entry_t *llt_foreach_entry;
	llt_link_entry_t *llt_link_entry;
	llt_unlink_entry_t *llt_unlink_entry;
	llt_fill_sa_entry_t *llt_fill_sa_entry;
	llt_free_tbl_t	*llt_free_tbl;
};

void	lltableinit(void);
/* Sleeps; the functions that a hash table needs are set. */
struct lltable *lltable_allocate_htbl(uint32_t);
/* Into the list of all.  lltable_free: off it, and all that it has. */
void	lltable_link(struct lltable *);
void	lltable_free(struct lltable *);
/* Each entry of each table of a family that is below a prefix, but static
 * ones unless the flags have LLE_STATIC. */
/* Neighbours of a net that nobody has an address of any more, of all
 * interfaces; those that were set by hand with LLE_STATIC alone. */
void	lltable_prefix_free(int, struct sockaddr *, struct sockaddr *, u_int);
/* Packets that wait in tables of a family are freed. */
void	lltable_drain(int);
/* All entries of one that is locked by nobody. */
void	lltable_purge_entries(struct lltable *);
/* net.route.rtable: all entries of a family's tables, or one. */
int	lltable_sysctl_dump(int, struct rt_walkarg *);
/* The entry is locked. */
int	lltable_dump_entry(struct lltable *, struct llentry *,
	    struct rt_walkarg *, struct sockaddr *);

/* With pool memory and PR_* flags; not a byte of it set. */
struct llentry *llentry_pool_get(int);
void	llentry_pool_put(struct llentry *);
/*
 * The entry is locked, and if it is linked so is the table: takes it off,
 * frees packets that wait (how many: returned), stops its timer and drops the
 * table's reference and the lock.
 */
size_t	llentry_free(struct llentry *);
/* An entry for an address of any family, locked and linked; or NULL. */
struct llentry *llentry_alloc(struct ifnet *, struct lltable *,
	    struct sockaddr_storage *);
size_t	lltable_drop_entry_queue(struct llentry *);

/* The table is locked, and the entry too but when it is linked. */
void	lltable_link_entry(struct lltable *, struct llentry *);
void	lltable_unlink_entry(struct lltable *, struct llentry *);
void	lltable_free_entry(struct lltable *, struct llentry *);
void	lltable_fill_sa_entry(const struct llentry *, struct sockaddr *);
struct ifnet *lltable_get_ifp(const struct lltable *);
int	lltable_get_af(const struct lltable *);
/* The table is locked.  The function may free the entry; not 0 ends. */
int	lltable_foreach_lle(struct lltable *, llt_foreach_cb_t *, void *);

static __inline unsigned int
lltable_get_entry_count(struct lltable *llt)
{
	return llt->llt_lle_count;
}

/* The table is locked; NULL if there is none. */
static __inline struct llentry *
lla_lookup(struct lltable *llt, u_int flags, const struct sockaddr *l3addr)
{
	return (*llt->llt_lookup)(llt, flags, l3addr);
}

/* The one that is there, or a new one; NULL: no memory, no such address. */
static __inline struct llentry *
lla_create(struct lltable *llt, u_int flags, const struct sockaddr *l3addr,
    const struct rtentry *rt)
{
	return (*llt->llt_create)(llt, flags, l3addr, rt);
}

/* ENOENT. */
static __inline int
lla_delete(struct lltable *llt, u_int flags, const struct sockaddr *l3addr)
{
	return (*llt->llt_delete)(llt, flags, l3addr);
}

/*
 * A message of the routing socket about a neighbour: RTM_ADD or RTM_DELETE,
 * flags, when it expires, addresses, the interface's index.  EINVAL, ENOENT,
 * ENOMEM, EEXIST.
 */
int	lla_rt_output(const u_char, const int, const time_t,
	    struct rt_addrinfo *, int);
#endif /* _KERNEL */

#endif /* !_NET_IF_LLATBL_H_ */
