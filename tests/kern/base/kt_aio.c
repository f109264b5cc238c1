/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_aio: the numbers of its sysctl nodes, waiting for a signal,
 * and what an exec does to requests.
 */
#include "kt.h"

#include <sys/sysctl.h>

void	rump_kt_aio_mib(const char *, int *);
void	rump_kt_aio_signal(int);
void	rump_kt_aio_exec(void);
void	aio_proc_exit(struct proc *);

/* That of kern.NAME: two numbers. */
void
rump_kt_aio_mib(const char *name, int *mib)
{
	const struct sysctlnode *kern = NULL;
	u_int i;

	KT_EQ(0, sysctl_createv(NULL, 0, NULL, &kern, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "kern", NULL, NULL, 0, NULL, 0, CTL_KERN, CTL_EOL));
	KT(kern != NULL);
	for (i = 0; i < kern->sysctl_clen; i++) {
		if (strcmp(kern->sysctl_child[i].sysctl_name, name) == 0) {
			mib[0] = CTL_KERN;
			mib[1] = kern->sysctl_child[i].sysctl_num;
			return;
		}
	}
	panic("kt: no kern.%s", name);
}

/* Wait until it is pending, and take it away. */
void
rump_kt_aio_signal(int signo)
{

	kt_signal_wait(signo, 1);
	kt_signal_clear(signo);
}

void
rump_kt_aio_exec(void)
{

	aio_proc_exit(curproc);
	KT(curproc->p_aio == NULL);
	aio_proc_exit(curproc);
}
