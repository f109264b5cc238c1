/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_output.c: characters on their way out, termios(4)'s c_oflag: ends of
 * lines, tabs, and the column they leave the cursor in.
 */
#include "tty_private.h"

static bool
put(struct tty *tp, int c)
{

	if (putc(c, &tp->t_outq) != 0)
		return false;
	tp->t_outcc++;
	return true;
}

static bool
room(const struct tty *tp, int n)
{

	return tp->t_outq.c_cn - tp->t_outq.c_cc >= n;
}

/* Where a control character leaves the cursor. */
static void
move_column(struct tty *tp, int c)
{

	switch (c) {
	case '\b':
		if (tp->t_column > 0)
			tp->t_column--;
		break;
	case '\n':
		if (ISSET(tp->t_oflag, ONLCR | ONLRET))
			tp->t_column = 0;
		break;
	case '\r':
		tp->t_column = 0;
		break;
	case '\t':
		tp->t_column = (tp->t_column + 8) & ~7;
		break;
	default:
		if (c >= ' ' && c != 0177)
			tp->t_column++;
		break;
	}
	/* Lines without an end. */
	tp->t_column &= 0x3fff;
}

static int
output_tab(struct tty *tp)
{
	int n = 8 - (tp->t_column & 7);

	if (!room(tp, n))
		return '\t';
	tp->t_column += n;
	while (n-- > 0)
		(void)put(tp, ' ');
	return -1;
}

static int
output_return(struct tty *tp)
{

	if (ISSET(tp->t_oflag, ONOCR) && tp->t_column == 0)
		return -1;
	if (!put(tp, ISSET(tp->t_oflag, OCRNL) ? '\n' : '\r'))
		return '\r';
	move_column(tp, ISSET(tp->t_oflag, OCRNL) ? '\n' : '\r');
	return -1;
}

int
ttyoutput(int c, struct tty *tp)
{

	KASSERT(ttylocked(tp));
	c &= TTY_CHARMASK;
	if (ISSET(tp->t_lflag, FLUSHO) && !ISSET(tp->t_lflag, EXTPROC))
		return -1;
	if (!ISSET(tp->t_oflag, OPOST) || ISSET(tp->t_lflag, EXTPROC))
		return put(tp, c) ? -1 : c;
	if (c == '\t' && ISSET(tp->t_oflag, OXTABS))
		return output_tab(tp);
	if (c == '\r')
		return output_return(tp);
	if (c == CEOT && ISSET(tp->t_oflag, ONOEOT))
		return -1;
	if (c == '\n' && ISSET(tp->t_oflag, ONLCR)) {
		if (!room(tp, 2))
			return c;
		(void)put(tp, '\r');
	}
	if (!put(tp, c))
		return c;
	move_column(tp, c);
	return -1;
}

/* Nothing is to be done to these but to count columns. */
static int
plain_run(const u_char *buf, int len)
{
	int i;

	for (i = 0; i < len && buf[i] >= ' ' && buf[i] != 0177; i++)
		continue;
	return i;
}

static int
output_run(struct tty *tp, const u_char *buf, int len)
{
	const int done = len - b_to_q(buf, len, &tp->t_outq);

	tp->t_outcc += done;
	tp->t_column = (tp->t_column + done) & 0x3fff;
	return done;
}

int
tty_outpiece(struct tty *tp, const u_char *buf, int len)
{
	const bool cook = ISSET(tp->t_oflag, OPOST) &&
	    !ISSET(tp->t_lflag, EXTPROC);
	int done = 0, n;

	KASSERT(ttylocked(tp));
	if (ISSET(tp->t_lflag, FLUSHO) && !ISSET(tp->t_lflag, EXTPROC))
		return len;
	/* Lines that are typed are retyped after this. */
	tp->t_rocount = 0;
	while (done < len && tp->t_outq.c_cc < tp->t_outq.c_cn) {
		n = cook ? plain_run(buf + done, len - done) : len - done;
		if (n > 0) {
			done += output_run(tp, buf + done, n);
			continue;
		}
		if (ttyoutput(buf[done], tp) >= 0)
			break;
		done++;
	}
	return done;
}

int
ttycheckoutq(struct tty *tp, int wait)
{

	KASSERT(ttylocked(tp));
	while (tp->t_outq.c_cc > tp->t_hiwat + 200) {
		ttstart(tp);
		if (wait == 0)
			return 0;
		if (ttysleep(tp, &tp->t_outcv, true, hz) == ERESTART)
			return 0;
	}
	return 1;
}

/*
 * A character of the kernel's own for a terminal.  It is left out if the
 * terminal is hung up.
 */
int
tputchar(int c, int flags, struct tty *tp)
{
	int rv = -1;

	ttylock(tp);
	if (tty_connected(tp)) {
		if (c == '\n' && !ISSET(tp->t_oflag, ONLCR))
			(void)ttyoutput('\r', tp);
		(void)ttyoutput(c, tp);
		ttstart(tp);
		rv = 0;
	}
	ttyunlock(tp);
	return rv;
}

int
ttstart(struct tty *tp)
{

	KASSERT(ttylocked(tp));
	if (tp->t_oproc != NULL)
		(*tp->t_oproc)(tp);
	return 0;
}

void
ttrstrt(void *v)
{
	struct tty *tp = v;

	ttylock(tp);
	CLR(tp->t_state, TS_TIMEOUT);
	ttstart(tp);
	ttyunlock(tp);
}

bool
ttypull(struct tty *tp)
{

	KASSERT(ttylocked(tp));
	if (tp->t_oproc == NULL)
		return false;
	(*tp->t_oproc)(tp);
	return true;
}
