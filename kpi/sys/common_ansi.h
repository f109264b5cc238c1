/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's basic types, taken from what the compiler predefines.
 * Included by <machine/ansi.h> only.
 */

#ifndef _SYS_COMMON_ANSI_H_
#define	_SYS_COMMON_ANSI_H_

#include <machine/int_types.h>

#define	_BSD_CLOCK_T_		unsigned int	/* clock() */
#define	_BSD_PTRDIFF_T_		__PTRDIFF_TYPE__
#define	_BSD_SIZE_T_		__SIZE_TYPE__
#define	_BSD_SSIZE_T_		long
#define	_BSD_TIME_T_		__int64_t	/* time() */
#define	_BSD_CLOCKID_T_		int		/* clock_gettime() */
#define	_BSD_TIMER_T_		int		/* timer_gettime() */
#define	_BSD_SUSECONDS_T_	int
#define	_BSD_USECONDS_T_	unsigned int
#define	_BSD_WCHAR_T_		__WCHAR_TYPE__
#define	_BSD_WINT_T_		int

#endif /* !_SYS_COMMON_ANSI_H_ */
