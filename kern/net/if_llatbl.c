/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of neighbours, <net/if_llatbl.h>: chains of a hash, the list of all
 * tables, and what concerns all entries.  What the addresses are is the
 * family's, by functions of the table.
 *
 * Lock order: lltable_rwlock, IF_AFDATA_LOCK, lle_lock.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pool.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/route.h>

#include "rtsock_private.h"

krwlock_t lltable_rwlock;

static SLIST_HEAD(, lltable) lltables = SLIST_HEAD_INITIALIZER(lltables);
static struct pool llentry_pool;

void
lltableinit(void)
{

	rw_init(&lltable_rwlock);
	pool_init(&llentry_pool, sizeof(struct llentry), 0, 0, 0, "llentrypl",
	    NULL, IPL_SOFTNET);
}

struct llentry *
llentry_pool_get(int flags)
{

	return pool_get(&llentry_pool, flags);
}

void
llentry_pool_put(struct llentry *lle)
{

	pool_put(&llentry_pool, lle);
}

size_t
lltable_drop_entry_queue(struct llentry *lle)
{
	struct mbuf *m;
	size_t n = 0;

	LLE_WLOCK_ASSERT(lle);
	while ((m = lle->la_hold) != NULL) {
		lle->la_hold = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
		n++;
	}
	lle->la_numheld = 0;
	return n;
}

size_t
llentry_free(struct llentry *lle)
{
	size_t dropped;

	LLE_WLOCK_ASSERT(lle);
	if ((lle->la_flags & LLE_LINKED) != 0)
		lltable_unlink_entry(lle->lle_tbl, lle);
	dropped = lltable_drop_entry_queue(lle);
	if ((lle->la_flags & LLE_TIMED) != 0) {
		lle->la_flags &= ~LLE_TIMED;
		/* If it is being called it finds no LLE_TIMED. */
		if (!callout_stop(&lle->lle_timer))
			LLE_REMREF(lle);
	}
	LLE_FREE_LOCKED(lle);
	return dropped;
}

struct llentry *
llentry_alloc(struct ifnet *ifp, struct lltable *llt,
    struct sockaddr_storage *dst)
{
	const struct sockaddr *sa = (const struct sockaddr *)dst;
	struct llentry *lle;

	IF_AFDATA_LOCK(ifp);
	lle = lla_lookup(llt, LLE_EXCLUSIVE, sa);
	if (lle == NULL)
		lle = lla_create(llt, LLE_EXCLUSIVE, sa, NULL);
	if (lle != NULL)
		LLE_ADDREF(lle);
	IF_AFDATA_UNLOCK(ifp);
	return lle;
}

/* The functions of a hash table. */

static void
chain_link(struct lltable *llt, struct llentry *lle)
{
	struct llentries *head;

	if ((lle->la_flags & LLE_LINKED) != 0)
		return;
	IF_AFDATA_WLOCK_ASSERT(llt->llt_ifp);
	head = &llt->lle_head[(*llt->llt_hash)(lle, (uint32_t)llt->llt_hsize)];
	lle->lle_tbl = llt;
	lle->lle_head = head;
	lle->la_flags |= LLE_LINKED;
	LIST_INSERT_HEAD(head, lle, lle_next);
	llt->llt_lle_count++;
}

static void
chain_unlink(struct llentry *lle)
{

	if ((lle->la_flags & LLE_LINKED) == 0)
		return;
	IF_AFDATA_WLOCK_ASSERT(lle->lle_tbl->llt_ifp);
	LIST_REMOVE(lle, lle_next);
	lle->la_flags &= ~LLE_LINKED;
	lle->lle_head = NULL;
	lle->lle_tbl->llt_lle_count--;
}

static int
chains_foreach(struct lltable *llt, llt_foreach_cb_t *func, void *arg)
{
	struct llentry *lle, *next;
	int i, ret;

	IF_AFDATA_LOCK_ASSERT(llt->llt_ifp);
	for (i = 0; i < llt->llt_hsize; i++) {
		LIST_FOREACH_SAFE(lle, &llt->lle_head[i], lle_next, next) {
			if ((ret = (*func)(llt, lle, arg)) != 0)
				return ret;
		}
	}
	return 0;
}

