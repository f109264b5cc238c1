/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_wait.c: sleeping on a terminal, waking who sleeps, waiting for output,
 * throwing queues away, and the carrier.
 */
#include "tty_private.h"

int
ttysleep(struct tty *tp, kcondvar_t *cv, bool catch, int timo)
{
	const short gen = tp->t_gen;
	int error;

	KASSERT(ttylocked(tp));
	if (ISSET(tp->t_state, TS_CANCEL))
		return ERESTART;
	if (cv == NULL)
		error = kpause("ttypause", catch, timo, &tp->t_lock);
	else if (catch)
		error = cv_timedwait_sig(cv, &tp->t_lock, timo);
	else
		error = cv_timedwait(cv, &tp->t_lock, timo);
	if (tp->t_gen != gen || ISSET(tp->t_state, TS_CANCEL))
		return ERESTART;
	return error;
}

int
ttypause(struct tty *tp, int timo)
{
	int error;

	error = ttysleep(tp, NULL, true, timo);
	return error == EWOULDBLOCK ? 0 : error;
}

/* Input, or the carrier, came. */
void
ttwakeup(struct tty *tp)
{

	KASSERT(ttylocked(tp));
	selnotify(&tp->t_rsel, 0, NOTE_SUBMIT);
	if (ISSET(tp->t_state, TS_ASYNC))
		ttysig(tp, TTYSIG_PG2, SIGIO);
	cv_broadcast(&tp->t_rawcv);
}

static bool
output_pending(const struct tty *tp)
{

	return (tp->t_outq.c_cc > 0 || ISSET(tp->t_state, TS_BUSY)) &&
	    tty_connected(tp) && tp->t_oproc != NULL;
}

int
ttywait(struct tty *tp)
{
	int error = 0;

	ttylock(tp);
	while (error == 0 && output_pending(tp)) {
		ttstart(tp);
		if (output_pending(tp))
			error = ttysleep(tp, &tp->t_outcv, true, 0);
	}
	ttyunlock(tp);
	return error;
}

int
ttywflush(struct tty *tp)
{
	int error;

	error = ttywait(tp);
	ttylock(tp);
	if (error == 0)
		ttyflush(tp, FREAD);
	ttyunlock(tp);
	return error;
}

static void
flush_input(struct tty *tp)
{

	ndflush(&tp->t_canq, tp->t_canq.c_cc);
	ndflush(&tp->t_rawq, tp->t_rawq.c_cc);
	ndflush(&tp->t_pendq, tp->t_pendq.c_cc);
	tp->t_rocount = 0;
	tp->t_rocol = 0;
	CLR(tp->t_state, TS_LOCAL);
	tty_unblock(tp);
	cv_broadcast(&tp->t_rawcvf);
}

static void
flush_output(struct tty *tp)
{

	ndflush(&tp->t_outq, tp->t_outq.c_cc);
	cv_broadcast(&tp->t_outcv);
	selnotify(&tp->t_wsel, 0, NOTE_SUBMIT);
}

void
ttyflush(struct tty *tp, int rw)
{
	const struct cdevsw *cdev = cdevsw_lookup(tp->t_dev);

	KASSERT(ttylocked(tp));
	if (ISSET(rw, FREAD))
		flush_input(tp);
	if (!ISSET(rw, FWRITE))
		return;
	CLR(tp->t_state, TS_TTSTOP);
	if (cdev != NULL && cdev->d_stop != NULL)
		(*cdev->d_stop)(tp, rw);
	flush_output(tp);
}

/*
 * With MDMBUF the carrier is flow control of output, else without it the
 * terminal is hung up: its session's leader is told, and nothing is kept.
 */
int
ttymodem(struct tty *tp, int flag)
{
	int rv = 1;

	ttylock(tp);
	if (flag != 0) {
		SET(tp->t_state, TS_CARR_ON);
		if (ISSET(tp->t_cflag, MDMBUF))
			tty_restart(tp);
		ttwakeup(tp);
	} else if (ISSET(tp->t_cflag, MDMBUF)) {
		CLR(tp->t_state, TS_CARR_ON);
		SET(tp->t_state, TS_TTSTOP);
	} else {
		CLR(tp->t_state, TS_CARR_ON);
		if (ISSET(tp->t_state, TS_ISOPEN) &&
		    !ISSET(tp->t_cflag, CLOCAL)) {
			ttysig(tp, TTYSIG_LEADER, SIGHUP);
			ttyflush(tp, FREAD | FWRITE);
			ttwakeup(tp);
			rv = 0;
		}
	}
	ttyunlock(tp);
	return rv;
}

/* The same for lines whose modem says little; tells whether it is open. */
int
nullmodem(struct tty *tp, int flag)
{
	int rv = 1;

	ttylock(tp);
	if (flag != 0) {
		SET(tp->t_state, TS_CARR_ON);
	} else {
		CLR(tp->t_state, TS_CARR_ON);
		if (!ISSET(tp->t_cflag, CLOCAL)) {
			ttysig(tp, TTYSIG_LEADER, SIGHUP);
			rv = 0;
		}
	}
	ttyunlock(tp);
	return rv;
}
