/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing differs on this machine from <sys/common_int_fmtio.h>.
 */

#ifndef _MACHINE_INT_FMTIO_H_
#define	_MACHINE_INT_FMTIO_H_

#include <sys/common_int_fmtio.h>

#endif /* !_MACHINE_INT_FMTIO_H_ */
