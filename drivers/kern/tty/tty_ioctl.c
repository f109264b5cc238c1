/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_ioctl.c: ttioctl(): modes, queues, windows, line disciplines, input that
 * is simulated.  What it does not know is the driver's.  The values come from
 * programs: each is checked before anything changes.
 */
#include "tty_private.h"

#include <sys/filio.h>
#include <sys/kauth.h>
#include <sys/kmem.h>

/* Who changes a terminal from the background is stopped first. */
static bool
wants_foreground(u_long cmd)
{

	switch (cmd) {
	case TIOCFLUSH:
	case TIOCDRAIN:
	case TIOCSBRK:
	case TIOCCBRK:
	case TIOCSTART:
	case TIOCSTOP:
	case TIOCSETA:
	case TIOCSETAW:
	case TIOCSETAF:
	case TIOCSETD:
	case TIOCSLINED:
	case TIOCSPGRP:
	case TIOCSTAT:
	case TIOCSTI:
	case TIOCSWINSZ:
	case TIOCSQSIZE:
		return true;
	default:
		return false;
	}
}

/* Input moves to where reads of the other mode look for it. */
static void
mode_switch(struct tty *tp, bool canon)
{
	struct clist tq;

	KASSERT(ttylocked(tp));
	if (canon) {
		SET(tp->t_lflag, PENDIN);
		ttwakeup(tp);
		return;
	}
	catq(&tp->t_rawq, &tp->t_canq);
	KASSERT(tp->t_rawq.c_cc == 0);
	tq = tp->t_rawq;
	tp->t_rawq = tp->t_canq;
	tp->t_canq = tq;
	CLR(tp->t_lflag, PENDIN);
	tp->t_rocount = 0;
}

static void
set_lflag(struct tty *tp, tcflag_t lflag, bool flushed)
{
	const tcflag_t old = tp->t_lflag;

	/* EXTPROC is TIOCEXT's. */
	tp->t_lflag = (lflag & ~EXTPROC) | (old & EXTPROC);
	if (ISSET(old ^ lflag, ICANON) && !flushed)
		mode_switch(tp, ISSET(lflag, ICANON) != 0);
	if (!ISSET(tp->t_lflag, ICANON))
		CLR(tp->t_lflag, PENDIN);
}

/* The hardware is asked first; it may refuse. */
static int
set_cflag(struct tty *tp, struct termios *t)
{
	int error;

	if (ISSET(t->c_cflag, CIGNORE))
		return 0;
	if (tp->t_param != NULL) {
		ttyunlock(tp);
		error = (*tp->t_param)(tp, t);
		ttylock(tp);
		if (error != 0)
			return error;
	}
	tp->t_cflag = t->c_cflag;
	tp->t_ispeed = t->c_ispeed;
	tp->t_ospeed = t->c_ospeed;
	if (t->c_ospeed == 0)
		ttysig(tp, TTYSIG_LEADER, SIGHUP);
	ttsetwater(tp);
	return 0;
}

static int
set_termios(struct tty *tp, u_long cmd, struct termios *t)
{
	int error;

	if (t->c_ispeed < 0 || t->c_ospeed < 0)
		return EINVAL;
	if (cmd != TIOCSETA) {
		error = ttywait(tp);
		if (error != 0)
			return error;
	}
	ttylock(tp);
	if (cmd == TIOCSETAF)
		ttyflush(tp, FREAD);
	error = set_cflag(tp, t);
	if (error == 0) {
		tp->t_iflag = t->c_iflag;
		tp->t_oflag = t->c_oflag;
		memcpy(tp->t_cc, t->c_cc, sizeof(tp->t_cc));
		set_lflag(tp, t->c_lflag, cmd == TIOCSETAF);
		/* Readers see what VMIN is now, writers whether IXON is. */
		ttwakeup(tp);
		if (!ISSET(tp->t_iflag, IXON) &&
		    ISSET(tp->t_state, TS_TTSTOP))
			tty_restart(tp);
	}
	ttyunlock(tp);
	return error;
}

