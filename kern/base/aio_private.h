/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O, between the system calls in sys_aio.c and kern_aio.c.
 *
 * A request is a job: queued -> taken (by a worker, or by who cancels it) ->
 * gone.  What became of it is in the program's struct aiocb from then on, as
 * JOB_DONE; its address is what a job is known by while there is one.
 */
#ifndef _KERN_BASE_AIO_PRIVATE_H_
#define _KERN_BASE_AIO_PRIVATE_H_

#include <sys/types.h>

struct aiocb;
struct aioproc;
struct lio_req;
struct proc;
struct sigevent;
struct timespec;

/* What of the process is asynchronous; made if there is none. */
struct aioproc *aio_get(struct proc *);
/*
 * It exits, or becomes another program: its requests end, or are waited for,
 * without telling anybody.
 */
void	aio_proc_exit(struct proc *);

/*
 * Queue the request at this address of the program's for AIO_READ ... of which
 * AIO_LIO takes what the request says.  With a list it becomes a member of it.
 * EAGAIN: there are as many as may be; EBADF; EFAULT; EINVAL.
 */
int	aio_submit(struct aioproc *, struct aiocb *, u_int, struct lio_req *);
/* A request that was not queued is done, with this error. */
void	aio_refuse(struct aioproc *, struct aiocb *, int);
/* Is it queued or under way? */
bool	aio_busy(struct aioproc *, const struct aiocb *);
/* Cancel one or, with NULL, all of a descriptor; EBADF if it is not of it. */
int	aio_cancel_jobs(struct aioproc *, int, const struct aiocb *,
	    register_t *);
/*
 * Wait until one of these is not busy, the index of which is told.  NULLs do
 * not count.  EAGAIN: the timeout, which may be NULL and is used up; EINTR.
 */
int	aio_wait_any(struct aioproc *, struct aiocb *const *, u_int,
	    struct timespec *, u_int *);

/* A list, with one member for the caller, and what happens at its end. */
struct lio_req *lio_alloc(const struct sigevent *);
/* Wait for all but the caller; EINTR, EIO if one of them failed. */
int	lio_wait(struct aioproc *, struct lio_req *);
/* The caller's is done; the last one sends the signal. */
void	lio_rele(struct aioproc *, struct lio_req *);

#endif /* !_KERN_BASE_AIO_PRIVATE_H_ */
