/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of routes, trees of radix.c, and their one lock.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/kmem.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <net/route.h>
#include <net/rtbl.h>

#include "route_private.h"

krwlock_t rt_lock;
static rtbl_t *rt_tables[AF_MAX + 1];	/* set once, under the kernel lock */

void
rtbl_init(void)
{

	rw_init(&rt_lock);
}

/* For dom_rtattach: an empty table whose keys begin after so many bits. */
int
rt_inithead(rtbl_t **tp, int off)
{

	*tp = kmem_zalloc(sizeof(**tp), KM_SLEEP);
	return rn_inithead0(&(*tp)->t_rnh, off);
}

/* Made when it is first wanted; NULL: the family has no routes. */
rtbl_t *
rt_gettable(sa_family_t af)
{
	struct domain *dp;
	rtbl_t *t;

	if (af > AF_MAX)
		return NULL;
	if ((t = atomic_load_consume(&rt_tables[af])) != NULL)
		return t;
	if ((dp = pffinddomain(af)) == NULL || dp->dom_rtattach == NULL)
		return NULL;
	KERNEL_LOCK(1, NULL);
	if ((t = rt_tables[af]) == NULL &&
	    (*dp->dom_rtattach)(&t, dp->dom_rtoffset) != 0)
		atomic_store_release(&rt_tables[af], t);
	KERNEL_UNLOCK_ONE(NULL);
	return t;
}

static struct rtentry *
node_route(struct radix_node *rn)
{

	return rn == NULL ? NULL : container_of(rn, struct rtentry,
	    rt_nodes[0]);
}

int
rt_addaddr(rtbl_t *t, struct rtentry *rt)
{
	const struct sockaddr *mask = rt_mask(rt);

	KASSERT(rw_write_held(&rt_lock));
	if (rt_lookup(t, rt_getkey(rt), mask) != NULL)
		return EEXIST;
	return rn_addroute(rt_getkey(rt), mask, &t->t_rnh, rt->rt_nodes) ==
	    NULL ? ENOBUFS : 0;
}

struct rtentry *
rt_deladdr(rtbl_t *t, const struct sockaddr *dst, const struct sockaddr *mask)
{

	KASSERT(rw_write_held(&rt_lock));
	return node_route(rn_delete(dst, mask, &t->t_rnh));
}

struct rtentry *
rt_lookup(rtbl_t *t, const struct sockaddr *dst, const struct sockaddr *mask)
{
	struct rtentry *rt;

	KASSERT(rw_lock_held(&rt_lock));
	rt = node_route(rn_lookup(dst, mask, &t->t_rnh));
	/* Without a mask it is the best match: is that a host's? */
	if (mask == NULL && rt != NULL && rt_mask(rt) != NULL)
		return NULL;
	return rt;
}

struct rtentry *
rt_matchaddr(rtbl_t *t, const struct sockaddr *dst)
{

	KASSERT(rw_lock_held(&rt_lock));
	return node_route(rn_match(dst, &t->t_rnh));
}

struct walk {
	int		(*w_func)(struct rtentry *, void *);
	void		*w_arg;
};

static int
walk_one(struct radix_node *rn, void *arg)
{
	const struct walk *w = arg;

	return (*w->w_func)(node_route(rn), w->w_arg);
}

int
rt_walktree(sa_family_t af, int (*func)(struct rtentry *, void *), void *arg)
{
	struct walk w = { .w_func = func, .w_arg = arg };
	rtbl_t *t = rt_gettable(af);
	int error;

	if (t == NULL)
		return 0;
	RT_RLOCK();
	error = rn_walktree(&t->t_rnh, walk_one, &w);
	RT_UNLOCK();
	return error;
}

/* The first that the function says is the one, with a reference. */
struct rtentry *
rt_search(sa_family_t af, int (*match)(struct rtentry *, void *), void *arg)
{
	struct walk w = { .w_func = match, .w_arg = arg };
	rtbl_t *t = rt_gettable(af);
	struct rtentry *rt;

	if (t == NULL)
		return NULL;
	RT_RLOCK();
	rt = node_route(rn_search_matched(&t->t_rnh, walk_one, &w));
	if (rt != NULL)
		rt_ref(rt);
	RT_UNLOCK();
	return rt;
}
