/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous I/O: the queue of a process.  kern_aio_work.c has the threads
 * that work on it.
 *
 * Requests on one open file are done one after the other as they came, so
 * writes that append keep their order and a sync comes after them; files do
 * not wait for each other, as long as there are threads.  A request holds its
 * file: closing the descriptor does not disturb it.
 *
 * ap_lock is held for nothing that sleeps; no lock comes after it.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/aio.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/signal.h>
#include <sys/signalvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include "aio_private.h"
#include "base_svc.h"

#define	POSIX_AIO_VERSION 200112

/* What of a struct aiocb the kernel writes. */
struct job_state {
	int		js_state;
	int		js_errno;
	ssize_t		js_retval;
};
CTASSERT(sizeof(struct aiocb) == offsetof(struct aiocb, _state) +
    sizeof(struct job_state));

u_int		aio_listio_max = AIO_LISTIO_MAX;
static u_int	aio_max = AIO_MAX;
static u_int	aio_njobs;		/* atomic: of all processes */

int		(*rump_file_fsync)(struct file *, bool);

static struct aio_job *
job_find(struct aioproc *ap, const struct aiocb *uptr)
{
	struct aio_job *aj;

	KASSERT(mutex_owned(&ap->ap_lock));
	TAILQ_FOREACH(aj, &ap->ap_jobs, aj_entry) {
		if (aj->aj_uptr == uptr)
			break;
	}
	return aj;
}

/* May it be taken: is it the first of its file? */
static bool
job_ready(struct aioproc *ap, const struct aio_job *aj)
{
	struct aio_job *first;

	KASSERT(mutex_owned(&ap->ap_lock));
	if (aj->aj_taken)
		return false;
	TAILQ_FOREACH(first, &ap->ap_jobs, aj_entry) {
		if (first->aj_fp == aj->aj_fp)
			break;
	}
	return first == aj;
}

struct aio_job *
aio_job_next(struct aioproc *ap)
{
	struct aio_job *aj;

	TAILQ_FOREACH(aj, &ap->ap_jobs, aj_entry) {
		if (job_ready(ap, aj))
			break;
	}
	return aj;
}

static int
tell_state(struct aioproc *ap, struct aiocb *uptr, int state, int error,
    ssize_t retval)
{
	struct job_state js = { state, error, retval };

	return copyout_vmspace(ap->ap_proc->p_vmspace, &js, &uptr->_state,
	    sizeof(js));
}

static void
notify(struct aioproc *ap, const struct sigevent *ev)
{
	ksiginfo_t ksi;

	if (ev->sigev_notify != SIGEV_SIGNAL)
		return;
	KSI_INIT(&ksi);
	ksi.ksi_signo = ev->sigev_signo;
	ksi.ksi_code = SI_ASYNCIO;
	ksi.ksi_value = ev->sigev_value;
	mutex_enter(&proc_lock);
	kpsignal(ap->ap_proc, &ksi, NULL);
	mutex_exit(&proc_lock);
}

struct lio_req *
lio_alloc(const struct sigevent *ev)
{
	struct lio_req *lr;

	lr = kmem_zalloc(sizeof(*lr), KM_SLEEP);
	lr->lr_refs = 1;
	lr->lr_event = *ev;
	return lr;
}

/* One member less; true if that was the last. */
static bool
lio_drop(struct aioproc *ap, struct lio_req *lr, bool failed)
{

	KASSERT(mutex_owned(&ap->ap_lock));
	KASSERT(lr->lr_refs > 0);
	lr->lr_failed |= failed;
	return --lr->lr_refs == 0;
}

static void
lio_done(struct aioproc *ap, struct lio_req *lr, bool quiet)
{

	if (!quiet)
		notify(ap, &lr->lr_event);
	kmem_free(lr, sizeof(*lr));
}

void
lio_rele(struct aioproc *ap, struct lio_req *lr)
{
	bool last;

	mutex_enter(&ap->ap_lock);
	last = lio_drop(ap, lr, false);
	mutex_exit(&ap->ap_lock);
	if (last)
		lio_done(ap, lr, false);
}

int
lio_wait(struct aioproc *ap, struct lio_req *lr)
{
	int error = 0;

	mutex_enter(&ap->ap_lock);
	while (lr->lr_refs > 1 && error == 0)
		error = cv_wait_sig(&ap->ap_donecv, &ap->ap_lock);
	if (error == 0 && lr->lr_failed)
		error = EIO;
	mutex_exit(&ap->ap_lock);
	return error == ERESTART ? EINTR : error;
}

