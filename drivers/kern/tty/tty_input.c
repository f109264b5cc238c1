/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_input.c: a character comes in, termios(4): errors, quoting, signals,
 * flow control, mapping, editing of the line, and last the queue.  The driver
 * calls ttyinput(); readers are woken when there is what they wait for.
 */
#include "tty_private.h"

/* What a step did with the character. */
enum step { STEP_NEXT, STEP_DONE, STEP_DONE_STOPPED };

bool
tty_breakc(const struct tty *tp, int c)
{

	return c == '\n' || tty_ctrl_is(tp, VEOF, c) ||
	    tty_ctrl_is(tp, VEOL, c) ||
	    (tty_ctrl_is(tp, VEOL2, c) && ISSET(tp->t_lflag, IEXTEN));
}

/* The input queue fills up: the other side shall stop. */
static void
tty_block(struct tty *tp)
{

	if (ISSET(tp->t_state, TS_TBLOCK))
		return;
	if (ISSET(tp->t_iflag, IXOFF) &&
	    tp->t_cc[VSTOP] != _POSIX_VDISABLE &&
	    putc(tp->t_cc[VSTOP], &tp->t_outq) == 0) {
		SET(tp->t_state, TS_TBLOCK);
		ttstart(tp);
	}
	if (ISSET(tp->t_cflag, CHWFLOW) && tp->t_hwiflow != NULL &&
	    (*tp->t_hwiflow)(tp, 1) != 0)
		SET(tp->t_state, TS_TBLOCK);
}

void
tty_unblock(struct tty *tp)
{

	if (!ISSET(tp->t_state, TS_TBLOCK))
		return;
	if (ISSET(tp->t_iflag, IXOFF) &&
	    tp->t_cc[VSTART] != _POSIX_VDISABLE &&
	    putc(tp->t_cc[VSTART], &tp->t_outq) == 0) {
		CLR(tp->t_state, TS_TBLOCK);
		ttstart(tp);
	}
	if (tp->t_hwiflow != NULL && (*tp->t_hwiflow)(tp, 0) != 0)
		CLR(tp->t_state, TS_TBLOCK);
}

void
tty_restart(struct tty *tp)
{

	CLR(tp->t_lflag, FLUSHO);
	CLR(tp->t_state, TS_TTSTOP);
	ttstart(tp);
}

/* Three characters tell of an error, as PARMRK has it. */
static void
mark_error(struct tty *tp, int c)
{

	(void)putc(0377 | TTY_QUOTE, &tp->t_rawq);
	(void)putc(0 | TTY_QUOTE, &tp->t_rawq);
	(void)putc(c | TTY_QUOTE, &tp->t_rawq);
	if (!ISSET(tp->t_lflag, ICANON))
		ttwakeup(tp);
}

static enum step
input_break(struct tty *tp)
{

	if (ISSET(tp->t_iflag, IGNBRK))
		return STEP_DONE;
	if (ISSET(tp->t_iflag, BRKINT)) {
		ttyflush(tp, FREAD | FWRITE);
		ttysig(tp, TTYSIG_PG1, SIGINT);
		return STEP_DONE;
	}
	if (ISSET(tp->t_iflag, PARMRK)) {
		mark_error(tp, 0);
		return STEP_DONE;
	}
	return STEP_NEXT;
}

/* Errors of the line; the eighth bit. */
static enum step
input_line(struct tty *tp, int *cp)
{
	const int err = *cp & TTY_ERRORMASK;
	int c = *cp & TTY_CHARMASK;

	*cp = c;
	if (ISSET(err, TTY_FE) && c == 0)
		return input_break(tp);
	if (ISSET(err, TTY_FE) ||
	    (ISSET(err, TTY_PE) && ISSET(tp->t_iflag, INPCK))) {
		if (ISSET(tp->t_iflag, IGNPAR))
			return STEP_DONE;
		if (ISSET(tp->t_iflag, PARMRK)) {
			mark_error(tp, c);
			return STEP_DONE;
		}
		*cp = 0;
		return STEP_NEXT;
	}
	if (ISSET(tp->t_iflag, ISTRIP))
		*cp = c & 0177;
	else if (c == 0377 && ISSET(tp->t_iflag, PARMRK))
		(void)putc(0377 | TTY_QUOTE, &tp->t_rawq);
	return STEP_NEXT;
}

static void
input_lnext(struct tty *tp)
{

	SET(tp->t_state, TS_LNCH);
	if (!ISSET(tp->t_lflag, ECHO))
		return;
	if (ISSET(tp->t_lflag, ECHOE)) {
		(void)ttyoutput('^', tp);
		(void)ttyoutput('\b', tp);
	} else
		tty_echo(tp->t_cc[VLNEXT], tp);
}

static void
input_discard(struct tty *tp, int c)
{

	if (ISSET(tp->t_lflag, FLUSHO)) {
		CLR(tp->t_lflag, FLUSHO);
		return;
	}
	ttyflush(tp, FWRITE);
	tty_echo(c, tp);
	if (tty_input_count(tp) > 0)
		ttyretype(tp);
	SET(tp->t_lflag, FLUSHO);
}

