/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Default operations for struct fileops: what a kind of file that does not
 * support something answers, and what those that count do.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "fcount_private.h"

int
fbadop_read(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{

	return EOPNOTSUPP;
}

int
fbadop_write(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{

	return EOPNOTSUPP;
}

int
fbadop_ioctl(file_t *fp, u_long com, void *data)
{

	return EOPNOTSUPP;
}

int
fbadop_close(file_t *fp)
{

	return EOPNOTSUPP;
}

int
fbadop_stat(file_t *fp, struct stat *sb)
{

	return EOPNOTSUPP;
}

int
fnullop_fcntl(file_t *fp, u_int cmd, void *data)
{

	/* Status flags may always be changed. */
	return cmd == F_SETFL ? 0 : EOPNOTSUPP;
}

int
fnullop_poll(file_t *fp, int which)
{

	return 0;
}

int
fnullop_kqfilter(file_t *fp, struct knote *kn)
{

	return EOPNOTSUPP;
}

void
fnullop_restart(file_t *fp)
{
}

int
fcountop_ioctl(u_long cmd, void *data, bool any)
{

	switch (cmd) {
	case FIONBIO:
		return 0;
	case FIONREAD:
		*(int *)data = any ? sizeof(uint64_t) : 0;
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

int
fcountop_stat(file_t *fp, struct stat *sb, uint64_t count)
{

	memset(sb, 0, sizeof(*sb));
	sb->st_mode = S_IRUSR | S_IWUSR;
	sb->st_nlink = 1;
	sb->st_uid = kauth_cred_geteuid(fp->f_cred);
	sb->st_gid = kauth_cred_getegid(fp->f_cred);
	sb->st_blksize = sizeof(uint64_t);
	sb->st_size = (off_t)MIN(count, (uint64_t)INT64_MAX);
	return 0;
}
