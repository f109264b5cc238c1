/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sleep queues: every sleep in the kernel, for an event or for a lock, is in
 * one of these buckets, chosen by a hash of the address slept on.
 *
 * The bucket's lock covers the queue and the sleep fields of the lwps on it.
 * An lwp waits on its own word l_waitword, which the waker sets as the very
 * last thing; after that the lwp's memory is not touched any more.
 * See <sys/sleepq.h> for the protocol.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/sleepq.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kspin.h"

struct sleepbucket {
	struct kspin	sb_lock;
	sleepq_t	sb_sq;		/* sb_lock */
} __aligned(64);

#define	SLEEPQ_BITS	8
static struct sleepbucket sleepq_table[1 << SLEEPQ_BITS];

const syncobj_t sleep_syncobj = { "sleep", SOBJ_SLEEPQ_FIFO };
const syncobj_t cv_syncobj = { "cv", SOBJ_SLEEPQ_FIFO };
const syncobj_t mutex_syncobj = { "mutex", SOBJ_SLEEPQ_LOCK };
const syncobj_t rw_syncobj = { "rwlock", SOBJ_SLEEPQ_LOCK };
const syncobj_t kpause_syncobj = { "kpause", SOBJ_SLEEPQ_FIFO };
const syncobj_t sched_syncobj = { "sched", 0 };

void
sleepq_init(void)
{
	u_int i;

	for (i = 0; i < __arraycount(sleepq_table); i++)
		TAILQ_INIT(&sleepq_table[i].sb_sq.sq_queue);
}

struct sleepbucket *
sleepq_lock(wchan_t wchan)
{
	uint64_t h = (uint64_t)(uintptr_t)wchan * 0x9e3779b97f4a7c15ULL;
	struct sleepbucket *sb = &sleepq_table[h >> (64 - SLEEPQ_BITS)];

	kspin_enter(&sb->sb_lock);
	return sb;
}

void
sleepq_unlock(struct sleepbucket *sb)
{

	kspin_exit(&sb->sb_lock);
}

sleepq_t *
sleepq_of(struct sleepbucket *sb)
{

	return &sb->sb_sq;
}

void
sleepq_enqueue(struct sleepbucket *sb, wchan_t wchan, const char *wmesg,
    const syncobj_t *sobj, bool catch, bool head)
{
	struct lwp *l = curlwp;

	KASSERT(kspin_held(&sb->sb_lock));
	KASSERT(l->l_wchan == NULL);
	l->l_wchan = wchan;
	l->l_wmesg = wmesg;
	l->l_syncobj = sobj;
	l->l_sleeperr = 0;
	l->l_waitword = 0;
	l->l_sleepcpu = rumpuser_hostcpu();
	__atomic_store_n(&l->l_bucket, sb, __ATOMIC_RELAXED);
	l->l_stat = LSSLEEP;
	if (catch)
		atomic_or_uint((volatile u_int *)&l->l_flag, LW_SINTR);
	if (head)
		TAILQ_INSERT_HEAD(&sb->sb_sq.sq_queue, l, l_sleepchain);
	else
		TAILQ_INSERT_TAIL(&sb->sb_sq.sq_queue, l, l_sleepchain);
}

/* Take an lwp off its queue and let it go on; the bucket is locked. */
void
sleepq_remove(struct lwp *l, int error)
{
	struct sleepbucket *sb = l->l_bucket;
	volatile uint32_t *word = &l->l_waitword;
	const int here = rumpuser_hostcpu();
	const bool near = here >= 0 && l->l_sleepcpu == here;

	KASSERT(kspin_held(&sb->sb_lock));
	KASSERT(l->l_wchan != NULL);
	TAILQ_REMOVE(&sb->sb_sq.sq_queue, l, l_sleepchain);
	__atomic_store_n(&l->l_bucket, NULL, __ATOMIC_RELAXED);
	l->l_wchan = NULL;
	l->l_sleeperr = error;
	l->l_wakecpu = here;
	l->l_stat = LSONPROC;
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	if (near)
		rump_sched_wake(word);
	else
		rumpuser_wake(word, 1);
}