static void
chains_free(struct lltable *llt)
{

	kmem_free(llt->lle_head,
	    (size_t)llt->llt_hsize * sizeof(*llt->lle_head));
	kmem_free(llt, sizeof(*llt));
}

struct below {
	const struct sockaddr	*b_prefix;
	const struct sockaddr	*b_mask;
	u_int			b_flags;
};

static int
free_below(struct lltable *llt, struct llentry *lle, void *arg)
{
	const struct below *b = arg;

	LLE_WLOCK(lle);
	if ((*llt->llt_match_prefix)(b->b_prefix, b->b_mask, b->b_flags, lle))
		lltable_free_entry(llt, lle);
	else
		LLE_WUNLOCK(lle);
	return 0;
}

static void
chains_prefix_free(struct lltable *llt, const struct sockaddr *prefix,
    const struct sockaddr *mask, u_int flags)
{
	struct below b = {
		.b_prefix = prefix, .b_mask = mask, .b_flags = flags,
	};

	IF_AFDATA_WLOCK(llt->llt_ifp);
	(void)lltable_foreach_lle(llt, free_below, &b);
	IF_AFDATA_WUNLOCK(llt->llt_ifp);
}

struct lltable *
lltable_allocate_htbl(uint32_t hsize)
{
	struct lltable *llt = kmem_zalloc(sizeof(*llt), KM_SLEEP);
	uint32_t i;

	KASSERT(hsize > 0 && hsize <= INT_MAX && powerof2(hsize));
	llt->llt_hsize = (int)hsize;
	llt->lle_head = kmem_alloc(hsize * sizeof(*llt->lle_head), KM_SLEEP);
	for (i = 0; i < hsize; i++)
		LIST_INIT(&llt->lle_head[i]);
	llt->llt_link_entry = chain_link;
	llt->llt_unlink_entry = chain_unlink;
	llt->llt_foreach_entry = chains_foreach;
	llt->llt_prefix_free = chains_prefix_free;
	llt->llt_free_tbl = chains_free;
	return llt;
}

/* The list of all tables. */

void
lltable_link(struct lltable *llt)
{

	LLTABLE_WLOCK();
	SLIST_INSERT_HEAD(&lltables, llt, llt_link);
	LLTABLE_WUNLOCK();
}

static int
free_any(struct lltable *llt, struct llentry *lle, void *arg __unused)
{

	LLE_WLOCK(lle);
	lltable_free_entry(llt, lle);
	return 0;
}

void
lltable_purge_entries(struct lltable *llt)
{

	IF_AFDATA_WLOCK(llt->llt_ifp);
	(void)lltable_foreach_lle(llt, free_any, NULL);
	IF_AFDATA_WUNLOCK(llt->llt_ifp);
}

void
lltable_free(struct lltable *llt)
{

	LLTABLE_WLOCK();
	SLIST_REMOVE(&lltables, llt, lltable, llt_link);
	LLTABLE_WUNLOCK();
	lltable_purge_entries(llt);
	KASSERT(llt->llt_lle_count == 0);
	(*llt->llt_free_tbl)(llt);
}

void
lltable_prefix_free(int af, struct sockaddr *prefix, struct sockaddr *mask,
    u_int flags)
{
	struct lltable *llt;

	LLTABLE_RLOCK();
	SLIST_FOREACH(llt, &lltables, llt_link) {
		if (llt->llt_af == af)
			(*llt->llt_prefix_free)(llt, prefix, mask, flags);
	}
	LLTABLE_RUNLOCK();
}

static int
drain_one(struct lltable *llt __unused, struct llentry *lle,
    void *arg __unused)
{

	LLE_WLOCK(lle);
	(void)lltable_drop_entry_queue(lle);
	LLE_WUNLOCK(lle);
	return 0;
}

