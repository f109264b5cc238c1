/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_timer: signals pending in the process, and what an exec
 * does to its timers.
 */
#include "kt.h"

#include <sys/timevar.h>

void	rump_kt_timer_pending(int, int);
void	rump_kt_timer_clear(int);
void	rump_kt_timer_exec(void);

void
rump_kt_timer_pending(int signo, int want)
{

	kt_signal_wait(signo, want);
}

void
rump_kt_timer_clear(int signo)
{

	kt_signal_clear(signo);
}

void
rump_kt_timer_exec(void)
{

	ptimers_free(curproc, TIMERS_POSIX);
}
