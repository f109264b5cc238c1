/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventfd(2): a counter with a descriptor.
 */
#ifndef _SYS_EVENTFD_H_
#define _SYS_EVENTFD_H_

#include <sys/types.h>
#include <sys/fcntl.h>

typedef uint64_t eventfd_t;

#define EFD_SEMAPHORE	O_RDWR		/* a read takes one */
#define EFD_CLOEXEC	O_CLOEXEC
#define EFD_NONBLOCK	O_NONBLOCK

#ifdef _KERNEL
struct lwp;

/* Make one with an initial value; the descriptor is the result. */
int	do_eventfd(struct lwp *, unsigned int, int, register_t *);
#endif

#endif /* !_SYS_EVENTFD_H_ */
