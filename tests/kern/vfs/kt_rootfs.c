/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_rootfs: devices that are there before the root is mounted,
 * of which one is called the root device.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/filedesc.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>

int rump_kt_roothooks(void);
int rump_kt_fdopen(const char *, int, int);

static char devices[3];
static int called, wrong;

static void
prepare(device_t dev)
{

	called++;
	if (dev != (device_t)&devices[1] || rootvnode != NULL)
		wrong++;
}

RUMP_COMPONENT(RUMP__FACTION_DEV)
{
	u_int i;

	for (i = 0; i < __arraycount(devices); i++)
		(void)mountroothook_establish(prepare, (device_t)&devices[i]);
	root_device = (device_t)&devices[1];
}

/* How often hooks were called at boot; none is left. */
int
rump_kt_roothooks(void)
{
	int before = called;
	u_int i;

	for (i = 0; i < __arraycount(devices); i++)
		domountroothook((device_t)&devices[i]);
	root_device = NULL;
	return wrong != 0 || called != before ? -1 : before;
}

/* A descriptor, or an error less than 0. */
int
rump_kt_fdopen(const char *path, int flags, int mode)
{
	int fd = -1, error;

	error = fd_open(path, flags, mode, &fd);
	return error != 0 ? -error : fd;
}
