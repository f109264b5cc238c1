/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_lwproc(3): clients make processes and lwps, choose which one a host
 * thread is, and give them back.
 *
 * The rump_lwproc_* functions run inside the kernel, the rump_pub_lwproc_*
 * ones are called from outside.  An lwp is current on at most one thread,
 * which LP_RUNNING says.  Giving the current lwp back takes effect when the
 * thread leaves the kernel; until then only rump_lwproc_switch() may follow.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/proc.h>

#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kern_proc_private.h"

void
rump_lwproc_init(void)
{

	KASSERT(curlwp == &lwp0);
	lwpinit();
}

/* Announced to the platform, which may keep books about lwps. */
void
rump_lwproc_curlwp_set(struct lwp *l)
{

	KASSERT(curlwp == NULL);
	rumpuser_curlwpop(RUMPUSER_LWP_SET, l);
}

void
rump_lwproc_curlwp_clear(struct lwp *l)
{

	KASSERT(l == curlwp);
	rumpuser_curlwpop(RUMPUSER_LWP_CLEAR, l);
}

struct lwp *
rump__lwproc_alloclwp(struct proc *p)
{

	return lwp_alloc(p != NULL ? p : initproc);
}

/* The running lwp is not to be given back while this is in effect. */
void
rump__lwproc_lwphold(void)
{
	struct lwp *l = curlwp;

	mutex_enter(l->l_proc->p_lock);
	lwp_addref(l);
	mutex_exit(l->l_proc->p_lock);
}

void
rump__lwproc_lwprele(void)
{

	lwp_delref(curlwp);
}

/* The lwp that was current is not any more, on this CPU. */
static void
lwproc_retire(struct lwp *l)
{
	struct cpu_info *ci = curcpu();

	l->l_pflag &= ~(LP_RUNNING | LP_LEAVE | LP_BOUND);
	l->l_oncpu = ONCPU_NOT;
	if ((l->l_pflag & LP_IMPLICIT) != 0 && l->l_proc == initproc) {
		KASSERT((l->l_pflag & LP_QEXIT) == 0);
		l->l_freenext = ci->ci_implicit;
		ci->ci_implicit = l;
		ci->ci_nimplicit++;
	} else if ((l->l_pflag & (LP_QEXIT | LP_IMPLICIT)) != 0) {
		lwp_exit(l);
		lwp_free(l, false, false);
	}
}

void
rump_lwproc_switch(struct lwp *newlwp)
{
	struct lwp *l = curlwp;

	KASSERT(l->l_blcnt == 0);
	if (newlwp == NULL) {
		if ((l->l_pflag & LP_QEXIT) != 0)
			panic("rump_lwproc_switch: lwp %p (%d:%d) is being "
			    "released", l, l->l_proc->p_pid, l->l_lid);
		if ((l->l_pflag & LP_IMPLICIT) == 0)
			l->l_pflag |= LP_LEAVE;
		return;
	}
	if (newlwp == l) {
		if ((l->l_pflag & LP_QEXIT) != 0)
			panic("rump_lwproc_switch: to the lwp %p (%d:%d) that "
			    "is being released", l, l->l_proc->p_pid,
			    l->l_lid);
		l->l_pflag &= ~LP_LEAVE;
		return;
	}
	if ((newlwp->l_pflag & LP_RUNNING) != 0)
		panic("lwp %p (%d:%d) already running", newlwp,
		    newlwp->l_proc->p_pid, newlwp->l_lid);
	KASSERT(newlwp->l_stat == LSONPROC);

	rump_sched_settle(newlwp);
	rump_sched_settle(l);
	newlwp->l_cpu = l->l_cpu;
	newlwp->l_pflag |= LP_RUNNING | (l->l_pflag & LP_BOUND);
	newlwp->l_oncpu = ONCPU_TAKEN;
	newlwp->l_cpu->ci_curlwp = newlwp;
	if ((atomic_load_relaxed(&l->l_flag) & LW_PENDSIG) != 0)
		atomic_and_uint((volatile u_int *)&l->l_flag, ~LW_PENDSIG);
	curlwp = newlwp;
	lwproc_retire(l);
}

void
rump_lwproc_releaselwp(void)
{
	struct lwp *l = curlwp;

	if ((l->l_pflag & LP_IMPLICIT) != 0)
		panic("rump_lwproc_releaselwp: the thread has no lwp of its "
		    "own");
	if ((l->l_pflag & LP_QEXIT) != 0)
		panic("rump_lwproc_releaselwp: lwp %p (%d:%d) is already "
		    "being released", l, l->l_proc->p_pid, l->l_lid);
	l->l_pflag |= LP_LEAVE | LP_QEXIT;
}

int
rump_lwproc_newlwp(pid_t pid)
{
	struct lwp *l;
	int error;

	if ((error = lwp_alloc_pid(pid, &l)) == 0)
		rump_lwproc_switch(l);
	return error;
}

/* A new process with one lwp, which becomes the current one. */
int
rump_lwproc_rfork_vmspace(struct vmspace *vm, int flags)
{
	struct proc *p;
	struct lwp *l;

	if (flags != RUMP_RFFD_SHARE && flags != RUMP_RFFD_COPY &&
	    flags != RUMP_RFFD_CLEAR)
		return EINVAL;
	if ((curlwp->l_pflag & LP_QEXIT) != 0)
		panic("rump_lwproc_rfork: the current lwp is being released");
	if ((p = proc_create(curproc, vm, flags)) == NULL)
		return EAGAIN;
	doforkhooks(p, curproc);
	l = lwp_alloc(p);
	rump_lwproc_switch(l);
	return 0;
}

int
rump_lwproc_rfork(int flags)
{

	return rump_lwproc_rfork_vmspace(rump_vmspace_local, flags);
}

/* The current lwp if it is the thread's own, else NULL. */
struct lwp *
rump_lwproc_curlwp(void)
{
	struct lwp *l = curlwp;

	return (l->l_pflag & (LP_IMPLICIT | LP_LEAVE)) != 0 ? NULL : l;
}

/* Only NetBSD's calls are known here: they are native already. */
void
rump_lwproc_sysent_usenative(void)
{

	if (!rump_nativeabi_p())
		panic("rump_lwproc_sysent_usenative: the host is no NetBSD of "
		    "this version");
	curproc->p_emul = &emul_netbsd;
}

/* Change ids without asking anybody whether that is allowed. */
void
rump_allbetsareoff_setid(pid_t pid, int id)
{
	kauth_cred_t cred, old;
	struct proc *p;
	struct lwp *l;

	cred = kauth_cred_alloc();
	mutex_enter(&proc_lock);
	if ((p = proc_find(pid)) == NULL)
		panic("rump_allbetsareoff_setid: no process %d", pid);
	mutex_enter(p->p_lock);
	old = p->p_cred;
	kauth_cred_clone(old, cred);
	kauth_cred_setuid(cred, id);
	kauth_cred_seteuid(cred, id);
	kauth_cred_setsvuid(cred, id);
	kauth_cred_setgid(cred, id);
	kauth_cred_setegid(cred, id);
	kauth_cred_setsvgid(cred, id);
	atomic_store_relaxed(&p->p_cred, cred);
	LIST_FOREACH(l, &p->p_lwps, l_sibling)
		atomic_store_relaxed(&l->l_prflag, l->l_prflag | LPR_CRMOD);
	mutex_exit(p->p_lock);
	mutex_exit(&proc_lock);
	kauth_cred_free(old);
	if (p == curproc)
		lwp_recredit(curlwp);
}
