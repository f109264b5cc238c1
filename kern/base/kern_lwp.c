/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of an lwp.
 *
 * lwp_alloc() makes one in a process; it is then current on some host thread,
 * or not (see rump_lwproc.c).  lwp_exit() is run by the lwp itself, or on
 * behalf of one that is not current anywhere, and detaches it; lwp_free()
 * gives its memory back, from another lwp.  The process goes with its last
 * lwp.  Temporary lwps of process 1 and makeshift ones are made here as well.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/pool.h>
#include <sys/proc.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "kern_proc_private.h"

CTASSERT(offsetof(struct lwp, l_cpu) == 0);

struct lwplist alllwp = LIST_HEAD_INITIALIZER(alllwp);	/* proc_lock */
int maxlwp = 65536;

/* What the vfs faction wants to check when an lwp goes. */
void (*rump_lwp_vfs_release)(struct lwp *);

static pool_cache_t lwp_cache;

void
lwpinit(void)
{

	lwp_cache = pool_cache_init(sizeof(struct lwp), coherency_unit, 0, 0,
	    "lwppl", NULL, IPL_NONE, NULL, NULL, NULL);
}

/*
 * An lwp on the stack of the caller, who owns the CPU but has no lwp, to run
 * code of the kernel with for a moment.  No one else knows of it.
 */
void
lwp_makeshift(struct lwp *l, struct cpu_info *ci)
{

	memset(l, 0, sizeof(*l));
	l->l_cpu = ci;
	l->l_proc = &proc0;
	l->l_cred = proc0.p_cred;
	l->l_fd = proc0.p_fd;
	l->l_flag = LW_SYSTEM;
	l->l_pflag = LP_RUNNING;
	l->l_oncpu = ONCPU_TAKEN;
	l->l_stat = LSONPROC;
	SLIST_INIT(&l->l_selwait);
}

/*
 * A temporary lwp for a thread that just took ci and has none.  Until there
 * is a process 1, threads of the platform belong to proc0.
 */
struct lwp *
lwp_implicit_alloc(struct cpu_info *ci)
{
	struct lwp shift, *l;

	if (lwp_cache == NULL) {
		rumpuser_dprintf("rump: the kernel is not there: call "
		    "rump_init() first\n");
		rumpuser_exit(RUMPUSER_PANIC);
	}
	lwp_makeshift(&shift, ci);
	/* Perhaps it comes to tell of the end of a transfer. */
	shift.l_pflag |= LP_MEMRESERVE;
	ci->ci_curlwp = &shift;
	curlwp = &shift;
	l = lwp_alloc(initproc != NULL ? initproc : &proc0);
	l->l_pflag |= LP_IMPLICIT | LP_RUNNING;
	l->l_cpu = shift.l_cpu;
	return l;
}

/* The process's credentials changed: see them. */
void
lwp_update_creds(struct lwp *l)
{
	struct proc *p = l->l_proc;
	kauth_cred_t old = l->l_cred;

	KASSERT(l == curlwp);
	mutex_enter(p->p_lock);
	l->l_cred = kauth_cred_hold(p->p_cred);
	l->l_prflag &= ~LPR_CRMOD;
	mutex_exit(p->p_lock);
	if (old != NULL)
		kauth_cred_free(old);
}

void
lwp_recredit(struct lwp *l)
{

	lwp_update_creds(l);
}

/* Enter it into a process; ESRCH if that is ending. */
static int
lwp_attach(struct lwp *l, struct proc *p)
{

	KASSERT(mutex_owned(&proc_lock));
	mutex_enter(p->p_lock);
	if (p->p_stat != SACTIVE) {
		mutex_exit(p->p_lock);
		return ESRCH;
	}
	LIST_INSERT_HEAD(&alllwp, l, l_list);
	if (++p->p_nextlid <= 0)
		p->p_nextlid = 1;
	l->l_lid = p->p_nextlid;
	l->l_proc = p;
	l->l_fd = p->p_fd;
	l->l_flag = (p->p_flag & PK_SYSTEM) != 0 ? LW_SYSTEM : 0;
	l->l_cred = kauth_cred_hold(p->p_cred);
	LIST_INSERT_HEAD(&p->p_lwps, l, l_sibling);
	p->p_nlwps++;
	p->p_nrlwps++;
	l->l_stat = LSONPROC;
	mutex_exit(p->p_lock);
	return 0;
}

/* An lwp of no process yet. */
static struct lwp *
lwp_new(void)
{
	struct lwp *l;

	l = pool_cache_get(lwp_cache, PR_WAITOK);
	memset(l, 0, sizeof(*l));
	l->l_cpu = curcpu();
	l->l_stat = LSIDL;
	l->l_class = SCHED_OTHER;
	l->l_syncobj = &sched_syncobj;
	SLIST_INIT(&l->l_selwait);
	sigpendinit(&l->l_sigpend);
	lwp_initspecific(l);
	return l;
}

/*
 * In a process that the caller knows will stay.  Threads of the kernel are
 * made to get memory back, too, and so do not wait for it.
 */
lwp_t *
lwp_alloc(struct proc *p)
{
	struct lwp *l;
	int error, had;

	KASSERT(p != NULL);
	if (p == &proc0) {
		had = rump_memreserve_begin();
		l = lwp_new();
		rump_memreserve_end(had);
	} else
		l = lwp_new();
	mutex_enter(&proc_lock);
	error = lwp_attach(l, p);
	mutex_exit(&proc_lock);
	KASSERT(error == 0);
	return l;
}

