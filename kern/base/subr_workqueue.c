/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * workqueue(9): one queue and thread, or one for each virtual CPU.  Work is
 * done in the order it came; its memory is not touched once its function is
 * called.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/workqueue.h>

/* What a struct work is inside: one pointer. */
struct work_impl {
	SIMPLEQ_ENTRY(work_impl) wk_entry;
};
CTASSERT(sizeof(struct work_impl) <= sizeof(struct work));

/* q: q_mutex; c: constant. */
struct workqueue_queue {
	kmutex_t	q_mutex;
	kcondvar_t	q_cv;			/* q: something to do */
	kcondvar_t	q_donecv;		/* q: something was done */
	SIMPLEQ_HEAD(, work_impl) q_pending;	/* q */
	struct work_impl *q_running;		/* q: its address only */
	u_int		q_waiters;		/* q: on q_donecv */
	bool		q_exit;			/* q */
	struct lwp	*q_worker;		/* c */
	struct workqueue *q_wq;			/* c */
};

/* All constant. */
struct workqueue {
	void		(*wq_func)(struct work *, void *);
	void		*wq_arg;
	int		wq_flags;
	u_int		wq_nqueues;
	struct workqueue_queue wq_queue[];
};

static struct workqueue_queue *
workqueue_queue(struct workqueue *wq, struct cpu_info *ci)
{

	if ((wq->wq_flags & WQ_PERCPU) == 0)
		return &wq->wq_queue[0];
	return &wq->wq_queue[cpu_index(ci != NULL ? ci : curcpu())];
}

static void
workqueue_worker(void *arg)
{
	struct workqueue_queue *q = arg;
	struct workqueue *wq = q->q_wq;
	struct work_impl *wk;

	mutex_enter(&q->q_mutex);
	for (;;) {
		while ((wk = SIMPLEQ_FIRST(&q->q_pending)) == NULL &&
		    !q->q_exit)
			cv_wait(&q->q_cv, &q->q_mutex);
		if (wk == NULL)
			break;
		SIMPLEQ_REMOVE_HEAD(&q->q_pending, wk_entry);
		q->q_running = wk;
		mutex_exit(&q->q_mutex);
		(*wq->wq_func)((struct work *)wk, wq->wq_arg);
		mutex_enter(&q->q_mutex);
		q->q_running = NULL;
		if (q->q_waiters != 0)
			cv_broadcast(&q->q_donecv);
	}
	mutex_exit(&q->q_mutex);
	kthread_exit(0);
}

static int
queue_start(struct workqueue *wq, u_int i, const char *name, pri_t pri,
    int ipl)
{
	struct workqueue_queue *q = &wq->wq_queue[i];
	struct cpu_info *ci = NULL;
	int error, flags = KTHREAD_MUSTJOIN;

	if ((wq->wq_flags & WQ_PERCPU) != 0)
		ci = cpu_lookup(i);
	if ((wq->wq_flags & WQ_MPSAFE) != 0)
		flags |= KTHREAD_MPSAFE;
	q->q_wq = wq;
	mutex_init(&q->q_mutex, MUTEX_DEFAULT, ipl);
	cv_init(&q->q_cv, name);
	cv_init(&q->q_donecv, "wqdone");
	SIMPLEQ_INIT(&q->q_pending);
	if (ci != NULL)
		error = kthread_create(pri, flags, ci, workqueue_worker, q,
		    &q->q_worker, "%s/%u", name, i);
	else
		error = kthread_create(pri, flags, NULL, workqueue_worker, q,
		    &q->q_worker, "%s", name);
	if (error == 0)
		return 0;
	cv_destroy(&q->q_donecv);
	cv_destroy(&q->q_cv);
	mutex_destroy(&q->q_mutex);
	return error;
}

static void
queue_stop(struct workqueue_queue *q)
{

	mutex_enter(&q->q_mutex);
	q->q_exit = true;
	cv_broadcast(&q->q_cv);
	mutex_exit(&q->q_mutex);
	(void)kthread_join(q->q_worker);
	KASSERT(SIMPLEQ_EMPTY(&q->q_pending));
	cv_destroy(&q->q_donecv);
	cv_destroy(&q->q_cv);
	mutex_destroy(&q->q_mutex);
}

static size_t
workqueue_size(u_int nqueues)
{

	return sizeof(struct workqueue) +
	    nqueues * sizeof(struct workqueue_queue);
}

int
workqueue_create(struct workqueue **wqp, const char *name,
    void (*func)(struct work *, void *), void *arg, pri_t pri, int ipl,
    int flags)
{
	u_int i, n = (flags & WQ_PERCPU) != 0 ? ncpu : 1;
	struct workqueue *wq;
	int error;

	KASSERT(func != NULL);
	wq = kmem_zalloc(workqueue_size(n), KM_SLEEP);
	wq->wq_func = func;
	wq->wq_arg = arg;
	wq->wq_flags = flags;
	wq->wq_nqueues = n;
	for (i = 0; i < n; i++) {
		if ((error = queue_start(wq, i, name, pri, ipl)) != 0)
			goto fail;
	}
	*wqp = wq;
	return 0;
fail:
	while (i-- > 0)
		queue_stop(&wq->wq_queue[i]);
	kmem_free(wq, workqueue_size(n));
	return error;
}

/* No more work may come; what is queued is done first. */
void
workqueue_destroy(struct workqueue *wq)
{
	u_int i;

	ASSERT_SLEEPABLE();
	for (i = 0; i < wq->wq_nqueues; i++) {
		KASSERT(wq->wq_queue[i].q_worker != curlwp);
		queue_stop(&wq->wq_queue[i]);
	}
	kmem_free(wq, workqueue_size(wq->wq_nqueues));
}

void
workqueue_enqueue(struct workqueue *wq, struct work *work,
    struct cpu_info *ci)
{
	struct workqueue_queue *q = workqueue_queue(wq, ci);
	struct work_impl *wk = (struct work_impl *)work;

	KASSERT((wq->wq_flags & WQ_PERCPU) != 0 || ci == NULL);
	mutex_enter(&q->q_mutex);
	KASSERT(!q->q_exit);
	SIMPLEQ_INSERT_TAIL(&q->q_pending, wk, wk_entry);
	cv_signal(&q->q_cv);
	mutex_exit(&q->q_mutex);
}

static bool
queue_has(struct workqueue_queue *q, struct work_impl *wk)
{
	struct work_impl *i;

	KASSERT(mutex_owned(&q->q_mutex));
	if (q->q_running == wk)
		return true;
	SIMPLEQ_FOREACH(i, &q->q_pending, wk_entry)
		if (i == wk)
			return true;
	return false;
}

/* Wait until a piece of work is done, if it is queued or running. */
void
workqueue_wait(struct workqueue *wq, struct work *work)
{
	struct work_impl *wk = (struct work_impl *)work;
	struct workqueue_queue *q;
	u_int i;

	ASSERT_SLEEPABLE();
	for (i = 0; i < wq->wq_nqueues; i++) {
		q = &wq->wq_queue[i];
		if (q->q_worker == curlwp)
			continue;
		mutex_enter(&q->q_mutex);
		q->q_waiters++;
		while (queue_has(q, wk))
			cv_wait(&q->q_donecv, &q->q_mutex);
		q->q_waiters--;
		mutex_exit(&q->q_mutex);
	}
}
