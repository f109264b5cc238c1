/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fifo_private.h: the state of an open named pipe, shared by fifo_vnops.c
 * (opening, closing) and fifo_rdwr.c (data, poll, kqueue).
 */
#ifndef _VFS_FIFO_PRIVATE_H_
#define	_VFS_FIFO_PRIVATE_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/selinfo.h>
#include <sys/syslimits.h>

#define	FIFO_SIZE	((size_t)16384)	/* a power of two */

CTASSERT(FIFO_SIZE >= PIPE_BUF);

/* l: fi_lock; v: the vnode lock to change, too. */
struct fifoinfo {
	kmutex_t	fi_lock;
	kcondvar_t	fi_rcv;		/* l  data, end of file, fi_rbusy */
	kcondvar_t	fi_wcv;		/* l  room, no readers, fi_wbusy */
	kcondvar_t	fi_opencv;	/* l  the other side came */
	struct selinfo	fi_rsel;	/* l */
	struct selinfo	fi_wsel;	/* l */
	u_int		fi_readers;	/* l,v  open for reading, so often */
	u_int		fi_writers;	/* l,v */
	u_int		fi_ropens;	/* l  opens ever */
	u_int		fi_wopens;	/* l */
	u_int		fi_waiters;	/* l  inside, with the vnode unlocked */
	bool		fi_gone;	/* l  the vnode is dead */
	bool		fi_rbusy;	/* l  a reader copies out */
	bool		fi_wbusy;	/* l  a writer copies in */
	size_t		fi_count;	/* l  bytes in the ring */
	size_t		fi_out;		/* l  next to read; fi_rbusy's */
	char		*fi_buf;	/* FIFO_SIZE, free part fi_wbusy's */
};

/* fifo_vnops.c */
void	fifo_wake_readers(struct fifoinfo *);
void	fifo_wake_writers(struct fifoinfo *);
void	fifo_use_begin(struct vnode *, struct fifoinfo *);
void	fifo_use_end(struct vnode *, struct fifoinfo *, int);

/* fifo_rdwr.c */
int	fifo_read(void *);
int	fifo_write(void *);
int	fifo_poll(void *);
int	fifo_kqfilter(void *);

#endif /* !_VFS_FIFO_PRIVATE_H_ */
