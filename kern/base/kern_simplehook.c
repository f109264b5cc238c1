/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simplehook(9): lists of functions called on an event.
 *
 * One thread at a time runs a list, without its lock while a hook is called.
 * A hook stays on the list until it has returned; who takes it off meanwhile
 * waits, unless it is the hook itself, which the runner then frees.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/hook.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/* Locks: l, the list's; c, constant. */
struct hook_desc {
	LIST_ENTRY(hook_desc)	hk_list;	/* l */
	void			(*hk_func)(void *); /* l: NULL, is leaving */
	void			*hk_arg;	/* c */
	bool			hk_selfish;	/* l: took itself off */
};

struct khook_list {
	kmutex_t		hl_lock;
	kcondvar_t		hl_cv;		/* l: hl_active returned */
	LIST_HEAD(, hook_desc)	hl_hooks;	/* l: last come first */
	struct lwp		*hl_runner;	/* l: who calls the hooks */
	struct hook_desc	*hl_active;	/* l: and which now */
	char			hl_name[HOOKNAMSIZ]; /* c */
};

khook_list_t *
simplehook_create(int ipl, const char *name)
{
	khook_list_t *hl = kmem_zalloc(sizeof(*hl), KM_SLEEP);

	mutex_init(&hl->hl_lock, MUTEX_DEFAULT, ipl);
	strlcpy(hl->hl_name, name, sizeof(hl->hl_name));
	cv_init(&hl->hl_cv, hl->hl_name);
	LIST_INIT(&hl->hl_hooks);
	return hl;
}

void
simplehook_destroy(khook_list_t *hl)
{

	KASSERTMSG(hl->hl_runner == NULL, "hooks of %s run", hl->hl_name);
	KASSERTMSG(LIST_EMPTY(&hl->hl_hooks), "%s has hooks", hl->hl_name);
	cv_destroy(&hl->hl_cv);
	mutex_destroy(&hl->hl_lock);
	kmem_free(hl, sizeof(*hl));
}

/*
 * Call one hook; returns the one to follow.
 */
static khook_t *
hook_call(khook_list_t *hl, khook_t *hk)
{
	void (*func)(void *) = hk->hk_func;
	khook_t *next;

	KASSERT(mutex_owned(&hl->hl_lock));
	if (func == NULL)
		return LIST_NEXT(hk, hk_list);
	hl->hl_active = hk;
	mutex_exit(&hl->hl_lock);
	(*func)(hk->hk_arg);
	mutex_enter(&hl->hl_lock);
	hl->hl_active = NULL;
	cv_broadcast(&hl->hl_cv);
	next = LIST_NEXT(hk, hk_list);
	if (hk->hk_selfish) {
		LIST_REMOVE(hk, hk_list);
		kmem_free(hk, sizeof(*hk));
	}
	return next;
}

static bool
has_leaving(const khook_list_t *hl)
{
	const khook_t *hk;

	KASSERT(mutex_owned(&hl->hl_lock));
	LIST_FOREACH(hk, &hl->hl_hooks, hk_list) {
		if (hk->hk_func == NULL)
			return true;
	}
	return false;
}

int
simplehook_dohooks(khook_list_t *hl)
{
	khook_t *hk;

	mutex_enter(&hl->hl_lock);
	if (hl->hl_runner != NULL) {
		mutex_exit(&hl->hl_lock);
		return EBUSY;
	}
	hl->hl_runner = curlwp;
	hk = LIST_FIRST(&hl->hl_hooks);
	while (hk != NULL)
		hk = hook_call(hl, hk);
	/* Those who wait for us to take a hook off: the list may end then. */
	while (has_leaving(hl))
		cv_wait(&hl->hl_cv, &hl->hl_lock);
	hl->hl_runner = NULL;
	mutex_exit(&hl->hl_lock);
	return 0;
}

khook_t *
simplehook_establish(khook_list_t *hl, void (*func)(void *), void *arg)
{
	khook_t *hk = kmem_zalloc(sizeof(*hk), KM_SLEEP);

	KASSERT(func != NULL);
	hk->hk_func = func;
	hk->hk_arg = arg;
	mutex_enter(&hl->hl_lock);
	LIST_INSERT_HEAD(&hl->hl_hooks, hk, hk_list);
	mutex_exit(&hl->hl_lock);
	return hk;
}

/*
 * Wait until the hook does not run, which it will not again.
 */
static void
hook_wait(khook_list_t *hl, khook_t *hk, kmutex_t *lock)
{

	KASSERT(mutex_owned(&hl->hl_lock));
	KASSERT(lock == NULL || mutex_owned(lock));
	if (hl->hl_active != hk)
		return;
	if (lock != NULL) {
		/* Not while hl_lock is held: that one comes after it. */
		mutex_exit(&hl->hl_lock);
		mutex_exit(lock);
		mutex_enter(&hl->hl_lock);
	}
	while (hl->hl_active == hk)
		cv_wait(&hl->hl_cv, &hl->hl_lock);
	if (lock != NULL) {
		mutex_exit(&hl->hl_lock);
		mutex_enter(lock);
		mutex_enter(&hl->hl_lock);
	}
}

void
simplehook_disestablish(khook_list_t *hl, khook_t *hk, kmutex_t *lock)
{

	mutex_enter(&hl->hl_lock);
	KASSERTMSG(hk->hk_func != NULL, "%s: hook is gone", hl->hl_name);
	hk->hk_func = NULL;
	if (hl->hl_active == hk && hl->hl_runner == curlwp) {
		hk->hk_selfish = true;
		mutex_exit(&hl->hl_lock);
		return;
	}
	hook_wait(hl, hk, lock);
	LIST_REMOVE(hk, hk_list);
	cv_broadcast(&hl->hl_cv);
	mutex_exit(&hl->hl_lock);
	kmem_free(hk, sizeof(*hk));
}

bool
simplehook_has_hooks(khook_list_t *hl)
{
	bool has;

	mutex_enter(&hl->hl_lock);
	has = !LIST_EMPTY(&hl->hl_hooks);
	mutex_exit(&hl->hl_lock);
	return has;
}
