/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Controls of the root file system of a rump kernel, for rump_sys_fcntl(2).
 *
 * EXTSTORAGE_ADD gives an empty regular file there the caller's memory as its
 * contents: reads and writes go to rfse_data, and the file cannot grow beyond
 * rfse_dlen.  The memory must stay as long as the file.  rfse_flags is zero.
 */
#ifndef _RUMP_RUMPFS_H_
#define	_RUMP_RUMPFS_H_

#include <rump/rumpdefs.h>

struct rumpfs_extstorage {
	void *rfse_data;
	size_t rfse_dlen;
	int rfse_flags;
};

#define	RUMPFS_FCNTL_EXTSTORAGE_ADD					\
	RUMP__FCNR_FSPRIV('R', 1, struct rumpfs_extstorage)

#endif /* !_RUMP_RUMPFS_H_ */
