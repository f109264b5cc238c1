/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4): /dev/bpf.  Each open is a listener of its own, whatever the minor
 * number; it listens to nothing until it is told an interface, bpf_ioctl.c.
 */
#include "bpf_private.h"

#include <sys/conf.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/intr.h>
#include <sys/lwp.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/timevar.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump-sys/vfs.h>

#define	BPF_MAJOR	23		/* as in NetBSD */

static int
bpf_read(struct file *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct bpf_d *d = fp->f_bpf;
	u_char *buf;
	u_int len;
	int error;

	/* Packets are not cut: whoever reads has room for a whole buffer. */
	mutex_enter(&bpf_mtx);
	error = uio->uio_resid != d->bd_bufsize ? EINVAL : 0;
	mutex_exit(&bpf_mtx);
	if (error != 0)
		return error;
	error = bpf_buf_take(d, (fp->f_flag & FNONBLOCK) != 0, &buf, &len);
	if (error != 0 || buf == NULL)
		return error;
	error = uiomove(buf, len, uio);
	bpf_buf_return(d, buf);
	return error;
}

static int
bpf_poll(struct file *fp, int events)
{
	struct bpf_d *d = fp->f_bpf;
	int revents = events & (POLLOUT | POLLWRNORM);

	if ((events & (POLLIN | POLLRDNORM)) == 0)
		return revents;
	mutex_spin_enter(&d->bd_mtx);
	if (bpf_buf_ready(d, true))
		revents |= events & (POLLIN | POLLRDNORM);
	else
		selrecord(curlwp, &d->bd_sel);
	mutex_spin_exit(&d->bd_mtx);
	return revents;
}

static void
filt_detach(struct knote *kn)
{
	struct bpf_d *d = kn->kn_hook;

	mutex_spin_enter(&d->bd_mtx);
	(void)selremove_knote(&d->bd_sel, kn);
	mutex_spin_exit(&d->bd_mtx);
}

static int
filt_read(struct knote *kn, long hint)
{
	struct bpf_d *d = kn->kn_hook;
	bool ready;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_enter(&d->bd_mtx);
	ready = bpf_buf_ready(d, (hint & NOTE_SUBMIT) == 0);
	kn->kn_data = ready ? bpf_buf_nread(d) : 0;
	if (d->bd_gone)
		knote_set_eof(kn, 0);
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_exit(&d->bd_mtx);
	return ready;
}

static const struct filterops read_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_detach,
	.f_event = filt_read,
};

static int
bpf_kqfilter(struct file *fp, struct knote *kn)
{
	struct bpf_d *d = fp->f_bpf;

	return net_kqfilter_read(kn, &read_filtops, d, &d->bd_sel, &d->bd_mtx);
}

static int
bpf_stat(struct file *fp, struct stat *st)
{
	struct bpf_d *d = fp->f_bpf;

	net_clonefile_stat(fp, makedev(BPF_MAJOR, 0), &d->bd_btime, st);
	return 0;
}

static int
bpf_close(struct file *fp)
{
	struct bpf_d *d = fp->f_bpf;

	fp->f_bpf = NULL;
	mutex_enter(&bpf_mtx);
	LIST_REMOVE(d, bd_entry);
	if (d->bd_bif != NULL)
		bpf_unlisten(d);
	mutex_exit(&bpf_mtx);
	bpf_buf_fini(d);
	if (d->bd_si != NULL)
		softint_disestablish(d->bd_si);
	bpf_prog_free(d->bd_rfilter);
	bpf_prog_free(d->bd_wfilter);
	kmem_free(d, sizeof(*d));
	return 0;
}

static const struct fileops bpf_fileops = {
	.fo_name = "bpf",
	.fo_read = bpf_read,
	.fo_write = bpf_write,
	.fo_ioctl = bpf_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = bpf_poll,
	.fo_stat = bpf_stat,
	.fo_close = bpf_close,
	.fo_kqfilter = bpf_kqfilter,
	.fo_restart = fnullop_restart,
};

static int
bpf_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct file *fp;
	struct bpf_d *d;
	int error, fd;

	if ((error = fd_allocfile(&fp, &fd)) != 0)
		return error;
	d = kmem_zalloc(sizeof(*d), KM_SLEEP);
	d->bd_bufsize = BPF_DFLTBUFSIZE;
	d->bd_direction = BPF_D_INOUT;
	d->bd_pid = l->l_proc->p_pid;
	getnanotime(&d->bd_btime);
	bpf_buf_init(d);
	mutex_enter(&bpf_mtx);
	d->bd_bufsize = MIN(d->bd_bufsize, bpf_maxbufsize);
	LIST_INSERT_HEAD(&bpf_descriptors, d, bd_entry);
	mutex_exit(&bpf_mtx);
	return fd_clone(fp, (unsigned)fd, flag, &bpf_fileops, d);
}

static const struct cdevsw bpf_cdevsw = {
	.d_open = bpf_open,
	.d_close = noclose,
	.d_read = noread,
	.d_write = nowrite,
	.d_ioctl = noioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

void
bpfilterattach(int n)
{

	bpf_if_init();
	bpf_ops_handover_enter(&bpf_ops_kernel);
	(void)atomic_swap_ptr(&bpf_ops, &bpf_ops_kernel);
	bpf_ops_handover_exit();
}

/* Before interfaces, or after: they are handed over. */
RUMP_COMPONENT(RUMP_COMPONENT_NET)
{

	bpfilterattach(0);
	bpf_sysctl_init();
}

RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{
	devmajor_t bmajor = -1, cmajor = BPF_MAJOR;

	FLAWLESSCALL(devsw_attach("bpf", NULL, &bmajor, &bpf_cdevsw,
	    &cmajor));
	rump_vfs_devnode("/dev/bpf", cmajor, 0);
	rump_vfs_devnode("/dev/bpf0", cmajor, 0);
}
