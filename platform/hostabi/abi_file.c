/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of what calls on files take: flags of open and of the *at calls,
 * whence, commands, locks, attributes' flags.
 */
#include <sys/file.h>
#include <sys/xattr.h>

#include "hostabi.h"

/*
 * O_SYNC contains O_DSYNC here, O_TMPFILE and the pair with O_PATH contain
 * O_DIRECTORY: they come first.  O_RSYNC is O_SYNC to this host.  Programs try
 * again without O_NOATIME after EPERM, and without O_TMPFILE after EOPNOTSUPP.
 */
static const struct hostabi_row open_rows[] = {
	{ O_RDONLY, RUMP_O_RDONLY, 0 },
	{ O_WRONLY, RUMP_O_WRONLY, 0 },
	{ O_RDWR, RUMP_O_RDWR, 0 },
#define	OPEN_NFIELD	3
	{ O_TMPFILE, 0, EOPNOTSUPP },
	{ O_PATH | O_DIRECTORY, RUMP_O_SEARCH | RUMP_O_DIRECTORY, 0 },
	{ O_SYNC, RUMP_O_SYNC, 0 },
	{ O_DSYNC, RUMP_O_DSYNC, 0 },
	{ O_RSYNC, RUMP_O_RSYNC, 0 },
	{ O_NONBLOCK, RUMP_O_NONBLOCK, 0 },
	{ O_APPEND, RUMP_O_APPEND, 0 },
	{ O_ASYNC, RUMP_O_ASYNC, 0 },
	{ O_CREAT, RUMP_O_CREAT, 0 },
	{ O_TRUNC, RUMP_O_TRUNC, 0 },
	{ O_EXCL, RUMP_O_EXCL, 0 },
	{ O_NOCTTY, RUMP_O_NOCTTY, 0 },
	{ O_DIRECT, RUMP_O_DIRECT, 0 },
	{ O_DIRECTORY, RUMP_O_DIRECTORY, 0 },
	{ O_NOFOLLOW, RUMP_O_NOFOLLOW, 0 },
	{ O_CLOEXEC, RUMP_O_CLOEXEC, 0 },
	{ O_NOATIME, 0, EPERM },
};
const struct hostabi_table hostabi_open = {
	open_rows, OPEN_NFIELD, NITEMS(open_rows), O_ACCMODE, RUMP_O_ACCMODE,
	EINVAL
};

/* The host's AT_EACCESS and AT_REMOVEDIR are one number: a table per call. */
static const struct hostabi_row at_rows[] = {
	{ AT_SYMLINK_NOFOLLOW, RUMP_AT_SYMLINK_NOFOLLOW, 0 },
	{ AT_NO_AUTOMOUNT, 0, 0 },	/* nothing is mounted by itself */
};
const struct hostabi_table hostabi_at = HOSTABI_BITS(at_rows, EINVAL);

static const struct hostabi_row access_rows[] = {
	{ AT_SYMLINK_NOFOLLOW, RUMP_AT_SYMLINK_NOFOLLOW, 0 },
	{ AT_EACCESS, RUMP_AT_EACCESS, 0 },
};
const struct hostabi_table hostabi_at_access =
    HOSTABI_BITS(access_rows, EINVAL);

static const struct hostabi_row link_rows[] = {
	{ AT_SYMLINK_FOLLOW, RUMP_AT_SYMLINK_FOLLOW, 0 },
};
const struct hostabi_table hostabi_at_link = HOSTABI_BITS(link_rows, EINVAL);

static const struct hostabi_row unlink_rows[] = {
	{ AT_REMOVEDIR, RUMP_AT_REMOVEDIR, 0 },
};
const struct hostabi_table hostabi_at_unlink =
    HOSTABI_BITS(unlink_rows, EINVAL);

static const struct hostabi_row seek_rows[] = {
	{ SEEK_SET, RUMP_SEEK_SET, 0 },
	{ SEEK_CUR, RUMP_SEEK_CUR, 0 },
	{ SEEK_END, RUMP_SEEK_END, 0 },
	{ SEEK_DATA, RUMP_SEEK_DATA, 0 },
	{ SEEK_HOLE, RUMP_SEEK_HOLE, 0 },
};
const struct hostabi_table hostabi_seek = HOSTABI_VALUES(seek_rows, EINVAL);

static const struct hostabi_row fcntl_rows[] = {
	{ F_DUPFD, RUMP_F_DUPFD, 0 },
	{ F_DUPFD_CLOEXEC, RUMP_F_DUPFD_CLOEXEC, 0 },
	{ F_GETFD, RUMP_F_GETFD, 0 },
	{ F_SETFD, RUMP_F_SETFD, 0 },
	{ F_GETFL, RUMP_F_GETFL, 0 },
	{ F_SETFL, RUMP_F_SETFL, 0 },
	{ F_GETOWN, RUMP_F_GETOWN, 0 },
	{ F_SETOWN, RUMP_F_SETOWN, 0 },
	{ F_GETLK, RUMP_F_GETLK, 0 },
	{ F_SETLK, RUMP_F_SETLK, 0 },
	{ F_SETLKW, RUMP_F_SETLKW, 0 },
};
const struct hostabi_table hostabi_fcntl = HOSTABI_VALUES(fcntl_rows, EINVAL);

static const struct hostabi_row lock_rows[] = {
	{ F_RDLCK, RUMP_F_RDLCK, 0 },
	{ F_WRLCK, RUMP_F_WRLCK, 0 },
	{ F_UNLCK, RUMP_F_UNLCK, 0 },
};
const struct hostabi_table hostabi_lock = HOSTABI_VALUES(lock_rows, EINVAL);

static const struct hostabi_row flock_rows[] = {
	{ LOCK_SH, RUMP_LOCK_SH, 0 },
	{ LOCK_EX, RUMP_LOCK_EX, 0 },
	{ LOCK_NB, RUMP_LOCK_NB, 0 },
	{ LOCK_UN, RUMP_LOCK_UN, 0 },
};
const struct hostabi_table hostabi_flock = HOSTABI_BITS(flock_rows, EINVAL);

static const struct hostabi_row xattr_rows[] = {
	{ XATTR_CREATE, RUMP_XATTR_CREATE, 0 },
	{ XATTR_REPLACE, RUMP_XATTR_REPLACE, 0 },
};
const struct hostabi_table hostabi_xattr = HOSTABI_BITS(xattr_rows, EINVAL);

int
rump_hostabi_flock_from_host(const struct flock *fl, struct rump_flock *out)
{
	int type, whence, error;

	error = rump_hostabi_from_host(RUMP_HOSTABI_LOCK, fl->l_type, &type);
	if (error == 0)
		error = rump_hostabi_from_host(RUMP_HOSTABI_SEEK, fl->l_whence,
		    &whence);
	if (error != 0)
		return error;
	*out = (struct rump_flock){
		.l_start = fl->l_start, .l_len = fl->l_len,
		.l_pid = fl->l_pid, .l_type = (int16_t)type,
		.l_whence = (int16_t)whence,
	};
	return 0;
}

int
rump_hostabi_flock_to_host(const struct rump_flock *fl, struct flock *out)
{
	int type, whence, error;

	error = rump_hostabi_to_host(RUMP_HOSTABI_LOCK, fl->l_type, &type);
	if (error == 0)
		error = rump_hostabi_to_host(RUMP_HOSTABI_SEEK, fl->l_whence,
		    &whence);
	if (error != 0)
		return error;
	out->l_start = fl->l_start;
	out->l_len = fl->l_len;
	out->l_pid = fl->l_pid;
	out->l_type = (short)type;
	out->l_whence = (short)whence;
	return 0;
}
