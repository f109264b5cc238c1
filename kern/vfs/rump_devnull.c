/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_devnull.c: the devices every program expects: /dev/null, zero, full,
 * random and urandom.  Character devices only; nothing to lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <rump-sys/vfs.h>

#define	MEM_MAJOR	2		/* as in NetBSD */
#define	DEV_NULL	2
#define	DEV_FULL	11
#define	DEV_ZERO	12
#define	RND_MAJOR	46
#define	DEV_RANDOM	0
#define	DEV_URANDOM	1

static int
mem_open(dev_t dev, int flag, int fmt, struct lwp *l)
{

	switch (minor(dev)) {
	case DEV_NULL:
	case DEV_FULL:
	case DEV_ZERO:
		return 0;
	default:
		return ENXIO;
	}
}

static int
mem_read(dev_t dev, struct uio *uio, int flags)
{
	static const char zeros[PAGE_SIZE];
	int error = 0;

	if (minor(dev) == DEV_NULL)
		return 0;
	while (uio->uio_resid > 0 && error == 0)
		error = uiomove(__UNCONST(zeros),
		    MIN(uio->uio_resid, sizeof(zeros)), uio);
	return error;
}

static int
mem_write(dev_t dev, struct uio *uio, int flags)
{

	if (minor(dev) == DEV_FULL)
		return ENOSPC;
	uioskip(uio->uio_resid, uio);
	return 0;
}

static int
mem_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{

	return cmd == FIONBIO || cmd == FIOASYNC ? 0 : ENOTTY;
}

static const struct cdevsw mem_cdevsw = {
	.d_open = mem_open,
	.d_close = nullclose,
	.d_read = mem_read,
	.d_write = mem_write,
	.d_ioctl = mem_ioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

static int
random_open(dev_t dev, int flag, int fmt, struct lwp *l)
{

	return minor(dev) == DEV_RANDOM || minor(dev) == DEV_URANDOM ? 0 :
	    ENXIO;
}

static int
random_read(dev_t dev, struct uio *uio, int flags)
{
	char buf[512];
	size_t n;
	int error = 0;

	while (uio->uio_resid > 0 && error == 0) {
		n = MIN(uio->uio_resid, sizeof(buf));
		(void)cprng_strong(user_cprng, buf, n, 0);
		error = uiomove(buf, n, uio);
	}
	explicit_memset(buf, 0, sizeof(buf));
	return error;
}

/*
 * What is written would be mixed in; the generator needs nothing.
 */
static int
random_write(dev_t dev, struct uio *uio, int flags)
{

	uioskip(uio->uio_resid, uio);
	return 0;
}

static const struct cdevsw random_cdevsw = {
	.d_open = random_open,
	.d_close = nullclose,
	.d_read = random_read,
	.d_write = random_write,
	.d_ioctl = mem_ioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

static const struct {
	const char	*name;
	devmajor_t	major;
	devminor_t	minor;
} nodes[] = {
	{ "/dev/null", MEM_MAJOR, DEV_NULL },
	{ "/dev/zero", MEM_MAJOR, DEV_ZERO },
	{ "/dev/full", MEM_MAJOR, DEV_FULL },
	{ "/dev/random", RND_MAJOR, DEV_RANDOM },
	{ "/dev/urandom", RND_MAJOR, DEV_URANDOM },
};

/*
 * Attach the drivers and make the nodes; /dev exists.
 */
int
rump_devnull_init(void)
{
	devmajor_t bmaj, cmaj;
	int error;
	size_t i;

	bmaj = -1;
	cmaj = MEM_MAJOR;
	error = devsw_attach("mem", NULL, &bmaj, &mem_cdevsw, &cmaj);
	if (error != 0)
		return error;
	bmaj = -1;
	cmaj = RND_MAJOR;
	error = devsw_attach("rnd", NULL, &bmaj, &random_cdevsw, &cmaj);
	if (error != 0)
		return error;
	for (i = 0; i < __arraycount(nodes); i++) {
		error = (*rump_vfs_makeonedevnode)(S_IFCHR, nodes[i].name,
		    nodes[i].major, nodes[i].minor);
		if (error != 0)
			return error;
	}
	return 0;
}
