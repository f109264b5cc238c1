/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks that modules set and code outside of them calls, <sys/module_hook.h>.
 *
 * A caller looks whether the hook is set and takes a reference inside of a
 * pserialize(9) read section; unsetting waits for those sections, then for
 * the references.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/localcount.h>
#include <sys/module.h>
#include <sys/module_hook.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/* For draining any hook's references. */
static kmutex_t hook_drain_lock;
static kcondvar_t hook_drain_cv;
static pserialize_t hook_psz;

void
module_hook_init(void)
{

	mutex_init(&hook_drain_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&hook_drain_cv, "modhook");
	hook_psz = pserialize_create();
}

bool
module_hook_tryenter(bool *hooked, struct localcount *lc)
{
	bool set;
	int s;

	s = pserialize_read_enter();
	set = atomic_load_acquire(hooked);
	if (set)
		localcount_acquire(lc);
	pserialize_read_exit(s);
	return set;
}

void
module_hook_exit(struct localcount *lc)
{

	localcount_release(lc, &hook_drain_cv, &hook_drain_lock);
}

void
module_hook_set(bool *hooked, struct localcount *lc)
{

	KASSERT(kernconfig_is_held());
	KASSERTMSG(!*hooked, "the hook is set already");
	localcount_init(lc);
	atomic_store_release(hooked, true);
}

void
module_hook_unset(bool *hooked, struct localcount *lc)
{

	KASSERT(kernconfig_is_held());
	KASSERTMSG(*hooked, "the hook is not set");
	atomic_store_relaxed(hooked, false);
	pserialize_perform(hook_psz);
	mutex_enter(&hook_drain_lock);
	localcount_drain(lc, &hook_drain_cv, &hook_drain_lock);
	mutex_exit(&hook_drain_lock);
	localcount_fini(lc);
}
