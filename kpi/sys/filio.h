/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) requests that apply to every kind of descriptor.
 */

#ifndef _SYS_FILIO_H_
#define	_SYS_FILIO_H_

#include <sys/types.h>
#include <sys/ioccom.h>

#define	FIOCLEX		_IO('f', 1)		/* close on exec */
#define	FIONCLEX	_IO('f', 2)		/* do not */
#define	FIOSEEKDATA	_IOWR('f', 97, off_t)	/* next data */
#define	FIOSEEKHOLE	_IOWR('f', 98, off_t)	/* next hole */
#define	FIONREAD	_IOR('f', 127, int)	/* bytes to read */
#define	FIONBIO		_IOW('f', 126, int)	/* set non-blocking I/O */
#define	FIOASYNC	_IOW('f', 125, int)	/* set SIGIO */
#define	FIOSETOWN	_IOW('f', 124, int)	/* who gets SIGIO */
#define	FIOGETOWN	_IOR('f', 123, int)
#define	OFIOGETBMAP	_IOWR('f', 122, uint32_t)
#define	FIOGETBMAP	_IOWR('f', 122, daddr_t) /* disk block of a block */
#define	FIONWRITE	_IOR('f', 121, int)	/* bytes queued for output */
#define	FIONSPACE	_IOR('f', 120, int)	/* room for output */

#endif /* !_SYS_FILIO_H_ */
