/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tsleep(9): sleeping on an address and being woken by it; pauses; offering
 * the virtual CPU to others.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/timevar.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"

/* kpause() sleeps on this; nobody wakes it. */
static int lbolt_wchan;

void
synch_init(void)
{

	sleepq_init();
}

static void
sleep_enqueue(wchan_t wchan, pri_t pri, const char *wmesg)
{
	struct sleepbucket *sb;

	KASSERT(wchan != NULL);
	assert_sleepable();
	sb = sleepq_lock(wchan);
	sleepq_enqueue(sb, wchan, wmesg, &sleep_syncobj,
	    (pri & PCATCH) != 0, false);
	sleepq_unlock(sb);
}

int
tsleep(wchan_t wchan, pri_t pri, const char *wmesg, int timo)
{

	LOCKDEBUG_BARRIER(NULL, 0);
	sleep_enqueue(wchan, pri, wmesg);
	return sleepq_block(rump_tickdeadline(timo), (pri & PCATCH) != 0);
}

int
mtsleep(wchan_t wchan, pri_t pri, const char *wmesg, int timo, kmutex_t *mtx)
{
	int error;

	KASSERT(mutex_owned(mtx));
	sleep_enqueue(wchan, pri, wmesg);
	mutex_exit(mtx);
	error = sleepq_block(rump_tickdeadline(timo), (pri & PCATCH) != 0);
	if ((pri & PNORELOCK) == 0)
		mutex_enter(mtx);
	return error;
}

int
rwtsleep(wchan_t wchan, pri_t pri, const char *wmesg, int timo,
    krwlock_t *rw)
{
	krw_t op = rw_lock_op(rw);
	int error;

	KASSERT(rw_lock_held(rw));
	sleep_enqueue(wchan, pri, wmesg);
	rw_exit(rw);
	error = sleepq_block(rump_tickdeadline(timo), (pri & PCATCH) != 0);
	if ((pri & PNORELOCK) == 0)
		rw_enter(rw, op);
	return error;
}

void
wakeup(wchan_t wchan)
{
	struct sleepbucket *sb;

	sb = sleepq_lock(wchan);
	(void)sleepq_wake(sb, wchan, UINT_MAX);
	sleepq_unlock(sb);
}

/*
 * Sleep for a number of ticks, without the mutex if one is given.  Not being
 * interrupted is reported as EWOULDBLOCK, like in the other sleeps.
 */
int
kpause(const char *wmesg, bool intr, int timo, kmutex_t *mtx)
{
	struct sleepbucket *sb;
	int error;

	KASSERT(timo != 0 || intr);
	assert_sleepable();
	sb = sleepq_lock(&lbolt_wchan);
	sleepq_enqueue(sb, &lbolt_wchan, wmesg, &kpause_syncobj, intr, false);
	sleepq_unlock(sb);
	if (mtx != NULL)
		mutex_exit(mtx);
	error = sleepq_block(rump_tickdeadline(timo), intr);
	if (mtx != NULL)
		mutex_enter(mtx);
	return error;
}

/* An interruptible pause of so many nanoseconds, not rounded to ticks. */
int
rump_nanopause(int64_t nsec)
{
	struct sleepbucket *sb;

	assert_sleepable();
	sb = sleepq_lock(&lbolt_wchan);
	sleepq_enqueue(sb, &lbolt_wchan, "nanoslp", &kpause_syncobj, true,
	    false);
	sleepq_unlock(sb);
	return sleepq_block(rump_mononsec() + nsec, true);
}

/* Let those go first who wait for a CPU. */
void
yield(void)
{
	struct lwp *l = curlwp;
	int nlocks;

	nlocks = klock_drop(l);
	rump_unschedule_cpu(l);
	rump_schedule_cpu(l);
	klock_retake(l, nlocks);
}

void
preempt(void)
{

	yield();
}

bool
preempt_needed(void)
{

	return rump_sched_contended() || curcpu()->ci_nwakes != 0;
}

void
preempt_point(void)
{

	if (__predict_false(preempt_needed()))
		preempt();
}

void
kpreempt_disable(void)
{

	curlwp->l_nopreempt++;
}

void
kpreempt_enable(void)
{

	KASSERT(curlwp->l_nopreempt > 0);
	curlwp->l_nopreempt--;
}

/* Nobody is preempted anyway: has the caller the right to rely on it? */
bool
kpreempt_disabled(void)
{

	return curlwp->l_nopreempt != 0 || cpu_softintr_p() ||
	    cpu_intr_p() || cpu_kpreempt_disabled();
}

void
cpu_need_resched(struct cpu_info *ci, struct lwp *l, int flags)
{

	/* A virtual CPU is never taken away. */
	KASSERT(ci != NULL);
}

/* May the caller sleep?  Panics if not. */
void
assert_sleepable(void)
{
	struct lwp *l = curlwp;
	const char *reason = NULL;

	if (__predict_false(panicstr != NULL))
		return;
	if (__predict_false(l->l_spincount != 0))
		reason = "spin lock held";
	else if (__predict_false(l->l_cpu->ci_psz_read_depth != 0))
		reason = "pserialize read section";
	else if (__predict_false((l->l_pflag & LP_HARDINTR) != 0))
		reason = "interrupt";
	else if (__predict_false(l->l_nopreempt != 0))
		reason = "preemption disabled";
	if (__predict_false(reason != NULL))
		panic("%s: %s caller=%p", __func__, reason,
		    __builtin_return_address(0));
}
