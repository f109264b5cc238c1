/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mount(2) gets for a "logfs", and the ioctl(2) requests on any open file
 * of one that make snapshots; for programs and for the driver.  The requests
 * are NetBSD's _IOR() and so on spelled out, as a host has others.
 */
#ifndef _LOGFS_ARGS_H_
#define	_LOGFS_ARGS_H_

struct logfs_args {
	char	*la_fspec;		/* block device */
};

/* A block of the snapshot: lb_blk and lb_data in, lb_copied out. */
struct logfs_snapblk {
	uint32_t	lb_blk;		/* in units of LF_BSIZE */
	uint32_t	lb_copied;	/* it has changed since */
	char		*lb_data;	/* LF_BSIZE bytes go here */
};

/* EBUSY: there is one; ENOENT: there is none. */
#define	LF_IOC(inout, n, len)						\
	((unsigned long)(inout) | (len) << 16 | 'L' << 8 | (n))
#define	LFIOC_SNAPBEGIN	/* uint32_t: how many blocks */			\
	LF_IOC(0x40000000, 1, sizeof(uint32_t))
#define	LFIOC_SNAPREAD							\
	LF_IOC(0xc0000000, 2, sizeof(struct logfs_snapblk))
#define	LFIOC_SNAPEND	LF_IOC(0x20000000, 3, 0UL)

#endif /* !_LOGFS_ARGS_H_ */
