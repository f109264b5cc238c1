/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lwps: what executes in the kernel.  A host thread enters the kernel with
 * an lwp of its own (rump_lwproc(3)), or with a temporary one of process 1
 * for the length of the call.
 *
 * States: LSIDL (being made) -> LSONPROC <-> LSSLEEP -> LSZOMB (going away).
 * LSONPROC also covers an lwp whose host thread is outside of the kernel.
 */
#ifndef _SYS_LWP_H_
#define _SYS_LWP_H_

#include <sys/param.h>
#include <sys/time.h>
#include <sys/queue.h>
#include <sys/callout.h>
#include <sys/kcpuset.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/signalvar.h>
#include <sys/sched.h>
#include <sys/specificdata.h>
#include <sys/syncobj.h>
#include <sys/resource.h>

#include <machine/proc.h>

/* Values of l_stat. */
#define	LSIDL		1	/* being created */
#define	LSRUN		2	/* could run */
#define	LSSLEEP		3	/* sleeps on l_wchan */
#define	LSSTOP		4	/* stopped */
#define	LSZOMB		5	/* has exited */
#define	LSONPROC	7	/* runs, or its thread is outside */
#define	LSSUSPENDED	8	/* not to be scheduled */

/*
 * l_flag: of interest to other threads.  Once the lwp is in its process these
 * change by atomic operations only: who holds what lock does not matter.
 */
#define	LW_IDLE		0x00000001
#define	LW_LWPCTL	0x00000002
#define	LW_CVLOCKDEBUG	0x00000004
#define	LW_SINTR	0x00000080	/* the sleep is interruptible */
#define	LW_SYSTEM	0x00000200	/* of the kernel */
#define	LW_DBGSUSPEND	0x00010000
#define	LW_WSUSPEND	0x00020000
#define	LW_BATCH	0x00040000
#define	LW_WCORE	0x00080000
#define	LW_WEXIT	0x00100000	/* to exit */
#define	LW_PENDSIG	0x01000000	/* signals to look at */
#define	LW_CANCELLED	0x02000000	/* the next sleep fails */
#define	LW_CACHECRED	0x04000000
#define	LW_WREBOOT	0x08000000
#define	LW_UNPARKED	0x10000000

#define	LW_USERRET	(LW_WEXIT | LW_PENDSIG | LW_WREBOOT | LW_WSUSPEND | \
			 LW_WCORE | LW_LWPCTL | LW_CACHECRED)

/* l_pflag: private to the thread the lwp runs on, no atomic operations. */
#define	LP_KTRACTIVE	0x00000001
#define	LP_KTRCSW	0x00000002
#define	LP_PIDLID	0x00000008
#define	LP_OWEUPC	0x00000010
#define	LP_MPSAFE	0x00000020	/* starts without the kernel lock */
#define	LP_INTR		0x00000040	/* soft interrupt */
#define	LP_SYSCTLWRITE	0x00000080
#define	LP_MUSTJOIN	0x00000100	/* see LPR_MUSTJOIN */
#define	LP_SINGLESTEP	0x00000400
#define	LP_TIMEINTR	0x00000800
#define	LP_PREEMPTING	0x00001000
#define	LP_RUNNING	0x00002000
#define	LP_TELEPORT	0x00004000
#define	LP_SOFT		0x02000000	/* soft interrupts to run then */
#define	LP_QEXIT	0x04000000	/* exit when leaving */
#define	LP_LEAVE	0x08000000	/* something to do when leaving */
#define	LP_HARDINTR	0x10000000	/* interrupt handler's thread */
#define	LP_IMPLICIT	0x20000000	/* temporary, see kern/base */
#define	LP_MEMRESERVE	0x40000000	/* memory beyond the limit */
#define	LP_BOUND	0x80000000	/* stays on its virtual CPU */

