/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_contend_sys: a signal for a process, by its number.
 */
#include "kt.h"

#include <sys/signalvar.h>

int	rump_kt_contend_signal(pid_t, int);

/* 0, or ESRCH. */
int
rump_kt_contend_signal(pid_t pid, int signo)
{
	struct proc *p;

	mutex_enter(&proc_lock);
	if ((p = proc_find(pid)) != NULL)
		psignal(p, signo);
	mutex_exit(&proc_lock);
	return p != NULL ? 0 : ESRCH;
}
