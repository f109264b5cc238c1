/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits that programs can see through <limits.h> and pathconf(2).
 */

#ifndef _SYS_SYSLIMITS_H_
#define	_SYS_SYSLIMITS_H_

#include <sys/featuretest.h>

#define	ARG_MAX			(256 * 1024)	/* bytes of arguments */
#define	CHILD_MAX		160		/* processes of a user */
#define	GID_MAX			2147483647U
#define	LINK_MAX		32767		/* links to a file */
#define	LOGIN_NAME_MAX		17
#define	MAX_CANON		255		/* terminal line */
#define	MAX_INPUT		255		/* terminal input */
#define	NAME_MAX		511		/* bytes in a file name */
#define	NGROUPS_MAX		16
#define	OPEN_MAX		128		/* open files of a process */
#define	PATH_MAX		1024		/* bytes in a path with the NUL */
#define	PIPE_BUF		512		/* atomic write to a pipe */
#define	BC_BASE_MAX		0x7fffffff
#define	BC_DIM_MAX		65535
#define	BC_SCALE_MAX		0x7fffffff
#define	BC_STRING_MAX		0x7fffffff
#define	COLL_WEIGHTS_MAX	2
#define	EXPR_NEST_MAX		32
#define	LINE_MAX		2048
#define	RE_DUP_MAX		255
#define	IOV_MAX			1024		/* elements in readv(2) */
#define	NZERO			20
#define	UID_MAX			2147483647U

#endif /* !_SYS_SYSLIMITS_H_ */
