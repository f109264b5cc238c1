/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_thread: kthread(9), workqueue(9), softint(9), threadpool(9).
 */
#include "kt.h"

#include <sys/threadpool.h>
#include <sys/workqueue.h>

void	rump_kt_kthread(void);
void	rump_kt_churn(void);
void	rump_kt_workqueue(void);
void	rump_kt_wqpercpu(void);
void	rump_kt_softint(void);
void	rump_kt_threadpool(void);
void	rump_kt_threadpool_percpu(void);

static _Atomic u_int count;
static _Atomic bool haslock;
static struct cpu_info *where;

static void
plain(void *arg)
{

	haslock = KERNEL_LOCKED_P();
	KT(curproc == &proc0);
	KT(strcmp(curlwp->l_name, "plain7") == 0);
	*(_Atomic int *)arg = 1;
	/* Returning is as good as kthread_exit(0). */
}

static void
pinned(void *arg)
{
	int i;

	for (i = 0; i < 10; i++) {
		where = curcpu();
		KT(where == arg);
		kt_pause(1);
	}
	KT(!KERNEL_LOCKED_P());
	kthread_exit(42);
}

void
rump_kt_kthread(void)
{
	_Atomic int done = 0;
	struct cpu_info *ci = cpu_lookup(1);
	lwp_t *l;

	KT_EQ(0, kthread_create(PRI_NONE, 0, NULL, plain,
	    (void *)(uintptr_t)&done, NULL, "plain%d", 7));
	while (!done)
		kt_pause(1);
	KT(haslock);
	KT(ci != NULL && cpu_lookup(2) == NULL && cpu_index(ci) == 1);
	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    ci, pinned, ci, &l, "pinned"));
	KT_EQ(42, kthread_join(l));
}

static void
nothing(void *arg)
{

	count++;
	kthread_exit(0);
}

/* Made and gone many times, with joining and without. */
void
rump_kt_churn(void)
{
	struct kt_threads kt;
	int i;

	for (i = 0; i < 60; i++) {
		kt_start(&kt, 8, nothing, NULL);
		KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL,
		    nothing, NULL, NULL, "loose"));
		kt_join(&kt);
	}
	while (count < 60 * 9)
		kt_pause(1);
}

struct job {
	struct work	j_work;
	u_int		j_done;
};
static struct job jobs[500];
static u_int next;

static void
dojob(struct work *wk, void *arg)
{
	struct job *j = (struct job *)wk;

	KT(arg == &next);
	KT(j == &jobs[next]);
	next++;
	j->j_done = 1;
	if (next % 100 == 0)
		kt_pause(1);
}

/* In order, each once; waiting for one; destroying finishes the rest. */
void
rump_kt_workqueue(void)
{
	struct workqueue *wq;
	u_int i;

	KT_EQ(0, workqueue_create(&wq, "ktwq", dojob, &next, PRI_NONE,
	    IPL_NONE, WQ_MPSAFE));
	for (i = 0; i < 500; i++)
		workqueue_enqueue(wq, &jobs[i].j_work, NULL);
	workqueue_wait(wq, &jobs[250].j_work);
	KT_EQ(1, jobs[250].j_done);
	workqueue_destroy(wq);
	KT_EQ(500, next);
}

static void
percpujob(struct work *wk, void *arg)
{
	struct job *j = (struct job *)wk;

	KT_EQ((j - jobs) % ncpu, cpu_index(curcpu()));
	count++;
}

void
rump_kt_wqpercpu(void)
{
	struct workqueue *wq;
	u_int i;

	KT_EQ(0, workqueue_create(&wq, "ktwq", percpujob, NULL, PRI_NONE,
	    IPL_VM, WQ_MPSAFE | WQ_PERCPU));
	for (i = 0; i < 500; i++)
		workqueue_enqueue(wq, &jobs[i].j_work, cpu_lookup(i % ncpu));
	workqueue_destroy(wq);
	KT_EQ(500, count);
}

static void *sih[4];
static _Atomic u_int ran[4];

static void
soft(void *arg)
{
	u_int n = (u_int)(uintptr_t)arg;

	KT(cpu_softintr_p());
	KT_EQ(n == 1, KERNEL_LOCKED_P());
	ran[n]++;
	if (n == 3 && ran[n] < 10)
		softint_schedule(sih[3]);
}

