/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fs/tmpfs/tmpfs_args.h: mount(2) arguments of a tmpfs, mount_tmpfs(8).
 */
#ifndef _FS_TMPFS_TMPFS_ARGS_H_
#define	_FS_TMPFS_TMPFS_ARGS_H_

#include <sys/types.h>

#define	TMPFS_ARGS_VERSION	1

struct tmpfs_args {
	int	ta_version;		/* TMPFS_ARGS_VERSION */
	ino_t	ta_nodes_max;		/* files at most, 0: no limit */
	off_t	ta_size_max;		/* bytes at most, 0: no limit */
	uid_t	ta_root_uid;
	gid_t	ta_root_gid;
	mode_t	ta_root_mode;
};

#endif /* !_FS_TMPFS_TMPFS_ARGS_H_ */
