/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets as open files: what read(2), ioctl(2), poll(2), kqueue(2) and the
 * like do to one.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/lwp.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/select.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/unistd.h>

#include <net/if.h>

#include "net_private.h"

static int
soo_read(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct socket *so = fp->f_socket;

	return (*so->so_receive)(so, NULL, uio, NULL, NULL, NULL);
}

static int
soo_write(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct socket *so = fp->f_socket;

	return (*so->so_send)(so, NULL, uio, NULL, NULL, 0, curlwp);
}

static void
flag_change(short *flags, int flag, const void *data)
{

	if (*(const int *)data != 0)
		*flags |= flag;
	else
		*flags &= ~flag;
}

static void
async_change(struct sockbuf *sb, const void *data)
{

	if (*(const int *)data != 0)
		sb->sb_flags |= SB_ASYNC;
	else
		sb->sb_flags &= ~SB_ASYNC;
}

static int
clip(u_long n)
{

	return n > INT_MAX ? INT_MAX : (int)n;
}

/* With the lock; EPASSTHROUGH: none of these. */
static int
ioctl_locked(struct socket *so, u_long cmd, void *data)
{
	const struct sockbuf *snd = &so->so_snd;

	switch (cmd) {
	case FIONBIO:
		flag_change(&so->so_state, SS_NBIO, data);
		return 0;
	case FIOASYNC:
		async_change(&so->so_rcv, data);
		async_change(&so->so_snd, data);
		return 0;
	case FIONREAD:
		*(int *)data = clip(so->so_rcv.sb_cc);
		return 0;
	case FIONWRITE:
		*(int *)data = clip(snd->sb_cc);
		return 0;
	case FIONSPACE:
		*(int *)data = clip(sbspace(snd));
		return 0;
	case SIOCATMARK:
		*(int *)data = (so->so_state & SS_RCVATMARK) != 0;
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

static int
soo_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct socket *so = fp->f_socket;
	int error;

	switch (cmd) {
	case SIOCSPGRP:
	case FIOSETOWN:
	case TIOCSPGRP:
		return fsetown(&so->so_pgid, cmd, data);
	case SIOCGPGRP:
	case FIOGETOWN:
	case TIOCGPGRP:
		return fgetown(so->so_pgid, cmd, data);
	}
	solock(so);
	error = ioctl_locked(so, cmd, data);
	if (error != EPASSTHROUGH) {
		sounlock(so);
		return error;
	}
	if (IOCGROUP(cmd) == 'i') {
		sounlock(so);
		return (*ifioctl)(so, cmd, data, curlwp);
	}
	error = (*so->so_proto->pr_usrreqs->pr_ioctl)(so, cmd, data, NULL);
	sounlock(so);
	return error == EOPNOTSUPP ? EPASSTHROUGH : error;
}

/* Events of one socket; recorded if there are none. */
int
sopoll(struct socket *so, int events)
{
	int revents = 0;

	solock(so);
	if (soreadable(so))
		revents |= events & (POLLIN | POLLRDNORM);
	if (sowritable(so))
		revents |= events & (POLLOUT | POLLWRNORM);
	if (so->so_oobmark != 0 || (so->so_state & SS_RCVATMARK) != 0)
		revents |= events & (POLLPRI | POLLRDBAND);
	if ((so->so_state & SS_ISDISCONNECTED) != 0)
		revents |= POLLHUP;
	if (revents == 0) {
		if ((events & (POLLIN | POLLPRI | POLLRDNORM | POLLRDBAND)) !=
		    0) {
			selrecord(curlwp, &so->so_rcv.sb_sel);
			so->so_rcv.sb_flags |= SB_NOTIFY;
		}
		/* For POLLHUP in any case. */
		selrecord(curlwp, &so->so_snd.sb_sel);
		so->so_snd.sb_flags |= SB_NOTIFY;
	}
	sounlock(so);
	return revents;
}

static int
soo_poll(file_t *fp, int events)
{

	return sopoll(fp->f_socket, events);
}

static int
soo_stat(file_t *fp, struct stat *sb)
{
	struct socket *so = fp->f_socket;
	int error;

	memset(sb, 0, sizeof(*sb));
	sb->st_mode = S_IFSOCK;
	solock(so);
	error = (*so->so_proto->pr_usrreqs->pr_stat)(so, sb);
	sounlock(so);
	return error;
}

static int
soo_close(file_t *fp)
{
	struct socket *so = fp->f_socket;

	fp->f_socket = NULL;
	return so != NULL ? soclose(so) : 0;
}

static void
soo_restart(file_t *fp)
{

	sorestart(fp->f_socket);
}

static int
soo_fpathconf(file_t *fp, int name, register_t *retval)
{

	if (name != _PC_PIPE_BUF)
		return EINVAL;
	*retval = PIPE_BUF;
	return 0;
}

/* The buffer that a knote watches. */
static struct sockbuf *
knote_buf(const struct knote *kn)
{
	struct socket *so = ((file_t *)kn->kn_obj)->f_socket;

	return kn->kn_filter == EVFILT_READ ? &so->so_rcv : &so->so_snd;
}

static void
filt_sodetach(struct knote *kn)
{
	struct sockbuf *sb = knote_buf(kn);
	struct socket *so = sb->sb_so;

	solock(so);
	if (selremove_knote(&sb->sb_sel, kn))
		sb->sb_flags &= ~SB_KNOTE;
	sounlock(so);
}

/* There are errors to be told, or nothing more will come. */
static bool
knote_ended(struct knote *kn, const struct socket *so, int state)
{

	if ((so->so_state & state) == 0)
		return false;
	knote_set_eof(kn, 0);
	kn->kn_fflags = so->so_error != 0 ? so->so_error : so->so_rerror;
	return true;
}

/* As many bytes as there are, of which enough are wanted. */
static bool
knote_enough(struct knote *kn, u_long n, long lowat)
{

	kn->kn_data = (int64_t)n;
	if ((kn->kn_sfflags & NOTE_LOWAT) != 0)
		return kn->kn_data >= (int64_t)kn->kn_sdata;
	return kn->kn_data >= (int64_t)lowat;
}

static bool
read_event(struct knote *kn, const struct socket *so)
{
	bool enough;

	if ((so->so_options & SO_ACCEPTCONN) != 0) {
		kn->kn_data = so->so_qlen;
		return so->so_qlen > 0;
	}
	enough = knote_enough(kn, so->so_rcv.sb_cc, so->so_rcv.sb_lowat);
	return knote_ended(kn, so, SS_CANTRCVMORE) || so->so_error != 0 ||
	    so->so_rerror != 0 || enough;
}

static bool
write_event(struct knote *kn, const struct socket *so)
{
	bool enough;

	enough = knote_enough(kn, sbspace(&so->so_snd), so->so_snd.sb_lowat);
	if (knote_ended(kn, so, SS_CANTSENDMORE) || so->so_error != 0)
		return true;
	return enough && ((so->so_state & SS_ISCONNECTED) != 0 ||
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0);
}

/* NOTE_SUBMIT: from sowakeup(), with the lock. */
static int
filt_soevent(struct knote *kn, long hint)
{
	struct socket *so = ((file_t *)kn->kn_obj)->f_socket;
	bool rv = false;

	if ((hint & NOTE_SUBMIT) == 0)
		solock(so);
	KASSERT(solocked(so));
	switch (kn->kn_filter) {
	case EVFILT_READ:
		rv = read_event(kn, so);
		break;
	case EVFILT_WRITE:
		rv = write_event(kn, so);
		break;
	default:
		KASSERT(kn->kn_filter == EVFILT_EMPTY);
		kn->kn_data = 0;
		rv = so->so_snd.sb_cc == 0 ||
		    (so->so_state & SS_CANTSENDMORE) != 0;
		break;
	}
	if ((hint & NOTE_SUBMIT) == 0)
		sounlock(so);
	return rv;
}

static const struct filterops so_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_sodetach,
	.f_event = filt_soevent,
};

static int
soo_kqfilter(file_t *fp, struct knote *kn)
{
	struct socket *so = fp->f_socket;
	struct sockbuf *sb;

	if (kn->kn_filter != EVFILT_READ && kn->kn_filter != EVFILT_WRITE &&
	    kn->kn_filter != EVFILT_EMPTY)
		return EINVAL;
	kn->kn_fop = &so_filtops;
	sb = knote_buf(kn);
	solock(so);
	selrecord_knote(&sb->sb_sel, kn);
	sb->sb_flags |= SB_KNOTE;
	sounlock(so);
	return 0;
}

const struct fileops socketops = {
	.fo_name = "socket",
	.fo_read = soo_read,
	.fo_write = soo_write,
	.fo_ioctl = soo_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = soo_poll,
	.fo_stat = soo_stat,
	.fo_close = soo_close,
	.fo_kqfilter = soo_kqfilter,
	.fo_restart = soo_restart,
	.fo_fpathconf = soo_fpathconf,
};
