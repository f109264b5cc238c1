/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tty_poll.c: poll(2), kqueue(2) and FIONREAD on a terminal.
 */
#include "tty_private.h"

#include <sys/event.h>
#include <sys/poll.h>

int
tty_nread(struct tty *tp)
{
	int n;

	KASSERT(ttylocked(tp));
	if (ISSET(tp->t_lflag, PENDIN))
		ttypend(tp);
	if (ISSET(tp->t_lflag, ICANON))
		return tp->t_canq.c_cc;
	n = tty_input_count(tp);
	return n < tp->t_cc[VMIN] && tp->t_cc[VTIME] == 0 ? 0 : n;
}

static bool
hung_up(const struct tty *tp)
{

	return !tty_connected(tp);
}

static bool
writable(const struct tty *tp)
{

	return tp->t_outq.c_cc <= tp->t_lowat && tty_connected(tp);
}

int
ttpoll(struct tty *tp, int events, struct lwp *l)
{
	const int in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;
	int revents = 0;

	ttylock(tp);
	if (ISSET(events, in) && (tty_nread(tp) > 0 || hung_up(tp)))
		revents |= events & in;
	if (ISSET(events, out) && writable(tp))
		revents |= events & out;
	if (hung_up(tp))
		revents |= POLLHUP;
	if (revents == 0) {
		if (ISSET(events, in | POLLHUP))
			selrecord(l, &tp->t_rsel);
		if (ISSET(events, out))
			selrecord(l, &tp->t_wsel);
	}
	ttyunlock(tp);
	return revents;
}

static void
filt_ttyrdetach(struct knote *kn)
{
	struct tty *tp = kn->kn_hook;

	ttylock(tp);
	selremove_knote(&tp->t_rsel, kn);
	ttyunlock(tp);
}

static void
filt_ttywdetach(struct knote *kn)
{
	struct tty *tp = kn->kn_hook;

	ttylock(tp);
	selremove_knote(&tp->t_wsel, kn);
	ttyunlock(tp);
}

static int
filt_ttyread(struct knote *kn, long hint)
{
	struct tty *tp = kn->kn_hook;
	int rv;

	if ((hint & NOTE_SUBMIT) == 0)
		ttylock(tp);
	kn->kn_data = tty_nread(tp);
	if (hung_up(tp))
		kn->kn_flags |= EV_EOF;
	else
		kn->kn_flags &= ~EV_EOF;
	rv = kn->kn_data > 0 || hung_up(tp);
	if ((hint & NOTE_SUBMIT) == 0)
		ttyunlock(tp);
	return rv;
}

static int
filt_ttywrite(struct knote *kn, long hint)
{
	struct tty *tp = kn->kn_hook;
	int rv;

	if ((hint & NOTE_SUBMIT) == 0)
		ttylock(tp);
	kn->kn_data = MAX(tp->t_hiwat - tp->t_outq.c_cc, 0);
	rv = writable(tp);
	if (hung_up(tp)) {
		kn->kn_flags |= EV_EOF;
		rv = 1;
	} else
		kn->kn_flags &= ~EV_EOF;
	if ((hint & NOTE_SUBMIT) == 0)
		ttyunlock(tp);
	return rv;
}

static const struct filterops ttyread_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = filt_ttyrdetach,
	.f_event = filt_ttyread,
};

static const struct filterops ttywrite_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = filt_ttywdetach,
	.f_event = filt_ttywrite,
};

int
ttykqfilter(dev_t dev, struct knote *kn)
{
	struct tty *tp = cdev_tty(dev);
	struct selinfo *sip;

	if (tp == NULL)
		return ENXIO;
	switch (kn->kn_filter) {
	case EVFILT_READ:
		sip = &tp->t_rsel;
		kn->kn_fop = &ttyread_filtops;
		break;
	case EVFILT_WRITE:
		sip = &tp->t_wsel;
		kn->kn_fop = &ttywrite_filtops;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = tp;
	ttylock(tp);
	selrecord_knote(sip, kn);
	ttyunlock(tp);
	return 0;
}
