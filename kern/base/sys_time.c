/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls about time: clocks and sleeping.  The work is in kern_time.c.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/idtype.h>
#include <sys/kauth.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

int
sys___clock_gettime50(struct lwp *l, const struct sys___clock_gettime50_args
    *uap, register_t *retval)
{
	struct timespec ts;
	int error;

	error = clock_gettime1(SCARG(uap, clock_id), &ts);
	return error ? error : copyout(&ts, SCARG(uap, tp), sizeof(ts));
}

int
sys___clock_settime50(struct lwp *l, const struct sys___clock_settime50_args
    *uap, register_t *retval)
{
	struct timespec ts;
	int error;

	error = copyin(SCARG(uap, tp), &ts, sizeof(ts));
	if (error)
		return error;
	return clock_settime1(l->l_proc, SCARG(uap, clock_id), &ts, true);
}

int
sys___clock_getres50(struct lwp *l, const struct sys___clock_getres50_args
    *uap, register_t *retval)
{
	struct timespec ts;
	int error;

	error = clock_getres1(SCARG(uap, clock_id), &ts);
	if (error || SCARG(uap, tp) == NULL)
		return error;
	return copyout(&ts, SCARG(uap, tp), sizeof(ts));
}

int
sys___gettimeofday50(struct lwp *l, const struct sys___gettimeofday50_args
    *uap, register_t *retval)
{
	struct timezone {
		int minuteswest, dsttime;
	} tz = { 0, 0 };
	struct timeval tv;
	int error = 0;

	if (SCARG(uap, tp) != NULL) {
		microtime(&tv);
		error = copyout(&tv, SCARG(uap, tp), sizeof(tv));
	}
	if (error == 0 && SCARG(uap, tzp) != NULL)
		error = copyout(&tz, SCARG(uap, tzp), sizeof(tz));
	return error;
}

int
sys___settimeofday50(struct lwp *l, const struct sys___settimeofday50_args
    *uap, register_t *retval)
{
	struct timeval tv;
	struct timespec ts;
	int error;

	if (SCARG(uap, tv) == NULL)
		return 0;
	error = copyin(SCARG(uap, tv), &tv, sizeof(tv));
	if (error)
		return error;
	if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
		return EINVAL;
	TIMEVAL_TO_TIMESPEC(&tv, &ts);
	return clock_settime1(l->l_proc, CLOCK_REALTIME, &ts, true);
}

/* More than that does not end in a lifetime, and overflows. */
#define ADJTIME_MAX	((time_t)1000000000)

int
sys___adjtime50(struct lwp *l, const struct sys___adjtime50_args *uap,
    register_t *retval)
{
	struct timeval delta, olddelta;
	bool adjust = SCARG(uap, delta) != NULL;
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_TIME,
	    KAUTH_REQ_SYSTEM_TIME_ADJTIME, NULL, NULL, NULL);
	if (error)
		return error;
	if (adjust) {
		error = copyin(SCARG(uap, delta), &delta, sizeof(delta));
		if (error)
			return error;
		if (delta.tv_sec > ADJTIME_MAX || delta.tv_sec < -ADJTIME_MAX ||
		    delta.tv_usec <= -1000000 || delta.tv_usec >= 1000000)
			return EINVAL;
	}
	adjtime1(adjust ? &delta : NULL, &olddelta, l->l_proc);
	if (SCARG(uap, olddelta) == NULL)
		return 0;
	return copyout(&olddelta, SCARG(uap, olddelta), sizeof(olddelta));
}

/* rmt is written if the sleep was cut short. */
static int
do_sleep(struct lwp *l, clockid_t clock, int flags,
    const struct timespec *urqt, struct timespec *urmt)
{
	struct timespec rqt, rmt;
	int error, error1;

	error = copyin(urqt, &rqt, sizeof(rqt));
	if (error)
		return error;
	if ((flags & TIMER_ABSTIME) != 0)
		urmt = NULL;
	error = nanosleep1(l, clock, flags, &rqt, urmt != NULL ? &rmt : NULL);
	if (urmt == NULL || (error != 0 && error != EINTR))
		return error;
	error1 = copyout(&rmt, urmt, sizeof(rmt));
	return error1 != 0 ? error1 : error;
}

int
sys___nanosleep50(struct lwp *l, const struct sys___nanosleep50_args *uap,
    register_t *retval)
{

	return do_sleep(l, CLOCK_MONOTONIC, 0, SCARG(uap, rqtp),
	    SCARG(uap, rmtp));
}

/*
 * This one returns its error as the result.
 */
int
sys_clock_nanosleep(struct lwp *l, const struct sys_clock_nanosleep_args *uap,
    register_t *retval)
{

	*retval = do_sleep(l, SCARG(uap, clock_id), SCARG(uap, flags),
	    SCARG(uap, rqtp), SCARG(uap, rmtp));
	return 0;
}

/*
 * Clocks that count what a process or lwp used: there are none but one's own.
 */
int
sys_clock_getcpuclockid2(struct lwp *l,
    const struct sys_clock_getcpuclockid2_args *uap, register_t *retval)
{
	id_t id = SCARG(uap, id);
	clockid_t clock;

	switch (SCARG(uap, idtype)) {
	case P_PID:
		if (id != 0 && id != (id_t)l->l_proc->p_pid)
			return ESRCH;
		clock = CLOCK_PROCESS_CPUTIME_ID;
		break;
	case P_LWPID:
		if (id != 0 && id != (id_t)l->l_lid)
			return ESRCH;
		clock = CLOCK_THREAD_CPUTIME_ID;
		break;
	default:
		return EINVAL;
	}
	return copyout(&clock, SCARG(uap, clock_id), sizeof(clock));
}
