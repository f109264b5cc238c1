/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls about timers of processes: timer_create(2) and relatives,
 * setitimer(2) and getitimer(2).
 *
 * ITIMER_VIRTUAL and ITIMER_PROF measure CPU time, which a kernel in a
 * process cannot charge to anybody.  Rather than be a timer that never
 * expires, they refuse to be armed, with ENOTSUP.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include "itimer_private.h"
#include "ptimer_private.h"

/* Beyond this a time is refused by setitimer(2) as too large. */
#define	ITIMER_MAXSEC	INT32_MAX

int
sys_timer_create(struct lwp *l, const struct sys_timer_create_args *uap,
    register_t *retval)
{
	struct sigevent ev, *evp = NULL;
	timer_t id;
	int error;

	if (SCARG(uap, evp) != NULL) {
		error = copyin(SCARG(uap, evp), &ev, sizeof(ev));
		if (error)
			return error;
		evp = &ev;
	}
	error = ptimer_create(l->l_proc, SCARG(uap, clock_id), evp, &id);
	if (error)
		return error;
	error = copyout(&id, SCARG(uap, timerid), sizeof(id));
	if (error)
		(void)ptimer_delete(l->l_proc, id);
	return error;
}

int
sys_timer_delete(struct lwp *l, const struct sys_timer_delete_args *uap,
    register_t *retval)
{

	if (SCARG(uap, timerid) < TIMER_MIN)
		return EINVAL;
	return ptimer_delete(l->l_proc, SCARG(uap, timerid));
}

int
sys___timer_settime50(struct lwp *l,
    const struct sys___timer_settime50_args *uap, register_t *retval)
{
	struct itimerspec its, oits;
	int error;

	error = copyin(SCARG(uap, value), &its, sizeof(its));
	if (error == 0)
		error = itimer_checkspec(&its);
	if (error)
		return error;
	if (SCARG(uap, timerid) < TIMER_MIN)
		return EINVAL;
	error = ptimer_settime(l->l_proc, SCARG(uap, timerid),
	    SCARG(uap, flags) & TIMER_ABSTIME, &its, &oits);
	if (error || SCARG(uap, ovalue) == NULL)
		return error;
	return copyout(&oits, SCARG(uap, ovalue), sizeof(oits));
}

int
sys___timer_gettime50(struct lwp *l,
    const struct sys___timer_gettime50_args *uap, register_t *retval)
{
	struct itimerspec its;
	int error;

	if (SCARG(uap, timerid) < TIMER_MIN)
		return EINVAL;
	error = ptimer_gettime(l->l_proc, SCARG(uap, timerid), &its);
	if (error)
		return error;
	return copyout(&its, SCARG(uap, value), sizeof(its));
}

int
sys_timer_getoverrun(struct lwp *l,
    const struct sys_timer_getoverrun_args *uap, register_t *retval)
{
	int error, overruns;

	if (SCARG(uap, timerid) < TIMER_MIN)
		return EINVAL;
	error = ptimer_getoverrun(l->l_proc, SCARG(uap, timerid), &overruns);
	if (error == 0)
		*retval = overruns;
	return error;
}

/* Rounded up: what is left of an armed timer is not zero. */
static void
its2itv(const struct itimerspec *its, struct itimerval *itv)
{
	struct timespec up = { 0, 999 }, value;

	memset(itv, 0, sizeof(*itv));	/* holes too: it goes to a program */
	timespecadd(&its->it_value, &up, &value);
	TIMESPEC_TO_TIMEVAL(&itv->it_value, &value);
	TIMESPEC_TO_TIMEVAL(&itv->it_interval, &its->it_interval);
}

static int
itv2its(const struct itimerval *itv, struct itimerspec *its)
{
	struct timeval value = itv->it_value, interval = itv->it_interval;

	if (itimerfix(&value) != 0 || itimerfix(&interval) != 0 ||
	    value.tv_sec > ITIMER_MAXSEC || interval.tv_sec > ITIMER_MAXSEC)
		return EINVAL;
	TIMEVAL_TO_TIMESPEC(&itv->it_value, &its->it_value);
	TIMEVAL_TO_TIMESPEC(&itv->it_interval, &its->it_interval);
	return 0;
}

static int
do_getitimer(struct proc *p, int which, struct itimerval *itv)
{
	struct itimerspec its;

	if (which < ITIMER_REAL || which > ITIMER_MONOTONIC)
		return EINVAL;
	memset(itv, 0, sizeof(*itv));
	/* One that was never set does not exist and is not armed. */
	if (ptimer_gettime(p, which, &its) == 0)
		its2itv(&its, itv);
	return 0;
}

static int
do_setitimer(struct proc *p, int which, const struct itimerval *itv,
    struct itimerval *oitv)
{
	struct itimerspec its, oits;
	int error;

	if (which < ITIMER_REAL || which > ITIMER_MONOTONIC)
		return EINVAL;
	if ((error = itv2its(itv, &its)) != 0)
		return error;
	if (which == ITIMER_VIRTUAL || which == ITIMER_PROF) {
		memset(oitv, 0, sizeof(*oitv));
		return timerisset(&itv->it_value) ? ENOTSUP : 0;
	}
	if ((error = ptimer_needitimer(p, which)) != 0)
		return error;
	error = ptimer_settime(p, which, ITIMER_FOLLOW, &its, &oits);
	if (error == 0)
		its2itv(&oits, oitv);
	return error;
}

int
sys___getitimer50(struct lwp *l, const struct sys___getitimer50_args *uap,
    register_t *retval)
{
	struct itimerval itv;
	int error;

	error = do_getitimer(l->l_proc, SCARG(uap, which), &itv);
	if (error)
		return error;
	return copyout(&itv, SCARG(uap, itv), sizeof(itv));
}

int
sys___setitimer50(struct lwp *l, const struct sys___setitimer50_args *uap,
    register_t *retval)
{
	struct itimerval itv, oitv;
	int error;

	if (SCARG(uap, itv) == NULL)
		error = do_getitimer(l->l_proc, SCARG(uap, which), &oitv);
	else if ((error = copyin(SCARG(uap, itv), &itv, sizeof(itv))) == 0)
		error = do_setitimer(l->l_proc, SCARG(uap, which), &itv,
		    &oitv);
	if (error || SCARG(uap, oitv) == NULL)
		return error;
	return copyout(&oitv, SCARG(uap, oitv), sizeof(oitv));
}
