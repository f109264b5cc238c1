/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory locks of byte ranges: fcntl(F_SETLK...) and flock(2).  A file
 * system keeps a `struct lockf *' head per file and calls lf_advlock() from
 * VOP_ADVLOCK.
 */
#ifndef _SYS_LOCKF_H_
#define _SYS_LOCKF_H_

#include <sys/types.h>

struct lockf;
struct vop_advlock_args;

int	lf_advlock(struct vop_advlock_args *, struct lockf **, off_t);

#endif /* _SYS_LOCKF_H_ */
