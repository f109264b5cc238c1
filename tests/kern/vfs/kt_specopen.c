/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_specopen: a device for one program at a time.  An open while
 * it is open stays inside of the driver until it is let go, and fails.
 */
#include "../base/kt.h"

#include <sys/conf.h>
#include <sys/stat.h>

#include <rump-sys/vfs.h>

void	rump_kt_attach(void);
void	rump_kt_await(void);
void	rump_kt_release(void);
int	rump_kt_closes(void);

static kmutex_t lock;
static kcondvar_t cv;
static bool is_open, is_inside, let_go;		/* lock */
static int closes;				/* lock */

static int
one_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	int error = 0;

	mutex_enter(&lock);
	if (is_open) {
		error = EBUSY;
		is_inside = true;
		cv_broadcast(&cv);
		while (!let_go)
			cv_wait(&cv, &lock);
	}
	is_open = true;
	mutex_exit(&lock);
	return error;
}

static int
one_close(dev_t dev, int flag, int mode, struct lwp *l)
{

	mutex_enter(&lock);
	KT(is_open);
	is_open = false;
	closes++;
	mutex_exit(&lock);
	return 0;
}

static const struct cdevsw one_cdevsw = {
	.d_open = one_open, .d_close = one_close, .d_read = noread,
	.d_write = nowrite, .d_ioctl = noioctl, .d_stop = nostop,
	.d_tty = notty, .d_poll = nopoll, .d_mmap = nommap,
	.d_kqfilter = nokqfilter, .d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

void
rump_kt_attach(void)
{
	devmajor_t bmajor = NODEVMAJOR, cmajor = NODEVMAJOR;

	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "one");
	KT_EQ(0, devsw_attach("one", NULL, &bmajor, &one_cdevsw, &cmajor));
	KT_EQ(0, (*rump_vfs_makeonedevnode)(S_IFCHR, "/dev/one", cmajor, 0));
}

/* Until somebody's open is inside. */
void
rump_kt_await(void)
{

	mutex_enter(&lock);
	while (!is_inside)
		cv_wait(&cv, &lock);
	mutex_exit(&lock);
}

void
rump_kt_release(void)
{

	mutex_enter(&lock);
	let_go = true;
	cv_broadcast(&cv);
	mutex_exit(&lock);
}

int
rump_kt_closes(void)
{
	int n;

	mutex_enter(&lock);
	n = closes;
	mutex_exit(&lock);
	return n;
}
