/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: the table by pid, proc0 and process 1, and how a process is made
 * and taken apart.  rump_lwproc.c asks for one, its last lwp ends it.
 *
 * proc_lock covers the table, the list and the family; p_lock the process
 * itself.  A process is in the table from proc_create() to proc_free().
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/pool.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/timevar.h>

#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>

#include "aio_private.h"
#include "base_private.h"
#include "kern_proc_private.h"
#include "ksem_private.h"

#define	PIDHASH_SIZE	256
#define	PID_LIMIT	30000		/* one above the largest given */
#define	PID_FIRST	2

LIST_HEAD(pidhashhead, proc);
static struct pidhashhead pidhash[PIDHASH_SIZE];	/* proc_lock */
static pid_t pid_next = PID_FIRST;			/* proc_lock */

struct proclist allproc = LIST_HEAD_INITIALIZER(allproc); /* proc_lock */
struct proclist zombproc = LIST_HEAD_INITIALIZER(zombproc); /* proc_lock */
kmutex_t proc_lock;
u_int nprocs;
int maxproc = PID_LIMIT - PID_FIRST;

struct proc proc0;
struct proc *initproc;
struct lwp lwp0 = {
	.l_proc = &proc0,
	.l_cpu = &rump_bootcpu,
	.l_stat = LSONPROC,
	.l_flag = LW_SYSTEM,
	.l_pflag = LP_RUNNING,
	.l_name = __UNCONST("swapper"),
};

struct emul emul_netbsd = {
	.e_name = "netbsd",
	.e_sysent = rump_sysent,
};

const struct rump_sockname_ops *rump_vfs_sockname;
rump_proc_vfs_init_fn rump_proc_vfs_init;
rump_proc_vfs_release_fn rump_proc_vfs_release;

static struct pidhashhead *
pid_bucket(pid_t pid)
{

	return &pidhash[(u_int)pid % PIDHASH_SIZE];
}

/* Any process of that number, even one that is going. */
struct proc *
proc_find_raw(pid_t pid)
{
	struct proc *p;

	KASSERT(mutex_owned(&proc_lock));
	LIST_FOREACH(p, pid_bucket(pid), p_pidhash)
		if (p->p_pid == pid)
			return p;
	return NULL;
}

/* It may begin to end any moment: without p_lock this is what it was. */
static int
proc_state(struct proc *p)
{

	return atomic_load_relaxed(&p->p_stat);
}

struct proc *
proc_find(pid_t pid)
{
	struct proc *p = proc_find_raw(pid);
	int state = p != NULL ? proc_state(p) : SDEAD;

	return state == SACTIVE || state == SSTOP ? p : NULL;
}

static void
proc_enter(struct proc *p)
{

	KASSERT(mutex_owned(&proc_lock));
	KASSERT(proc_find_raw(p->p_pid) == NULL);
	LIST_INSERT_HEAD(pid_bucket(p->p_pid), p, p_pidhash);
	LIST_INSERT_HEAD(&allproc, p, p_list);
	nprocs++;
}

/* What all processes need, even the first. */
static void
proc_setup(struct proc *p)
{

	p->p_stat = SIDL;
	p->p_emul = &emul_netbsd;
	p->p_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&p->p_auxlock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&p->p_reflock);
	cv_init(&p->p_waitcv, "wait");
	cv_init(&p->p_lwpcv, "lwpwait");
	LIST_INIT(&p->p_lwps);
	LIST_INIT(&p->p_children);
	LIST_INIT(&p->p_sigwaiters);
	SLIST_INIT(&p->p_klist);
	sigpendinit(&p->p_sigpend);
	proc_initspecific(p);
	microtime(&p->p_started);
}

static void
proc_setup_undo(struct proc *p)
{

	proc_finispecific(p);
	cv_destroy(&p->p_lwpcv);
	cv_destroy(&p->p_waitcv);
	rw_destroy(&p->p_reflock);
	mutex_destroy(&p->p_auxlock);
	mutex_obj_free(p->p_lock);
}

