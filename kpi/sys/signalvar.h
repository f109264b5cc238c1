/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals inside the kernel.
 *
 * There is no user mode to deliver to: rump_boot_setsigmodel() chooses what a
 * signal does (panic, nothing, raise it in the client, or be recorded so that
 * interruptible sleeps end and sigpending1() shows it).
 */
#ifndef _SYS_SIGNALVAR_H_
#define _SYS_SIGNALVAR_H_

#include <sys/siginfo.h>
#include <sys/signal.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/stdbool.h>

struct proc;
struct lwp;
struct pgrp;

/* Lock legend: (p) p_lock, (s) sa_mutex, (a) atomic. */
typedef struct sigpend {
	ksiginfoq_t	sp_info;	/* p: details, not for every signal */
	sigset_t	sp_set;		/* p: which are pending */
} sigpend_t;

struct sigact_sigdesc {
	struct sigaction sd_sigact;	/* s */
	const void	*sd_tramp;	/* s */
	int		sd_vers;	/* s */
};

struct sigacts {
	struct sigact_sigdesc sa_sigdesc[NSIG];	/* s: action of each */
	u_int		sa_refcnt;	/* a: sharing processes */
	kmutex_t	sa_mutex;
};

struct sigctx {
	struct _ksiginfo ps_info;	/* p: of the debugger */
	int		ps_lwp;		/* p */
	bool		ps_faked;	/* p */
	void		*ps_sigcode;	/* p */
	sigset_t	ps_sigignore;	/* p: ignored */
	sigset_t	ps_sigcatch;	/* p: caught */
	sigset_t	ps_sigpass;	/* p */
};

#define SIGACTION(p, sig)	((p)->p_sigacts->sa_sigdesc[(sig)].sd_sigact)
#define SIGACTION_PS(ps, sig)	((ps)->sa_sigdesc[(sig)].sd_sigact)
#define SAS_OLDMASK	0x01
#define SA_KILL		0x0001	/* sigprop: terminates */
#define SA_CORE		0x0002
#define SA_STOP		0x0004
#define SA_TTYSTOP	0x0008
#define SA_IGNORE	0x0010
#define SA_CONT		0x0020
#define SA_CANTMASK	0x0040
#define SA_NORESET	0x0080
#define SA_TOLWP	0x0100
#define SA_TOALL	0x0200

extern sigset_t		contsigmask;
extern sigset_t		stopsigmask;
extern sigset_t		sigcantmask;
extern const int	sigprop[NSIG];

void	signal_init(void);
struct sigacts *sigactsinit(struct proc *, int);
void	sigactsfree(struct sigacts *);
void	sigactsunshare(struct proc *);
void	siginit(struct proc *);
void	sigpendinit(sigpend_t *);
void	sigclear(sigpend_t *, const sigset_t *, void *);
void	sigclearall(struct proc *, const sigset_t *, void *);
int	sigget(sigpend_t *, struct ksiginfo *, int, const sigset_t *);
int	sigput(sigpend_t *, struct proc *, struct ksiginfo *);

void	psignal(struct proc *, int);
void	kpsignal(struct proc *, struct ksiginfo *, void *);
int	kpsignal2(struct proc *, struct ksiginfo *);
void	pgsignal(struct pgrp *, int, int);
void	kpgsignal(struct pgrp *, struct ksiginfo *, void *, int);
int	killpg1(struct lwp *, struct ksiginfo *, int, int);
int	issignal(struct lwp *);
int	sigispending(struct lwp *, int);
int	sigismasked(struct lwp *, int);
void	sigpending1(struct lwp *, sigset_t *);
int	sigprocmask1(struct lwp *, int, const sigset_t *, sigset_t *);
int	sigaction1(struct lwp *, int, const struct sigaction *,
	    struct sigaction *, const void *, int);
int	sigsuspend1(struct lwp *, const sigset_t *);
void	sigsuspendsetup(struct lwp *, const sigset_t *);
void	sigsuspendteardown(struct lwp *);
void	sigexit(struct lwp *, int) __dead;
void	trapsignal(struct lwp *, struct ksiginfo *);

#endif /* _SYS_SIGNALVAR_H_ */
