/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resource limits and usage.
 *
 * Processes share limits.  The first change in a process gives it a private
 * copy (lim_privatise()); readers look at p_limit without a lock, so the old
 * one is kept in pl_sv_limit until the copy is freed.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include "kern_proc_private.h"

char defcorename[] = "%n.core";
struct plimit limit0;
static pool_cache_t plimit_cache;
static pool_cache_t pstats_cache;

void
resource_init(void)
{
	int i;

	plimit_cache = pool_cache_init(sizeof(struct plimit), 0, 0, 0,
	    "plimitpl", NULL, IPL_NONE, NULL, NULL, NULL);
	pstats_cache = pool_cache_init(sizeof(struct pstats), 0, 0, 0,
	    "pstatspl", NULL, IPL_NONE, NULL, NULL, NULL);

	mutex_init(&limit0.pl_lock, MUTEX_DEFAULT, IPL_NONE);
	for (i = 0; i < RLIM_NLIMITS; i++) {
		limit0.pl_rlimit[i].rlim_cur = RLIM_INFINITY;
		limit0.pl_rlimit[i].rlim_max = RLIM_INFINITY;
	}
	limit0.pl_rlimit[RLIMIT_NOFILE].rlim_cur = 1024;
	limit0.pl_rlimit[RLIMIT_NOFILE].rlim_max = maxfiles;
	limit0.pl_rlimit[RLIMIT_NPROC].rlim_cur = maxproc;
	limit0.pl_rlimit[RLIMIT_NPROC].rlim_max = maxproc;
	limit0.pl_corename = defcorename;
	limit0.pl_cnlen = sizeof(defcorename);
	limit0.pl_refcnt = 1;
}

/*
 * How nice a process is, from PRIO_MIN to PRIO_MAX; what is beyond is these.
 * It is remembered, and that is all: the host schedules.
 */
int
donice(struct lwp *l, struct proc *p, int n)
{

	KASSERT(mutex_owned(p->p_lock));
	n = MAX(PRIO_MIN, MIN(n, PRIO_MAX)) + NZERO;
	if (kauth_authorize_process(l->l_cred, KAUTH_PROCESS_NICE, p,
	    KAUTH_ARG(n), NULL, NULL) != 0)
		return EACCES;
	p->p_nice = (u_char)n;
	return 0;
}

struct plimit *
lim_copy(struct plimit *lim)
{
	struct plimit *new;

	new = pool_cache_get(plimit_cache, PR_WAITOK);
	memset(new, 0, sizeof(*new));
	mutex_init(&new->pl_lock, MUTEX_DEFAULT, IPL_NONE);
	new->pl_refcnt = 1;
	mutex_enter(&lim->pl_lock);
	memcpy(new->pl_rlimit, lim->pl_rlimit, sizeof(new->pl_rlimit));
	new->pl_corename = defcorename;
	new->pl_cnlen = sizeof(defcorename);
	mutex_exit(&lim->pl_lock);
	return new;
}

void
lim_addref(struct plimit *lim)
{

	atomic_inc_uint(&lim->pl_refcnt);
}

/* For a child: shared until one of them changes them. */
struct plimit *
lim_fork(struct proc *parent)
{
	struct plimit *lim = atomic_load_consume(&parent->p_limit);

	KASSERT(parent == curproc);
	if (lim->pl_writeable)
		return lim_copy(lim);
	lim_addref(lim);
	return lim;
}

rlim_t
lim_cur(struct proc *p, int which)
{
	struct plimit *lim = atomic_load_consume(&p->p_limit);

	return atomic_load_relaxed(&lim->pl_rlimit[which].rlim_cur);
}

void
lim_free(struct plimit *lim)
{
	struct plimit *sv;

	for (; lim != NULL; lim = sv) {
		membar_release();
		if (atomic_dec_uint_nv(&lim->pl_refcnt) > 0)
			return;
		membar_acquire();
		KASSERT(lim != &limit0);
		sv = lim->pl_sv_limit;
		if (lim->pl_corename != defcorename)
			kmem_free(lim->pl_corename, lim->pl_cnlen);
		mutex_destroy(&lim->pl_lock);
		pool_cache_put(plimit_cache, lim);
	}
}

/*
 * Give the process limits of its own, which may be changed.
 */
void
lim_privatise(struct proc *p)
{
	struct plimit *lim = atomic_load_consume(&p->p_limit), *new;

	if (lim->pl_writeable)
		return;
	new = lim_copy(lim);
	mutex_enter(p->p_lock);
	lim = p->p_limit;
	if (lim->pl_writeable) {
		mutex_exit(p->p_lock);
		lim_free(new);
		return;
	}
	new->pl_writeable = true;
	new->pl_sv_limit = lim;		/* its reference is ours now */
	atomic_store_release(&p->p_limit, new);
	mutex_exit(p->p_lock);
}

void
lim_setcorename(struct proc *p, char *name, size_t len)
{
	char *copy, *old;
	size_t oldlen;
	struct plimit *lim;

	copy = kmem_alloc(len, KM_SLEEP);
	memcpy(copy, name, len);
	lim_privatise(p);
	lim = p->p_limit;
	mutex_enter(&lim->pl_lock);
	old = lim->pl_corename;
	oldlen = lim->pl_cnlen;
	lim->pl_corename = copy;
	lim->pl_cnlen = len;
	mutex_exit(&lim->pl_lock);
	if (old != defcorename)
		kmem_free(old, oldlen);
}

