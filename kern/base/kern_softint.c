/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * softint(9): handlers run by an lwp for each level and virtual CPU, bound to
 * that CPU.  What it needs is allocated when the first handler of a level is
 * established.
 *
 * The lwp has no host thread of its own most of the time: who schedules a
 * soft interrupt on the CPU he is on runs it as that lwp, on his own stack,
 * when he leaves the kernel and so has no locks, softint_leave().  That is as
 * soon as it could run, and costs no switch of host threads.  If he sleeps
 * instead, a thread is woken for it, softint_kick(), and so it is by who
 * schedules from another CPU; that thread is made when it is first needed,
 * which any context may do.  st_running says that somebody is the lwp, and
 * will look at the queue again before he ends.
 *
 * Handlers that keep scheduling each other, or are scheduled from other CPUs
 * without end, keep nobody for ever: after SOFTINT_BATCH calls who leaves lets
 * a thread see to the rest, and that thread lets others have the CPU.  A
 * handler that sleeps keeps who runs it from leaving, but not his CPU.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bitops.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kspin.h"

/* Calls in a row. */
#define	SOFTINT_BATCH	64

struct softhand;

/*
 * A handler's place in the queue of a CPU, which shares no cache line with
 * that of another; t: st_lock; c: constant.
 */
struct softnode {
	TAILQ_ENTRY(softnode) sn_entry;		/* t */
	struct softhand	*sn_hand;		/* c */
	bool		sn_pending;		/* t */
} __aligned(64);

/* All constant while established. */
struct softhand {
	void		(*sh_func)(void *);
	void		*sh_arg;
	u_int		sh_flags;
	struct softnode	sh_node[];		/* by CPU index */
};

/* t: st_lock; a: atomic operations; c: constant. */
struct softthread {
	struct kspin	st_lock;
	TAILQ_HEAD(, softnode) st_queue;	/* t */
	struct softhand	*st_active;		/* t: being called */
	bool		st_running;		/* t: somebody is st_lwp */
	bool		st_started;		/* t: there is a thread */
	volatile uint32_t st_word;		/* a: changes to wake it */
	struct cpu_info	*st_cpu;		/* c */
	u_int		st_level;		/* c */
	struct lwp	st_lwp;			/* who is st_running */
} __aligned(64);

static const char *const softint_names[SOFTINT_COUNT] = {
	[SOFTINT_CLOCK] = "softclk",
	[SOFTINT_BIO] = "softbio",
	[SOFTINT_NET] = "softnet",
	[SOFTINT_SERIAL] = "softser",
};

static struct softthread *softint_level[SOFTINT_COUNT];	/* softint_mtx */
static kmutex_t softint_mtx;

void
rump_intr_init(int numcpu)
{

	KASSERT(numcpu >= 1);
	mutex_init(&softint_mtx, MUTEX_DEFAULT, IPL_NONE);
}

static struct softthread *
softint_thread(u_int level, struct cpu_info *ci)
{

	return &__atomic_load_n(&softint_level[level],
	    __ATOMIC_ACQUIRE)[cpu_index(ci)];
}

static void
softint_mklevel(u_int level)
{
	struct softthread *st;
	struct cpu_info *ci;
	char name[16];

	KASSERT(mutex_owned(&softint_mtx));
	if (softint_level[level] != NULL)
		return;
	st = rump_hypermalloc(ncpu * sizeof(*st), CACHE_LINE_SIZE, true,
	    "softint");
	memset(st, 0, ncpu * sizeof(*st));
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		TAILQ_INIT(&st[cpu_index(ci)].st_queue);
		st[cpu_index(ci)].st_cpu = ci;
		st[cpu_index(ci)].st_level = level;
		snprintf(name, sizeof(name), "%s/%u", softint_names[level],
		    cpu_index(ci));
		kthread_prepare(&st[cpu_index(ci)].st_lwp,
		    KTHREAD_MPSAFE | KTHREAD_INTR, ci, name);
	}
	__atomic_store_n(&softint_level[level], st, __ATOMIC_RELEASE);
}

static size_t
softhand_size(void)
{

	return sizeof(struct softhand) + ncpu * sizeof(struct softnode);
}

