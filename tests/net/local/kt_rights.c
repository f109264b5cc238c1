/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_rights.
 */
#include "../../kern/base/kt.h"

#include "kt_files.h"

int	unp_rights_count(void);
void	rump_kt_rights_counts(int *, int *);

/* Open files, and net.local.inflight. */
void
rump_kt_rights_counts(int *files, int *inflight)
{

	*files = kt_files();
	*inflight = unp_rights_count();
}
