/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: lwps, credentials, descriptors and an address space.  In a rump
 * kernel they are made by rump_lwproc_rfork() and for remote clients; they
 * end with their last lwp.  Also here: process groups, sessions and
 * tsleep(9).
 *
 * States: SIDL (being made) -> SACTIVE -> SDYING (last lwp gone) -> freed.
 */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/lwp.h>
#include <machine/proc.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/condvar.h>
#include <sys/queue.h>
#include <sys/callout.h>
#include <sys/signalvar.h>
#include <sys/specificdata.h>
#include <sys/event.h>

#ifdef _KERNEL

#include <sys/resourcevar.h>

struct cwdinfo;
struct emul;
struct filedesc;
struct kauth_cred;
struct ksiginfo;
struct plimit;
struct pstats;
struct ptimers;
struct sigacts;
struct sysent;
struct tty;
struct vmspace;
struct vnode;

/* g: proc_lock; c: constant. */
struct session {
	int		s_count;	/* g: groups in it */
	u_int		s_flags;	/* g: S_* */
	struct proc	*s_leader;	/* g: or NULL */
	struct vnode	*s_ttyvp;	/* g: controlling terminal */
	struct tty	*s_ttyp;	/* g: likewise */
	char		s_login[MAXLOGNAME]; /* g: setlogin() */
	pid_t		s_sid;		/* c: the leader's pid */
};
#define	S_LOGIN_SET	1

struct pgrp {
	LIST_HEAD(, proc) pg_members;	/* g */
	struct session	*pg_session;	/* c */
	pid_t		pg_id;		/* c */
	int		pg_jobc;	/* g */
	LIST_ENTRY(pgrp) pg_hash;	/* g */
};

/*
 * The system call table and name of what a process runs: always NetBSD's.
 * All constant.
 */
struct emul {
	const char	*e_name;
	const char	*e_path;
	int		e_flags;
	const int	*e_errno;
	int		e_nsysent;
	const struct sysent *e_sysent;
	void		(*e_proc_exec)(struct proc *, void *);
	void		(*e_proc_fork)(struct proc *, struct lwp *, int);
	void		(*e_proc_exit)(struct proc *);
	void		(*e_lwp_fork)(struct lwp *, struct lwp *);
	void		(*e_lwp_exit)(struct lwp *);
};

/*
 * p: p_lock; g: proc_lock; c: constant; l: the lwps' own business, changed
 * by an lwp of this process; a: atomic operations.
 */
struct proc {
	LIST_ENTRY(proc) p_list;	/* g: allproc, zombproc */
	kmutex_t	*p_lock;	/* c: shared lock object */
	kcondvar_t	p_waitcv;	/* p: wait(2) */
	kcondvar_t	p_lwpcv;	/* p: an lwp came or went */
	kmutex_t	p_auxlock;	/* itself: timers and the like */
	krwlock_t	p_reflock;	/* itself: procfs, ptrace */

	struct kauth_cred *p_cred;	/* p: credentials */
	struct filedesc	*p_fd;		/* c: descriptors */
	struct cwdinfo	*p_cwdi;	/* c: directories, umask */
	struct pstats	*p_stats;	/* c: accounting */
	struct plimit	*p_limit;	/* p: resource limits */
	struct vmspace	*p_vmspace;	/* c: address space */
	struct sigacts	*p_sigacts;	/* c: signal actions */
	struct sigpend	p_sigpend;	/* p: signals pending */
	struct sigctx	p_sigctx;	/* p: signal state */
	sigset_t	p_sigmask;	/* p */
	struct ptimers	*p_timers;	/* p_auxlock */
	struct aioproc	*p_aio;		/* p_auxlock: asynchronous I/O */
	specificdata_reference p_specdataref; /* itself */

	volatile int	p_flag;		/* p: PK_* */
	int		p_sflag;	/* p: PS_* */
	int		p_slflag;	/* p, g: PSL_* */
	int		p_lflag;	/* g: PL_* */
	int		p_stflag;	/* p: PST_* */
	int		p_stat;		/* p: S* */
	int		p_traceflag;	/* p */
	void		*p_tracep;	/* p */

	pid_t		p_pid;		/* c */
	LIST_ENTRY(proc) p_pidhash;	/* g: by pid */
	LIST_ENTRY(proc) p_pglist;	/* g: of p_pgrp */
	struct proc	*p_pptr;	/* g: parent */
	LIST_HEAD(, proc) p_children;	/* g */
	LIST_ENTRY(proc) p_sibling;	/* g */
	struct pgrp	*p_pgrp;	/* g */

	LIST_HEAD(, lwp) p_lwps;	/* p */
	int		p_nlwps;	/* p */
	int		p_nzlwps;	/* p */
	int		p_nrlwps;	/* p */
	int		p_nlwpwait;	/* p */
	lwpid_t		p_nextlid;	/* p: next number */

	struct klist	p_klist;	/* p: EVFILT_PROC */
	LIST_HEAD(, lwp) p_sigwaiters;	/* p */
	int		p_exitsig;	/* c */
	int		p_waited;	/* p */
	struct vnode	*p_textvp;	/* c: executable */
	struct emul	*p_emul;	/* c */
	void		*p_emuldata;	/* p */
	const struct execsw *p_execsw;	/* c */
	void		*p_user;	/* c: remote client, or NULL */
	char		p_comm[MAXCOMLEN + 1]; /* p: name */
	char		*p_path;	/* p */
	u_char		p_nice;		/* p */
	u_short		p_xexit;	/* p */
	u_short		p_xsig;		/* p */
	u_short		p_acflag;	/* p */
	struct mdproc	p_md;		/* p */
	vaddr_t		p_stackbase;	/* l */
	struct timeval	p_started;	/* c */
};

