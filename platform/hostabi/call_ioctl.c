/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl, and what programs ask by it: terminals, disks, flags of files.
 */
#include <linux/fs.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

#define	SECTOR	512		/* the host's unit, whatever the disk's is */

/* Refuse a request, unless the descriptor is no good either. */
static int
refuse(int fd, int error)
{

	if (hostabi_ret(rump_sys_fcntl(fd, RUMP_F_GETFD, 0)) == -1)
		return -1;
	return hostabi_fail(error);
}

static int
get_sectors(int fd, unsigned long *sectors)
{
	int64_t size;

	if (hostabi_ret(rump_sys_ioctl(fd, RUMP_DIOCGMEDIASIZE, &size)) == -1)
		return -1;
	*sectors = (unsigned long)size / SECTOR;
	return 0;
}

#define	IMMUTABLE	(RUMP_UF_IMMUTABLE | RUMP_SF_IMMUTABLE)
#define	APPEND		(RUMP_UF_APPEND | RUMP_SF_APPEND)
#define	VISIBLE		(IMMUTABLE | APPEND | RUMP_UF_NODUMP)

static int
get_fsflags(int fd, int *flags)
{
	struct rump_stat sb;

	if (hostabi_ret(rump_sys_fstat(fd, RSTAT(&sb))) == -1)
		return -1;
	return hostabi_fail(rump_hostabi_to_host(RUMP_HOSTABI_FSFLAGS,
	    (int)(sb.st_flags & VISIBLE), flags));
}

/* One that is to be set and is already stays the user's or the superuser's. */
static unsigned
keep_kind(unsigned new, unsigned old, unsigned pair)
{

	if ((new & pair) != 0 && (old & pair) != 0)
		return (new & ~pair) | (old & pair);
	return new;
}

static int
set_fsflags(int fd, int flags)
{
	struct rump_stat sb;
	unsigned new;
	int rflags;

	if (hostabi_ret(rump_sys_fstat(fd, RSTAT(&sb))) == -1 ||
	    !hostabi_arg(RUMP_HOSTABI_FSFLAGS, flags, &rflags))
		return -1;
	new = keep_kind((unsigned)rflags, sb.st_flags, IMMUTABLE);
	new = keep_kind(new, sb.st_flags, APPEND);
	return (int)hostabi_ret(rump_sys_fchflags(fd,
	    new | (sb.st_flags & ~(unsigned)VISIBLE)));
}

int
rump_host_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;
	int rreq, error, force = 0;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	/* the host looks at 32 bits */
	request = (unsigned)request;
	if (request == FS_IOC_GETFLAGS || request == FS_IOC_SETFLAGS) {
		if (arg == NULL)
			return refuse(fd, EFAULT);
		return request == FS_IOC_GETFLAGS ? get_fsflags(fd, arg) :
		    set_fsflags(fd, *(const int *)arg);
	}
	error = rump_hostabi_from_host(RUMP_HOSTABI_IOCTL, (int)request,
	    &rreq);
	if (error != 0)
		return refuse(fd, error);
	if (request == BLKGETSIZE)
		return arg != NULL ? get_sectors(fd, arg) :
		    refuse(fd, EFAULT);
	if (request == BLKFLSBUF)
		arg = &force;
	return (int)hostabi_ret(rump_sys_ioctl(fd, (unsigned)rreq, arg));
}

/* There are no terminals. */
int
rump_host_isatty(int fd)
{

	(void)refuse(fd, ENOTTY);
	return 0;
}

int
rump_host_sockatmark(int s)
{
	int at;

	return rump_host_ioctl(s, SIOCATMARK, &at) == -1 ? -1 : at;
}