/* Before anything else: the lock, and proc0's identity. */
void
procinit(void)
{

	mutex_init(&proc_lock, MUTEX_DEFAULT, IPL_NONE);
}

/* proc0, whose lwp0 boots and whose other lwps are the kernel's threads. */
void
proc0_init(void)
{
	struct proc *p = &proc0;

	proc_setup(p);
	p->p_flag = PK_SYSTEM;
	p->p_nice = NZERO;
	p->p_limit = &limit0;
	p->p_stats = pstatscopy(NULL);
	p->p_sigacts = sigactsinit(p, 0);
	p->p_vmspace = &rump_vmspace0;
	p->p_cred = kauth_cred_alloc();
	strlcpy(p->p_comm, "system", sizeof(p->p_comm));
	siginit(p);
	p->p_fd = fd_init(NULL);
	pgrp_init0(p);

	lwp0.l_cred = kauth_cred_hold(p->p_cred);
	lwp0.l_fd = p->p_fd;
	SLIST_INIT(&lwp0.l_selwait);
	sigpendinit(&lwp0.l_sigpend);
	lwp_initspecific(&lwp0);
	mutex_enter(&proc_lock);
	proc_enter(p);
	LIST_INSERT_HEAD(&alllwp, &lwp0, l_list);
	mutex_enter(p->p_lock);
	p->p_stat = SACTIVE;
	LIST_INSERT_HEAD(&p->p_lwps, &lwp0, l_sibling);
	p->p_nlwps = p->p_nrlwps = 1;
	mutex_exit(p->p_lock);
	mutex_exit(&proc_lock);
}

/* A number nobody has; pid 1 is given to the first process. */
static pid_t
pid_choose(void)
{
	pid_t pid;

	KASSERT(mutex_owned(&proc_lock));
	if (initproc == NULL)
		return 1;
	do {
		pid = pid_next;
		if (++pid_next >= PID_LIMIT)
			pid_next = PID_FIRST;
	} while (proc_find_raw(pid) != NULL || pgrp_find(pid) != NULL);
	return pid;
}

static struct filedesc *
proc_files(struct proc *p, int flags)
{

	switch (flags) {
	case RUMP_RFFD_CLEAR:
		return fd_init(NULL);
	case RUMP_RFFD_COPY:
		return fd_copy();
	default:
		fd_share(p);
		return p->p_fd;
	}
}

/* Join the table and the family of process 1. */
static int
proc_join(struct proc *p, struct proc *parent)
{

	mutex_enter(&proc_lock);
	if (nprocs >= maxproc) {
		mutex_exit(&proc_lock);
		return EAGAIN;
	}
	p->p_pid = pid_choose();
	proc_enter(p);
	if (initproc == NULL)
		initproc = p;
	p->p_pptr = p == initproc ? &proc0 : initproc;
	LIST_INSERT_HEAD(&p->p_pptr->p_children, p, p_sibling);
	pgrp_inherit(p, parent);
	p->p_stat = SACTIVE;
	mutex_exit(&proc_lock);
	return 0;
}

struct proc *
proc_create(struct proc *parent, struct vmspace *vm, int flags)
{
	struct proc *p;

	KASSERT(parent == curproc);
	p = kmem_zalloc(sizeof(*p), KM_SLEEP);
	proc_setup(p);
	if (proc_join(p, parent) != 0) {
		proc_setup_undo(p);
		kmem_free(p, sizeof(*p));
		return NULL;
	}
	p->p_vmspace = vm;
	strlcpy(p->p_comm, p == initproc ? "rumpinit" : parent->p_comm,
	    sizeof(p->p_comm));
	p->p_nice = parent->p_nice;
	p->p_limit = lim_fork(parent);
	p->p_stats = pstatscopy(parent->p_stats);
	p->p_sigacts = sigactsinit(parent, 0);
	kauth_proc_fork(parent, p);
	p->p_fd = proc_files(p, flags);
	if (rump_proc_vfs_init != NULL)
		(*rump_proc_vfs_init)(p);
	return p;
}

