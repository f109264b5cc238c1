/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log(9): priorities and facilities of messages for the system's log.  A
 * rump kernel keeps them in its message buffer.
 */

#ifndef _SYS_SYSLOG_H_
#define	_SYS_SYSLOG_H_

#include <sys/featuretest.h>
#include <sys/stdarg.h>
#include <sys/cdefs.h>

#define	_PATH_LOG	"/var/run/log"

#define	LOG_EMERG	0	/* unusable */
#define	LOG_ALERT	1	/* act at once */
#define	LOG_CRIT	2
#define	LOG_ERR		3
#define	LOG_WARNING	4
#define	LOG_NOTICE	5	/* normal but significant */
#define	LOG_INFO	6
#define	LOG_DEBUG	7
#define	LOG_PRIMASK	0x07
#define	LOG_PRI(p)	((p) & LOG_PRIMASK)
#define	LOG_MAKEPRI(fac, pri)	((fac) | (pri))

#define	LOG_KERN	(0 << 3)
#define	LOG_USER	(1 << 3)
#define	LOG_MAIL	(2 << 3)
#define	LOG_DAEMON	(3 << 3)
#define	LOG_AUTH	(4 << 3)
#define	LOG_SYSLOG	(5 << 3)
#define	LOG_NFACILITIES	24
#define	LOG_FACMASK	0x03f8
#define	LOG_FAC(p)	(((p) & LOG_FACMASK) >> 3)

#ifdef _KERNEL
#define	LOG_PRINTF	-1	/* a printf(9) into the log */

void	logpri(int);
void	log(int, const char *, ...) __printflike(2, 3);
void	vlog(int, const char *, va_list) __printflike(2, 0);
void	addlog(const char *, ...) __printflike(1, 2);
void	logwakeup(void);
#endif

#endif /* !_SYS_SYSLOG_H_ */
