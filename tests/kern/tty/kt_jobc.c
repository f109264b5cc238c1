/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_jobc: signals that are pending for the calling process, and
 * which it ignores.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/signalvar.h>

int	rump_kt_take(int);
void	rump_kt_ignore(int, int);

/* Was it pending?  It is not any more. */
int
rump_kt_take(int sig)
{
	struct proc *p = curproc;
	sigset_t set;
	int rv;

	sigemptyset(&set);
	sigaddset(&set, sig);
	mutex_enter(p->p_lock);
	rv = sigismember(&p->p_sigpend.sp_set, sig);
	sigclearall(p, &set, NULL);
	mutex_exit(p->p_lock);
	return rv;
}

void
rump_kt_ignore(int sig, int on)
{
	struct proc *p = curproc;

	mutex_enter(p->p_lock);
	if (on) {
		sigaddset(&p->p_sigctx.ps_sigignore, sig);
	} else {
		sigdelset(&p->p_sigctx.ps_sigignore, sig);
		/* Those that are ignored by themselves are wanted, too. */
		sigaddset(&p->p_sigctx.ps_sigcatch, sig);
	}
	mutex_exit(p->p_lock);
}