void
aio_job_finish(struct aioproc *ap, struct aio_job *aj, int error,
    ssize_t retval)
{
	struct lio_req *lr = aj->aj_lio;
	bool last = false, quiet;

	KASSERT(aj->aj_taken);
	(void)closef(aj->aj_fp);
	mutex_enter(&ap->ap_lock);
	quiet = ap->ap_dying;
	mutex_exit(&ap->ap_lock);
	if (!quiet)
		(void)tell_state(ap, aj->aj_uptr, JOB_DONE, error, retval);
	mutex_enter(&ap->ap_lock);
	TAILQ_REMOVE(&ap->ap_jobs, aj, aj_entry);
	if (lr != NULL)
		last = lio_drop(ap, lr, error != 0);
	cv_broadcast(&ap->ap_donecv);
	mutex_exit(&ap->ap_lock);
	atomic_dec_uint(&aio_njobs);
	if (!quiet)
		notify(ap, &aj->aj_cb.aio_sigevent);
	if (last)
		lio_done(ap, lr, quiet);
	kmem_free(aj, sizeof(*aj));
}

/* The operation, and what the file must be open for. */
static int
job_check(const struct aiocb *cb, u_int *op, int *mode)
{
	int error;

	if ((error = sigevent_check(&cb->aio_sigevent)) != 0)
		return error;
	if (*op == AIO_LIO && cb->aio_lio_opcode == LIO_READ)
		*op = AIO_READ;
	else if (*op == AIO_LIO && cb->aio_lio_opcode == LIO_WRITE)
		*op = AIO_WRITE;
	*mode = *op == AIO_READ ? FREAD : FWRITE;
	if (*op == AIO_SYNC || *op == AIO_DSYNC)
		return rump_file_fsync != NULL ? 0 : EINVAL;
	if (*op == AIO_LIO || cb->aio_nbytes > SSIZE_MAX || cb->aio_offset < 0)
		return EINVAL;
	return 0;
}

/* The file of a descriptor, held. */
static int
job_file(const struct aiocb *cb, u_int op, int mode, file_t **fpp)
{
	file_t *fp;
	int error = 0;

	fp = fd_getfile2(curproc, (unsigned)cb->aio_fildes);
	if (fp == NULL)
		return EBADF;
	if ((fp->f_flag & mode) == 0)
		error = EBADF;
	else if (op != AIO_READ && op != AIO_WRITE &&
	    fp->f_type != DTYPE_VNODE)
		error = EINVAL;
	if (error != 0)
		(void)closef(fp);
	*fpp = fp;
	return error;
}

static int
job_alloc(struct aiocb *uptr, u_int op, struct lio_req *lr,
    struct aio_job **ajp)
{
	struct aio_job *aj;
	int error, mode;

	if (atomic_inc_uint_nv(&aio_njobs) > aio_max) {
		atomic_dec_uint(&aio_njobs);
		return EAGAIN;
	}
	aj = kmem_zalloc(sizeof(*aj), KM_SLEEP);
	error = copyin(uptr, &aj->aj_cb, sizeof(aj->aj_cb));
	if (error == 0)
		error = job_check(&aj->aj_cb, &op, &mode);
	if (error == 0)
		error = job_file(&aj->aj_cb, op, mode, &aj->aj_fp);
	if (error != 0) {
		kmem_free(aj, sizeof(*aj));
		atomic_dec_uint(&aio_njobs);
		return error;
	}
	aj->aj_uptr = uptr;
	aj->aj_op = op;
	aj->aj_lio = lr;
	*ajp = aj;
	return 0;
}

/* One that nobody has seen, or will see any more. */
static void
job_free(struct aio_job *aj)
{

	(void)closef(aj->aj_fp);
	kmem_free(aj, sizeof(*aj));
	atomic_dec_uint(&aio_njobs);
}

/* There is no thread for it, and no other. */
static int
job_undo(struct aioproc *ap, struct aio_job *aj, int error)
{

	mutex_enter(&ap->ap_lock);
	TAILQ_REMOVE(&ap->ap_jobs, aj, aj_entry);
	if (aj->aj_lio != NULL)
		(void)lio_drop(ap, aj->aj_lio, false);
	mutex_exit(&ap->ap_lock);
	(void)tell_state(ap, aj->aj_uptr, JOB_NONE, 0, 0);
	job_free(aj);
	return error;
}

