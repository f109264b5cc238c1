/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals.
 *
 * No program is ever interrupted here: what psignal() and relatives do was
 * chosen with rump_boot_setsigmodel(): panic (unless the signal would be
 * ignored), nothing, raise it in the client's process, or record it.  A
 * recorded signal ends interruptible sleeps until it is taken off the pending
 * set with sigclear() or by ignoring it.
 * p_lock protects pending sets and masks; callers of psignal() hold proc_lock.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/signalvar.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include "base_svc.h"

static enum rump_sigmodel sigmodel = RUMP_SIGMODEL_PANIC;
static pool_cache_t sigacts_cache;

/* Ignored unless a program catches them. */
static sigset_t defignore;

sigset_t contsigmask;
sigset_t stopsigmask;
sigset_t sigcantmask;

const int sigprop[NSIG] = {
	[SIGHUP] = SA_KILL, [SIGINT] = SA_KILL,
	[SIGQUIT] = SA_KILL | SA_CORE,
	[SIGILL] = SA_KILL | SA_CORE | SA_NORESET,
	[SIGTRAP] = SA_KILL | SA_CORE | SA_NORESET,
	[SIGABRT] = SA_KILL | SA_CORE, [SIGEMT] = SA_KILL | SA_CORE,
	[SIGFPE] = SA_KILL | SA_CORE, [SIGKILL] = SA_KILL | SA_CANTMASK,
	[SIGBUS] = SA_KILL | SA_CORE, [SIGSEGV] = SA_KILL | SA_CORE,
	[SIGSYS] = SA_KILL | SA_CORE, [SIGPIPE] = SA_KILL,
	[SIGALRM] = SA_KILL, [SIGTERM] = SA_KILL, [SIGURG] = SA_IGNORE,
	[SIGSTOP] = SA_STOP | SA_CANTMASK,
	[SIGTSTP] = SA_STOP | SA_TTYSTOP,
	[SIGCONT] = SA_IGNORE | SA_CONT, [SIGCHLD] = SA_IGNORE,
	[SIGTTIN] = SA_STOP | SA_TTYSTOP, [SIGTTOU] = SA_STOP | SA_TTYSTOP,
	[SIGIO] = SA_IGNORE, [SIGXCPU] = SA_KILL, [SIGXFSZ] = SA_KILL,
	[SIGVTALRM] = SA_KILL, [SIGPROF] = SA_KILL, [SIGWINCH] = SA_IGNORE,
	[SIGINFO] = SA_IGNORE, [SIGUSR1] = SA_KILL, [SIGUSR2] = SA_KILL,
	[SIGPWR] = SA_IGNORE,
};

void
signal_init(void)
{
	int sig;

	sigacts_cache = pool_cache_init(sizeof(struct sigacts), 0, 0, 0,
	    "sigacts", NULL, IPL_NONE, NULL, NULL, NULL);
	for (sig = 1; sig < NSIG; sig++) {
		if (sigprop[sig] & SA_CONT)
			sigaddset(&contsigmask, sig);
		if (sigprop[sig] & SA_IGNORE)
			sigaddset(&defignore, sig);
		if (sigprop[sig] & SA_STOP)
			sigaddset(&stopsigmask, sig);
		if (sigprop[sig] & SA_CANTMASK)
			sigaddset(&sigcantmask, sig);
	}
}

void
rump_boot_setsigmodel(enum rump_sigmodel model)
{

	sigmodel = model;
}

/*
 * Actions for a new process: a copy of those of p, or shared.
 */
struct sigacts *
sigactsinit(struct proc *p, int share)
{
	struct sigacts *ps, *old = p->p_sigacts;

	if (share && old != NULL) {
		atomic_inc_uint(&old->sa_refcnt);
		return old;
	}
	ps = pool_cache_get(sigacts_cache, PR_WAITOK);
	memset(ps, 0, sizeof(*ps));
	mutex_init(&ps->sa_mutex, MUTEX_DEFAULT, IPL_NONE);
	ps->sa_refcnt = 1;
	if (old != NULL) {
		mutex_enter(&old->sa_mutex);
		memcpy(ps->sa_sigdesc, old->sa_sigdesc,
		    sizeof(ps->sa_sigdesc));
		mutex_exit(&old->sa_mutex);
	}
	return ps;
}

