/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threadpool(9): threads shared by whoever has jobs of the same priority.
 *
 * A pool has at least one thread.  One that begins a job while no other is
 * idle makes another first, since jobs are scheduled where nothing can be
 * allocated; an idle thread goes after a while if it is not the only one.  A
 * job belongs to its user's lock; job_refcnt counts the pool's interest in it,
 * so that it can be told when it may be destroyed.
 * Lock order: the job's lock, then the pool's.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/stdarg.h>
#include <sys/threadpool.h>

#define	THREADPOOL_IDLE_TICKS	mstohz(30 * 1000)

/* t: tp_lock; g: threadpools_lock; c: constant. */
struct threadpool {
	kmutex_t	tp_lock;
	TAILQ_HEAD(, threadpool_job) tp_jobs;	/* t: not yet begun */
	kcondvar_t	tp_cv;			/* t: a job, or the end */
	kcondvar_t	tp_deadcv;		/* t: a thread has gone */
	u_int		tp_nidle;		/* t: waiting or starting */
	u_int		tp_nthreads;		/* t */
	bool		tp_dying;		/* t */
	u_int		tp_refcnt;		/* g */
	pri_t		tp_pri;			/* c */
	struct cpu_info	*tp_cpu;		/* c: or NULL */
	LIST_ENTRY(threadpool) tp_link;		/* g */
};

/* Only its address matters: it names the thread in job_thread. */
struct threadpool_thread {
	struct threadpool *tpt_pool;
};

/* g: threadpools_lock; c: constant. */
struct threadpool_percpu {
	u_int		tpp_refcnt;		/* g */
	pri_t		tpp_pri;		/* c */
	LIST_ENTRY(threadpool_percpu) tpp_link;	/* g */
	struct threadpool *tpp_pool[];		/* c: by CPU index */
};

static kmutex_t threadpools_lock;
static LIST_HEAD(, threadpool) threadpools;
static LIST_HEAD(, threadpool_percpu) threadpool_percpus;

/* Stands for "some thread will" in job_thread. */
static struct threadpool_thread threadpool_scheduled;

void
threadpools_init(void)
{

	mutex_init(&threadpools_lock, MUTEX_DEFAULT, IPL_NONE);
}

static void
job_hold(struct threadpool_job *job)
{

	KASSERT(job->job_refcnt < UINT_MAX);
	atomic_inc_uint(&job->job_refcnt);
}

static void
job_rele(struct threadpool_job *job)
{

	KASSERT(mutex_owned(job->job_lock));
	KASSERT(job->job_refcnt > 0);
	if (atomic_dec_uint_nv(&job->job_refcnt) == 0)
		cv_broadcast(&job->job_cv);
}

/*
 * Run one job, unless it was cancelled since it left the queue; it may also
 * be in the queue again by now, for another thread.
 */
static void
threadpool_run(struct threadpool_thread *me, struct threadpool_job *job,
    u_int gen)
{
	kmutex_t *lock = job->job_lock;
	bool run;

	mutex_enter(lock);
	run = job->job_thread == &threadpool_scheduled && job->job_gen == gen;
	if (run)
		job->job_thread = me;
	mutex_exit(lock);
	/* The function calls threadpool_job_done(). */
	if (run)
		(*job->job_fn)(job);
	mutex_enter(lock);
	KASSERT(job->job_thread != me);
	job_rele(job);
	mutex_exit(lock);
}

static void threadpool_main(void *);

/* One more thread, which counts as idle from now on. */
static int
threadpool_spawn(struct threadpool *tp)
{
	int error;

	mutex_enter(&tp->tp_lock);
	tp->tp_nthreads++;
	tp->tp_nidle++;
	mutex_exit(&tp->tp_lock);
	error = kthread_create(tp->tp_pri, KTHREAD_MPSAFE, tp->tp_cpu,
	    threadpool_main, tp, NULL, "poolthread");
	if (error != 0) {
		mutex_enter(&tp->tp_lock);
		tp->tp_nthreads--;
		tp->tp_nidle--;
		mutex_exit(&tp->tp_lock);
	}
	return error;
}

/* Without another thread jobs take longer, no more. */
static void
threadpool_grow(struct threadpool *tp)
{

	if (threadpool_spawn(tp) != 0)
		aprint_debug("threadpool: cannot make another thread\n");
}

