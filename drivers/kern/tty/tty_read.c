/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_read.c: ttread(), which gives a program a line, or in raw mode what
 * VMIN and VTIME ask for.  A read that began before the terminal was closed
 * ends with end of file.
 */
#include "tty_private.h"

#include <sys/uio.h>

#define	READ_PIECE	256

/* Nanoseconds of uptime: VTIME is measured on it. */
static int64_t
uptime_ns(void)
{
	struct timespec ts;

	nanouptime(&ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int
ns_to_ticks(int64_t ns)
{

	return (int)MAX(1, howmany(ns, 1000000000 / hz));
}

/*
 * Sleep for input, for so many ticks or for ever.  *hup: nothing will come any
 * more.
 */
static int
sleep_input(struct tty *tp, int flag, short gen, int timo, bool *hup)
{
	int error;

	*hup = tp->t_gen != gen || (!tty_connected(tp) &&
	    ISSET(tp->t_state, TS_ISOPEN));
	if (*hup)
		return 0;
	if (ISSET(flag, IO_NDELAY))
		return EWOULDBLOCK;
	error = ttysleep(tp, &tp->t_rawcv, true, timo);
	if (tp->t_gen != gen) {
		*hup = true;
		return 0;
	}
	return error == EWOULDBLOCK ? 0 : error;
}

/* What the wait in raw mode knows; times in nanoseconds of uptime. */
struct rawwait {
	int64_t	rw_until;	/* end of VTIME; 0: not running */
	int	rw_have;	/* characters there were last time */
};

/*
 * Is a read in raw mode satisfied?  Else how many ticks may pass until it is,
 * 0 for any number.
 */
static bool
raw_ready(const struct tty *tp, struct rawwait *rw, size_t want, int *timo)
{
	const int have = tp->t_rawq.c_cc;
	const int64_t vtime = (int64_t)tp->t_cc[VTIME] * 100000000;
	const int vmin = tp->t_cc[VMIN];
	int64_t left;

	*timo = 0;
	if (have >= vmin && (have > 0 || vtime == 0))
		return true;
	if (have > 0 && (size_t)have >= want)
		return true;
	if (vtime == 0 || (vmin > 0 && have == 0))
		return false;
	/* For the first character, or with VMIN after each. */
	if (rw->rw_until == 0 || have != rw->rw_have) {
		rw->rw_until = uptime_ns() + vtime;
		rw->rw_have = have;
	}
	left = rw->rw_until - uptime_ns();
	if (left <= 0)
		return true;
	*timo = ns_to_ticks(left);
	return false;
}

/*
 * Wait until there is something; returns with the lock.  *hup: end of file.
 * The mode may change meanwhile.
 */
static int
wait_input(struct tty *tp, const struct uio *uio, int flag, short gen,
    bool *hup)
{
	struct rawwait rw = { 0, 0 };
	int error, timo;

	*hup = false;
	for (;;) {
		if (ISSET(tp->t_lflag, PENDIN))
			ttypend(tp);
		timo = 0;
		if (ISSET(tp->t_lflag, ICANON)) {
			if (tp->t_canq.c_cc > 0)
				return 0;
		} else if (raw_ready(tp, &rw, uio->uio_resid, &timo) ||
		    (ISSET(flag, IO_NDELAY) && tp->t_rawq.c_cc > 0))
			return 0;
		error = sleep_input(tp, flag, gen, timo, hup);
		if (error != 0 || *hup)
			return error;
	}
}

/*
 * The next character of a line.  *endp: the line ends with it; -1: without.
 */
static int
line_getc(struct tty *tp, bool *endp)
{
	const int job = ISIG | IEXTEN;
	int c;

	while ((c = getc(&tp->t_canq)) >= 0) {
		if (!tty_ctrl_is(tp, VDSUSP, c) ||
		    (tp->t_lflag & job) != job)
			break;
		ttysig(tp, TTYSIG_PG1, SIGTSTP);
	}
	*endp = c < 0 || tty_breakc(tp, c);
	return tty_ctrl_is(tp, VEOF, c) ? -1 : c;
}

static int
line_piece(struct tty *tp, u_char *buf, int size, bool *endp)
{
	int c, n;

	*endp = false;
	for (n = 0; n < size && !*endp;) {
		c = line_getc(tp, endp);
		if (c >= 0)
			buf[n++] = c;
	}
	return n;
}

/* An end of file after what filled the buffer belongs to that. */
static void
line_eat_eof(struct tty *tp)
{
	int c;

	if (firstc(&tp->t_canq, &c) != NULL && tty_ctrl_is(tp, VEOF, c))
		(void)getc(&tp->t_canq);
}

/* Move what there is; the lock is given up for each piece. */
static int
move_input(struct tty *tp, struct uio *uio, short gen)
{
	const bool canon = ISSET(tp->t_lflag, ICANON) != 0;
	u_char buf[READ_PIECE];
	bool end = false;
	int error = 0, n, size;

	while (error == 0 && !end && uio->uio_resid > 0 &&
	    tp->t_gen == gen) {
		size = MIN(uio->uio_resid, sizeof(buf));
		n = canon ? line_piece(tp, buf, size, &end) :
		    q_to_b(&tp->t_rawq, buf, size);
		if (canon && !end && (size_t)n == uio->uio_resid)
			line_eat_eof(tp);
		if (n == 0)
			break;
		ttyunlock(tp);
		error = uiomove(buf, n, uio);
		ttylock(tp);
	}
	return error;
}

int
ttread(struct tty *tp, struct uio *uio, int flag)
{
	bool hup;
	short gen;
	int error;

	if (uio->uio_resid == 0)
		return 0;
	ttylock(tp);
	gen = tp->t_gen;
	ttyunlock(tp);
	error = tty_foreground(tp, SIGTTIN);
	if (error != 0)
		return error;
	ttylock(tp);
	error = wait_input(tp, uio, flag, gen, &hup);
	if (error == 0 && !hup) {
		error = move_input(tp, uio, gen);
		if (tty_input_count(tp) < tp->t_qsize / 5)
			tty_unblock(tp);
		cv_broadcast(&tp->t_rawcvf);
	}
	ttyunlock(tp);
	return error;
}