void
sigactsfree(struct sigacts *ps)
{

	membar_release();
	if (atomic_dec_uint_nv(&ps->sa_refcnt) > 0)
		return;
	membar_acquire();
	mutex_destroy(&ps->sa_mutex);
	pool_cache_put(sigacts_cache, ps);
}

void
sigactsunshare(struct proc *p)
{
	struct sigacts *old = p->p_sigacts;

	if (old->sa_refcnt == 1)
		return;
	p->p_sigacts = sigactsinit(p, 0);
	sigactsfree(old);
}

void
sigpendinit(sigpend_t *sp)
{

	TAILQ_INIT(&sp->sp_info);
	sigemptyset(&sp->sp_set);
}

/*
 * The first process's signal state; others begin with nothing set, too.
 */
void
siginit(struct proc *p)
{

	sigpendinit(&p->p_sigpend);
	sigemptyset(&p->p_sigctx.ps_sigignore);
	sigemptyset(&p->p_sigctx.ps_sigcatch);
	sigemptyset(&p->p_sigctx.ps_sigpass);
}

/* What the process ignores, by its wish or by default. */
static void
ignored_set(const struct proc *p, sigset_t *set)
{

	*set = defignore;
	sigminusset(&p->p_sigctx.ps_sigcatch, set);
	sigplusset(&p->p_sigctx.ps_sigignore, set);
}

static bool
ignored_p(const struct proc *p, int sig)
{
	sigset_t set;

	ignored_set(p, &set);
	return sigismember(&set, sig);
}

/* Forget pending signals: those of the mask, or all. */
void
sigclear(sigpend_t *sp, const sigset_t *mask, void *kq)
{

	if (mask == NULL)
		sigemptyset(&sp->sp_set);
	else
		sigminusset(mask, &sp->sp_set);
}

void
sigclearall(struct proc *p, const sigset_t *mask, void *kq)
{
	struct lwp *l;

	KASSERT(mutex_owned(p->p_lock));
	sigclear(&p->p_sigpend, mask, kq);
	LIST_FOREACH(l, &p->p_lwps, l_sibling)
		sigclear(&l->l_sigpend, mask, kq);
}

/*
 * What of a pending set would reach the lwp.  Read without p_lock: whoever
 * adds a signal looks for sleepers afterwards, so one that is missed here
 * ends the sleep that follows.
 */
static __noinline __attribute__((__no_sanitize__("thread"))) void
deliverable(struct lwp *l, sigset_t *set)
{
	struct proc *p = l->l_proc;
	sigset_t ignored;

	*set = p->p_sigpend.sp_set;
	sigplusset(&l->l_sigpend.sp_set, set);
	sigminusset(&l->l_sigmask, set);
	ignored_set(p, &ignored);
	sigminusset(&ignored, set);
}

/*
 * The number of a signal that is pending and neither masked nor ignored, or
 * 0.  With a number given, only that one counts.  Needs no lock: a signal
 * that just arrives wakes the lwp.
 */
int
sigispending(struct lwp *l, int signo)
{
	sigset_t set;
	int sig;

	deliverable(l, &set);
	if (signo != 0)
		return sigismember(&set, signo) ? signo : 0;
	for (sig = 1; sig < NSIG; sig++) {
		if (sigismember(&set, sig))
			return sig;
	}
	return 0;
}

int
issignal(struct lwp *l)
{

	return sigispending(l, 0);
}

int
sigismasked(struct lwp *l, int sig)
{

	return ignored_p(l->l_proc, sig) || sigismember(&l->l_sigmask, sig);
}

void
sigpending1(struct lwp *l, sigset_t *ss)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	*ss = l->l_sigpend.sp_set;
	sigplusset(&p->p_sigpend.sp_set, ss);
	mutex_exit(p->p_lock);
}

/*
 * Take a pending signal out of the set, its number or 0.
 */
int
sigget(sigpend_t *sp, ksiginfo_t *out, int signo, const sigset_t *mask)
{
	int sig, last = NSIG - 1;

	for (sig = 1; sig <= last; sig++) {
		if ((signo == 0 || signo == sig) &&
		    sigismember(&sp->sp_set, sig) &&
		    (mask == NULL || !sigismember(mask, sig)))
			break;
	}
	if (sig > last)
		return 0;
	sigdelset(&sp->sp_set, sig);
	if (out != NULL) {
		KSI_INIT_EMPTY(out);
		out->ksi_signo = sig;
	}
	return sig;
}

