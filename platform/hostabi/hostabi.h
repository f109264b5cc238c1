/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostabi.h: what the files of librumphost share.
 */
#ifndef _HOSTABI_H_
#define	_HOSTABI_H_

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rump/rump_hostabi.h>
#include <rump/rumperrno2host.h>

#define	NITEMS(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * One value or bit of both sides.  Bits may be several, then all must be set;
 * the first row that fits takes them.  A side without one has 0.
 */
struct hostabi_row {
	int	hr_host;
	int	hr_rump;
	int	hr_error;	/* not 0: refused on the way from the host */
};

/*
 * A type.  Its rows are first those of the field, a number of its own under
 * the masks (all bits of a plain number, none of plain flags), then the bits.
 */
struct hostabi_table {
	const struct hostabi_row *ht_rows;
	size_t		 ht_nfield;
	size_t		 ht_nrows;
	unsigned	 ht_hostmask;
	unsigned	 ht_rumpmask;
	int		 ht_error;	/* for what is in no row */
};

/* A table of rows that are all values, or all bits. */
#define	HOSTABI_VALUES(rows, error)					\
	{ (rows), NITEMS(rows), NITEMS(rows), ~0U, ~0U, (error) }
#define	HOSTABI_BITS(rows, error)					\
	{ (rows), 0, NITEMS(rows), 0, 0, (error) }

extern const struct hostabi_table hostabi_open;
extern const struct hostabi_table hostabi_at;
extern const struct hostabi_table hostabi_at_access;
extern const struct hostabi_table hostabi_at_link;
extern const struct hostabi_table hostabi_at_unlink;
extern const struct hostabi_table hostabi_mode;
extern const struct hostabi_table hostabi_mnt;
extern const struct hostabi_table hostabi_seek;
extern const struct hostabi_table hostabi_fcntl;
extern const struct hostabi_table hostabi_lock;
extern const struct hostabi_table hostabi_flock;
extern const struct hostabi_table hostabi_xattr;
extern const struct hostabi_table hostabi_poll;
extern const struct hostabi_table hostabi_clock;
extern const struct hostabi_table hostabi_signal;
extern const struct hostabi_table hostabi_domain;
extern const struct hostabi_table hostabi_sock;
extern const struct hostabi_table hostabi_shut;
extern const struct hostabi_table hostabi_msg;
extern const struct hostabi_table hostabi_ioctl;
extern const struct hostabi_table hostabi_fsflags;
extern const struct hostabi_table hostabi_advice;
extern const struct hostabi_table hostabi_pathconf;
extern const struct hostabi_table hostabi_eventfd;
extern const struct hostabi_table hostabi_timerfd;
extern const struct hostabi_table hostabi_timerfd_set;
extern const struct hostabi_table hostabi_random;

/* O_LARGEFILE of the host's kernel: libc says 0 on 64-bit machines. */
extern const int hostabi_o_largefile;

/*
 * The kernel's structures behind the types that rump_syscalls.h declares,
 * which on this host are the host's.
 */
#define	RSTAT(p)	((struct stat *)(void *)(p))
#define	RSTATVFS(p)	((struct statvfs *)(void *)(p))
#define	RTIMES(p)	((struct timespec *)(void *)(p))
#define	RADDR(p)	((struct sockaddr *)(void *)(p))

/* The value of a call of the kernel; with -1, errno becomes the host's. */
static inline long
hostabi_ret(long rv)
{

	if (rv == -1)
		errno = rump_errno2host(errno);
	return rv;
}

/* Fail with an errno of the host; 0 is no failure. */
static inline int
hostabi_fail(int error)
{

	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

/* Translate an argument; false with errno set if it is refused. */
static inline bool
hostabi_arg(enum rump_hostabi type, int value, int *out)
{

	return hostabi_fail(rump_hostabi_from_host(type, value, out)) == 0;
}

/* A descriptor of the *at calls, of which one is not a number of a file. */
static inline int
hostabi_dirfd(int fd)
{

	return fd == AT_FDCWD ? RUMP_AT_FDCWD : fd;
}

#endif /* !_HOSTABI_H_ */