int
aio_submit(struct aioproc *ap, struct aiocb *uptr, u_int op,
    struct lio_req *lr)
{
	struct aio_worker *aw = NULL;
	struct aio_job *aj;
	int error;

	error = aio_busy(ap, uptr) ? EINVAL : job_alloc(uptr, op, lr, &aj);
	if (error != 0)
		return error;
	error = tell_state(ap, uptr, JOB_WIP, EINPROGRESS, -1);
	mutex_enter(&ap->ap_lock);
	if (error == 0 && job_find(ap, uptr) != NULL)
		error = EINVAL;		/* another lwp has the same idea */
	if (error == 0) {
		TAILQ_INSERT_TAIL(&ap->ap_jobs, aj, aj_entry);
		if (lr != NULL)
			lr->lr_refs++;
		if (job_ready(ap, aj))
			aw = aio_worker_wake(ap);
	}
	mutex_exit(&ap->ap_lock);
	if (error != 0) {
		job_free(aj);
		return error;
	}
	if (aw != NULL && (error = aio_worker_start(ap, aw)) != 0)
		return job_undo(ap, aj, error);
	return 0;
}

void
aio_refuse(struct aioproc *ap, struct aiocb *uptr, int error)
{

	if (!aio_busy(ap, uptr))
		(void)tell_state(ap, uptr, JOB_DONE, error, -1);
}

bool
aio_busy(struct aioproc *ap, const struct aiocb *uptr)
{
	bool busy;

	mutex_enter(&ap->ap_lock);
	busy = job_find(ap, uptr) != NULL;
	mutex_exit(&ap->ap_lock);
	return busy;
}

/* Take all that nobody has; the numbers of those and of the others. */
static void
cancel_take(struct aioproc *ap, int fd, const struct aiocb *uptr, u_int *mine,
    u_int *others)
{
	struct aio_job *aj;

	KASSERT(mutex_owned(&ap->ap_lock));
	*mine = *others = 0;
	TAILQ_FOREACH(aj, &ap->ap_jobs, aj_entry) {
		if (aj->aj_cb.aio_fildes != fd ||
		    (uptr != NULL && aj->aj_uptr != uptr))
			continue;
		if (aj->aj_taken)
			++*others;
		else {
			aj->aj_taken = aj->aj_cancel = true;
			++*mine;
		}
	}
}

static struct aio_job *
cancel_next(struct aioproc *ap)
{
	struct aio_job *aj;

	TAILQ_FOREACH(aj, &ap->ap_jobs, aj_entry) {
		if (aj->aj_cancel) {
			aj->aj_cancel = false;
			break;
		}
	}
	return aj;
}

int
aio_cancel_jobs(struct aioproc *ap, int fd, const struct aiocb *uptr,
    register_t *result)
{
	struct aio_worker *aw = NULL;
	struct aio_job *aj;
	u_int mine, others;

	mutex_enter(&ap->ap_lock);
	if (uptr != NULL && (aj = job_find(ap, uptr)) != NULL &&
	    aj->aj_cb.aio_fildes != fd) {
		mutex_exit(&ap->ap_lock);
		return EBADF;
	}
	cancel_take(ap, fd, uptr, &mine, &others);
	while ((aj = cancel_next(ap)) != NULL) {
		mutex_exit(&ap->ap_lock);
		aio_job_finish(ap, aj, ECANCELED, -1);
		mutex_enter(&ap->ap_lock);
	}
	/* What waited behind them may be ready now. */
	if (mine != 0 && aio_job_next(ap) != NULL)
		aw = aio_worker_wake(ap);
	mutex_exit(&ap->ap_lock);
	if (aw != NULL)
		(void)aio_worker_start(ap, aw);
	*result = others != 0 ? AIO_NOTCANCELED :
	    mine != 0 ? AIO_CANCELED : AIO_ALLDONE;
	return 0;
}

/* The first that counts and is not busy; n if all are. */
static u_int
find_idle(struct aioproc *ap, struct aiocb *const *list, u_int n)
{
	u_int i;

	for (i = 0; i < n; i++) {
		if (list[i] != NULL && job_find(ap, list[i]) == NULL)
			break;
	}
	return i;
}

