/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll(2): events and the structure, with NetBSD's values.
 */
#ifndef _SYS_POLL_H_
#define _SYS_POLL_H_

#include <sys/types.h>
#include <sys/sigtypes.h>

typedef unsigned int nfds_t;

struct pollfd {
	int	fd;
	short	events;
	short	revents;
};

#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLRDNORM	0x0040
#define POLLWRNORM	POLLOUT
#define POLLRDBAND	0x0080
#define POLLWRBAND	0x0100
#define POLLERR		0x0008	/* only reported */
#define POLLHUP		0x0010	/* only reported */
#define POLLNVAL	0x0020	/* only reported */

#define INFTIM		-1

struct lwp;
struct timespec;

int	pollcommon(register_t *, struct pollfd *, u_int, struct timespec *,
	    sigset_t *);

#endif /* _SYS_POLL_H_ */
