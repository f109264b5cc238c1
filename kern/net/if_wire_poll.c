/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking for packets before sleeping.  A thread that waits for the answer to
 * what it has just sent would be woken by the wire's thread, which would be
 * woken by the sender: two switches of the host's threads, that take longer
 * than the answer.  So it takes what comes in on the wire itself, for a short
 * while.  Sleeps for which that was in vain make it rarer, so that threads
 * whose packets take long do not keep the host's CPUs busy; the next one after
 * such a sleep never does it.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "wire_poll.h"

#define	POLL_NSEC	50000		/* about what two switches take */
#define	MISSES_MAX	7		/* then one sleep in so many bits */

static kmutex_t poll_mtx;
static kcondvar_t poll_cv;		/* one is not busy any more */
static TAILQ_HEAD(, wire_poll) polled = TAILQ_HEAD_INITIALIZER(polled);

void
wire_poll_init(void)
{

	mutex_init(&poll_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	cv_init(&poll_cv, "wirepoll");
}

void
wire_poll_add(struct wire_poll *wp)
{

	KASSERT(wp->wp_nw->nw_poll != NULL);
	wp->wp_busy = false;
	wp->wp_misses = wp->wp_skip = 0;
	mutex_enter(&poll_mtx);
	TAILQ_INSERT_TAIL(&polled, wp, wp_link);
	mutex_exit(&poll_mtx);
}

void
wire_poll_remove(struct wire_poll *wp)
{

	mutex_enter(&poll_mtx);
	TAILQ_REMOVE(&polled, wp, wp_link);
	while (wp->wp_busy)
		cv_wait(&poll_cv, &poll_mtx);
	mutex_exit(&poll_mtx);
}

/* The wire that is worth a look, or NULL; it is the caller's then. */
static struct wire_poll *
take(void)
{
	struct wire_poll *wp;

	mutex_enter(&poll_mtx);
	TAILQ_FOREACH(wp, &polled, wp_link) {
		if (wp->wp_busy)
			continue;
		if (wp->wp_skip == 0)
			break;
		wp->wp_skip--;
	}
	if (wp != NULL)
		wp->wp_busy = true;
	mutex_exit(&poll_mtx);
	return wp;
}

static void
give(struct wire_poll *wp, int error)
{

	mutex_enter(&poll_mtx);
	if (error == 0)
		wp->wp_misses = 0;
	else if (error != EBUSY && wp->wp_misses < MISSES_MAX)
		wp->wp_misses++;
	/* Who was in vain sleeps the next time. */
	wp->wp_skip = MAX((1u << wp->wp_misses) - 1, error != 0);
	wp->wp_busy = false;
	cv_broadcast(&poll_cv);
	mutex_exit(&poll_mtx);
}

/* May the thread do what a soft interrupt does, and need nobody stop it? */
static bool
may_poll(const struct socket *so, const struct lwp *l)
{
	const int family = so->so_proto->pr_domain->dom_family;

	return (family == AF_INET || family == AF_INET6) &&
	    l->l_blcnt == 0 && l->l_spincount == 0 &&
	    (l->l_pflag & (LP_INTR | LP_BOUND)) == 0 &&
	    (atomic_load_relaxed(&l->l_flag) &
	    (LW_WEXIT | LW_PENDSIG | LW_CANCELLED)) == 0;
}

bool
wire_poll_socket(const struct socket *so, kmutex_t *lock)
{
	struct wire_poll *wp;
	int error;
	bool any;

	KASSERT(mutex_owned(lock));
	if (atomic_load_relaxed(&TAILQ_FIRST(&polled)) == NULL ||
	    !may_poll(so, curlwp) || (wp = take()) == NULL)
		return false;
	mutex_exit(lock);
	error = (*wp->wp_nw->nw_poll)(wp->wp_wire, POLL_NSEC);
	if (error == 0) {
		any = (*wp->wp_receive)(wp);
		(*wp->wp_nw->nw_polled)(wp->wp_wire, any);
		error = any ? 0 : EAGAIN;
	}
	give(wp, error);
	(void)softint_poll(NULL);
	mutex_enter(lock);
	return true;
}
