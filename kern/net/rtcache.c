/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Caches of routes, struct route.  A cache remembers a route without a
 * reference, and the number of changes of tables it was found at: as long as
 * that number is the same the route is there.  Who uses it takes a passive
 * reference, which rtcache_unref() gives back.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/route.h>

#include <lib/libkern/libkern.h>

#include "route_private.h"

static volatile uint64_t rtcache_generation = 1;

void
rtcache_invalidate(void)
{

	atomic_inc_64(&rtcache_generation);
}

static void
use(struct route *ro, struct rtentry *rt, int bound)
{

	psref_acquire(&ro->ro_psref, &rt->rt_psref, rt_psref_class);
	ro->ro_bound = bound;
}

/* Look it up. */
static struct rtentry *
find(struct route *ro, int report)
{
	struct rtentry *rt;
	uint64_t generation;
	int bound;

	ro->_ro_rt = NULL;
	if (ro->ro_sa == NULL)
		return NULL;
	/* First: a change that comes while we look makes it old. */
	generation = atomic_load_acquire(&rtcache_generation);
	if ((rt = rtalloc1(ro->ro_sa, report)) == NULL)
		return NULL;
	bound = curlwp_bind();
	use(ro, rt, bound);
	rt_unref(rt);
	ro->_ro_rt = rt;
	ro->ro_rtcache_generation = generation;
	return rt;
}

struct rtentry *
rtcache_init(struct route *ro)
{

	return find(ro, 1);
}

struct rtentry *
rtcache_update(struct route *ro, int clone)
{

	return find(ro, clone);
}

/* NULL: it has to be looked up. */
struct rtentry *
rtcache_validate(struct route *ro)
{
	struct rtentry *rt = ro->_ro_rt;
	int s, bound;

	if (rt == NULL)
		return NULL;
	bound = curlwp_bind();
	s = pserialize_read_enter();
	/* If nothing changed, rt_free() still waits for us to leave here. */
	if (ro->ro_rtcache_generation ==
	    atomic_load_acquire(&rtcache_generation)) {
		use(ro, rt, bound);
	} else {
		ro->_ro_rt = rt = NULL;
	}
	pserialize_read_exit(s);
	if (rt == NULL)
		curlwp_bindx(bound);
	return rt;
}

void
rtcache_unref(struct rtentry *rt, struct route *ro)
{

	if (rt == NULL)
		return;
	psref_release(&ro->ro_psref, &rt->rt_psref, rt_psref_class);
	curlwp_bindx(ro->ro_bound);
}

void
rtcache_free(struct route *ro)
{

	ro->_ro_rt = NULL;
	if (ro->ro_sa != NULL) {
		sockaddr_free(ro->ro_sa);
		ro->ro_sa = NULL;
	}
}

/* For the same destination it keeps the route. */
int
rtcache_setdst(struct route *ro, const struct sockaddr *sa)
{

	KASSERT(sa != NULL);
	if (ro->ro_sa != NULL && sockaddr_cmp(ro->ro_sa, sa) == 0)
		return 0;
	rtcache_free(ro);
	ro->ro_sa = sockaddr_dup(sa, M_NOWAIT);
	return ro->ro_sa == NULL ? ENOMEM : 0;
}

struct rtentry *
rtcache_lookup2(struct route *ro, const struct sockaddr *dst, int clone,
    int *hitp)
{
	struct rtentry *rt = NULL;

	*hitp = 0;
	if (ro->ro_sa != NULL && sockaddr_cmp(ro->ro_sa, dst) == 0) {
		if ((rt = rtcache_validate(ro)) != NULL) {
			*hitp = 1;
			return rt;
		}
	} else if (rtcache_setdst(ro, dst) != 0) {
		return NULL;
	}
	return find(ro, clone);
}

/* The new one knows what the old one does, or nothing. */
void
rtcache_copy(struct route *new, struct route *old)
{

	rtcache_free(new);
	if (old->ro_sa == NULL || rtcache_setdst(new, old->ro_sa) != 0)
		return;
	new->_ro_rt = old->_ro_rt;
	new->ro_rtcache_generation = old->ro_rtcache_generation;
}

static void
percpu_init1(void *p, void *arg, struct cpu_info *ci)
{
	struct route **rop = p;

	*rop = kmem_zalloc(sizeof(**rop), KM_SLEEP);
}

static void
percpu_fini1(void *p, void *arg, struct cpu_info *ci)
{
	struct route **rop = p;

	rtcache_free(*rop);
	kmem_free(*rop, sizeof(**rop));
}

/* One for each CPU, on it alone. */
percpu_t *
rtcache_percpu_alloc(void)
{

	return percpu_create(sizeof(struct route *), percpu_init1,
	    percpu_fini1, NULL);
}