static int
set_discipline(struct tty *tp, u_long cmd, void *data, int flag)
{
	struct linesw *ld;
	char name[sizeof(linedn_t)];

	if (cmd == TIOCSETD) {
		ld = ttyldisc_lookup_bynum(*(int *)data);
	} else {
		strlcpy(name, data, sizeof(name));
		ld = ttyldisc_lookup(name);
	}
	return ld == NULL ? ENXIO : tty_setdisc(tp, ld, flag);
}

static int
ioctl_discipline(struct tty *tp, u_long cmd, void *data, int flag)
{

	switch (cmd) {
	case TIOCGETD:
		*(int *)data = tp->t_linesw->l_no;
		return 0;
	case TIOCGLINED:
		memset(data, 0, sizeof(linedn_t));
		strlcpy(data, tp->t_linesw->l_name, sizeof(linedn_t));
		return 0;
	case TIOCSETD:
	case TIOCSLINED:
		return set_discipline(tp, cmd, data, flag);
	default:
		return EPASSTHROUGH;
	}
}

/*
 * Input as if it were typed: for who may read from his own terminal, or is
 * privileged.
 */
static int
simulate_input(struct tty *tp, int c, int flag, struct lwp *l)
{
	bool own;

	if (kauth_authorize_device_tty(l->l_cred, KAUTH_DEVICE_TTY_STI,
	    tp) != 0) {
		if (!ISSET(flag, FREAD))
			return EPERM;
		mutex_enter(&proc_lock);
		own = isctty(l->l_proc, tp);
		mutex_exit(&proc_lock);
		if (!own)
			return EACCES;
	}
	(void)(*tp->t_linesw->l_rint)(c, tp);
	return 0;
}

static void
set_winsize(struct tty *tp, const struct winsize *ws)
{

	KASSERT(ttylocked(tp));
	if (memcmp(&tp->t_winsize, ws, sizeof(*ws)) == 0)
		return;
	tp->t_winsize = *ws;
	ttysig(tp, TTYSIG_PG1, SIGWINCH);
}

static void
start_stop(struct tty *tp, bool stop)
{
	const struct cdevsw *cdev = cdevsw_lookup(tp->t_dev);

	KASSERT(ttylocked(tp));
	if (!stop) {
		if (ISSET(tp->t_state, TS_TTSTOP) ||
		    ISSET(tp->t_lflag, FLUSHO))
			tty_restart(tp);
	} else if (!ISSET(tp->t_state, TS_TTSTOP)) {
		SET(tp->t_state, TS_TTSTOP);
		if (cdev != NULL && cdev->d_stop != NULL)
			(*cdev->d_stop)(tp, 0);
	}
}