void
rump_kt_softint(void)
{
	static const u_int flags[4] = {
		SOFTINT_CLOCK | SOFTINT_MPSAFE, SOFTINT_BIO,
		SOFTINT_NET | SOFTINT_MPSAFE, SOFTINT_SERIAL | SOFTINT_MPSAFE,
	};
	u_int i;

	for (i = 0; i < 4; i++)
		sih[i] = softint_establish(flags[i], soft,
		    (void *)(uintptr_t)i);
	KT(!cpu_softintr_p() && !cpu_intr_p());
	for (i = 0; i < 4; i++)
		softint_schedule(sih[i]);
	softint_schedule_cpu(sih[0], cpu_lookup(1));
	while (ran[0] == 0 || ran[1] == 0 || ran[2] == 0 || ran[3] < 10)
		kt_pause(1);
	kt_pause(5);
	KT(ran[0] <= 2 && ran[1] == 1 && ran[2] == 1 && ran[3] == 10);
	for (i = 0; i < 4; i++)
		softint_disestablish(sih[i]);
}

static kmutex_t jobmtx;
static struct threadpool_job tpjobs[6];

static void
tpjob(struct threadpool_job *job)
{

	kt_pause(3);
	mutex_enter(&jobmtx);
	count++;
	threadpool_job_done(job);
	mutex_exit(&jobmtx);
}

void
rump_kt_threadpool(void)
{
	struct threadpool *tp, *tp2;
	int64_t t0;
	int i;

	mutex_init(&jobmtx, MUTEX_DEFAULT, IPL_NONE);
	KT_EQ(EINVAL, threadpool_get(&tp, 100000));
	KT_EQ(0, threadpool_get(&tp, PRI_NONE));
	KT_EQ(0, threadpool_get(&tp2, PRI_NONE));
	KT(tp == tp2);
	threadpool_put(tp2, PRI_NONE);
	for (i = 0; i < 6; i++)
		threadpool_job_init(&tpjobs[i], tpjob, &jobmtx, "job%d", i);
	t0 = kt_ms();
	mutex_enter(&jobmtx);
	for (i = 0; i < 6; i++) {
		threadpool_schedule_job(tp, &tpjobs[i]);
		threadpool_schedule_job(tp, &tpjobs[i]);	/* no effect */
	}
	threadpool_cancel_job(tp, &tpjobs[5]);
	while (count < 5)
		(void)kpause("kt", false, 1, &jobmtx);
	mutex_exit(&jobmtx);
	KT(kt_ms() - t0 < 2000);
	for (i = 0; i < 6; i++)
		threadpool_job_destroy(&tpjobs[i]);
	KT(count == 5 || count == 6);
	threadpool_put(tp, PRI_NONE);
	mutex_destroy(&jobmtx);
}

static volatile u_int pin_runs;

static void
pinned_job(struct threadpool_job *job)
{

	KT(curlwp->l_cpu == curcpu());
	mutex_enter(&jobmtx);
	atomic_inc_uint(&pin_runs);
	threadpool_job_done(job);
	mutex_exit(&jobmtx);
}

/* A pool for each CPU; a job is taken back before it runs, or runs. */
void
rump_kt_threadpool_percpu(void)
{
	struct threadpool_percpu *tpp;
	struct threadpool_job job;
	struct threadpool *tp;
	bool cancelled;

	mutex_init(&jobmtx, MUTEX_DEFAULT, IPL_NONE);
	KT_EQ(0, threadpool_percpu_get(&tpp, PRI_NONE));
	tp = threadpool_percpu_ref_remote(tpp, curcpu());
	KT(tp != NULL && threadpool_percpu_ref(tpp) != NULL);
	threadpool_job_init(&job, pinned_job, &jobmtx, "pinned");
	mutex_enter(&jobmtx);
	threadpool_schedule_job(tp, &job);
	cancelled = threadpool_cancel_job_async(tp, &job);
	if (!cancelled)
		threadpool_cancel_job(tp, &job);
	KT_EQ(cancelled ? 0 : 1, pin_runs);
	threadpool_schedule_job(tp, &job);
	mutex_exit(&jobmtx);
	while (atomic_load_acquire(&pin_runs) == 0)
		kt_pause(1);
	mutex_enter(&jobmtx);
	threadpool_cancel_job(tp, &job);
	mutex_exit(&jobmtx);
	threadpool_job_destroy(&job);
	threadpool_percpu_put(tpp, PRI_NONE);
	mutex_destroy(&jobmtx);
}