static void
threadpool_main(void *arg)
{
	struct threadpool *tp = arg;
	struct threadpool_thread me = { .tpt_pool = tp };
	struct threadpool_job *job;
	bool grow;
	u_int gen;
	int error = 0;

	mutex_enter(&tp->tp_lock);
	for (;;) {
		if ((job = TAILQ_FIRST(&tp->tp_jobs)) != NULL) {
			TAILQ_REMOVE(&tp->tp_jobs, job, job_entry);
			gen = job->job_gen;
			grow = --tp->tp_nidle == 0;
			mutex_exit(&tp->tp_lock);
			if (grow)
				threadpool_grow(tp);
			threadpool_run(&me, job, gen);
			mutex_enter(&tp->tp_lock);
			tp->tp_nidle++;
			error = 0;
			continue;
		}
		if (tp->tp_dying ||
		    (error == EWOULDBLOCK && tp->tp_nidle > 1))
			break;
		error = cv_timedwait(&tp->tp_cv, &tp->tp_lock,
		    THREADPOOL_IDLE_TICKS);
	}
	tp->tp_nidle--;
	tp->tp_nthreads--;
	cv_broadcast(&tp->tp_deadcv);
	mutex_exit(&tp->tp_lock);
	kthread_exit(0);
}

static void
threadpool_free(struct threadpool *tp)
{

	KASSERT(tp->tp_nthreads == 0);
	cv_destroy(&tp->tp_deadcv);
	cv_destroy(&tp->tp_cv);
	mutex_destroy(&tp->tp_lock);
	kmem_free(tp, sizeof(*tp));
}

static int
threadpool_create(struct threadpool **tpp, pri_t pri, struct cpu_info *ci)
{
	struct threadpool *tp;
	int error;

	tp = kmem_zalloc(sizeof(*tp), KM_SLEEP);
	mutex_init(&tp->tp_lock, MUTEX_DEFAULT, IPL_VM);
	cv_init(&tp->tp_cv, "thrdpool");
	cv_init(&tp->tp_deadcv, "thrddead");
	TAILQ_INIT(&tp->tp_jobs);
	tp->tp_pri = pri;
	tp->tp_cpu = ci;
	tp->tp_refcnt = 1;
	if ((error = threadpool_spawn(tp)) != 0)
		threadpool_free(tp);
	else
		*tpp = tp;
	return error;
}

static void
threadpool_destroy(struct threadpool *tp)
{

	mutex_enter(&tp->tp_lock);
	KASSERT(TAILQ_EMPTY(&tp->tp_jobs));
	tp->tp_dying = true;
	cv_broadcast(&tp->tp_cv);
	while (tp->tp_nthreads != 0)
		cv_wait(&tp->tp_deadcv, &tp->tp_lock);
	mutex_exit(&tp->tp_lock);
	threadpool_free(tp);
}

int
threadpool_get(struct threadpool **tpp, pri_t pri)
{
	struct threadpool *tp;
	int error = 0;

	ASSERT_SLEEPABLE();
	if (pri != PRI_NONE && (pri < PRI_USER || pri >= PRI_COUNT))
		return EINVAL;
	mutex_enter(&threadpools_lock);
	LIST_FOREACH(tp, &threadpools, tp_link)
		if (tp->tp_pri == pri)
			break;
	if (tp != NULL) {
		tp->tp_refcnt++;
	} else {
		error = threadpool_create(&tp, pri, NULL);
		if (error == 0)
			LIST_INSERT_HEAD(&threadpools, tp, tp_link);
	}
	mutex_exit(&threadpools_lock);
	if (error == 0)
		*tpp = tp;
	return error;
}

void
threadpool_put(struct threadpool *tp, pri_t pri)
{
	bool last;

	ASSERT_SLEEPABLE();
	KASSERT(tp->tp_pri == pri);
	mutex_enter(&threadpools_lock);
	KASSERT(tp->tp_refcnt > 0);
	if ((last = --tp->tp_refcnt == 0))
		LIST_REMOVE(tp, tp_link);
	mutex_exit(&threadpools_lock);
	if (last)
		threadpool_destroy(tp);
}

static size_t
threadpool_percpu_size(void)
{

	return sizeof(struct threadpool_percpu) +
	    ncpu * sizeof(struct threadpool *);
}

static void
threadpool_percpu_free(struct threadpool_percpu *tpp, int n)
{

	while (n-- > 0)
		threadpool_destroy(tpp->tpp_pool[n]);
	kmem_free(tpp, threadpool_percpu_size());
}

static int
threadpool_percpu_create(struct threadpool_percpu **tppp, pri_t pri)
{
	struct threadpool_percpu *tpp;
	int error, i;

	tpp = kmem_zalloc(threadpool_percpu_size(), KM_SLEEP);
	tpp->tpp_pri = pri;
	for (i = 0; i < ncpu; i++) {
		error = threadpool_create(&tpp->tpp_pool[i], pri,
		    cpu_lookup(i));
		if (error != 0) {
			threadpool_percpu_free(tpp, i);
			return error;
		}
	}
	*tppp = tpp;
	return 0;
}

