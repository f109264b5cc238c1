/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of routes: a function is called about a route so many seconds after
 * it was asked for, by a thread that may sleep.  A queue has timers of one
 * length, so that the first in it is the next.  The clock runs while there is
 * a timer.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/workqueue.h>

#include <net/route.h>

#include "route_private.h"

/* Locks: t, timer_mtx. */
static kmutex_t timer_mtx;
static LIST_HEAD(, rttimer_queue) queues = LIST_HEAD_INITIALIZER(queues);
static callout_t timer_ch;
static struct workqueue *timer_wq;	/* made once */
static struct work timer_wk;
static bool timer_queued;		/* t */
static bool timer_running;		/* t */

static void	timer_tick(void *);

void
rt_timer_init(void)
{

	mutex_init(&timer_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	callout_init(&timer_ch, CALLOUT_MPSAFE);
	callout_setfunc(&timer_ch, timer_tick, NULL);
}

static void
timer_unlink(struct rttimer *r)
{

	KASSERT(mutex_owned(&timer_mtx));
	TAILQ_REMOVE(&r->rtt_queue->rtq_head, r, rtt_next);
	LIST_REMOVE(r, rtt_link);
	r->rtt_queue->rtq_count--;
}

/* Out of its queue already.  The lock is released meanwhile. */
static void
timer_call(struct rttimer *r)
{
	struct rtentry *rt = r->rtt_rt;

	rt_ref(rt);
	mutex_exit(&timer_mtx);
	(*r->rtt_func)(rt, r);
	rt_unref(rt);
	kmem_intr_free(r, sizeof(*r));
	mutex_enter(&timer_mtx);
}

static bool
queue_expire(struct rttimer_queue *rtq, bool all)
{
	struct rttimer *r = TAILQ_FIRST(&rtq->rtq_head);

	if (r == NULL || (!all && r->rtt_time + rtq->rtq_timeout > time_uptime))
		return false;
	timer_unlink(r);
	timer_call(r);
	return true;
}

static void
timer_work(struct work *wk, void *arg)
{
	struct rttimer_queue *rtq;
	bool left = false;

	mutex_enter(&timer_mtx);
	timer_queued = false;
again:
	LIST_FOREACH(rtq, &queues, rtq_link) {
		/* The list may have changed. */
		if (queue_expire(rtq, false))
			goto again;
		if (!TAILQ_EMPTY(&rtq->rtq_head))
			left = true;
	}
	timer_running = left;
	if (left)
		callout_schedule(&timer_ch, hz);
	mutex_exit(&timer_mtx);
}

static void
timer_tick(void *arg)
{

	mutex_enter(&timer_mtx);
	if (!timer_queued) {
		timer_queued = true;
		workqueue_enqueue(timer_wq, &timer_wk, NULL);
	}
	mutex_exit(&timer_mtx);
}

static int
timer_thread(void)
{
	int error;

	error = workqueue_create(&timer_wq, "rt_timer", timer_work, NULL,
	    PRI_SOFTNET, IPL_SOFTNET, WQ_MPSAFE);
	if (error != 0)
		panic("%s: no thread (%d)", __func__, error);
	return 0;
}

struct rttimer_queue *
rt_timer_queue_create(u_int timeout)
{
	static ONCE_DECL(once);
	struct rttimer_queue *rtq = kmem_zalloc(sizeof(*rtq), KM_SLEEP);

	rtq->rtq_timeout = timeout;
	TAILQ_INIT(&rtq->rtq_head);
	(void)RUN_ONCE(&once, timer_thread);
	mutex_enter(&timer_mtx);
	LIST_INSERT_HEAD(&queues, rtq, rtq_link);
	mutex_exit(&timer_mtx);
	return rtq;
}

void
rt_timer_queue_change(struct rttimer_queue *rtq, long timeout)
{

	mutex_enter(&timer_mtx);
	rtq->rtq_timeout = timeout;
	mutex_exit(&timer_mtx);
}

/* Calls all that are in it now. */
void
rt_timer_queue_destroy(struct rttimer_queue *rtq)
{

	mutex_enter(&timer_mtx);
	LIST_REMOVE(rtq, rtq_link);
	while (queue_expire(rtq, true))
		continue;
	mutex_exit(&timer_mtx);
	kmem_free(rtq, sizeof(*rtq));
}

unsigned long
rt_timer_count(struct rttimer_queue *rtq)
{
	unsigned long n;

	mutex_enter(&timer_mtx);
	n = rtq->rtq_count;
	mutex_exit(&timer_mtx);
	return n;
}

/* One of each function: it begins anew. */
int
rt_timer_add(struct rtentry *rt, void (*func)(struct rtentry *,
    struct rttimer *), struct rttimer_queue *rtq)
{
	struct rttimer *r, *old;

	if ((r = kmem_intr_zalloc(sizeof(*r), KM_NOSLEEP)) == NULL)
		return ENOBUFS;
	r->rtt_rt = rt;
	r->rtt_func = func;
	r->rtt_queue = rtq;
	mutex_enter(&timer_mtx);
	r->rtt_time = time_uptime;
	LIST_FOREACH(old, &rt->rt_timer, rtt_link) {
		if (old->rtt_func == func)
			break;
	}
	if (old != NULL)
		timer_unlink(old);
	LIST_INSERT_HEAD(&rt->rt_timer, r, rtt_link);
	TAILQ_INSERT_TAIL(&rtq->rtq_head, r, rtt_next);
	rtq->rtq_count++;
	if (!timer_running) {
		timer_running = true;
		callout_schedule(&timer_ch, hz);
	}
	mutex_exit(&timer_mtx);
	if (old != NULL)
		kmem_intr_free(old, sizeof(*old));
	return 0;
}

/* The route goes: none of them is called. */
void
rt_timer_remove_all(struct rtentry *rt)
{
	struct rttimer *r;

	mutex_enter(&timer_mtx);
	while ((r = LIST_FIRST(&rt->rt_timer)) != NULL) {
		timer_unlink(r);
		kmem_intr_free(r, sizeof(*r));
	}
	mutex_exit(&timer_mtx);
}