int
sigput(sigpend_t *sp, struct proc *p, ksiginfo_t *ksi)
{

	sigaddset(&sp->sp_set, ksi->ksi_signo);
	return 0;
}

/* Record it and end interruptible sleeps of the process. */
static void
sig_record(struct proc *p, int signo)
{
	struct lwp *l;

	mutex_enter(p->p_lock);
	if (!ignored_p(p, signo)) {
		sigaddset(&p->p_sigpend.sp_set, signo);
		membar_release();
		LIST_FOREACH(l, &p->p_lwps, l_sibling) {
			if (sigismember(&l->l_sigmask, signo))
				continue;
			atomic_or_uint((volatile u_int *)&l->l_flag,
			    LW_PENDSIG);
			setrunnable(l);
		}
	}
	mutex_exit(p->p_lock);
}

static void
sig_raise(struct proc *p, int signo)
{
	int error;

	if (RUMP_LOCALPROC_P(p))
		error = rumpuser_kill(RUMPUSER_PID_SELF, signo);
	else
		error = rump_sysproxy_raise(RUMP_SPVM2CTL(p->p_vmspace),
		    signo);
	if (error)
		printf("signal %d to process %d: error %d\n", signo,
		    p->p_pid, error);
}

int
kpsignal2(struct proc *p, ksiginfo_t *ksi)
{
	int signo = ksi->ksi_signo;

	if (signo <= 0 || signo >= NSIG)
		return signo == 0 ? 0 : EINVAL;
	mutex_enter(p->p_lock);
	KNOTE(&p->p_klist, NOTE_SIGNAL | (long)signo);
	mutex_exit(p->p_lock);
	switch (sigmodel) {
	case RUMP_SIGMODEL_IGNORE:
	case RUMP_SIGMODEL__HOST_NOTANYMORE:
		break;
	case RUMP_SIGMODEL_PANIC:
		if ((sigprop[signo] & (SA_IGNORE | SA_CONT)) == 0)
			panic("unhandled signal %d for process %d", signo,
			    p->p_pid);
		break;
	case RUMP_SIGMODEL_RAISE:
		sig_raise(p, signo);
		break;
	case RUMP_SIGMODEL_RECORD:
		sig_record(p, signo);
		break;
	}
	return 0;
}

void
kpsignal(struct proc *p, ksiginfo_t *ksi, void *data)
{

	(void)kpsignal2(p, ksi);
}

void
psignal(struct proc *p, int signo)
{
	ksiginfo_t ksi;

	KSI_INIT_EMPTY(&ksi);
	ksi.ksi_signo = signo;
	(void)kpsignal2(p, &ksi);
}

/*
 * What the running lwp did itself.  It cannot go on, so the signal is neither
 * ignored nor masked.
 */
void
trapsignal(struct lwp *l, struct ksiginfo *ksi)
{
	struct proc *p = l->l_proc;
	int signo = ksi->ksi_signo;

	KASSERT(l == curlwp);
	KASSERT(KSI_TRAP_P(ksi) && signo > 0 && signo < NSIG);
	mutex_enter(&proc_lock);
	mutex_enter(p->p_lock);
	sigdelset(&l->l_sigmask, signo);
	if (sigismember(&p->p_sigctx.ps_sigignore, signo)) {
		sigdelset(&p->p_sigctx.ps_sigignore, signo);
		SIGACTION(p, signo).sa_handler = SIG_DFL;
	}
	mutex_exit(p->p_lock);
	(void)kpsignal2(p, ksi);
	mutex_exit(&proc_lock);
}

void
kpgsignal(struct pgrp *pgrp, ksiginfo_t *ksi, void *data, int checkctty)
{
	struct proc *p;

	if (pgrp == NULL)
		return;
	KASSERT(mutex_owned(&proc_lock));
	LIST_FOREACH(p, &pgrp->pg_members, p_pglist) {
		if (!checkctty || (p->p_lflag & PL_CONTROLT) != 0)
			kpsignal(p, ksi, data);
	}
}

