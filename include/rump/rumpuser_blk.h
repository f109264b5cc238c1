/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_blk.h: disks that the host program serves itself, for instance from
 * the network.  Ours, not part of rumpuser(3) elsewhere.
 *
 * rumpuser_blk_serve(path, size, ops, cookie): from now on path, which no file
 *	of the host need have, is a block device of size bytes; register it
 *	with rump_etfs(3) like a file.  Neither path nor ops are copied.
 *	EEXIST if it is served already, ENOMEM.  At most one open for writing
 *	at a time: EBUSY.  May be called before rump_init(); does not sleep.
 * rumpuser_blk_unserve(path): no open finds it any more.  EBUSY while it is
 *	open, ENOENT.
 *
 * The operations return 0 (bo_read and bo_write: with all of len done) or an
 * errno of the host.  They are called by threads of the platform without a
 * virtual CPU, several at a time; they may sleep, and must not enter the
 * kernel.
 *
 * bo_open(cookie, writing)	EROFS if it can only be read
 * bo_read(cookie, buf, len, off)
 * bo_write(cookie, buf, len, off, fua)	fua: on stable storage on return
 * bo_flush(cookie)	all writes that returned before are on stable storage
 *			on return
 */
#ifndef _RUMP_RUMPUSER_BLK_H_
#define	_RUMP_RUMPUSER_BLK_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rumpuser_blkops {
	int	(*bo_open)(void *, bool writing);
	int	(*bo_read)(void *, void *, size_t, int64_t);
	int	(*bo_write)(void *, const void *, size_t, int64_t, bool fua);
	int	(*bo_flush)(void *);
};

int	rumpuser_blk_serve(const char *, uint64_t,
	    const struct rumpuser_blkops *, void *);
int	rumpuser_blk_unserve(const char *);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPUSER_BLK_H_ */