/* The largest value a limit may have at all. */
static rlim_t
limit_ceiling(int which)
{

	switch (which) {
	case RLIMIT_NOFILE:
		return maxfiles;
	case RLIMIT_NPROC:
		return (rlim_t)maxproc;
	default:
		return RLIM_INFINITY;
	}
}

int
dosetrlimit(struct lwp *l, struct proc *p, int which, struct rlimit *limp)
{
	struct plimit *lim = atomic_load_consume(&p->p_limit);
	struct rlimit old;
	int error;

	if ((u_int)which >= RLIM_NLIMITS)
		return EINVAL;
	if (limp->rlim_cur > limp->rlim_max)
		return EINVAL;
	limp->rlim_max = MIN(limp->rlim_max, limit_ceiling(which));
	limp->rlim_cur = MIN(limp->rlim_cur, limp->rlim_max);
	mutex_enter(&lim->pl_lock);
	old = lim->pl_rlimit[which];
	mutex_exit(&lim->pl_lock);
	if (limp->rlim_cur == old.rlim_cur && limp->rlim_max == old.rlim_max)
		return 0;
	error = kauth_authorize_process(l->l_cred, KAUTH_PROCESS_RLIMIT, p,
	    KAUTH_ARG(KAUTH_REQ_PROCESS_RLIMIT_SET), limp, KAUTH_ARG(which));
	if (error)
		return error;
	lim_privatise(p);
	lim = p->p_limit;
	mutex_enter(&lim->pl_lock);
	/* Others look without the lock: lim_cur(). */
	atomic_store_relaxed(&lim->pl_rlimit[which].rlim_cur, limp->rlim_cur);
	atomic_store_relaxed(&lim->pl_rlimit[which].rlim_max, limp->rlim_max);
	mutex_exit(&lim->pl_lock);
	return 0;
}

int
sys_getrlimit(struct lwp *l, const struct sys_getrlimit_args *uap,
    register_t *retval)
{
	struct plimit *lim = atomic_load_consume(&l->l_proc->p_limit);
	int which = SCARG(uap, which);
	struct rlimit rl;

	if ((u_int)which >= RLIM_NLIMITS)
		return EINVAL;
	mutex_enter(&lim->pl_lock);
	rl = lim->pl_rlimit[which];
	mutex_exit(&lim->pl_lock);
	return copyout(&rl, SCARG(uap, rlp), sizeof(rl));
}

int
sys_setrlimit(struct lwp *l, const struct sys_setrlimit_args *uap,
    register_t *retval)
{
	struct rlimit rl;
	int error;

	error = copyin(SCARG(uap, rlp), &rl, sizeof(rl));
	if (error)
		return error;
	return dosetrlimit(l, l->l_proc, SCARG(uap, which), &rl);
}

struct pstats *
pstatscopy(struct pstats *ps)
{
	struct pstats *new;

	new = pool_cache_get(pstats_cache, PR_WAITOK);
	memset(new, 0, sizeof(*new));
	getmicrotime(&new->p_start);
	return new;
}

void
pstatsfree(struct pstats *ps)
{

	pool_cache_put(pstats_cache, ps);
}

void
ruadd(struct rusage *ru, struct rusage *ru2)
{
	long *ip = &ru->ru_maxrss + 1, *ip2 = &ru2->ru_maxrss + 1;
	long *last = &ru->ru_nivcsw;

	timeradd(&ru->ru_utime, &ru2->ru_utime, &ru->ru_utime);
	timeradd(&ru->ru_stime, &ru2->ru_stime, &ru->ru_stime);
	ru->ru_maxrss = MAX(ru->ru_maxrss, ru2->ru_maxrss);
	while (ip <= last)
		*ip++ += *ip2++;
}

/*
 * Add what the process's lwps have used.
 */
void
rulwps(struct proc *p, struct rusage *ru)
{
	struct lwp *l;

	KASSERT(mutex_owned(p->p_lock));
	LIST_FOREACH(l, &p->p_lwps, l_sibling)
		ruadd(ru, &l->l_ru);
}

/*
 * Processor time is the host's business and not divided among processes
 * here: all zero but the time since the start.
 */
void
calcru(struct proc *p, struct timeval *up, struct timeval *sp,
    struct timeval *ip, struct timeval *rp)
{
	struct timeval now;

	if (up != NULL)
		timerclear(up);
	if (sp != NULL)
		timerclear(sp);
	if (ip != NULL)
		timerclear(ip);
	if (rp != NULL) {
		getmicrotime(&now);
		timersub(&now, &p->p_stats->p_start, rp);
	}
}

void
getrusage1(struct proc *p, int who, struct rusage *ru)
{

	mutex_enter(p->p_lock);
	if (who == RUSAGE_CHILDREN)
		*ru = p->p_stats->p_cru;
	else {
		*ru = p->p_stats->p_ru;
		rulwps(p, ru);
	}
	mutex_exit(p->p_lock);
}

int
do_sys_getrusage(int who, struct rusage *ru)
{

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN)
		return EINVAL;
	getrusage1(curproc, who, ru);
	return 0;
}
