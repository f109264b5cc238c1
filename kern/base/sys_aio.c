/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls about asynchronous I/O: aio_read(2), lio_listio(2) and so on.
 *
 * What became of a request is in the program's memory once kern_aio.c knows
 * nothing of it any more; the program may forget about it at any time.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/aio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include "aio_private.h"
#include "base_svc.h"

int
sys_aio_read(struct lwp *l, const struct sys_aio_read_args *uap,
    register_t *retval)
{

	return aio_submit(aio_get(l->l_proc), SCARG(uap, aiocbp), AIO_READ,
	    NULL);
}

int
sys_aio_write(struct lwp *l, const struct sys_aio_write_args *uap,
    register_t *retval)
{

	return aio_submit(aio_get(l->l_proc), SCARG(uap, aiocbp), AIO_WRITE,
	    NULL);
}

int
sys_aio_fsync(struct lwp *l, const struct sys_aio_fsync_args *uap,
    register_t *retval)
{
	const int op = SCARG(uap, op);

	if (op != O_SYNC && op != O_DSYNC)
		return EINVAL;
	return aio_submit(aio_get(l->l_proc), SCARG(uap, aiocbp),
	    op == O_DSYNC ? AIO_DSYNC : AIO_SYNC, NULL);
}

/* One that is done, as the program has it; EINPROGRESS, EINVAL. */
static int
get_done(struct lwp *l, const struct aiocb *uptr, struct aiocb *cb)
{
	int error;

	if (aio_busy(aio_get(l->l_proc), uptr))
		return EINPROGRESS;
	error = copyin(uptr, cb, sizeof(*cb));
	if (error == 0 && cb->_state != JOB_DONE)
		error = EINVAL;
	return error;
}

int
sys_aio_error(struct lwp *l, const struct sys_aio_error_args *uap,
    register_t *retval)
{
	struct aiocb cb;
	int error;

	error = get_done(l, SCARG(uap, aiocbp), &cb);
	if (error != 0 && error != EINPROGRESS)
		return error;
	*retval = error != 0 ? error : cb._errno;
	return 0;
}

/* Only once: it is no request then. */
int
sys_aio_return(struct lwp *l, const struct sys_aio_return_args *uap,
    register_t *retval)
{
	struct aiocb *uptr = SCARG(uap, aiocbp), cb;
	const int state = JOB_NONE;
	int error;

	error = get_done(l, uptr, &cb);
	if (error == 0)
		error = copyout(&state, &uptr->_state, sizeof(state));
	if (error == 0)
		*retval = cb._retval;
	return error == EINPROGRESS ? EINVAL : error;
}

int
sys_aio_cancel(struct lwp *l, const struct sys_aio_cancel_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fildes);

	if (fd_getfile((unsigned)fd) == NULL)
		return EBADF;
	fd_putfile((unsigned)fd);
	return aio_cancel_jobs(aio_get(l->l_proc), fd, SCARG(uap, aiocbp),
	    retval);
}

/* The program's list of 1 to aio_listio_max pointers. */
static int
copyin_list(struct aiocb *const *ulist, int n, struct aiocb ***listp)
{
	struct aiocb **list;
	int error;

	if (n < 1 || (u_int)n > aio_listio_max)
		return EINVAL;
	list = kmem_alloc((size_t)n * sizeof(*list), KM_SLEEP);
	error = copyin(ulist, list, (size_t)n * sizeof(*list));
	if (error != 0)
		kmem_free(list, (size_t)n * sizeof(*list));
	*listp = list;
	return error;
}

static int
do_suspend(struct lwp *l, struct aiocb *const *list, u_int n,
    struct timespec *timeout)
{
	struct aiocb cb;
	u_int which;
	int error;

	error = aio_wait_any(aio_get(l->l_proc), list, n, timeout, &which);
	/* what is not busy was done, or never was a request */
	if (error == 0)
		error = get_done(l, list[which], &cb);
	return error == EINPROGRESS ? 0 : error;
}

int
sys___aio_suspend50(struct lwp *l, const struct sys___aio_suspend50_args *uap,
    register_t *retval)
{
	const int n = SCARG(uap, nent);
	struct timespec ts, *timeout = NULL;
	struct aiocb **list;
	int error;

	if (SCARG(uap, timeout) != NULL) {
		error = copyin(SCARG(uap, timeout), &ts, sizeof(ts));
		if (error == 0)
			error = itimespecfix(&ts);
		if (error != 0)
			return error;
		timeout = &ts;
	}
	error = copyin_list(__UNCONST(SCARG(uap, list)), n, &list);
	if (error != 0)
		return error;
	error = do_suspend(l, list, (u_int)n, timeout);
	kmem_free(list, (size_t)n * sizeof(*list));
	return error;
}

/* Queue them all; what cannot be says so itself, and is why this fails. */
static int
submit_list(struct aioproc *ap, struct aiocb **list, u_int n,
    struct lio_req *lr)
{
	int opcode, error, result = 0;
	u_int i;

	for (i = 0; i < n; i++) {
		if (list[i] == NULL)
			continue;
		error = copyin(&list[i]->aio_lio_opcode, &opcode,
		    sizeof(opcode));
		if (error == 0 && opcode == LIO_NOP)
			continue;
		if (error == 0)
			error = aio_submit(ap, list[i], AIO_LIO, lr);
		if (error != 0)
			aio_refuse(ap, list[i], error);
		if (error != 0 && result != EAGAIN)
			result = error == EAGAIN ? EAGAIN : EIO;
	}
	return result;
}

/* The event of a list that is not waited for, if there is one. */
static int
copyin_event(const struct sigevent *uev, struct sigevent *ev)
{
	int error;

	error = copyin(uev, ev, sizeof(*ev));
	return error != 0 ? error : sigevent_check(ev);
}

int
sys_lio_listio(struct lwp *l, const struct sys_lio_listio_args *uap,
    register_t *retval)
{
	const int mode = SCARG(uap, mode), n = SCARG(uap, nent);
	struct aioproc *ap = aio_get(l->l_proc);
	struct sigevent ev = { .sigev_notify = SIGEV_NONE };
	struct lio_req *lr;
	struct aiocb **list;
	int error, werror;

	if (mode != LIO_WAIT && mode != LIO_NOWAIT)
		return EINVAL;
	if (mode == LIO_NOWAIT && SCARG(uap, sig) != NULL &&
	    (error = copyin_event(SCARG(uap, sig), &ev)) != 0)
		return error;
	if ((error = copyin_list(SCARG(uap, list), n, &list)) != 0)
		return error;
	lr = lio_alloc(&ev);
	error = submit_list(ap, list, (u_int)n, lr);
	if (mode == LIO_WAIT) {
		werror = lio_wait(ap, lr);
		error = error != 0 ? error : werror;
	}
	lio_rele(ap, lr);
	kmem_free(list, (size_t)n * sizeof(*list));
	return error;
}
