/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases that run on several file systems, in cases.c.  Each does the same on
 * the host and in the kernel and compares; after ha_boot().
 */
#ifndef _TESTS_PLATFORM_HOSTABI_CASES_H_
#define	_TESTS_PLATFORM_HOSTABI_CASES_H_

#include "ha.h"

void	case_errors(void);		/* errno of calls that fail */
void	case_attributes(void);		/* stat, statx, statvfs, times */
void	case_entries(void);		/* getdents64, much room or little */
void	case_data(void);		/* read, write, seek, holes */

#endif /* !_TESTS_PLATFORM_HOSTABI_CASES_H_ */
