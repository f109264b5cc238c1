/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_socket.
 */
#include "../base/kt.h"

void	rump_kt_signal(int, int);
void	rump_kt_signal_send(int);

/* Is the signal pending?  Then it is no longer. */
void
rump_kt_signal(int signo, int want)
{
	sigset_t set;

	sigpending1(curlwp, &set);
	KT_EQ(want, sigismember(&set, signo));
	kt_signal_clear(signo);
}

void
rump_kt_signal_send(int signo)
{

	mutex_enter(&proc_lock);
	psignal(curproc, signo);
	mutex_exit(&proc_lock);
}
