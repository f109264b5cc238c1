/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calling system calls.
 *
 * Programs come in through the generated wrappers, which call rump_syscall();
 * remote clients through the sysproxy server, which is scheduled already and
 * calls rump_syscall_lwp().  Kernel threads may use either.  Handlers that
 * belong to a faction are put into the table when it is initialised.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>
#include <sys/syscallvar.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include "base_svc.h"
#include "rump_trace.h"
#include "vcpu.h"

/*
 * Calls below this number go straight to their handlers.  None does while
 * calls are traced, so that tracing costs nothing when it is off.
 */
static u_int syscall_direct __read_mostly = SYS_NSYSENT;

int nsysent = SYS_NSYSENT;

/*
 * A call nobody handles.
 */
int
sys_nosys(struct lwp *l, const void *v, register_t *retval)
{

	return ENOSYS;
}

/*
 * A call wants to be made again: its descriptor was closed by somebody else,
 * or a signal came.  A signal has no handler that would run first, so then the
 * program gets EINTR.
 */
static __noinline int
syscall_restart(struct lwp *l, const struct sysent *callp, const void *args,
    register_t *retval)
{
	int error;

	do {
		if (sigispending(l, 0) != 0)
			return EINTR;
		retval[0] = retval[1] = 0;
		error = (*callp->sy_call)(l, args, retval);
	} while (error == ERESTART);
	return error;
}

static inline int
syscall_handle(struct lwp *l, int num, const void *args, register_t *retval)
{
	const struct sysent *callp = &rump_sysent[num];
	int error;

	retval[0] = retval[1] = 0;
	error = (*callp->sy_call)(l, args, retval);
	if (__predict_false(error == ERESTART))
		error = syscall_restart(l, callp, args, retval);
	return error;
}

static __noinline int
syscall_indirect(struct lwp *l, int num, const void *args,
    register_t *retval)
{
	struct trace_line tl;
	int error;

	if ((u_int)num >= SYS_NSYSENT)
		return ENOSYS;
	KASSERT(syscall_direct == 0);
	trace_call(&tl, l, num, args);
	error = syscall_handle(l, num, args, retval);
	trace_result(&tl, num, error, retval);
	return error;
}

static inline int
syscall_invoke(struct lwp *l, int num, const void *args, register_t *retval)
{

	if (__predict_false((u_int)num >= syscall_direct))
		return syscall_indirect(l, num, args, retval);
	return syscall_handle(l, num, args, retval);
}

/* For good: calls from now on are traced. */
void
syscall_trace_start(void)
{

	syscall_direct = 0;
}

/*
 * The call itself, on a virtual CPU; args in the kernel's memory.
 */
int
rump_syscall_lwp(struct lwp *l, int num, const void *args,
    register_t *retval)
{

	return syscall_invoke(l, num, args, retval);
}

int
rump_syscall(int num, void *data, size_t dlen, register_t *retval)
{
	struct lwp *l = curlwp;
	int error;

	if (__predict_false(l == NULL ||
	    (atomic_load_relaxed(&l->l_prflag) & LPR_CRMOD) != 0 ||
	    !vcpu_enter_lent(l))) {
		rump_schedule();
		l = curlwp;
	}
	error = syscall_invoke(l, num, data, retval);
	KASSERT(curlwp == l);
	if (__predict_true(vcpu_leaves_lent_p(l)))
		vcpu_leave_lent(l);
	else
		rump_unschedule();
	return error;
}

/*
 * Put handlers of a faction or driver into the table.
 */
void
rump_syscall_boot_establish(const struct rump_onesyscall *calls,
    size_t ncalls)
{
	struct sysent *callp;
	size_t i;

	for (i = 0; i < ncalls; i++) {
		KASSERT(calls[i].ros_num >= 0);
		KASSERT(calls[i].ros_num < SYS_NSYSENT);
		callp = &rump_sysent[calls[i].ros_num];
		KASSERTMSG(callp->sy_call == (sy_call_t *)(void *)sys_nosys ||
		    callp->sy_call == calls[i].ros_handler,
		    "system call %d has a handler", calls[i].ros_num);
		callp->sy_call = calls[i].ros_handler;
	}
}

/*
 * The same for modules: all calls of the package or none.
 */
int
syscall_establish(const struct emul *em, const struct syscall_package *sp)
{
	int i;

	for (i = 0; sp[i].sp_call != NULL; i++) {
		if (sp[i].sp_code >= SYS_NSYSENT)
			return EINVAL;
		if (rump_sysent[sp[i].sp_code].sy_call !=
		    (sy_call_t *)(void *)sys_nosys)
			return EBUSY;
	}
	for (i = 0; sp[i].sp_call != NULL; i++)
		rump_sysent[sp[i].sp_code].sy_call = sp[i].sp_call;
	return 0;
}

/*
 * Callers see to it that no call of the package is being executed.
 */
int
syscall_disestablish(const struct emul *em, const struct syscall_package *sp)
{
	int i;

	for (i = 0; sp[i].sp_call != NULL; i++) {
		KASSERT(rump_sysent[sp[i].sp_code].sy_call == sp[i].sp_call);
		rump_sysent[sp[i].sp_code].sy_call =
		    (sy_call_t *)(void *)sys_nosys;
	}
	return 0;
}

void
syscall_init(void)
{

	/* The table is complete as it is linked. */
}

/*
 * Our system calls are NetBSD's, not the host's.
 */
int
rump_nativeabi_p(void)
{

	return 0;
}
