/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing differs on this machine from <sys/common_int_limits.h>.
 */

#ifndef _MACHINE_INT_LIMITS_H_
#define	_MACHINE_INT_LIMITS_H_

#include <sys/common_int_limits.h>

#endif /* !_MACHINE_INT_LIMITS_H_ */
