/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_ksem: the numbers of kern.posix.semmax and semcnt, which
 * were given at boot.
 */
#include "kt.h"

#include <sys/sysctl.h>

void	rump_kt_ksem_mib(int *, int *);

/* That of a name below a node which is there already. */
static int
number(const struct sysctlnode *parent, const char *name)
{
	u_int i;

	for (i = 0; i < parent->sysctl_clen; i++) {
		if (strcmp(parent->sysctl_child[i].sysctl_name, name) == 0)
			return parent->sysctl_child[i].sysctl_num;
	}
	panic("kt: no kern.posix.%s", name);
}

void
rump_kt_ksem_mib(int *semmax, int *semcnt)
{
	const struct sysctlnode *posix = NULL;

	KT_EQ(0, sysctl_createv(NULL, 0, NULL, &posix, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "posix", NULL, NULL, 0, NULL, 0, CTL_KERN,
	    CTL_CREATE, CTL_EOL));
	KT(posix != NULL);
	semmax[0] = semcnt[0] = CTL_KERN;
	semmax[1] = semcnt[1] = posix->sysctl_num;
	semmax[2] = number(posix, "semmax");
	semcnt[2] = number(posix, "semcnt");
}
