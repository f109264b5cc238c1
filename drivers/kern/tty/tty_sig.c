/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_sig.c: signals from a terminal, and the status line.  ttysig() may be
 * called by whoever holds the lock of the terminal, an interrupt handler too;
 * sending a signal takes proc_lock and may sleep.  So it is left to a soft
 * interrupt.  A terminal is freed under proc_lock, which that holds.
 *
 * Lock order: proc_lock, ttylock(), ttysig_lock.
 */
#include "tty_private.h"

#include <sys/intr.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>

static kmutex_t ttysig_lock;		/* spin */
static TAILQ_HEAD(, tty) ttysig_queue =	/* ttysig_lock */
    TAILQ_HEAD_INITIALIZER(ttysig_queue);
static void *ttysig_sih;		/* constant */

void
ttysig(struct tty *tp, enum ttysigtype type, int sig)
{

	KASSERT(ttylocked(tp));
	KASSERT(type < TTYSIG_COUNT && sig > 0 && sig < NSIG);
	sigaddset(&tp->t_sigs[type], sig);
	tp->t_sigcount++;
	mutex_spin_enter(&ttysig_lock);
	if (!tp->t_sigqueued) {
		tp->t_sigqueued = true;
		TAILQ_INSERT_TAIL(&ttysig_queue, tp, t_sigqueue);
	}
	mutex_spin_exit(&ttysig_lock);
	softint_schedule(ttysig_sih);
}

void
tty_sig_forget(struct tty *tp)
{

	mutex_enter(&proc_lock);
	mutex_spin_enter(&ttysig_lock);
	if (tp->t_sigqueued)
		TAILQ_REMOVE(&ttysig_queue, tp, t_sigqueue);
	tp->t_sigqueued = false;
	mutex_spin_exit(&ttysig_lock);
	mutex_exit(&proc_lock);
}

static struct tty *
queue_next(void)
{
	struct tty *tp;

	mutex_spin_enter(&ttysig_lock);
	tp = TAILQ_FIRST(&ttysig_queue);
	if (tp != NULL) {
		TAILQ_REMOVE(&ttysig_queue, tp, t_sigqueue);
		tp->t_sigqueued = false;
	}
	mutex_spin_exit(&ttysig_lock);
	return tp;
}

static void
send_one(struct tty *tp, enum ttysigtype type, int sig)
{
	struct session *ss = tp->t_session;

	KASSERT(mutex_owned(&proc_lock));
	switch (type) {
	case TTYSIG_PG1:
		pgsignal(tp->t_pgrp, sig, 1);
		break;
	case TTYSIG_PG2:
		pgsignal(tp->t_pgrp, sig, ss != NULL);
		break;
	case TTYSIG_LEADER:
		if (ss != NULL && ss->s_leader != NULL)
			psignal(ss->s_leader, sig);
		break;
	default:
		break;
	}
}

static void
send_status(struct tty *tp)
{
	char line[200];

	KASSERT(mutex_owned(&proc_lock));
	ttygetinfo(tp, 1, line, sizeof(line));
	ttyputinfo(tp, line);
}

static void
send_all(struct tty *tp)
{
	sigset_t sigs[TTYSIG_COUNT];
	bool status;
	int sig, type;

	ttylock(tp);
	memcpy(sigs, tp->t_sigs, sizeof(sigs));
	memset(tp->t_sigs, 0, sizeof(tp->t_sigs));
	tp->t_sigcount = 0;
	status = !ISSET(tp->t_lflag, NOKERNINFO) &&
	    sigismember(&sigs[TTYSIG_PG1], SIGINFO);
	ttyunlock(tp);
	for (type = 0; type < TTYSIG_COUNT; type++)
		for (sig = 1; sig < NSIG; sig++)
			if (sigismember(&sigs[type], sig))
				send_one(tp, type, sig);
	if (status)
		send_status(tp);
}

static void
ttysig_softintr(void *arg)
{
	struct tty *tp;

	mutex_enter(&proc_lock);
	while ((tp = queue_next()) != NULL)
		send_all(tp);
	mutex_exit(&proc_lock);
}

void
tty_sig_init(void)
{

	mutex_init(&ttysig_lock, MUTEX_DEFAULT, IPL_VM);
	ttysig_sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    ttysig_softintr, NULL);
	if (ttysig_sih == NULL)
		panic("tty: no soft interrupt");
}

/* Of the foreground group, the process that came last. */
static struct proc *
pick_proc(struct pgrp *pg)
{
	struct proc *p, *best = NULL;

	LIST_FOREACH(p, &pg->pg_members, p_pglist)
		if (best == NULL || p->p_pid > best->p_pid)
			best = p;
	return best;
}

static void
proc_status(struct proc *p, char *buf, size_t size)
{
	struct timeval ut, st;

	mutex_enter(p->p_lock);
	calcru(p, &ut, &st, NULL, NULL);
	snprintf(buf, size, "cmd: %s %d [%d lwps] %lld.%02du %lld.%02ds\n",
	    p->p_comm, p->p_pid, p->p_nlwps, (long long)ut.tv_sec,
	    (int)(ut.tv_usec / 10000), (long long)st.tv_sec,
	    (int)(st.tv_usec / 10000));
	mutex_exit(p->p_lock);
}

void
ttygetinfo(struct tty *tp, int fromsig, char *buf, size_t size)
{
	struct proc *p;

	KASSERT(mutex_owned(&proc_lock));
	KASSERT(size > 0);
	if (tp->t_session == NULL)
		strlcpy(buf, "not a controlling terminal\n", size);
	else if (tp->t_pgrp == NULL)
		strlcpy(buf, "no foreground process group\n", size);
	else if ((p = pick_proc(tp->t_pgrp)) == NULL)
		strlcpy(buf, "empty foreground process group\n", size);
	else
		proc_status(p, buf, size);
}

void
ttyputinfo(struct tty *tp, char *buf)
{

	ttylock(tp);
	if (ttycheckoutq(tp, 0) != 0) {
		if (tp->t_column > 0)
			(void)ttyoutput('\n', tp);
		for (; *buf != '\0'; buf++)
			(void)ttyoutput(*buf, tp);
		tp->t_rocount = 0;
		ttstart(tp);
	}
	ttyunlock(tp);
}
