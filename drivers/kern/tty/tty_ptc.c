/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_ptc.c: the master of a pty.  What it reads is the terminal's output,
 * what it writes its input.  Once a slave had the terminal and closed it, reads
 * are end of file after the last output, and writes fail, until it is opened
 * again; before the first slave both wait.
 */
#include "tty_private.h"

#include <sys/event.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/uio.h>

#include "tty_pty.h"

#define	PTC_PIECE	512

static int
ptc_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct pt_softc *pt;
	struct tty *tp;
	int error;

	error = pty_check(minor(dev));
	if (error != 0)
		return error;
	pt = pty_softc(dev);
	tp = pt->pt_tty;
	ttylock(tp);
	if (tp->t_oproc != NULL) {
		ttyunlock(tp);
		return EIO;
	}
	tp->t_oproc = pts_start;
	CLR(tp->t_lflag, EXTPROC);
	pt->pt_flags = 0;
	pt->pt_send = pt->pt_ucntl = 0;
	ndflush(&pt->pt_tail, pt->pt_tail.c_cc);
	ttyunlock(tp);
	(void)(*tp->t_linesw->l_modem)(tp, 1);
	return 0;
}

static int
ptc_close(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct pt_softc *pt = pty_softc(dev);
	struct tty *tp = pt->pt_tty;

	/* There is no line that could be local. */
	ttylock(tp);
	CLR(tp->t_cflag, CLOCAL | MDMBUF);
	ttyunlock(tp);
	(void)(*tp->t_linesw->l_modem)(tp, 0);
	ttylock(tp);
	CLR(tp->t_state, TS_CARR_ON);
	tp->t_oproc = NULL;
	ndflush(&pt->pt_tail, pt->pt_tail.c_cc);
	selnotify(&tp->t_wsel, 0, NOTE_SUBMIT);
	cv_broadcast(&tp->t_outcv);
	ttwakeup(tp);
	ttyunlock(tp);
	return 0;
}

/* Something of the protocol between the two, to be read before data. */
static bool
ptc_message(const struct pt_softc *pt)
{

	return (ISSET(pt->pt_flags, PF_PKT) && pt->pt_send != 0) ||
	    (ISSET(pt->pt_flags, PF_UCNTL) && pt->pt_ucntl != 0);
}

static bool
ptc_data(const struct pt_softc *pt)
{
	const struct tty *tp = pt->pt_tty;

	return pt->pt_tail.c_cc > 0 || (ISSET(tp->t_state, TS_ISOPEN) &&
	    tp->t_outq.c_cc > 0 && !ISSET(tp->t_state, TS_TTSTOP));
}

/* Wait for something to read; *eof: there will be nothing. */
static int
ptc_wait_data(struct pt_softc *pt, int flag, bool *eof)
{
	struct tty *tp = pt->pt_tty;
	int error;

	*eof = false;
	while (!ptc_data(pt) && !ptc_message(pt)) {
		*eof = !ISSET(tp->t_state, TS_CARR_ON);
		if (*eof)
			return 0;
		if (ISSET(flag, IO_NDELAY))
			return EWOULDBLOCK;
		error = ttysleep(tp, &tp->t_outcvf, true, 0);
		if (error != 0 && ISSET(tp->t_state, TS_CARR_ON))
			return error;
	}
	return 0;
}

/* The slave's output has room again. */
static void
ptc_drained(struct tty *tp)
{

	if (tp->t_outq.c_cc > tp->t_lowat)
		return;
	cv_broadcast(&tp->t_outcv);
	selnotify(&tp->t_wsel, 0, NOTE_SUBMIT);
}

static int
ptc_take(struct pt_softc *pt, u_char *buf, int size)
{
	struct tty *tp = pt->pt_tty;
	int n;

	n = q_to_b(&pt->pt_tail, buf, size);
	if (n == 0 && ptc_data(pt)) {
		n = q_to_b(&tp->t_outq, buf, size);
		ptc_drained(tp);
	}
	return n;
}

/* Locked again when it returns. */
static int
ptc_move_data(struct pt_softc *pt, struct uio *uio)
{
	struct tty *tp = pt->pt_tty;
	u_char buf[PTC_PIECE];
	int error = 0, n;

	while (error == 0 && uio->uio_resid > 0) {
		n = ptc_take(pt, buf, MIN(uio->uio_resid, sizeof(buf)));
		if (n == 0)
			break;
		ttyunlock(tp);
		error = uiomove(buf, n, uio);
		ttylock(tp);
	}
	return error;
}

/* A message is a byte; with TIOCPKT_IOCTL the modes follow. */
static int
ptc_move_message(struct pt_softc *pt, struct uio *uio)
{
	struct tty *tp = pt->pt_tty;
	struct termios t = tp->t_termios;
	u_char byte;
	bool pkt;
	int error;

	pkt = ISSET(pt->pt_flags, PF_PKT) && pt->pt_send != 0;
	if (pkt) {
		byte = pt->pt_send;
		pt->pt_send = 0;
	} else {
		byte = pt->pt_ucntl;
		pt->pt_ucntl = 0;
	}
	ttyunlock(tp);
	error = ureadc(byte, uio);
	if (error == 0 && pkt && ISSET(byte, TIOCPKT_IOCTL))
		error = uiomove(&t, MIN(uio->uio_resid, sizeof(t)), uio);
	ttylock(tp);
	return error;
}