/* l_prflag */
#define	LPR_DETACHED	0x00800000
#define	LPR_CRMOD	0x00000100	/* credentials changed */
#define	LPR_EXITING	0x00000400	/* about to leave its process */
#define	LPR_MUSTJOIN	0x00000200	/* kthread_join() will collect it */

/* l_oncpu: is it on a virtual CPU? */
#define	ONCPU_NOT	0
#define	ONCPU_TAKEN	1		/* ci_busy is VCPU_BUSY for it */
#define	ONCPU_LENT	2		/* it borrows the CPU */

struct cpu_info;
struct fdescs;
struct filedesc;
struct kauth_cred;
struct proc;
struct psref;
struct selcluster;
struct selinfo;
struct sleepbucket;
struct turnstile;

/*
 * l: the lwp itself, on its virtual CPU; p: p_lock of the process; q: the
 * lock of the sleep queue it is on; a: atomic operations; v: the lock of
 * kern/base/rump_sched.c; c: constant while the lwp exists.
 */
struct lwp {
	/* What each entry into the kernel and each lock looks at. */
	struct cpu_info	*l_cpu;		/* l: the virtual CPU, or the last */
	struct proc	*l_proc;	/* c: its process */
	struct filedesc	*l_fd;		/* l: cached from the process */
	struct kauth_cred *l_cred;	/* l: cached credentials */
	volatile int	l_flag;		/* a: LW_* */
	volatile int	l_pflag;	/* l: LP_* */
	volatile int	l_stat;		/* q: LS* */
	int		l_blcnt;	/* l: kernel lock count */
	int		l_nopreempt;	/* l: kpreempt_disable count */
	int		l_ipl;		/* l: spl level */
	u_int		l_spincount;	/* l: spin mutexes held */
	volatile uint8_t l_vlent;	/* v: and may be entered as such */
	volatile uint8_t l_oncpu;	/* l: ONCPU_*, how it is inside */
	uint16_t	l_vstreak;	/* l: entries without contention */

	/* See kern/base/rump_follow.c. */
	uint16_t	l_far;		/* l: wakeups from afar */
	uint16_t	l_patience;	/* l: beyond the least */
	bool		l_crowded;	/* l: it had to wait for a CPU */

	struct cpu_info *l_vloan;	/* v: the CPU lent to it, or NULL */

	/* Sleeping. */
	volatile uint32_t l_waitword;	/* a: 0 while asleep */
	int		l_sleeperr;	/* q: why it was woken */
	int		l_wakecpu;	/* q: host's CPU of who woke it, -1 */
	int		l_sleepcpu;	/* q: host's CPU it sleeps on, -1 */
	volatile wchan_t l_wchan;	/* q: what it sleeps on */
	const char	*l_wmesg;	/* q: and why */
	const syncobj_t	*l_syncobj;	/* q: kind of l_wchan */
	struct sleepbucket *volatile l_bucket; /* q: lock of the sleep */
	TAILQ_ENTRY(lwp) l_sleepchain;	/* q */
	struct sleepq	*l_sleepq;	/* q: the queue it is on */
	u_int		l_sleepkind;	/* q: SLEEPQ_READER or _WRITER */
	u_int		l_sleeptries;	/* q: wakeups without the lock */
	kmutex_t	*l_mutex;	/* c: kept for its name */

	/* Identity and life. */
	lwpid_t		l_lid;		/* c */
	u_int		l_refcnt;	/* p: lwp_addref() */
	LIST_ENTRY(lwp)	l_sibling;	/* p: of the process */
	LIST_ENTRY(lwp)	l_list;		/* proc_lock: of all */
	struct lwp	*l_freenext;	/* see kern_lwp.c */
	char		*l_name;	/* c: or NULL */
	char		l_namebuf[32];	/* c: storage of l_name */
	int		l_prflag;	/* p: LPR_* */
	lwpid_t		l_waiter;	/* p */
	void		*l_private;	/* l */
	struct mdlwp	l_md;		/* c: host thread */
	void		(*l_func)(void *); /* c: of a kernel thread */
	void		*l_arg;		/* c: its argument */
	int		l_class;	/* c: SCHED_* */
	pri_t		l_priority;	/* l: as asked for */
	int		l_exitcode;	/* p: of a kernel thread */
	specificdata_reference l_specdataref; /* l: lwp_getspecific() */
	struct psref	*l_psref;	/* l: passive references */
	int		l_psrefs;	/* l: how many */
	void		*l_fstrans;	/* l: fstrans(9) */
	int		l_dupfd;	/* l: of a cloning open */
	void		*l_rumptrace;	/* l: syscall being traced */

