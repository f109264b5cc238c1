/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets that cannot be reached any more.  A socket that was sent over
 * another one, or over itself, and closed, lives in the receive buffer it was
 * sent to; if that is the buffer of a socket of the same fate, both stay for
 * ever, unless somebody looks for them.
 *
 * Candidates are the sockets to which only messages refer.  Of each the
 * references from receive buffers of candidates are counted.  One that has
 * more must be in a message that can be received: it is alive, and so is what
 * is in its buffer, and so on.  The rest is garbage: its buffers are emptied.
 *
 * This is right although others go on meanwhile.  unp_gc_lock keeps new
 * references from being made or received.  A candidate has no descriptor, and
 * as long as it cannot get one its buffer is not read; a message that is on
 * its way to a buffer counts as one from outside.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include "unp.h"

kmutex_t unp_gc_lock;

/* unp_gc_lock: */
static LIST_HEAD(, unpcb) inflight = LIST_HEAD_INITIALIZER(inflight);
static struct lwp *gc_lwp;	/* it collects */
static bool gc_again;		/* something was closed since it looked */
static kcondvar_t gc_cv;	/* it is done */

typedef void (*scan_func)(struct unpcb *, struct unpcb **);

void
unp_gc_init(void)
{

	mutex_init(&unp_gc_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&gc_cv, "unpgc");
}

/* The local socket of a file, if it is one. */
struct unpcb *
unp_of_file(const struct file *fp)
{

	if (fp->f_type != DTYPE_SOCKET ||
	    fp->f_socket->so_proto->pr_domain != &localdomain)
		return NULL;
	return sotounpcb(fp->f_socket);
}

void
unp_gc_enter(struct unpcb *unp, struct file *fp)
{

	KASSERT(mutex_owned(&unp_gc_lock));
	unp->unp_file = fp;
	unp->unp_cand = false;
	LIST_INSERT_HEAD(&inflight, unp, unp_inflight);
}

void
unp_gc_leave(struct unpcb *unp)
{

	KASSERT(mutex_owned(&unp_gc_lock));
	LIST_REMOVE(unp, unp_inflight);
	unp->unp_file = NULL;
}

static void
scan_mbuf(struct mbuf *m, scan_func func, struct unpcb **stack)
{
	struct file **fpp;
	struct unpcb *unp;
	size_t i, n;

	fpp = unp_files(m, &n);
	for (i = 0; i < n; i++) {
		unp = unp_of_file(fpp[i]);
		if (unp != NULL && unp->unp_cand)
			(*func)(unp, stack);
	}
}

static void
scan_buf(struct socket *so, scan_func func, struct unpcb **stack)
{
	struct mbuf *m, *n;

	for (m = so->so_rcv.sb_mb; m != NULL; m = m->m_nextpkt) {
		for (n = m; n != NULL; n = n->m_next)
			scan_mbuf(n, func, stack);
	}
}

/* Candidates in the buffer of a socket and of connections it would accept. */
static void
scan_socket(struct socket *so, scan_func func, struct unpcb **stack)
{
	struct socket *conn;

	solock(so);
	scan_buf(so, func, stack);
	TAILQ_FOREACH(conn, &so->so_q0, so_qe)
		scan_buf(conn, func, stack);
	TAILQ_FOREACH(conn, &so->so_q, so_qe)
		scan_buf(conn, func, stack);
	sounlock(so);
}

static void
count_inner(struct unpcb *unp, struct unpcb **stack)
{

	unp->unp_inner++;
}

static void
mark_live(struct unpcb *unp, struct unpcb **stack)
{

	if (unp->unp_live)
		return;
	unp->unp_live = true;
	unp->unp_next = *stack;
	*stack = unp;
}

static void
find_candidates(void)
{
	struct unpcb *unp;
	struct file *fp;

	LIST_FOREACH(unp, &inflight, unp_inflight) {
		fp = unp->unp_file;
		mutex_enter(&fp->f_lock);
		unp->unp_cand = fp->f_count == fp->f_msgcount;
		unp->unp_msgs = fp->f_msgcount;
		mutex_exit(&fp->f_lock);
		unp->unp_inner = 0;
		unp->unp_live = false;
	}
}

/* The garbage, linked by unp_next, with a reference to each file. */
static struct unpcb *
find_garbage(void)
{
	struct unpcb *unp, *stack = NULL, *garbage = NULL;

	KASSERT(mutex_owned(&unp_gc_lock));
	find_candidates();
	LIST_FOREACH(unp, &inflight, unp_inflight) {
		if (unp->unp_cand)
			scan_socket(unp->unp_socket, count_inner, NULL);
	}
	LIST_FOREACH(unp, &inflight, unp_inflight) {
		if (unp->unp_cand && unp->unp_msgs > unp->unp_inner)
			mark_live(unp, &stack);
	}
	while ((unp = stack) != NULL) {
		stack = unp->unp_next;
		scan_socket(unp->unp_socket, mark_live, &stack);
	}
	LIST_FOREACH(unp, &inflight, unp_inflight) {
		if (!unp->unp_cand || unp->unp_live)
			continue;
		mutex_enter(&unp->unp_file->f_lock);
		unp->unp_file->f_count++;
		mutex_exit(&unp->unp_file->f_lock);
		unp->unp_garbage = unp->unp_file;
		unp->unp_next = garbage;
		garbage = unp;
	}
	return garbage;
}

/* What is in its buffer, and in those of connections, goes. */
static void
empty(struct socket *so)
{
	struct socket *conn;

	solock(so);
	so->so_options &= ~SO_ACCEPTCONN;
	while ((conn = TAILQ_FIRST(&so->so_q)) != NULL) {
		(void)soqremque(conn, 1);
		(void)soabort(conn);
		solock(so);
	}
	KASSERT(TAILQ_EMPTY(&so->so_q0));
	sorflush(so);
	sounlock(so);
}

static void
collect(struct unpcb *garbage)
{
	struct unpcb *unp, *next;

	for (unp = garbage; unp != NULL; unp = unp->unp_next)
		empty(unp->unp_socket);
	for (unp = garbage; unp != NULL; unp = next) {
		next = unp->unp_next;
		(void)closef(unp->unp_garbage);
	}
}

/*
 * Called after something was closed; no lock is held.  If somebody collects,
 * wait: who makes garbage shall not do so faster than it is collected.
 */
void
unp_gc(void)
{
	struct unpcb *garbage;

	/* If one comes just now, its closing brings a call of its own. */
	if (unp_rights_count() == 0)
		return;
	mutex_enter(&unp_gc_lock);
	gc_again = true;
	/* What is closed by collect() comes here as well. */
	while (gc_lwp != NULL && gc_lwp != curlwp)
		cv_wait(&gc_cv, &unp_gc_lock);
	while (gc_lwp == NULL && gc_again) {
		gc_again = false;
		garbage = find_garbage();
		if (garbage == NULL)
			break;
		gc_lwp = curlwp;
		mutex_exit(&unp_gc_lock);
		collect(garbage);
		mutex_enter(&unp_gc_lock);
		gc_lwp = NULL;
		cv_broadcast(&gc_cv);
	}
	mutex_exit(&unp_gc_lock);
}