void
proc_dismantle(struct proc *p)
{

	KASSERT(p == curproc && p->p_stat == SDYING);
	doexithooks(p);
	aio_proc_exit(p);
	ptimers_free(p, TIMERS_ALL);
	ksem_proc_exit(p);
	knote_proc_exit(p);
	if (p->p_user != NULL)
		rump_sysproxy_fini(p->p_user);
	fd_free();
	curlwp->l_fd = NULL;
	if (p->p_cwdi != NULL && rump_proc_vfs_release != NULL)
		(*rump_proc_vfs_release)(p);
}

static void
proc_leave(struct proc *p)
{
	struct proc *child;

	mutex_enter(&proc_lock);
	while ((child = LIST_FIRST(&p->p_children)) != NULL) {
		LIST_REMOVE(child, p_sibling);
		child->p_pptr = initproc;
		LIST_INSERT_HEAD(&initproc->p_children, child, p_sibling);
	}
	LIST_REMOVE(p, p_sibling);
	LIST_REMOVE(p, p_list);
	LIST_REMOVE(p, p_pidhash);
	nprocs--;
	p->p_stat = SDEAD;
	proc_leavepgrp(p);		/* drops proc_lock */
}

void
proc_free(struct proc *p)
{

	KASSERT(p->p_stat == SDYING && LIST_EMPTY(&p->p_lwps));
	KASSERT(p != &proc0 && p != initproc);
	proc_leave(p);
	sigactsfree(p->p_sigacts);
	lim_free(p->p_limit);
	pstatsfree(p->p_stats);
	kauth_cred_free(p->p_cred);
	proc_setup_undo(p);
	kmem_free(p, sizeof(*p));
}

/*
 * Change of credentials: between enter and leave p_lock is held, and the new
 * ones become those of the process and, when they next enter, of its lwps.
 */
void
proc_crmod_enter(void)
{

	mutex_enter(curproc->p_lock);
}

void
proc_crmod_leave(kauth_cred_t new, kauth_cred_t old, bool sugid)
{
	struct lwp *l = curlwp, *l2;
	struct proc *p = l->l_proc;
	kauth_cred_t mine;

	KASSERT(mutex_owned(p->p_lock));
	if (new == NULL) {
		mutex_exit(p->p_lock);
		return;
	}
	mine = l->l_cred;
	/* Others look at these without the lock when they enter. */
	atomic_store_relaxed(&p->p_cred, new);
	l->l_cred = kauth_cred_hold(new);
	LIST_FOREACH(l2, &p->p_lwps, l_sibling)
		if (l2 != l)
			atomic_store_relaxed(&l2->l_prflag,
			    l2->l_prflag | LPR_CRMOD);
	if (sugid)
		atomic_store_relaxed(&p->p_flag, p->p_flag | PK_SUGID);
	mutex_exit(p->p_lock);
	kauth_cred_free(mine);
	if (old != NULL && old != new)
		kauth_cred_free(old);
}

/* May a process of cred act on one of target's, as far as uids go? */
int
proc_uidmatch(kauth_cred_t cred, kauth_cred_t target)
{

	if (kauth_cred_getuid(cred) == kauth_cred_getuid(target) &&
	    kauth_cred_getuid(cred) == kauth_cred_getsvuid(target) &&
	    kauth_cred_getgid(cred) == kauth_cred_getgid(target))
		return 0;
	return EPERM;
}

/* Call func for each process until it returns non-zero; proc_lock is held. */
int
proclist_foreach_call(struct proclist *list,
    int (*func)(struct proc *, void *), void *arg)
{
	struct proc *p;
	int error = 0;

	mutex_enter(&proc_lock);
	LIST_FOREACH(p, list, p_list)
		if (proc_state(p) == SACTIVE && (error = (*func)(p, arg)) != 0)
			break;
	mutex_exit(&proc_lock);
	return error;
}