	/* Signals; see <sys/signalvar.h>. */
	sigset_t	l_sigmask;	/* p */
	sigpend_t	l_sigpend;	/* p */
	stack_t		l_sigstk;	/* p */
	sigset_t	l_sigwaitset;	/* p */
	bool		l_sigrestore;	/* p */
	sigset_t	l_sigoldmask;	/* p */

	/* select(2) and poll(2). */
	struct selcluster *l_selcluster; /* l */
	SLIST_HEAD(, selinfo) l_selwait; /* l */
	char		*l_selbits;	/* l */
	size_t		l_selni;	/* c */
	int		l_selflag;	/* selcluster's lock */
	int		l_selret;	/* selcluster's lock */
	uintptr_t	l_selrec;	/* l */

	/* Accounting. */
	struct rusage	l_ru;		/* l */
	struct timespec	l_stime;	/* l */
	u_int		l_ncsw;		/* l: times the CPU was given up */

	/* Lock checker (LOCKDEBUG). */
	volatile void	*l_ld_wanted;	/* l: lock about to be taken */
	void		*l_ld_held;	/* l: locks it holds */
} __aligned(64);

LIST_HEAD(lwplist, lwp);

#ifdef _KERNEL

extern struct lwplist	alllwp;	/* proc_lock */
extern lwp_t		lwp0;
extern int		maxlwp;

void	lwpinit(void);
lwp_t	*lwp_alloc(struct proc *);
void	lwp_free(struct lwp *, bool, bool);
void	lwp_exit(struct lwp *);
struct lwp *lwp_find(struct proc *, int);
void	lwp_addref(struct lwp *);
void	lwp_delref(struct lwp *);
void	lwp_need_userret(struct lwp *);
void	lwp_update_creds(struct lwp *);
int	lwp_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void	lwp_specific_key_delete(specificdata_key_t);
void	lwp_initspecific(lwp_t *);
void	lwp_finispecific(lwp_t *);
void	*lwp_getspecific(specificdata_key_t);
void	*lwp_getspecific_by_lwp(lwp_t *, specificdata_key_t);
void	lwp_setspecific(specificdata_key_t, void *);
void	lwp_setspecific_by_lwp(lwp_t *, specificdata_key_t, void *);

/* Make a sleeping lwp's sleep end with EINTR if it may be interrupted. */
void	setrunnable(struct lwp *);
void	lwp_unsleep(struct lwp *, bool);
bool	lwp_alive(struct lwp *);
lwp_t	*lwp_find_first(struct proc *);

#include <machine/cpu.h>

#define	curproc		(curlwp->l_proc)

/* Keep the calling lwp on its virtual CPU, even across sleeps. */
static inline int
curlwp_bind(void)
{
	int bound = curlwp->l_pflag & LP_BOUND;

	curlwp->l_pflag |= LP_BOUND;
	return bound;
}

static inline void
curlwp_bindx(int bound)
{

	curlwp->l_pflag = (curlwp->l_pflag & ~LP_BOUND) | bound;
}

#endif /* _KERNEL */

/* Flags of _lwp_create(2). */
#define	LWP_DETACHED	0x00000040
#define	LWP_SUSPENDED	0x00000080

#endif /* !_SYS_LWP_H_ */
