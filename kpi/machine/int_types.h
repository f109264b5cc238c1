/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integer types of exact width on this machine.
 */

#ifndef _MACHINE_INT_TYPES_H_
#define	_MACHINE_INT_TYPES_H_

#include <sys/common_int_types.h>

#endif /* !_MACHINE_INT_TYPES_H_ */
