/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O, POSIX's <aio.h>: what programs hand to the system calls.
 */
#ifndef _SYS_AIO_H_
#define _SYS_AIO_H_

#include <sys/types.h>
#include <sys/signal.h>

/* Results of aio_cancel(2). */
#define AIO_CANCELED	0x1	/* all of them */
#define AIO_NOTCANCELED	0x2	/* at least one goes on */
#define AIO_ALLDONE	0x3	/* there was none any more */

/* aio_lio_opcode. */
#define LIO_NOP		0x0
#define LIO_WRITE	0x1
#define LIO_READ	0x2

/* How lio_listio(2) returns. */
#define LIO_NOWAIT	0x0
#define LIO_WAIT	0x1

struct aiocb {
	off_t		aio_offset;
	volatile void	*aio_buf;
	size_t		aio_nbytes;
	int		aio_fildes;
	int		aio_lio_opcode;	/* LIO_*, for lio_listio(2) alone */
	int		aio_reqprio;	/* all are the same */
	struct sigevent	aio_sigevent;	/* when it is done */

	/* The kernel's: written when it is submitted, done and returned. */
	int		_state;		/* JOB_* */
	int		_errno;		/* what aio_error(2) tells */
	ssize_t		_retval;	/* what aio_return(2) does */
};

#ifdef _KERNEL
/* Most requests of one call, and of all processes together, by default. */
#define AIO_LISTIO_MAX	512
#define AIO_MAX		(AIO_LISTIO_MAX * 16)

/* Operations. */
#define AIO_LIO		0x00
#define AIO_READ	0x01
#define AIO_WRITE	0x02
#define AIO_SYNC	0x04
#define AIO_DSYNC	0x08

/* Values of _state. */
#define JOB_NONE	0x0
#define JOB_WIP		0x1
#define JOB_DONE	0x2

extern u_int	aio_listio_max;		/* changed by sysctl */
#endif /* _KERNEL */

#endif /* !_SYS_AIO_H_ */
