/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_hook.  Hooks write a letter each into `trail'.
 */

#include <sys/compat_stub.h>
#include <sys/hook.h>
#include <sys/module.h>
#include <sys/reboot.h>

#include <dev/clock_subr.h>
#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "kt.h"

void rump_kt_hook_order(void);
void rump_kt_hook_exec(void);
void rump_kt_hook_fork(void);
void rump_kt_hook_shutdown(void);
void rump_kt_hook_reboot(int);
void rump_kt_simplehook(void);
void rump_kt_simplehook_self(void);
void rump_kt_simplehook_wait(void);
void rump_kt_simplehook_misuse(void);
void rump_kt_module_hook(void);

/* What the platform was given. */
extern const struct rumpuser_hyperup rump_hyperup;

static char trail[32];

static void
mark(void *arg)
{

	strlcat(trail, arg, sizeof(trail));
}

static void
mark_power(int why, void *arg)
{

	KT(why == PWR_RESUME || why == PWR_SUSPEND);
	mark(arg);
}

static void
mark_root(device_t dev)
{

	KT(dev == (device_t)&trail[1]);
	mark(__UNCONST("r"));
}

static void
mark_proc(struct proc *p, void *arg)
{

	KT(p != NULL);
	mark(arg);
}

/* The trail since the last call. */
static void
trail_is(const char *want)
{

	kt_streq(trail, want);
	trail[0] = '\0';
}

void
rump_kt_hook_order(void)
{
	void *a, *b, *c;

	a = powerhook_establish("a", mark_power, __UNCONST("a"));
	b = powerhook_establish("b", mark_power, __UNCONST("b"));
	dopowerhooks(PWR_SUSPEND);
	dopowerhooks(PWR_RESUME);
	trail_is("baab");
	powerhook_disestablish(a);
	dopowerhooks(PWR_SUSPEND);
	powerhook_disestablish(b);
	trail_is("b");

	a = critpollhook_establish(mark, __UNCONST("p"));
	docritpollhooks();
	critpollhook_disestablish(a);
	docritpollhooks();
	trail_is("p");

	a = exechook_establish(mark_proc, __UNCONST("x"));
	doexechooks(curproc);
	exechook_disestablish(a);
	doexechooks(curproc);
	trail_is("x");

	a = mountroothook_establish(mark_root, (device_t)&trail[0]);
	b = mountroothook_establish(mark_root, (device_t)&trail[1]);
	c = mountroothook_establish(mark_root, (device_t)&trail[1]);
	mountroothook_disestablish(c);
	domountroothook((device_t)&trail[1]);
	domountroothook((device_t)&trail[1]);
	trail_is("r");
	(void)mountroothook_establish(mark_root, NULL);
	mountroothook_destroy();
}

static void
note_exec(const char *comm)
{

	mark(__UNCONST(comm));
}

/* A remote client tells that it executed a program. */
void
rump_kt_hook_exec(void)
{
	struct rump_sysproxy_ops saved = rump_sysproxy_ops;
	void *h;

	h = exechook_establish(mark_proc, __UNCONST("x"));
	rump_sysproxy_ops.rspo_hyp_execnotify = note_exec;
	(*rump_hyperup.hyp_execnotify)("prog");
	trail_is("progx");
	exechook_disestablish(h);
	(*rump_hyperup.hyp_execnotify)("next");
	trail_is("next");
	rump_sysproxy_ops = saved;
}

static struct proc *forked, *forker;

static void
fork_hook(struct proc *child, struct proc *parent)
{

	forked = child;
	forker = parent;
}

/* A process that comes and goes. */
void
rump_kt_hook_fork(void)
{
	struct lwp *me = curlwp;
	struct proc *parent = curproc;
	void *f, *e;

	f = forkhook_establish(fork_hook);
	e = exithook_establish(mark_proc, __UNCONST("e"));
	KT_EQ(0, rump_lwproc_rfork(RUMP_RFCFDG));
	KT(forked == curproc && forker == parent);
	trail_is("");
	rump_lwproc_releaselwp();
	rump_lwproc_switch(me);
	trail_is("e");
	forkhook_disestablish(f);
	exithook_disestablish(e);
	forked = NULL;
	KT_EQ(0, rump_lwproc_rfork(RUMP_RFFDG));
	rump_lwproc_releaselwp();
	rump_lwproc_switch(me);
	KT(forked == NULL);
	trail_is("");
}

static void
say(void *arg)
{

	printf("hook %s\n", (const char *)arg);
}

static int
clock_set(todr_chip_handle_t handle, struct timeval *tv)
{

	printf("clock\n");
	return 0;
}

static struct todr_chip_handle clock_handle = { .todr_settime = clock_set };

void
rump_kt_hook_shutdown(void)
{
	void *h;

	todr_attach(&clock_handle);
	(void)shutdownhook_establish(say, __UNCONST("one"));
	h = shutdownhook_establish(say, __UNCONST("none"));
	(void)shutdownhook_establish(say, __UNCONST("two"));
	shutdownhook_disestablish(h);
}

void
rump_kt_hook_reboot(int howto)
{

	kern_reboot(howto, NULL);
}

static khook_list_t *list;

static void
mark_and_run(void *arg)
{

	mark(arg);
	KT_EQ(EBUSY, simplehook_dohooks(list));
}

void
rump_kt_simplehook(void)
{
	khook_t *a, *b;

	list = simplehook_create(IPL_VM, "test");
	KT(!simplehook_has_hooks(list));
	KT_EQ(0, simplehook_dohooks(list));
	a = simplehook_establish(list, mark, __UNCONST("a"));
	b = simplehook_establish(list, mark_and_run, __UNCONST("b"));
	KT(simplehook_has_hooks(list));
	KT_EQ(0, simplehook_dohooks(list));
	KT_EQ(0, simplehook_dohooks(list));
	trail_is("baba");
	simplehook_disestablish(list, b, NULL);
	KT_EQ(0, simplehook_dohooks(list));
	trail_is("a");
	simplehook_disestablish(list, a, NULL);
	KT(!simplehook_has_hooks(list));
	simplehook_destroy(list);
}

static khook_t *selfish, *neighbour;

/* Takes off itself and the hook that would follow. */
static void
leave(void *arg)
{

	mark(arg);
	simplehook_disestablish(list, neighbour, NULL);
	simplehook_disestablish(list, selfish, NULL);
}

void
rump_kt_simplehook_self(void)
{
	khook_t *last;

	list = simplehook_create(IPL_NONE, "test");
	last = simplehook_establish(list, mark, __UNCONST("c"));
	neighbour = simplehook_establish(list, mark, __UNCONST("b"));
	selfish = simplehook_establish(list, leave, __UNCONST("a"));
	KT_EQ(0, simplehook_dohooks(list));
	KT_EQ(0, simplehook_dohooks(list));
	trail_is("acc");
	simplehook_disestablish(list, last, NULL);
	simplehook_destroy(list);
}

static volatile int in_hook, left_hook;
static kmutex_t outer;

/* Cannot go on while the other one holds its mutex. */
static void
slow(void *arg)
{

	atomic_store_release(&in_hook, 1);
	kt_pause(2);
	mutex_enter(&outer);
	mutex_exit(&outer);
	atomic_store_release(&left_hook, 1);
}

static void
runner(void *arg)
{

	KT_EQ(0, simplehook_dohooks(list));
	kthread_exit(0);
}

void
rump_kt_simplehook_wait(void)
{
	struct kt_threads kt;
	khook_t *hk;

	mutex_init(&outer, MUTEX_DEFAULT, IPL_NONE);
	list = simplehook_create(IPL_NONE, "test");
	hk = simplehook_establish(list, slow, NULL);
	kt_start(&kt, 1, runner, NULL);
	mutex_enter(&outer);
	while (!atomic_load_acquire(&in_hook))
		kt_pause(1);
	KT_EQ(0, atomic_load_acquire(&left_hook));
	simplehook_disestablish(list, hk, &outer);
	KT_EQ(1, atomic_load_acquire(&left_hook));
	KT(mutex_owned(&outer));
	mutex_exit(&outer);
	KT(!simplehook_has_hooks(list));
	kt_join(&kt);
	simplehook_destroy(list);
	mutex_destroy(&outer);
}

void
rump_kt_simplehook_misuse(void)
{

	list = simplehook_create(IPL_NONE, "misused");
	(void)simplehook_establish(list, mark, NULL);
	simplehook_destroy(list);
}

static volatile int calls;

static int
compat_answer(int arg)
{

	atomic_store_release(&calls, 1);
	kt_pause(arg);
	atomic_store_release(&calls, 2);
	return 7;
}

static void
caller(void *arg)
{
	int answer;

	MODULE_HOOK_CALL(net_inet6_nd_90_hook, (3), -1, answer);
	KT_EQ(7, answer);
	kthread_exit(0);
}

/* Unset waits for who is inside. */
void
rump_kt_module_hook(void)
{
	struct kt_threads kt;
	int answer, round;

	for (round = 0; round < 2; round++) {
		MODULE_HOOK_CALL(net_inet6_nd_90_hook, (0), -1, answer);
		KT_EQ(-1, answer);
		kernconfig_lock();
		MODULE_HOOK_SET(net_inet6_nd_90_hook, compat_answer);
		kernconfig_unlock();
		atomic_store_relaxed(&calls, 0);
		kt_start(&kt, 1, caller, NULL);
		while (atomic_load_acquire(&calls) == 0)
			kt_pause(1);
		kernconfig_lock();
		MODULE_HOOK_UNSET(net_inet6_nd_90_hook);
		kernconfig_unlock();
		KT_EQ(2, atomic_load_acquire(&calls));
		kt_join(&kt);
	}
}
