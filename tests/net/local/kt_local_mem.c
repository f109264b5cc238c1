/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_local_mem.
 */
#include "../../kern/base/kt.h"
#include "../../kern/base/kt_fault.h"

#include "kt_files.h"

int	rump_kt_files(void);

int
rump_kt_files(void)
{

	return kt_files();
}