int
aio_wait_any(struct aioproc *ap, struct aiocb *const *list, u_int n,
    struct timespec *timeout, u_int *which)
{
	struct timespec start;
	int error = 0, ticks = 0;

	if (timeout != NULL)
		getnanouptime(&start);
	mutex_enter(&ap->ap_lock);
	while ((*which = find_idle(ap, list, n)) == n) {
		if (timeout != NULL &&
		    (ticks = gettimeleft(timeout, &start)) <= 0)
			error = EAGAIN;
		else {
			error = cv_timedwait_sig(&ap->ap_donecv, &ap->ap_lock,
			    ticks);
			if (error == EWOULDBLOCK)
				continue;	/* one more look */
		}
		if (error != 0)
			break;
	}
	mutex_exit(&ap->ap_lock);
	return error == ERESTART ? EINTR : error;
}

static void
aioproc_free(struct aioproc *ap)
{
	u_int i;

	KASSERT(TAILQ_EMPTY(&ap->ap_jobs) && ap->ap_nworkers == 0);
	for (i = 0; i < AIO_WORKERS; i++)
		cv_destroy(&ap->ap_workers[i].aw_cv);
	cv_destroy(&ap->ap_donecv);
	mutex_destroy(&ap->ap_lock);
	kmem_free(ap, sizeof(*ap));
}

struct aioproc *
aio_get(struct proc *p)
{
	struct aioproc *ap, *new;
	u_int i;

	mutex_enter(&p->p_auxlock);
	ap = p->p_aio;
	mutex_exit(&p->p_auxlock);
	if (ap != NULL)
		return ap;
	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	mutex_init(&new->ap_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&new->ap_donecv, "aiodone");
	TAILQ_INIT(&new->ap_jobs);
	new->ap_proc = p;
	for (i = 0; i < AIO_WORKERS; i++) {
		new->ap_workers[i].aw_proc = new;
		cv_init(&new->ap_workers[i].aw_cv, "aiojob");
	}
	mutex_enter(&p->p_auxlock);
	if ((ap = p->p_aio) == NULL)
		ap = p->p_aio = new;
	mutex_exit(&p->p_auxlock);
	if (ap != new)
		aioproc_free(new);
	return ap;
}

void
aio_proc_exit(struct proc *p)
{
	struct aioproc *ap = p->p_aio;
	struct aio_job *aj;

	if (ap == NULL)
		return;
	mutex_enter(&ap->ap_lock);
	ap->ap_dying = true;
	aio_workers_stop(ap);
	while (ap->ap_nworkers != 0)
		cv_wait(&ap->ap_donecv, &ap->ap_lock);
	while ((aj = TAILQ_FIRST(&ap->ap_jobs)) != NULL) {
		aj->aj_taken = true;
		mutex_exit(&ap->ap_lock);
		aio_job_finish(ap, aj, ECANCELED, -1);
		mutex_enter(&ap->ap_lock);
	}
	mutex_exit(&ap->ap_lock);
	p->p_aio = NULL;
	aioproc_free(ap);
}

/* A limit: at least 1, and that of one call at most that of all. */
static int
sysctl_limit(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	u_int *limit = rnode->sysctl_data;
	int value = (int)*limit, error;

	node.sysctl_data = &value;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error || newp == NULL)
		return error;
	if (value < 1 || (limit == &aio_max ? (u_int)value < aio_listio_max :
	    (u_int)value > aio_max))
		return EINVAL;
	*limit = (u_int)value;
	return 0;
}

SYSCTL_SETUP(sysctl_aio_setup, "kern.aio")
{

	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT |
	    CTLFLAG_IMMEDIATE, CTLTYPE_INT, "posix_aio",
	    SYSCTL_DESCR("Version of POSIX whose asynchronous I/O this is"),
	    NULL, POSIX_AIO_VERSION, NULL, 0, CTL_KERN, CTL_CREATE,
	    CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT,
	    "aio_listio_max", SYSCTL_DESCR("Most requests of one call"),
	    sysctl_limit, 0, &aio_listio_max, 0, CTL_KERN, CTL_CREATE,
	    CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "aio_max",
	    SYSCTL_DESCR("Most requests of all processes"), sysctl_limit, 0,
	    &aio_max, 0, CTL_KERN, CTL_CREATE, CTL_EOL);
}
