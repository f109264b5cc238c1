/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_write.c: ttwrite(): a program's output is cooked piece by piece into the
 * output queue, up to the high water mark; then it waits for the driver.
 */
#include "tty_private.h"

#include <sys/uio.h>

/* Cooked, it fits above the high water mark unless there are tabs. */
#define	WRITE_PIECE	(4 * OBUFSIZ)

/* Wait for room; 0 if there may be some. */
static int
wait_room(struct tty *tp, int flag, short gen)
{
	int error;

	if (tp->t_gen != gen || !tty_connected(tp))
		return EIO;
	if (tp->t_outq.c_cc <= tp->t_hiwat)
		return 0;
	ttstart(tp);
	if (tp->t_outq.c_cc <= tp->t_hiwat)
		return 0;
	if (ISSET(flag, IO_NDELAY))
		return EWOULDBLOCK;
	error = ttysleep(tp, &tp->t_outcv, true, 0);
	return tp->t_gen != gen ? EIO : error;
}

/* How much of the buffer went is told also with an error. */
static int
write_piece(struct tty *tp, const u_char *buf, int len, int flag, short gen,
    int *donep)
{
	int done = 0, error = 0;

	ttylock(tp);
	while (done < len) {
		error = wait_room(tp, flag, gen);
		if (error != 0)
			break;
		if (tp->t_outq.c_cc <= tp->t_hiwat)
			done += tty_outpiece(tp, buf + done, len - done);
	}
	ttstart(tp);
	ttyunlock(tp);
	*donep = done;
	return error;
}

int
ttwrite(struct tty *tp, struct uio *uio, int flag)
{
	const size_t total = uio->uio_resid;
	u_char buf[WRITE_PIECE];
	bool tostop;
	short gen;
	int done, error, n;

	ttylock(tp);
	gen = tp->t_gen;
	tostop = ISSET(tp->t_lflag, TOSTOP) != 0;
	ttyunlock(tp);
	error = tostop ? tty_foreground(tp, SIGTTOU) : 0;
	while (error == 0 && uio->uio_resid > 0) {
		n = MIN(uio->uio_resid, sizeof(buf));
		error = uiopeek(buf, n, uio);
		if (error != 0)
			break;
		error = write_piece(tp, buf, n, flag, gen, &done);
		uioskip(done, uio);
	}
	/* What was written counts more than why it was not all. */
	if ((error == EWOULDBLOCK || error == EINTR || error == ERESTART) &&
	    uio->uio_resid != total)
		error = 0;
	return error;
}
