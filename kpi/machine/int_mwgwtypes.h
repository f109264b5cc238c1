/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing differs on this machine from <sys/common_int_mwgwtypes.h>.
 */

#ifndef _MACHINE_INT_MWGWTYPES_H_
#define	_MACHINE_INT_MWGWTYPES_H_

#include <sys/common_int_mwgwtypes.h>

#endif /* !_MACHINE_INT_MWGWTYPES_H_ */
