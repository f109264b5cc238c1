/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timerfd_create(2) and relatives: an interval timer with a descriptor.
 */
#ifndef _SYS_TIMERFD_H_
#define _SYS_TIMERFD_H_

#include <sys/types.h>
#include <sys/fcntl.h>
#include <sys/time.h>

/* timerfd_create() */
#define TFD_CLOEXEC		O_CLOEXEC
#define TFD_NONBLOCK		O_NONBLOCK
/* timerfd_settime() */
#define TFD_TIMER_ABSTIME	O_WRONLY
#define TFD_TIMER_CANCEL_ON_SET	O_RDWR

#ifdef _KERNEL
struct lwp;

/* As the system calls, with the times in the kernel's memory. */
int	do_timerfd_create(struct lwp *, clockid_t, int, register_t *);
int	do_timerfd_gettime(struct lwp *, int, struct itimerspec *,
	    register_t *);
int	do_timerfd_settime(struct lwp *, int, int, const struct itimerspec *,
	    struct itimerspec *, register_t *);
#endif

#endif /* !_SYS_TIMERFD_H_ */
