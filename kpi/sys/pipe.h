/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe(2): a ring of bytes between a reading and a writing file.  Both files
 * refer to the same struct pipe; it goes when both are closed.
 */
#ifndef _SYS_PIPE_H_
#define _SYS_PIPE_H_

#include <sys/types.h>
#include <sys/selinfo.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/time.h>

#ifndef PIPE_SIZE
#define PIPE_SIZE	16384
#endif

/* One end of a pipe.  Lock legend: (l) pipe_lock, (:) constant. */
struct pipe_end {
	kcondvar_t	pe_cv;		/* l: it may go on */
	struct selinfo	pe_sel;		/* l: pollers */
	pid_t		pe_pgid;	/* l: gets SIGIO */
	u_int		pe_restart;	/* l: times I/O was asked to return */
	bool		pe_async;	/* l: SIGIO wanted */
	bool		pe_closed;	/* l */
};

struct pipe {
	kmutex_t	pipe_lock;
	struct pipe_end	pipe_rd;	/* l */
	struct pipe_end	pipe_wr;	/* l */
	char		*pipe_buf;	/* l: NULL before the first write */
	size_t		pipe_out;	/* l: next byte to read */
	size_t		pipe_cnt;	/* l: bytes in the ring */
	bool		pipe_wlocked;	/* l: a writer is in the middle */
	kcondvar_t	pipe_wlcv;	/* l: it is no more */
	struct timespec	pipe_atime;	/* l */
	struct timespec	pipe_mtime;	/* l */
	struct timespec	pipe_btime;	/* : */
	ino_t		pipe_ino;	/* : */
};

#endif /* _SYS_PIPE_H_ */