void *
softint_establish(u_int flags, void (*func)(void *), void *arg)
{
	u_int level = flags & SOFTINT_LVLMASK;
	struct softhand *sh;
	int i;

	KASSERT(level < SOFTINT_COUNT);
	KASSERT(func != NULL);
	sh = kmem_zalloc(softhand_size(), KM_SLEEP);
	sh->sh_func = func;
	sh->sh_arg = arg;
	sh->sh_flags = flags;
	for (i = 0; i < ncpu; i++)
		sh->sh_node[i].sn_hand = sh;
	mutex_enter(&softint_mtx);
	softint_mklevel(level);
	mutex_exit(&softint_mtx);
	return sh;
}

/* Remove it from a CPU's queue, and wait for a call in progress. */
static void
softint_quiesce(struct softhand *sh, struct softthread *st)
{
	struct softnode *sn = &sh->sh_node[cpu_index(st->st_cpu)];

	KASSERT(sn->sn_hand == sh);
	for (;;) {
		kspin_enter(&st->st_lock);
		if (sn->sn_pending) {
			TAILQ_REMOVE(&st->st_queue, sn, sn_entry);
			sn->sn_pending = false;
		}
		if (st->st_active != sh || curlwp == &st->st_lwp)
			break;
		kspin_exit(&st->st_lock);
		(void)kpause("softdis", false, 1, NULL);
	}
	kspin_exit(&st->st_lock);
}

void
softint_disestablish(void *arg)
{
	struct softhand *sh = arg;
	struct cpu_info *ci;

	KASSERT(sh != NULL);
	ASSERT_SLEEPABLE();
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		softint_quiesce(sh, softint_thread(sh->sh_flags &
		    SOFTINT_LVLMASK, ci));
	kmem_free(sh, softhand_size());
}

static void
softint_call(struct softhand *sh)
{

	if ((sh->sh_flags & SOFTINT_MPSAFE) != 0) {
		(*sh->sh_func)(sh->sh_arg);
	} else {
		KERNEL_LOCK(1, NULL);
		(*sh->sh_func)(sh->sh_arg);
		KERNEL_UNLOCK_ONE(NULL);
	}
	KASSERTMSG(curlwp->l_spincount == 0, "soft interrupt leaked a lock");
}

/*
 * As st_lwp: what is queued, but no more than so many calls; how many are left
 * of these is returned, with st_lock.
 */
static u_int
softint_drain(struct softthread *st, u_int calls)
{
	struct softnode *sn;

	KASSERT(curlwp == &st->st_lwp);
	kspin_enter(&st->st_lock);
	for (; calls > 0 && (sn = TAILQ_FIRST(&st->st_queue)) != NULL;
	    calls--) {
		TAILQ_REMOVE(&st->st_queue, sn, sn_entry);
		sn->sn_pending = false;
		st->st_active = sn->sn_hand;
		kspin_exit(&st->st_lock);
		CPU_COUNT(CPU_COUNT_NSOFT, 1);
		softint_call(st->st_active);
		kspin_enter(&st->st_lock);
		st->st_active = NULL;
	}
	return calls;
}

/* The thread, which is st_lwp only from when it asks for the CPU. */
static void *
softint_main(void *arg)
{
	struct softthread *st = arg;
	struct lwp *l = &st->st_lwp;
	uint32_t seen;

	kspin_enter(&st->st_lock);
	for (;;) {
		if (TAILQ_EMPTY(&st->st_queue) || st->st_running) {
			seen = __atomic_load_n(&st->st_word, __ATOMIC_RELAXED);
			kspin_exit(&st->st_lock);
			(void)rumpuser_wait(&st->st_word, seen, -1);
			kspin_enter(&st->st_lock);
			continue;
		}
		st->st_running = true;
		kspin_exit(&st->st_lock);
		curlwp = l;
		rump_schedule_cpu(l);
		(void)softint_drain(st, SOFTINT_BATCH);
		kspin_exit(&st->st_lock);
		rump_unschedule_cpu(l);
		curlwp = NULL;
		kspin_enter(&st->st_lock);
		st->st_running = false;
	}
	return NULL;
}

