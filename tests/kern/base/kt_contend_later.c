/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_contend_later: what was asked for is done, as often as was
 * promised, and not any more once it was called off.
 */
#include "kt.h"

#include <sys/callout.h>
#include <sys/kmem.h>
#include <sys/threadpool.h>
#include <sys/workqueue.h>

#include "contend.h"

void	rump_kt_contend_callout(void);
void	rump_kt_contend_softint(void);
void	rump_kt_contend_workqueue(void);
void	rump_kt_contend_threadpool(void);

#define	N	CONTEND_THREADS
#define	ROUNDS	1500

static kmutex_t mtx;
static kcondvar_t cv;

/*
 * One callout each, and one that all of them schedule and stop.  Everybody
 * counts how often it was told that its own one had fired.
 */
static callout_t own[N], common;
static volatile u_int fired[N], common_fired;
static volatile bool common_off;

static void
fire(void *arg)
{

	++*(volatile u_int *)arg;
}

static void
fire_common(void *arg)
{

	KT(!common_off);
	atomic_inc_uint(&common_fired);
}

static void
callout_body(u_int id)
{
	u_int seed = id, told = 0, i;

	for (i = 0; i < ROUNDS; i++) {
		callout_schedule(&own[id], contend_rand(&seed, 2));
		if (contend_rand(&seed, 64) == 0)
			kt_pause(1);
		else if (contend_rand(&seed, 2) == 0)
			yield();
		told += callout_halt(&own[id], NULL);
		KT(!callout_pending(&own[id]));
		KT_EQ(told, fired[id]);
		switch (contend_rand(&seed, 4)) {
		case 0:
			callout_schedule(&common, contend_rand(&seed, 3));
			break;
		case 1:
			(void)callout_stop(&common);
			break;
		case 2:
			callout_reset(&common, 1, fire_common, NULL);
			break;
		}
	}
}

void
rump_kt_contend_callout(void)
{
	u_int i;

	for (i = 0; i < N; i++) {
		callout_init(&own[i], CALLOUT_MPSAFE);
		callout_setfunc(&own[i], fire, __UNVOLATILE(&fired[i]));
	}
	callout_init(&common, CALLOUT_MPSAFE);
	callout_setfunc(&common, fire_common, NULL);
	contend(N, callout_body);
	callout_halt(&common, NULL);
	common_off = true;
	kt_pause(5);
	for (i = 0; i < N; i++)
		callout_destroy(&own[i]);
	callout_destroy(&common);
}

/* Asked before the handler ran means: seen by it. */
static void *sih[2];
static u_int asked, seen[2];

static void
soft(void *arg)
{

	KT(cpu_softintr_p());
	mutex_enter(&mtx);
	*(u_int *)arg = asked;
	cv_broadcast(&cv);
	mutex_exit(&mtx);
}

static void
softint_body(u_int id)
{
	u_int seed = id, i, want;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(&mtx);
		want = ++asked;
		mutex_exit(&mtx);
		kpreempt_disable();
		softint_schedule(sih[id % 2]);
		kpreempt_enable();
		if (contend_rand(&seed, 4) == 0)
			continue;
		mutex_enter(&mtx);
		while (seen[id % 2] < want)
			cv_wait(&cv, &mtx);
		mutex_exit(&mtx);
	}
}

void
rump_kt_contend_softint(void)
{
	u_int i;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	cv_init(&cv, "ktsoft");
	for (i = 0; i < 2; i++)
		sih[i] = softint_establish((i ? SOFTINT_NET : SOFTINT_CLOCK) |
		    SOFTINT_MPSAFE, soft, &seen[i]);
	contend(N, softint_body);
	for (i = 0; i < 2; i++)
		softint_disestablish(sih[i]);
	cv_destroy(&cv);
	mutex_destroy(&mtx);
}

/*
 * A row of jobs of each thread.  The first queue has one thread, so that what
 * one enqueues is done in that order; the other one has a thread per CPU.
 */
struct job {
	struct work	j_work;
	u_int		j_owner, j_number;
};
static struct job jobs[2][N][ROUNDS];
static struct workqueue *queue[2];
static u_int next[N];
static volatile u_int done;

