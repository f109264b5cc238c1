/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes as objects.  A route in a table is used under a reference, rt_ref()
 * and rt_unref(), or a passive one of a cache, rtcache.c.  Taken out of the
 * table it goes to rt_free(): a thread waits for both kinds and frees it, so
 * that who deletes a route may be using it.
 *
 * Gateway and interface address of a route can be replaced: the old one is
 * freed after a pserialize(9) barrier, so that who looks at them does not
 * sleep before it is done.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <net/if.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "route_private.h"

pserialize_t rt_psz;
struct psref_class *rt_psref_class;

static struct pool rt_pool;

/* Locks: f, free_mtx. */
static kmutex_t free_mtx;
static kcondvar_t free_cv;			/* f: free_busy is 0 */
static SLIST_HEAD(, rtentry) free_list;		/* f */
static u_int free_busy;				/* f: routes not yet freed */
static struct workqueue *free_wq;		/* f; made once */
static struct work free_wk;
static bool free_queued;			/* f */

void
rt_entry_init(void)
{

	rt_psz = pserialize_create();
	rt_psref_class = psref_class_create("rtentry", IPL_SOFTNET);
	pool_init(&rt_pool, sizeof(struct rtentry), 0, 0, 0, "rtentry", NULL,
	    IPL_SOFTNET);
	mutex_init(&free_mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&free_cv, "rtfree");
	SLIST_INIT(&free_list);
}

/* The address without the bits that the mask does not have. */
static void
mask_key(struct sockaddr *key, const struct sockaddr *mask)
{
	uint8_t *p = (uint8_t *)key;
	const uint8_t *m = (const uint8_t *)mask;
	u_int i;

	for (i = offsetof(struct sockaddr, sa_data); i < key->sa_len; i++)
		p[i] &= i < mask->sa_len ? m[i] : 0;
}

/* One to there, with copies of both, or NULL. */
struct rtentry *
rt_alloc(const struct sockaddr *dst, const struct sockaddr *mask)
{
	struct rtentry *rt;

	if ((rt = pool_get(&rt_pool, PR_NOWAIT | PR_ZERO)) == NULL)
		return NULL;
	if ((rt->_rt_key = sockaddr_dup(dst, M_NOWAIT)) == NULL)
		goto fail;
	if (mask != NULL) {
		mask_key(rt->_rt_key, mask);
		rt->rt_nodes->rn_mask = (const char *)sockaddr_dup(mask,
		    M_NOWAIT);
		if (rt_mask(rt) == NULL)
			goto fail;
	}
	LIST_INIT(&rt->rt_timer);
	cv_init(&rt->rt_cv, "rtentry");
	psref_target_init(&rt->rt_psref, rt_psref_class);
	return rt;
fail:
	if (rt->_rt_key != NULL)
		sockaddr_free(rt->_rt_key);
	pool_put(&rt_pool, rt);
	return NULL;
}

/* Nobody but the caller knows it. */
void
rt_destroy(struct rtentry *rt)
{

	KASSERT(rt->rt_refcnt == 0);
	KASSERT((rt->rt_flags & RTF_UP) == 0);
	psref_target_destroy(&rt->rt_psref, rt_psref_class);
	if (rt->rt_ifa != NULL)
		ifafree(rt->rt_ifa);
	if (rt->rt_gateway != NULL)
		sockaddr_free(rt->rt_gateway);
	if (rt->rt_tag != NULL)
		sockaddr_free(rt->rt_tag);
	if (rt_mask(rt) != NULL)
		sockaddr_free(__UNCONST(rt_mask(rt)));
	sockaddr_free(rt->_rt_key);
	cv_destroy(&rt->rt_cv);
	pool_put(&rt_pool, rt);
}

/* With the table's lock, or a reference already. */
void
rt_ref(struct rtentry *rt)
{

	atomic_inc_uint((volatile u_int *)&rt->rt_refcnt);
}

void
rt_unref(struct rtentry *rt)
{
	volatile u_int *cnt = (volatile u_int *)&rt->rt_refcnt;
	u_int n;

	/* The last one wakes who waits, and must not touch it after. */
	while ((n = atomic_load_relaxed(cnt)) > 1) {
		membar_release();
		if (atomic_cas_uint(cnt, n, n - 1) == n)
			return;
	}
	KASSERTMSG(n == 1, "route without a reference");
	mutex_enter(&free_mtx);
	membar_release();
	if (atomic_dec_uint_nv(cnt) == 0)
		cv_broadcast(&rt->rt_cv);
	mutex_exit(&free_mtx);
}

/*
 * Freeing.
 */
