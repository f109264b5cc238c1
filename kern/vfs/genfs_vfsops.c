/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_vfsops.c: file system operations with the same answer nearly
 * everywhere: statistics of a file system without storage, the rename lock,
 * suspension.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fstrans.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/statvfs.h>

#include <miscfs/genfs/genfs.h>

/*
 * Two used blocks keep programs that divide by them happy.
 */
int
genfs_statvfs(struct mount *mp, struct statvfs *sbp)
{

	sbp->f_bsize = DEV_BSIZE;
	sbp->f_frsize = DEV_BSIZE;
	sbp->f_iosize = DEV_BSIZE;
	sbp->f_blocks = 2;
	sbp->f_bfree = 0;
	sbp->f_bavail = 0;
	sbp->f_bresvd = 0;
	sbp->f_files = 0;
	sbp->f_ffree = 0;
	sbp->f_favail = 0;
	sbp->f_fresvd = 0;
	copy_statvfs_info(sbp, mp);
	return 0;
}

/*
 * One directory at a time changes its place in a file system, so that who is
 * whose ancestor stays true while it is decided upon.
 */
int
genfs_renamelock_enter(struct mount *mp)
{

	mutex_enter(mp->mnt_renamelock);
	return 0;
}

void
genfs_renamelock_exit(struct mount *mp)
{

	mutex_exit(mp->mnt_renamelock);
}

int
genfs_suspendctl(struct mount *mp, int cmd)
{
	int error;

	switch (cmd) {
	case SUSPEND_SUSPEND:
		error = fstrans_setstate(mp, FSTRANS_SUSPENDING);
		if (error != 0)
			return error;
		return fstrans_setstate(mp, FSTRANS_SUSPENDED);
	case SUSPEND_RESUME:
		return fstrans_setstate(mp, FSTRANS_NORMAL);
	default:
		return EINVAL;
	}
}
