/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the printf(9) family share: the formatter, where its
 * characters go, and the state of a panic.
 */

#ifndef _SUBR_PRF_PRIVATE_H_
#define	_SUBR_PRF_PRIVATE_H_

#include <sys/types.h>
#include <sys/stdarg.h>

/* A place for characters; c: constant. */
struct prf_sink {
	void	(*ps_put)(struct prf_sink *, const char *, size_t); /* c */
};

/* Formats to a sink; the number of characters made. */
size_t	prf_format(struct prf_sink *, const char *, va_list)
	    __attribute__((__format__(__printf__, 2, 0)));

/* Destinations of prf_message(). */
#define	PRF_CONS	0x01		/* console */
#define	PRF_LOG		0x02		/* message buffer */

void	prf_message(int, const char *, va_list)
	    __attribute__((__format__(__printf__, 2, 0)));

/* subr_msgbuf.c */
void	msgbuf_write(const char *, size_t);

#endif /* !_SUBR_PRF_PRIVATE_H_ */