#define	p_rlimit	p_limit->pl_rlimit
#define	p_session	p_pgrp->pg_session
#define	p_pgid		p_pgrp->pg_id

/* p_stat */
#define	SIDL		1
#define	SACTIVE		2
#define	SDYING		3
#define	SSTOP		4
#define	SZOMB		5
#define	SDEAD		6
#define	P_ZOMBIE(p)	((p)->p_stat == SZOMB || (p)->p_stat == SDYING ||	\
			 (p)->p_stat == SDEAD)

/* p_flag */
#define	PK_ADVLOCK	0x00000001	/* may hold POSIX advisory locks */
#define	PK_SYSTEM	0x00000002	/* of the kernel */
#define	PK_SYSVSEM	0x00000004
#define	PK_SUGID	0x00000100	/* set-id privileges since exec */
#define	PK_KMEM		0x00000200
#define	PK_EXEC		0x00004000
#define	PK_NOCLDWAIT	0x00020000
#define	PK_32		0x00040000	/* 32 bit: never set */
#define	PK_CLDSIGIGN	0x00080000
#define	PK_MARKER	0x80000000	/* list marker, not a process */

/* p_sflag */
#define	PS_NOCLDSTOP	0x00000008
#define	PS_RUMP_LWPEXIT	0x00000400
#define	PS_WCORE	0x00001000
#define	PS_WEXIT	0x00002000
#define	PS_STOPFORK	0x00800000
#define	PS_STOPEXEC	0x01000000
#define	PS_STOPEXIT	0x02000000
#define	PS_COREDUMP	0x20000000
#define	PS_CONTINUED	0x40000000
#define	PS_STOPPING	0x80000000

/* p_slflag */
#define	PSL_TRACED	0x00000001
#define	PSL_SYSCALL	0x00000020

/* p_lflag */
#define	PL_CONTROLT	0x00000001
#define	PL_PPWAIT	0x00000010
#define	PL_SIGCOMPAT	0x00000200
#define	PL_ORPHANPG	0x20000000

/* p_stflag */
#define	PST_PROFIL	0x00000020

LIST_HEAD(proclist, proc);

extern struct proc	proc0;		/* process 0: kernel threads */
extern struct proc	*initproc;	/* process 1: whoever has no own */
extern struct proclist	allproc;	/* proc_lock */
extern struct proclist	zombproc;	/* proc_lock: always empty */
extern kmutex_t		proc_lock;
extern u_int		nprocs;		/* proc_lock: mutated under it */
extern int		maxproc;
extern struct emul	emul_netbsd;
extern struct session	session0;

#define	NO_PGID		((pid_t)-1)
#define	SESS_LEADER(p)	((p)->p_session->s_leader == (p))
#define	SESSHOLD(s)	proc_sesshold(s)
#define	SESSRELE(s)	proc_sessrele(s)
#define	vmspace_kernel()	(proc0.p_vmspace)
#define	FORK_SYSTEM	0x0008

#define	PROCLIST_FOREACH(var, head)					\
	LIST_FOREACH(var, head, p_list)					\
		if ((var)->p_flag & PK_MARKER)				\
			continue;					\
		else

/* Life cycle; kern_proc.c. */
void	procinit(void);
void	proc0_init(void);
struct proc *proc_alloc(void);
struct proc *proc_find(pid_t);
struct proc *proc_find_raw(pid_t);
struct pgrp *pgrp_find(pid_t);
int	proc_enterpgrp(struct proc *, pid_t, pid_t, bool);
void	proc_leavepgrp(struct proc *);
void	proc_sesshold(struct session *);
void	proc_sessrele(struct session *);
int	pgid_in_session(struct proc *, pid_t);
int	proclist_foreach_call(struct proclist *,
	    int (*)(struct proc *, void *), void *);
void	proc_crmod_enter(void);
void	proc_crmod_leave(struct kauth_cred *, struct kauth_cred *, bool);
int	proc_uidmatch(struct kauth_cred *, struct kauth_cred *);
int	proc_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void	proc_specific_key_delete(specificdata_key_t);
void	proc_initspecific(struct proc *);
void	proc_finispecific(struct proc *);
void	*proc_getspecific(struct proc *, specificdata_key_t);
void	proc_setspecific(struct proc *, specificdata_key_t, void *);
void	exit1(struct lwp *, int, int) __dead;
void	cpu_reboot(int, char *) __dead;

/* tsleep(9); kern_synch.c.  EWOULDBLOCK, EINTR or ERESTART, or 0. */
int	tsleep(wchan_t, pri_t, const char *, int);
int	mtsleep(wchan_t, pri_t, const char *, int, kmutex_t *);
int	rwtsleep(wchan_t, pri_t, const char *, int, krwlock_t *);
void	wakeup(wchan_t);
int	kpause(const char *, bool, int, kmutex_t *);
void	synch_init(void);

/* No process can move or be swapped out. */
#define	PHOLD(p)	((void)(p))
#define	PRELE(p)	((void)(p))

#endif /* _KERNEL */

#endif /* !_SYS_PROC_H_ */
