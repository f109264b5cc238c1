/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integer types of a given width, and their limits, for the kernel.
 */

#ifndef _SYS_STDINT_H_
#define	_SYS_STDINT_H_

#include <sys/cdefs.h>
#include <machine/int_types.h>

typedef	__int8_t	int8_t;
typedef	__uint8_t	uint8_t;
typedef	__int16_t	int16_t;
typedef	__uint16_t	uint16_t;
typedef	__int32_t	int32_t;
typedef	__uint32_t	uint32_t;
typedef	__int64_t	int64_t;
typedef	__uint64_t	uint64_t;

typedef	__intptr_t	intptr_t;
typedef	__uintptr_t	uintptr_t;

#include <sys/common_int_mwgwtypes.h>
#include <sys/common_int_limits.h>

#endif /* !_SYS_STDINT_H_ */
