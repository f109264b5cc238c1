/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pfil(9): lists of functions that see each packet, or each event.
 *
 * A head has lists for packets in, packets out and two kinds of events.
 * Who runs one holds a passive reference of it and may sleep in the functions;
 * a change is a new copy of the list, and the old one is freed when nobody is
 * in it.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>

/* One function: for packets, or for events. */
struct pfil_hook {
	pfil_func_t	ph_func;
	pfil_ifunc_t	ph_ifunc;
	void		*ph_arg;
};

/* All constant, once on a head. */
struct pfil_list {
	struct psref_target pl_psref;
	u_int		pl_n;
	struct pfil_hook pl_hook[];
};

enum { LIST_IN, LIST_OUT, LIST_IFADDR, LIST_IFNET, NLISTS };

/* Locks: m, pfil_mtx; p, changed with pfil_mtx, read in a read section. */
struct pfil_head {
	struct pfil_list *phd_list[NLISTS];	/* p */
	int		phd_type;		/* constant */
	void		*phd_key;		/* constant */
	LIST_ENTRY(pfil_head) phd_entry;	/* m */
};

static LIST_HEAD(, pfil_head) heads = LIST_HEAD_INITIALIZER(heads);
static kmutex_t pfil_mtx;
static pserialize_t pfil_psz;
static struct psref_class *pfil_psref_class;

void
pfil_init(void)
{

	mutex_init(&pfil_mtx, MUTEX_DEFAULT, IPL_NONE);
	pfil_psz = pserialize_create();
	pfil_psref_class = psref_class_create("pfil", IPL_SOFTNET);
}

static pfil_head_t *
head_find(int type, void *key)
{
	pfil_head_t *ph;

	KASSERT(mutex_owned(&pfil_mtx));
	LIST_FOREACH(ph, &heads, phd_entry) {
		if (ph->phd_type == type && ph->phd_key == key)
			break;
	}
	return ph;
}

/* One of a type and key; NULL: there is one already. */
pfil_head_t *
pfil_head_create(int type, void *key)
{
	pfil_head_t *ph = kmem_zalloc(sizeof(*ph), KM_SLEEP);

	ph->phd_type = type;
	ph->phd_key = key;
	mutex_enter(&pfil_mtx);
	if (head_find(type, key) != NULL) {
		mutex_exit(&pfil_mtx);
		kmem_free(ph, sizeof(*ph));
		return NULL;
	}
	LIST_INSERT_HEAD(&heads, ph, phd_entry);
	mutex_exit(&pfil_mtx);
	return ph;
}

pfil_head_t *
pfil_head_get(int type, void *key)
{
	pfil_head_t *ph;

	mutex_enter(&pfil_mtx);
	ph = head_find(type, key);
	mutex_exit(&pfil_mtx);
	return ph;
}

static struct pfil_list *
list_alloc(u_int n)
{
	struct pfil_list *pl;

	pl = kmem_alloc(offsetof(struct pfil_list, pl_hook[n]), KM_SLEEP);
	psref_target_init(&pl->pl_psref, pfil_psref_class);
	pl->pl_n = n;
	return pl;
}

/* Put a new one in the place of the old one, and free that. */
static void
list_publish(struct pfil_list **plp, struct pfil_list *new)
{
	struct pfil_list *old = *plp;

	KASSERT(mutex_owned(&pfil_mtx));
	atomic_store_release(plp, new);
	if (old == NULL)
		return;
	pserialize_perform(pfil_psz);
	psref_target_destroy(&old->pl_psref, pfil_psref_class);
	kmem_free(old, offsetof(struct pfil_list, pl_hook[old->pl_n]));
}

void
pfil_head_destroy(pfil_head_t *ph)
{
	int i;

	mutex_enter(&pfil_mtx);
	LIST_REMOVE(ph, phd_entry);
	for (i = 0; i < NLISTS; i++)
		list_publish(&ph->phd_list[i], NULL);
	mutex_exit(&pfil_mtx);
	kmem_free(ph, sizeof(*ph));
}

static u_int
list_index(const struct pfil_list *pl, const struct pfil_hook *hook)
{
	u_int i, n = pl == NULL ? 0 : pl->pl_n;

	for (i = 0; i < n; i++) {
		if (pl->pl_hook[i].ph_func == hook->ph_func &&
		    pl->pl_hook[i].ph_ifunc == hook->ph_ifunc &&
		    pl->pl_hook[i].ph_arg == hook->ph_arg)
			return i;
	}
	return UINT_MAX;
}

/* Packets out meet the functions in the reverse order of packets in. */
static void
list_add(struct pfil_list **plp, const struct pfil_hook *hook, bool first)
{
	const u_int n = *plp == NULL ? 0 : (*plp)->pl_n;
	struct pfil_list *new = list_alloc(n + 1);
	const u_int at = first ? 0 : n, rest = first ? 1 : 0;
	u_int i;

	new->pl_hook[at] = *hook;
	for (i = 0; i < n; i++)
		new->pl_hook[i + rest] = (*plp)->pl_hook[i];
	list_publish(plp, new);
}

static void
list_remove(struct pfil_list **plp, u_int at)
{
	const u_int n = (*plp)->pl_n - 1;
	struct pfil_list *new = n == 0 ? NULL : list_alloc(n);
	u_int i;

	for (i = 0; i < n; i++)
		new->pl_hook[i] = (*plp)->pl_hook[i < at ? i : i + 1];
	list_publish(plp, new);
}

