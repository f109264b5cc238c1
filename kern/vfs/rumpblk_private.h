/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpblk_private.h: the block device on a host file, shared by rumpblk.c and
 * rumpblk_ioctl.c, and its error injection for tests.
 */
#ifndef _VFS_RUMPBLK_PRIVATE_H_
#define	_VFS_RUMPBLK_PRIVATE_H_

#include <sys/types.h>

#define	RUMPBLK_MAX	256		/* minor numbers */

#define	RBLK_OPEN_BLK	0x01
#define	RBLK_OPEN_CHR	0x02

#define	RBLK_INJECT_READ	0x01
#define	RBLK_INJECT_WRITE	0x02

/* Which transfers shall fail: kind, byte range on the device, how. */
struct rblk_inject {
	int		inj_ops;	/* RBLK_INJECT_* */
	uint64_t	inj_start;
	uint64_t	inj_end;
	unsigned int	inj_count;	/* so many */
	int		inj_error;
};

/*
 * Locks: r rumpblk_lock to change, an open of the device to read; a atomic.
 */
struct rblkdev {
	char		*rblk_path;	/* r: NULL if the slot is free */
	int		rblk_fd;	/* r: host file for reading, or -1 */
	int		rblk_wfd;	/* r: and for writing, or -1 */
	int		rblk_opencnt;	/* r: RBLK_OPEN_* */
	int		rblk_refs;	/* r: registrations */
	uint64_t	rblk_hostoffset; /* r: window on the host file */
	uint64_t	rblk_size;	/* r: bytes */
	struct rblk_inject rblk_inject;	/* r: */
	volatile unsigned int rblk_injecting; /* a: errors to come */
};

struct lwp;

struct rblkdev *rumpblk_get(dev_t);
int	rumpblk_ioctl(dev_t, u_long, void *, int, struct lwp *);
void	rumpblk_inject(devminor_t, const struct rblk_inject *);

#endif /* !_VFS_RUMPBLK_PRIVATE_H_ */
