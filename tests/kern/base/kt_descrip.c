/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_descrip: files as drivers make them, with operations of
 * their own, and the calls that descriptors consist of.  The file counts what
 * is posted to it; each byte read takes one away.
 */

#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/uio.h>

#include "kt.h"

int	rump_kt_fd_open(void);
void	rump_kt_fd_post(int);
int	rump_kt_fd_closed(void);
void	rump_kt_fd_calls(void);

/* Locks: l, cf_lock. */
static struct countfile {
	kmutex_t	cf_lock;
	struct selinfo	cf_sel;		/* l */
	int		cf_count;	/* l */
	int		cf_closed;	/* l */
} cf;

static int
count_read(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	char c = '.';
	int error = EAGAIN;

	KT(fp->f_data == &cf);
	mutex_enter(&cf.cf_lock);
	if (cf.cf_count > 0) {
		cf.cf_count--;
		error = 0;
	}
	mutex_exit(&cf.cf_lock);
	return error != 0 ? error : uiomove(&c, 1, uio);
}

static int
count_poll(file_t *fp, int events)
{
	int revents = 0;

	mutex_enter(&cf.cf_lock);
	if (cf.cf_count > 0)
		revents = events & (POLLIN | POLLRDNORM);
	if (revents == 0)
		selrecord(curlwp, &cf.cf_sel);
	mutex_exit(&cf.cf_lock);
	return revents;
}

static void
count_detach(struct knote *kn)
{

	mutex_enter(&cf.cf_lock);
	selremove_knote(&cf.cf_sel, kn);
	mutex_exit(&cf.cf_lock);
}

static int
count_event(struct knote *kn, long hint)
{
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&cf.cf_lock);
	KT(mutex_owned(&cf.cf_lock));
	kn->kn_data = cf.cf_count;
	ready = cf.cf_count > 0;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&cf.cf_lock);
	return ready;
}

static const struct filterops count_filter = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = count_detach,
	.f_event = count_event,
};

static int
count_kqfilter(file_t *fp, struct knote *kn)
{

	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	kn->kn_fop = &count_filter;
	mutex_enter(&cf.cf_lock);
	selrecord_knote(&cf.cf_sel, kn);
	mutex_exit(&cf.cf_lock);
	return 0;
}

static int
count_close(file_t *fp)
{

	mutex_enter(&cf.cf_lock);
	cf.cf_closed++;
	mutex_exit(&cf.cf_lock);
	return 0;
}

static const struct fileops count_ops = {
	.fo_name = "count",
	.fo_read = count_read,
	.fo_write = fbadop_write,
	.fo_ioctl = fbadop_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = count_poll,
	.fo_stat = fbadop_stat,
	.fo_close = count_close,
	.fo_kqfilter = count_kqfilter,
	.fo_restart = fnullop_restart,
};

/* As a device that clones itself does. */
int
rump_kt_fd_open(void)
{
	file_t *fp;
	int fd;

	if (cf.cf_closed == 0) {
		mutex_init(&cf.cf_lock, MUTEX_DEFAULT, IPL_NONE);
		selinit(&cf.cf_sel);
	}
	KT_EQ(0, fd_allocfile(&fp, &fd));
	KT_EQ(EMOVEFD, fd_clone(fp, (unsigned)fd, FREAD | FNONBLOCK,
	    &count_ops, &cf));
	KT_EQ(fd, curlwp->l_dupfd);
	return fd;
}

void
rump_kt_fd_post(int n)
{

	mutex_enter(&cf.cf_lock);
	cf.cf_count += n;
	selnotify(&cf.cf_sel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
	mutex_exit(&cf.cf_lock);
}

int
rump_kt_fd_closed(void)
{
	int closed;

	mutex_enter(&cf.cf_lock);
	closed = cf.cf_closed;
	if (closed == 2)
		seldestroy(&cf.cf_sel);
	mutex_exit(&cf.cf_lock);
	return closed;
}

void
rump_kt_fd_calls(void)
{
	int fd = rump_kt_fd_open(), other, third;
	file_t *fp, *fp2;

	fp = fd_getfile((unsigned)fd);
	KT(fp != NULL && fp->f_ops == &count_ops);
	KT(fd_getfile(999) == NULL);
	KT_EQ(0, fd_dup(fp, 20, &other, true));
	KT_EQ(20, other);
	KT_EQ(0, fd_dup2(fp, 30, 0));
	fp2 = fd_getfile(30);
	KT(fp2 == fp);
	fd_putfile(30);
	/* A number that comes to nothing is the next one again. */
	KT_EQ(0, fd_alloc(curproc, 21, &third));
	KT_EQ(21, third);
	fd_abort(curproc, NULL, (unsigned)third);
	KT_EQ(0, fd_allocfile(&fp2, &third));
	fd_abort(curproc, fp2, (unsigned)third);
	KT(fd_getfile((unsigned)third) == NULL);
	fd_putfile((unsigned)fd);
	/* The one that was to be closed at exec is. */
	fd_closeexec();
	KT(fd_getfile(20) == NULL);
	fp = fd_getfile((unsigned)fd);
	KT(fp != NULL);
	KT_EQ(0, fd_close((unsigned)fd));
	KT_EQ(0, cf.cf_closed);
	fp = fd_getfile(30);
	KT(fp != NULL);
	KT_EQ(0, fd_close(30));
	KT_EQ(1, cf.cf_closed);
}