static void
free_one(struct rtentry *rt)
{

	/* Caches saw that they are old, and who looks it up has a reference. */
	pserialize_perform(rt_psz);
	mutex_enter(&free_mtx);
	while (atomic_load_relaxed(&rt->rt_refcnt) != 0)
		cv_wait(&rt->rt_cv, &free_mtx);
	mutex_exit(&free_mtx);
	membar_acquire();
	/* Some may have come after it was taken out of the table. */
	rt_timer_remove_all(rt);
	rt_destroy(rt);
}

static void
free_work(struct work *wk, void *arg)
{
	struct rtentry *rt;

	mutex_enter(&free_mtx);
	while ((rt = SLIST_FIRST(&free_list)) != NULL) {
		SLIST_REMOVE_HEAD(&free_list, rt_free);
		mutex_exit(&free_mtx);
		free_one(rt);
		mutex_enter(&free_mtx);
		if (--free_busy == 0)
			cv_broadcast(&free_cv);
	}
	free_queued = false;
	mutex_exit(&free_mtx);
}

void
rt_free(struct rtentry *rt)
{
	int error;

	KASSERT((rt->rt_flags & RTF_UP) == 0);
	mutex_enter(&free_mtx);
	if (free_wq == NULL && (error = workqueue_create(&free_wq, "rt_free",
	    free_work, NULL, PRI_SOFTNET, IPL_SOFTNET, WQ_MPSAFE)) != 0)
		panic("%s: no thread (%d)", __func__, error);
	SLIST_INSERT_HEAD(&free_list, rt, rt_free);
	free_busy++;
	if (!free_queued) {
		free_queued = true;
		workqueue_enqueue(free_wq, &free_wk, NULL);
	}
	mutex_exit(&free_mtx);
}

void
rt_free_wait(void)
{

	mutex_enter(&free_mtx);
	while (free_busy != 0)
		cv_wait(&free_cv, &free_mtx);
	mutex_exit(&free_mtx);
}

/*
 * Parts of a route.
 */
void
rt_set_ifa(struct rtentry *rt, struct ifaddr *ifa)
{

	KASSERT(rt->rt_ifa == NULL);
	ifaref(ifa);
	rt->rt_ifa = ifa;
	rt->rt_ifp = ifa->ifa_ifp;
	if (ifa->ifa_seqno != NULL)
		rt->rt_ifa_seqno = *ifa->ifa_seqno;
}

/* May sleep.  Who reads meanwhile sees one of both. */
void
rt_replace_ifa(struct rtentry *rt, struct ifaddr *ifa)
{
	struct ifaddr *old;

	RT_WLOCK();
	old = rt->rt_ifa;
	if (old != ifa) {
		ifaref(ifa);
		atomic_store_relaxed(&rt->rt_ifp, ifa->ifa_ifp);
		if (ifa->ifa_seqno != NULL)
			rt->rt_ifa_seqno = *ifa->ifa_seqno;
		atomic_store_release(&rt->rt_ifa, ifa);
	}
	RT_UNLOCK();
	if (old == NULL || old == ifa)
		return;
	rtcache_invalidate();
	pserialize_perform(rt_psz);
	ifafree(old);
}

/* A copy of an address in the place of another.  ENOMEM. */
static int
replace_addr(struct sockaddr **place, const struct sockaddr *sa)
{
	struct sockaddr *new, *old;

	if ((new = sockaddr_dup(sa, M_NOWAIT)) == NULL)
		return ENOMEM;
	RT_WLOCK();
	old = *place;
	atomic_store_release(place, new);
	RT_UNLOCK();
	if (old == NULL)
		return 0;
	rtcache_invalidate();
	pserialize_perform(rt_psz);
	sockaddr_free(old);
	return 0;
}

/* May sleep, if there was another gateway before. */
int
rt_setgate(struct rtentry *rt, const struct sockaddr *gate)
{

	return replace_addr(&rt->rt_gateway, gate);
}

int
rt_settag(struct rtentry *rt, const struct sockaddr *tag)
{

	return replace_addr(&rt->rt_tag, tag);
}

struct sockaddr *
rt_gettag(const struct rtentry *rt)
{

	return rt->rt_tag;
}

/* May a packet go by it? */
int
rt_check_reject_route(const struct rtentry *rt, const struct ifnet *ifp)
{
	const int flags = atomic_load_relaxed(&rt->rt_flags);

	if ((flags & RTF_REJECT) == 0)
		return 0;
	if (rt->rt_rmx.rmx_expire != 0 && rt->rt_rmx.rmx_expire <= time_uptime)
		return 0;
	/* Those by the loopback interface reject for good. */
	return (flags & RTF_HOST) != 0 ? EHOSTUNREACH : ENETUNREACH;
}
