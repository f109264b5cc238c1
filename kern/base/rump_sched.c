/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs: who may be inside the kernel.
 *
 * A host thread enters with rump_schedule() and leaves with
 * rump_unschedule(); a sleeping lwp uses the _cpu forms, which leave curlwp
 * alone.  The CPU that goes with the host's is tried first, with one
 * compare-and-swap; if it is taken any other will do, unless the lwp is bound.
 * Who finds none waits in one queue.  A CPU that becomes free wakes the first
 * waiter it suits, and hands itself over if that waiter was woken in vain
 * before, so that fresh arrivals cannot keep it out.
 *
 * An lwp that keeps finding its CPU free is lent it: then it enters and
 * leaves with plain stores to a flag of its own.  Who finds no free CPU calls
 * lent ones back: it clears l_vlent, has rumpuser_membarrier() order that for
 * the other side, and looks at l_oncpu.  Either the borrower is outside and
 * the CPU is free, or it will see on its way out that it was called back.
 *
 *	FREE -> BUSY		vcpu_try(), no lock
 *	BUSY -> FREE		vcpu_leave() by who is inside, no lock
 *	BUSY -> LENT		vcpu_lend() by who is inside
 *	LENT -> BUSY, FREE	vcpu_recall(), the borrower being outside
 *	LENT -> RECALLED	vcpu_recall(), the borrower being inside
 *	RECALLED -> FREE	vcpu_return() by the borrower
 *	LENT, RECALLED -> BUSY	rump_sched_settle(), before an lwp ends or moves
 *
 * A thread without an lwp gets a spare one of process 1, kept with the CPU:
 * owning the CPU is the lock.  Nothing in here may sleep or take a mutex.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/proc.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kspin.h"
#include "vcpu.h"

/* On the waiter's stack.  v: vcpu_lock; a: atomic operations; c: constant. */
struct vcpu_waiter {
	TAILQ_ENTRY(vcpu_waiter) vw_entry;	/* v */
	struct cpu_info *vw_want;		/* c: this one, NULL: any */
	struct cpu_info *vw_got;		/* v: was handed over */
	u_int		vw_tries;		/* v: woken without success */
	volatile uint32_t vw_word;		/* a: 0 while waiting */
};

static struct kspin vcpu_lock __cacheline_aligned = KSPIN_INITIALIZER;
static TAILQ_HEAD(, vcpu_waiter) vcpu_queue =
    TAILQ_HEAD_INITIALIZER(vcpu_queue);		/* vcpu_lock */
static volatile u_int vcpu_nwaiters __cacheline_aligned; /* a, vcpu_lock */

#define	VCPU_SPINS	128

/* ci_busy; without vcpu_lock only FREE <-> BUSY. */
#define	VCPU_FREE	0
#define	VCPU_BUSY	1
#define	VCPU_LENT	2		/* to ci_borrower, inside or not */
#define	VCPU_RECALLED	3		/* ci_borrower is on its way out */

/* Entries in a row that earn what calling a CPU back costs. */
#define	VCPU_STREAK	1024

/* Can the platform order the other side's loads and stores for us? */
static bool vcpu_lending;

void
rump_sched_lending(void)
{

	vcpu_lending = rumpuser_membarrier() == 0;
}

/* Where the calling host thread was last. */
static __thread struct cpu_info *vcpu_last;

