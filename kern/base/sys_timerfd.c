/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timerfd_create(2), timerfd_settime(2), timerfd_gettime(2): an interval timer
 * whose expiries are counted and read from a descriptor.
 *
 * States besides those of the timer: not cancelled -> cancelled when the wall
 * clock is set and TFD_TIMER_CANCEL_ON_SET was asked for -> not cancelled by
 * the next timerfd_settime().
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/container_of.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

#include <lib/libkern/libkern.h>

#include "fcount_private.h"
#include "itimer_private.h"

/* t: it_lock of tfd_itimer. */
struct timerfd {
	struct itimer	tfd_itimer;
	uint64_t	tfd_ticks;	/* t: expiries nobody read yet */
	kcondvar_t	tfd_cv;		/* t: readable */
	struct selinfo	tfd_sel;	/* t */
	u_int		tfd_restart;	/* t: times I/O was asked to return */
	bool		tfd_cancelonset; /* t */
	bool		tfd_cancelled;	/* t */
};
#define tfd_lock	tfd_itimer.it_lock

static int	timerfd_read(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	timerfd_ioctl(file_t *, u_long, void *);
static int	timerfd_poll(file_t *, int);
static int	timerfd_stat(file_t *, struct stat *);
static int	timerfd_close(file_t *);
static int	timerfd_kqfilter(file_t *, struct knote *);
static void	timerfd_restart(file_t *);

static const struct fileops timerfdops = {
	.fo_name = "timerfd",
	.fo_read = timerfd_read,
	.fo_write = fbadop_write,
	.fo_ioctl = timerfd_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = timerfd_poll,
	.fo_stat = timerfd_stat,
	.fo_close = timerfd_close,
	.fo_kqfilter = timerfd_kqfilter,
	.fo_restart = timerfd_restart,
};

static void
readable(struct timerfd *tfd)
{

	KASSERT(mutex_owned(&tfd->tfd_lock));
	cv_broadcast(&tfd->tfd_cv);
	selnotify(&tfd->tfd_sel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
}

static bool
readable_p(const struct timerfd *tfd)
{

	KASSERT(mutex_owned(&tfd->tfd_lock));
	return tfd->tfd_ticks != 0 || tfd->tfd_cancelled;
}

static void
timerfd_fire(struct itimer *it, uint64_t n)
{
	struct timerfd *tfd = container_of(it, struct timerfd, tfd_itimer);

	tfd->tfd_ticks += n;
	readable(tfd);
}

static bool
timerfd_clockset(struct itimer *it)
{
	struct timerfd *tfd = container_of(it, struct timerfd, tfd_itimer);

	if (!tfd->tfd_cancelonset)
		return false;
	tfd->tfd_cancelled = true;
	readable(tfd);
	return true;
}

static const struct itimer_ops timerfd_itimer_ops = {
	.ito_fire = timerfd_fire,
	.ito_clockset = timerfd_clockset,
};

static int
timerfd_wait(file_t *fp, struct timerfd *tfd)
{
	u_int restart = tfd->tfd_restart;
	int error;

	while (!readable_p(tfd)) {
		if (fp->f_flag & FNONBLOCK)
			return EAGAIN;
		error = cv_wait_sig(&tfd->tfd_cv, &tfd->tfd_lock);
		if (error == 0 && tfd->tfd_restart != restart)
			error = ERESTART;
		if (error)
			return error;
	}
	return tfd->tfd_cancelled ? ECANCELED : 0;
}

static int
timerfd_read(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct timerfd *tfd = fp->f_timerfd;
	uint64_t n = 0;
	int error;

	if (uio->uio_resid < sizeof(n))
		return EINVAL;
	mutex_enter(&tfd->tfd_lock);
	error = timerfd_wait(fp, tfd);
	if (error == 0) {
		n = tfd->tfd_ticks;
		tfd->tfd_ticks = 0;
	}
	mutex_exit(&tfd->tfd_lock);
	if (error)
		return error;
	/* Copying may sleep; what cannot be copied is not read. */
	error = uiomove(&n, sizeof(n), uio);
	if (error) {
		mutex_enter(&tfd->tfd_lock);
		timerfd_fire(&tfd->tfd_itimer, n);
		mutex_exit(&tfd->tfd_lock);
	}
	return error;
}

static int
timerfd_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct timerfd *tfd = fp->f_timerfd;
	bool any;

	mutex_enter(&tfd->tfd_lock);
	any = readable_p(tfd);
	mutex_exit(&tfd->tfd_lock);
	return fcountop_ioctl(cmd, data, any);
}

static int
timerfd_poll(file_t *fp, int events)
{
	struct timerfd *tfd = fp->f_timerfd;
	int revents = 0;

	mutex_enter(&tfd->tfd_lock);
	if (readable_p(tfd))
		revents = events & (POLLIN | POLLRDNORM);
	if (revents == 0)
		selrecord(curlwp, &tfd->tfd_sel);
	mutex_exit(&tfd->tfd_lock);
	return revents;
}

static int
timerfd_stat(file_t *fp, struct stat *sb)
{
	struct timerfd *tfd = fp->f_timerfd;
	uint64_t n;

	mutex_enter(&tfd->tfd_lock);
	n = tfd->tfd_ticks;
	mutex_exit(&tfd->tfd_lock);
	return fcountop_stat(fp, sb, n);
}

static void
timerfd_restart(file_t *fp)
{
	struct timerfd *tfd = fp->f_timerfd;

	mutex_enter(&tfd->tfd_lock);
	tfd->tfd_restart++;
	cv_broadcast(&tfd->tfd_cv);
	mutex_exit(&tfd->tfd_lock);
}

static int
timerfd_close(file_t *fp)
{
	struct timerfd *tfd = fp->f_timerfd;

	itimer_stop(&tfd->tfd_itimer);
	seldestroy(&tfd->tfd_sel);
	cv_destroy(&tfd->tfd_cv);
	itimer_fini(&tfd->tfd_itimer);
	kmem_free(tfd, sizeof(*tfd));
	fp->f_timerfd = NULL;
	return 0;
}

static void
filt_timerfddetach(struct knote *kn)
{
	struct timerfd *tfd = ((file_t *)kn->kn_obj)->f_timerfd;

	mutex_enter(&tfd->tfd_lock);
	(void)selremove_knote(&tfd->tfd_sel, kn);
	mutex_exit(&tfd->tfd_lock);
}

static int
filt_timerfd(struct knote *kn, long hint)
{
	struct timerfd *tfd = ((file_t *)kn->kn_obj)->f_timerfd;
	int rv;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_enter(&tfd->tfd_lock);
	rv = readable_p(tfd);
	kn->kn_data = (int64_t)tfd->tfd_ticks;
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_exit(&tfd->tfd_lock);
	return rv;
}

static const struct filterops timerfd_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_timerfddetach,
	.f_event = filt_timerfd,
};