/* Memory is short: who has the list or a table goes without. */
void
lltable_drain(int af)
{
	struct lltable *llt;

	if (!rw_tryenter(&lltable_rwlock, RW_READER))
		return;
	SLIST_FOREACH(llt, &lltables, llt_link) {
		if (llt->llt_af != af || !mutex_tryenter(
		    llt->llt_ifp->if_afdata_lock))
			continue;
		(void)lltable_foreach_lle(llt, drain_one, NULL);
		mutex_exit(llt->llt_ifp->if_afdata_lock);
	}
	LLTABLE_RUNLOCK();
}

/* What the table's functions do. */

void
lltable_link_entry(struct lltable *llt, struct llentry *lle)
{

	(*llt->llt_link_entry)(llt, lle);
}

void
lltable_unlink_entry(struct lltable *llt, struct llentry *lle)
{

	(*llt->llt_unlink_entry)(lle);
}

void
lltable_free_entry(struct lltable *llt, struct llentry *lle)
{

	(*llt->llt_free_entry)(llt, lle);
}

int
lltable_foreach_lle(struct lltable *llt, llt_foreach_cb_t *func, void *arg)
{

	return (*llt->llt_foreach_entry)(llt, func, arg);
}

void
lltable_fill_sa_entry(const struct llentry *lle, struct sockaddr *sa)
{

	(*lle->lle_tbl->llt_fill_sa_entry)(lle, sa);
}

struct ifnet *
lltable_get_ifp(const struct lltable *llt)
{

	return llt->llt_ifp;
}

int
lltable_get_af(const struct lltable *llt)
{

	return llt->llt_af;
}

/* What programs ask. */

int
lltable_dump_entry(struct lltable *llt, struct llentry *lle,
    struct rt_walkarg *w, struct sockaddr *sa)
{
	struct ifnet *ifp = llt->llt_ifp;
	const bool known = (lle->la_flags & LLE_VALID) != 0;
	union {
		struct sockaddr		sa;
		struct sockaddr_dl	sdl;
		struct sockaddr_storage	ss;
	} gw;
	struct rt_addrinfo info;
	int flags = RTF_HOST | RTF_LLDATA;

	if ((lle->la_flags & LLE_DELETED) != 0)
		return 0;
	memset(&info, 0, sizeof(info));
	memset(&gw, 0, sizeof(gw));
	(void)sockaddr_dl_init(&gw.sdl, sizeof(gw.ss), ifp->if_index,
	    ifp->if_type, NULL, 0, known ? &lle->ll_addr : NULL,
	    known ? ifp->if_addrlen : 0);
	info.rti_info[RTAX_DST] = sa;
	info.rti_info[RTAX_GATEWAY] = &gw.sa;
	if ((lle->la_flags & LLE_STATIC) != 0)
		flags |= RTF_STATIC;
	if ((lle->la_flags & LLE_IFADDR) != 0)
		flags |= RTF_LOCAL;
	if ((lle->la_flags & LLE_PUB) != 0)
		flags |= RTF_ANNOUNCE;
	rt_dump_neighbour(w, &info, flags, ifp->if_index,
	    (lle->la_flags & LLE_STATIC) != 0 ? 0 : lle->la_expire);
	return 0;
}

static int
dump_one(struct lltable *llt, struct llentry *lle, void *arg)
{
	int error;

	LLE_RLOCK(lle);
	error = (*llt->llt_dump_entry)(llt, lle, arg);
	LLE_RUNLOCK(lle);
	return error;
}

int
lltable_sysctl_dump(int af, struct rt_walkarg *w)
{
	struct lltable *llt;
	int error = 0;

	LLTABLE_RLOCK();
	SLIST_FOREACH(llt, &lltables, llt_link) {
		if (af != 0 && llt->llt_af != af)
			continue;
		IF_AFDATA_RLOCK(llt->llt_ifp);
		error = lltable_foreach_lle(llt, dump_one, w);
		IF_AFDATA_RUNLOCK(llt->llt_ifp);
		if (error != 0)
			break;
	}
	LLTABLE_RUNLOCK();
	return error;
}

