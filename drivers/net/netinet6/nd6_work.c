/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that looks after what routers tell: advertisements, and
 * everything that ends at a time - addresses, prefixes, routers - or is to be
 * done at one.  Packets come in soft interrupts, where nothing may sleep;
 * addresses and routes are changed with IFNET_LOCK, which is held by who
 * sleeps.  One callout is set to what is due first, so that nothing runs while
 * nothing is due.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <net/if.h>

#include <netinet/icmp6.h>

#include "nd6_private.h"

#define	RAS_MAX		32	/* advertisements that wait */

/* Locks: w, work_mtx. */
static kmutex_t work_mtx;
static struct workqueue *wq;
static struct work wk;
static bool work_queued;		/* w */
static bool work_select;		/* w */
static uint64_t work_due;		/* w: nd6_now(); 0: nothing is */
static callout_t work_ch;		/* w */
static MBUFQ_HEAD(ras) ras;		/* w */
static u_int nras;			/* w */

static void
kick(void)
{

	KASSERT(mutex_owned(&work_mtx));
	if (!work_queued) {
		work_queued = true;
		workqueue_enqueue(wq, &wk, NULL);
	}
}

static void
timer(void *arg __unused)
{

	mutex_enter(&work_mtx);
	kick();
	mutex_exit(&work_mtx);
}

void
nd6_work_at(uint64_t ms)
{
	const uint64_t now = nd6_now();

	mutex_enter(&work_mtx);
	if (work_due == 0 || ms < work_due) {
		work_due = ms;
		callout_schedule(&work_ch, nd6_ticks(ms > now ? ms - now : 0));
	}
	mutex_exit(&work_mtx);
}

/* The second after it: a lifetime of n seconds has all of them. */
void
nd6_work_lifetime(time_t uptime)
{

	nd6_work_at(((uint64_t)uptime + 1) * 1000);
}

void
nd6_work_select(void)
{

	mutex_enter(&work_mtx);
	work_select = true;
	kick();
	mutex_exit(&work_mtx);
}

void
nd6_work_ra(struct mbuf *m)
{

	mutex_enter(&work_mtx);
	if (nras < RAS_MAX) {
		nras++;
		MBUFQ_ENQUEUE(&ras, m);
		m = NULL;
		kick();
	}
	mutex_exit(&work_mtx);
	if (m != NULL) {
		icmp6_statinc(ICMP6_STAT_DROPPED_RAROUTE);
		m_freem(m);
	}
}

static struct mbuf *
take_ra(void)
{
	struct mbuf *m;

	mutex_enter(&work_mtx);
	MBUFQ_DEQUEUE(&ras, m);
	if (m != NULL)
		nras--;
	mutex_exit(&work_mtx);
	return m;
}

static void
all_due(void)
{
	struct psref psref;
	struct ifnet *ifp;
	int s = pserialize_read_enter();

	IFNET_READER_FOREACH(ifp) {
		if (if_is_deactivated(ifp))
			continue;
		if_acquire(ifp, &psref);
		pserialize_read_exit(s);
		nd6_if_due(ifp);
		s = pserialize_read_enter();
		if_release(ifp, &psref);
	}
	pserialize_read_exit(s);
}

static void
work(struct work *w __unused, void *arg __unused)
{
	bool due, select;
	struct mbuf *m;
	uint64_t now;
	int bound = curlwp_bind();

	mutex_enter(&work_mtx);
	work_queued = false;
	select = work_select;
	work_select = false;
	now = nd6_now();
	due = work_due != 0 && work_due <= now;
	if (due)
		work_due = 0;
	else if (work_due != 0)
		/* Clocks differ a little, or it was another reason. */
		callout_schedule(&work_ch, nd6_ticks(work_due - now));
	mutex_exit(&work_mtx);
	while ((m = take_ra()) != NULL) {
		nd6_ra_process(m);
		select = true;
	}
	if (due || select) {
		all_due();
		nd6_router_select();
	}
	curlwp_bindx(bound);
}

void
nd6_work_init(void)
{

	mutex_init(&work_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	MBUFQ_INIT(&ras);
	callout_init(&work_ch, CALLOUT_MPSAFE);
	callout_setfunc(&work_ch, timer, NULL);
	if (workqueue_create(&wq, "nd6", work, NULL, PRI_SOFTNET, IPL_SOFTNET,
	    WQ_MPSAFE) != 0)
		panic("%s: no thread", __func__);
}
