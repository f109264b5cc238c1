/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The default security model: the super-user may do everything, everybody
 * may do what concerns only himself.
 *
 * Its listeners never deny; they allow or leave the question to others, and
 * kauth(9) denies what nobody allowed.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/signal.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "kauth_private.h"

#define SUSER_CB_ARGS	kauth_cred_t cred, kauth_action_t action,	\
	void *cookie, void *arg0, void *arg1, void *arg2, void *arg3

static bool
root_p(kauth_cred_t cred)
{

	return kauth_cred_geteuid(cred) == 0;
}

static int
allow_if(bool yes)
{

	return yes ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}

/* Scopes where only root may do anything. */
static int
root_cb(SUSER_CB_ARGS)
{

	return allow_if(root_p(cred));
}

static int
system_cb(SUSER_CB_ARGS)
{
	enum kauth_system_req req = (enum kauth_system_req)(uintptr_t)arg0;

	if (root_p(cred))
		return KAUTH_RESULT_ALLOW;
	switch (action) {
	case KAUTH_SYSTEM_MOUNT:
		return allow_if(req == KAUTH_REQ_SYSTEM_MOUNT_GET);
	case KAUTH_SYSTEM_SYSCTL:
		return allow_if(req == KAUTH_REQ_SYSTEM_SYSCTL_DESC);
	default:
		return KAUTH_RESULT_DEFER;
	}
}

/* A limit may be lowered by anybody, the hard limit not raised. */
static bool
limit_lowered_p(struct proc *p, const struct rlimit *new, u_long which)
{
	struct plimit *lim = atomic_load_consume(&p->p_limit);

	return new->rlim_max <=
	    atomic_load_relaxed(&lim->pl_rlimit[which].rlim_max);
}

/* Another process's credentials change; whoever asks may have its lock. */
static bool
same_user_p(kauth_cred_t cred, struct proc *p)
{
	const bool locked = mutex_owned(p->p_lock);
	bool same;

	if (!locked)
		mutex_enter(p->p_lock);
	same = kauth_cred_uidmatch(cred, p->p_cred);
	if (!locked)
		mutex_exit(p->p_lock);
	return same;
}

static int
process_cb(SUSER_CB_ARGS)
{
	struct proc *p = arg0;
	bool same;

	if (root_p(cred))
		return KAUTH_RESULT_ALLOW;
	same = p != NULL && same_user_p(cred, p);
	switch (action) {
	case KAUTH_PROCESS_CANSEE:
	case KAUTH_PROCESS_SCHEDULER_GETPARAM:
	case KAUTH_PROCESS_SCHEDULER_GETAFFINITY:
		return KAUTH_RESULT_ALLOW;
	case KAUTH_PROCESS_FORK:
	case KAUTH_PROCESS_KTRACE:
	case KAUTH_PROCESS_PTRACE:
	case KAUTH_PROCESS_PROCFS:
	case KAUTH_PROCESS_CORENAME:
	case KAUTH_PROCESS_KEVENT_FILTER:
	case KAUTH_PROCESS_STOPFLAG:
		return allow_if(same);
	case KAUTH_PROCESS_NICE:
		return allow_if(same && (int)(uintptr_t)arg1 >= p->p_nice);
	case KAUTH_PROCESS_SIGNAL:
		if ((int)(uintptr_t)arg1 == SIGCONT && p != NULL &&
		    p->p_session == curproc->p_session)
			return KAUTH_RESULT_ALLOW;
		return allow_if(same);
	case KAUTH_PROCESS_RLIMIT:
		if ((uintptr_t)arg1 == KAUTH_REQ_PROCESS_RLIMIT_GET)
			return KAUTH_RESULT_ALLOW;
		if ((uintptr_t)arg1 == KAUTH_REQ_PROCESS_RLIMIT_SET)
			return allow_if(same && limit_lowered_p(p, arg2,
			    (u_long)(uintptr_t)arg3));
		return KAUTH_RESULT_DEFER;
	default:
		return KAUTH_RESULT_DEFER;
	}
}

static int
network_cb(SUSER_CB_ARGS)
{
	enum kauth_network_req req = (enum kauth_network_req)(uintptr_t)arg0;

	if (root_p(cred))
		return KAUTH_RESULT_ALLOW;
	switch (req) {
	case KAUTH_REQ_NETWORK_BIND_PORT:
	case KAUTH_REQ_NETWORK_SOCKET_OPEN:
	case KAUTH_REQ_NETWORK_SOCKET_CANSEE:
	case KAUTH_REQ_NETWORK_INTERFACE_GET:
	case KAUTH_REQ_NETWORK_IPV6_JOIN_MULTICAST:
		return KAUTH_RESULT_ALLOW;
	default:
		return KAUTH_RESULT_DEFER;
	}
}

static int
device_cb(SUSER_CB_ARGS)
{

	if (root_p(cred))
		return KAUTH_RESULT_ALLOW;
	/* Who could open the device node may use it. */
	return allow_if(action == KAUTH_DEVICE_RAWIO_SPEC ||
	    action == KAUTH_DEVICE_TTY_OPEN);
}

/*
 * Files: root may do everything but execute what nobody may execute.
 */
static int
vnode_cb(SUSER_CB_ARGS)
{

	if (!root_p(cred))
		return KAUTH_RESULT_DEFER;
	if ((action & KAUTH_VNODE_EXECUTE) != 0 &&
	    (action & KAUTH_VNODE_IS_EXEC) == 0)
		return KAUTH_RESULT_DEFER;
	return KAUTH_RESULT_ALLOW;
}

void
secmodel_suser_start(void)
{

	(void)kauth_listen_scope(KAUTH_SCOPE_GENERIC, root_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_SYSTEM, system_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_PROCESS, process_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_NETWORK, network_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_MACHDEP, root_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_DEVICE, device_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_VNODE, vnode_cb, NULL);
}