static struct lltable *
table_of(int af, const struct ifnet *ifp)
{
	struct lltable *llt;

	SLIST_FOREACH(llt, &lltables, llt_link) {
		if (llt->llt_af == af && llt->llt_ifp == ifp)
			break;
	}
	return llt;
}

/* A time of the clock, which may be any number; in 68 years at the latest. */
static time_t
uptime_of(time_t expire)
{

	return expire <= time_second ? 1 :
	    time_uptime + MIN(expire - time_second, INT32_MAX);
}

static int
add_neighbour(struct lltable *llt, int flags, time_t expire,
    const struct sockaddr *dst, const struct sockaddr_dl *sdl)
{
	struct ifnet *ifp = llt->llt_ifp;
	struct llentry *lle;

	if (sdl->sdl_alen != ifp->if_addrlen ||
	    sdl->sdl_alen > sizeof(lle->ll_addr))
		return EINVAL;
	IF_AFDATA_WLOCK(ifp);
	lle = lla_lookup(llt, LLE_EXCLUSIVE, dst);
	if (lle != NULL && (lle->la_flags & LLE_IFADDR) != 0) {
		LLE_WUNLOCK(lle);
		IF_AFDATA_WUNLOCK(ifp);
		return EEXIST;
	}
	if (lle == NULL)
		lle = lla_create(llt, LLE_EXCLUSIVE, dst, NULL);
	if (lle == NULL) {
		IF_AFDATA_WUNLOCK(ifp);
		return ENOMEM;
	}
	memcpy(&lle->ll_addr, CLLADDR(sdl), sdl->sdl_alen);
	lle->la_flags |= LLE_VALID;
	lle->ln_state = ND_LLINFO_REACHABLE;
	if ((flags & RTF_ANNOUNCE) != 0)
		lle->la_flags |= LLE_PUB;
	else
		lle->la_flags &= ~LLE_PUB;
	/* A time that it ends at is in seconds of the clock. */
	if (expire != 0) {
		lle->la_flags &= ~LLE_STATIC;
		lle->la_expire = uptime_of(expire);
		nd_set_timer(lle, ND_TIMER_EXPIRE);
	} else {
		lle->la_flags |= LLE_STATIC;
		lle->la_expire = 0;
	}
	(void)lltable_drop_entry_queue(lle);
	LLE_WUNLOCK(lle);
	IF_AFDATA_WUNLOCK(ifp);
	return 0;
}

int
lla_rt_output(const u_char type, const int flags, const time_t expire,
    struct rt_addrinfo *info, int index)
{
	const struct sockaddr *dst = info->rti_info[RTAX_DST];
	const struct sockaddr *gw = info->rti_info[RTAX_GATEWAY];
	struct lltable *llt;
	struct psref psref;
	struct ifnet *ifp;
	int bound, error;

	if (dst == NULL || dst->sa_len <
	    sockaddr_getsize_by_family(dst->sa_family))
		return EINVAL;
	if (type == RTM_ADD && (gw == NULL || gw->sa_family != AF_LINK ||
	    gw->sa_len < offsetof(struct sockaddr_dl, sdl_data) ||
	    (size_t)satocsdl(gw)->sdl_nlen + satocsdl(gw)->sdl_alen +
	    offsetof(struct sockaddr_dl, sdl_data) > gw->sa_len))
		return EINVAL;
	bound = curlwp_bind();
	if ((ifp = if_get_byindex((u_int)index, &psref)) == NULL) {
		curlwp_bindx(bound);
		return EINVAL;
	}
	LLTABLE_RLOCK();
	if ((llt = table_of(dst->sa_family, ifp)) == NULL)
		error = EINVAL;
	else if (type == RTM_ADD)
		error = add_neighbour(llt, flags, expire, dst, satocsdl(gw));
	else if (type == RTM_DELETE) {
		IF_AFDATA_WLOCK(ifp);
		error = lla_delete(llt, 0, dst);
		IF_AFDATA_WUNLOCK(ifp);
	} else
		error = EINVAL;
	LLTABLE_RUNLOCK();
	if_put(ifp, &psref);
	curlwp_bindx(bound);
	return error;
}
