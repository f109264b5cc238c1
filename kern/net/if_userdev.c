/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device switch of interfaces whose other end is a program, if_user.c: one
 * table serves them all, as each kind has a copy of it, which tells by a device
 * number what kind it is.  Only opening is the driver's own.  Besides, what
 * other devices of the network do as well.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/container_of.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump-sys/vfs.h>

static struct net_userdev *
kind_of(dev_t dev)
{
	struct cdevsw *cdev = __UNCONST(cdevsw_lookup(dev));

	KASSERT(cdev != NULL);
	return container_of(cdev, struct net_userdev, ud_cdevsw);
}

static struct net_user *
user_of(dev_t dev)
{

	return net_user_find(kind_of(dev), (int)minor(dev));
}

static int
dev_open(dev_t dev, int flag, int mode, struct lwp *l)
{

	return (*kind_of(dev)->ud_open)((int)minor(dev), flag, l);
}

static int
dev_close(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct net_user *nu = user_of(dev);

	if (nu != NULL)
		net_user_close(nu);
	return 0;
}

static int
dev_read(dev_t dev, struct uio *uio, int flags)
{
	struct net_user *nu = user_of(dev);

	return nu == NULL ? ENXIO : net_user_read(nu, uio,
	    (flags & IO_NDELAY) != 0);
}

static int
dev_write(dev_t dev, struct uio *uio, int flags)
{
	struct net_user *nu = user_of(dev);

	return nu == NULL ? ENXIO : net_user_write(nu, uio);
}

static int
dev_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct net_user *nu = user_of(dev);

	return nu == NULL ? ENXIO : net_user_ioctl(nu, cmd, data);
}

static int
dev_poll(dev_t dev, int events, struct lwp *l)
{
	struct net_user *nu = user_of(dev);

	return nu == NULL ? POLLERR : net_user_poll(nu, events, l);
}

static int
dev_kqfilter(dev_t dev, struct knote *kn)
{
	struct net_user *nu = user_of(dev);

	return nu == NULL ? ENXIO : net_user_kqfilter(nu, kn);
}

static const struct cdevsw user_cdevsw = {
	.d_open = dev_open,
	.d_close = dev_close,
	.d_read = dev_read,
	.d_write = dev_write,
	.d_ioctl = dev_ioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = dev_poll,
	.d_mmap = nommap,
	.d_kqfilter = dev_kqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

void
net_userdev_attach(struct net_userdev *ud, devmajor_t cmajor, int nodes)
{
	devmajor_t bmajor = -1;
	char base[32];
	int error;

	ud->ud_cdevsw = user_cdevsw;
	FLAWLESSCALL(devsw_attach(ud->ud_name, NULL, &bmajor, &ud->ud_cdevsw,
	    &cmajor));
	snprintf(base, sizeof(base), "/dev/%s", ud->ud_name);
	error = (*rump_vfs_makedevnodes)(S_IFCHR, base, '\0', cmajor, 0,
	    nodes);
	if (error != 0)
		printf("cannot make nodes of %s: error %d\n", ud->ud_name,
		    error);
}

int
net_kqfilter_read(struct knote *kn, const struct filterops *fops, void *hook,
    struct selinfo *sel, kmutex_t *lock)
{

	if (kn->kn_filter == EVFILT_WRITE) {
		kn->kn_fop = &seltrue_filtops;
		return 0;
	}
	if (kn->kn_filter != EVFILT_READ)
		return EINVAL;
	kn->kn_fop = fops;
	kn->kn_hook = hook;
	mutex_spin_enter(lock);
	selrecord_knote(sel, kn);
	mutex_spin_exit(lock);
	return 0;
}

void
net_clonefile_stat(const struct file *fp, dev_t dev,
    const struct timespec *made, struct stat *st)
{

	memset(st, 0, sizeof(*st));
	st->st_dev = dev;
	st->st_mode = S_IFCHR;
	st->st_uid = kauth_cred_geteuid(fp->f_cred);
	st->st_gid = kauth_cred_getegid(fp->f_cred);
	st->st_atimespec = st->st_mtimespec = st->st_ctimespec =
	    st->st_birthtimespec = *made;
}
