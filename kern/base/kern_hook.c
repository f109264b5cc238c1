/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doshutdownhooks(9), dopowerhooks(9), domountroothook(9), exechook(9),
 * exithook(9), forkhook(9): the kernel's own lists of functions.
 *
 * Hooks of the first and third kind are taken off when they are called, and
 * called without a lock; the others run under a read lock of their list and
 * may not change it.  kern_reboot(), fork, exit, the notice that a client has
 * executed a program, and who mounts the root call the lists; power hooks are
 * for a driver that suspends.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "base_private.h"

/* Locks: l, hook_lock; c, constant. */
struct hook {
	TAILQ_ENTRY(hook)	h_list;		/* l */
	union {
		void	(*h_plain)(void *);
		void	(*h_power)(int, void *);
		void	(*h_mountroot)(device_t);
		void	(*h_proc)(struct proc *, void *);
		void	(*h_fork)(struct proc *, struct proc *);
	};					/* c */
	void			*h_arg;		/* c */
};
TAILQ_HEAD(hook_list, hook);

static krwlock_t hook_lock;
/* l: the last established first. */
static struct hook_list shutdown_hooks = TAILQ_HEAD_INITIALIZER(shutdown_hooks);
static struct hook_list power_hooks = TAILQ_HEAD_INITIALIZER(power_hooks);
static struct hook_list root_hooks = TAILQ_HEAD_INITIALIZER(root_hooks);
static struct hook_list exec_hooks = TAILQ_HEAD_INITIALIZER(exec_hooks);
static struct hook_list exit_hooks = TAILQ_HEAD_INITIALIZER(exit_hooks);
static struct hook_list fork_hooks = TAILQ_HEAD_INITIALIZER(fork_hooks);
static struct hook_list poll_hooks = TAILQ_HEAD_INITIALIZER(poll_hooks);

void
hook_init(void)
{

	rw_init(&hook_lock);
}

static void *
hook_establish(struct hook_list *list, struct hook init)
{
	struct hook *h = kmem_alloc(sizeof(*h), KM_SLEEP);

	*h = init;
	rw_enter(&hook_lock, RW_WRITER);
	TAILQ_INSERT_HEAD(list, h, h_list);
	rw_exit(&hook_lock);
	return h;
}

static bool __diagused
hook_listed(const struct hook_list *list, const void *cookie)
{
	struct hook *h;

	TAILQ_FOREACH(h, list, h_list) {
		if (h == cookie)
			return true;
	}
	return false;
}

static void
hook_disestablish(struct hook_list *list, void *cookie)
{
	struct hook *h = cookie;

	rw_enter(&hook_lock, RW_WRITER);
	KASSERTMSG(hook_listed(list, h), "hook %p not established", h);
	TAILQ_REMOVE(list, h, h_list);
	rw_exit(&hook_lock);
	kmem_free(h, sizeof(*h));
}

/* Take the first one off and copy it. */
static bool
hook_pop(struct hook_list *list, struct hook *copy)
{
	struct hook *h;

	rw_enter(&hook_lock, RW_WRITER);
	h = TAILQ_FIRST(list);
	if (h != NULL)
		TAILQ_REMOVE(list, h, h_list);
	rw_exit(&hook_lock);
	if (h == NULL)
		return false;
	*copy = *h;
	kmem_free(h, sizeof(*h));
	return true;
}

void *
shutdownhook_establish(void (*func)(void *), void *arg)
{

	return hook_establish(&shutdown_hooks,
	    (struct hook){ .h_plain = func, .h_arg = arg });
}

void
shutdownhook_disestablish(void *cookie)
{

	hook_disestablish(&shutdown_hooks, cookie);
}

void
doshutdownhooks(void)
{
	struct hook h;

	while (hook_pop(&shutdown_hooks, &h))
		(*h.h_plain)(h.h_arg);
}

/* The name was for messages. */
void *
powerhook_establish(const char *name, void (*func)(int, void *), void *arg)
{

	return hook_establish(&power_hooks,
	    (struct hook){ .h_power = func, .h_arg = arg });
}

void
powerhook_disestablish(void *cookie)
{

	hook_disestablish(&power_hooks, cookie);
}

/*
 * Who came last goes to sleep first, and wakes up last.
 */
void
dopowerhooks(int why)
{
	struct hook *h;

	rw_enter(&hook_lock, RW_READER);
	if (why == PWR_RESUME || why == PWR_SOFTRESUME) {
		TAILQ_FOREACH_REVERSE(h, &power_hooks, hook_list, h_list)
			(*h->h_power)(why, h->h_arg);
	} else {
		TAILQ_FOREACH(h, &power_hooks, h_list)
			(*h->h_power)(why, h->h_arg);
	}
	rw_exit(&hook_lock);
}

void *
mountroothook_establish(void (*func)(device_t), device_t dev)
{

	return hook_establish(&root_hooks,
	    (struct hook){ .h_mountroot = func, .h_arg = dev });
}

void
mountroothook_disestablish(void *cookie)
{

	hook_disestablish(&root_hooks, cookie);
}

void
mountroothook_destroy(void)
{
	struct hook h;

	while (hook_pop(&root_hooks, &h))
		continue;
}

/* Only the hook of the root device is called, once. */
void
domountroothook(device_t root)
{
	struct hook h;

	while (hook_pop(&root_hooks, &h)) {
		if (h.h_arg == root)
			(*h.h_mountroot)(root);
	}
}

static void
proc_hooks(struct hook_list *list, struct proc *p)
{
	struct hook *h;

	rw_enter(&hook_lock, RW_READER);
	TAILQ_FOREACH(h, list, h_list)
		(*h->h_proc)(p, h->h_arg);
	rw_exit(&hook_lock);
}

void *
exechook_establish(void (*func)(struct proc *, void *), void *arg)
{

	return hook_establish(&exec_hooks,
	    (struct hook){ .h_proc = func, .h_arg = arg });
}

void
exechook_disestablish(void *cookie)
{

	hook_disestablish(&exec_hooks, cookie);
}

void
doexechooks(struct proc *p)
{

	proc_hooks(&exec_hooks, p);
}

void *
exithook_establish(void (*func)(struct proc *, void *), void *arg)
{

	return hook_establish(&exit_hooks,
	    (struct hook){ .h_proc = func, .h_arg = arg });
}

void
exithook_disestablish(void *cookie)
{

	hook_disestablish(&exit_hooks, cookie);
}

void
doexithooks(struct proc *p)
{

	proc_hooks(&exit_hooks, p);
}

void *
forkhook_establish(void (*func)(struct proc *, struct proc *))
{

	return hook_establish(&fork_hooks, (struct hook){ .h_fork = func });
}

void
forkhook_disestablish(void *cookie)
{

	hook_disestablish(&fork_hooks, cookie);
}

void
doforkhooks(struct proc *child, struct proc *parent)
{
	struct hook *h;

	rw_enter(&hook_lock, RW_READER);
	TAILQ_FOREACH(h, &fork_hooks, h_list)
		(*h->h_fork)(child, parent);
	rw_exit(&hook_lock);
}

void *
critpollhook_establish(void (*func)(void *), void *arg)
{

	return hook_establish(&poll_hooks,
	    (struct hook){ .h_plain = func, .h_arg = arg });
}

void
critpollhook_disestablish(void *cookie)
{

	hook_disestablish(&poll_hooks, cookie);
}

void
docritpollhooks(void)
{
	struct hook *h;

	rw_enter(&hook_lock, RW_READER);
	TAILQ_FOREACH(h, &poll_hooks, h_list)
		(*h->h_plain)(h->h_arg);
	rw_exit(&hook_lock);
}
