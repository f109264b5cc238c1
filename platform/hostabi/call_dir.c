/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls on directories: their entries, and where a process is.
 */
#include <limits.h>
#include <stdlib.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

/*
 * The host's record of an entry is at most 8 bytes longer than the kernel's,
 * which has 16 or more: two thirds of the room always fit.  If that is too
 * little for even one entry, grow by the unit of their sizes, so that no more
 * than one is read.
 */
static int
read_entries(int fd, char *buf, size_t room)
{
	size_t len = room * 2 / 3;
	int n;

	do {
		n = rump_sys_getdents(fd, buf, len);
		if (n != -1 || errno != RUMP_EINVAL || len >= 512)
			break;
		len += 8;
	} while (len <= room);
	return n;
}

/* EINVAL is also what the kernel has for what is no directory. */
static ssize_t
getdents_failed(int fd)
{
	struct rump_stat sb;

	if (errno == RUMP_EINVAL && rump_sys_fstat(fd, RSTAT(&sb)) == 0)
		return hostabi_fail(S_ISDIR(sb.st_mode) ? EINVAL : ENOTDIR);
	return hostabi_ret(-1);
}

ssize_t
rump_host_getdents64(int fd, void *out, size_t room)
{
	const size_t max = 64 * 1024;
	ssize_t used;
	off_t start;
	char *buf;
	int n;

	if (room > max)
		room = max;
	buf = malloc(room + 1);
	if (buf == NULL)
		return hostabi_fail(ENOMEM);
	start = rump_sys_lseek(fd, 0, RUMP_SEEK_CUR);
	do {
		/* a part of nothing but removed entries is not the end */
		n = read_entries(fd, buf, room);
		used = n <= 0 ? n : rump_hostabi_dirents_to_host(buf,
		    (size_t)n, rump_sys_lseek(fd, 0, RUMP_SEEK_CUR), out, room);
	} while (n > 0 && used == 0);
	free(buf);
	if (n == -1)
		return getdents_failed(fd);
	if (used == -1) {
		n = errno;
		(void)rump_sys_lseek(fd, start, RUMP_SEEK_SET);
		errno = n;
	}
	return used;
}

int
rump_host_chdir(const char *path)
{

	return (int)hostabi_ret(rump_sys_chdir(path));
}

int
rump_host_fchdir(int fd)
{

	return (int)hostabi_ret(rump_sys_fchdir(fd));
}

int
rump_host_chroot(const char *path)
{

	return (int)hostabi_ret(rump_sys_chroot(path));
}

char *
rump_host_getcwd(char *buf, size_t size)
{
	char *p = buf;

	if (buf == NULL) {
		if (size == 0)
			size = PATH_MAX;
		p = malloc(size);
		if (p == NULL)
			return NULL;
	} else if (size == 0) {
		errno = EINVAL;
		return NULL;
	}
	if (hostabi_ret(rump_sys___getcwd(p, size)) != -1)
		return p;
	if (buf == NULL)
		free(p);
	return NULL;
}
