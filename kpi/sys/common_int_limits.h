/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits of the types of <sys/stdint.h>.
 */

#ifndef _SYS_COMMON_INT_LIMITS_H_
#define	_SYS_COMMON_INT_LIMITS_H_

#define	INT8_MIN	(-0x7f - 1)
#define	INT16_MIN	(-0x7fff - 1)
#define	INT32_MIN	(-0x7fffffff - 1)
#define	INT64_MIN	(-0x7fffffffffffffffL - 1)
#define	INT8_MAX	0x7f
#define	INT16_MAX	0x7fff
#define	INT32_MAX	0x7fffffff
#define	INT64_MAX	0x7fffffffffffffffL
#define	UINT8_MAX	0xff
#define	UINT16_MAX	0xffff
#define	UINT32_MAX	0xffffffffU
#define	UINT64_MAX	0xffffffffffffffffUL

#define	INTPTR_MIN	INT64_MIN
#define	INTPTR_MAX	INT64_MAX
#define	UINTPTR_MAX	UINT64_MAX
#define	INTMAX_MIN	INT64_MIN
#define	INTMAX_MAX	INT64_MAX
#define	UINTMAX_MAX	UINT64_MAX
#define	PTRDIFF_MIN	INT64_MIN
#define	PTRDIFF_MAX	INT64_MAX
#define	SIZE_MAX	UINT64_MAX

#define	INT8_C(c)	c
#define	INT16_C(c)	c
#define	INT32_C(c)	c
#define	INT64_C(c)	c ## L
#define	UINT8_C(c)	c
#define	UINT16_C(c)	c
#define	UINT32_C(c)	c ## U
#define	UINT64_C(c)	c ## UL
#define	INTMAX_C(c)	c ## L
#define	UINTMAX_C(c)	c ## UL

#endif /* !_SYS_COMMON_INT_LIMITS_H_ */
