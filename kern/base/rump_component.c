/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registry of components: what was linked in or loaded, and what of it
 * has been initialised.
 *
 * Every shared object (mk/dsoglue.c), or for a static program the archive
 * (rump_staticsets.c), hands its link sets to rump_dso_register().  Before
 * rump_init() that queues, without memory and without an lwp.  Booting calls
 * rump_dsosets_boot() and then rump_component_init() for one type after the
 * other; sets that come later are initialised at once, in the order of
 * late_order.  Nothing is initialised twice.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/evcnt.h>
#include <sys/module.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/dsosets.h>
#include <rump-sys/kern.h>

#include "base_svc.h"
#include "kspin.h"

#define MAXSETS		256	/* shared objects with kernel code */

/* Protects sets, nsets and the list of components while it is changed. */
static struct kspin comp_lock = KSPIN_INITIALIZER;
static const struct rump_dsosets *sets[MAXSETS];
static unsigned int nsets;
static bool sets_booted;	/* later ones are run at once */

/* Changed under comp_lock; types are initialised by one thread at a time. */
static LIST_HEAD(, rump_component) comp_list =
    LIST_HEAD_INITIALIZER(comp_list);
static bool comp_inited[RUMP_COMPONENT_MAX];

/* Types in the order in which late arrivals are initialised. */
static const enum rump_component_type late_order[] = {
	RUMP__FACTION_DEV,
	RUMP__FACTION_VFS,
	RUMP__FACTION_NET,
	RUMP_COMPONENT_SYSCALL,
	RUMP_COMPONENT_KERN,
	RUMP_COMPONENT_VFS,
	RUMP_COMPONENT_KERN_VFS,
	RUMP_COMPONENT_NET,
	RUMP_COMPONENT_NET_ROUTE,
	RUMP_COMPONENT_NET_IF,
	RUMP_COMPONENT_DEV,
	RUMP_COMPONENT_DEV_AFTERMAINBUS,
	RUMP_COMPONENT_NET_IFCFG,
	RUMP_COMPONENT_POSTINIT,
};

static bool
comp_listed(const struct rump_component *rc)
{
	const struct rump_component *it;

	LIST_FOREACH(it, &comp_list, rc_entries) {
		if (it == rc)
			return true;
	}
	return false;
}

/*
 * Put it on the list, in order of arrival within the type.
 */
static bool
comp_enlist(struct rump_component *rc)
{
	struct rump_component *it, *last = NULL;
	bool new;

	kspin_enter(&comp_lock);
	new = !comp_listed(rc);
	if (new) {
		LIST_FOREACH(it, &comp_list, rc_entries)
			last = it;
		if (last == NULL)
			LIST_INSERT_HEAD(&comp_list, rc, rc_entries);
		else
			LIST_INSERT_AFTER(last, rc, rc_entries);
	}
	kspin_exit(&comp_lock);
	return new;
}

static bool
faction_p(enum rump_component_type type)
{

	return type == RUMP__FACTION_DEV || type == RUMP__FACTION_VFS ||
	    type == RUMP__FACTION_NET;
}

static void
comp_run(struct rump_component *rc)
{

	KASSERT(curlwp != NULL);
	(*rc->rc_init)();
}

/*
 * Register one component; if its type has had its turn, initialise it now.
 */
void
rump_component_load(const struct rump_component *rc_const)
{
	struct rump_component *rc = __UNCONST(rc_const);

	KASSERT(rc->rc_type < RUMP_COMPONENT_MAX);
	if (!comp_enlist(rc) || !comp_inited[rc->rc_type])
		return;
	if (faction_p(rc->rc_type))
		panic("a faction cannot come after boot");
	comp_run(rc);
}

void
rump_component_unload(struct rump_component *rc)
{

	kspin_enter(&comp_lock);
	if (comp_listed(rc))
		LIST_REMOVE(rc, rc_entries);
	kspin_exit(&comp_lock);
}

int
rump_component_count(enum rump_component_type type)
{
	struct rump_component *rc;
	int n = 0;

	kspin_enter(&comp_lock);
	LIST_FOREACH(rc, &comp_list, rc_entries) {
		if (rc->rc_type == type)
			n++;
	}
	kspin_exit(&comp_lock);
	return n;
}

/*
 * Initialise all of a type, once; part of booting.
 */