static int
timerfd_kqfilter(file_t *fp, struct knote *kn)
{
	struct timerfd *tfd = fp->f_timerfd;

	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	kn->kn_fop = &timerfd_filtops;
	mutex_enter(&tfd->tfd_lock);
	selrecord_knote(&tfd->tfd_sel, kn);
	mutex_exit(&tfd->tfd_lock);
	return 0;
}

int
do_timerfd_create(struct lwp *l, clockid_t clock, int flags,
    register_t *retval)
{
	struct timerfd *tfd;
	file_t *fp;
	int error, fd;

	if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
		return EINVAL;
	if ((error = itimer_checkclock(clock)) != 0 ||
	    (error = fd_allocfile(&fp, &fd)) != 0)
		return error;
	tfd = kmem_zalloc(sizeof(*tfd), KM_SLEEP);
	itimer_init(&tfd->tfd_itimer, clock, &timerfd_itimer_ops);
	cv_init(&tfd->tfd_cv, "tfdread");
	selinit(&tfd->tfd_sel);
	fp->f_flag = FREAD | FWRITE | (flags & FNONBLOCK);
	fp->f_type = DTYPE_TIMERFD;
	fp->f_ops = &timerfdops;
	fp->f_timerfd = tfd;
	fd_set_exclose(l, fd, (flags & TFD_CLOEXEC) != 0);
	fd_affix(l->l_proc, fp, (unsigned)fd);
	*retval = fd;
	return 0;
}

/* The timer of a descriptor, which is held, locked. */
static int
timerfd_get(int fd, struct timerfd **tfdp)
{
	file_t *fp;

	fp = fd_getfile((unsigned)fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_ops != &timerfdops) {
		fd_putfile((unsigned)fd);
		return EINVAL;
	}
	*tfdp = fp->f_timerfd;
	mutex_enter(&(*tfdp)->tfd_lock);
	return 0;
}

static void
timerfd_put(int fd, struct timerfd *tfd)
{

	mutex_exit(&tfd->tfd_lock);
	fd_putfile((unsigned)fd);
}

int
do_timerfd_gettime(struct lwp *l, int fd, struct itimerspec *its,
    register_t *retval)
{
	struct timerfd *tfd;
	int error;

	if ((error = timerfd_get(fd, &tfd)) != 0)
		return error;
	itimer_gettime(&tfd->tfd_itimer, its);
	timerfd_put(fd, tfd);
	return 0;
}

int
do_timerfd_settime(struct lwp *l, int fd, int flags,
    const struct itimerspec *its, struct itimerspec *oits, register_t *retval)
{
	struct timerfd *tfd;
	int error;

	if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
		return EINVAL;
	if ((error = itimer_checkspec(its)) != 0 ||
	    (error = timerfd_get(fd, &tfd)) != 0)
		return error;
	itimer_gettime(&tfd->tfd_itimer, oits);
	itimer_settime(&tfd->tfd_itimer,
	    (flags & TFD_TIMER_ABSTIME) != 0 ? TIMER_ABSTIME : 0, its);
	tfd->tfd_ticks = 0;
	tfd->tfd_cancelled = false;
	tfd->tfd_cancelonset = (flags & TFD_TIMER_CANCEL_ON_SET) != 0;
	timerfd_put(fd, tfd);
	return 0;
}

int
sys_timerfd_create(struct lwp *l, const struct sys_timerfd_create_args *uap,
    register_t *retval)
{

	return do_timerfd_create(l, SCARG(uap, clock_id), SCARG(uap, flags),
	    retval);
}

int
sys_timerfd_settime(struct lwp *l, const struct sys_timerfd_settime_args *uap,
    register_t *retval)
{
	struct itimerspec its, oits;
	int error;

	error = copyin(SCARG(uap, new_value), &its, sizeof(its));
	if (error)
		return error;
	error = do_timerfd_settime(l, SCARG(uap, fd), SCARG(uap, flags), &its,
	    &oits, retval);
	if (error || SCARG(uap, old_value) == NULL)
		return error;
	return copyout(&oits, SCARG(uap, old_value), sizeof(oits));
}

int
sys_timerfd_gettime(struct lwp *l, const struct sys_timerfd_gettime_args *uap,
    register_t *retval)
{
	struct itimerspec its;
	int error;

	error = do_timerfd_gettime(l, SCARG(uap, fd), &its, retval);
	if (error)
		return error;
	return copyout(&its, SCARG(uap, curr_value), sizeof(its));
}
