/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel offers to its platform: the table given to rumpuser_init().
 * The members for the server of remote clients go through rump_sysproxy_ops,
 * which say "not here" until a server fills them in.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lwp.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "aio_private.h"
#include "rump_boot.h"

static int
noproxy_copy(void *arg, const void *from, void *to, size_t len)
{

	return ENOSYS;
}

static int
noproxy_copystr(void *arg, const void *from, void *to, size_t *lenp)
{

	return ENOSYS;
}

static int
noproxy_anonmmap(void *arg, size_t len, void **addr)
{

	return ENOSYS;
}

static int
noproxy_raise(void *arg, int sig)
{

	return ENOSYS;
}

static void
noproxy_fini(void *arg)
{

	panic("a remote client without a server");
}

static pid_t
noproxy_getpid(void)
{

	return curproc->p_pid;
}

static int
noproxy_syscall(int num, void *arg, long *retval)
{

	return ENOSYS;
}

static int
noproxy_rfork(void *priv, int flags, const char *comm)
{

	return ENOSYS;
}

static void
noproxy_lwpexit(void)
{

	panic("a remote client without a server");
}

static void
noproxy_execnotify(const char *comm)
{

	panic("a remote client without a server");
}

struct rump_sysproxy_ops rump_sysproxy_ops = {
	.rspo_copyin = noproxy_copy,
	.rspo_copyinstr = noproxy_copystr,
	.rspo_copyout = noproxy_copy,
	.rspo_copyoutstr = noproxy_copystr,
	.rspo_anonmmap = noproxy_anonmmap,
	.rspo_raise = noproxy_raise,
	.rspo_fini = noproxy_fini,
	.rspo_hyp_getpid = noproxy_getpid,
	.rspo_hyp_syscall = noproxy_syscall,
	.rspo_hyp_rfork = noproxy_rfork,
	.rspo_hyp_lwpexit = noproxy_lwpexit,
	.rspo_hyp_execnotify = noproxy_execnotify,
};

static pid_t
hyp_getpid(void)
{

	return rump_sysproxy_hyp_getpid();
}

static int
hyp_syscall(int num, void *arg, long *retval)
{

	return rump_sysproxy_hyp_syscall(num, arg, retval);
}

static int
hyp_rfork(void *priv, int flags, const char *comm)
{

	return rump_sysproxy_hyp_rfork(priv, flags, comm);
}

static void
hyp_lwpexit(void)
{

	rump_sysproxy_hyp_lwpexit();
}

static void
hyp_execnotify(const char *comm)
{

	aio_proc_exit(curproc);
	ptimers_free(curproc, TIMERS_POSIX);
	rump_sysproxy_hyp_execnotify(comm);
	doexechooks(curproc);
}

const struct rumpuser_hyperup rump_hyperup = {
	.hyp_schedule = rump_schedule,
	.hyp_unschedule = rump_unschedule,
	.hyp_backend_unschedule = rump_user_unschedule,
	.hyp_backend_schedule = rump_user_schedule,
	.hyp_lwproc_switch = rump_lwproc_switch,
	.hyp_lwproc_release = rump_lwproc_releaselwp,
	.hyp_lwproc_rfork = hyp_rfork,
	.hyp_lwproc_newlwp = rump_lwproc_newlwp,
	.hyp_lwproc_curlwp = rump_lwproc_curlwp,
	.hyp_syscall = hyp_syscall,
	.hyp_lwpexit = hyp_lwpexit,
	.hyp_execnotify = hyp_execnotify,
	.hyp_getpid = hyp_getpid,
};