static enum step
input_extended(struct tty *tp, int c)
{

	if (!ISSET(tp->t_lflag, IEXTEN))
		return STEP_NEXT;
	if (tty_ctrl_is(tp, VLNEXT, c))
		input_lnext(tp);
	else if (tty_ctrl_is(tp, VDISCARD, c))
		input_discard(tp, c);
	else
		return STEP_NEXT;
	return STEP_DONE;
}

static enum step
input_signal(struct tty *tp, int c)
{
	int flush = FREAD | FWRITE, sig;

	if (!ISSET(tp->t_lflag, ISIG))
		return STEP_NEXT;
	if (tty_ctrl_is(tp, VINTR, c)) {
		sig = SIGINT;
	} else if (tty_ctrl_is(tp, VQUIT, c)) {
		sig = SIGQUIT;
	} else if (tty_ctrl_is(tp, VSUSP, c)) {
		sig = SIGTSTP;
		flush = FREAD;
	} else
		return STEP_NEXT;
	if (!ISSET(tp->t_lflag, NOFLSH))
		ttyflush(tp, flush);
	tty_echo(c, tp);
	ttysig(tp, TTYSIG_PG1, sig);
	return STEP_DONE;
}

static void
output_stop(struct tty *tp)
{
	const struct cdevsw *cdev = cdevsw_lookup(tp->t_dev);

	SET(tp->t_state, TS_TTSTOP);
	if (cdev != NULL && cdev->d_stop != NULL)
		(*cdev->d_stop)(tp, 0);
}

/*
 * VSTOP and VSTART, which may be one character that does both in turn.
 * Returns whether c was one of them.
 */
int
tty_try_xonxoff(struct tty *tp, unsigned char c)
{
	const bool stop = tty_ctrl_is(tp, VSTOP, c);
	const bool start = tty_ctrl_is(tp, VSTART, c);

	KASSERT(ttylocked(tp));
	if (stop && !ISSET(tp->t_state, TS_TTSTOP))
		output_stop(tp);
	else if (start)
		tty_restart(tp);
	return stop || start;
}

static enum step
input_flow(struct tty *tp, int c)
{

	if (!ISSET(tp->t_iflag, IXON) || !tty_try_xonxoff(tp, c))
		return STEP_NEXT;
	return STEP_DONE_STOPPED;
}

static enum step
input_map(struct tty *tp, int *cp)
{

	if (*cp == '\r') {
		if (ISSET(tp->t_iflag, IGNCR))
			return STEP_DONE;
		if (ISSET(tp->t_iflag, ICRNL))
			*cp = '\n';
	} else if (*cp == '\n' && ISSET(tp->t_iflag, INLCR))
		*cp = '\r';
	return STEP_NEXT;
}

static enum step
input_edit_extended(struct tty *tp, int c)
{

	if (!ISSET(tp->t_lflag, IEXTEN))
		return STEP_NEXT;
	if (tty_ctrl_is(tp, VWERASE, c)) {
		tty_wordrub(tp);
	} else if (tty_ctrl_is(tp, VREPRINT, c)) {
		ttyretype(tp);
	} else if (tty_ctrl_is(tp, VSTATUS, c)) {
		/* Whoever sends it writes the status line, too. */
		ttysig(tp, TTYSIG_PG1, SIGINFO);
	} else
		return STEP_NEXT;
	return STEP_DONE;
}

/* Editing; the line is in t_rawq. */
static enum step
input_edit(struct tty *tp, int c)
{

	if (!ISSET(tp->t_lflag, ICANON))
		return STEP_NEXT;
	if (tty_ctrl_is(tp, VERASE, c)) {
		if (tp->t_rawq.c_cc > 0)
			ttyrub(unputc(&tp->t_rawq), tp);
		return STEP_DONE;
	}
	if (tty_ctrl_is(tp, VKILL, c)) {
		tty_kill(tp, c);
		return STEP_DONE;
	}
	return input_edit_extended(tp, c);
}

static void
echo_stored(struct tty *tp, int c)
{
	int back;

	CLR(tp->t_state, TS_ERASE);
	back = tp->t_column;
	tty_echo(c, tp);
	if (!tty_ctrl_is(tp, VEOF, c) || !ISSET(tp->t_lflag, ICANON) ||
	    !ISSET(tp->t_lflag, ECHO))
		return;
	/* What is printed next covers it. */
	for (back = MIN(2, tp->t_column - back); back > 0; back--)
		(void)ttyoutput('\b', tp);
}

/*
 * The end of a line has room even when the line is as long as it can be: else
 * nobody could ever read it.
 */