static void
in_order(struct work *wk, void *arg)
{
	struct job *j = (struct job *)wk;

	KT_EQ(next[j->j_owner], j->j_number);
	next[j->j_owner]++;
	if (j->j_number % 64 == 0)
		yield();
	atomic_inc_uint(&done);
}

static void
on_cpu(struct work *wk, void *arg)
{
	struct job *j = (struct job *)wk;

	KT_EQ(j->j_number % ncpu, cpu_index(curcpu()));
	atomic_inc_uint(&done);
}

static void
workqueue_body(u_int id)
{
	u_int seed = id, i;
	struct job *j;

	for (i = 0; i < ROUNDS; i++) {
		j = &jobs[0][id][i];
		j->j_owner = jobs[1][id][i].j_owner = id;
		j->j_number = jobs[1][id][i].j_number = i;
		workqueue_enqueue(queue[0], &j->j_work, NULL);
		workqueue_enqueue(queue[1], &jobs[1][id][i].j_work,
		    cpu_lookup(i % ncpu));
		if (contend_rand(&seed, 64) == 0) {
			workqueue_wait(queue[0], &j->j_work);
			KT_EQ(i + 1, next[id]);
		} else if (contend_rand(&seed, 8) == 0)
			yield();
	}
}

void
rump_kt_contend_workqueue(void)
{

	KT_EQ(0, workqueue_create(&queue[0], "ktwq", in_order, NULL, PRI_NONE,
	    IPL_NONE, WQ_MPSAFE));
	KT_EQ(0, workqueue_create(&queue[1], "ktwqcpu", on_cpu, NULL,
	    PRI_NONE, IPL_NONE, WQ_MPSAFE | WQ_PERCPU));
	contend(N, workqueue_body);
	workqueue_destroy(queue[0]);
	workqueue_destroy(queue[1]);
	KT_EQ(2 * N * ROUNDS, done);
}

/* What a job is to do is counted under its lock, and all of it gets done. */
static struct threadpool_job tpjob[2];
static struct threadpool *tp;
static u_int todo[2], did[2], runs[2], running[2];

static void
work_off(struct threadpool_job *job)
{
	const u_int n = job - tpjob;

	mutex_enter(&mtx);
	runs[n]++;
	KT_EQ(1, ++running[n]);
	while (todo[n] != 0) {
		did[n] += todo[n];
		todo[n] = 0;
		mutex_exit(&mtx);
		yield();
		mutex_enter(&mtx);
	}
	cv_broadcast(&cv);
	running[n]--;
	threadpool_job_done(job);
	mutex_exit(&mtx);
}

static void
threadpool_body(u_int id)
{
	const u_int n = id % 2;
	u_int seed = id, i;

	for (i = 0; i < ROUNDS / 2; i++) {
		mutex_enter(&mtx);
		todo[n]++;
		threadpool_schedule_job(tp, &tpjob[n]);
		switch (contend_rand(&seed, 8)) {
		case 0:
			if (threadpool_cancel_job_async(tp, &tpjob[n]))
				threadpool_schedule_job(tp, &tpjob[n]);
			break;
		case 1:
			while (todo[n] != 0)
				cv_wait(&cv, &mtx);
			break;
		}
		mutex_exit(&mtx);
		if (contend_rand(&seed, 4) == 0)
			yield();
	}
}

void
rump_kt_contend_threadpool(void)
{
	u_int i;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktpool");
	KT_EQ(0, threadpool_get(&tp, PRI_NONE));
	for (i = 0; i < 2; i++)
		threadpool_job_init(&tpjob[i], work_off, &mtx, "kt%u", i);
	contend(N, threadpool_body);
	mutex_enter(&mtx);
	for (i = 0; i < 2; i++) {
		while (todo[i] != 0)
			cv_wait(&cv, &mtx);
		threadpool_cancel_job(tp, &tpjob[i]);
		KT_EQ(N / 2 * (ROUNDS / 2), did[i]);
		KT(runs[i] > 0);
	}
	mutex_exit(&mtx);
	for (i = 0; i < 2; i++)
		threadpool_job_destroy(&tpjob[i]);
	threadpool_put(tp, PRI_NONE);
	cv_destroy(&cv);
	mutex_destroy(&mtx);
}
