/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integer types of minimum width, the fastest of a minimum width, and of
 * the greatest width.
 */

#ifndef _SYS_COMMON_INT_MWGWTYPES_H_
#define	_SYS_COMMON_INT_MWGWTYPES_H_

typedef	signed char	int_least8_t;
typedef	unsigned char	uint_least8_t;
typedef	short		int_least16_t;
typedef	unsigned short	uint_least16_t;
typedef	int		int_least32_t;
typedef	unsigned int	uint_least32_t;
typedef	long		int_least64_t;
typedef	unsigned long	uint_least64_t;

typedef	signed char	int_fast8_t;
typedef	unsigned char	uint_fast8_t;
typedef	long		int_fast16_t;
typedef	unsigned long	uint_fast16_t;
typedef	long		int_fast32_t;
typedef	unsigned long	uint_fast32_t;
typedef	long		int_fast64_t;
typedef	unsigned long	uint_fast64_t;

typedef	long		intmax_t;
typedef	unsigned long	uintmax_t;

#endif /* !_SYS_COMMON_INT_MWGWTYPES_H_ */
