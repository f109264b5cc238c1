/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations that do nothing or always fail, for tables of functions.  They
 * are declared without the arguments they are called with and look at none,
 * so the tables cast them.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/poll.h>

int
nullop(void *v)
{

	return 0;
}

void *
nullret(void)
{

	return NULL;
}

void
voidop(void)
{
}

int
enodev(void)
{

	return ENODEV;
}

int
enxio(void)
{

	return ENXIO;
}

int
enoioctl(void)
{

	return ENOTTY;
}

int
enosys(void)
{

	return ENOSYS;
}

int
eopnotsupp(void)
{

	return EOPNOTSUPP;
}

/* The poll function of devices that are always ready. */
int
seltrue(dev_t dev, int events, struct lwp *l)
{

	return events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
}

/* Device switch entries for what a driver does not do, or need not do. */
int
devenodev(dev_t dev, ...)
{

	return ENODEV;
}

int
devnullop(dev_t dev, ...)
{

	return 0;
}

void
ttyvenodev(struct tty *tp, ...)
{
}

void
ttyvnullop(struct tty *tp, ...)
{
}