void
rump_component_init(enum rump_component_type type)
{
	struct rump_component *rc;

	KASSERT(type < RUMP_COMPONENT_MAX);
	KASSERT(!comp_inited[type]);
	/* Those registered from now on run in rump_component_load(). */
	comp_inited[type] = true;
	LIST_FOREACH(rc, &comp_list, rc_entries) {
		if (rc->rc_type == type)
			comp_run(rc);
	}
}

#define FOREACH_IN_SET(var, begin, end)					\
	for ((var) = (begin); (var) != NULL && (var) < (end); (var)++)

static void
set_components(const struct rump_dsosets *ds)
{
	const void *const *p;

	FOREACH_IN_SET(p, ds->ds_comp, ds->ds_comp_end)
		rump_component_load(*p);
}

static void
set_components_late(const struct rump_dsosets *ds)
{
	const struct rump_component *rc;
	const void *const *p;
	u_int i;

	for (i = 0; i < __arraycount(late_order); i++) {
		FOREACH_IN_SET(p, ds->ds_comp, ds->ds_comp_end) {
			rc = *p;
			if (rc->rc_type == late_order[i])
				rump_component_load(rc);
		}
	}
}

static void
set_sysctls(const struct rump_dsosets *ds)
{
	const void *const *p;

	FOREACH_IN_SET(p, ds->ds_sysctl, ds->ds_sysctl_end)
		sysctl_setup_run((sysctl_setup_func)(uintptr_t)*p);
}

static void
set_evcnts(const struct rump_dsosets *ds)
{
	const void *const *p;

	FOREACH_IN_SET(p, ds->ds_evcnt, ds->ds_evcnt_end)
		evcnt_attach_static(__UNCONST(*p));
}

static int
set_modules(const struct rump_dsosets *ds, bool init)
{
	size_t n = ds->ds_mod != NULL ? ds->ds_mod_end - ds->ds_mod : 0;

	if (n == 0)
		return 0;
	return module_builtin_add((modinfo_t *const *)ds->ds_mod, n, init);
}

/*
 * The sets of an object that was loaded into the running kernel.
 */
static void
set_late(const struct rump_dsosets *ds)
{
	bool had_lwp = curlwp != NULL;
	int error;

	if (!had_lwp)
		rump_schedule();
	set_evcnts(ds);
	set_sysctls(ds);
	set_components_late(ds);
	error = set_modules(ds, true);
	if (error)
		printf("modules of a loaded object: error %d\n", error);
	if (!had_lwp)
		rump_unschedule();
}

/*
 * Called by constructors, in any order, on any thread.
 */
void
rump_dso_register(const struct rump_dsosets *ds)
{
	bool late, room;

	if (ds->ds_version != RUMP_DSOSETS_VERSION) {
		rumpuser_dprintf("rump: an object of another version (%d) "
		    "is ignored\n", ds->ds_version);
		return;
	}
	kspin_enter(&comp_lock);
	late = sets_booted;
	room = nsets < MAXSETS;
	if (room)
		sets[nsets++] = ds;
	kspin_exit(&comp_lock);
	if (!room)
		rumpuser_dprintf("rump: too many objects, one is ignored\n");
	else if (late)
		set_late(ds);
}

/*
 * Boot: all components become known, and nothing else happens: there are no
 * locks yet.  From here on until the last step of booting no object may be
 * loaded.
 */
void
rump_dsosets_boot(void)
{
	unsigned int i;

	for (i = 0; i < nsets; i++)
		set_components(sets[i]);
}

void
rump_dsosets_evcnts(void)
{
	unsigned int i;

	for (i = 0; i < nsets; i++)
		set_evcnts(sets[i]);
}

void
rump_dsosets_sysctls(void)
{
	unsigned int i;

	for (i = 0; i < nsets; i++)
		set_sysctls(sets[i]);
}

/*
 * Modules are entered here and initialised by module_init_class().
 */
void
rump_dsosets_modules(void)
{
	unsigned int i;
	int error;

	for (i = 0; i < nsets; i++) {
		error = set_modules(sets[i], false);
		if (error)
			panic("module_builtin_add: %d", error);
	}
}

/* Last step of booting. */
void
rump_dsosets_booted(void)
{

	kspin_enter(&comp_lock);
	sets_booted = true;
	kspin_exit(&comp_lock);
}
