/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventfd(2): a counter, to which writes add and from which reads take all,
 * or one at a time in semaphore mode.
 *
 * Copying may sleep (remote clients), so it is done without efd_lock: a write
 * has its value before it waits for room, a read takes the count first and
 * puts it back if it cannot be copied.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/eventfd.h>
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
#include <sys/uio.h>

#include <lib/libkern/libkern.h>

#include "fcount_private.h"

#define EFD_MAX		(UINT64_MAX - 1)

/* Lock legend: (l) efd_lock, (:) constant. */
struct eventfd {
	kmutex_t	efd_lock;	/* before those of pollers */
	uint64_t	efd_val;	/* l: at most EFD_MAX */
	kcondvar_t	efd_readcv;	/* l: not zero any more */
	kcondvar_t	efd_writecv;	/* l: less than before */
	struct selinfo	efd_readsel;	/* l */
	struct selinfo	efd_writesel;	/* l */
	u_int		efd_restart;	/* l: times I/O was asked to return */
	bool		efd_semaphore;	/* : */
};

static int	eventfd_read(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	eventfd_write(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	eventfd_ioctl(file_t *, u_long, void *);
static int	eventfd_poll(file_t *, int);
static int	eventfd_stat(file_t *, struct stat *);
static int	eventfd_close(file_t *);
static int	eventfd_kqfilter(file_t *, struct knote *);
static void	eventfd_restart(file_t *);

static const struct fileops eventfdops = {
	.fo_name = "eventfd",
	.fo_read = eventfd_read,
	.fo_write = eventfd_write,
	.fo_ioctl = eventfd_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = eventfd_poll,
	.fo_stat = eventfd_stat,
	.fo_close = eventfd_close,
	.fo_kqfilter = eventfd_kqfilter,
	.fo_restart = eventfd_restart,
};

static void
readable(struct eventfd *efd)
{

	KASSERT(mutex_owned(&efd->efd_lock));
	cv_broadcast(&efd->efd_readcv);
	selnotify(&efd->efd_readsel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
}

static void
writable(struct eventfd *efd)
{

	KASSERT(mutex_owned(&efd->efd_lock));
	cv_broadcast(&efd->efd_writecv);
	selnotify(&efd->efd_writesel, POLLOUT | POLLWRNORM, NOTE_SUBMIT);
}

/* Add; true if there was room for it. */
static bool
eventfd_add(struct eventfd *efd, uint64_t n)
{

	KASSERT(efd->efd_val <= EFD_MAX);
	if (n > EFD_MAX - efd->efd_val)
		return false;
	efd->efd_val += n;
	if (n != 0)
		readable(efd);
	return true;
}

static uint64_t
eventfd_take(struct eventfd *efd)
{
	uint64_t n = efd->efd_semaphore ? 1 : efd->efd_val;

	KASSERT(efd->efd_val > 0);
	efd->efd_val -= n;
	writable(efd);
	return n;
}

static int
eventfd_wait(file_t *fp, struct eventfd *efd, kcondvar_t *cv, u_int restart)
{
	int error;

	if (fp->f_flag & FNONBLOCK)
		return EAGAIN;
	error = cv_wait_sig(cv, &efd->efd_lock);
	if (error == 0 && efd->efd_restart != restart)
		error = ERESTART;
	return error;
}

static int
eventfd_read(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct eventfd *efd = fp->f_eventfd;
	uint64_t n = 0;
	u_int restart;
	int error = 0;

	if (uio->uio_resid < sizeof(n))
		return EINVAL;
	mutex_enter(&efd->efd_lock);
	restart = efd->efd_restart;
	while (efd->efd_val == 0 && error == 0)
		error = eventfd_wait(fp, efd, &efd->efd_readcv, restart);
	if (error == 0)
		n = eventfd_take(efd);
	mutex_exit(&efd->efd_lock);
	if (error)
		return error;
	error = uiomove(&n, sizeof(n), uio);
	if (error) {
		mutex_enter(&efd->efd_lock);
		if (!eventfd_add(efd, n))
			(void)eventfd_add(efd, EFD_MAX - efd->efd_val);
		mutex_exit(&efd->efd_lock);
	}
	return error;
}

static int
eventfd_write(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct eventfd *efd = fp->f_eventfd;
	u_int restart;
	uint64_t n;
	int error;

	if (uio->uio_resid < sizeof(n))
		return EINVAL;
	error = uiomove(&n, sizeof(n), uio);
	if (error == 0 && n > EFD_MAX)
		error = EINVAL;
	if (error)
		return error;
	mutex_enter(&efd->efd_lock);
	restart = efd->efd_restart;
	while (!eventfd_add(efd, n) && error == 0)
		error = eventfd_wait(fp, efd, &efd->efd_writecv, restart);
	mutex_exit(&efd->efd_lock);
	/* Nothing was moved then. */
	if (error)
		uio->uio_resid += sizeof(n);
	return error;
}

static int
eventfd_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct eventfd *efd = fp->f_eventfd;
	bool any;

	mutex_enter(&efd->efd_lock);
	any = efd->efd_val != 0;
	mutex_exit(&efd->efd_lock);
	return fcountop_ioctl(cmd, data, any);
}

static int
eventfd_poll(file_t *fp, int events)
{
	struct eventfd *efd = fp->f_eventfd;
	int revents = 0;

	mutex_enter(&efd->efd_lock);
	if (efd->efd_val != 0)
		revents |= events & (POLLIN | POLLRDNORM);
	if (efd->efd_val < EFD_MAX)
		revents |= events & (POLLOUT | POLLWRNORM);
	if (revents == 0) {
		if (events & (POLLIN | POLLRDNORM))
			selrecord(curlwp, &efd->efd_readsel);
		if (events & (POLLOUT | POLLWRNORM))
			selrecord(curlwp, &efd->efd_writesel);
	}
	mutex_exit(&efd->efd_lock);
	return revents;
}

static int
eventfd_stat(file_t *fp, struct stat *sb)
{
	struct eventfd *efd = fp->f_eventfd;
	uint64_t n;

	mutex_enter(&efd->efd_lock);
	n = efd->efd_val;
	mutex_exit(&efd->efd_lock);
	return fcountop_stat(fp, sb, n);
}

static void
eventfd_restart(file_t *fp)
{
	struct eventfd *efd = fp->f_eventfd;

	mutex_enter(&efd->efd_lock);
	efd->efd_restart++;
	cv_broadcast(&efd->efd_readcv);
	cv_broadcast(&efd->efd_writecv);
	mutex_exit(&efd->efd_lock);
}

static void
eventfd_free(struct eventfd *efd)
{

	seldestroy(&efd->efd_readsel);
	seldestroy(&efd->efd_writesel);
	cv_destroy(&efd->efd_readcv);
	cv_destroy(&efd->efd_writecv);
	mutex_destroy(&efd->efd_lock);
	kmem_free(efd, sizeof(*efd));
}

static int
eventfd_close(file_t *fp)
{

	eventfd_free(fp->f_eventfd);
	fp->f_eventfd = NULL;
	return 0;
}

static struct selinfo *
knote_sel(struct eventfd *efd, const struct knote *kn)
{

	return kn->kn_filter == EVFILT_READ ? &efd->efd_readsel :
	    &efd->efd_writesel;
}

static void
filt_eventfddetach(struct knote *kn)
{
	struct eventfd *efd = ((file_t *)kn->kn_obj)->f_eventfd;

	mutex_enter(&efd->efd_lock);
	(void)selremove_knote(knote_sel(efd, kn), kn);
	mutex_exit(&efd->efd_lock);
}

/* Both filters: the count, or how much may be added to it. */
static int
filt_eventfd(struct knote *kn, long hint)
{
	struct eventfd *efd = ((file_t *)kn->kn_obj)->f_eventfd;
	uint64_t n;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_enter(&efd->efd_lock);
	KASSERT(mutex_owned(&efd->efd_lock));
	n = kn->kn_filter == EVFILT_READ ? efd->efd_val :
	    EFD_MAX - efd->efd_val;
	kn->kn_data = (int64_t)MIN(n, (uint64_t)INT64_MAX);
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_exit(&efd->efd_lock);
	return n != 0;
}

static const struct filterops eventfd_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_eventfddetach,
	.f_event = filt_eventfd,
};

static int
eventfd_kqfilter(file_t *fp, struct knote *kn)
{
	struct eventfd *efd = fp->f_eventfd;

	if (kn->kn_filter != EVFILT_READ && kn->kn_filter != EVFILT_WRITE)
		return EINVAL;
	kn->kn_fop = &eventfd_filtops;
	mutex_enter(&efd->efd_lock);
	selrecord_knote(knote_sel(efd, kn), kn);
	mutex_exit(&efd->efd_lock);
	return 0;
}

static struct eventfd *
eventfd_alloc(unsigned int val, int flags)
{
	struct eventfd *efd;

	efd = kmem_zalloc(sizeof(*efd), KM_SLEEP);
	mutex_init(&efd->efd_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&efd->efd_readcv, "efdread");
	cv_init(&efd->efd_writecv, "efdwrite");
	selinit(&efd->efd_readsel);
	selinit(&efd->efd_writesel);
	efd->efd_val = val;
	efd->efd_semaphore = (flags & EFD_SEMAPHORE) != 0;
	return efd;
}

int
do_eventfd(struct lwp *l, unsigned int val, int flags, register_t *retval)
{
	file_t *fp;
	int error, fd;

	if (flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))
		return EINVAL;
	error = fd_allocfile(&fp, &fd);
	if (error)
		return error;
	fp->f_flag = FREAD | FWRITE | (flags & FNONBLOCK);
	fp->f_type = DTYPE_EVENTFD;
	fp->f_ops = &eventfdops;
	fp->f_eventfd = eventfd_alloc(val, flags);
	fd_set_exclose(l, fd, (flags & EFD_CLOEXEC) != 0);
	fd_affix(l->l_proc, fp, (unsigned)fd);
	*retval = fd;
	return 0;
}

int
sys_eventfd(struct lwp *l, const struct sys_eventfd_args *uap,
    register_t *retval)
{

	return do_eventfd(l, SCARG(uap, val), SCARG(uap, flags), retval);
}
