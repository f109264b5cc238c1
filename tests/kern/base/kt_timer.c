/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_timer: signals pending in the process, and what an exec
 * does to its timers.
 */
#include "kt.h"

#include <sys/signalvar.h>
#include <sys/timevar.h>

void	rump_kt_timer_pending(int, int);
void	rump_kt_timer_clear(int);
void	rump_kt_timer_exec(void);

/* Wait until it is, or is not. */
void
rump_kt_timer_pending(int signo, int want)
{
	sigset_t set;
	int i;

	for (i = 0; i < 1000; i++) {
		sigpending1(curlwp, &set);
		if (sigismember(&set, signo) == want)
			return;
		kt_pause(1);
	}
	panic("kt: signal %d", signo);
}

void
rump_kt_timer_clear(int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	mutex_enter(curproc->p_lock);
	sigclearall(curproc, &set, NULL);
	mutex_exit(curproc->p_lock);
}

void
rump_kt_timer_exec(void)
{

	ptimers_free(curproc, TIMERS_POSIX);
}
