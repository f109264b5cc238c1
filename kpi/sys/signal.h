/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals: numbers, sets, actions.  The kernel's own side, who gets one and
 * how it is posted, is in <sys/signalvar.h>.
 */

#ifndef _SYS_SIGNAL_H_
#define	_SYS_SIGNAL_H_

#include <sys/featuretest.h>
#include <sys/types.h>
#include <sys/sigtypes.h>

#define	_NSIG		64
#define	NSIG		_NSIG

#define	SIGHUP		1	/* hangup */
#define	SIGINT		2	/* interrupt */
#define	SIGQUIT		3	/* quit */
#define	SIGILL		4	/* illegal instruction */
#define	SIGTRAP		5	/* trace trap */
#define	SIGABRT		6	/* abort() */
#define	SIGIOT		SIGABRT
#define	SIGEMT		7	/* EMT instruction */
#define	SIGFPE		8	/* arithmetic */
#define	SIGKILL		9	/* kill; cannot be caught or ignored */
#define	SIGBUS		10	/* bus error */
#define	SIGSEGV		11	/* bad address */
#define	SIGSYS		12	/* bad argument of a system call */
#define	SIGPIPE		13	/* write without a reader */
#define	SIGALRM		14	/* alarm clock */
#define	SIGTERM		15	/* please terminate */
#define	SIGURG		16	/* urgent data on a socket */
#define	SIGSTOP		17	/* stop; cannot be caught or ignored */
#define	SIGTSTP		18	/* stop from the terminal */
#define	SIGCONT		19	/* continue if stopped */
#define	SIGCHLD		20	/* a child changed state */
#define	SIGTTIN		21	/* background read */
#define	SIGTTOU		22	/* background write */
#define	SIGIO		23	/* I/O is possible */
#define	SIGXCPU		24	/* CPU time limit */
#define	SIGXFSZ		25	/* file size limit */
#define	SIGVTALRM	26	/* virtual time alarm */
#define	SIGPROF		27	/* profiling time alarm */
#define	SIGWINCH	28	/* window size */
#define	SIGINFO		29	/* status request */
#define	SIGUSR1		30
#define	SIGUSR2		31
#define	SIGPWR		32	/* power fail */
#define	SIGRTMIN	33
#define	SIGRTMAX	63


#define	SIG_DFL		((void (*)(int))  0)
#define	SIG_IGN		((void (*)(int))  1)
#define	SIG_ERR		((void (*)(int)) -1)
#define	SIG_HOLD	((void (*)(int))  3)

union siginfo;

struct sigaction {
	union {
		void	(*_sa_handler)(int);
		void	(*_sa_sigaction)(int, union siginfo *, void *);
	} _sa_u;			/* handler, by SA_SIGINFO */
	sigset_t	sa_mask;	/* blocked while it runs */
	int		sa_flags;
};

#define	sa_handler	_sa_u._sa_handler
#define	sa_sigaction	_sa_u._sa_sigaction

#define	SA_ONSTACK	0x0001	/* run on the alternate stack */
#define	SA_RESTART	0x0002	/* restart the system call */
#define	SA_RESETHAND	0x0004	/* back to SIG_DFL when it is delivered */
#define	SA_NODEFER	0x0010	/* do not block the signal itself */
#define	SA_NOCLDSTOP	0x0008	/* no SIGCHLD for stops */
#define	SA_NOCLDWAIT	0x0020	/* no zombies */
#define	SA_SIGINFO	0x0040	/* three arguments */
#define	SA_NOKERNINFO	0x0080	/* no kernel text for SIGINFO */
#define	SA_ALLBITS	0x00ff

#define	SIG_BLOCK	1
#define	SIG_UNBLOCK	2
#define	SIG_SETMASK	3

#define	SS_ONSTACK	0x0001
#define	SS_DISABLE	0x0004
#define	SS_ALLBITS	0x0005
#define	MINSIGSTKSZ	8192
#define	SIGSTKSZ	(MINSIGSTKSZ + 32768)

#define	sigmask(n)	__sigmask(n)
#define	BADSIG		SIG_ERR

#ifdef _KERNEL
#define	sigaddset(s, n)		__sigaddset(s, n)
#define	sigdelset(s, n)		__sigdelset(s, n)
#define	sigismember(s, n)	__sigismember(s, n)
#define	sigemptyset(s)		__sigemptyset(s)
#define	sigfillset(s)		__sigfillset(s)
#define	sigplusset(s, t)	__sigplusset(s, t)
#define	sigminusset(s, t)	__sigminusset(s, t)
#endif


/* How the end of an operation is told: POSIX timers, asynchronous I/O. */
#define	SIGEV_NONE	0
#define	SIGEV_SIGNAL	1
#define	SIGEV_THREAD	2
#define	SIGEV_SA	3

#ifndef _SIGVAL_DECLARED
#define	_SIGVAL_DECLARED
typedef union sigval {
	int	sival_int;
	void	*sival_ptr;
} sigval_t;
#endif

struct sigevent {
	int		sigev_notify;
	int		sigev_signo;
	union sigval	sigev_value;
	void		(*sigev_notify_function)(union sigval);
	void		*sigev_notify_attributes;
};

#endif /* !_SYS_SIGNAL_H_ */