/* Requests that take no time; with the lock. */
static int
ioctl_locked(struct tty *tp, u_long cmd, void *data)
{
	int rw;

	switch (cmd) {
	case TIOCGETA:
		*(struct termios *)data = tp->t_termios;
		return 0;
	case TIOCGWINSZ:
		*(struct winsize *)data = tp->t_winsize;
		return 0;
	case TIOCSWINSZ:
		set_winsize(tp, data);
		return 0;
	case TIOCFLUSH:
		rw = *(int *)data;
		rw = rw == 0 ? FREAD | FWRITE : rw & (FREAD | FWRITE);
		ttyflush(tp, rw);
		return 0;
	case TIOCSTART:
	case TIOCSTOP:
		start_stop(tp, cmd == TIOCSTOP);
		return 0;
	case TIOCEXCL:
		SET(tp->t_state, TS_XCLUDE);
		return 0;
	case TIOCNXCL:
		CLR(tp->t_state, TS_XCLUDE);
		return 0;
	case TIOCGQSIZE:
		*(int *)data = tp->t_qsize;
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

/* Requests of all files, filio.h. */
static int
ioctl_file(struct tty *tp, u_long cmd, void *data)
{

	switch (cmd) {
	case FIONBIO:
		return 0;
	case FIOASYNC:
		if (*(int *)data != 0)
			SET(tp->t_state, TS_ASYNC);
		else
			CLR(tp->t_state, TS_ASYNC);
		return 0;
	case FIONREAD:
		*(int *)data = tty_nread(tp);
		return 0;
	case TIOCOUTQ:
	case FIONWRITE:
		*(int *)data = tp->t_outq.c_cc;
		return 0;
	case FIONSPACE:
		*(int *)data = MAX(tp->t_hiwat - tp->t_outq.c_cc, 0);
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

static void
queue_swap(struct clist *q, struct clist *with)
{
	struct clist old;

	/* Rings of one size may trade places here already. */
	catq(q, with);
	old = *q;
	*q = *with;
	*with = old;
}

static bool
queues_fit(const struct tty *tp, int size)
{

	return tty_input_count(tp) <= size &&
	    tp->t_outq.c_cc <= tty_outsize(size);
}

/* What is queued must fit the new size. */
static int
set_qsize(struct tty *tp, int size)
{
	struct clist q[4];
	bool fits;
	int i;

	if (size < TTY_QSIZE_MIN || size > TTY_QSIZE_MAX || !powerof2(size))
		return EINVAL;
	for (i = 0; i < 3; i++)
		(void)clalloc(&q[i], size, 1);
	(void)clalloc(&q[3], tty_outsize(size), 0);
	ttylock(tp);
	fits = queues_fit(tp, size);
	if (fits) {
		queue_swap(&tp->t_rawq, &q[0]);
		queue_swap(&tp->t_canq, &q[1]);
		queue_swap(&tp->t_pendq, &q[2]);
		queue_swap(&tp->t_outq, &q[3]);
		tp->t_qsize = size;
		ttsetwater(tp);
		cv_broadcast(&tp->t_rawcvf);
		cv_broadcast(&tp->t_outcv);
	}
	ttyunlock(tp);
	for (i = 0; i < 4; i++)
		clfree(&q[i]);
	return fits ? 0 : EBUSY;
}

static int
show_status(struct tty *tp)
{
	char line[200];

	mutex_enter(&proc_lock);
	ttygetinfo(tp, 0, line, sizeof(line));
	mutex_exit(&proc_lock);
	ttyputinfo(tp, line);
	return 0;
}

static int
ioctl_sleeping(struct tty *tp, u_long cmd, void *data, int flag,
    struct lwp *l)
{

	switch (cmd) {
	case TIOCSETA:
	case TIOCSETAW:
	case TIOCSETAF:
		return set_termios(tp, cmd, data);
	case TIOCDRAIN:
		return ttywait(tp);
	case TIOCSTI:
		return simulate_input(tp, *(unsigned char *)data, flag, l);
	case TIOCSTAT:
		return show_status(tp);
	case TIOCSQSIZE:
		return set_qsize(tp, *(int *)data);
	default:
		return EPASSTHROUGH;
	}
}

int
ttioctl(struct tty *tp, u_long cmd, void *data, int flag, struct lwp *l)
{
	int error;

	if (wants_foreground(cmd)) {
		error = tty_foreground(tp, SIGTTOU);
		if (error != 0)
			return error;
	}
	error = tty_ioctl_jobc(tp, cmd, data, l);
	if (error != EPASSTHROUGH)
		return error;
	error = ioctl_discipline(tp, cmd, data, flag);
	if (error != EPASSTHROUGH)
		return error;
	error = ioctl_sleeping(tp, cmd, data, flag, l);
	if (error != EPASSTHROUGH)
		return error;
	ttylock(tp);
	error = ioctl_locked(tp, cmd, data);
	if (error == EPASSTHROUGH)
		error = ioctl_file(tp, cmd, data);
	ttyunlock(tp);
	return error;
}