static int
ptc_read(dev_t dev, struct uio *uio, int flag)
{
	struct pt_softc *pt = pty_softc(dev);
	struct tty *tp = pt->pt_tty;
	bool eof;
	int error;

	ttylock(tp);
	error = ptc_wait_data(pt, flag, &eof);
	if (error != 0 || eof) {
		ttyunlock(tp);
		return error;
	}
	if (ptc_message(pt)) {
		error = ptc_move_message(pt, uio);
	} else {
		if (ISSET(pt->pt_flags, PF_PKT | PF_UCNTL)) {
			ttyunlock(tp);
			error = ureadc(TIOCPKT_DATA, uio);
			ttylock(tp);
		}
		if (error == 0)
			error = ptc_move_data(pt, uio);
	}
	ttyunlock(tp);
	return error;
}

/* May the master write, and something that is not dropped? */
static bool
ptc_room(const struct pt_softc *pt)
{
	const struct tty *tp = pt->pt_tty;

	if (!ISSET(tp->t_state, TS_ISOPEN))
		return false;
	if (ISSET(pt->pt_flags, PF_REMOTE))
		return tty_input_count(tp) == 0;
	return tty_input_room(tp);
}

static int
ptc_wait_room(struct pt_softc *pt, int flag)
{
	struct tty *tp = pt->pt_tty;
	int error;

	for (;;) {
		if (!ISSET(tp->t_state, TS_CARR_ON))
			return EIO;
		if (ptc_room(pt))
			return 0;
		if (ISSET(flag, IO_NDELAY))
			return EWOULDBLOCK;
		error = ttysleep(tp, &tp->t_rawcvf, true, 0);
		if (error != 0 && ISSET(tp->t_state, TS_CARR_ON))
			return error;
	}
}

/* Input is typed. */
static int
ptc_type(struct pt_softc *pt, const u_char *buf, int len, int flag,
    int *donep)
{
	struct tty *tp = pt->pt_tty;
	const struct linesw *ld;
	int done = 0, error = 0;

	ttylock(tp);
	while (done < len) {
		error = ptc_wait_room(pt, flag);
		if (error != 0)
			break;
		ld = tp->t_linesw;
		if (ld->l_rint == ttyinput) {
			done += tty_input_piece(tp, buf + done, len - done);
			continue;
		}
		ttyunlock(tp);
		(void)(*ld->l_rint)(buf[done++], tp);
		ttylock(tp);
	}
	ttyunlock(tp);
	*donep = done;
	return error;
}

/*
 * With TIOCREMOTE input is not edited: characters are literal, and the end of
 * a record is as an end of file that was typed.
 */
static int
ptc_record(struct pt_softc *pt, const u_char *buf, int len, int flag,
    bool last)
{
	struct tty *tp = pt->pt_tty;
	struct clist *q;
	int error, i;

	ttylock(tp);
	error = ptc_wait_room(pt, flag);
	if (error == 0) {
		q = ISSET(tp->t_lflag, ICANON) ? &tp->t_canq : &tp->t_rawq;
		for (i = 0; i < len; i++)
			(void)putc(buf[i] | TTY_QUOTE, q);
		if (last && q == &tp->t_canq &&
		    tp->t_cc[VEOF] != _POSIX_VDISABLE)
			(void)putc(tp->t_cc[VEOF], q);
		ttwakeup(tp);
	}
	ttyunlock(tp);
	return error;
}

/* What is longer than the queue is several, of which the last one ends. */
static int
ptc_write_records(struct pt_softc *pt, struct uio *uio, int flag)
{
	const size_t size = TTY_QSIZE_MIN - 1;
	u_char *buf;
	size_t n;
	int error;

	buf = kmem_alloc(size, KM_SLEEP);
	do {
		n = MIN(uio->uio_resid, size);
		error = uiopeek(buf, n, uio);
		if (error == 0)
			error = ptc_record(pt, buf, n, flag,
			    n == uio->uio_resid);
		if (error == 0)
			uioskip(n, uio);
	} while (error == 0 && uio->uio_resid > 0);
	kmem_free(buf, size);
	return error;
}

static int
ptc_write_typed(struct pt_softc *pt, struct uio *uio, int flag)
{
	u_char buf[PTC_PIECE];
	int done, error = 0, n;

	while (error == 0 && uio->uio_resid > 0) {
		n = MIN(uio->uio_resid, sizeof(buf));
		error = uiopeek(buf, n, uio);
		if (error != 0)
			break;
		error = ptc_type(pt, buf, n, flag, &done);
		uioskip(done, uio);
	}
	return error;
}