static bool
in_list(int flags, int list)
{
	static const int flag[NLISTS] = {
		[LIST_IN] = PFIL_IN,
		[LIST_OUT] = PFIL_OUT,
		[LIST_IFADDR] = PFIL_IFADDR,
		[LIST_IFNET] = PFIL_IFNET,
	};

	return (flags & flag[list]) != 0;
}

static int
hooks_add(const struct pfil_hook *hook, int flags, pfil_head_t *ph)
{
	int i, error = 0;

	mutex_enter(&pfil_mtx);
	for (i = 0; i < NLISTS; i++) {
		if (in_list(flags, i) &&
		    list_index(ph->phd_list[i], hook) != UINT_MAX)
			error = EEXIST;
	}
	for (i = 0; i < NLISTS && error == 0; i++) {
		if (in_list(flags, i))
			list_add(&ph->phd_list[i], hook, i == LIST_OUT);
	}
	mutex_exit(&pfil_mtx);
	return error;
}

static int
hooks_remove(const struct pfil_hook *hook, int flags, pfil_head_t *ph)
{
	int i, error = 0;

	mutex_enter(&pfil_mtx);
	for (i = 0; i < NLISTS; i++) {
		if (in_list(flags, i) &&
		    list_index(ph->phd_list[i], hook) == UINT_MAX)
			error = ENOENT;
	}
	for (i = 0; i < NLISTS && error == 0; i++) {
		if (in_list(flags, i))
			list_remove(&ph->phd_list[i],
			    list_index(ph->phd_list[i], hook));
	}
	mutex_exit(&pfil_mtx);
	return error;
}

int
pfil_add_hook(pfil_func_t func, void *arg, int flags, pfil_head_t *ph)
{
	const struct pfil_hook hook = { .ph_func = func, .ph_arg = arg };

	KASSERT(func != NULL);
	if ((flags & PFIL_ALL) == 0 || (flags & ~PFIL_ALL) != 0)
		return EINVAL;
	return hooks_add(&hook, flags, ph);
}

int
pfil_remove_hook(pfil_func_t func, void *arg, int flags, pfil_head_t *ph)
{
	const struct pfil_hook hook = { .ph_func = func, .ph_arg = arg };

	if ((flags & PFIL_ALL) == 0 || (flags & ~PFIL_ALL) != 0)
		return EINVAL;
	return hooks_remove(&hook, flags, ph);
}

int
pfil_add_ihook(pfil_ifunc_t func, void *arg, int flags, pfil_head_t *ph)
{
	const struct pfil_hook hook = { .ph_ifunc = func, .ph_arg = arg };

	KASSERT(func != NULL);
	if (flags != PFIL_IFADDR && flags != PFIL_IFNET)
		return EINVAL;
	return hooks_add(&hook, flags, ph);
}

int
pfil_remove_ihook(pfil_ifunc_t func, void *arg, int flags, pfil_head_t *ph)
{
	const struct pfil_hook hook = { .ph_ifunc = func, .ph_arg = arg };

	if (flags != PFIL_IFADDR && flags != PFIL_IFNET)
		return EINVAL;
	return hooks_remove(&hook, flags, ph);
}

bool
pfil_has_hooks(const pfil_head_t *ph, int dir)
{
	const int list = (dir & PFIL_IN) != 0 ? LIST_IN : LIST_OUT;

	return atomic_load_relaxed(&ph->phd_list[list]) != NULL;
}

static struct pfil_list *
list_enter(pfil_head_t *ph, int list, struct psref *psref)
{
	struct pfil_list *pl;
	int s;

	s = pserialize_read_enter();
	pl = atomic_load_consume(&ph->phd_list[list]);
	if (pl != NULL)
		psref_acquire(psref, &pl->pl_psref, pfil_psref_class);
	pserialize_read_exit(s);
	return pl;
}

int
pfil_run_hooks(pfil_head_t *ph, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct mbuf *m = mp == NULL ? NULL : *mp;
	struct pfil_list *pl;
	struct psref psref;
	int bound, error = 0;
	u_int i;

	KASSERT(dir == PFIL_IN || dir == PFIL_OUT);
	if (!pfil_has_hooks(ph, dir))
		return 0;
	bound = curlwp_bind();
	pl = list_enter(ph, dir == PFIL_IN ? LIST_IN : LIST_OUT, &psref);
	for (i = 0; pl != NULL && i < pl->pl_n; i++) {
		error = (*pl->pl_hook[i].ph_func)(pl->pl_hook[i].ph_arg, &m,
		    ifp, dir);
		if (error != 0 || m == NULL)
			break;
	}
	if (pl != NULL)
		psref_release(&psref, &pl->pl_psref, pfil_psref_class);
	curlwp_bindx(bound);
	if (mp != NULL)
		*mp = m;
	return error;
}

static void
run_events(pfil_head_t *ph, int list, unsigned long what, void *obj)
{
	struct pfil_list *pl;
	struct psref psref;
	int bound = curlwp_bind();
	u_int i;

	if ((pl = list_enter(ph, list, &psref)) != NULL) {
		for (i = 0; i < pl->pl_n; i++)
			(*pl->pl_hook[i].ph_ifunc)(pl->pl_hook[i].ph_arg, what,
			    obj);
		psref_release(&psref, &pl->pl_psref, pfil_psref_class);
	}
	curlwp_bindx(bound);
}

void
pfil_run_addrhooks(pfil_head_t *ph, unsigned long cmd, struct ifaddr *ifa)
{

	run_events(ph, LIST_IFADDR, cmd, ifa);
}

void
pfil_run_ifhooks(pfil_head_t *ph, unsigned long what, struct ifnet *ifp)
{

	run_events(ph, LIST_IFNET, what, ifp);
}
