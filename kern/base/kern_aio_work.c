/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O: the threads that do what is in the queue of a process.
 *
 * One is made when there is something to do and none is idle, and stays as
 * long as the process does.  It is a thread of the kernel: what it reads and
 * writes is the process's memory, with the credentials of the open file.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/aio.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>

#include "aio_private.h"

static int
job_transfer(struct aioproc *ap, struct aio_job *aj, ssize_t *retval)
{
	struct aiocb *cb = &aj->aj_cb;
	struct iovec iov = {
		.iov_base = __UNVOLATILE(cb->aio_buf),
		.iov_len = cb->aio_nbytes,
	};
	struct uio uio = {
		.uio_iov = &iov,
		.uio_iovcnt = 1,
		.uio_resid = cb->aio_nbytes,
		.uio_rw = aj->aj_op == AIO_READ ? UIO_READ : UIO_WRITE,
		.uio_vmspace = ap->ap_proc->p_vmspace,
	};
	off_t offset = cb->aio_offset;
	file_t *fp = aj->aj_fp;
	int error;

	do {
		if (aj->aj_op == AIO_READ)
			error = (*fp->f_ops->fo_read)(fp, &offset, &uio,
			    fp->f_cred, 0);
		else
			error = (*fp->f_ops->fo_write)(fp, &offset, &uio,
			    fp->f_cred, 0);
		/* some other descriptor of the file was closed */
	} while (error == ERESTART && uio.uio_resid == cb->aio_nbytes);
	if (uio.uio_resid != cb->aio_nbytes && (error == ERESTART ||
	    error == EINTR || error == EWOULDBLOCK))
		error = 0;
	*retval = error != 0 ? -1 : (ssize_t)(cb->aio_nbytes - uio.uio_resid);
	return error;
}

static void
job_run(struct aioproc *ap, struct aio_job *aj)
{
	ssize_t retval = 0;
	int error;

	if (aj->aj_op == AIO_READ || aj->aj_op == AIO_WRITE)
		error = job_transfer(ap, aj, &retval);
	else {
		error = (*rump_file_fsync)(aj->aj_fp, aj->aj_op == AIO_DSYNC);
		retval = error != 0 ? -1 : 0;
	}
	aio_job_finish(ap, aj, error, retval);
}

static void
worker(void *arg)
{
	struct aio_worker *aw = arg;
	struct aioproc *ap = aw->aw_proc;
	struct aio_job *aj;

	mutex_enter(&ap->ap_lock);
	aw->aw_lwp = curlwp;
	while (!ap->ap_dying) {
		aj = aio_job_next(ap);
		if (aj != NULL) {
			aj->aj_taken = true;
			mutex_exit(&ap->ap_lock);
			job_run(ap, aj);
			mutex_enter(&ap->ap_lock);
			continue;
		}
		aw->aw_idle = true;
		while (aw->aw_idle && !ap->ap_dying)
			cv_wait(&aw->aw_cv, &ap->ap_lock);
	}
	aw->aw_lwp = NULL;
	aw->aw_used = false;
	ap->ap_nworkers--;
	cv_broadcast(&ap->ap_donecv);
	mutex_exit(&ap->ap_lock);
	kthread_exit(0);
}

struct aio_worker *
aio_worker_wake(struct aioproc *ap)
{
	struct aio_worker *aw, *free = NULL;

	KASSERT(mutex_owned(&ap->ap_lock));
	for (aw = ap->ap_workers; aw < ap->ap_workers + AIO_WORKERS; aw++) {
		if (aw->aw_idle) {
			aw->aw_idle = false;
			cv_signal(&aw->aw_cv);
			return NULL;
		}
		if (!aw->aw_used && free == NULL)
			free = aw;
	}
	if (free != NULL) {
		free->aw_used = true;
		ap->ap_nworkers++;
	}
	return free;
}

int
aio_worker_start(struct aioproc *ap, struct aio_worker *aw)
{
	int error;

	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, worker, aw,
	    NULL, "aio%d", ap->ap_proc->p_pid);
	if (error == 0)
		return 0;
	mutex_enter(&ap->ap_lock);
	aw->aw_used = false;
	if (--ap->ap_nworkers != 0)
		error = 0;
	mutex_exit(&ap->ap_lock);
	return error != 0 ? EAGAIN : 0;
}

void
aio_workers_stop(struct aioproc *ap)
{
	struct aio_worker *aw;

	KASSERT(mutex_owned(&ap->ap_lock) && ap->ap_dying);
	for (aw = ap->ap_workers; aw < ap->ap_workers + AIO_WORKERS; aw++) {
		cv_signal(&aw->aw_cv);
		if (aw->aw_lwp == NULL)
			continue;
		atomic_or_uint((volatile u_int *)&aw->aw_lwp->l_flag,
		    LW_WEXIT);
		setrunnable(aw->aw_lwp);
	}
}