static void
input_store(struct tty *tp, int c)
{
	const bool canon = ISSET(tp->t_lflag, ICANON) != 0;
	const bool brk = canon && tty_breakc(tp, c);
	const int total = tty_input_count(tp);

	if (total >= tp->t_qsize - (canon && !brk ? 1 : 0)) {
		if (ISSET(tp->t_iflag, IMAXBEL) &&
		    tp->t_outq.c_cc < tp->t_hiwat)
			(void)ttyoutput(CTRL('g'), tp);
		return;
	}
	if (total >= tp->t_qsize / 2 && (!canon || tp->t_canq.c_cc > 0))
		tty_block(tp);
	if (putc(c, &tp->t_rawq) != 0)
		return;
	if (!canon) {
		ttwakeup(tp);
	} else if (brk) {
		tp->t_rocount = 0;
		catq(&tp->t_rawq, &tp->t_canq);
		ttwakeup(tp);
	} else if (tp->t_rocount++ == 0)
		tp->t_rocol = tp->t_column;
	echo_stored(tp, c);
}

/* Everything that is not literal has its meaning looked at. */
static enum step
input_special(struct tty *tp, int *cp)
{
	enum step st;

	st = input_extended(tp, *cp);
	if (st == STEP_NEXT)
		st = input_signal(tp, *cp);
	if (st == STEP_NEXT)
		st = input_flow(tp, *cp);
	if (st == STEP_NEXT)
		st = input_map(tp, cp);
	if (st == STEP_NEXT)
		st = input_edit(tp, *cp);
	return st;
}

static void
input_count(struct tty *tp)
{

	if (ISSET(tp->t_lflag, ICANON))
		tp->t_cancc++;
	else
		tp->t_rawcc++;
}

int
ttyinput_wlock(int c, struct tty *tp)
{
	enum step st = STEP_NEXT;

	KASSERT(ttylocked(tp));
	if (!ISSET(tp->t_cflag, CREAD))
		return 0;
	if (ISSET(tp->t_lflag, PENDIN))
		ttypend(tp);
	input_count(tp);
	if (!ISSET(c, TTY_QUOTE))
		st = input_line(tp, &c);
	if (st == STEP_NEXT && ISSET(tp->t_state, TS_LNCH)) {
		CLR(tp->t_state, TS_LNCH);
		c |= TTY_QUOTE;
	}
	if (st == STEP_NEXT && !ISSET(c, TTY_QUOTE) &&
	    !ISSET(tp->t_lflag, EXTPROC))
		st = input_special(tp, &c);
	if (st == STEP_NEXT)
		input_store(tp, c);
	if (st != STEP_DONE_STOPPED && ISSET(tp->t_state, TS_TTSTOP) &&
	    ISSET(tp->t_iflag, IXANY))
		tty_restart(tp);
	return 0;
}

int
ttyinput(int c, struct tty *tp)
{
	int rv;

	ttylock(tp);
	rv = ttyinput_wlock(c, tp);
	ttyunlock(tp);
	return rv;
}

bool
tty_input_room(const struct tty *tp)
{

	return tty_input_count(tp) < tp->t_qsize - 2 ||
	    (ISSET(tp->t_lflag, ICANON) && tp->t_canq.c_cc == 0);
}

/* Is input taken as it is? */
static bool
plain_input(const struct tty *tp)
{

	return ISSET(tp->t_cflag, CREAD) &&
	    !ISSET(tp->t_lflag, ICANON | ECHO | ISIG | IEXTEN | PENDIN) &&
	    !ISSET(tp->t_iflag, ISTRIP | PARMRK | INLCR | IGNCR | ICRNL |
	    IXON | IXOFF) && !ISSET(tp->t_cflag, CHWFLOW) &&
	    !ISSET(tp->t_state, TS_LNCH | TS_TTSTOP);
}

int
tty_input_piece(struct tty *tp, const u_char *buf, int len)
{
	int done;

	KASSERT(ttylocked(tp));
	KASSERT(len > 0 && tty_input_room(tp));
	if (!plain_input(tp)) {
		for (done = 0; done < len && tty_input_room(tp); done++)
			(void)ttyinput_wlock(buf[done], tp);
		return done;
	}
	done = MIN(len, tp->t_qsize - 2 - tty_input_count(tp));
	KASSERT(done > 0);
	done -= b_to_q(buf, done, &tp->t_rawq);
	tp->t_rawcc += done;
	ttwakeup(tp);
	return done;
}

/*
 * What came in while there were no lines, is typed again now that there are.
 */
void
ttypend(struct tty *tp)
{
	struct clist tq;
	int c;

	KASSERT(ttylocked(tp));
	CLR(tp->t_lflag, PENDIN);
	KASSERT(tp->t_pendq.c_cc == 0);
	tq = tp->t_pendq;
	tp->t_pendq = tp->t_rawq;
	tp->t_rawq = tq;
	tp->t_rocount = 0;
	SET(tp->t_state, TS_TYPEN);
	while ((c = getc(&tp->t_pendq)) >= 0)
		(void)ttyinput_wlock(c, tp);
	CLR(tp->t_state, TS_TYPEN);
}