/* In the process of that number, if there is one. */
int
lwp_alloc_pid(pid_t pid, struct lwp **lp)
{
	struct lwp *l = lwp_new();
	struct proc *p;
	int error = ESRCH;

	mutex_enter(&proc_lock);
	if ((p = proc_find(pid)) != NULL)
		error = lwp_attach(l, p);
	mutex_exit(&proc_lock);
	if (error != 0) {
		lwp_finispecific(l);
		pool_cache_put(lwp_cache, l);
		return error;
	}
	*lp = l;
	return 0;
}

/* Not to be found any more: wait until nobody refers to it, and leave. */
static void
lwp_detach(struct lwp *l, struct proc *p)
{

	mutex_enter(p->p_lock);
	l->l_prflag |= LPR_EXITING;
	while (l->l_refcnt != 0)
		cv_wait(&p->p_lwpcv, p->p_lock);
	mutex_exit(p->p_lock);

	mutex_enter(&proc_lock);
	mutex_enter(p->p_lock);
	LIST_REMOVE(l, l_list);
	LIST_REMOVE(l, l_sibling);
	KASSERT(p->p_nlwps > 0);
	p->p_nlwps--;
	ruadd(&p->p_stats->p_ru, &l->l_ru);
	cv_broadcast(&p->p_lwpcv);
	mutex_exit(p->p_lock);
	mutex_exit(&proc_lock);
}

/*
 * Count the lwp out.  True if none is left that runs: then the process ends,
 * once the others have left it, too.
 */
static bool
lwp_last(struct proc *p)
{
	bool last;

	mutex_enter(p->p_lock);
	KASSERT(p->p_nrlwps > 0);
	last = --p->p_nrlwps == 0 && p != &proc0 && p != initproc;
	if (last) {
		atomic_store_relaxed(&p->p_stat, SDYING);
		while (p->p_nlwps > 1)
			cv_wait(&p->p_lwpcv, p->p_lock);
	}
	mutex_exit(p->p_lock);
	return last;
}

/*
 * The lwp ends, and its process if it was the last.  Descriptors are closed
 * by a process's last lwp with that lwp as curlwp, as file code expects.
 */
void
lwp_exit(struct lwp *l)
{
	struct proc *p = l->l_proc;
	struct lwp *saved = curlwp;
	bool last;

	KASSERT(l->l_stat == LSONPROC);
	KASSERT(l->l_wchan == NULL && l->l_blcnt == 0);
	if (saved != l) {
		rump_sched_settle(l);
		rump_sched_settle(saved);
		l->l_cpu = saved->l_cpu;
		l->l_pflag |= saved->l_pflag & LP_BOUND;
		l->l_oncpu = ONCPU_TAKEN;
		saved->l_oncpu = ONCPU_NOT;
		l->l_cpu->ci_curlwp = l;
		curlwp = l;
	}
	last = lwp_last(p);
	if (last)
		proc_dismantle(p);
	if (l->l_fstrans != NULL && rump_lwp_vfs_release != NULL)
		(*rump_lwp_vfs_release)(l);
	lwp_finispecific(l);
	lwp_detach(l, p);
	if (last)
		proc_free(p);
	/* From here on it does not sleep, which would change this. */
	l->l_stat = LSZOMB;
	if (saved != l) {
		l->l_oncpu = ONCPU_NOT;
		saved->l_cpu = l->l_cpu;
		saved->l_oncpu = ONCPU_TAKEN;
		saved->l_cpu->ci_curlwp = saved;
		curlwp = saved;
	}
}

/* Give the memory of an lwp back that has exited; not by itself. */
void
lwp_free(struct lwp *l, bool recycle, bool last)
{

	KASSERT(l != curlwp);
	KASSERT(l->l_stat == LSZOMB);
	KASSERT(l->l_vlent == 0 && l->l_vloan == NULL);
	if (l->l_cred != NULL)
		kauth_cred_free(l->l_cred);
	l->l_stat = 0;
	pool_cache_put(lwp_cache, l);
}

/* References keep an lwp from exiting; p_lock is held for all of these. */
void
lwp_addref(struct lwp *l)
{

	KASSERT(mutex_owned(l->l_proc->p_lock));
	KASSERT(lwp_alive(l));
	l->l_refcnt++;
}

void
lwp_delref(struct lwp *l)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	KASSERT(l->l_refcnt > 0);
	if (--l->l_refcnt == 0)
		cv_broadcast(&p->p_lwpcv);
	mutex_exit(p->p_lock);
}

bool
lwp_alive(struct lwp *l)
{

	KASSERT(mutex_owned(l->l_proc->p_lock));
	return l->l_stat != LSIDL && (l->l_prflag & LPR_EXITING) == 0;
}

lwp_t *
lwp_find_first(struct proc *p)
{
	struct lwp *l;

	KASSERT(mutex_owned(p->p_lock));
	LIST_FOREACH(l, &p->p_lwps, l_sibling)
		if (lwp_alive(l))
			return l;
	return NULL;
}

struct lwp *
lwp_find(struct proc *p, int lid)
{
	struct lwp *l;

	KASSERT(mutex_owned(p->p_lock));
	LIST_FOREACH(l, &p->p_lwps, l_sibling)
		if (l->l_lid == lid)
			return lwp_alive(l) ? l : NULL;
	return NULL;
}

/* Something is to be done when the lwp leaves; nothing is preempted here. */
void
lwp_need_userret(struct lwp *l)
{

	KASSERT(mutex_owned(l->l_proc->p_lock));
	membar_producer();
}
