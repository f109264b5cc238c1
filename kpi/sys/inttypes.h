/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/stdint.h> and the matching printf(9) conversions.
 */

#ifndef _SYS_INTTYPES_H_
#define	_SYS_INTTYPES_H_

#include <sys/stdint.h>
#include <sys/common_int_fmtio.h>

#endif /* !_SYS_INTTYPES_H_ */