/* A thread shall see to what is queued, unless somebody does already. */
static void
softint_wake(struct softthread *st)
{
	bool start;

	kspin_enter(&st->st_lock);
	if (TAILQ_EMPTY(&st->st_queue) || st->st_running) {
		kspin_exit(&st->st_lock);
		return;
	}
	__atomic_fetch_add(&st->st_word, 1, __ATOMIC_RELEASE);
	start = !st->st_started;
	st->st_started = true;
	kspin_exit(&st->st_lock);
	if (!start)
		rumpuser_wake(&st->st_word, 1);
	else if (rumpuser_thread_create(softint_main, st, st->st_lwp.l_name,
	    0, 0, (int)cpu_index(st->st_cpu), NULL) != 0)
		panic("softint: cannot make a thread");
}

/* Whoever is on the CPU gives it away before he could run them himself. */
__noinline void
softint_kick(struct cpu_info *ci)
{
	uint32_t pend = ci->ci_softpend;
	u_int level;

	ci->ci_softpend = 0;
	for (level = 0; pend != 0; level++, pend >>= 1) {
		if ((pend & 1) != 0)
			softint_wake(softint_thread(level, ci));
	}
}

/*
 * The caller, who has a CPU and no lock, becomes st_lwp for so many calls at
 * most; how many are left is returned.
 */
static u_int
softint_borrow(struct softthread *st, struct lwp *l, u_int calls)
{
	struct cpu_info *ci = st->st_cpu;
	struct lwp *sl = &st->st_lwp;

	kspin_enter(&st->st_lock);
	if (TAILQ_EMPTY(&st->st_queue) || st->st_running) {
		kspin_exit(&st->st_lock);
		return calls;
	}
	st->st_running = true;
	kspin_exit(&st->st_lock);
	l->l_oncpu = ONCPU_NOT;
	sl->l_oncpu = ONCPU_TAKEN;
	ci->ci_curlwp = sl;
	curlwp = sl;
	calls = softint_drain(st, calls);
	sl->l_oncpu = ONCPU_NOT;
	l->l_oncpu = ONCPU_TAKEN;
	ci->ci_curlwp = l;
	curlwp = l;
	st->st_running = false;
	if (!TAILQ_EMPTY(&st->st_queue))
		ci->ci_softpend |= 1U << st->st_level;
	kspin_exit(&st->st_lock);
	return calls;
}

/* The highest level first; handlers may schedule more. */
__noinline void
softint_leave(struct lwp *l)
{
	struct cpu_info *ci = l->l_cpu;
	u_int level, calls = SOFTINT_BATCH;

	l->l_pflag &= ~LP_SOFT;
	if (ci->ci_softpend == 0)
		return;
	LOCKDEBUG_BARRIER(NULL, 1);
	rump_sched_settle(l);
	while (ci->ci_softpend != 0 && calls > 0) {
		level = (u_int)fls32(ci->ci_softpend) - 1;
		ci->ci_softpend &= ~(1U << level);
		calls = softint_borrow(softint_thread(level, ci), l, calls);
	}
	/* Who stays must not find any, or he would never sleep. */
	if (ci->ci_softpend != 0)
		softint_kick(ci);
}

bool
softint_poll(kmutex_t *mtx)
{
	struct lwp *l = curlwp;

	if (l->l_cpu->ci_softpend == 0 || l->l_blcnt != 0 ||
	    l->l_spincount != 0 || (l->l_pflag & (LP_INTR | LP_BOUND)) != 0)
		return false;
	if (mtx != NULL)
		mutex_exit(mtx);
	softint_leave(l);
	if (mtx != NULL)
		mutex_enter(mtx);
	return true;
}

void
softint_schedule_cpu(void *arg, struct cpu_info *ci)
{
	struct softhand *sh = arg;
	struct softnode *sn = &sh->sh_node[cpu_index(ci)];
	const u_int level = sh->sh_flags & SOFTINT_LVLMASK;
	struct softthread *st = softint_thread(level, ci);
	struct lwp *l = curlwp;
	bool running;

	kspin_enter(&st->st_lock);
	if (sn->sn_pending) {
		kspin_exit(&st->st_lock);
		return;
	}
	sn->sn_pending = true;
	TAILQ_INSERT_TAIL(&st->st_queue, sn, sn_entry);
	running = st->st_running;
	kspin_exit(&st->st_lock);
	if (running)
		return;
	if (l->l_cpu == ci) {
		ci->ci_softpend |= 1U << level;
		l->l_pflag |= LP_SOFT;
	} else
		softint_wake(st);
}

void
softint_schedule(void *arg)
{

	softint_schedule_cpu(arg, curcpu());
}
