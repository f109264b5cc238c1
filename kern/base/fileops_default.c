/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Default operations for struct fileops: what a kind of file that does not
 * support something answers.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/poll.h>
#include <sys/systm.h>

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