static inline bool
vcpu_try(struct cpu_info *ci)
{
	uint32_t v = VCPU_FREE;

	return __atomic_compare_exchange_n(&ci->ci_busy, &v, VCPU_BUSY, false,
	    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static inline uint32_t
vcpu_state(const struct cpu_info *ci)
{

	return __atomic_load_n(&ci->ci_busy, __ATOMIC_SEQ_CST);
}

static void
vcpu_set(struct cpu_info *ci, struct lwp *borrower, uint32_t state)
{

	KASSERT(kspin_held(&vcpu_lock));
	if (ci->ci_borrower != NULL)
		__atomic_store_n(&ci->ci_borrower->l_vloan, NULL,
		    __ATOMIC_RELEASE);
	ci->ci_borrower = borrower;
	if (borrower != NULL)
		borrower->l_vloan = ci;
	__atomic_store_n(&ci->ci_busy, state, __ATOMIC_SEQ_CST);
}

/* Any free CPU that suits, beginning with the one given. */
static struct cpu_info *
vcpu_scan(struct cpu_info *first, struct cpu_info *want)
{
	struct cpu_info *ci;
	int i;

	if (want != NULL)
		return vcpu_try(want) ? want : NULL;
	ci = first;
	for (i = 0; i < ncpu; i++) {
		if (vcpu_state(ci) == VCPU_FREE && vcpu_try(ci))
			return ci;
		if ((ci = ci->ci_next) == NULL)
			ci = &rump_bootcpu;
	}
	return NULL;
}

/* Is there a lent CPU that suits, so that there is no need to wait? */
static bool
vcpu_lent_p(const struct cpu_info *want)
{
	struct cpu_info *ci;

	if (want != NULL)
		return vcpu_state(want) == VCPU_LENT;
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		if (vcpu_state(ci) == VCPU_LENT)
			return true;
	return false;
}

static struct cpu_info *
vcpu_spin(struct cpu_info *first, struct cpu_info *want)
{
	struct cpu_info *ci;
	int i;

	for (i = 0; i < VCPU_SPINS; i++) {
		if ((ci = vcpu_scan(first, want)) != NULL)
			return ci;
		if (vcpu_lent_p(want))
			break;
		SPINLOCK_BACKOFF_HOOK;
	}
	return NULL;
}

/* Its word is to be woken, best without the lock; it may be gone then. */
static volatile uint32_t *
vcpu_release(struct vcpu_waiter *vw)
{
	volatile uint32_t *word = &vw->vw_word;

	KASSERT(kspin_held(&vcpu_lock));
	TAILQ_REMOVE(&vcpu_queue, vw, vw_entry);
	__atomic_fetch_sub(&vcpu_nwaiters, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	return word;
}

/* A CPU is free, or was a moment ago: the first waiter it suits shall know. */
static volatile uint32_t *
vcpu_offer(struct cpu_info *ci)
{
	struct vcpu_waiter *vw;

	KASSERT(kspin_held(&vcpu_lock));
	TAILQ_FOREACH(vw, &vcpu_queue, vw_entry) {
		if (vw->vw_want != NULL && vw->vw_want != ci)
			continue;
		if (vw->vw_tries != 0) {
			if (!vcpu_try(ci))
				return NULL;
			vw->vw_got = ci;
		}
		return vcpu_release(vw);
	}
	return NULL;
}

static void
vcpu_wake(volatile uint32_t *word)
{

	if (word != NULL)
		rumpuser_wake(word, 1);
}

/* Somebody woken for one CPU took another: offer those that are free. */
static void
vcpu_offer_free(void)
{
	struct cpu_info *ci;

	if (__atomic_load_n(&vcpu_nwaiters, __ATOMIC_RELAXED) == 0)
		return;
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		if (vcpu_state(ci) == VCPU_FREE)
			vcpu_wake(vcpu_offer(ci));
}

/* The lwp will not enter on the CPU it was lent without asking. */
static void
vcpu_unlend(struct cpu_info *ci)
{

	KASSERT(kspin_held(&vcpu_lock));
	__atomic_store_n(&ci->ci_borrower->l_vlent, 0, __ATOMIC_SEQ_CST);
}

/* l_vlent is clear for everybody: is the borrower outside? */
static bool
vcpu_reclaim(struct cpu_info *ci)
{
	struct lwp *l = ci->ci_borrower;

	/* It may have come in on another CPU, after l_vlent was cleared. */
	if (__atomic_load_n(&l->l_oncpu, __ATOMIC_SEQ_CST) == ONCPU_LENT) {
		vcpu_set(ci, l, VCPU_RECALLED);
		return false;
	}
	vcpu_set(ci, NULL, VCPU_FREE);
	return true;
}

/* Call lent CPUs back; any that suits and is free now, taken. */
static struct cpu_info *
vcpu_recall(struct cpu_info *want)
{
	struct cpu_info *ci, *got = NULL;
	bool any = false;

	KASSERT(kspin_held(&vcpu_lock));
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		if ((want == NULL || want == ci) &&
		    vcpu_state(ci) == VCPU_LENT) {
			vcpu_unlend(ci);
			any = true;
		}
	if (!any)
		return NULL;
	(void)rumpuser_membarrier();	/* worked when lending began */
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		if ((want == NULL || want == ci) &&
		    vcpu_state(ci) == VCPU_LENT && vcpu_reclaim(ci) &&
		    got == NULL && vcpu_try(ci))
			got = ci;
	return got;
}

static __noinline struct cpu_info *
vcpu_wait(struct cpu_info *first, struct cpu_info *want)
{
	struct vcpu_waiter vw = { .vw_want = want };
	struct cpu_info *ci;

	if ((ci = vcpu_spin(first, want)) != NULL)
		return ci;
	for (;;) {
		kspin_enter(&vcpu_lock);
		vw.vw_word = 0;
		if (vw.vw_tries != 0)
			TAILQ_INSERT_HEAD(&vcpu_queue, &vw, vw_entry);
		else
			TAILQ_INSERT_TAIL(&vcpu_queue, &vw, vw_entry);
		__atomic_fetch_add(&vcpu_nwaiters, 1, __ATOMIC_SEQ_CST);
		/* The last look: who leaves from now on sees us. */
		if ((ci = vcpu_scan(first, want)) != NULL ||
		    (ci = vcpu_recall(want)) != NULL) {
			TAILQ_REMOVE(&vcpu_queue, &vw, vw_entry);
			__atomic_fetch_sub(&vcpu_nwaiters, 1,
			    __ATOMIC_SEQ_CST);
			vcpu_offer_free();
			kspin_exit(&vcpu_lock);
			return ci;
		}
		kspin_exit(&vcpu_lock);
		while (__atomic_load_n(&vw.vw_word, __ATOMIC_ACQUIRE) == 0)
			(void)rumpuser_wait(&vw.vw_word, 0, -1);
		if (vw.vw_got != NULL)
			return vw.vw_got;
		if ((ci = vcpu_spin(first, want)) != NULL) {
			kspin_enter(&vcpu_lock);
			vcpu_offer_free();
			kspin_exit(&vcpu_lock);
			return ci;
		}
		vw.vw_tries++;
	}
}

static inline struct cpu_info *
vcpu_take(struct cpu_info *ci, struct cpu_info *want)
{

	if (__predict_true(vcpu_try(ci)))
		return ci;
	return vcpu_wait(ci, want);
}

/*
 * The one to be tried first: threads on one of the host's CPUs share one of
 * ours, as what that has of its own is in that CPU's cache.
 */
static inline struct cpu_info *
vcpu_near(struct cpu_info *last)
{
	int n;

	if (ncpu == 1 || (n = rumpuser_hostcpu()) < 0)
		return last;
	return cpu_lookup(n < ncpu ? (u_int)n : (u_int)(n % ncpu));
}

static __noinline void
vcpu_left(struct cpu_info *ci)
{
	volatile uint32_t *word = NULL;

	kspin_enter(&vcpu_lock);
	if (vcpu_state(ci) == VCPU_FREE)
		word = vcpu_offer(ci);
	kspin_exit(&vcpu_lock);
	vcpu_wake(word);
}

static inline void
vcpu_leave(struct cpu_info *ci)
{

	__atomic_exchange_n(&ci->ci_busy, VCPU_FREE, __ATOMIC_SEQ_CST);
	if (__predict_false(__atomic_load_n(&vcpu_nwaiters,
	    __ATOMIC_SEQ_CST) != 0))
		vcpu_left(ci);
}

/*
 * The lwp is outside and finds, coming or going, that it was called back.
 */
__noinline void
vcpu_return(struct lwp *l)
{
	struct cpu_info *ci;

	kspin_enter(&vcpu_lock);
	l->l_oncpu = ONCPU_NOT;
	if ((ci = l->l_vloan) != NULL) {
		KASSERT(vcpu_state(ci) == VCPU_RECALLED);
		vcpu_set(ci, NULL, VCPU_FREE);
		vcpu_wake(vcpu_offer(ci));
	}
	kspin_exit(&vcpu_lock);
}

/* Lend the CPU to the lwp on it, unless somebody waits for one. */
static __noinline void
vcpu_lend(struct lwp *l)
{
	struct cpu_info *ci = l->l_cpu;

	l->l_vstreak = 0;
	if (!vcpu_lending || (l->l_pflag & (LP_IMPLICIT | LP_LEAVE)) != 0)
		return;
	kspin_enter(&vcpu_lock);
	if (__atomic_load_n(&vcpu_nwaiters, __ATOMIC_RELAXED) == 0) {
		KASSERT(vcpu_state(ci) == VCPU_BUSY && l->l_vlent == 0);
		l->l_oncpu = ONCPU_LENT;
		l->l_vlent = 1;
		vcpu_set(ci, l, VCPU_LENT);
	}
	kspin_exit(&vcpu_lock);
}

/*
 * End a loan because the lwp ends, moves, or hands its CPU to another lwp.
 * It is the caller's, or runs nowhere; if it is inside it stays so.
 */
void
rump_sched_settle(struct lwp *l)
{
	const bool inside = l->l_oncpu == ONCPU_LENT;
	struct cpu_info *ci;

	if (__atomic_load_n(&l->l_vloan, __ATOMIC_ACQUIRE) == NULL) {
		KASSERT(!inside);
		return;
	}
	kspin_enter(&vcpu_lock);
	if ((ci = l->l_vloan) != NULL) {
		vcpu_unlend(ci);
		vcpu_set(ci, NULL, inside ? VCPU_BUSY : VCPU_FREE);
		if (!inside)
			vcpu_wake(vcpu_offer(ci));
	}
	if (inside)
		l->l_oncpu = ONCPU_TAKEN;
	kspin_exit(&vcpu_lock);
}

void
rump_schedule_cpu_interlock(struct lwp *l, void *interlock)
{
	struct cpu_info *ci = l->l_cpu;

	KASSERTMSG(l->l_oncpu == ONCPU_NOT,
	    "lwp %p has a virtual CPU already", l);
	if (vcpu_enter_lent(l))
		return;
	if (__predict_false((l->l_pflag & LP_BOUND) != 0))
		ci = vcpu_take(ci, ci);
	else if (!vcpu_try(ci = vcpu_near(ci))) {
		l->l_crowded = true;
		ci = vcpu_wait(ci, NULL);
	}
	ci->ci_curlwp = l;
	l->l_cpu = ci;
	l->l_oncpu = ONCPU_TAKEN;
}

void
rump_schedule_cpu(struct lwp *l)
{

	rump_schedule_cpu_interlock(l, NULL);
}

/*
 * Who sleeps on the word shall go on, most likely on the host's CPU that we
 * are on.  It would only find our virtual one busy, so it is woken when we
 * leave that; at once if we may never do, as threads of the kernel, which are
 * not soft interrupts.
 */
void
rump_sched_wake(volatile uint32_t *word)
{
	const struct lwp *l = curlwp;
	struct cpu_info *ci;

	if (l == NULL || l->l_oncpu == ONCPU_NOT ||
	    ((l->l_flag & LW_SYSTEM) != 0 && (l->l_pflag & LP_INTR) == 0) ||
	    (ci = l->l_cpu)->ci_nwakes == CI_WAKES)
		rumpuser_wake(word, 1);
	else
		ci->ci_wakes[ci->ci_nwakes++] = word;
}

static u_int
take_wakes(struct cpu_info *ci, volatile uint32_t **words)
{
	const u_int n = ci->ci_nwakes;

	KASSERT(n <= CI_WAKES);
	memcpy(words, ci->ci_wakes, sizeof(ci->ci_wakes));
	ci->ci_nwakes = 0;
	return n;
}

static void
wake_words(volatile uint32_t *const *words, u_int n)
{

	while (n-- > 0)
		rumpuser_wake(*words++, 1);
}

/* Whoever was to be woken then is woken now, as we wait here for something. */
void
rump_sched_wake_all(void)
{
	volatile uint32_t *words[CI_WAKES];

	wake_words(words, take_wakes(curcpu(), words));
}

static inline void
vcpu_leave_as(struct lwp *l, struct cpu_info *ci)
{

	if (l->l_oncpu == ONCPU_LENT) {
		vcpu_leave_lent(l);
		return;
	}
	l->l_oncpu = ONCPU_NOT;
	ci->ci_curlwp = NULL;
	vcpu_leave(ci);
}

/* The same, and those who waited for that are woken. */
static __noinline void
vcpu_leave_waking(struct lwp *l, struct cpu_info *ci)
{
	volatile uint32_t *words[CI_WAKES];
	const u_int n = take_wakes(ci, words);

	vcpu_leave_as(l, ci);
	wake_words(words, n);
}

void
rump_unschedule_cpu1(struct lwp *l, void *interlock)
{
	struct cpu_info *ci = l->l_cpu;

	KASSERTMSG(l->l_oncpu != ONCPU_NOT, "lwp %p has no virtual CPU", l);
	KASSERT(ci->ci_curlwp == l);
	if (__predict_false(ci->ci_softpend != 0))
		softint_kick(ci);
	if (__predict_false(ci->ci_nwakes != 0))
		vcpu_leave_waking(l, ci);
	else
		vcpu_leave_as(l, ci);
}

void
rump_unschedule_cpu_interlock(struct lwp *l, void *interlock)
{

	rump_unschedule_cpu1(l, interlock);
}

void
rump_unschedule_cpu(struct lwp *l)
{

	rump_unschedule_cpu1(l, NULL);
}

/* A thread without an lwp comes in: spare lwps are kept with the CPU. */
static void
implicit_enter(void)
{
	struct cpu_info *ci = vcpu_last;
	struct lwp *l;

	ci = vcpu_take(ci != NULL ? ci : &rump_bootcpu, NULL);
	vcpu_last = ci;
	if (__predict_true((l = ci->ci_implicit) != NULL)) {
		ci->ci_implicit = l->l_freenext;
		ci->ci_nimplicit--;
		l->l_cpu = ci;
	} else {
		l = lwp_implicit_alloc(ci);
		ci = l->l_cpu;
	}
	ci->ci_curlwp = l;
	l->l_oncpu = ONCPU_TAKEN;
	curlwp = l;
	if (__predict_false(l->l_cred !=
	    atomic_load_relaxed(&l->l_proc->p_cred)))
		lwp_recredit(l);
}

/* Spare lwps beyond this many for a CPU are freed. */
#define	IMPLICIT_KEEP	16

static __noinline void
leave_slow(struct lwp *l)
{
	struct cpu_info *ci = l->l_cpu;

	KASSERT(l->l_blcnt == 0);
	if ((l->l_pflag & LP_IMPLICIT) != 0 && l->l_proc == initproc &&
	    ci->ci_nimplicit < IMPLICIT_KEEP) {
		KASSERT((l->l_pflag & LP_QEXIT) == 0);
		KASSERT((l->l_pflag & LP_BOUND) == 0);
		if ((atomic_load_relaxed(&l->l_flag) &
		    (LW_PENDSIG | LW_CANCELLED)) != 0)
			atomic_and_uint((volatile u_int *)&l->l_flag,
			    ~(LW_PENDSIG | LW_CANCELLED));
		/* Nobody takes it before the CPU is free. */
		l->l_freenext = ci->ci_implicit;
		ci->ci_implicit = l;
		ci->ci_nimplicit++;
		rump_unschedule_cpu(l);
		curlwp = NULL;
		return;
	}
	if ((l->l_pflag & (LP_IMPLICIT | LP_QEXIT)) != 0) {
		rump_sched_quit(l);
		return;
	}
	l->l_pflag &= ~(LP_LEAVE | LP_RUNNING);
	rump_unschedule_cpu(l);
	curlwp = NULL;
}

/* Enter the kernel. */
void
rump_schedule(void)
{
	struct lwp *l = curlwp;
	struct cpu_info *ci;

	if (__predict_false(l == NULL)) {
		implicit_enter();
		return;
	}
	ci = l->l_cpu;
	rump_schedule_cpu(l);
	if (__predict_false(l->l_oncpu == ONCPU_TAKEN)) {
		if (l->l_cpu != ci)
			l->l_vstreak = 0;
		else if (++l->l_vstreak == VCPU_STREAK)
			vcpu_lend(l);
	}
	if (__predict_false((atomic_load_relaxed(&l->l_prflag) &
	    LPR_CRMOD) != 0))
		lwp_recredit(l);
}

/* Leave the kernel. */
void
rump_unschedule(void)
{
	struct lwp *l = curlwp;

	KASSERTMSG(l != NULL, "rump_unschedule() without rump_schedule()");
	KASSERTMSG(l->l_spincount == 0, "leaving with a spin mutex held");
	KASSERTMSG(l->l_blcnt == 0, "leaving with the kernel lock held");
	if (__predict_false((l->l_pflag & LP_SOFT) != 0))
		softint_leave(l);
	if (__predict_false((l->l_pflag & (LP_IMPLICIT | LP_LEAVE)) != 0)) {
		leave_slow(l);
		return;
	}
	rump_unschedule_cpu(l);
}

/* End curlwp and leave the kernel, whatever becomes of the host thread. */
void
rump_sched_quit(struct lwp *l)
{
	struct lwp shift;

	KASSERT(l == curlwp);
	lwp_exit(l);
	rump_sched_settle(l);
	lwp_makeshift(&shift, l->l_cpu);
	shift.l_cpu->ci_curlwp = &shift;
	curlwp = &shift;
	lwp_free(l, false, false);
	rump_unschedule_cpu(&shift);
	curlwp = NULL;
}

/* Move to another CPU, which is bound to be free some time. */
void
rump_sched_migrate(struct lwp *l, struct cpu_info *ci)
{
	int nlocks;

	KASSERT(l == curlwp);
	KASSERT(l->l_nopreempt == 0);
	if (l->l_cpu == ci)
		return;
	nlocks = klock_drop(l);
	rump_sched_settle(l);
	rump_unschedule_cpu(l);
	l->l_cpu = vcpu_take(ci, ci);
	ci->ci_curlwp = l;
	l->l_oncpu = ONCPU_TAKEN;
	klock_retake(l, nlocks);
}

/* Is anybody waiting for a CPU? */
bool
rump_sched_contended(void)
{

	return __atomic_load_n(&vcpu_nwaiters, __ATOMIC_RELAXED) != 0;
}

/*
 * Hypercalls that block, by way of the hyperup table: the kernel lock is
 * dropped as well, and its count told so that it can be restored.
 */
void
rump_user_unschedule(int nlocks, int *countp, void *interlock)
{
	struct lwp *l = curlwp;
	int n;

	n = klock_drop(l);
	if (countp != NULL)
		*countp = n;
	rump_unschedule_cpu_interlock(l, interlock);
}

void
rump_user_schedule(int nlocks, void *interlock)
{
	struct lwp *l = curlwp;

	rump_schedule_cpu_interlock(l, interlock);
	klock_retake(l, nlocks);
}
