/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpblk_ioctl.c: what can be asked of a disk on a host file: its size, a
 * made up label with one partition, and to put everything on the medium.
 * Called for block and character devices, open, without locks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>

#include <rump/rumpuser.h>
#include <rump-sys/vfs.h>

#include "rumpblk_private.h"

#define	FAKE_SECTORS	63
#define	FAKE_TRACKS	16

static void
make_label(const struct rblkdev *rblk, struct disklabel *lp)
{
	const uint64_t blocks = rblk->rblk_size >> DEV_BSHIFT;
	struct partition *pp;

	memset(lp, 0, sizeof(*lp));
	lp->d_magic = lp->d_magic2 = DISKMAGIC;
	lp->d_type = DKTYPE_RUMPD;
	strlcpy(lp->d_typename, "rump", sizeof(lp->d_typename));
	strlcpy(lp->d_packname, "fictitious", sizeof(lp->d_packname));
	lp->d_secsize = DEV_BSIZE;
	lp->d_nsectors = FAKE_SECTORS;
	lp->d_ntracks = FAKE_TRACKS;
	lp->d_secpercyl = FAKE_SECTORS * FAKE_TRACKS;
	lp->d_ncylinders = (uint32_t)(blocks / lp->d_secpercyl);
	lp->d_secperunit = (uint32_t)MIN(blocks, UINT32_MAX);
	lp->d_rpm = 3600;
	lp->d_interleave = 1;
	lp->d_npartitions = RAW_PART + 1;
	pp = &lp->d_partitions[RAW_PART];
	pp->p_size = lp->d_secperunit;
	pp->p_offset = 0;
	pp->p_fstype = FS_UNUSED;
	lp->d_checksum = dkcksum(lp);
}

/*
 * Everything written before is on the medium when this returns.
 */
static int
cache_sync(const struct rblkdev *rblk)
{

	if (rblk->rblk_wfd == -1)
		return 0;
	return rumpuser_syncfd(rblk->rblk_wfd,
	    RUMPUSER_SYNCFD_WRITE | RUMPUSER_SYNCFD_BARRIER |
	    RUMPUSER_SYNCFD_SYNC, rblk->rblk_hostoffset, rblk->rblk_size);
}

int
rumpblk_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct rblkdev *rblk = rumpblk_get(dev);

	if (rblk == NULL)
		return ENXIO;
	KASSERT(rblk->rblk_opencnt != 0);
	switch (cmd) {
	case DIOCGDINFO:
	case DIOCGDEFLABEL:
		make_label(rblk, data);
		return 0;
	case DIOCGMEDIASIZE:
		*(off_t *)data = (off_t)rblk->rblk_size;
		return 0;
	case DIOCGSECTORSIZE:
		*(u_int *)data = DEV_BSIZE;
		return 0;
	case DIOCGCACHE:
		*(int *)data = DKCACHE_READ | DKCACHE_WRITE;
		return 0;
	case DIOCCACHESYNC:
		return cache_sync(rblk);
	default:
		return ENOTTY;
	}
}
