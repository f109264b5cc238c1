/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes.  The kernel has calls of the host's kind; what differs
 * are limits and the errors for passing them.
 */
#include <linux/limits.h>
#include <string.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

/* Is the name one of the host's?  What is not there has no such attribute. */
static int
check_name(const char *name)
{
	const char *part;
	int nspace;

	if (name == NULL)
		return EFAULT;
	if (name[0] == '\0' || strlen(name) > XATTR_NAME_MAX)
		return ERANGE;
	return rump_hostabi_xattr_from_host(name, &nspace, &part);
}

/* Check what set takes; true, and the kernel's flags, if it may go on. */
static bool
check_set(const char *name, size_t len, int flags, int *rflags)
{
	int error;

	error = rump_hostabi_from_host(RUMP_HOSTABI_XATTR, flags, rflags);
	if (error == 0)
		error = check_name(name);
	if (error == 0 && len > XATTR_SIZE_MAX)
		error = E2BIG;
	return hostabi_fail(error) == 0;
}

static ssize_t
list_result(ssize_t n)
{

	if (n == -1 && errno == RUMP_EOPNOTSUPP)
		return 0;	/* a file system without has none */
	return hostabi_ret(n);
}

/* The four calls, on a file found by `arg' of that type. */
#define	XATTR_CALLS(pre, type)						\
ssize_t									\
rump_host_##pre##getxattr(type file, const char *name, void *buf,	\
    size_t len)								\
{									\
									\
	if (hostabi_fail(check_name(name)) != 0)			\
		return -1;						\
	return hostabi_ret(rump_sys_##pre##getxattr(file, name, buf,	\
	    len));							\
}									\
									\
int									\
rump_host_##pre##setxattr(type file, const char *name,			\
    const void *buf, size_t len, int flags)				\
{									\
	int rflags;							\
									\
	if (!check_set(name, len, flags, &rflags))			\
		return -1;						\
	return (int)hostabi_ret(rump_sys_##pre##setxattr(file, name,	\
	    buf, len, rflags));						\
}									\
									\
ssize_t									\
rump_host_##pre##listxattr(type file, char *buf, size_t len)		\
{									\
									\
	return list_result(rump_sys_##pre##listxattr(file, buf, len));	\
}									\
									\
int									\
rump_host_##pre##removexattr(type file, const char *name)		\
{									\
									\
	if (hostabi_fail(check_name(name)) != 0)			\
		return -1;						\
	return (int)hostabi_ret(rump_sys_##pre##removexattr(file,	\
	    name));							\
}

XATTR_CALLS(, const char *)
XATTR_CALLS(l, const char *)
XATTR_CALLS(f, int)
