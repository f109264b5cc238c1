/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Global state of the kernel: its names, the length of a tick, and whether
 * it is still booting.
 */

#ifndef _SYS_KERNEL_H_
#define	_SYS_KERNEL_H_

#include <sys/types.h>
#include <sys/param.h>

extern long	hostid;
extern char	hostname[MAXHOSTNAMELEN];
extern int	hostnamelen;
extern char	domainname[MAXHOSTNAMELEN];
extern int	domainnamelen;

extern int	rtc_offset;	/* clock's offset from UTC, minutes west */
extern int	cold;		/* still booting, one thread, no sleeping */
extern int	shutting_down;
extern int	tick;		/* microseconds in a tick */
extern int	hz;		/* ticks in a second */
extern int	stathz;
extern int	profhz;

/* Ticks since boot; wraps, compare differences. */
int	getticks(void);

#endif /* !_SYS_KERNEL_H_ */