static int
ptc_write(dev_t dev, struct uio *uio, int flag)
{
	struct pt_softc *pt = pty_softc(dev);
	const size_t total = uio->uio_resid;
	bool remote;
	int error;

	ttylock(pt->pt_tty);
	remote = ISSET(pt->pt_flags, PF_REMOTE) &&
	    ISSET(pt->pt_tty->t_lflag, ICANON);
	ttyunlock(pt->pt_tty);
	error = remote ? ptc_write_records(pt, uio, flag) :
	    ptc_write_typed(pt, uio, flag);
	if ((error == EWOULDBLOCK || error == EINTR || error == ERESTART) &&
	    uio->uio_resid != total)
		error = 0;
	return error;
}

static int
ptc_ready(const struct pt_softc *pt)
{
	const struct tty *tp = pt->pt_tty;
	int revents = 0;

	if (ptc_data(pt) || ptc_message(pt))
		revents |= POLLIN | POLLRDNORM;
	if (!ISSET(tp->t_state, TS_CARR_ON))
		revents |= POLLHUP | POLLIN | POLLRDNORM;
	else if (ptc_room(pt))
		revents |= POLLOUT | POLLWRNORM;
	return revents;
}

static int
ptc_poll(dev_t dev, int events, struct lwp *l)
{
	struct pt_softc *pt = pty_softc(dev);
	int revents;

	ttylock(pt->pt_tty);
	revents = ptc_ready(pt) & (events | POLLHUP);
	if (revents == 0) {
		selrecord(l, &pt->pt_selr);
		if (ISSET(events, POLLOUT | POLLWRNORM))
			selrecord(l, &pt->pt_selw);
	}
	ttyunlock(pt->pt_tty);
	return revents;
}

static void
filt_ptcrdetach(struct knote *kn)
{
	struct pt_softc *pt = kn->kn_hook;

	ttylock(pt->pt_tty);
	selremove_knote(&pt->pt_selr, kn);
	ttyunlock(pt->pt_tty);
}

static void
filt_ptcwdetach(struct knote *kn)
{
	struct pt_softc *pt = kn->kn_hook;

	ttylock(pt->pt_tty);
	selremove_knote(&pt->pt_selw, kn);
	ttyunlock(pt->pt_tty);
}

/* How much can be read or written, and whether the slave closed. */
static int
filt_ptc(struct knote *kn, long hint, int event)
{
	struct pt_softc *pt = kn->kn_hook;
	struct tty *tp = pt->pt_tty;
	int revents;

	if ((hint & NOTE_SUBMIT) == 0)
		ttylock(tp);
	revents = ptc_ready(pt);
	if (event == POLLIN)
		kn->kn_data = !ptc_data(pt) ? ptc_message(pt) :
		    pt->pt_tail.c_cc + (ISSET(tp->t_state, TS_TTSTOP) ? 0 :
		    tp->t_outq.c_cc);
	else
		kn->kn_data = ISSET(revents, POLLOUT) ?
		    MAX(tp->t_qsize - tty_input_count(tp), 1) : 0;
	if (ISSET(revents, POLLHUP))
		kn->kn_flags |= EV_EOF;
	else
		kn->kn_flags &= ~EV_EOF;
	if ((hint & NOTE_SUBMIT) == 0)
		ttyunlock(tp);
	return ISSET(revents, event | POLLHUP) != 0;
}

static int
filt_ptcread(struct knote *kn, long hint)
{

	return filt_ptc(kn, hint, POLLIN);
}

static int
filt_ptcwrite(struct knote *kn, long hint)
{

	return filt_ptc(kn, hint, POLLOUT);
}

static const struct filterops ptcread_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = filt_ptcrdetach,
	.f_event = filt_ptcread,
};

static const struct filterops ptcwrite_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = filt_ptcwdetach,
	.f_event = filt_ptcwrite,
};

static int
ptc_kqfilter(dev_t dev, struct knote *kn)
{
	struct pt_softc *pt = pty_softc(dev);
	struct selinfo *sip;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		sip = &pt->pt_selr;
		kn->kn_fop = &ptcread_filtops;
		break;
	case EVFILT_WRITE:
		sip = &pt->pt_selw;
		kn->kn_fop = &ptcwrite_filtops;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = pt;
	ttylock(pt->pt_tty);
	selrecord_knote(sip, kn);
	ttyunlock(pt->pt_tty);
	return 0;
}

static int
ptc_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{

	return pty_ioctl(pty_softc(dev), true, cmd, data, flag, l);
}

const struct cdevsw ptc_cdevsw = {
	.d_open = ptc_open,
	.d_close = ptc_close,
	.d_read = ptc_read,
	.d_write = ptc_write,
	.d_ioctl = ptc_ioctl,
	.d_stop = nullstop,
	.d_tty = pty_tty,
	.d_poll = ptc_poll,
	.d_mmap = nommap,
	.d_kqfilter = ptc_kqfilter,
	.d_discard = nodiscard,
	.d_flag = D_TTY | D_MPSAFE,
};