int
threadpool_percpu_get(struct threadpool_percpu **tppp, pri_t pri)
{
	struct threadpool_percpu *tpp;
	int error = 0;

	ASSERT_SLEEPABLE();
	if (pri != PRI_NONE && (pri < PRI_USER || pri >= PRI_COUNT))
		return EINVAL;
	mutex_enter(&threadpools_lock);
	LIST_FOREACH(tpp, &threadpool_percpus, tpp_link)
		if (tpp->tpp_pri == pri)
			break;
	if (tpp == NULL) {
		error = threadpool_percpu_create(&tpp, pri);
		if (error == 0)
			LIST_INSERT_HEAD(&threadpool_percpus, tpp, tpp_link);
	}
	if (error == 0) {
		tpp->tpp_refcnt++;
		*tppp = tpp;
	}
	mutex_exit(&threadpools_lock);
	return error;
}

void
threadpool_percpu_put(struct threadpool_percpu *tpp, pri_t pri)
{
	bool last;

	ASSERT_SLEEPABLE();
	KASSERT(tpp->tpp_pri == pri);
	mutex_enter(&threadpools_lock);
	KASSERT(tpp->tpp_refcnt > 0);
	if ((last = --tpp->tpp_refcnt == 0))
		LIST_REMOVE(tpp, tpp_link);
	mutex_exit(&threadpools_lock);
	if (last)
		threadpool_percpu_free(tpp, ncpu);
}

struct threadpool *
threadpool_percpu_ref(struct threadpool_percpu *tpp)
{

	return tpp->tpp_pool[cpu_index(curcpu())];
}

struct threadpool *
threadpool_percpu_ref_remote(struct threadpool_percpu *tpp,
    struct cpu_info *ci)
{

	return tpp->tpp_pool[cpu_index(ci)];
}

void
threadpool_job_init(struct threadpool_job *job, threadpool_job_fn_t fn,
    kmutex_t *lock, const char *fmt, ...)
{
	va_list ap;

	memset(job, 0, sizeof(*job));
	va_start(ap, fmt);
	(void)vsnprintf(job->job_name, sizeof(job->job_name), fmt, ap);
	va_end(ap);
	job->job_lock = lock;
	job->job_fn = fn;
	cv_init(&job->job_cv, job->job_name);
}

/* Waits until no thread has anything to do with the job. */
void
threadpool_job_destroy(struct threadpool_job *job)
{

	ASSERT_SLEEPABLE();
	KASSERTMSG(job->job_thread == NULL, "job %p is still scheduled", job);
	mutex_enter(job->job_lock);
	while (job->job_refcnt != 0)
		cv_wait(&job->job_cv, job->job_lock);
	mutex_exit(job->job_lock);
	cv_destroy(&job->job_cv);
	job->job_lock = NULL;
	job->job_fn = NULL;
}

/* The job's function says so as its last act, with the lock held. */
void
threadpool_job_done(struct threadpool_job *job)
{

	KASSERT(mutex_owned(job->job_lock));
	KASSERT(job->job_thread != NULL);
	KASSERT(job->job_thread != &threadpool_scheduled);
	job->job_thread = NULL;
	cv_broadcast(&job->job_cv);
}

void
threadpool_schedule_job(struct threadpool *tp, struct threadpool_job *job)
{

	KASSERT(mutex_owned(job->job_lock));
	if (job->job_thread != NULL)
		return;
	job_hold(job);
	job->job_thread = &threadpool_scheduled;
	mutex_enter(&tp->tp_lock);
	KASSERT(!tp->tp_dying);
	job->job_gen++;
	TAILQ_INSERT_TAIL(&tp->tp_jobs, job, job_entry);
	cv_signal(&tp->tp_cv);
	mutex_exit(&tp->tp_lock);
}

/* True if it will not run, false if it does already. */
bool
threadpool_cancel_job_async(struct threadpool *tp, struct threadpool_job *job)
{
	struct threadpool_job *j;

	KASSERT(mutex_owned(job->job_lock));
	if (job->job_thread == NULL)
		return true;
	if (job->job_thread != &threadpool_scheduled)
		return false;
	job->job_thread = NULL;
	mutex_enter(&tp->tp_lock);
	TAILQ_FOREACH(j, &tp->tp_jobs, job_entry)
		if (j == job)
			break;
	if (j != NULL)
		TAILQ_REMOVE(&tp->tp_jobs, job, job_entry);
	mutex_exit(&tp->tp_lock);
	/* If a thread has it in hand that will see it cancelled. */
	if (j != NULL)
		job_rele(job);
	return true;
}

void
threadpool_cancel_job(struct threadpool *tp, struct threadpool_job *job)
{

	KASSERT(mutex_owned(job->job_lock));
	if (threadpool_cancel_job_async(tp, job))
		return;
	while (job->job_thread != NULL)
		cv_wait(&job->job_cv, job->job_lock);
}