struct lwp *
sleepq_next(struct sleepbucket *sb, wchan_t wchan, struct lwp *after)
{
	struct lwp *l;

	KASSERT(kspin_held(&sb->sb_lock));
	l = after == NULL ? TAILQ_FIRST(&sb->sb_sq.sq_queue) :
	    TAILQ_NEXT(after, l_sleepchain);
	while (l != NULL && l->l_wchan != wchan)
		l = TAILQ_NEXT(l, l_sleepchain);
	return l;
}

u_int
sleepq_wake(struct sleepbucket *sb, wchan_t wchan, u_int max)
{
	struct lwp *l, *next;
	u_int n = 0;

	for (l = sleepq_next(sb, wchan, NULL); l != NULL && n < max;
	    l = next, n++) {
		next = sleepq_next(sb, wchan, l);
		sleepq_remove(l, 0);
	}
	return n;
}

/* End lwp's sleep if it still sleeps (then it has a bucket, which cannot change
 * while that is locked), and may be interrupted if asked. */
static bool
sleepq_end(struct lwp *l, bool onlysintr, int error)
{
	struct sleepbucket *sb;
	bool done = false;

	for (;;) {
		sb = __atomic_load_n(&l->l_bucket, __ATOMIC_RELAXED);
		if (sb == NULL)
			return false;
		kspin_enter(&sb->sb_lock);
		if (__atomic_load_n(&l->l_bucket, __ATOMIC_RELAXED) == sb)
			break;
		kspin_exit(&sb->sb_lock);
	}
	if (!onlysintr || (atomic_load_relaxed(&l->l_flag) & LW_SINTR) != 0) {
		sleepq_remove(l, error);
		done = true;
	}
	kspin_exit(&sb->sb_lock);
	return done;
}

bool
sleepq_unsleep(struct lwp *l, int error)
{

	return sleepq_end(l, true, error);
}

static bool
sleepq_interrupted(struct lwp *l)
{

	int flag = __atomic_load_n(&l->l_flag, __ATOMIC_ACQUIRE);

	if ((flag & (LW_CANCELLED | LW_WEXIT | LW_WCORE)) != 0) {
		atomic_and_uint((volatile u_int *)&l->l_flag, ~LW_CANCELLED);
		return true;
	}
	return (flag & LW_PENDSIG) != 0 && sigispending(l, 0) != 0;
}

static void
sleepq_wait(struct lwp *l, int64_t deadline)
{

	while (__atomic_load_n(&l->l_waitword, __ATOMIC_ACQUIRE) == 0) {
		if (rumpuser_wait(&l->l_waitword, 0, deadline) != ETIMEDOUT)
			continue;
		/* If somebody was faster the word is about to be set. */
		(void)sleepq_end(l, false, EWOULDBLOCK);
		deadline = SLEEPQ_NOTIMO;
	}
}

int
sleepq_block(int64_t deadline, bool catch)
{
	struct lwp *l = curlwp;
	int nlocks;

	KASSERTMSG(l->l_nopreempt == 0, "sleeping with preemption disabled");
	KASSERT(l->l_cpu->ci_psz_read_depth == 0);
	KASSERT(l->l_cpu->ci_bypass == 0);
	l->l_ncsw++;
	nlocks = klock_drop(l);
	if (catch && sleepq_interrupted(l))
		(void)sleepq_end(l, false, EINTR);
	if (__atomic_load_n(&l->l_waitword, __ATOMIC_ACQUIRE) == 0) {
		rump_unschedule_cpu(l);
		sleepq_wait(l, deadline);
		rump_schedule_cpu(l);
	}
	if (catch)
		atomic_and_uint((volatile u_int *)&l->l_flag, ~LW_SINTR);
	klock_retake(l, nlocks);
	return l->l_sleeperr;
}

/* Signals and cancellation, by their NetBSD names. */
void
setrunnable(struct lwp *l)
{

	(void)sleepq_unsleep(l, EINTR);
}

void
lwp_unsleep(struct lwp *l, bool unlock)
{

	(void)sleepq_end(l, false, EINTR);
}