void
pgsignal(struct pgrp *pgrp, int signo, int checkctty)
{
	ksiginfo_t ksi;

	KSI_INIT_EMPTY(&ksi);
	ksi.ksi_signo = signo;
	kpgsignal(pgrp, &ksi, NULL, checkctty);
}

int
sigprocmask1(struct lwp *l, int how, const sigset_t *nss, sigset_t *oss)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	if (oss != NULL)
		*oss = l->l_sigmask;
	if (nss != NULL) {
		switch (how) {
		case SIG_BLOCK:
			sigplusset(nss, &l->l_sigmask);
			break;
		case SIG_UNBLOCK:
			sigminusset(nss, &l->l_sigmask);
			break;
		case SIG_SETMASK:
			l->l_sigmask = *nss;
			break;
		default:
			mutex_exit(p->p_lock);
			return EINVAL;
		}
		sigminusset(&sigcantmask, &l->l_sigmask);
	}
	mutex_exit(p->p_lock);
	return 0;
}

/*
 * A mask for the length of a sleep: pselect(2), pollts(2).
 */
void
sigsuspendsetup(struct lwp *l, const sigset_t *ss)
{

	mutex_enter(l->l_proc->p_lock);
	l->l_sigrestore = true;
	l->l_sigoldmask = l->l_sigmask;
	l->l_sigmask = *ss;
	sigminusset(&sigcantmask, &l->l_sigmask);
	mutex_exit(l->l_proc->p_lock);
}

void
sigsuspendteardown(struct lwp *l)
{

	mutex_enter(l->l_proc->p_lock);
	if (l->l_sigrestore) {
		l->l_sigrestore = false;
		l->l_sigmask = l->l_sigoldmask;
	}
	mutex_exit(l->l_proc->p_lock);
}

/*
 * The actions are kept, though only ignoring has an effect.
 */
int
sigaction1(struct lwp *l, int signo, const struct sigaction *nsa,
    struct sigaction *osa, const void *tramp, int vers)
{
	struct proc *p = l->l_proc;
	struct sigacts *ps = p->p_sigacts;

	if (signo <= 0 || signo >= NSIG)
		return EINVAL;
	if (nsa != NULL && sigismember(&sigcantmask, signo))
		return EINVAL;
	mutex_enter(p->p_lock);
	mutex_enter(&ps->sa_mutex);
	if (osa != NULL)
		*osa = SIGACTION_PS(ps, signo);
	if (nsa != NULL) {
		SIGACTION_PS(ps, signo) = *nsa;
		sigdelset(&p->p_sigctx.ps_sigignore, signo);
		sigdelset(&p->p_sigctx.ps_sigcatch, signo);
		if (nsa->sa_handler == SIG_IGN)
			sigaddset(&p->p_sigctx.ps_sigignore, signo);
		else if (nsa->sa_handler != SIG_DFL)
			sigaddset(&p->p_sigctx.ps_sigcatch, signo);
		if (ignored_p(p, signo))
			sigdelset(&p->p_sigpend.sp_set, signo);
	}
	mutex_exit(&ps->sa_mutex);
	mutex_exit(p->p_lock);
	return 0;
}

void
sigexit(struct lwp *l, int signo)
{

	panic("signal %d ends process %d", signo, l->l_proc->p_pid);
}

/*
 * SIGIO and the like to who asked with F_SETOWN.
 */
void
fownsignal(pid_t pgid, int signo, int code, int band, void *fdescdata)
{
	ksiginfo_t ksi;
	struct proc *p;

	if (pgid == 0)
		return;
	KSI_INIT(&ksi);
	ksi.ksi_signo = signo;
	ksi.ksi_code = code;
	ksi.ksi_band = band;
	mutex_enter(&proc_lock);
	if (pgid > 0) {
		p = proc_find(pgid);
		if (p != NULL)
			kpsignal(p, &ksi, fdescdata);
	} else
		kpgsignal(pgrp_find(-pgid), &ksi, fdescdata, 0);
	mutex_exit(&proc_lock);
}

int
sigevent_check(const struct sigevent *ev)
{

	if (ev->sigev_notify == SIGEV_NONE)
		return 0;
	/* There are no threads to start in a client. */
	if (ev->sigev_notify != SIGEV_SIGNAL)
		return EINVAL;
	return ev->sigev_signo > 0 && ev->sigev_signo < NSIG ? 0 : EINVAL;
}
