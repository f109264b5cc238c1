/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_ptyioctl.c: requests on either end of a pty: the master's own, then the
 * terminal's; and telling the master of what the slave changed.
 */
#include "tty_private.h"

#include <sys/filio.h>

#include "tty_pty.h"

/* Request n of TIOCUCNTL; pty(4). */
#define	UIOCCMD(n)	_IO('u', (n))

/* Packet mode and user control exclude each other. */
static int
set_mode(struct pt_softc *pt, int mode, int other, bool on)
{

	if (!on) {
		CLR(pt->pt_flags, mode);
		return 0;
	}
	if (ISSET(pt->pt_flags, other))
		return EINVAL;
	SET(pt->pt_flags, mode);
	if (mode == PF_PKT)
		pt->pt_send = 0;
	else
		pt->pt_ucntl = 0;
	return 0;
}

static int
set_remote(struct pt_softc *pt, bool on)
{

	if (on)
		SET(pt->pt_flags, PF_REMOTE);
	else
		CLR(pt->pt_flags, PF_REMOTE);
	ttyflush(pt->pt_tty, FREAD | FWRITE);
	return 0;
}

/* A signal for the foreground group, as if its character had been typed. */
static int
send_signal(struct tty *tp, int sig)
{

	if (sig <= 0 || sig >= NSIG)
		return EINVAL;
	if (!ISSET(tp->t_lflag, NOFLSH))
		ttyflush(tp, FREAD | FWRITE);
	ttysig(tp, TTYSIG_PG1, sig);
	return 0;
}

/* The line is edited by somebody else. */
static int
set_extproc(struct pt_softc *pt, bool on)
{
	struct tty *tp = pt->pt_tty;

	if (ISSET(pt->pt_flags, PF_PKT)) {
		SET(pt->pt_send, TIOCPKT_IOCTL);
		pty_wakeup(pt, FREAD);
	}
	if (on)
		SET(tp->t_lflag, EXTPROC);
	else
		CLR(tp->t_lflag, EXTPROC);
	return 0;
}

/* What only the master may ask for; with the lock. */
static int
master_locked(struct pt_softc *pt, u_long cmd, void *data)
{
	struct tty *tp = pt->pt_tty;
	const int arg = *(int *)data;

	switch (cmd) {
	case TIOCPKT:
		return set_mode(pt, PF_PKT, PF_UCNTL, arg != 0);
	case TIOCUCNTL:
		return set_mode(pt, PF_UCNTL, PF_PKT, arg != 0);
	case TIOCREMOTE:
		return set_remote(pt, arg != 0);
	case TIOCSIG:
		return send_signal(tp, arg);
	case FIONREAD:
		*(int *)data = pt->pt_tail.c_cc + tp->t_outq.c_cc;
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

/* The master need not have the terminal to ask whose it is. */
static int
master_pgrp(struct tty *tp, int *idp)
{

	mutex_enter(&proc_lock);
	*idp = tp->t_pgrp != NULL ? tp->t_pgrp->pg_id : NO_PGID;
	mutex_exit(&proc_lock);
	return 0;
}

static int
master_name(struct tty *tp, u_long cmd, void *data, struct lwp *l)
{
	struct mount *mp;
	int error;

	error = pty_getmp(l, &mp);
	if (error != 0)
		return error;
	return cmd == TIOCGRANTPT ? pty_grant_slave(l, tp->t_dev, mp) :
	    pty_fill_ptmget(l, tp->t_dev, -1, -1, data, mp);
}

static int
master_ioctl(struct pt_softc *pt, u_long cmd, void *data, struct lwp *l)
{
	struct tty *tp = pt->pt_tty;
	int error;

	switch (cmd) {
	case TIOCGPGRP:
		return master_pgrp(tp, data);
	case TIOCGRANTPT:
	case TIOCPTSNAME:
		return master_name(tp, cmd, data, l);
	default:
		ttylock(tp);
		error = master_locked(pt, cmd, data);
		ttyunlock(tp);
		return error;
	}
}

/* With TIOCUCNTL the slave sends the master a byte. */
static int
user_control(struct pt_softc *pt, u_long cmd)
{
	int error = EPASSTHROUGH;

	ttylock(pt->pt_tty);
	if (ISSET(pt->pt_flags, PF_UCNTL) &&
	    (cmd & ~0xffUL) == UIOCCMD(0)) {
		if ((cmd & 0xff) != 0) {
			pt->pt_ucntl = cmd & 0xff;
			pty_wakeup(pt, FREAD);
		}
		error = 0;
	}
	ttyunlock(pt->pt_tty);
	return error;
}

static bool
changes_modes(u_long cmd)
{

	return cmd == TIOCSETA || cmd == TIOCSETAW || cmd == TIOCSETAF ||
	    cmd == TIOCSETD || cmd == TIOCSLINED;
}

/* The master does ^S and ^Q itself as long as they mean what they always do. */
static void
tell_flow(struct pt_softc *pt)
{
	const struct tty *tp = pt->pt_tty;
	const bool stop = ISSET(tp->t_iflag, IXON) &&
	    tp->t_cc[VSTOP] == CTRL('s') && tp->t_cc[VSTART] == CTRL('q');

	if (stop == !ISSET(pt->pt_flags, PF_NOSTOP))
		return;
	CLR(pt->pt_send, TIOCPKT_NOSTOP | TIOCPKT_DOSTOP);
	SET(pt->pt_send, stop ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP);
	pt->pt_flags ^= PF_NOSTOP;
	pty_wakeup(pt, FREAD);
}

static void
tell_master(struct pt_softc *pt, u_long cmd)
{
	struct tty *tp = pt->pt_tty;

	ttylock(tp);
	if (ISSET(tp->t_lflag, EXTPROC) && ISSET(pt->pt_flags, PF_PKT) &&
	    changes_modes(cmd)) {
		SET(pt->pt_send, TIOCPKT_IOCTL);
		pty_wakeup(pt, FREAD);
	}
	tell_flow(pt);
	/* Input may have been thrown away. */
	pty_wakeup(pt, FWRITE);
	ttyunlock(tp);
}

int
pty_ioctl(struct pt_softc *pt, bool master, u_long cmd, void *data, int flag,
    struct lwp *l)
{
	struct tty *tp = pt->pt_tty;
	int error;

	if (master) {
		error = master_ioctl(pt, cmd, data, l);
		if (error != EPASSTHROUGH)
			return error;
	}
	if (cmd == TIOCEXT) {
		ttylock(tp);
		error = set_extproc(pt, *(int *)data != 0);
		ttyunlock(tp);
		return error;
	}
	error = (*tp->t_linesw->l_ioctl)(tp, cmd, data, flag, l);
	if (error == EPASSTHROUGH)
		error = ttioctl(tp, cmd, data, flag, l);
	if (error == EPASSTHROUGH)
		error = user_control(pt, cmd);
	tell_master(pt, cmd);
	return error;
}
