/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with nothing dynamic in it, run by t_static.sh: boots and prints
 * what registered.
 */

#include <stdio.h>

#include <rump/rump.h>

#include "kt_register.h"

int
main(void)
{
	if (rump_init() != 0)
		return 1;
	rump_schedule();
	printf("tmpfs %d own %d\n", rump_kt_has_fs("tmpfs"),
	    rump_kt_own_count());
	rump_unschedule();
	return 0;
}
