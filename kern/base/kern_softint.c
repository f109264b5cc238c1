/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * softint(9): handlers run by a thread for each level and virtual CPU, bound
 * to that CPU.  What a thread needs is allocated when the first handler of a
 * level is established; the thread itself is made when something is first
 * scheduled there, which any context may do.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kspin.h"

struct softhand;

/* A handler's place in the queue of a CPU; t: st_lock; c: constant. */
struct softnode {
	TAILQ_ENTRY(softnode) sn_entry;		/* t */
	struct softhand	*sn_hand;		/* c */
	bool		sn_pending;		/* t */
};

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
	bool		st_started;		/* t */
	volatile uint32_t st_word;		/* a: changes to wake it */
	struct cpu_info	*st_cpu;		/* c */
	u_int		st_level;		/* c */
	struct lwp	st_lwp;
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

static void
softint_main(void *arg)
{
	struct softthread *st = arg;
	struct lwp *l = curlwp;
	struct softnode *sn;
	uint32_t seen;

	kspin_enter(&st->st_lock);
	for (;;) {
		if ((sn = TAILQ_FIRST(&st->st_queue)) != NULL) {
			TAILQ_REMOVE(&st->st_queue, sn, sn_entry);
			sn->sn_pending = false;
			st->st_active = sn->sn_hand;
			kspin_exit(&st->st_lock);
			CPU_COUNT(CPU_COUNT_NSOFT, 1);
			softint_call(st->st_active);
			kspin_enter(&st->st_lock);
			st->st_active = NULL;
			continue;
		}
		seen = __atomic_load_n(&st->st_word, __ATOMIC_RELAXED);
		kspin_exit(&st->st_lock);
		rump_unschedule_cpu(l);
		(void)rumpuser_wait(&st->st_word, seen, -1);
		rump_schedule_cpu(l);
		kspin_enter(&st->st_lock);
	}
}

static void
softint_start(struct softthread *st)
{
	char name[16];

	snprintf(name, sizeof(name), "%s/%u", softint_names[st->st_level],
	    cpu_index(st->st_cpu));
	if (kthread_start(&st->st_lwp, softint_main, st,
	    KTHREAD_MPSAFE | KTHREAD_INTR, st->st_cpu, name) != 0)
		panic("softint: cannot make a thread");
}

void
softint_schedule_cpu(void *arg, struct cpu_info *ci)
{
	struct softhand *sh = arg;
	struct softnode *sn = &sh->sh_node[cpu_index(ci)];
	struct softthread *st;
	bool start;

	st = softint_thread(sh->sh_flags & SOFTINT_LVLMASK, ci);
	kspin_enter(&st->st_lock);
	if (sn->sn_pending) {
		kspin_exit(&st->st_lock);
		return;
	}
	sn->sn_pending = true;
	TAILQ_INSERT_TAIL(&st->st_queue, sn, sn_entry);
	__atomic_fetch_add(&st->st_word, 1, __ATOMIC_RELEASE);
	start = !st->st_started;
	st->st_started = true;
	kspin_exit(&st->st_lock);
	if (start)
		softint_start(st);
	else
		rumpuser_wake(&st->st_word, 1);
}

void
softint_schedule(void *arg)
{

	softint_schedule_cpu(arg, curcpu());
}
