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

#include <rump/rump.h>

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

/*
 * One that is not taken, or later fails, does not keep others from it.
 */
static void
set_modules(const struct rump_dsosets *ds)
{
	modinfo_t *mi;
	const void *const *p;
	int error;

	FOREACH_IN_SET(p, ds->ds_mod, ds->ds_mod_end) {
		mi = *p;
		error = module_builtin_add(&mi, 1, false);
		if (error)
			module_error("`%s' is not taken: %d", mi->mi_name,
			    error);
	}
}

static void
set_modules_late(const struct rump_dsosets *ds)
{
	const modinfo_t *mi;
	const void *const *p;
	bool init;

	set_modules(ds);
	FOREACH_IN_SET(p, ds->ds_mod, ds->ds_mod_end) {
		mi = *p;
		(void)rump_module_error(mi, &init);
		if (init)
			(void)module_autoload(mi->mi_name, MODULE_CLASS_ANY);
	}
}

/*
 * The sets of an object that was loaded into the running kernel.
 */
static void
set_late(const struct rump_dsosets *ds)
{
	bool had_lwp = curlwp != NULL;

	if (!had_lwp)
		rump_schedule();
	set_evcnts(ds);
	set_sysctls(ds);
	set_components_late(ds);
	set_modules_late(ds);
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

	for (i = 0; i < nsets; i++)
		set_modules(sets[i]);
}

/*
 * For programs that load drivers, after rump_init(): see rump(3).
 */
int
rump_dso_error(const struct rump_dsosets *ds, const char **modulep,
    int *initp)
{
	const modinfo_t *mi;
	const void *const *p;
	unsigned int i;
	int error;
	bool init;

	*modulep = NULL;
	*initp = 0;
	for (i = 0; i < nsets && sets[i] != ds; i++)
		continue;
	if (i == nsets)
		return ENOENT;
	error = ds->ds_mod == ds->ds_mod_end ? ENOEXEC : 0;
	rump_schedule();
	FOREACH_IN_SET(p, ds->ds_mod, ds->ds_mod_end) {
		mi = *p;
		*modulep = mi->mi_name;
		error = rump_module_error(mi, &init);
		*initp = init;
		if (error)
			break;
	}
	rump_unschedule();
	return error;
}

/* Last step of booting. */
void
rump_dsosets_booted(void)
{

	kspin_enter(&comp_lock);
	sets_booted = true;
	kspin_exit(&comp_lock);
}
