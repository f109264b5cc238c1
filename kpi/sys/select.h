/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select(2) and the kernel's side of polling: an object's poll routine calls
 * selrecord() if it is not ready, and selnotify() when it becomes so.
 */
#ifndef _SYS_SELECT_H_
#define _SYS_SELECT_H_

#include <sys/types.h>
#include <sys/fd_set.h>
#include <sys/selinfo.h>
#include <sys/signal.h>
#include <sys/time.h>

struct lwp;
struct proc;
struct timespec;
struct cpu_info;
struct knote;

int	selcommon(register_t *, int, fd_set *, fd_set *, fd_set *,
	    struct timespec *, sigset_t *);
void	selrecord(struct lwp *, struct selinfo *);
void	selrecord_knote(struct selinfo *, struct knote *);
bool	selremove_knote(struct selinfo *, struct knote *);
void	selnotify(struct selinfo *, int, long);
void	selsysinit(struct cpu_info *);
void	selinit(struct selinfo *);
void	seldestroy(struct selinfo *);

#endif /* _SYS_SELECT_H_ */
