/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_pts.c: the slave of a pty: a terminal whose hardware is the master.  Its
 * carrier is that the master is open.
 */
#include "tty_private.h"

#include "tty_pty.h"

static void
pts_defaults(struct tty *tp)
{

	KASSERT(ttylocked(tp));
	ttychars(tp);
	tp->t_iflag = TTYDEF_IFLAG;
	tp->t_oflag = TTYDEF_OFLAG;
	tp->t_lflag = TTYDEF_LFLAG;
	tp->t_cflag = TTYDEF_CFLAG;
	tp->t_ispeed = tp->t_ospeed = B115200;
	ttsetwater(tp);
}

/* Wait for the master. */
static int
pts_open_wait(struct tty *tp, int flag)
{
	int error = 0;

	KASSERT(ttylocked(tp));
	if (tp->t_oproc != NULL)
		SET(tp->t_state, TS_CARR_ON);
	while (error == 0 && !ISSET(flag, O_NONBLOCK) &&
	    !ISSET(tp->t_state, TS_CARR_ON)) {
		tp->t_wopen++;
		error = ttysleep(tp, &tp->t_rawcv, true, 0);
		tp->t_wopen--;
		if (error == ERESTART && tp->t_oproc != NULL)
			error = 0;
		if (tp->t_oproc != NULL)
			SET(tp->t_state, TS_CARR_ON);
	}
	return error;
}

static int
pts_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct pt_softc *pt;
	struct tty *tp;
	bool privileged;
	int error;

	error = pty_check(minor(dev));
	if (error != 0)
		return error;
	pt = pty_softc(dev);
	tp = pt->pt_tty;
	error = kauth_authorize_device_tty(l->l_cred, KAUTH_DEVICE_TTY_OPEN,
	    tp);
	if (error != 0)
		return error;
	privileged = kauth_authorize_device_tty(l->l_cred,
	    KAUTH_DEVICE_TTY_PRIVSET, tp) == 0;
	ttylock(tp);
	if (!ISSET(tp->t_state, TS_ISOPEN) && tp->t_wopen == 0)
		pts_defaults(tp);
	else if (ISSET(tp->t_state, TS_XCLUDE) && !privileged)
		error = EBUSY;
	if (error == 0)
		error = pts_open_wait(tp, flag);
	ttyunlock(tp);
	if (error != 0)
		return error;
	error = (*tp->t_linesw->l_open)(dev, tp);
	ttylock(tp);
	pty_wakeup(pt, FREAD | FWRITE);
	ttyunlock(tp);
	return error;
}

/*
 * What was written stays there for the master to read: nobody waits for that.
 */
static int
pts_close(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct pt_softc *pt = pty_softc(dev);
	struct tty *tp = pt->pt_tty;
	int error;

	ttylock(tp);
	if (tp->t_oproc != NULL)
		catq(&tp->t_outq, &pt->pt_tail);
	ttyunlock(tp);
	error = (*tp->t_linesw->l_close)(tp, flag);
	error |= ttyclose(tp);
	ttylock(tp);
	pty_wakeup(pt, FREAD | FWRITE);
	ttyunlock(tp);
	return error;
}

static int
pts_read(dev_t dev, struct uio *uio, int flag)
{
	struct pt_softc *pt = pty_softc(dev);
	struct tty *tp = pt->pt_tty;
	int error;

	error = (*tp->t_linesw->l_read)(tp, uio, flag);
	ttylock(tp);
	pty_wakeup(pt, FWRITE);
	ttyunlock(tp);
	return error;
}

static int
pts_write(dev_t dev, struct uio *uio, int flag)
{
	struct tty *tp = pty_softc(dev)->pt_tty;

	return (*tp->t_linesw->l_write)(tp, uio, flag);
}

static int
pts_poll(dev_t dev, int events, struct lwp *l)
{
	struct tty *tp = pty_softc(dev)->pt_tty;

	return (*tp->t_linesw->l_poll)(tp, events, l);
}

static int
pts_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{

	return pty_ioctl(pty_softc(dev), false, cmd, data, flag, l);
}

/* There is output: the master may read. */
void
pts_start(struct tty *tp)
{
	struct pt_softc *pt = tp->t_sc;

	KASSERT(ttylocked(tp));
	if (ISSET(tp->t_state, TS_TTSTOP))
		return;
	if (ISSET(pt->pt_flags, PF_STOPPED)) {
		CLR(pt->pt_flags, PF_STOPPED);
		pt->pt_send = TIOCPKT_START;
	}
	pty_wakeup(pt, FREAD);
}

/* Output was stopped, or with FREAD and FWRITE queues were flushed. */
static void
pts_stop(struct tty *tp, int rw)
{
	struct pt_softc *pt = tp->t_sc;

	KASSERT(ttylocked(tp));
	if (rw == 0) {
		rw = TIOCPKT_STOP;
		SET(pt->pt_flags, PF_STOPPED);
	} else
		CLR(pt->pt_flags, PF_STOPPED);
	SET(pt->pt_send, rw);
	/* What the slave reads the master writes. */
	pty_wakeup(pt, FREAD | FWRITE);
}

const struct cdevsw pts_cdevsw = {
	.d_open = pts_open,
	.d_close = pts_close,
	.d_read = pts_read,
	.d_write = pts_write,
	.d_ioctl = pts_ioctl,
	.d_stop = pts_stop,
	.d_tty = pty_tty,
	.d_poll = pts_poll,
	.d_mmap = nommap,
	.d_kqfilter = ttykqfilter,
	.d_discard = nodiscard,
	.d_flag = D_TTY | D_MPSAFE,
};
