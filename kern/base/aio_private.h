/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O, between the system calls in sys_aio.c, the queues in
 * kern_aio.c and the threads in kern_aio_work.c.
 *
 * A request is a job: queued -> taken (by a worker, or by who cancels it) ->
 * gone.  What became of it is in the program's struct aiocb from then on, as
 * JOB_DONE; its address is what a job is known by while there is one.
 */
#ifndef _KERN_BASE_AIO_PRIVATE_H_
#define _KERN_BASE_AIO_PRIVATE_H_

#include <sys/types.h>
#include <sys/aio.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>

struct file;
struct lwp;
struct proc;
struct timespec;

#define	AIO_WORKERS	16	/* threads of one process */

/* l: ap_lock; c: constant once it is in the queue. */
struct aio_job {
	TAILQ_ENTRY(aio_job) aj_entry;	/* l */
	struct aiocb	*aj_uptr;	/* c: the program's */
	struct aiocb	aj_cb;		/* c: a copy */
	u_int		aj_op;		/* c: AIO_READ ... */
	struct file	*aj_fp;		/* c: held, compared at the end */
	struct lio_req	*aj_lio;	/* c: the list it is of, or NULL */
	bool		aj_taken;	/* l */
	bool		aj_cancel;	/* l: taken to be cancelled */
};
TAILQ_HEAD(aio_queue, aio_job);

struct lio_req {
	u_int		lr_refs;	/* l: members that are not done */
	bool		lr_failed;	/* l: one of them */
	struct sigevent	lr_event;	/* c: SIGEV_NONE if there is none */
};

/* States of the thread: none -> working <-> idle, working -> none. */
struct aio_worker {
	struct aioproc	*aw_proc;	/* c */
	struct lwp	*aw_lwp;	/* l: NULL if there is none */
	kcondvar_t	aw_cv;		/* l: not idle any more */
	bool		aw_used;	/* l */
	bool		aw_idle;	/* l */
};

struct aioproc {
	kmutex_t	ap_lock;
	struct proc	*ap_proc;	/* c */
	struct aio_queue ap_jobs;	/* l: as they came; gone when done */
	kcondvar_t	ap_donecv;	/* l: a job or a thread is gone */
	u_int		ap_nworkers;	/* l */
	bool		ap_dying;	/* l */
	struct aio_worker ap_workers[AIO_WORKERS];
};

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

/* kern_aio.c, for threads.  The first job that may be taken, or NULL. */
struct aio_job *aio_job_next(struct aioproc *);
/*
 * A job that was taken is done: tell the program, then everybody, and only
 * then send signals.  In a process that exits nobody listens.
 */
void	aio_job_finish(struct aioproc *, struct aio_job *, int, ssize_t);

/*
 * kern_aio_work.c.  Somebody for a job that is ready: an idle thread, which is
 * woken, or a place for another one, which is the caller's to start without
 * ap_lock.  EAGAIN only if there is nobody else: others get to it later.
 */
struct aio_worker *aio_worker_wake(struct aioproc *);
int	aio_worker_start(struct aioproc *, struct aio_worker *);
/* Threads that sleep over their work are told to stop. */
void	aio_workers_stop(struct aioproc *);

#endif /* !_KERN_BASE_AIO_PRIVATE_H_ */
