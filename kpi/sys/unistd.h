/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants of access(2), lseek(2), pathconf(2) and sysconf(3).
 */

#ifndef _SYS_UNISTD_H_
#define	_SYS_UNISTD_H_

#include <sys/featuretest.h>

#define	_POSIX_VDISABLE	((unsigned char)'\377')

#define	F_OK		0
#define	X_OK		0x01
#define	W_OK		0x02
#define	R_OK		0x04

#define	SEEK_SET	0
#define	SEEK_CUR	1
#define	SEEK_END	2
#define	L_SET		SEEK_SET
#define	L_INCR		SEEK_CUR
#define	L_XTND		SEEK_END

/* fsync_range(2) */
#define	FDATASYNC	0x0010
#define	FFILESYNC	0x0020
#define	FDISKSYNC	0x0040

#define	_PC_LINK_MAX		1
#define	_PC_MAX_CANON		2
#define	_PC_MAX_INPUT		3
#define	_PC_NAME_MAX		4
#define	_PC_PATH_MAX		5
#define	_PC_PIPE_BUF		6
#define	_PC_CHOWN_RESTRICTED	7
#define	_PC_NO_TRUNC		8
#define	_PC_VDISABLE		9
#define	_PC_SYNC_IO		10
#define	_PC_FILESIZEBITS	11
#define	_PC_SYMLINK_MAX		12
#define	_PC_2_SYMLINKS		13
#define	_PC_ACL_EXTENDED	14
#define	_PC_MIN_HOLE_SIZE	15
#define	_PC_ACL_PATH_MAX	16
#define	_PC_ACL_NFS4		17

#define	_SC_ARG_MAX		1
#define	_SC_CHILD_MAX		2
#define	_SC_NGROUPS_MAX		4
#define	_SC_OPEN_MAX		5
#define	_SC_PAGESIZE		28
#define	_SC_PAGE_SIZE		28
#define	_SC_IOV_MAX		32
#define	_SC_CLK_TCK		39
#define	_SC_NPROCESSORS_CONF	1001
#define	_SC_NPROCESSORS_ONLN	1002

#endif /* !_SYS_UNISTD_H_ */
