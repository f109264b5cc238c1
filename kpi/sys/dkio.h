/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) requests for disks.  Who uses one whose argument is a disklabel or
 * of <sys/disk.h> includes that header too.
 */

#ifndef _SYS_DKIO_H_
#define	_SYS_DKIO_H_

#include <sys/ioccom.h>
#include <prop/plistref.h>

#define	DIOCGDINFO	_IOR('d', 101, struct disklabel) /* label in use */
#define	DIOCSDINFO	_IOW('d', 102, struct disklabel) /* use this one */
#define	DIOCWDINFO	_IOW('d', 103, struct disklabel) /* write it too */
#define	DIOCRFORMAT	_IOWR('d', 105, struct format_op)
#define	DIOCWFORMAT	_IOWR('d', 106, struct format_op)
#define	DIOCSSTEP	_IOW('d', 107, int)
#define	DIOCSRETRIES	_IOW('d', 108, int)
#define	DIOCKLABEL	_IOW('d', 119, int)	/* keep label after close */
#define	DIOCWLABEL	_IOW('d', 109, int)	/* label may be written */
#define	DIOCSBAD	_IOW('d', 110, struct dkbad)
#define	DIOCEJECT	_IOW('d', 112, int)
#define	ODIOCEJECT	_IO('d', 112)
#define	DIOCLOCK	_IOW('d', 113, int)	/* lock the medium */
#define	DIOCGDEFLABEL	_IOR('d', 114, struct disklabel) /* made up label */
#define	DIOCCLRLABEL	_IO('d', 115)

/* Caches of the drive. */
#define	DIOCGCACHE	_IOR('d', 116, int)
#define	DIOCSCACHE	_IOW('d', 117, int)
#define	DIOCCACHESYNC	_IOW('d', 118, int)	/* write them back */
#define	DKCACHE_READ	0x000001	/* read cache is on */
#define	DKCACHE_WRITE	0x000002	/* write cache is on */
#define	DKCACHE_RCHANGE	0x000100	/* the first can be changed */
#define	DKCACHE_WCHANGE	0x000200	/* and the second */
#define	DKCACHE_SAVE	0x010000	/* settings can be saved */
#define	DKCACHE_FUA	0x020000	/* forced unit access */
#define	DKCACHE_DPO	0x040000	/* disable page out */
#define	DKCACHE_COMBINE(a, b)						\
	(((a) & (b)) | (((a) | (b)) & (DKCACHE_READ | DKCACHE_WRITE)))

#define	DIOCBSLIST	_IOWR('d', 120, struct disk_badsecinfo)
#define	DIOCBSFLUSH	_IO('d', 121)
#define	DIOCAWEDGE	_IOWR('d', 122, struct dkwedge_info)
#define	DIOCGWEDGEINFO	_IOR('d', 122, struct dkwedge_info)
#define	DIOCDWEDGE	_IOW('d', 123, struct dkwedge_info)
#define	DIOCLWEDGES	_IOWR('d', 124, struct dkwedge_list)
#define	DIOCGSTRATEGY	_IOR('d', 125, struct disk_strategy)
#define	DIOCSSTRATEGY	_IOW('d', 126, struct disk_strategy)
#define	DIOCGDISKINFO	_IOR('d', 127, struct plistref)
#define	DIOCTUR		_IOR('d', 128, int)	/* is it ready? */
#define	DIOCMWEDGES	_IOR('d', 131, int)	/* make wedges */
#define	DIOCGSECTORSIZE	_IOR('d', 133, u_int)
#define	DIOCGMEDIASIZE	_IOR('d', 132, off_t)
#define	DIOCRMWEDGES	_IOR('d', 134, int)
#define	DIOCGSECTORALIGN _IOR('d', 135, struct disk_sectoralign)

#endif /* !_SYS_DKIO_H_ */
