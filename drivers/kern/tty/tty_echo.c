/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_echo.c: what the person at the terminal sees of the input: echo, and the
 * line as it is edited.  t_rocount tells how many characters at the end of
 * t_rawq are on the screen in one piece, from column t_rocol on.
 */
#include "tty_private.h"

/* Columns the echo of a character takes. */
static int
echo_width(const struct tty *tp, int c, int column)
{
	const int ch = c & TTY_CHARMASK;

	if (c == '\t')
		return 8 - (column & 7);
	if (ch >= ' ' && ch != 0177)
		return 1;
	if (c == '\n' || !ISSET(tp->t_lflag, ECHOCTL))
		return 0;
	return 2;
}

void
tty_echo(int c, struct tty *tp)
{
	const int ch = c & TTY_CHARMASK;

	KASSERT(ttylocked(tp));
	if (!ISSET(tp->t_state, TS_CNTTB))
		CLR(tp->t_lflag, FLUSHO);
	if (ISSET(tp->t_lflag, EXTPROC))
		return;
	if (!ISSET(tp->t_lflag, ECHO) && !(c == '\n' &&
	    ISSET(tp->t_lflag, ECHONL) && ISSET(tp->t_lflag, ICANON)))
		return;
	if (ISSET(tp->t_lflag, ECHOCTL) && c != '\t' && c != '\n' &&
	    (ch < ' ' || ch == 0177)) {
		(void)ttyoutput('^', tp);
		(void)ttyoutput(ch == 0177 ? '?' : ch + '@', tp);
		return;
	}
	(void)ttyoutput(ch, tp);
}

/* Blank so many columns to the left of the cursor. */
static void
rub_columns(struct tty *tp, int n)
{

	for (; n > 0; n--) {
		(void)ttyoutput('\b', tp);
		(void)ttyoutput(' ', tp);
		(void)ttyoutput('\b', tp);
	}
}

/* The column where the line that is left would end. */
static int
line_column(struct tty *tp)
{
	u_char *p;
	int c, column = tp->t_rocol;

	for (p = firstc(&tp->t_rawq, &c); p != NULL;
	    p = nextc(&tp->t_rawq, p, &c))
		column += echo_width(tp, c, column);
	return column;
}

static void
rub_visible(struct tty *tp, int c)
{
	int width;

	if (tp->t_rocount == 0) {
		/* Something else was written since. */
		ttyretype(tp);
		return;
	}
	if (c == '\t') {
		if (tp->t_rocount <= tp->t_rawq.c_cc) {
			ttyretype(tp);
			return;
		}
		width = tp->t_column - line_column(tp);
		for (width = MIN(width, 8); width > 0; width--)
			(void)ttyoutput('\b', tp);
	} else
		rub_columns(tp, echo_width(tp, c, 0));
}

/*
 * The character c was taken off t_rawq: off the screen as well.
 */
void
ttyrub(int c, struct tty *tp)
{

	KASSERT(ttylocked(tp));
	if (!ISSET(tp->t_lflag, ECHO) || ISSET(tp->t_lflag, EXTPROC))
		return;
	CLR(tp->t_lflag, FLUSHO);
	if (ISSET(tp->t_lflag, ECHOE)) {
		rub_visible(tp, c);
	} else if (ISSET(tp->t_lflag, ECHOPRT)) {
		if (!ISSET(tp->t_state, TS_ERASE)) {
			SET(tp->t_state, TS_ERASE);
			(void)ttyoutput('\\', tp);
		}
		tty_echo(c, tp);
	} else
		tty_echo(tp->t_cc[VERASE], tp);
	if (tp->t_rocount > 0)
		tp->t_rocount--;
}

/*
 * The line is thrown away.
 */
void
tty_kill(struct tty *tp, int c)
{

	if (ISSET(tp->t_lflag, ECHOKE) && ISSET(tp->t_lflag, ECHO) &&
	    !ISSET(tp->t_lflag, ECHOPRT | EXTPROC) &&
	    tp->t_rawq.c_cc == tp->t_rocount) {
		rub_columns(tp, tp->t_column - tp->t_rocol);
	} else {
		tty_echo(c, tp);
		if (ISSET(tp->t_lflag, ECHOK | ECHOKE) &&
		    !ISSET(tp->t_lflag, EXTPROC))
			(void)ttyoutput('\n', tp);
	}
	ndflush(&tp->t_rawq, tp->t_rawq.c_cc);
	tp->t_rocount = 0;
	CLR(tp->t_state, TS_LOCAL);
}

static bool
blank_p(int c)
{

	return c == ' ' || c == '\t';
}

/* With ALTWERASE words are of letters, digits and underscores. */
static bool
word_p(int c)
{

	c &= TTY_CHARMASK;
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c >= 0200;
}

void
tty_wordrub(struct tty *tp)
{
	const bool alt = ISSET(tp->t_lflag, ALTWERASE) != 0;
	bool kind;
	int c;

	while ((c = unputc(&tp->t_rawq)) >= 0 && blank_p(c))
		ttyrub(c, tp);
	if (c < 0)
		return;
	kind = word_p(c);
	do {
		ttyrub(c, tp);
		c = unputc(&tp->t_rawq);
	} while (c >= 0 && !blank_p(c) && (!alt || word_p(c) == kind));
	if (c >= 0)
		(void)putc(c, &tp->t_rawq);
}

static void
retype_queue(struct tty *tp, struct clist *q)
{
	u_char *p;
	int c;

	for (p = firstc(q, &c); p != NULL; p = nextc(q, p, &c))
		tty_echo(c, tp);
}

void
ttyretype(struct tty *tp)
{

	KASSERT(ttylocked(tp));
	if (tp->t_cc[VREPRINT] != _POSIX_VDISABLE)
		tty_echo(tp->t_cc[VREPRINT], tp);
	(void)ttyoutput('\n', tp);
	retype_queue(tp, &tp->t_canq);
	retype_queue(tp, &tp->t_rawq);
	CLR(tp->t_state, TS_ERASE);
	tp->t_rocount = MIN(tp->t_rawq.c_cc, SHRT_MAX);
	tp->t_rocol = 0;
}
